package cli

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// Two programs on one database go through a year in a zone without midnight, with
// a stop of three weeks: one digest a slot, and windows that meet.
func TestTwoProgramsMakeOneDigestASlot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "regwatch.db")
	const zone = "America/Sao_Paulo"
	to := []models.Destination{{Channel: "mail", Address: "team@example.com"}}
	settings := scanner.Settings{Rules: &rules.Set{}, Digests: []models.DigestSubscription{
		{ID: "daily", To: to, Zone: zone, Recurrence: models.Recurrence{Every: models.Daily}},
		{ID: "weekly", To: to, Zone: zone, Recurrence: models.Recurrence{Every: models.Weekly, Weekday: time.Sunday}},
		{ID: "monthly", To: to, Zone: zone, Recurrence: models.Recurrence{Every: models.Monthly}},
	}}
	var clock atomic.Pointer[time.Time]
	begin := time.Date(2018, 3, 10, 12, 0, 0, 0, time.UTC)
	var programs []*scanner.Scanner
	var first *store.Store
	for range 2 {
		s, err := store.Open(t.Context(), store.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		first = s
		programs = append(programs, &scanner.Scanner{
			Store: s, DigestStore: s, Log: slog.New(slog.DiscardHandler),
			Settings: func() scanner.Settings { return settings },
			Now:      func() time.Time { return *clock.Load() },
		})
	}
	for now := begin; now.Before(begin.AddDate(1, 0, 0)); now = now.Add(11 * time.Hour) {
		if now.Month() == time.July && now.Day() <= 21 { // down
			continue
		}
		clock.Store(&now)
		var both sync.WaitGroup
		for _, p := range programs {
			both.Go(func() {
				if err := p.Digests(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	}
	// Of 365 days 20 fold into the first after the stop, and so do 3 of 52 weeks;
	// the end of June comes late and by itself.
	for name, want := range map[string]int{"daily": 345, "weekly": 50, "monthly": 12} {
		issues, err := first.Digests(t.Context(), name, models.Position{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(issues); got < want-1 || got > want+1 {
			t.Errorf("%d %s digests, want about %d", got, name, want)
		}
		var notices []string
		for i, issue := range issues { // the newest first
			notices = append(notices, issue.NoticeIDs...)
			if i+1 < len(issues) && !issue.WindowFrom.Equal(issues[i+1].WindowTo) {
				t.Errorf("%s: the window of %s begins at %s, the one before ended at %s", name, issue.LocalDate, issue.WindowFrom, issues[i+1].WindowTo)
			}
		}
		made, err := first.NoticesByID(t.Context(), notices)
		if err != nil || len(made) != len(issues) {
			t.Errorf("%s: %d notices of %d digests, %v", name, len(made), len(issues), err)
		}
	}
	counts, err := first.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if counts.Notices != counts.Due || counts.Due == 0 {
		t.Errorf("%d notices with %d deliveries; want one each, and none that two programs made", counts.Notices, counts.Due)
	}
	folded := 0
	all, err := first.Digests(t.Context(), "daily", models.Position{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, issue := range all {
		if n, _ := first.NoticesByID(t.Context(), issue.NoticeIDs); len(n) == 1 && n[0].Content.Digest.Missed > 0 {
			folded += n[0].Content.Digest.Missed
			if !issue.Late {
				t.Errorf("the digest of %s stands for %d more and is not marked", issue.LocalDate, n[0].Content.Digest.Missed)
			}
		}
	}
	if folded < 19 || folded > 22 {
		t.Errorf("%d days were folded, want about 20", folded)
	}
}
