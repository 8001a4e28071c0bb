package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/conditions"
	"regwatch/models"
	"regwatch/rules/relevance"
	"regwatch/rules/syntax"
)

// An Explanation shows how one rule matches one article, expression by expression, or why it does not.
type Explanation struct {
	RuleID   string          `json:"rule_id"`
	Title    string          `json:"title"`
	Part     int             `json:"part,omitempty"`     // the report of a roundup, from 1
	Heading  string          `json:"heading,omitempty"`  // of the report
	Strength models.Strength `json:"strength,omitempty"` // empty if the rule does not match
	Tags     []string        `json:"tags,omitempty"`
	Severity models.Severity `json:"severity,omitempty"` // of the match, if the rule has severities by condition
	When     ExprResult      `json:"when"`
	Mention  *ExprResult     `json:"mention,omitempty"`

	Exception *models.Exception `json:"exception,omitempty"` // that holds the match

	// Where a match is shown, and why; nil if no model scored it.
	Outcome    models.Outcome        `json:"outcome,omitempty"`
	Relevance  *models.Relevance     `json:"relevance,omitempty"`
	Thresholds *relevance.Thresholds `json:"thresholds,omitempty"`
}

// An ExprResult is the result of one expression. An expression that is not met may have hits too: not enough of them, or
// none that fits all its options.
type ExprResult struct {
	Asks   string       `json:"asks"` // the expression, for a reader
	Met    bool         `json:"met"`
	Reason string       `json:"reason,omitempty"` // why it is not met although its parts are: they are too far apart, or excluded
	Note   string       `json:"note,omitempty"`   // from what it is met, for a condition that has no hits
	Hits   []models.Hit `json:"hits,omitempty"`
	Parts  []ExprResult `json:"parts,omitempty"`
}

// Explain evaluates every rule on the article and shows which expressions are met, and where. Of a roundup it explains the
// reports that a rule matches; if there are none, those that contain words of the rule.
func (s *Set) Explain(a models.Article) []Explanation {
	ev := s.evaluate(a)
	sections := splitRoundup(a.Title, a.Body)
	var out []Explanation
	for i := range s.rules {
		if len(sections) == 0 {
			out = append(out, ev.explainRule(i, a, models.Match{}))
			continue
		}
		out = append(out, ev.explainRoundup(i, a, sections)...)
	}
	return out
}

func (ev *evaluator) explainRoundup(rule int, a models.Article, sections []section) []Explanation {
	var matched, withHits []Explanation
	for i, section := range sections {
		ev.selectSection(section)
		e := ev.explainRule(rule, a, models.Match{Part: i + 1, Heading: headingOf(a.Body, section), Text: a.Body[section.start:section.end]})
		switch {
		case e.Strength != "":
			matched = append(matched, e)
		case e.When.hasHits():
			withHits = append(withHits, e)
		}
	}
	ev.selectPreamble(sections[0])
	preamble := ev.explainRule(rule, a, models.Match{})
	switch {
	case len(matched) > 0:
		return matched
	case preamble.Strength != "" || len(withHits) == 0:
		return []Explanation{preamble}
	}
	return withHits
}

// explainRule explains one rule on the selected part of the article, of which part has the number, heading and text.
func (ev *evaluator) explainRule(rule int, a models.Article, part models.Match) Explanation {
	r := ev.set.rules[rule]
	e := Explanation{RuleID: r.ID, Title: r.Title, Part: part.Part, Heading: part.Heading, When: ev.explain(r.When, syntax.Everywhere)}
	if r.Mention != nil {
		mention := ev.explain(r.Mention, syntax.Everywhere)
		e.Mention = &mention
	}
	if m, ok := ev.matchRule(models.Match{}, int32(rule), a); ok && ev.mayMatch(int32(rule)) {
		m.Part, m.Heading, m.Text = part.Part, part.Heading, part.Text
		ev.set.score(&m, a)
		one := []models.Match{m}
		ev.set.exceptions.apply(one, a)
		m = one[0]
		e.Strength, e.Tags, e.Exception = m.Strength, m.Tags, m.Exception
		if len(r.Severities) > 0 {
			e.Severity = m.Severity
		}
		if m.Relevance.Scored() {
			thresholds := ev.set.models[r.ID].Thresholds()
			e.Outcome, e.Relevance, e.Thresholds = m.Outcome, &m.Relevance, &thresholds
		}
	}
	return e
}

func (ev *evaluator) explain(e *syntax.Expr, in syntax.Region) ExprResult {
	r := ev.eval(e, in)
	out := ExprResult{Asks: e.String(), Met: r.met, Hits: ev.appendHits(nil, r.hits)}
	if !r.met {
		out.Reason = ev.whyUnmet(e, in)
	} else {
		out.Note = ev.note(e)
	}
	if e.In != 0 {
		in &= e.In
	}
	subs := e.Sub
	if e.Op == syntax.OpUse && e.Def.Expr != nil {
		subs = []*syntax.Expr{e.Def.Expr}
	}
	for _, sub := range subs {
		out.Parts = append(out.Parts, ev.explain(sub, in))
	}
	return out
}

// whyUnmet returns why an expression is not met although words of it are there, or why a value is not the wanted one.
func (ev *evaluator) whyUnmet(e *syntax.Expr, in syntax.Region) string {
	switch {
	case e.Op == syntax.OpAmount || e.Op == syntax.OpDays, e.Op == syntax.OpCondition && e.Condition.Kind == conditions.TextKind:
		if m := ev.whyNot(e, in); len(m.reasons) > 0 {
			return m.reasons[0].String()
		}
		return ""
	}
	return ev.whyOptionsFail(e, in).String()
}

// String returns the explanation as lines that are indented by depth.
func (e Explanation) String() string {
	var b strings.Builder
	verdict := "does not match"
	if e.Strength != "" {
		verdict = "matches as a " + string(e.Strength)
	}
	if e.Severity != "" {
		verdict += ", severity " + string(e.Severity)
	}
	if len(e.Tags) > 0 {
		verdict += ", tagged " + strings.Join(e.Tags, ", ")
	}
	part := ""
	if e.Part > 0 {
		part = fmt.Sprintf(", part %d, %q,", e.Part, e.Heading)
	}
	fmt.Fprintf(&b, "%s%s %s\n", e.RuleID, part, verdict)
	e.When.write(&b, "when: ", 1)
	if e.Mention != nil {
		e.Mention.write(&b, "mention: ", 1)
	}
	return b.String()
}

// maxAskedLen is the number of characters to which an expression is cut. Its parts follow on the next lines, and JSON has
// all of it.
const maxAskedLen = 160

// write omits the parts of an expression that is not met and has no hits: they would only repeat that nothing was found.
func (r ExprResult) write(b *strings.Builder, label string, depth int) {
	mark := "no"
	if r.Met {
		mark = "yes"
	}
	asks := r.Asks
	if runes := []rune(asks); len(runes) > maxAskedLen {
		asks = string(runes[:maxAskedLen-1]) + "…"
	}
	fmt.Fprintf(b, "%s%s %s%s", strings.Repeat("  ", depth), mark, label, asks)
	var words []string
	for _, h := range r.Hits {
		where := "title"
		if h.Field == models.InBody {
			where = fmt.Sprintf("¶%d", h.Paragraph)
		}
		word := fmt.Sprintf("%q %s", h.Text, where)
		for _, e := range h.Entities {
			word += " [" + e.Name + "]"
		}
		words = append(words, word)
	}
	if len(words) > 0 {
		fmt.Fprintf(b, " → %s", strings.Join(words, ", "))
	}
	if why := r.Reason + r.Note; why != "" {
		fmt.Fprintf(b, ": %s", why)
	}
	b.WriteByte('\n')
	if !r.Met && r.Reason == "" && !r.hasHits() {
		return
	}
	for _, part := range r.Parts {
		part.write(b, "", depth+1)
	}
}

func (r ExprResult) hasHits() bool {
	return len(r.Hits) > 0 || slices.ContainsFunc(r.Parts, ExprResult.hasHits)
}
