package text

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// hiding are characters that a publisher, or somebody who wants to stay unnoticed,
// may put into a word: at least one of each kind.
var hiding = []rune{
	0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x200B, 0x200C, 0x200D, 0x200E, 0x202E,
	0x2060, 0x2061, 0x2064, 0x2065, 0x2066, 0x206F, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0x1BCA0, 0x1D173,
	0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF,
}

// unhidden are texts in which such a character may stand anywhere.
var unhidden = []string{
	"stablecoin", "Hong Kong's Stablecoins Ordinance", "China’s ban", "banks' books", "穩定幣條例", "稳(wěn)定币（stablecoin）发行",
	"稳（wěn）定币", "HK$5 CNH₮", "Café Cafe\u0301", "ＵＳＤＴ ﾊﾟ", "发行CNH稳定币2.0", "加密货币's", "한국은행", "می\u200cخواهم", "किताब", "0123456789 abcdefgh",
}

func TestInvisibleCharactersHideNoWord(t *testing.T) {
	for _, s := range unhidden {
		want := wordsIn(Tokens(s))
		for _, r := range hiding {
			for i := range len(s) + 1 {
				if i < len(s) && !utf8.RuneStart(s[i]) {
					continue
				}
				hidden := s[:i] + string(r) + s[i:]
				if diff := cmp.Diff(want, wordsIn(Tokens(hidden))); diff != "" {
					t.Errorf("U+%04X: Tokens(%q) mismatch (-want +got):\n%s", r, hidden, diff)
				}
			}
		}
	}
}

func wordsIn(tokens []Token) []string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return words
}

func TestTokensWithInvisibleCharactersPointIntoTheOriginal(t *testing.T) {
	s := "\u2060stab\u00adle\u200bcoin\u034f 穩\u2060定\U000E0041幣\ufe0f"
	var got []string
	for _, tok := range Tokens(s) {
		got = append(got, s[tok.Start:tok.End]+"="+tok.Text)
	}
	want := []string{"stab\u00adle\u200bcoin=stablecoin", "穩=稳", "定=定", "幣=币"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens of %q (-want +got):\n%s", s, diff)
	}
}

// The table is the property Default_Ignorable_Code_Point, which package unicode
// has in parts.
func TestInvisibleIsWhatUnicodeSays(t *testing.T) {
	for r := range rune(0x10FFFF + 1) {
		want := unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r) ||
			unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) && !(0x13430 <= r && r <= 0x1345F)
		if got := Invisible(r); got != want {
			t.Errorf("Invisible(%U) = %v, want %v", r, got, want)
		}
	}
}

func TestDisplayDropsWhatDoesNotChangeTheReading(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to drop", "HKMA consults on 穩定幣 🇭🇰", "HKMA consults on 穩定幣 🇭🇰"},
		{"english", "Stab\u00adle\u200bcoin \u2060ban\ufeff\u034f", "Stablecoin ban"},
		{"traditional", "穩\u2060定\u200d幣\U000E0100條例", "穩定幣條例"},
		{"simplified", "稳\ufe00定\u200c币\u115f\u3164", "稳定币"},
		{"tags that name no flag", "ban\U000E0062\U000E0061\U000E006E", "ban"},
		{"direction marks", "\u202eban\u202c \u061c\u200e\u200f", "ban "},
		{"persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"a non-joiner at the end of a word", "می\u200c ban", "می ban"},
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
		{"tags without an end", "🏴\U000E0067\U000E0062\U000E0073!", "🏴!"},
		{"joiner behind a picture and no picture", "👩\u200d ban", "👩 ban"},
		{"only invisible ones", "\u200b\u2060\ufeff", ""},
	}
	for _, tt := range tests {
		if got := Display(tt.in); got != tt.want {
			t.Errorf("%s: Display(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// FuzzInvisible holds that invisible characters change no token, wherever they
// stand, and that what is shown has the same words.
func FuzzInvisible(f *testing.F) {
	for _, s := range unhidden {
		f.Add(s, uint(3), 1)
		f.Add(s[:len(s)/2]+"\u200d"+s[len(s)/2:], uint(20), 5)
	}
	f.Add("🏴\U000E0067\U000E007F 👩🏽\u200d⚕\ufe0f क\u094d\u200dष", uint(1), 2)
	f.Fuzz(func(t *testing.T, s string, which uint, at int) {
		if !utf8.ValidString(s) {
			return // an invalid byte beside another may become a character
		}
		at = ((at % (len(s) + 1)) + len(s) + 1) % (len(s) + 1)
		for at < len(s) && !utf8.RuneStart(s[at]) {
			at++
		}
		hidden := s[:at] + string(hiding[which%uint(len(hiding))]) + s[at:]
		want := wordsIn(Tokens(Visible(s)))
		if got := wordsIn(Tokens(hidden)); !slices.Equal(got, want) {
			t.Fatalf("Tokens(%q) = %q, want %q", hidden, got, want)
		}
		shown := Display(hidden)
		if got := wordsIn(Tokens(shown)); !slices.Equal(got, want) {
			t.Fatalf("Tokens(Display(%q)) = %q, want %q", hidden, got, want)
		}
		if again := Display(shown); again != shown {
			t.Fatalf("Display(%q) = %q, and again %q", hidden, shown, again)
		}
		if Visible(shown) != Visible(s) {
			t.Fatalf("Display(%q) = %q lost what is seen", hidden, shown)
		}
	})
}
