package main

import (
	"slices"
	"strings"

	bobusumisu "github.com/BobuSumisu/aho-corasick"
	cloudflare "github.com/cloudflare/ahocorasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"regwatch/internal/phrases"
)

// An engine finds the rules that an article meets. What it returns is valid until
// the next article.
type engine func(a *Article) []int32

// A contender is an engine to build, and on how many articles it is tried.
type contender struct {
	name   string
	folded bool // is given text that is folded already
	free   bool // answers another question than the reference does
	build  func(w *Workload) (engine, error)
	sample func(rules int) int // articles; nil is all of them; 0 is none
}

func contenders() []contender {
	all := []contender{
		{name: "regwatch", build: ours},
		{name: "regwatch, finding phrases only", free: true, build: oursPhrases},
		{name: "regwatch, rules.Set from its files", free: true, build: withRules},
		{name: "strings.Contains", folded: true, build: naive, sample: func(rules int) int { return min(2000, 20_000/rules+8) }},
		{name: "BobuSumisu/aho-corasick", folded: true, build: withBobuSumisu},
		{name: "petar-dambovaliev/aho-corasick, DFA", folded: true, build: withPetar},
		{name: "cloudflare/ahocorasick", folded: true, build: withCloudflare},
	}
	return append(all, hyperscan()...)
}

func ours(w *Workload) (engine, error) {
	set, err := compileOurs(w)
	if err != nil {
		return nil, err
	}
	e := newEvaluator(w)
	var buf phrases.Buffer
	return func(a *Article) []int32 {
		buf.Reset()
		set.Scan(&buf, a.Title)
		set.Scan(&buf, a.Body)
		for _, h := range buf.Hits {
			e.hit(h.Phrase)
		}
		return e.done()
	}, nil
}

func oursPhrases(w *Workload) (engine, error) {
	set, err := compileOurs(w)
	var buf phrases.Buffer
	return func(a *Article) []int32 {
		buf.Reset()
		set.Scan(&buf, a.Title)
		set.Scan(&buf, a.Body)
		return nil
	}, err
}

func compileOurs(w *Workload) (*phrases.Set, error) {
	ps := make([]phrases.Phrase, len(w.phrases))
	for i, p := range w.phrases {
		ps[i] = phrases.Words(p)
	}
	return phrases.Compile(ps)
}

// naive asks every rule, and stops at the first answer that settles it.
func naive(w *Workload) (engine, error) {
	patterns := w.patterns()
	var met []int32
	return func(a *Article) []int32 {
		has := func(p int32) bool { return strings.Contains(a.folded, patterns[p]) }
		met = met[:0]
	rules:
		for i, r := range w.rules {
			for _, g := range r.groups {
				if !slices.ContainsFunc(g, has) {
					continue rules
				}
			}
			if !slices.ContainsFunc(r.none, has) {
				met = append(met, int32(i))
			}
		}
		return met
	}, nil
}

func withBobuSumisu(w *Workload) (engine, error) {
	trie := bobusumisu.NewTrieBuilder().AddStrings(w.patterns()).Build()
	e := newEvaluator(w)
	var buf []byte
	return func(a *Article) []int32 {
		// Walk makes no list of matches, which is its fastest way.
		buf = append(buf[:0], a.folded...)
		trie.Walk(buf, func(_, _, pattern int64) bool {
			e.hit(int32(pattern))
			return true
		})
		return e.done()
	}, nil
}

func withPetar(w *Workload) (engine, error) {
	builder := petar.NewAhoCorasickBuilder(petar.Opts{MatchKind: petar.StandardMatch, DFA: true})
	automaton := builder.Build(w.patterns())
	e := newEvaluator(w)
	return func(a *Article) []int32 {
		found := automaton.IterOverlapping(a.folded)
		for m := found.Next(); m != nil; m = found.Next() {
			e.hit(int32(m.Pattern()))
		}
		return e.done()
	}, nil
}

func withCloudflare(w *Workload) (engine, error) {
	matcher := cloudflare.NewStringMatcher(w.patterns())
	e := newEvaluator(w)
	var buf []byte
	return func(a *Article) []int32 {
		buf = append(buf[:0], a.folded...)
		for _, p := range matcher.Match(buf) {
			e.hit(int32(p))
		}
		return e.done()
	}, nil
}
