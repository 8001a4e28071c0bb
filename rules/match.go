package rules

import (
	"cmp"
	"slices"

	"regwatch/models"
)

// maxHits bounds the hits of one list that are looked at in one article, and
// maxShown those that a match carries.
const (
	maxHits  = 400
	maxShown = 12
	// A near of up to so many tokens is shown as one stretch of text; of a wider
	// one the parts are shown.
	wholeNear = 14
)

// A span is a hit: tokens [start, end) of a document, and what they met.
type span struct {
	start, end int
	name       string // of the list or definition
	gloss      string
	parts      []span // of a near
}

// A reading is one article with what has been found in it so far.
type reading struct {
	*document
	set     *Set
	phrases map[int][]span // by phrase
	lists   map[*list][]span
	defs    map[defKey]finding
}

type defKey struct {
	def  *define
	from region
}

// A finding is the answer to a node: whether it is met, and the hits that say so.
type finding struct {
	ok   bool
	hits []span
}

// Match returns the active and draft rules that the article meets, in the order
// of their ids. It depends on the title and body alone. MatchedAt is left zero.
func (s *Set) Match(a models.Article) []models.Match {
	sc, ok := s.scratch.Get().(*Scratch)
	if !ok {
		sc = new(Scratch)
	}
	defer s.scratch.Put(sc)
	return s.MatchInto(nil, sc, a)
}

// MatchInto is Match for callers who go through many articles: it appends to dst
// and works in sc. An article that has not the phrases of any rule costs no
// allocation.
func (s *Set) MatchInto(dst []models.Match, sc *Scratch, a models.Article) []models.Match {
	sc.scan(s, a)
	sc.sift(s)
	if len(sc.rules) == 0 {
		return dst
	}
	r := s.read(sc, a)
	for _, i := range sc.rules {
		if !r.candidate(int(i)) {
			continue
		}
		if m, ok := r.match(s.rules[i], a); ok {
			dst = append(dst, m)
		}
	}
	return dst
}

// reading reads a for every rule.
func (s *Set) reading(a models.Article) *reading {
	var sc Scratch
	sc.scan(s, a)
	return s.read(&sc, a)
}

// read makes a reading of what was found. It is good until the scratch is used
// again.
func (s *Set) read(sc *Scratch, a models.Article) *reading {
	r := &reading{
		document: newDocument(a, sc.text.Tokens, sc.titleEnd),
		set:      s,
		phrases:  make(map[int][]span),
		lists:    make(map[*list][]span),
		defs:     make(map[defKey]finding),
	}
	for _, h := range sc.text.Hits {
		n := int(h.Phrase)
		sp := span{start: int(h.Start), end: int(h.End), gloss: s.glosses[n]}
		if len(r.phrases[n]) < maxHits && s.phrases[n].fits(r.document, sp) {
			r.phrases[n] = append(r.phrases[n], sp)
		}
	}
	return r
}

// candidate reports whether a phrase that the rule could be met by was found.
func (r *reading) candidate(rule int) bool {
	for _, n := range r.set.needs[rule] {
		if len(r.phrases[n]) > 0 {
			return true
		}
	}
	return false
}

func (r *reading) match(rule *Rule, a models.Article) (models.Match, bool) {
	found, strength := r.eval(rule.when, everywhere), models.Subject
	if !found.ok && rule.mention != nil {
		found, strength = r.eval(rule.mention, everywhere), models.Mention
	}
	if !found.ok {
		return models.Match{}, false
	}
	m := models.Match{
		ArticleID:     a.ID,
		Revision:      a.Revision,
		RuleID:        rule.ID,
		RuleHash:      rule.Hash,
		RuleTitle:     rule.Title,
		Why:           rule.Why,
		Severity:      rule.Severity,
		Strength:      strength,
		Draft:         rule.Draft,
		MentionAlerts: rule.MentionAlerts,
		Routes:        slices.Clone(rule.Routes),
		Hits:          r.show(found.hits),
	}
	for _, t := range rule.tags {
		if r.eval(t.node, everywhere).ok {
			m.Tags = append(m.Tags, t.name)
		}
	}
	return m, true
}

// eval answers a node, looking only in the regions given.
func (r *reading) eval(n *node, from region) finding {
	if n.in != 0 {
		from &= n.in
	}
	var f finding
	switch n.op {
	case opTerms:
		f.hits = r.within(r.list(n.list), from)
		f.ok = len(f.hits) > 0
	case opUse:
		f = r.define(n.def, from)
	case opAny:
		for _, k := range n.kids {
			if got := r.eval(k, from); got.ok {
				f.ok = true
				f.hits = append(f.hits, got.hits...)
			}
		}
		f.hits = tidy(f.hits)
	case opAll:
		f.ok = true
		for _, k := range n.kids {
			got := r.eval(k, from)
			if !got.ok {
				return finding{}
			}
			f.hits = append(f.hits, got.hits...)
		}
		f.hits = tidy(f.hits)
	case opNone:
		for _, k := range n.kids {
			if r.eval(k, from).ok {
				return finding{}
			}
		}
		return finding{ok: true}
	case opNear:
		f.hits = r.near(n, from)
		f.ok = len(f.hits) > 0
	}
	if len(n.unless) > 0 {
		f.hits = slices.DeleteFunc(slices.Clone(f.hits), func(h span) bool { return r.spoiled(h, n.unless) })
		f.ok = len(f.hits) > 0
	}
	if n.min > 1 && len(f.hits) < n.min {
		return finding{}
	}
	return f
}

func (r *reading) define(d *define, from region) finding {
	key := defKey{d, from}
	if f, ok := r.defs[key]; ok {
		return f
	}
	f := r.eval(d.node, from)
	f.hits = slices.Clone(f.hits)
	for i := range f.hits {
		if f.hits[i].name == "" || d.node.op == opNear {
			f.hits[i].name = d.name
		}
	}
	r.defs[key] = f
	return f
}

// list returns the hits of a list, longest first where they overlap, without
// those inside a longer word of not_in.
func (r *reading) list(l *list) []span {
	if hits, ok := r.lists[l]; ok {
		return hits
	}
	hits := r.gather(l.phrases, l.sublists)
	if len(hits) > 0 {
		blots := r.gather(l.blots, l.blotting)
		hits = slices.DeleteFunc(hits, func(h span) bool {
			return slices.ContainsFunc(blots, func(b span) bool {
				return b.start <= h.start && h.end <= b.end && b.end-b.start > h.end-h.start
			})
		})
	}
	hits = tidy(hits)
	if !l.inline {
		for i := range hits {
			hits[i].name = l.name
		}
	}
	r.lists[l] = hits
	return hits
}

func (r *reading) gather(phrases []int, lists []*list) []span {
	var hits []span
	for _, n := range phrases {
		hits = append(hits, r.phrases[n]...)
	}
	for _, l := range lists {
		hits = append(hits, r.list(l)...)
	}
	return hits
}

func (r *reading) within(hits []span, from region) []span {
	if from == everywhere {
		return hits
	}
	var in []span
	for _, h := range hits {
		if r.region(h.start)&from != 0 {
			in = append(in, h)
		}
	}
	return in
}

// tidy sorts hits and keeps, of those that overlap, the first and longest.
func tidy(hits []span) []span {
	if len(hits) < 2 {
		return hits
	}
	slices.SortStableFunc(hits, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	out := hits[:1]
	for _, h := range hits[1:] {
		if h.start >= out[len(out)-1].end {
			out = append(out, h)
		}
	}
	return out
}

// show turns spans into the hits of a match: the first maxShown of them, those
// that were found together before single words, which often only say where.
func (r *reading) show(spans []span) []models.Hit {
	var hits []models.Hit
	seen := make(map[[2]int]bool)
	add := func(sp span, name string) {
		key := [2]int{sp.start, sp.end}
		if seen[key] || len(hits) == maxShown {
			return
		}
		seen[key] = true
		field, src := r.field(sp.start)
		start, end := int(r.tokens[sp.start].Start), int(r.tokens[sp.end-1].End)
		h := models.Hit{
			Field: field, Start: start, End: end, Text: src[start:end], Term: cmp.Or(sp.name, name, "phrase"),
			Paragraph: int(r.paragraph[sp.start]),
		}
		if hanText(h.Text) {
			h.Gloss = sp.gloss
			for _, p := range sp.parts {
				if h.Gloss != "" && p.gloss != "" {
					h.Gloss += " … "
				}
				h.Gloss += p.gloss
			}
		}
		hits = append(hits, h)
	}
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(min(len(b.parts), 1), min(len(a.parts), 1)) })
	for _, sp := range spans {
		if len(sp.parts) > 0 && sp.end-sp.start > wholeNear {
			for _, p := range sp.parts {
				add(p, sp.name)
			}
			continue
		}
		add(sp, "")
	}
	return hits
}
