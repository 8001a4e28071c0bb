package reading

import (
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/conditions"
	"regwatch/rules/syntax"
)

// clause says what an article must be like to match an expression that looks in some parts of it. The words continue a
// sentence; if there are points, they complete it.
func (r *reader) clause(e *syntax.Expr, where syntax.Region) Point {
	if e.In != 0 {
		where &= e.In
	}
	switch e.Op {
	case syntax.OpCondition:
		return Point{Text: r.condition(e.Condition)}
	case syntax.OpDays:
		return Point{Text: r.days(e.Days)}
	case syntax.OpNone:
		return r.none(e, where)
	case syntax.OpAll:
		return r.several("read_all", e, where)
	case syntax.OpAny:
		if !isHit(e) {
			return r.several("read_any", e, where)
		}
	case syntax.OpUse:
		if e.OfRule {
			return Point{Text: r.say("read_rule_meets", e.Name)}
		}
		if !e.Def.Expr.HasPosition() {
			r.named[e.Def] = true
			return Point{Text: r.say("read_applies", display(e.Name))}
		}
	}
	t := r.thing(e)
	if e.Min > 1 {
		return Point{r.say("read_has_times", r.region(where), e.Min, t.Text), t.Points}
	}
	return Point{r.say("read_has", r.region(where), t.Text), t.Points}
}

// several reads operands that are conditions of their own.
func (r *reader) several(name string, e *syntax.Expr, where syntax.Region) Point {
	operands := flat(e)
	if len(operands) == 1 {
		return r.clause(operands[0], where)
	}
	return Point{r.say(name), r.clauses(operands, where)}
}

// flat returns the operands of an expression, with those of an operand that has the same operator and no options in its
// place: all of (all of a and b) and c is all of a, b and c.
func flat(e *syntax.Expr) []*syntax.Expr {
	var operands []*syntax.Expr
	for _, sub := range e.Sub {
		if sub.Op == e.Op && isPlain(sub) {
			operands = append(operands, flat(sub)...)
		} else {
			operands = append(operands, sub)
		}
	}
	return operands
}

// isPlain reports whether an expression has no options of its own.
func isPlain(e *syntax.Expr) bool { return e.In == 0 && e.Min <= 1 && len(e.Unless) == 0 }

func (r *reader) clauses(exprs []*syntax.Expr, where syntax.Region) []Point {
	points := make([]Point, len(exprs))
	for i, sub := range exprs {
		points[i] = r.clause(sub, where)
	}
	return points
}

// none reads what an article must not be like.
func (r *reader) none(e *syntax.Expr, where syntax.Region) Point {
	if in, ok := sameRegion(e.Sub, where); ok {
		if t := r.alternatives(e.Sub, in); len(t.Points) == 0 {
			return Point{Text: r.say("read_has_not", r.region(in), t.Text)}
		}
	}
	return Point{r.say("read_none"), r.clauses(e.Sub, where)}
}

// sameRegion returns where some expressions look, if they are single hits that look in the same parts of the article.
func sameRegion(exprs []*syntax.Expr, where syntax.Region) (syntax.Region, bool) {
	looksIn := func(e *syntax.Expr) syntax.Region {
		if e.In == 0 {
			return where
		}
		return where & e.In
	}
	first := looksIn(exprs[0])
	for _, e := range exprs {
		if !e.HasPosition() || !isHit(e) || e.Min > 1 || looksIn(e) != first {
			return 0, false
		}
	}
	return first, true
}

// isHit reports whether an expression is read as something that the text contains, and not as a condition.
func isHit(e *syntax.Expr) bool {
	if e.Op != syntax.OpAny || e.Min > 1 || len(e.Unless) > 0 {
		return true
	}
	return e.HasPosition() && !slices.ContainsFunc(e.Sub, func(sub *syntax.Expr) bool {
		return sub.In != 0 || sub.Min > 1 || !isHit(sub)
	})
}

// region names parts of an article.
func (r *reader) region(where syntax.Region) string {
	var parts []string
	if where&syntax.RegionTitle != 0 {
		parts = append(parts, r.say("read_title"))
	}
	switch {
	case where == syntax.Everywhere:
		return r.say("read_article")
	case where&syntax.RegionBody == syntax.RegionBody:
		parts = append(parts, r.say("read_body"))
	case where&syntax.RegionLead != 0:
		r.saysLead = true
		parts = append(parts, r.say("read_lead"))
	}
	return r.or(parts)
}

// condition says where an article comes from.
func (r *reader) condition(c *syntax.Condition) string {
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = r.value(c.Kind, v.Name)
	}
	return r.say("read_"+c.Kind, r.or(values))
}

// days says which key dates an article must state.
func (r *reader) days(d *syntax.Days) string {
	window := ""
	switch w := d.Window; {
	case w.Within > 0:
		window = r.say("read_days_within", w.Within)
	case w.Until == "":
		window = r.say("read_days_from", w.From)
	case w.From == "":
		window = r.say("read_days_until", w.Until)
	default:
		window = r.say("read_days_between", w.From, w.Until)
	}
	return r.say("read_"+d.Kind, window)
}

// amount names the amounts of money that are looked for.
func (r *reader) amount(a *syntax.Amount) string {
	in := func(value string) string { return strings.TrimSpace(value + " " + a.Currency) }
	switch {
	case a.Min != "" && a.Max != "":
		return r.say("read_amount_between", in(a.Min), in(a.Max))
	case a.Min != "":
		return r.say("read_amount_min", in(a.Min))
	case a.Max != "":
		return r.say("read_amount_max", in(a.Max))
	}
	return r.say("read_amount_in", a.Currency)
}

// value names a value of a condition.
func (r *reader) value(kind, value string) string {
	switch {
	case kind == conditions.TextKind:
		return r.say("read_kind_" + value)
	case kind == conditions.Role:
		return r.say("read_role_" + value)
	case kind == conditions.Language && slices.Contains([]string{"en", "zh", "zh-Hant", "zh-Hans"}, value):
		return r.say("read_lang_" + strings.ToLower(strings.ReplaceAll(value, "-", "_")))
	}
	return value
}

// A place says of a hit where it stands, such as "… at most 3 words after it".
type place func(hit string) string

func anywhere(hit string) string { return hit }

// part reads a hit that is one of several, with the options that it has of its own. It is known to look in some parts of
// the article.
func (r *reader) part(e *syntax.Expr, known syntax.Region, at place) Point {
	if !e.HasPosition() {
		return r.clause(e, syntax.Everywhere)
	}
	return r.excluding(e, r.core(e), func(hit string) string {
		hit = at(hit)
		if e.Min > 1 {
			hit = r.say("read_times", e.Min, hit)
		}
		if e.In != 0 && e.In != known {
			hit = r.say("read_in", hit, r.region(e.In))
		}
		return hit
	})
}

// thing reads a hit as a noun, with what excludes it. Where it may be and how often is left to the caller.
func (r *reader) thing(e *syntax.Expr) Point { return r.excluding(e, r.core(e), anywhere) }

// excluding adds to a hit of an expression where it stands, and what excludes it.
func (r *reader) excluding(e *syntax.Expr, p Point, at place) Point {
	p.Text = at(p.Text)
	windows := make([]Point, len(e.Unless))
	long := len(p.Points) > 0 || len(windows) > 1
	for i, w := range e.Unless {
		windows[i] = r.part(w.Expr, 0, func(hit string) string {
			return r.scope(r.distance(hit, r.say("read_here"), w.Within, false, w.Reach), w.Same)
		})
		long = long || len(windows[i].Points) > 0
	}
	switch {
	case len(windows) == 0:
		return p
	case !long:
		return Point{Text: r.say("read_unless", p.Text, windows[0].Text)}
	case len(p.Points) == 0:
		return Point{r.say("read_unless_any", p.Text), windows}
	case len(windows) == 1:
		p.Points = append(p.Points, Point{r.say("read_unless_one", windows[0].Text), windows[0].Points})
		return p
	}
	p.Points = append(p.Points, Point{r.say("read_unless_too"), windows})
	return p
}

// core reads a hit as a noun, without its options.
func (r *reader) core(e *syntax.Expr) Point {
	switch e.Op {
	case syntax.OpTerms, syntax.OpAny:
		return r.alternatives([]*syntax.Expr{bare(e)}, 0)
	case syntax.OpAmount:
		return Point{Text: r.amount(e.Amount)}
	case syntax.OpUse:
		if e.OfRule {
			return Point{Text: r.say("read_rule_finds", e.Name)}
		}
		r.named[e.Def] = true
		return Point{Text: r.say("read_pattern", r.say("read_quoted", display(e.Name)))}
	case syntax.OpNear:
		return r.near(e)
	}
	return r.clause(e, syntax.Everywhere)
}

// bare returns an expression without its options.
func bare(e *syntax.Expr) *syntax.Expr {
	without := *e
	without.In, without.Min, without.Unless = 0, 0, nil
	return &without
}

// maxInline is how many characters of alternatives are read in one sentence.
const maxInline = 160

// alternatives reads hits of which any will do, and which are known to look in some parts of the article. Words come
// first, then lists and patterns; those that have only a name are named together.
func (r *reader) alternatives(exprs []*syntax.Expr, known syntax.Region) Point {
	var words, lists, patterns []string
	var others []Point
	var collect func(exprs []*syntax.Expr)
	collect = func(exprs []*syntax.Expr) {
		for _, e := range exprs {
			switch plain := e.Min <= 1 && len(e.Unless) == 0 && (e.In == 0 || e.In == known); {
			case plain && e.Op == syntax.OpTerms && e.List.Inline:
				own, named := r.words(e.List)
				words, lists = append(words, own...), append(lists, named...)
			case plain && e.Op == syntax.OpTerms:
				lists = append(lists, r.list(e.List))
			case plain && e.Op == syntax.OpUse && !e.OfRule && e.Def.Expr.HasPosition():
				r.named[e.Def] = true
				patterns = append(patterns, r.say("read_quoted", display(e.Name)))
			case plain && e.Op == syntax.OpAny:
				collect(e.Sub)
			default:
				others = append(others, r.part(e, known, anywhere))
			}
		}
	}
	collect(exprs)
	var points []Point
	for _, w := range words {
		points = append(points, Point{Text: w})
	}
	together := func(names []string, one, many string) {
		switch len(names) {
		case 0:
		case 1:
			points = append(points, Point{Text: r.say(one, names[0])})
		default:
			points = append(points, Point{Text: r.say(many, r.or(names))})
		}
	}
	together(lists, "read_word_of", "read_word_of_1")
	together(patterns, "read_pattern", "read_patterns")
	if len(others) == 0 || len(points)+len(others) == 1 {
		points = append(points, others...)
		if len(points) == 1 {
			return points[0]
		}
		texts, _ := inline(points)
		return Point{Text: r.or(texts)}
	}
	if texts, short := inline(append(slices.Clone(points), others...)); short {
		return Point{Text: r.or(texts)}
	}
	if len(words) > 0 { // they are one point of several
		points = append([]Point{{Text: r.or(words)}}, points[len(words):]...)
	}
	return Point{r.say("read_one_of"), append(points, others...)}
}

// inline returns the texts of points that fit into one sentence.
func inline(points []Point) ([]string, bool) {
	length := 0
	texts := make([]string, len(points))
	for i, p := range points {
		if len(p.Points) > 0 {
			return nil, false
		}
		texts[i] = p.Text
		length += utf8.RuneCountInString(p.Text)
	}
	return texts, length <= maxInline
}

// near reads hits that stand close together.
func (r *reader) near(e *syntax.Expr) Point {
	if len(e.Sub) == 2 && !slices.ContainsFunc(e.Sub, func(sub *syntax.Expr) bool { return sub.Op == syntax.OpNear }) {
		first := r.part(e.Sub[0], 0, anywhere)
		second := r.part(e.Sub[1], 0, func(hit string) string { return r.linked(e, 1, hit, r.say("read_it")) })
		if _, short := inline([]Point{first, second}); short {
			return Point{Text: r.scope(r.say("read_with", first.Text, second.Text), e.Same)}
		}
	}
	parts := make([]Point, len(e.Sub))
	for i, sub := range e.Sub {
		at := anywhere
		if i > 0 {
			anchor := r.say("read_part_first")
			if e.Ordered || e.Link(i).Reach != (syntax.Reach{}) {
				anchor = r.say("read_part_last")
			}
			at = func(hit string) string { return r.linked(e, i, hit, anchor) }
		}
		if sub.Op == syntax.OpNear && len(sub.Unless) == 0 {
			// Its own distances must not be taken for those of the whole.
			parts[i] = Point{at(r.say("read_together")), []Point{r.part(sub, 0, anywhere)}}
			if inner := parts[i].Points[0]; len(inner.Points) > 0 {
				parts[i].Points = inner.Points
			}
			continue
		}
		parts[i] = r.part(sub, 0, at)
	}
	return Point{r.scope(r.say("read_together"), e.Same), parts}
}

// linked says how far an operand of near may be from what the anchor names, and what may not stand between them.
func (r *reader) linked(e *syntax.Expr, operand int, thing, anchor string) string {
	link := e.Link(operand)
	if link.Reach == (syntax.Reach{}) {
		thing = r.distance(thing, anchor, e.Within, e.Ordered, syntax.Reach{})
	} else {
		thing = r.distance(thing, anchor, 0, false, link.Reach)
	}
	if link.Without != nil {
		without := &syntax.Expr{Op: syntax.OpTerms, List: link.Without}
		thing = r.say("read_between", thing, r.core(without).Text)
	}
	return thing
}

// distance says where a thing stands, seen from an anchor.
func (r *reader) distance(thing, anchor string, within int, ordered bool, reach syntax.Reach) string {
	if ordered {
		if within == 0 {
			return r.say("read_later", thing, anchor)
		}
		reach.Next = within
	}
	switch {
	case reach.Next > 0 && reach.Previous > 0:
		return r.say("read_around", reach.Next, reach.Previous, thing, anchor)
	case reach.Next == 1:
		return r.say("read_next", thing, anchor)
	case reach.Next > 0:
		return r.say("read_after", reach.Next, thing, anchor)
	case reach.Previous == 1:
		return r.say("read_previous", thing, anchor)
	case reach.Previous > 0:
		return r.say("read_before", reach.Previous, thing, anchor)
	case within > 0:
		return r.say("read_close", within, thing, anchor)
	}
	return thing
}

// scope adds the part of the text that hits must share.
func (r *reader) scope(text string, same syntax.Scope) string {
	switch same {
	case syntax.SameSentence:
		return r.say("read_sentence", text)
	case syntax.SameParagraph:
		return r.say("read_paragraph", text)
	}
	return text
}

// or joins alternatives.
func (r *reader) or(texts []string) string {
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return r.say("read_or", strings.Join(texts[:last], r.say("read_comma")), texts[last])
}
