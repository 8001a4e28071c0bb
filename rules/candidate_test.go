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
	terms := text.Terms(a.Title, a.Body)
	for _, clause := range c {
		met := slices.ContainsFunc(clause, func(t models.Term) bool {
			return slices.ContainsFunc(terms, func(have string) bool {
				return have == t.Text || t.Prefix && strings.HasPrefix(have, t.Text)
			})
		})
		if !met {
			return false
		}
	}
	return true
}

// readable writes a candidate as words.
func readable(c models.Candidate) string {
	var clauses []string
	for _, clause := range c {
		var terms []string
		for _, t := range clause {
			if t.Prefix {
				t.Text += "*"
			}
			terms = append(terms, t.Text)
		}
		clauses = append(clauses, strings.Join(terms, "|"))
	}
	return strings.Join(clauses, " ")
}

func TestCandidateOfAQuery(t *testing.T) {
	tests := []struct{ query, want string }{
		{"ban", "ban|bans"},
		{"ban AND crypto", "ban|bans crypto|cryptos"},
		{"ban OR crypto", "ban|bans|crypto|cryptos"},
		{"ban NOT crypto", "ban|bans"},
		{`"crypto ban"`, "ban|bans crypto|cryptos"},
		{`"ban *  trading"`, "ban|bans trading|tradings"},
		{"(a1 AND b1) OR a1", "a1"},
		{"(a1 AND b1) OR c1", "a1|c1 b1|c1"},
		{"yuan NEAR/3 coin", "coin|coins yuan|yuans"},
		{"title:ATLEAST/3(ban)", "ban|bans"},
		{"stable*", "stable*"},
		{"=SFC", "sfc|sfcs"},
		{"人民幣", "人民 民币"},
		{"禁", "禁*"},
		{"a1 AND 禁 AND USDT和", "a1 和* 禁* usdt|usdts"},
		{`"CNH₮ #"`, "₮ cnh|cnhs"},
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
	if c := shippedSet(t).Candidate("nobody"); c != nil {
		t.Errorf("Candidate = %v, want nil", c)
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
	if len(c) != 1 || len(c[0]) != 5000 {
		t.Fatalf("%d clauses, want one of 5000 words", len(c))
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
		if len(c) == 0 {
			t.Errorf("%s reads every article", r.ID)
		}
		candidates[r.ID] = c
	}
	random := rand.New(rand.NewPCG(1, 2))
	fragments := fragmentsOf(set)
	matches, left := 0, 0
	for range 1500 {
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
	if matches < 500 || left < 500 {
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
	})
}
