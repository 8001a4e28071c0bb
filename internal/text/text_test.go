package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

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
	for _, s := range []string{"China’s ban", "稳(wěn)定币", "ﷺ ǅ İ ß", "\xff\xfea\u0301", "a\u200b's", "ＣＮＨ₮ ﾊﾟ", "ŉ ½ ℡", "₨", "\ufe0f", "a\u0301\ufe0f"} {
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
