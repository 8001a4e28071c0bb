package rules

import (
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"regwatch/events"
	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax"
	"regwatch/rules/syntax/syntaxtest"

	"github.com/google/go-cmp/cmp"
)

// newDocument returns an article as a document, by the tokens of package text.
func newDocument(a models.Article) *document {
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
	var found []markerHit
	words := append(text.Tokens(a.Title), text.Tokens(a.Body)...)
	for i := titleEnd; i < len(words); i++ {
		for _, m := range boilerplateMarkers() {
			if startsWith(words[i:], m.phrase) {
				found = append(found, markerHit{m.kind, i, i + len(m.phrase)})
			}
		}
	}
	d := new(document)
	d.init(a, tokens, titleEnd, found)
	return d
}

func startsWith(words []text.Token, ph phrases.Phrase) bool {
	for i, t := range ph {
		if i == len(words) || words[i].Text != t.Forms[0] {
			return false
		}
	}
	return true
}

// matchReference is what Match must return. It tries every phrase at every occurrence of its first word, and
// evaluates every rule.
func matchReference(s *Set, a models.Article) []models.Match {
	ev := &evaluator{document: *newDocument(a), attributes: conditions.Of(a)}
	ev.setUp(s)
	ev.values.reset(a)
	words := append(text.Tokens(a.Title), text.Tokens(a.Body)...)
	where := make(map[string][]int)
	for i, w := range words {
		where[w.Text] = append(where[w.Text], i)
	}
	for n := range s.phrases {
		ph := &s.phrases[n]
		if ph.Regex != nil {
			for i := range words {
				if i > 0 && ev.paragraph[i] == ev.paragraph[i-1] {
					continue
				}
				for _, h := range ev.searchParagraph(ph.Regex, i) {
					ev.text.Hits = append(ev.text.Hits, phrases.Hit{Phrase: int32(n), Start: int32(h.start), End: int32(h.end)})
				}
			}
			continue
		}
		for i := range occurrences(ph.Tokens[0], where, len(words)) {
			if matchesAt(ph, &ev.document, words, i) {
				ev.text.Hits = append(ev.text.Hits, phrases.Hit{Phrase: int32(n), Start: int32(i), End: int32(i + len(ph.Tokens))})
			}
		}
	}
	ev.indexHits()
	matchAll := func() []models.Match {
		var matches []models.Match
		for i, rule := range s.rules {
			if m, ok := ev.matchRule(models.Match{}, int32(i), a); ok && (!requiresText(rule) || ev.hasPhraseOf(rule)) {
				matches = append(matches, m)
			}
		}
		return matches
	}
	parts := splitRoundup(a.Title, a.Body)
	if len(parts) == 0 {
		return matchAll()
	}
	var matches []models.Match
	strongest := make(map[string]models.Strength)
	for i, p := range parts {
		ev.selectSection(p)
		for _, m := range matchAll() {
			m.Part, m.Heading, m.Text = i+1, headingOf(a.Body, p), a.Body[p.start:p.end]
			strongest[m.RuleID] = strongest[m.RuleID].Or(m.Strength)
			matches = append(matches, m)
		}
	}
	ev.selectPreamble(parts[0])
	for _, m := range matchAll() {
		if m.Strength.Rank() > strongest[m.RuleID].Rank() {
			matches = append(matches, m)
		}
	}
	return matches
}

// occurrences returns the tokens that may match p.
func occurrences(p syntax.Pattern, where map[string][]int, n int) iter.Seq[int] {
	if p.Kind != syntax.Word {
		return func(yield func(int) bool) {
			for i := 0; i < n && yield(i); i++ {
			}
		}
	}
	var all []int
	for _, form := range p.Forms {
		all = append(all, where[form]...)
	}
	slices.Sort(all)
	return slices.Values(slices.Compact(all))
}

// hasPhraseOf reports whether the article contains a phrase that can make the rule match. A rule never matches only
// because of what is absent.
func (ev *evaluator) hasPhraseOf(rule *syntax.Rule) bool {
	found := make(map[int32]bool)
	rule.When.CollectPhrases(found)
	if rule.Mention != nil {
		rule.Mention.CollectPhrases(found)
	}
	for n := range found {
		if ev.seen.has(n) {
			return true
		}
	}
	return false
}

// matchesAt reports whether the phrase matches at token i.
func matchesAt(p *syntax.Phrase, d *document, words []text.Token, i int) bool {
	if i+len(p.Tokens) > len(words) {
		return false
	}
	for j, t := range p.Tokens {
		pos := i + j
		if !patternMatches(t, words[pos].Text) {
			return false
		}
		if d.boilerplate[pos] || j > 0 && (d.sentence[pos] != d.sentence[pos-1] || d.clauseStart[pos] && !p.Punctuated) {
			return false
		}
		if p.Exact && t.Raw != "" && d.original(pos) != t.Raw && d.original(pos) != t.Raw+"s" {
			return false
		}
		_, src := d.field(pos)
		if t.AfterStop && src[words[pos-1].End:words[pos].Start] != "." {
			return false
		}
		if t.NotCurrency && strings.HasPrefix(src[words[pos].End:], "$") {
			return false
		}
	}
	return true
}

func patternMatches(p syntax.Pattern, token string) bool {
	switch p.Kind {
	case syntax.AnyWord:
		return true
	case syntax.Number:
		return !strings.ContainsFunc(token, func(r rune) bool { return !unicode.IsDigit(r) })
	case syntax.Prefix:
		return strings.HasPrefix(token, p.Forms[0])
	}
	return slices.Contains(p.Forms, token)
}

// operatorSet returns rules with every operator, about words that a fuzzer finds.
func operatorSet(t testing.TB) *Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for id, when := range map[string]string{
		"terms":   "{terms: a}",
		"without": "{all: [{any: [{terms: b}, {terms: c}]}, {none: {terms: a}}]}",
		"all":     "{all: [{terms: a}, {terms: b}, {none: {terms: c}}]}",
		"near":    "{near: [{terms: a}, {terms: b}], within: 3}",
		"linked":  "{near: [{terms: a, unless: {terms: c, next: 1}}, {terms: b, next: 4, previous: 2, without: [office]}]}",
		"scoped":  "{any: [{terms: a, in: title}, {terms: b, in: body, min: 2}]}",
		"mention": "{all: [{terms: a}, {terms: c}]}",
		"amount":  "{near: [{terms: a}, {amount: {min: 5m, currency: HKD}}], within: 6, unless: {amount: {max: 1m}, within: 3}}",
		"dated":   "{all: [{any: [{terms: a}, {amount: {max: 1bn}, in: body}]}, {terms: b}, {any: [{deadline: 60d}, {kind: opinion}, {effective: {from: 2026-01-01}}]}]}",
	} {
		rule := "id: " + id + "\ntitle: " + id + "\nwhy: to test\nstatus: active\nseverity: low\nroutes: [r]\nterms:\n" +
			"  a: [ban, \"=SFC\", U.K., crypto*, 禁止]\n  b: {any: [coin, 币, \"article #\", \"a * c\"], not_in: [bit coin, 人民币]}\n  c: [\"ban, coin\", office]\nwhen: " + when + "\n"
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

// Match selects rules by their phrases and finds those in one pass. The result must be the same as without.
func FuzzMatch(f *testing.F) {
	f.Add("SFC ban on coins", "Crypto-bans, coin and office. Article 5: a b c 人民幣 幣 禁止。\n\nRelated stories\n\nban coin")
	f.Add("sfc", "SFCs ban coin; ban, coin. bit coin coin. Mr. Ban’s coin\n穩定幣")
	f.Add("Daily briefing: ban", "Above, a coin.\n\n1. Ban on coin\nA ban.\n\n2. Office\nCoin and article 5.\n\n3. Crypto\nSFC, ban: 禁止。")
	f.Add("Opinion: ban coin HK$7 million", "Ban: US$5-10 million, HK$3 near a crypto coin. 禁止 三千萬元 人民币3億元。 Comments on the ban close on 20 June 2026.")
	f.Add("ban coin", "a b c. a, b c; ban * office 人民币币 crypto article 7")
	f.Add("S.F.C. ban on coins", "The UK coin, U.K coin; uk coin, UK$ coin. sfc, S.F.C. ban, S F C, s.f.c. coin")
	set := operatorSet(f)
	set = set.WithDates(events.KeyDates)
	published := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	var b Buffer
	f.Fuzz(func(t *testing.T, title, body string) {
		a := models.Article{Title: title, Body: body, PublishedAt: published, SeenAt: published}
		want := matchReference(set, a)
		if diff := cmp.Diff(want, set.Match(a)); diff != "" {
			t.Fatalf("Match(%q, %q) (-reference +got):\n%s", title, body, diff)
		}
		if diff := cmp.Diff(want, set.MatchInto(nil, &b, a)); diff != "" {
			t.Fatalf("MatchInto(%q, %q) with a used buffer (-reference +got):\n%s", title, body, diff)
		}
	})
}

// The expressions are those of tags, so that an article needs one word only.
func TestMatchEqualsReferenceOnRandomTags(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	m := syntaxtest.NewExprMaker(random)
	articles, dates := syntaxtest.Articles(random, 8), RememberDates()
	var b Buffer
	rules, tagged, untagged := 0, 0, 0
	for range 120 {
		e := m.Expr(3)
		src, err := (&syntax.Rule{}).FormatYAML(e)
		if err != nil {
			t.Fatal(err)
		}
		set, problems := Load(Files(map[string]string{"r.yaml": syntaxtest.Header + "\n" + syntaxtest.Indent(src)}))
		if len(problems) > 0 {
			continue // an in that excludes another
		}
		set = set.WithDates(dates)
		rules++
		for _, a := range articles {
			want := matchReference(set, a)
			if len(want) > 0 && len(want[0].Tags) > 0 {
				tagged++
			} else {
				untagged++
			}
			if diff := cmp.Diff(want, set.MatchInto(nil, &b, a)); diff != "" {
				t.Fatalf("%s\non %q / %q (-reference +got):\n%s", src, a.Title, a.Body, diff)
			}
		}
	}
	if rules < 80 || tagged < 100 || untagged < 100 {
		t.Errorf("%d rules, with the tag %d times and without %d times, are too few", rules, tagged, untagged)
	}
}

// Random rules that use entities, other rules, shared definitions and conditions on where an article comes from match as
// the reference does.
func TestMatchEqualsReferenceOnRandomRules(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	maker := syntaxtest.NewExprMaker(random)
	maker.AddRule("other")
	maker.AddList("firms")
	maker.AddDefinition("shared")
	articles := syntaxtest.Articles(random, 30)
	sets, matches, without, named := 0, 0, 0, 0
	for range 300 {
		when, err := (&syntax.Rule{}).FormatYAML(maker.Expr(3))
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(syntaxtest.Header, "when:")
		set, problems := Load(Files(map[string]string{
			"r.yaml":            strings.Replace(head, "terms:\n", "vocabulary: [v.yaml]\nterms:\n  firms: {file: firms.csv, not_in: [aa bb]}\n", 1) + "when:\n" + syntaxtest.Indent(when),
			"other.yaml":        "id: other\ntitle: T\nstatus: draft\nseverity: low\nvocabulary: [v.yaml]\nwhen: $shared OR =Dd OR ee\n",
			"vocabulary/v.yaml": "w: [ee, 禁]\ndefine:\n  shared: {any: [{terms: w}, {near: [w, {any: [bb]}], within: 2}]}\n",
			"lists/firms.csv":   "id,name,aliases\na,aa,bb aa\nb,bb,cccx|=Dd\n",
		}))
		if len(problems) > 0 {
			continue // an in that excludes the one within it, or only absence
		}
		sets++
		var b Buffer
		for _, a := range articles {
			want := matchReference(set, a)
			if diff := cmp.Diff(want, set.MatchInto(nil, &b, a)); diff != "" {
				t.Fatalf("%s\non %q / %q (-reference +got):\n%s", when, a.Title, a.Body, diff)
			}
			for _, m := range want {
				matches++
				if len(m.Hits) == 0 {
					without++
				}
				named += len(m.Entities())
			}
		}
	}
	if sets < 100 || matches < 1000 || without < 50 || named < 500 {
		t.Errorf("%d sets have %d matches, %d of them without hits, that name %d entities; these are too few", sets, matches, without, named)
	}
}

func TestMatchEqualsReferenceOnLabelledArticles(t *testing.T) {
	set := ShippedRulesAlone(t) // the reference does not score
	labelled, err := fs.Glob(os.DirFS("../../shared/eval"), "*.jsonl")
	if err != nil || len(labelled) == 0 {
		t.Skip("the labelled articles are not on this machine")
	}
	n, met := 0, 0
	for _, name := range labelled {
		if strings.HasSuffix(name, "-labels.jsonl") {
			continue // labels of articles that are in another file
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
			want := matchReference(set, a)
			if diff := cmp.Diff(want, set.Match(a)); diff != "" {
				t.Errorf("%s (-reference +got):\n%s", l.ID, diff)
			}
			n, met = n+1, met+len(want)
		}
	}
	if n == 0 || met == 0 {
		t.Errorf("compared %d articles with %d matches, want some", n, met)
	}
}

func TestMatchIntoDoesNotAllocateWithoutMatches(t *testing.T) {
	set := ShippedSet(t)
	a := models.Article{Title: "Harbour opens", Body: strings.Repeat("The harbour opened on Monday, and ships came. 港口週一開放。\n", 40)}
	var b Buffer
	if n := testing.AllocsPerRun(10, func() { set.MatchInto(nil, &b, a) }); n != 0 {
		t.Errorf("MatchInto without a match allocates %v times", n)
	}
}
