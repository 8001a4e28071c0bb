package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"regwatch/app"
	"regwatch/models"
)

// A Status says how regwatch is doing. [app.Engine] is one.
type Status interface {
	Stats(ctx context.Context) (models.Stats, error)
	SourceHealths(ctx context.Context) ([]app.SourceHealth, error) // of the configured sources
	Unplanned() []app.PlanningResult                               // what a crash keeps from being planned
}

// A Monitor counts what the program does and reads what the database holds, for
// /metrics and /readyz.
type Monitor struct {
	status   Status
	now      func() time.Time
	registry *prometheus.Registry

	scans         *prometheus.CounterVec
	scanDuration  prometheus.Histogram
	articles      prometheus.Counter
	matches       *prometheus.CounterVec
	changes       *prometheus.CounterVec
	deliveries    *prometheus.CounterVec
	deliveryDelay *prometheus.HistogramVec
	planPanics    *prometheus.CounterVec

	mu       sync.Mutex                 // guards the two below
	tickedAt time.Time                  // when the scanner last ticked; zero: it has not begun
	channels map[string]map[string]bool // by name, the failing addresses; "" is the channel itself
}

// NewMonitor returns a monitor of a version of the program.
func NewMonitor(version string, status Status, now func() time.Time) *Monitor {
	m := &Monitor{status: status, now: now, registry: prometheus.NewRegistry(), channels: map[string]map[string]bool{}}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	m.scans = counter("regwatch_scans_total", "Scans of sources by this program, by outcome: new, unchanged or failed.", "outcome")
	m.articles = counter("regwatch_articles_total", "Articles stored by this program, new or in a new revision.").WithLabelValues()
	m.matches = counter("regwatch_matches_total", "Matches of rules in events, by strength: subject or mention.", "strength")
	m.changes = counter("regwatch_events_total", "Changes of events by this program: opened, copied or revised.", "change")
	m.deliveries = counter("regwatch_deliveries_total", "Tries to deliver by this program, by channel and outcome: sent, found, postponed, dead or dropped.", "channel", "outcome")
	m.planPanics = counter("regwatch_planning_panics_total", "Notices and digests that a panic kept from being planned, at each try of this program, by kind: flush, escalation or digest.", "kind")
	m.scanDuration = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "regwatch_scan_duration_seconds", Help: "How long a scan of one source took, with the pages behind its articles.",
		Buckets: []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300},
	})
	m.deliveryDelay = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "regwatch_delivery_delay_seconds", Help: "Time from when a delivery was decided until its channel took it.",
		Buckets: []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 21600},
	}, []string{"channel"})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "regwatch_build_info", Help: "The version of the program; its value is 1."}, []string{"version", "go_version"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	m.registry.MustRegister(m.scanDuration, m.deliveryDelay, build, newStored(m),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// What has not happened yet is 0, so that its first time is seen as a rise.
	for _, outcome := range []string{"new", "unchanged", "failed"} {
		m.scans.WithLabelValues(outcome)
	}
	for _, kind := range app.PlanningKinds() {
		m.planPanics.WithLabelValues(kind)
	}
	return m
}

// Observer returns what the engine calls.
func (m *Monitor) Observer() app.Observer {
	return app.Observer{Scanned: m.scanned, Ticked: m.ticked, Planned: m.planned, Delivered: m.delivered, Channel: m.channel}
}

// Handler serves the metrics.
func (m *Monitor) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 2 * askFor, MaxRequestsInFlight: 4})
}

// ticked notes that the scanner looks for what is due.
func (m *Monitor) ticked() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tickedAt = m.now()
}

// tickAge is how long ago the scanner last ticked, by the monotonic clock if now
// has one; 0 before its first tick.
func (m *Monitor) tickAge() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return since(m.tickedAt, m.now())
}

// planned counts the notices that a crash kept from being planned.
func (m *Monitor) planned(r app.PlanningResult) {
	m.planPanics.WithLabelValues(r.Kind).Add(float64(r.Unplanned))
}

// crashes says what a crash keeps from being planned, in a sentence for each kind.
func (m *Monitor) crashes() []string {
	var why []string
	for _, r := range m.status.Unplanned() {
		it := "them"
		if r.Unplanned == 1 {
			it = "it"
		}
		why = append(why, fmt.Sprintf("%s not sent, because regwatch crashes when it plans %s; this is a bug in regwatch, and its log has the details", r.What, it))
	}
	return why
}

// scanned counts a scan.
func (m *Monitor) scanned(r app.SourceScan) {
	outcome := "unchanged"
	switch {
	case r.Error != "":
		outcome = "failed"
	case r.Articles > 0:
		outcome = "new"
	}
	m.scans.WithLabelValues(outcome).Inc()
	m.scanDuration.Observe(r.Took.Seconds())
	m.articles.Add(float64(r.Articles))
	for _, c := range r.Changes {
		m.changes.WithLabelValues(string(c.Kind)).Inc()
		for _, match := range c.Matches {
			m.matches.WithLabelValues(string(match.Strength)).Inc()
		}
	}
}

// delivered counts an attempt to deliver.
func (m *Monitor) delivered(a app.DeliveryAttempt) {
	m.deliveries.WithLabelValues(a.Channel, a.Outcome).Inc()
	if a.Arrived {
		m.deliveryDelay.WithLabelValues(a.Channel).Observe(since(a.CreatedAt, m.now()).Seconds())
		m.note(models.ChannelHealth{Channel: a.Channel, Address: a.Address, Health: models.Healthy})
	}
}

// channel notes a change of a channel's health.
func (m *Monitor) channel(h models.ChannelHealth) {
	if h.Dead == 0 { // messages that were given up say nothing of the channel
		m.note(h)
	}
}

func (m *Monitor) note(h models.ChannelHealth) {
	m.mu.Lock()
	defer m.mu.Unlock()
	failing := m.channels[h.Channel]
	if failing == nil {
		failing = map[string]bool{}
		m.channels[h.Channel] = failing
	}
	if h.Health.Answers() {
		delete(failing, h.Address)
		delete(failing, "") // a channel that accepts one message works
		return
	}
	failing[h.Address] = true
}

// healths are those of the channels that have sent something, or tried for long.
func (m *Monitor) healths() map[string]models.Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[string]models.Health, len(m.channels))
	for name, failing := range m.channels {
		all[name] = models.Healthy
		if len(failing) > 0 {
			all[name] = models.Failing
		}
	}
	return all
}

// stored reads at each scrape what the database holds, so that it is right after a
// restart, and the same of every program on one database.
type stored struct {
	m *Monitor

	up, notices, due, dead, age, scan, source, sourceAt *prometheus.Desc
}

func newStored(m *Monitor) stored {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("regwatch_"+name, help, labels, nil)
	}
	return stored{
		m:        m,
		up:       desc("database_up", "Whether the database answered this scrape: 1 or 0."),
		notices:  desc("notices_total", "Notices stored in the database, by kind and whether they are held.", "kind", "held"),
		due:      desc("deliveries_due", "Deliveries that are due, by channel.", "channel"),
		dead:     desc("deliveries_dead", "Deliveries that were given up, by channel.", "channel"),
		age:      desc("oldest_due_age_seconds", "Age of the oldest delivery that is due; 0 without any."),
		scan:     desc("last_good_scan_timestamp_seconds", "When a source was last read successfully, in seconds since 1970; 0 for never."),
		source:   desc("source_healthy", "Whether a source is as it should be: 1, or 0 with its health in the label.", "source", "health"),
		sourceAt: desc("source_last_success_timestamp_seconds", "When a source was last read successfully, in seconds since 1970; 0 for never.", "source"),
	}
}

// Describe says what Collect may give.
func (s stored) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.up, s.notices, s.due, s.dead, s.age, s.scan, s.source, s.sourceAt} {
		to <- d
	}
}

// Collect reads the database. Of one that does not answer, only that is told.
func (s stored) Collect(to chan<- prometheus.Metric) {
	is := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	p, err := s.m.status.Stats(ctx)
	var sources []app.SourceHealth
	if err == nil {
		sources, err = s.m.status.SourceHealths(ctx)
	}
	if err != nil {
		is(s.up, 0)
		return
	}
	is(s.up, 1)
	for _, n := range p.Notices {
		to <- prometheus.MustNewConstMetric(s.notices, prometheus.CounterValue, float64(n.Count), string(n.Kind), strconv.FormatBool(n.Held))
	}
	for _, c := range p.Channels {
		is(s.due, float64(c.Due), c.Channel)
		is(s.dead, float64(c.Dead), c.Channel)
	}
	is(s.age, since(p.OldestDue(), s.m.now()).Seconds())
	is(s.scan, seconds(p.ScanAt))
	for _, src := range sources {
		healthy := 0.0
		if src.Health == models.Healthy {
			healthy = 1
		}
		is(s.source, healthy, src.ID, string(src.Health))
		is(s.sourceAt, seconds(src.SucceededAt), src.ID)
	}
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

func sortedNames(of map[string]models.Health) []string { return slices.Sorted(maps.Keys(of)) }
