package rules_test

import (
	"strings"
	"sync"
	"testing"

	"regwatch/models"
	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

const pairRule = `id: pair
title: Yuan coins
why: Because.
severity: high
routes: [hk, cn]
vocabulary: [v.yaml]
terms:
  yuan: [yuan, {gloss: renminbi, any: [人民幣]}]
when: {near: [yuan, coin], within: 3}
mention: {terms: coin}
tags:
  denied: {any: [denies]}
`

func pairSet(t *testing.T, vocabulary string) *rules.Set {
	return rules.MustLoadFiles(t, map[string]string{"pair.yaml": pairRule, "vocabulary/v.yaml": vocabulary})
}

const coinList = "coin: [stablecoin, {gloss: stablecoin, any: [穩定幣]}]\nother: [x]\n"

func TestMatchReportsPositionsAndReasons(t *testing.T) {
	set := pairSet(t, coinList)
	a := models.Article{ID: "01A", Revision: 2, Title: "Bank denies plan", Body: "First.\n\nA Yuan‑backed Stablecoin, or 人民幣穩定幣."}
	got := set.Match(a)
	want := []models.Match{{
		ArticleID: "01A", Revision: 2, RuleID: "pair", RuleHash: set.Rules()[0].Hash, RuleTitle: "Yuan coins", Topic: "pair", Why: "Because.",
		Severity: models.High, Strength: models.Subject, Routes: []string{"hk", "cn"}, Tags: []string{"denied"},
		Hits: []models.Hit{
			{Field: models.InBody, Start: 10, End: 34, Text: "Yuan‑backed Stablecoin", Term: "yuan + coin", Paragraph: 2},
			{Field: models.InBody, Start: 39, End: 57, Text: "人民幣穩定幣", Term: "yuan + coin", Gloss: "renminbi … stablecoin", Paragraph: 2},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Match (-want +got):\n%s", diff)
	}
	mention := set.Match(models.Article{Title: "A stablecoin"})
	if len(mention) != 1 || mention[0].Strength != models.Mention {
		t.Errorf("Match without yuan = %+v, want one mention", mention)
	}
}

func TestDraftMatchDoesNotAlert(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"status: draft\nwhen: {any: [aaa]}")
	m := set.Match(models.Article{Title: "aaa"})
	if len(m) != 1 || !m[0].Draft || m[0].Alerts() {
		t.Errorf("Match of a draft = %+v; want one match that does not alert", m)
	}
}

func TestMatchFromManyGoroutines(t *testing.T) {
	set := pairSet(t, coinList)
	a := models.Article{Title: "Yuan stablecoin", Body: "A yuan stablecoin. 人民幣穩定幣."}
	want := set.Match(a)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if diff := cmp.Diff(want, set.Match(a)); diff != "" {
					t.Errorf("Match (-want +got):\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name, rule  string
		title, body string
		want        string
	}{
		{"whole words", "when: {any: [ban]}", "A bank in Albania", "", "nothing"},
		{"plural", "when: {any: [ban]}", "Two bans", "", "subject"},
		{"plural of y", "when: {any: [deposit policy]}", "Deposit policies", "", "subject"},
		{"singular of a plural", "when: {any: [stablecoins]}", "A stablecoin", "", "subject"},
		{"possessive", "when: {any: [china ban]}", "China’s ban", "", "subject"},
		{"hyphen", "when: {any: [stable coin]}", "A stable-coin", "", "subject"},
		{"both scripts from traditional", "when: {any: [穩定幣]}", "离岸稳定币", "", "subject"},
		{"both scripts from simplified", "when: {any: [稳定币]}", "離岸穩定幣", "", "subject"},
		{"currency sign", "when: {any: [CNH₮]}", "Tether's CNH₮ token", "", "subject"},
		{"prefix with an excluded word", "terms: {a: {any: [crypto*], not_in: [cryptography]}}\nwhen: {terms: a}", "A course in cryptography", "", "nothing"},
		{"prefix with an excluded and another word", "terms: {a: {any: [crypto*], not_in: [cryptography]}}\nwhen: {terms: a}", "Cryptography of cryptocurrencies", "", "subject"},
		{"prefix", "when: {any: [prohibit*]}", "A prohibition", "", "subject"},
		{"prefix within a phrase", "when: {any: [prohibit* trading]}", "Prohibiting trading", "", "subject"},
		{"any word", "when: {any: ['ban * trading']}", "A ban on trading", "", "subject"},
		{"number", "when: {any: ['# yuan']}", "300 yuan", "", "subject"},
		{"number without digits", "when: {any: ['# yuan']}", "many yuan", "", "nothing"},
		{"exact", "when: {any: [=SFC]}", "The SFC's list", "", "subject"},
		{"exact, other case", "when: {any: [=SFC]}", "the sfc list", "", "nothing"},
		{"exact plural", "when: {any: [=ATM]}", "Crypto ATMs", "", "subject"},
		{"exact plural, other case", "when: {any: [=ATM]}", "CRYPTO ATMS", "", "nothing"},
		{"phrase across a comma", "when: {any: [yuan stablecoin]}", "Yuan, stablecoin", "", "nothing"},
		{"phrase across sentences", "when: {any: [yuan stablecoin]}", "", "He holds yuan. Stablecoin rules follow.", "nothing"},
		{"phrase with a comma", "when: {any: ['Hong Kong, China']}", "Hong Kong, China", "", "subject"},

		{"not_in", "terms: {y: {any: [yuan], not_in: [digital yuan]}}\nwhen: {terms: y}", "Digital yuan grows", "", "nothing"},
		{"not_in excludes only one hit", "terms: {y: {any: [yuan], not_in: [digital yuan]}}\nwhen: {terms: y}", "Digital yuan and yuan", "", "subject"},
		{"not_in in Chinese", "terms: {b: {any: [禁], not_in: [监禁, 解禁, 不禁]}}\nwhen: {terms: b}", "他被監禁", "", "nothing"},
		{"not_in with a wildcard", "terms: {b: {any: [禁], not_in: ['*禁令']}}\nwhen: {terms: b}", "解禁令", "", "nothing"},

		{"list within a list", "terms: {a: [x1], b: [{terms: a}, y1]}\nwhen: {terms: b}", "x1", "", "subject"},
		{"all", "when: {all: [aaa, bbb]}", "bbb aaa", "", "subject"},
		{"all, one missing", "when: {all: [aaa, bbb]}", "bbb", "", "nothing"},
		{"none", "when: {any: [aaa], none: [bbb]}", "aaa bbb", "", "nothing"},
		{"nested", "when: {all: [{any: [aaa, bbb]}, {none: [ccc]}]}", "bbb", "", "subject"},
		{"in title", "when: {any: [aaa], in: title}", "xxx", "aaa", "nothing"},
		{"in lead", "when: {any: [aaa], in: lead}", "xxx", "An aaa stands here.", "subject"},
		{"min", "when: {any: [aaa], in: body, min: 2}", "aaa", "aaa", "nothing"},
		{"min met", "when: {any: [aaa, bbb], in: body, min: 2}", "", "aaa bbb", "subject"},
		{"min of overlapping phrases", "when: {any: [aaa bbb, aaa], in: body, min: 2}", "", "aaa bbb", "nothing"},

		{"near", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 2}", "bbb x aaa", "", "subject"},
		{"near too far", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 2}", "bbb x x aaa", "", "nothing"},
		{"near in order", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 5, ordered: true}", "bbb aaa", "", "nothing"},
		{"near of three", "terms: {a: [aaa], b: [bbb], c: [ccc]}\nwhen: {near: [a, b, c], within: 3}", "ccc bbb aaa", "", "subject"},
		{"near with overlapping parts", "terms: {a: [aaa bbb], b: [bbb]}\nwhen: {near: [a, b], within: 3}", "aaa bbb", "", "nothing"},
		{"same sentence", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: sentence}", "", "The aaa. The bbb.", "nothing"},
		{"same sentence with an abbreviation", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: sentence}", "", "The aaa of Acme Inc. Bbb goes on.", "subject"},
		{"same paragraph", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: paragraph}", "", "The aaa.\n\nThe bbb.", "nothing"},
		{"same paragraph met", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], same: paragraph}", "", "The aaa. The bbb.", "subject"},
		{"near across title and body", "terms: {a: [aaa], b: [bbb]}\nwhen: {near: [a, b], within: 5}", "aaa", "bbb", "nothing"},
		{"unless", "terms: {a: [aaa], b: [bbb]}\nwhen: {terms: a, unless: {terms: b, within: 3}}", "aaa bbb", "", "nothing"},
		{"unless excludes only one hit", "terms: {a: [aaa], b: [bbb]}\nwhen: {terms: a, unless: {terms: b, within: 3}}", "aaa bbb x x x x aaa", "", "subject"},
		{"define", "terms: {a: [aaa], b: [bbb]}\ndefine: {p: {near: [a, b], within: 3}}\nwhen: {use: p, in: title}", "aaa bbb", "", "subject"},
		{"define of a define", "terms: {a: [aaa], b: [bbb]}\ndefine: {q: {use: p}, p: {near: [a, b], within: 3}}\nwhen: {use: q}", "aaa bbb", "", "subject"},
		{"mention", "when: {any: [aaa], in: title}\nmention: {any: [aaa]}", "", "aaa", "mention"},
		{"related stories", "when: {any: [aaa]}", "", "Own text here.\n\nYou may also like\n\nAn aaa story", "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rules.OutcomeOf(rules.MustLoad(t, rules.Head+tt.rule), models.Article{Title: tt.title, Body: tt.body}); got != tt.want {
				t.Errorf("rule %q on %q / %q: %s, want %s", tt.rule, tt.title, tt.body, got, tt.want)
			}
		})
	}
}

// Invisible characters change no match, and each hit is exactly what the article contains.
func TestMatchIgnoresInvisibleCharacters(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`terms:
  coin: [stablecoin, stable coin, 穩定幣, =SFC, "crypto*"]
  act: [ban, licence, 禁止]
when: {near: [coin, act], within: 8}
`)
	for _, tt := range []struct{ name, title, body, want string }{
		{"zero-width space", "Stable\u200bcoin ban", "", "Stable\u200bcoin ban"},
		{"soft hyphen", "A ban on stab\u00adle coins", "", "ban on stab\u00adle coins"},
		{"word joiner in traditional Chinese", "禁止穩\u2060定幣", "", "禁止穩\u2060定幣"},
		{"variation selector in simplified Chinese", "", "禁\ufe00止稳\U000E0100定币交易。", "禁\ufe00止稳\U000E0100定币"},
		{"combining grapheme joiner and Hangul filler", "st\u034fable\u3164coin b\u115fan", "", "st\u034fable\u3164coin b\u115fan"},
		{"tags", "b\U000E0061an: crypto\U000E0062currency", "", "b\U000E0061an: crypto\U000E0062currency"},
		{"case counts", "S\u200dF\u2060C licence", "", "S\u200dF\u2060C licence"},
		{"case counts still", "s\u200df\u2060c licence", "", ""},
		{"Mongolian and Khmer characters", "stable\u180bcoin ba\u17b5n", "", "stable\u180bcoin ba\u17b5n"},
		{"between words", "stable \u200b coin \u200bban", "", "stable \u200b coin \u200bban"},
		{"after a full stop", "", "A ban makes it stable.\u200b Coin is king.", ""},
		{"after a comma", "Ban: stable,\u2060 coin", "", ""},
		{"between two words without a space", "stablecoin\u200bban", "", ""},
	} {
		a := models.Article{Title: tt.title, Body: tt.body}
		var got []string
		for _, m := range set.Match(a) {
			for _, h := range m.Hits {
				src := tt.body
				if h.Field == models.InTitle {
					src = tt.title
				}
				if src[h.Start:h.End] != h.Text {
					t.Errorf("%s: %q is not at %d-%d of %q", tt.name, h.Text, h.Start, h.End, src)
				}
				got = append(got, h.Text)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: hits in %q (-want +got):\n%s", tt.name, tt.title+tt.body, diff)
		}
	}
}

func TestMatchPhraseWithInvisibleCharacters(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"terms:\n  a: [\"stab\\u00adle\\u200bcoin\", \"=S\\u2060FC\", \"cryp\\u200bto\\u2060*\", \"/HC\\u200bCT \\\\d+/\"]\nwhen: {terms: a}\n")
	for _, title := range []string{"Stablecoin", "SFC", "cryptos", "HCCT 7"} {
		if len(set.Match(models.Article{Title: title})) != 1 {
			t.Errorf("%q does not match", title)
		}
	}
}

func TestMatchConditions(t *testing.T) {
	article := models.Article{
		SourceID: "hkma-press", Title: "A ban", Language: "zh-Hant",
		Source: models.Source{ID: "hkma-press", Role: models.Regulator, Jurisdictions: []string{"Mainland China", "Hong Kong"}},
	}
	noSource := models.Article{Title: "A ban"}
	removed := models.Article{Title: "A ban", SourceID: "hkma-press", Source: models.Source{ID: "hkma-press"}} // a source that is no longer configured
	for query, want := range map[string][3]bool{
		`ban AND source:hkma-*`:                         {true, false, true},
		`ban AND source:*`:                              {true, false, true},
		`ban AND source:"hkma-press"`:                   {true, false, true},
		`ban AND source:sfc-*`:                          {false, false, false},
		`ban AND role:regulator`:                        {true, false, false},
		`ban AND role:press`:                            {false, false, false},
		`ban AND (role:press OR role:regulator)`:        {true, false, false},
		`ban NOT role:press`:                            {true, true, true},
		`ban AND language:zh`:                           {true, false, false},
		`ban AND language:zh-Hans`:                      {false, false, false},
		`ban AND jurisdiction:"HONG　KONG"`:              {true, false, false},
		`ban AND jurisdiction:Singapore`:                {false, false, false},
		`title:(ban AND role:regulator)`:                {true, false, false},
		`body:ban AND role:regulator`:                   {false, false, false},
		`ban OR (coin AND role:press)`:                  {true, true, true},
		`ban AND (coin OR source:hkma-press OR curbed)`: {true, false, true},
	} {
		set, problems := rules.Search(query)
		if len(problems) > 0 {
			t.Errorf("Search(%s): %s", query, problems.Error())
			continue
		}
		for i, a := range []models.Article{article, noSource, removed} {
			if got := len(set.Match(a)) > 0; got != want[i] {
				t.Errorf("%s on article %d: %v, want %v", query, i, got, want[i])
			}
		}
	}
}
