package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// Each text meets the rule as it would without its invisible characters, and each
// hit is the very words of the article.
func TestMatchIgnoresInvisibleCharacters(t *testing.T) {
	set := load(t, head+`terms:
  coin: [stablecoin, stable coin, 穩定幣, =SFC, "crypto*"]
  act: [ban, licence, 禁止]
when: {near: [coin, act], within: 8}
`)
	for _, tt := range []struct{ name, title, body, want string }{
		{"zero-width space", "Stable\u200bcoin ban", "", "Stable\u200bcoin ban"},
		{"soft hyphen", "A ban on stab\u00adle coins", "", "ban on stab\u00adle coins"},
		{"word joiner in traditional Chinese", "禁止穩\u2060定幣", "", "禁止穩\u2060定幣"},
		{"variation selector in simplified Chinese", "", "禁\ufe00止稳\U000E0100定币交易。", "禁\ufe00止稳\U000E0100定币"},
		{"combining grapheme joiner and filler", "st\u034fable\u3164coin b\u115fan", "", "st\u034fable\u3164coin b\u115fan"},
		{"tags", "b\U000E0061an: crypto\U000E0062currency", "", "b\U000E0061an: crypto\U000E0062currency"},
		{"case counts", "S\u200dF\u2060C licence", "", "S\u200dF\u2060C licence"},
		{"case counts still", "s\u200df\u2060c licence", "", ""},
		{"mongolian and khmer marks", "stable\u180bcoin ba\u17b5n", "", "stable\u180bcoin ba\u17b5n"},
		{"an invisible character parts no words", "stable \u200b coin \u200bban", "", "stable \u200b coin \u200bban"},
		{"a sentence ends before one", "", "A ban makes it stable.\u200b Coin is king.", ""},
		{"a comma parts a phrase before one", "Ban: stable,\u2060 coin", "", ""},
		{"it makes no word of two", "stablecoin\u200bban", "", ""},
	} {
		a := models.Article{Title: tt.title, Body: tt.body}
		var got []string
		for _, m := range set.Match(a) {
			for _, h := range m.Hits {
				src := tt.body
				if h.Field == models.InTitle {
					src = tt.title
				}
				if src[h.Start:h.End] != h.Text {
					t.Errorf("%s: %q is not at %d-%d of %q", tt.name, h.Text, h.Start, h.End, src)
				}
				got = append(got, h.Text)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: hits in %q (-want +got):\n%s", tt.name, tt.title+tt.body, diff)
		}
	}
}

func TestPhraseWithInvisibleCharactersIsFound(t *testing.T) {
	set := load(t, head+"terms:\n  a: [\"stab\\u00adle\\u200bcoin\", \"=S\\u2060FC\", \"cryp\\u200bto\\u2060*\", \"/HC\\u200bCT \\\\d+/\"]\nwhen: {terms: a}\n")
	for _, title := range []string{"Stablecoin", "SFC", "cryptos", "HCCT 7"} {
		if len(set.Match(models.Article{Title: title})) != 1 {
			t.Errorf("%q does not match", title)
		}
	}
}
