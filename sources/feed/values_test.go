package feed

import (
	"errors"
	"strings"
	"testing"
)

func TestHasMoreElements(t *testing.T) {
	for text, want := range map[string]bool{
		"<a><b/><c></c></a>":                   false, // three elements
		"<a><b/><c></c><d/></a>":               true,
		`<a b="1" c='2'></a>`:                  false, // an element and two attributes
		`<a b="1" c='2' d=3></a>`:              true,
		`<a href="/x?a=b&c=d&e=f>"><b/></a>`:   false,
		"<a><![CDATA[<p><p><p><p>]]></a>":      false,
		"<a><!-- <p><p><p><p> --></a>":         false,
		"<a>&lt;p>&lt;p>&lt;p> 1 < 2 = 3</a>":  false,
		strings.Repeat("<![CDATA[", 9) + "<a>": false,
	} {
		if got := hasMoreElements(text, 3); got != want {
			t.Errorf("hasMoreElements(%q, 3) = %v, want %v", text, got, want)
		}
	}
}

// Only what is read counts: items after the last one may be as many as they like.
func TestParseBoundsElements(t *testing.T) {
	item := "<item><title>T</title>" + strings.Repeat("<category/>", 30) + "</item>"
	for name, tt := range map[string]struct {
		text string
		want error
		n    int
	}{
		"a long feed":            {"<rss><channel>" + strings.Repeat(item, 2*MaxItems) + "</channel></rss>", nil, MaxItems},
		"elements of an item":    {"<rss><channel><item><title>T</title>" + strings.Repeat("<a/>", MaxValues) + "</item></channel></rss>", ErrTooMany, 0},
		"elements before it":     {"<rss><channel>" + strings.Repeat("<a b=''/>", MaxValues/2+1) + item + "</channel></rss>", ErrTooMany, 0},
		"a JSON feed":            {`{"version": "https://jsonfeed.org/version/1.1", "x": [` + strings.Repeat("0,", MaxValues+1) + `0], "items": [{"id": "1"}]}`, nil, 1},
		"an article of all that": {`{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "x": [` + strings.Repeat("0,", MaxValues+1) + `0]}, {"id": "2"}]}`, nil, 1},
	} {
		f, err := Parse([]byte(tt.text), "")
		if !errors.Is(err, tt.want) || err == nil && len(f.Items) != tt.n {
			t.Errorf("%s: %v, want %v with %d items", name, err, tt.want, tt.n)
		}
	}
}
