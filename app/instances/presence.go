package instances

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"regwatch/models"
)

// SilentAfter is how long after it was last seen an instance counts as silent.
const SilentAfter = 4 * seeEvery

// SeldomSilentAfter is the same where programs share no work.
const SeldomSilentAfter = 4 * seeSeldom

// seeEvery is how often an instance says that it runs.
const seeEvery = 5 * time.Second

// A PresenceStore keeps which programs run.
type PresenceStore interface {
	SeeInstance(ctx context.Context, i models.Instance, now time.Time) error
	ForgetInstance(ctx context.Context, id string) error
	Instances(ctx context.Context) ([]models.Instance, error)
}

// A Presence tells the others that this program runs, and knows which others do.
type Presence struct {
	Store PresenceStore
	Self  func() models.Instance // as it is now
	Now   func() time.Time
	Log   *slog.Logger
	Every time.Duration // 0 means five seconds

	all atomic.Pointer[[]models.Instance]
}

// Run says that this program runs until the context ends, and then that it has ended.
func (p *Presence) Run(ctx context.Context) {
	every := p.Every
	if every == 0 {
		every = seeEvery
	}
	for ctx.Err() == nil {
		if err := p.see(ctx); err != nil && ctx.Err() == nil {
			p.Log.WarnContext(ctx, "note that this instance runs", "error", err)
		}
		sleep(ctx, every)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := p.Store.ForgetInstance(ctx, p.Self().ID); err != nil {
		p.Log.WarnContext(ctx, "note that this instance has ended", "error", err)
	}
}

func (p *Presence) see(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if err := p.Store.SeeInstance(ctx, p.Self(), p.Now()); err != nil {
		return err
	}
	all, err := p.Store.Instances(ctx)
	if err == nil {
		p.all.Store(&all)
	}
	return err
}

// Prefers reports whether another running program that has a role is to be the first to take a
// lease.
func (p *Presence) Prefers(role, name string) bool {
	all := p.all.Load()
	if all == nil {
		return false
	}
	self := p.Self().ID
	var ids []string
	for _, i := range *all {
		if slices.Contains(strings.Split(i.Roles, ","), role) && (i.ID == self || p.Now().Sub(i.SeenAt) < SilentAfter) {
			ids = append(ids, i.ID)
		}
	}
	return slices.Contains(ids, self) && Preferred(ids, name) != self
}
