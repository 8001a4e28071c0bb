package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"regwatch/app/channels"
	"regwatch/app/instances"
	"regwatch/app/webclient"
	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/scanner"
	"regwatch/sources"
)

// An Engine scans and delivers for one App.
type Engine struct {
	*App
	client   *sources.Client
	scanner  *scanner.Scanner
	worker   *delivery.Worker
	renderer *render.Renderer
	parts    channels.Parts
	channels channels.Set // used by NewEngine and then by the reloader alone
	failures planningFailures
	scans    scanObservers
	member   *instances.Member
	roles    atomic.Pointer[[]string] // of Run; nil before
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
	logSkipped(ctx, a.log, folder.Skipped)
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
		e.parts = channels.Parts{Terminal: terminal, Renderer: e.renderer, Links: a.Links, Secrets: secrets, Now: a.now}
		var err error
		if e.channels, err = e.channels.Next(folder.Config, e.parts); err != nil {
			return nil, err
		}
		e.worker.Channels = e.channels.All()
		if err := e.reportRemovedChannels(ctx); err != nil {
			return nil, err
		}
		if err := a.registerAddresses(ctx, a.now()); err != nil {
			return nil, err
		}
	}
	if err := a.addProfiles(ctx, a.now()); err != nil {
		return nil, err
	}
	shared := e.join()
	e.client = webclient.New(folder.Config, a.dir, secrets, a.store, shared)
	if err := e.client.RestoreCooldowns(ctx); err != nil {
		e.member.Leave()
		return nil, err
	}
	started := time.Now()
	e.scanner = &scanner.Scanner{
		Store:          a.store,
		DigestStore:    a.store,
		Queue:          a.store,
		KeyDateStore:   a.store,
		PassageStore:   a.store,
		Attempts:       a.store,
		Addresses:      e.reportAddresses,
		RuleNotices:    e.reportRules,
		Settings:       e.settings,
		Open:           func(src models.Source) scanner.Reader { return sources.Open(src, e.client) },
		Now:            a.now,
		Log:            a.log,
		Wake:           e.worker.Wake,
		Report:         e.scans.report,
		Planned:        e.planned,
		Elapsed:        func() time.Duration { return time.Since(started) },
		Expire:         a.store.Expire,
		DropDrafts:     func(ctx context.Context, now time.Time) error { return a.store.DropRuleDrafts(ctx, now.Add(-draftAge)) },
		Reindex:        a.store.Reindex,
		StoreTextsOnce: a.store.StoreTextsOnce,
		FillMatters:    a.fillMatters,
		Leads:          e.member.Leads,
	}
	if e.member.Leases != nil {
		e.scanner.Hosts = instances.Scanner{Leases: e.member.Leases, Presence: e.member.Presence}
	}
	return e, nil
}

// Close closes the engine and its App.
func (e *Engine) Close() error {
	e.client.Close()
	e.member.Leave()
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

const (
	// stopTimeout is how long messages in progress may take when regwatch stops.
	stopTimeout = 10 * time.Second
	// exitTimeout is when regwatch ends although something has not stopped, such as a
	// message to a terminal that nobody reads.
	exitTimeout = 30 * time.Second
)

// RunOptions are what Run needs besides the folder. All of them are optional.
type RunOptions struct {
	Stderr  io.Writer                   // receives the mistakes of a rejected change
	Hangups <-chan os.Signal            // each one reads all files again
	Secrets *redact.Secrets             // of the log; receives the secrets of a changed configuration
	Serve   func(context.Context) error // serves pages until its context ends
	Roles   []string                    // what is done of the work; empty: all of it

	// Supervise is told whether the loops work, from when they have started until its context ends.
	Supervise func(ctx context.Context, alive func() bool)
}

// MaxTickAge is how long the scanner, which looks for due work every minute, may take until it looks again. A database
// that is locked delays it.
const MaxTickAge = 5 * time.Minute

// watchTicks returns a function that reports whether the scanner has looked for due work within MaxTickAge. Call it before
// the scanner runs.
func (e *Engine) watchTicks() (alive func() bool) {
	var latest atomic.Pointer[time.Time]
	tick := e.scanner.Tick
	ticked := func() {
		now := time.Now() // with the monotonic clock, whatever the wall clock shows
		latest.Store(&now)
	}
	ticked() // it is about to begin
	e.scanner.Tick = func() {
		ticked()
		if tick != nil {
			tick()
		}
	}
	return func() bool { return time.Since(*latest.Load()) <= MaxTickAge }
}

// Run scans, delivers, handles interactions with Slack's buttons and takes changes of the folder
// into use, until the context ends. Messages in progress are finished first, which
// takes at most 10 s.
func (e *Engine) Run(ctx context.Context, o RunOptions) error {
	heartbeat, err := e.heartbeat()
	if err != nil {
		return err
	}
	e.logWarnings(ctx)
	e.worker.Grace = stopTimeout
	group, running := errgroup.WithContext(ctx)
	if heartbeat != nil {
		e.scanner.Beat = heartbeat.Beat
		group.Go(func() error { heartbeat.Run(running); return nil })
	}
	if o.Serve != nil {
		group.Go(func() error { return o.Serve(running) })
	}
	e.share(running, group, o.Roles)
	alive := func() bool { return true } // of a program that does not scan: nothing of it ticks
	if e.Does(instances.RoleScan) {
		alive = e.watchTicks()
		group.Go(func() error { return e.scanner.Run(running) })
	}
	if e.Does(instances.RoleDeliver) {
		group.Go(func() error { return e.worker.Run(running) })
	}
	sockets := &slackSockets{engine: e, open: make(map[string]openSocket), run: func(do func()) {
		group.Go(func() error { do(); return nil })
	}}
	sockets.update(running, e.Config())
	changes := newReloader(e, o, sockets)
	group.Go(func() error { changes.watch(running, o.Hangups); return nil })
	group.Go(func() error { e.watchDecisions(running); return nil })
	if o.Supervise != nil {
		group.Go(func() error { o.Supervise(running, alive); return nil })
	}

	<-running.Done()
	if ctx.Err() != nil {
		e.log.InfoContext(ctx, "stopping: finishing the messages in progress, at most 10 s", "why", context.Cause(ctx))
	}
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	timer := time.NewTimer(exitTimeout)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err == nil {
			e.log.InfoContext(ctx, "stopped")
		}
		return err
	case <-timer.C:
		return fmt.Errorf("something did not stop within %s; messages in progress may have arrived", exitTimeout)
	}
}

// An Observer is called while an engine works, from several goroutines. Functions that are
// nil are not called.
type Observer struct {
	Scanned   func(SourceScan)           // after each scan of a source
	Ticked    func()                     // each minute, when the scanner looks for what is due
	Planned   func(PlanningResult)       // after each planning of notices
	Delivered func(DeliveryAttempt)      // after each attempt to deliver
	Channel   func(models.ChannelHealth) // when the health of a channel has changed
}

// A DeliveryAttempt is one attempt to send a delivery.
type DeliveryAttempt struct {
	Channel   string
	Address   string
	Outcome   string // sent, found, postponed, dead or dropped
	Arrived   bool   // it was sent or found
	CreatedAt time.Time
}

// A PlanningResult says how many notices of one kind a crash kept from being planned, when
// they were last planned.
type PlanningResult struct {
	Kind      string // flush, escalation, reminder, address or digest
	Unplanned int
	What      string // such as "2 digests"
}

// PlanningKinds returns the kinds of notices that the scanner plans.
func PlanningKinds() []string {
	var kinds []string
	for _, kind := range scanner.Plannings() {
		kinds = append(kinds, string(kind))
	}
	return kinds
}

// Observe makes the engine call o. Call it before Run, at most once.
func (e *Engine) Observe(o Observer) {
	if o.Scanned != nil {
		e.scans.add(o.Scanned)
	}
	e.scanner.Tick = o.Ticked
	if o.Planned != nil {
		e.scanner.Planned = func(kind scanner.Planning, unplanned int) {
			o.Planned(PlanningResult{string(kind), unplanned, kind.Count(unplanned)})
			e.planned(kind, unplanned)
		}
	}
	if o.Delivered != nil {
		e.worker.OnResult = func(r delivery.Result) { o.Delivered(newDeliveryAttempt(r)) }
	}
	if o.Channel != nil {
		e.worker.OnHealth = func(ctx context.Context, h models.ChannelHealth) error {
			o.Channel(h)
			return e.reportHealth(ctx, h)
		}
	}
}

// scanObservers are called after each scan of a source.
type scanObservers struct {
	mu  sync.Mutex // guards all
	all []*func(SourceScan)
}

// add adds a function. What it returns removes it.
func (o *scanObservers) add(scanned func(SourceScan)) (remove func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, &scanned)
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.all = slices.DeleteFunc(slices.Clone(o.all), func(f *func(SourceScan)) bool { return f == &scanned })
	}
}

func (o *scanObservers) report(r scanner.Result) {
	o.mu.Lock()
	all := o.all
	o.mu.Unlock()
	if len(all) == 0 {
		return
	}
	s := newSourceScan(r)
	for _, scanned := range all {
		(*scanned)(s)
	}
}

func newDeliveryAttempt(r delivery.Result) DeliveryAttempt {
	return DeliveryAttempt{
		Channel: r.Delivery.Channel, Address: r.Delivery.Address, Outcome: string(r.Outcome),
		Arrived: r.Outcome == delivery.Sent || r.Outcome == delivery.Found, CreatedAt: r.Delivery.CreatedAt,
	}
}

// Unplanned returns the kinds of notices of which a crash keeps some from being planned.
func (e *Engine) Unplanned() []PlanningResult { return e.failures.unplanned() }

// Stats returns what is due, given up and stored.
func (a *App) Stats(ctx context.Context) (models.Stats, error) { return a.store.Stats(ctx) }

// Now is the time by the App's clock.
func (a *App) Now() time.Time { return a.now() }

// SetClock replaces the App's clock, for tests. Call it before anything else.
func (a *App) SetClock(now func() time.Time) { a.now = now }

// reportTimeout is how long the database has to store a report of planning failures.
const reportTimeout = 30 * time.Second

// planningFailures counts what panics keep from being planned. It may be used at the same
// time.
type planningFailures struct {
	mu       sync.Mutex // guards the fields below
	counts   map[scanner.Planning]int
	since    time.Time                      // when the first of them failed; zero while there are none
	reported map[scanner.Planning]time.Time // the UTC day of the last report
}

// add stores how many notices of a kind are not planned. It returns what is not sent as a
// sentence, since when, and whether people are to be notified: once a day of each kind.
func (f *planningFailures) add(kind scanner.Planning, n int, now time.Time) (sentence string, since time.Time, report bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = make(map[scanner.Planning]int)
	}
	f.counts[kind] = n
	sentence = f.sentenceLocked()
	if sentence == "" {
		f.since = time.Time{}
	} else if f.since.IsZero() {
		f.since = now
	}
	return sentence, f.since, n > 0 && !f.reported[kind].Equal(utcDay(now))
}

// setReported stores that people were notified of a kind today.
func (f *planningFailures) setReported(kind scanner.Planning, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reported == nil {
		f.reported = make(map[scanner.Planning]time.Time)
	}
	f.reported[kind] = utcDay(now)
}

// sentence says what is not sent; empty if everything is planned.
func (f *planningFailures) sentence() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sentenceLocked()
}

// unplanned returns what is not planned, by kind.
func (f *planningFailures) unplanned() []PlanningResult {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.unplannedLocked()
}

func (f *planningFailures) unplannedLocked() []PlanningResult {
	var all []PlanningResult
	for _, kind := range scanner.Plannings() {
		if n := f.counts[kind]; n > 0 {
			all = append(all, PlanningResult{string(kind), n, kind.Count(n)})
		}
	}
	return all
}

func (f *planningFailures) sentenceLocked() string {
	var parts []string
	for _, r := range f.unplannedLocked() {
		parts = append(parts, r.What)
	}
	if len(parts) == 0 {
		return ""
	}
	return "not sent: " + strings.Join(parts, ", ")
}

func utcDay(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// planned stores how many notices of a kind a panic kept from being planned, and notifies
// people of it once a day of each kind. A report that fails is repeated after the next
// planning.
func (e *Engine) planned(kind scanner.Planning, n int) {
	now := e.now()
	sentence, since, report := e.failures.add(kind, n, now)
	if !report {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportTimeout)
	defer cancel()
	if err := e.store.CommitNotices(ctx, notifier.PlanUnplanned(string(kind), sentence, since, e.routing(), now)); err != nil {
		e.log.ErrorContext(ctx, "report what is not planned", "error", fmt.Errorf("%s: %w", sentence, err))
		return
	}
	e.failures.setReported(kind, now)
	e.worker.Wake()
}
