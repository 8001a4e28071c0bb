// Command extract measures how well the text of articles is found on their pages,
// beside other ways to do it.
//
// It reads captured pages and their true texts from the folder that
// REGWATCH_EXTRACTION_DATA names, and compares as the authors of that collection
// do (scrapinghub/article-extraction-benchmark): by runs of four words, precision
// and recall averaged over the pages, and F1 of the two averages.
package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"regwatch/models"
	"regwatch/sources"
)

// A contender finds the text of a page.
type contender struct {
	name string
	text func(page []byte, from *url.URL) string
}

func contenders() []contender {
	return []contender{
		{"regwatch", func(page []byte, from *url.URL) string {
			r := sources.Open(models.Source{URL: from.String()}, nil)
			p, err := r.Page(context.Background(), page, http.Header{"Content-Type": {"text/html"}})
			if err != nil {
				slog.Warn("no page", "url", from.String(), "error", err)
			}
			return p.Text
		}},
		{"go-readability v2", func(page []byte, from *url.URL) string {
			doc, err := html.Parse(strings.NewReader(string(page)))
			if err != nil {
				return ""
			}
			article, err := readability.FromDocument(doc, from)
			if err != nil || article.Node == nil {
				return ""
			}
			var b strings.Builder
			_ = article.RenderText(&b)
			return b.String()
		}},
		{"go-trafilatura", trafilaturaText(trafilatura.Options{})},
		{"go-trafilatura, fallback", trafilaturaText(trafilatura.Options{EnableFallback: true})},
	}
}

func trafilaturaText(o trafilatura.Options) func([]byte, *url.URL) string {
	o.ExcludeComments = true
	return func(page []byte, from *url.URL) string {
		o.OriginalURL = from
		result, err := trafilatura.Extract(strings.NewReader(string(page)), o)
		if err != nil {
			return ""
		}
		return result.ContentText
	}
}

func main() {
	worst := flag.Int("worst", 0, "pages to list on which the first contender is worst")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if err := run(cmp.Or(os.Getenv("REGWATCH_EXTRACTION_DATA"), "../../shared/extraction"), *worst); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

type page struct {
	ArticleBody string `json:"articleBody"`
	URL         string `json:"url"`
	body        []byte
}

func run(dir string, worst int) error {
	src, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err != nil {
		return err
	}
	var pages map[string]page
	if err := json.Unmarshal(src, &pages); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(pages))
	for _, name := range names {
		p := pages[name]
		if p.body, err = unpack(filepath.Join(dir, "html", name+".html.gz")); err != nil {
			return err
		}
		pages[name] = p
	}
	fmt.Printf("%d pages of %s\n%-26s %9s %9s %9s %12s\n", len(names), dir, "", "precision", "recall", "F1", "ms a page")
	type score struct {
		name string
		f1   float64
	}
	var scores []score
	for i, c := range contenders() {
		var precision, recall mean
		start := time.Now()
		texts := make([]string, len(names))
		for n, name := range names {
			from, err := url.Parse(pages[name].URL)
			if err != nil {
				return err
			}
			texts[n] = c.text(pages[name].body, from)
		}
		took := time.Since(start)
		for n, name := range names {
			tp, fp, fn := compare(pages[name].ArticleBody, texts[n])
			precision.add(tp, tp+fp)
			recall.add(tp, tp+fn)
			if i == 0 {
				scores = append(scores, score{fmt.Sprintf("%.8s %s", name, pages[name].URL), 2 * tp / (2*tp + fp + fn)})
			}
		}
		p, r := precision.value(), recall.value()
		fmt.Printf("%-26s %9.3f %9.3f %9.3f %12.1f\n", c.name, p, r, 2*p*r/(p+r), float64(took.Milliseconds())/float64(len(names)))
	}
	slices.SortFunc(scores, func(a, b score) int { return cmp.Compare(a.f1, b.f1) })
	for _, s := range scores[:min(worst, len(scores))] {
		fmt.Printf("%.3f  %s\n", s.f1, s.name)
	}
	return nil
}

func unpack(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return io.ReadAll(z)
}

// A mean is that of the pages for which there is something to divide by.
type mean struct{ sum, n float64 }

func (m *mean) add(part, of float64) {
	if of > 0 {
		m.sum, m.n = m.sum+part/of, m.n+1
	}
}

func (m mean) value() float64 { return m.sum / max(m.n, 1) }

var word = regexp.MustCompile(`[\pL\pN_]+`)

// compare counts the runs of four words that two texts share, as shares of all
// runs, so that a long page weighs no more than a short one.
func compare(want, have string) (tp, fp, fn float64) {
	wanted, had := runs(want), runs(have)
	for run, n := range wanted {
		tp += min(n, had[run])
		fn += max(n-had[run], 0)
	}
	for run, n := range had {
		fp += max(n-wanted[run], 0)
	}
	if all := tp + fp + fn; all > 0 {
		return tp / all, fp / all, fn / all
	}
	return 0, 0, 0
}

func runs(text string) map[string]float64 {
	words := word.FindAllString(text, -1)
	counts := make(map[string]float64)
	if len(words) == 0 {
		return counts
	}
	for i := range max(1, len(words)-3) {
		counts[strings.Join(words[i:min(i+4, len(words))], " ")]++
	}
	return counts
}
