package app

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/models"
	"regwatch/scanner"
)

const unplannedConfig = `
recipients: {desk: {send: [terminal]}}
health: [desk]
heartbeat: {url: "file:monitor"}
`

// Without web.listen nobody asks whether regwatch is ready. The heartbeat and a notice
// must tell of a crash in planning there too.
func TestCrashInPlanningWithholdsTheHeartbeatAndIsReportedOnceADayOfEachKind(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"sources/stream.yaml":   string(samplesite.NewStream(samplesite.StreamOptions{}).SourcesYAML("https://site.example.com")),
		"rules/everything.yaml": refRule,
		"monitor":               "https://monitor.example/ping",
		configs.FileName:        unplannedConfig,
	})
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	beat, err := e.heartbeat()
	if err != nil {
		t.Fatal(err)
	}
	if err := beat.Well(t.Context()); err != nil {
		t.Errorf("the heartbeat is withheld while all is well: %v", err)
	}
	for range 3 {
		e.scanner.Planned(scanner.Flush, 2)
		e.scanner.Planned(scanner.Digests, 1)
		e.scanner.Planned(scanner.Escalation, 0)
	}
	if err := beat.Well(t.Context()); err == nil || !strings.Contains(err.Error(), "2 deferred notices, 1 digest") {
		t.Errorf("the heartbeat says %v; want what is not sent", err)
	}
	notices, err := e.store.Notices(t.Context(), time.Time{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(notices) != 2 {
		t.Errorf("%d notices, want one of deferred notices and one of digests", len(notices))
	}
	for _, n := range notices {
		if n.Kind != models.NoticeHealth || n.Recipient != "desk" || len(n.Deliveries) != 1 {
			t.Errorf("notice %+v; want one of health to desk", n)
		}
	}
	e.scanner.Planned(scanner.Flush, 0)
	e.scanner.Planned(scanner.Digests, 0)
	if err := beat.Well(t.Context()); err != nil {
		t.Errorf("the heartbeat is withheld after all is planned: %v", err)
	}
}

func TestUnplannedIsToldOnceADayOfEachKindAndAgainIfTheReportFailed(t *testing.T) {
	var f planningFailures
	start := time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC)
	steps := []struct {
		after  time.Duration
		kind   scanner.Planning
		n      int
		tell   bool
		stored bool
	}{
		{0, scanner.Flush, 0, false, false},
		{time.Minute, scanner.Flush, 1, true, false}, // the report fails
		{2 * time.Minute, scanner.Flush, 1, true, true},
		{3 * time.Minute, scanner.Flush, 1, false, false},
		{4 * time.Minute, scanner.Digests, 0, false, false},
		{5 * time.Minute, scanner.Escalation, 7, true, true}, // what is worse is not hidden by what was told
		{6 * time.Minute, scanner.Escalation, 7, false, false},
		{7 * time.Minute, scanner.Escalation, 0, false, false},
		{2 * time.Hour, scanner.Digests, 0, false, false}, // it is not this kind that crashes
		{2 * time.Hour, scanner.Flush, 3, true, true},
		{3 * time.Hour, scanner.Flush, 0, false, false},
	}
	for _, step := range steps {
		now := start.Add(step.after)
		if _, since, tell := f.add(step.kind, step.n, now); tell != step.tell || tell && !since.Equal(start.Add(time.Minute)) {
			t.Errorf("after %s: tell %v since %s; want %v", step.after, tell, since, step.tell)
		}
		if step.stored {
			f.setReported(step.kind, now)
		}
	}
	if why := f.sentence(); why != "" {
		t.Errorf("after all: %s", why)
	}
}
