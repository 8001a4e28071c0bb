package models

import "time"

// A Stats says how what is owed fares at one moment.
type Stats struct {
	Channels []ChannelStats // that have deliveries due or dead, by name
	Notices  []NoticeCount  // all that are stored
	ScanAt   time.Time      // when a source was last read successfully; zero: never
}

// OldestDue returns since when the oldest delivery that is not sent is due; zero
// if none is.
func (p Stats) OldestDue() time.Time {
	var oldest time.Time
	for _, c := range p.Channels {
		if !c.OldestDue.IsZero() && (oldest.IsZero() || c.OldestDue.Before(oldest)) {
			oldest = c.OldestDue
		}
	}
	return oldest
}

// A ChannelStats says what is owed through one channel.
type ChannelStats struct {
	Channel   string
	Due       int       // to be sent, now or after a failure
	OldestDue time.Time // when the oldest of them was made; zero without any
	LastError string    // of that one
	Dead      int       // given up
}

// A NoticeCount is how many notices of a kind there are that are held, or not.
type NoticeCount struct {
	Kind  NoticeKind
	Held  bool `gorm:"column:silent"`
	Count int
}
