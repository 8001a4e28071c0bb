package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/build"
	"regwatch/internal/sdnotify"
	"regwatch/web"
)

// pagesTimeout is how long requests in progress may take when regwatch stops.
const pagesTimeout = 5 * time.Second

func newRun(sh *shell) *cobra.Command {
	var roles []string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Scan by schedule and deliver, until stopped",
		Long: `Scan every source when its cron line says so, or as often as it publishes.
Deliver alerts at once and digests when they are due, until interrupted (Ctrl-C
or SIGTERM). Messages in progress are finished first, which takes at most 10 s; a
second signal stops at once. What is due after a crash is delivered at the next
start.

You can edit regwatch.yaml, rules, sources, templates and the .ics files of holidays
while regwatch runs. A change is used within a few seconds, and at once on SIGHUP:
also new recipients, routes, channels, digests, secrets in files, and the settings of
scans and retention. A change with a mistake is rejected as a whole: regwatch prints
the mistakes and keeps using what it used before. Only these keys need a restart, and
regwatch logs their names: contact, database, heartbeat, scan.max_body,
scan.parallel, scan.timeout, web.listen and web.login.

regwatch serves the console at http://127.0.0.1:8480, or where web.listen in
regwatch.yaml says. There are also the pages behind the links in mails, feeds,
/healthz, /readyz and /metrics.

The first scan of a source sends alerts only about articles that were published within
its look-back period (scan.look_back, 24 hours by default).

Any number of programs may run on one PostgreSQL database and share the work. With
--roles one of them does a part of it: scan reads sources, makes digests, reminders
and reports, and deletes old text; deliver sends messages; web serves the console, the
API and the pages, and receives what people click in Slack. Each role is needed in at
least one program.

Under systemd with Type=notify, regwatch reports when it is ready and when it stops.
With WatchdogSec it gives signs of life while the scanner looks for due work.

If nobody reads the log, regwatch goes on: it drops lines that it cannot write, and
logs their number.`,
		Example: `  regwatch run
  regwatch -C /etc/regwatch run --log-format json
  regwatch run --roles scan,deliver`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			roles, err := app.ParseRunRoles(roles)
			if err != nil {
				return usageError{err}
			}
			// A closed pipe ends no program that ignores the signal, and a full one
			// blocks none that logs in the background.
			signal.Ignore(syscall.SIGPIPE)
			defer signal.Reset(syscall.SIGPIPE)
			background := newLogWriter(sh.stderr, sh.reportDropped)
			defer background.Close()
			sh.stderr = background
			hangups := make(chan os.Signal, 1)
			signal.Notify(hangups, syscall.SIGHUP)
			defer signal.Stop(hangups)

			log, err := sh.log(false)
			if err != nil {
				return err
			}
			return runEngine(cmd.Context(), sh, log, hangups, roles)
		},
	}
	cmd.Flags().StringSliceVar(&roles, "roles", app.RunRoles(), "what this program does of the work, with commas: scan, deliver, web")
	return cmd
}

func runEngine(ctx context.Context, sh *shell, log *slog.Logger, hangups <-chan os.Signal, roles []string) error {
	return sh.withEngine(ctx, log, sh.stdout, func(e *app.Engine) error {
		var pages func(context.Context) error
		if slices.Contains(roles, app.RoleWeb) {
			var err error
			if pages, err = sh.openPages(e, log); err != nil {
				return err
			}
		}
		folder := e.Folder()
		fmt.Fprintf(sh.stderr, "regwatch %s watches %s with %s. Stop it with Ctrl-C.\n", build.Version(),
			plural(len(folder.Sources), "source", "sources"), plural(len(folder.Rules.Rules()), "rule", "rules"))
		options := app.RunOptions{Stderr: sh.stderr, Hangups: hangups, Secrets: sh.secrets, Roles: roles}
		options.Serve = pages
		supervisor, err := sdnotify.Open(os.Getenv)
		if err != nil {
			// Alerts are sent all the same; systemd ends a service that it does not hear from.
			log.Warn("systemd is not notified", "error", err)
		}
		if supervisor != nil {
			options.Supervise = func(ctx context.Context, alive func() bool) {
				supervisor.Run(ctx, alive, func(err error) { log.WarnContext(ctx, "systemd is not notified", "error", err) })
			}
			defer supervisor.Close()
		}
		return e.Run(ctx, options)
	})
}

func newStatus(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "List the programs that run on the database, and what is wrong",
		Long: `List each regwatch run on the database: where it runs, its version, its roles, since
when, and short hashes of its rules and of all its files. Say how they differ, which
has gone silent, which channels fail, and what is due.`,
		Example: `  regwatch status
  regwatch status --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			return sh.withEngine(cmd.Context(), log, nil, func(e *app.Engine) error {
				s, err := e.Status(cmd.Context())
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(newStatusJSON(s))
				}
				sh.printStatus(s)
				return nil
			})
		},
	}
}

// A statusJSON is the status for scripts.
type statusJSON struct {
	Instances []app.Instance `json:"instances"`
	Warnings  []string       `json:"warnings"`
	Due       int            `json:"due"`
	Dead      int            `json:"dead"`
	LastScan  *time.Time     `json:"last_scan"`
}

func newStatusJSON(s app.SystemStatus) statusJSON {
	j := statusJSON{Instances: s.Instances, Warnings: []string{}}
	for _, text := range s.Mixed {
		j.Warnings = append(j.Warnings, text.String())
	}
	for _, h := range s.Failing {
		j.Warnings = append(j.Warnings, fmt.Sprintf("The channel %s has not delivered since %s.", h.Name(), h.Since.Format(time.RFC3339)))
	}
	for _, c := range s.Stats.Channels {
		j.Due, j.Dead = j.Due+c.Due, j.Dead+c.Dead
	}
	if at := s.Stats.ScanAt; !at.IsZero() {
		j.LastScan = &at
	}
	return j
}

func (sh *shell) printStatus(s app.SystemStatus) {
	j := newStatusJSON(s)
	for _, warning := range j.Warnings {
		fmt.Fprintln(sh.stdout, warning)
	}
	if len(j.Instances) == 0 {
		fmt.Fprintln(sh.stdout, "No regwatch run uses the database.")
	}
	for _, i := range j.Instances {
		state := "since " + i.StartedAt.Format(time.RFC3339)
		if i.Silent {
			state = "silent since " + i.SeenAt.Format(time.RFC3339)
		}
		fmt.Fprintf(sh.stdout, "%s  %s  %s  rules %s, files %s, version %s\n", i.Name(), strings.Join(i.Roles, ","), state, i.Rules, i.Config, i.Version)
	}
	fmt.Fprintf(sh.stdout, "%s due, %s given up.\n", plural(j.Due, "message", "messages"), plural(j.Dead, "message", "messages"))
	if j.LastScan != nil {
		fmt.Fprintf(sh.stdout, "A source was last read at %s.\n", j.LastScan.Format(time.RFC3339))
	}
}

// openPages opens the port of the pages, and returns what serves them, or nil if they are
// switched off. Where web.listen is not set, a port that is taken leaves them out.
func (sh *shell) openPages(e *app.Engine, log *slog.Logger) (func(context.Context) error, error) {
	settings := e.Config().Web
	if settings.Off {
		return nil, nil
	}
	listener, err := listen(settings.Address())
	if err != nil && settings.Listen == "" {
		log.Warn("the console is not served", "error", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pages, err := web.New(e, web.Options{Log: log, LocalUser: actorName("")})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if problem, served := settings.ConsoleProblem(); served {
		fmt.Fprintf(sh.stderr, "The console is at http://%s.\n", listener.Addr())
	} else {
		fmt.Fprintf(sh.stderr, "The pages behind links are at http://%s.\n", listener.Addr())
		log.Warn("the console is not served", "why", problem.String())
	}
	return func(ctx context.Context) error { return web.Serve(ctx, listener, pages, pagesTimeout, pages.Stop) }, nil
}

// listen opens the port of the pages.
func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("web.listen: another program already listens at %s; stop it, or use another port", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("web.listen: this user may not listen at %s; use a port from 1024 on", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("web.listen: %s is not an address of this machine", address)
	}
	return nil, fmt.Errorf("web.listen: listen at %s: %w", address, err)
}

// reportDropped logs how many lines of the log could not be written.
func (sh *shell) reportDropped(w io.Writer, dropped int) {
	if log, err := sh.logTo(w, false); err == nil {
		log.Warn("nobody read the log, so lines of it were dropped", "dropped", dropped)
	}
}

const (
	// maxUnwritten is how many bytes of log may wait to be written.
	maxUnwritten = 1 << 20
	// closeTimeout is how long Close waits for the log to be written.
	closeTimeout = time.Second
)

// A logWriter writes in the background, so that a pipe that nobody reads blocks no
// goroutine that logs. Lines that do not fit are dropped and counted, and the count is
// written when there is room again.
type logWriter struct {
	to     io.Writer
	report func(w io.Writer, dropped int) // writes how many lines were dropped

	mu      sync.Mutex // guards all below, except the channels
	lines   [][]byte
	size    int // of lines, in bytes
	dropped int // since the last report
	closed  bool

	wake chan struct{} // there is something to write
	done chan struct{} // everything was written
}

// newLogWriter returns a writer that the caller closes.
func newLogWriter(to io.Writer, report func(w io.Writer, dropped int)) *logWriter {
	w := &logWriter{to: to, report: report, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// Write never blocks and never fails. It keeps or drops the whole line.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.size+len(line) > maxUnwritten {
		w.dropped++
		return len(line), nil
	}
	w.size += len(line)
	w.lines = append(w.lines, append([]byte(nil), line...))
	w.signal()
	return len(line), nil
}

// Close writes the remaining lines, for at most closeTimeout, and stops the writer.
func (w *logWriter) Close() {
	w.mu.Lock()
	w.closed = true
	w.signal()
	w.mu.Unlock()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-timer.C:
	}
}

func (w *logWriter) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *logWriter) run() {
	defer close(w.done)
	for range w.wake {
		for {
			line, dropped, more := w.next()
			if !more {
				break
			}
			// An error cannot be logged, and the next write may succeed.
			if dropped > 0 {
				w.report(w.to, dropped)
			} else {
				_, _ = w.to.Write(line)
			}
		}
		w.mu.Lock()
		over := w.closed && len(w.lines) == 0
		w.mu.Unlock()
		if over {
			return
		}
	}
}

// next returns the next line, or, when all lines were written, how many were dropped.
func (w *logWriter) next() (line []byte, dropped int, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) > 0 {
		line, w.lines = w.lines[0], w.lines[1:]
		w.size -= len(line)
		return line, 0, true
	}
	dropped, w.dropped = w.dropped, 0
	return nil, dropped, dropped > 0
}
