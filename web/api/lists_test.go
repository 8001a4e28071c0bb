package api

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

// load imports articles, published in 2024, and returns their titles.
func (d *desk) load(name string, from, n, month int) []string {
	d.t.Helper()
	var b strings.Builder
	var titles []string
	for i := range n {
		titles = append(titles, fmt.Sprintf("Circular %d", from+i))
		fmt.Fprintf(&b, `{"title": "Circular %d", "published": "2024-%02d-11", "source": "Wire", "link": "https://wire.example/%d", "text": "About bonds."}`+"\n", from+i, month, from+i)
	}
	path := filepath.Join(d.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		d.t.Fatal(err)
	}
	result, err := d.engine.Import(d.t.Context(), app.ImportRequest{File: path, AnySource: true, By: "test"})
	if err != nil || result.Added != n {
		d.t.Fatalf("Import = %+v, %v", result, err)
	}
	return titles
}

// A walk through 10,000 articles sees each once, though more come while it walks.
func TestTenThousandRowsArePagedWhileMoreCome(t *testing.T) {
	d := newDesk(t)
	const rows = 10_000
	want := d.load("first.jsonl", 0, rows, 3)
	seen := make(map[string]int)
	pages := 0
	address := "/articles?imported=true&limit=500"
	for address != "" {
		got := d.send("GET", address, nil)
		for _, a := range got.list() {
			seen[a["title"].(string)]++
		}
		pages++
		if pages == 3 {
			d.load("later.jsonl", rows, 700, 4) // published later, so they come before the page
		}
		next, _ := got.ok()["next"].(string)
		address = ""
		if next != "" {
			address = "/articles?imported=true&limit=500&cursor=" + url.QueryEscape(next)
			if link := got.head.Get("Link"); !strings.Contains(link, "cursor="+next) || !strings.HasPrefix(link, "</api/v1/articles?") || !strings.HasSuffix(link, `>; rel="next"`) {
				t.Fatalf("Link = %q, want the next page", link)
			}
		}
	}
	for _, title := range want {
		if seen[title] != 1 {
			t.Errorf("%s was seen %d times", title, seen[title])
		}
	}
	if pages != rows/500 || len(seen) != rows {
		t.Errorf("%d pages with %d articles, want %d with %d", pages, len(seen), rows/500, rows)
	}
}

// Each list in pages of one has the same elements as the whole, and a cursor fits one list only.
func TestPagesOfOneAreTheWholeList(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	for _, kind := range []string{"rule:stablecoins", "source:site", "event:" + licence} {
		name, target, _ := strings.Cut(kind, ":")
		d.send("POST", "/mutes", map[string]any{"kind": name, "target": target, "for": "7d", "reason": "x"}).ok()
		d.send("POST", "/exceptions", map[string]any{"scope": "all", "query": `"weather ` + name + `"`, "reason": "x"}).ok()
	}
	for range 3 {
		if _, err := d.engine.SendDigest(t.Context(), "weekly", time.Second); err != nil {
			t.Fatal(err)
		}
		d.offset.Add(int64(time.Hour))
	}
	d.write("rules/b.yaml", strings.ReplaceAll(deskRule, "id: stablecoins", "id: b"))
	cursors := map[string]string{}
	for _, path := range []string{"/events?", "/events?q=stablecoin&", "/articles?", "/sources?", "/rules?", "/mutes?", "/exceptions?", "/deliveries?", "/notices?", "/deadlines?", "/audit?", "/audit?oldest_first=true&", "/digests?"} {
		whole := d.send("GET", path+"limit=500", nil).list()
		var single []string
		cursor := ""
		for range len(whole) + 1 {
			got := d.send("GET", path+"limit=1&cursor="+cursor, nil)
			if cursor == "" {
				got = d.send("GET", path+"limit=1", nil)
			}
			for _, v := range got.list() {
				single = append(single, fmt.Sprint(v))
			}
			next, more := got.ok()["next"].(string)
			if !more {
				break
			}
			cursor, cursors[path] = next, next
		}
		if len(single) != len(whole) {
			t.Errorf("%s has %d elements one by one, and %d together", path, len(single), len(whole))
			continue
		}
		for i, v := range whole {
			if single[i] != fmt.Sprint(v) {
				t.Errorf("%s has another element %d one by one:\n%s\n%v", path, i, single[i], v)
			}
		}
		d.offset.Add(int64(5e9)) // so that the token may go on
	}
	d.send("GET", "/articles?cursor="+cursors["/events?"], nil).wants(codeInvalidRequest)
	d.send("GET", "/events?severity=high&cursor="+cursors["/events?"], nil).wants(codeInvalidRequest)
}

func TestListsAsCSVAreNoFormulas(t *testing.T) {
	d := newDesk(t)
	d.send("POST", "/events/"+d.event("=HYPERLINK")+"/assign", nil).ok()
	for _, got := range []reply{d.send("GET", "/events", nil, "Accept", "text/csv"), d.send("GET", "/events?format=csv", nil)} {
		if got.head.Get("Content-Type") != csvType {
			t.Fatalf("the type is %s", got.head.Get("Content-Type"))
		}
		rows, err := csv.NewReader(strings.NewReader(string(got.body))).ReadAll()
		if err != nil || len(rows) != 4 || rows[0][0] != "id" {
			t.Fatalf("the CSV has %d rows, %v: %s", len(rows), err, got.body)
		}
		for i, name := range rows[0] {
			for _, row := range rows[1:] {
				if strings.HasPrefix(row[i], "=") {
					t.Errorf("%s is a formula: %s", name, row[i])
				}
				if name == "rule_ids" && row[i] != "stablecoins" {
					t.Errorf("rule_ids = %q", row[i])
				}
			}
		}
		if !strings.Contains(string(got.body), `'=HYPERLINK`) {
			t.Errorf("the title has no apostrophe: %s", got.body)
		}
	}
	next := d.send("GET", "/events?format=csv&limit=1", nil).head.Get("Link")
	if !strings.Contains(next, "format=csv") || !strings.Contains(next, "cursor=") {
		t.Errorf("Link = %q, want the next page as CSV", next)
	}
	// Every list has a CSV, and its first row has its columns.
	for _, op := range operations() {
		if !op.List {
			continue
		}
		got := d.send("GET", op.Path+"?format=csv", nil)
		if got.code != 200 || strings.Count(strings.SplitN(string(got.body), "\r\n", 2)[0], ",")+1 != len(fieldsOfResult(op)) {
			t.Errorf("%s as CSV answers %d: %.200s", op.ID, got.code, got.body)
		}
	}
}

func TestCellsThatSpreadsheetsWouldRun(t *testing.T) {
	if got := cell([]byte("-5")); got != "-5" {
		t.Errorf("the number -5 is %q", got)
	}
	if got := cell([]byte(`["=1","b"]`)); got != "'=1; b" {
		t.Errorf("a list is %q", got)
	}
}
