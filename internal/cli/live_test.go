package cli

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/samplesite"
)

// A recorder is output that several goroutines write and a test reads.
type recorder struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(p)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.String()
}

// waitFor waits until the output says something. The bound is for a machine that
// is busy with other tests; how long it took is logged.
func (r *recorder) waitFor(t *testing.T, what string) {
	t.Helper()
	started := time.Now()
	for !strings.Contains(r.String(), what) {
		if time.Since(started) > 20*time.Second {
			t.Fatalf("waited 20 s for %q; the output is:\n%s", what, r.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("%q after %s", what, time.Since(started).Round(10*time.Millisecond))
}

// TestRulesAreTakenUpWhileRunning edits a rule under a running program: a mistake
// is refused with its place and the old rule stays, a good change is used.
func TestRulesAreTakenUpWhileRunning(t *testing.T) {
	site, err := samplesite.New(samplesite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	shipped, err := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range shipped {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rule := func(word string) string {
		return "id: mine\ntitle: Mine\nwhy: Because.\nstatus: active\nseverity: low\nterms: {word: [" + word + "]}\nwhen: {terms: word, in: title}\nexamples: {match: [" + word + "]}\n"
	}
	write("sources/site.yaml", string(site.SourcesYAML(server.URL)))
	write("rules/mine.yaml", rule("nothingsaysthis"))

	var out, errs recorder
	ctx, cancel := context.WithCancel(t.Context())
	a, err := openApp(ctx, dir, slog.New(slog.NewTextHandler(&errs, nil)), &out)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.run(ctx, &shell{stdout: &out, stderr: &errs}, nil) }()

	errs.waitFor(t, "source=blocktide")
	write("rules/mine.yaml", strings.Replace(rule("Nepal"), "severity: low", "severity: lwo", 1))
	errs.waitFor(t, `mine.yaml:5:11: severity "lwo"; want low, medium, high or critical`)
	errs.waitFor(t, "that were in force stay")
	if got := a.live.get().Rules.Rules()[0].Severity; got != "low" {
		t.Errorf("severity in force %q, want that of the rule that worked", got)
	}
	write("rules/mine.yaml", rule("Nepal"))
	errs.waitFor(t, "rules and sources reloaded")
	if got := len(a.live.get().Rules.Rules()); got != 1 {
		t.Errorf("%d rules in force", got)
	}
	write("regwatch.yaml", "zone: UTC\n")
	errs.waitFor(t, "regwatch.yaml has changed and is read at the next start")

	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	if err := a.close(); err != nil {
		t.Error(err)
	}
}

// An edit made while the program starts is not lost on it.
func TestAnEditDuringTheStartIsTakenUp(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := readLive(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rules := len(l.get().Rules.Rules())
	if err := os.Remove(filepath.Join(dir, "rules", "crypto-ban.yaml")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var errs recorder
	l.watch(ctx, slog.New(slog.NewTextHandler(&errs, nil)), nil, func(*written) { cancel() }, func(p diag.Problems) { t.Error(p); cancel() })
	if got := len(l.get().Rules.Rules()); got != rules-1 {
		t.Errorf("%d rules in force, want %d; the log is:\n%s", got, rules-1, errs.String())
	}
}
