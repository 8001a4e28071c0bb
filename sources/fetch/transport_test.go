package fetch

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"testing"

	"regwatch/models"
)

// Reading many hosts leaves few connections open, also over HTTP/2, whose connections
// no transport limits, and if each source has its own private hosts and so its own
// transport.
func TestIdleConnectionsAreCapped(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux gives every loopback address to one listener")
	}
	const hosts = 200
	for _, tt := range []struct {
		name        string
		http2, each bool
	}{{name: "one transport"}, {name: "one transport, HTTP/2", http2: true}, {name: "a transport for each source", each: true}} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.http2 && r.ProtoMajor != 2 {
					t.Errorf("request over %s, want HTTP/2", r.Proto)
				}
				_, _ = io.WriteString(w, smallFeed)
			}))
			l, err := net.Listen("tcp4", "0.0.0.0:0")
			if err != nil {
				t.Fatal(err)
			}
			_ = s.Listener.Close()
			s.Listener, s.EnableHTTP2 = l, tt.http2
			scheme := "http"
			if tt.http2 {
				scheme = "https"
				s.StartTLS()
			} else {
				s.Start()
			}
			t.Cleanup(s.Close)

			var all []string
			for n := range hosts {
				all = append(all, fmt.Sprintf("127.1.0.%d", n+1))
			}
			client := New(Options{Fetches: 4})
			defer client.Close()
			if tt.http2 {
				transport, err := client.transport(t.Context(), &http.Request{URL: &url.URL{Host: all[0]}}, NewAllowList(all))
				if err != nil {
					t.Fatal(err)
				}
				transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the certificate names one host
			}
			var most int64
			for n, host := range all {
				src := models.Source{ID: "s", Kind: "feed", URL: fmt.Sprintf("%s://%s:%d/feed", scheme, host, l.Addr().(*net.TCPAddr).Port), AllowHosts: all}
				if tt.each {
					src.AllowHosts = all[n : n+1]
				}
				if _, err := getFor(t, client, src); err != nil {
					t.Fatal(err)
				}
				most = max(most, client.connections.Load())
			}
			if limit := int64(maxIdleConns + 4); most > limit || most < 2 {
				t.Errorf("up to %d connections were open over %d hosts; want at most %d, and more than one", most, hosts, limit)
			}
		})
	}
}
