package rules

import (
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
)

// read makes a document by the tokens of package text.
func read(a models.Article) *document {
	var tokens []phrases.Token
	titleEnd := 0
	for i, s := range []string{a.Title, a.Body} {
		for _, t := range text.Tokens(s) {
			tokens = append(tokens, phrases.Token{Start: int32(t.Start), End: int32(t.End)})
		}
		if i == 0 {
			titleEnd = len(tokens)
		}
	}
	var found []standing
	words := append(text.Tokens(a.Title), text.Tokens(a.Body)...)
	for i := titleEnd; i < len(words); i++ {
		for _, sign := range signs {
			if begins(words[i:], sign.phrase) {
				found = append(found, standing{sign.kind, i, i + len(sign.phrase)})
			}
		}
	}
	d := new(document)
	d.read(a, tokens, titleEnd, found)
	return d
}

func begins(words []text.Token, ph phrases.Phrase) bool {
	for i, t := range ph {
		if i == len(words) || words[i].Text != t.Forms[0] {
			return false
		}
	}
	return true
}

// matchSlowly is the reference that Match is held to: every phrase is tried at
// every place of its first word, and every rule is asked.
func matchSlowly(s *Set, a models.Article) []models.Match {
	r := &reading{document: *read(a), from: conditions.Of(a)}
	r.serve(s)
	words := append(text.Tokens(a.Title), text.Tokens(a.Body)...)
	where := make(map[string][]int)
	for i, w := range words {
		where[w.Text] = append(where[w.Text], i)
	}
	for n := range s.phrases {
		ph := &s.phrases[n]
		if ph.regex != nil {
			for i := range words {
				if i > 0 && r.paragraph[i] == r.paragraph[i-1] {
					continue
				}
				for _, h := range r.searchParagraph(ph.regex, i) {
					r.text.Hits = append(r.text.Hits, phrases.Hit{Phrase: int32(n), Start: int32(h.start), End: int32(h.end)})
				}
			}
			continue
		}
		for i := range places(ph.tokens[0], where, len(words)) {
			if stands(ph, &r.document, words, i) {
				r.text.Hits = append(r.text.Hits, phrases.Hit{Phrase: int32(n), Start: int32(i), End: int32(i + len(ph.tokens))})
			}
		}
	}
	r.link()
	every := func() []models.Match {
		var matches []models.Match
		for _, rule := range s.rules {
			if m, ok := r.match(models.Match{}, rule, a); ok && r.hasAny(rule) {
				matches = append(matches, m)
			}
		}
		return matches
	}
	parts := split(a.Title, a.Body)
	if len(parts) == 0 {
		return every()
	}
	var matches []models.Match
	strongest := make(map[string]models.Strength)
	for i, p := range parts {
		r.lookAt(p)
		for _, m := range every() {
			m.Part, m.Heading, m.Text = i+1, headingOf(a.Body, p), a.Body[p.start:p.end]
			strongest[m.RuleID] = strongest[m.RuleID].Or(m.Strength)
			matches = append(matches, m)
		}
	}
	r.lookAbove(parts[0])
	for _, m := range every() {
		if m.Strength.Rank() > strongest[m.RuleID].Rank() {
			matches = append(matches, m)
		}
	}
	return matches
}

// places returns the tokens that p may be.
func places(p pattern, where map[string][]int, n int) iter.Seq[int] {
	if p.kind != patternWord {
		return func(yield func(int) bool) {
			for i := 0; i < n && yield(i); i++ {
			}
		}
	}
	var all []int
	for _, form := range p.forms {
		all = append(all, where[form]...)
	}
	slices.Sort(all)
	return slices.Values(slices.Compact(all))
}

// hasAny reports whether the article has a phrase by which the rule could be met.
// One that is met by what is not there alone is none.
func (r *reading) hasAny(rule *Rule) bool {
	found := make(map[int32]bool)
	rule.when.positive(found)
	if rule.mention != nil {
		rule.mention.positive(found)
	}
	for n := range found {
		if r.seen.has(n) {
			return true
		}
	}
	return false
}

// stands reports whether the phrase begins at token i.
func stands(p *phrase, d *document, words []text.Token, i int) bool {
	if i+len(p.tokens) > len(words) {
		return false
	}
	for j, t := range p.tokens {
		pos := i + j
		if !meets(t, words[pos].Text) {
			return false
		}
		if d.furniture[pos] || j > 0 && (d.sentence[pos] != d.sentence[pos-1] || d.clause[pos] && !p.clause) {
			return false
		}
		if p.exact && t.raw != "" && d.original(pos) != t.raw && d.original(pos) != t.raw+"s" {
			return false
		}
	}
	return true
}

func meets(p pattern, token string) bool {
	switch p.kind {
	case patternAny:
		return true
	case patternNumber:
		return !strings.ContainsFunc(token, func(r rune) bool { return !unicode.IsDigit(r) })
	case patternPrefix:
		return strings.HasPrefix(token, p.forms[0])
	}
	return slices.Contains(p.forms, token)
}

// oddSet has rules of every operator, over words that a fuzzer finds.
func oddSet(t testing.TB) *Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for id, when := range map[string]string{
		"terms":   "{terms: a}",
		"without": "{all: [{any: [{terms: b}, {terms: c}]}, {none: {terms: a}}]}",
		"all":     "{all: [{terms: a}, {terms: b}, {none: {terms: c}}]}",
		"near":    "{near: [{terms: a}, {terms: b}], within: 3}",
		"scoped":  "{any: [{terms: a, in: title}, {terms: b, in: body, min: 2}]}",
		"mention": "{all: [{terms: a}, {terms: c}]}",
	} {
		rule := "id: " + id + "\ntitle: " + id + "\nwhy: to test\nstatus: active\nseverity: low\nroutes: [r]\nterms:\n" +
			"  a: [ban, \"=SFC\", crypto*, 禁止]\n  b: {any: [coin, 币, \"article #\", \"a * c\"], not_in: [bit coin, 人民币]}\n  c: [\"ban, coin\", office]\nwhen: " + when + "\n"
		if id == "mention" {
			rule += "mention: {terms: b}\n"
		}
		fsys[id+".yaml"] = &fstest.MapFile{Data: []byte(rule)}
	}
	set, problems := Load(fsys)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// Match sifts rules by phrases and finds those in one pass; what it returns must
// be what the slow way does.
func FuzzMatch(f *testing.F) {
	f.Add("SFC ban on coins", "Crypto-bans, coin and office. Article 5: a b c 人民幣 幣 禁止。\n\nRelated stories\n\nban coin")
	f.Add("sfc", "SFCs ban coin; ban, coin. bit coin coin. Mr. Ban’s coin\n穩定幣")
	f.Add("Daily briefing: ban", "Above, a coin.\n\n1. Ban on coin\nA ban.\n\n2. Office\nCoin and article 5.\n\n3. Crypto\nSFC, ban: 禁止。")
	f.Add("ban coin", "a b c. a, b c; ban * office 人民币币 crypto article 7")
	set := oddSet(f)
	var sc Scratch
	f.Fuzz(func(t *testing.T, title, body string) {
		a := models.Article{Title: title, Body: body}
		want := matchSlowly(set, a)
		if diff := cmp.Diff(want, set.Match(a)); diff != "" {
			t.Fatalf("Match(%q, %q) (-slow +fast):\n%s", title, body, diff)
		}
		if diff := cmp.Diff(want, set.MatchInto(nil, &sc, a)); diff != "" {
			t.Fatalf("MatchInto(%q, %q) with a used scratch (-slow +fast):\n%s", title, body, diff)
		}
	})
}

func TestMatchIsTheSlowReferenceOnLabelledArticles(t *testing.T) {
	set := shippedSet(t)
	labelled, err := fs.Glob(os.DirFS("../../shared/eval"), "*.jsonl")
	if err != nil || len(labelled) == 0 {
		t.Skip("the labelled articles are not here; they stand beside the checkout where regwatch is developed")
	}
	n, met := 0, 0
	for _, name := range labelled {
		if strings.HasSuffix(name, "-labels.jsonl") {
			continue // labels of articles that another file holds
		}
		f, err := os.Open("../../shared/eval/" + name)
		if err != nil {
			t.Fatal(err)
		}
		articles, err := ReadLabelled(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range articles[:min(len(articles), 400)] {
			a := models.Article{Title: l.Title, Body: l.Text}
			want := matchSlowly(set, a)
			if diff := cmp.Diff(want, set.Match(a)); diff != "" {
				t.Errorf("%s (-slow +fast):\n%s", l.ID, diff)
			}
			n, met = n+1, met+len(want)
		}
	}
	if n == 0 || met == 0 {
		t.Errorf("%d articles with %d matches compare nothing", n, met)
	}
}

func TestArticlesWithoutMatchesCostNothing(t *testing.T) {
	set := shippedSet(t)
	a := models.Article{Title: "Harbour opens", Body: strings.Repeat("The harbour opened on Monday, and ships came. 港口週一開放。\n", 40)}
	var sc Scratch
	if n := testing.AllocsPerRun(10, func() { set.MatchInto(nil, &sc, a) }); n != 0 {
		t.Errorf("an article that matches nothing costs %v allocations", n)
	}
}
