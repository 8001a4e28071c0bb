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
)

// lets reports whether a candidate lets an article through, as a database
// answers it.
func lets(c models.Candidate, a models.Article) bool {
	return holds(c, text.Terms(a.Title, a.Body))
}

func holds(c models.Candidate, terms []string) bool {
	part := func(p models.Candidate) bool { return holds(p, terms) }
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

// readable writes a candidate as words.
func readable(c models.Candidate) string {
	var parts []string
	for _, p := range c.Parts {
		parts = append(parts, readable(p))
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

func TestCandidateOfAQuery(t *testing.T) {
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
		{"=SFC", "(sfc|sfcs)"},
		{"人民幣", "(人民 民币)"},
		{"禁", "禁*"},
		{"a1 AND 禁 AND USDT和", "(a1 禁* (usdt|usdts) 和*)"},
		{`"CNH₮ #"`, "((cnh|cnhs) ₮)"},
	}
	for _, tt := range tests {
		set, problems := Search(tt.query)
		if len(problems) > 0 {
			t.Errorf("Search(%s): %s", tt.query, problems.Error())
			continue
		}
		if got := readable(set.Candidate("search")); got != tt.want {
			t.Errorf("Candidate(%s) = %s, want %s", tt.query, got, tt.want)
		}
	}
}

func TestCandidateOfAnUnknownRuleLetsAllThrough(t *testing.T) {
	if c := shippedSet(t).Candidate("nobody"); c.Asks != models.Anything {
		t.Errorf("Candidate = %v, want one that asks for nothing", c)
	}
}

// A long list must not cost a long time, and asks for one word of each phrase.
func TestCandidateOfALongList(t *testing.T) {
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
		t.Fatalf("%d parts, want one of 5000 words", len(c.Parts))
	}
	if a := (models.Article{Title: "The supervisor4711 of it"}); !lets(c, a) || len(set.Match(a)) != 1 {
		t.Error("the candidate leaves out an article that matches")
	}
	if lets(c, models.Article{Title: "The supervisor of it"}) {
		t.Error("the candidate lets through what has no word of the list")
	}
}

// An article that a shipped rule matches is always its candidate: over articles
// made of the rules' own words, in every order and with everything in between.
func TestNoMatchIsLeftOut(t *testing.T) {
	set := shippedSet(t)
	candidates := make(map[string]models.Candidate)
	for _, r := range set.Rules() {
		c := set.Candidate(r.ID)
		if c.Asks == models.Anything {
			t.Errorf("%s reads every article", r.ID)
		}
		if n := c.Size(); n > wideCandidate {
			t.Errorf("%s asks for %d terms, want at most %d", r.ID, n, wideCandidate)
		}
		candidates[r.ID] = c
	}
	random := rand.New(rand.NewPCG(1, 2))
	fragments := fragmentsOf(set)
	matches, left := 0, 0
	for range 2500 {
		a := models.Article{Title: compose(random, fragments, 3), Body: compose(random, fragments, 30)}
		if random.IntN(2) == 0 {
			a.Body = ""
		}
		met := strengths(set, a)
		for id, c := range candidates {
			through := lets(c, a)
			if met[id] != "" && !through {
				t.Fatalf("%s matches %q / %q, which its candidate leaves out", id, a.Title, a.Body)
			}
			if met[id] != "" {
				matches++
			} else if !through {
				left++
			}
		}
	}
	if matches < 200 || left < 200 {
		t.Errorf("%d matches and %d articles left out; too few to show anything", matches, left)
	}
}

// fragmentsOf is all that the rules look for, in forms that articles have.
func fragmentsOf(set *Set) []string {
	var out []string
	met := make(map[*list]bool)
	var visit func(l *list)
	visit = func(l *list) {
		if l == nil || met[l] {
			return
		}
		met[l] = true
		for _, e := range slices.Concat(l.entries, l.notIn) {
			phrase := strings.NewReplacer("=", "", "*", "ing", "#", "12").Replace(e.phrase)
			out = append(out, phrase, strings.ToUpper(phrase), strings.ReplaceAll(phrase, " ", "-"))
		}
		for _, sub := range slices.Concat(l.sublists, l.blotting) {
			visit(sub)
		}
	}
	var walk func(n *node)
	walk = func(n *node) {
		if n == nil {
			return
		}
		visit(n.list)
		if n.def != nil {
			walk(n.def.node)
		}
		for _, k := range n.kids {
			walk(k)
		}
		for _, w := range n.unless {
			walk(w.node)
		}
	}
	for _, r := range set.rules {
		walk(r.when)
		walk(r.mention)
		for _, tag := range r.tags {
			walk(tag.node)
		}
	}
	return out
}

func compose(random *rand.Rand, fragments []string, most int) string {
	seams := []string{" ", " ", " ", "", ", ", ". ", "\n", "\n\n", "-", " of the ", "’s ", "s ", "的", "（bì）", "\u00ad", "\u200b"}
	var b strings.Builder
	for range random.IntN(most) + 1 {
		b.WriteString(fragments[random.IntN(len(fragments))])
		b.WriteString(seams[random.IntN(len(seams))])
	}
	return b.String()
}

// FuzzCandidate holds the promise for every query and text.
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
		if len(set.Match(a)) > 0 && !lets(set.Candidate("search"), a) {
			t.Errorf("%q matches %q / %q, which its candidate %s leaves out", query, title, body, readable(set.Candidate("search")))
		}
		if few := newClauser().candidate(set.rules[0]); len(set.Match(a)) > 0 && !lets(few, a) {
			t.Errorf("%q matches %q / %q, which its clauses %s leave out", query, title, body, readable(few))
		}
	})
}

// A rule of long lists in many places is asked for in few words: by the short
// lists that every one of its branches needs.
func TestCandidateOfARuleOfLongLists(t *testing.T) {
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
	if n := c.Size(); n > wideCandidate {
		t.Errorf("%d terms, want at most %d", n, wideCandidate)
	}
	for title, want := range map[string]bool{
		"authority7of5 bans the coin":      true,
		"authority7of5 forbids 稳定币":        true,
		"authority7of5 bans digital asset": true,
		"authority7of5 bans bread":         false,
		"authority7of5 likes the coin":     false,
	} {
		if got := lets(c, models.Article{Title: title}); got != want {
			t.Errorf("the candidate lets %q through: %v, want %v", title, got, want)
		}
	}
}
