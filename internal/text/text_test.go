package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"regwatch/internal/text"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"case", "Hong KONG", "hong kong"},
		{"hyphens", "stable-coin stable‐coin stable–coin", "stable coin stable coin stable coin"},
		{"quotes", `“crypto” 'ban' 「禁令」`, "crypto ban 禁令"},
		{"possessive", "China’s ban, the SFC's rule, banks' books", "china ban the sfc rule banks books"},
		{"apostrophe without a possessive", "O'Brien don't '90s", "o brien don t 90s"},
		{"width", "ＵＳＤＴ　１２３", "usdt 123"},
		{"soft hyphen and zero-width space", "stable\u00adcoin sta\u200bble\ufeff", "stablecoin stable"},
		{"currency signs", "CNH₮ HK$5 ￥3", "cnh ₮ hk $ 5 ¥ 3"},
		{"accents are kept", "Café", "café"},
		{"decomposed accent", "Cafe\u0301", "café"},
		{"traditional", "穩定幣條例", "稳定币条例"},
		{"hong kong variants", "衞生 綫 裏 説", "卫生线里说"},
		{"variants beyond OpenCC", "瞭解 帳戶 賬戶 回覆 鈎 鉤 勾 區塊鍊 憑藉 計畫 部份 着 著", "了解账户账户回复勾勾勾区块链凭借计划部分着着"},
		{"several Traditional for one Simplified", "乾燥 乾隆 干預 幹部", "干燥干隆干预干部"},
		{"mixed scripts", "发行CNH稳定币2.0", "发行 cnh 稳定币 2 0"},
		{"pinyin in brackets", "稳(wěn)定币（stablecoin）发行", "稳定币 stablecoin 发行"},
		{"compatibility characters", "\uf9f4\uf91b ⼈", "林乱人"},
		{"radicals of PDF files", "人⺠币 ⾏⾦⽤⼾ 上⻓ ⻅⻔⻋ ⼀⼆⼗", "人民币行金用户上长见门车一二十"},
		{"misspelt and old shapes", "債劵 公吿 淸算 眞実 敎育 値 強", "债券公告清算真实教育值强"},
		{"pairs of Taiwan and Hong Kong", "説 溫 爲 衆 峯 羣 裏 裡 臺 咭 欵", "说温为众峰群里里台卡款"},
		{"Japanese shapes", "経済 証券 発行 権利 検査 保険", "经济证券发行权利检查保险"},
		{"two everyday characters stay two", "粘黏 姐姊 做作 像象", "粘黏姐姊做作像象"},
		{"invisible mark", "☎\ufe0f a\ufe0f", "a"},
		{"no token", " \n—…", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, text.Fold(tt.in)); diff != "" {
				t.Errorf("Fold(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestTokenOffsets(t *testing.T) {
	s := "China’s “Stable-\u00adCoin” 穩定幣 CNH₮"
	var got []string
	for _, tok := range text.Tokens(s) {
		got = append(got, s[tok.Start:tok.End]+"="+tok.Text)
	}
	want := []string{"China=china", "Stable=stable", "Coin=coin", "穩=稳", "定=定", "幣=币", "CNH=cnh", "₮=₮"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens of %q (-want +got):\n%s", s, diff)
	}
}

// A radical is written where the character itself was meant, so each folds as that character does.
func TestRadicalsFoldToTheirCharacters(t *testing.T) {
	n := 0
	for r := rune(0x2E80); r < 0x2FE0; r++ {
		if !unicode.Is(unicode.Han, r) || r == 0x2E80 { // ⺀ is a sign of repetition
			continue
		}
		n++
		folded := text.FoldHan(r)
		if folded == r || text.Fold(string(folded)) != string(folded) {
			t.Errorf("the radical %c (%U) folds to %c", r, r, folded)
		}
		if r >= 0x2F00 { // of Kangxi: Unicode gives them a compatibility mapping too
			if want := text.Fold(norm.NFKC.String(string(r))); text.Fold(string(r)) != want {
				t.Errorf("the radical %c folds to %c, and what it stands for to %s", r, folded, want)
			}
		}
	}
	if n != 328 {
		t.Errorf("%d radicals, want the 328 of Unicode", n)
	}
}

func TestVariantsKeepTheirPlaceInTheOriginal(t *testing.T) {
	s := "買人⺠币債劵（x）、⾏⾦"
	var got []string
	for _, tok := range text.Tokens(s) {
		got = append(got, s[tok.Start:tok.End]+"="+tok.Text)
	}
	want := []string{"買=买", "人=人", "⺠=民", "币=币", "債=债", "劵=券", "x=x", "⾏=行", "⾦=金"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens of %q (-want +got):\n%s", s, diff)
	}
}

// The two scripts of a word fold to the same only if a folded character does not fold further.
func TestFoldHanIsIdempotent(t *testing.T) {
	n := 0
	for r := range rune(unicode.MaxRune) {
		folded := text.FoldHan(r)
		if again := text.FoldHan(folded); again != folded {
			t.Errorf("%c folds to %c, which folds to %c", r, folded, again)
		}
		if folded != r {
			n++
		}
	}
	if n < 3000 {
		t.Errorf("%d characters fold to another, want about 3,000", n)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"China’s ban", "稳(wěn)定币", "ﷺ ǅ İ ß", "\xff\xfea\u0301", "a\u200b's", "ＣＮＨ₮ ﾊﾟ", "ŉ ½ ℡", "₨", "\ufe0f", "a\u0301\ufe0f", "人⺠币⾏債劵", "⺠⻓\u0301", "⼈(rén)⺠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, tok := range text.Tokens(s) {
			if tok.Start < end || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("Tokens(%q): token %+v after offset %d", s, tok, end)
			}
			if !utf8.RuneStart(s[tok.Start]) || tok.End < len(s) && !utf8.RuneStart(s[tok.End]) && utf8.ValidString(s) {
				t.Fatalf("Tokens(%q): token %+v is not on rune boundaries", s, tok)
			}
			if tok.Text == "" || strings.ContainsAny(tok.Text, " '-") {
				t.Fatalf("Tokens(%q): token %+v is not a word", s, tok)
			}
			end = tok.End
		}
		var next []text.Token
		for i := 0; i < len(s); {
			var tok text.Token
			if tok, i = text.Next(s, i); tok.Text != "" {
				next = append(next, tok)
			}
		}
		if all := text.Tokens(s); !slices.Equal(next, all) {
			t.Fatalf("repeated Next(%q) = %v, want %v", s, next, all)
		}
		once := text.Fold(s)
		if twice := text.Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q, and Fold of that = %q", s, once, twice)
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	s := strings.Repeat("Hong Kong’s Monetary Authority said stable-coin issuers need a licence. 金管局表示穩定幣發行人須申領牌照。", 40)
	b.SetBytes(int64(len(s)))
	var buf []text.Token
	for b.Loop() {
		buf = text.AppendTokens(buf[:0], s)
	}
}
