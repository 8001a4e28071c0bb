package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// clock renders a time in the time zone of the reader.
func clock(t *time.Time, zone *time.Location) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// pad fills a cell of a table up to a width in runes.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// A table aligns columns for a person.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, head ...string) table {
	t := table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.row(head...)
	return t
}

func (t table) row(cells ...string) {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.w, "\t")
		}
		fmt.Fprint(t.w, sanitize.Line(c))
	}
	fmt.Fprintln(t.w)
}

func (t table) flush() error { return t.w.Flush() }

// matchedWords lists the words that made a rule match, each once with its first place.
func matchedWords(hits []models.Hit) string {
	if len(hits) == 0 {
		return "no words, only where the article comes from"
	}
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
		for _, e := range h.Entities {
			if e.Name != h.Gloss && e.Name != h.Text {
				s += " [" + sanitize.Line(e.Name) + "]"
			}
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

// progressEvery is how often a long command prints how much is done.
const progressEvery = 2 * time.Second

// progress returns a function that prints on w how much is done, if that takes long.
func progress(w io.Writer, doing string) func(done, total int) {
	printed := time.Now()
	return func(done, total int) {
		if time.Since(printed) < progressEvery {
			return
		}
		printed = time.Now()
		fmt.Fprintf(w, "%s: %d of %d articles\n", doing, done, total)
	}
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

// didYouMean suggests the known name that is nearest to a mistyped one, or nothing.
func didYouMean(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// shortSpan renders how long ago or ahead something is, in one unit.
func shortSpan(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// A durationFlag is a flag that takes a duration such as 90s, 15m, 12h, 7d or 1w.
type durationFlag time.Duration

func (d *durationFlag) String() string { return duration.String(time.Duration(*d)) }

// Type names the flag's value in help texts.
func (*durationFlag) Type() string { return "duration" }

// Set reads the flag.
func (d *durationFlag) Set(text string) error {
	parsed, err := duration.Parse(text)
	*d = durationFlag(parsed)
	return err
}

// sinceFlag reads the value of --since: a time ago, or a date in the folder's zone. Empty
// is the zero time.
func sinceFlag(a *app.App, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return parseSince(text, a.Now(), a.Zone())
}

func parseSince(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day, nil
	}
	ago, err := duration.Parse(text)
	if err != nil || ago <= 0 {
		return time.Time{}, usageError{fmt.Errorf("--since %q is not understood; use a time ago such as 36h, 7d or 12w, or a date such as 2026-01-31", text)}
	}
	return now.Add(-ago), nil
}

// A window is how far back a command looks, and how much of that it shows.
type window struct {
	since string
	limit int
}

func (w *window) flags(cmd *cobra.Command, since string, limit int) {
	cmd.Flags().StringVar(&w.since, "since", since, "how far back: a time ago such as 36h, 90d or 12w, or a date such as 2026-01-31")
	cmd.Flags().IntVar(&w.limit, "limit", limit, "how many of the newest to show")
}

// from returns where the window begins, and refuses a --limit that shows nothing.
func (w *window) from(now time.Time, zone *time.Location) (time.Time, error) {
	if w.limit < 1 {
		return time.Time{}, usageError{fmt.Errorf("--limit %d; use 1 or more", w.limit)}
	}
	return parseSince(w.since, now, zone)
}

// hiddenAlias makes a command that had another name before work under that name.
func hiddenAlias(cmd *cobra.Command, name string) *cobra.Command {
	_, rest, _ := strings.Cut(cmd.Use, " ")
	cmd.Use = strings.TrimSpace(name + " " + rest)
	cmd.Hidden = true
	return cmd
}

// shortDay renders a date, with the year if it is not the current one.
func shortDay(t, now time.Time, zone *time.Location) string {
	layout := "02 Jan 2006"
	if timefmt.SameYear(t, now, zone) {
		layout = "02 Jan"
	}
	return t.In(zone).Format(layout)
}

// printProgress prints how far a long operation is.
func printProgress(w io.Writer) app.Progress {
	printed := time.Now()
	return func(step string, done, total int64) {
		if total == 0 || time.Since(printed) < progressEvery {
			return
		}
		printed = time.Now()
		fmt.Fprintf(w, "%s: %d of %d\n", step, done, total)
	}
}

// isTerminal reports whether a person reads or writes this.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // a character device too
	return err != nil || !os.SameFile(info, null)
}

// A progressLine shows how far long work is, on one line of a terminal.
type progressLine struct {
	w     io.Writer
	every time.Duration // the least time between two updates

	mu    sync.Mutex // guards all below
	shown time.Time
	width int
}

// newProgressLine returns nil, which shows nothing, unless w is a terminal.
func newProgressLine(w io.Writer) *progressLine {
	if !isTerminal(w) {
		return nil
	}
	return &progressLine{w: w, every: 200 * time.Millisecond}
}

// show replaces the line, unless the last one is too recent.
func (p *progressLine) show(text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.shown) < p.every {
		return
	}
	p.shown = time.Now()
	p.write(text)
}

// clear removes the line.
func (p *progressLine) clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write("")
	fmt.Fprint(p.w, "\r")
}

func (p *progressLine) write(text string) {
	fmt.Fprintf(p.w, "\r%s%s", text, strings.Repeat(" ", max(0, p.width-len(text))))
	p.width = len(text)
}

// megabytes renders a number of bytes for a person.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// inWords renders a length of time for a person.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day && d%day == 0:
		return plural(int(d/day), "day", "days")
	case d%time.Hour == 0:
		return plural(int(d/time.Hour), "hour", "hours")
	case d%time.Minute == 0:
		return plural(int(d/time.Minute), "minute", "minutes")
	}
	return d.String()
}

// dirFlag is the flag that names the folder, for commands that a person copies; empty if
// regwatch uses the folder by itself.
func (sh *shell) dirFlag() string {
	if sh.dir == defaultDir() {
		return ""
	}
	return " -C " + shellQuote(sh.dir)
}

// shellQuote quotes an argument if a shell would read it as something else.
func shellQuote(arg string) string {
	if arg != "" && !strings.ContainsFunc(arg, func(r rune) bool {
		return !strings.ContainsRune("/._-+:=@%,", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
