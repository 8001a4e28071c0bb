package lint_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/events"
	"regwatch/rules"
	"regwatch/rules/lint"

	"github.com/google/go-cmp/cmp"
)

const head = "id: r\ntitle: T\nseverity: low\n"

// load returns the set of one rule in the file r.yaml.
func load(t *testing.T, src string) *rules.Set {
	t.Helper()
	return loadFiles(t, map[string]string{"r.yaml": src})
}

func loadFiles(t *testing.T, files map[string]string) *rules.Set {
	t.Helper()
	fsys := make(fstest.MapFS)
	for name, src := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	set, problems := rules.Load(fsys)
	if len(problems) > 0 {
		t.Fatalf("the rules have problems:\n%s", problems.Error())
	}
	return set.WithDates(events.KeyDates)
}

const lintExamples = "examples: {match: [aaa], ignore: [zzz]}\n"

func TestCheckWarnsAboutLogicAndPhrases(t *testing.T) {
	tests := []struct{ name, rule, want string }{
		{
			"unused names", `terms:
  a: [aaa, stable coin, Stable-Coin, 穩定, 稳定]
  b: [bbb]
  c: [CCC, =CCC]
define:
  p: {terms: a}
  q: {any: [{terms: c}]}
when: {use: p}
examples: {match: [aaa]}
`, `1:5: the rule has no example under ignore; add one that contains its words but is about something else
5:25: duplicate phrase "Stable-Coin"; it is already on line 5; case, hyphens and the two Chinese scripts make no difference
5:42: duplicate phrase "稳定"; it is already on line 5; case, hyphens and the two Chinese scripts make no difference
6:3: term list "b" is not used; use it or delete it
7:3: term list "c" is not used; use it or delete it
7:12: phrase "=CCC" is redundant: "CCC" in the same list matches wherever it does; keep one of them
10:3: definition "q" is not used; use it or delete it`,
		},
		{
			"everything of the press", "when: {any: [{source: scmp-*}, {role: [regulator, press]}, {all: [{role: press}, {source: scmp-*}]}, {language: zh}, {all: [{role: press}, {any: [aaa]}]}]}\n" + lintExamples,
			`4:23: no example matches the branch source scmp-*; add one, to prove that the branch works
4:39: every article of the press matches, whatever it is about; add words to look for, or the source
4:39: no example matches the branch role regulator or press; add one, to prove that the branch works
4:66: the branch all of (role press; source scmp-*) is redundant: source scmp-* on line 4 matches wherever it does; delete it, or narrow the other one
4:113: every article of language zh matches, whatever it is about; add words to look for, or the source
4:113: no example matches the branch language zh; add one, to prove that the branch works
4:124: the branch all of (role press; any of ("aaa")) is redundant: role regulator or press on line 4 matches wherever it does; delete it, or narrow the other one`,
		},
		{
			"without between neighbours", `terms: {a: [aaa], b: [bbb]}
when: {near: [a, {terms: b, next: 1, without: [ccc]}]}
examples: {match: [aaa bbb], ignore: [aaa]}
`, `5:47: without has no effect: no word stands between neighbours; delete it, or allow a greater distance with next or previous`,
		},
		{
			"branches that differ in how near their parts are bound", `terms: {a: [aaa], b: [bbb], c: [ccc]}
when:
  any:
    - {near: [a, {terms: b, next: 3}]}
    - {near: [a, {terms: b, next: 3, without: {terms: c}}]}
    - {near: [a, {terms: b, next: 3}]}
    - {terms: a, unless: {terms: b, next: 1}}
    - {terms: a, unless: {terms: b, previous: 1}}
examples: {match: [aaa bbb, aaa], ignore: [bbb]}
`, `9:14: the branch a with b in the next 3 is redundant: a with b in the next 3 on line 7 matches wherever it does; delete it, or narrow the other one`,
		},
		{
			"branches with conditions, and one in the heading of a roundup", `terms: {a: [aaa]}
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
`, `9:7: no example matches the branch all of (a; role press; language zh); add one, to prove that the branch works`,
		},
		{
			"amounts and dates that others cover", `terms: {a: [aaa]}
when:
  any:
    - {near: [a, {amount: {min: 10m, currency: HKD}}], within: 5}
    - {near: [a, {amount: {min: 1000萬, currency: HK$}}], within: 3}
    - {near: [a, {amount: {min: 5m, currency: USD}}], within: 3}
    - {terms: a, deadline: 30d, in: title}
    - {terms: a, deadline: 60d, in: title}
    - {terms: a, effective: 2026-01-01.., in: title}
examples:
  match:
    - {title: aaa HK$12m, published: 2026-01-01}
    - {title: aaa US$12m, published: 2026-01-01}
    - {title: "aaa: comments close on 20 June 2026", published: 2026-06-01}
    - {title: "aaa takes effect on 20 June 2026", published: 2026-06-01}
  ignore: [zzz]
`, `8:14: the branch a near an amount of at least 10 million in HKD within 3 is redundant: a near an amount of at least 10 million in HKD within 5 on line 7 matches wherever it does; delete it, or narrow the other one
10:7: the branch all of (a in title; deadline within 30 days) is redundant: all of (a in title; deadline within 60 days) on line 11 matches wherever it does; delete it, or narrow the other one
19:12: the example has no day, so that it never meets deadline and effective; add published, such as published: 2026-12-31`,
		},
		{
			"amount where the expression around it does not look", `terms: {a: [aaa]}
define: {large: {amount: {min: 5m}, in: body}}
when: {all: [{terms: a}, {any: [bbb, {use: large}], in: title}]}
examples: {match: [aaa bbb], ignore: [zzz]}
`, `6:44: large can never match: the definition looks in another part of the article; use an in that lies within the definition's in`,
		},
		{
			"branch within another", `terms: {a: [aaa, bbb], b: [aaa]}
when:
  any:
    - {terms: a, in: title}
    - {terms: a}
    - {terms: b}
examples: {match: [aaa], ignore: [zzz]}
`, `7:15: the branch a in title is redundant: a on line 8 matches wherever it does; delete it, or narrow the other one
9:15: the branch b is redundant: a on line 8 matches wherever it does; delete it, or narrow the other one`,
		},
		{
			"two equal branches", `terms: {a: [aaa], b: [bbb]}
when: {any: [{near: [a, b], within: 3}, {near: [b, a], within: 3}, {near: [a, b], within: 9, in: title}]}
examples: {match: [aaa bbb], ignore: [zzz]}
`, `5:48: the branch b near a within 3 is redundant: a near b within 3 on line 5 matches wherever it does; delete it, or narrow the other one`,
		},
		{
			"all that none excludes", `terms: {a: [aaa, bbb], b: [aaa]}
when:
  any:
    - {terms: b, none: [{terms: a}]}
    - {terms: a, none: [{terms: b}]}
examples: {match: [bbb], ignore: [zzz]}
`, `7:33: this can never match: none excludes a, but b is required; delete one of the two`,
		},
		{
			"branch that none excludes", `terms: {a: [aaa], b: [bbb]}
when:
  any: [{terms: a, in: title}, {terms: b}]
  none: [{terms: a}]
examples: {match: [bbb], ignore: [zzz]}
`, `6:17: the branch a in title can never match: none on line 7 excludes it; delete one of the two`,
		},
		{
			"regions that exclude each other", `terms: {a: [aaa], b: [bbb]}
define:
  lead: {terms: a, in: lead}
  apart: {near: [{terms: a, in: title}, {terms: b, in: body}], within: 3}
when: {any: [{use: lead, in: title}, {use: apart}, {terms: a, in: title}]}
examples: {match: [aaa], ignore: [zzz]}
`, `7:17: near can never match: one part is in the title, another in the body; put all of its parts in the same field
8:20: lead in title can never match: the definition looks in another part of the article; use an in that lies within the definition's in`,
		},
		{
			"min too high", "terms: {a: [aaa bbb ccc]}\nwhen: {terms: a, in: title, min: 21}\nexamples: {ignore: [x]}\n",
			`1:5: the rule has no example under match; add one for each way in which it can match
5:15: min is 21, but a title is too short for that; use at most 20`,
		},
		{
			"mention and tag that always apply", "terms: {a: [aaa]}\nwhen: {terms: a}\nmention: {terms: a, in: title}\ntags: {t: {terms: a}}\n" + lintExamples,
			`6:18: mention never applies: when matches wherever it does; use a weaker condition than when, or delete mention
7:8: every match gets the tag "t"; use a condition that only some matches meet, or delete the tag`,
		},
		{
			"unless that the hit itself matches", "terms: {a: [aaa], b: [bbb, {terms: a}]}\nwhen: {any: [{terms: a, unless: {terms: b, within: 3}}, {terms: a, unless: {any: [ccc], within: 3}}]}\n" + lintExamples,
			`5:22: no example matches the branch a unless b is close; add one, to prove that the branch works
5:41: unless excludes every hit of a, because the hit itself matches b; use words that are close to only some of the hits`,
		},
		{
			"not_in that excludes all or nothing", `terms:
  a:
    any: [aaa, bbb, crypto*, ccc]
    not_in: [aaa, "* bbb", "not in it", cryptography, ccc ddd]
when: {terms: a}
examples: {match: [ccc], ignore: [zzz]}
`, `6:11: phrase "aaa" never matches: not_in on line 7 excludes it; delete one of the two
6:16: phrase "bbb" almost never matches: "* bbb" under not_in excludes it next to any other word; write out the longer phrases under not_in
7:19: phrase "* bbb" requires one more word where * is; remove it, since * alone stands for one word between two others
7:28: "not in it" under not_in contains no phrase of the list, so it has no effect; use longer phrases that contain one of the list's, or unless for words close to a hit`,
		},
		{
			"phrase within another", `terms:
  a: [stablecoin, stablecoin issuer, issuer]
  b: [stablecoin, stablecoin issuer]
when: {any: [{terms: a}, {near: [{terms: b}, {any: [ddd]}], within: 3}]}
examples: {match: [issuer, stablecoin ddd], ignore: [zzz]}
`, `5:19: phrase "stablecoin issuer" is redundant: "stablecoin" in the same list matches wherever it does; keep one of them
7:33: the branch b near any of ("ddd") within 3 is redundant: a on line 7 matches wherever it does; delete it, or narrow the other one`,
		},
		{
			"exact phrases", "terms: {a: [=穩定幣, ban =SFC, \"=SF\u00adC\", aaa, \"The ban. A day later\"]}\nwhen: {terms: a}\n" + lintExamples,
			"4:13: phrase \"=穩定幣\" matches only one Chinese script, because = requires the exact characters; remove = to match both\n" +
				"4:19: phrase \"ban =SFC\" contains =, which has no effect there; put = in front of the whole phrase to match its case exactly\n" +
				"4:43: phrase \"The ban. A day later\" spans two sentences, but a phrase never matches across them; use one phrase per sentence, joined by all or near",
		},
		{"no warning", "terms: {a: {any: [aaa, U.S., Crypto.com, 'ban * crypto', 'article #'], not_in: [aaa bbb]}, b: [ccc]}\nwhen: {any: [{terms: a}, {terms: b, in: title}]}\nmention: {terms: b}\nexamples: {match: [aaa, ccc], ignore: [zzz]}\n", ""},
	}
	for _, tt := range tests {
		got := strings.ReplaceAll(lint.Check(load(t, head+tt.rule)).Error(), "r.yaml:", "")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Between brackets, the comma of a number without quotes separates two entries.
func TestCheckWarnsAboutSplitNumbers(t *testing.T) {
	split := func(entries, text string) string {
		n := strings.Count(entries, " and ") + 1
		return fmt.Sprintf("%s are %d entries, because a comma between brackets separates them; put quotes around the text if the comma belongs to a number: %q", entries, n, text)
	}
	tests := []struct {
		list string
		at   int // where in the list
		want string
	}{
		{"[罰款2,800萬港元]", 1, split(`"罰款2" and "800萬港元"`, "罰款2,800萬港元")},
		{"[duty, fine of 2,800 dollars, toll]", 7, split(`"fine of 2" and "800 dollars"`, "fine of 2,800 dollars")},
		{"[罚款2,800元]", 1, split(`"罚款2" and "800元"`, "罚款2,800元")},
		{"[about 12,345,678 yen]", 1, split(`"about 12" and "345" and "678 yen"`, "about 12,345,678 yen")},
		{"[штраф 2,800 рублей]", 1, split(`"штраф 2" and "800 рублей"`, "штраф 2,800 рублей")},
		{"[HK$2,800]", 1, split(`"HK$2" and "800"`, "HK$2,800")},
		{`["fine of 2,800 dollars"]`, 0, ""},
		{"[fine of 2, 800 dollars]", 0, ""}, // a space: meant as two
		{"[article 2,article 800]", 0, ""},
		{"[fine of 2800,900 dollars]", 0, ""},
		{"[fine of 2,80 dollars]", 0, ""},
		{"[fine of 2,8000 dollars]", 0, ""},
		{"[1.2,800 dollars]", 0, ""},
		{"['fine of 2','800 dollars']", 0, ""},
	}
	for _, tt := range tests {
		for _, where := range []struct{ before, after string }{
			{"terms:\n  a: ", "\nwhen: {terms: a}\n"},
			{"terms:\n  a: {any: [x], not_in: ", "}\nwhen: {terms: a}\n"},
			{"when: {any: ", "}\n"},
			{"when: {all: ", "}\n"},
			{"when: {any: [x]}\nexamples:\n  match: ", "\n  ignore: [y]\n"},
		} {
			before := head + where.before
			line, col := strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n")
			want := ""
			if tt.want != "" {
				want = fmt.Sprintf("r.yaml:%d:%d: %s", line, col+tt.at, tt.want)
			}
			var got []string
			for _, p := range lint.Check(load(t, before+tt.list+where.after)) {
				if strings.Contains(p.What, "because a comma between brackets") {
					got = append(got, p.String())
				}
			}
			if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("%s%s (-want +got):\n%s", where.before, tt.list, diff)
			}
		}
	}
}

// One word is never two parts of near.
func TestCheckWarnsAboutNearOfSameWords(t *testing.T) {
	const twice = ", and one word is never two parts of near, so "
	same := func(pos, a, b string) string {
		return pos + ": " + a + " and " + b + " find the same words" + twice + "these must stand in the text twice; use other words for one part; for two hits of the same words, use min: 2 instead of near"
	}
	contains := func(pos, long, short string) string {
		return pos + ": every hit of " + long + " contains one of " + short + twice + "the words of " + short + " must stand in the text twice; leave out the part " + short + ", or use words for it that " + long + " does not contain"
	}
	excluded := func(pos, part, other string) string {
		return pos + ": near can never match: unless excludes every hit of " + part + " that is close enough to " + other + "; use a smaller distance in unless than in near, or delete it"
	}
	fit := func(pos string, parts, within int) string {
		return fmt.Sprintf("%s: near can never match: its %d parts do not fit within %d of the first; use a greater within, or ordered: true, which counts from each part to the next", pos, parts, within)
	}
	tests := []struct{ near, want string }{
		{"{near: [fine, fine], within: 9}", same("21", "fine", "fine")},
		{"{near: [fine, penalty], same: sentence}", same("21", "fine", "penalty")},
		{"{near: [fine, dock, penalty], within: 5}", same("27", "fine", "penalty")},
		{"{near: [{any: [port levy]}, levy], within: 5}", contains("35", `any of ("port levy")`, "levy")},
		{"{near: [levy, {any: [port levy, 港口稅 levy], next: 3}]}", contains("27", `any of ("port levy", "港口稅 levy")`, "levy")},
		{"{near: [{any: [port levy]}, {any: [levy, dock]}], within: 5}", ""}, // a dock may be the second part
		{"{near: [{any: [port levy, dock]}, levy], within: 5}", ""},
		{"{near: [{terms: levy, in: title}, {terms: levy}], within: 5}", ""},
		{"{near: [strict, levy], within: 5}", ""},                // with not_in, not every hit counts
		{"{near: [{any: [=US]}, {any: [U.S.]}], within: 5}", ""}, // US$ is only the first
		{"{near: [{terms: levy, unless: {terms: dock, within: 5}}, dock], within: 5}", excluded("45", "levy unless dock is close", "dock")},
		{"{near: [{terms: levy, unless: {terms: dock, within: 4}}, dock], within: 5}", ""},
		{"{near: [levy, {terms: dock, unless: {terms: levy, same: paragraph}}], same: sentence}", excluded("51", "dock unless levy is close", "levy")},
		{"{near: [levy, {terms: dock, unless: {terms: levy, same: sentence}}], same: paragraph}", ""},
		{"{near: [{terms: levy, unless: {terms: dock, next: 5}}, dock], within: 5}", ""},
		{"{near: [{terms: levy, unless: {terms: dock, next: 5}}, dock], within: 5, same: sentence, ordered: true}", excluded("45", "levy unless dock is in the next 5", "dock")},
		{"{near: [{terms: levy, unless: {terms: dock, next: 5}}, dock], within: 5, same: sentence}", ""},
		{"{near: [{terms: levy, unless: {terms: dock, next: 5, previous: 5}}, dock], within: 5, same: sentence}", excluded("45", "levy unless dock is in the next 5 or in the previous 5", "dock")},
		{"{near: [{terms: levy, unless: {terms: dock, next: 3}}, {terms: dock, next: 3}]}", excluded("45", "levy unless dock is in the next 3", "dock")},
		{"{near: [{terms: levy, unless: {terms: dock, next: 3}}, {terms: dock, next: 3, previous: 1}]}", ""},
		{"{near: [levy, {terms: dock, unless: {terms: levy, previous: 3}, next: 3}]}", excluded("51", "dock unless levy is in the previous 3", "levy")},
		{"{near: [levy, dock, fine, {any: [ship]}], within: 1}", fit("14", 4, 1)},
		{"{near: [levy, dock, fine, {any: [ship]}], within: 2}", ""},
		{"{near: [levy, dock, fine, {any: [ship]}], within: 1, ordered: true}", ""},
		{"{near: [levy, dock, {any: [four words of text]}, {any: [ship]}, {any: [crane]}], within: 2}", ""},
		{"{near: [levy, {any: [four words of text]}, {any: [five words of such text]}, {any: [six words of quite long text]}], within: 2}", fit("14", 4, 2)},
	}
	for _, tt := range tests {
		rule := head + "terms:\n  fine: [fine, 罰款]\n  penalty: [罰款, fine]\n  levy: [levy]\n  dock: [dock]\n  strict: {any: [levy], not_in: [bank levy]}\nwhen: " + tt.near + "\n"
		var got []string
		for _, p := range lint.Check(load(t, rule)) {
			if p.Line == 10 {
				got = append(got, strings.TrimPrefix(p.String(), "r.yaml:10:"))
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.near, diff)
		}
	}
}

// The matcher ignores the syntax of other search languages, so lint must report it.
func TestCheckWarnsAboutForeignSyntax(t *testing.T) {
	tests := []struct{ phrase, want string }{
		{`ban(s|ned)?`, `looks like a regular expression but is read as words; write each form as its own phrase: ban, banned`},
		{`ban|curb`, `looks like a regular expression but is read as words; write each form as its own phrase: ban, curb`},
		{`[Bb]an`, `looks like a regular expression but is read as words; write each form as its own phrase: Ban`},
		{`\bban\b`, `looks like a regular expression but is read as words; write each form as its own phrase: ban`},
		{`licen[cs]e`, `looks like a regular expression but is read as words; write each form as its own phrase: licence, license`},
		{`ban.*crypto`, `looks like a regular expression but is read as words; use whole words, ban* for any ending, or near for words that stand apart`},
		{`crypto OR ban`, `also looks for the word OR; write one phrase per entry, or a query on its own, such as when: crypto OR ban`},
		{`crypto NEAR/5 ban`, `also looks for the word NEAR/5; write one phrase per entry, or a query on its own, such as when: crypto NEAR/5 ban`},
		{`crypto w/5 ban`, `also looks for the word w/5; write one phrase per entry, or a query on its own, such as when: crypto w/5 ban`},
		{`title:ban`, `also looks for the word "title"; use the expression {any: [ban], in: title}`},
		{`headline: crypto ban`, `also looks for the word "headline"; use the expression {any: [crypto ban], in: title}`},
		{`"ban"`, `contains quotes, which have no effect; remove them, since a phrase always matches as a whole`},
		{`禁*`, `requires one more character where * is; remove *, since Chinese words match anywhere in a text`},
		{`*ban`, `requires a whole word where * is; write out the words, since * stands for the end of a word and never for its beginning`},
		{`crypto *`, `requires one more word where * is; remove it, since * alone stands for one word between two others`},
		{`ban*ed`, `reads the letters after * as the next word; write out the words, or put * at the end of a word`},
		{`licen?e`, `contains ? or !, which have no effect; use * for any ending, and a phrase of its own for each spelling`},
		{`licens!`, `contains ? or !, which have no effect; use * for any ending, and a phrase of its own for each spelling`},
		{`-donation`, `begins with -, which has no effect; use none or not_in to exclude words, and all to require them`},
		{`US`, `also finds the word "us", because case does not matter; write =US, which finds US and U.S.`},
		{`US dollar`, ``},
		{`=IT`, ``},
		{`us`, ``},
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
		if diff := cmp.Diff(want, lint.Check(set).Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.phrase, diff)
		}
	}
}

func TestCheckWarnsAboutSimilarRules(t *testing.T) {
	rule := func(id, status, words string) string {
		return "id: " + id + "\ntitle: T\nseverity: low\nstatus: " + status + "\nterms: {a: [" + words + "]}\nwhen: {terms: a}\nexamples: {match: [one, two], ignore: [zzz]}\n"
	}
	set := loadFiles(t, map[string]string{
		"a.yaml": rule("a", "active", "one, two, three, four, five"),
		"b.yaml": rule("b", "active", "one, two, three, four"),
		"c.yaml": rule("c", "active", "one, two, six, seven, eight"), // matches the same examples by other words
		"d.yaml": rule("d", "draft", "one, two, three, four"),        // a draft of b
	})
	want := `b.yaml:1:5: rule "b" is almost the same as "a": they share 80 % of their phrases, and of 8 examples that match either, 8 match both; merge them, or add examples that only one of them matches`
	if diff := cmp.Diff(want, lint.Check(set).Error()); diff != "" {
		t.Errorf("Lint (-want +got):\n%s", diff)
	}
}

func TestShippedRulesHaveNoWarnings(t *testing.T) {
	shipped, problems := rules.Load(os.DirFS("../../configs/rules"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, p := range lint.Check(shipped) {
		t.Error(p)
	}
}

// A folder of 500 rules is checked while its author waits.
func BenchmarkCheck(b *testing.B) {
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
	set, problems := rules.Load(fsys)
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	for b.Loop() {
		lint.Check(set)
	}
}

// The names of an entity may contain each other: all are shown as one entity.
func TestCheckAcceptsNamesWithinNames(t *testing.T) {
	set := loadFiles(t, map[string]string{
		"r.yaml":          head + "terms: {firms: {file: firms.csv, not_in: [HSBC Life]}}\nwhen: $firms\nexamples: {match: [HSBC], ignore: [HSBC Life]}\n",
		"lists/firms.csv": "id,name,aliases\nhsbc,HSBC Holdings,HSBC;HSBC Bank\n",
	})
	if got := lint.Check(set); len(got) > 0 {
		t.Errorf("warnings about an entity:\n%s", got.Error())
	}
}

func TestCheckWarnsAboutWhatPhrasesCannotMean(t *testing.T) {
	set := loadFiles(t, map[string]string{
		"pier-news.yaml": "id: pier-news\ntitle: P\nseverity: low\nterms: {quay: [quay]}\nwhen: {terms: quay}\nexamples: {match: [quay], ignore: [pier]}\n",
		"r.yaml": head + `terms:
  act: [ferry，渡輪, "tram、電車", bus；巴士, "bus, tram"]
  money: [USD 70 million, HK$70m, 3億歐元, 70 million passengers, "7000", 億港元]
when:
  any: [{terms: act}, {terms: money}, pier-news, $act]
  none: [rule:pier-news, "role: press"]
examples: {match: [ferry 渡輪], ignore: [zzz]}
`,
	})
	var got []string
	for _, p := range lint.Check(set) {
		if p.File == "r.yaml" && strings.HasPrefix(p.What, "phrase ") {
			got = append(got, p.String())
		}
	}
	want := []string{
		`r.yaml:5:9: phrase "ferry，渡輪" is one phrase, because ， separates no entries; write ferry, 渡輪 with a half-width comma, in a query with OR; if it is one phrase, write it with a space`,
		`r.yaml:5:19: phrase "tram、電車" is one phrase, because 、 separates no entries; write tram, 電車 with a half-width comma, in a query with OR; if it is one phrase, write it with a space`,
		`r.yaml:5:30: phrase "bus；巴士" is one phrase, because ； separates no entries; write bus, 巴士 with a half-width comma, in a query with OR; if it is one phrase, write it with a space`,
		`r.yaml:6:11: phrase "USD 70 million" finds the amount only in this spelling; to find amounts in every spelling, use amount: {min: 70m, currency: USD} or, in a query, amount:">=70m USD"`,
		`r.yaml:6:27: phrase "HK$70m" finds the amount only in this spelling; to find amounts in every spelling, use amount: {min: 70m, currency: HKD} or, in a query, amount:">=70m HKD"`,
		`r.yaml:6:35: phrase "3億歐元" finds the amount only in this spelling; to find amounts in every spelling, use amount: {min: 300m, currency: EUR} or, in a query, amount:">=300m EUR"`,
		`r.yaml:8:39: phrase "pier-news" is read as words, and is the id of a rule; to use the rule, write {rule: pier-news}`,
		`r.yaml:8:50: phrase "$act" is read as a word, because $ names a list only in a query; write {terms: act}`,
		`r.yaml:9:10: phrase "rule:pier-news" is read as words, because a condition is not a text here; write {rule: pier-news}`,
		`r.yaml:9:26: phrase "role: press" is read as words, because a condition is not a text here; write {role: press}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestCheckWarnsAboutPlaceholdersAndLanguages(t *testing.T) {
	set := load(t, head+"why: "+lint.PlaceholderWhy+`
when: {any: [ferry]}
examples:
  match: [{lang: zh, title: ferry}, {lang: english, title: ferry}, {lang: zh-HK, title: ferry}, {lang: en, title: ferry}, {lang: "*", title: ferry}]
  ignore: [`+lint.PlaceholderExample+`, zzz]
`)
	want := `r.yaml:1:5: why is still the placeholder, which every alert shows; say why readers should care, or delete why
r.yaml:7:11: lang "zh" leaves open in which script the example is; use zh-Hant or zh-Hans
r.yaml:7:37: lang "english" is not a language tag; use en, zh-Hant or zh-Hans
r.yaml:7:123: lang "*" is not a language tag; use en, zh-Hant or zh-Hans
r.yaml:8:12: the example is still the placeholder, so it proves nothing; replace it by a headline with words of the rule that the rule must not match`
	if diff := cmp.Diff(want, lint.Check(set).Error()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
