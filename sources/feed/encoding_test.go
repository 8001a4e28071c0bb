package feed

import (
	"strings"
	"testing"
)

func TestParseRepairsTextEncodedTwice(t *testing.T) {
	for _, text := range []string{
		"<rss><channel><item><title>SociÃ©tÃ©</title></item></channel></rss>",
		"<rss><channel><item><title>Soci&#195;&#169;t&#xC3;&#xA9;</title></item></channel></rss>",
		"<rss><channel><item><title>Soci&Atilde;&copy;t&Atilde;&copy;</title></item></channel></rss>",
		`{"version":"https://jsonfeed.org/version/1","items":[{"title":"Soci\u00c3\u00a9t\u00c3\u00a9"}]}`,
	} {
		f, err := Parse([]byte(text), "")
		if err != nil || len(f.Items) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		if got := f.Items[0].Title; got != "Société" {
			t.Errorf("%s: title %q, want Société", text, got)
		}
		if warnings := strings.Join(f.Warnings, "; "); warnings != "2 characters were encoded as UTF-8 twice and repaired" {
			t.Errorf("%s: warnings %q", text, warnings)
		}
	}
}
