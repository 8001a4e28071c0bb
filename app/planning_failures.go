package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"regwatch/notifier"
	"regwatch/scanner"
)

// reportTimeout is how long the database has to store a report of planning failures.
const reportTimeout = 30 * time.Second

// planningFailures counts what panics keep from being planned. It may be used at the same
// time.
type planningFailures struct {
	mu       sync.Mutex // guards the fields below
	counts   map[scanner.Planning]int
	since    time.Time                      // when the first of them failed; zero while there are none
	reported map[scanner.Planning]time.Time // the UTC day of the last report
}

// add stores how many notices of a kind are not planned. It returns what is not sent as a
// sentence, since when, and whether people are to be notified: once a day of each kind.
func (f *planningFailures) add(kind scanner.Planning, n int, now time.Time) (sentence string, since time.Time, report bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = make(map[scanner.Planning]int)
	}
	f.counts[kind] = n
	sentence = f.sentenceLocked()
	if sentence == "" {
		f.since = time.Time{}
	} else if f.since.IsZero() {
		f.since = now
	}
	return sentence, f.since, n > 0 && !f.reported[kind].Equal(utcDay(now))
}

// setReported stores that people were notified of a kind today.
func (f *planningFailures) setReported(kind scanner.Planning, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reported == nil {
		f.reported = make(map[scanner.Planning]time.Time)
	}
	f.reported[kind] = utcDay(now)
}

// sentence says what is not sent; empty if everything is planned.
func (f *planningFailures) sentence() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sentenceLocked()
}

// unplanned returns what is not planned, by kind.
func (f *planningFailures) unplanned() []PlanningResult {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.unplannedLocked()
}

func (f *planningFailures) unplannedLocked() []PlanningResult {
	var all []PlanningResult
	for _, kind := range scanner.Plannings() {
		if n := f.counts[kind]; n > 0 {
			all = append(all, PlanningResult{string(kind), n, kind.Count(n)})
		}
	}
	return all
}

func (f *planningFailures) sentenceLocked() string {
	var parts []string
	for _, r := range f.unplannedLocked() {
		parts = append(parts, r.What)
	}
	if len(parts) == 0 {
		return ""
	}
	return "not sent: " + strings.Join(parts, ", ")
}

func utcDay(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// planned stores how many notices of a kind a panic kept from being planned, and notifies
// people of it once a day of each kind. A report that fails is repeated after the next
// planning.
func (e *Engine) planned(kind scanner.Planning, n int) {
	now := e.now()
	sentence, since, report := e.failures.add(kind, n, now)
	if !report {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportTimeout)
	defer cancel()
	if err := e.store.CommitNotices(ctx, notifier.PlanUnplanned(string(kind), sentence, since, e.routing(), now)); err != nil {
		e.log.ErrorContext(ctx, "report what is not planned", "error", fmt.Errorf("%s: %w", sentence, err))
		return
	}
	e.failures.setReported(kind, now)
	e.worker.Wake()
}
