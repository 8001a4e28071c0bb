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

// twoArticles stores an event of two articles, of which the desk was alerted to the first,
// and returns it as stored.
func twoArticles(t *testing.T, s *Store) (e models.Event, second models.EventArticle) {
	t.Helper()
	scan := profileScan(t, s, "hkma", noon)
	first, other := scan.Articles[0], article("hkma", "Licences again", "More licences", noon)
	c := &scan.Changes[0]
	c.Joined.SourceName = "HKMA"
	n := &scan.Notices[0]
	n.Content.Alert.Title, n.Content.Alert.Link, n.Content.Alert.Source = first.Title, first.Link, "HKMA"
	n.Content.Alert.Why = []models.Finding{{RuleID: "coin"}}
	e = c.Event
	second = place(e, other)
	second.SourceName = "SFC"
	e.Revision = 2
	scan.Articles = append(scan.Articles, other)
	scan.Matches = append(scan.Matches, match(other, "coin"))
	scan.Changes = append(scan.Changes, models.Change{Kind: models.Copied, Event: e, Joined: second, Article: other, NewKeys: []string{"second"}})
	commit(t, s, scan)
	return find(t, s, e.ID), second
}

func find(t *testing.T, s *Store, id string) models.Event {
	t.Helper()
	e, err := s.FindEvent(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func regroup(t *testing.T, s *Store, g Regrouping) {
	t.Helper()
	g.Generation = generation(t, s)
	if _, err := s.Regroup(t.Context(), g, nil); err != nil {
		t.Fatal(err)
	}
}

// split puts the articles at which keep is false into an event of their own.
func split(t *testing.T, s *Store, e models.Event, keep func(models.EventArticle) bool, at time.Time) (models.EventLink, models.Event) {
	t.Helper()
	own := models.Event{ID: models.NewID(at, "own", e.ID), Revision: 1, Title: "Own", LeadRule: "coin", Severity: models.High, Strength: models.Subject, FirstSeenAt: at, LastSeenAt: at}
	link := models.EventLink{ID: models.NewID(at, "link", e.ID), Kind: models.LinkSplit, EventID: e.ID, OtherID: own.ID, By: "ana", Reason: "two \x00banks", MadeAt: at}
	left := e
	left.Revision++
	left.Articles = nil
	for _, a := range e.Articles {
		if keep(a) {
			left.Articles = append(left.Articles, a)
			continue
		}
		link.Articles = append(link.Articles, models.LinkedArticle{ArticleID: a.ArticleID, Source: a.SourceName, Title: a.Title, Link: a.Link, JoinedBy: a.JoinedBy})
		a.JoinedBy = "split off by a person"
		own.Articles = append(own.Articles, a)
	}
	regroup(t, s, Regrouping{Link: link, At: at, By: "ana", Events: []models.Event{own, left}})
	return link, find(t, s, own.ID)
}

func TestSplitEventIsFoundAndKeptApart(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e, second := twoArticles(t, s)
		link, own := split(t, s, e, func(a models.EventArticle) bool { return a.ArticleID != second.ArticleID }, noon.Add(time.Hour))
		left := find(t, s, e.ID)
		if len(left.Articles) != 1 || len(own.Articles) != 1 || own.Articles[0].ArticleID != second.ArticleID || own.Articles[0].JoinedBy != "split off by a person" {
			t.Fatalf("articles %+v and %+v", left.Articles, own.Articles)
		}
		for _, pair := range [][2]models.Event{{left, own}, {own, left}} {
			if diff := cmp.Diff([]string{pair[1].ID}, pair[0].Apart); diff != "" || len(pair[0].Links) != 1 || pair[0].Links[0].ID != link.ID || strings.Contains(pair[0].Links[0].Reason, "\x00") {
				t.Errorf("kept apart from (-want +got):\n%s\nlinks %+v", diff, pair[0].Links)
			}
		}
		// Both are candidates by the keys of the article.
		found, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{"second"}})
		if err != nil || len(found) != 2 {
			t.Errorf("%d candidates, %v; want both events", len(found), err)
		}
		entries, err := s.Audit(t.Context(), AuditFilter{Action: "event.split"})
		if err != nil || len(entries) != 1 || entries[0].Actor != "ana" || entries[0].Subject != e.ID {
			t.Errorf("audit %+v, %v", entries, err)
		}
		soundAudit(t, s)
	})
}

// A recipient who was alerted to an article was notified of the event that has it now, and of no
// other, whichever of the two was split off.
func TestNotificationHistoryFollowsTheArticle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, alertedLeaves := range []bool{false, true} {
			s := open(t, freshLike(t, o))
			e, second := twoArticles(t, s)
			link, own := split(t, s, e, func(a models.EventArticle) bool { return (a.ArticleID == second.ArticleID) == alertedLeaves }, noon.Add(time.Hour))
			known, unknown := find(t, s, e.ID), own
			if alertedLeaves {
				known, unknown = unknown, known
			}
			if len(known.Notified) != 1 || known.Notified[0].Recipient != "desk" || len(unknown.Notified) != 0 {
				t.Errorf("alerted article leaves: %v; notified of its event %+v, of the other %+v", alertedLeaves, known.Notified, unknown.Notified)
			}
			// A title that was edited since does not lose the link.
			if err := s.write.Exec("UPDATE event_articles SET title = 'Edited'").Error; err != nil {
				t.Fatal(err)
			}
			// Undone, the notice counts for the event as before.
			link.UndoneAt, link.UndoneBy = noon.Add(2*time.Hour), "ben"
			whole, gone := find(t, s, e.ID), own
			whole.Articles, gone.Articles, gone.MergedInto = append(whole.Articles, own.Articles...), nil, e.ID
			regroup(t, s, Regrouping{Link: link, At: link.UndoneAt, By: "ben", Events: []models.Event{whole, gone}})
			back := find(t, s, own.ID)
			if back.ID != e.ID || len(back.Articles) != 2 || len(back.Notified) != 1 || len(back.Apart) != 0 || len(back.Links) != 0 {
				t.Errorf("after the undo: event %s with %d articles, notified %+v, apart %v", back.ID, len(back.Articles), back.Notified, back.Apart)
			}
			if diff := cmp.Diff([]string{own.ID}, back.Merged); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
		}
	})
}

func TestKeptApartSettlesWhereAnEventMayBelong(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		first := profileScan(t, s, "hkma", noon)
		commit(t, s, first)
		scan := profileScan(t, s, "sfc", noon.Add(time.Hour))
		scan.Changes[0].Event.MayBelong = &models.MayBelong{EventID: first.Changes[0].Event.ID, Title: "Another"}
		commit(t, s, scan)
		doubtful := func() []string {
			events, err := s.NewestEvents(t.Context(), EventFilter{To: noon.AddDate(1, 0, 0), MayBelong: true}, 0)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, e := range events {
				ids = append(ids, e.ID)
			}
			return ids
		}
		id, other := scan.Changes[0].Event.ID, first.Changes[0].Event.ID
		if diff := cmp.Diff([]string{id}, doubtful()); diff != "" {
			t.Fatalf("may belong (-want +got):\n%s", diff)
		}
		link := models.EventLink{ID: "01L", Kind: models.LinkApart, EventID: id, OtherID: other, By: "ana", MadeAt: noon}
		regroup(t, s, Regrouping{Link: link, At: noon, By: "ana"})
		if left := doubtful(); len(left) != 0 || find(t, s, id).Doubt() != nil {
			t.Errorf("may belong %v after people decided", left)
		}
		link.UndoneAt, link.UndoneBy = noon.Add(time.Hour), "ana"
		regroup(t, s, Regrouping{Link: link, At: link.UndoneAt, By: "ana"})
		if diff := cmp.Diff([]string{id}, doubtful()); diff != "" {
			t.Errorf("after the undo (-want +got):\n%s", diff)
		}
		// It is undone once, and not found again.
		if _, err := s.Regroup(t.Context(), Regrouping{Link: link, Generation: generation(t, s), At: noon, By: "ana"}, nil); !errors.Is(err, models.ErrStale) {
			t.Errorf("undone twice: %v", err)
		}
		var none *NoLinkError
		if _, err := s.FindEventLink(t.Context(), "01l"); !errors.As(err, &none) || none.Link == nil {
			t.Errorf("found after the undo: %v", err)
		}
	})
}

// A scan that was decided before a correction, or a correction before a scan, is refused.
func TestRegroupingAndScanExcludeEachOther(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		first := profileScan(t, s, "hkma", noon)
		commit(t, s, first)
		stale, scan := generation(t, s), profileScan(t, s, "sfc", noon)
		commit(t, s, scan)
		link := models.EventLink{ID: "01L", Kind: models.LinkApart, EventID: first.Changes[0].Event.ID, OtherID: scan.Changes[0].Event.ID, MadeAt: noon}
		g := Regrouping{Link: link, Generation: stale, At: noon}
		if _, err := s.Regroup(t.Context(), g, nil); !errors.Is(err, models.ErrStale) {
			t.Errorf("a correction decided before a scan: %v", err)
		}
		late := profileScan(t, s, "ofac", noon)
		regroup(t, s, g)
		if err := s.Commit(t.Context(), late); !errors.Is(err, models.ErrStale) {
			t.Errorf("a scan decided before a correction: %v", err)
		}
	})
}

func TestCorrectionsAreCopiedAndSurviveRestart(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e, second := twoArticles(t, s)
		link, own := split(t, s, e, func(a models.EventArticle) bool { return a.ArticleID != second.ArticleID }, noon.Add(time.Hour))
		again, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		other := open(t, freshLike(t, o))
		if err := s.CopyTo(t.Context(), other, nil); err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]*Store{"restart": again, "copy": other} {
			got, err := s.FindEvent(t.Context(), own.ID)
			if err != nil || !slices.Equal(got.Apart, []string{e.ID}) || len(got.Links) != 1 || !cmp.Equal(got.Links[0].Articles, link.Articles) {
				t.Errorf("%s: apart %v, links %+v, %v", name, got.Apart, got.Links, err)
			}
		}
	})
}
