package app

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/events"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/notifier/slack"
	"regwatch/store"
)

// doubtful is a folder with three events, the second of which may belong to the first.
func doubtful(t *testing.T) (e *Engine, ids []string) {
	t.Helper()
	return doubtfulIn(t, t.TempDir())
}

func doubtfulIn(t *testing.T, dir string) (e *Engine, ids []string) {
	t.Helper()
	e = newTestEngine(t, dir, linkConfig, slog.New(slog.DiscardHandler))
	now := linkNoon
	e.SetClock(func() time.Time { now = now.Add(time.Second); return now })
	for i, title := range []string{"Harbour Bank halts redemptions", "Audit freezes HKDX", "Lantern Credit gets a licence"} {
		article := models.Article{
			ID: models.NewID(now, title), SourceID: fmt.Sprint("s", i), Identity: title, Title: title, Body: title + ".", Link: fmt.Sprintf("https://news.example/%d", i),
			SeenAt: now, PublishedAt: now, Revision: 1, Source: models.Source{ID: fmt.Sprint("s", i), Name: "News", Role: models.Press},
		}
		article.Hash, article.LinkKey = article.TextHash(), weblink.Key(article.Link)
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

// pastReport is an event of one article that was reported some days before the noon of links.
type pastReport struct {
	id, title, body string
	days            int
	plain           bool // stored by an earlier release, without a profile
}

// storePast stores the events of reports, and returns their IDs by the name of the report.
func storePast(t *testing.T, e *Engine, reports []pastReport) map[string]string {
	t.Helper()
	ids := make(map[string]string)
	for _, r := range reports {
		at := linkNoon.AddDate(0, 0, -r.days)
		article := models.Article{
			ID: models.NewID(at, r.id), SourceID: r.id, Identity: r.id, Title: r.title, Body: r.body, Link: "https://" + r.id + ".example/1",
			SeenAt: at, PublishedAt: at, Revision: 1, Source: models.Source{ID: r.id, Name: "News", Role: models.Press},
		}
		article.Hash = article.TextHash()
		event := models.Event{ID: models.NewID(at, "event", r.id), Revision: 1, Title: r.title, Severity: models.High, Strength: models.Subject, RuleIDs: []string{"r"}, FirstSeenAt: at, LastSeenAt: at}
		joined := models.EventArticle{ArticleID: article.ID, EventID: event.ID, JoinedAt: at, SourceID: r.id, SourceName: "News", Title: r.title, Link: article.Link, SeenAt: at, PublishedAt: at}
		if !r.plain {
			joined.Profile, _ = events.Profiled(article)
		}
		event.Articles = []models.EventArticle{joined}
		_, generation, err := e.store.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		scan := models.Scan{
			State: models.SourceState{SourceID: r.id}, Articles: []models.Article{article}, At: at, EventGeneration: generation,
			Changes: []models.Change{{Kind: models.Opened, Event: event, Joined: joined, Article: article}},
		}
		if err := e.store.Commit(t.Context(), scan); err != nil {
			t.Fatal(err)
		}
		ids[r.id] = event.ID
	}
	return ids
}

// Past events are found by what they say, in English and in both scripts of Chinese, however
// old they are; what could have joined the event, or is about something else, is not.
func TestSimilarPastEventsAreFoundInThreeScripts(t *testing.T) {
	e := newTestEngine(t, t.TempDir(), linkConfig, slog.New(slog.DiscardHandler))
	ids := storePast(t, e, []pastReport{
		{"halt-en", "Lantern Bank halts stablecoin redemptions after audit finds reserve gap", "Lantern Bank stopped redeeming its stablecoin after auditors found that reserves were missing.", 700, false},
		{"halt-plain", "Stablecoin redemptions halted at Delta Bank as audit shows missing reserves", "Auditors of Delta Bank could not find reserves.", 1200, true},
		{"halt-hant", "星港銀行暫停穩定幣贖回，審計發現儲備缺口", "星港銀行宣布暫停贖回穩定幣，審計師發現儲備不足。", 400, false},
		{"halt-hans", "海湾银行暂停稳定币赎回，审计发现储备缺口", "海湾银行表示暂停赎回稳定币，审计师发现储备不足。", 200, false},
		{"fee", "Exchange lowers trading fees for members", "The exchange lowers fees from next month.", 300, false},
		{"tax", "稅務局延長利得稅報稅期限", "稅務局宣布延長報稅期限一個月。", 250, false},
		{"soon", "Harbour Bank halts stablecoin redemptions, audit finds reserve gap at lender", "Harbour Bank stopped redeeming its stablecoin after auditors found missing reserves.", 3, false},
		{"now-en", "Harbour Bank halts stablecoin redemptions after audit finds reserve gap", "Harbour Bank stopped redeeming its stablecoin after auditors found that reserves were missing.", 0, false},
		{"now-hant", "維港銀行暫停穩定幣贖回，審計發現儲備缺口", "維港銀行宣布暫停贖回穩定幣，審計師發現儲備不足。", 0, false},
		{"now-hans", "江北银行暂停稳定币赎回，审计发现储备缺口", "江北银行宣布暂停赎回稳定币，审计师发现储备不足。", 0, false},
		{"now-other", "Museum opens a new wing for ceramics", "The museum shows ceramics of the Song dynasty.", 0, false},
	})
	names := make(map[string]string)
	for name, id := range ids {
		names[id] = name
	}
	for now, first := range map[string]string{"now-en": "halt-en", "now-hant": "halt-h", "now-hans": "halt-h", "now-other": ""} {
		past, err := e.SimilarPast(t.Context(), ids[now], 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range past {
			got = append(got, names[p.ID])
			if len(p.Terms) < 2 || p.ShortID == "" || !strings.HasPrefix(p.ID, p.ShortID) {
				t.Errorf("%s: %+v; want what both share, and a short ID", now, p)
			}
		}
		if first == "" {
			if len(got) > 0 {
				t.Errorf("%s is like %q; want none", now, got)
			}
			continue
		}
		if len(got) == 0 || !strings.HasPrefix(got[0], first) {
			t.Errorf("%s is most like %q; want %s", now, got, first)
		}
		slices.Sort(got)
		if want := []string{"halt-en", "halt-hans", "halt-hant", "halt-plain"}; !slices.Equal(got, want) {
			t.Errorf("%s is like %q; want %q", now, got, want)
		}
		one, err := e.SimilarPast(t.Context(), ids[now], 1)
		if err != nil || !cmp.Equal(one, past[:1]) {
			t.Errorf("%s: the most similar is %+v, %v; want %+v", now, one, err, past[0])
		}
	}
}

// A preview decides what the change would, and stores nothing.
func TestPreviewGroupingStoresNothing(t *testing.T) {
	e, ids := doubtful(t)
	titles := func(r GroupingRequest) []string {
		t.Helper()
		p, err := e.PreviewGrouping(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, event := range p.Events {
			all = append(all, fmt.Sprintf("%s (%d)", event.Title, len(event.Articles)))
		}
		return all
	}
	merge := GroupingRequest{Kind: models.LinkMerge, EventID: ids[1], OtherID: ids[0], By: "ana"}
	if diff := cmp.Diff([]string{"Harbour Bank halts redemptions (2)"}, titles(merge)); diff != "" {
		t.Errorf("merge (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Audit freezes HKDX (1)", "Harbour Bank halts redemptions (1)"}, titles(GroupingRequest{Kind: models.LinkApart, EventID: ids[1], OtherID: ids[0]})); diff != "" {
		t.Errorf("apart (-want +got):\n%s", diff)
	}
	if event, err := e.store.FindEvent(t.Context(), ids[1]); err != nil || event.ID != ids[1] || len(event.Links) != 0 {
		t.Fatalf("after the preview: %+v, %v", event, err)
	}
	if _, err := e.ChangeGrouping(t.Context(), merge); err != nil {
		t.Fatal(err)
	}
	event, err := e.store.FindEvent(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	split := GroupingRequest{Kind: models.LinkSplit, EventID: ids[0], Articles: []string{event.Articles[1].ArticleID}}
	if got := titles(split); len(got) != 2 {
		t.Errorf("split: %q", got)
	}
	move := GroupingRequest{Kind: models.LinkMove, EventID: ids[0], OtherID: ids[2], Articles: []string{event.Articles[0].ArticleID}}
	if got := titles(move); !slices.Contains(got, "Lantern Credit gets a licence (2)") {
		t.Errorf("move: %q", got)
	}
	for _, wrong := range []GroupingRequest{
		{Kind: models.LinkSplit, EventID: ids[0]},
		{Kind: models.LinkMove, EventID: ids[0], OtherID: ids[2]},
		{Kind: models.LinkMove, EventID: ids[2], OtherID: ids[0], Articles: move.Articles},
		{Kind: models.LinkMove, EventID: ids[0], OtherID: ids[2], Articles: []string{event.Articles[0].ArticleID, event.Articles[1].ArticleID}},
		{Kind: "join", EventID: ids[0]},
	} {
		if _, err := e.PreviewGrouping(t.Context(), wrong); !isInput(err) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

func isInput(err error) bool {
	_, ok := errors.AsType[*InputError](err)
	return ok
}
