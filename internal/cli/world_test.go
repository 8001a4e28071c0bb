package cli

import (
	"context"
	"database/sql"
	"fmt"
	"io"
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
	"github.com/jackc/pgx/v5/stdlib"

	"regwatch/configs"
	"regwatch/internal/logbuffer"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// A world is a site that publishes, receivers for three channels, and a folder for
// regwatch. Slack and the webhook get each story in a message of its own. By mail
// more than three within a minute are sent as a summary, so that deferred notices
// are tested too.
type world struct {
	site  *samplesite.Site
	slack *slackfake.Server
	mail  *smtpfake.Server
	hook  *hookReceiver // nil in a world without webhooks
	dir   string
	dsn   string // of its PostgreSQL; empty means SQLite

	mayStayApart bool // a report in other words may be an event of its own

	requests atomic.Int64 // at the site and the webhook receiver
}

// A hookReceiver keeps the webhooks that it gets.
type hookReceiver struct {
	server *httptest.Server

	mu     sync.Mutex
	bodies []webhookBody
}

type webhookBody struct{ id, body string }

func newHookReceiver(t *testing.T, w *world) *hookReceiver {
	h := &hookReceiver{}
	h.server = httptest.NewServer(w.counted(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender was killed while it sent
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, webhookBody{r.Header.Get("Webhook-Id"), string(body)})
	})))
	t.Cleanup(h.server.Close)
	return h
}

// all returns the webhooks received so far; none if there is no receiver.
func (h *hookReceiver) all() []webhookBody {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

// counted counts the requests to a handler when they arrive.
func (w *world) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		h.ServeHTTP(rw, r)
	})
}

// contacts returns how often regwatch has contacted the site or a channel.
func (w *world) contacts() int {
	return int(w.requests.Load()) + w.slack.Calls("chat.postMessage") + w.mail.Sessions()
}

// newWorld makes a world in which regwatch stores in SQLite.
func newWorld(t *testing.T, seed uint64) *world {
	return newWorldOf(t, samplesite.StreamOptions{Seed: seed, Window: 200, Noise: -1})
}

// newRetellingWorld makes a world with many reports of earlier stories in other words, which
// join their events by what they say.
func newRetellingWorld(t *testing.T, seed uint64) *world {
	return newWorldOf(t, samplesite.StreamOptions{Seed: seed, Window: 200, Noise: -1, Copies: 10, Retold: 40})
}

func newWorldOf(t *testing.T, stream samplesite.StreamOptions) *world {
	t.Helper()
	w := &world{site: samplesite.NewStream(stream), dir: t.TempDir()}
	server := httptest.NewServer(w.counted(w.site))
	t.Cleanup(server.Close)
	var err error
	if w.slack, err = slackfake.New(slackfake.Options{Token: demoToken, AppToken: demoAppToken, Users: demoUsers()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.slack.Close() })
	if w.mail, err = smtpfake.New(smtpfake.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.mail.Close() })
	w.hook = newHookReceiver(t, w)
	st := &stage{site: w.site, web: &http.Server{}, url: server.URL, slack: w.slack, mail: w.mail}
	if err := os.MkdirAll(filepath.Join(w.dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeDemo(w.dir, st, time.Second); err != nil {
		t.Fatal(err)
	}
	// One rule that matches every story: the test is about delivery, not about what
	// the shipped rules find.
	shipped, err := filepath.Glob(filepath.Join(w.dir, "rules", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range shipped {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(w.dir, "rules", "everything.yaml"), []byte(ruleForStream), 0o644); err != nil {
		t.Fatal(err)
	}
	w.writeSecret(t, "hook-url", w.hook.server.URL+"/in")
	w.writeSecret(t, "hook-key", hookKey)
	w.editConfig(t, func(config string) string {
		head, _, ok := strings.Cut(config, "recipients:\n")
		if !ok {
			t.Fatal("the demo's configuration has no recipients")
		}
		return strings.Replace(head, "channels:\n", hookChannel, 1) + recipientsForStream
	})
	return w
}

// newPostgresWorld makes a world in which regwatch stores in a PostgreSQL schema of
// its own.
func newPostgresWorld(t *testing.T, seed uint64) *world { return inPostgres(t, newWorld, seed) }

func newPostgresRetellingWorld(t *testing.T, seed uint64) *world {
	return inPostgres(t, newRetellingWorld, seed)
}

func inPostgres(t *testing.T, newWorld func(*testing.T, uint64) *world, seed uint64) *world {
	t.Helper()
	dsn := freshSchema(t)
	w := newWorld(t, seed)
	w.dsn = dsn
	w.writeSecret(t, "dsn", dsn)
	w.editConfig(t, func(config string) string { return config + "database: {dsn: file:secrets/dsn}\n" })
	return w
}

func (w *world) writeSecret(t *testing.T, name, secret string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "secrets", name), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) editConfig(t *testing.T, edit func(string) string) {
	t.Helper()
	file := filepath.Join(w.dir, configs.FileName)
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(edit(string(config))), 0o644); err != nil {
		t.Fatal(err)
	}
}

// letTimePass does what a minute does to what a killed process has left: its leases
// end, and the time of deferred notices comes. No process may run meanwhile.
func (w *world) letTimePass(t *testing.T) {
	t.Helper()
	w.exec(t, "UPDATE deliveries SET lease_until = 1 WHERE state = 'due' AND lease_until > 0")
	w.exec(t, "UPDATE notices SET wait_until = 1 WHERE wait_until > 0")
}

func (w *world) exec(t *testing.T, statement string) {
	t.Helper()
	var db *sql.DB
	if w.dsn == "" {
		file := filepath.Join(w.dir, "regwatch.db")
		if _, err := os.Stat(file); err != nil {
			return // every process so far was killed before it made the database
		}
		var err error
		if db, err = sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)"); err != nil {
			t.Fatal(err)
		}
	} else {
		config, err := pgx.ParseConfig(w.dsn)
		if err != nil {
			t.Fatal(err)
		}
		db = stdlib.OpenDB(*config)
	}
	defer db.Close()
	_, err := db.ExecContext(t.Context(), statement)
	// A process that was killed while it made the schema has left some tables and columns out.
	early := func(message string) bool { return strings.Contains(err.Error(), message) }
	if err != nil && !early("no such table") && !early("no such column") && !early("does not exist") {
		t.Fatal(err)
	}
}

const (
	hookKey     = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	hookChannel = `channels:
  hook: {kind: webhook, url: file:secrets/hook-url, secret: file:secrets/hook-key}
`
	recipientsForStream = `recipients:
  desk: {send: [slack], burst: {over: 1000, within: 1m}}
  program: {send: [hook], burst: {over: 1000, within: 1m}}
  reader: {send: ["mail:compliance@example.com"], burst: {over: 3, within: 1m}}
routes:
  default: [desk, program, reader]
`
)

// buildRegwatch builds the program as a user does.
func buildRegwatch(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "regwatch")
	cmd := exec.Command("go", "build", "-o", bin, "regwatch/cmd/regwatch")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// A process is a running regwatch.
type process struct {
	cmd *exec.Cmd
	out *logbuffer.Buffer
}

func start(t *testing.T, bin, dir string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(bin, "-C", dir, "run"), out: &logbuffer.Buffer{}}
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	_ = p.cmd.Wait()
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	p.out.WaitFor(t, "Stop it with Ctrl-C") // before that it need not stop in order
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("regwatch did not stop in order: %v\n%s", err, tail(p.out.String()))
		}
	case <-time.After(30 * time.Second):
		p.kill()
		t.Errorf("regwatch did not stop within 30 s\n%s", tail(p.out.String()))
	}
}

// tail returns the last lines of an output.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// freshSchema makes a schema in the PostgreSQL for tests and returns its DSN. It
// skips the test if there is none.
func freshSchema(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("REGWATCH_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("REGWATCH_TEST_POSTGRES is not set, so there is no PostgreSQL to test on; .ci/postgres.sh starts one")
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("w%d", time.Now().UnixNano())
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := conn.Exec(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
		_ = conn.Close(context.Background())
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
