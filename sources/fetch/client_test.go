package fetch

import (
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

func TestFetchRejectsInvalidCertificate(t *testing.T) {
	server := newTLS(t)
	_, err := getFor(t, New(Options{}), loopback(server))
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Reason != Insecure || !strings.Contains(e.Text, "not signed by a trusted authority") {
		t.Errorf("get over TLS of an unknown authority: %v", err)
	}
	_, err = getFor(t, expiredClient(t, server), loopback(server))
	e, ok = errors.AsType[*Error](err)
	if !ok || e.Reason != Insecure || !strings.Contains(e.Text, "has expired") {
		t.Errorf("get over TLS of an expired certificate: %v", err)
	}
}

func TestPrivateHostMustBeAllowed(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, smallFeed) }))
	u, _ := url.Parse(server.URL)
	client := New(Options{})
	defer client.Close()
	for _, tt := range []struct {
		host  string
		allow []string
		ok    bool
	}{
		{"127.0.0.1", nil, false},
		{"127.0.0.1", []string{"127.0.0.1"}, true},
		// A source without permission must not reuse the connection of one that has
		// it.
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
		_, err := getFor(t, client, src)
		if (err == nil) != tt.ok {
			t.Errorf("host %s with allow_hosts %v: %v; want reached = %v", tt.host, tt.allow, err, tt.ok)
		}
	}
}

func TestIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700:4700::1111": true, "64:ff9b::808:808": true, "2002:808:808::1": true,
		"127.0.0.1": false, "127.9.9.9": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "192.0.2.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "fec0::1": false,
		"::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "::ffff:0:7f00:1": false, "::ffff:0:a9fe:a9fe": false, "::ffff:0:808:808": false, "2002:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := IsPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("isPublic(%s) = %v, want %v", address, got, want)
		}
	}
}

func TestNumericHosts(t *testing.T) {
	for host, want := range map[string]bool{
		"127.1": true, "0x7f.1": true, "0x7f000001": true, "1.0x": true, "a.1": true, "127.1..": true, "0251.0376.0251.0376": true,
		"a.example": false, "1.example": false, "0x7f.example": false, "10.0x7g": false, "face": false, "8.8.8.com": false, "abc.de": false, "1.xn--0x7f": false,
	} {
		if got := isNumericHost(host); got != want {
			t.Errorf("isNumericHost(%q) = %v, want %v", host, got, want)
		}
	}
}

// No proxy gets a request for a private address, and requests that bypass the proxy
// are checked like any other.
func TestProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, smallFeed)
	}))
	u, _ := url.Parse(proxy.URL)
	client := New(Options{Proxy: http.ProxyURL(u)})
	defer client.Close()
	for address, ok := range map[string]bool{
		"http://8.8.8.8/feed": true, "http://127.0.0.1/": false, "http://localhost/": false, "http://intranet/": false, "http://10.0.0.1/": false,
		// These do not resolve here, but a proxy may take them for addresses.
		"http://127.1/": false, "http://169.254.43518/": false, "http://0251.0376.0251.0376/": false, "http://0x7f.1/": false,
		"http://0x7F.0.0.0x1./": false, "http://2130706433/": false, "http://１２７.１/": false, "http://127。0。0。1/": false, "http://metadata.0xa9fea9fe/": false,
		"http://[::ffff:0:7f00:1]/": false,
	} {
		src := loopback(address)
		src.AllowHosts = nil
		if _, err := getFor(t, client, src); (err == nil) != ok {
			t.Errorf("%s through a proxy: %v; want reached = %v", address, err, ok)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the proxy was asked %d times, want once", asked.Load())
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
		_, _ = w.Write(compress(t, strings.NewReader(smallFeed), "gzip"))
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
	client := New(Options{Product: "regwatch/1.0", Contact: "ops@acme.example", Secret: secret})
	defer client.Close()
	src := loopback(server.URL)
	src.Headers = map[string]string{"Authorization": "env:LOGIN"}
	resp, err := getFor(t, client, src)
	if err != nil || string(resp.Body) != smallFeed {
		t.Fatalf("get = %q, %v", resp.Body, err)
	}
	if ua := got[0].Get("User-Agent"); ua != "regwatch/1.0 (+ops@acme.example)" {
		t.Errorf("User-Agent %q", ua)
	}
	if got[0].Get("Authorization") != "Bearer xyz" || got[1].Get("Authorization") != "" {
		t.Errorf("Authorization %q, and after a redirect to another host %q; want it only on the source's host", got[0].Get("Authorization"), got[1].Get("Authorization"))
	}
	src.Headers = map[string]string{"Authorization": "env:MISSING"}
	if _, err := getFor(t, client, src); err == nil || !strings.Contains(err.Error(), "refers to env:MISSING, which cannot be read") {
		t.Errorf("get with an unreadable secret: %v", err)
	}
}

func TestLimitsRequestsPerHostAndTotal(t *testing.T) {
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
	client := New(Options{Fetches: 3})
	defer client.Close()
	var wg sync.WaitGroup
	for n := range 6 {
		address := fmt.Sprintf("127.0.0.%d", n+2)
		server := serveAt(t, address, handler)
		for range 8 {
			wg.Go(func() {
				src := models.Source{ID: "s", Kind: "feed", URL: server.URL, AllowHosts: []string{address}}
				if _, err := getFor(t, client, src); err != nil {
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
	if len(client.limiters) != 0 {
		t.Errorf("%d limiters are left without users", len(client.limiters))
	}
}

func TestAcquireStopsWithContext(t *testing.T) {
	client := New(Options{})
	u, _ := url.Parse("http://a.example/")
	_, leave, err := client.acquire(t.Context(), u, NewAllowList([]string{"a.example"}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := client.acquire(ctx, u, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("acquire with a canceled context: %v", err)
	}
	leave(0)
	if len(client.limiters) != 0 {
		t.Errorf("%d limiters are left without users", len(client.limiters))
	}
}
