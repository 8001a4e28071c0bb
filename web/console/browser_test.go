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
	"time"

	"regwatch/app"
	"regwatch/internal/smtpfake"
)

// needBrowser skips a test on a machine without a browser for tests. It marks the test as
// parallel: each test with a browser has its own console and its own browser.
func needBrowser(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is slow under the race detector, which -short is for")
	}
	if os.Getenv("REGWATCH_TEST_BROWSER") == "" {
		t.Skip("REGWATCH_TEST_BROWSER does not name a Chromium; .ci/browser.sh installs one and prints its path")
	}
	if _, err := os.Stat(filepath.Join("browser", "node_modules", "playwright-core")); err != nil {
		t.Skip("browser/node_modules has no playwright-core; run .ci/browser.sh")
	}
	t.Parallel()
}

// browse runs a scenario of browser/scenarios.mjs against a console at an address, in a test that
// has called needBrowser. When the scenario says "next", it calls next, and answers with a line.
func browse(t *testing.T, address, scenario string, next func(), paths ...string) {
	t.Helper()
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
	browse(t, d.server.URL, "pages", nil, event+"/exception", event+"/evidence", "/inbox", "/inbox?severity=critical", "/inbox?peek="+e.ID,
		event, event+"/grouping", "/articles/"+e.Articles[0].ArticleID,
		rule, rule+"?view=form", rule+"/history", rule+"/proposals", rule+"/term?text=kiosk&kind=include", "/rules", "/rules/new", "/rules/updates", "/lists/vocabulary/crypto.yaml",
		"/calendar", "/calendar?view=month", "/calendar/subscribe",
		"/sources", "/sources/"+d.engine.Folder().Sources[0].ID, "/sources/new",
		"/sent", "/sent/"+message, "/sent/digests", "/sent/subscriptions", "/sent/mutes", "/mute?event="+e.ID, "/go?q=licence&event="+e.ID,
		"/inbox?assigned=nobody", "/audit", "/status", "/keys", "/settings", "/nothing-here")
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
	for _, scenario := range []string{"filter", "assign", "keyboard", "noScripts", "read", "mute", "palette", "words"} {
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

func TestPeopleChangeARule(t *testing.T) {
	for _, scenario := range []string{"rule", "form"} {
		t.Run(scenario, func(t *testing.T) {
			needBrowser(t)
			d := newRulesDesk(t)
			d.scan()
			browse(t, serve(t, as(d.console, "mei")), scenario, nil)
			if d.file() != coinRule {
				t.Errorf("at the end the file is\n%s", d.file())
			}
		})
	}
}

func TestPeopleCompleteWordsOfARule(t *testing.T) {
	needBrowser(t)
	d := newRulesDesk(t)
	d.scan()
	browse(t, serve(t, as(d.console, "mei")), "complete", nil)
}

func TestPeopleFindTheirDraftAgain(t *testing.T) {
	needBrowser(t)
	d := newRulesDesk(t)
	d.scan()
	browse(t, serve(t, as(d.console, "mei")), "draft", nil)
}

func TestTheEditorKeepsEveryByteOfARule(t *testing.T) {
	needBrowser(t)
	d := newRulesDesk(t)
	d.scan()
	text := "\ufeff" + strings.ReplaceAll(strings.TrimSuffix(coinRule, "\n"), "\n", "\r\n")
	text = strings.Replace(text, "# the title\r\n", "# the\ttitle\u3000\n", 1) // one line has another end
	d.write("rules/coin.yaml", text)
	browse(t, serve(t, as(d.console, "mei")), "bytes", nil)
	if want := strings.Replace(text, "Because of", "By reason of", 1); d.file() != want {
		t.Errorf("the file is\n%q\nwant\n%q", d.file(), want)
	}
}

func TestPeopleJoinTwoChangesOfARule(t *testing.T) {
	for _, scripts := range []string{"with scripts", "without"} {
		t.Run(scripts, func(t *testing.T) {
			needBrowser(t)
			d := newRulesDesk(t)
			d.scan()
			browse(t, serve(t, as(d.console, "mei")), "conflict", func() {
				d.write("rules/coin.yaml", d.file()+"# Changed by somebody else.\n")
			}, scripts)
		})
	}
}

func TestPeopleAddASource(t *testing.T) {
	needBrowser(t)
	d := newRecordsDesk(t)
	browse(t, serve(t, as(d.Console, "ana")), "source", nil, d.site+"/other.xml")
}

func TestPeopleUseTheCalendar(t *testing.T) {
	needBrowser(t)
	d := newRecordsDesk(t)
	d.scan(t)
	browse(t, serve(t, as(d.Console, "ana")), "calendar", nil)
}

func TestPeopleRetryADeadMessage(t *testing.T) {
	needBrowser(t)
	d := newRecordsDesk(t, smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "no such mailbox", Times: -1})
	d.scan(t)
	browse(t, serve(t, as(d.Console, "ana")), "retry", func() {
		d.mail.ClearFaults()
		if _, err := d.engine.Deliver(t.Context(), time.Minute); err != nil {
			t.Error(err)
		}
	})
	if n := len(d.mail.Messages()); n < 1 {
		t.Error("no mail arrived")
	}
}

func TestPeopleCorrectTheGrouping(t *testing.T) {
	needBrowser(t)
	d := newEventDesk(t)
	other := eventItem{"9", "Lantern stablecoin recalled after audit finds missing reserves", "https://ledger.example/9", paragraphsOf("Auditors found a hole in the reserves of a stablecoin.")}
	d.publish(t, "ledger", consultationItem, other)
	browse(t, serve(t, as(d.console, "mei")), "group", nil, d.event(t, "Lantern"), d.event(t, "Harbour"))
}
