package pdftext

import (
	"encoding/json"
	"os"
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
		{"short names", "HKMA SFC BTC LTC XRP", false},
		{"a short list with private bullets", "\uf0b7 gold\n\uf0b7 cash", false},
		{"a short text without codes", "\ufffe\ufffe\ufffe \ufffe\ufffeab\ufffe\ufffe", true},
		{"a short text of private characters", "\ue001\ue002 \ue003\ue004\ue005\ue006\ue007 1", true},
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

// prose is text of several languages and kinds that must never count as garbled.
var prose = map[string]string{
	"Polish":     "Komisja Nadzoru Finansowego udzieliła zezwolenia na świadczenie usług płatniczych, a emitent musi utrzymywać rezerwy w wysokości wyemitowanych tokenów. ",
	"Turkish":    "Sermaye Piyasası Kurulu kripto varlık hizmet sağlayıcılarının kuruluş ve faaliyet esaslarına ilişkin tebliğleri yayımladı. ",
	"Finnish":    "Finanssivalvonta myönsi yhtiölle toimiluvan kryptovarojen liikkeeseenlaskuun ja edellyttää riittäviä varantoja. ",
	"Vietnamese": "Ngân hàng Nhà nước Việt Nam ban hành thông tư quy định về quản lý tài sản số và các tổ chức phát hành. ",
	"Hungarian":  "A Magyar Nemzeti Bank engedélyezte a pénzforgalmi szolgáltatás nyújtását és előírta a tartalékok kezelését. ",
	"names":      "Lantern Bay Payments Limited, Harbour Trust Company, Orchid Digital Assets, Kowloon Custody Services, Peak Reserve Holdings, ",
	"codes":      "HK0000123456 US9128283F58 XS1234567890 ABCD EFGH QWRT ZXCV BNMK ",
	"Japanese":   "暗号資産交換業者に関する内閣府令の一部を改正する。登録を受けた者でなければ業務を行ってはならない。",
	"banks":      "中國銀行匯豐銀行恒生銀行渣打銀行東亞銀行星展銀行花旗銀行南洋商業銀行",
}

func TestProseIsNotGarbled(t *testing.T) {
	for name, text := range prose {
		if isGarbled([]string{strings.Repeat(text, 30)}) {
			t.Errorf("%s counts as garbled", name)
		}
	}
}

// Fonts without a table of characters may map glyphs to other letters that exist.
func TestOtherLettersAreGarbled(t *testing.T) {
	const english = "The Authority granted the first licence to an issuer of a stablecoin on Monday, and it said that each licensee must hold reserve assets. "
	const chinese = "金融管理局今日發出首批穩定幣發行人牌照，持牌人必須按照條例持有足額的儲備資產，並在每個營業日結束時計算其市值。"
	rotate := func(n rune) func(rune) rune {
		return func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return 'a' + (r-'a'+n)%26
			case r >= 'A' && r <= 'Z':
				return 'A' + (r-'A'+n)%26
			}
			return r
		}
	}
	found := 0
	for n := rune(1); n < 26; n++ {
		if isGarbled([]string{strings.Repeat(strings.Map(rotate(n), english), 20)}) {
			found++
		} else {
			t.Logf("letters moved by %d are not found", n)
		}
	}
	if found < 20 {
		t.Errorf("%d of 25 shifted alphabets are found", found)
	}
	for _, tt := range []struct{ name, text string }{
		{"other characters", strings.Map(func(r rune) rune {
			if r >= 0x4e00 && r < 0x9000 {
				return r + 0x333
			}
			return r
		}, chinese)},
		{"letters of two scripts in a word", strings.NewReplacer("a", "а", "e", "ε", "t", "т").Replace(english)},
	} {
		if !isGarbled([]string{strings.Repeat(tt.text, 10)}) {
			t.Errorf("%s: not found: %.80s", tt.name, tt.text)
		}
	}
}

// The articles of the shared corpus and their other texts are right.
func TestSharedTextsAreNotGarbled(t *testing.T) {
	file, err := os.ReadFile("../../../shared/extraction/ground-truth.json")
	if err != nil {
		t.Skip("the shared corpus is not here: ", err)
	}
	var texts map[string]struct{ ArticleBody string }
	if err := json.Unmarshal(file, &texts); err != nil || len(texts) == 0 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	for name, text := range texts {
		if isGarbled([]string{text.ArticleBody}) {
			t.Errorf("%s counts as garbled: %.200s", name, text.ArticleBody)
		}
	}
}

// Lines in a font that does not say which characters it shows are left out, and those in other fonts stay.
func TestDropUnreadable(t *testing.T) {
	shifted := strings.Map(func(r rune) rune { return r - 29 }, "The issuer must hold reserve assets of the same value. ")
	for _, tt := range []struct {
		name, page, want string
		lines            int
	}{
		{"a heading without codes", "\ufffe\ufffe\ufffe\ufffe \ufffe\ufffe\ufffe\ufffe\r\nA licence was granted.\r\n", "A licence was granted.\r\n", 1},
		{"a shifted paragraph", "A licence was granted.\n" + shifted + "\n" + shifted + "\nIt begins in March.", "A licence was granted.\nIt begins in March.", 2},
		{"private characters", "發牌\n\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\n條例", "發牌\n條例", 1},
		{"bullets", "\uf0b7 hold reserve assets\n\uf0b7 cash\n\uf0b7\uf0b7\uf0b7\n", "\uf0b7 hold reserve assets\n\uf0b7 cash\n\uf0b7\uf0b7\uf0b7\n", 0},
		{"one symbol in a line", "The ratio \ufffe must be kept.\n\ufffe 5 % \ufffe\n", "The ratio \ufffe must be kept.\n\ufffe 5 % \ufffe\n", 0},
		{"languages", "English Русский 中文 Ελληνικά ไทย\n", "English Русский 中文 Ελληνικά ไทย\n", 0},
	} {
		got, lines := dropUnreadable([]string{tt.page})
		if got[0] != tt.want || lines != tt.lines {
			t.Errorf("%s: %q and %d lines, want %q and %d", tt.name, got[0], lines, tt.want, tt.lines)
		}
	}
	for name, text := range prose {
		if _, lines := dropUnreadable([]string{strings.ReplaceAll(strings.Repeat(text, 5), " ", "\n") + "\n" + text}); lines > 0 {
			t.Errorf("%s: %d lines are left out", name, lines)
		}
	}
}
