package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources"
	"regwatch/store"
)

// A publisher's interface goes down and comes up again. What it published in
// between is read from its feed, which has other ids: no article is stored twice
// and none is missing.
func TestSwitchingToAFallbackNeitherDoublesNorLoses(t *testing.T) {
	var published []int // numbers of articles, newest first
	down := false
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var list []string
		switch r.URL.Path {
		case "/api":
			if down {
				http.Error(w, "down", http.StatusInternalServerError)
				return
			}
			for _, n := range published {
				list = append(list, fmt.Sprintf(`{"id": "A-%d", "title": "Notice %d", "url": "/notice/%d", "date": "2026-03-%02d", "text": "What the interface says of %d."}`, n, n, n, n, n))
			}
			_, _ = fmt.Fprintf(w, `{"notices": [%s]}`, strings.Join(list, ","))
		case "/rss":
			for _, n := range published {
				list = append(list, fmt.Sprintf("<item><guid>urn:%d</guid><title>NOTICE %d</title><link>%s/notice/%d?utm_source=rss</link><pubDate>%02d Mar 2026 09:30:00 +0800</pubDate><description>Teaser.</description></item>", n, n, server.URL, n, n))
			}
			_, _ = fmt.Fprintf(w, "<rss><channel><title>Notices</title>%s</channel></rss>", strings.Join(list, ""))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	src := models.Source{
		ID: "s", Name: "S", Kind: sources.KindAPI, URL: server.URL + "/api", Zone: "Asia/Hong_Kong",
		Pages: models.PagesNever, AllowHosts: []string{"127.0.0.1"},
		API: models.API{Articles: ".notices[]", ID: ".id", Title: ".title", Link: ".url", Date: ".date", Summary: ".text"},
	}
	feed := src
	feed.Kind, feed.URL, feed.API = sources.KindFeed, server.URL+"/rss", models.API{}
	src.Fallback = []models.Source{feed}

	db, err := store.Open(t.Context(), store.Options{Path: t.TempDir() + "/regwatch.db"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	client := sources.NewClient(sources.ClientOptions{})
	t.Cleanup(client.Close)
	now := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	cursor := models.Cursor{}
	// scan does what the scanner does around its decisions, and returns the titles
	// of what was new or edited.
	scan := func(ctx context.Context) (titles []string, warned bool) {
		t.Helper()
		batch, err := sources.Open(src, client).Fetch(ctx, cursor)
		if err != nil {
			t.Fatal(err)
		}
		unseen, err := db.Unseen(ctx, src.ID, batch.Articles)
		if err != nil {
			t.Fatal(err)
		}
		state, err := db.SourceState(ctx, src.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i := range unseen {
			a := &unseen[i]
			titles = append(titles, a.Title)
			if a.ID == "" {
				a.ID, a.SeenAt = models.NewID(now, a.SourceID, a.Identity), now
			}
			a.Revision++
			a.Hash = a.TextHash()
		}
		if err := db.Commit(ctx, models.Scan{State: state, Articles: unseen, At: now}); err != nil {
			t.Fatal(err)
		}
		cursor = batch.Cursor
		slices.Sort(titles)
		return titles, len(batch.Warnings) > 0 && strings.Contains(batch.Warnings[0], "as a fallback")
	}
	steps := []struct {
		name      string
		publishes []int
		down      bool
		want      []string
	}{
		{"the interface, at first", []int{1, 2}, false, []string{"Notice 1", "Notice 2"}},
		{"the feed has no more", nil, true, nil},
		{"the feed has one more", []int{3}, true, []string{"NOTICE 3"}},
		{"the interface, which has that too", nil, false, nil},
		{"the interface has one more", []int{4}, false, []string{"Notice 4"}},
		{"the feed again", nil, true, nil},
		{"the feed has another", []int{5}, true, []string{"NOTICE 5"}},
		{"the interface again, with one more still", []int{6}, false, []string{"Notice 6"}},
	}
	for _, step := range steps {
		published, down = append(slices.Clone(step.publishes), published...), step.down
		got, warned := scan(t.Context())
		if diff := cmp.Diff(step.want, got); diff != "" || warned != step.down {
			t.Errorf("%s: warned of the fallback: %t; new articles (-want +got):\n%s", step.name, warned, diff)
		}
	}
}
