package models

import "time"

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
