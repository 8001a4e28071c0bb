// Package similarity scores how likely two articles report one development, in English
// and Chinese and across both.
//
// Start with [Shipped], which returns the model that the program has, and
// [Model.Profile], which reads an article once. [Model.Doc] prepares a profile, and
// [Model.Score] compares two. All of it is deterministic and free of side effects.
//
// The model is a logistic regression over few features that a person can read. Its
// weights, the weights of terms and the lexicon are files in the folder data, which
// "make grouping" writes from labelled articles. What joins what is decided by package
// events.
package similarity

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The bars of scores, in log-odds, and the times within which articles of one event
// follow each other.
const (
	Bar  = 0.2  // joins at or above
	Grey = -1.2 // may belong at or above
)

// A Model scores pairs of articles.
type Model struct {
	idf     map[string]float64
	rare    float64             // weight of a term that is not in idf
	lexicon map[string][]string // Chinese → English stems
	longest int                 // characters of the longest entry

	file File
}

// Weights are those of one logistic regression.
type Weights struct {
	Bias     float64            `json:"bias"`
	Features map[string]float64 `json:"features"`
	byIndex  []float64
}

// A File is the stored form of the weights.
type File struct {
	Pairs int     `json:"pairs"` // that the weights were fitted to
	Same  Weights `json:"same"`  // of two articles in one language
	Cross Weights `json:"cross"` // of two in two
}

var (
	//go:embed data/weights.json
	shippedWeights []byte
	//go:embed data/terms.tsv
	shippedTerms string
	//go:embed data/lexicon.tsv
	shippedLexicon string
)

// Shipped returns the model that is part of the program.
var Shipped = sync.OnceValue(func() *Model {
	m, err := NewModel(shippedTerms, shippedLexicon)
	if err != nil {
		panic(err)
	}
	var f File
	if err := json.Unmarshal(shippedWeights, &f); err != nil {
		panic(err)
	}
	if err := m.SetWeights(f); err != nil {
		panic(err)
	}
	return m
})

// NewModel returns a model without weights. Terms has a line "term⇥weight" for each
// known term, and first one for all others, whose term is "*". Lexicon has a line
// "Chinese⇥stem stem" for each entry.
func NewModel(terms, lexicon string) (*Model, error) {
	m := &Model{idf: make(map[string]float64), lexicon: make(map[string][]string)}
	for n, line := range lines(terms) {
		term, value, _ := strings.Cut(line, "\t")
		weight, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("terms:%d: %w", n+1, err)
		}
		if term == "*" {
			m.rare = weight
			continue
		}
		m.idf[term] = weight
	}
	if m.rare == 0 {
		return nil, errors.New("terms: no line for other terms, which begins with *")
	}
	for n, line := range lines(lexicon) {
		chinese, stems, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("lexicon:%d: no tab", n+1)
		}
		m.lexicon[chinese] = strings.Fields(stems)
		m.longest = max(m.longest, len([]rune(chinese)))
	}
	return m, nil
}

func lines(s string) []string {
	s = strings.TrimRight(s, "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// SetWeights gives the model its weights.
func (m *Model) SetWeights(f File) error {
	for _, w := range []*Weights{&f.Same, &f.Cross} {
		w.byIndex = make([]float64, len(featureNames))
		for name, value := range w.Features {
			i := slices.Index(featureNames, name)
			if i < 0 {
				return fmt.Errorf("weights: feature %q is unknown", name)
			}
			w.byIndex[i] = value
		}
	}
	m.file = f
	return nil
}

// File returns the stored form of the weights.
func (m *Model) File() File { return m.file }

// weight returns the weight of a term: how rare it is.
func (m *Model) weight(term string) float64 {
	if w, ok := m.idf[term]; ok {
		return w
	}
	return m.rare
}

// longMargin is what the score of two long articles must have above the bar of others:
// full reports of one subject share much that is not the development.
const longMargin = 1.3

// vetoed is the score of two articles that cannot report one development.
const vetoed = -20

// Score returns the log-odds that two articles report one development.
func (m *Model) Score(a, b *Doc) float64 {
	if Veto(a, b) != "" {
		return vetoed
	}
	sum := m.logOdds(a, b)
	if isLong(a) && isLong(b) {
		sum -= longMargin
	}
	return sum
}

// Likeness returns how like two articles of any times are: the score as if they were of one
// time, and without vetoes. So another licence of last year is like the one of today.
func (m *Model) Likeness(a, b *Doc) float64 {
	now := *b
	now.At = a.At
	return m.logOdds(a, &now)
}

func (m *Model) logOdds(a, b *Doc) float64 {
	w := m.weightsOf(a, b)
	sum := w.Bias
	for i, x := range features(a, b) {
		sum += float64(w.byIndex[i] * x)
	}
	return sum
}

func (m *Model) weightsOf(a, b *Doc) *Weights {
	if a.Chinese != b.Chinese {
		return &m.file.Cross
	}
	return &m.file.Same
}

// Veto returns why two articles cannot report one development, or nothing.
func Veto(a, b *Doc) string {
	switch {
	case apart(a.Ordinals, b.Ordinals) > 0:
		return "ordinals"
	case apart(a.Documents, b.Documents) > 0:
		return "documents"
	case areOpposite(a.Sides, b.Sides):
		return "opposite acts"
	}
	return ""
}

// leastSubject is the share of a headline that the other article must have.
const leastSubject = 0.2

// ShareSubject reports whether the title or lead of each article has a fifth of the headline
// of the other, leaving out terms that every article has, such as what a rule looks for. Texts that pages share, such as those before a paywall, are no subject.
func (m *Model) ShareSubject(a, b *Doc, common []string) bool {
	except := m.termsOf(common)
	return covers(a.pivotTitle, except, b.pivotLead) && covers(b.pivotTitle, except, a.pivotLead) ||
		a.Chinese && b.Chinese && covers(a.title, except, b.lead) && covers(b.title, except, a.lead)
}

// ShareText is ShareSubject for articles that share text or a link: what stands in the body
// counts too.
func (m *Model) ShareText(a, b *Doc, common []string) bool {
	except := m.termsOf(common)
	return covers(a.pivotTitle, except, b.pivotLead, b.pivotBody) && covers(b.pivotTitle, except, a.pivotLead, a.pivotBody) ||
		a.Chinese && b.Chinese && covers(a.title, except, b.lead, b.body) && covers(b.title, except, a.lead, a.body)
}

// ShareNames reports whether each article has a quarter of the rare words of the headline of the
// other, such as names.
func (m *Model) ShareNames(a, b *Doc) bool { return m.sharesRare(a, b) && m.sharesRare(b, a) }

// sharesRare reports whether an article has a quarter of the rare words of the headline of another.
func (m *Model) sharesRare(a, in *Doc) bool {
	rare, shared := 0, 0
	for i, id := range a.title.ids {
		if a.title.mass[i] < m.rare {
			continue
		}
		rare++
		if in.lead.has(id) || in.body.has(id) {
			shared++
		}
	}
	return 4*shared >= rare
}

func (v vector) has(id uint32) bool {
	_, found := slices.BinarySearch(v.ids, id)
	return found
}

// termsOf returns the terms of words.
func (m *Model) termsOf(words []string) map[uint32]bool {
	terms := make(map[uint32]bool)
	for _, w := range words {
		p := m.Profile(Text{Title: w})
		for _, t := range slices.Concat(p.Title, p.PivotTitle) {
			terms[hashOf(t)] = true
		}
	}
	return terms
}

// covers reports whether a fifth of a title is in one of the vectors, leaving out some terms.
func covers(title vector, except map[uint32]bool, in ...vector) bool {
	shared, all := 0.0, 0.0
	for i, id := range title.ids {
		if except[id] {
			continue
		}
		all += title.mass[i]
		if slices.ContainsFunc(in, func(v vector) bool { return v.has(id) }) {
			shared += title.mass[i]
		}
	}
	return shared > 0 && shared >= leastSubject*all
}

// logistic returns the probability of log-odds.
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
