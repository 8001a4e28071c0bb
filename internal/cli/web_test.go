package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
	"regwatch/web"
)

const pagesConfig = `
channels:
  mail: {kind: email, host: HOST, port: PORT, tls: none, username: regwatch, password: "file:password", from: r@example.com}
recipients:
  reader: {send: ["mail:reader@example.com"]}
routes:
  default: [{recipient: reader, mandatory: MANDATORY}]
web: {listen: "127.0.0.1:8480", public: "http://127.0.0.1:8480/rw"}
`

// pagesDesk is a folder that tells one reader by mail, and has pages.
func pagesDesk(t *testing.T) (*desk, *smtpfake.Server) {
	t.Helper()
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "right-password"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Close() })
	slack, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slack.Close() })
	d := newDesk(t, slack.APIURL(), mail.Addr())
	d.configure(t, mail, "false")
	return d, mail
}

func (d *desk) configure(t *testing.T, mail *smtpfake.Server, mandatory string) {
	t.Helper()
	host, port, err := net.SplitHostPort(mail.Addr())
	if err != nil {
		t.Fatal(err)
	}
	d.write(t, configs.FileName, strings.NewReplacer("HOST", host, "PORT", port, "MANDATORY", mandatory).Replace(pagesConfig))
}

// pages serves the pages of a folder as a program of its own would, and returns
// where.
func (d *desk) pages(t *testing.T) (*app.Engine, string) {
	t.Helper()
	opened, err := app.Open(t.Context(), d.dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	a, err := opened.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.New(a, web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	t.Cleanup(func() {
		server.Close()
		_ = a.Close()
	})
	return a, server.URL
}

// tells publishes an article, scans, and returns how many mails came of it and why a
// notice was held.
func (d *desk) tells(t *testing.T, a *app.Engine, mail *smtpfake.Server) (mails int, held string) {
	t.Helper()
	before, start := len(mail.Messages()), time.Now()
	d.site.Publish(1)
	if out, code := d.regwatch(t, "scan"); code != 0 {
		t.Fatalf("scan: exit code %d\n%s", code, out)
	}
	notices, err := a.HeldNotices(t.Context(), app.NoticeFilter{Since: start})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		held = n.Why
	}
	return len(mail.Messages()) - before, held
}

// A mail carries the way out; one press leaves, however the configuration is
// loaded again; and another returns. The program that scans and the one that
// serves pages are two on one database.
func TestAReaderLeavesByMailAndReturns(t *testing.T) {
	d, mail := pagesDesk(t)
	a, pages := d.pages(t)
	if mails, held := d.tells(t, a, mail); mails != 1 || held != "" {
		t.Fatalf("%d mails, held %q; want one", mails, held)
	}
	m := mail.Messages()[0]
	if got := m.Header.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post: %q", got)
	}
	link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
	path, ours := strings.CutPrefix(link, "http://127.0.0.1:8480/rw")
	if !ours || !strings.Contains(strings.ReplaceAll(m.Text, "\n", " "), link) || !strings.Contains(m.HTML, link) {
		t.Fatalf("List-Unsubscribe %q; want a link of ours that the mail names too:\n%s", link, m.Text)
	}
	post := func(form url.Values) string {
		t.Helper()
		answer, err := http.PostForm(pages+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("answers %d:\n%s", answer.StatusCode, text)
		}
		return string(text)
	}
	post(url.Values{"List-Unsubscribe": {"One-Click"}})
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "reader is unsubscribed from default/reader") {
		t.Errorf("after leaving %d mails, held %q; want it held because the reader has left", mails, held)
	}
	// The subscription goes and comes back; who has left stays away.
	d.write(t, configs.FileName, "recipients: {other: {send: [terminal]}}\nroutes: {default: [other]}\n")
	if out, code := d.regwatch(t, "scan"); code != 0 {
		t.Fatalf("scan: exit code %d\n%s", code, out)
	}
	if out, _ := d.regwatch(t, "subscriptions"); !strings.Contains(out, "no longer configured") {
		t.Errorf("what was left and is gone is not listed:\n%s", out)
	}
	d.configure(t, mail, "false")
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "is unsubscribed from") {
		t.Errorf("after the configuration was loaded again %d mails, held %q", mails, held)
	}
	post(url.Values{"do": {"return"}, "what": {"default/reader"}})
	if mails, held := d.tells(t, a, mail); mails != 1 || held != "" {
		t.Errorf("after returning %d mails, held %q; want one", mails, held)
	}
}

func TestWhatIsMandatoryIsAskedFor(t *testing.T) {
	d, mail := pagesDesk(t)
	d.configure(t, mail, "true")
	a, pages := d.pages(t)
	d.tells(t, a, mail)
	m := mail.Messages()[0]
	if got := m.Header.Get("List-Unsubscribe-Post"); got != "" {
		t.Errorf("List-Unsubscribe-Post: %q; a program would take it for done", got)
	}
	path := strings.TrimPrefix(strings.Trim(m.Header.Get("List-Unsubscribe"), "<>"), "http://127.0.0.1:8480/rw")
	answer, err := http.PostForm(pages+path, url.Values{"do": {"leave"}, "what": {"default/reader"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if mails, held := d.tells(t, a, mail); mails != 2 || held != "" {
		t.Errorf("%d mails, held %q; want the alert, and that somebody asks to leave", mails, held)
	}
	if out, code := d.regwatch(t, "subscriptions", "unsubscribe", "default/reader", "mail:reader@example.com", "--by", "ada"); code != exitFailed || !strings.Contains(out, "--force") {
		t.Errorf("leaving without --force: exit code %d\n%s", code, out)
	}
	if out, code := d.regwatch(t, "subscriptions", "unsubscribe", "default/reader", "mail:reader@example.com", "--by", "ada", "--force"); code != 0 {
		t.Errorf("leaving with --force: exit code %d\n%s", code, out)
	}
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "is unsubscribed from") {
		t.Errorf("let go by an admin: %d mails, held %q", mails, held)
	}
}

// The pages behind the buttons of a mail do what the buttons on Slack do, in the name
// of the address; to look at them does nothing.
func TestReaderActsOnAnEventFromAMail(t *testing.T) {
	d, mail := pagesDesk(t)
	a, pages := d.pages(t)
	d.tells(t, a, mail)
	text := mail.Messages()[0].Text
	link := func(purpose string) string {
		t.Helper()
		at := strings.Index(text, "http://127.0.0.1:8480/rw/"+purpose+"/")
		if at < 0 {
			t.Fatalf("the mail has no link for %s:\n%s", purpose, text)
		}
		return pages + strings.TrimPrefix(strings.Fields(text[at:])[0], "http://127.0.0.1:8480/rw")
	}
	ask := func(method, address, do string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(url.Values{"do": {do}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		shown, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s %s answers %d, %v:\n%s", method, address, answer.StatusCode, err, shown)
		}
		return string(shown)
	}
	var events []struct{ ID string }
	if err := json.Unmarshal([]byte(d.mustRun(t, "events", "--json")), &events); err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	id := events[0].ID
	said := func() string {
		t.Helper()
		status, err := a.EventStatus(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, take := range status.Assignments {
			all = append(all, "assigned "+take.By)
		}
		for _, m := range status.Feedback {
			all = append(all, fmt.Sprintf("relevant %v %s", m.Relevant, m.By))
		}
		if status.Mute != nil {
			all = append(all, "muted "+status.Mute.By)
		}
		return strings.Join(all, ", ")
	}
	for _, step := range []struct{ purpose, do, want, undo string }{
		{"e", "take", "assigned reader@example.com", "untake"},
		{"e/dismiss", "dismiss", "relevant false reader@example.com", "undismiss"},
		{"e/mute", "mute", "muted reader@example.com", "unmute"},
	} {
		ask(http.MethodGet, link(step.purpose)+"?do="+step.do, "")
		ask(http.MethodHead, link(step.purpose), "")
		if got := said(); got != "" {
			t.Errorf("looking at the page of %s did something: %s", step.do, got)
		}
		for range 2 {
			ask(http.MethodPost, link(step.purpose), step.do)
		}
		if got := said(); got != step.want {
			t.Errorf("after %s: %q, want %q", step.do, got, step.want)
		}
		for range 2 { // what is undone already stays undone
			ask(http.MethodPost, link(step.purpose), step.undo)
		}
		if got := said(); got != "" {
			t.Errorf("after %s: %q, want nothing", step.undo, got)
		}
	}
	var audit []app.AuditEntry
	if err := json.Unmarshal([]byte(d.mustRun(t, "audit", "--json", "--limit", "1000")), &audit); err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range audit {
		if e.Actor == "reader@example.com" {
			acts = append(acts, e.Action)
		}
	}
	want := "mute.ended mute.set event.unmarked event.marked event.untaken event.taken"
	if got := strings.Join(acts, " "); got != want {
		t.Errorf("audit of the reader's acts, newest first: %s, want %s", got, want)
	}
}

func TestReadinessAndFeedOfARunningFolder(t *testing.T) {
	d, mail := pagesDesk(t)
	a, pages := d.pages(t)
	d.tells(t, a, mail)
	get := func(path string) (int, string) {
		t.Helper()
		answer, err := http.Get(pages + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(text)
	}
	code, text := get("/readyz")
	var ready struct {
		Ready        bool
		LastGoodScan time.Time `json:"last_good_scan"`
	}
	if err := json.Unmarshal([]byte(text), &ready); err != nil || code != http.StatusOK || !ready.Ready || time.Since(ready.LastGoodScan) > time.Hour {
		t.Errorf("/readyz answers %d, %v:\n%s", code, err, text)
	}
	if _, text := get("/metrics"); !strings.Contains(text, `regwatch_notices_total{held="false",kind="alert"} 1`) {
		t.Errorf("/metrics lacks the alert:\n%s", text)
	}
	links, err := a.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(links.Feed("default"), links.Base)
	if code, text := get(path); code != http.StatusOK || !strings.Contains(text, "urn:regwatch:event:") {
		t.Errorf("the feed answers %d:\n%s", code, text)
	}
	if out, code := d.regwatch(t, "subscriptions", "revoke-links", "--by", "ada"); code != 0 {
		t.Errorf("revoke-links: exit code %d\n%s", code, out)
	}
	if code, _ := get(path); code != http.StatusNotFound {
		t.Errorf("after the links were revoked the feed answers %d", code)
	}
}

func TestAPortInUseIsOneSentence(t *testing.T) {
	d, mail := pagesDesk(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	d.configure(t, mail, "false")
	host, port, _ := net.SplitHostPort(mail.Addr())
	text := strings.NewReplacer("HOST", host, "PORT", port, "MANDATORY", "false", "127.0.0.1:8480\"", taken.Addr().String()+`"`).Replace(pagesConfig)
	d.write(t, configs.FileName, text)
	out, code := d.regwatch(t, "run")
	want := "regwatch: web.listen: another program already listens at " + taken.Addr().String() + "; stop it, or use another port\n"
	if code != exitFailed || !strings.HasSuffix(out, want) {
		t.Errorf("exit code %d\n%s\nwant %s", code, out, want)
	}
}

// The API stands beside the console, and asks for a token also where the console needs no login.
func TestAPIAsksForATokenOnThisMachineToo(t *testing.T) {
	d, _ := pagesDesk(t)
	a, pages := d.pages(t)
	if _, err := a.AddUser(t.Context(), "mei", app.RoleReader, "correct horse battery staple", "test"); err != nil {
		t.Fatal(err)
	}
	created, code := d.regwatch(t, "token", "create", "test", "--user", "mei", "--json")
	if code != 0 {
		t.Fatal(created)
	}
	var token struct{ Token string }
	if err := json.Unmarshal([]byte(created), &token); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		header, value string
		want          int
		kind          string
	}{
		"without a token": {"Accept", "*/*", http.StatusUnauthorized, "application/problem+json; charset=utf-8"},
		"with a cookie":   {"Cookie", "regwatch=" + token.Token, http.StatusUnauthorized, "application/problem+json; charset=utf-8"},
		"with a token":    {"Authorization", "Bearer " + token.Token, http.StatusOK, "application/json; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, pages+"/api/v1/events", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(tt.header, tt.value)
			got, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			if got.StatusCode != tt.want || got.Header.Get("Content-Type") != tt.kind || len(got.Cookies()) > 0 {
				t.Errorf("the answer is %d %s with the cookies %v, want %d %s and none", got.StatusCode, got.Header.Get("Content-Type"), got.Cookies(), tt.want, tt.kind)
			}
		})
	}
}
