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

// parse reads a phrase as the tests write it: words apart by spaces, a|b for
// forms, a* for a prefix, ? for any token and # for a number.
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

// spell shows a hit as the text that it met.
func spell(ps []string, sc *Scratch, h Hit, t string) string {
	return fmt.Sprintf("%s: %s", ps[h.Phrase], t[sc.Tokens[h.Start].Start:sc.Tokens[h.End-1].End])
}

func TestScan(t *testing.T) {
	tests := []struct {
		name    string
		phrases []string
		text    string
		want    []string
	}{
		{"words", []string{"stable coin", "coin", "coin stable"}, "A Stable-Coin; no coin.", []string{"stable coin: Stable-Coin", "coin: Coin", "coin: coin"}},
		{"a word is whole", []string{"ban"}, "bank urban ban", []string{"ban: ban"}},
		{"words of eight bytes and more", []string{"exchange", "exchanges", "stablecoins ordinance"}, "EXCHANGE exchanges, Stablecoins Ordinance", []string{"exchange: EXCHANGE", "exchanges: exchanges", "stablecoins ordinance: Stablecoins Ordinance"}},
		{"both scripts", []string{"穩定幣", "币", "金管局"}, "穩定幣 稳定币", []string{"穩定幣: 穩定幣", "穩定幣: 稳定币", "币: 幣", "币: 币"}},
		{"a word and characters", []string{"cnh 稳定 币", "cnh"}, "发行CNH稳定币", []string{"cnh 稳定 币: CNH稳定币", "cnh: CNH"}},
		{"a reading in brackets", []string{"稳定"}, "稳(wěn)定", []string{"稳定: 稳(wěn)定"}},
		{"invisible characters", []string{"stablecoin ban", "china ban", "穩定幣"}, "stab\u00adle\u034fcoin ban, China\u200b’\u2060s\u2060 ban; 穩\u2060定\U000E0041幣 稳\u3164(wě\u2060n)\u200b定币", []string{"stablecoin ban: stab\u00adle\u034fcoin ban", "china ban: China\u200b’\u2060s\u2060 ban", "穩定幣: 穩\u2060定\U000E0041幣", "穩定幣: 稳\u3164(wě\u2060n)\u200b定币"}},
		{"possessives", []string{"china ban"}, "China’s ban, China's ban", []string{"china ban: China’s ban", "china ban: China's ban"}},
		{"forms", []string{"stablecoin|stablecoins ban|bans|banned"}, "stablecoins banned; stablecoin ban; stablecoin banning", []string{"stablecoin|stablecoins ban|bans|banned: stablecoins banned", "stablecoin|stablecoins ban|bans|banned: stablecoin ban"}},
		{"prefixes", []string{"crypto*", "crypto* ban", "café*"}, "Cryptos ban cryptocurrency crypt cafés", []string{"crypto*: Cryptos", "crypto*: cryptocurrency", "crypto* ban: Cryptos ban", "café*: cafés"}},
		{"any and numbers", []string{"article # of", "ban ? crypto"}, "Article 12 of; article two of; ban on crypto", []string{"article # of: Article 12 of", "ban ? crypto: ban on crypto"}},
		{"other scripts", []string{"ステーブルコイン", "крипто запрет", "café"}, "ステーブルコイン, Крипто-запрет CAFÉ", []string{"ステーブルコイン: ステーブルコイン", "крипто запрет: Крипто-запрет", "café: CAFÉ"}},
		{"currency", []string{"hk $ 5", "cnh ₮"}, "HK$5 CNH₮", []string{"hk $ 5: HK$5", "cnh ₮: CNH₮"}},
		{"a form of one character", []string{"禁|禁s"}, "监禁", []string{"禁|禁s: 禁"}},
		{"only everyday words", []string{"of the"}, "the end of the day", []string{"of the: of the"}},
		{"the edges of a text", []string{"a b c"}, "b c a b", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := parseAll(tt.phrases)
			var sc Scratch
			compile(t, ps).Scan(&sc, tt.text)
			var got []string
			for _, h := range sorted(sc.Hits) {
				got = append(got, spell(tt.phrases, &sc, h, tt.text))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("hits in %q (-want +got):\n%s", tt.text, diff)
			}
			if diff := cmp.Diff(reference(ps, tt.text), sorted(sc.Hits)); diff != "" {
				t.Errorf("hits in %q (-slow +fast):\n%s", tt.text, diff)
			}
		})
	}
}

func TestPhrasesDoNotReachIntoTheNextText(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin"}))
	var sc Scratch
	s.Scan(&sc, "stable")
	s.Scan(&sc, "coin of a stable coin")
	if diff := cmp.Diff([]Hit{{0, 4, 6}}, sc.Hits); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, ph := range []Phrase{nil, {{Kind: Any}}, {{Kind: Number}}, {{Kind: Word}}, {{Kind: Prefix, Forms: []string{"ab"}}}, make(Phrase, maxTerms+1)} {
		if _, err := Compile([]Phrase{ph}); err == nil {
			t.Errorf("Compile takes %v", ph)
		}
	}
}

// Two tokens must be equal if and only if their hashes are; here for all that are
// one character, and all short words of a kind.
func TestHashesTellTokensApart(t *testing.T) {
	seen := make(map[uint64]string)
	check := func(token string) {
		h, _ := hashToken(token)
		if other, ok := seen[h]; ok && other != token {
			t.Fatalf("%q and %q have one hash", token, other)
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
	if n := length(mix('a' | 'b'<<8)); n != 2 {
		t.Errorf("the length of a word of two letters is %d", n)
	}
}

func TestSeparatorsAreThoseOfText(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		if separates(r) && len(text.Tokens("a"+string(r)+"b")) != 2 {
			t.Errorf("%U does not part words", r)
		}
	}
}

func TestScanDoesNotAllocate(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin", "穩定幣", "crypto*", "article # of"}))
	article := strings.Repeat("Hong Kong’s stable-coin rules, article 5 of the crypto law. 金管局表示（昨日）穩定幣發行人須申領牌照。", 20)
	var sc Scratch
	if n := testing.AllocsPerRun(10, func() { sc.Reset(); s.Scan(&sc, article) }); n != 0 {
		t.Errorf("a scan allocates %v times", n)
	}
	if len(sc.Hits) != 80 {
		t.Errorf("%d hits, want 80", len(sc.Hits))
	}
}

func TestManyScanAtOnce(t *testing.T) {
	s := compile(t, parseAll([]string{"stable coin", "穩定幣", "crypto*"}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var sc Scratch
			for range 100 {
				sc.Reset()
				if s.Scan(&sc, "a stable coin of cryptos 稳定币"); len(sc.Hits) != 3 {
					t.Errorf("%d hits, want 3", len(sc.Hits))
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
		var sc Scratch
		s.Scan(&sc, article)
		var got []text.Token
		for _, tok := range sc.Tokens {
			got = append(got, text.Token{Start: int(tok.Start), End: int(tok.End)})
		}
		var want []text.Token
		for i, tok := range text.Tokens(article) {
			want = append(want, text.Token{Start: tok.Start, End: tok.End})
			if h, _ := hashToken(tok.Text); i < len(sc.Tokens) && sc.Tokens[i].hash != h {
				t.Fatalf("token %d of %q is not %q", i, article, tok.Text)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("tokens of %q (-slow +fast):\n%s", article, diff)
		}
		if diff := cmp.Diff(reference(ps, article), sorted(sc.Hits)); diff != "" {
			t.Fatalf("hits of %q in %q (-slow +fast):\n%s", lines, article, diff)
		}
	})
}
