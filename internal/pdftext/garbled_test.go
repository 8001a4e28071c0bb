package pdftext

import (
	"strings"
	"testing"
)

func TestIsGarbled(t *testing.T) {
	const english = "The Authority granted the first licence to an issuer of a stablecoin on Monday, it said. "
	shifted := strings.Map(func(r rune) rune { return r - 29 }, english)
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"English", english, false},
		{"Chinese", strings.Repeat("金融管理局今日發出首批穩定幣發行人牌照。", 4), false},
		{"Chinese and English", english + strings.Repeat("穩定幣發行人須持牌。", 8), false},
		{"Russian and English", english + strings.Repeat("Банк России выпустил цифровой рубль. ", 4), false},
		{"Japanese", strings.Repeat("暗号資産交換業者に関する内閣府令の一部を改正する。", 3), false},
		{"a list with private bullets", strings.Repeat("\uf0b7 hold reserve assets\r\n", 5), false},
		{"hyphens at line ends", strings.Repeat("the regula\x02\r\ntion of stablecoins ", 4), false},
		{"a table of figures", strings.Repeat("2026 12.5 88.1% ", 20), false},
		{"a short label", "Q4 KPI", false},
		{"glyphs without a code", strings.Repeat("\ufffe\ufffe\ufffe \ufffe\ufffe", 20), true},
		{"an alphabet that is shifted", shifted, true},
		{"the same with spaces", strings.ReplaceAll(shifted, "\x03", " "), true},
		{"private characters", strings.Repeat("\ue001\ue002 \ue003\ue004", 20), true},
		{"glyph numbers of many scripts", strings.Repeat("ۊڄॴসሴՄიꀄᐁ ԙݐऄ", 6), true},
	} {
		if got := isGarbled([]string{tt.text}); got != tt.want {
			t.Errorf("%s: isGarbled = %v, want %v", tt.name, got, tt.want)
		}
	}
}
