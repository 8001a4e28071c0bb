package rules

import (
	"cmp"
	"slices"
	"strings"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/models"
)

// maxHits bounds the hits of one phrase that are looked at in one article, and
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
	phrase     int32  // of the set's, unless it has parts
	parts      []span // of a near
}

// A reading is one article with what has been found in it so far.
type reading struct {
	document
	from  conditions.Attributes
	set   *Set
	text  phrases.Buffer
	seen  bits    // phrases that have hits
	first []int32 // the first hit of each phrase seen
	next  []int32 // of each hit, the next one of its phrase; -1 is none
	lists map[*list][]span
	defs  map[defKey]finding
	room  []span // which findings are taken from, so that they cost no allocation
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
// of their ids; of a digest, those that each of its parts meets. It depends on the title, the body, the language and the source
// alone. MatchedAt is left zero.
func (s *Set) Match(a models.Article) []models.Match {
	sc, ok := s.scratch.Get().(*Scratch)
	if !ok {
		sc = new(Scratch)
	}
	defer s.scratch.Put(sc)
	return s.MatchInto(nil, sc, a)
}

// MatchInto is Match for callers who go through many articles: it appends to dst
// and works in sc. Matches that stand in dst behind its length are overwritten,
// and their hits, routes and tags with them. With room for all of them, most
// articles cost no allocation.
func (s *Set) MatchInto(dst []models.Match, sc *Scratch, a models.Article) []models.Match {
	sc.scan(s, a)
	sc.sift()
	if len(sc.rules) == 0 {
		return dst
	}
	return sc.read(a).matchAll(dst, sc.rules, a)
}

// matchAll asks rules, of a digest for each of its parts.
func (r *reading) matchAll(dst []models.Match, rules []int32, a models.Article) []models.Match {
	parts := split(a.Title, a.Body)
	if len(parts) == 0 {
		return r.matchEach(dst, rules, a)
	}
	from := len(dst)
	for i, p := range parts {
		r.lookAt(p)
		before := len(dst)
		dst = r.matchEach(dst, rules, a)
		for j := range dst[before:] {
			m := &dst[before+j]
			m.Part, m.Heading, m.Text = i+1, headingOf(a.Body, p), a.Body[p.start:p.end]
		}
	}
	// The title of a digest, and what stands above its first report, name what
	// is told below. They count where no report meets the rule as well as they do.
	r.lookAbove(parts[0])
	before := len(dst)
	dst = r.matchEach(dst, rules, a)
	told := dst[from:before]
	above := slices.DeleteFunc(dst[before:], func(m models.Match) bool {
		return slices.ContainsFunc(told, func(t models.Match) bool {
			return t.RuleID == m.RuleID && t.Strength.Rank() >= m.Strength.Rank()
		})
	})
	return dst[:before+len(above)]
}

// matchEach asks rules of what is looked at.
func (r *reading) matchEach(dst []models.Match, rules []int32, a models.Article) []models.Match {
	for _, i := range rules {
		if !r.set.index.mayMeet(i, r.seen) {
			continue
		}
		var room models.Match
		if len(dst) < cap(dst) {
			room = dst[:len(dst)+1][len(dst)]
		}
		if m, ok := r.match(room, r.set.rules[i], a); ok {
			dst = append(dst, m)
		}
	}
	return dst
}

// lookAt turns the reading to one part of a digest.
func (r *reading) lookAt(p section) {
	r.look(r.at(p.start), r.at(p.head), r.at(p.end))
	r.forget()
}

// lookAbove turns the reading to the title of a digest and what stands above its
// first part.
func (r *reading) lookAbove(first section) {
	r.look(0, r.document.titleEnd, r.at(first.start))
	r.forget()
}

// reading reads a for every rule.
func (s *Set) reading(a models.Article) *reading {
	var sc Scratch
	sc.scan(s, a)
	return sc.read(a)
}

// serve makes the reading one for articles that the set is asked about.
func (r *reading) serve(s *Set) {
	r.set, r.seen, r.first = s, make(bits, len(s.phrases)/64+1), make([]int32, len(s.phrases))
	r.lists, r.defs = make(map[*list][]span), make(map[defKey]finding)
}

// link makes the hits those that rules are asked about.
func (r *reading) link() {
	r.next = zeros(r.next, len(r.text.Hits))
	for i, h := range slices.Backward(r.text.Hits) {
		r.next[i] = -1
		if r.seen.has(h.Phrase) {
			r.next[i] = r.first[h.Phrase]
		}
		r.first[h.Phrase] = int32(i)
		r.seen.add(h.Phrase)
	}
	r.forget()
}

// forget makes the reading one of which nothing has been asked.
func (r *reading) forget() {
	clear(r.lists)
	clear(r.defs)
	r.room = r.room[:0]
}

// match asks one rule. The match takes the room of another for its slices.
func (r *reading) match(room models.Match, rule *Rule, a models.Article) (models.Match, bool) {
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
		Topic:         rule.Topic,
		Severity:      rule.Severity,
		Strength:      strength,
		Draft:         rule.Draft,
		MentionAlerts: rule.MentionAlerts,
		Routes:        append(room.Routes[:0], rule.Routes...),
		Hits:          r.show(room.Hits[:0], found.hits),
	}
	tags := room.Tags[:0]
	for _, t := range rule.tags {
		if r.eval(t.node, everywhere).ok {
			tags = append(tags, t.name)
		}
	}
	if len(tags) > 0 {
		m.Tags = tags
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
	case opAny, opAll:
		var few [8][]span
		met := few[:0]
		for _, k := range n.kids {
			if got := r.eval(k, from); got.ok {
				met = append(met, got.hits)
			} else if n.op == opAll {
				return finding{}
			}
		}
		f.ok = n.op == opAll || len(met) > 0
		f.hits = tidy(r.join(met...))
	case opNone:
		for _, k := range n.kids {
			if r.eval(k, from).ok {
				return finding{}
			}
		}
		return finding{ok: true}
	case opFrom:
		return finding{ok: n.from.metBy(r.from)}
	case opNear:
		f.hits = r.near(n, from)
		f.ok = len(f.hits) > 0
	}
	if len(n.unless) > 0 {
		f.hits = slices.DeleteFunc(r.join(f.hits), func(h span) bool { return r.spoiled(h, n.unless) })
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
	f.hits = r.join(f.hits)
	for i := range f.hits {
		if f.hits[i].name == "" || d.node.op == opNear {
			f.hits[i].name = d.name
		}
	}
	r.defs[key] = f
	return f
}

// list returns the hits of a list, longest first where they overlap, without
// those within a word of not_in.
func (r *reading) list(l *list) []span {
	if hits, ok := r.lists[l]; ok {
		return hits
	}
	hits := r.gather(l.phrases, l.sublists)
	if len(hits) > 0 {
		blots := r.gather(l.blots, l.blotting)
		hits = slices.DeleteFunc(hits, func(h span) bool {
			return slices.ContainsFunc(blots, func(b span) bool {
				return b.start <= h.start && h.end <= b.end
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

func (r *reading) gather(own []int32, lists []*list) []span {
	var few [8][]span
	parts := few[:0]
	for _, l := range lists {
		parts = append(parts, r.list(l))
	}
	from := len(r.room)
	for _, n := range own {
		if !r.seen.has(n) {
			continue
		}
		for i, left := r.first[n], maxHits; i >= 0 && left > 0; i = r.next[i] {
			if h := r.text.Hits[i]; r.start <= int(h.Start) && int(h.End) <= r.end {
				r.room = append(r.room, span{start: int(h.Start), end: int(h.End), phrase: n})
				left--
			}
		}
	}
	hits := r.room[from:len(r.room):len(r.room)]
	if len(parts) == 0 {
		return hits
	}
	return r.join(append(parts, hits)...)
}

// join returns the hits of all parts in one slice, which is the caller's to
// change.
func (r *reading) join(parts ...[]span) []span {
	from := len(r.room)
	for _, p := range parts {
		r.room = append(r.room, p...)
	}
	return r.room[from:len(r.room):len(r.room)]
}

func (r *reading) within(hits []span, from region) []span {
	if from == everywhere {
		return hits
	}
	return slices.DeleteFunc(r.join(hits), func(h span) bool { return r.region(h.start)&from == 0 })
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

// show appends the hits of a match: the first maxShown of spans, those that were
// found together before single words, which often only say where.
func (r *reading) show(dst []models.Hit, spans []span) []models.Hit {
	for _, sp := range spans {
		switch {
		case len(sp.parts) == 0:
		case sp.end-sp.start <= wholeNear:
			dst = r.add(dst, sp, sp.name)
		default:
			for _, p := range sp.parts {
				dst = r.add(dst, p, cmp.Or(p.name, sp.name))
			}
		}
	}
	for _, sp := range spans {
		if len(sp.parts) == 0 {
			dst = r.add(dst, sp, sp.name)
		}
	}
	return dst
}

// add appends a hit unless it is there or there are enough.
func (r *reading) add(dst []models.Hit, sp span, name string) []models.Hit {
	if len(dst) == maxShown {
		return dst
	}
	field, src := r.field(sp.start)
	start, end := r.bytes(sp)
	if slices.ContainsFunc(dst, func(h models.Hit) bool { return h.Field == field && h.Start == start && h.End == end }) {
		return dst
	}
	h := models.Hit{
		Field: field, Start: start, End: end, Text: src[start:end], Term: cmp.Or(name, "phrase"),
		Paragraph: int(r.paragraph[sp.start]),
	}
	if hanText(h.Text) {
		h.Gloss = r.gloss(sp)
	}
	return append(dst, h)
}

// gloss returns the English names of what a hit is made of.
func (r *reading) gloss(sp span) string {
	if len(sp.parts) == 0 {
		return r.set.glosses[sp.phrase]
	}
	var glosses []string
	for _, p := range sp.parts {
		if g := r.gloss(p); g != "" {
			glosses = append(glosses, g)
		}
	}
	return strings.Join(glosses, " … ")
}
