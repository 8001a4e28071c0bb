package store

import (
	"testing"
	"time"

	"regwatch/models"
)

// commitSevere stores a notice of one thread with a delivery that is due later.
func commitSevere(t *testing.T, s *Store, revision int, severity models.Severity, at, notBefore time.Time, amends bool) models.Delivery {
	t.Helper()
	n := models.Notice{Reasons: testReasons(), Kind: models.NoticeUpdate, Subject: "event", SubjectID: "E", SubjectRevision: revision, Recipient: "desk", Severity: severity, CreatedAt: at}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, "slack", "", at)
	d.Thread, d.NotBefore, d.Amends = "E", notBefore, amends
	n.Deliveries = []models.Delivery{d}
	if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCriticalAlertDoesNotWaitBehindOneThatIsSentLater(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range []struct {
			name          string
			before, after models.Severity
			wait          time.Duration
			amends        bool
			want          int // which is claimed, counted from 1; 0 is none
		}{
			{"critical behind high", models.High, models.Critical, 64 * time.Hour, false, 2},
			{"high behind high keeps its turn", models.High, models.High, 64 * time.Hour, false, 0},
			{"critical behind critical keeps its turn", models.Critical, models.Critical, 64 * time.Hour, false, 0},
			{"an amendment has nothing to amend yet", models.High, models.Critical, 64 * time.Hour, true, 0},
			{"critical behind what is due now keeps its turn", models.High, models.Critical, 0, false, 1},
		} {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				ids := []string{
					"",
					commitSevere(t, s, 1, tt.before, noon, noon.Add(tt.wait), false).ID,
					commitSevere(t, s, 2, tt.after, noon.Add(time.Minute), noon.Add(time.Minute), tt.amends).ID,
				}
				got := ""
				if claimed := claim(t, s, noon.Add(2*time.Minute), 5); len(claimed) > 1 {
					t.Fatalf("%d of one thread are claimed", len(claimed))
				} else if len(claimed) == 1 {
					got = claimed[0].ID
				}
				if got != ids[tt.want] {
					t.Errorf("claimed %q of %q; want number %d", got, ids[1:], tt.want)
				}
			})
		}
	})
}

// What was due at once when it was made is due when the clock is set back, and keeps its
// turn: of a thread one is claimed.
func TestCriticalAlertKeepsItsTurnWhenTheClockIsSetBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		first := commitSevere(t, s, 1, models.High, noon, noon, false)
		commitSevere(t, s, 2, models.Critical, noon.Add(time.Minute), noon.Add(time.Minute), false)
		if got := claim(t, s, noon.Add(-time.Hour), 5); len(got) != 1 || got[0].ID != first.ID {
			t.Errorf("%d are claimed, want the first alone", len(got))
		}
	})
}

// A flush outside the hours of a recipient leaves the notice waiting.
func TestNoticeMayWaitLonger(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := delayed(t, s, "E")
		n.WaitUntil = noon.Add(50 * time.Hour)
		n.WaitReasons = models.NewReasons(models.ReasonHoliday, models.ReasonArgs{Recipient: "desk", Day: "2026-03-03"})
		if err := s.CommitFlush(t.Context(), []models.Notice{n}, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := waitingIDs(t, s, noon.Add(49*time.Hour)); len(got) != 0 {
			t.Errorf("%d notices are due before their time", len(got))
		}
		got, err := s.Notices(t.Context(), noon.Add(-time.Hour), 5)
		if err != nil || len(got) != 1 || got[0].WaitReasons.String() != n.WaitReasons.String() || !got[0].WaitUntil.Equal(n.WaitUntil) {
			t.Errorf("stored %v, %v; want it to wait until %s for %s", got, err, n.WaitUntil, n.WaitReasons)
		}
		if got := waitingIDs(t, s, noon.Add(50*time.Hour)); len(got) != 1 {
			t.Errorf("%d notices are due when the time has come, want 1", len(got))
		}
		soundAudit(t, s)
	})
}

// A critical alert that nobody is sent goes on to others.
func TestHeldNoticeMayEscalate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := models.Notice{
			Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: "E", Recipient: "desk", Severity: models.Critical, CreatedAt: noon,
			HeldReasons: models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: "desk"}), HeldAs: models.HeldOptedOut,
			Content: models.Content{Alert: &models.Alert{EventID: "E"}}, EscalateAt: noon, EscalateTo: "default",
		}
		n.ID = n.Key()
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Escalating(t.Context(), noon.Add(time.Minute))
		if err != nil || len(got) != 1 || got[0].ID != n.ID || !got[0].IsHeld() {
			t.Errorf("Escalating = %v, %v; want the held notice", got, err)
		}
	})
}

func waitingIDs(t *testing.T, s *Store, at time.Time) []string {
	t.Helper()
	notices, _, err := s.DeferredNotices(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, n := range notices {
		ids = append(ids, n.ID)
	}
	return ids
}

// What is sent first is the root of its thread, though it was made later.
func TestRootOfAThreadIsWhatWasSentFirst(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		high := commitSevere(t, s, 1, models.High, noon, noon.Add(20*time.Hour), false)
		critical := commitSevere(t, s, 2, models.Critical, noon.Add(time.Minute), noon.Add(time.Minute), false)
		for _, step := range []struct {
			at         time.Time
			want, root string
		}{
			{noon.Add(2 * time.Minute), critical.ID, ""},
			{noon.Add(21 * time.Hour), high.ID, critical.ID},
		} {
			got := claim(t, s, step.at, 5)
			if len(got) != 1 || got[0].ID != step.want {
				t.Fatalf("at %s %d are claimed", step.at, len(got))
			}
			checkRoot(t, got[0], step.root)
			if err := s.MarkSent(t.Context(), got[0], "", step.at); err != nil {
				t.Fatal(err)
			}
		}
		last := commitSevere(t, s, 3, models.High, noon.Add(22*time.Hour), noon.Add(22*time.Hour), true)
		got := claim(t, s, noon.Add(23*time.Hour), 5)
		if len(got) != 1 || got[0].ID != last.ID {
			t.Fatalf("%d amendments are claimed", len(got))
		}
		checkRoot(t, got[0], critical.ID)
	})
}

func checkRoot(t *testing.T, d models.Delivery, want string) {
	t.Helper()
	root := ""
	if d.Root != nil {
		root = d.Root.ID
	}
	if root != want {
		t.Errorf("the root is %q, want %q", root, want)
	}
}
