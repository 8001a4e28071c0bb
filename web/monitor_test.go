package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"regwatch/app"
	"regwatch/models"
)

// A status is that of a program that has worked for a while.
type status struct {
	stats     models.Stats
	fault     error
	unplanned []app.PlanningResult
}

func (s *status) Stats(context.Context) (models.Stats, error) { return s.stats, s.fault }

func (s *status) SourceHealths(context.Context) ([]app.SourceHealth, error) {
	return []app.SourceHealth{{ID: "hkma-press", Health: models.Healthy, SucceededAt: noon.Add(-time.Hour)}, {ID: "sfc-news", Health: models.Failing}}, nil
}

func (s *status) Unplanned() []app.PlanningResult { return s.unplanned }

// monitorOf is a monitor of a program that has worked for a while.
func monitorOf(t *testing.T, stats models.Stats, fault error) *Monitor {
	t.Helper()
	m := NewMonitor("v1.2.3", &status{stats: stats, fault: fault}, func() time.Time { return noon })
	m.scanned(app.SourceScan{Took: 300 * time.Millisecond})
	m.scanned(app.SourceScan{Error: "no route", Took: time.Second})
	m.scanned(app.SourceScan{Took: 2 * time.Second, Articles: 3, Changes: []models.Change{
		{Kind: models.Opened, Matches: []models.Match{{Strength: models.Subject}, {Strength: models.Mention}}},
		{Kind: models.Copied, Matches: []models.Match{{Strength: models.Subject}}},
	}})
	a := app.DeliveryAttempt{Channel: "mail", Address: "a@example.org", Outcome: "postponed", CreatedAt: noon.Add(-2 * time.Second)}
	m.delivered(a)
	a.Outcome, a.Arrived = "sent", true
	m.delivered(a)
	return m
}

var busy = models.Stats{
	Channels: []models.ChannelStats{
		{Channel: "mail", Due: 3, OldestDue: noon.Add(-20 * time.Minute), LastError: "password hunter2"},
		{Channel: "slack", Due: 1, OldestDue: noon.Add(-time.Minute), Dead: 2},
	},
	Notices: []models.NoticeCount{{Kind: models.NoticeAlert, Count: 7}, {Kind: models.NoticeAlert, Held: true, Count: 5}},
	ScanAt:  noon.Add(-3 * time.Minute),
}

func TestMetricsCountWhatHappened(t *testing.T) {
	m := monitorOf(t, busy, nil)
	want := `
# HELP regwatch_articles_total Articles stored by this program, new or in a new revision.
# TYPE regwatch_articles_total counter
regwatch_articles_total 3
# HELP regwatch_deliveries_dead Deliveries that were given up, by channel.
# TYPE regwatch_deliveries_dead gauge
regwatch_deliveries_dead{channel="mail"} 0
regwatch_deliveries_dead{channel="slack"} 2
# HELP regwatch_deliveries_total Tries to deliver by this program, by channel and outcome: sent, found, postponed, dead or dropped.
# TYPE regwatch_deliveries_total counter
regwatch_deliveries_total{channel="mail",outcome="postponed"} 1
regwatch_deliveries_total{channel="mail",outcome="sent"} 1
# HELP regwatch_events_total Changes of events by this program: opened, copied or revised.
# TYPE regwatch_events_total counter
regwatch_events_total{change="copied"} 1
regwatch_events_total{change="opened"} 1
# HELP regwatch_matches_total Matches of rules in events, by strength: subject or mention.
# TYPE regwatch_matches_total counter
regwatch_matches_total{strength="mention"} 1
regwatch_matches_total{strength="subject"} 2
# HELP regwatch_notices_total Notices stored in the database, by kind and whether they are held.
# TYPE regwatch_notices_total counter
regwatch_notices_total{held="false",kind="alert"} 7
regwatch_notices_total{held="true",kind="alert"} 5
# HELP regwatch_oldest_due_age_seconds Age of the oldest delivery that is due; 0 without any.
# TYPE regwatch_oldest_due_age_seconds gauge
regwatch_oldest_due_age_seconds 1200
# HELP regwatch_scans_total Scans of sources by this program, by outcome: new, unchanged or failed.
# TYPE regwatch_scans_total counter
regwatch_scans_total{outcome="failed"} 1
regwatch_scans_total{outcome="new"} 1
regwatch_scans_total{outcome="unchanged"} 1
# HELP regwatch_source_healthy Whether a source is as it should be: 1, or 0 with its health in the label.
# TYPE regwatch_source_healthy gauge
regwatch_source_healthy{health="failing",source="sfc-news"} 0
regwatch_source_healthy{health="healthy",source="hkma-press"} 1
`
	err := testutil.GatherAndCompare(m.registry, strings.NewReader(want), "regwatch_articles_total", "regwatch_deliveries_dead", "regwatch_deliveries_total",
		"regwatch_events_total", "regwatch_matches_total", "regwatch_notices_total", "regwatch_oldest_due_age_seconds", "regwatch_scans_total", "regwatch_source_healthy")
	if err != nil {
		t.Error(err)
	}
}

func TestMetricsAreNamedAsPrometheusAsks(t *testing.T) {
	problems, err := testutil.GatherAndLint(monitorOf(t, busy, nil).registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// People write alert rules from the table.
func TestEveryMetricIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(regwatch_[a-z_]+)").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, m[1])
	}
	families, err := monitorOf(t, busy, nil).registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "regwatch_") {
			served = append(served, f.GetName())
		}
	}
	slices.Sort(documented)
	slices.Sort(served)
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("metrics of docs/reference/metrics.md mismatch (-served +documented):\n%s", diff)
	}
}

func TestMetricsShowThatTheDatabaseDoesNotAnswer(t *testing.T) {
	m := monitorOf(t, models.Stats{}, errors.New("the disk is gone"))
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if text := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(text, "regwatch_database_up 0") || !strings.Contains(text, "regwatch_scans_total") {
		t.Errorf("answers %d:\n%s", w.Code, text)
	}
}

func TestReadiness(t *testing.T) {
	due := func(age time.Duration) models.Stats {
		return models.Stats{Channels: []models.ChannelStats{{Channel: "mail", Due: 1, OldestDue: noon.Add(-age)}}}
	}
	tests := []struct {
		name  string
		stats models.Stats
		fault error
		code  int
		why   []string
	}{
		{"nothing due", models.Stats{}, nil, 200, nil},
		{"due for a while", due(15 * time.Minute), nil, 200, nil},
		{"due for long", due(16 * time.Minute), nil, 503, []string{"1 delivery has been due through channel mail for 16m0s; want at most 15m0s"}},
		{"a clock set back", due(-time.Hour), nil, 200, nil},
		{"one channel of two", busy, nil, 503, []string{"the oldest of 3 deliveries has been due through channel mail for 20m0s; want at most 15m0s"}},
		{"no database", models.Stats{}, errors.New("dial tcp 10.0.0.1: password hunter2"), 503, []string{"the database did not answer within 5s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &Server{Monitor: monitorOf(t, tt.stats, tt.fault)}
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			var got readiness
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v:\n%s", err, w.Body)
			}
			if diff := cmp.Diff(tt.why, got.Why); diff != "" || w.Code != tt.code || got.Ready != (tt.code == 200) || got.Database != (tt.fault == nil) {
				t.Errorf("answers %d, %+v; want %d (-want +got)\n%s", w.Code, got, tt.code, diff)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("an error shows:\n%s", w.Body)
			}
		})
	}
}

func TestReadinessKnowsTheChannels(t *testing.T) {
	m := monitorOf(t, busy, nil)
	trouble := models.ChannelHealth{Channel: "slack", Health: models.Failing, Error: "token hunter2"}
	m.channel(trouble)
	m.channel(models.ChannelHealth{Channel: "hook", Health: models.Failing})
	m.channel(models.ChannelHealth{Channel: "hook", Health: models.Healthy})
	m.channel(models.ChannelHealth{Channel: "mail", Address: "a@example.org", Health: models.Failing, Dead: 2})
	got := judge(busy, true, m.healths(), 0, nil, noon)
	want := []channelState{
		{Channel: "mail", Health: "healthy", Due: 3, OldestDueAge: 1200},
		{Channel: "slack", Health: "failing", Due: 1, OldestDueAge: 60, Dead: 2},
		{Channel: "hook", Health: "healthy"},
	}
	if diff := cmp.Diff(want, got.Channels); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
}

func TestReadinessNoticesAScannerThatDoesNotTick(t *testing.T) {
	const why = "the scanner last looked for due work 5m1s ago; want at most 5m0s"
	for _, tt := range []struct {
		name   string
		ticked bool
		after  time.Duration
		fault  error
		code   int
		why    []string
	}{
		{"not begun", false, time.Hour, nil, 200, nil},
		{"a minute ago", true, time.Minute, nil, 200, nil},
		{"late", true, 5 * time.Minute, nil, 200, nil},
		{"no longer", true, 5*time.Minute + time.Second, nil, 503, []string{why}},
		{"no longer, and no database", true, 5*time.Minute + time.Second, errors.New("gone"), 503, []string{why, "the database did not answer within 5s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := monitorOf(t, models.Stats{}, tt.fault)
			now := noon
			m.now = func() time.Time { return now }
			if tt.ticked {
				m.ticked()
			}
			now = now.Add(tt.after)
			s := &Server{Monitor: m}
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			var got readiness
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v:\n%s", err, w.Body)
			}
			if diff := cmp.Diff(tt.why, got.Why); diff != "" || w.Code != tt.code {
				t.Errorf("answers %d, want %d; why (-want +got):\n%s", w.Code, tt.code, diff)
			}
		})
	}
}

func TestReadinessNamesWhatCrashesWhenItIsPlanned(t *testing.T) {
	m := monitorOf(t, models.Stats{}, nil)
	answer := func() readiness {
		t.Helper()
		w := httptest.NewRecorder()
		(&Server{Monitor: m}).Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		var got readiness
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Ready != (w.Code == http.StatusOK) {
			t.Fatalf("answers %d, %v:\n%s", w.Code, err, w.Body)
		}
		return got
	}
	m.planned(app.PlanningResult{Kind: "flush", Unplanned: 2, What: "2 deferred notices"})
	m.status.(*status).unplanned = []app.PlanningResult{{Kind: "flush", Unplanned: 2, What: "2 deferred notices"}, {Kind: "digest", Unplanned: 1, What: "1 digest"}}
	want := []string{
		"2 deferred notices not sent, because regwatch crashes when it plans them; this is a bug in regwatch, and its log has the details",
		"1 digest not sent, because regwatch crashes when it plans it; this is a bug in regwatch, and its log has the details",
	}
	if got := answer(); got.Ready || !slices.Equal(got.Why, want) {
		t.Errorf("ready %t, why %q; want false, %q", got.Ready, got.Why, want)
	}
	m.status.(*status).unplanned = nil
	if got := answer(); !got.Ready {
		t.Errorf("not ready after all was planned: %q", got.Why)
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if text := w.Body.String(); !strings.Contains(text, `regwatch_planning_panics_total{kind="flush"} 2`) {
		t.Errorf("the metrics do not count the panics:\n%s", text)
	}
}
