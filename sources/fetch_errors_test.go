package sources

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/sources/fetch"
)

const smallFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`

// loopback returns a source that may reach a loopback server and ignores its
// robots.txt.
func loopback(address string) models.Source {
	return models.Source{ID: "s", Name: "S", Kind: KindFeed, URL: address, Pages: models.PagesAuto, AllowHosts: []string{"127.0.0.1"}, IgnoreRobots: true}
}

func zeros(n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.CopyN(w, zeroReader{}, int64(n))
	_ = w.Close()
	return b.Bytes()
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestFetchFaults(t *testing.T) {
	mux := http.NewServeMux()
	status := func(path string, code int, header http.Header, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range header {
				w.Header()[k] = v
			}
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		})
	}
	status("/404", 404, nil, "no")
	status("/410", 410, nil, "")
	status("/401", 401, nil, "")
	status("/403", 403, nil, "denied")
	status("/challenge", 403, http.Header{"Cf-Mitigated": {"challenge"}}, "")
	status("/challenge200", 200, nil, "<html><head><title>Just a moment...</title></head></html>")
	status("/429", 429, http.Header{"Retry-After": {"120"}}, "")
	status("/429date", 429, http.Header{"Date": {"Mon, 02 Mar 2026 10:00:00 GMT"}, "Retry-After": {"Mon, 02 Mar 2026 10:05:00 GMT"}}, "")
	status("/500", 500, nil, "")
	status("/503", 503, http.Header{"Retry-After": {"60"}}, "")
	status("/empty", 200, nil, "")
	status("/blank", 200, nil, " \n ")
	status("/html", 200, http.Header{"Content-Type": {"text/html"}}, `<!DOCTYPE html><html><head><title>Under   maintenance</title></head><body>Back soon</body></html>`)
	status("/blog", 200, http.Header{"Content-Type": {"text/html"}}, `<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>`)
	status("/json", 200, nil, `{"result": {"records": []}}`)
	status("/pdf", 200, nil, "%PDF-1.7 ...")
	status("/words", 200, nil, "hello")
	status("/deep", 200, nil, "<rss><channel><item>"+strings.Repeat("<a>", 100_000)+"</item></channel></rss>")
	status("/deepjson", 200, nil, `{"version":"https://jsonfeed.org/version/1","items":`+strings.Repeat("[", 100_000))
	status("/moved-nowhere", 302, nil, "")
	status("/moved-ftp", 302, http.Header{"Location": {"ftp://a.example/feed"}}, "")
	status("/circle", 302, http.Header{"Location": {"/circle2"}}, "")
	status("/circle2", 302, http.Header{"Location": {"/circle?session=secret"}}, "")
	mux.HandleFunc("/circle3", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle3", http.StatusFound) })
	mux.HandleFunc("/endless/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	})
	status("/to-private", 302, http.Header{"Location": {"http://127.0.0.2:9/"}}, "")
	status("/to-metadata", 302, http.Header{"Location": {"http://169.254.169.254/latest/"}}, "")
	status("/to-mapped", 302, http.Header{"Location": {"http://[::ffff:127.0.0.3]:9/"}}, "")
	status("/cut-early", 200, nil, `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><tit`)
	status("/unasked", 200, http.Header{"Content-Encoding": {"compress"}}, "\x00\x01")
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.CopyN(w, zeroReader{}, 50<<20)
	})
	status("/huge-said", 200, http.Header{"Content-Length": {"52428800"}}, "")
	bomb := zeros(200 << 20)
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	})
	stop := make(chan struct{})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) { <-stop })
	mux.HandleFunc("/stall", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<rss>")
		_ = http.NewResponseController(w).Flush()
		<-stop
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil { // a byte at a time, without end
			_, _ = io.WriteString(w, " ")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(50 * time.Millisecond):
			case <-stop:
				return
			}
		}
	})
	mux.HandleFunc("/hangup", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		_ = conn.Close()
	})
	server := serveAt(t, "127.0.0.1", mux)
	t.Cleanup(func() { close(stop) })
	gone := serveAt(t, "127.0.0.1", mux)
	gone.Close()

	client := NewClient(ClientOptions{Options: fetch.Options{Timeout: 2 * time.Second}})
	defer client.Close()
	tests := []struct {
		url    string
		reason fetch.Reason
		text   string
		wait   time.Duration
	}{
		{"/404", fetch.NotFound, "returned 404 Not Found: there is nothing at this address", 0},
		{"/410", fetch.NotFound, "returned 410 Gone: the publisher removed this address permanently", 0},
		{"/401", fetch.Refused, "needs a login", 0},
		{"/403", fetch.Refused, "returned 403 Forbidden: the publisher blocks this program", 0},
		{"/challenge", fetch.Refused, "sent a challenge page (403 Forbidden) that only a browser can pass", 0},
		{"/challenge200", fetch.Refused, "sent a challenge page that only a browser can pass", 0},
		{"/429", fetch.TooManyRequests, "there were too many requests; it asks for a pause of 2m0s", 2 * time.Minute},
		{"/429date", fetch.TooManyRequests, "5m0s", 5 * time.Minute},
		{"/500", fetch.ServerError, "returned 500 Internal Server Error: the server has a problem; regwatch will retry at the next scan", 0},
		{"/503", fetch.ServerError, "a pause of 1m0s", time.Minute},
		{"/empty", fetch.Empty, "sent an empty response", 0},
		{"/blank", fetch.Empty, "only white space", 0},
		{"/html", fetch.NotAFeed, `sent a web page instead of a feed (its title: "Under maintenance"): check the url`, 0},
		{"/blog", fetch.NotAFeed, "the page links to this feed: http://127.0.0.1:", 0},
		{"/json", fetch.NotAFeed, "JSON that is not a JSON Feed", 0},
		{"/pdf", fetch.NotAFeed, "a PDF instead of a feed", 0},
		{"/words", fetch.NotAFeed, "something that is not a feed", 0},
		{"/deep", fetch.Damaged, "nested more than 256 levels deep", 0},
		{"/deepjson", fetch.Damaged, "nested more than 256 levels deep", 0},
		{"/moved-nowhere", fetch.Redirected, "redirects (302) without saying where to", 0},
		{"/moved-ftp", fetch.Redirected, "redirects to an address with ftp:", 0},
		{"/circle", fetch.Redirected, "the address redirects in a loop (http://127.0.0.1:", 0},
		{"/circle3", fetch.Redirected, "the address redirects in a loop (http://127.0.0.1:", 0},
		{"/endless/", fetch.Redirected, "redirects more than 10 times", 0},
		{"/to-private", fetch.PrivateAddress, "/to-private redirects to a private network: 127.0.0.2 is a private address", 0},
		{"/to-metadata", fetch.PrivateAddress, "169.254.169.254 is a private address, so regwatch did not contact it", 0},
		{"/to-mapped", fetch.PrivateAddress, "is a private address", 0},
		{"/cut-early", fetch.Damaged, "a feed that is truncated before its first article", 0},
		{"/unasked", fetch.ServerError, `compressed its response with "compress"`, 0},
		{"/huge", fetch.TooLarge, "is too large: the limit is 10 MB", 0},
		{"/huge-said", fetch.TooLarge, "and it has 52 MB", 0},
		{"/bomb", fetch.TooLarge, "expands to more than 200 times its size", 0},
		{"/slow", fetch.TimedOut, "sent no response within 1.3s", 0},
		{"/stall", fetch.TimedOut, "stopped in the middle of its response: nothing arrived for 700ms", 0},
		{"/drip", fetch.TimedOut, "did not send a complete response within 2s", 0},
		{"/hangup", fetch.Unreachable, "closed the connection without a response", 0},
		{gone.URL, fetch.Unreachable, "refuses connections: the server is down, or the port is wrong", 0},
		{"http://no-such-host.invalid/", fetch.NoSuchHost, "no-such-host.invalid", 0},
		{"ftp://a.example/", fetch.BadAddress, "is not a web address", 0},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			t.Parallel()
			address := tt.url
			if strings.HasPrefix(address, "/") {
				address = server.URL + address
			}
			client := client
			if tt.wait > 0 { // the client then has a cooldown for the host
				client = NewClient(ClientOptions{})
				defer client.Close()
			}
			cursor := models.Cursor{URL: address, ETag: `"old"`}
			batch, err := Open(loopback(address), client).Fetch(t.Context(), cursor)
			e, ok := errors.AsType[*fetch.Error](err)
			if !ok {
				t.Fatalf("Fetch(%s) = %+v, %v; want an error", tt.url, batch, err)
			}
			if e.Reason != tt.reason || !strings.Contains(e.Text, tt.text) || e.RetryAfter() != tt.wait {
				t.Errorf("Fetch(%s): reason %q, wait %s, %q;\nwant reason %q, wait %s, and %q in it", tt.url, e.Reason, e.Wait, e.Text, tt.reason, tt.wait, tt.text)
			}
			if strings.Contains(e.Text, "secret") {
				t.Errorf("Fetch(%s) shows a query: %s", tt.url, e.Text)
			}
			if batch.Cursor != cursor {
				t.Errorf("Fetch(%s) failed and moved the cursor to %+v", tt.url, batch.Cursor)
			}
		})
	}
}
