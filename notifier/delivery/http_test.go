package delivery

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/redact"
	"regwatch/models"
)

// What fails before there is a connection was surely not sent: a proxy that is
// down or says no must not use up the attempts of a message.
func TestFailureBeforeAConnectionIsUnreachable(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "not from here", http.StatusForbidden)
	}))
	defer proxy.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	tests := []struct {
		name, to, proxy, says string
	}{
		{"the proxy is down", "https://hooks.example/s3cret", "http://user:pr0xypass@127.0.0.1:1", "cannot be reached"},
		{"the proxy says no", "https://hooks.example/s3cret", proxy.URL, "cannot be reached"},
		{"no handshake", "https://" + silent.Addr().String() + "/s3cret", "", "cannot be reached"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := HTTPClient()
			transport := client.Transport.(connecting).Transport
			transport.Proxy = nil
			transport.TLSHandshakeTimeout = 50 * time.Millisecond
			if tt.proxy != "" {
				u, err := url.Parse(tt.proxy)
				if err != nil {
					t.Fatal(err)
				}
				transport.Proxy = http.ProxyURL(u)
			}
			_, err := client.Get(tt.to)
			if err == nil {
				t.Fatal("the request was answered")
			}
			f := NetworkError(models.Peer{Kind: models.PeerSlack}, err, redact.New("s3cret"))
			if f.Reason != Unreachable || !strings.Contains(f.Error(), tt.says) || strings.Contains(f.Error(), "pr0xypass") || strings.Contains(f.Error(), "s3cret") {
				t.Errorf("%v (%s); want it unreachable, and no secret", f, f.Reason)
			}
		})
	}
}

// What fails after it may have arrived.
func TestFailureAfterAConnectionIsAmbiguous(t *testing.T) {
	stuck := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cut" {
			panic(http.ErrAbortHandler)
		}
		<-stuck
	}))
	defer server.Close()
	defer close(stuck)
	for path, says := range map[string]string{"/cut": "ended before it answered", "/slow": "did not answer in time"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		_, err = HTTPClient().Do(req)
		cancel()
		f := NetworkError(models.Peer{Kind: models.PeerSlack}, err, nil)
		if f.Reason != Ambiguous || !strings.Contains(f.Error(), says) {
			t.Errorf("%s: %v (%s); want it ambiguous: %s", path, f, f.Reason, says)
		}
	}
	if f := NetworkError(models.Peer{Kind: models.PeerSlack}, errors.New("who knows"), nil); f.Reason != Ambiguous {
		t.Errorf("of what nothing is known: %s, want it ambiguous", f.Reason)
	}
}

func TestRetryAfter(t *testing.T) {
	now := noticetest.At("2026-08-28T06:05:00Z")
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "86400": time.Hour,
		"Fri, 28 Aug 2026 06:06:00 GMT": time.Minute, "Fri, 28 Aug 2026 06:04:00 GMT": 0,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q is %v, want %v", value, got, want)
		}
	}
}

// memoryListener hands one end of each pipe to a server in the same bubble.
type memoryListener struct{ conns chan net.Conn }

func (l memoryListener) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l memoryListener) Close() error   { return nil }
func (l memoryListener) Addr() net.Addr { return &net.TCPAddr{} }

func TestHTTPAnswerHasTwentySeconds(t *testing.T) {
	for _, tt := range []struct {
		takes, body time.Duration
		answered    bool
	}{{17 * time.Second, 0, true}, {19 * time.Second, 0, true}, {10 * time.Second, 9 * time.Second, true}, {21 * time.Second, 0, false}, {10 * time.Second, 11 * time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			listener := memoryListener{make(chan net.Conn)}
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(tt.takes)
				w.WriteHeader(http.StatusOK)
				_ = http.NewResponseController(w).Flush()
				time.Sleep(tt.body)
			})}
			go func() { _ = server.Serve(listener) }()
			client := HTTPClient()
			transport := client.Transport.(connecting).Transport
			transport.Proxy = nil
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				near, far := net.Pipe()
				listener.conns <- far
				return near, nil
			}
			start := time.Now()
			resp, err := client.Get("http://hooks.example/")
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
			}
			if (err == nil) != tt.answered {
				t.Errorf("an answer after %v with a body of %v: %v", tt.takes, tt.body, err)
			}
			if took := time.Since(start); !tt.answered && (took != HTTPTimeout || HTTPTimeout != 20*time.Second) {
				t.Errorf("an answer after %v with a body of %v was given up after %v, want 20s", tt.takes, tt.body, took)
			}
			if err != nil {
				if f := NetworkError(models.Peer{Kind: models.PeerSlack}, err, nil); f.Reason != Ambiguous {
					t.Errorf("it counts as %s, want ambiguous", f.Reason)
				}
			}
			transport.CloseIdleConnections()
			time.Sleep(time.Minute)
			close(listener.conns)
			_ = server.Close()
			synctest.Wait()
		})
	}
}
