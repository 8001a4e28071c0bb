package sources

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

func readKind(ctx context.Context, src models.Source, body, contentType string) (models.Batch, error) {
	src.ID, src.URL, src.Pages = "s", "https://site.example/news/index.html", models.PagesNever
	return Open(src, nil).Read(ctx, []byte(body), http.Header{"Content-Type": {contentType}})
}

func plainListing(articles string) models.Source {
	return models.Source{Kind: KindListing, Listing: models.Listing{
		Articles: articles, Title: models.Extractor{Select: "a"}, Date: models.Extractor{Above: "h3"}, Summary: models.Extractor{Select: "p:nth-child(2)"},
	}}
}

// Untrusted pages may be made to slow down selectors and the search for a list.
func TestHostilePagesParseInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of hostile pages")
	}
	// A fifth of the size gets a fifth of the limit, so quadratic time still exceeds
	// it unless it is five times as fast.
	size, limit := 1, 4*time.Second
	if runSlowTests() {
		size, limit = 5, 20*time.Second
	}
	base, _ := url.Parse("https://site.example/")
	for name, page := range map[string]string{
		"elements":      strings.Repeat("<li><a href=/x>x</a>", 20_000*size),
		"one parent":    "<ul>" + strings.Repeat("<li><a href=/x>2 March 2026</a></li>", 10_000*size) + "</ul>",
		"deep":          strings.Repeat("<div><ul><li><a href=/x>t</a>", 20_000*size),
		"nested tables": strings.Repeat("<table><tr><td><a href=/x>t</a>", 4_000*size),
		"classes":       strings.Repeat("<li class='"+strings.Repeat("a b c d ", 200)+"'><a href=/x>t</a>", 400*size),
		"no two alike": func() string {
			var b strings.Builder
			for i := range 6_000 * size {
				fmt.Fprintf(&b, "<li class=c%c%c%c><a href=/x%d>t</a></li>", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, i)
			}
			return b.String()
		}(),
		"headings":    strings.Repeat("<h3>2 March 2026</h3>", 10_000*size) + strings.Repeat("<li><a href=/x>t</a>", 10_000*size),
		"10 MB":       "<ul>" + strings.Repeat("<li><a href='/a'>"+strings.Repeat("long text ", 100)+"</a></li>", 2_000*size) + "</ul>",
		"long labels": strings.Repeat("<li><a href=/x>t</a>"+strings.Repeat("Label: value<br>", 500)+"</li>", 80*size),
	} {
		read := cpuTime(func() { _, _ = readKind(t.Context(), plainListing("li"), page, "text/html") })
		if proposed := cpuTime(func() { Propose(t.Context(), []byte(page), "text/html", base, time.Time{}) }); read > limit/2 || proposed > limit {
			t.Errorf("%s: read in %s, proposed in %s", name, read, proposed)
		} else if read+proposed > time.Second {
			t.Logf("%s: read in %s, proposed in %s", name, read, proposed)
		}
	}
}

// A selector that looks at all siblings of each of many elements stops with the
// context.
func TestSlowSelectorIsStopped(t *testing.T) {
	page := "<ul>" + strings.Repeat("<li><a>x</a></li>", 100_000) + "</ul>"
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := readKind(ctx, plainListing("li:nth-child(2n)"), page, "text/html"); err == nil {
		t.Error("no error; want a timeout")
	}
}

func TestHostileJSONIsRejected(t *testing.T) {
	tests := []struct {
		name, body, articles string
		want                 fetch.Reason
		timeout              time.Duration
	}{
		{"deep", strings.Repeat("[", 100_000), ".[]", fetch.Damaged, 0},
		{"deep objects", strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000), ".a", fetch.Damaged, 0},
		{"cut off", `{"a": [{"t": "x"}, {"t"`, ".a[]", fetch.Damaged, 0},
		{"an endless expression", `{}`, "last(repeat(1))", fetch.TimedOut, 50 * time.Millisecond},
		{"endless recursion", `{}`, "def f: f; f", fetch.TimedOut, 50 * time.Millisecond},
		{"an error raised by the expression", `{}`, `error("x")`, fetch.ShapeChanged, 0},
		{"an unexpected type", `[1]`, ".[].x", fetch.ShapeChanged, 0},
		{"texts instead of articles", `["x"]`, ".[]", fetch.ShapeChanged, 0},
		{"empty", "  ", ".[]", fetch.Empty, 0},
		{"text", "OK", ".[]", fetch.WrongKind, 0},
	}
	for _, tt := range tests {
		ctx := t.Context()
		if tt.timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, tt.timeout)
			defer cancel()
		}
		src := models.Source{Kind: KindAPI, API: models.API{Articles: tt.articles, Title: ".t?", Link: ".l?"}}
		_, err := readKind(ctx, src, tt.body, "application/json")
		if e, ok := err.(*fetch.Error); !ok || e.Reason != tt.want {
			t.Errorf("%s: %v; want an error of reason %q", tt.name, err, tt.want)
		}
	}
}

// More records than the limit are dropped with a warning.
func TestManyRecords(t *testing.T) {
	body := "[" + strings.TrimSuffix(strings.Repeat(`{"t":"x"},`, 100_000), ",") + "]"
	src := models.Source{Kind: KindAPI, API: models.API{Articles: ".[]", Title: ".t", ID: ".t"}}
	batch, err := readKind(t.Context(), src, body, "application/json")
	if err != nil || len(batch.Articles) != feed.MaxItems || !strings.Contains(strings.Join(batch.Warnings, "; "), "only the first 5000 were read") {
		t.Errorf("%d articles, %v, %q; want %d and a warning", len(batch.Articles), err, batch.Warnings, feed.MaxItems)
	}
	page := strings.Repeat("<li><a href=/x>x</a>", 20_000)
	batch, err = readKind(t.Context(), plainListing("li"), page, "text/html")
	if err != nil || len(batch.Articles) != feed.MaxItems || !strings.Contains(strings.Join(batch.Warnings, "; "), "only the first 5000 were read") {
		t.Errorf("%d articles, %v, %q; want %d and a warning", len(batch.Articles), err, batch.Warnings, feed.MaxItems)
	}
}

// FuzzSettings checks that any accepted source file can be opened and reads any
// response without a panic.
func FuzzSettings(f *testing.F) {
	f.Add("listing", "{articles: li, title: a, date: {above: h3, regex: '(x)(y)?', template: '{2}{1}'}}", "<h3>x</h3><li><a href=/x>t</a>")
	f.Add("listing", "{articles: 'ul > li:has(a)', title: {select: a, attr: title}, paging: {next: a, pages: 2}}", "<ul><li><a title=x>")
	f.Add("api", "{articles: '.a[]', title: .t, link: '.l // .m', date: '.d|todate', paging: {next: .n, pages: 2}}", `{"a":[{"t":"x","d":1,"l":["a",1]}]}`)
	f.Add("api", "{post: '[{page}]', articles: '.. | objects', title: 'tojson', id: tojson}", `[{},{"a":1e999}]`)
	f.Fuzz(func(t *testing.T, kind, settings, body string) {
		src := fmt.Sprintf("sources:\n  - id: a\n    name: A\n    url: https://a.example/\n    role: press\n    pages: never\n    kind: %s\n    %s: %s\n", kind, kind, strings.ReplaceAll(settings, "\n", " "))
		list, problems := Parse("f.yaml", []byte(src))
		if problems.Err() != nil || len(list) != 1 || len(settings) > 300 {
			return
		}
		if _, err := kindOf(list[0]); err != nil {
			t.Fatalf("accepted but cannot be opened: %v\n%s", err, src)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		batch, err := Open(list[0], nil).Read(ctx, []byte(body), nil)
		if err == nil && len(batch.Articles) > 0 && list[0].Kind == KindListing && batch.Articles[0].Title == "" && batch.Articles[0].Link == "" {
			t.Error("an article without title and link")
		}
	})
}

// FuzzPropose checks that proposals for any page can be parsed and read that page as
// they say.
func FuzzPropose(f *testing.F) {
	f.Add("<ul><li><a href=/1>First of the news</a> 2 March 2026<li><a href=/2>Second of the news</a> 1 March 2026</ul>")
	f.Add("<table><tr><td><a href=1.pdf>PDF</a><td>Title: x<td>3/13/26<tr><td><a href=2.pdf>PDF</a><td>Title: y<td>3/12/26</table>")
	f.Fuzz(func(t *testing.T, page string) {
		base, _ := url.Parse("https://site.example/news/")
		for _, p := range Propose(t.Context(), []byte(page), "text/html", base, time.Time{}) {
			if _, err := openListing(models.Source{Listing: p.Listing}); err != nil {
				t.Errorf("the proposal cannot be parsed: %v", err)
			}
		}
		Sniff(t.Context(), []byte(page), "", base)
	})
}
