package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A storm is in front of a site and makes a share of its answers fail, each by one of
// faults. Which answer fails, and how, depends on the seed, the address and the number of
// requests to it, and not on other requests.
type storm struct {
	site  http.Handler
	seed  uint64
	share float64  // of the answers that fail; 0 means none
	to    []string // forbidden addresses, to which it redirects
	bomb  []byte

	mu       sync.Mutex
	round    int
	asked    map[string]int
	told     map[string][]reply // the answers of an address: the one before the last, and the last
	injected map[string]int
}

func newStorm(site http.Handler, seed uint64, to []string) *storm {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write([]byte("<rss><channel>"))
	_, _ = z.Write(bytes.Repeat([]byte(" "), 64<<20))
	_ = z.Close()
	return &storm{site: site, seed: seed, to: to, bomb: bomb.Bytes(), asked: map[string]int{}, told: map[string][]reply{}, injected: map[string]int{}}
}

// A reply is an answer of the site.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (a reply) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// chance returns random numbers that depend on the seed and words alone.
func (s *storm) chance(words ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, words...)
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

func (s *storm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	asked := r.Clone(r.Context())
	asked.Header.Del("Accept-Encoding") // what is packed, and how, is for the storm to say
	s.site.ServeHTTP(rec, asked)
	a := reply{rec.Code, rec.Result().Header, rec.Body.Bytes()}
	address := r.Host + r.URL.Path
	s.mu.Lock()
	s.asked[address]++
	n, round, share := s.asked[address], s.round, s.share
	before := a
	if a.status == http.StatusOK {
		told := s.told[address]
		if len(told) == 0 || !bytes.Equal(told[len(told)-1].body, a.body) {
			told = append(told[max(0, len(told)-1):], a)
			s.told[address] = told
		}
		before = told[0]
	}
	s.mu.Unlock()
	// Now and then a whole host is down or refuses everything.
	if dice := s.chance(r.Host, round); share > 0 && dice.IntN(8) == 0 {
		refuse(w, []int{429, 503}[dice.IntN(2)], dice)
		s.note("storm of refusals")
		return
	}
	dice := s.chance(address, n)
	if dice.Float64() >= share {
		a.write(w)
		return
	}
	names := slices.Sorted(maps.Keys(faults))
	name := names[dice.IntN(len(names))]
	s.note(name)
	faults[name](s, w, r, a, before, dice)
}

func (s *storm) note(fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.injected[fault]++
}

func refuse(w http.ResponseWriter, status int, dice *rand.Rand) {
	if dice.IntN(2) == 0 {
		w.Header().Set("Retry-After", fmt.Sprint(1+dice.IntN(3600)))
	}
	w.WriteHeader(status)
}

// send writes an answer byte for byte and ends the connection.
func send(w http.ResponseWriter, reset bool, parts ...[]byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	for _, part := range parts {
		_, _ = conn.Write(part)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // the other side gets a reset
	}
	_ = conn.Close()
}

func head(a reply, more string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nContent-Type: " + a.header.Get("Content-Type") + "\r\n" + more + "\r\n\r\n")
}

func packed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// labelled answers with a body under a Content-Encoding.
func labelled(w http.ResponseWriter, a reply, encoding string, body []byte) {
	a.header = a.header.Clone()
	a.header.Del("Content-Length")
	a.header.Set("Content-Encoding", encoding)
	a.body = body
	a.write(w)
}

// faults are the ways in which an answer can fail. Each is given the site's answer and
// the one before it.
var faults = map[string]func(s *storm, w http.ResponseWriter, r *http.Request, a, before reply, dice *rand.Rand){
	"slow": func(_ *storm, _ http.ResponseWriter, r *http.Request, _, _ reply, _ *rand.Rand) { <-r.Context().Done() },
	"drip": func(_ *storm, w http.ResponseWriter, r *http.Request, a, _ reply, _ *rand.Rand) {
		_, _ = w.Write(a.body[:len(a.body)/3])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	},
	"cut": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, dice *rand.Rand) {
		send(w, false, head(a, fmt.Sprintf("Content-Length: %d", len(a.body))), a.body[:dice.IntN(len(a.body)+1)])
	},
	"cut without a length": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, dice *rand.Rand) {
		send(w, false, head(a, "Connection: close"), a.body[:dice.IntN(len(a.body)+1)])
	},
	"length too short": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, dice *rand.Rand) {
		send(w, false, head(a, fmt.Sprintf("Content-Length: %d\r\nETag: %s", dice.IntN(len(a.body)+1), a.header.Get("ETag"))), a.body)
	},
	"length too long": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		send(w, false, head(a, fmt.Sprintf("Content-Length: %d", 2*len(a.body)+1)), a.body)
	},
	"chunks that end": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, dice *rand.Rand) {
		send(w, false, head(a, "Transfer-Encoding: chunked"), fmt.Appendf(nil, "%x\r\n", len(a.body)), a.body[:dice.IntN(len(a.body)+1)])
	},
	"bomb": func(s *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		labelled(w, a, "gzip", s.bomb)
	},
	"deflate, but not": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		labelled(w, a, "deflate", a.body)
	},
	"brotli, but not": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		labelled(w, a, "br", a.body)
	},
	"brotli, but gzip": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		labelled(w, a, "br", packed(a.body))
	},
	"gzip, unsaid": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		labelled(w, a, "", packed(a.body))
	},
	"gzip, cut": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		p := packed(a.body)
		labelled(w, a, "gzip", p[:len(p)/2])
	},
	"circle": func(_ *storm, w http.ResponseWriter, r *http.Request, _, _ reply, _ *rand.Rand) {
		http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
	},
	"forbidden address": func(s *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, dice *rand.Rand) {
		w.Header().Set("Location", s.to[dice.IntN(len(s.to))])
		w.WriteHeader([]int{301, 302, 303, 307, 308}[dice.IntN(5)])
	},
	"429": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, dice *rand.Rand) {
		refuse(w, 429, dice)
	},
	"503": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, dice *rand.Rand) {
		refuse(w, 503, dice)
	},
	"500":     func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) { w.WriteHeader(500) },
	"nothing": func(_ *storm, _ http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) {},
	"maintenance": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We are back soon</h1></body></html>")
	},
	"reset": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) { send(w, true) },
	"reset later": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		send(w, true, head(a, "Connection: close"), a.body[:len(a.body)/2])
	},
	"huge header": func(_ *storm, w http.ResponseWriter, _ *http.Request, a, _ reply, _ *rand.Rand) {
		send(w, false, head(a, "X-Long: "+strings.Repeat("x", 1<<20)), a.body)
	},
	"not HTTP": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) {
		send(w, false, []byte("SSH-2.0-OpenSSH_9.6\r\n"))
	},
	"304 for nothing": func(_ *storm, w http.ResponseWriter, _ *http.Request, _, _ reply, _ *rand.Rand) { w.WriteHeader(304) },
	"yesterday's":     func(_ *storm, w http.ResponseWriter, _ *http.Request, _, before reply, _ *rand.Rand) { before.write(w) },
}

// keepOut listens on loopback addresses and fails the test if anything connects to them.
// It returns addresses that lead there, and some where no test can listen.
func keepOut(t *testing.T) []string {
	t.Helper()
	to := []string{"http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://10.0.0.1/", "http://0.0.0.0/"}
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Logf("no redirects to %s: %v", host, err)
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				t.Errorf("something connected to %s, which is private", l.Addr())
				_ = conn.Close()
			}
		}()
		port := l.Addr().(*net.TCPAddr).Port
		to = append(to, fmt.Sprintf("http://%s/", l.Addr()))
		if host == "127.0.0.1" {
			to = append(to, fmt.Sprintf("http://[::ffff:127.0.0.1]:%d/", port), fmt.Sprintf("http://localhost:%d/", port), fmt.Sprintf("http://2130706433:%d/", port))
		}
	}
	return to
}

// streets serves a handler at some loopback addresses, and returns each as
// http://host:port.
func streets(ctx context.Context, t *testing.T, handler http.Handler, count int) []string {
	t.Helper()
	server := &http.Server{Handler: handler, BaseContext: func(net.Listener) context.Context { return ctx }}
	t.Cleanup(func() { _ = server.Close() })
	var addresses []string
	for i := range count {
		l, err := net.Listen("tcp", fmt.Sprintf("127.60.%d.%d:0", i/250, 1+i%250))
		if err != nil {
			t.Skipf("this machine has no loopback addresses beyond 127.0.0.1: %v", err)
		}
		go func() { _ = server.Serve(l) }()
		addresses = append(addresses, "http://"+l.Addr().String())
	}
	return addresses
}
