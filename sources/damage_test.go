package sources

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var itemTitle = regexp.MustCompile(`(?s)(<item|<entry).*?</title>`)

// damages are the ways in which feeds on the web are broken. Each keeps every
// item start, so the count of the whole feed is what has to come back.
var damages = map[string]func(string) []byte{
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

// TestDamagedFeeds breaks the captured feeds in each of these ways and compares
// the articles that come back with those of the whole feed.
func TestDamagedFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some 50,000 articles")
	}
	if _, err := os.Stat(realFeeds); err != nil {
		t.Skip("the captured feeds are not beside the project")
	}
	want, found := make(map[string]int), make(map[string]int)
	root := os.DirFS(realFeeds)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".json" || path.Ext(name) == ".html" {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		text, _ := decode(body, "")
		whole, err := readBytes([]byte(text), "")
		if err != nil || len(whole.Articles) == 0 || !itemTitle.MatchString(text) {
			return nil
		}
		text = regexp.MustCompile(`(?s)^\s*<\?xml.*?\?>`).ReplaceAllString(text, `<?xml version="1.0" encoding="utf-8"?>`)
		for kind, damage := range damages {
			broken := damage(text)
			if broken == nil {
				continue
			}
			batch, _ := readBytes(broken, "")
			links := make(map[string]int)
			for _, a := range batch.Articles {
				links[a.Link+a.GUID]++
			}
			got := 0
			for _, a := range whole.Articles {
				want[kind]++
				if links[a.Link+a.GUID] > 0 {
					links[a.Link+a.GUID]--
					found[kind]++
					got++
				}
			}
			if got < len(whole.Articles)*9/10 {
				t.Logf("%s, %s: %d of %d", kind, name, got, len(whole.Articles))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, n := range want {
		t.Logf("%-12s %d of %d articles (%.2f %%)", kind, found[kind], n, 100*float64(found[kind])/float64(n))
		if float64(found[kind]) < 0.99*float64(n) {
			t.Errorf("%s: %d of %d articles come back, want 99 %%", kind, found[kind], n)
		}
	}
}
