package sources

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// Untrusted ids and links stay inside their part of the request.
func TestDetailRequests(t *testing.T) {
	for _, tt := range []struct {
		name   string
		detail models.Detail
		a      models.Article
		want   string // empty means no request
	}{
		{"in the query", models.Detail{Address: "/content?no={id}&lang=EN"}, models.Article{GUID: "26PR1"}, "GET https://a.example/content?no=26PR1&lang=EN"},
		{"relative", models.Detail{Address: "content/{id}"}, models.Article{GUID: "a/../b c"}, "GET https://a.example/api/content/a%2F..%2Fb%20c"},
		{"another host", models.Detail{Address: "https://b.example/{id}"}, models.Article{GUID: "1"}, "GET https://b.example/1"},
		{"not another parameter", models.Detail{Address: "/c?no={id}"}, models.Article{GUID: "1&admin=1#x"}, "GET https://a.example/c?no=1%26admin%3D1%23x"},
		{"not another host", models.Detail{Address: "{id}"}, models.Article{GUID: "//evil.example/x"}, "GET https://a.example/api/%2F%2Fevil.example%2Fx"},
		{"a placeholder within a value", models.Detail{Address: "/c?no={id}&at={link}"}, models.Article{GUID: "{link}", Link: "https://l.example/"}, "GET https://a.example/c?no=%7Blink%7D&at=https%3A%2F%2Fl.example%2F"},
		{"posted", models.Detail{Address: "/c", Post: `{"no": "{id}"}`}, models.Article{GUID: `1", "all": "<1>`}, `POST https://a.example/c {"no": "1\", \"all\": \"<1>"}`},
		{"a placeholder within a posted value", models.Detail{Address: "/c", Post: `{"no": "{id}", "at": "{link}"}`}, models.Article{GUID: "{link}", Link: "https://l.example/"}, `POST https://a.example/c {"no": "{link}", "at": "https://l.example/"}`},
		{"posted as a number", models.Detail{Address: "/c", Post: `{"no": {id}}`}, models.Article{GUID: "17"}, `POST https://a.example/c {"no": 17}`},
		{"not a number", models.Detail{Address: "/c", Post: `{"no": {id}}`}, models.Article{GUID: "seventeen"}, ""},
		{"no id", models.Detail{Address: "/content?no={id}"}, models.Article{Link: "https://a.example/1"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Open(models.Source{Kind: KindAPI, URL: "https://a.example/api/list", API: models.API{Detail: tt.detail}}, nil)
			req, ok := r.detailRequest(tt.a)
			got := ""
			if ok {
				got = "GET " + req.URL.String()
				if req.Post != nil {
					got = "POST" + got[3:] + " " + string(req.Post.Body)
				}
			}
			if got != tt.want {
				t.Errorf("detail of %q at %q:\ngot  %s\nwant %s", tt.a.GUID, tt.detail.Address, got, tt.want)
			}
		})
	}
}

// The ids of a fallback belong to another interface.
func TestFallbackUsesNoDetailRequest(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.RequestURI())
		mu.Unlock()
		switch r.URL.Path {
		case "/rss":
			_, _ = w.Write([]byte(`<rss><channel><item><title>One</title><guid>7</guid><link>http://` + r.Host + `/doc/1</link></item></channel></rss>`))
		case "/doc/1":
			_, _ = w.Write([]byte("<html><body><article>" + strings.Repeat("<p>The authority has published the rules that will apply from June.</p>", 5) + "</article></body></html>"))
		default:
			http.NotFound(w, r)
		}
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(server.URL + "/api")
	src.Kind = KindAPI
	src.API = models.API{Articles: ".[]", Title: ".t", ID: ".i", Detail: models.Detail{Address: "/detail?id={id}", Body: ".b"}}
	feed := loopback(server.URL + "/rss")
	src.Fallback = []models.Source{feed}
	reader := Open(src, client)
	batch, err := reader.Fetch(t.Context(), models.Cursor{})
	if err != nil || len(batch.Articles) != 1 {
		t.Fatal(batch, err)
	}
	if _, err := reader.Complete(t.Context(), batch.Articles[0]); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"/api", "/rss", "/doc/1"}, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
