package store

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

func windowOf(t *testing.T, s *Store, from, to time.Time) models.Window {
	t.Helper()
	w, err := s.DigestWindow(t.Context(), models.Period{From: from, To: to}, from.AddDate(0, 0, -84), "2026-03-02", "2026-04-01")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestADigestIsMadeOnce(t *testing.T) {
	week := 7 * 24 * time.Hour
	issue := models.DigestIssue{Subscription: "weekly", LocalDate: "2026-03-02", WindowFrom: noon.Add(-week), WindowTo: noon, CreatedAt: noon}
	issue.ID = models.NewID(noon, "weekly")
	sameDay, sameWindow, next := issue, issue, issue
	sameDay.ID, sameDay.WindowFrom = models.NewID(noon, "2"), noon
	sameWindow.ID, sameWindow.LocalDate = models.NewID(noon, "3"), "2026-03-03"
	next.ID, next.LocalDate, next.WindowFrom, next.WindowTo = models.NewID(noon, "4"), "2026-03-09", noon, noon.Add(week)
	tests := []struct {
		name  string
		issue models.DigestIssue
		want  bool
	}{
		{"the first", issue, true},
		{"the same", issue, false},
		{"another of the same day", sameDay, false},
		{"another from the same moment", sameWindow, false},
		{"the next week's", next, true},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if _, found, err := s.LastDigest(t.Context(), "weekly", noon.Add(week)); found || err != nil {
			t.Fatalf("LastDigest = %v, %v before any", found, err)
		}
		stored := 0
		for _, tt := range tests {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeDigest, Subject: "digest", SubjectID: tt.issue.ID, Recipient: tt.name, CreatedAt: noon}
			n.ID = n.Key()
			tt.issue.NoticeIDs = []string{n.ID}
			made, err := s.CommitDigest(t.Context(), tt.issue, []models.Notice{n})
			if made != tt.want || err != nil {
				t.Errorf("CommitDigest(%s) = %v, %v; want %v", tt.name, made, err, tt.want)
			}
			if tt.want {
				stored++
			}
			if got := counts(t, s).Notices; got != int64(stored) {
				t.Errorf("after %s: %d notices, want %d", tt.name, got, stored)
			}
		}
		last, found, err := s.LastDigest(t.Context(), "weekly", noon.Add(week))
		last.NoticeIDs = nil
		if diff := cmp.Diff(next, last); err != nil || !found || diff != "" {
			t.Errorf("LastDigest: %v, %v, mismatch (-want +got):\n%s", found, err, diff)
		}
	})
}

func TestAWindowCountsWhatItHolds(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := models.Scan{State: models.SourceState{SourceID: "hkma", SucceededAt: noon}, At: noon}
		for i, at := range []time.Time{noon.Add(-time.Microsecond), noon, noon.Add(time.Hour), noon.Add(2 * time.Hour)} {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), at))
		}
		commit(t, s, scan)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "sfc", SucceededAt: noon.Add(-time.Hour)}, At: noon})
		w := windowOf(t, s, noon, noon.Add(2*time.Hour))
		if diff := cmp.Diff([]string{"hkma"}, w.Checked); diff != "" || w.Articles != 2 {
			t.Errorf("checked %v, %d articles; want [hkma], 2", w.Checked, w.Articles)
		}
	})
}

// dated is a scan that opens an event with a key date.
func dated(source, guid, day string, seen time.Time) models.Scan {
	scan := scanOf(models.SourceState{SourceID: source}, 0, article(source, guid, "Coin rules "+guid, seen))
	scan.Changes[0].Event.Stage = "proposed"
	scan.Changes[0].Event.Dates = []models.KeyDate{{Day: day, Kind: "deadline", Quote: "by then"}}
	return scan
}

func TestDigestWindowHasNearDatesOfOldEvents(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		year := noon.AddDate(-1, 0, 0)
		for i, day := range []string{"2026-03-01", "2026-03-02", "2026-04-01", "2026-04-02"} {
			scan := dated(fmt.Sprint("s", i), strconv.Itoa(i), day, year)
			scan.EventGeneration = int64(i)
			commit(t, s, scan)
		}
		w := windowOf(t, s, noon.AddDate(0, 0, -7), noon)
		var days []string
		for _, e := range w.Dated {
			days = append(days, e.Dates[0].Day)
		}
		if diff := cmp.Diff([]string{"2026-03-02", "2026-04-01"}, sorted(days)); diff != "" || len(w.Events) != 0 {
			t.Errorf("dated events (-want +got):\n%s%d events; want none", diff, len(w.Events))
		}
	})
}

func sorted(values []string) []string { return unique(values) }

func TestDigestWindowHasTheEarlierStatesOfEvents(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		from := noon.Add(-7 * 24 * time.Hour)
		known := dated("hkma", "1", "2026-03-20", from.Add(-time.Hour))
		commit(t, s, known)
		next := known
		change := known.Changes[0]
		step := func(source string, stage string, at time.Time) {
			a := article(source, source, "Coin rules "+source, at)
			change.Kind, change.Article, change.Joined = models.Copied, a, place(change.Event, a)
			change.Event.Revision++
			change.Event.Stage, change.Event.LastSeenAt = stage, at
			next = models.Scan{State: models.SourceState{SourceID: source}, At: at, Articles: []models.Article{a}, Changes: []models.Change{change}}
			var err error
			if _, next.EventGeneration, err = s.Candidates(t.Context()); err != nil {
				t.Fatal(err)
			}
			commit(t, s, next)
		}
		step("sfc", "proposed", from.Add(-time.Minute)) // nothing new
		step("gov", "adopted", from)
		step("law", "in force", from.Add(time.Hour))
		fresh := dated("new", "9", "2026-03-21", from)
		_, fresh.EventGeneration, _ = s.Candidates(t.Context())
		commit(t, s, fresh)

		want := known.Changes[0].Event
		got := windowOf(t, s, from, noon).Before
		if diff := cmp.Diff(map[string]models.EventState{want.ID: {
			EventID: want.ID, Revision: 1, KnownAt: from.Add(-time.Hour), Severity: want.Severity, Stage: "proposed", Dates: want.Dates,
		}}, got); diff != "" {
			t.Errorf("before (-want +got):\n%s", diff)
		}
		if n := rowsOf(t, s, "event_states"); n != 4 {
			t.Errorf("%d states are stored, want 4: a copy that changes nothing adds none", n)
		}
	})
}

func TestAWindowCountsOpeningsAndWhatWasHeld(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := dated("hkma", "1", "2026-03-20", noon.AddDate(0, 0, -80))
		commit(t, s, scan)
		old := dated("sfc", "2", "2026-03-20", noon.AddDate(0, 0, -100))
		old.EventGeneration = 1
		commit(t, s, old)
		var held []models.Notice
		for i, h := range []struct {
			event, recipient string
			as               models.Hold
			at               time.Time
		}{
			{"E1", "a", models.HeldMuted, noon.Add(-time.Hour)},
			{"E1", "b", models.HeldMuted, noon.Add(-time.Hour)},
			{"E2", "a", models.HeldMuted, noon.Add(-time.Hour)},
			{"E2", "b", models.HeldSeverity, noon.Add(-time.Hour)},
			{"E3", "a", models.HeldMuted, noon},
			{"E4", "a", "", noon.Add(-time.Hour)},
		} {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: h.event, SubjectRevision: i, Recipient: h.recipient, HeldReasons: models.NewReasons(models.ReasonMuted, models.ReasonArgs{}), HeldAs: h.as, CreatedAt: h.at}
			n.ID = n.Key()
			held = append(held, n)
		}
		if err := s.CommitNotices(t.Context(), held); err != nil {
			t.Fatal(err)
		}
		w := windowOf(t, s, noon.AddDate(0, 0, -7), noon)
		want := models.Window{
			Opened: []models.Opening{{FirstSeenAt: noon.AddDate(0, 0, -80), RuleIDs: []string{"coin"}}},
			Held:   map[models.Hold]int{models.HeldMuted: 2, models.HeldSeverity: 1},
		}
		if diff := cmp.Diff(want, models.Window{Opened: w.Opened, Held: w.Held}); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A clock that was far ahead makes a digest that ends in years. What is made with
// a right clock from the same moment is made all the same, once.
func TestDigestMadeByAFastClockPreventsNoOther(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		week := 7 * 24 * time.Hour
		issue := func(day string, from, to, made time.Time) bool {
			i := models.DigestIssue{ID: models.NewID(made, day), Subscription: "weekly", LocalDate: day, WindowFrom: from, WindowTo: to, CreatedAt: made}
			stored, err := s.CommitDigest(t.Context(), i, nil)
			if err != nil {
				t.Fatal(err)
			}
			return stored
		}
		ahead := noon.AddDate(4, 0, 0)
		first := issue("2026-03-02", noon.Add(-week), noon, noon)
		wrong := issue("2030-03-02", noon, ahead, ahead)
		right := issue("2026-03-09", noon, noon.Add(week), noon.Add(week))
		again := issue("2026-03-10", noon, noon.Add(week), noon.Add(week))
		if !first || !wrong || !right || again {
			t.Errorf("made %v, %v, %v, and again %v; want all but the last", first, wrong, right, again)
		}
		last, ok, err := s.LastDigest(t.Context(), "weekly", noon.Add(week))
		if err != nil || !ok || last.LocalDate != "2026-03-09" {
			t.Errorf("LastDigest = %s, %v, %v; want that of 2026-03-09", last.LocalDate, ok, err)
		}
	})
}

func TestANoticeIsSentOnceMoreAsOftenAsAsked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := models.Notice{Reasons: testReasons(), Kind: models.NoticeDigest, Subject: "digest", SubjectID: "D", Recipient: "weekly", CreatedAt: noon}
		n.ID = n.Key()
		n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", "a@example.org", noon)}
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		for _, to := range []struct {
			address string
			resend  int
		}{{"a@example.org", 1}, {"a@example.org", 2}, {"b@example.org", 0}} {
			d, err := s.Resend(t.Context(), n, "mail", to.address, "ana", noon)
			if err != nil || d.Resend != to.resend {
				t.Errorf("Resend to %s = %d, %v; want %d", to.address, d.Resend, err, to.resend)
			}
		}
		got, err := s.NoticesByID(t.Context(), []string{n.ID, "unknown"})
		if err != nil || len(got) != 1 || len(got[0].Deliveries) != 4 {
			t.Errorf("NoticesOf = %+v, %v; want one notice with four deliveries", got, err)
		}
		soundAudit(t, s)
	})
}

func TestDigestHistoryNamesTheDaysThatHaveADigest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		now := noon.AddDate(0, 0, 10)
		history := func() models.DigestHistory {
			t.Helper()
			h, err := s.DigestHistory(t.Context(), "daily", now)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		if diff := cmp.Diff(models.DigestHistory{Since: now}, history(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("of one never seen mismatch (-want +got):\n%s", diff)
		}
		commitDay := func(subscription, day string, from, to time.Time) {
			t.Helper()
			issue := models.DigestIssue{ID: subscription + day, Subscription: subscription, LocalDate: day, WindowFrom: from, WindowTo: to, CreatedAt: to}
			if made, err := s.CommitDigest(t.Context(), issue, nil); !made || err != nil {
				t.Fatalf("CommitDigest of %s = %v, %v", day, made, err)
			}
		}
		day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
		commitDay("daily", "2026-03-07", day(4), day(5))
		commitDay("daily", "2026-03-08", day(5), day(6))
		commitDay("daily", "2026-03-09", day(6), day(9)) // slots were missed
		commitDay("daily", "2026-03-11 18:00:00.000000", day(9), day(9).Add(6*time.Hour))
		commitDay("daily", "2026-03-14", day(9).Add(6*time.Hour), day(12)) // by a clock that is ahead
		commitDay("weekly", "2026-03-10", day(2), day(9))
		h := history()
		if h.Last.LocalDate != "2026-03-11 18:00:00.000000" || !h.Since.Equal(now) {
			t.Errorf("the last is %s, known since %s; want that of 11 March", h.Last.LocalDate, h.Since)
		}
		if diff := cmp.Diff([]string{"2026-03-09", "2026-03-11 18:00:00.000000", "2026-03-14"}, h.Days); diff != "" {
			t.Errorf("days mismatch (-want +got):\n%s", diff)
		}
	})
}

// A digest names the entities that the matches of its events name.
func TestDigestWindowHasEntities(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		named := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "hkma", "Coins and hkma", noon))
		plain := scanOf(models.SourceState{SourceID: "sfc"}, 0, article("sfc", "sfc", "Coins and sfc", noon))
		plain.EventGeneration = 1
		circle := models.Entity{ID: "circle", Name: "Circle \"USDC\"", NameZH: "圓圈公司", Kind: "issuer", URL: "https://www.circle.com/"}
		tether := models.Entity{ID: "tether", Name: "Tether"}
		named.Matches[0].Hits = []models.Hit{{Text: "a", Entities: []models.Entity{circle}}, {Text: "b"}, {Text: "c", Entities: []models.Entity{tether, circle}}}
		commit(t, s, named)
		commit(t, s, plain)
		want := map[string]map[string][]models.Entity{named.Changes[0].Event.ID: {named.Matches[0].RuleID: {circle, tether}}}
		if diff := cmp.Diff(want, windowOf(t, s, noon.Add(-time.Hour), noon.Add(time.Hour)).Entities); diff != "" {
			t.Errorf("entities (-want +got):\n%s", diff)
		}
		stored, err := s.EventMatches(t.Context(), named.Changes[0].Event.ID)
		if err != nil || len(stored) != 1 {
			t.Fatalf("%d matches, %v", len(stored), err)
		}
		if diff := cmp.Diff(named.Matches[0].Hits, stored[0].Hits); diff != "" {
			t.Errorf("stored hits (-want +got):\n%s", diff)
		}
	})
}
