// Package instances shares work between several programs on one database.
//
// Start with [New], and keep [Leases.Run] running, which renews what is held. [Leases.Hold] and
// [Leases.Wait] take a lease, [Hold.Valid] says whether it still holds.
//
// It promises that no two programs hold a lease at the same time by the clock of the database,
// and that a program which was paused knows that its lease may have run out, before it acts.
package instances

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"regwatch/models"
)

const (
	// leaseTime is for how long others leave alone what a program holds that has died.
	leaseTime  = 15 * time.Second
	renewEvery = leaseTime / 3
	// margin is how long before its end a lease counts as run out for its holder, so that what
	// it began in time is over when somebody else takes the lease.
	margin = renewEvery

	// pollEvery is how often a lease is asked for that another program holds.
	pollEvery = 250 * time.Millisecond
	// storeTimeout is how long the database has to answer.
	storeTimeout = 5 * time.Second
)

// A Store keeps leases.
type Store interface {
	// TakeLease takes a lease if nobody has it.
	TakeLease(ctx context.Context, l models.Lease, now time.Time) (taken bool, err error)
	// RenewLeases prolongs leases that have not run out, and returns their tokens.
	RenewLeases(ctx context.Context, tokens []string, lease time.Duration, now time.Time) (kept []string, err error)
	// ReturnLease ends a lease. Nobody takes it for a time after that.
	ReturnLease(ctx context.Context, token string, after time.Duration, now time.Time) error
}

// ErrLost means that a lease has run out, or may have.
var ErrLost = errors.New("the lease ran out")

// Leases are those that one program holds. It may be used by several goroutines.
type Leases struct {
	store  Store
	holder string
	now    func() time.Time
	log    *slog.Logger

	mu   sync.Mutex
	held map[string]*lease // by name
}

// A lease is held while somebody uses it.
type lease struct {
	taking sync.Mutex // held while the lease is taken, prolonged or returned

	// Guarded by Leases.mu.
	users    int
	token    string
	interval time.Duration // that it lasts longer than leaseTime, and nobody takes it after its return
	renewed  time.Time     // when the last statement that prolonged it began, by both clocks
	lost     bool
}

// New returns the leases of the program with an ID. Now is the clock of the App.
func New(store Store, holder string, now func() time.Time, log *slog.Logger) *Leases {
	return &Leases{store: store, holder: holder, now: now, log: log, held: make(map[string]*lease)}
}

// A Hold is one use of a lease. Return it.
type Hold struct {
	all  *Leases
	name string
	of   *lease
	once sync.Once
}

// Hold takes a lease, or joins others of this program who use it. It returns nil if another
// program holds it.
func (l *Leases) Hold(ctx context.Context, name string) (*Hold, error) {
	for {
		l.mu.Lock()
		one := l.held[name]
		if one == nil {
			one = &lease{}
			l.held[name] = one
		}
		l.mu.Unlock()
		one.taking.Lock()
		l.mu.Lock()
		current, valid := l.held[name] == one, one.token != "" && l.validLocked(one)
		if current && valid {
			one.users++
		}
		users := one.users
		l.mu.Unlock()
		switch {
		case !current: // it was returned meanwhile
			one.taking.Unlock()
			continue
		case valid:
			one.taking.Unlock()
			return &Hold{all: l, name: name, of: one}, nil
		case users > 0: // it is lost; they will notice
			one.taking.Unlock()
			return nil, nil
		}
		taken, err := l.take(ctx, name, one)
		one.taking.Unlock()
		if err != nil || !taken {
			return nil, err
		}
		return &Hold{all: l, name: name, of: one}, nil
	}
}

// take takes a lease that this program does not hold. Its caller has locked taking.
func (l *Leases) take(ctx context.Context, name string, one *lease) (bool, error) {
	token, began := rand.Text(), time.Now()
	taken, err := l.store.TakeLease(ctx, models.Lease{Name: name, Holder: l.holder, Token: token, For: leaseTime}, l.now())
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || !taken {
		delete(l.held, name)
		return false, err
	}
	one.token, one.renewed, one.users, one.lost, one.interval = token, began, 1, false, 0
	return true, nil
}

// Wait takes a lease as soon as no other program holds it.
func (l *Leases) Wait(ctx context.Context, name string) (*Hold, error) {
	for {
		h, err := l.Hold(ctx, name)
		if h != nil || err != nil {
			return h, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// Valid reports whether the lease is held, and for a while yet.
func (h *Hold) Valid() bool {
	h.all.mu.Lock()
	defer h.all.mu.Unlock()
	return h.all.validLocked(h.of)
}

// validLocked looks at both clocks: the monotonic one may not show that the machine slept.
func (l *Leases) validLocked(one *lease) bool {
	lasts := leaseTime + one.interval - margin
	now := time.Now()
	return !one.lost && now.Sub(one.renewed) < lasts && now.Round(0).Sub(one.renewed.Round(0)) < lasts
}

// Token is that of the lease, which a commit checks.
func (h *Hold) Token() string {
	h.all.mu.Lock()
	defer h.all.mu.Unlock()
	return h.of.token
}

// Keep makes others wait for at least an interval after what this program does under the lease,
// also if it dies. The error is ErrLost if the lease has run out.
func (h *Hold) Keep(ctx context.Context, interval time.Duration) error {
	l, one := h.all, h.of
	one.taking.Lock()
	defer one.taking.Unlock()
	l.mu.Lock()
	if l.validLocked(one) && interval <= one.interval {
		l.mu.Unlock()
		return nil
	}
	token := one.token
	l.mu.Unlock()
	began := time.Now()
	kept, err := l.store.RenewLeases(ctx, []string{token}, leaseTime+interval, l.now())
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(kept) == 0 {
		one.lost = true
		return ErrLost
	}
	one.renewed, one.interval = began, max(interval, one.interval)
	return nil
}

// Return ends this use of the lease. The last one returns the lease to the database, and others
// take it after a pause.
func (h *Hold) Return(pause time.Duration) {
	h.once.Do(func() {
		l, one := h.all, h.of
		one.taking.Lock()
		defer one.taking.Unlock()
		l.mu.Lock()
		one.users--
		last, token := one.users == 0, one.token
		if last {
			delete(l.held, h.name)
		}
		l.mu.Unlock()
		if !last {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
		defer cancel()
		if err := l.store.ReturnLease(ctx, token, pause, l.now()); err != nil {
			l.log.WarnContext(ctx, "return a lease", "lease", h.name, "error", err)
		}
	})
}

// Run renews what is held, until the context ends.
func (l *Leases) Run(ctx context.Context) {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := l.renew(ctx); err != nil && ctx.Err() == nil {
				l.log.WarnContext(ctx, "renew leases", "error", err)
			}
		}
	}
}

// renew prolongs what is held, those with the same interval in one statement.
func (l *Leases) renew(ctx context.Context) error {
	byInterval := make(map[time.Duration][]string)
	l.mu.Lock()
	for _, one := range l.held {
		if one.token != "" && one.users > 0 && !one.lost {
			byInterval[one.interval] = append(byInterval[one.interval], one.token)
		}
	}
	l.mu.Unlock()
	var errs []error
	for interval, tokens := range byInterval {
		limited, cancel := context.WithTimeout(ctx, storeTimeout)
		began := time.Now()
		kept, err := l.store.RenewLeases(limited, tokens, leaseTime+interval, l.now())
		cancel()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		l.mu.Lock()
		for name, one := range l.held {
			switch {
			case !slices.Contains(tokens, one.token):
			case !slices.Contains(kept, one.token):
				one.lost = true
				l.log.WarnContext(ctx, "a lease ran out while this program was paused or the database did not answer", "lease", name)
			case one.renewed.Before(began):
				one.renewed = began
			}
		}
		l.mu.Unlock()
	}
	return errors.Join(errs...)
}

// leavePause is how long nobody takes the hosts of a program that has ended.
const leavePause = time.Second

// returnAll returns what is held at the end of the program.
func (l *Leases) returnAll() {
	l.mu.Lock()
	var held []*lease
	for _, one := range l.held {
		held = append(held, one)
	}
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	for _, one := range held {
		l.mu.Lock()
		token, interval := one.token, one.interval
		l.mu.Unlock()
		if err := l.store.ReturnLease(ctx, token, max(interval, leavePause), l.now()); err != nil {
			l.log.WarnContext(ctx, "return leases", "error", err)
			return
		}
	}
}
