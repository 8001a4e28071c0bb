package console

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/app"
	"regwatch/models"
)

const coinRule = `# The coin.
id: coin
title: Stablecoin rules   # the title
why: Because of the law.
severity: high
terms:
  coin: [stablecoin, 穩定幣]
  driving: [driving]
when:
  any:
    - {terms: coin, in: title}
  none: [{terms: driving, in: title}]
examples:
  match: [A stablecoin licence]
  ignore: [A driving licence]
`

const feedOfRules = `<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><link>http://a.example/</link><description>d</description>
<item><title>A stablecoin &lt;script&gt;alert(1)&lt;/script&gt; licence</title><link>javascript:alert(2)</link><guid>1</guid><description>The stablecoin law is here, said the authority on Monday morning.</description></item>
<item><title>Old token news</title><link>http://a.example/2</link><guid>2</guid><description>A token again.</description></item>
</channel></rss>`

// A rulesDesk is a console on a folder of its own.
type rulesDesk struct {
	t       *testing.T
	dir     string
	engine  *app.Engine
	console *Console
	cookies []*http.Cookie
	feed    string
}

func newRulesDesk(t *testing.T) *rulesDesk {
	t.Helper()
	d := &rulesDesk{t: t, dir: t.TempDir(), feed: feedOfRules}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, d.feed)
	}))
	t.Cleanup(site.Close)
	d.write("regwatch.yaml", "recipients: {team: {send: [terminal]}}\nroutes: {default: [team], legal: [team]}\n")
	d.write("sources/a.yaml", "sources: [{id: a, name: Authority, url: \""+site.URL+"\", role: press, allow_hosts: [127.0.0.1]}]\n")
	d.write("rules/coin.yaml", coinRule)
	opened, err := app.Open(t.Context(), d.dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if d.engine, err = opened.NewEngine(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.engine.Close() })
	if d.console, err = New(d.engine, Options{}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *rulesDesk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *rulesDesk) file() string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, "rules/coin.yaml"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// ask sends a request as a browser without scripts does, and returns what it answers.
func (d *rulesDesk) ask(method, address string, form url.Values, language string) (int, string) {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, "http://127.0.0.1"+address, strings.NewReader(form.Encode()))
	r.Host = "127.0.0.1"
	r.Header.Set("Accept-Language", language)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	as(d.console, "Mei Chan").ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() { // as a browser does: a new one replaces that of its name
		d.cookies = slices.DeleteFunc(d.cookies, func(old *http.Cookie) bool { return old.Name == c.Name })
		if c.MaxAge >= 0 {
			d.cookies = append(d.cookies, c)
		}
	}
	if w.Code == http.StatusSeeOther {
		next, _, _ := strings.Cut(w.Header().Get("Location"), "#")
		return d.ask(http.MethodGet, next, nil, language)
	}
	return w.Code, w.Body.String()
}

// get returns a page that must be there.
func (d *rulesDesk) get(address string) string {
	d.t.Helper()
	code, page := d.ask(http.MethodGet, address, nil, "en")
	if code != http.StatusOK {
		d.t.Fatalf("GET %s answers %d:\n%s", address, code, page)
	}
	return page
}

func (d *rulesDesk) post(address string, form url.Values) (int, string) {
	d.t.Helper()
	return d.ask(http.MethodPost, address, form, "en")
}

var baseField = regexp.MustCompile(`name="(?:base|current)" value="([0-9a-f]{64})"`)

func (d *rulesDesk) base(page string) string {
	d.t.Helper()
	found := baseField.FindStringSubmatch(page)
	if found == nil {
		d.t.Fatalf("the page has no hash of the file:\n%s", page)
	}
	return found[1]
}

// wants fails if a page lacks a text, or has one that begins with a minus.
func (d *rulesDesk) wants(what, page string, texts ...string) {
	d.t.Helper()
	plain := html.UnescapeString(page)
	for _, text := range texts {
		if not, ok := strings.CutPrefix(text, "!"); ok {
			if strings.Contains(page, not) {
				d.t.Errorf("%s has %q", what, not)
			}
		} else if !strings.Contains(plain, text) && !strings.Contains(page, text) {
			d.t.Errorf("%s lacks %q:\n%s", what, text, page)
		}
	}
}

// sent is a text as a browser sends it.
func sent(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

func (d *rulesDesk) scan() {
	d.t.Helper()
	if _, err := d.engine.Scan(d.t.Context(), app.ScanOptions{}); err != nil {
		d.t.Fatal(err)
	}
}

func TestRulesAreListedWithWhatTheyDid(t *testing.T) {
	d := newRulesDesk(t)
	page := d.get("/rules")
	d.wants("the list", page, "Stablecoin rules", `href="/rules/coin"`, "Not measured yet", "High", "By week")
	for language, want := range map[string]string{"zh-HK": "尚未量度", "zh-CN": "尚未测量"} {
		_, page := d.ask(http.MethodGet, "/rules", nil, language)
		d.wants("the list in "+language, page, want)
	}
}

func TestRulesHaveTheirAlertsAndPrecision(t *testing.T) {
	d := newRulesDesk(t)
	first, _, _ := strings.Cut(feedOfRules, "<item>")
	d.feed = first + "<item><title>Bread</title><link>http://a.example/0</link><guid>0</guid></item></channel></rss>"
	d.scan() // what a first scan brings alerts nobody
	d.feed = feedOfRules
	d.scan()
	events, _, err := d.engine.NewestEvents(t.Context(), app.EventFilter{}, 9)
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v; want the licence", len(events), err)
	}
	d.wants("the list", d.get("/rules"), `">1</td>`, "Not measured yet")
	if _, err := d.engine.AddFeedback(t.Context(), models.Feedback{EventID: events[0].ID, By: "ana", Relevant: true}); err != nil {
		t.Fatal(err)
	}
	d.wants("the list after feedback", d.get("/rules"), "100% (21–100)", "of 1 event with feedback")
	base := d.base(d.get("/rules/coin"))
	d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "high", "low", 1))}})
	d.wants("the list after a save", d.get("/rules"), "<small>Mei Chan</small>")
}

func TestUnknownRulesAreNotFound(t *testing.T) {
	d := newRulesDesk(t)
	for _, address := range []string{"/rules/none", "/rules/none/history", "/rules/none/proposals", "/rules/none/term?text=x"} {
		code, page := d.ask(http.MethodGet, address, nil, "en")
		if code != http.StatusNotFound {
			t.Errorf("GET %s answers %d", address, code)
		}
		d.wants(address, page, "There is no rule with this ID")
	}
	if code, _ := d.ask(http.MethodGet, "/rules/..%2Fregwatch", nil, "en"); code == http.StatusOK {
		t.Error("a file outside of the folder of rules was shown")
	}
}

func TestACheckShowsProblemsAtTheirPlaceAndWritesNothing(t *testing.T) {
	d := newRulesDesk(t)
	d.scan()
	base := d.base(d.get("/rules/coin"))
	code, page := d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "severity: high", "severity: hihg", 1))}})
	if code != http.StatusOK {
		t.Errorf("a check answers %d", code)
	}
	d.wants("the check", page, "Line 5, column 11", `severity "hihg" is unknown; use low, medium, high or critical`, "Fix line 5 to save", "severity: hihg", "1 problem")
	code, page = d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "A stablecoin licence", "A licence", 1))}})
	d.wants("a failing example", page, "1 of 2 pass", "should match this rule")
	if code != http.StatusOK || d.file() != coinRule {
		t.Errorf("a check answers %d and the file is\n%s", code, d.file())
	}
}

func TestTheEffectOfADraftIsComparedWithTheSavedRule(t *testing.T) {
	d := newRulesDesk(t)
	d.scan()
	base := d.base(d.get("/rules/coin"))
	_, page := d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(strings.Replace(strings.Replace(coinRule, "[stablecoin, 穩定幣]", "[token]", 1), "A stablecoin licence", "A token", 1))}})
	d.wants("the effect", page, "1 lost, 1 gained", "Old token news", "(line ", "!<script>alert", "!href=\"javascript:")
	_, page = d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "severity: high", "severity: hihg", 1))}})
	d.wants("a draft with a mistake", page, "Showing the last valid draft", "1 lost, 1 gained")
}

func TestADraftIsTriedOnAText(t *testing.T) {
	d := newRulesDesk(t)
	base := d.base(d.get("/rules/coin"))
	_, page := d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(coinRule)}, "try": {"A <b>stablecoin</b> plan\nIts text."}})
	d.wants("the trial", page, "<mark>stablecoin</mark>", "Matches", "in the title", "&lt;b&gt;")
	_, page = d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(coinRule)}, "try": {"A plan"}})
	d.wants("a text that does not match", page, "Does not match", "(line ")
}

func TestSavingWritesByteForByteAndCanBeUndone(t *testing.T) {
	d := newRulesDesk(t)
	for _, before := range []string{coinRule, strings.ReplaceAll(coinRule, "\n", "\r\n"), strings.Replace(coinRule, "\n", "\r\n", 3), strings.TrimSuffix(coinRule, "\n")} {
		d.write("rules/coin.yaml", before)
		base := d.base(d.get("/rules/coin"))
		text := strings.Replace(strings.ReplaceAll(before, "\r\n", "\n"), "the law", "the Act", 1)
		code, page := d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(text)}})
		if code != http.StatusOK {
			t.Fatalf("saving answers %d:\n%s", code, page)
		}
		if want := strings.Replace(before, "the law", "the Act", 1); d.file() != want {
			t.Errorf("the file is %q, want %q", d.file(), want)
		}
		d.wants("the next page", page, "Rule coin was saved", "Undo")
	}
	audit, err := d.engine.Audit(t.Context(), app.AuditFilter{Action: "rule.saved"})
	if err != nil || len(audit) != 4 || audit[0].Actor != "Mei Chan" {
		t.Errorf("audit: %+v, %v; want four saves by Mei Chan", audit, err)
	}
	// The first text was in force, so it can be restored.
	d.write("rules/coin.yaml", coinRule)
	base := d.base(d.get("/rules/coin"))
	d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "high", "low", 1))}})
	page := d.get("/rules/coin/history")
	current := d.base(page)
	undo := url.Values{"do": {"undo"}, "undo": {"rule"}, "event": {"coin"}, "id": {base + " " + current}, "back": {"/rules/coin"}}
	if code, page := d.post("/act", undo); code != http.StatusOK || d.file() != coinRule {
		t.Errorf("undo answers %d, and the file is\n%s\n%s", code, d.file(), page)
	}
	if code, _ := d.post("/act", undo); code != http.StatusConflict {
		t.Errorf("a second undo answers %d; want a conflict", code)
	}
}

func TestSavingAMistakeWritesNothing(t *testing.T) {
	d := newRulesDesk(t)
	base := d.base(d.get("/rules/coin"))
	code, page := d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "severity: high", "severity: hihg", 1))}})
	if code != http.StatusUnprocessableEntity || d.file() != coinRule {
		t.Errorf("saving a mistake answers %d", code)
	}
	d.wants("the page", page, "severity: hihg")
	code, page = d.post("/rules/coin", url.Values{"base": {base}, "text": {strings.Repeat("x", 10<<20)}})
	if code != http.StatusRequestEntityTooLarge {
		t.Errorf("10 MB answer %d", code)
	}
	d.wants("the page", page, "That is too large", "1024 kB")
}

func TestAChangedFileIsAConflictAndNeverOverwritten(t *testing.T) {
	d := newRulesDesk(t)
	base := d.base(d.get("/rules/coin"))
	theirs := strings.Replace(coinRule, "A driving licence", "A <b>driving</b> licence", 1)
	d.write("rules/coin.yaml", theirs)
	mine := strings.Replace(coinRule, "severity: high", "severity: low", 1)
	code, page := d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(mine)}, "view": {"yaml"}})
	if code != http.StatusConflict || d.file() != theirs {
		t.Fatalf("a conflict answers %d, and the file is\n%s", code, d.file())
	}
	d.wants("the conflict", page, "The file was changed", "Merge both", "Use theirs", "Keep my draft", "do not overlap", "On disk now", "Your draft")
	if strings.Contains(page, "<b>driving") {
		t.Error("the file is not escaped")
	}
	code, page = d.post("/rules/coin/merge", url.Values{"base": {base}, "text": {sent(mine)}})
	if code != http.StatusOK || d.file() != theirs {
		t.Errorf("merging answers %d, and the file is\n%s", code, d.file())
	}
	d.wants("the merged draft", page, "severity: low", "A &lt;b&gt;driving&lt;/b&gt; licence")
	merged := strings.Replace(theirs, "severity: high", "severity: low", 1)
	if code, _ := d.post("/rules/coin", url.Values{"base": {d.base(page)}, "text": {sent(merged)}}); code != http.StatusOK || d.file() != merged {
		t.Errorf("saving the merged draft answers %d, and the file is\n%s", code, d.file())
	}
	// Both changed the same line.
	_, page = d.post("/rules/coin", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "severity: high", "severity: medium", 1))}})
	d.wants("an overlap", page, "Both changed the same lines in 1 place.", "Merge, mine in these places", "!Merge both")
	_, page = d.post("/rules/coin/merge", url.Values{"base": {base}, "text": {sent(strings.Replace(coinRule, "severity: high", "severity: medium", 1))}, "side": {"ours"}})
	d.wants("mine", page, "severity: medium", "A &lt;b&gt;driving&lt;/b&gt; licence")
	_, page = d.post("/rules/coin/check", url.Values{"base": {base}, "text": {sent(mine)}})
	d.wants("the kept draft", page, "The file has changed since you began")
}

func TestTheFormChangesOnlyItsLines(t *testing.T) {
	d := newRulesDesk(t)
	page := d.get("/rules/coin?view=form")
	d.wants("the form", page, "Because of the law.", "stablecoin\n穩定幣", "Only in YAML", "When it alerts", "Lines 9–12", "legal", "Authority")
	form := func() url.Values {
		return url.Values{
			"base": {d.base(page)}, "text": {sent(d.file())}, "view": {"form"}, "fields": {"1"}, "title": {"Stablecoin rules"}, "why": {"Because of the law."},
			"severity": {"high"}, "status": {"active"}, "words-coin": {sent("stablecoin\n穩定幣")}, "not-coin": {""}, "words-driving": {"driving"}, "not-driving": {""},
		}
	}
	if code, page := d.post("/rules/coin", form()); code != http.StatusOK || d.file() != coinRule {
		t.Errorf("saving an unchanged form answers %d, and the file is\n%s\n%s", code, d.file(), page)
	}
	f := form()
	f.Set("words-coin", sent("stablecoin\n穩定幣\ne-money"))
	f["route"] = []string{"legal"}
	code, _ := d.post("/rules/coin", f)
	want := strings.Replace(strings.Replace(coinRule, "穩定幣]", "穩定幣, e-money]", 1), "severity: high\n", "severity: high\nroutes: [legal]\n", 1)
	if code != http.StatusOK || d.file() != want {
		t.Errorf("saving the form answers %d, and the file is\n%s", code, d.file())
	}
	f = form()
	f.Set("words-coin", "")
	page = d.get("/rules/coin?view=form")
	f.Set("base", d.base(page))
	code, page = d.post("/rules/coin", f)
	if code != http.StatusUnprocessableEntity || d.file() != want {
		t.Errorf("an empty list answers %d", code)
	}
	d.wants("the form", page, "the list coin must not be empty")
	// From the form to the YAML of the same draft.
	f = form()
	f.Set("title", "Other")
	f.Set("tab", "yaml")
	_, page = d.post("/rules/coin/check", f)
	d.wants("the YAML", page, "title: Other   # the title", `id="code"`)
}

func TestVersionsAreShownAndRestored(t *testing.T) {
	d := newRulesDesk(t)
	base := d.base(d.get("/rules/coin"))
	d.write("rules/coin.yaml", strings.Replace(coinRule, "high", "low", 1))
	page := d.get("/rules/coin/history")
	d.wants("the history", page, "The first one that was in force.", "Restore")
	code, page := d.post("/rules/coin/restore", url.Values{"version": {base}, "current": {d.base(page)}})
	if code != http.StatusOK || d.file() != coinRule {
		t.Errorf("restore answers %d, and the file is\n%s", code, d.file())
	}
	d.wants("the next page", page, "Rule coin was saved", "in the file now")
}

func TestARuleBeginsWithATitleAndWords(t *testing.T) {
	d := newRulesDesk(t)
	d.scan()
	d.wants("the page", d.get("/rules/new"), "Words to look for", "legal")
	code, page := d.post("/rules/new", url.Values{"title": {"Token <i>news</i>"}, "words": {sent("token\ncoin token")}, "severity": {"high"}, "route": {"legal"}})
	if code != http.StatusOK {
		t.Fatalf("a new rule answers %d:\n%s", code, page)
	}
	d.wants("the new rule", page, "Rule token-i-news-i was written as a draft", "routes: [legal]", "status: draft", "Old token news", "!<i>news</i>")
	audit, err := d.engine.Audit(t.Context(), app.AuditFilter{Action: "rule.saved"})
	if err != nil || len(audit) != 1 || audit[0].Actor != "Mei Chan" || audit[0].Subject != "token-i-news-i" {
		t.Errorf("audit: %+v, %v", audit, err)
	}
	for _, tt := range []struct {
		form url.Values
		want string
	}{
		{url.Values{}, "Write a title."},
		{url.Values{"title": {"禁令"}}, "Write an ID"},
		{url.Values{"title": {"Coin"}, "words": {"x"}}, "exists already"},
		{url.Values{"title": {"More"}}, "Write at least one word"},
		{url.Values{"title": {"More"}, "query": {"a AND ("}}, "More"},
	} {
		code, page := d.post("/rules/new", tt.form)
		if code != http.StatusUnprocessableEntity {
			t.Errorf("%v answers %d", tt.form, code)
		}
		d.wants("the page", page, tt.want)
	}
}

func TestWordsOfAnArticleBecomeTerms(t *testing.T) {
	d := newRulesDesk(t)
	page := d.get("/rules/coin/term?text=digital+asset&kind=include")
	d.wants("the change", page, "What would change", "digital asset")
	code, _ := d.post("/rules/coin/term", url.Values{"text": {"digital asset"}, "kind": {"include"}, "base": {d.base(page)}, "back": {"//evil.example"}})
	if want := strings.Replace(coinRule, "穩定幣]", "穩定幣, digital asset]", 1); code != http.StatusOK || d.file() != want {
		t.Errorf("including words answers %d, and the file is\n%s", code, d.file())
	}
	page = d.get("/rules/coin/term?text=driver&kind=exclude")
	code, _ = d.post("/rules/coin/term", url.Values{"text": {"driver"}, "kind": {"exclude"}, "base": {d.base(page)}})
	if code != http.StatusOK || !strings.Contains(d.file(), "driving: [driving, driver]") {
		t.Errorf("excluding words answers %d, and the file is\n%s", code, d.file())
	}
}

func TestProposalsWithoutFeedbackSayWhatIsMissing(t *testing.T) {
	d := newRulesDesk(t)
	d.wants("the page", d.get("/rules/coin/proposals"), "No model was proposed from feedback yet.")
	code, page := d.post("/rules/coin/proposals", url.Values{"do": {"propose"}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a proposal without feedback answers %d", code)
	}
	d.wants("the page", page, "feedback")
	if code, _ := d.post("/rules/coin/proposals", url.Values{"do": {"refuse 123"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("refusing an unknown proposal answers %d", code)
	}
}

func TestSharedListsAreShownAndNotChanged(t *testing.T) {
	d := newRulesDesk(t)
	d.write("rules/vocabulary/words.yaml", "terms: {law: [\"<b>law</b>\"]}\n")
	d.wants("the page", d.get("/lists/vocabulary/words.yaml"), "shown and not changed here", "&lt;b&gt;law")
	for _, name := range []string{"vocabulary/none.yaml", "../regwatch.yaml", "vocabulary/../../regwatch.yaml", "vocabulary/..%2F..%2Fregwatch.yaml", "coin.yaml"} {
		if code, page := d.ask(http.MethodGet, "/lists/"+name, nil, "en"); code == http.StatusOK {
			t.Errorf("/lists/%s is shown:\n%s", name, page)
		}
	}
}

func TestShippedRulesWithoutImprovementsAreUpToDate(t *testing.T) {
	d := newRulesDesk(t)
	d.wants("the page", d.get("/rules/updates"), "All shipped rules are up to date")
}

func TestDifferencesStandSideBySide(t *testing.T) {
	rows := diffRows(app.RuleDifference("a\nb\nc\n", "a\nx\nc\ny\n"))
	var lines []string
	for _, r := range rows {
		lines = append(lines, r.Left+"|"+r.Right)
	}
	if got := strings.Join(lines, " "); got != "a|a b|x c|c |y" {
		t.Errorf("rows: %s", got)
	}
}

func TestHitsAreMarkedInATextOnce(t *testing.T) {
	hit := func(from, to int) models.Hit { return models.Hit{Start: from, End: to} }
	var b strings.Builder
	for _, s := range segments("a bc d", []models.Hit{hit(2, 4), hit(2, 3), hit(5, 6), hit(5, 99)}) {
		if s.Hit {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	if b.String() != "a [bc] [d]" {
		t.Errorf("segments: %s", b.String())
	}
}
