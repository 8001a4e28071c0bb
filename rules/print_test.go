package rules

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"regwatch/internal/conditions"
	"regwatch/models"
)

// A rule may be written either way: what is printed reads as what it was printed
// from, and either can be printed as the other.
func TestShippedRulesPrintedMatchAsTheyDo(t *testing.T) {
	whole := shippedSet(t)
	articles := composed(whole, 300)
	if labelled, err := os.Open("testdata/labelled.jsonl"); err == nil {
		defer labelled.Close()
		all, err := ReadLabelled(labelled)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			articles = append(articles, models.Article{Title: l.Title, Body: l.Text, Language: l.Lang})
		}
	}
	for _, r := range whole.Rules() {
		asQueries, err := r.AsQueries()
		if err != nil {
			t.Fatal(err)
		}
		fromQueries := loadPrinted(t, r.ID, asQueries)
		asYAML, err := fromQueries.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		back := loadPrinted(t, r.ID, asYAML)
		matches := 0
		for _, a := range articles {
			want := matchesOf(whole, r.ID, a)
			matches += len(want)
			for name, set := range map[string]*Set{"queries": fromQueries, "queries and back": back} {
				if diff := cmp.Diff(want, matchesOf(set, r.ID, a)); diff != "" {
					t.Fatalf("%s as %s on %q (-as shipped +printed):\n%s", r.ID, name, a.Title, diff)
				}
			}
		}
		if matches < 20 {
			t.Errorf("%s has %d matches, too few to show anything", r.ID, matches)
		}
		if !bytes.Contains(asQueries, []byte("terms:\n")) || bytes.Contains(asQueries, []byte("near:")) || !bytes.Contains(asYAML, []byte("near:")) {
			t.Errorf("%s is printed as\n%s\nand back as\n%s", r.ID, asQueries, asYAML)
		}
	}
}

func loadPrinted(t *testing.T, id string, src []byte) *Set {
	t.Helper()
	set, problems := LoadOne(os.DirFS("../configs/rules"), id+".yaml", src)
	if len(problems) > 0 {
		t.Fatalf("%s is printed as what has problems:\n%s\n%s", id, problems.Error(), src)
	}
	return set
}

// composed are articles made of the words that the rules look for.
func composed(s *Set, n int) []models.Article {
	random := rand.New(rand.NewPCG(5, 6))
	fragments := fragmentsOf(s)
	articles := make([]models.Article, n)
	for i := range articles {
		articles[i] = models.Article{Title: compose(random, fragments, 3), Body: compose(random, fragments, 20)}
	}
	return articles
}

// A nodeMaker makes questions of every kind, and draws what they are about from
// one source of numbers.
type nodeMaker struct {
	random *rand.Rand
	lists  []*list
	defs   []*define
}

func (m *nodeMaker) chance(of int) bool { return m.random.IntN(of) == 0 }

func (m *nodeMaker) words() *list {
	l := &list{inline: true}
	for range 1 + m.random.IntN(2) {
		l.entries = append(l.entries, entry{phrase: []string{"aa", "bb", "aa bb", "ccc*", "=Dd", "禁", "bb * aa", "# aa", "the \"aa\" bb"}[m.random.IntN(9)]})
	}
	return l
}

func (m *nodeMaker) place() region {
	return []region{regionTitle, regionLead, regionBody, regionTitle | regionLead, everywhere}[m.random.IntN(5)]
}

func (m *nodeMaker) bounds() (within int, same bound) {
	same = bound(m.random.IntN(3))
	if same == sameField || m.chance(2) {
		within = 1 + m.random.IntN(5)
	}
	return within, same
}

// node makes a question; one that has a place may be a part of near.
func (m *nodeMaker) node(depth int, hasPlace bool) *node {
	n := &node{}
	kind := m.random.IntN(8)
	if depth == 0 {
		kind %= 3
	}
	if hasPlace && kind >= 5 {
		kind = 3
	}
	some := func(least int, place bool) {
		for range least + m.random.IntN(2) {
			n.kids = append(n.kids, m.node(depth-1, place))
		}
	}
	switch kind {
	case 0:
		n.list = m.words()
	case 1:
		n.list = m.lists[m.random.IntN(len(m.lists))]
	case 2:
		n.op, n.def = opUse, m.defs[m.random.IntN(len(m.defs))]
		n.name = n.def.name
	case 3:
		n.op = opAny
		some(1, hasPlace)
	case 4:
		n.op = opNear
		n.within, n.same = m.bounds()
		n.ordered = m.chance(2)
		some(2, true)
	case 5:
		n.op = opAll
		some(1, false)
	case 6:
		n.op = opNone
		some(1, false)
	case 7:
		n.op = opFrom
		n.from = &condition{kind: conditions.Role, values: []named{{name: "press"}}}
		if m.chance(2) {
			n.from = &condition{kind: conditions.Jurisdiction, values: []named{{name: "Hong Kong"}, {name: "Macau"}}}
		}
		return n
	}
	if m.chance(3) {
		n.in = m.place()
	}
	if n.op == opAll || n.op == opNone {
		return n
	}
	if m.chance(4) {
		n.min = 1 + m.random.IntN(3)
		if n.in == 0 {
			n.in = m.place()
		}
	}
	if m.chance(3) {
		for range 1 + m.random.IntN(2) {
			w := window{node: m.node(min(depth, 1), true)}
			w.within, w.same = m.bounds()
			n.unless = append(n.unless, w)
		}
	}
	return n
}

const madeHead = head + `terms:
  a: [aa, bb aa]
  b list: {any: [bb, ee], not_in: [bb aa]}
define:
  p: {near: [a, b list], within: 3}
  "q two": {any: [{terms: a, in: title}, ccc*]}
when: {terms: a}
tags:
  t: `

func newNodeMaker(random *rand.Rand) *nodeMaker {
	m := &nodeMaker{random: random}
	for _, name := range []string{"a", "b list"} {
		m.lists = append(m.lists, &list{named: named{name: name}})
	}
	for _, name := range []string{"p", "q two"} {
		m.defs = append(m.defs, &define{named: named{name: name}})
	}
	return m
}

func madeArticles(random *rand.Rand, n int) []models.Article {
	words := []string{"aa", "bb", "ee", "ccc", "cccx", "Dd", "dd", "禁", "7", ".", "\n\n", "x"}
	var articles []models.Article
	for range n {
		a := models.Article{Title: "aa " + compose(random, words, 4), Body: compose(random, words, 30)}
		a.Source.Role = []models.Role{models.Press, models.Regulator}[random.IntN(2)]
		a.Source.Jurisdictions = [][]string{{"Hong Kong"}, {"macau"}, nil}[random.IntN(3)]
		articles = append(articles, a)
	}
	return articles
}

// TestPrintedQuestionsAskTheSame makes questions of every kind, prints each as a
// query and back, and asks all of them of made articles.
func TestPrintedQuestionsAskTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	m := newNodeMaker(random)
	articles := madeArticles(random, 20)
	made, met, unmet := 0, 0, 0
	for range 300 {
		src, err := yaml.Dump(structure(&Rule{}, m.node(3, false)), yaml.WithLineWidth(-1))
		if err != nil {
			t.Fatal(err)
		}
		original, problems := Load(mapFS(map[string]string{"r.yaml": madeHead + "\n" + indent(string(src))}))
		if len(problems) > 0 {
			if strings.Contains(problems.Error(), "looks where the expression around it does not") {
				continue
			}
			t.Fatalf("%s\nhas problems:\n%s", src, problems.Error())
		}
		made++
		asQueries, err := original.Rules()[0].AsQueries()
		if err != nil {
			t.Fatalf("%s\n%v", src, err)
		}
		fromQueries := load(t, string(asQueries))
		asYAML, err := fromQueries.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		straight, err := original.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		sets := map[string]*Set{string(asQueries): fromQueries, string(asYAML): load(t, string(asYAML)), string(straight): load(t, string(straight))}
		for _, a := range articles {
			want := matchesOf(original, "r", a)
			if len(want) > 0 && len(want[0].Tags) > 0 {
				met++
			} else {
				unmet++
			}
			for printed, set := range sets {
				if diff := cmp.Diff(want, matchesOf(set, "r", a)); diff != "" {
					t.Fatalf("%s\nprinted as\n%s\non %q / %q (-original +printed):\n%s", src, printed, a.Title, a.Body, diff)
				}
			}
		}
	}
	if made < 150 || met < 500 || unmet < 500 {
		t.Errorf("%d questions, met %d times and not met %d times, show little", made, met, unmet)
	}
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ") + "\n"
}
