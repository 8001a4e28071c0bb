package app

import (
	"context"
	"io"
	"log/slog"
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

// An Engine scans and delivers for one App.
type Engine struct {
	*App
	client   *sources.Client
	scanner  *scanner.Scanner
	worker   *delivery.Worker
	renderer *render.Renderer
	parts    channelParts
	channels openChannels // used by NewEngine and then by the reloader alone
	failures planningFailures
	scans    scanObservers
}

// NewEngine prepares what scans and delivers. Alerts for the terminal are written to
// terminal. A nil terminal is for an engine that sends nothing: it opens no channel and
// needs no secret of one. The caller closes the engine, which closes the App.
//
// It records the rules in force, asks new addresses to be confirmed and reports channels
// that are gone but have deliveries due.
func (a *App) NewEngine(ctx context.Context, terminal io.Writer) (*Engine, error) {
	folder := a.Folder()
	if missing, _ := folder.Config.CheckSecrets(); len(missing) > 0 && terminal != nil {
		return nil, missing
	}
	e := &Engine{App: a, renderer: folder.Renderer}
	e.renderer.Failed = func(err error) {
		a.log.ErrorContext(ctx, "a template failed; the shipped template was used for this message", "error", err)
	}
	logTemplateProblems(ctx, a.log, folder.TemplateProblems)
	if err := warnOfClock(ctx, a.store, a.now, a.log); err != nil {
		return nil, err
	}
	if backup := a.store.Backup(); backup != "" {
		a.log.InfoContext(ctx, "the database was copied before its tables were changed", "copy", backup)
	}
	if err := a.store.RecordRules(ctx, folder.Rules.Revisions(), a.now()); err != nil {
		return nil, err
	}
	secrets := redact.New(folder.Config.SecretValues()...)
	e.worker = &delivery.Worker{
		Outbox: a.store, Now: a.now, Log: a.log, Secrets: secrets,
		OnHealth: e.reportHealth, Troubled: e.failingChannels, DeadLetters: a.store.UnreportedDead,
	}
	a.wake = e.worker.Wake
	if terminal != nil {
		e.parts = channelParts{terminal, e.renderer, a.Links, secrets, a.now}
		var err error
		if e.channels, err = e.channels.next(folder.Config, e.parts); err != nil {
			return nil, err
		}
		e.worker.Channels = e.channels.all()
		if err := e.reportRemovedChannels(ctx); err != nil {
			return nil, err
		}
		if err := a.registerAddresses(ctx, a.now()); err != nil {
			return nil, err
		}
	}
	e.client = newClient(folder.Config, a.dir, secrets)
	if err := e.restoreCooldowns(ctx, a.now()); err != nil {
		return nil, err
	}
	started := time.Now()
	e.scanner = &scanner.Scanner{
		Store:     a.store,
		Ledger:    a.store,
		Queue:     a.store,
		Agenda:    a.store,
		Addresses: e.reportAddresses,
		Settings:  e.settings,
		Open:      func(src models.Source) scanner.Reader { return sources.Open(src, e.client) },
		Now:       a.now,
		Log:       a.log,
		Wake:      e.worker.Wake,
		Report:    e.scans.report,
		Planned:   e.planned,
		Elapsed:   func() time.Duration { return time.Since(started) },
		Expire:    a.store.Expire,
		Reindex:   a.store.Reindex,
	}
	return e, nil
}

// Close closes the engine and its App.
func (e *Engine) Close() error {
	e.client.Close()
	return e.App.Close()
}

// settings are what the scanner works by, as the files are now.
func (e *Engine) settings() scanner.Settings {
	w := e.Folder()
	timing, _ := timingOf(w.Config) // its schedule was checked when it was read
	return scanner.Settings{
		Sources:  w.Sources,
		Rules:    w.Rules,
		Routing:  w.Config.Routing(),
		Digests:  w.Config.Digests,
		Timing:   timing,
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

// restoreCooldowns keeps the new client from the hosts that asked an earlier one to wait.
func (e *Engine) restoreCooldowns(ctx context.Context, now time.Time) error {
	states, err := e.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	wait := make(map[string]time.Duration)
	for _, state := range states {
		if !state.AttemptedAt.After(now) { // or the clock was set back
			wait[state.SourceID] = state.NotBefore.Sub(now)
		}
	}
	for _, src := range e.Folder().Sources {
		e.client.SetCooldown(src.URL, wait[src.ID])
	}
	return nil
}

// logWarnings logs what is likely a mistake in the configuration.
func (e *Engine) logWarnings(ctx context.Context) {
	for _, warning := range e.Config().Warnings(e.now()) {
		e.log.WarnContext(ctx, "the configuration has a likely mistake", "warning", warning.String())
	}
}

// logTemplateProblems logs which templates are not used. They stop nothing: the shipped
// ones are used in their place.
func logTemplateProblems(ctx context.Context, log *slog.Logger, problems diag.Problems) {
	for _, p := range problems.Sorted() {
		log.ErrorContext(ctx, "template rejected: the shipped template is used in its place", "problem", p.String())
	}
}

// maxClockDifference is how far this machine's clock may be from the database's before a
// line is logged. A lease is renewed when it has 30 s left; two machines whose clocks
// differ by more would both send.
const maxClockDifference = 5 * time.Second

// warnOfClock logs an error if the clocks of this machine and of the database's differ:
// another program would take a lease for expired too early or too late.
func warnOfClock(ctx context.Context, s *store.Store, now func() time.Time, log *slog.Logger) error {
	ahead, err := s.ClockAhead(ctx, now)
	if err == nil && ahead.Abs() > maxClockDifference {
		log.ErrorContext(ctx, "this machine's clock and the database's differ; set both by NTP, or two programs may send the same", "database_ahead", ahead.Round(time.Millisecond))
	}
	return err
}
