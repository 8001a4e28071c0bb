package rules_test

import (
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"
)

// An abbreviation of letters is found with full stops and without, whichever way the rule writes it.
func TestAbbreviationMatchesWithAndWithoutStops(t *testing.T) {
	tests := []struct {
		phrase, text string
		want         string // the hits
	}{
		{"U.S.", "A ban in the U.S. and the US", "U.S, US"},
		{"U.S.", "Tell us, or let us know", ""},
		{"U.S.", "It raised US$5 million", ""},
		{"U.S.", "It raised US $5 million", "US"},
		{"U.S.", "The u.s. dollar", "u.s"},
		{"u.s.", "The US dollar", "US"},
		{"U.S. Treasury", "US Treasury, U.S. Treasury, us treasury", "US Treasury, U.S. Treasury"},
		{"=US", "The U.S. said. Tell us. The u.s. said", "U.S"},
		{"=SEC", "The S.E.C. and the SEC sue; a sec", "S.E.C, SEC"},
		{"SEC", "The S.E.C. sued", "S.E.C"},
		{"sec", "The S.E.C. sued", ""},
		{"UAE", "In the U.A.E.’s courts, UAE’s courts", "U.A.E, UAE"},
		{"UK FCA", "U.K. FCA, UK F.C.A., U.K. F.C.A.", "U.K. FCA, UK F.C.A, U.K. F.C.A"},
		{"ban in the UK", "A ban in the U.K.", "ban in the U.K"},
		{"US", "Phase U, S follows. Type U S and U-S", ""},
		{"UK", "Trades at x.u.k.com", "u.k"},
		{"J.P. Morgan", "JP Morgan paid", "JP Morgan"},
		{"J.P. Morgan", "jp morgan paid", ""},
		{"SFC", "证监会（S.F.C.）表示", "S.F.C"},
		{"USDT", "U.S.D.T. is no word, USDT is", "U.S.D.T, USDT"},
		{"ESTATES", "E.S.T.A.T.E.S", ""},
		{"BAN", "b.a.n", "b.a.n"},
	}
	for _, tt := range tests {
		for _, a := range []models.Article{{Title: tt.text}, {Title: "T", Body: tt.text}, {Title: "T", Body: tt.text + ".\n\nMore of it."}} {
			set := rules.MustLoad(t, rules.Head+"when: {any: ["+tt.phrase+"]}\n")
			var hits []string
			for _, m := range set.Match(a) {
				for _, h := range m.Hits {
					hits = append(hits, h.Text)
				}
			}
			if got := strings.Join(hits, ", "); got != tt.want {
				t.Errorf("%q in %q: found %q, want %q", tt.phrase, tt.text, got, tt.want)
			}
		}
	}
}

// The end of an abbreviation is not the end of a sentence, so near is not cut there.
func TestAbbreviationAtEndOfSentence(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {near: [{any: [U.S.]}, {any: [ban]}], same: sentence}\n")
	for text, want := range map[string]bool{
		"The U.S. plans a ban.":            true,
		"The US plans a ban.":              true,
		"It left the US. A ban followed.":  false,
		"A ban came to the U.S. It works.": true,
	} {
		if got := len(set.Match(models.Article{Title: "T", Body: text})) > 0; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
