package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// The tests here judge a real regwatch process from outside: what the sample
// site published is compared with what the Slack stand-in, the mail server and the
// receiver of webhooks got, and our own database is never asked.

// A world is a site that publishes, receivers, and a folder for regwatch. On
// Slack and by webhook each story is told by itself; by mail more than three
// within a minute are told together, so that what waits is judged too.
type world struct {
	site  *samplesite.Site
	slack *slackfake.Server
	mail  *smtpfake.Server
	hook  *hookfake
	dir   string
}

// A hookfake takes webhooks.
type hookfake struct {
	server *httptest.Server

	mu     sync.Mutex
	bodies []hooked
}

type hooked struct{ id, body string }

func newHook(t *testing.T) *hookfake {
	h := &hookfake{}
	h.server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender was killed within it
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, hooked{r.Header.Get("Webhook-Id"), string(body)})
	}))
	t.Cleanup(h.server.Close)
	return h
}

// all are the webhooks that came; none where the world has no receiver.
func (h *hookfake) all() []hooked {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{site: samplesite.NewStream(samplesite.StreamOptions{Seed: seed, Window: 200, Noise: -1}), dir: t.TempDir()}
	server := httptest.NewUnstartedServer(w.site)
	server.Config.ErrorLog = nil
	server.Start()
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
	w.hook = newHook(t)
	st := &stage{site: w.site, web: &http.Server{}, url: server.URL, slack: w.slack, mail: w.mail}
	if err := os.MkdirAll(filepath.Join(w.dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeDemo(w.dir, st, time.Second); err != nil {
		t.Fatal(err)
	}
	// One rule that finds every story: what is judged here is whether a finding
	// arrives, and not what the shipped rules find.
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
	for name, secret := range map[string]string{"hook-url": w.hook.server.URL + "/in", "hook-key": hookKey} {
		if err := os.WriteFile(filepath.Join(w.dir, "secrets", name), []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(w.dir, configs.FileName)
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(config), "recipients:\n")
	if !ok {
		t.Fatal("the demo's configuration names no recipients")
	}
	head = strings.Replace(head, "channels:\n", hookChannel, 1)
	if err := os.WriteFile(file, []byte(head+recipientsForStream), 0o644); err != nil {
		t.Fatal(err)
	}
	return w
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

// buildRegwatch builds the program once, the way a user does.
func buildRegwatch(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "regwatch")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// A process is a running regwatch.
type process struct {
	cmd *exec.Cmd
	out *recorder
}

func start(t *testing.T, bin, dir string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(bin, "-C", dir, "run"), out: &recorder{}}
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
	p.out.waitFor(t, "Stop it with Ctrl-C") // before that it may be stopped in any way
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

func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

var token = regexp.MustCompile(`REF-\d+`)

// A verdict is what became of the stories that were published.
type verdict struct{ stories, lost, doubled int }

func (v verdict) String() string {
	return fmt.Sprintf("%d stories to tell: %d lost, %d told twice", v.stories, v.lost, v.doubled)
}

// judge counts how often each story was told among texts, each a message about
// one story. A follow-up is no second telling; the same one twice is.
func judge(published []samplesite.Item, texts []string) (verdict, []string) {
	told := make(map[string]int)     // by story
	followed := make(map[string]int) // by story and news
	follows := make(map[string]int)  // by story
	for _, text := range texts {
		ref := token.FindString(text)
		if news := update.FindString(text); news != "" {
			followed[ref+" "+news]++
			follows[ref]++
		} else {
			told[ref]++
		}
	}
	var v verdict
	var details []string
	judged := make(map[string]bool)
	for _, item := range published {
		ref := token.FindString(item.Title)
		if judged[ref] {
			continue
		}
		judged[ref] = true
		v.stories++
		switch n := told[ref]; {
		case n == 0:
			v.lost++
			details = append(details, fmt.Sprintf("lost: %s: %s (and %d follow-ups told)", item.FeedID, item.Title, follows[ref]))
		case n > 1:
			v.doubled++
			details = append(details, fmt.Sprintf("told %d times: %s", n, item.Title))
		}
	}
	for news, n := range followed {
		if n > 1 {
			v.doubled++
			details = append(details, fmt.Sprintf("told %d times: %s", n, news))
		}
	}
	return v, details
}

// update is the line by which a follow-up begins, with its news.
var update = regexp.MustCompile(`UPDATE: [^\n]+`)

func (w *world) slackTexts() []string {
	var texts []string
	for _, m := range w.slack.Messages() {
		texts = append(texts, m.Text)
	}
	return texts
}

// mailTexts are the mails, and of a summary each of the stories in it.
func (w *world) mailTexts() []string {
	var texts []string
	for _, m := range w.mail.Messages() {
		if !strings.Contains(m.Subject, "alerts that waited") {
			texts = append(texts, m.Subject+"\n"+m.Text)
			continue
		}
		_, list, _ := strings.Cut(m.Text, "\n* ")
		texts = append(texts, strings.Split(list, "\n* ")...)
	}
	return texts
}

// hookTexts are the webhooks that a receiver keeps who knows each by its id, and
// how many came besides.
func (w *world) hookTexts() (texts []string, again int) {
	if w.hook == nil {
		return nil, 0 // this world has no webhooks
	}
	met := make(map[string]bool)
	for _, h := range w.hook.all() {
		if met[h.id] {
			again++
			continue
		}
		met[h.id] = true
		var m struct {
			Type string
			Data struct {
				Alert struct {
					Title  string
					WhyNow string `json:"why_now"`
				}
			}
		}
		if json.Unmarshal([]byte(h.body), &m) != nil {
			continue // cut off as the sender was killed
		}
		switch m.Type {
		case "event.alert":
			texts = append(texts, m.Data.Alert.Title)
		case "event.update":
			texts = append(texts, m.Data.Alert.Title+"\nUPDATE: "+m.Data.Alert.WhyNow)
		}
	}
	return texts, again
}

// settle waits until all receivers have every story, or until nothing has
// arrived for longer than a lease lasts and the wait of a burst.
func (w *world) settle(ctx context.Context, t *testing.T) {
	t.Helper()
	const quiet = 150 * time.Second // a delivery that was cut off is leased for 45 s, and a burst waits for 60
	last, since := -1, time.Now()
	for ctx.Err() == nil {
		onSlack, _ := judge(w.site.Published(), w.slackTexts())
		byMail, _ := judge(w.site.Published(), w.mailTexts())
		hooks, _ := w.hookTexts()
		byHook, _ := judge(w.site.Published(), hooks)
		if onSlack.lost == 0 && byMail.lost == 0 && (byHook.lost == 0 || w.hook == nil) {
			return
		}
		if n := len(w.slack.Messages()) + len(w.mail.Messages()) + len(w.hook.all()); n != last {
			last, since = n, time.Now()
		}
		if time.Since(since) > quiet {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// TestKill kills regwatch at random moments of scanning and delivering and asks
// what was lost and what came twice. REGWATCH_SOAK_ROUNDS says how often; 50 if
// it is not set.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a process 50 times over a minute or two; not with -short")
	}
	rounds := 50
	if s := os.Getenv("REGWATCH_SOAK_ROUNDS"); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil {
			t.Fatalf("REGWATCH_SOAK_ROUNDS=%q; want a number", s)
		}
	}
	bin := buildRegwatch(t)
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("REGWATCH_SOAK_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("REGWATCH_SOAK_SEED=%q; want a number", s)
		}
	}
	t.Logf("REGWATCH_SOAK_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(t, seed)
	for range rounds {
		p := start(t, bin, w.dir)
		w.site.Publish(1 + chance.IntN(2))
		time.Sleep(time.Duration(50+chance.IntN(1500)) * time.Millisecond)
		p.kill()
		if p.cmd.ProcessState.Exited() {
			t.Fatalf("regwatch ended by itself:\n%s", tail(p.out.String()))
		}
	}
	p := start(t, bin, w.dir)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
	defer cancel()
	w.settle(ctx, t)
	p.stop(t)

	onSlack, slackDetails := judge(w.site.Published(), w.slackTexts())
	byMail, mailDetails := judge(w.site.Published(), w.mailTexts())
	hooks, again := w.hookTexts()
	byHook, hookDetails := judge(w.site.Published(), hooks)
	together := 0
	for _, m := range w.mail.Messages() {
		if strings.Contains(m.Subject, "alerts that waited") {
			together++
		}
	}
	t.Logf("%d rounds; Slack: %s; mail: %s, in %d mails of which %d are summaries; webhook: %s, and %d came again under the same id",
		rounds, onSlack, byMail, len(w.mail.Messages()), together, byHook, again)
	if onSlack.stories == 0 {
		t.Fatal("nothing was published")
	}
	if onSlack.lost > 0 || onSlack.doubled > 0 {
		t.Errorf("Slack can be asked, so nothing may be lost or doubled:\n%s", strings.Join(slackDetails, "\n"))
	}
	if byMail.lost > 0 {
		t.Errorf("nothing may be lost by mail:\n%s", strings.Join(mailDetails, "\n"))
	}
	if byHook.lost > 0 || byHook.doubled > 0 {
		t.Errorf("a receiver that knows webhooks by their id loses nothing and has nothing twice:\n%s", strings.Join(hookDetails, "\n"))
	}
	if together == 0 {
		t.Error("no mail was a summary, so what waits was not judged")
	}
	if t.Failed() {
		t.Logf("last output:\n%s", tail(p.out.String()))
	}
}

// TestTwoProcessesOnOneDatabase runs two regwatch side by side, one of which is
// stopped and started again: one event a story, one message a notice.
func TestTwoProcessesOnOneDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("runs two processes for some seconds; not with -short")
	}
	bin := buildRegwatch(t)
	t.Run("SQLite", func(t *testing.T) { twoProcesses(t, bin, newWorld(t, 42)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Setenv("REGWATCH_TEST_DSN", freshSchema(t))
		w := newWorld(t, 42)
		config, err := os.ReadFile(filepath.Join(w.dir, configs.FileName))
		if err != nil {
			t.Fatal(err)
		}
		config = append(config, "database: {dsn: env:REGWATCH_TEST_DSN}\n"...)
		if err := os.WriteFile(filepath.Join(w.dir, configs.FileName), config, 0o644); err != nil {
			t.Fatal(err)
		}
		twoProcesses(t, bin, w)
		if _, err := os.Stat(filepath.Join(w.dir, "regwatch.db")); err == nil {
			t.Error("a SQLite file was made beside the PostgreSQL database")
		}
	})
}

func twoProcesses(t *testing.T, bin string, w *world) {
	one, two := start(t, bin, w.dir), start(t, bin, w.dir)
	for i := range 8 {
		w.site.Publish(2)
		time.Sleep(400 * time.Millisecond)
		if i == 3 {
			// Between two messages, so that what is judged is how they share
			// the work; TestKill kills at any moment.
			one.stop(t)
			one = start(t, bin, w.dir)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w.settle(ctx, t)
	time.Sleep(2 * time.Second) // for a second message that should not come
	one.stop(t)
	two.stop(t)
	hooks, _ := w.hookTexts()
	for name, texts := range map[string][]string{"Slack": w.slackTexts(), "mail": w.mailTexts(), "webhook": hooks} {
		v, details := judge(w.site.Published(), texts)
		t.Logf("%s: %s", name, v)
		if v.stories == 0 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s\n%s\n%s\n%s", name, v, strings.Join(details, "\n"), tail(one.out.String()), tail(two.out.String()))
		}
	}
}

// freshSchema makes a schema of its own in the PostgreSQL for tests and returns
// the address of it.
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
