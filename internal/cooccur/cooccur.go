// Package cooccur finds words and phrases that occur in some texts far more often than in others.
//
// Start with [New]. First give it the chosen texts with [Counter.AddChosen], then all texts, the chosen ones among them,
// with [Counter.Add]; [Counter.Top] returns the terms. A term is a phrase of one to three words, or two to six Chinese
// characters. They are ranked by the log-likelihood ratio of Dunning, "Accurate Methods for the Statistics of Surprise and
// Coincidence" (Computational Linguistics 19(1), 1993), which unlike a ratio of frequencies is sound for rare words.
//
// Memory is bounded: the rarest terms are forgotten when there are too many. The same texts in the same order give the same
// terms.
package cooccur

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// MinChosen is in how many of the chosen texts a term must be.
const MinChosen = 3

const (
	maxWords = 3
	minChars = 2 // of Chinese
	maxChars = 6

	maxTokens     = 300     // of a text that are read: what an article is about is said at its beginning
	maxCandidates = 200_000 // terms of the chosen texts in memory
	maxKept       = 20_000  // terms that are counted in all texts
	maxShare      = 0.2     // of all texts: a term of more of them says nothing
	minScore      = 10.83   // of the chi-squared distribution with one degree of freedom: by chance once in 1,000 times
	sameHits      = 0.8     // of the texts of a term: a longer term in as many of them replaces it
)

// A Term is a word or phrase.
type Term struct {
	Text   string  // as one of the texts has it
	Chosen int     // chosen texts with it
	All    int     // texts with it
	Score  float64 // the log-likelihood ratio
	Sample int     // the number of the first chosen text with it, from 0 in the order of AddChosen

	last int // the last of all texts with it, from 1
}

// A Counter counts terms.
type Counter struct {
	known  []pattern
	terms  map[string]*Term
	chosen int
	all    int
	sealed bool
	starts map[string]bool // the first tokens of the terms, once they are sealed
}

// New returns a counter that leaves out known phrases, as rules write them, and what is part of one or contains one.
func New(known []string) *Counter {
	c := &Counter{terms: make(map[string]*Term)}
	for _, k := range known {
		if p := newPattern(k); len(p) > 0 {
			c.known = append(c.known, p)
		}
	}
	return c
}

// AddChosen adds the terms of a chosen text.
func (c *Counter) AddChosen(s string) {
	eachTerm(s, func(key, written string) {
		t := c.terms[key]
		if t == nil {
			if len(c.terms) >= maxCandidates {
				c.forget()
			}
			t = &Term{Text: written, Sample: c.chosen}
			c.terms[key] = t
		}
		t.Chosen++
	})
	c.chosen++
}

// forget drops the terms of a single text.
func (c *Counter) forget() {
	maps.DeleteFunc(c.terms, func(_ string, t *Term) bool { return t.Chosen < 2 })
}

// seal keeps the terms that are worth being counted in all texts.
func (c *Counter) seal() {
	if c.sealed {
		return
	}
	c.sealed = true
	maps.DeleteFunc(c.terms, func(key string, t *Term) bool { return t.Chosen < MinChosen || c.isKnown(key) })
	c.dropParts()
	c.keepMostFrequent()
	c.starts = make(map[string]bool)
	for key := range c.terms {
		first, _, _ := strings.Cut(key, " ")
		c.starts[first] = true
	}
}

// keepMostFrequent drops the rarest terms if there are too many.
func (c *Counter) keepMostFrequent() {
	if len(c.terms) <= maxKept {
		return
	}
	keys := slices.SortedFunc(maps.Keys(c.terms), func(a, b string) int {
		return cmp.Or(c.terms[b].Chosen-c.terms[a].Chosen, strings.Compare(a, b))
	})
	for _, key := range keys[maxKept:] {
		delete(c.terms, key)
	}
}

// dropParts drops terms that hardly occur but as part of a longer one: 字貨幣 of 數字貨幣.
func (c *Counter) dropParts() {
	drop := make(map[string]bool)
	for key, t := range c.terms {
		for _, part := range parts(key) {
			if p := c.terms[part]; p != nil && float64(t.Chosen) >= sameHits*float64(p.Chosen) {
				drop[part] = true
			}
		}
	}
	for key := range drop {
		delete(c.terms, key)
	}
}

// parts returns the terms within a term.
func parts(key string) []string {
	tokens := strings.Fields(key)
	var all []string
	for from := range tokens {
		for to := from + 1; to <= len(tokens); to++ {
			if to-from < len(tokens) {
				all = append(all, strings.Join(tokens[from:to], " "))
			}
		}
	}
	return all
}

// Add counts the terms of the chosen texts in one of all texts.
func (c *Counter) Add(s string) {
	c.seal()
	c.all++
	tokens := read(s)
	var key []byte
	for from, t := range tokens {
		if !c.starts[t.Text] {
			continue
		}
		chinese := text.IsCJK(t.Text)
		key = append(key[:0], t.Text...)
		for to := from; ; key = append(append(key, ' '), tokens[to].Text...) {
			if term := c.terms[string(key)]; term != nil && term.last < c.all {
				term.last = c.all
				term.All++
			}
			if to++; to == len(tokens) || to-from == mostTokens(chinese) || !adjoins(s, tokens[to-1], tokens[to], chinese) {
				break
			}
		}
	}
}

// Top returns the terms that distinguish the chosen texts most, at most n.
func (c *Counter) Top(n int) []Term {
	c.seal()
	var keys []string
	for key, t := range c.terms {
		others, with := c.all-c.chosen, t.All-t.Chosen
		if others <= 0 || with < 0 || float64(t.All) > maxShare*float64(c.all) && t.All > t.Chosen {
			continue
		}
		if float64(t.Chosen)*float64(others) <= float64(with)*float64(c.chosen) {
			continue // no more frequent than elsewhere
		}
		if t.Score = logLikelihood(t.Chosen, c.chosen-t.Chosen, with, others-with); t.Score >= minScore {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.terms[b].Score, c.terms[a].Score), strings.Compare(a, b))
	})
	var top []Term
	var taken []pattern
	for _, key := range keys {
		tokens := pattern(strings.Fields(key))
		if len(top) == n {
			break
		}
		if slices.ContainsFunc(taken, func(p pattern) bool { return tokens.overlaps(p) }) {
			continue
		}
		taken = append(taken, tokens)
		top = append(top, *c.terms[key])
	}
	return top
}

// logLikelihood is 2 Σ k ln(k/E) of a table of two rows and two columns.
func logLikelihood(a, b, c, d int) float64 {
	total := float64(a + b + c + d)
	sum := 0.0
	for _, cell := range [][3]int{{a, a + b, a + c}, {b, a + b, b + d}, {c, c + d, a + c}, {d, c + d, b + d}} {
		if k := float64(cell[0]); k > 0 {
			sum += k * math.Log(k*total/(float64(cell[1])*float64(cell[2])))
		}
	}
	return 2 * sum
}

// eachTerm calls visit once for each term of a text, with its folded tokens and as it is written.
func eachTerm(s string, visit func(key, written string)) {
	tokens := read(s)
	met := make(map[string]bool)
	for from := range tokens {
		chinese := text.IsCJK(tokens[from].Text)
		for to := from; to < len(tokens) && to-from < mostTokens(chinese); to++ {
			if to > from && !adjoins(s, tokens[to-1], tokens[to], chinese) {
				break
			}
			run := tokens[from : to+1]
			if !isTerm(run, chinese) {
				continue
			}
			key := join(run)
			if !met[key] {
				met[key] = true
				visit(key, s[run[0].Start:run[len(run)-1].End])
			}
		}
	}
}

// read returns the tokens at the beginning of a text.
func read(s string) []text.Token {
	var tokens []text.Token
	for i := 0; len(tokens) < maxTokens; {
		t, next := text.Next(s, i)
		if next <= i || t.Text == "" {
			break
		}
		tokens = append(tokens, t)
		i = next
	}
	return tokens
}

func mostTokens(chinese bool) int {
	if chinese {
		return maxChars
	}
	return maxWords
}

// adjoins reports whether a token continues a phrase: only white space or a hyphen between words, nothing between Chinese
// characters.
func adjoins(s string, before, t text.Token, chinese bool) bool {
	if text.IsCJK(t.Text) != chinese {
		return false
	}
	gap := s[before.End:t.Start]
	if chinese {
		return gap == ""
	}
	return gap == " " || gap == "-"
}

func join(tokens []text.Token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}

// isTerm reports whether some tokens can be a term: they neither begin nor end with a word that has no meaning of its own.
func isTerm(tokens []text.Token, chinese bool) bool {
	first, last := tokens[0].Text, tokens[len(tokens)-1].Text
	if chinese {
		return len(tokens) >= minChars && !strings.Contains(hanStop, first) && !strings.Contains(hanStop, last)
	}
	for _, t := range []string{first, last} {
		if stopWords[t] || len(t) < 2 || strings.ContainsAny(t, "0123456789") {
			return false
		}
	}
	return len(tokens) > 1 || len(first) > 2
}

// A pattern is the tokens of a phrase; one that ends in * is the beginning of a word.
type pattern []string

func newPattern(phrase string) pattern {
	phrase = strings.TrimPrefix(phrase, "=")
	var p pattern
	for _, t := range text.Tokens(phrase) {
		word := t.Text
		if strings.HasPrefix(phrase[t.End:], "*") {
			word += "*"
		}
		p = append(p, word)
	}
	return p
}

// isKnown reports whether a term contains a known phrase, or is part of one.
func (c *Counter) isKnown(key string) bool {
	term := pattern(strings.Fields(key))
	return slices.ContainsFunc(c.known, term.overlaps)
}

// overlaps reports whether one of two phrases contains the other.
func (p pattern) overlaps(other pattern) bool { return p.contains(other) || other.contains(p) }

func (p pattern) contains(other pattern) bool {
	for from := 0; from+len(other) <= len(p); from++ {
		if slices.EqualFunc(p[from:from+len(other)], other, sameWord) {
			return true
		}
	}
	return false
}

// sameWord compares words without regard to the plural.
func sameWord(a, b string) bool {
	if prefix, ok := strings.CutSuffix(b, "*"); ok {
		return strings.HasPrefix(a, prefix)
	}
	if prefix, ok := strings.CutSuffix(a, "*"); ok {
		return strings.HasPrefix(b, prefix)
	}
	return strings.TrimSuffix(a, "s") == strings.TrimSuffix(b, "s")
}
