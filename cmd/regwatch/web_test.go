package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
	"regwatch/notifier/render"
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
func (d *desk) pages(t *testing.T) (*app, string) {
	t.Helper()
	a, err := openApp(t.Context(), d.dir, slog.New(slog.DiscardHandler), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.pages())
	t.Cleanup(func() {
		server.Close()
		_ = a.close()
	})
	return a, server.URL
}

// tells publishes an article, scans, and returns how many mails came of it and why
// the newest notice was held.
func (d *desk) tells(t *testing.T, a *app, mail *smtpfake.Server) (mails int, held string) {
	t.Helper()
	before := len(mail.Messages())
	d.site.Publish(1)
	if out, code := d.regwatch(t, "scan"); code != 0 {
		t.Fatalf("scan: exit code %d\n%s", code, out)
	}
	notices, err := a.store.Notices(t.Context(), time.Time{}, 1)
	if err != nil || len(notices) != 1 {
		t.Fatalf("notices %v, %v", notices, err)
	}
	return len(mail.Messages()) - before, render.Reasons(notices[0].HeldReasons, "en")
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
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "reader has left default/reader") {
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
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "has left") {
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
	if out, code := d.regwatch(t, "subscriptions", "leave", "default/reader", "mail:reader@example.com", "--by", "ada"); code != exitFailed || !strings.Contains(out, "--force") {
		t.Errorf("leaving without --force: exit code %d\n%s", code, out)
	}
	if out, code := d.regwatch(t, "subscriptions", "leave", "default/reader", "mail:reader@example.com", "--by", "ada", "--force"); code != 0 {
		t.Errorf("leaving with --force: exit code %d\n%s", code, out)
	}
	if mails, held := d.tells(t, a, mail); mails != 0 || !strings.Contains(held, "has left") {
		t.Errorf("let go by an admin: %d mails, held %q", mails, held)
	}
}

func TestAnEventIsTakenFromAMail(t *testing.T) {
	d, mail := pagesDesk(t)
	a, pages := d.pages(t)
	d.tells(t, a, mail)
	text := mail.Messages()[0].Text
	at := strings.Index(text, "http://127.0.0.1:8480/rw/e/")
	if at < 0 {
		t.Fatalf("the mail has no link to take the event:\n%s", text)
	}
	path := strings.TrimPrefix(strings.Fields(text[at:])[0], "http://127.0.0.1:8480/rw")
	answer, err := http.PostForm(pages+path, url.Values{"do": {"take"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	events, err := a.store.EventsBetween(t.Context(), time.Unix(0, 0), time.Now().Add(time.Hour))
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	event, err := a.store.FindEvent(t.Context(), events[0].ID)
	if err != nil || len(event.Takes) != 1 || event.Takes[0].By != "reader@example.com" {
		t.Errorf("taken by %v, %v; want the reader", event.Takes, err)
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
	links, err := a.links(t.Context())
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
	want := "regwatch: web.listen: another program listens at " + taken.Addr().String() + " already; stop it, or name another port\n"
	if code != exitFailed || !strings.HasSuffix(out, want) {
		t.Errorf("exit code %d\n%s\nwant %s", code, out, want)
	}
}
