package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax/syntaxtest"
)

// accepts reports whether an article is a candidate, in the way in which a database finds out.
func accepts(c models.Candidate, a models.Article) bool {
	return acceptsTerms(c, text.Terms(a.Title, a.Body))
}

func acceptsTerms(c models.Candidate, terms []string) bool {
	part := func(p models.Candidate) bool { return acceptsTerms(p, terms) }
	switch c.Asks {
	case models.HasTerm:
		return slices.Contains(terms, c.Term)
	case models.HasPrefix:
		return slices.ContainsFunc(terms, func(t string) bool { return strings.HasPrefix(t, c.Term) })
	case models.AllOf:
		return !slices.ContainsFunc(c.Parts, func(p models.Candidate) bool { return !part(p) })
	case models.AnyOf:
		return slices.ContainsFunc(c.Parts, part)
	}
	return true
}

// format returns a candidate for messages.
func format(c models.Candidate) string {
	var parts []string
	for _, p := range c.Parts {
		parts = append(parts, format(p))
	}
	switch c.Asks {
	case models.HasTerm:
		return c.Term
	case models.HasPrefix:
		return c.Term + "*"
	case models.AllOf:
		return "(" + strings.Join(parts, " ") + ")"
	case models.AnyOf:
		return "(" + strings.Join(parts, "|") + ")"
	}
	return "everything"
}

func TestCandidateOfQuery(t *testing.T) {
	tests := []struct{ query, want string }{
		{"ban", "(ban|bans)"},
		{"ban AND crypto", "((ban|bans) (crypto|cryptos))"},
		{"ban OR crypto", "(ban|bans|crypto|cryptos)"},
		{"ban NOT crypto", "(ban|bans)"},
		{`"crypto ban"`, "((crypto|cryptos) (ban|bans))"},
		{`"ban *  trading"`, "((ban|bans) (trading|tradings))"},
		{"(a1 AND b1) OR c1", "((a1 b1)|c1)"},
		{"(a1 OR b1) AND (a1 OR b1)", "(a1|b1)"},
		{"yuan NEAR/3 coin", "((yuan|yuans) (coin|coins))"},
		{"title:ATLEAST/3(ban)", "(ban|bans)"},
		{"stable*", "stable*"},
		{"=SFC", "(sfc|sfcs|(s f c))"},
		{"人民幣", "(人民 民币)"},
		{"禁", "禁*"},
		{"a1 AND 禁 AND USDT和", "(a1 禁* (((usdt|usdts) 和*)|(u s d t 和*)))"},
		{`"CNH₮ #"`, "(((cnh|cnhs) ₮)|(c n h ₮))"},
	}
	for _, tt := range tests {
		set, problems := Search(tt.query)
		if len(problems) > 0 {
			t.Errorf("Search(%s): %s", tt.query, problems.Error())
			continue
		}
		if got := format(set.Candidate("search")); got != tt.want {
			t.Errorf("Candidate(%s) = %s, want %s", tt.query, got, tt.want)
		}
	}
}

func TestCandidateOfUnknownRuleAcceptsEverything(t *testing.T) {
	if c := ShippedSet(t).Candidate("unknown"); c.Asks != models.Anything {
		t.Errorf("Candidate = %v, want one that accepts everything", c)
	}
}

// For a long list, only one word of each phrase is required, to save time.
func TestCandidateOfLongList(t *testing.T) {
	var b strings.Builder
	b.WriteString("id: long\ntitle: Long\nseverity: low\nterms:\n  long:\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "    - the supervisor%d of\n", i)
	}
	b.WriteString("when: {terms: long}\nexamples: {match: [the supervisor7 of], ignore: [none]}\n")
	set, problems := Load(fstest.MapFS{"long.yaml": {Data: []byte(b.String())}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := set.Candidate("long")
	if c.Asks != models.AnyOf || len(c.Parts) != 5000 {
		t.Fatalf("%d alternatives, want 5000", len(c.Parts))
	}
	if a := (models.Article{Title: "The supervisor4711 of it"}); !accepts(c, a) || len(set.Match(a)) != 1 {
		t.Error("an article that matches is not a candidate")
	}
	if accepts(c, models.Article{Title: "The supervisor of it"}) {
		t.Error("an article without a word of the list is a candidate")
	}
}

// An article that a shipped rule matches is always its candidate. The articles are made of the words of the rules.
func TestMatchedArticlesAreCandidates(t *testing.T) {
	set := ShippedSet(t)
	candidates := make(map[string]models.Candidate)
	for _, r := range set.Rules() {
		c := set.Candidate(r.ID)
		if c.Asks == models.Anything {
			t.Errorf("every article is a candidate for %s", r.ID)
		}
		if n := c.Size(); n > maxCandidateTerms {
			t.Errorf("the candidate of %s has %d terms, want at most %d", r.ID, n, maxCandidateTerms)
		}
		candidates[r.ID] = c
	}
	random := rand.New(rand.NewPCG(1, 2))
	fragments := syntaxtest.Fragments(set.Rules())
	matches, rejected := 0, 0
	for range 2500 {
		a := models.Article{Title: syntaxtest.Compose(random, fragments, 3), Body: syntaxtest.Compose(random, fragments, 30)}
		if random.IntN(2) == 0 {
			a.Body = ""
		}
		met := Strengths(set, a)
		for id, c := range candidates {
			accepted := accepts(c, a)
			if met[id] != "" && !accepted {
				t.Fatalf("%s matches %q / %q, which is not a candidate", id, a.Title, a.Body)
			}
			if met[id] != "" {
				matches++
			} else if !accepted {
				rejected++
			}
		}
	}
	if matches < 200 || rejected < 200 {
		t.Errorf("%d matches and %d rejected articles are too few", matches, rejected)
	}
}

// FuzzCandidate checks that every article that a query matches is a candidate.
func FuzzCandidate(f *testing.F) {
	f.Add("ban AND (crypto OR 加密貨幣)", "A ban", "禁止加密货币")
	f.Add(`title:"stable coin*" OR ATLEAST/2(禁 NEAR/3 =SFC)`, "Stable-coins", "禁的 SFCs，禁 SFC")
	f.Add(`"# yuan *"`, "12 yuan ﷺ", "㍿")
	f.Fuzz(func(t *testing.T, query, title, body string) {
		set, problems := Search(query)
		if len(problems) > 0 {
			return
		}
		a := models.Article{Title: title, Body: body}
		if len(set.Match(a)) > 0 && !accepts(set.Candidate("search"), a) {
			t.Errorf("%q matches %q / %q, which its candidate %s rejects", query, title, body, format(set.Candidate("search")))
		}
		if few := newClauseBuilder().candidate(set.rules[0]); len(set.Match(a)) > 0 && !accepts(few, a) {
			t.Errorf("%q matches %q / %q, which its clauses %s reject", query, title, body, format(few))
		}
	})
}

// For a rule with long lists in many places, the candidate consists of the short lists that every branch requires.
func TestCandidateOfRuleWithLongLists(t *testing.T) {
	var b strings.Builder
	b.WriteString("id: long\ntitle: Long\nseverity: low\nterms:\n  coin: [coin, 稳定币, digital asset]\n  act: [ban, forbid]\n")
	for l := range 6 {
		fmt.Fprintf(&b, "  body%d:\n", l)
		for i := range 300 {
			fmt.Fprintf(&b, "    - authority%dof%d\n", i, l)
		}
	}
	b.WriteString("when:\n  any:\n")
	for l := range 6 {
		fmt.Fprintf(&b, "    - {near: [body%d, coin, act], within: 9}\n", l)
	}
	b.WriteString("examples: {match: [x], ignore: [none]}\n")
	set, problems := Load(fstest.MapFS{"long.yaml": {Data: []byte(b.String())}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := set.Candidate("long")
	if n := c.Size(); n > maxCandidateTerms {
		t.Errorf("%d terms, want at most %d", n, maxCandidateTerms)
	}
	for title, want := range map[string]bool{
		"authority7of5 bans the coin":      true,
		"authority7of5 forbids 稳定币":        true,
		"authority7of5 bans digital asset": true,
		"authority7of5 bans bread":         false,
		"authority7of5 likes the coin":     false,
	} {
		if got := accepts(c, models.Article{Title: title}); got != want {
			t.Errorf("%q is a candidate: %v, want %v", title, got, want)
		}
	}
}

// A condition on where an article comes from says nothing about its text, so it does not change the candidates.
func TestCandidateIgnoresConditions(t *testing.T) {
	with, _ := Search("ban AND role:press AND source:hkma-*")
	without, _ := Search("ban")
	for _, title := range []string{"A ban", "Press of the regulator hkma"} {
		a := models.Article{Title: title}
		if got, want := accepts(with.Candidate("search"), a), accepts(without.Candidate("search"), a); got != want {
			t.Errorf("with conditions, %q is a candidate: %v, want %v", title, got, want)
		}
	}
}

// What an article must contain covers both spellings, so that a search misses neither.
func TestCandidateCoversBothSpellings(t *testing.T) {
	for _, phrase := range []string{"U.S. Treasury", "US Treasury", "=US", "U.S."} {
		set := MustLoad(t, Head+"when: {any: ["+phrase+"]}\n")
		id := set.Rules()[0].ID
		for _, text := range []string{"The U.S. Treasury spoke", "The US Treasury spoke"} {
			a := models.Article{Title: text}
			if len(set.Match(a)) == 0 || !accepts(set.Candidate(id), a) {
				t.Errorf("%q: match %v, candidate %v of %q", phrase, len(set.Match(a)) > 0, accepts(set.Candidate(id), a), text)
			}
		}
	}
}
