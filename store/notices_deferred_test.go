package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// delayed stores an alert of an event to the desk that waits for an hour.
func delayed(t testing.TB, s *Store, event string) models.Notice {
	t.Helper()
	n := models.Notice{
		Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: event, Recipient: "desk", Severity: models.High, CreatedAt: noon,
		Content:   models.Content{Alert: &models.Alert{EventID: event, Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}), SeenAt: noon}},
		WaitUntil: noon.Add(time.Hour), WaitReasons: models.NewReasons(models.ReasonOutsideHours, models.ReasonArgs{Recipient: "desk"}),
	}
	n.ID = n.Key()
	if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	return n
}

// delivered is a notice that waited as it is told.
func delivered(n models.Notice, at time.Time) models.Notice {
	n.WaitUntil = time.Time{}
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "slack", "", at)}
	n.Deliveries[0].Thread = n.SubjectID
	return n
}

func waitingNow(t testing.TB, s *Store, at time.Time) []models.Notice {
	t.Helper()
	notices, events, err := s.DeferredNotices(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		if events[n.SubjectID].ID == "" {
			t.Errorf("the event of notice %s is missing", n.ID)
		}
	}
	return notices
}

// toldOfEvent is what the desk has heard of an event.
func toldOfEvent(t testing.TB, s *Store, id string) models.Notified {
	t.Helper()
	e, err := s.FindEvent(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(e.Notified, func(told models.Notified) bool { return told.Recipient == "desk" })
	if i < 0 {
		return models.Notified{}
	}
	return e.Notified[i]
}

// quiet stores an event that nobody was told of.
func quiet(t *testing.T, s *Store, guid string) models.Event {
	t.Helper()
	state, err := s.SourceState(t.Context(), "hkma")
	if err != nil {
		t.Fatal(err)
	}
	_, generation, err := s.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scan := scanOf(state, generation, article("hkma", guid, "Coin rules "+guid, noon), "k"+guid)
	scan.Notices = nil
	commit(t, s, scan)
	return scan.Changes[0].Event
}

func TestDeferredNoticesAreFlushedOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := quiet(t, s, "1")
		n := delayed(t, s, e.ID)
		due := noon.Add(time.Hour)
		if told := toldOfEvent(t, s, e.ID); told.Lost || !told.WaitUntil.Equal(due) {
			t.Errorf("while it waits the desk has heard %+v; want it owed until %s", told, due)
		}
		if got := waitingNow(t, s, due.Add(-time.Microsecond)); len(got) != 0 {
			t.Errorf("%d are due before their time", len(got))
		}
		got := waitingNow(t, s, due)
		if len(got) != 1 || got[0].ID != n.ID {
			t.Fatalf("due: %v, want the alert", got)
		}
		told := delivered(got[0], due)
		told.Content.Alert.Trigger = append(told.Content.Alert.Trigger, models.Reason{Kind: models.ReasonRevised})
		if err := s.CommitFlush(t.Context(), []models.Notice{told}, due); err != nil {
			t.Fatal(err)
		}
		if err := s.CommitFlush(t.Context(), []models.Notice{told}, due); !errors.Is(err, models.ErrStale) {
			t.Errorf("released again: %v, want ErrStale", err)
		}
		sent := send(t, s, due, "C1/1.1")
		if sent.Notice.IsDeferred() || len(sent.Notice.WaitReasons) == 0 || sent.Notice.Content.Alert.Trigger.String() != "new event; revised" {
			t.Errorf("told %+v; want what the release decided, and what it waited for", sent.Notice)
		}
		if told := toldOfEvent(t, s, e.ID); told.Lost || !told.WaitUntil.IsZero() {
			t.Errorf("then the desk has heard %+v", told)
		}
		soundAudit(t, s)
		if got := actions(t, s); !slices.Contains(got, "notice.waiting") || !slices.Contains(got, "notice.released") {
			t.Errorf("the audit has %v", got)
		}
	})
}

func TestNoticesOfALostSummaryAreLost(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := quiet(t, s, "1"), quiet(t, s, "2")
		delayed(t, s, one.ID)
		delayed(t, s, two.ID)
		due := noon.Add(time.Hour)
		summary := models.Notice{
			Reasons: testReasons(), Kind: models.NoticeSummary, Subject: "recipient", SubjectID: "desk/1", Recipient: "desk", CreatedAt: due,
			Content: models.Content{Summary: &models.Summary{Title: "2 alerts"}},
		}
		summary.ID = summary.Key()
		summary.Deliveries = []models.Delivery{models.NewDelivery(summary.ID, "slack", "", due)}
		released := []models.Notice{summary}
		for _, n := range waitingNow(t, s, due) {
			n.WaitUntil, n.ToldIn = time.Time{}, summary.ID
			released = append(released, n)
		}
		if err := s.CommitFlush(t.Context(), released, due); err != nil {
			t.Fatal(err)
		}
		if told := toldOfEvent(t, s, one.ID); told.Lost || told.Recipient == "" {
			t.Errorf("while the summary is owed the desk has heard %+v", told)
		}
		claimed := claim(t, s, due, 5)
		if len(claimed) != 1 || claimed[0].Notice.Content.Summary == nil {
			t.Fatalf("claimed %v, want the summary alone", claimed)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such channel", due); err != nil {
			t.Fatal(err)
		}
		for _, e := range []models.Event{one, two} {
			if told := toldOfEvent(t, s, e.ID); !told.Lost {
				t.Errorf("when the summary has died the desk has heard %+v, want it lost", told)
			}
		}
	})
}

func TestFlushedNoticeThatIsHeldIsNotInTheHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := quiet(t, s, "1")
		n := delayed(t, s, e.ID)
		n.WaitUntil, n.HeldReasons = time.Time{}, models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
		if err := s.CommitFlush(t.Context(), []models.Notice{n}, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if told := toldOfEvent(t, s, e.ID); told.Recipient != "" {
			t.Errorf("the desk has heard %+v, want nothing", told)
		}
		if c := counts(t, s); c.Held != 1 || c.Due != 0 {
			t.Errorf("%d held, %d due; want 1 and 0", c.Held, c.Due)
		}
	})
}

func critical(t testing.TB, s *Store, event string) models.Notice {
	t.Helper()
	n := models.Notice{
		Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: event, Recipient: "desk", Severity: models.Critical, CreatedAt: noon,
		Content: models.Content{Alert: &models.Alert{EventID: event}}, EscalateAt: noon.Add(30 * time.Minute), EscalateTo: "up",
	}
	n.ID = n.Key()
	if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUnassignedEventEscalatesOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := quiet(t, s, "1")
		n := critical(t, s, e.ID)
		due := noon.Add(30 * time.Minute)
		escalating := func(at time.Time) []models.Notice {
			t.Helper()
			notices, _, err := s.Escalating(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			return notices
		}
		if got := escalating(due.Add(-time.Microsecond)); len(got) != 0 {
			t.Errorf("%d escalate before their time", len(got))
		}
		seen := escalating(due)
		if len(seen) != 1 || seen[0].ID != n.ID {
			t.Fatalf("escalating: %v", seen)
		}
		up := models.Notice{Reasons: testReasons(), Kind: models.NoticeEscalation, Subject: "event", SubjectID: e.ID, Recipient: "head", CreatedAt: due}
		up.ID = up.Key()
		up.Deliveries = []models.Delivery{models.NewDelivery(up.ID, "mail", "head@example.org", due)}
		escalate := func(stopped models.Reasons) error {
			return s.CommitEscalation(t.Context(), seen[0], []models.Notice{up}, stopped, due)
		}

		// Somebody takes it between the look and the decision, and gives it up.
		take := models.Assignment{EventID: e.ID, By: "ada", AssignedAt: due}
		if _, err := s.Assign(t.Context(), take, nil); err != nil {
			t.Fatal(err)
		}
		if err := escalate(nil); !errors.Is(err, models.ErrStale) {
			t.Errorf("escalated what was taken: %v, want ErrStale", err)
		}
		if got := escalating(due); len(got) != 0 {
			t.Errorf("%d escalate that were taken", len(got))
		}
		if _, err := s.Unassign(t.Context(), take, due, nil); err != nil {
			t.Fatal(err)
		}
		if got := escalating(due); len(got) != 1 {
			t.Errorf("%d escalate when it was given up, want 1", len(got))
		}

		if err := escalate(nil); err != nil {
			t.Fatal(err)
		}
		if err := escalate(nil); !errors.Is(err, models.ErrStale) {
			t.Errorf("escalated again: %v, want ErrStale", err)
		}
		if c := counts(t, s); c.Due != 1 || len(escalating(due)) != 0 {
			t.Errorf("%d due, %d escalate; want 1 and none", c.Due, len(escalating(due)))
		}

		// One that is stopped is not sent, and says why.
		other := quiet(t, s, "2")
		n = critical(t, s, other.ID)
		if err := s.CommitEscalation(t.Context(), n, nil, models.NewReasons(models.ReasonMuted, models.ReasonArgs{}), due); err != nil {
			t.Fatal(err)
		}
		if got := actions(t, s); !slices.Contains(got, "notice.escalated") || !slices.Contains(got, "notice.escalation_stopped") {
			t.Errorf("the audit has %v", got)
		}
		soundAudit(t, s)
	})
}

// A story is told whole: what waits of an event longer comes along with what is
// told of it now, or news would overtake its alert.
func TestDeferredNoticesOfOneEventAreDueTogether(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := quiet(t, s, "1"), quiet(t, s, "2")
		weekly := func(event string, kind models.NoticeKind, recipient string, until time.Time) {
			t.Helper()
			n := models.Notice{
				Reasons: testReasons(), Kind: kind, Subject: "event", SubjectID: event, Recipient: recipient, CreatedAt: noon, WaitUntil: until,
				Content: models.Content{Alert: &models.Alert{EventID: event}},
			}
			n.ID = n.Key()
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
		}
		later := noon.Add(7 * 24 * time.Hour)
		weekly(one.ID, models.NoticeAlert, "desk", later)
		weekly(one.ID, models.NoticeAlert, "legal", later)
		weekly(two.ID, models.NoticeAlert, "desk", later)
		if got := waitingNow(t, s, noon); len(got) != 0 {
			t.Fatalf("%d are due before their time", len(got))
		}
		weekly(one.ID, models.NoticeUpdate, "desk", noon)
		var due []string
		for _, n := range waitingNow(t, s, noon) {
			due = append(due, string(n.Kind)+" to "+n.Recipient)
			if n.SubjectID != one.ID {
				t.Errorf("event %s is due", n.SubjectID)
			}
		}
		slices.Sort(due)
		if want := []string{"alert to desk", "update to desk"}; !slices.Equal(due, want) {
			t.Errorf("due are %v, want %v", due, want)
		}
	})
}

// What waits by a clock that was ahead does not wait for that clock.
func TestNoticesDeferredByAFastClockAreDue(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := quiet(t, s, "1")
		delayed(t, s, e.ID) // from noon until an hour later
		n := critical(t, s, quiet(t, s, "2").ID)
		if got := waitingNow(t, s, noon.Add(-time.Minute)); len(got) != 0 {
			t.Errorf("a clock that is a minute behind tells %d", len(got))
		}
		yearAgo := noon.AddDate(-1, 0, 0)
		if got := waitingNow(t, s, yearAgo); len(got) != 1 {
			t.Errorf("after the clock was set back a year %d are told, want 1", len(got))
		}
		up, _, err := s.Escalating(t.Context(), yearAgo)
		if err != nil || len(up) != 1 || up[0].ID != n.ID {
			t.Errorf("after the clock was set back a year %d go on, %v; want 1", len(up), err)
		}
	})
}

// Each minute and each scan asks for these; after years there are a million
// notices, of which few wait.
func TestWhatIsAskedForOftenReadsNoWholeTable(t *testing.T) {
	s := open(t, freshSQLite(t))
	at := map[string]any{"now": 0, "ahead": 0}
	for _, tt := range []struct {
		query *gorm.DB
		index string
	}{
		{s.read.Raw("EXPLAIN QUERY PLAN "+deferredNotices, at), "USING INDEX notices_waiting"},
		{s.read.Raw("EXPLAIN QUERY PLAN "+escalatingNotices, at), "USING INDEX notices_escalating"},
		{s.read.Raw("EXPLAIN QUERY PLAN "+recentNotices, 0, 0), "USING INDEX deliveries_created"},
	} {
		var plan []struct{ Detail string }
		if err := tt.query.Scan(&plan).Error; err != nil {
			t.Fatal(err)
		}
		if len(plan) == 0 || !strings.Contains(plan[0].Detail, tt.index) {
			t.Errorf("%v; want it to begin %s", plan, tt.index)
		}
	}
}

// A notice that waits for other sources is read at every tick, because its event may have
// what it waits for. It is flushed once, also if two processes try.
func TestNoticesThatAwaitSourcesAreReadEarly(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := profileScan(t, s, "hkma", noon)
		commit(t, s, scan)
		n := delayed(t, s, scan.Changes[0].Event.ID)
		if got := waitingNow(t, s, noon.Add(time.Minute)); len(got) != 0 {
			t.Fatalf("%d notices are due", len(got))
		}
		for i, kind := range []models.ReasonKind{models.ReasonAwaitsSources, models.ReasonAwaitsOfficial} {
			n.SubjectRevision = i + 2
			n.ID = n.Key()
			n.WaitReasons = models.NewReasons(kind, models.ReasonArgs{Count: 2, Duration: time.Hour})
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
			got := waitingNow(t, s, noon.Add(time.Minute))
			if len(got) != 1 || got[0].ID != n.ID || got[0].WaitReasons.Kind() != kind {
				t.Fatalf("read %+v, want the notice that awaits", got)
			}
			released := delivered(got[0], noon.Add(time.Minute))
			if err := s.CommitFlush(t.Context(), []models.Notice{released}, noon.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := s.CommitFlush(t.Context(), []models.Notice{released}, noon.Add(time.Minute)); !errors.Is(err, models.ErrStale) {
				t.Errorf("flushed twice: %v", err)
			}
		}
	})
}

// A deferred notice goes with its article when that is split off, and only then.
func TestDeferredNoticeFollowsItsArticle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, alertedLeaves := range []bool{false, true} {
			s := open(t, freshLike(t, o))
			e, second := twoArticles(t, s)
			first := e.Articles[slices.IndexFunc(e.Articles, func(a models.EventArticle) bool { return a.ArticleID != second.ArticleID })]
			n := models.Notice{
				Reasons: testReasons(), Kind: models.NoticeUpdate, Subject: models.SubjectEvent, SubjectID: e.ID, SubjectRevision: 9, Recipient: "desk", Severity: models.High, CreatedAt: noon,
				Content:   models.Content{Alert: &models.Alert{EventID: e.ID, Title: first.Title, Link: first.Link, Source: first.SourceName, SeenAt: noon}},
				WaitUntil: noon.Add(2 * time.Hour), WaitReasons: models.NewReasons(models.ReasonAwaitsSources, models.ReasonArgs{Count: 2}),
			}
			n.ID = n.Key()
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
			_, own := split(t, s, e, func(a models.EventArticle) bool { return (a.ArticleID == second.ArticleID) == alertedLeaves }, noon.Add(time.Hour))
			want := e.ID
			if alertedLeaves {
				want = own.ID
			}
			due := waitingNow(t, s, noon.Add(2*time.Hour))
			if len(due) != 1 || due[0].ID != n.ID || due[0].SubjectID != want || due[0].Content.Alert.EventID != want {
				t.Fatalf("due is %+v, want the notice about event %s", due, want)
			}
			if err := s.CommitFlush(t.Context(), []models.Notice{delivered(due[0], noon.Add(2*time.Hour))}, noon.Add(2*time.Hour)); err != nil {
				t.Fatal(err)
			}
			if rest := waitingNow(t, s, noon.Add(24*time.Hour)); len(rest) != 0 {
				t.Errorf("%d notices wait after the flush", len(rest))
			}
			soundAudit(t, s)
		}
	})
}
