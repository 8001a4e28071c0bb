package sources

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/models"
)

const smallFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`

// loopback is a source at a loopback server that may reach it.
func loopback(address string) models.Source {
	return models.Source{ID: "s", Name: "S", Kind: KindFeed, URL: address, Pages: models.PagesAuto, AllowHosts: []string{"127.0.0.1"}}
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
	status("/packed", 200, http.Header{"Content-Encoding": {"br"}}, "\x00\x01")
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
	mux.HandleFunc("/drip", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<rss>")
		_ = http.NewResponseController(w).Flush()
		<-stop
	})
	mux.HandleFunc("/hangup", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		_ = conn.Close()
	})
	server := serveAt(t, "127.0.0.1", mux)
	t.Cleanup(func() { close(stop) })
	gone := serveAt(t, "127.0.0.1", mux)
	gone.Close()

	client := NewClient(ClientOptions{Timeout: 2 * time.Second})
	defer client.Close()
	tests := []struct {
		url    string
		reason Reason
		text   string
		wait   time.Duration
	}{
		{"/404", Missing, "answers 404 Not Found: nothing is published at this address", 0},
		{"/410", Missing, "answers 410 Gone: the publisher has taken this address down for good", 0},
		{"/401", Refused, "wants a login", 0},
		{"/403", Refused, "answers 403 Forbidden: the publisher refuses this program", 0},
		{"/challenge", Refused, "answers with a challenge page (403 Forbidden) that only a browser can pass", 0},
		{"/challenge200", Refused, "answers with a challenge page that only a browser can pass", 0},
		{"/429", TooMany, "we ask too often; it asks to be left alone for 2m0s, and is", 2 * time.Minute},
		{"/429date", TooMany, "5m0s", 5 * time.Minute},
		{"/500", ServerFault, "answers 500 Internal Server Error: the fault is the server's; it is tried again at the next scan", 0},
		{"/503", ServerFault, "left alone for 1m0s", time.Minute},
		{"/empty", Empty, "answers with nothing at all", 0},
		{"/blank", Empty, "nothing but white space", 0},
		{"/html", NotAFeed, `answers with a web page instead of a feed (its title: "Under maintenance"): check the url`, 0},
		{"/blog", NotAFeed, "the page names this feed: http://127.0.0.1:", 0},
		{"/json", NotAFeed, "JSON that is not a JSON Feed", 0},
		{"/pdf", NotAFeed, "a PDF instead of a feed", 0},
		{"/words", NotAFeed, "something that is not a feed", 0},
		{"/deep", Damaged, "nest more than 256 deep", 0},
		{"/deepjson", Damaged, "nest more than 256 deep", 0},
		{"/moved-nowhere", Redirected, "says that it has moved (302), and not where to", 0},
		{"/moved-ftp", Redirected, "redirects to a ftp: address", 0},
		{"/circle", Redirected, "the address redirects in a circle (http://127.0.0.1:", 0},
		{"/circle3", Redirected, "the address redirects in a circle (http://127.0.0.1:", 0},
		{"/endless/", Redirected, "redirects more than 10 times", 0},
		{"/to-private", Forbidden, "/to-private redirects into a private network: 127.0.0.2 is an address of a private network", 0},
		{"/to-metadata", Forbidden, "169.254.169.254 is an address of a private network, not of a public site, and was not contacted", 0},
		{"/to-mapped", Forbidden, "is an address of a private network", 0},
		{"/cut-early", Damaged, "a feed that is cut off before its first article", 0},
		{"/packed", ServerFault, `packed as "br", which was not asked for`, 0},
		{"/huge", TooLarge, "is too large and was not read: at most 10 MiB are read", 0},
		{"/huge-said", TooLarge, "and it has 50 MiB", 0},
		{"/bomb", TooLarge, "at most 10 MiB are read", 0},
		{"/slow", TimedOut, "did not answer in full within 2s", 0},
		{"/drip", TimedOut, "did not answer in full within 2s", 0},
		{"/hangup", Unreachable, "closed the connection before it answered", 0},
		{gone.URL, Unreachable, "refuses connections: the server is down, or the port is wrong", 0},
		{"http://no-such-host.invalid/", NoSuchHost, "no-such-host.invalid", 0},
		{"ftp://a.example/", BadAddress, "is not a web address", 0},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			t.Parallel()
			address := tt.url
			if strings.HasPrefix(address, "/") {
				address = server.URL + address
			}
			cursor := models.Cursor{URL: address, ETag: `"old"`}
			batch, err := Open(loopback(address), client).Fetch(t.Context(), cursor)
			e, ok := errors.AsType[*Error](err)
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

func TestInsecure(t *testing.T) {
	server := newTLS(t)
	_, err := Open(loopback(server), NewClient(ClientOptions{})).Fetch(t.Context(), models.Cursor{})
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Reason != Insecure || !strings.Contains(e.Text, "signed by nobody this machine trusts") {
		t.Errorf("Fetch over TLS of an unknown authority: %v", err)
	}
	_, err = Open(loopback(strings.Replace(server, "127.0.0.1", "127.0.0.1", 1)), expiredClient(t, server)).Fetch(t.Context(), models.Cursor{})
	e, ok = errors.AsType[*Error](err)
	if !ok || e.Reason != Insecure || !strings.Contains(e.Text, "has expired") {
		t.Errorf("Fetch over TLS of an expired certificate: %v", err)
	}
}

func TestPrivateNeedsItsName(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, smallFeed) }))
	u, _ := url.Parse(server.URL)
	client := NewClient(ClientOptions{})
	defer client.Close()
	for _, tt := range []struct {
		host  string
		allow []string
		ok    bool
	}{
		{"127.0.0.1", nil, false},
		{"127.0.0.1", []string{"127.0.0.1"}, true},
		// After a source that may, one that may not must not ride on its connection.
		{"127.0.0.1", nil, false},
		{"127.0.0.1", []string{"127.0.0.9"}, false},
		{"localhost", []string{"localhost"}, true},
		{"localhost", nil, false},
		{"LOCALHOST", []string{"127.0.0.1", "::1"}, true},
		{"[::ffff:127.0.0.1]", nil, false},
		{"0x7f.1", nil, false},
		{"2130706433", nil, false},
	} {
		src := loopback("http://" + tt.host + ":" + u.Port() + "/")
		src.AllowHosts = tt.allow
		_, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
		if (err == nil) != tt.ok {
			t.Errorf("host %s with allow_hosts %v: %v; want reached = %v", tt.host, tt.allow, err, tt.ok)
		}
	}
}

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700:4700::1111": true, "64:ff9b::808:808": true, "2002:808:808::1": true,
		"127.0.0.1": false, "127.9.9.9": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "192.0.2.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "fec0::1": false,
		"::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v, want %v", address, got, want)
		}
	}
}

// A proxy is asked for nothing that leads into a private network, and a request
// that the proxy does not take is checked like any other.
func TestProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, smallFeed)
	}))
	u, _ := url.Parse(proxy.URL)
	client := NewClient(ClientOptions{Proxy: http.ProxyURL(u)})
	defer client.Close()
	for address, ok := range map[string]bool{
		"http://8.8.8.8/feed": true, "http://127.0.0.1/": false, "http://localhost/": false, "http://intranet/": false, "http://10.0.0.1/": false,
	} {
		src := loopback(address)
		src.AllowHosts = nil
		if _, err := Open(src, client).Fetch(t.Context(), models.Cursor{}); (err == nil) != ok {
			t.Errorf("%s through a proxy: %v; want reached = %v", address, err, ok)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the proxy was asked %d times, want once", asked.Load())
	}
}

func TestConditional(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT")
		_, _ = io.WriteString(w, smallFeed)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	r := Open(loopback(server.URL), client)
	firstTime, err := r.Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	want := models.Cursor{URL: server.URL, ETag: `"v1"`, LastModified: "Mon, 02 Mar 2026 10:00:00 GMT"}
	if firstTime.Cursor != want || len(firstTime.Articles) != 1 {
		t.Errorf("first fetch: cursor %+v and %d articles, want %+v and 1", firstTime.Cursor, len(firstTime.Articles), want)
	}
	again, err := r.Fetch(t.Context(), firstTime.Cursor)
	if err != nil || !again.NotModified || again.Cursor != want {
		t.Errorf("second fetch: %+v, %v; want not modified and the cursor as it was", again, err)
	}
	elsewhere := want
	elsewhere.URL = "http://127.0.0.1/old"
	moved, err := r.Fetch(t.Context(), elsewhere)
	if err != nil || moved.NotModified || len(moved.Articles) != 1 {
		t.Errorf("fetch with another address's validators: %+v, %v; want the articles", moved, err)
	}
}

func TestRequestHeaders(t *testing.T) {
	var got []http.Header
	var mu sync.Mutex
	record := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.Header.Clone())
	}
	other := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record(w, r)
		_, _ = w.Write(gzipped(smallFeed))
	}))
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record(w, r)
		http.Redirect(w, r, other.URL, http.StatusMovedPermanently)
	}))
	secret := func(reference string) (string, error) {
		if reference != "env:LOGIN" {
			return "", errors.New("not set")
		}
		return "Bearer xyz\n", nil
	}
	client := NewClient(ClientOptions{Product: "regwatch/1.0", Contact: "ops@acme.example", Secret: secret})
	defer client.Close()
	src := loopback(server.URL)
	src.Headers = map[string]string{"Authorization": "env:LOGIN"}
	batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err != nil || len(batch.Articles) != 1 {
		t.Fatalf("Fetch = %+v, %v", batch, err)
	}
	if ua := got[0].Get("User-Agent"); ua != "regwatch/1.0 (+ops@acme.example)" {
		t.Errorf("User-Agent %q", ua)
	}
	if got[0].Get("Authorization") != "Bearer xyz" || got[1].Get("Authorization") != "" {
		t.Errorf("Authorization %q, and after a redirect elsewhere %q; want it only at home", got[0].Get("Authorization"), got[1].Get("Authorization"))
	}
	src.Headers = map[string]string{"Authorization": "env:MISSING"}
	if _, err := Open(src, client).Fetch(t.Context(), models.Cursor{}); err == nil || !strings.Contains(err.Error(), "kept in env:MISSING, which cannot be read") {
		t.Errorf("a header that cannot be read: %v", err)
	}
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func TestOneInFlightPerHostAndBoundedOverAll(t *testing.T) {
	var mu sync.Mutex
	now, most := make(map[string]int), make(map[string]int)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		for _, key := range []string{host, "all"} {
			mu.Lock()
			now[key]++
			most[key] = max(most[key], now[key])
			mu.Unlock()
		}
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		now[host]--
		now["all"]--
		mu.Unlock()
		_, _ = io.WriteString(w, smallFeed)
	})
	client := NewClient(ClientOptions{Fetches: 3})
	defer client.Close()
	var wg sync.WaitGroup
	for n := range 6 {
		address := fmt.Sprintf("127.0.0.%d", n+2)
		server := serveAt(t, address, handler)
		for range 8 {
			wg.Go(func() {
				src := models.Source{ID: "s", Kind: KindFeed, URL: server.URL, AllowHosts: []string{address}}
				if _, err := Open(src, client).Fetch(context.Background(), models.Cursor{}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for key, n := range most {
		if limit := map[bool]int{true: 3, false: 1}[key == "all"]; n > limit {
			t.Errorf("%d requests at once to %s, want at most %d", n, key, limit)
		}
	}
	if len(client.hosts) != 0 {
		t.Errorf("%d hosts are remembered with nobody waiting", len(client.hosts))
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	client := NewClient(ClientOptions{})
	u, _ := url.Parse("http://a.example/")
	leave, err := client.queue(t.Context(), u, newAllowList([]string{"a.example"}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.queue(ctx, u, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("queue with a cancelled context: %v", err)
	}
	leave()
	if len(client.hosts) != 0 {
		t.Errorf("%d hosts are remembered with nobody waiting", len(client.hosts))
	}
}

// A connection that ends early, with an honest or a lying length, gives what
// came before, and the whole is asked for again.
func TestCutConnection(t *testing.T) {
	whole := `<rss version="2.0"><channel><item><title>One</title><guid>1</guid></item><item><title>Two</title><guid>2</guid></item><item><title>Three</title><gu`
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"half"`)
		body := []byte(whole)
		if r.URL.Path == "/gzip" {
			body = gzipped(whole)
			body = body[:len(body)-9]
		}
		w.Header().Set("Content-Length", "10000")
		_, _ = w.Write(body)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	for _, path := range []string{"/plain", "/gzip"} {
		src := loopback(server.URL + path)
		before := models.Cursor{URL: src.URL, ETag: `"before"`}
		batch, err := Open(src, client).Fetch(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Articles) != 2 || batch.Items != 3 || batch.Cursor != before {
			t.Errorf("%s: %d articles of %d items, cursor %+v; want 2 of 3 and the cursor as it was", path, len(batch.Articles), batch.Items, batch.Cursor)
		}
		if !strings.Contains(strings.Join(batch.Warnings, "; "), "cut off: what came before the cut was read (articles: 2)") {
			t.Errorf("%s: warnings %q", path, batch.Warnings)
		}
	}
}
