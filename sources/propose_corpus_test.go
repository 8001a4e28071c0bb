package sources

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/sources/propose"
)

const courts = "../../shared/listing/freelawproject+juriscraper/tests/examples/opinions/united_states"

// A goldenRecord is what a hand-written court scraper makes of one entry of its page.
type goldenRecord struct {
	Date  string `json:"case_dates"`
	Title string `json:"case_names"`
	Link  string `json:"download_urls"`
}

// A tally counts the golden records whose fields were found.
type tally struct{ records, link, title, date, all int }

func (t *tally) add(o tally) {
	t.records += o.records
	t.link += o.link
	t.title += o.title
	t.date += o.date
	t.all += o.all
}

// compareRecords counts the golden records that are among the articles. It compares
// the last part of addresses, because the address of the page is unknown, and the
// words of titles, because the scrapers rewrite them.
func compareRecords(golden []goldenRecord, articles []models.Article) tally {
	byLink := make(map[string][]models.Article)
	for _, a := range articles {
		byLink[tail(a.Link)] = append(byLink[tail(a.Link)], a)
	}
	var t tally
	for _, g := range golden {
		t.records++
		link, title, date := false, false, false
		candidates := byLink[tail(g.Link)]
		if g.Link == "" || len(candidates) == 0 {
			for _, a := range articles {
				if alike(g.Title, a.Title) {
					title = true
				}
			}
		}
		for _, a := range candidates {
			link = true
			title = title || alike(g.Title, a.Title)
			date = date || a.PublishedAt.Format("2006-01-02") == g.Date
		}
		if link {
			t.link++
		}
		if title {
			t.title++
		}
		if date {
			t.date++
		}
		if link && title && date {
			t.all++
		}
	}
	return t
}

func tail(link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return "?"
	}
	return strings.ToLower(path.Base(u.Path))
}

// alike reports whether a title has half of the words of a golden title.
func alike(golden, title string) bool {
	have := make(map[string]bool)
	for _, w := range text.Tokens(title) {
		have[w.Text] = true
	}
	words, met := 0, 0
	for _, w := range text.Tokens(golden) {
		words++
		if have[w.Text] {
			met++
		}
	}
	return words > 0 && met*2 >= words
}

func goldenPages(t *testing.T) map[string][]goldenRecord {
	t.Helper()
	files, _ := filepath.Glob(courts + "/*_example*.html")
	if len(files) == 0 {
		t.Skip("../shared/listing, which has the pages for this test, is not available")
	}
	pages := make(map[string][]goldenRecord)
	for _, file := range files {
		raw, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".compare.json")
		var golden []goldenRecord
		if err != nil || json.Unmarshal(raw, &golden) != nil || len(golden) == 0 {
			continue
		}
		pages[file] = golden
	}
	return pages
}

// halfOf returns the half of the corpus, 0 or 1, that a site belongs to. Its pages are alike, so
// they are in one half.
func halfOf(file string) int {
	site, _, _ := strings.Cut(filepath.Base(file), "_")
	h := fnv.New32a()
	_, _ = h.Write([]byte(site))
	return int(h.Sum32() % 2)
}

func (t tally) String() string {
	share := func(n int) string { return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(max(t.records, 1))) }
	return fmt.Sprintf("%d records: link %s, title %s, date %s, right at first try %s", t.records, share(t.link), share(t.title), share(t.date), share(t.all))
}

// TestProposeCorpus measures how many records of hand-written scrapers of court pages
// the first proposal finds, for all sites and for each half of them.
func TestProposeCorpus(t *testing.T) {
	var total tally
	var halves [2]tally
	pages := 0
	for file, golden := range goldenPages(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw[:min(300, len(raw))]), "<rss") {
			continue
		}
		base, _ := url.Parse(golden[0].Link)
		proposals := Propose(t.Context(), raw, "text/html", base, time.Time{})
		var got tally
		var l models.Listing
		if len(proposals) > 0 {
			got = compareRecords(golden, proposals[0].Articles)
			l = proposals[0].Listing
		} else {
			got = tally{records: len(golden)}
		}
		total.add(got)
		halves[halfOf(file)].add(got)
		pages++
		t.Logf("%-32s %3d records: link %3d title %3d date %3d | %d articles | %q title %q link %q date %+v", filepath.Base(file), got.records, got.link, got.title, got.date, func() int {
			if len(proposals) == 0 {
				return 0
			}
			return len(proposals[0].Articles)
		}(), l.Articles, l.Title.Select, l.Link.Select, l.Date)
	}
	t.Logf("first half of the sites: %s", halves[0])
	t.Logf("second half of the sites: %s", halves[1])
	t.Logf("first proposal: %d pages, %s", pages, total)
	// Somewhat below the result at the time of writing.
	if total.link*100 < total.records*95 || total.title*100 < total.records*90 || total.date*100 < total.records*95 {
		t.Errorf("of %d records: link %d, title %d, date %d; want 95, 90 and 95 %%", total.records, total.link, total.title, total.date)
	}
}

// TestListingCorpus measures how many of these records hand-written settings for a
// dozen of the pages find.
func TestListingCorpus(t *testing.T) {
	american := func(selector string) models.Extractor {
		return models.Extractor{Select: selector, Regex: `(\d+)[-/](\d+)[-/](\d{4})`, Template: "{3}-{1}-{2}"}
	}
	at := func(selector string) models.Extractor { return models.Extractor{Select: selector} }
	reports := func(fields string) models.Listing {
		return models.Listing{Articles: "table.ResultsTable tr", Title: models.Extractor{Select: "td.ResultsItemRight", Regex: `(?m)^Caption: (.+)$`}, Link: at("td.ResultsItemLeft a"), Date: american(fields)}
	}
	california := models.Listing{Articles: "tr:has(span.op-title)", Title: models.Extractor{Select: "span.op-title", Regex: `^(.*?)(?: filed)? \d+/\d+/\d+`}, Link: at("a.op-link"), Date: at("span.op-date")}
	settings := map[string]models.Listing{
		"acca_p_example":       {Articles: "tr[data-id]", Title: at("td:nth-child(1) a"), Date: american("td:nth-child(3)")},
		"ag_example":           {Articles: "div.views-row", Title: at("h2 a"), Date: models.Extractor{Select: "time", Attr: "datetime"}},
		"alaskactapp_example":  {Articles: "#results > li", Title: at("a.resultLink"), Date: models.Extractor{Regex: `([A-Z][a-z]+ \d+, \d{4})`}},
		"asbca_example":        {Articles: "table.customtable tr:has(a)", Title: at("td:nth-child(3) a"), Date: at("td:nth-child(1)")},
		"bap10_example":        {Articles: "tr:has(td.views-field-title)", Title: at("td.views-field-field-opinion-case-title"), Link: at("td.views-field-title a"), Date: american("span.date-display-single")},
		"ca1_example":          {Articles: "tr:has(td.opn-opnfilelink)", Title: at("td.opn-short-title"), Link: at("td.opn-opnfilelink a"), Date: at("span.date-display-single")},
		"ca11_p_example":       {Articles: "table.gridtable tr:has(td a)", Title: at("td a"), Date: american("td:nth-child(5)")},
		"ca2_p_example":        reports("td.ResultsItemRight"),
		"ca2_u_example":        reports("td.ResultsItemRight"),
		"ca5_example":          {Articles: "ul.oplist > li", Title: at("span.oprow__caption"), Date: at("span.oprow__date")},
		"ca6_example":          {Articles: "div.view tr:has(td a)", Title: at("td:nth-child(4)"), Link: at("td:nth-child(1) a"), Date: at("td:nth-child(3)")},
		"cadc_example":         {Articles: "div.table-responsive > div.row", Title: at("div.col-sm-9 > div.row"), Link: at("a"), Date: american("span.small")},
		"calag_example":        {Articles: "tbody tr:has(a)", Title: models.Extractor{Select: "td:nth-child(1) a", Template: "California Attorney General Opinion {value}"}, Link: at("td:nth-child(1) a"), Date: american("span.date-display-single")},
		"calctapp_1st_example": california,
		"calctapp_u_example":   california,
	}
	var total tally
	measured := 0
	for file, golden := range goldenPages(t) {
		l, ok := settings[strings.TrimSuffix(filepath.Base(file), ".html")]
		if !ok {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		src := models.Source{ID: "s", Kind: KindListing, URL: golden[0].Link, Pages: models.PagesNever, Listing: l}
		batch, err := Open(src, nil).Read(t.Context(), raw, nil)
		got := compareRecords(golden, batch.Articles)
		t.Logf("%-28s %3d records: link %3d title %3d date %3d | %d articles %v %v", filepath.Base(file), got.records, got.link, got.title, got.date, len(batch.Articles), err, batch.Warnings)
		total.add(got)
		measured++
	}
	t.Logf("settings by hand: %d pages, %d records: link %d, title %d, date %d, all three %d", measured, total.records, total.link, total.title, total.date, total.all)
	if measured == len(settings) && total.all*100 < total.records*99 {
		t.Errorf("%d of %d records were read completely; want 99 %%", total.all, total.records)
	}
}

// TestSniffCorpus measures how many pages are recognized as an article or a list.
func TestSniffCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred pages")
	}
	files, _ := filepath.Glob("../../shared/extraction/html/*.html.gz")
	if len(files) == 0 {
		t.Skip("../shared/extraction, which has the pages for this test, is not available")
	}
	base, _ := url.Parse("https://site.example/a/page.html")
	told, articles := make(map[propose.Format]int), 0
	for i, file := range files {
		if i%3 != 0 {
			continue
		}
		packed, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(page)
		if err := errors.Join(err, packed.Close()); err != nil {
			t.Fatal(err)
		}
		articles++
		told[Sniff(t.Context(), raw, "text/html", base)]++
	}
	lists, listed := 0, make(map[propose.Format]int)
	for file := range goldenPages(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lists++
		listed[Sniff(t.Context(), raw, "text/html", base)]++
	}
	t.Logf("%d articles are recognized as %v, %d lists as %v", articles, told, lists, listed)
	if told[propose.FormatArticle]*100 < articles*75 || listed[propose.FormatListing]*100 < lists*75 {
		t.Error("want 75 % of either right")
	}
}
