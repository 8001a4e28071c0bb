package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/models"
)

// An Explanation says what one rule makes of one article, part by part.
type Explanation struct {
	RuleID   string          `json:"rule_id"`
	Title    string          `json:"title"`
	Part     int             `json:"part,omitempty"`     // report of a digest, from 1
	Heading  string          `json:"heading,omitempty"`  // of the part
	Strength models.Strength `json:"strength,omitempty"` // empty where the rule does not match
	Tags     []string        `json:"tags,omitempty"`
	When     Part            `json:"when"`
	Mention  *Part           `json:"mention,omitempty"`
}

// A Part is one question of a rule with its answer. Hits are the words that
// answer it; a part that is not met may have hits, but too few or none that all
// fit.
type Part struct {
	Asks  string       `json:"asks"` // as a person would say it
	Met   bool         `json:"met"`
	Hits  []models.Hit `json:"hits,omitempty"`
	Parts []Part       `json:"parts,omitempty"`
}

// Explain runs every rule over the article and says which parts matched where,
// and which did not. Of a digest it explains the reports that the rule matches;
// if there are none, those that have words of it.
func (s *Set) Explain(a models.Article) []Explanation {
	r := s.reading(a)
	parts := split(a.Title, a.Body)
	var out []Explanation
	for i := range s.rules {
		if len(parts) == 0 {
			out = append(out, r.explainRule(i, a))
			continue
		}
		var matched, touched []Explanation
		for n, p := range parts {
			r.lookAt(p)
			e := r.explainRule(i, a)
			e.Part, e.Heading = n+1, headingOf(a.Body, p)
			switch {
			case e.Strength != "":
				matched = append(matched, e)
			case e.When.anyHit():
				touched = append(touched, e)
			}
		}
		r.lookAbove(parts[0])
		above := r.explainRule(i, a)
		switch {
		case len(matched) > 0:
			out = append(out, matched...)
		case above.Strength != "" || len(touched) == 0:
			out = append(out, above)
		default:
			out = append(out, touched...)
		}
	}
	return out
}

// explainRule explains one rule on what is looked at.
func (r *reading) explainRule(i int, a models.Article) Explanation {
	rule := r.set.rules[i]
	e := Explanation{RuleID: rule.ID, Title: rule.Title, When: r.explain(rule.when, everywhere)}
	if rule.mention != nil {
		p := r.explain(rule.mention, everywhere)
		e.Mention = &p
	}
	if m, ok := r.match(models.Match{}, rule, a); ok && r.set.index.mayMeet(int32(i), r.seen) {
		e.Strength, e.Tags = m.Strength, m.Tags
	}
	return e
}

func (r *reading) explain(n *node, from region) Part {
	found := r.eval(n, from)
	p := Part{Asks: n.String(), Met: found.ok, Hits: r.show(nil, found.hits)}
	if n.in != 0 {
		from &= n.in
	}
	kids := n.kids
	if n.op == opUse && n.def.node != nil {
		kids = []*node{n.def.node}
	}
	for _, k := range kids {
		p.Parts = append(p.Parts, r.explain(k, from))
	}
	return p
}

// String renders the explanation as lines that are indented by their depth.
func (e Explanation) String() string {
	var b strings.Builder
	verdict := "does not match"
	if e.Strength != "" {
		verdict = "matches as a " + string(e.Strength)
	}
	if len(e.Tags) > 0 {
		verdict += ", tagged " + strings.Join(e.Tags, ", ")
	}
	fmt.Fprintf(&b, "%s%s %s\n", e.RuleID, e.where(), verdict)
	e.When.write(&b, "when", 1)
	if e.Mention != nil {
		e.Mention.write(&b, "mention", 1)
	}
	return b.String()
}

// where names the part of a digest.
func (e Explanation) where() string {
	if e.Part == 0 {
		return ""
	}
	return fmt.Sprintf(", part %d, %q,", e.Part, e.Heading)
}

// write leaves out the parts of what is not met and has no hits at all: they
// would only repeat that nothing is there.
func (p Part) write(b *strings.Builder, label string, depth int) {
	mark := "no"
	if p.Met {
		mark = "yes"
	}
	if label != "" {
		label += ": "
	}
	fmt.Fprintf(b, "%s%s %s%s", strings.Repeat("  ", depth), mark, label, cutOff(p.Asks, longestAsked))
	var words []string
	for _, h := range p.Hits {
		where := "title"
		if h.Field == models.InBody {
			where = fmt.Sprintf("¶%d", h.Paragraph)
		}
		words = append(words, fmt.Sprintf("%q %s", h.Text, where))
	}
	if len(words) > 0 {
		fmt.Fprintf(b, " → %s", strings.Join(words, ", "))
	}
	b.WriteByte('\n')
	if !p.Met && !p.anyHit() {
		return
	}
	for _, k := range p.Parts {
		k.write(b, "", depth+1)
	}
}

// longestAsked is how many characters of a question are printed. What else it
// asks stands below it, and in full in JSON.
const longestAsked = 160

// cutOff returns the first characters of s.
func cutOff(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (p Part) anyHit() bool {
	return len(p.Hits) > 0 || slices.ContainsFunc(p.Parts, Part.anyHit)
}

// String says what the node asks for.
func (n *node) String() string {
	var s string
	switch n.op {
	case opTerms:
		s = n.list.label()
	case opUse:
		s = n.name
	case opAny:
		s = "any of " + group(n.kids)
	case opAll:
		s = "all of " + group(n.kids)
	case opNone:
		s = "none of " + group(n.kids)
	case opNear:
		s = join(n.kids, " near ")
		if n.ordered {
			s = join(n.kids, " followed by ")
		}
		if n.within > 0 {
			s += fmt.Sprintf(" within %d", n.within)
		}
		s += [...]string{"", " in one paragraph", " in one sentence"}[n.same]
	case opFrom:
		s = n.from.String()
	}
	if n.min > 1 {
		s += fmt.Sprintf(", %d times", n.min)
	}
	if n.in != 0 {
		s += " in " + n.in.String()
	}
	for _, w := range n.unless {
		s += " unless " + w.node.String() + " is close"
	}
	return s
}

// label is the list's name, or the first of its phrases.
func (l *list) label() string {
	if !l.inline {
		return l.name
	}
	var words []string
	for _, e := range l.entries[:min(3, len(l.entries))] {
		words = append(words, fmt.Sprintf("%q", e.phrase))
	}
	if len(l.entries) > 3 {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

func group(kids []*node) string { return "(" + join(kids, "; ") + ")" }

func join(kids []*node, by string) string {
	parts := make([]string, len(kids))
	for i, k := range kids {
		parts[i] = k.String()
	}
	return strings.Join(parts, by)
}

// String names the parts of an article.
func (r region) String() string {
	var names []string
	if r&regionTitle != 0 {
		names = append(names, "title")
	}
	switch {
	case r&regionBody == regionBody:
		names = append(names, "body")
	case r&regionLead != 0:
		names = append(names, "lead")
	}
	return strings.Join(names, " or ")
}
