package console

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
	"regwatch/internal/difference"
	"regwatch/models"
)

// eventDesk is a folder with two feeds, a press and a regulator's, and its console.
type eventDesk struct {
	engine  *app.Engine
	console *Console
	mu      sync.Mutex // guards feeds
	feeds   map[string][]eventItem
	cookies map[string]string
}

type eventItem struct{ id, title, link, text string }

func newEventDesk(t *testing.T) *eventDesk {
	t.Helper()
	d := &eventDesk{feeds: make(map[string][]eventItem), cookies: make(map[string]string)}
	site := httptest.NewServer(http.HandlerFunc(d.feed))
	t.Cleanup(site.Close)
	dir := t.TempDir()
	source := "  - {id: %s, name: %s, url: %s/%s, role: %s, jurisdictions: [Hong Kong], language: en, allow_hosts: [\"127.0.0.1\"]}\n"
	for name, text := range map[string]string{
		"regwatch.yaml":  "zone: Asia/Hong_Kong\nrecipients: {team: {send: [terminal]}, board: {send: [terminal], min_severity: critical}}\nroutes: {default: [team, board]}\n",
		"sources/a.yaml": "sources:\n" + fmt.Sprintf(source, "ledger", "Ledger", site.URL, "ledger", "press") + fmt.Sprintf(source, "authority", "Authority", site.URL, "authority", "regulator"),
		"rules/coin.yaml": `id: coin
title: Coins & <b>tokens</b>
why: Because.
status: active
severity: high
terms: {coin: [stablecoin, licensed stablecoin, Harbour Authority]}
when: {terms: coin}
examples: {match: [A stablecoin], ignore: [nothing]}
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if d.engine, err = a.NewEngine(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.engine.Close() })
	if d.console, err = New(d.engine, Options{}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *eventDesk) feed(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>`)
	for _, item := range d.feeds[strings.TrimPrefix(r.URL.Path, "/")] {
		fmt.Fprintf(w, "<item><guid>%s</guid><title>%s</title><link>%s</link><description>%s</description></item>",
			html.EscapeString(item.id), html.EscapeString(html.EscapeString(item.title)), html.EscapeString(item.link), html.EscapeString(item.text))
	}
	fmt.Fprint(w, "</channel></rss>")
}

// publish sets what a feed has and scans.
func (d *eventDesk) publish(t *testing.T, source string, items ...eventItem) {
	t.Helper()
	d.mu.Lock()
	d.feeds[source] = items
	d.mu.Unlock()
	result, err := d.engine.Scan(t.Context(), app.ScanOptions{Sources: []string{source}})
	if err != nil || result.Failed != nil {
		t.Fatal(err, result.Failed)
	}
	for _, s := range result.Scanned {
		if s.Error != "" {
			t.Fatal(s.Error)
		}
	}
}

// event returns the ID of the event with words in its title.
func (d *eventDesk) event(t *testing.T, words string) string {
	t.Helper()
	all, err := d.engine.Events(t.Context(), app.EventFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, e := range all {
		if strings.Contains(e.Title, words) {
			return e.ID
		}
		titles = append(titles, e.Title)
	}
	t.Fatalf("no event has %q in its title; there are %q", words, titles)
	return ""
}

// ask requests a page in a language; with a form it posts.
func (d *eventDesk) ask(t *testing.T, address, lang string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+address, nil)
	if form != nil {
		r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+address, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", lang)
	for name, value := range d.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	as(d.console, "mei").ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		d.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(d.cookies, c.Name)
		}
	}
	return w
}

// page requests a page that must be there.
func (d *eventDesk) page(t *testing.T, address string) string {
	t.Helper()
	w := d.ask(t, address, "en", nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answers %d: %s", address, w.Code, w.Body)
	}
	return w.Body.String()
}

func wantAll(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	if t.Failed() {
		t.Log(page[strings.Index(page, "<main"):])
	}
}

func paragraphsOf(lines ...string) string {
	return "<p>" + strings.Join(lines, "</p><p>") + "</p>"
}

// nextYear is the year of the dates, so that they are to come.
var nextYear = strconv.Itoa(time.Now().Year() + 1)

var (
	consultationItem = eventItem{"1", "Harbour Authority opens stablecoin consultation", "https://ledger.example/1", paragraphsOf(
		"The Harbour Authority opened a consultation on licensed stablecoin issuers today.",
		"The deadline for comments is 31 December "+nextYear+". One <stablecoin> is named.",
	)}
	hostile = eventItem{"2", `<script>alert(1)</script> stablecoin "onload=alert(2)`, "javascript:alert(3)", paragraphsOf("A <img src=x onerror=alert(4)> stablecoin &amp; more.")}
)

func TestEventShowsWhyWhatAndWho(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem)
	id := d.event(t, "Harbour")
	page := d.page(t, "/events/"+id)
	wantAll(t, page,
		"<h1 tabindex=\"-1\" lang=\"en\">Harbour Authority opens stablecoin consultation</h1>", "Press only, not officially confirmed",
		`aria-current="step"`, "Consultation", "Deadline", "Add to calendar", "31 Dec "+nextYear,
		`The <mark>Harbour Authority</mark> opened a consultation on <mark>licensed stablecoin</mark> issuers`, // overlapping terms are one mark
		`<span class="n" aria-hidden="true">2</span>`, `href="https://ledger.example/1"`, `data-key="o"`,
		"Coins &amp; &lt;b&gt;tokens&lt;/b&gt;", "Who was notified", "<b>team</b>", "<b>board</b>", "not notified", "Nobody",
		`name="do" value="assign"`, "/events/"+id+"/grouping", "/events/"+id+"/exception", "opened the event",
	)
	if short := d.page(t, "/events/"+id[:10]); !strings.Contains(short, "<h1") {
		t.Error("the beginning of the ID does not find the event")
	}
	d.ask(t, "/act", "en", url.Values{"do": {"assign"}, "event": {id}, "back": {"/events/" + id}})
	page = d.page(t, "/events/"+id)
	wantAll(t, page, "mei <small>", "Unassign", "Assigned", "since ", `value="undo"`)
	if strings.Contains(page, "<b>Published</b>") {
		t.Error("the page says when it was published, which its source did not say")
	}
	for lang, texts := range map[string][]string{"zh-HK": {"重要日期", "開啟此事件的文章", "諮詢"}, "zh-CN": {"重要日期", "开启此事件的文章", "征求意见"}} {
		w := d.ask(t, "/events/"+id, lang, nil)
		for _, text := range texts {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("in %s the page lacks %q", lang, text)
			}
		}
	}
}

func TestEventEscapesWhatOthersWrote(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", hostile)
	id := d.event(t, "script")
	for _, address := range []string{"/events/" + id, "/events/" + id + "/grouping", "/events/" + id + "/exception", "/events/" + id + "/evidence"} {
		page := d.page(t, address)
		for _, never := range []string{"<script>alert", `href="javascript`, "<img", `"onload=`} {
			if strings.Contains(page, never) {
				t.Errorf("%s has %q", address, never)
			}
		}
	}
}

func TestUnknownEventAndArticleAreNamed(t *testing.T) {
	d := newEventDesk(t)
	for _, address := range []string{"/events/NOPE", "/events/%00", "/events/NOPE/evidence", "/events/NOPE/grouping", "/events/NOPE/exception", "/events/NOPE/dates.ics", "/articles/NOPE", "/events/-/articles/NOPE/changes"} {
		if w := d.ask(t, address, "en", nil); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "is not stored") {
			t.Errorf("%s answers %d", address, w.Code)
		}
	}
}

func TestEditedArticleShowsWhatChanged(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem)
	edited := consultationItem
	edited.title = "Harbour Authority extends stablecoin consultation"
	edited.text = strings.Replace(consultationItem.text, "31 December", "28 February", 1)
	d.publish(t, "ledger", edited)
	id := d.event(t, "Harbour")
	page := d.page(t, "/events/"+id)
	wantAll(t, page, "edited 1 time: see what changed", "moved on", "31 Dec "+nextYear)
	changes := regexp.MustCompile(`/events/-/articles/[0-9A-Z]+/changes`).FindString(page)
	wantAll(t, d.page(t, changes),
		`<del><span class="hidden">removed </span>31 December</del>`, `<ins><span class="hidden">added </span>28 February</ins>`,
		`<del><span class="hidden">removed </span>opens</del> stablecoin`, "1 paragraph removed, 1 added")
	if w := d.ask(t, changes+"?from=1&to=9", "en", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a revision that does not exist answers %d", w.Code)
	}
	article := regexp.MustCompile(`/articles/[0-9A-Z]{26}"`).FindString(page)
	wantAll(t, d.page(t, strings.Trim(article, `"`)), "<h1", "28 February "+nextYear, "/events/"+id)
}

func TestEventServesItsDatesAndEvidence(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem)
	id := d.event(t, "Harbour")
	w := d.ask(t, "/events/"+id+"/dates.ics", "en", nil)
	if w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(w.Body.String(), "DTSTART;VALUE=DATE:"+nextYear+"1231") || !strings.Contains(w.Body.String(), "STATUS:TENTATIVE") {
		t.Errorf("dates.ics: %v\n%s", w.Header(), w.Body)
	}
	w = d.ask(t, "/events/"+id+"/evidence.json", "en", nil)
	var e struct {
		Event struct {
			ID    string           `json:"id"`
			Steps []map[string]any `json:"steps"`
		} `json:"event"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Event.ID != id || len(e.Event.Steps) != 1 || !strings.Contains(w.Header().Get("Content-Disposition"), "evidence-"+id+".json") {
		t.Errorf("evidence: %v, %+v, %v", err, e, w.Header())
	}
	w = d.ask(t, "/events/"+id+"/evidence", "en", nil)
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "script-src") {
		t.Errorf("the policy of the evidence is %q", policy)
	}
}

func TestGroupingIsPreviewedDoneAndUndone(t *testing.T) {
	d := newEventDesk(t)
	other := eventItem{"9", "Lantern stablecoin recalled after audit finds missing reserves", "https://ledger.example/9", paragraphsOf("Auditors found a hole in the reserves of a stablecoin.")}
	d.publish(t, "ledger", consultationItem, other)
	first, second := d.event(t, "Harbour"), d.event(t, "Lantern")
	grouping := "/events/" + second + "/grouping"
	wantAll(t, d.page(t, grouping), "Harbour Authority opens stablecoin consultation", `name="article"`, "Preview")
	if w := d.ask(t, grouping, "en", url.Values{"do": {"merge"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose the other event, or paste its ID.") {
		t.Errorf("without a target: %d", w.Code)
	}
	if w := d.ask(t, grouping, "en", url.Values{"do": {"split"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose at least one article.") {
		t.Errorf("without an article: %d", w.Code)
	}
	form := url.Values{"do": {"merge"}, "other": {"http://localhost/events/" + first + "?from=days%3D30"}, "reason": {"one release"}, "preview": {"1"}}
	w := d.ask(t, grouping, "en", form)
	wantAll(t, w.Body.String(), "What it would be", "2 articles", "Do it")
	if e, err := d.engine.Event(t.Context(), second); err != nil || e.ID != second {
		t.Fatalf("a preview changed the grouping: %v, %v", e.ID, err)
	}
	form.Del("preview")
	form.Set("confirm", "1")
	w = d.ask(t, grouping, "en", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/events/"+first {
		t.Fatalf("merge answers %d, %v", w.Code, w.Header())
	}
	page := d.page(t, "/events/"+first)
	wantAll(t, page, "Merged into “Harbour Authority opens stablecoin consultation”.", `value="ungroup"`, "Lantern", "one release", "merged by a person")
	w = d.ask(t, "/events/"+second, "en", nil)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/events/"+first {
		t.Fatalf("the old address answers %d, %v", w.Code, w.Header())
	}
	wantAll(t, d.page(t, "/events/"+first), "was merged into")
	id := regexp.MustCompile(`name="undo" value="ungroup"><input type="hidden" name="event" value="[^"]*"><input type="hidden" name="id" value="([^"]+)"`).FindStringSubmatch(page)[1]
	d.ask(t, "/act", "en", url.Values{"do": {"undo"}, "undo": {"ungroup"}, "event": {""}, "id": {id}, "back": {"/events/" + first}})
	if e, err := d.engine.Event(t.Context(), second); err != nil || e.ID != second || len(e.Articles) != 1 {
		t.Errorf("after the undo: %v, %v", e.ID, err)
	}
}

func TestExceptionIsPreviewedSavedAndUndone(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem)
	id := d.event(t, "Harbour")
	address := "/events/" + id + "/exception"
	wantAll(t, d.page(t, address), "title:&#34;", "this rule:", "all rules, of this source:")
	form := url.Values{"query": {`title:consultation`}, "scope": {"rule"}, "days": {"30"}}
	if w := d.ask(t, address, "en", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Write a reason: others see it.") {
		t.Errorf("without a reason: %d", w.Code)
	}
	form.Set("reason", "no rule change")
	form.Set("query", `title:"consultation`)
	if w := d.ask(t, address, "en", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `role="alert"`) {
		t.Errorf("a query with a mistake: %d", w.Code)
	}
	form.Set("query", "title:consultation")
	wantAll(t, d.ask(t, address, "en", form).Body.String(), "1 article matches the query; of 1 it would have held a match.", " would not have been sent.")
	form.Set("confirm", "1")
	if w := d.ask(t, address, "en", form); w.Code != http.StatusSeeOther {
		t.Fatalf("save answers %d: %s", w.Code, w.Body)
	}
	all, err := d.engine.Exceptions(t.Context(), "", false)
	if err != nil || len(all) != 1 || all[0].By != "mei" || all[0].Target != "coin" || all[0].FromEvent != id || all[0].Scope != models.ExceptRule {
		t.Fatalf("exceptions: %+v, %v", all, err)
	}
	wantAll(t, d.page(t, "/events/"+id), "Saved. Articles that match title:consultation do not count any more.", `value="undo-exception"`)
	d.ask(t, "/act", "en", url.Values{"do": {"undo"}, "undo": {"undo-exception"}, "event": {""}, "id": {all[0].ID}, "back": {"/inbox"}})
	if all, err := d.engine.Exceptions(t.Context(), "", false); err != nil || len(all) != 0 {
		t.Errorf("after the undo there are %d exceptions, %v", len(all), err)
	}
}

// A closed article is not read: an event with many must answer soon.
func TestOnlyOpenArticlesHaveText(t *testing.T) {
	d := newEventDesk(t)
	d.publish(t, "ledger", consultationItem, hostile)
	first, second := d.event(t, "Harbour"), d.event(t, "script")
	if _, err := d.engine.MergeEvents(t.Context(), second, first, "mei", ""); err != nil {
		t.Fatal(err)
	}
	page := d.page(t, "/events/"+first)
	if n := strings.Count(page, `class="text"`); n != 1 {
		t.Errorf("%d articles have a text, want 1", n)
	}
	open := html.UnescapeString(regexp.MustCompile(`<a href="([^"]*open=[^"]*)"`).FindStringSubmatch(page)[1])
	opened, _, _ := strings.Cut(open, "#")
	page = d.page(t, opened)
	if n := strings.Count(page, `class="text"`); n != 2 {
		t.Errorf("after a second one was opened, %d articles have a text", n)
	}
	if strings.Contains(page, `href="javascript`) || strings.Contains(page, "<img") {
		t.Error("the second article is not escaped")
	}
}

func TestNeighboursComeFromTheList(t *testing.T) {
	d := newEventDesk(t)
	other := eventItem{"9", "Lantern stablecoin recalled after audit finds missing reserves", "https://ledger.example/9", paragraphsOf("Auditors found a hole in the reserves of a stablecoin.")}
	d.publish(t, "ledger", consultationItem, other)
	list := d.page(t, "/inbox?days=30")
	addresses := regexp.MustCompile(`class="title" href="([^"]+)"`).FindAllStringSubmatch(list, -1)
	if len(addresses) != 2 {
		t.Fatalf("the inbox has %d events", len(addresses))
	}
	page := d.page(t, html.UnescapeString(addresses[0][1]))
	wantAll(t, page, `href="/inbox?days=30"`, "1 of 2", `rel="next"`)
	if strings.Contains(page, `rel="prev"`) {
		t.Error("the first event has one before it")
	}
	if got := fromQuery("days=30&back=https://evil.example&peek=1").Encode(); got != "days=30" {
		t.Errorf("a list's query keeps %q", got)
	}
}

func TestMarksOfOverlappingHitsAreOne(t *testing.T) {
	text := "A licensed stablecoin 穩定幣 issuer"
	marks := merged([]byteRange{{11, 21}, {2, 21}, {2, 10}, {22, 31}})
	want := []span{{"A ", false}, {"licensed stablecoin", true}, {" ", false}, {"穩定幣", true}, {" issuer", false}}
	if diff := cmp.Diff(want, spans(text, 0, marks)); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if got := spans("abc", 5, []byteRange{{0, 6}, {7, 99}}); cmp.Diff([]span{{"a", true}, {"b", false}, {"c", true}}, got) != "" {
		t.Errorf("marks that reach beyond a paragraph: %+v", got)
	}
}

func TestParagraphsAreNumberedAsHitsAre(t *testing.T) {
	body := "First.\n\n***\n\nSecond, wrapped\nat a width.\n\nThird."
	got := paragraphs(body, nil, map[int]int{strings.Index(body, "Second"): 2, strings.Index(body, "at a"): 2, strings.Index(body, "Third"): 3})
	var numbers []int
	for _, p := range got {
		numbers = append(numbers, p.Number)
	}
	if diff := cmp.Diff([]int{1, 0, 2, 0, 3}, numbers); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

func TestHitsOfAnotherTextAreNotMarked(t *testing.T) {
	in := app.EventArticle{ArticleID: "A", Revision: 2}
	matches := []app.Match{
		{ArticleID: "A", Revision: 1, Hits: []models.Hit{{Field: models.InBody, Start: 0, End: 3, Text: "old"}}},
		{ArticleID: "A", Revision: 2, Hits: []models.Hit{{Field: models.InBody, Start: 0, End: 3, Text: "new"}, {Field: models.InBody, Start: 90, End: 99, Text: "x"}, {Field: models.InBody, Start: -1, End: 1, Text: "x"}}},
		{ArticleID: "B", Revision: 2, Hits: []models.Hit{{Field: models.InBody, Start: 0, End: 3, Text: "new"}}},
	}
	if diff := cmp.Diff([]byteRange{{0, 3}}, hitRanges(matches, in, models.InBody, "new text"), cmp.AllowUnexported(byteRange{})); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
}

func TestChangedWordsStandInPairs(t *testing.T) {
	got := compareWords([]string{"until May", "gone"}, []string{"until June"})
	want := []change{
		{[]difference.Piece{{Text: "until "}, {Text: "May", Changed: true}}, []difference.Piece{{Text: "until "}, {Text: "June", Changed: true}}},
		{Before: []difference.Piece{{Text: "gone", Changed: true}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestSpansOfTimeAreShort(t *testing.T) {
	v := &visit{words: words{"en"}}
	for d, want := range map[time.Duration]string{9 * time.Second: "9 s later", 3 * time.Minute: "3 min later", 125 * time.Minute: "2 h 5 min later", 50 * time.Hour: "2 d 2 h later"} {
		if got := v.span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
