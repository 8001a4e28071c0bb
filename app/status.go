package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"regwatch/app/instances"
	"regwatch/app/webclient"
	"regwatch/internal/build"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// A SystemStatus says how the program and its database are.
type SystemStatus struct {
	Build     build.Info
	Stats     models.Stats
	Failing   []models.ChannelHealth // channels and addresses of which people were notified, and that do not deliver again yet
	Unplanned []PlanningResult       // what a crash keeps from being planned
	Warnings  []string               // likely mistakes in the files, in English
	Database  DatabaseStatus
	Memory    uint64 // bytes that the program got from the system
	ReadToday int    // enabled sources that were read in the last 24 hours
	Enabled   int    // sources
	Digest    *Digest
	AuditHead models.AuditHead
	Instances []Instance  // that run on the database, the one that started first before the others
	Mixed     []diag.Text // how they differ, and which are silent, in sentences
}

// A DatabaseStatus says where the database is and how large it is.
type DatabaseStatus struct {
	Postgres bool
	Path     string // of the SQLite file
	Bytes    int64  // of it
	Free     int64  // of them, in pages that hold nothing
	Copy     string // made at the start, before its tables were changed; empty: there was nothing to change
}

// Status returns how the program and its database are. It is cheap: pages show it.
func (e *Engine) Status(ctx context.Context) (SystemStatus, error) {
	s := SystemStatus{Build: build.Read(), Unplanned: e.Unplanned()}
	var err error
	if s.Stats, err = e.Stats(ctx); err != nil {
		return s, err
	}
	if s.Failing, err = e.failingChannels(ctx); err != nil {
		return s, err
	}
	states, err := e.sourceStates(ctx)
	if err != nil {
		return s, err
	}
	now := e.now()
	for _, src := range e.Folder().Sources {
		if src.Disabled {
			continue
		}
		s.Enabled++
		if at := states[src.ID].SucceededAt; !at.IsZero() && now.Sub(at) <= 24*time.Hour {
			s.ReadToday++
		}
	}
	for _, p := range append(e.Config().Warnings(now), e.Folder().TemplateProblems...) {
		s.Warnings = append(s.Warnings, p.String())
	}
	digests, err := e.Digests(ctx, "", Position{}, 1)
	if err != nil {
		return s, err
	}
	if len(digests) > 0 {
		s.Digest = &digests[0]
	}
	if s.AuditHead, err = e.AuditHead(ctx); err != nil {
		return s, err
	}
	if s.Instances, err = e.Instances(ctx); err != nil {
		return s, err
	}
	s.Mixed = mixed(s.Instances)
	s.Database = DatabaseStatus{Postgres: e.Config().Database.DSN.IsSet(), Path: e.Config().Database.Path, Copy: e.store.Backup()}
	if !s.Database.Postgres {
		size, err := e.store.Size(ctx)
		if err != nil {
			return s, err
		}
		s.Database.Bytes, s.Database.Free = size.Bytes, size.Free
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	s.Memory = memory.Sys
	return s, nil
}

// reportHealth notifies people that a channel delivers nothing, delivers again, has given
// messages up, or was removed. It logs the same, in case that no channel works.
func (e *Engine) reportHealth(ctx context.Context, h models.ChannelHealth) error {
	notices := notifier.PlanChannelHealth(h, e.routing(), e.now())
	if err := e.store.CommitNotices(ctx, notices); err != nil {
		return err
	}
	level, message := slog.LevelError, "channel failing"
	if h.Health != models.Failing {
		level, message = slog.LevelInfo, "channel delivers again"
	}
	e.log.Log(ctx, level, message, "channel", h.Name(), "since", h.Since, "given_up", h.Dead, "due", h.Owed, "reported_through", destinationsIn(notices), "error", h.Error)
	e.worker.Wake()
	return nil
}

func destinationsIn(notices []models.Notice) []string {
	all := make(map[string]bool)
	for _, n := range notices {
		for _, d := range n.Deliveries {
			all[d.Destination] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// failingChannels returns the channels and addresses that people were notified are
// failing, and not yet that they deliver again.
func (e *Engine) failingChannels(ctx context.Context) ([]models.ChannelHealth, error) {
	reports, err := e.store.ChannelTroubles(ctx)
	if err != nil {
		return nil, err
	}
	failing := make([]models.ChannelHealth, len(reports))
	for i, r := range reports {
		failing[i] = models.ChannelHealth{Health: r.Health, Since: r.Since, Error: r.Error, Failure: r.Failure}
		failing[i].Channel, failing[i].Address, _ = strings.Cut(r.Name, ":")
	}
	return failing, nil
}

// reportRemovedChannels notifies people, once, of deliveries due through channels that
// are no longer configured: nobody would send them, and nobody would notice.
func (e *Engine) reportRemovedChannels(ctx context.Context) error {
	pending, err := e.store.Pending(ctx)
	if err != nil {
		return err
	}
	for _, o := range pending {
		if _, configured := e.Config().Channel(o.Channel); configured {
			continue
		}
		gone := models.Failure{Kind: models.FailureChannelRemoved, Args: models.FailureArgs{Channel: o.Channel}}
		err := e.reportHealth(ctx, models.ChannelHealth{
			Channel: o.Channel, Health: models.Failing, Since: o.Since, Owed: o.Deliveries,
			Error: render.Failure(gone, string(render.English)), Failure: gone,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heartbeat returns what calls the configured address while all is well; nil if none is
// configured.
func (e *Engine) heartbeat() (*delivery.Heartbeat, error) {
	if !e.Config().Heartbeat.URL.IsSet() {
		return nil, nil
	}
	address, err := e.Config().Heartbeat.URL.Reveal()
	if err != nil {
		return nil, fmt.Errorf("heartbeat.url: %w", err)
	}
	return delivery.NewHeartbeat(delivery.HeartbeatOptions{URL: address, Now: e.now, Log: e.log, Well: func(ctx context.Context) error {
		if why := e.failures.sentence(); why != "" {
			return fmt.Errorf("regwatch crashes when it plans some messages; %s", why)
		}
		failing, err := e.failingChannels(ctx)
		for _, h := range failing {
			if _, configured := e.Config().Channel(h.Channel); configured && h.Address == "" {
				return fmt.Errorf("nothing gets through the channel %s", h.Channel)
			}
		}
		return err
	}})
}

// RoleWeb is the role of a program that serves pages.
const RoleWeb = instances.RoleWeb

// RunRoles returns what programs that share a database may do of the work.
func RunRoles() []string { return instances.Roles() }

// ParseRunRoles reads a list of roles.
func ParseRunRoles(list []string) ([]string, error) { return instances.ParseRoles(list) }

// An Instance is one regwatch run on the database.
type Instance struct {
	ID        string    `json:"id"`
	Machine   string    `json:"machine"`
	PID       int       `json:"pid"`
	Version   string    `json:"version"`
	Roles     []string  `json:"roles"`
	Config    string    `json:"config"` // a short hash of the files in force
	Rules     string    `json:"rules"`  // a short hash of the rules in force
	StartedAt time.Time `json:"started_at"`
	SeenAt    time.Time `json:"seen_at"`
	Silent    bool      `json:"silent"` // it was not seen for a while, and has not ended in order
	Self      bool      `json:"self"`   // it is this program
}

// Name is how people tell an instance from others.
func (i Instance) Name() string { return fmt.Sprintf("%s/%d", i.Machine, i.PID) }

// Instances returns the programs that run on the database, and those that fell silent within a day.
func (a *App) Instances(ctx context.Context) ([]Instance, error) {
	stored, err := a.store.Instances(ctx)
	all := []Instance{}
	now := a.now()
	for _, i := range stored {
		all = append(all, Instance{
			ID: i.ID, Machine: i.Machine, PID: i.PID, Version: i.Version, Roles: strings.Split(i.Roles, ","), Config: i.Config, Rules: i.Rules,
			StartedAt: i.StartedAt, SeenAt: i.SeenAt, Silent: now.Sub(i.SeenAt) > a.silentAfter(), Self: i.ID == a.instance,
		})
	}
	return all, err
}

// silentAfter is how long an instance may go unseen.
func (a *App) silentAfter() time.Duration {
	if a.sharesWork() {
		return instances.SilentAfter
	}
	return instances.SeldomSilentAfter
}

// mixed says how instances differ, and which are silent.
func mixed(all []Instance) []diag.Text {
	var texts []diag.Text
	versions, rules, files := map[string]bool{}, map[string]bool{}, map[string]bool{}
	done := map[string]bool{}
	for _, i := range all {
		if i.Silent {
			texts = append(texts, diag.Textf("The instance %s has not been seen since %s: it was killed, is paused, or cannot reach the database.", i.Name(), i.SeenAt.Format(time.RFC3339)))
			continue
		}
		versions[i.Version], rules[i.Rules], files[i.Config] = true, true, true
		for _, r := range i.Roles {
			done[r] = true
		}
	}
	if len(versions) > 1 {
		texts = append(texts, diag.Textf("The instances run %d different versions of regwatch.", len(versions)))
	}
	switch {
	case len(rules) > 1:
		texts = append(texts, diag.Textf("The instances use %d different sets of rules: a new article meets those of the instance that reads it.", len(rules)))
	case len(files) > 1:
		texts = append(texts, diag.Textf("The instances use %d different versions of the configuration, sources or templates.", len(files)))
	}
	for _, role := range instances.Roles() {
		if len(done) > 0 && !done[role] && role != instances.RoleWeb {
			texts = append(texts, diag.Textf("No instance has the role %s.", role))
		}
	}
	return texts
}

// sharesWork reports whether programs share work by leases: on PostgreSQL.
func (a *App) sharesWork() bool { return a.Config().Database.DSN.IsSet() }

// join makes this program one of those on the database, and returns what its client shares with them.
func (e *Engine) join() webclient.SharedHosts {
	e.member = instances.Join(instances.Options{Store: e.store, Shares: e.sharesWork(), InUse: e.inUse, Now: e.now, Log: e.log})
	e.instance = e.member.ID
	shared := webclient.SharedHosts{Store: e.store, Now: e.now}
	if e.member.Leases != nil {
		shared.Hosts = instances.Fetcher{Leases: e.member.Leases}
	}
	return shared
}

// share does what a program does among others while it runs.
func (e *Engine) share(ctx context.Context, group *errgroup.Group, roles []string) {
	if len(roles) == 0 {
		roles = instances.Roles()
	}
	e.roles.Store(&roles)
	group.Go(func() error { e.member.Presence.Run(ctx); return nil })
	if e.member.Leader != nil && e.Does(instances.RoleScan) {
		group.Go(func() error { e.member.Leader.Run(ctx, nil); return nil })
	}
	if e.clock != nil {
		group.Go(func() error { e.keepClock(ctx); return nil })
	}
}

// Does reports whether this program has a role. Before Run it has all.
func (e *Engine) Does(role string) bool {
	roles := e.roles.Load()
	return roles == nil || slices.Contains(*roles, role)
}

// inUse says what this program does, and with what.
func (e *Engine) inUse() (roles, config, rules string) {
	folder := e.Folder()
	done := instances.Roles()
	if set := e.roles.Load(); set != nil {
		done = *set
	}
	var revisions []string
	for _, r := range folder.Rules.Revisions() {
		revisions = append(revisions, r.RuleID, r.Hash)
	}
	return strings.Join(done, ","), shortHash(folder.content), shortHash(revisions...)
}

func shortHash(parts ...string) string { return models.HashOf(parts...)[:8] }

const (
	// maxClockDifference is how far this machine's clock may be from the database's before
	// a line is logged.
	maxClockDifference = 5 * time.Second
	// setClockEvery is how often the database is asked for the time.
	setClockEvery = time.Minute
)

// useClock makes the App show the time of the database, where several programs share one.
func (a *App) useClock(ctx context.Context) error {
	if !a.sharesWork() {
		return nil
	}
	own := a.now
	clock, err := instances.NewClock(ctx, own, a.store.ClockAhead)
	if err != nil {
		return err
	}
	if ahead := clock.Now().Sub(own()); ahead.Abs() > maxClockDifference {
		a.log.WarnContext(ctx, "this machine's clock and the database's differ; regwatch uses the database's. Set both by NTP", "database_ahead", ahead.Round(time.Millisecond))
	}
	a.clock, a.now = clock, clock.Now
	return nil
}

// keepClock asks the database for the time again and again, until the context ends.
func (e *Engine) keepClock(ctx context.Context) {
	ticker := time.NewTicker(setClockEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := e.clock.Set(ctx); err != nil && ctx.Err() == nil {
				e.log.WarnContext(ctx, "ask the database for the time", "error", err)
			}
		}
	}
}
