package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// newTLS starts a server with an untrusted certificate and returns its address.
func newTLS(t *testing.T) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// expiredClient returns a client that trusts the test server, after its certificate
// has expired.
func expiredClient(t *testing.T, address string) *Client {
	t.Helper()
	other := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	pool := x509.NewCertPool()
	pool.AddCert(other.Certificate()) // all servers of httptest share one

	client := New(Options{})
	u, _ := url.Parse(address)
	transport, err := client.transport(t.Context(), &http.Request{URL: u}, NewAllowList(loopback(address).AllowHosts))
	if err != nil {
		t.Fatal(err)
	}
	late := other.Certificate().NotAfter.Add(time.Hour)
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, Time: func() time.Time { return late }}
	return client
}

func TestHTTPSToPlainServer(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.NotFoundHandler())
	_, err := getFor(t, New(Options{}), loopback(strings.Replace(server.URL, "http://", "https://", 1)))
	if err == nil || !strings.Contains(err.Error(), "does not speak TLS at this address: try http://") {
		t.Errorf("https to a plain server: %v", err)
	}
}
