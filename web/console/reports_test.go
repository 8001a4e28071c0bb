package console

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/app"
)

// draftForm returns the fields of the form of a draft, as a browser sends them.
func draftForm(t *testing.T, r reply) (fields []string) {
	t.Helper()
	text := func(s string) string {
		return strings.NewReplacer("&amp;", "&", "&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#43;", "+").Replace(s)
	}
	for _, m := range regexp.MustCompile(`<input (?:type="hidden" |id="title" )?name="(revision|event|facts|place|title)" value="([^"]*)"`).FindAllStringSubmatch(r.Body, -1) {
		fields = append(fields, m[1], text(m[2]))
	}
	for _, m := range regexp.MustCompile(`<input type="checkbox" name="out" value="([^"]*)" checked`).FindAllStringSubmatch(r.Body, -1) {
		fields = append(fields, "out", m[1])
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea [^>]*name="(line|introduction)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(r.Body, -1) {
		fields = append(fields, m[1], text(m[2]))
	}
	return fields
}

// set changes a field of a form: the one at a place among those of its name.
func setField(fields []string, name string, at int, value string) []string {
	fields = slices.Clone(fields)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == name {
			if at == 0 {
				fields[i+1] = value
				return fields
			}
			at--
		}
	}
	return append(fields, name, value)
}

func valuesOf(fields []string, name string) (values []string) {
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == name {
			values = append(values, fields[i+1])
		}
	}
	return values
}

// An officer writes a report from its start to the next one, without a script.
func TestReportIsWrittenWithoutScripts(t *testing.T) {
	d := newDesk(t)
	d.get(t, "/reports").wants(t, "There are no reports.", "Start a report")
	draft := d.post(t, "/reports", "title", "Monthly <b>committee</b>", "severity", "high")
	address := draft.Address
	draft.wants(t, "Monthly &lt;b&gt;committee&lt;/b&gt;", "Finish version 1", "No report of this title was finished before.")
	fields := draftForm(t, draft)
	ids := valuesOf(fields, "event")
	if len(ids) < 4 {
		t.Fatalf("the draft has the events %v", ids)
	}

	// A line, one event left out, the last at the first place, and then down again by a button.
	fields = setField(fields, "line", 1, "Watch\nthis <script>")
	fields = setField(fields, "introduction", 0, "What matters")
	fields = setField(fields, "place", len(ids)-1, "1")
	fields = append(fields, "out", ids[2])
	moved := d.post(t, address, append(fields, "do", "down "+ids[len(ids)-1])...)
	moved.wants(t, "Watch\nthis &lt;script&gt;", "What matters", `<h2 class="group">Left out</h2>`)
	fields = draftForm(t, moved)
	want := slices.Concat([]string{ids[0], ids[len(ids)-1], ids[1]}, ids[3:len(ids)-1], []string{ids[2]})
	if got := valuesOf(fields, "event"); !slices.Equal(got, want) {
		t.Errorf("after moving the events are %v, want %v", got, want)
	}
	finished := d.post(t, address, append(fields, "do", "finish")...)
	finished.wants(t, "Version 1 is finished.", "A version never changes.", "Watch", "this &lt;script&gt;", "Write version 2")
	finished.lacks(t, "<textarea")
	d.get(t, "/reports").wants(t, "Finished, version 1")

	page := d.get(t, address+"/export?number=1&format=html")
	page.wants(t, "Monthly &lt;b&gt;committee&lt;/b&gt;", "Watch", "@page")
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("the page is served with the policy %q", policy)
	}
	table := d.get(t, address+"/export?number=1&format=csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(ids) || !strings.Contains(table.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the table has %d rows, %v, %v", len(rows), err, table.Header)
	}
	if got := d.get(t, address+"/export?number=1&format=json"); !strings.Contains(got.Body, `"line":"Watch\nthis \u003cscript\u003e"`) {
		t.Errorf("JSON: %.300s", got.Body)
	}

	// The next report knows the last one, and finds what was left out there.
	next := d.post(t, "/reports", "title", "monthly <b>COMMITTEE</b>", "severity", "high", "from", "2020-01-01")
	next.wants(t, "Since the report until", "1 new, 0 changed", "New since the last report")
	d.post(t, next.Address, append(draftForm(t, next), "do", "delete")...).wants(t, "is deleted.", "Undo")
	if got := d.get(t, next.Address); got.Code != http.StatusNotFound {
		t.Errorf("a deleted report answers %d", got.Code)
	}
	id := strings.TrimPrefix(next.Address, "/reports/")
	d.post(t, "/act", "do", "undo", "back", next.Address, "undo", "restore-report", "event", "", "id", id).wants(t, "Undone.", "New since the last report")

	// Version 2 changes nothing of version 1.
	again := d.post(t, address, "do", "reopen")
	refused := d.post(t, address, append(setField(draftForm(t, again), "title", 0, "Monthly board"), "do", "finish")...)
	refused.wants(t, "has finished versions, and the next report finds them by this title", `value="Monthly board"`)
	if refused.Code != http.StatusUnprocessableEntity {
		t.Errorf("another title answers %d", refused.Code)
	}
	fields = setField(draftForm(t, again), "title", 0, "MONTHLY <b>committee</b>")
	d.post(t, address, append(fields, "do", "finish")...).wants(t, "Version 2 is finished.")
	d.get(t, address+"?number=1").wants(t, "Monthly &lt;b&gt;committee&lt;/b&gt;", "Version 1")
}

func TestReportConflictKeepsWhatWasTyped(t *testing.T) {
	d := newDesk(t)
	draft := d.post(t, "/reports", "title", "Monthly")
	address, mine := draft.Address, draftForm(t, draft)
	d.actor.Name = "kim"
	d.post(t, address, append(setField(mine, "line", 0, "line of kim"), "do", "save")...).wants(t, "Saved.")
	d.actor.Name = "mei"
	conflict := d.post(t, address, append(setField(mine, "line", 0, "line of mei"), "do", "finish")...)
	if conflict.Code != http.StatusConflict {
		t.Errorf("the conflict answers %d", conflict.Code)
	}
	conflict.wants(t, "kim changed the report since you read it", "line of mei", "See what is stored")
	conflict.lacks(t, "line of kim")
	d.get(t, address).wants(t, "line of kim", "Finish version 1")
	d.post(t, address, append(draftForm(t, conflict), "do", "save")...).wants(t, "Saved.", "line of mei")

	// What a third person saves while the page of the conflict is open is not replaced in silence.
	d.actor.Name = "kim"
	d.post(t, address, append(setField(mine, "revision", 0, valuesOf(draftForm(t, d.get(t, address)), "revision")[0]), "do", "save")...).wants(t, "Saved.")
	d.actor.Name = "mei"
	stale := d.post(t, address, append(draftForm(t, conflict), "do", "save")...)
	if stale.Code != http.StatusConflict {
		t.Errorf("saving again over a third change answers %d", stale.Code)
	}
	d.post(t, address, append(draftForm(t, stale), "do", "save")...).wants(t, "Saved.", "line of mei")

	// A mistake keeps what was typed too.
	for _, tt := range []struct {
		field       string
		at          int
		value, want string
	}{
		{"title", 0, " ", "a report needs a title"}, {"line", 1, strings.Repeat("x", 2001), "has 2001 characters"}, {"add", 0, "01NONE", "No event has the ID 01NONE"},
	} {
		fields := setField(setField(draftForm(t, d.get(t, address)), "introduction", 0, "just typed"), tt.field, tt.at, tt.value)
		wrong := d.post(t, address, append(fields, "do", "save")...)
		if wrong.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %.20q answers %d", tt.field, tt.value, wrong.Code)
		}
		wrong.wants(t, tt.want, "just typed", "line of mei")
	}
	d.get(t, address).lacks(t, "just typed")
}

// The page of a draft says what changed since it was shown, before it is finished.
func TestReportIsFinishedAsItWasSeen(t *testing.T) {
	d := newDesk(t)
	draft := d.post(t, "/reports", "title", "Monthly", "from", "2020-01-01")
	fields := draftForm(t, draft)
	news := d.post(t, draft.Address, append(setField(fields, "facts", 1, "0123456789abcdef"), "do", "finish", "introduction", "Typed")...)
	if news.Code != http.StatusConflict {
		t.Errorf("finishing other facts than those seen answers %d", news.Code)
	}
	news.wants(t, "the facts of 1 events changed since you read it", "Changed since you read it", "Finish version 1")
	news.lacks(t, "Finish without the new events", "nothing was saved")
	d.post(t, draft.Address, append(draftForm(t, news), "do", "finish")...).wants(t, "Version 1 is finished.")

	// Of two who reopen it at once, both have the draft.
	for range 2 {
		d.post(t, draft.Address, "do", "reopen").wants(t, "Finish version 2")
	}
}

func TestReportsAreReadByReadersAndWrittenByEditors(t *testing.T) {
	d := newDesk(t)
	address := d.post(t, "/reports", "title", "Monthly").Address
	d.actor = app.Actor{Name: "rob", Role: app.RoleReader}
	read := d.get(t, address)
	read.wants(t, "Monthly", "Draft", "Page to print")
	read.lacks(t, "<textarea", "Write version")
	d.get(t, "/reports").lacks(t, "Start a report")
	for _, fields := range [][]string{{"do", "delete"}, {"do", "reopen"}, append(draftForm(t, read), "do", "save", "revision", "1")} {
		if got := d.post(t, address, fields...); got.Code != http.StatusForbidden {
			t.Errorf("%v by a reader answers %d", fields[:2], got.Code)
		}
	}
	if got := d.post(t, "/reports", "title", "Mine"); got.Code != http.StatusForbidden {
		t.Errorf("a new report by a reader answers %d", got.Code)
	}
	for _, wrong := range []string{"/reports/01NONE", address + "?number=1", address + "?number=x", address + "/export?format=pdf", address + "/export?format=csv&number=3"} {
		if got := d.get(t, wrong); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", wrong, got.Code)
		}
	}
}

func TestReportPagesInThreeLanguages(t *testing.T) {
	d := newDesk(t)
	address := d.post(t, "/reports", "title", "Monthly").Address
	for _, tt := range []struct{ lang, list, draft, page string }{
		{"zh-HK", "開始報告", "將第 1 版定稿", "草稿，尚未定稿"}, {"zh-CN", "开始报告", "将第 1 版定稿", "草稿，尚未定稿"},
	} {
		d.get(t, "/reports", "Accept-Language", tt.lang).wants(t, tt.list)
		d.get(t, address, "Accept-Language", tt.lang).wants(t, tt.draft)
		d.get(t, address+"/export?format=html", "Accept-Language", tt.lang).wants(t, tt.page)
	}
}

func TestReadReportEditOrdersEvents(t *testing.T) {
	for _, tt := range []struct {
		name        string
		places, out string // one character for each of a, b, c, d
		do, want    string
	}{
		{"nothing", "1234", "", "save", "abcd"},
		{"last to first", "1231", "", "save", "dabc"},
		{"first to last", "4234", "", "save", "bcda"},
		{"far beyond the end", "9234", "", "save", "bcda"},
		{"two moves", "3214", "", "save", "cbad"},
		{"no number", "x234", "", "save", "abcd"},
		{"up", "1234", "", "up c", "acbd"},
		{"up at the top", "1234", "", "up a", "abcd"},
		{"down", "1234", "", "down a", "bacd"},
		{"down at the end", "1234", "", "down d", "abcd"},
		{"move and up", "1231", "", "up d", "dabc"},
		{"left out", "1234", "b", "save", "acd-b"},
		{"left out and down", "1234", "b", "down a", "cad-b"},
	} {
		form := url.Values{"revision": {"3"}, "do": {tt.do}, "title": {"t"}}
		for i, id := range []string{"a", "b", "c", "d"} {
			form.Add("event", id)
			form.Add("line", "line "+id)
			form.Add("place", tt.places[i:i+1])
		}
		if tt.out != "" {
			form.Add("out", tt.out)
		}
		edit, err := readReportEdit(form)
		got, out := "", ""
		for _, item := range edit.Items {
			if item.Line != "line "+item.EventID {
				t.Errorf("%s: event %s has %q", tt.name, item.EventID, item.Line)
			}
			if item.LeftOut {
				out += "-" + item.EventID
			} else {
				got += item.EventID
			}
		}
		if err != nil || got+out != tt.want || edit.Revision != 3 {
			t.Errorf("%s: %s, %v; want %s", tt.name, got+out, err, tt.want)
		}
	}
	for _, form := range []url.Values{{}, {"revision": {"x"}}, {"revision": {"1"}, "event": {"a"}, "line": {"x", "y"}, "place": {"1"}}} {
		if _, err := readReportEdit(form); err == nil {
			t.Errorf("the form %v is read", form)
		}
	}
}

// A draft of as many events as a report may have fits into a form.
func TestLargestReportFitsIntoAForm(t *testing.T) {
	d := newDesk(t)
	address := d.post(t, "/reports", "title", "Monthly").Address
	fields := []string{"revision", "1", "title", "Monthly", "do", "save"}
	for i := range 2000 {
		fields = append(fields, "event", fmt.Sprintf("01%024d", i), "line", strings.Repeat("律", 500), "place", fmt.Sprint(i+1), "out", fmt.Sprintf("01%024d", i))
	}
	// The first of these events is not stored: the form was read.
	if got := d.post(t, address, fields...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("the form answers %d: %.300s", got.Code, got.main())
	}
	if got := d.get(t, address); !strings.Contains(got.Body, "Monthly") {
		t.Error("the report is gone")
	}
}

func TestPeopleWriteAReport(t *testing.T) {
	needBrowser(t)
	d := newDesk(t)
	browse(t, d.server.URL, "report", nil)
	draft := d.post(t, "/reports", "title", "Committee true")
	finished := d.post(t, "/reports", "title", "Monthly", "from", "2020-01-01", "severity", "high")
	d.post(t, finished.Address, append(draftForm(t, finished), "do", "finish")...)
	browse(t, d.server.URL, "pages", nil, "/reports", draft.Address, finished.Address, finished.Address+"/export?number=1&format=html")
}
