package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/scanner"
)

// A reporter tells a person what scans do, a few lines each.
type reporter struct {
	mu    sync.Mutex
	w     io.Writer
	quiet bool // scans that found nothing, and failures told before, are not worth a line
	total scanTotal
	told  map[string]string // the failure last told of a source
}

// A scanTotal adds scans up.
type scanTotal struct {
	Scans    int            `json:"-"`
	Sources  int            `json:"sources"`
	Failed   int            `json:"failed"`
	New      int            `json:"new_articles"`
	Silent   int            `json:"silent_articles"` // of a first scan, older than its look-back
	Events   int            `json:"new_events"`
	Alerts   int            `json:"alerts"`
	Held     int            `json:"held"`
	Findings []sourceReport `json:"results"`
}

// A sourceReport is one scan as --json prints it.
type sourceReport struct {
	Source      string         `json:"source"`
	Error       string         `json:"error,omitempty"`
	NotModified bool           `json:"not_modified,omitempty"`
	Items       int            `json:"items"`
	New         int            `json:"new_articles"`
	Silent      int            `json:"silent_articles,omitempty"`
	Warnings    []string       `json:"warnings,omitempty"`
	Alerts      []models.Alert `json:"alerts,omitempty"`
	Held        []heldReport   `json:"held,omitempty"`
	TookMS      int64          `json:"took_ms"`
}

// A heldReport is an alert that was not sent, and why.
type heldReport struct {
	Title     string `json:"title"`
	Recipient string `json:"recipient"`
	Why       string `json:"why"`
}

func (r *reporter) report(res scanner.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := reportOf(res)
	r.total.add(res, line)
	if r.quiet && len(res.Notices) == 0 && line.New == 0 && (line.Error == r.told[res.Source.ID]) && len(line.Warnings) == 0 {
		return
	}
	if r.told == nil {
		r.told = make(map[string]string)
	}
	r.told[res.Source.ID] = line.Error
	switch {
	case res.Err != nil:
		fmt.Fprintf(r.w, "✗ %-28s %s\n", res.Source.ID, line.Error)
	case res.NotModified:
		fmt.Fprintf(r.w, "✓ %-28s not changed since the last scan\n", res.Source.ID)
	default:
		fmt.Fprintf(r.w, "✓ %-28s %s, %d new%s (%s)\n", res.Source.ID, plural(line.Items, "article", "articles"), line.New, silent(line.Silent), res.Took.Round(time.Millisecond))
	}
	for _, w := range line.Warnings {
		fmt.Fprintf(r.w, "  ! %s\n", sanitize.Line(w))
	}
	for _, h := range line.Held {
		fmt.Fprintf(r.w, "  held back  %s\n             %s\n", shorten(h.Title, 86), h.Why)
	}
}

func silent(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them older than the look-back of a first scan", n)
}

func reportOf(res scanner.Result) sourceReport {
	line := sourceReport{
		Source: res.Source.ID, NotModified: res.NotModified, Items: res.Items, Silent: res.Baseline,
		Warnings: res.Warnings, TookMS: res.Took.Milliseconds(),
	}
	if res.Err != nil {
		line.Error = sanitize.Line(res.Err.Error())
	}
	for _, a := range res.Articles {
		if a.Revision == 1 {
			line.New++
		}
	}
	told := make(map[string]bool)
	for _, n := range res.Notices {
		alert := n.Content.Alert
		if alert == nil {
			continue
		}
		if n.Waits() {
			line.Held = append(line.Held, heldReport{Title: alert.Title, Recipient: n.Recipient, Why: "waits until " + n.WaitUntil.Format(time.RFC3339) + ": " + render.Reasons(n.WaitReasons, "en")})
			continue
		}
		if !n.IsHeld() {
			if !told[n.SubjectID] {
				told[n.SubjectID] = true
				line.Alerts = append(line.Alerts, *alert)
			}
			continue
		}
		line.Held = append(line.Held, heldReport{Title: alert.Title, Recipient: n.Recipient, Why: render.Reasons(n.HeldReasons, "en")})
	}
	return line
}

func (t *scanTotal) add(res scanner.Result, line sourceReport) {
	t.Scans++
	if !slices.ContainsFunc(t.Findings, func(f sourceReport) bool { return f.Source == line.Source }) {
		t.Sources++
	}
	if res.Err != nil {
		t.Failed++
	}
	t.New += line.New
	t.Silent += line.Silent
	t.Alerts += len(line.Alerts)
	t.Held += len(line.Held)
	for _, c := range res.Changes {
		if c.Kind == models.Opened {
			t.Events++
		}
	}
	t.Findings = append(t.Findings, line)
}

// failed is an error if nothing at all could be read.
func (t scanTotal) failed() error {
	if t.Scans > 0 && t.Failed == t.Scans {
		return errReported
	}
	return nil
}

// noNetwork reports whether nothing could be read because no name resolved.
func (t scanTotal) noNetwork() bool {
	unresolved := 0
	for _, f := range t.Findings {
		if strings.Contains(f.Error, "does not resolve") {
			unresolved++
		}
	}
	return unresolved > 1 && unresolved == t.Failed && t.Failed == t.Scans
}

// String sums a pass up in one sentence.
func (t scanTotal) String() string {
	s := plural(t.Sources, "source", "sources") + " scanned"
	if t.Scans > t.Sources {
		s = fmt.Sprintf("%s of %s", plural(t.Scans, "scan", "scans"), plural(t.Sources, "source", "sources"))
	}
	if t.Failed > 0 {
		s += fmt.Sprintf(", %d failed", t.Failed)
	}
	if t.noNetwork() {
		s += " because no host name resolved: this machine has no network or DNS, or needs a proxy (HTTPS_PROXY)"
	}
	return s + fmt.Sprintf("; %s, %s, %s, %d held back",
		plural(t.New, "new article", "new articles"), plural(t.Events, "new event", "new events"), plural(t.Alerts, "alert", "alerts"), t.Held)
}

// shorten makes what others wrote one line that cannot act on the terminal, and
// cuts it at a rune.
func shorten(s string, runes int) string {
	s = sanitize.Line(s)
	if r := []rune(s); len(r) > runes {
		return string(r[:runes-1]) + "…"
	}
	return s
}
