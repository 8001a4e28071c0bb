package rules

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// strengths says what the shipped rules make of an article.
func strengths(set *Set, a models.Article) map[string]models.Strength {
	got := make(map[string]models.Strength)
	for _, m := range set.Match(a) {
		got[m.RuleID] = m.Strength
	}
	return got
}

// page reads a page as a source hands it over: the title is its first line.
func page(t testing.TB, file string) models.Article {
	t.Helper()
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the page is not here; it stands beside the checkout where regwatch is developed")
	}
	if err != nil {
		t.Fatal(err)
	}
	title, body, _ := strings.Cut(string(b), "\n")
	return models.Article{Title: title, Body: body}
}

func TestPageWithBackgroundClausesAndRelatedStories(t *testing.T) {
	want := map[string]models.Strength{
		"yuan-stablecoin":      models.Subject,
		"stablecoin-ordinance": models.Mention,
		"crypto-ban":           models.Mention,
	}
	for _, file := range []string{"testdata/page.txt", "../../shared/seed/article.txt"} {
		t.Run(file, func(t *testing.T) {
			a := page(t, file)
			set := shippedSet(t)
			if diff := cmp.Diff(want, strengths(set, a)); diff != "" {
				t.Errorf("strengths (-want +got):\n%s", diff)
			}
			for _, m := range set.Match(a) {
				for _, h := range m.Hits {
					src := a.Body
					if h.Field == models.InTitle {
						src = a.Title
					}
					if src[h.Start:h.End] != h.Text {
						t.Errorf("%s: hit %q points at %q", m.RuleID, h.Text, src[h.Start:h.End])
					}
				}
			}
		})
	}
}

// The same page with other text of its own and all the topics only in its list
// of related stories meets no rule.
func TestRelatedStoriesAloneMatchNothing(t *testing.T) {
	related := []string{
		"Hong Kong's Stablecoins Ordinance takes effect as HKMA opens licence applications",
		"The Hong Kong Monetary Authority said its first stablecoin issuer licences would be few. Applicants have until September.",
		"",
		"Yuan-pegged stablecoins: who will be first?",
		"An offshore renminbi-backed stablecoin may come sooner than the market thinks.",
		"",
		"China repeats its ban on crypto trading and mining",
		"The central bank warned that the prohibition on virtual currency trading stands.",
	}
	for _, head := range []string{"You may also like", "Related stories", "RELATED ARTICLES:", "## Read more", "相關文章", "相关阅读", "延伸閱讀", "Recommended for you"} {
		for _, file := range []string{"testdata/page.txt", "../../shared/seed/article.txt"} {
			if _, err := os.Stat(file); err != nil {
				continue
			}
			lines := strings.Split(page(t, file).Body, "\n")
			end := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "Disclaimer") })
			if end < 0 {
				t.Fatalf("%s has no disclaimer to stand before", file)
			}
			own := make([]string, 0, end)
			for range end {
				own = append(own, "The bakery on the corner opened a second oven this week, and its queue now reaches the bus stop. Neighbours say that the rye bread is worth the wait, and the owner says that more is to come.")
			}
			body := strings.Join(slices.Concat(own, lines[end:end+1], []string{head}, related), "\n")
			if got := strengths(shippedSet(t), models.Article{Title: "Bakery doubles its ovens", Body: body}); len(got) > 0 {
				t.Errorf("%s under %q: %v; want no match", file, head, got)
			}
		}
	}
}
