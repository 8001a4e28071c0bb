package fetch

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"regwatch/models"
)

const smallFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`

// serveAt starts a server at a loopback address.
func serveAt(t *testing.T, address string, handler http.Handler) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Skipf("this machine has no loopback address %s: %v", address, err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler}}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// loopback returns a source that may reach a loopback server and ignores its
// robots.txt.
func loopback(address string) models.Source {
	return models.Source{ID: "s", Name: "S", URL: address, AllowHosts: []string{"127.0.0.1"}, IgnoreRobots: true}
}

// getFor fetches the address of a source.
func getFor(t testing.TB, c *Client, src models.Source) (Response, error) {
	t.Helper()
	return getPage(t, c, src, src.URL)
}

// getPage fetches an address for a source.
func getPage(t testing.TB, c *Client, src models.Source, address string) (Response, error) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		return Response{}, err
	}
	return c.Get(t.Context(), Request{URL: u, Source: src, Accept: "*/*"})
}

// zeroReader returns spaces without end.
type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
