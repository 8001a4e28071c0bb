package rules

import (
	"slices"

	"regwatch/internal/diag"
	"regwatch/rules/syntax"
)

// An obstacle is why a hit cannot be the next part of near.
type obstacle struct {
	depth  int // the number of parts that were chosen before it
	cost   int // how far it is from fitting
	reason diag.Text
}

// The costs of obstacles, beside a distance in words. Cheaper ones are easier to see in a text.
const (
	costWithout  = 0
	costOrder    = 50
	costSentence = 100
	costSame     = 500
	costField    = 10_000
)

// whyApart returns why near is not met although each of its parts is: of the choices that fit for the most parts, the
// reason why the next part does not. It returns "" if a part is not met.
func (ev *evaluator) whyApart(e *syntax.Expr, in syntax.Region) diag.Text {
	var parts [][]span
	for _, sub := range e.Sub {
		r := ev.eval(sub, in)
		if !r.met {
			return ""
		}
		parts = append(parts, r.hits)
	}
	var best obstacle
	steps := maxNearSteps
	var choose func(chosen []span)
	choose = func(chosen []span) {
		depth := len(chosen)
		if depth == len(parts) {
			return
		}
		for _, h := range parts[depth] {
			if steps--; steps < 0 {
				return
			}
			fits := depth == 0
			if !fits {
				_, fits = ev.distanceToChosen(chosen, h, e)
			}
			if fits {
				choose(append(slices.Clip(chosen), h))
				continue
			}
			if o := ev.obstacle(chosen, h, e); best.reason == "" || o.depth > best.depth || o.depth == best.depth && o.cost < best.cost {
				best = o
			}
		}
	}
	choose(nil)
	return best.reason
}

// obstacle returns why h does not fit after the chosen parts. The order of the tests is that of distanceToChosen.
func (ev *evaluator) obstacle(chosen []span, h span, e *syntax.Expr) obstacle {
	blocked := func(cost int, reason diag.Text) obstacle { return obstacle{len(chosen), cost, reason} }
	for _, c := range chosen {
		if h.start < c.end && c.start < h.end {
			if h.start == c.start && h.end == c.end {
				return blocked(costSame, diag.Textf("%s would be two parts, and one word is never two parts", ev.quote(h)))
			}
			return blocked(costSame, diag.Textf("%s and %s share words, and one word is never two parts", ev.quote(c), ev.quote(h)))
		}
	}
	last := chosen[len(chosen)-1]
	link := e.Link(len(chosen))
	if link.Without != nil {
		for _, between := range ev.list(link.Without.Number) {
			if min(last.end, h.end) <= between.start && between.end <= max(last.start, h.start) {
				return blocked(costWithout, diag.Textf("%s stands between %s and %s, which without excludes", ev.quote(between), ev.quote(last), ev.quote(h)))
			}
		}
	}
	if link.Reach != (syntax.Reach{}) {
		return ev.reachObstacle(last, h, link.Reach, blocked)
	}
	to := chosen[0]
	if e.Ordered {
		to = last
	}
	distance := distanceOf(to, h)
	switch {
	case !ev.share(to.start, h.start, syntax.SameField):
		return blocked(costField, diag.Textf("%s is in the %s and %s in the %s", ev.quote(to), ev.fieldName(to), ev.quote(h), ev.fieldName(h)))
	case !ev.share(to.start, h.start, e.Same):
		return blocked(costSentence+distance, diag.Textf("%s and %s are in different %s", ev.quote(to), ev.quote(h), scopeNames(e.Same)))
	case e.Ordered && h.start < to.end:
		return blocked(costOrder+distance, diag.Textf("%s is before %s, and with ordered it must be after", ev.quote(h), ev.quote(to)))
	}
	return blocked(distance-e.Within, diag.Textf("%s is %s from %s, and within is %d", ev.quote(h), wordCount(distance), ev.quote(to), e.Within))
}

// reachObstacle is obstacle for a part that is bound to the one before it.
func (ev *evaluator) reachObstacle(last, h span, reach syntax.Reach, blocked func(int, diag.Text) obstacle) obstacle {
	distance, limit, key, where := distanceOf(last, h), reach.Next, "next", diag.Text("after")
	if h.start < last.start {
		limit, key, where = reach.Previous, "previous", "before"
	}
	switch {
	case !ev.share(last.start, h.start, syntax.SameField):
		return blocked(costField, diag.Textf("%s is in the %s and %s in the %s", ev.quote(last), ev.fieldName(last), ev.quote(h), ev.fieldName(h)))
	case ev.sentence[last.start] != ev.sentence[h.start]:
		return blocked(costSentence+distance, diag.Textf("%s and %s are in different sentences", ev.quote(last), ev.quote(h)))
	case limit == 0:
		return blocked(costOrder+distance, diag.Textf("%s is %s %s %s, and the part has no %s", ev.quote(h), wordCount(distance), where, ev.quote(last), key))
	case distance > limit:
		return blocked(distance-limit, diag.Textf("%s is %s %s %s, and %s is %d", ev.quote(h), wordCount(distance), where, ev.quote(last), key, limit))
	case limit == 1:
		return blocked(1, diag.Textf("a comma stands between %s and %s, and %s is 1", ev.quote(last), ev.quote(h), key))
	}
	return blocked(costSentence+distance, diag.Textf("%s and %s are not close enough", ev.quote(last), ev.quote(h)))
}

// distanceOf returns the distance of two hits in tokens, which is 1 for neighbours.
func distanceOf(a, b span) int {
	if b.start < a.start {
		a, b = b, a
	}
	return b.start - a.end + 1
}

func wordCount(n int) diag.Text {
	if n == 1 {
		return "1 word"
	}
	return diag.Textf("%d words", n)
}

func (ev *evaluator) fieldName(h span) diag.Text {
	if ev.region(h.start) == syntax.RegionTitle {
		return "title"
	}
	return "body"
}

func scopeNames(s syntax.Scope) diag.Text {
	if s == syntax.SameParagraph {
		return "paragraphs"
	}
	return "sentences"
}
