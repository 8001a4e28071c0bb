package cli

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// A watchedLedger counts how often a digest was planned.
type watchedLedger struct {
	*store.Store
	planned, refused int
}

func (l *watchedLedger) CommitDigest(ctx context.Context, issue models.DigestIssue, notices []models.Notice) (bool, error) {
	l.planned++
	made, err := l.Store.CommitDigest(ctx, issue, notices)
	if !made {
		l.refused++
	}
	return made, err
}

// The hour, the zone, the day and the frequency of a digest change on the day on which it
// was sent. Each day has one digest, and no minute tries to make another.
func TestChangingWhenADigestComesPlansNoneTwice(t *testing.T) {
	at := func(every models.FrequencyKind, day time.Weekday, hour int) models.Recurrence {
		return models.Recurrence{Every: every, Weekday: day, At: time.Duration(hour) * time.Hour}
	}
	moment := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	plans := []struct {
		from time.Time
		when models.Recurrence
		zone string
	}{
		{moment(1, 12), at(models.Daily, 0, 8), "UTC"},
		{moment(2, 10), at(models.Daily, 0, 17), "UTC"},            // later on the day
		{moment(3, 18), at(models.Daily, 0, 7), "UTC"},             // earlier on the day
		{moment(4, 9), at(models.Daily, 0, 8), "America/New_York"}, // another zone, later on the day
		{moment(5, 14), at(models.Weekly, time.Thursday, 17), "America/New_York"},
		{moment(12, 22), at(models.Weekly, time.Friday, 17), "America/New_York"},
	}
	want := []string{
		"2026-03-02 08:00", "2026-03-03 17:00", "2026-03-04 07:00", "2026-03-05 13:00", "2026-03-12 21:00", "2026-03-13 21:00",
	}
	for name, options := range map[string]func(t *testing.T) store.Options{
		"sqlite": func(t *testing.T) store.Options {
			return store.Options{Path: filepath.Join(t.TempDir(), "regwatch.db")}
		},
		"postgres": func(t *testing.T) store.Options {
			return store.Options{DSN: freshSchema(t)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), options(t))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			ledger := &watchedLedger{Store: s}
			now := plans[0].from
			sub := models.DigestSubscription{ID: "digest", To: []models.Destination{{Channel: "mail", Address: "team@example.com"}}}
			program := &scanner.Scanner{
				Store: s, DigestStore: ledger, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
				Settings: func() scanner.Settings {
					return scanner.Settings{Rules: &rules.Set{}, Digests: []models.DigestSubscription{sub}}
				},
			}
			for ; now.Before(moment(14, 0)); now = now.Add(10 * time.Minute) {
				for _, p := range plans {
					if !p.from.After(now) {
						sub.Recurrence, sub.Zone = p.when, p.zone
					}
				}
				if err := program.Digests(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			issues, err := s.Digests(t.Context(), "digest", models.Position{}, 1000)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, issue := range issues { // the newest first
				got = append([]string{issue.WindowTo.UTC().Format("2006-01-02 15:04")}, got...)
				if i+1 < len(issues) && !issue.WindowFrom.Equal(issues[i+1].WindowTo) {
					t.Errorf("the window of %s begins at %s, the one before ended at %s", issue.LocalDate, issue.WindowFrom, issues[i+1].WindowTo)
				}
				if issue.Late {
					t.Errorf("the digest of %s is marked as late", issue.LocalDate)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("digests mismatch (-want +got):\n%s", diff)
			}
			if ledger.planned != len(want) || ledger.refused > 0 {
				t.Errorf("planned %d times, refused %d; want %d and none", ledger.planned, ledger.refused, len(want))
			}
		})
	}
}
