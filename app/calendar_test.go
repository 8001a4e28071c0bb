package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

// While an event is merged, the other event has its dates. After the undo they are back,
// under their UIDs and with sequences that only rose.
func TestCalendarFollowsMergeAndUndo(t *testing.T) {
	e, ids := doubtful(t)
	calendar := func() []string {
		links, err := e.Links(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.Calendar(t.Context(), "default", links.Token(signedlink.Feed("default"), "", time.Time{}))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, d := range c.Dates {
			n := 0
			for i, id := range ids {
				if d.EventID == id {
					n = i
				}
			}
			lines = append(lines, fmt.Sprintf("event %d %s %s %d %v", n, d.Kind, d.Day, d.Sequence, d.Cancelled))
		}
		return lines
	}
	var notices []models.Notice
	for i, id := range ids[:2] {
		event, err := e.store.FindEvent(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		event.Revision++
		event.Dates = []models.KeyDate{{Kind: "effective", Day: fmt.Sprintf("2026-12-0%d", i+1)}}
		event.Articles[0].Dates, event.Articles[0].StatedAt = event.Dates, linkNoon
		article, err := e.store.FindArticle(t.Context(), event.Articles[0].ArticleID, "")
		if err != nil {
			t.Fatal(err)
		}
		_, generation, err := e.store.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = e.store.Commit(t.Context(), models.Scan{
			State: models.SourceState{SourceID: fmt.Sprint("s", i), Generation: 1}, At: e.now(), EventGeneration: generation,
			Changes: []models.Change{{Kind: models.Revised, Event: event, Joined: event.Articles[0], Article: article}},
		})
		if err != nil {
			t.Fatal(err)
		}
		n := models.Notice{
			Kind: models.NoticeAlert, Subject: models.SubjectEvent, SubjectID: id, Recipient: "legal", Severity: models.High, CreatedAt: linkNoon,
			Reasons: models.NewReasons(models.ReasonMatched, models.ReasonArgs{}), Subscriptions: []string{"default/legal"},
			Content: models.Content{Alert: &models.Alert{EventID: id, Title: event.Title, Severity: models.High}},
		}
		n.ID = n.Key()
		n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", "legal@example.org", linkNoon)}
		notices = append(notices, n)
	}
	if err := e.store.CommitNotices(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"event 0 effective 2026-12-01 0 false", "event 1 effective 2026-12-02 0 false"}, calendar()); diff != "" {
		t.Fatalf("before (-want +got):\n%s", diff)
	}
	done, err := e.MergeEvents(t.Context(), ids[1], ids[0], "ana", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := calendar(); len(got) != 2 || !slices.Contains(got, "event 1 effective 2026-12-02 1 true") {
		t.Errorf("merged: %q", got)
	}
	if _, err := e.UndoGrouping(t.Context(), done.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	if got := calendar(); len(got) != 2 || !slices.Contains(got, "event 1 effective 2026-12-02 2 false") {
		t.Errorf("undone: %q", got)
	}
}

// A date is confirmed only if an official article that is about a rule states it.
func TestDateIsOfficialOnlyIfAnOfficialArticleStatesIt(t *testing.T) {
	date := models.KeyDate{Kind: "effective", Day: "2026-12-01"}
	of := func(role models.Role, strength models.Strength, dates ...models.KeyDate) models.EventArticle {
		return models.EventArticle{Role: role, Strength: strength, Dates: dates}
	}
	tests := []struct {
		name     string
		articles []models.EventArticle
		want     bool
	}{
		{"the authority states it", []models.EventArticle{of(models.Regulator, models.Subject, models.KeyDate{Kind: "effective", Day: "2026-12-01", Quote: "in other words"})}, true},
		{"the press states it, the authority none", []models.EventArticle{of(models.Regulator, models.Subject), of(models.Press, models.Subject, date)}, false},
		{"the authority states another day", []models.EventArticle{of(models.Regulator, models.Subject, models.KeyDate{Kind: "effective", Day: "2026-12-02"}), of(models.Press, models.Subject, date)}, false},
		{"the authority only mentions the topic", []models.EventArticle{of(models.Regulator, models.Mention, date)}, false},
	}
	for _, tt := range tests {
		if got := isOfficialDate(models.Event{Articles: tt.articles, Official: true}, date); got != tt.want {
			t.Errorf("%s: official %t, want %t", tt.name, got, tt.want)
		}
	}
}
