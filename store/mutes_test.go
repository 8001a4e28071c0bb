package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// showing plans one amendment of an event for the desk, and notes what it was
// given.
func showing(given *[]string, at time.Time) StatusPlanner {
	return func(e models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		var takers []string
		for _, t := range e.Assignments {
			takers = append(takers, t.By)
		}
		line := fmt.Sprintf("taken by %v, %d marks, %d sent", takers, len(e.Feedback), len(sent))
		if mute != nil {
			line += ", muted by " + mute.By
		}
		*given = []string{line}
		n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAmend, Subject: "standing", SubjectID: e.ID + "/" + at.String(), Recipient: "desk", CreatedAt: at}
		n.ID = n.Key()
		d := models.NewDelivery(n.ID, "slack", "", at)
		d.Thread, d.Amends = e.ID, true
		n.Deliveries = []models.Delivery{d}
		return []models.Notice{n}
	}
}

// amendments are how many amendments are due.
func amendments(t *testing.T, s *Store) (due int) {
	t.Helper()
	all, err := s.Deliveries(t.Context(), DeliveryFilter{State: models.DeliveryDue})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Amends {
			due++
		}
	}
	return due
}

func TestAssignAndUnassign(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		var given []string
		take := func(by string, at time.Time) models.Assignment {
			t.Helper()
			stored, err := s.Assign(t.Context(), models.Assignment{EventID: e.ID, By: by, AssignedAt: at}, showing(&given, at))
			if err != nil {
				t.Fatal(err)
			}
			return stored
		}
		take(" ada ", noon.Add(time.Minute))
		if want := []string{"taken by [ada], 0 marks, 1 sent"}; !slices.Equal(given, want) {
			t.Errorf("shown: %v, want %v", given, want)
		}
		if again := take("ada", noon.Add(time.Hour)); !again.AssignedAt.Equal(noon.Add(time.Minute)) {
			t.Errorf("taken again: %v, want the first take", again)
		}
		take("bob", noon.Add(2*time.Minute))
		if got := amendments(t, s); got != 1 {
			t.Errorf("%d amendments are due, want 1: the newer says what the older would", got)
		}
		found, err := s.FindEvent(t.Context(), e.ID)
		if err != nil || len(found.Assignments) != 2 || found.Assignments[0].By != "ada" {
			t.Fatalf("takes %v, %v; want ada, then bob", found.Assignments, err)
		}

		gone, err := s.Unassign(t.Context(), models.Assignment{EventID: e.ID, By: "ada"}, noon.Add(time.Hour), showing(&given, noon.Add(time.Hour)))
		if err != nil || gone.By != "ada" {
			t.Fatalf("Untake = %v, %v", gone, err)
		}
		if want := []string{"taken by [bob], 0 marks, 1 sent"}; !slices.Equal(given, want) {
			t.Errorf("shown: %v, want %v", given, want)
		}
		_, err = s.Unassign(t.Context(), models.Assignment{EventID: e.ID, By: "ada"}, noon.Add(time.Hour), nil)
		want := "event " + e.ID + " is not assigned to ada; it is assigned to bob"
		if none, is := errors.AsType[*NotAssignedError](err); !is || none.Error() != want {
			t.Errorf("Untake again: %v, want %s", err, want)
		}
		if _, err := s.Assign(t.Context(), models.Assignment{EventID: "none"}, nil); err == nil {
			t.Error("an event that there is not was taken")
		}
		soundAudit(t, s)
		for _, action := range []string{"event.taken", "event.untaken"} {
			if !slices.Contains(actions(t, s), action) {
				t.Errorf("the audit has no %s", action)
			}
		}
	})
}

func TestAMuteIsInForceUntilItIsOver(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		var given []string
		mute := func(m models.Mute, at time.Time, length time.Duration) models.Mute {
			t.Helper()
			m.MutedAt, m.Until = at, at.Add(length)
			stored, err := s.Mute(t.Context(), m, showing(&given, at))
			if err != nil {
				t.Fatal(err)
			}
			return stored
		}
		inForce := func(at time.Time) []string {
			t.Helper()
			c, err := s.PlanContext(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			out := []string{}
			for _, m := range c.Mutes {
				out = append(out, fmt.Sprintf("%s %s by %s", m.Kind, m.Target, m.By))
			}
			return out
		}
		expect := func(at time.Time, want ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, want...), inForce(at)); diff != "" {
				t.Errorf("mutes in force at %s (-want +got):\n%s", at.Format(time.TimeOnly), diff)
			}
		}
		rule := mute(models.Mute{Kind: models.MuteRule, Target: "coin", By: "ada", Reason: "noise"}, noon, time.Hour)
		if given != nil {
			t.Errorf("the mute of a rule was shown: %v", given)
		}
		event := mute(models.Mute{Kind: models.MuteEvent, Target: e.ID, By: "ada"}, noon.Add(time.Second), 2*time.Hour)
		if want := []string{"taken by [], 0 marks, 1 sent, muted by ada"}; !slices.Equal(given, want) {
			t.Errorf("shown: %v, want %v", given, want)
		}
		coin, story := "rule coin by ada", "event "+e.ID+" by ada"
		expect(noon.Add(time.Hour-time.Second), coin, story)
		expect(noon.Add(time.Hour), story)

		// The same again, shorter, and longer.
		if got := mute(models.Mute{Kind: models.MuteRule, Target: "coin", By: "bob"}, noon.Add(time.Minute), time.Minute); got.ID != rule.ID {
			t.Errorf("a shorter mute took the place of a longer one: %v", got)
		}
		mute(models.Mute{Kind: models.MuteRule, Target: "coin", Recipient: "desk", By: "eve"}, noon.Add(time.Minute), time.Minute)
		longer := mute(models.Mute{Kind: models.MuteRule, Target: "coin", By: "bob"}, noon.Add(2*time.Minute), 3*time.Hour)
		expect(noon.Add(3*time.Minute), story, "rule coin by bob")

		if _, err := s.Unmute(t.Context(), event.ID, "bob", noon.Add(time.Hour), showing(&given, noon.Add(time.Hour))); err != nil {
			t.Fatal(err)
		}
		if want := []string{"taken by [], 0 marks, 1 sent"}; !slices.Equal(given, want) {
			t.Errorf("shown: %v, want %v", given, want)
		}
		expect(noon.Add(time.Hour), "rule coin by bob")
		for _, tt := range []struct{ id, want string }{
			{event.ID, "mute " + event.ID + " has already been ended by bob"},
			{"none", `no mute has the ID "none"; regwatch mutes lists mutes with their IDs`},
			{longer.ID, "mute " + longer.ID + " has already ended"},
		} {
			_, err := s.Unmute(t.Context(), tt.id, "ada", noon.Add(4*time.Hour), nil)
			if none, is := errors.AsType[*NoMuteError](err); !is || none.Error() != tt.want {
				t.Errorf("Unmute(%s): %v, want %s", tt.id, err, tt.want)
			}
		}
		if all, err := s.Mutes(t.Context()); err != nil || len(all) != 4 {
			t.Errorf("%d mutes, %v; want all 4", len(all), err)
		}
		soundAudit(t, s)
	})
}

// What was planned before people said something is planned again.
func TestScanPlannedWithOlderPreferencesIsStale(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		wishes := map[string]func() error{
			"take": func() error {
				_, err := s.Assign(t.Context(), models.Assignment{EventID: e.ID, By: "ada", AssignedAt: noon}, nil)
				return err
			},
			"mark": func() error {
				_, err := s.AddFeedback(t.Context(), models.Feedback{EventID: e.ID, By: "ada", GivenAt: noon}, nil)
				return err
			},
			"mute": func() error {
				_, err := s.Mute(t.Context(), models.Mute{Kind: models.MuteRule, Target: "coin", MutedAt: noon, Until: noon.Add(time.Hour)}, nil)
				return err
			},
		}
		for name, wish := range wishes {
			state, err := s.SourceState(t.Context(), "hkma")
			if err != nil {
				t.Fatal(err)
			}
			_, generation, err := s.Candidates(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := wish(); err != nil {
				t.Fatal(err)
			}
			scan := scanOf(state, generation, article("hkma", name, "Coin "+name, noon), "k"+name)
			if err := s.Commit(t.Context(), scan); !errors.Is(err, models.ErrStale) {
				t.Errorf("a scan that was decided before the %s: %v, want ErrStale", name, err)
			}
		}
	})
}

func TestPlanContextCountsRecentNotices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		raise(t, s, "1", noon)
		raise(t, s, "2", noon.Add(time.Minute))
		waits := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: "W", Recipient: "desk", CreatedAt: noon, WaitUntil: noon.Add(8 * time.Hour)}
		burst := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: "B", Recipient: "desk", CreatedAt: noon.Add(3 * time.Minute), WaitUntil: noon.Add(10 * time.Minute)}
		held := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: "H", Recipient: "desk", CreatedAt: noon, HeldReasons: models.NewReasons(models.ReasonMuted, models.ReasonArgs{})}
		summary := models.Notice{Reasons: testReasons(), Kind: models.NoticeSummary, Subject: "recipient", SubjectID: "desk/1", Recipient: "desk", CreatedAt: noon.Add(2 * time.Minute)}
		sick := models.Notice{Reasons: testReasons(), Kind: models.NoticeHealth, Subject: "source", SubjectID: "hkma", Recipient: "desk", CreatedAt: noon}
		notices := []models.Notice{waits, burst, held, summary, sick}
		for i := range notices {
			n := &notices[i]
			n.ID = n.Key()
			if !n.IsHeld() && !n.IsDeferred() {
				n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "slack", "", n.CreatedAt), models.NewDelivery(n.ID, "mail", "a@example.org", n.CreatedAt)}
			}
		}
		if err := s.CommitNotices(t.Context(), notices); err != nil {
			t.Fatal(err)
		}
		tell(t, s, models.NoticeAmend, "standing", 1, noon, true)

		for _, tt := range []struct {
			at   time.Time
			want []time.Time
		}{
			{noon.Add(30 * time.Minute), []time.Time{noon, noon.Add(time.Minute), noon.Add(2 * time.Minute)}},
			{noon.Add(time.Hour), []time.Time{noon.Add(time.Minute), noon.Add(2 * time.Minute)}},
			{noon.Add(3 * time.Hour), nil},
			{noon.AddDate(-1, 0, 0), nil}, // by a clock that was ahead
		} {
			c, err := s.PlanContext(t.Context(), tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, c.Recent["desk"]); diff != "" {
				t.Errorf("told within the hour before %s (-want +got):\n%s", tt.at.Format(time.TimeOnly), diff)
			}
		}
	})
}
