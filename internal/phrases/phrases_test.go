package phrases

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/text"
)

// parse reads a phrase in the notation of these tests: words with spaces between them, a|b for forms, a*
// for a prefix, ? for any token and # for a number.
func parse(s string) Phrase {
	var ph Phrase
	for _, w := range strings.Fields(s) {
		prefix, isPrefix := strings.CutSuffix(w, "*")
		switch {
		case w == "?":
			ph = append(ph, Term{Kind: Any})
		case w == "#":
			ph = append(ph, Term{Kind: Number})
		case isPrefix:
			ph = append(ph, Term{Kind: Prefix, Forms: []string{text.Fold(prefix)}})
		case strings.Contains(w, "|"):
			ph = append(ph, Term{Forms: strings.Split(w, "|")})
		default:
			ph = append(ph, Words(w)...)
		}
	}
	return ph
}

func parseAll(lines []string) []Phrase {
	ps := make([]Phrase, len(lines))
	for i, l := range lines {
		ps[i] = parse(l)
	}
	return ps
}

func compile(t testing.TB, ps []Phrase) *Set {
	t.Helper()
	s, err := Compile(ps)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// format returns a hit as its phrase and the text that it covers.
func format(ps []string, b *Buffer, h Hit, t string) string {
	return fmt.Sprintf("%s: %s", ps[h.Phrase], t[b.Tokens[h.Start].Start:b.Tokens[h.End-1].End])
}

func TestScan(t *testing.T) {
	tests := []struct {
		name    string
		phrases []string
		text    string
		want    []string
	}{
		{"words", []string{"stable coin", "coin", "coin stable"}, "A Stable-Coin; no coin.", []string{"stable coin: Stable-Coin", "coin: Coin", "coin: coin"}},
		{"whole words only", []string{"ban"}, "bank urban ban", []string{"ban: ban"}},
		{"words of eight bytes or more", []string{"exchange", "exchanges", "stablecoins ordinance"}, "EXCHANGE exchanges, Stablecoins Ordinance", []string{"exchange: EXCHANGE", "exchanges: exchanges", "stablecoins ordinance: Stablecoins Ordinance"}},
		{"both scripts", []string{"穩定幣", "币", "金管局"}, "穩定幣 稳定币", []string{"穩定幣: 穩定幣", "穩定幣: 稳定币", "币: 幣", "币: 币"}},
		{"word beside Chinese", []string{"cnh 稳定 币", "cnh"}, "发行CNH稳定币", []string{"cnh 稳定 币: CNH稳定币", "cnh: CNH"}},
		{"pinyin in brackets", []string{"稳定"}, "稳(wěn)定", []string{"稳定: 稳(wěn)定"}},
		{"invisible characters", []string{"stablecoin ban", "china ban", "穩定幣"}, "stab\u00adle\u034fcoin ban, China\u200b’\u2060s\u2060 ban; 穩\u2060定\U000E0041幣 稳\u3164(wě\u2060n)\u200b定币", []string{"stablecoin ban: stab\u00adle\u034fcoin ban", "china ban: China\u200b’\u2060s\u2060 ban", "穩定幣: 穩\u2060定\U000E0041幣", "穩定幣: 稳\u3164(wě\u2060n)\u200b定币"}},
		{"possessives", []string{"china ban"}, "China’s ban, China's ban", []string{"china ban: China’s ban", "china ban: China's ban"}},
		{"forms", []string{"stablecoin|stablecoins ban|bans|banned"}, "stablecoins banned; stablecoin ban; stablecoin banning", []string{"stablecoin|stablecoins ban|bans|banned: stablecoins banned", "stablecoin|stablecoins ban|bans|banned: stablecoin ban"}},
		{"prefixes", []string{"crypto*", "crypto* ban", "café*"}, "Cryptos ban cryptocurrency crypt cafés", []string{"crypto*: Cryptos", "crypto*: cryptocurrency", "crypto* ban: Cryptos ban", "café*: cafés"}},
		{"any token and number", []string{"article # of", "ban ? crypto"}, "Article 12 of; article two of; ban on crypto", []string{"article # of: Article 12 of", "ban ? crypto: ban on crypto"}},
		{"other scripts", []string{"ステーブルコイン", "крипто запрет", "café"}, "ステーブルコイン, Крипто-запрет CAFÉ", []string{"ステーブルコイン: ステーブルコイン", "крипто запрет: Крипто-запрет", "café: CAFÉ"}},
		{"currency", []string{"hk $ 5", "cnh ₮"}, "HK$5 CNH₮", []string{"hk $ 5: HK$5", "cnh ₮: CNH₮"}},
		{"one character among the forms", []string{"禁|禁s"}, "监禁", []string{"禁|禁s: 禁"}},
		{"only stop words", []string{"of the"}, "the end of the day", []string{"of the: of the"}},
		{"single letters", []string{"u s", "u s treasury", "s f c", "a", "r d 5"}, "The U.S. Treasury, the S.F.C.; U S. A us. R&D 5 股U s", []string{"u s: U.S", "u s: U S", "u s: U s", "u s treasury: U.S. Treasury", "s f c: S.F.C", "a: A", "r d 5: R&D 5"}},
		{"edges of a text", []string{"a b c"}, "b c a b", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := parseAll(tt.phrases)
			var b Buffer
			compile(t, ps).Scan(&b, tt.text)
			var got []string
			for _, h := range sorted(b.Hits) {
				got = append(got, format(tt.phrases, &b, h, tt.text))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("hits in %q (-want +got):\n%s", tt.text, diff)
			}
			if diff := cmp.Diff(reference(ps, tt.text), sorted(b.Hits)); diff != "" {
				t.Errorf("hits in %q (-reference +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestScanFindsNoPhraseAcrossTexts(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin"}))
	var b Buffer
	s.Scan(&b, "stable")
	s.Scan(&b, "coin of a stable coin")
	if diff := cmp.Diff([]Hit{{0, 4, 6}}, b.Hits); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

func TestCompileRejectsUnsearchablePhrases(t *testing.T) {
	for _, ph := range []Phrase{nil, {{Kind: Any}}, {{Kind: Number}}, {{Kind: Word}}, {{Kind: Word, Forms: []string{"a", ""}}}, {{Kind: Prefix, Forms: []string{"ab"}}}, make(Phrase, maxTerms+1)} {
		if _, err := Compile([]Phrase{ph}); err == nil {
			t.Errorf("Compile accepts %v", ph)
		}
	}
}

// Two tokens must have the same hash only if they are equal. The test covers all single characters and
// many short words.
func TestHashesAreUnique(t *testing.T) {
	seen := make(map[uint64]string)
	check := func(token string) {
		h, _ := hashToken(token)
		if other, ok := seen[h]; ok && other != token {
			t.Fatalf("%q and %q have the same hash", token, other)
		}
		seen[h] = token
	}
	for r := range rune(unicode.MaxRune) {
		check(text.Fold(string(r)))
	}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			for _, rest := range []string{"", "a", "exchang", "exchange", "exchanges", "exchangesexchanges"} {
				check(string(a) + string(b) + rest)
			}
		}
	}
	if n := wordLen(mix('a' | 'b'<<8)); n != 2 {
		t.Errorf("wordLen of a word of two letters = %d", n)
	}
}

func TestSeparatorsAgreeWithPackageText(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		if isSeparator(r) && len(text.Tokens("a"+string(r)+"b")) != 2 {
			t.Errorf("%U does not separate words", r)
		}
	}
}

func TestScanDoesNotAllocate(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin", "穩定幣", "crypto*", "article # of"}))
	article := strings.Repeat("Hong Kong’s stable-coin rules, article 5 of the crypto law. 金管局表示（昨日）穩定幣發行人須申領牌照。", 20)
	var b Buffer
	if n := testing.AllocsPerRun(10, func() { b.Reset(); s.Scan(&b, article) }); n != 0 {
		t.Errorf("Scan allocates %v times", n)
	}
	if len(b.Hits) != 80 {
		t.Errorf("%d hits, want 80", len(b.Hits))
	}
}

func TestScanFromManyGoroutines(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin", "穩定幣", "crypto*"}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var b Buffer
			for range 100 {
				b.Reset()
				if s.Scan(&b, "a stable coin of cryptos 稳定币"); len(b.Hits) != 3 {
					t.Errorf("%d hits, want 3", len(b.Hits))
				}
			}
		})
	}
	wg.Wait()
}

func FuzzScan(f *testing.F) {
	for _, seed := range [][2]string{
		{"stable coin\n稳定币\ncrypto*\nban ? crypto\narticle # of", "Stable-coin’s 穩(wěn)定幣 Cryptos ban on crypto; article 5 of"},
		{"a|b c\n禁|禁s\nステ\nof the\nexchange's office", "a c b c 监禁禁s ステ of the Exchange's  office"},
		{"café*\n$ 5\n₮", "caf\u00adés CAFE\u0301 HK$5 ￥ CNH₮ \xff\xe7\xa8 ＣＮＨ ᏧŉﬀⅨ"},
		{"don t\no brien", "don't o’brien ‘s `s ´s a\u200b's 90’s"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, lines, article string) {
		var ps []Phrase
		for l := range strings.Lines(lines) {
			if ph := parse(l); ph.check() == nil {
				ps = append(ps, ph)
			}
		}
		s, err := Compile(ps)
		if err != nil {
			t.Fatal(err)
		}
		var b Buffer
		s.Scan(&b, article)
		var got []text.Token
		for _, tok := range b.Tokens {
			got = append(got, text.Token{Start: int(tok.Start), End: int(tok.End)})
		}
		var want []text.Token
		for i, tok := range text.Tokens(article) {
			want = append(want, text.Token{Start: tok.Start, End: tok.End})
			if h, _ := hashToken(tok.Text); i < len(b.Tokens) && b.Tokens[i].hash != h {
				t.Fatalf("token %d of %q is not %q", i, article, tok.Text)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("tokens of %q (-reference +got):\n%s", article, diff)
		}
		if diff := cmp.Diff(reference(ps, article), sorted(b.Hits)); diff != "" {
			t.Fatalf("hits of %q in %q (-reference +got):\n%s", lines, article, diff)
		}
	})
}

func BenchmarkScan(b *testing.B) {
	var ps []Phrase
	for i := range 500 {
		ps = append(ps, Words(fmt.Sprintf("authority%d rules", i)), Words(fmt.Sprintf("監管%d號", i)))
	}
	ps = append(ps, parseAll([]string{"stable coin", "穩定幣", "crypto*", "article # of", "ban ? trading"})...)
	s := compile(b, ps)
	for name, article := range map[string]string{
		"english": strings.Repeat("Hong Kong’s Monetary Authority said on Monday that stable-coin issuers need a licence under article 5 of the law. ", 40),
		"chinese": strings.Repeat("金管局表示（昨日）穩定幣發行人須申領牌照，並公布監管沙盒參與者名單。", 80),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(article)))
			var buf Buffer
			for b.Loop() {
				buf.Reset()
				s.Scan(&buf, article)
			}
		})
	}
}
