package app

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/notifier/slack"
	"regwatch/store"
)

// doubtful is a folder with three events, the second of which may belong to the first.
func doubtful(t *testing.T) (e *Engine, ids []string) {
	t.Helper()
	e = newTestEngine(t, t.TempDir(), linkConfig, slog.New(slog.DiscardHandler))
	now := linkNoon
	e.SetClock(func() time.Time { now = now.Add(time.Second); return now })
	for i, title := range []string{"Harbour Bank halts redemptions", "Audit freezes HKDX", "Lantern Credit gets a licence"} {
		article := models.Article{
			ID: models.NewID(now, title), SourceID: fmt.Sprint("s", i), Identity: title, Title: title, Body: title + ".", Link: fmt.Sprintf("https://news.example/%d", i),
			SeenAt: now, PublishedAt: now, Revision: 1, Source: models.Source{ID: fmt.Sprint("s", i), Name: "News", Role: models.Press},
		}
		article.Hash = article.TextHash()
		event := models.Event{ID: models.NewID(now, "event", title), Revision: 1, Title: title, Severity: models.High, Strength: models.Subject, RuleIDs: []string{"r"}, FirstSeenAt: now, LastSeenAt: now}
		if i == 1 {
			event.MayBelong = &models.MayBelong{EventID: ids[0], Title: "Harbour Bank halts redemptions"}
		}
		joined := models.EventArticle{ArticleID: article.ID, EventID: event.ID, JoinedAt: now, SourceID: article.SourceID, SourceName: "News", Title: title, Link: article.Link, SeenAt: now}
		event.Articles = []models.EventArticle{joined}
		match := models.Match{ArticleID: article.ID, Revision: 1, RuleID: "r", RuleHash: "h", Severity: models.High, Strength: models.Subject}
		_, generation, err := e.store.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		scan := models.Scan{
			State: models.SourceState{SourceID: article.SourceID}, Articles: []models.Article{article}, At: now, EventGeneration: generation,
			Changes: []models.Change{{Kind: models.Opened, Event: event, Joined: joined, Article: article, Matches: []models.Match{match}}},
		}
		if err := e.store.Commit(t.Context(), scan); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, event.ID)
	}
	return e, ids
}

func TestPressDecidesWhetherAnEventBelongs(t *testing.T) {
	for _, tt := range []struct {
		do, undo, opposite models.Action
		kind               models.LinkKind
		event              func(ids []string) string // where the second event is then
		audit              []string
	}{
		{models.ActionMerge, models.ActionUnmerge, models.ActionApart, models.LinkMerge, func(ids []string) string { return ids[0] }, []string{"event.merged by ana", "event.regroup_undone by ana"}},
		{models.ActionApart, models.ActionUnapart, models.ActionMerge, models.LinkApart, func(ids []string) string { return ids[1] }, []string{"event.kept_apart by ana", "event.regroup_undone by ana"}},
	} {
		t.Run(string(tt.do), func(t *testing.T) {
			e, ids := doubtful(t)
			grouping := func() *models.GroupingDecision {
				status, err := e.EventStatus(t.Context(), ids[1])
				if err != nil {
					t.Fatal(err)
				}
				return status.Grouping
			}
			if g := grouping(); g != nil {
				t.Fatalf("decided before anybody did: %+v", g)
			}
			for range 2 { // a form that is sent twice
				if err := e.ActOnce(t.Context(), tt.do, ids[1], "ana"); err != nil {
					t.Fatal(err)
				}
			}
			g := grouping()
			if g == nil || g.Kind != tt.kind || g.By != "ana" || g.Title != "Harbour Bank halts redemptions" || g.EventID != ids[0] {
				t.Fatalf("the decision is %+v", g)
			}
			if event, err := e.store.FindEvent(t.Context(), ids[1]); err != nil || event.ID != tt.event(ids) || event.Doubt() != nil {
				t.Errorf("the event is now %s, %v", event.ID, err)
			}

			// Who presses later learns what was decided, and changes nothing.
			for _, act := range []models.Action{tt.do, tt.opposite} {
				err := e.SlackActions().Act(t.Context(), slack.Interaction{Act: act, EventID: ids[1], By: "ben"})
				if d, ok := errors.AsType[*DecidedError](err); !ok || d.By != "ana" || !strings.Contains(err.Error(), "events undo-grouping "+g.Link) {
					t.Errorf("%s by ben: %v", act, err)
				}
			}
			if err := e.ActOnce(t.Context(), tt.undo, ids[1], "ben"); err != nil || grouping() == nil {
				t.Errorf("ben undid what ana decided: %v", err)
			}

			if err := e.SlackActions().Act(t.Context(), slack.Interaction{Act: tt.undo, EventID: ids[1], By: "ana", LinkID: g.Link}); err != nil {
				t.Fatal(err)
			}
			if g := grouping(); g != nil {
				t.Errorf("after the undo: %+v", g)
			}
			entries, err := e.store.Audit(t.Context(), store.AuditFilter{OldestFirst: true, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, entry := range entries {
				if entry.Actor == "ana" || entry.Actor == "ben" {
					got = append(got, entry.Action+" by "+entry.Actor)
				}
			}
			if diff := cmp.Diff(tt.audit, got); diff != "" {
				t.Errorf("audit (-want +got):\n%s", diff)
			}
		})
	}
}

// The event that is asked about may itself be part of another one by then.
func TestPressMergesIntoWhatTheOtherEventHasBecome(t *testing.T) {
	e, ids := doubtful(t)
	if _, err := e.MergeEvents(t.Context(), ids[0], ids[2], "ben", ""); err != nil {
		t.Fatal(err)
	}
	if err := e.ActOnce(t.Context(), models.ActionMerge, ids[1], "ana"); err != nil {
		t.Fatal(err)
	}
	event, err := e.store.FindEvent(t.Context(), ids[1])
	if err != nil || event.ID != ids[2] || len(event.Articles) != 3 {
		t.Errorf("merged into %s with %d articles, %v; want %s with 3", event.ID, len(event.Articles), err, ids[2])
	}
	status, err := e.EventStatus(t.Context(), ids[1])
	if g := status.Grouping; err != nil || g == nil || g.By != "ana" || g.Title != "Lantern Credit gets a licence" {
		t.Errorf("the decision is %+v, %v", g, err)
	}
}

func TestPressOnWhatIsGoneSaysSo(t *testing.T) {
	e, ids := doubtful(t)
	for event, want := range map[string]string{"01NONE": "no event has the ID", ids[2]: "may not belong to another one"} {
		err := e.SlackActions().Act(t.Context(), slack.Interaction{Act: models.ActionMerge, EventID: event, By: "ana"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", event, err, want)
		}
	}
	if err := e.ActOnce(t.Context(), models.ActionUnmerge, "01NONE", "ana"); !errors.Is(err, ErrEventGone) {
		t.Errorf("undo of what is gone: %v", err)
	}
	if _, err := e.MailEvent(t.Context(), Mail{EventID: "01NONE"}); !errors.Is(err, ErrEventGone) {
		t.Errorf("the page of what is gone: %v", err)
	}
}
