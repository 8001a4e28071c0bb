package sources

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/fetch"
)

func monitoredPage(w models.PageMonitor) models.Source {
	return models.Source{ID: "guidance", Name: "Guidance", Kind: KindPage, URL: "https://r.example/guidance", Watch: w, Pages: models.PagesAuto}
}

// guidance returns a page with a menu, related news and a visitor counter.
func guidance(paragraphs ...string) string {
	var b strings.Builder
	b.WriteString(`<html><head><title>R | Guidance</title></head><body><nav><a href="/">Home</a></nav><main><h1>Guidance for issuers</h1>`)
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", p)
	}
	b.WriteString(`</main><footer>© R</footer></body></html>`)
	return b.String()
}

// TestPageMonitor reads one version after the other, each with the stored state of the
// one before.
func TestPageMonitor(t *testing.T) {
	const reserve, audit, redeem = "Issuers hold reserve assets.", "Auditors look at them each year.", "Coins are redeemed within one day."
	for _, tt := range []struct {
		name     string
		settings models.PageMonitor
		versions []string
		want     []string // reported changes, by title and text
		kept     int      // versions
	}{
		{"nothing changes", models.PageMonitor{}, []string{guidance(reserve, audit), guidance(reserve, audit)}, nil, 1},
		{
			"a paragraph is added",
			models.PageMonitor{},
			[]string{guidance(reserve, audit), guidance(reserve, redeem, audit)},
			[]string{"Guidance for issuers: Coins are redeemed within one day.\n+ Coins are redeemed within one day."},
			2,
		},
		{
			"a paragraph is removed",
			models.PageMonitor{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, audit)},
			[]string{"Guidance for issuers: − Coins are redeemed within one day.\n− Coins are redeemed within one day."},
			2,
		},
		{
			"a word changes",
			models.PageMonitor{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, "Coins are redeemed within two days.", audit)},
			[]string{"Guidance for issuers: Coins are redeemed within two days.\n− Coins are redeemed within one day.\n\n+ Coins are redeemed within two days."},
			2,
		},
		{
			"boilerplate changes",
			models.PageMonitor{},
			[]string{
				guidance(reserve, audit, "Last updated: 1 August 2026", "Views: 1,204"),
				strings.ReplaceAll(guidance("ISSUERS  hold reserve assets.", audit, "Last updated: 2 August 2026", "瀏覽次數 1,205"), "Home", "Start"),
			},
			nil, 1,
		},
		{
			"a link leads to another document under the same words",
			models.PageMonitor{},
			[]string{guidance(reserve, audit, `<a href="/docs/v1.pdf">The circular</a>`), guidance(reserve, audit, `<a href="/docs/v2.pdf">The circular</a>`)},
			[]string{"Guidance for issuers: The circular [/docs/v2.pdf]\n− The circular [/docs/v1.pdf]\n\n+ The circular [/docs/v2.pdf]"},
			2,
		},
		{
			"a document has another version in its query",
			models.PageMonitor{Select: "main"},
			[]string{guidance(reserve, audit, `<a href="/d.docx?v=1&t=5">Form</a>`), guidance(reserve, audit, `<a href="/d.docx?v=2&t=6">Form</a>`)},
			[]string{"Guidance for issuers: Form [/d.docx?v=2]\n− Form [/d.docx?v=1]\n\n+ Form [/d.docx?v=2]"},
			2,
		},
		{
			"links differ only by the visit",
			models.PageMonitor{},
			[]string{
				guidance(reserve, audit, `<a href="/a;jsessionid=1F?x=1">Register</a> <a href="/b.pdf?t=1">Form</a> <a href="#top1">Top</a> <a href="mailto:a@r.example">Mail</a>`),
				guidance(reserve, audit, `<a href="/a;jsessionid=2C?x=2">Register</a> <a href="/b.pdf?t=2">Form</a> <a href="#top2">Top</a> <a href="mailto:b@r.example">Mail</a>`),
			},
			nil, 1,
		},
		{
			"text is marked as deleted",
			models.PageMonitor{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, "<del>"+redeem+"</del>", audit)},
			[]string{"Guidance for issuers: − Coins are redeemed within one day.\n− Coins are redeemed within one day."},
			2,
		},
		{
			"a part of a sentence is marked as deleted",
			models.PageMonitor{},
			[]string{guidance(reserve, redeem, audit), guidance(reserve, "Coins are redeemed<s> within one day</s>.", audit)},
			[]string{"Guidance for issuers: Coins are redeemed .\n− Coins are redeemed within one day.\n\n+ Coins are redeemed ."},
			2,
		},
		{"paragraphs are moved", models.PageMonitor{}, []string{guidance(reserve, audit, redeem), guidance(redeem, reserve, audit)}, nil, 1},
		{
			"an outage notice is not reported",
			models.PageMonitor{},
			[]string{guidance(reserve, audit, redeem), `<h1>R</h1><p>We are carrying out maintenance.`, guidance(reserve, audit, redeem)},
			nil, 1,
		},
		{
			"a page that stays different is reported",
			models.PageMonitor{},
			[]string{guidance(reserve, audit, redeem), `<h1>R</h1><p>This page has been withdrawn.`, `<h1>R</h1><p>This page has been withdrawn.`},
			[]string{"Guidance: R\n− Guidance for issuers\n\n− Issuers hold reserve assets.\n\n− Auditors look at them each year.\n\n− Coins are redeemed within one day.\n\n+ R\n\n+ This page has been withdrawn."},
			2,
		},
		{
			"only what is selected counts",
			models.PageMonitor{Select: ".rules", Ignore: []string{".new"}},
			[]string{
				`<div class=rules><p>One rule.</p><p class=new>Hot!</p></div><p>Weather: rain.</p>`,
				`<div class=rules><p>One rule.</p><p class=new>Cold!</p></div><p>Weather: sun.</p>`,
				`<div class=rules><p>One rule.</p><p>Two rules.</p></div>`,
			},
			[]string{"Guidance: Two rules.\n+ Two rules."},
			2,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told []string
			versions := make(map[string]bool)
			var memory string
			for _, page := range tt.versions {
				r := Open(monitoredPage(tt.settings), nil)
				u, k, err := r.openKind(r.src.URL)
				if err != nil {
					t.Fatal(err)
				}
				batch, err := r.buildBatch(t.Context(), k, fetch.Response{URL: u, Body: []byte(page), Cursor: models.Cursor{Memory: memory}}, models.Cursor{}, "")
				if err != nil {
					t.Fatal(err)
				}
				memory = batch.Cursor.Memory
				if warned := strings.Join(batch.Warnings, "; "); strings.Contains(warned, "another article") {
					t.Errorf("warnings about the page and its change: %s", warned)
				}
				for _, a := range batch.Articles {
					if a.BodyState == models.BodyVersion {
						versions[a.FeedHash] = true
						if !a.Baseline {
							t.Error("a version may alert")
						}
						continue
					}
					told = append(told, a.Title+"\n"+a.Body)
				}
			}
			if diff := cmp.Diff(tt.want, told); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if len(versions) != tt.kept {
				t.Errorf("%d versions are kept; want %d", len(versions), tt.kept)
			}
		})
	}
}

// The same change has the same identity however often it is read; the reverse change
// has another.
func TestPageChangeIdentity(t *testing.T) {
	read := func(memory, page string) (change models.Article, after string) {
		r := Open(monitoredPage(models.PageMonitor{}), nil)
		u, k, err := r.openKind(r.src.URL)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := r.buildBatch(t.Context(), k, fetch.Response{URL: u, Body: []byte(page), Cursor: models.Cursor{Memory: memory}}, models.Cursor{}, "")
		if err != nil {
			t.Fatal(err)
		}
		return batch.Articles[len(batch.Articles)-1], batch.Cursor.Memory
	}
	one, two := guidance("A rule.", "Of one kind."), guidance("A rule.", "Of two kinds.")
	_, first := read("", one)
	there, second := read(first, two)
	again, _ := read(first, two)
	back, _ := read(second, one)
	if there.Identity != again.Identity {
		t.Error("reading a change twice gives two identities")
	}
	if there.Identity == back.Identity {
		t.Error("a change and its reverse have one identity")
	}
}

// A change that was reverted and is made again is reported again.
func TestRepeatedPageChange(t *testing.T) {
	one, two := guidance("A rule.", "In force."), guidance("A rule.", "Suspended.")
	seen := make(map[string]bool)
	memory := ""
	for _, page := range []string{one, two, one, two} {
		r := Open(monitoredPage(models.PageMonitor{}), nil)
		u, k, err := r.openKind(r.src.URL)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := r.buildBatch(t.Context(), k, fetch.Response{URL: u, Body: []byte(page), Cursor: models.Cursor{Memory: memory}}, models.Cursor{}, "")
		if err != nil {
			t.Fatal(err)
		}
		memory = batch.Cursor.Memory
		for _, a := range batch.Articles {
			if a.BodyState != models.BodyVersion && seen[a.Identity] {
				t.Errorf("%s has the identity of the earlier change", a.Title)
			}
			seen[a.Identity] = seen[a.Identity] || a.BodyState != models.BodyVersion
		}
	}
}

// Numbers on their own are dates, fees and limits, unless a label says otherwise.
func TestPageMonitorReportsDatesAndAmounts(t *testing.T) {
	const table = `<table><tr><th>Licensee</th><th>From</th></tr><tr><td>A Ltd</td><td>%s</td></tr><tr><td>B Ltd</td><td>%s</td></tr></table>`
	for _, tt := range []struct{ name, before, after string }{
		{"cells", fmt.Sprintf(table, "2026-08-01", "2026-08-01"), fmt.Sprintf(table, "2026-08-01", "2026-09-01")},
		{"definitions", `<dl><dt>Deadline</dt><dd>01/08/2026</dd></dl>`, `<dl><dt>Deadline</dt><dd>01/09/2026</dd></dl>`},
		{"under a heading", `<h2>Minimum capital (HKD)</h2><p>25,000,000</p>`, `<h2>Minimum capital (HKD)</h2><p>50,000,000</p>`},
		{"a counter under its label", `<p>A rule.</p><p>Views</p><p>1,204</p>`, `<p>A rule.</p><p>Views</p><p>1,205</p>`},
		{"a number after a whole stamp", `<p>Updated on 1 May</p><p>10,000</p>`, `<p>Updated on 1 May</p><p>20,000</p>`},
	} {
		r := Open(monitoredPage(models.PageMonitor{}), nil)
		var memory string
		var got []string
		for _, page := range []string{tt.before, tt.after} {
			u, k, _ := r.openKind(r.src.URL)
			batch, err := r.buildBatch(t.Context(), k, fetch.Response{URL: u, Body: []byte(page), Cursor: models.Cursor{Memory: memory}}, models.Cursor{}, "")
			if err != nil {
				t.Fatal(err)
			}
			memory = batch.Cursor.Memory
			got = append(got, reportedTitles(batch)...)
		}
		if want := !strings.Contains(tt.name, "counter"); (len(got) == 1) != want {
			t.Errorf("%s: changes %q; want a change: %t", tt.name, got, want)
		}
	}
}

// reportedTitles returns the titles of a batch without the versions of pages.
func reportedTitles(b models.Batch) []string {
	var titles []string
	for _, a := range b.Articles {
		if a.BodyState != models.BodyVersion {
			titles = append(titles, a.Title)
		}
	}
	return titles
}

// An unconfirmed page is read at the next scan even if it has not changed.
func TestUnconfirmedPageIsFetchedAgain(t *testing.T) {
	page := guidance("One.", "Two.", "Three.")
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf("%q", models.HashOf(page))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, page)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(server.URL + "/page")
	src.Kind = KindPage
	var cursor models.Cursor
	fetch := func() models.Batch {
		t.Helper()
		b, err := Open(src, client).Fetch(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor = b.Cursor
		return b
	}
	fetch()
	page = `<h1>R</h1><p>This page has been withdrawn.`
	if got := reportedTitles(fetch()); len(got) != 0 {
		t.Errorf("first scan: %q", got)
	}
	if got := reportedTitles(fetch()); len(got) != 1 {
		t.Errorf("second scan: %q; want the change", got)
	}
	if b := fetch(); !b.NotModified {
		t.Error("the confirmed page is read again")
	}
}

// Changes made while the source was read through a fallback are reported afterwards.
func TestPageMonitorReturnsFromFallback(t *testing.T) {
	page, down := guidance("One.", "Two.", "Three."), false
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/other":
			_, _ = io.WriteString(w, smallFeed)
		case down:
			http.NotFound(w, r)
		default:
			_, _ = io.WriteString(w, page)
		}
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(server.URL + "/page")
	src.Kind = KindPage
	other := src
	other.Kind, other.URL = KindFeed, server.URL+"/other"
	src.Fallback = []models.Source{other}
	var cursor models.Cursor
	fetch := func() models.Batch {
		t.Helper()
		b, err := Open(src, client).Fetch(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor = b.Cursor
		return b
	}
	fetch()
	down = true
	if got := reportedTitles(fetch()); len(got) != 1 {
		t.Fatalf("fallback: %q", got)
	}
	down = false
	page = guidance("One.", "Two.", "Three.", "Four.")
	if got := reportedTitles(fetch()); len(got) != 1 || !strings.Contains(got[0], "Four.") {
		t.Errorf("after the fallback: %q; want the changes made meanwhile", got)
	}
}

func TestPageMonitorErrors(t *testing.T) {
	for page, want := range map[string]string{
		"":                                "no readable text",
		"<script>render()</script>":       "scripts may build it",
		"<title>Just a moment...</title>": "challenge page",
	} {
		if _, err := Open(monitoredPage(models.PageMonitor{}), nil).Read(t.Context(), []byte(page), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", page, err, want)
		}
	}
	_, err := Open(monitoredPage(models.PageMonitor{Select: "#gone"}), nil).Read(t.Context(), []byte(guidance("A rule.")), nil)
	if err == nil || !strings.Contains(err.Error(), "changed its structure") {
		t.Errorf("a selector that finds nothing: %v", err)
	}
}

func FuzzPageMonitor(f *testing.F) {
	f.Add("a\n\nb", "a\n\nc")
	f.Fuzz(func(t *testing.T, before, after string) {
		if d := changeOptions().Compare(before, before); len(d) > 0 {
			t.Errorf("a text differs from itself: %v", d)
		}
		if d := changeOptions().Compare(before, after); len(d) > 0 {
			_, _ = changeTitle("T", d), changeSummary(d)
		}
	})
}
