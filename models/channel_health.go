package models

import (
	"time"
)

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
