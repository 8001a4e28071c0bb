package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTerms(t *testing.T) {
	tests := []struct {
		name  string
		texts []string
		want  []string
	}{
		{"words, each once", []string{"Stable-Coin rules", "rules of 2026"}, []string{"stable", "coin", "rules", "of", "2026"}},
		{"pairs, and the last alone", []string{"穩定幣"}, []string{"稳定", "定币", "币"}},
		{"a single character", []string{"禁 ban"}, []string{"禁", "ban"}},
		{"pairs reach over signs", []string{"央-行"}, []string{"央行", "行"}},
		{"texts do not run together", []string{"央", "行"}, []string{"央", "行"}},
		{"signs of currency", []string{"CNH₮ at $5"}, []string{"cnh", "₮", "at", "$", "5"}},
		{"nothing", []string{"", "…"}, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Terms(tt.texts...)); diff != "" {
			t.Errorf("%s: Terms(%q) mismatch (-want +got):\n%s", tt.name, tt.texts, diff)
		}
	}
}

func TestALongWordIsCutAtARune(t *testing.T) {
	for _, word := range []string{strings.Repeat("x", 500), strings.Repeat("é", 500), "x" + strings.Repeat("é", 500)} {
		got := Terms(word)
		if len(got) != 1 || len(got[0]) > maxTerm || len(got[0]) < maxTerm-3 || !utf8.ValidString(got[0]) || got[0] != Term(Fold(word)) {
			t.Errorf("Terms(%.10q…) = %q", word, got)
		}
	}
}

// FuzzTerms holds what an index relies on: terms have no space or control
// character in them, and each character on its own begins one.
func FuzzTerms(f *testing.F) {
	f.Add("Stable-Coin 穩定幣 $5")
	f.Add("稳（wěn）定币 ﷺ ㍿ ªº")
	f.Fuzz(func(t *testing.T, s string) {
		terms := Terms(s)
		for _, term := range terms {
			if term == "" || strings.ContainsFunc(term, func(r rune) bool { return r <= ' ' || r == '"' || r == '\'' || r == '\\' }) {
				t.Errorf("Terms(%q) has %q", s, term)
			}
		}
		all := "\n" + strings.Join(terms, "\n")
		for _, token := range Tokens(s) {
			if !strings.Contains(all, "\n"+Term(token.Text)) {
				t.Errorf("Terms(%q) has nothing that begins with %q", s, token.Text)
			}
		}
	})
}
