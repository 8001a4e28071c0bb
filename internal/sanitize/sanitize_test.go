package sanitize

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLineRemovesControlAndInvisibleCharacters(t *testing.T) {
	for in, want := range map[string]string{
		"two\r\nlines\tand\u2028more":              "two lines and more",
		"\x1b[31mred\x1b[0m":                       "[31mred[0m",
		"pay\u202eload":                            "payload",
		"stable\u200bcoin, stab\u00adle, 穩\u2060定": "stablecoin, stable, 穩定",
		"tag\U000E0041\U000E007F ged":              "tag ged",
		"fi\u200cna, می\u200cخواهم":                "fina, می\u200cخواهم", // the second needs its joiner
		"👩\u200d💻 at work":                         "👩\u200d💻 at work",
		"bad\xffbytes":                             "badbytes",
		"":                                         "",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPrintableKeepsSpacesAtEdges(t *testing.T) {
	if got := Printable(" a\n\u200bb "); got != " a b " {
		t.Errorf("%q", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\u200bb \U000E0041")
	f.Fuzz(func(t *testing.T, s string) {
		line := Line(s)
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r\t\x1b\u202e\u200b\u2060\u00ad") || Line(line) != line {
			t.Errorf("Line(%q) = %q", s, line)
		}
	})
}
