package sources

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/internal/text"
	"regwatch/models"
)

const courts = "../../shared/listing/freelawproject+juriscraper/tests/examples/opinions/united_states"

// A goldenRecord is what the scraper of a court, written by hand, makes of one
// entry of its page.
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

// compareRecords counts the golden records that articles have. Addresses are
// compared by their last part, since the address of the page is not known, and
// titles by their words, since the scrapers rewrite them.
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

// alike reports whether half of the words of a golden title are in a title.
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
		t.Skip("../shared/listing is not here: it holds the pages that proposals are measured on")
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

// TestProposalsOnCourts measures how many of the records that hand-written
// scrapers make of the pages of courts the first proposal has.
func TestProposalsOnCourts(t *testing.T) {
	var total tally
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
		proposals := Propose(t.Context(), raw, "text/html", base)
		var got tally
		var l models.Listing
		if len(proposals) > 0 {
			got = compareRecords(golden, proposals[0].Articles)
			l = proposals[0].Listing
		} else {
			got = tally{records: len(golden)}
		}
		total.add(got)
		pages++
		t.Logf("%-32s %3d records: link %3d title %3d date %3d | %d articles | %q title %q link %q date %+v", filepath.Base(file), got.records, got.link, got.title, got.date, func() int {
			if len(proposals) == 0 {
				return 0
			}
			return len(proposals[0].Articles)
		}(), l.Articles, l.Title.Select, l.Link.Select, l.Date)
	}
	t.Logf("first proposal: %d pages, %d records: link %d, title %d, date %d, all three %d", pages, total.records, total.link, total.title, total.date, total.all)
}
