package rules

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
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

func pairSet(t *testing.T, vocabulary string) *Set {
	return loadFiles(t, map[string]string{"pair.yaml": pairRule, "vocabulary/v.yaml": vocabulary})
}

const coinList = "coin: [stablecoin, {gloss: stablecoin, any: [穩定幣]}]\nother: [x]\n"

func TestMatchSaysWhereAndWhy(t *testing.T) {
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
		t.Errorf("Match of a bare coin = %+v, want one mention", mention)
	}
}

// An alert must show the text that raised it, so whatever changes what a rule
// means changes its hash, and nothing else does.
func TestHashCoversTheRuleAndTheVocabularyItUses(t *testing.T) {
	hash := func(vocabulary string) string { return pairSet(t, vocabulary).Rules()[0].Hash }
	base := hash(coinList)
	if hash(coinList) != base {
		t.Error("the same text gave two hashes")
	}
	if hash(strings.Replace(coinList, "[x]", "[y]", 1)) != base {
		t.Error("a list that the rule does not use changed its hash")
	}
	if hash(strings.Replace(coinList, "[stablecoin", "[stablecoin, token", 1)) == base {
		t.Error("a word more in a shared list left the hash as it was")
	}
	nested := "coin: [{terms: other}]\nother: [stablecoin]\n"
	if hash(nested) == hash(strings.Replace(nested, "[stablecoin]", "[token]", 1)) {
		t.Error("a word in a list within a shared list left the hash as it was")
	}
	revision := pairSet(t, coinList).Revisions()[0]
	if revision.Text != pairRule || revision.Hash != base || !strings.Contains(revision.Vocabulary, "穩定幣 = stablecoin") || strings.Contains(revision.Vocabulary, "other") {
		t.Errorf("revision is %+v; want the file's bytes and the one list it uses", revision)
	}
}

func TestCheckRoutes(t *testing.T) {
	set := pairSet(t, coinList)
	if got := set.CheckRoutes([]string{"hk", "cn"}); len(got) > 0 {
		t.Errorf("CheckRoutes with both routes known: %s", got.Error())
	}
	want := `pair.yaml:5:14: unknown route "cn"; the configuration has hk`
	if got := set.CheckRoutes([]string{"hk"}).Error(); got != want {
		t.Errorf("CheckRoutes = %s, want %s", got, want)
	}
}

func TestDraftsMatchAndNeverAlert(t *testing.T) {
	set := load(t, head+"status: draft\nwhen: {any: [aaa]}")
	m := set.Match(models.Article{Title: "aaa"})
	if len(m) != 1 || !m[0].Draft || m[0].Alerts() {
		t.Errorf("a draft's match is %+v; want one that does not alert", m)
	}
}

func TestExamplesThatFail(t *testing.T) {
	set := load(t, head+`when: {any: [aaa], in: title}
mention: {any: [aaa, bbb]}
tags: {lifted: {any: [ccc]}}
examples:
  match:
    - aaa and ccc
    - nothing here
    - {title: bbb}
    - {title: bbb, strength: mention}
    - {title: aaa, tags: [lifted]}
  ignore:
    - aaa again
    - bbb is only named
`)
	want := []string{
		`r.yaml:10: "nothing here" is not matched; want a subject`,
		`r.yaml:11: "bbb" is a mention by "bbb"; want a subject`,
		`r.yaml:13: "aaa" has the tags []; want lifted`,
		`r.yaml:15: "aaa again" is matched by "aaa"; want it ignored`,
	}
	var got []string
	for _, f := range set.Test() {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	set := load(t, head+`terms: {a: [aaa], b: [bbb]}
define: {pair: {near: [a, b], within: 3}}
when:
  any:
    - {use: pair, in: title}
    - {terms: a, in: body, min: 2}
    - {terms: b, in: title}
`)
	got := set.Explain(models.Article{Title: "Some bbb", Body: "An aaa.\n\nAnother aaa and bbb."})[0].String()
	want := `r matches as a subject
  yes when: any of (pair in title; a, 2 times in body; b in title) → "bbb" title, "aaa" ¶1, "aaa" ¶2
    no pair in title
      no a near b within 3
        no a
        yes b → "bbb" title
    yes a, 2 times in body → "aaa" ¶1, "aaa" ¶2
    yes b in title → "bbb" title
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
}

// What is asked is cut off, since its parts stand below it.
func TestExplainIsShortOfLongRules(t *testing.T) {
	set := load(t, head+"terms: {a: [aaa]}\nwhen: {any: ["+strings.Repeat("{terms: a, in: title}, ", 100)+"{terms: a}]}\n")
	for line := range strings.Lines(set.Explain(models.Article{Title: "Some aaa"})[0].String()) {
		if len(line) > longestAsked+100 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
}

func TestEvaluate(t *testing.T) {
	set := load(t, head+"when: {any: [aaa], in: title}\nmention: {any: [aaa]}")
	labelled, err := ReadLabelled(strings.NewReader(`{"id":"1","lang":"en","title":"aaa","topics":["r"],"other":1}
{"id":"2","lang":"en","title":"bbb","topics":["r"]}

{"id":"3","lang":"zh-Hant","title":"aaa","topics":["elsewhere"]}
{"id":"4","lang":"en","title":"ccc","text":"aaa","topics":[]}
`))
	if err != nil {
		t.Fatal(err)
	}
	report := Evaluate(set, labelled)
	type figures struct {
		Lang              string
		True, False, Miss int
		P, R              float64
	}
	var got []figures
	for _, s := range report.Scores {
		got = append(got, figures{s.Lang, s.True, s.False, s.Missed, s.Precision.Value, s.Recall.Value})
	}
	want := []figures{{"all", 1, 1, 1, 0.5, 0.5}, {"en", 1, 0, 1, 1, 0.5}, {"zh-Hant", 0, 1, 0, 0, -1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Topic{{"elsewhere", 1}}, report.Unknown); diff != "" {
		t.Errorf("unknown topics (-want +got):\n%s", diff)
	}
	wantMisses := []Miss{{"2", "en", "r", true, "bbb", ""}, {"3", "zh-Hant", "r", false, "aaa", `"aaa"`}}
	if diff := cmp.Diff(wantMisses, report.Misses); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
	if _, err := ReadLabelled(strings.NewReader("{\"title\":\"x\"}\nno json\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line that is no JSON gave %v; want an error that names line 2", err)
	}
}

// Wilson's interval for 8 of 10 is given as 0.490 to 0.943 in the textbooks.
func TestWilson(t *testing.T) {
	got := Wilson(8, 10)
	if math.Abs(got.Low-0.490) > 0.001 || math.Abs(got.High-0.943) > 0.001 {
		t.Errorf("Wilson(8, 10) = %+v", got)
	}
}

func TestSetIsSafeForManyGoroutines(t *testing.T) {
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
