package scanner

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// observed makes a scanner keep its log and what it says of planning.
func observed(s *Scanner) (log *bytes.Buffer, planned *[]string) {
	log, planned = &bytes.Buffer{}, &[]string{}
	s.Log = slog.New(slog.NewTextHandler(log, nil))
	s.Planned = func(kind Planning, unplanned int) { *planned = append(*planned, fmt.Sprintf("%s %d", kind, unplanned)) }
	return log, planned
}

// deferred returns an alert whose time has come. Without content, planning it panics.
func deferred(m *memory, recipient, event string, now time.Time, hasContent bool) models.Notice {
	n := models.Notice{Kind: models.NoticeAlert, Subject: "event", SubjectID: event, Recipient: recipient, CreatedAt: now.Add(-time.Hour), WaitUntil: now}
	if hasContent {
		n.Content.Alert = &models.Alert{EventID: event}
	}
	n.ID = n.Key()
	m.notices[n.ID] = n
	return n
}

func TestFlushLeavesOutOnlyTheNoticeThatPanics(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	settings := s.Settings()
	settings.Routing.Recipients["other"] = models.Recipient{Name: "other", Destinations: []models.Destination{{Channel: "mail", Address: "o@example.com"}}, Zone: "UTC"}
	log, planned := observed(s)
	bad := deferred(m, "team", "bad", *now, false)
	for _, event := range []string{"E1", "E2"} {
		deferred(m, "team", event, *now, true)
		deferred(m, "other", event, *now, true)
	}
	deferred(m, "other", "bad", *now, true)

	err := s.Releases(t.Context())
	if err == nil || !strings.Contains(err.Error(), "planned deferred notices, and left 1 for the next try") || !strings.Contains(err.Error(), "bug in regwatch") {
		t.Errorf("Releases = %v; want an error that says so", err)
	}
	if diff := cmp.Diff([]string{"alert to other", "alert to other", "alert to other", "alert to team", "alert to team"}, m.sayings()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if !m.notices[bad.ID].IsDeferred() {
		t.Errorf("the notice that panics does not wait any more: %+v", m.notices[bad.ID])
	}
	if text := log.String(); strings.Count(text, "panic contained") != 1 || !strings.Contains(text, "recipient=team event=bad") || !strings.Contains(text, "notifier.PlanFlush") {
		t.Errorf("the log does not have one crash with its stack:\n%s", text)
	}

	// A new version can plan it.
	bad.Content.Alert = &models.Alert{EventID: "bad"}
	m.notices[bad.ID] = bad
	if err := s.Releases(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Releases(t.Context()); err != nil { // nothing waits
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"flush 1", "flush 0", "flush 0"}, *planned); diff != "" {
		t.Errorf("Planned was told (-want +got):\n%s", diff)
	}
}

func TestFlushThatPanicsOnEveryNoticeCommitsNothing(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	log, planned := observed(s)
	deferred(m, "team", "E1", *now, false)
	deferred(m, "team", "E2", *now, false)
	if err := s.Releases(t.Context()); err == nil {
		t.Error("Releases returned no error")
	}
	if diff := cmp.Diff([]string{"flush 2"}, *planned); diff != "" || len(m.sayings()) != 0 {
		t.Errorf("sent %q; Planned was told (-want +got):\n%s", m.sayings(), diff)
	}
	if n := strings.Count(log.String(), "panic contained"); n != 2 {
		t.Errorf("%d crashes in the log, want 2", n)
	}
}

// Some panics need two notices together.
func TestFlushPlansByRecipientWhenOnlyAllTogetherPanic(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	log, _ := observed(s)
	waiting := []models.Notice{deferred(m, "a", "E1", *now, true), deferred(m, "b", "E1", *now, true), deferred(m, "b", "E2", *now, true), deferred(m, "c", "E1", *now, true)}
	count := func(some []models.Notice, recipient string) (n int) {
		for _, w := range some {
			if w.Recipient == recipient {
				n++
			}
		}
		return n
	}
	released, unplanned := s.planEachNotice(t.Context(), waiting, nil, func(some []models.Notice) []models.Notice {
		if count(some, "b") == 2 {
			panic("two of b")
		}
		return some
	})
	if count(released, "a") != 1 || count(released, "b") != 0 || count(released, "c") != 1 || unplanned != 2 {
		t.Errorf("released %+v, %d unplanned; want those of a and c, and 2", released, unplanned)
	}
	if !strings.Contains(log.String(), "recipient=b") {
		t.Errorf("the log does not name the recipient:\n%s", log)
	}
}

func TestEscalationThatPanicsStopsNoOther(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	log, planned := observed(s)
	for _, id := range []string{"bad", "good"} {
		n := models.Notice{ID: id, Kind: models.NoticeAlert, Subject: "event", SubjectID: id, Recipient: "desk", CreatedAt: *now, EscalateAt: *now, EscalateTo: "default"}
		if id == "good" {
			n.Content.Alert = &models.Alert{EventID: id}
		}
		m.notices[id] = n
	}
	if err := s.Escalations(t.Context()); err == nil {
		t.Error("Escalations returned no error")
	}
	if m.notices["bad"].EscalateAt.IsZero() || !m.notices["good"].EscalateAt.IsZero() {
		t.Error("want good escalated, and bad still to escalate")
	}
	if diff := cmp.Diff([]string{"escalation 1"}, *planned); diff != "" {
		t.Errorf("Planned was told (-want +got):\n%s", diff)
	}
	if text := log.String(); !strings.Contains(text, "event=bad") || !strings.Contains(text, "notifier.PlanEscalation") {
		t.Errorf("the log does not have the crash with its stack:\n%s", text)
	}
}

// A digestStore panics when it gathers one digest, and makes the others.
type digestStore struct {
	bad  string
	made []string
	now  string // the subscription being made
}

func (d *digestStore) DigestHistory(_ context.Context, subscription string, now time.Time) (models.DigestHistory, error) {
	d.now = subscription
	return models.DigestHistory{Since: now.Add(-30 * 24 * time.Hour)}, nil
}

func (*digestStore) LastDigest(context.Context, string, time.Time) (models.DigestIssue, bool, error) {
	return models.DigestIssue{}, false, nil
}

func (d *digestStore) DigestWindow(context.Context, models.Period, time.Time, string, string) (models.Window, error) {
	if d.now == d.bad {
		panic("a digest of hunter2")
	}
	return models.Window{}, nil
}
func (*digestStore) OptOuts(context.Context) ([]models.OptOut, error) { return nil, nil }
func (d *digestStore) CommitDigest(_ context.Context, issue models.DigestIssue, _ []models.Notice) (bool, error) {
	d.made = append(d.made, issue.Subscription)
	return true, nil
}

func TestDigestThatPanicsStopsNoOther(t *testing.T) {
	s, _ := newScanner(t, newMemory(), nil)
	settings := s.Settings()
	for _, id := range []string{"bad", "good"} {
		settings.Digests = append(settings.Digests, models.DigestSubscription{
			ID: id, To: []models.Destination{{Channel: "mail", Address: id + "@example.com"}}, Recurrence: models.Recurrence{Every: models.Daily}, Zone: "UTC", Language: "en",
		})
	}
	s.Settings = func() Settings { return settings }
	store := &digestStore{bad: "bad"}
	s.DigestStore = store
	log, planned := observed(s)
	if err := s.Digests(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Digests = %v; want an error without the panic's value", err)
	}
	if diff := cmp.Diff([]string{"good"}, store.made); diff != "" {
		t.Errorf("digests made (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"digest 1"}, *planned); diff != "" {
		t.Errorf("Planned was told (-want +got):\n%s", diff)
	}
	if text := log.String(); !strings.Contains(text, "subscription=bad") || !strings.Contains(text, "scanner.(*Scanner).Digest") {
		t.Errorf("the log does not have the crash with its stack:\n%s", text)
	}
}
