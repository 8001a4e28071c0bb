package sources

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"regwatch/internal/charset"
	"regwatch/models"
)

var itemTitle = regexp.MustCompile(`(?s)(<item|<entry).*?</title>`)

// damageKinds are the ways in which feeds on the web are broken. Each keeps all item
// starts, so that the count of the intact feed is expected.
var damageKinds = map[string]func(string) []byte{
	"whole":       func(s string) []byte { return []byte(s) },
	"php warning": func(s string) []byte { return []byte("<br />\n<b>Warning</b>: include() in <b>/x.php</b><br />\n" + s) },
	"bare <":      func(s string) []byte { return []byte(strings.ReplaceAll(s, "</title>", " 5 < 6 & more</title>")) },
	"wrong end":   func(s string) []byte { return []byte(replaceInItems(s, "</title>", "</titel>")) },
	"bad UTF-8":   func(s string) []byte { return []byte(strings.ReplaceAll(s, "</title>", "\xff\xc3\x28</title>")) },
	"control":     func(s string) []byte { return []byte(strings.ReplaceAll(s, "</title>", "\x08\x1b&#2;</title>")) },
	"UTF-16":      func(s string) []byte { return []byte(encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), s)) },
	"hidden GBK":  func(s string) []byte { return hiddenGBK(s) },
	"no end": func(s string) []byte {
		return []byte(regexp.MustCompile(`</(channel|rss|feed|rdf:RDF)>`).ReplaceAllString(s, ""))
	},
	"entities": func(s string) []byte {
		return []byte(strings.ReplaceAll(s, "</title>", "&nbsp;&eacute;&bogus;</title>"))
	},
	"no item ends": func(s string) []byte {
		return []byte(strings.ReplaceAll(strings.ReplaceAll(s, "</item>", ""), "</entry>", ""))
	},
}

// randomDamage are faults at a random place of the items. The seed depends on the
// feed, so that failures are reproducible.
var randomDamage = map[string]func(*rand.Rand, string) string{
	"cut off":        func(r *rand.Rand, s string) string { return s[:within(r, s)] },
	"a bare <":       func(r *rand.Rand, s string) string { return insert(r, s, " 3 < 4 ") },
	"a bare &":       func(r *rand.Rand, s string) string { return insert(r, s, " Q&A & more ") },
	"a tag unclosed": func(r *rand.Rand, s string) string { return insert(r, s, "<b>") },
	"a bad byte":     func(r *rand.Rand, s string) string { return insert(r, s, "\xff") },
	"a wrong end": func(r *rand.Rand, s string) string {
		ends := endTag.FindAllStringIndex(s, -1)
		var inside [][]int
		first := itemTitle.FindStringIndex(s)[0]
		for _, e := range ends {
			if e[0] > first && !strings.Contains(s[e[0]:e[1]], "rss") {
				inside = append(inside, e)
			}
		}
		if len(inside) == 0 {
			return s
		}
		e := inside[r.IntN(len(inside))]
		return s[:e[0]] + "</wrong>" + s[e[1]:]
	},
	"a message": func(r *rand.Rand, s string) string {
		ends := regexp.MustCompile(`</(?:item|entry)>`).FindAllStringIndex(s, -1)
		if len(ends) == 0 {
			return s
		}
		at := ends[r.IntN(len(ends))][1]
		return s[:at] + "\n<br />\n<b>Warning</b>: mysql_query() in <b>/a.php</b> on line <b>7</b><br />\n" + s[at:]
	},
}

var (
	endTag = regexp.MustCompile(`</[\w:]+>`)
	// textRun matches text between tags. Damage goes there and not into addresses,
	// which would then identify other articles.
	textRun = regexp.MustCompile(`>[^<>]{12,}<`)
)

// within returns a random offset within the items of a feed.
func within(r *rand.Rand, s string) int {
	first := itemTitle.FindStringIndex(s)[0]
	return first + r.IntN(len(s)-first)
}

// insert puts a fault into the text of a title, description or body.
func insert(r *rand.Rand, s, fault string) string {
	first := itemTitle.FindStringIndex(s)[0]
	var places []int
	for _, m := range textRun.FindAllStringIndex(s[first:], -1) {
		if run := s[first+m[0] : first+m[1]]; !strings.Contains(run, "://") && strings.ContainsRune(run, ' ') {
			places = append(places, first+m[0]+1+strings.IndexByte(run[1:], ' '))
		}
	}
	if len(places) == 0 {
		return s
	}
	at := places[r.IntN(len(places))]
	return s[:at] + fault + s[at:]
}

// before returns how many items end before the place where a feed was cut.
func before(s string) int {
	return strings.Count(s, "</item>") + strings.Count(s, "</entry>")
}

func replaceInItems(s, from, to string) string {
	i := strings.Index(s, "<item")
	if j := strings.Index(s, "<entry"); i < 0 || j >= 0 && j < i {
		i = j
	}
	if i < 0 {
		return s
	}
	return s[:i] + strings.ReplaceAll(s[i:], from, to)
}

func hiddenGBK(s string) []byte {
	s = strings.ReplaceAll(s, "</title>", "稳定币监管条例公开征求意见</title>")
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		return nil
	}
	return []byte(out)
}

// TestDamagedFeeds damages the captured feeds in each of these ways and compares the
// articles with those of the intact feed. Unless all tests run, each feed gets a
// quarter of the ways, in turn.
func TestDamagedFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some 50,000 articles")
	}
	if _, err := os.Stat(realFeeds); err != nil {
		t.Skip("the captured feeds are not available")
	}
	want, found := make(map[string]int), make(map[string]int)
	root, turn := os.DirFS(realFeeds), 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".json" || path.Ext(name) == ".html" {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		text, _ := charset.Decode(body, "")
		whole, err := readBytes([]byte(text), "")
		if err != nil || len(whole.Articles) == 0 || !itemTitle.MatchString(text) {
			return nil
		}
		text = regexp.MustCompile(`(?s)^\s*<\?xml.*?\?>`).ReplaceAllString(text, `<?xml version="1.0" encoding="utf-8"?>`)
		try := func(kind string, broken []byte, articles []models.Article) {
			batch, _ := readBytes(broken, "")
			left := slices.Clone(batch.Articles)
			got := 0
			for _, a := range articles {
				want[kind]++
				if i := slices.IndexFunc(left, func(b models.Article) bool { return a.Link+a.GUID == b.Link+b.GUID }); i >= 0 {
					left = slices.Delete(left, i, i+1)
					found[kind]++
					got++
				}
			}
			if got < len(articles)*9/10 {
				t.Logf("%s, %s: %d of %d", kind, name, got, len(articles))
			}
		}
		turn++
		for i, kind := range slices.Sorted(maps.Keys(damageKinds)) {
			if !runSlowTests() && (turn+i)%4 != 0 {
				continue
			}
			damage := damageKinds[kind]
			if broken := damage(text); broken != nil {
				try(kind, broken, whole.Articles)
			}
		}
		seed := uint64(len(text))
		for i, kind := range slices.Sorted(maps.Keys(randomDamage)) {
			if !runSlowTests() && (turn+i)%4 != 0 {
				continue
			}
			broken := randomDamage[kind](rand.New(rand.NewPCG(seed, 0)), text)
			articles := whole.Articles
			if kind == "cut off" {
				articles = articles[:min(before(broken), len(articles))]
			}
			try(kind, []byte(broken), articles)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range slices.Sorted(maps.Keys(want)) {
		n := want[kind]
		t.Logf("%-14s %5d of %5d articles (%.2f %%)", kind, found[kind], n, 100*float64(found[kind])/float64(n))
		if float64(found[kind]) < 0.99*float64(n) {
			t.Errorf("%s: %d of %d articles come back, want 99 %%", kind, found[kind], n)
		}
	}
}
