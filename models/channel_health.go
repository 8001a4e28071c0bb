package models

import (
	"time"
)

// A ChannelHealth is a change of what a channel, or one address of it, can
// deliver: it has been in trouble for a while, it delivers again, deliveries
// through it were given up, or it is no longer configured and still owes some.
type ChannelHealth struct {
	Channel string
	Address string // empty: the whole channel
	Health  Health
	Since   time.Time // when the trouble began, or when it ended
	Error   string    // Failure in an English sentence
	Failure Failure   // of no kind if a release before 0007 told of it
	Dead    int       // of deliveries given up since Since; then Health is Failing
	Owed    int       // by a channel that is gone, since Since; then Health is Failing
}

// Name names what is in trouble, as a destination is named.
func (h ChannelHealth) Name() string {
	if h.Address == "" {
		return h.Channel
	}
	return h.Channel + ":" + h.Address
}
