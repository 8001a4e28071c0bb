package models

import "time"

// Health is the health of a source or channel.
type Health string

const (
	Healthy Health = "healthy"
	Quiet   Health = "quiet"   // a source that responds, but published nothing for longer than usual
	Shrunk  Health = "shrunk"  // a source that responds with far fewer articles than usual
	Failing Health = "failing" // several attempts in a row failed
	Dead    Health = "dead"    // a source that has failed for a week
)

// Answers reports whether a source of this health can be read.
func (h Health) Answers() bool { return h != Failing && h != Dead }

// A ChannelHealth is a change in the health of a channel or of one address of it: it
// fails, it works again, deliveries were given up, or it is no longer configured and has
// pending deliveries.
type ChannelHealth struct {
	Channel string
	Address string // empty: the whole channel
	Health  Health
	Since   time.Time // when the failure began or ended
	Error   string    // Failure as an English sentence
	Failure Failure   // no kind: stored by a release before 0007
	Dead    int       // deliveries given up since Since; Health is then Failing
	Owed    int       // pending deliveries of a channel that is no longer configured; Health is then Failing
}

// Name returns the channel or the address, in the form of a destination.
func (h ChannelHealth) Name() string {
	if h.Address == "" {
		return h.Channel
	}
	return h.Channel + ":" + h.Address
}

// Stats says what is pending at a time.
type Stats struct {
	Channels []ChannelStats // those with due or dead deliveries, by name
	Notices  []NoticeCount  // all that are stored
	ScanAt   time.Time      // when a source was last read successfully; zero: never
}

// OldestDue returns since when the oldest unsent delivery is due; zero if there is none.
func (p Stats) OldestDue() time.Time {
	var oldest time.Time
	for _, c := range p.Channels {
		if !c.OldestDue.IsZero() && (oldest.IsZero() || c.OldestDue.Before(oldest)) {
			oldest = c.OldestDue
		}
	}
	return oldest
}

// A ChannelStats says what is pending on one channel.
type ChannelStats struct {
	Channel   string
	Due       int       // to be sent, now or after a failure
	OldestDue time.Time // when the oldest of them was created; zero: none
	LastError string    // of the oldest
	Dead      int       // given up
}

// A NoticeCount is the number of notices of a kind, held or not.
type NoticeCount struct {
	Kind  NoticeKind
	Held  bool `gorm:"column:silent"`
	Count int
}
