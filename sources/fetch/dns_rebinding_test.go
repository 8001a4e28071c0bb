package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// rebindingResolver returns a resolver over a loopback name server that returns the
// first address for the first query and the last one for all others.
func rebindingResolver(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var mu sync.Mutex
	answer := func(query []byte) ([]byte, error) {
		var m dnsmessage.Message
		if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
			return nil, errors.Join(err, errors.New("no question"))
		}
		m.Response, m.Additionals = true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			mu.Lock()
			defer mu.Unlock()
			at := netip.MustParseAddr(addresses[0]).As4()
			addresses = addresses[min(1, len(addresses)-1):]
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: at},
			}}
		}
		return m.Pack()
	}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := answer(buf[:n]); err == nil {
				_, _ = server.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// A name that resolves to a public address when it is checked and to a private one
// when it is connected to is rejected.
func TestDNSRebinding(t *testing.T) {
	var reached atomic.Bool
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Store(true)
		_, _ = io.WriteString(w, smallFeed)
	}))
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	for _, private := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0"} {
		resolver := rebindingResolver(t, "8.8.8.8", private)
		first, err := resolver.LookupNetIP(t.Context(), "ip4", "rebind.example")
		if err != nil || len(first) != 1 || !IsPublic(first[0]) {
			t.Fatalf("first lookup: %v, %v; want a public address", first, err)
		}
		client := New(Options{})
		defer client.Close()
		u, _ := url.Parse("http://rebind.example:" + port + "/feed")
		client.transports["direct "] = &http.Transport{DialContext: NewAllowList(nil).dial(net.Dialer{Resolver: resolver})}
		src := loopback(u.String())
		src.AllowHosts = nil
		_, err = getFor(t, client, src)
		if e, ok := errors.AsType[*Error](err); !ok || e.Reason != PrivateAddress || !strings.Contains(e.Text, "rebind.example resolves to "+private+", which is a private address") {
			t.Errorf("then to %s: %v; want it rejected", private, err)
		}
	}
	if reached.Load() {
		t.Error("the server on loopback was reached")
	}
}

// Neither a source nor a redirect reaches a private address, however it is spelled.
func TestPrivateAddressSpellings(t *testing.T) {
	var reached atomic.Bool
	inside := serveAt(t, "127.0.0.1", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	u, _ := url.Parse(inside.URL)
	var to atomic.Value
	from := serveAt(t, "127.0.0.2", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to.Load().(string))
		w.WriteHeader(http.StatusFound)
	}))
	client := New(Options{})
	defer client.Close()
	for _, host := range []string{
		"127.0.0.1", "127.1", "0.0.0.0", "0", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "localhost", "LOCALHOST.", "[::1]", "[::]",
		"[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "[fe80::1%25lo]", "[fd00:ec2::254]", "10.0.0.1",
	} {
		address := "http://" + host + ":" + u.Port() + "/"
		src := loopback(address)
		src.AllowHosts = nil
		_, direct := getFor(t, client, src)
		to.Store(address)
		src = loopback(from.URL)
		src.AllowHosts = []string{"127.0.0.2"}
		_, redirected := getFor(t, client, src)
		if direct == nil || redirected == nil {
			t.Errorf("%s: %v, and by a redirect %v; want neither reached", host, direct, redirected)
		}
	}
	if reached.Load() {
		t.Error("the server on loopback was reached")
	}
}
