package charset

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestRepairDouble(t *testing.T) {
	twice := func(text string) string {
		out := ""
		for _, c := range []byte(text) {
			r := charmap.Windows1252.DecodeByte(c)
			if r == 0xFFFD {
				r = rune(c)
			}
			out += string(r)
		}
		return out
	}
	for _, text := range []string{
		"Société Générale", "It’s – “new”", "10 °C, £5, €7, Tether™", "à la une, voilà", "État", "škoda žádost", "稳定币条例", "穩定幣 監管", "Банк России", "ステーブルコイン",
	} {
		if got, n := RepairDouble(twice(text)); got != text || n == 0 {
			t.Errorf("RepairDouble(%q) = %q with %d; want %q", twice(text), got, n, text)
		}
	}
	for _, text := range []string{
		"plain", "Société Générale", "la « société\u00a0» et celui-là\u00a0»", "“CAFÉ”", "Spaß“, Ä…", "AMANHÔ e MAÇÃ–", "NÃO", "稳定币条例", "«Ö»", "",
	} {
		if got, n := RepairDouble(text); got != text || n != 0 {
			t.Errorf("RepairDouble(%q) = %q with %d; want no change", text, got, n)
		}
	}
	if got, _ := RepairDouble("Société, SociÃ©té and 稳定币"); got != "Société, Société and 稳定币" {
		t.Errorf("of a mixed text, RepairDouble returns %q", got)
	}
}
