package console

import (
	"database/sql"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/smtpfake"
)

const recordsRule = `id: stablecoins
title: Stablecoins
why: It matters.
status: active
severity: high
terms: {coin: [stablecoin, 穩定幣]}
when: {terms: coin, in: [title, lead]}
mention: {terms: coin, in: body}
examples: {match: [A stablecoin is issued], ignore: [A bond is issued]}
`

// recordsFeed has an article with a hostile title, one with a hostile link, and two with dates.
const recordsFeed = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>%[2]s</title><link>%[1]s/</link>
<item><title>Stablecoin licence &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; granted</title><link>%[1]s/a</link><guid>%[2]s-a</guid><pubDate>%[3]s</pubDate><description>The stablecoin licence takes effect on %[4]s. Holders may redeem at par.</description></item>
<item><title>Stablecoin consultation opens</title><link>javascript:alert(1)</link><guid>%[2]s-b</guid><pubDate>%[3]s</pubDate><description>Comments on the stablecoin rules are due by the deadline of %[4]s.</description></item>
<item><title>Weather</title><link>%[1]s/c</link><guid>%[2]s-c</guid><pubDate>%[3]s</pubDate><description>Rain.</description></item>
</channel></rss>`

// A recordsDesk is a console on a folder with one source, one rule, a mail server and a site.
type recordsDesk struct {
	*Console
	dir  string
	mail *smtpfake.Server
	site string
}

// newRecordsDesk opens a console. refuse are the recipients that the mail server refuses.
func newRecordsDesk(t *testing.T, faults ...smtpfake.Fault) recordsDesk {
	t.Helper()
	return newRecordsDeskWith(t, `{listen: "127.0.0.1:8480", public: "http://127.0.0.1:8480"}`, faults...)
}

// newRecordsDeskWith is a desk whose regwatch.yaml has some settings as web.
func newRecordsDeskWith(t *testing.T, web string, faults ...smtpfake.Fault) recordsDesk {
	t.Helper()
	return newRecordsDeskOf(t, web, nil, faults...)
}

// newRecordsDeskOf is a desk whose folder has more files. SITE in them stands for the address of the site.
func newRecordsDeskOf(t *testing.T, web string, more map[string]string, faults ...smtpfake.Fault) recordsDesk {
	t.Helper()
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed.xml", "/other.xml":
			w.Header().Set("Content-Type", "application/rss+xml")
			now := time.Now()
			fmt.Fprintf(w, recordsFeed, site.URL, strings.Trim(r.URL.Path, "/"), now.Format(time.RFC1123Z), now.AddDate(0, 2, 0).Format("2 January 2006"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Close() })
	for _, f := range faults {
		mail.Inject(f)
	}
	host, port, err := net.SplitHostPort(mail.Addr())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string]string{
		"regwatch.yaml": fmt.Sprintf(`zone: Asia/Hong_Kong
channels:
  mail: {kind: email, host: %s, port: %s, tls: none, username: regwatch, password: "file:password", from: r@example.com}
  room: {kind: teams, url: "file:workflow"}
recipients: {legal: {send: ["mail:legal@example.com"]}}
routes: {default: [legal]}
digests: {weekly: {to: ["mail:legal@example.com"], day: monday, at: "08:00"}}
web: %s
`, host, port, web),
		"password":               "secret",
		"workflow":               "https://workflow.example/run?sig=secret",
		"rules/stablecoins.yaml": recordsRule,
		"sources/site.yaml":      "# Kept.\nsources:\n  - id: site\n    name: The site <b>\n    url: " + site.URL + "/feed.xml\n    role: regulator\n    pages: never\n    jurisdictions: [Hong Kong]\n    allow_hosts: [\"127.0.0.1\"]\n",
	}
	for name, text := range more {
		files[name] = strings.ReplaceAll(text, "SITE", site.URL)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e, err := opened.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(e, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop(); _ = e.Close() })
	return recordsDesk{c, dir, mail, site.URL}
}

// scan reads the source and sends what is due.
func (d recordsDesk) scan(t *testing.T) {
	t.Helper()
	if result, err := d.engine.Scan(t.Context(), app.ScanOptions{}); err != nil || result.Failed != nil {
		t.Fatal(err, result.Failed)
	}
}

// get returns a page that must have a status.
func (d recordsDesk) get(t *testing.T, address string, want int, cookies ...*http.Cookie) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+address, http.NoBody)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	as(d.Console, "ana").ServeHTTP(w, r)
	if w.Code != want {
		t.Fatalf("GET %s answers %d, want %d:\n%s", address, w.Code, want, w.Body)
	}
	return w.Body.String()
}

// post sends a form that must lead to an address, and returns the page there.
func (d recordsDesk) post(t *testing.T, address string, form url.Values, to string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	as(d.Console, "ana").ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		t.Fatalf("POST %s %v answers %d to %q, want 303 to %q:\n%s", address, form, w.Code, w.Header().Get("Location"), to, w.Body)
	}
	before, _, _ := strings.Cut(to, "#")
	return d.get(t, before, http.StatusOK, w.Result().Cookies()...)
}

// undo presses the undo of a page.
func (d recordsDesk) undo(t *testing.T, page, to string) string {
	t.Helper()
	form := url.Values{"do": {"undo"}}
	for _, field := range regexp.MustCompile(`name="(undo|event|id|back)" value="([^"]*)"`).FindAllStringSubmatch(page[strings.Index(page, `class="done"`):strings.Index(page, `data-key="u"`)], -1) {
		form.Add(field[1], field[2])
	}
	return d.post(t, "/act", form, to)
}

func has(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page has no %q:\n%s", text, mainOf(page))
		}
	}
}

func hasNot(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q:\n%s", text, mainOf(page))
		}
	}
}

func mainOf(page string) string {
	if i := strings.Index(page, "<main"); i >= 0 {
		return page[i:]
	}
	return page
}

// audited returns how many entries of an action the person of the console has in the audit.
func (d recordsDesk) audited(t *testing.T, action string) int {
	t.Helper()
	entries, err := d.engine.Audit(t.Context(), app.AuditFilter{Actor: "ana", Action: action + "*"})
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestRecordPagesShowHostileTextsAsText(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	for _, address := range []string{"/sources", "/sources/site", "/sent", "/calendar", "/calendar?view=month", "/audit", "/status", "/keys", "/sent/mutes", "/sent/subscriptions", "/sent/digests", "/sent/digests?next=weekly", "/calendar/subscribe", "/sources/new"} {
		page := d.get(t, address, http.StatusOK)
		hasNot(t, page, "<script>alert", `href="javascript:`, "<b>The site", "The site <b>", " style=", "ZgotmplZ")
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s has %d h1", address, n)
		}
	}
	has(t, d.get(t, "/sources/site", http.StatusOK), "&lt;script&gt;alert(1)&lt;/script&gt;", "The site &lt;b&gt;")
}

func TestRecordPagesInThreeLanguages(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	for lang, want := range map[string][]string{"zh-Hant": {"上次讀取", "未發送", "生效日期", "紀錄鏈", "一切正常"}, "zh-Hans": {"上次读取", "未发送", "生效日期", "记录链", "一切正常"}} {
		cookie := &http.Cookie{Name: languageCookie, Value: lang}
		for i, address := range []string{"/sources", "/sent", "/calendar", "/audit", "/status"} {
			page := d.get(t, address, http.StatusOK, cookie)
			has(t, page, `<html lang="`+lang+`"`, want[i])
		}
	}
}

func TestUnknownRecordsAreNotFound(t *testing.T) {
	d := newRecordsDesk(t)
	for address, want := range map[string]string{"/sources/gone": "There is no such source", "/sent/gone": "This message is not stored"} {
		has(t, d.get(t, address, http.StatusNotFound), want)
	}
	for address, want := range map[string]string{"/calendar?severity=hihg": "severity", "/sent?result=lost": "result", "/sent/digests?next=gone": "digest"} {
		has(t, d.get(t, address, http.StatusUnprocessableEntity), want)
	}
}

func TestASourceIsPausedAndResumed(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	file := filepath.Join(d.dir, "sources", "site.yaml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := d.post(t, "/sources/site", url.Values{"do": {"pause"}, "back": {"/sources/site"}}, "/sources/site")
	has(t, page, "Paused: The site", "Resume", "sources/site.yaml, line 3")
	if paused, err := os.ReadFile(file); err != nil || !strings.Contains(string(paused), "  - id: site\n    enabled: false\n") {
		t.Errorf("the file has %s, %v", paused, err)
	}
	page = d.undo(t, page, "/sources/site")
	has(t, page, "Undone.", `value="pause"`)
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Errorf("after the undo the file has\n%s, want\n%s", after, before)
	}
	if d.audited(t, "source.paused") != 1 || d.audited(t, "source.resumed") != 1 {
		t.Error("the audit does not have both in the name of ana")
	}
}

func TestASourceIsScannedAndTriedOnRequest(t *testing.T) {
	d := newRecordsDesk(t)
	page := d.post(t, "/sources/site", url.Values{"do": {"scan"}, "back": {"/sources/site"}}, "/sources/site")
	has(t, page, "It was read: 3 new articles", "Weather")
	page = d.post(t, "/sources/site", url.Values{"do": {"try"}}, "/sources/site#try")
	has(t, page, "What a scan would read now", "3 articles", "Nothing was stored")
	page = d.post(t, "/sources", url.Values{"do": {"scan"}}, "/sources")
	has(t, page, "All sources were read: 0 new articles")
}

func TestASourceIsAddedAndTheUndoRemovesIt(t *testing.T) {
	d := newRecordsDesk(t)
	q := url.Values{"url": {d.site + "/other.xml"}, "role": {"regulator"}, "name": {"Other notices"}}
	page := d.post(t, "/sources/find", q, "/sources/new?"+q.Encode())
	has(t, page, "The address can be read itself.", "2 of 3 would match a rule", "Save this source", "Matches no rule")
	hasNot(t, page, `href="javascript:`, "<script>alert")
	page = d.post(t, "/sources/new", q, "/sources/other-notices")
	has(t, page, "Added: Other notices", "Not scanned yet")
	if n := len(d.engine.Folder().Sources); n != 2 {
		t.Errorf("%d sources are in force, want 2", n)
	}
	page = d.undo(t, page, "/sources")
	has(t, page, "Undone.")
	hasNot(t, page, "Other notices")
	if _, err := os.Stat(filepath.Join(d.dir, "sources", "other-notices.yaml")); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	if d.audited(t, "source.added") != 1 || d.audited(t, "source.removed") != 1 {
		t.Error("the audit does not have both in the name of ana")
	}
}

func TestPrivateAddressesAreNotRead(t *testing.T) {
	read := false
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { read = true }))
	defer inside.Close()
	d := newRecordsDesk(t)
	// The folder reads 127.0.0.1 at the port of the site, and at no other.
	q := url.Values{"url": {inside.URL}}
	has(t, d.post(t, "/sources/find", q, "/sources/new?"+q.Encode()), "This address is in a private network")
	if read {
		t.Error("the address was read")
	}
}

// A link on another site must not make the machine of the console read an address.
func TestOpeningALinkReadsNoAddress(t *testing.T) {
	d := newRecordsDesk(t)
	page := d.get(t, "/sources/new?url="+url.QueryEscape(d.site+"/other.xml"), http.StatusOK)
	has(t, page, d.site+"/other.xml", "Find feeds")
	hasNot(t, page, "What was found")
	d.post(t, "/sources/find", url.Values{"url": {d.site + "/other.xml"}}, "/sources/new?"+url.Values{"url": {d.site + "/other.xml"}}.Encode())
	has(t, d.get(t, "/sources/new?url="+url.QueryEscape(d.site+"/other.xml"), http.StatusOK), "What was found")
}

func TestAFailedMessageIsRetriedAndDropped(t *testing.T) {
	d := newRecordsDesk(t, smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "no such mailbox", Times: -1})
	d.scan(t)
	page := d.get(t, "/sent", http.StatusOK)
	has(t, page, "A message failed:", "mail:legal@example.com", "no such mailbox", "mail failed", "2 failed")
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page)[1]
	page = d.post(t, "/sent", url.Values{"do": {"drop"}, "id": {id}, "back": {"/sent"}}, "/sent")
	has(t, page, "Dropped. It is not sent.", "1 failed", "mail dropped")
	hasNot(t, page, `value="undo"`) // which would send it, or hide a failure
	d.mail.ClearFaults()
	page = d.post(t, "/sent", url.Values{"do": {"retry-all"}, "back": {"/sent"}}, "/sent")
	has(t, page, "1 message is sent again now.")
	hasNot(t, page, "A message failed:")
	if _, err := d.engine.Deliver(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	page = d.get(t, "/sent", http.StatusOK)
	hasNot(t, page, "mail failed", "due now")
	if n := len(d.mail.Messages()); n != 1 {
		t.Errorf("%d mails arrived, want the one that was not dropped", n)
	}
	// It was sent by now, so it can no longer be dropped.
	r := httptest.NewRequest(http.MethodPost, "http://localhost/sent", strings.NewReader("do=drop&id="+id))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	as(d.Console, "ana").ServeHTTP(w, r)
	if w.Code != http.StatusConflict {
		t.Errorf("dropping a sent message answers %d", w.Code)
	}
}

func TestAMessageIsShownAndSentAgain(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	list := d.get(t, "/sent?kind=alert&days=7", http.StatusOK)
	has(t, list, "Kind <b>Alert</b>", "sentmark sent", "Today")
	id := regexp.MustCompile(`id="e-([0-9a-f]+)"`).FindStringSubmatch(list)[1]
	for as, want := range map[string]string{"email": "Subject: ", "slack": "blocks", "terminal": "STABLECOIN", "teams": "AdaptiveCard"} {
		page := d.get(t, "/sent/"+id+"?as="+as, http.StatusOK)
		if !strings.Contains(strings.ToUpper(page), strings.ToUpper(want)) {
			t.Errorf("as %s the page has no %q", as, want)
		}
		has(t, page, ">Microsoft Teams<")
		if strings.Contains(page, "PagerDuty") {
			t.Error("the page offers a channel that is not configured")
		}
	}
	has(t, d.get(t, "/sent?peek="+id, http.StatusOK), "Because", "Send again", "columns peeking")
	before := len(d.mail.Messages())
	page := d.post(t, "/sent", url.Values{"do": {"resend"}, "id": {id}, "back": {"/sent/" + id}}, "/sent/"+id)
	has(t, page, "Sent again: mail:legal@example.com", "sent again")
	if _, err := d.engine.Deliver(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if n := len(d.mail.Messages()) - before; n != 1 {
		t.Errorf("%d mails arrived, want 1", n)
	}
	if d.audited(t, "delivery.asked") != 1 {
		t.Error("the audit does not name who asked")
	}
	has(t, d.get(t, "/sent?recipient=nobody-known", http.StatusOK), "No message matches", "Look back 90 days")
}

func TestRulesAreMutedAndUnmuted(t *testing.T) {
	d := newRecordsDesk(t)
	page := d.post(t, "/mute", url.Values{"what": {"rule stablecoins"}, "days": {"7"}, "reason": {"A <quiet> week"}, "back": {"/sent/mutes"}}, "/sent/mutes")
	has(t, page, "Muted until", "A &lt;quiet&gt; week", "ana", "Unmute")
	id := regexp.MustCompile(`name="id" value="([0-9A-Z]{26})"`).FindAllStringSubmatch(page, -1)[0][1]
	page = d.post(t, "/sent/mutes", url.Values{"do": {"unmute"}, "id": {id}}, "/sent/mutes")
	has(t, page, "The mute has ended.", "Nothing is muted.")
	page = d.undo(t, page, "/sent/mutes")
	has(t, page, "Undone.", "A &lt;quiet&gt; week")
	has(t, d.get(t, "/sent/mutes?all=1", http.StatusOK), "over", "Only those in force")
}

func TestAnAddressIsUnsubscribedAndComesBack(t *testing.T) {
	d := newRecordsDesk(t)
	has(t, d.get(t, "/sent/subscriptions", http.StatusOK), "default/legal", "weekly", "mail:legal@example.com", "gets it")
	page := d.post(t, "/sent/subscriptions", url.Values{"do": {"unsubscribe"}, "subscription": {"default/legal"}, "address": {"mail:legal@example.com"}}, "/sent/subscriptions")
	has(t, page, "mail:legal@example.com no longer gets default/legal.", "Subscribe again")
	page = d.undo(t, page, "/sent/subscriptions")
	hasNot(t, page, "Subscribe again")
	if d.audited(t, "subscription.") != 2 {
		t.Error("the audit does not have both in the name of ana")
	}
}

func TestTheCalendarListsKeyDates(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	due := time.Now().AddDate(0, 2, 0)
	page := d.get(t, "/calendar", http.StatusOK)
	has(t, page, "takes effect on", "Official", "Effective in", due.Format("January 2006"), `id="d-`+due.Format(time.DateOnly), `href="#d-`+due.Format(time.DateOnly))
	has(t, d.get(t, "/calendar?view=month&month="+due.Format("2006-01"), http.StatusOK), "<b>Effective</b>", due.Format("January 2006"))
	has(t, d.get(t, "/calendar?severity=critical", http.StatusOK), "No dates to come", "No date matches this filter.")
	has(t, d.get(t, "/calendar?past=1", http.StatusOK), "No past dates")
	has(t, d.get(t, "/calendar/subscribe", http.StatusOK), "/feeds/default/", ".ics", "revoke-links")
	d.get(t, "/calendar?from=never", http.StatusOK)
	d.get(t, "/calendar?view=month&month=2026-99", http.StatusOK)
}

func TestTheAuditIsVerifiedOnRequest(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	page := d.get(t, "/audit", http.StatusOK)
	has(t, page, "The chain was not checked since the program started.", "New event", "Message sent", "→ legal")
	head := strings.TrimSpace(d.get(t, "/audit/head", http.StatusOK))
	if !regexp.MustCompile(`^\d+:[0-9a-f]{32,}$`).MatchString(head) {
		t.Errorf("the head is %q", head)
	}
	has(t, page, head)
	page = d.post(t, "/audit", url.Values{}, "/audit")
	has(t, page, "The chain is intact.")
	d.post(t, "/sources/site", url.Values{"do": {"pause"}, "back": {"/sources"}}, "/sources")
	page = d.get(t, "/audit?people=1", http.StatusOK)
	has(t, page, "<b>ana</b>", "Source paused", "1 entries were added since.")
	hasNot(t, page, "Article seen")
	has(t, d.get(t, "/audit?kind=source", http.StatusOK), "Source paused")
	has(t, d.get(t, "/audit?who=ben", http.StatusOK), "No entry matches")
}

func TestStatusSaysWhatIsWrongFirst(t *testing.T) {
	d := newRecordsDesk(t)
	has(t, d.get(t, "/status", http.StatusOK), "No source was read in the last day.", "SQLite", "Nothing waits to be sent.")
	d.scan(t)
	has(t, d.get(t, "/status", http.StatusOK), "Everything works.", "1 of 1 sources were read in the last day.", "It delivers.")
}

// Who saves a rule under another ending sees why nothing comes of it.
func TestFilesThatAreNotReadAreListedWithTheReason(t *testing.T) {
	d := newRecordsDeskOf(t, `{listen: "127.0.0.1:8480"}`, map[string]string{
		"rules/two.yaml.txt": recordsRule, "rules/banks.csv": "id,name\n", "rules/notes.md": "Notes.", "rules/.hidden.yaml": "", "sources/more.YAML": "sources: []\n",
	})
	rules := d.get(t, "/rules", http.StatusOK)
	for _, want := range []string{"2 files are not read", "rules/two.yaml.txt", "rename it to two.yaml", "rules/banks.csv", "move it there"} {
		if !strings.Contains(rules, want) {
			t.Errorf("the page of rules has no %q", want)
		}
	}
	for _, other := range []string{"notes.md", ".hidden.yaml", "more.YAML"} {
		if strings.Contains(rules, other) {
			t.Errorf("the page of rules names %s", other)
		}
	}
	if sources := d.get(t, "/sources", http.StatusOK); !strings.Contains(sources, "1 file is not read") || !strings.Contains(sources, "sources/more.YAML") {
		t.Error("the page of sources does not name sources/more.YAML")
	}
}

// A page that is not read again because of what that takes is shown with a button that has it read again.
func TestGivenUpPagesAreShownAndRetried(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	found, err := d.engine.Articles(t.Context(), app.ArticleFilter{})
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	db, err := sql.Open("sqlite", filepath.Join(d.dir, "regwatch.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{
		"UPDATE articles SET body_state = 'failed'",
		"UPDATE article_revisions SET fetched = '{\"url\": \"\", \"status\": 0, \"problem\": \"regwatch ended 3 times <b>\"}'",
		"INSERT INTO counters (name, value) SELECT 'given up page ' || source_id || ' ' || identity, 1796000000000000 FROM articles WHERE id = '" + found[0].ID + "'",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"/sources", "/sources/site"} {
		has(t, d.get(t, address, http.StatusOK), "Pages that are not read again", html.EscapeString(found[0].Link), "regwatch ended 3 times &lt;b&gt;", "given up Mon 30 Nov 2026", `value="retry-page"`)
	}
	page := d.post(t, "/sources/site", url.Values{"do": {"retry-page"}, "article": {found[0].ID}, "back": {"/sources"}}, "/sources")
	has(t, page, "The next scan reads the page again: "+html.EscapeString(found[0].Title))
	hasNot(t, page, "Pages that are not read again")
	if n := d.audited(t, "article.page_retried"); n != 1 {
		t.Errorf("%d entries in the audit, want 1", n)
	}
}

// Which part of a PDF was read is said in the language of the reader.
func TestPartOfAPDFIsSaidInTheLanguageOfTheReader(t *testing.T) {
	d := newRecordsDesk(t)
	d.scan(t)
	events, err := d.engine.Events(t.Context(), app.EventFilter{})
	if err != nil || len(events) == 0 {
		t.Fatal(events, err)
	}
	db, err := sql.Open("sqlite", filepath.Join(d.dir, "regwatch.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for fetched, want := range map[string][3]string{
		`{"url": "", "status": 0, "problem": "Old words.", "partial": {"of": "pdf_pages", "pages": 500, "read": 200}}`: {"The PDF has 500 pages; this is the text of the first 200.", "此 PDF 共 500 頁；以下是首 200 頁的文字。", "此 PDF 共 500 页；以下是前 200 页的文字。"},
		`{"url": "", "status": 0, "problem": "Old words."}`:                                                            {"Old words.", "Old words.", "Old words."},
	} {
		if _, err := db.ExecContext(t.Context(), "UPDATE article_revisions SET fetched = ?", fetched); err != nil {
			t.Fatal(err)
		}
		for i, language := range []string{"en", "zh-HK", "zh-CN"} {
			has(t, inChinese(as(d.Console, "ana"), language, http.MethodGet, "/events/"+events[0].ID+"?open="+events[0].Articles[0].ArticleID), want[i])
		}
	}
}
