package cli

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/logbuffer"
	"regwatch/internal/samplesite"
)

// A faulty change is rejected with its place and the old rule stays; a good change is used.
func TestRulesChangeWhileRunning(t *testing.T) {
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

	var out, errs logbuffer.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	opened, err := app.Open(ctx, dir, slog.New(slog.NewTextHandler(&errs, nil)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := opened.NewEngine(ctx, &out)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, app.RunOptions{Stderr: &errs}) }()

	errs.WaitFor(t, "source=blocktide")
	write("rules/mine.yaml", strings.Replace(rule("Nepal"), "severity: low", "severity: lwo", 1))
	errs.WaitFor(t, `mine.yaml:5:11: severity "lwo" is unknown; use low, medium, high or critical`)
	errs.WaitFor(t, "change rejected: still using the previous rules, sources and configuration")
	if got := a.Folder().Rules.Rules()[0].Severity; got != "low" {
		t.Errorf("severity in force %q, want that of the rule that worked", got)
	}
	write("rules/mine.yaml", rule("Nepal"))
	errs.WaitFor(t, "configuration, rules and sources reloaded")
	if got := len(a.Folder().Rules.Rules()); got != 1 {
		t.Errorf("%d rules in force", got)
	}
	write("regwatch.yaml", "zone: Asia/Hong_Kong\n")
	errs.WaitFor(t, "recipients=1")
	for a.Zone().String() != "Asia/Hong_Kong" {
		time.Sleep(10 * time.Millisecond)
	}

	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
