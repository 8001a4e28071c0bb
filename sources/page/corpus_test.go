package page

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"

	"regwatch/internal/charset"
)

// TestExtractionCorpus measures how well the text of captured pages is extracted, by
// words. The limit only catches large regressions.
func TestExtractionCorpus(t *testing.T) {
	src, err := os.ReadFile("../../../shared/extraction/ground-truth.json")
	if err != nil {
		t.Skip("the captured article pages are not available")
	}
	var truth map[string]struct {
		ArticleBody string `json:"articleBody"`
		URL         string `json:"url"`
	}
	if err := json.Unmarshal(src, &truth); err != nil {
		t.Fatal(err)
	}
	var precision, recall, n float64
	for name, want := range truth {
		packed, err := os.Open("../../../shared/extraction/html/" + name + ".html.gz")
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		_ = packed.Close()
		text, _ := charset.Decode(page, "text/html")
		from, _ := url.Parse(want.URL)
		got := words(Text(t.Context(), text, from))
		have, common, total := make(map[string]int), 0, 0
		for _, w := range words(want.ArticleBody) {
			have[w]++
			total++
		}
		for _, w := range got {
			if have[w] > 0 {
				have[w]--
				common++
			}
		}
		p, r := float64(common)/float64(max(len(got), 1)), float64(common)/float64(max(total, 1))
		if p < 0.7 || r < 0.7 {
			t.Logf("%.8s %s: precision %.2f, recall %.2f", name, want.URL, p, r)
		}
		precision, recall, n = precision+p, recall+r, n+1
	}
	precision, recall = precision/n, recall/n
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d pages: precision %.3f, recall %.3f, F1 %.3f by words", len(truth), precision, recall, f1)
	if f1 < 0.85 {
		t.Errorf("F1 %.3f, want at least 0.85", f1)
	}
}

func words(text string) []string { return strings.Fields(strings.ToLower(text)) }
