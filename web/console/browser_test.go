package console

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regwatch/app"
)

// needBrowser skips a test on a machine without a browser for tests.
func needBrowser(t *testing.T) {
	t.Helper()
	if os.Getenv("REGWATCH_TEST_BROWSER") == "" {
		t.Skip("REGWATCH_TEST_BROWSER does not name a Chromium; .ci/browser.sh installs one and prints its path")
	}
	if _, err := os.Stat(filepath.Join("browser", "node_modules", "playwright-core")); err != nil {
		t.Skip("browser/node_modules has no playwright-core; run .ci/browser.sh")
	}
}

// browse runs a scenario of browser/scenarios.mjs against a console at an address. When the
// scenario says "next", it calls next, and answers with a line.
func browse(t *testing.T, address, scenario string, next func(), paths ...string) {
	t.Helper()
	needBrowser(t)
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"run.mjs", scenario, address}, paths...)...)
	cmd.Dir = "browser"
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var faults strings.Builder
	cmd.Stderr = &faults
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "next" && next != nil {
			next()
			fmt.Fprintln(answers, "done")
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", scenario, err, faults.String())
	}
}

func TestPagesAreAccessible(t *testing.T) {
	needBrowser(t)
	d := newDesk(t)
	e := d.event(t, licence)
	_, list, _ := strings.Cut(d.get(t, "/sent").Body, `id="e-`)
	message, _, _ := strings.Cut(list, `"`)
	event, rule := "/events/"+e.ID, "/rules/crypto-ban"
	browse(t, d.server.URL, "pages", nil, "/inbox", "/inbox?severity=critical", "/inbox?peek="+e.ID,
		event, event+"/grouping", event+"/exception", event+"/evidence", "/articles/"+e.Articles[0].ArticleID,
		rule, rule+"?view=form", rule+"/history", rule+"/proposals", rule+"/term?text=kiosk&kind=include", "/rules", "/rules/new", "/rules/updates", "/lists/vocabulary/crypto.yaml",
		"/calendar", "/calendar?view=month", "/calendar/subscribe",
		"/sources", "/sources/"+d.engine.Folder().Sources[0].ID, "/sources/new",
		"/sent", "/sent/"+message, "/sent/digests", "/sent/subscriptions", "/sent/mutes",
		"/audit", "/status", "/keys", "/settings", "/nothing-here")
}

func TestChangesOfAnArticleAreAccessible(t *testing.T) {
	needBrowser(t)
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem)
	edited := consultationItem
	edited.text = strings.Replace(consultationItem.text, "31 December", "28 February", 1)
	d.publish(t, "ledger", edited)
	event := "/events/" + d.event(t, "Harbour")
	changes := regexp.MustCompile(`/events/-/articles/[0-9A-Z]+/changes`).FindString(d.page(t, event))
	browse(t, serve(t, as(d.console, "mei")), "pages", nil, event, changes)
}

func TestPeopleUseTheInbox(t *testing.T) {
	needBrowser(t)
	d := newDesk(t)
	for _, scenario := range []string{"filter", "assign", "keyboard", "noScripts"} {
		t.Run(scenario, func(t *testing.T) { browse(t, d.server.URL, scenario, nil) })
	}
}

func TestNewsAppearWhileThePageIsOpen(t *testing.T) {
	needBrowser(t)
	d := newDeskHolding(t, 3)
	browse(t, d.server.URL, "news", func() {
		d.site.Publish(20)
		if _, err := d.engine.Scan(t.Context(), app.ScanOptions{}); err != nil {
			t.Error(err)
		}
	})
}
