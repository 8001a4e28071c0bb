package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// grow commits a change of an event by another article.
func grow(t *testing.T, s *Store, e models.Event, kind models.ChangeKind, guid string, at time.Time, edit func(*models.Event, *models.EventArticle)) models.Event {
	t.Helper()
	state, err := s.SourceState(t.Context(), "press")
	if err != nil {
		t.Fatal(err)
	}
	_, generation, err := s.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := article("press", guid, e.Title+" "+guid, at)
	scan := scanOf(state, generation, a)
	e.Revision++
	e.LastSeenAt = at
	joined := scan.Changes[0].Joined
	joined.EventID = e.ID
	edit(&e, &joined)
	scan.Changes = []models.Change{{Kind: kind, Event: e, Joined: joined, Article: a}}
	commit(t, s, scan)
	return e
}

func closeEvent(t *testing.T, s *Store, id string, at time.Time) {
	t.Helper()
	if _, err := s.CloseEvent(t.Context(), id, models.Closing{At: at, By: "ana", Reason: "done"}); err != nil {
		t.Fatal(err)
	}
}

// actionsOn returns the audit of a subject, oldest first, as actor and action.
func actionsOn(t *testing.T, s *Store, subject string, actions ...string) []string {
	t.Helper()
	entries, err := s.AuditBySubject(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if slices.Contains(actions, e.Action) {
			found = append(found, e.Actor+" "+e.Action)
		}
	}
	return found
}

func TestCloseEventKeepsTheFirstClosing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		first := models.Closing{At: noon.Add(time.Hour), By: "ana", Reason: "no licence needed"}
		if got, err := s.CloseEvent(t.Context(), e.ID, first); err != nil || !cmp.Equal(first, got.Closing) {
			t.Errorf("CloseEvent = %+v, %v; want %+v", got.Closing, err, first)
		}
		if got, err := s.CloseEvent(t.Context(), e.ID, models.Closing{At: noon.Add(2 * time.Hour), By: "ben", Reason: "other"}); err != nil || !cmp.Equal(first, got.Closing) {
			t.Errorf("CloseEvent again = %+v, %v; want %+v", got.Closing, err, first)
		}
		if got := find(t, s, e.ID).Work.Closing; !cmp.Equal(first, got) {
			t.Errorf("the event is %+v, want %+v", got, first)
		}
		if was, err := s.ReopenEvent(t.Context(), e.ID, "ben", noon.Add(3*time.Hour)); err != nil || !cmp.Equal(first, was.Closing) {
			t.Errorf("ReopenEvent = %+v, %v; want %+v", was.Closing, err, first)
		}
		_, err := s.ReopenEvent(t.Context(), e.ID, "ben", noon.Add(3*time.Hour))
		if _, open := errors.AsType[*NotClosedError](err); !open {
			t.Errorf("ReopenEvent of an open event = %v, want a NotClosedError", err)
		}
		if _, err := s.CloseEvent(t.Context(), "01NONE", first); !isNoEvent(err) {
			t.Errorf("CloseEvent of no event = %v", err)
		}
		want := []string{"ana event.closed", "ben event.reopened"}
		if diff := cmp.Diff(want, actionsOn(t, s, e.ID, "event.closed", "event.reopened")); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func isNoEvent(err error) bool {
	_, none := errors.AsType[*NoEventError](err)
	return none
}

func TestClosedEventOpensAgainWhenSomethingNewComes(t *testing.T) {
	tests := []struct {
		name string
		kind models.ChangeKind
		edit func(*models.Event, *models.EventArticle)
		open bool
	}{
		{"another report of the same", models.Similar, func(*models.Event, *models.EventArticle) {}, false},
		{"a copy", models.Copied, func(*models.Event, *models.EventArticle) {}, false},
		{"a lower severity", models.Similar, func(e *models.Event, _ *models.EventArticle) { e.Severity = models.Low }, false},
		{"another date", models.Similar, func(e *models.Event, _ *models.EventArticle) { e.Dates = applyBy("2026-05-01") }, false},
		{"a copy of an official text", models.Copied, func(_ *models.Event, a *models.EventArticle) { a.Role, a.Strength = models.Regulator, models.Subject }, false},
		{"an official mention", models.Similar, func(_ *models.Event, a *models.EventArticle) { a.Role, a.Strength = models.Regulator, models.Mention }, false},
		{"an official report", models.Similar, func(_ *models.Event, a *models.EventArticle) { a.Role, a.Strength = models.Regulator, models.Subject }, true},
		{"official confirmation", models.Copied, func(e *models.Event, _ *models.EventArticle) { e.Official = true }, true},
		{"a new stage", models.Similar, func(e *models.Event, _ *models.EventArticle) { e.Stage = "in-force" }, true},
		{"a new stage in an edited article", models.Revised, func(e *models.Event, _ *models.EventArticle) { e.Stage = "in-force" }, true},
		{"a higher severity", models.Similar, func(e *models.Event, _ *models.EventArticle) { e.Severity = models.Critical }, true},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				e := raise(t, s, "1", noon)
				closeEvent(t, s, e.ID, noon.Add(time.Minute))
				e = grow(t, s, find(t, s, e.ID), tt.kind, "later", noon.Add(time.Hour), tt.edit)
				if got := !find(t, s, e.ID).Work.IsClosed(); got != tt.open {
					t.Errorf("the event is open: %v, want %v", got, tt.open)
				}
				var want []string
				if tt.open {
					want = []string{"regwatch event.reopened"}
				}
				if diff := cmp.Diff(want, actionsOn(t, s, e.ID, "event.reopened")); diff != "" {
					t.Errorf("audit mismatch (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// A scan that was planned before an event was closed must not leave it closed with news in it.
func TestScanPlannedBeforeClosingIsStale(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		_, generation, err := s.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		closeEvent(t, s, e.ID, noon)
		a := article("press", "2", "Coin rules in force", noon)
		if err := s.Commit(t.Context(), scanOf(models.SourceState{SourceID: "press"}, generation, a)); !errors.Is(err, models.ErrStale) {
			t.Errorf("Commit = %v, want ErrStale", err)
		}
	})
}

// merge makes an event part of another one, as a person does.
func merge(t *testing.T, s *Store, from, into models.Event, at time.Time) models.EventLink {
	t.Helper()
	from, into = find(t, s, from.ID), find(t, s, into.ID)
	l := models.EventLink{ID: models.NewID(at, "link", from.ID, into.ID), Kind: models.LinkMerge, EventID: from.ID, OtherID: into.ID, By: "ana", MadeAt: at}
	into.Articles = append(into.Articles, from.Articles...)
	into.Official = into.Official || from.Official
	from.MergedInto, from.Articles = into.ID, nil
	into.Revision++
	from.Revision++
	regroup(t, s, Regrouping{Link: l, At: at, By: "ana", Events: []models.Event{into, from}})
	return l
}

// unmerge undoes a merge.
func unmerge(t *testing.T, s *Store, l models.EventLink, articleID string, at time.Time) {
	t.Helper()
	from, err := s.MergedEvent(t.Context(), l.EventID)
	if err != nil {
		t.Fatal(err)
	}
	into := find(t, s, l.OtherID)
	from.MergedInto = ""
	for _, a := range into.Articles {
		if a.ArticleID == articleID {
			from.Articles = []models.EventArticle{a}
		}
	}
	into.Articles = slices.DeleteFunc(into.Articles, func(a models.EventArticle) bool { return a.ArticleID == articleID })
	l.UndoneAt, l.UndoneBy = at, "ana"
	regroup(t, s, Regrouping{Link: l, At: at, By: "ana", Events: []models.Event{from, into}})
}

func noteTexts(t *testing.T, s *Store, id string) []string {
	t.Helper()
	notes, err := s.EventNotes(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, n := range notes {
		texts = append(texts, n.By+": "+n.Text)
	}
	return texts
}

func TestMergeMovesNotesAndDueDateAndUndoBringsThemBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		from, into := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Minute))
		article := find(t, s, from.ID).Articles[0].ArticleID
		for i, id := range []string{from.ID, into.ID} {
			if _, err := s.AddNote(t.Context(), models.Note{EventID: id, Text: []string{"ask counsel", "seen"}[i], By: "ana", WrittenAt: noon.Add(time.Duration(i) * time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.SetDue(t.Context(), from.ID, models.Due{Day: "2026-03-31", By: "ana", SetAt: noon}); err != nil {
			t.Fatal(err)
		}
		l := merge(t, s, from, into, noon.Add(2*time.Hour))
		if got := find(t, s, from.ID); got.ID != into.ID || got.Work.Due.Day != "2026-03-31" || got.Work.Due.By != "ana" {
			t.Errorf("after the merge the due date of %s is %+v, want that of the merged event", got.ID, got.Work.Due)
		}
		if diff := cmp.Diff([]string{"ana: ask counsel", "ana: seen"}, noteTexts(t, s, into.ID)); diff != "" {
			t.Errorf("notes after the merge mismatch (-want +got):\n%s", diff)
		}
		unmerge(t, s, l, article, noon.Add(3*time.Hour))
		if got := find(t, s, from.ID).Work.Due.Day; got != "2026-03-31" {
			t.Errorf("after the undo the event is due on %q, want 2026-03-31", got)
		}
		if got := find(t, s, into.ID).Work.Due.Day; got != "" {
			t.Errorf("after the undo the other event is due on %q, want no day", got)
		}
		for id, want := range map[string]string{from.ID: "ana: ask counsel", into.ID: "ana: seen"} {
			if diff := cmp.Diff([]string{want}, noteTexts(t, s, id)); diff != "" {
				t.Errorf("notes after the undo mismatch (-want +got):\n%s", diff)
			}
		}
	})
}

func TestMergeIntoClosedEventOpensItIfItBringsNews(t *testing.T) {
	for name, official := range map[string]bool{"news": true, "no news": false} {
		t.Run(name, func(t *testing.T) {
			s := open(t, freshSQLite(t))
			from, into := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Minute))
			if official {
				from = grow(t, s, find(t, s, from.ID), models.Similar, "o", noon.Add(time.Minute), func(e *models.Event, _ *models.EventArticle) { e.Official = true })
			}
			closeEvent(t, s, into.ID, noon.Add(time.Hour))
			merge(t, s, from, into, noon.Add(2*time.Hour))
			if got := find(t, s, into.ID).Work.IsClosed(); got == official {
				t.Errorf("the event is closed: %v, want %v", got, !official)
			}
		})
	}
}

func TestDueDateOfEventOutweighsThoseMergedIntoIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		from, into := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Minute))
		due := func(id, day string) models.Due {
			t.Helper()
			_, before, err := s.SetDue(t.Context(), id, models.Due{Day: day, By: "ben", SetAt: noon})
			if err != nil {
				t.Fatal(err)
			}
			return before
		}
		due(from.ID, "2026-03-10")
		merge(t, s, from, into, noon.Add(time.Hour))
		if before := due(into.ID, "2026-03-20"); before.Day != "2026-03-10" {
			t.Errorf("SetDue returned %q as the day before, want 2026-03-10", before.Day)
		}
		if got := find(t, s, into.ID).Work.Due.Day; got != "2026-03-20" {
			t.Errorf("due on %q, want its own 2026-03-20", got)
		}
		due(into.ID, "")
		if got := find(t, s, into.ID).Work.Due; got.Day != "" {
			t.Errorf("due on %q after it was removed, want no day", got.Day)
		}
		due(into.ID, "")
		want := []string{"ben event.due_set", "ben event.due_removed"}
		if diff := cmp.Diff(want, actionsOn(t, s, into.ID, "event.due_set", "event.due_removed")); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestUndoOfMergeBringsBackRemovedDueDate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		from, into, later := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Minute)), raise(t, s, "3", noon.Add(2*time.Minute))
		article := find(t, s, from.ID).Articles[0].ArticleID
		due := func(id, day string, at time.Time) {
			t.Helper()
			if _, _, err := s.SetDue(t.Context(), id, models.Due{Day: day, By: "ben", SetAt: at}); err != nil {
				t.Fatal(err)
			}
		}
		wants := func(what, id, day string) {
			t.Helper()
			if got := find(t, s, id).Work.Due.Day; got != day {
				t.Errorf("%s: due on %q, want %q", what, got, day)
			}
		}
		due(from.ID, "2026-03-10", noon)
		due(later.ID, "2026-04-20", noon)
		l := merge(t, s, from, into, noon.Add(time.Hour))
		due(into.ID, "", noon.Add(2*time.Hour))
		wants("after the removal", into.ID, "")
		unmerge(t, s, l, article, noon.Add(3*time.Hour))
		wants("the event that was merged, after the undo", from.ID, "2026-03-10")
		wants("the other one, after the undo", into.ID, "")
		merge(t, s, later, find(t, s, into.ID), noon.Add(4*time.Hour))
		wants("after the merge with an event whose date was set before the removal", into.ID, "2026-04-20")
		due(into.ID, "2026-05-01", noon.Add(5*time.Hour))
		due(into.ID, "", noon.Add(6*time.Hour))
		wants("after a date of its own was removed", into.ID, "")
	})
}

// A date that somebody removed stays removed when other events are merged later, in any order and
// at any depth. Only a date that he could not know of counts.
func TestRemovedDueDateStaysRemovedAfterAnotherMerge(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var e []models.Event
		for i, id := range []string{"1", "2", "3", "4", "5"} {
			e = append(e, raise(t, s, id, noon.Add(time.Duration(i)*time.Minute)))
		}
		hour := 0
		at := func() time.Time { hour++; return noon.Add(time.Duration(hour) * time.Hour) }
		due := func(i int, day string) {
			t.Helper()
			if _, _, err := s.SetDue(t.Context(), e[i].ID, models.Due{Day: day, By: "ben", SetAt: at()}); err != nil {
				t.Fatal(err)
			}
		}
		into := func(from, into int) {
			t.Helper()
			merge(t, s, find(t, s, e[from].ID), find(t, s, e[into].ID), at())
		}
		wants := func(what, day string) {
			t.Helper()
			if got := find(t, s, e[1].ID).Work.Due.Day; got != day {
				t.Errorf("%s: due on %q, want %q", what, got, day)
			}
		}
		due(0, "2026-03-10")
		into(0, 1)
		due(1, "")
		wants("after the removal", "")
		into(2, 1)
		wants("after a merge with an event that has no date", "")
		due(3, "2026-04-20")
		into(3, 1)
		wants("after a merge with an event that has a later date", "2026-04-20")
		into(1, 4)
		wants("after the event was merged into another", "2026-04-20")
		due(4, "")
		wants("after the second removal", "")
	})
}

func TestRemovedNoteStaysStored(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		note := models.Note{EventID: e.ID, Text: "ask counsel", By: "ana", WrittenAt: noon}
		stored, err := s.AddNote(t.Context(), note)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.AddNote(t.Context(), note); err != nil || again.ID != stored.ID {
			t.Errorf("the same note again = %s, %v; want %s", again.ID, err, stored.ID)
		}
		if _, err := s.RemoveNote(t.Context(), stored.ID[:12], "ben", noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := noteTexts(t, s, e.ID); got != nil {
			t.Errorf("notes after the removal: %v, want none", got)
		}
		_, err = s.RemoveNote(t.Context(), stored.ID, "ana", noon.Add(2*time.Hour))
		if none, ok := errors.AsType[*NoNoteError](err); !ok || none.Note == nil || none.Note.RemovedBy != "ben" {
			t.Errorf("RemoveNote again = %v, want that ben removed it", err)
		}
		if _, err := s.RestoreNote(t.Context(), stored.ID, "ana", noon.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ana: ask counsel"}, noteTexts(t, s, e.ID)); diff != "" {
			t.Errorf("notes mismatch (-want +got):\n%s", diff)
		}
		want := []string{"ana event.note_added", "ben event.note_removed", "ana event.note_restored"}
		if diff := cmp.Diff(want, actionsOn(t, s, e.ID, "event.note_added", "event.note_removed", "event.note_restored")); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
		if _, err := s.RemoveNote(t.Context(), "01NONE", "ana", noon); err == nil {
			t.Error("RemoveNote of no note = nil, want an error")
		}
	})
}

func TestUnreadEventsAreThoseThatChangedSince(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Minute))
		unread := func(person string) []string {
			t.Helper()
			found, err := s.Unread(t.Context(), person, []string{one.ID, two.ID, "01NONE"})
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, e := range []models.Event{one, two} {
				if found[e.ID] {
					titles = append(titles, e.ID)
				}
			}
			return titles
		}
		if n, err := s.MarkRead(t.Context(), "ana", []string{one.ID, "01NONE", one.ID}, noon); n != 1 || err != nil {
			t.Errorf("MarkRead = %d, %v; want 1", n, err)
		}
		if n, err := s.MarkRead(t.Context(), "ana", []string{one.ID}, noon); n != 0 || err != nil {
			t.Errorf("MarkRead again = %d, %v; want 0", n, err)
		}
		if diff := cmp.Diff([]string{two.ID}, unread("ana")); diff != "" {
			t.Errorf("unread for ana mismatch (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{one.ID, two.ID}, unread("ben")); diff != "" {
			t.Errorf("unread for ben mismatch (-want +got):\n%s", diff)
		}
		grow(t, s, find(t, s, one.ID), models.Similar, "later", noon.Add(time.Hour), func(*models.Event, *models.EventArticle) {})
		if diff := cmp.Diff([]string{one.ID, two.ID}, unread("ana")); diff != "" {
			t.Errorf("unread after a change mismatch (-want +got):\n%s", diff)
		}
		if _, err := s.MarkRead(t.Context(), "ana", []string{one.ID, two.ID}, noon); err != nil {
			t.Fatal(err)
		}
		if n, err := s.MarkUnread(t.Context(), "ana", []string{two.ID}, noon); n != 1 || err != nil {
			t.Errorf("MarkUnread = %d, %v; want 1", n, err)
		}
		if diff := cmp.Diff([]string{two.ID}, unread("ana")); diff != "" {
			t.Errorf("unread at the end mismatch (-want +got):\n%s", diff)
		}
		want := []string{"ana event.read", "ana event.unread"}
		if diff := cmp.Diff(want, actionsOn(t, s, two.ID, "event.read", "event.unread")); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestSavedFiltersAreOfTheTeamOrOfOnePerson(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		save := func(owner, name, query, by string) models.SavedFilter {
			t.Helper()
			f, err := s.SaveFilter(t.Context(), models.SavedFilter{Owner: owner, Name: name, Query: query, SavedBy: by, SavedAt: noon})
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		team := save("", "HK licensing", "stage=licensing", "ana")
		own := save("ana", "HK licensing", "stage=licensing&mine=1", "ana")
		save("ben", "Bans", "rule=crypto-ban", "ben")
		if changed := save("ana", "HK licensing", "stage=proposed", "ana"); changed.ID != own.ID {
			t.Errorf("saved under the same name it has ID %s, want %s", changed.ID, own.ID)
		}
		names := func(person string) []string {
			t.Helper()
			found, err := s.SavedFilters(t.Context(), person)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range found {
				names = append(names, f.Owner+"/"+f.Name+"?"+f.Query)
			}
			return names
		}
		if diff := cmp.Diff([]string{"/HK licensing?stage=licensing", "ana/HK licensing?stage=proposed"}, names("ana")); diff != "" {
			t.Errorf("filters of ana mismatch (-want +got):\n%s", diff)
		}
		_, err := s.RemoveFilter(t.Context(), own.ID, "ben", noon)
		if _, none := errors.AsType[*NoFilterError](err); !none {
			t.Errorf("ben removes ana's filter: %v, want a NoFilterError", err)
		}
		if gone, err := s.RemoveFilter(t.Context(), team.ID, "ben", noon); err != nil || gone.Query != "stage=licensing" {
			t.Errorf("RemoveFilter = %+v, %v", gone, err)
		}
		if diff := cmp.Diff([]string{"ben/Bans?rule=crypto-ban"}, names("ben")); diff != "" {
			t.Errorf("filters of ben mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestRuleDraftsAreForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		save := func(person, text string, at time.Time) {
			t.Helper()
			err := s.SaveRuleDraft(t.Context(), models.RuleDraft{Person: person, RuleID: "mica", Text: text, BaseHash: "h", SavedAt: at}, at.Add(-30*day))
			if err != nil {
				t.Fatal(err)
			}
		}
		text := func(person string, since time.Time) string {
			t.Helper()
			d, ok, err := s.RuleDraft(t.Context(), person, "mica", since)
			if err != nil || ok != (d.Text != "") {
				t.Fatalf("RuleDraft = %+v, %v, %v", d, ok, err)
			}
			return d.Text
		}
		save("ana", "id: mica\n", noon)
		save("ana", "id: mica\ntitle: MiCA\n", noon.Add(time.Minute))
		if got := text("ana", noon); got != "id: mica\ntitle: MiCA\n" {
			t.Errorf("the draft is %q, want the later one", got)
		}
		if got := text("ben", noon) + text("ana", noon.Add(time.Hour)); got != "" {
			t.Errorf("a draft of another person or an old one is found: %q", got)
		}
		save("ben", "id: mica\nseverity: high\n", noon.Add(31*day))
		if got := rowsOf(t, s, "rule_drafts"); got != 1 {
			t.Errorf("%d drafts are stored, want 1: the other is too old", got)
		}
		if err := s.DropRuleDrafts(t.Context(), noon.Add(31*day)); err != nil || text("ben", noon) == "" {
			t.Errorf("DropRuleDrafts = %v, and the draft of that moment is %q; want it kept", err, text("ben", noon))
		}
		save("ana", "id: mica\n", noon.Add(32*day))
		if err := s.DropRuleDrafts(t.Context(), noon.Add(31*day+time.Second)); err != nil || text("ben", noon) != "" || text("ana", noon) == "" {
			t.Errorf("DropRuleDrafts = %v, and the drafts are %q and %q; want only the later one", err, text("ben", noon), text("ana", noon))
		}
		save("ben", "id: mica\n", noon.Add(32*day))
		if err := s.DropRuleDraft(t.Context(), "ben", "mica"); err != nil {
			t.Fatal(err)
		}
		if got := text("ben", noon); got != "" {
			t.Errorf("the dropped draft is found: %q", got)
		}
	})
}

func TestAuditNamesWhoAssignsToSomebodyElse(t *testing.T) {
	s := open(t, freshSQLite(t))
	e := raise(t, s, "1", noon)
	for _, a := range []models.Assignment{{By: "kim", Actor: "mei"}, {By: "mei", Actor: "mei"}} {
		a.EventID, a.AssignedAt = e.ID, noon
		if _, err := s.Assign(t.Context(), a, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Unassign(t.Context(), models.Assignment{EventID: e.ID, By: "kim", Actor: "rob"}, noon, nil); err != nil {
		t.Fatal(err)
	}
	entries, err := s.AuditBySubject(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Action, "event.taken") || strings.HasPrefix(entry.Action, "event.untaken") {
			got = append(got, entry.Actor+" "+entry.Action+" "+entry.Detail)
		}
	}
	want := []string{
		`mei event.taken {"assignee":"kim"}`, `mei event.taken null`,
		`rob event.untaken {"assignee":"kim","taken_at":"2026-03-02T12:00:00Z"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit mismatch (-want +got):\n%s", diff)
	}
}

func TestClosedEventDoesNotEscalate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e, into := quiet(t, s, "1"), raise(t, s, "2", noon.Add(time.Minute))
		n := critical(t, s, e.ID)
		due := noon.Add(30 * time.Minute)
		escalating := func() int {
			t.Helper()
			notices, _, err := s.Escalating(t.Context(), due)
			if err != nil {
				t.Fatal(err)
			}
			return len(notices)
		}
		closeEvent(t, s, e.ID, noon)
		if got := escalating(); got != 0 {
			t.Errorf("%d notices of a closed event escalate", got)
		}
		if err := s.CommitEscalation(t.Context(), n, nil, nil, due); !errors.Is(err, models.ErrStale) {
			t.Errorf("CommitEscalation for a closed event = %v, want ErrStale", err)
		}
		// The event that it becomes part of is open.
		l := merge(t, s, e, into, noon.Add(time.Hour))
		if got := escalating(); got != 1 {
			t.Errorf("%d notices escalate after the merge into an open event, want 1", got)
		}
		closeEvent(t, s, into.ID, noon)
		if got := escalating(); got != 0 {
			t.Errorf("%d notices escalate after that was closed too", got)
		}
		if _, err := s.ReopenEvent(t.Context(), l.OtherID, "ana", noon); err != nil {
			t.Fatal(err)
		}
		if got := escalating(); got != 1 {
			t.Errorf("%d notices escalate after it was opened again, want 1", got)
		}
	})
}
