package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/text"
)

func TestTerms(t *testing.T) {
	tests := []struct {
		name  string
		texts []string
		want  []string
	}{
		{"each word once", []string{"Stable-Coin rules", "rules of 2026"}, []string{"stable", "coin", "rules", "of", "2026"}},
		{"Chinese characters in pairs, the last alone", []string{"穩定幣"}, []string{"稳定", "定币", "币"}},
		{"single Chinese character", []string{"禁 ban"}, []string{"禁", "ban"}},
		{"pair across a hyphen", []string{"央-行"}, []string{"央行", "行"}},
		{"no pair across texts", []string{"央", "行"}, []string{"央", "行"}},
		{"currency signs", []string{"CNH₮ at $5"}, []string{"cnh", "₮", "at", "$", "5"}},
		{"empty", []string{"", "…"}, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, text.Terms(tt.texts...)); diff != "" {
			t.Errorf("%s: Terms(%q) mismatch (-want +got):\n%s", tt.name, tt.texts, diff)
		}
	}
}

func TestTermCutsLongWordBetweenRunes(t *testing.T) {
	const maxTerm = 64
	for _, word := range []string{strings.Repeat("x", 500), strings.Repeat("é", 500), "x" + strings.Repeat("é", 500)} {
		got := text.Terms(word)
		if len(got) != 1 || len(got[0]) > maxTerm || len(got[0]) < maxTerm-3 || !utf8.ValidString(got[0]) || got[0] != text.Term(text.Fold(word)) {
			t.Errorf("Terms(%.10q…) = %q", word, got)
		}
	}
}

// FuzzTerms checks what an index relies on: a term contains no space, quote or control character, and
// every token begins a term.
func FuzzTerms(f *testing.F) {
	f.Add("Stable-Coin 穩定幣 $5")
	f.Add("稳（wěn）定币 ﷺ ㍿ ªº")
	f.Fuzz(func(t *testing.T, s string) {
		terms := text.Terms(s)
		for _, term := range terms {
			if term == "" || strings.ContainsFunc(term, func(r rune) bool { return r <= ' ' || r == '"' || r == '\'' || r == '\\' }) {
				t.Errorf("Terms(%q) contains %q", s, term)
			}
		}
		all := "\n" + strings.Join(terms, "\n")
		for _, token := range text.Tokens(s) {
			if !strings.Contains(all, "\n"+text.Term(token.Text)) {
				t.Errorf("Terms(%q) contains no term that begins with %q", s, token.Text)
			}
		}
	})
}
