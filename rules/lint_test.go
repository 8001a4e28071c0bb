package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

const lintExamples = "examples: {match: [aaa], ignore: [zzz]}\n"

func TestLint(t *testing.T) {
	tests := []struct{ name, rule, want string }{
		{
			"names", `terms:
  a: [aaa, stable coin, Stable-Coin, 穩定, 稳定]
  b: [bbb]
  c: [ccc, =CCC]
define:
  p: {terms: a}
  q: {any: [{terms: c}]}
when: {use: p}
examples: {match: [aaa]}
`, `1:5: the rule has no example to ignore; want one that shares its words and is about something else
5:25: phrase "Stable-Coin" is here twice; it already stands in line 5; case, hyphens and the two Chinese scripts are equal
5:42: phrase "稳定" is here twice; it already stands in line 5; case, hyphens and the two Chinese scripts are equal
6:3: term list "b" is not used; want it used or taken out
7:3: term list "c" is not used; want it used or taken out
7:12: phrase "=CCC" adds nothing: "ccc" of the same list is found wherever it is; want one of them
10:3: definition "q" is not used; want it used or taken out`,
		},
		{
			"branches that ask where an article comes from, and one in a heading of a digest", `terms: {a: [aaa]}
when:
  any:
    - {terms: a, role: regulator}
    - {terms: a, in: lead, source: hkma-*, jurisdiction: Macau}
    - {terms: a, language: zh, role: press}
    - {any: [lights], in: title}
examples:
  match:
    - {title: aaa, role: regulator}
    - {text: aaa, source: hkma-press, jurisdiction: Macau}
    - title: "Morning briefing: tolls and rain"
      text: |
        1. Port raises tolls
        Ships pay more.
        2. No lights
        It starts in May.
        3. Rain
        The north had rain.
  ignore: [zzz]
`, `9:7: no example meets the branch all of (a; role press; language zh); want an example to match that does, so that the branch is known to work`,
		},
		{
			"a branch inside another", `terms: {a: [aaa, bbb], b: [aaa]}
when:
  any:
    - {terms: a, in: title}
    - {terms: a}
    - {terms: b}
examples: {match: [aaa], ignore: [zzz]}
`, `7:15: the branch a in title is never needed: a in line 8 is met wherever it is; want it taken out, or the other made narrower
9:15: the branch b is never needed: a in line 8 is met wherever it is; want it taken out, or the other made narrower`,
		},
		{
			"of two equal branches the later", `terms: {a: [aaa], b: [aaa]}
when: {any: [{near: [a, b], within: 3}, {near: [b, a], within: 3}, {near: [a, b], within: 9, in: title}]}
examples: {match: [aaa aaa], ignore: [zzz]}
`, `5:48: the branch b near a within 3 is never needed: a near b within 3 in line 5 is met wherever it is; want it taken out, or the other made narrower`,
		},
		{
			"all that none refuses", `terms: {a: [aaa, bbb], b: [aaa]}
when:
  any:
    - {terms: b, none: [{terms: a}]}
    - {terms: a, none: [{terms: b}]}
examples: {match: [bbb], ignore: [zzz]}
`, `7:33: this can never match: none refuses a, and b is asked for; want one of the two taken out`,
		},
		{
			"a branch that none refuses", `terms: {a: [aaa], b: [bbb]}
when:
  any: [{terms: a, in: title}, {terms: b}]
  none: [{terms: a}]
examples: {match: [bbb], ignore: [zzz]}
`, `6:17: the branch a in title can never match: none in line 7 refuses it; want one of the two taken out`,
		},
		{
			"places that exclude each other", `terms: {a: [aaa], b: [bbb]}
define:
  lead: {terms: a, in: lead}
  apart: {near: [{terms: a, in: title}, {terms: b, in: body}], within: 3}
when: {any: [{use: lead, in: title}, {use: apart}, {terms: a, in: title}]}
examples: {match: [aaa], ignore: [zzz]}
`, `7:17: near can never be met: one part is in the title, another in the body; want all of its parts in one of them
8:20: lead in title can never be met: the definition looks elsewhere; want in to lie within the in of the definition`,
		},
		{
			"more hits than there is room", "terms: {a: [aaa bbb ccc]}\nwhen: {terms: a, in: title, min: 21}\nexamples: {ignore: [x]}\n",
			`1:5: the rule has no example to match; want one for each way in which it may match
5:15: min is 21, and a title has no room for so many; want at most 20`,
		},
		{
			"a mention and a tag that are always there", "terms: {a: [aaa]}\nwhen: {terms: a}\nmention: {terms: a, in: title}\ntags: {t: {terms: a}}\n" + lintExamples,
			`6:18: nothing is ever a mention: when is met wherever this is; want a weaker question than when, or no mention
7:8: every match has the tag "t"; want a tag that tells matches apart`,
		},
		{
			"unless that the hit itself meets", "terms: {a: [aaa], b: [bbb, {terms: a}]}\nwhen: {any: [{terms: a, unless: {terms: b, within: 3}}, {terms: a, unless: {any: [ccc], within: 3}}]}\n" + lintExamples,
			`5:22: no example meets the branch a unless b is close; want an example to match that does, so that the branch is known to work
5:41: unless spoils every hit of a, which meets b itself; want words that some hits have close by and others have not`,
		},
		{
			"not_in that takes out all or nothing", `terms:
  a:
    any: [aaa, bbb, crypto*, ccc]
    not_in: [aaa, "* bbb", "not in it", cryptography, ccc ddd]
when: {terms: a}
examples: {match: [ccc], ignore: [zzz]}
`, `6:11: phrase "aaa" is never found: not_in in line 7 takes it out; want it in one of the two
6:16: phrase "bbb" is hardly ever found: "* bbb" in not_in takes it out wherever other words stand beside it; want the longer words spelled out in not_in
7:19: phrase "* bbb" wants one word more in the place of *; want it without *, which stands for one word between others
7:28: "not in it" in not_in has no word of the list in it, so that it takes nothing out; want longer words that hold one of the list's; what spoils a hit close by stands in unless`,
		},
		{
			"a phrase inside another", `terms:
  a: [stablecoin, stablecoin issuer, issuer]
  b: [stablecoin, stablecoin issuer]
when: {any: [{terms: a}, {near: [{terms: b}, {any: [ddd]}], within: 3}]}
examples: {match: [issuer, stablecoin ddd], ignore: [zzz]}
`, `5:19: phrase "stablecoin issuer" adds nothing: "stablecoin" of the same list is found wherever it is; want one of them
7:33: the branch b near any of ("ddd") within 3 is never needed: a in line 7 is met wherever it is; want it taken out, or the other made narrower`,
		},
		{
			"exact phrases", "terms: {a: [=穩定幣, ban =SFC, \"=SF\u00adC\", aaa, \"The ban. A day later\"]}\nwhen: {terms: a}\n" + lintExamples,
			"4:13: phrase \"=穩定幣\" keeps to one Chinese script, since = takes every character as it is written; want it without =, which finds both scripts\n" +
				"4:19: phrase \"ban =SFC\" has = within it, where it does nothing; want = in front of the whole phrase, whose case then counts\n" +
				"4:43: phrase \"The ban. A day later\" holds the end of a sentence, over which no phrase is found; want a phrase for each sentence, joined by all or near",
		},
		{"what is in order", "terms: {a: {any: [aaa, U.S., Crypto.com, 'ban * crypto', 'article #'], not_in: [aaa bbb]}, b: [ccc]}\nwhen: {any: [{terms: a}, {terms: b, in: title}]}\nmention: {terms: b}\nexamples: {match: [aaa, ccc], ignore: [zzz]}\n", ""},
	}
	for _, tt := range tests {
		got := strings.ReplaceAll(load(t, head+tt.rule).Lint().Error(), "r.yaml:", "")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What people bring from other search languages is passed over in silence by the
// matcher, so lint has to say it.
func TestLintKnowsOtherLanguages(t *testing.T) {
	tests := []struct{ phrase, want string }{
		{`ban(s|ned)?`, `is a regular expression, and is taken as words; want each form as a phrase of its own: ban, banned`},
		{`ban|curb`, `is a regular expression, and is taken as words; want each form as a phrase of its own: ban, curb`},
		{`[Bb]an`, `is a regular expression, and is taken as words; want each form as a phrase of its own: Ban`},
		{`\bban\b`, `is a regular expression, and is taken as words; want each form as a phrase of its own: ban`},
		{`licen[cs]e`, `is a regular expression, and is taken as words; want each form as a phrase of its own: licence, license`},
		{`ban.*crypto`, `is a regular expression, and is taken as words; want words: they are found whole, ban* stands for any ending, and near finds words that stand apart`},
		{`crypto OR ban`, `looks for the word OR too; want one phrase an entry; a query stands alone, such as when: crypto OR ban`},
		{`crypto NEAR/5 ban`, `looks for the word NEAR/5 too; want one phrase an entry; a query stands alone, such as when: crypto NEAR/5 ban`},
		{`crypto w/5 ban`, `looks for the word w/5 too; want one phrase an entry; a query stands alone, such as when: crypto w/5 ban`},
		{`title:ban`, `looks for the word "title" too; want {any: [ban], in: title} as a question; a phrase is words only`},
		{`headline: crypto ban`, `looks for the word "headline" too; want {any: [crypto ban], in: title} as a question; a phrase is words only`},
		{`"ban"`, `has quotes in it, which find nothing; want just the words; a phrase is always found as it stands`},
		{`禁*`, `wants one character more in the place of *; want it without *; Chinese words are found wherever their characters stand`},
		{`*ban`, `wants a whole word in the place of *; want the words spelled out; * stands for an ending, never for a beginning`},
		{`crypto *`, `wants one word more in the place of *; want it without *, which stands for one word between others`},
		{`ban*ed`, `takes what stands behind * as the next word; want the words spelled out, or * at the end of a word`},
		{`licen?e`, `has ? or !, which stand for nothing here; want * for any ending, and other spellings as phrases of their own`},
		{`licens!`, `has ? or !, which stand for nothing here; want * for any ending, and other spellings as phrases of their own`},
		{`-donation`, `begins with -, which finds nothing; want none or not_in for what must not be there, and all for what must`},
		{`PROFIT AND LOSS`, ``},
		{`Yahoo!`, ``},
		{`US$`, ``},
		{`stablecoin (HKD)`, ``},
		{`prohibit* trading`, ``},
		{`禁 * 幣`, ``},
		{`24/7 trading`, ``},
		{`People's Bank`, ``},
	}
	for _, tt := range tests {
		set := load(t, head+"terms: {a: [aaa, '"+strings.ReplaceAll(tt.phrase, "'", "''")+"']}\nwhen: {terms: a}\n"+lintExamples)
		want := ""
		if tt.want != "" {
			want = fmt.Sprintf("r.yaml:4:18: phrase %q %s", tt.phrase, tt.want)
		}
		if diff := cmp.Diff(want, set.Lint().Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.phrase, diff)
		}
	}
}

func TestLintFindsRulesThatNearlyCoincide(t *testing.T) {
	rule := func(id, status, words string) string {
		return "id: " + id + "\ntitle: T\nseverity: low\nstatus: " + status + "\nterms: {a: [" + words + "]}\nwhen: {terms: a}\nexamples: {match: [one, two], ignore: [zzz]}\n"
	}
	set := loadFiles(t, map[string]string{
		"a.yaml": rule("a", "active", "one, two, three, four, five"),
		"b.yaml": rule("b", "active", "one, two, three, four"),
		"c.yaml": rule("c", "active", "one, two, six, seven, eight"), // meets the same examples by other words
		"d.yaml": rule("d", "draft", "one, two, three, four"),        // a draft of b
	})
	want := `b.yaml:1:5: rule "b" nearly coincides with "a": they share 80 % of their words, and of 8 examples that meet either, 8 meet both; want one rule, or examples that tell the two apart`
	if diff := cmp.Diff(want, set.Lint().Error()); diff != "" {
		t.Errorf("Lint (-want +got):\n%s", diff)
	}
}

func TestShippedRulesAreTidy(t *testing.T) {
	for _, p := range shippedSet(t).Lint() {
		t.Error(p)
	}
}

// A folder of 500 rules is linted while its author waits.
func BenchmarkLint(b *testing.B) {
	fsys := make(fstest.MapFS)
	for i := range 500 {
		var words []string
		for j := range 40 {
			words = append(words, fmt.Sprintf("word%d x%d", (i*7+j*13)%900, j%5))
		}
		id := fmt.Sprintf("r%d", i)
		src := "id: " + id + "\ntitle: T\nseverity: low\nterms: {a: [" + strings.Join(words, ", ") + "], b: [bbb, ccc]}\n" +
			"when: {any: [{terms: a, in: title}, {near: [a, b], within: 5}, {terms: b, in: body, min: 2}]}\nexamples:\n  match:\n"
		for j := range 8 {
			src += "    - " + words[j] + " is in the news of the day\n"
		}
		fsys[id+".yaml"] = &fstest.MapFile{Data: []byte(src + "  ignore: [nothing]\n")}
	}
	set, problems := Load(fsys)
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	for b.Loop() {
		set.Lint()
	}
}

// What lint says of questions follows from them: where it holds one to be met
// wherever another is, every article agrees.
func TestCoverageIsTrueOfEveryArticle(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	m := newNodeMaker(random)
	articles := madeArticles(random, 40)
	covered, held := 0, 0
	for range 300 {
		n := m.node(2, false)
		narrow := *n
		if narrow.in == 0 && narrow.op != opFrom {
			narrow.in = regionTitle
		}
		kin := []*node{
			n, &narrow, m.node(1, false),
			{op: opAny, kids: []*node{n, m.node(1, false)}},
			{op: opAll, kids: []*node{n, m.node(1, false)}},
			{op: opAny, kids: []*node{n}, in: regionBody},
			{op: opNone, kids: []*node{n}},
			{op: opNone, kids: []*node{{op: opAny, kids: []*node{n, m.node(1, false)}}}},
		}
		src := madeHead + "{terms: a}\n"
		for i, k := range kin {
			written, err := yaml.Dump(structure(&Rule{}, k), yaml.WithLineWidth(-1))
			if err != nil {
				t.Fatal(err)
			}
			src += fmt.Sprintf("  t%d:\n%s", i, indent(string(written)))
		}
		set, problems := Load(mapFS(map[string]string{"r.yaml": src}))
		if len(problems) > 0 {
			continue // an in within an in that excludes it
		}
		tags := set.rules[0].tags
		met := make([][]bool, len(articles))
		for i, a := range articles {
			r := set.reading(a)
			for _, tag := range tags {
				met[i] = append(met[i], r.eval(tag.node, everywhere).ok)
			}
		}
		for i, weak := range tags {
			for j, strong := range tags {
				var c coverage
				if i == j || !c.covers(asked{weak.node, everywhere}, asked{strong.node, everywhere}) {
					continue
				}
				covered++
				for k, a := range articles {
					if !met[k][j] {
						continue
					}
					held++
					if !met[k][i] {
						t.Fatalf("%s\nis held to be met wherever this is\n%s\nand is not by %q / %q\n%s", weak.node, strong.node, a.Title, a.Body, src)
					}
				}
			}
		}
	}
	if covered < 300 || held < 3000 {
		t.Errorf("%d pairs, met %d times, show little", covered, held)
	}
}
