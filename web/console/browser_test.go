package console

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// browse runs a scenario of browser/scenarios.mjs against a console. When the scenario says
// "next", it calls next.
func (d *desk) browse(t *testing.T, scenario string, next func(), paths ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"run.mjs", scenario, d.server.URL}, paths...)...)
	cmd.Dir = "browser"
	out, err := cmd.StdoutPipe()
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
	d.browse(t, "pages", nil, "/inbox", "/inbox?severity=critical", "/inbox?peek="+e.ID, "/settings")
}

func TestPeopleUseTheInbox(t *testing.T) {
	needBrowser(t)
	d := newDesk(t)
	for _, scenario := range []string{"filter", "assign", "keyboard", "noScripts"} {
		t.Run(scenario, func(t *testing.T) { d.browse(t, scenario, nil) })
	}
}

func TestNewsAppearWhileThePageIsOpen(t *testing.T) {
	needBrowser(t)
	d := newDeskHolding(t, 3)
	d.browse(t, "news", func() {
		d.site.Publish(20)
		if _, err := d.engine.Scan(t.Context(), app.ScanOptions{}); err != nil {
			t.Error(err)
		}
	})
}
