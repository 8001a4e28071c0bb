package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/store"
)

// An app is the program put together over one folder. Every command that scans
// or delivers works on one.
type app struct {
	answers
	live      *live
	client    *sources.Client
	scanner   *scanner.Scanner
	deliverer *delivery.Worker
	listener  net.Listener // of the pages; nil serves none
	log       *slog.Logger
	timing    scanner.Timing
	words     *render.Renderer
	unplanned unplanned
}

// openApp reads the folder, opens its database and wires the rooms. Alerts for
// the terminal are written to terminal; if it is nil nothing is to be sent, and
// the channels' secrets are not needed.
func openApp(ctx context.Context, dir string, log *slog.Logger, terminal io.Writer) (*app, error) {
	live, problems := readLive(dir)
	if len(problems) > 0 {
		return nil, problems
	}
	w := live.get()
	missing, _ := w.Config.CheckSecrets()
	if len(missing) > 0 && terminal != nil {
		return nil, missing
	}
	a := &app{answers: answers{routing: w.Config.Routing()}, live: live, log: log, words: w.Words}
	a.words.Failed = func(err error) {
		log.ErrorContext(ctx, "a template failed, and the message was written by the shipped one", "error", err)
	}
	var err error
	tellFaults(ctx, log, w.Faults)
	if a.timing, err = timingOf(w.Config); err != nil {
		return nil, err
	}
	if a.store, err = openStore(ctx, w.Config, log); err != nil {
		return nil, err
	}
	if err := warnOfClock(ctx, a.store, log); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	if backup := a.store.Backup(); backup != "" {
		log.InfoContext(ctx, "the database was copied before its tables were changed", "copy", backup)
	}
	if err := a.store.RecordRules(ctx, w.Rules.Revisions(), time.Now()); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	secrets := redact.New(w.Config.SecretValues()...)
	var channels map[string]delivery.Channel
	if terminal != nil {
		if channels, err = openChannels(w.Config, supplies{terminal, a.words, a.links, secrets}); err != nil {
			return nil, errors.Join(err, a.store.Close())
		}
	}
	a.deliverer = &delivery.Worker{
		Outbox: a.store, Channels: channels, Now: time.Now, Log: log, Secrets: secrets,
		OnHealth: a.tellHealth, Troubled: a.troubled, DeadLetters: a.store.UnreportedDead,
	}
	if terminal != nil {
		if err := a.tellOrphans(ctx, channels); err != nil {
			return nil, errors.Join(err, a.store.Close())
		}
	}
	if terminal != nil {
		if err := a.registerAddresses(ctx, time.Now()); err != nil {
			return nil, errors.Join(err, a.store.Close())
		}
	}
	a.client = newClient(w.Config, dir, secrets)
	if err := a.leaveAlone(ctx, time.Now()); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	started := time.Now()
	a.scanner = &scanner.Scanner{
		Store:     a.store,
		Ledger:    a.store,
		Queue:     a.store,
		Agenda:    a.store,
		Addresses: a.reportAddresses,
		Settings:  a.settings,
		Open:      func(src models.Source) scanner.Reader { return sources.Open(src, a.client) },
		Now:       time.Now,
		Log:       log,
		Wake:      a.deliverer.Wake,
		Planned:   a.planned,
		Elapsed:   func() time.Duration { return time.Since(started) },
		Expire:    a.store.Expire,
		Reindex:   a.store.Reindex,
	}
	return a, nil
}

func (a *app) close() error {
	a.client.Close()
	return a.store.Close()
}

// settings are what the scanner works by, as the files stand now.
func (a *app) settings() scanner.Settings {
	w := a.live.get()
	return scanner.Settings{
		Sources:  w.Sources,
		Rules:    w.Rules,
		Routing:  w.Config.Routing(),
		Digests:  w.Config.Digests,
		Timing:   a.timing,
		LookBack: w.Config.Scan.LookBack,
		Limits:   scanner.Limits{Parallel: w.Config.Scan.Parallel, Pages: w.Config.Scan.Pages},
		KeepText: w.Config.Retention.Text,
	}
}

// timingOf is when sources are scanned that have no cron line of their own.
func timingOf(c *configs.Config) (scanner.Timing, error) {
	t := scanner.Timing{Zone: c.Location(), Floor: c.Scan.Floor, Ceiling: c.Scan.Ceiling}
	if c.Scan.Cron == "" {
		return t, nil
	}
	every, err := schedule.Parse(c.Scan.Cron)
	t.Schedule = every.In(c.Location())
	return t, err
}

// leaveAlone keeps the new client from the hosts that asked an earlier one to be
// left alone.
func (a *app) leaveAlone(ctx context.Context, now time.Time) error {
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	wait := make(map[string]time.Duration)
	for _, state := range states {
		if !state.AttemptedAt.After(now) { // or the clock was set back
			wait[state.SourceID] = state.NotBefore.Sub(now)
		}
	}
	for _, src := range a.live.get().Sources {
		a.client.SetCooldown(src.URL, wait[src.ID])
	}
	return nil
}

// watch reloads rules, sources and templates when they change and at a hangup, until
// the context ends.
func (a *app) watch(ctx context.Context, stderr io.Writer, hangups <-chan os.Signal) {
	a.live.watch(ctx, a.log, hangups, func(w *written) {
		if err := a.store.RecordRules(ctx, w.Rules.Revisions(), time.Now()); err != nil {
			a.log.ErrorContext(ctx, "the new rules were not recorded", "error", err)
		}
		a.words.Become(w.Words)
		tellFaults(ctx, a.log, w.Faults)
		a.log.InfoContext(ctx, "rules and sources reloaded", "rules", len(w.Rules.Rules()), "sources", len(w.Sources))
	}, func(problems diag.Problems) {
		fmt.Fprintln(stderr, problems)
		a.log.ErrorContext(ctx, "the change was not taken; the rules and sources that were in force stay", "problems", len(problems))
	})
}

// tellFaults says which templates are not taken. They hold nothing up: the
// shipped ones stay in force.
func tellFaults(ctx context.Context, log *slog.Logger, faults diag.Problems) {
	for _, p := range faults.Sorted() {
		log.ErrorContext(ctx, "a template is not taken; the shipped one stays in force", "problem", p.String())
	}
}

// mostApart is how far this machine's clock may be from the database's before that is
// logged. A lease is renewed when it has 30 s left; two machines whose clocks are
// further apart than that would both send.
const mostApart = 5 * time.Second

// warnOfClock says when this machine and the database's do not agree what time it
// is: what one has claimed would seem free to another too early or too late.
func warnOfClock(ctx context.Context, s *store.Store, log *slog.Logger) error {
	ahead, err := s.ClockAhead(ctx, time.Now)
	if err == nil && ahead.Abs() > mostApart {
		log.ErrorContext(ctx, "this machine's clock and the database's differ; set both by NTP, or two programs may send the same", "database_ahead", ahead.Round(time.Millisecond))
	}
	return err
}

func openStore(ctx context.Context, c *configs.Config, log *slog.Logger) (*store.Store, error) {
	options, err := storeOptions(c, log)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, options)
}

func storeOptions(c *configs.Config, log *slog.Logger) (store.Options, error) {
	if !c.Database.DSN.IsSet() {
		return store.Options{Path: c.Database.Path, Log: log}, nil
	}
	dsn, err := c.Database.DSN.Reveal()
	if err != nil {
		return store.Options{}, fmt.Errorf("database.dsn: %w", err)
	}
	return store.Options{DSN: dsn, Log: log}, nil
}

// version is the module's version, from the build.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
