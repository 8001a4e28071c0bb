package scanner

import (
	"context"
	"fmt"
	"time"

	"regwatch/models"
)

// Hosts shares the hosts of sources with other programs on the same database.
type Hosts interface {
	// Hold lets this program alone read from the host of a source. Ok is false if another one
	// does, or is to be the first to do so. With wait it returns when this program may.
	Hold(ctx context.Context, src models.Source, dueSince time.Time, wait bool) (h HostHold, ok bool, err error)
}

// A HostHold is the right to read from a host and to commit what was read.
type HostHold interface {
	// Token names it to the store, which commits nothing when it has run out.
	Token() string
	// Return gives it back. Nobody takes it for a time after that.
	Return(pause time.Duration)
}

// withHost calls do while this program alone may read from the host of a source, with the state of the
// source as it is then. It calls nothing if another program reads from it, or has
// just done so.
func (s *Scanner) withHost(ctx context.Context, src models.Source, states readStates, o passOptions, do func(state models.SourceState, token string) error) error {
	state, err := s.stateFrom(ctx, states, src.ID)
	if err != nil {
		return fmt.Errorf("scan %s: %w", src.ID, err)
	}
	if o.isDue != nil && !o.isDue(state, src) {
		return nil
	}
	if s.Hosts == nil || !o.commit {
		return do(state, "")
	}
	since := NextScan(state, src, s.Settings().Timing, s.Now()).At
	hold, ok, err := s.Hosts.Hold(ctx, src, since, o.isDue == nil)
	if err != nil {
		return fmt.Errorf("scan %s: %w", src.ID, err)
	}
	if !ok {
		return nil
	}
	defer hold.Return(0)
	if state, err = s.state(ctx, src.ID); err != nil { // another program may have scanned it
		return fmt.Errorf("scan %s: %w", src.ID, err)
	}
	if o.isDue != nil && !o.isDue(state, src) {
		return nil
	}
	return do(state, hold.Token())
}
