package rules

import (
	"cmp"
	"slices"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// maxMatchHits is the maximum number of hits that a match lists.
const maxMatchHits = 12

// Match returns the matches of an article with the active and draft rules, in the order of the rules' IDs; of a
// roundup, the matches of each of its reports. It depends only on the title, the body, its known boilerplate, the
// language and the source, and on the relevance models of the set. MatchedAt is zero.
func (s *Set) Match(a models.Article) []models.Match {
	b, ok := s.buffers.Get().(*Buffer)
	if !ok {
		b = new(Buffer)
	}
	defer s.buffers.Put(b)
	return s.MatchInto(nil, b, a)
}

// MatchInto is Match for callers that go through many articles: it appends to dst and works in b. It overwrites
// the matches beyond the length of dst and reuses their slices, so if dst has the capacity, most articles cost
// no allocation.
func (s *Set) MatchInto(dst []models.Match, b *Buffer, a models.Article) []models.Match {
	b.scan(s, a)
	b.selectRules()
	if len(b.rules) == 0 {
		return dst
	}
	return b.load(a).matchArticle(dst, b.rules, a)
}

// matchArticle evaluates some rules on an article; on a roundup, for each of its reports.
func (ev *evaluator) matchArticle(dst []models.Match, rules []int32, a models.Article) []models.Match {
	before := len(dst)
	dst = ev.matchParts(dst, rules, a)
	for i := range dst[before:] {
		ev.set.score(&dst[before+i], a)
	}
	ev.set.exceptions.apply(dst[before:], a)
	return dst
}

// matchParts is matchArticle without scores.
func (ev *evaluator) matchParts(dst []models.Match, rules []int32, a models.Article) []models.Match {
	sections := splitRoundup(a.Title, a.Body)
	if len(sections) == 0 {
		return ev.matchRules(dst, rules, a)
	}
	start := len(dst)
	for i, section := range sections {
		ev.selectSection(section)
		before := len(dst)
		dst = ev.matchRules(dst, rules, a)
		for j := range dst[before:] {
			m := &dst[before+j]
			m.Part, m.Heading, m.Text = i+1, headingOf(a.Body, section), a.Body[section.start:section.end]
		}
	}
	// The title and the preamble of a roundup name what its reports say. They count only for a rule that no
	// report matches with the same strength.
	ev.selectPreamble(sections[0])
	before := len(dst)
	dst = ev.matchRules(dst, rules, a)
	reports := dst[start:before]
	preamble := slices.DeleteFunc(dst[before:], func(m models.Match) bool {
		return slices.ContainsFunc(reports, func(r models.Match) bool {
			return r.RuleID == m.RuleID && r.Strength.Rank() >= m.Strength.Rank()
		})
	})
	return dst[:before+len(preamble)]
}

// matchRules evaluates some rules on the selected part of the article.
func (ev *evaluator) matchRules(dst []models.Match, rules []int32, a models.Article) []models.Match {
	for _, i := range rules {
		if !ev.mayMatch(i) {
			continue
		}
		var reused models.Match
		if len(dst) < cap(dst) {
			reused = dst[:len(dst)+1][len(dst)]
		}
		if m, ok := ev.matchRule(reused, i, a); ok {
			dst = append(dst, m)
		}
	}
	return dst
}

// matchRule evaluates the rule of a number. The match takes over the slices of reused.
func (ev *evaluator) matchRule(reused models.Match, number int32, a models.Article) (models.Match, bool) {
	rule := &ev.set.program.rules[number]
	r, strength := ev.evalNode(rule.when, syntax.Everywhere, ""), models.Subject
	if !r.met && rule.mention >= 0 {
		r, strength = ev.evalNode(rule.mention, syntax.Everywhere, ""), models.Mention
	}
	if !r.met {
		return models.Match{}, false
	}
	m := rule.match
	m.ArticleID, m.Revision, m.Strength = a.ID, a.Revision, strength
	m.Routes = append(reused.Routes[:0], m.Routes...)
	m.Hits = ev.appendHits(reused.Hits[:0], r.hits)
	if len(r.hits) == 0 {
		e := ev.set.rules[number].When
		if strength == models.Mention {
			e = ev.set.rules[number].Mention
		}
		m.Origins = ev.appendOrigins(nil, e)
	}
	for _, c := range rule.cases {
		if ev.eval(c.Expr, syntax.Everywhere).met {
			m.Severity = c.Severity
			break
		}
	}
	tags := reused.Tags[:0]
	for _, t := range rule.tags {
		if ev.eval(t.Expr, syntax.Everywhere).met {
			tags = append(tags, t.Name)
		}
	}
	if len(tags) > 0 {
		m.Tags = tags
	}
	return m, true
}

// appendHits appends the hits of a match. Those of near come before single phrases, which often say less.
func (ev *evaluator) appendHits(dst []models.Hit, spans []span) []models.Hit {
	for _, sp := range spans {
		switch {
		case len(sp.parts) == 0:
		case sp.end-sp.start <= maxNearHit:
			dst = ev.appendHit(dst, sp, sp.name)
		default:
			for _, part := range sp.parts {
				dst = ev.appendHit(dst, part, cmp.Or(part.name, sp.name))
			}
		}
	}
	for _, sp := range spans {
		if len(sp.parts) == 0 {
			dst = ev.appendHit(dst, sp, sp.name)
		}
	}
	return dst
}

// maxNearHit is the number of tokens up to which near is shown as one hit. Of a wider one, the parts are shown.
const maxNearHit = 14

// appendHit appends one hit, unless there are enough or it is a duplicate.
func (ev *evaluator) appendHit(dst []models.Hit, sp span, name string) []models.Hit {
	if len(dst) >= maxMatchHits && !ev.namesMore(dst, sp) {
		return dst
	}
	field, src := ev.field(sp.start)
	start, end := ev.byteRange(sp)
	if i := slices.IndexFunc(dst, func(h models.Hit) bool { return h.Field == field && h.Start == start && h.End == end }); i >= 0 {
		dst[i].Entities = ev.appendEntities(dst[i].Entities, sp)
		return dst
	}
	h := models.Hit{
		Field: field, Start: start, End: end, Text: src[start:end], Term: cmp.Or(name, "phrase"),
		Paragraph: int(ev.paragraph[sp.start]), Entities: ev.appendEntities(nil, sp),
	}
	if text.HasCJK(h.Text) {
		h.Gloss = ev.gloss(sp)
	}
	return append(dst, h)
}

// namesMore reports whether a hit beyond the maximum is listed nevertheless, because it names an entity that no other does.
func (ev *evaluator) namesMore(hits []models.Hit, sp span) bool {
	own := ev.appendEntities(nil, sp)
	if len(own) == 0 || len(hits) >= 2*maxMatchHits {
		return false
	}
	known := models.Match{Hits: hits}.Entities()
	return len(models.AddEntities(known, own...)) > len(known)
}

// appendEntities appends the entities that a hit names.
func (ev *evaluator) appendEntities(dst []models.Entity, sp span) []models.Entity {
	if len(sp.parts) == 0 {
		if sp.phrase < 0 {
			return dst // an amount
		}
		if e := ev.set.table.Entities[sp.phrase]; e != nil {
			dst = models.AddEntities(dst, *e)
		}
		return dst
	}
	for _, part := range sp.parts {
		dst = ev.appendEntities(dst, part)
	}
	return dst
}

// appendOrigins appends the conditions on where the article comes from that make it meet an expression.
func (ev *evaluator) appendOrigins(dst []models.Origin, e *syntax.Expr) []models.Origin {
	switch e.Op {
	case syntax.OpUse:
		return ev.appendOrigins(dst, e.Def.Expr)
	case syntax.OpAny, syntax.OpAll:
		for _, sub := range e.Sub {
			if ev.eval(sub, syntax.Everywhere).met {
				dst = ev.appendOrigins(dst, sub)
			}
		}
	case syntax.OpCondition:
		for _, value := range ev.attributes.Values(e.Condition.Kind) {
			o := models.Origin{Kind: e.Condition.Kind, Value: value}
			if e.Condition.Accepts(value) && !slices.Contains(dst, o) {
				dst = append(dst, o)
			}
		}
	}
	return dst
}

// gloss returns the English name of a hit, or those of its parts.
func (ev *evaluator) gloss(sp span) string {
	if len(sp.parts) == 0 && sp.phrase < 0 {
		return ev.amountOf(sp).String()
	}
	if len(sp.parts) == 0 {
		return ev.set.table.Glosses[sp.phrase]
	}
	var glosses []string
	for _, part := range sp.parts {
		if g := ev.gloss(part); g != "" {
			glosses = append(glosses, g)
		}
	}
	return strings.Join(glosses, " … ")
}
