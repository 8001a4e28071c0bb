package scanner

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func (m *memory) PlanContext(context.Context, time.Time) (models.PlanContext, error) {
	return models.PlanContext{}, nil
}

func (m *memory) DeferredNotices(_ context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []models.Notice
	for _, n := range m.notices {
		if n.IsDeferred() && !n.WaitUntil.After(now) {
			due = append(due, n)
		}
	}
	return due, m.events, nil
}

func (m *memory) CommitFlush(_ context.Context, released []models.Notice, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stale > 0 {
		m.stale--
		return models.ErrStale
	}
	for _, n := range released {
		m.notices[n.ID] = n
	}
	return nil
}

func (m *memory) Escalating(_ context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []models.Notice
	for _, n := range m.notices {
		if !n.EscalateAt.IsZero() && !n.EscalateAt.After(now) {
			due = append(due, n)
		}
	}
	return due, m.events, nil
}

func (m *memory) CommitEscalation(_ context.Context, from models.Notice, to []models.Notice, _ models.Reasons, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stale > 0 {
		m.stale--
		return models.ErrStale
	}
	from.EscalateAt = time.Time{}
	m.notices[from.ID] = from
	for _, n := range to {
		m.notices[n.ID] = n
	}
	return nil
}

// sayings are the notices that are owed, in short.
func (m *memory) sayings() []string {
	var lines []string
	for _, n := range m.notices {
		if !n.IsHeld() && !n.IsDeferred() && n.ToldIn == "" {
			lines = append(lines, string(n.Kind)+" to "+n.Recipient)
		}
	}
	slices.Sort(lines)
	return lines
}

func TestWhatWaitsIsToldOnceItsTimeHasCome(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	wakes := 0
	s.Wake = func() { wakes++ }
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: "E", Recipient: "team", CreatedAt: *now,
		Content: models.Content{Alert: &models.Alert{EventID: "E"}}, WaitUntil: now.Add(time.Hour),
	}
	n.ID = n.Key()
	m.notices[n.ID] = n
	release := func() {
		t.Helper()
		if err := s.Releases(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	release()
	if wakes != 0 || !m.notices[n.ID].IsDeferred() {
		t.Fatal("told before its time")
	}
	*now = now.Add(time.Hour)
	m.stale = 1
	release() // another process was first
	if wakes != 0 {
		t.Fatal("woken for what another process does")
	}
	release()
	release()
	if diff := cmp.Diff([]string{"alert to team"}, m.sayings()); diff != "" || wakes != 1 {
		t.Errorf("woken %d times, want once; told (-want +got):\n%s", wakes, diff)
	}
}

func TestWhatNobodyTakesGoesOnOnce(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	m.notices["N"] = models.Notice{
		ID: "N", Kind: models.NoticeAlert, Subject: "event", SubjectID: "E", Recipient: "desk", Severity: models.Critical, CreatedAt: *now,
		Content: models.Content{Alert: &models.Alert{EventID: "E"}}, EscalateAt: now.Add(30 * time.Minute), EscalateTo: "default",
	}
	for range 4 {
		if err := s.Escalations(t.Context()); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(15 * time.Minute)
	}
	if diff := cmp.Diff([]string{"alert to desk", "escalation to team"}, m.sayings()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
