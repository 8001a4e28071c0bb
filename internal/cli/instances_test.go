package cli

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// hostDelay is what the site asks for between two requests, in its robots.txt.
const hostDelay = 400 * time.Millisecond

// TestInstances runs several regwatch on one PostgreSQL, some of them on machines whose clocks are two
// hours ahead or behind, and kills, pauses and resumes them and cuts them off the
// database at random. Nothing is lost or doubled on Slack and by webhook, a story is one
// event, a digest is made once, and the site is never asked by two at a time or sooner than it wants.
//
// REGWATCH_SOAK_INSTANCES and REGWATCH_SOAK_ROUNDS are how many instances and rounds; 3 and 10 unless set.
func TestInstances(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs several processes for minutes; not with -short")
	}
	count, rounds := int(numberFrom(t, "REGWATCH_SOAK_INSTANCES", 3)), int(numberFrom(t, "REGWATCH_SOAK_ROUNDS", 10))
	seed := numberFrom(t, "REGWATCH_SOAK_SEED", uint64(time.Now().UnixNano()))
	t.Logf("REGWATCH_SOAK_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 2))

	w := newPostgresWorld(t, seed)
	site := politeSite(t, w)
	db := newDatabaseProxy(t, w.dsn)
	w.writeSecret(t, "dsn", db.dsn)
	bins := []string{buildRegwatch(t), buildWithClock(t, "2h"), buildWithClock(t, "-2h")}
	w.editConfig(t, func(config string) string {
		due := time.Now().UTC().Add(150 * time.Second) // cut to minutes; the first program has to start before
		return config + fmt.Sprintf("digests:\n  daily: {to: [\"mail:digest@example.com\"], every: daily, at: \"%s\", zone: UTC}\n", due.Format("15:04"))
	})
	var all []*process
	for i := range count {
		all = append(all, start(t, bins[i%len(bins)], w.dir))
	}
	paused := make([]bool, count)
	happened := make(map[string]int)
	for range rounds {
		if len(w.site.Published())-len(w.slack.Messages()) < 12 {
			w.site.Publish(1 + chance.IntN(2))
		}
		i := chance.IntN(count)
		switch n := chance.IntN(10); {
		case paused[i]:
			_ = all[i].cmd.Process.Signal(syscall.SIGCONT)
			paused[i] = false
			happened["resumed"]++
		case n < 4:
			all[i].kill()
			if all[i].cmd.ProcessState.Exited() {
				t.Fatalf("regwatch ended by itself:\n%s", tail(all[i].out.String()))
			}
			db.awaitUp() // a program that cannot open the database ends with a sentence
			all[i] = start(t, bins[chance.IntN(len(bins))], w.dir)
			happened["killed"]++
		case n < 8:
			_ = all[i].cmd.Process.Signal(syscall.SIGSTOP)
			paused[i] = true
			happened["paused"]++
		default:
			db.cut(time.Duration(1+chance.IntN(8)) * time.Second)
			happened["cut off from the database"]++
		}
		time.Sleep(time.Duration(500+chance.IntN(6000)) * time.Millisecond)
	}
	for i, p := range all {
		if paused[i] {
			_ = p.cmd.Process.Signal(syscall.SIGCONT)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	w.settle(ctx, t)
	awaitDigest(ctx, w)
	time.Sleep(3 * time.Second) // for a second message that should not come
	for _, p := range all {
		p.stop(t)
	}
	t.Logf("%d instances, %d rounds: %v; %d requests at the site", count, rounds, happened, len(site.times()))

	hooks, dropped := w.hookTexts()
	for name, texts := range map[string][]string{"Slack": w.slackTexts(), "webhook": hooks} {
		v, details := judge(w.site.Published(), texts)
		t.Logf("%s: %s", name, v)
		if v.stories == 0 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s\n%s", name, v, strings.Join(details, "\n"))
		}
	}
	t.Logf("the webhook's receiver dropped %d that it had", dropped)
	if n := digestMails(w); n != 1 {
		t.Errorf("%d mails with the digest, want one", n)
	}
	stories := make(map[string]bool)
	for _, item := range w.site.Published() {
		stories[storyToken.FindString(item.Title)] = true
	}
	if got := w.number(t, "SELECT COUNT(*) FROM events WHERE merged_into = ''"); got != len(stories) {
		t.Errorf("%d events of %d stories", got, len(stories))
	}
	if got := w.number(t, "SELECT COUNT(*) FROM digest_issues"); got != 1 {
		t.Errorf("%d digests were made, want one", got)
	}
	if n := site.atOnce.Load(); n > 1 {
		t.Errorf("the site got %d requests at the same time", n)
	}
	asked := site.times()
	for i := 1; i < len(asked); i++ {
		if gap := asked[i].at.Sub(asked[i-1].at); gap < hostDelay {
			t.Errorf("%s was asked for %s after %s; want at least %s between requests", asked[i].path, gap, asked[i-1].path, hostDelay)
		}
	}
	if t.Failed() {
		for i, p := range all {
			t.Logf("instance %d:\n%s", i, tail(p.out.String()))
		}
	}
}

func awaitDigest(ctx context.Context, w *world) {
	for digestMails(w) == 0 && ctx.Err() == nil {
		time.Sleep(time.Second)
	}
}

func digestMails(w *world) int {
	n := 0
	ids := make(map[string]bool)
	for _, m := range w.mail.Messages() {
		if slices.Contains(m.To, "digest@example.com") && !ids[m.MessageID] {
			ids[m.MessageID] = true
			n++
		}
	}
	return n
}

// number returns the answer to a query of one number.
func (w *world) number(t *testing.T, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// buildWithClock builds the program as if the clock of its machine were wrong.
func buildWithClock(t *testing.T, wrong string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "regwatch")
	cmd := exec.Command("go", "build", "-ldflags", "-X regwatch/app.clockOffset="+wrong, "-o", bin, "regwatch/cmd/regwatch")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// A siteLog notes when a site was asked for what.
type siteLog struct {
	inFlight, atOnce atomic.Int32

	mu    sync.Mutex
	asked []siteRequest
}

type siteRequest struct {
	at   time.Time
	path string
}

func (l *siteLog) times() []siteRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.asked)
}

// politeSite puts a site with a robots.txt that asks for a delay in place of the world's, and notes its requests.
func politeSite(t *testing.T, w *world) *siteLog {
	t.Helper()
	l := &siteLog{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.asked = append(l.asked, siteRequest{time.Now(), r.URL.Path})
		l.mu.Unlock()
		n := l.inFlight.Add(1)
		defer l.inFlight.Add(-1)
		for most := l.atOnce.Load(); n > most && !l.atOnce.CompareAndSwap(most, n); most = l.atOnce.Load() {
		}
		if r.URL.Path == "/robots.txt" {
			fmt.Fprintf(rw, "User-agent: *\nCrawl-delay: %g\n", hostDelay.Seconds())
			return
		}
		w.counted(w.site).ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	sources := filepath.Join(w.dir, "sources", "sample.yaml")
	text := strings.ReplaceAll(string(w.site.SourcesYAML(server.URL)), "ignore_robots: true", "ignore_robots: false")
	if err := os.WriteFile(sources, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return l
}

// A databaseProxy passes connections to a database on, and cuts them off when asked.
type databaseProxy struct {
	dsn string // through the proxy

	to    string
	down  atomic.Bool
	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newDatabaseProxy(t *testing.T, dsn string) *databaseProxy {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &databaseProxy{to: u.Host, conns: make(map[net.Conn]bool)}
	u.Host = listener.Addr().String()
	p.dsn = u.String()
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.pass(conn)
		}
	}()
	return p
}

func (p *databaseProxy) pass(from net.Conn) {
	defer from.Close()
	if p.down.Load() {
		return
	}
	to, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer to.Close()
	p.mu.Lock()
	p.conns[from], p.conns[to] = true, true
	p.mu.Unlock()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			done <- struct{}{}
		}()
	}
	<-done
	p.mu.Lock()
	delete(p.conns, from)
	delete(p.conns, to)
	p.mu.Unlock()
}

// awaitUp returns when connections are taken.
func (p *databaseProxy) awaitUp() {
	for p.down.Load() {
		time.Sleep(50 * time.Millisecond)
	}
}

// cut ends all connections, as a restart of the database does, and refuses others for a time.
func (p *databaseProxy) cut(wait time.Duration) {
	p.down.Store(true)
	time.AfterFunc(wait, func() { p.down.Store(false) })
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		_ = conn.Close()
	}
}
