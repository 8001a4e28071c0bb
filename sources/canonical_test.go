package sources

import (
	"fmt"
	"net/http"
	"testing"

	"regwatch/internal/weblink"
	"regwatch/models"
)

// TestCompleteIgnoresSharedCanonical reads two articles of a site and compares their links.
func TestCompleteIgnoresSharedCanonical(t *testing.T) {
	for _, tt := range []struct {
		canonical string
		of        [2]string // the paths that the articles then have
	}{
		{"/news/", [2]string{"/news/1", "/news/2"}},
		{"/index.html", [2]string{"/news/1", "/news/2"}},
		{".", [2]string{"/news/1", "/news/2"}},
		{"/news/index.php", [2]string{"/news/1", "/news/2"}},
		{"/en/newsroom-template", [2]string{"/en/newsroom-template", "/news/2"}}, // shared only once the second is known
		{"/story/%d", [2]string{"/story/1", "/story/2"}},
	} {
		n := 0
		server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			canonical := tt.canonical
			if tt.canonical == "/story/%d" {
				n++
				canonical = fmt.Sprintf(tt.canonical, n)
			}
			_, _ = w.Write([]byte(`<html><head><title>News</title><link rel="canonical" href="` + canonical + `"></head><body><h1>News</h1>` + prose + prose + `</body></html>`))
		}))
		client := NewClient(ClientOptions{})
		src := models.Source{ID: "s", Kind: KindFeed, URL: server.URL + "/rss", IgnoreRobots: true, AllowHosts: []string{"127.0.0.1"}}
		for i, want := range tt.of {
			link := fmt.Sprintf("%s/news/%d", server.URL, i+1)
			a, err := Open(src, client).Complete(t.Context(), models.Article{Link: link, LinkKey: weblink.Key(link), Title: "Notice"})
			if err != nil {
				t.Fatal(err)
			}
			if want := weblink.Key(server.URL + want); a.LinkKey != want {
				t.Errorf("canonical %s: article %d has the link key %s, want %s", tt.canonical, i+1, a.LinkKey, want)
			}
		}
		client.Close()
	}
}
