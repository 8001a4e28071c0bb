package text_test

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/text"
)

// invisible holds at least one character of each range that [text.Invisible] reports. A publisher, or
// somebody who wants to avoid detection, may put such a character into a word.
var invisible = []rune{
	0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x200B, 0x200C, 0x200D, 0x200E, 0x202E,
	0x2060, 0x2061, 0x2064, 0x2065, 0x2066, 0x206F, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0x1BCA0, 0x1D173,
	0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF,
}

// visibleTexts are texts into which an invisible character may be inserted anywhere.
var visibleTexts = []string{
	"stablecoin", "Hong Kong's Stablecoins Ordinance", "China’s ban", "banks' books", "穩定幣條例", "稳(wěn)定币（stablecoin）发行",
	"稳（wěn）定币", "HK$5 CNH₮", "Café Cafe\u0301", "ＵＳＤＴ ﾊﾟ", "发行CNH稳定币2.0", "加密货币's", "한국은행", "می\u200cخواهم", "किताब", "0123456789 abcdefgh",
}

func TestTokensIgnoreInvisibleCharacters(t *testing.T) {
	for _, s := range visibleTexts {
		want := textsOf(text.Tokens(s))
		for _, r := range invisible {
			for i := range len(s) + 1 {
				if i < len(s) && !utf8.RuneStart(s[i]) {
					continue
				}
				obscured := s[:i] + string(r) + s[i:]
				if diff := cmp.Diff(want, textsOf(text.Tokens(obscured))); diff != "" {
					t.Errorf("U+%04X: Tokens(%q) mismatch (-want +got):\n%s", r, obscured, diff)
				}
			}
		}
	}
}

func textsOf(tokens []text.Token) []string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return words
}

func TestTokenOffsetsWithInvisibleCharacters(t *testing.T) {
	s := "\u2060stab\u00adle\u200bcoin\u034f 穩\u2060定\U000E0041幣\ufe0f"
	var got []string
	for _, tok := range text.Tokens(s) {
		got = append(got, s[tok.Start:tok.End]+"="+tok.Text)
	}
	want := []string{"stab\u00adle\u200bcoin=stablecoin", "穩=稳", "定=定", "幣=币"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens of %q (-want +got):\n%s", s, diff)
	}
}

// Package unicode has the property Default_Ignorable_Code_Point only in parts.
func TestInvisibleMatchesUnicode(t *testing.T) {
	for r := range rune(0x10FFFF + 1) {
		want := unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r) ||
			unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && !(0x13430 <= r && r <= 0x1345F)
		if got := text.Invisible(r); got != want {
			t.Errorf("Invisible(%U) = %v, want %v", r, got, want)
		}
	}
}

func TestDisplayKeepsOnlyNeededCharacters(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to drop", "HKMA consults on 穩定幣 🇭🇰", "HKMA consults on 穩定幣 🇭🇰"},
		{"english", "Stab\u00adle\u200bcoin \u2060ban\ufeff\u034f", "Stablecoin ban"},
		{"traditional", "穩\u2060定\u200d幣\U000E0100條例", "穩定幣條例"},
		{"simplified", "稳\ufe00定\u200c币\u115f\u3164", "稳定币"},
		{"tags without a flag", "ban\U000E0062\U000E0061\U000E006E", "ban"},
		{"direction marks", "\u202eban\u202c \u061c\u200e\u200f", "ban "},
		{"persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"non-joiner at the end of a word", "می\u200c ban", "می ban"},
		{"arabic joiner in an abbreviation", "١٤٤٧ه\u200d", "١٤٤٧ه\u200d"},
		{"two non-joiners", "می\u200c\u200cخواهم", "می\u200cخواهم"},
		{"hindi", "क\u094d\u200dष क\u094d\u200cष", "क\u094d\u200dष क\u094d\u200cष"},
		{"malayalam", "അവന\u0d4d\u200d", "അവന\u0d4d\u200d"},
		{"joiner in latin", "sta\u200dble\u200ccoin", "stablecoin"},
		{"family", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},
		{"profession with a skin colour", "👩🏽\u200d⚕\ufe0f", "👩🏽\u200d⚕\ufe0f"},
		{"rainbow flag", "🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"},
		{"heart, keycap", "❤\ufe0f 1\ufe0f\u20e3", "❤\ufe0f 1\ufe0f\u20e3"},
		{"flag of scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!"},
		{"flag tags without an end", "🏴\U000E0067\U000E0062\U000E0073!", "🏴!"},
		{"joiner between a pictograph and a word", "👩\u200d ban", "👩 ban"},
		{"only invisible characters", "\u200b\u2060\ufeff", ""},
	}
	for _, tt := range tests {
		if got := text.Display(tt.in); got != tt.want {
			t.Errorf("%s: Display(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// FuzzInvisible checks that an invisible character changes no token, wherever it is inserted, and that
// Display keeps all words.
func FuzzInvisible(f *testing.F) {
	for _, s := range visibleTexts {
		f.Add(s, uint(3), 1)
		f.Add(s[:len(s)/2]+"\u200d"+s[len(s)/2:], uint(20), 5)
	}
	f.Add("🏴\U000E0067\U000E007F 👩🏽\u200d⚕\ufe0f क\u094d\u200dष", uint(1), 2)
	f.Fuzz(func(t *testing.T, s string, which uint, at int) {
		if !utf8.ValidString(s) {
			return // two invalid bytes may form a character together
		}
		at = ((at % (len(s) + 1)) + len(s) + 1) % (len(s) + 1)
		for at < len(s) && !utf8.RuneStart(s[at]) {
			at++
		}
		obscured := s[:at] + string(invisible[which%uint(len(invisible))]) + s[at:]
		want := textsOf(text.Tokens(text.Visible(s)))
		if got := textsOf(text.Tokens(obscured)); !slices.Equal(got, want) {
			t.Fatalf("Tokens(%q) = %q, want %q", obscured, got, want)
		}
		shown := text.Display(obscured)
		if got := textsOf(text.Tokens(shown)); !slices.Equal(got, want) {
			t.Fatalf("Tokens(Display(%q)) = %q, want %q", obscured, got, want)
		}
		if again := text.Display(shown); again != shown {
			t.Fatalf("Display(%q) = %q, and applied again %q", obscured, shown, again)
		}
		if text.Visible(shown) != text.Visible(s) {
			t.Fatalf("Display(%q) = %q lost visible characters", obscured, shown)
		}
	})
}
