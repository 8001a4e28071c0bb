package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

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
// they run in the folder.
func (sh *shell) dirFlag() string {
	if sh.dir == "." {
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
