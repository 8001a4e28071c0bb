package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/models"
)

// A memoryStore is a HostStore of several clients.
type memoryStore struct {
	mu        sync.Mutex
	cooldowns map[string]models.HostCooldown
	robots    map[string]models.HostRobots
}

func newMemoryStore() *memoryStore {
	return &memoryStore{cooldowns: map[string]models.HostCooldown{}, robots: map[string]models.HostRobots{}}
}

func (m *memoryStore) HostCooldowns(_ context.Context, host string, now time.Time) (all []models.HostCooldown, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.cooldowns {
		if (host == "" || c.Host == host) && c.EndsAt.After(now) {
			all = append(all, c)
		}
	}
	return all, nil
}

func (m *memoryStore) SetHostCooldown(_ context.Context, c models.HostCooldown) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cooldowns[c.Host] = c
	return nil
}

func (m *memoryStore) HostRobots(_ context.Context, origin string) (models.HostRobots, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, found := m.robots[origin]
	return r, found, nil
}

func (m *memoryStore) SetHostRobots(_ context.Context, r models.HostRobots, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.robots[r.Origin] = r
	return nil
}

// A oneHolder is Hosts of several clients. A host that was returned is free after its pause.
type oneHolder struct {
	mu   sync.Mutex
	held map[string]*testHold
	keep atomic.Int64 // the longest interval that was asked for
}

type testHold struct {
	of   *oneHolder
	host string
	lost atomic.Bool
}

func (o *oneHolder) Wait(ctx context.Context, host string) (HostHold, error) {
	for {
		o.mu.Lock()
		if o.held == nil {
			o.held = make(map[string]*testHold)
		}
		if o.held[host] == nil {
			h := &testHold{of: o, host: host}
			o.held[host] = h
			o.mu.Unlock()
			return h, nil
		}
		o.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

func (h *testHold) Valid() bool { return !h.lost.Load() }

func (h *testHold) Keep(_ context.Context, interval time.Duration) error {
	h.of.keep.Store(max(h.of.keep.Load(), int64(interval)))
	return nil
}

func (h *testHold) Return(time.Duration) {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if h.of.held[h.host] == h {
		delete(h.of.held, h.host)
	}
}

// Two programs make requests to a host in turn, with its pause between them.
func TestTwoClientsNeverAskAHostAtTheSameTime(t *testing.T) {
	const delay = 300 * time.Millisecond
	var mu sync.Mutex
	var asked []time.Time
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, time.Now())
		mu.Unlock()
		if r.URL.Path == "/robots.txt" {
			_, _ = io.WriteString(w, "User-agent: *\nCrawl-delay: 0.3\n")
			return
		}
		_, _ = io.WriteString(w, smallFeed)
	}))
	hosts, stored := &oneHolder{}, newMemoryStore()
	src := loopback(server.URL + "/feed")
	src.IgnoreRobots = false
	var all sync.WaitGroup
	for range 2 {
		client := New(Options{Hosts: hosts, HostStore: stored, Now: time.Now})
		defer client.Close()
		for range 3 {
			all.Go(func() {
				if _, err := getFor(t, client, src); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	mu.Lock()
	defer mu.Unlock()
	if len(asked) < 7 || len(asked) > 8 { // the second program may ask for robots.txt before it is stored
		t.Errorf("%d requests, want 6 for the feed and 1 or 2 for robots.txt", len(asked))
	}
	for i := 1; i < len(asked); i++ { // the delay is known from the first answer on
		if gap := asked[i].Sub(asked[i-1]); gap < delay-20*time.Millisecond {
			t.Errorf("request %d came %s after the one before it; want at least %s", i+1, gap, delay)
		}
	}
	if hosts.keep.Load() != int64(delay) {
		t.Errorf("the hold was kept for %s, want %s", time.Duration(hosts.keep.Load()), delay)
	}
}

func TestNoRequestIsMadeWithALostHold(t *testing.T) {
	var asked atomic.Int32
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, smallFeed)
	}))
	hosts := &oneHolder{}
	client := New(Options{Hosts: losing{hosts}})
	defer client.Close()
	_, err := getFor(t, client, loopback(server.URL))
	e, ok := errors.AsType[*Error](err)
	if !ok || !e.Skipped() || asked.Load() != 0 || !strings.Contains(e.Text, "was paused") {
		t.Errorf("get = %v with %d requests; want none, and that the program was paused", err, asked.Load())
	}
	if len(hosts.held) > 0 {
		t.Error("the lost hold was not returned")
	}
}

// losing gives out holds that run out at once.
type losing struct{ *oneHolder }

func (l losing) Wait(ctx context.Context, host string) (HostHold, error) {
	h, err := l.oneHolder.Wait(ctx, host)
	h.(*testHold).lost.Store(true)
	return h, err
}

// What a host asked for holds for another program, and after a restart.
func TestWhatAHostAskedForIsShared(t *testing.T) {
	var feeds, robots atomic.Int32
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			robots.Add(1)
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /secret\n")
			return
		}
		feeds.Add(1)
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	stored := newMemoryStore()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	src := loopback(server.URL + "/feed")
	src.IgnoreRobots = false
	get := func(path string, o Options) *Error {
		t.Helper()
		o.HostStore, o.Now = stored, func() time.Time { return now }
		client := New(o)
		defer client.Close()
		if err := client.RestoreCooldowns(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := getPage(t, client, src, server.URL+path)
		e, _ := errors.AsType[*Error](err)
		if e == nil {
			t.Fatalf("get %s = %v, want an Error", path, err)
		}
		return e
	}
	if e := get("/feed", Options{}); e.Wait != 10*time.Minute {
		t.Fatalf("first request: %v", e)
	}
	now = now.Add(4 * time.Minute)
	for name, o := range map[string]Options{"after a restart": {}, "another program": {Hosts: &oneHolder{}}} {
		if e := get("/feed", o); e.Wait != 6*time.Minute || e.Reason != TooManyRequests || !e.Skipped() {
			t.Errorf("%s: %v, wait %s; want 6 minutes left of a pause", name, e, e.Wait)
		}
		if e := get("/secret", o); e.Reason != Disallowed {
			t.Errorf("%s: %v; want that robots.txt disallows it", name, e)
		}
	}
	if feeds.Load() != 1 || robots.Load() != 1 {
		t.Errorf("%d requests for the feed and %d for robots.txt; want one each", feeds.Load(), robots.Load())
	}
	now = now.Add(25 * time.Hour)
	if e := get("/secret", Options{}); e.Reason != Disallowed || robots.Load() != 2 {
		t.Errorf("a day later: %v, and %d requests for robots.txt; want it read again", e, robots.Load())
	}
}
