package rules

import (
	"strings"
	"testing"

	"regwatch/models"
)

// A near is met if there is any way to choose its parts, and not only if the
// closest ones fit.
func TestNearTriesEveryChoiceOfItsParts(t *testing.T) {
	tests := []struct {
		query, title string
		want         string
	}{
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a halts b c sale", "court halts a halts b c sale"},
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a b c d halts sale", ""},
		{"court ONEAR/S halts ONEAR/S sale", "court sale halts", ""},
		// The licence beside the coin is wanted by both of the others.
		{`coin NEAR/6 licence NEAR/6 "licence fee"`, "coin licence fee and a licence", "coin licence fee and a licence"},
		{`coin NEAR/3 licence NEAR/3 "licence fee"`, "coin licence fee and a licence", ""},
	}
	for _, test := range tests {
		set, problems := Search(test.query)
		if len(problems) > 0 {
			t.Fatal(problems.Error())
		}
		var got []string
		for _, m := range set.Match(models.Article{Title: test.title}) {
			for _, h := range m.Hits {
				got = append(got, h.Text)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s on %q found %q; want %q", test.query, test.title, got, test.want)
		}
	}
}
