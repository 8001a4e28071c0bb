package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/schedule"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/store"
)

// A site declares one address on every page. After a restart, too, the pages of different
// articles are different, whichever was read first; two addresses of one page stay one.
func TestSharedCanonicalIsNoneAfterARestart(t *testing.T) {
	for _, tt := range []struct {
		name      string
		pages     []string // their paths, in the order of reading
		canonical []string // that they declare
		want      []string // the paths of their link keys
	}{
		{"one address on every page", []string{"/news/1", "/news/2"}, []string{"/en/template", "/en/template"}, []string{"/en/template", "/news/2"}},
		{"the other order", []string{"/news/2", "/news/1"}, []string{"/en/template", "/en/template"}, []string{"/en/template", "/news/1"}},
		{"three articles", []string{"/b", "/c", "/a"}, []string{"/t?x=1", "/t?x=1", "/t?x=1"}, []string{"/t?x=1", "/c", "/a"}},
		{"an address of its own", []string{"/news/1", "/news/2"}, []string{"/story/1", "/story/2"}, []string{"/story/1", "/story/2"}},
		{"the page itself and its print version", []string{"/story/1", "/story/1/print"}, []string{"/story/1", "/story/1"}, []string{"/story/1", "/story/1"}},
		{"the print version and the page itself", []string{"/print?id=1", "/story/1"}, []string{"/story/1", "/story/1"}, []string{"/story/1", "/story/1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			published := 1
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/feed" {
					_, _ = fmt.Fprint(w, `<rss version="2.0"><channel><title>F</title>`)
					for _, path := range tt.pages[:published] {
						_, _ = fmt.Fprintf(w, `<item><title>Notice %s</title><link>%s</link><guid>%s</guid><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate></item>`, path, path, path)
					}
					_, _ = fmt.Fprint(w, `</channel></rss>`)
					return
				}
				w.Header().Set("Content-Type", "text/html")
				_, _ = fmt.Fprintf(w, `<html><head><link rel="canonical" href="%s"></head><body><h1>Notice</h1><p>%s</p></body></html>`, tt.canonical[slices.Index(tt.pages, r.URL.RequestURI())], strings.Repeat("The Authority says what "+r.URL.Path+" is about. ", 20))
			}))
			t.Cleanup(server.Close)
			src := models.Source{ID: "s", Name: "S", Kind: sources.KindFeed, URL: server.URL + "/feed", Pages: models.PagesAuto, Role: models.Press, IgnoreRobots: true, AllowHosts: []string{"127.0.0.1"}}
			set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(upgradeRule)}})
			every, err := schedule.Parse("*/10 * * * *")
			if len(problems) > 0 || err != nil {
				t.Fatal(problems, err)
			}
			db, err := store.Open(t.Context(), store.Options{Path: t.TempDir() + "/regwatch.db"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			now := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
			settings := scanner.Settings{Sources: []models.Source{src}, Rules: set, Timing: scanner.Timing{Schedule: every}, LookBack: 24 * time.Hour, Limits: scanner.Limits{Pages: 10}}
			for range tt.pages {
				client := sources.NewClient(sources.ClientOptions{Stored: db}) // as after a start
				scan := &scanner.Scanner{
					Store: db, Queue: db, PassageStore: db, Settings: func() scanner.Settings { return settings }, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
					Open: func(src models.Source) scanner.Reader { return sources.Open(src, client) },
				}
				if r, err := scan.Scan(t.Context(), src); err != nil || r.Err != nil {
					t.Fatal(err, r.Err)
				}
				client.Close()
				published = min(published+1, len(tt.pages))
				now = now.Add(10 * time.Minute)
			}
			listed, err := db.Articles(t.Context(), store.ArticleFilter{})
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for i, path := range tt.pages {
				want = append(want, path+" is "+weblink.Key(server.URL+tt.want[i]))
				for _, a := range listed {
					if strings.HasSuffix(a.Link, path) {
						full, err := db.ArticleTexts(t.Context(), []string{a.ID})
						if err != nil {
							t.Fatal(err)
						}
						got = append(got, path+" is "+full[a.ID].LinkKey)
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("link keys (-want +got):\n%s", diff)
			}
		})
	}
}
