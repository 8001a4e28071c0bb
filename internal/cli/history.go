package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"regwatch/models"
	"regwatch/scanner"
	"regwatch/store"
)

// A window is how far back a command looks over stored articles.
type window struct {
	since string
	limit int
}

func (w *window) flags(cmd *cobra.Command, since string, limit int) {
	cmd.Flags().StringVar(&w.since, "since", since, "how far back: 36h, 90d, 12w, or a date such as 2026-01-31")
	cmd.Flags().IntVar(&w.limit, "limit", limit, "how many of the newest hits to show")
}

// from reads --since, and refuses a --limit that shows nothing.
func (w *window) from(now time.Time, zone *time.Location) (time.Time, error) {
	if w.limit < 1 {
		return time.Time{}, usageError{fmt.Errorf("--limit %d; want 1 or more", w.limit)}
	}
	if day, err := time.ParseInLocation(time.DateOnly, w.since, zone); err == nil {
		return day, nil
	}
	units := map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	if w.since != "" {
		unit := units[w.since[len(w.since)-1:]]
		// 100,000 days are more than any history, and no more than a Duration.
		n, err := strconv.Atoi(w.since[:len(w.since)-1])
		if err == nil && unit > 0 && n > 0 && time.Duration(n) <= 100_000*24*time.Hour/unit {
			return now.Add(-time.Duration(n) * unit), nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("--since %q; want how far back, such as 36h, 90d or 12w, or a date such as 2026-01-31", w.since)}
}

// tellEvery is how often a long work says how far it is.
const tellEvery = 2 * time.Second

// progress says on w how far a work is, if it takes long.
func progress(w io.Writer, doing string) func(done, total int) {
	told := time.Now()
	return func(done, total int) {
		if time.Since(told) < tellEvery {
			return
		}
		told = time.Now()
		fmt.Fprintf(w, "%s: %d of %d articles\n", doing, done, total)
	}
}

// indexAll indexes texts that an earlier version has stored, so that what
// follows is quick. It happens once.
func indexAll(ctx context.Context, s *store.Store, stderr io.Writer) error {
	tell := progress(stderr, "indexing stored texts, once")
	total := 0
	for {
		left, err := s.Reindex(ctx, 1000)
		if err != nil || left == 0 {
			return err
		}
		total = max(total, left)
		tell(total-left, total)
	}
}

// pastMatches prints hits, each with the words that met the rule.
func (sh *shell) pastMatches(hits []scanner.PastMatch, zone *time.Location) {
	for _, h := range hits {
		gained := ""
		if h.Gained {
			gained = ", gained"
		}
		sh.printf("%s  %s  (%s, %s%s)\n", clock(&h.SeenAt, zone), shorten(h.Title, 90), h.Source, h.Strength, gained)
		if words := wordsOf(h.Hits); words != "" {
			sh.printf("    %s\n", words)
		}
		if h.Link != "" {
			sh.printf("    %s\n", h.Link)
		}
	}
}

// wordsOf lists the words of hits, each once with where it stands first.
func wordsOf(hits []models.Hit) string {
	var words []string
	met := make(map[string]bool)
	for _, h := range hits {
		key := strings.ToLower(h.Text)
		if met[key] || len(words) == 6 {
			continue
		}
		met[key] = true
		s := "“" + shorten(h.Text, 60) + "”"
		if h.Gloss != "" {
			s += " (" + h.Gloss + ")"
		}
		if h.Field == models.InBody {
			s += fmt.Sprintf(" ¶%d", h.Paragraph)
		} else {
			s += " in the title"
		}
		words = append(words, s)
	}
	return strings.Join(words, ", ")
}

// pad fills a cell of a table up to a width in runes.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
