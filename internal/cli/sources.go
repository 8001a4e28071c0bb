package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
	"regwatch/scanner"
)

func newSources(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "sources",
		Aliases: []string{"source"},
		Short:   "List the sources and how they fare, and try new ones",
		Long: `List the sources and how each fares:

  healthy   it answers, and publishes as it usually does
  quiet     it answers, and has published nothing for longer than is usual
  shrunk    it answers with less than half of its usual articles
  failing   three scans in a row or more have failed
  dead      it has failed for a week

Whoever is named under health in regwatch.yaml is told when a source changes
from one to another, and when articles of it may have been missed.

Keys and tokens in addresses are shown as [secret].`,
		Example: `  regwatch sources
  regwatch sources --json
  regwatch sources try --all`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listSources(cmd, sh) },
	}
	cmd.AddCommand(newTry(sh), newImport(sh), newExport(sh))
	return cmd
}

// A sourceRow is a source and how it fares.
type sourceRow struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Kind        string      `json:"kind"`
	URL         string      `json:"url"`
	State       string      `json:"state"`
	Since       *time.Time  `json:"since,omitempty"`
	LastSuccess *time.Time  `json:"last_success,omitempty"`
	LastNew     *time.Time  `json:"last_new_article,omitempty"`
	Records     int         `json:"records"`       // in its last full answer
	Usual       int         `json:"usual_records"` // in a full answer
	NextScan    *time.Time  `json:"next_scan,omitempty"`
	Why         string      `json:"why,omitempty"`
	MovedTo     string      `json:"moved_to,omitempty"` // where its address redirects for good
	Failures    int         `json:"failures"`
	Error       string      `json:"error,omitempty"`
	Detail      string      `json:"detail,omitempty"`
	Gap         *models.Gap `json:"gap,omitempty"` // the last time in which articles may have been missed
	Verified    string      `json:"verified,omitempty"`
}

// gapShown is how long a gap is shown beside its source.
const gapShown = 30 * 24 * time.Hour

func rowOf(src models.Source, state models.SourceState, timing scanner.Timing, now time.Time) sourceRow {
	known := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	r := sourceRow{
		ID: src.ID, Name: src.Name, Kind: src.Kind, URL: redact.URL(src.URL), State: stateWord(src, state), Since: known(state.HealthSince),
		LastSuccess: known(state.SucceededAt), LastNew: known(state.LastNewAt), Records: state.Items, Usual: state.UsualItems,
		Failures: state.Failures, Error: redact.Text(state.LastError), Detail: render.Reasons(notifier.Details(state, src, now), "en"), Verified: src.Verified,
	}
	if next := scanner.NextScan(state, src, timing, now); !src.Disabled {
		r.NextScan, r.Why = known(next.At), next.String()
	}
	if !state.AdoptedAt.IsZero() && state.URL == src.URL {
		r.MovedTo = redact.URL(state.MovedTo)
	}
	if !state.GapUntil.IsZero() {
		r.Gap = &models.Gap{From: state.GapSince, To: state.GapUntil}
	}
	return r
}

func listSources(cmd *cobra.Command, sh *shell) error {
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	timing, err := app.TimingOf(w.Config)
	if err != nil {
		return err
	}
	now, zone := time.Now(), w.Config.Location()
	rows := []sourceRow{}
	for _, src := range w.Sources {
		state, err := s.SourceState(cmd.Context(), src.ID)
		if err != nil {
			return err
		}
		rows = append(rows, rowOf(src, state, timing, now))
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	table := newTable(sh.stdout, "SOURCE", "STATE", "LAST SUCCESS", "LAST NEW ARTICLE", "ARTICLES", "NEXT SCAN", "WHAT TO KNOW")
	for _, r := range rows {
		know := append([]string{}, strings.TrimSuffix(cmp.Or(r.Error, r.Detail), "."))
		if r.Gap != nil && now.Sub(r.Gap.To) < gapShown {
			know = append(know, fmt.Sprintf("articles may have been missed from %s to %s", clock(&r.Gap.From, zone), clock(&r.Gap.To, zone)))
		}
		if r.MovedTo != "" {
			know = append(know, "moved for good, and read from there; write into its file: url: "+r.MovedTo)
		}
		next := "-"
		switch {
		case r.NextScan == nil:
		case r.NextScan.After(now):
			next = clock(r.NextScan, zone) + ", " + r.Why
		default:
			next = "now, " + r.Why
		}
		articles := "-"
		if r.Usual > 0 {
			articles = fmt.Sprintf("%d of %d", r.Records, r.Usual)
		}
		table.row(r.ID, r.State, clock(r.LastSuccess, zone), clock(r.LastNew, zone), articles, next, strings.TrimPrefix(strings.Join(know, "; "), "; "))
	}
	return table.flush()
}

func stateWord(src models.Source, state models.SourceState) string {
	switch {
	case src.Disabled:
		return "disabled"
	case state.SucceededAt.IsZero() && state.Failures == 0:
		return "not scanned yet"
	case !state.Health.Answers():
		return fmt.Sprintf("%s (%d in a row)", state.Health, state.Failures)
	case state.Failures > 0:
		return fmt.Sprintf("failed %s", plural(state.Failures, "time", "times"))
	}
	return string(cmp.Or(state.Health, models.Healthy))
}
