package login

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often somebody may fail to log in: a person who mistypes a password barely notices, and a
// program that guesses gets nowhere.
const (
	nameBurst    = 5
	nameEvery    = 30 * time.Second
	addressBurst = 20
	addressEvery = 5 * time.Second
	// mostLimits is how many names and addresses are remembered, in memory only. One that has not
	// failed for some minutes is forgotten.
	mostLimits = 10_000
)

// limits slow down failed logins by name and by address.
type limits struct {
	mu  sync.Mutex
	now func() time.Time
	of  map[string]*rate.Limiter // by "name " or "address " and what it is
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, of: make(map[string]*rate.Limiter)}
}

// allow reports whether somebody may try to log in, and if not, after how long. It counts the try
// as failed.
func (l *limits) allow(name, address string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	byName := l.limiter("name "+fold(name), rate.Every(nameEvery), nameBurst, now)
	byAddress := l.limiter("address "+address, rate.Every(addressEvery), addressBurst, now)
	tryName, tryAddress := byName.ReserveN(now, 1), byAddress.ReserveN(now, 1)
	wait = max(tryName.DelayFrom(now), tryAddress.DelayFrom(now))
	if wait > 0 {
		tryName.CancelAt(now)
		tryAddress.CancelAt(now)
	}
	return wait, wait == 0
}

// succeeded forgets the failed logins of a name. Those of the address stay, or somebody who has one
// password could guess at others.
func (l *limits) succeeded(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, "name "+fold(name))
}

func fold(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	return name[:min(len(name), 100)]
}

func (l *limits) limiter(key string, every rate.Limit, burst int, now time.Time) *rate.Limiter {
	if has := l.of[key]; has != nil {
		return has
	}
	if len(l.of) >= mostLimits {
		for key, limiter := range l.of {
			if limiter.TokensAt(now) >= float64(limiter.Burst()) {
				delete(l.of, key)
			}
		}
	}
	for key := range l.of { // if none has recovered, any goes
		if len(l.of) < mostLimits {
			break
		}
		delete(l.of, key)
	}
	l.of[key] = rate.NewLimiter(every, burst)
	return l.of[key]
}

// recently remembers what was recorded within some hours.
type recently struct {
	mu  sync.Mutex
	now func() time.Time
	at  map[string]time.Time
}

// has reports whether something was added within the time that a session may be idle.
func (r *recently) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.at[key]
	return ok && r.now().Sub(at) < idleTime
}

func (r *recently) add(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil || len(r.at) >= mostLimits {
		r.at = make(map[string]time.Time)
	}
	r.at[key] = r.now()
}
