package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestEventsFilters(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ids := make(map[string]string)
		for i, e := range []struct {
			title, source string
			change        func(*models.Event)
		}{
			{"Coin licences granted", "hkma", func(e *models.Event) {}},
			{"穩定幣 rules proposed", "hkma", func(e *models.Event) { e.Severity, e.Stage = models.Medium, "proposed" }},
			{"Crypto ban named in passing", "press", func(e *models.Event) { e.Strength, e.Stage, e.RuleIDs = models.Mention, "", nil }},
			{"Crypto Ban in force", "press", func(e *models.Event) {
				e.Severity, e.LeadRule, e.RuleIDs = models.Critical, "crypto_ban", []string{"crypto_ban", "coin"}
			}},
			{"Known before", "press", func(e *models.Event) {}},
			{"Bitcoin falls", "press", func(e *models.Event) {
				e.Severity, e.RuleIDs, e.DigestRules, e.Official, e.Jurisdictions = "", nil, []string{"coin"}, true, []string{"São \"Tomé\"", "Macau"}
			}},
		} {
			state, err := s.SourceState(t.Context(), e.source)
			if err != nil {
				t.Fatal(err)
			}
			_, generation, err := s.Candidates(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			scan := scanOf(state, generation, article(e.source, e.title, e.title, noon.Add(time.Duration(i)*time.Hour)))
			e.change(&scan.Changes[0].Event)
			commit(t, s, scan)
			ids[e.title] = scan.Changes[0].Event.ID
		}
		if _, err := s.Assign(t.Context(), models.Assignment{EventID: ids["Known before"], By: "ana", AssignedAt: noon}, nil); err != nil {
			t.Fatal(err)
		}
		closeEvent(t, s, ids["Bitcoin falls"], noon)
		closeEvent(t, s, ids["Known before"], noon)
		// An assignment of a merged event is one of the event that it became.
		if err := s.write.Exec("UPDATE events SET merged_into = ? WHERE id = ?", ids["Crypto Ban in force"], ids["Known before"]).Error; err != nil {
			t.Fatal(err)
		}

		for _, tt := range []struct {
			name   string
			filter EventFilter
			want   string
		}{
			{"all", EventFilter{}, "Coin licences granted, 穩定幣 rules proposed, Crypto ban named in passing, Crypto Ban in force, Bitcoin falls"},
			{"a window", EventFilter{From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour)}, "穩定幣 rules proposed"},
			{"a window without an end", EventFilter{From: noon.Add(time.Hour), Sources: []string{"hkma"}}, "穩定幣 rules proposed"},
			{"a rule", EventFilter{Rules: []string{"crypto_ban"}}, "Crypto Ban in force"},
			{"part of a rule's ID", EventFilter{Rules: []string{"coi"}}, ""},
			{"no wildcard in a rule", EventFilter{Rules: []string{"crypto%"}}, ""},
			{"two rules", EventFilter{Rules: []string{"none", "crypto_ban"}}, "Crypto Ban in force"},
			{"a severity and higher", EventFilter{MinSeverity: models.High}, "Coin licences granted, Crypto Ban in force"},
			{"a mention has no severity", EventFilter{MinSeverity: models.Low}, "Coin licences granted, 穩定幣 rules proposed, Crypto Ban in force"},
			{"a stage", EventFilter{Stages: []string{"proposed"}}, "穩定幣 rules proposed"},
			{"no stage", EventFilter{Stages: []string{""}}, "Crypto ban named in passing"},
			{"a source", EventFilter{Sources: []string{"hkma"}}, "Coin licences granted, 穩定幣 rules proposed"},
			{"a word in any case", EventFilter{Words: []string{"BAN"}}, "Crypto ban named in passing, Crypto Ban in force"},
			{"several words", EventFilter{Words: []string{"ban", "force"}}, "Crypto Ban in force"},
			{"a word in the other script", EventFilter{Words: []string{"稳定币"}}, "穩定幣 rules proposed"},
			{"a person", EventFilter{AssignedTo: []string{"ana"}}, "Crypto Ban in force"},
			{"another person", EventFilter{AssignedTo: []string{"ben"}}, ""},
			{"nobody", EventFilter{Unassigned: true, MinSeverity: models.High}, "Coin licences granted"},
			{"a jurisdiction", EventFilter{Jurisdictions: []string{"Macau"}}, "Bitcoin falls"},
			{"a jurisdiction with quotes", EventFilter{Jurisdictions: []string{"Nepal", `São "Tomé"`}}, "Bitcoin falls"},
			{"part of a jurisdiction", EventFilter{Jurisdictions: []string{"Hong"}}, ""},
			{"closed", EventFilter{Closed: true}, "Bitcoin falls"},
			{"open; that a merged one was closed does not count", EventFilter{Open: true}, "Coin licences granted, 穩定幣 rules proposed, Crypto ban named in passing, Crypto Ban in force"},
			{"official", EventFilter{Official: true}, "Bitcoin falls"},
			{"press only", EventFilter{PressOnly: true, Words: []string{"ban"}}, "Crypto ban named in passing, Crypto Ban in force"},
			{"less certain", EventFilter{LessCertain: true}, "Bitcoin falls"},
			{"raised", EventFilter{Raised: true, Sources: []string{"press"}}, "Crypto Ban in force, Bitcoin falls"},
			{"several filters", EventFilter{Rules: []string{"coin"}, Sources: []string{"press"}, Words: []string{"crypto"}}, "Crypto Ban in force"},
		} {
			found, err := s.Events(t.Context(), tt.filter)
			var titles []string
			for _, e := range found {
				titles = append(titles, e.Title)
				if len(e.Articles) == 0 {
					t.Errorf("%s: %s has no articles", tt.name, e.Title)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(titles, ", ")); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
			}
			if n, err := s.CountEvents(t.Context(), tt.filter); err != nil || !cmp.Equal(n, []int{len(titles)}) {
				t.Errorf("%s: CountEvents = %v, %v; want %d", tt.name, n, err, len(titles))
			}
		}
		if names, err := s.Assignees(t.Context()); err != nil || !cmp.Equal(names, []string{"ana"}) {
			t.Errorf("Assignees = %v, %v; want ana", names, err)
		}
	})
}

func TestShortIDsFindTheirEventsAndArticles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		at := []time.Time{noon, noon, noon.Add(time.Microsecond), noon.AddDate(0, 0, 1)}
		var events, articles []string
		for i, at := range at {
			e, err := s.FindEvent(t.Context(), raise(t, s, string(rune('1'+i)), at).ID)
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, e.ID)
			articles = append(articles, e.Articles[0].ArticleID)
		}
		short, err := s.ShortEventIDs(t.Context(), events)
		if err != nil {
			t.Fatal(err)
		}
		if got := short[events[3]]; got != events[3][:8] {
			t.Errorf("the event of another day is %q, want its first 8 characters", got)
		}
		for _, id := range events {
			if e, err := s.FindEvent(t.Context(), short[id]); err != nil || e.ID != id {
				t.Errorf("FindEvent(%q) = %s, %v; want %s", short[id], e.ID, err, id)
			}
		}
		if short, err = s.ShortArticleIDs(t.Context(), articles); err != nil {
			t.Fatal(err)
		}
		for _, id := range articles {
			if a, err := s.FindArticle(t.Context(), short[id], ""); err != nil || a.ID != id {
				t.Errorf("FindArticle(%q) = %s, %v; want %s", short[id], a.ID, err, id)
			}
		}
	})
}

func TestManyKeysAreLookedUp(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		long := "link:" + strings.Repeat("x", 5000)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "key 39999", long))
		keys := make([]string, 40_000)
		given := make([]models.Article, len(keys))
		for i := range keys {
			keys[i] = fmt.Sprintf("key %d", i)
			given[i] = models.Article{Identity: keys[i]}
		}
		for _, ask := range [][]string{keys, {long}} {
			events, _, err := s.Candidates(t.Context(), models.Lookup{Keys: ask})
			if err != nil || len(events) != 1 {
				t.Errorf("Candidates(%d keys) = %d events, %v; want 1", len(ask), len(events), err)
			}
		}
		unseen, err := s.Unseen(t.Context(), "hkma", given)
		if err != nil || len(unseen) != len(given) {
			t.Errorf("Unseen = %d articles, %v; want %d", len(unseen), err, len(given))
		}
	})
}

func TestAMergedEventIsAnsweredByTheOneItBecame(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var events []models.Event
		for i := range 3 {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon.Add(time.Duration(i)*time.Minute))
			scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, fmt.Sprintf("k%d", i))
			scan.Notices[0].Recipient = fmt.Sprintf("team %d", i)
			scan.Notices[0].ID = scan.Notices[0].Key()
			scan.Notices[0].Deliveries = nil
			commit(t, s, scan)
			events = append(events, scan.Changes[0].Event)
		}
		for i, e := range events[:2] { // 0 into 1, 1 into 2
			err := s.write.Table("events").Where("id = ?", e.ID).Update("merged_into", events[i+1].ID).Error
			if err != nil {
				t.Fatal(err)
			}
		}
		got, _, err := candidates(t, s, "k0")
		if err != nil || len(got) != 1 || got[0].ID != events[2].ID {
			t.Fatalf("Candidates = %+v, %v; want event %s", got, err, events[2].ID)
		}
		var recipients []string
		for _, told := range got[0].Notified {
			recipients = append(recipients, told.Recipient)
		}
		slices.Sort(recipients)
		if diff := cmp.Diff([]string{"team 0", "team 1", "team 2"}, recipients); diff != "" {
			t.Errorf("Told mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestNewestEventsAreThoseSeenLast(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var ids []string
		for i := range 4 {
			ids = append(ids, raise(t, s, string(rune('1'+i)), noon.Add(time.Duration(i)*time.Hour)).ID)
		}
		// The first is reported again, and the third became the second.
		if err := s.write.Exec("UPDATE events SET last_seen_at = ? WHERE id = ?", microsOf(noon.Add(5*time.Hour)), ids[0]).Error; err != nil {
			t.Fatal(err)
		}
		if err := s.write.Exec("UPDATE events SET merged_into = ? WHERE id = ?", ids[1], ids[2]).Error; err != nil {
			t.Fatal(err)
		}
		for limit, want := range map[int][]string{0: {ids[0], ids[1], ids[3]}, 1: {ids[0]}, 2: {ids[0], ids[3]}, 3: {ids[0], ids[1], ids[3]}, 9: {ids[0], ids[1], ids[3]}} {
			events, err := s.NewestEvents(t.Context(), EventFilter{To: noon.AddDate(0, 0, 1)}, limit)
			var got []string
			for _, e := range events {
				got = append(got, e.ID)
				if len(e.Keys) > 0 || len(e.Articles) != 1 || e.Articles[0].Signature != nil || len(e.Notified) != 1 {
					t.Errorf("event %s has %d keys, %d articles, %d recipients", e.ID, len(e.Keys), len(e.Articles), len(e.Notified))
				}
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("limit %d: %v (-want +got):\n%s", limit, err, diff)
			}
		}
		if n, err := s.CountEvents(t.Context(), EventFilter{To: noon.AddDate(0, 0, 1)}); err != nil || n[0] != 3 {
			t.Errorf("%d events are counted, %v; want 3", n, err)
		}
	})
}

func TestPagesOfEventsHaveEachOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var want []string
		for i := range 5 {
			want = append([]string{raise(t, s, fmt.Sprint(i), noon.Add(time.Duration(i/2)*time.Minute)).ID}, want...)
		}
		// Those of one minute are in the order of their IDs.
		for _, pair := range [][]string{want[1:3], want[3:5]} {
			slices.Sort(pair)
			slices.Reverse(pair)
		}
		for size := range 6 {
			var got []string
			for before, left := "", len(want); left > 0; {
				filter := EventFilter{To: noon.AddDate(0, 0, 1), Before: before}
				page, err := s.NewestEvents(t.Context(), filter, size)
				if err != nil || len(page) == 0 {
					t.Fatalf("page of %d before %q: %d events, %v; want some of %d", size, before, len(page), err, left)
				}
				if total, err := s.CountEvents(t.Context(), filter); err != nil || total[0] != left {
					t.Fatalf("%d events before %q are counted, %v; want %d", total, before, err, left)
				}
				slices.SortFunc(page, func(a, b models.Event) int {
					if c := b.LastSeenAt.Compare(a.LastSeenAt); c != 0 {
						return c
					}
					return strings.Compare(b.ID, a.ID)
				})
				for _, e := range page {
					got = append(got, e.ID)
				}
				before, left = page[len(page)-1].ID, left-len(page)
			}
			if !slices.Equal(got, want) {
				t.Errorf("pages of %d have %v; want %v", size, got, want)
			}
		}
		_, err := s.NewestEvents(t.Context(), EventFilter{To: noon, Before: "01NONE"}, 1)
		if _, ok := errors.AsType[*NoEventError](err); !ok {
			t.Errorf("before an event that does not exist: %v; want a NoEventError", err)
		}
	})
}
