package models

import "time"

// A Pulse says how what is owed fares at one moment.
type Pulse struct {
	Channels []ChannelPulse // that have deliveries due or dead, by name
	Notices  []NoticeCount  // all that are stored
	ScanAt   time.Time      // when a source was last read successfully; zero: never
}

// OldestDue returns since when the oldest delivery that is not sent is due; zero
// if none is.
func (p Pulse) OldestDue() time.Time {
	var oldest time.Time
	for _, c := range p.Channels {
		if !c.OldestDue.IsZero() && (oldest.IsZero() || c.OldestDue.Before(oldest)) {
			oldest = c.OldestDue
		}
	}
	return oldest
}

// A ChannelPulse says what is owed through one channel.
type ChannelPulse struct {
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
