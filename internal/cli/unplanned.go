package cli

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"regwatch/notifier"
	"regwatch/scanner"
)

// reportWithin is how long the database has to take a report of what is not planned.
const reportWithin = 30 * time.Second

// unplanned is what a panic keeps from being planned.
type unplanned struct {
	mu       sync.Mutex
	of       map[scanner.Planning]int
	since    time.Time
	reported map[scanner.Planning]time.Time // the day that people were last told
}

// note keeps the result of a planning. It returns what is not sent in a sentence, since
// when, and whether people are to be told: once a day of each kind.
func (u *unplanned) note(kind scanner.Planning, n int, now time.Time) (sentence string, since time.Time, tell bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = make(map[scanner.Planning]int)
	}
	u.of[kind] = n
	sentence = u.sentence()
	if sentence == "" {
		u.since = time.Time{}
	} else if u.since.IsZero() {
		u.since = now
	}
	return sentence, u.since, n > 0 && !u.reported[kind].Equal(utcDay(now))
}

// told notes that people were told of a kind.
func (u *unplanned) told(kind scanner.Planning, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.reported == nil {
		u.reported = make(map[scanner.Planning]time.Time)
	}
	u.reported[kind] = utcDay(now)
}

// why says what is not sent; empty if nothing is kept from being planned.
func (u *unplanned) why() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.sentence()
}

func (u *unplanned) sentence() string {
	var parts []string
	for _, kind := range scanner.Plannings() {
		if n := u.of[kind]; n > 0 {
			parts = append(parts, kind.Count(n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "not sent: " + strings.Join(parts, ", ")
}

func utcDay(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// planned notes how much a panic kept from being planned, and reports that to people
// once a day of each kind. A report that fails is tried again at the next planning.
func (a *app) planned(kind scanner.Planning, n int) {
	now := time.Now()
	sentence, since, tell := a.unplanned.note(kind, n, now)
	if !tell {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportWithin)
	defer cancel()
	if err := a.store.CommitNotices(ctx, notifier.PlanUnplanned(string(kind), sentence, since, a.live.get().Config.Routing(), now)); err != nil {
		a.log.ErrorContext(ctx, "report what is not planned", "error", fmt.Errorf("%s: %w", sentence, err))
		return
	}
	a.unplanned.told(kind, now)
	a.deliverer.Wake()
}
