package console

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

const (
	licence = "HKMA grants stablecoin issuer licence"
	kenya   = "Kenyan lawmakers vote down a ban"
)

func TestInboxListsEvents(t *testing.T) {
	d := newDesk(t)
	page := d.get(t, "/inbox")
	if page.Code != http.StatusOK {
		t.Fatalf("the inbox answers %d", page.Code)
	}
	page.wants(t, licence, kenya, "Official", "Press only", "Licensing", "Effective tomorrow", "Watching 6 of 7 sources", "1 failing",
		`lang="zh-Hant">議員倡爭取中央支持`)
	page.lacks(t, "No events match")

	// Within a day the most severe events come first.
	first, second := strings.Index(page.Body, "severity high"), strings.LastIndex(page.Body, "severity medium")
	if first < 0 || second < first || strings.Contains(page.Body[second:], "severity high") {
		t.Error("the events of a day are not in the order of severity")
	}
}

func TestInboxFiltersByItsAddress(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		name, query string
		has, lacks  []string
	}{
		{"severity", "severity=high", []string{licence}, []string{kenya}},
		{"stage", "stage=rejected", []string{kenya}, []string{licence}},
		{"rule", "rule=crypto-ban", []string{kenya}, []string{licence}},
		{"source", "source=blocktide", []string{kenya}, []string{licence}},
		{"nobody", "assignee=nobody", []string{kenya, licence}, nil},
		{"only mentioned, so not sent", "held=mention&state=any", nil, []string{kenya, licence}},
		{"sent to nobody because of an exception", "held=exception", []string{"No events match this filter", "Not sent because"}, []string{kenya, licence}},
		{"me", "assignee=me", []string{"No events match this filter"}, []string{kenya, licence}},
		{"two words", "q=" + url.QueryEscape("lawmakers kiosks"), []string{kenya}, []string{licence}},
		{"words of two articles", "q=" + url.QueryEscape("kiosks licensing Lantern"), []string{"No events match this filter"}, []string{kenya}},
		{"a query", "q=" + url.QueryEscape(`kenya* AND NOT "Hong Kong"`), []string{kenya}, []string{licence}},
		{"Simplified Chinese finds Traditional", "q=" + url.QueryEscape("离岸人民币稳定币"), []string{"議員倡爭取中央支持"}, []string{kenya}},
		{"fields that are not filled in", "severity=&rule=&stage=&q=", []string{kenya, licence}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := d.get(t, "/inbox?"+tt.query)
			page.wants(t, tt.has...)
			page.lacks(t, tt.lacks...)
		})
	}
}

func TestInboxExplainsAMistakeInAQuery(t *testing.T) {
	d := newDesk(t)
	page := d.get(t, "/inbox?q="+url.QueryEscape(`author:Lee`))
	if page.Code != http.StatusUnprocessableEntity {
		t.Errorf("the page answers %d", page.Code)
	}
	page.wants(t, `role="alert"`, "author", `value="author:Lee"`)
	for _, query := range []string{"severity=hihg", "stage=proposd", "rule=nothing"} {
		page := d.get(t, "/inbox?"+query)
		if page.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d", query, page.Code)
		}
		page.wants(t, "does not exist")
	}
}

func TestEachActionIsDoneAndUndone(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	for _, tt := range []struct {
		do, said string
		is       func(app.EventDetails) bool
	}{
		{"assign", "Assigned to you", func(e app.EventDetails) bool { return len(e.Assignments) == 1 && e.Assignments[0].By == "mei" }},
		{"relevant", "Marked relevant", func(e app.EventDetails) bool { return e.Verdict() == "relevant" }},
		{"irrelevant", "Marked not relevant", func(e app.EventDetails) bool { return e.Verdict() == "irrelevant" }},
	} {
		t.Run(tt.do, func(t *testing.T) {
			is := func() bool {
				now, err := d.engine.Event(t.Context(), e.ID)
				if err != nil {
					t.Fatal(err)
				}
				return tt.is(now)
			}
			page := d.post(t, "/act", "do", tt.do, "event", e.ID, "back", "/inbox?severity=high")
			if page.Address != "/inbox?severity=high" || !is() {
				t.Errorf("after %s at %s; done: %v", tt.do, page.Address, is())
			}
			page.wants(t, tt.said, licence, "Undo")
			undone := d.undo(t, page)
			undone.wants(t, "Undone.")
			if is() {
				t.Errorf("%s was not undone", tt.do)
			}
			if again := d.get(t, "/inbox"); strings.Contains(again.Body, "Undone.") {
				t.Error("the page after the next one still says what was done")
			}
		})
	}
}

// undo presses the undo button of a page.
func (d *desk) undo(t *testing.T, page reply) reply {
	t.Helper()
	_, form, found := strings.Cut(page.Body, `<div class="done"`)
	form, _, _ = strings.Cut(form, "</form>")
	if !found {
		t.Fatal("the page offers no undo")
	}
	var fields []string
	for _, input := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		fields = append(fields, input[1], html.UnescapeString(input[2]))
	}
	return d.post(t, "/act", fields...)
}

func TestSeveralEventsAreActedOnAtOnce(t *testing.T) {
	d := newDesk(t)
	a, b := d.event(t, licence), d.event(t, kenya)
	page := d.post(t, "/act", "do", "assign", "event", a.ID, "event", b.ID, "back", "/inbox")
	page.wants(t, "Assigned to you: 2 events")
	d.get(t, "/inbox?assignee=me").wants(t, licence, kenya)
	if page := d.post(t, "/act", "do", "assign", "event", a.ID, "event", b.ID, "back", "/inbox"); page.Code != http.StatusOK {
		t.Errorf("a form that is sent twice answers %d", page.Code)
	}
	d.undo(t, page)
	d.get(t, "/inbox?assignee=me").wants(t, "No events match")
	d.post(t, "/act", "do", "assign", "back", "/inbox").wants(t, "No event was selected")
}

func TestDoubtfulEventIsMergedOrKeptApart(t *testing.T) {
	d := newDesk(t)
	page := d.get(t, "/inbox?belong=1")
	button := regexp.MustCompile(`name="one" value="(merge [0-9A-Z]+)"`).FindStringSubmatch(page.Body)
	if button == nil {
		t.Fatalf("no event may belong to another:\n%s", page.main())
	}
	_, id, _ := strings.Cut(button[1], " ")
	page = d.post(t, "/act", "one", button[1], "back", "/inbox")
	page.wants(t, "Merged")
	merged, err := d.engine.Event(t.Context(), id)
	if err != nil || merged.ID == id {
		t.Errorf("the event was not merged: %v, %v", merged.ID, err)
	}
	d.undo(t, page)
	if back, err := d.engine.Event(t.Context(), id); err != nil || back.ID != id {
		t.Errorf("the merge was not undone: %v, %v", back.ID, err)
	}
	d.post(t, "/act", "one", "apart "+id, "back", "/inbox").wants(t, "Kept separate")
}

func TestPeekShowsProof(t *testing.T) {
	d := newDesk(t)
	d.get(t, "/inbox?peek="+d.event(t, licence).ID).wants(t, `class="columns peeking"`, "takes effect on", "in the title", "compliance")
	d.get(t, "/inbox?peek="+d.event(t, "Beijing tells two internet groups").ID).wants(t, "Relevance: likely (", "by the end of the month", "Merge")
	if page := d.get(t, "/inbox?peek=01ZZZZZZZZ"); page.Code != http.StatusNotFound {
		t.Errorf("the peek of an unknown event answers %d", page.Code)
	}
}

func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	d := newDesk(t)
	d.get(t, "/inbox", "Accept-Language", "zh-HK,zh;q=0.9,en;q=0.5").wants(t, `<html lang="zh-Hant"`, "收件匣", "發牌")
	d.get(t, "/inbox", "Accept-Language", "zh-CN").wants(t, `<html lang="zh-Hans"`, "收件箱")
	d.get(t, "/inbox", "Accept-Language", "fr").wants(t, `<html lang="en"`)
	page := d.post(t, "/settings", "language", "zh-Hans", "theme", "dark", "zone", "America/New_York", "keys", "on")
	page.wants(t, `<html lang="zh-Hans" data-theme="dark"`, "设置", "America/New_York")
	d.get(t, "/inbox", "Accept-Language", "en").wants(t, `<html lang="zh-Hans"`)
}

func TestReturnStaysOnThisSite(t *testing.T) {
	for back, want := range map[string]string{
		"/inbox?severity=high": "/inbox?severity=high", "/events/01ABC#notes": "/events/01ABC#notes",
		"https://evil.example": "/inbox", "//evil.example": "/inbox", `/\evil.example`: "/inbox", "inbox": "/inbox", "": "/inbox", "javascript:alert(1)": "/inbox", "/a\r\nSet-Cookie: x=1": "/inbox",
	} {
		if got := localAddress(back); got != want {
			t.Errorf("localAddress(%q) = %q, want %q", back, got, want)
		}
	}
}

func TestPagesAllowNoForeignCode(t *testing.T) {
	d := newDesk(t)
	page := d.get(t, "/inbox")
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	if found := regexp.MustCompile(`(?i)<script(?:>| [^>]*>[^<])|\son\w+=|style=|https?://[^"]*\.(?:js|css)`).FindString(page.Body); found != "" {
		t.Errorf("the page has inline code or loads from elsewhere: %q", found)
	}
	for _, address := range regexp.MustCompile(`(?:href|src)="(/static/[^"#]*)`).FindAllStringSubmatch(page.Body, -1) {
		if file := d.get(t, address[1]); file.Code != http.StatusOK || !strings.Contains(file.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s answers %d, %s", address[1], file.Code, file.Header.Get("Cache-Control"))
		}
	}
	if file := d.get(t, "/static/000000000000/console.css"); file.Code != http.StatusNotFound {
		t.Errorf("a file of another release answers %d", file.Code)
	}
}

func TestUnknownAddressesAndLargeFormsSayWhatIsWrong(t *testing.T) {
	d := newDesk(t)
	if page := d.get(t, "/nothing"); page.Code != http.StatusNotFound || !strings.Contains(page.Body, "There is no page at this address") {
		t.Errorf("an unknown page answers %d", page.Code)
	}
	page := d.post(t, "/act", "do", "assign", "event", strings.Repeat("x", maxForm))
	if page.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large form answers %d", page.Code)
	}
	page.wants(t, "That is too large", "64 kB")
}

func TestNewsCountsWhatChangedSinceThePageWasMade(t *testing.T) {
	d := newDesk(t)
	before := d.get(t, "/inbox/news?since=2020-01-01T00:00:00Z")
	before.wants(t, "events are new or changed")
	page := d.get(t, "/inbox")
	since := regexp.MustCompile(`data-since="([^"]*)"`).FindStringSubmatch(page.Body)
	if since == nil {
		t.Fatal("the inbox does not say when it was made")
	}
	if news := d.get(t, "/inbox/news?since="+url.QueryEscape(html.UnescapeString(since[1]))); strings.Contains(news.Body, "new or changed") {
		t.Errorf("nothing has changed, but the page says %q", news.Body)
	}
}

func TestClosedEventsLeaveTheInbox(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, kenya)
	page := d.post(t, "/act", "do", "close", "event", e.ID, "reason", "We hold no licence there", "back", "/inbox")
	page.wants(t, "Closed: “"+kenya)
	rows := func(r reply) string { _, list, _ := strings.Cut(r.Body, `id="list"`); return list }
	if strings.Contains(rows(page), kenya) {
		t.Error("the inbox still lists the closed event")
	}
	d.get(t, "/inbox?state=closed").wants(t, kenya, "Reopen")
	if closed, err := d.engine.Event(t.Context(), e.ID); err != nil || closed.Closed == nil || closed.Closed.Reason != "We hold no licence there" || closed.Closed.By != "mei" {
		t.Errorf("the event is closed as %+v, %v", closed.Closed, err)
	}
	d.undo(t, page)
	if !strings.Contains(rows(d.get(t, "/inbox")), kenya) {
		t.Error("after the undo the inbox does not list the event")
	}
}

func TestAnEventIsUnreadUntilItIsOpened(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, kenya)
	unread := `class="row unread" data-event="` + e.ID
	d.get(t, "/inbox").wants(t, unread)
	d.get(t, "/inbox?peek="+e.ID)
	d.get(t, "/inbox").lacks(t, unread)
	d.post(t, "/act", "do", "unread", "event", e.ID, "back", "/inbox").wants(t, unread)
}

func TestFiltersAreSavedForOneOrForAll(t *testing.T) {
	d := newDesk(t)
	page := d.post(t, "/filters", "name", "Bans", "query", "rule=crypto-ban&before=01AAAA&peek=01BBBB", "team", "1")
	if page.Address != "/inbox?rule=crypto-ban" {
		t.Errorf("after saving the page is %s", page.Address)
	}
	page.wants(t, "Filter “Bans” saved", `href="/inbox?rule=crypto-ban" aria-current="true">Bans <small>team</small>`, kenya)
	d.undo(t, page).lacks(t, "<small>team</small>")

	d.post(t, "/filters", "name", "<b>mine</b>", "query", "severity=high")
	mine, err := d.engine.SavedFilters(t.Context(), "mei")
	if err != nil || len(mine) != 1 {
		t.Fatalf("mei has %v, %v", mine, err)
	}
	others, err := d.engine.SavedFilters(t.Context(), "ana")
	if err != nil || len(others) > 0 {
		t.Errorf("ana sees the filters of mei: %v, %v", others, err)
	}
	page = d.post(t, "/filters", "remove", mine[0].ID, "back", "/inbox")
	page.wants(t, "Filter “&lt;b&gt;mine&lt;/b&gt;” removed")
	d.undo(t, page).wants(t, "&lt;b&gt;mine&lt;/b&gt;")
	if page := d.post(t, "/filters", "name", " ", "query", "severity=high"); page.Code != http.StatusUnprocessableEntity {
		t.Errorf("a filter without a name answers %d", page.Code)
	}
}

func TestRolesDecideWhatAReaderMayDo(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	d.actor = app.Actor{Name: "lee", Role: app.RoleReader}
	page := d.get(t, "/inbox?peek="+e.ID)
	page.wants(t, licence, "Only editors can decide about it")
	page.lacks(t, `value="assign"`, `value="merge`)
	for _, do := range []string{"assign", "irrelevant", "close", "apart"} {
		if page := d.post(t, "/act", "do", do, "event", e.ID, "back", "/inbox"); page.Code != http.StatusForbidden && do != "apart" {
			t.Errorf("%s of a reader answers %d", do, page.Code)
		}
	}
	if now, err := d.engine.Event(t.Context(), e.ID); err != nil || len(now.Assignments)+len(now.Feedback)+len(now.Mutes) > 0 || now.Closed != nil {
		t.Errorf("a reader changed the event: %+v, %v", now.Event, err)
	}
	d.post(t, "/filters", "name", "Mine", "query", "severity=high").wants(t, "Filter “Mine” saved")

	d.actor = app.Actor{}
	if page := d.post(t, "/act", "do", "assign", "event", e.ID, "back", "/inbox"); page.Code != http.StatusForbidden {
		t.Errorf("assign of nobody answers %d", page.Code)
	}
}

func TestNotesAndDueDatesOfAnEvent(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	address := "/events/" + e.ID
	page := d.post(t, "/act", "do", "note", "event", e.ID, "note", "Ask custody <team>\nby Friday", "back", address)
	page.wants(t, "Note added", "Ask custody &lt;team&gt;", "mei")
	id := regexp.MustCompile(`name="removenote" value="(\w+)"`).FindStringSubmatch(page.Body)
	if id == nil {
		t.Fatal("the note cannot be removed")
	}
	removed := d.post(t, "/act", "removenote", id[1], "back", address)
	removed.wants(t, "Note removed", "No notes yet")
	d.undo(t, removed).wants(t, "Ask custody")
	d.post(t, "/act", "do", "note", "event", e.ID, "note", " ", "back", address).wants(t, "the note is empty")

	page = d.post(t, "/act", "do", "due", "event", e.ID, "day", "2031-03-31", "back", address)
	page.wants(t, "Due date changed", `value="2031-03-31"`, "set by mei")
	d.undo(t, page).wants(t, `name="day" value=""`)
	d.post(t, "/act", "do", "due", "event", e.ID, "day", "31.3.2031", "back", address).wants(t, "write it like 2026-03-31")

	d.post(t, "/act", "do", "close", "event", e.ID, "reason", "Done", "back", address).wants(t, "Closed by mei", "Reopen")
	page = d.post(t, "/act", "do", "reopen", "event", e.ID, "back", address)
	page.wants(t, "Reopened", "Reason to close")
	d.undo(t, page).wants(t, "Closed by mei", ">Done<")
}

// What a browser loads for the first page, compressed, is at most 100 kB.
func TestFirstViewIsSmall(t *testing.T) {
	d := newDesk(t)
	size := func(address string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.server.URL+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip") // so that the client does not decompress
		answer := d.do(t, r)
		if answer.Header.Get("Content-Encoding") != "gzip" && len(answer.Body) > 2000 {
			t.Errorf("%s is not compressed", address)
		}
		return len(answer.Body)
	}
	total := size("/inbox")
	seen := make(map[string]bool)
	for _, address := range regexp.MustCompile(`(?:href|src)="(/static/[^"#]*)`).FindAllStringSubmatch(d.get(t, "/inbox").Body, -1) {
		if !seen[address[1]] {
			seen[address[1]] = true
			total += size(address[1])
		}
	}
	t.Logf("%d files, %d bytes", 1+len(seen), total)
	if total > 100<<10 {
		t.Errorf("the first view is %d bytes", total)
	}
}

// An undo reverses what its action did, and nothing that was so before.
func TestUndoGoesBackToWhatWas(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	d.post(t, "/act", "do", "irrelevant", "event", e.ID, "back", "/inbox")
	page := d.post(t, "/act", "do", "relevant", "event", e.ID, "back", "/inbox")
	d.undo(t, page)
	if now, err := d.engine.Event(t.Context(), e.ID); err != nil || now.Verdict() != "irrelevant" {
		t.Errorf("the feedback is %q after the undo, %v", now.Verdict(), err)
	}
	for _, do := range []string{"assign", "close"} {
		d.post(t, "/act", "do", do, "event", e.ID, "reason", "Read", "back", "/inbox")
		d.get(t, "/inbox") // another page
		if page := d.post(t, "/act", "do", do, "event", e.ID, "reason", "Read", "back", "/inbox"); strings.Contains(page.Body, `value="undo"`) {
			t.Errorf("a second %s, which changed nothing, offers an undo", do)
		}
	}
	d.post(t, "/filters", "name", "Mine", "query", "severity=high")
	d.undo(t, d.post(t, "/filters", "name", "Mine", "query", "rule=crypto-ban"))
	if all, err := d.engine.SavedFilters(t.Context(), "mei"); err != nil || len(all) != 1 || all[0].Query != "severity=high" {
		t.Errorf("the filter is %v after the undo, %v", all, err)
	}
}

// The count of a saved filter is that of its list, also with words.
func TestSavedFilterCountsItsSearch(t *testing.T) {
	d := newDesk(t)
	d.post(t, "/filters", "name", "Kiosks", "query", "q=kiosks").wants(t, `Kiosks<span class="count">1</span>`)
}

// What a reader may not do stays forbidden when it is work that goes on after the page.
func TestJobsKeepTheRoleOfTheReader(t *testing.T) {
	d := newDesk(t)
	d.actor = app.Actor{Name: "lee", Role: app.RoleReader}
	for _, do := range []string{"scan", "try", "pause"} {
		d.post(t, "/sources/blocktide", "do", do, "back", "/sources")
		if j := d.console.jobs.last(do + " blocktide"); j != nil && !strings.Contains(fmt.Sprint(j.err), "editor") {
			t.Errorf("%s of a reader: %v", do, j.err)
		}
	}
	d.post(t, "/sources", "back", "/sources")
	if j := d.console.jobs.last("scan"); j == nil || !strings.Contains(fmt.Sprint(j.result, j.err), "editor") && fmt.Sprint(j.result) != "0" {
		t.Errorf("a scan of everything by a reader: %+v", j)
	}
	if page := d.post(t, "/sources/find", "url", d.server.URL); strings.Contains(page.Body, "Save source") {
		t.Error("a reader sees what an address has")
	}
}

func TestFewJobsRunAtOnce(t *testing.T) {
	all := newJobs(time.Now)
	defer all.end()
	left, leave := context.WithCancel(t.Context())
	leave() // the reader does not wait
	for i := range maxRunning {
		if _, err := all.start(left, fmt.Sprint(i), func(ctx context.Context) (any, error) { <-ctx.Done(); return nil, ctx.Err() }); err != nil {
			t.Fatal(err)
		}
	}
	nothing := func(context.Context) (any, error) { return nil, nil }
	if _, err := all.start(left, "0", nothing); err != nil {
		t.Errorf("looking at a job that runs: %v", err)
	}
	if _, err := all.start(left, "one more", nothing); !errors.Is(err, errBusy) {
		t.Errorf("the job after the last of %d: %v, want errBusy", maxRunning, err)
	}
}
