package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How much a token may ask for. A program that walks through a long list barely notices, and one
// that runs wild leaves the rest of regwatch alone: reading one page takes a few milliseconds.
const (
	perSecond = 20
	atOnce    = 100
	// SlowCost is how many requests one counts as that reads all stored articles.
	SlowCost = 20
)

// Rates limit the requests of each token, in memory. There are no more of them than tokens. Whatever takes tokens shares
// them.
type Rates struct {
	mu  sync.Mutex
	now func() time.Time
	of  map[string]*rate.Limiter // by the ID of the token
}

// NewRates returns rates of which nothing is used. The clock is usually time.Now.
func NewRates(now func() time.Time) *Rates {
	return &Rates{now: now, of: make(map[string]*rate.Limiter)}
}

// Wait returns after how long a token, by its ID, may send a request of a cost; 0: now, which it counts.
func (l *Rates) Wait(token string, cost int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[token] == nil {
		l.of[token] = rate.NewLimiter(perSecond, atOnce)
	}
	now := l.now()
	try := l.of[token].ReserveN(now, cost)
	delay := try.DelayFrom(now)
	if delay > 0 {
		try.CancelAt(now)
	}
	return delay
}
