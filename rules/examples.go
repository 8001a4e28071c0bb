package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// An Outcome is the result of one example of a rule.
type Outcome struct {
	RuleID string    `json:"rule_id"`
	File   string    `json:"file"`
	Line   int       `json:"line"`
	Title  string    `json:"title"`            // of the example
	What   string    `json:"what"`             // what is wrong; empty if the example passes
	Reason string    `json:"reason,omitempty"` // the condition that is not met, if the rule should match
	Said   diag.Text `json:"-"`                // What and Reason, for readers of other languages
	Match  bool      `json:"-"`                // the rule must match the example; otherwise it must ignore it
}

// String returns a failed example with its position, in the format of a problem.
func (o Outcome) String() string {
	return fmt.Sprintf("%s:%d: %q %s", o.File, o.Line, o.Title, o.Failure())
}

// Failure returns what is wrong and the reason.
func (o Outcome) Failure() string { return o.Said.String() }

// Examples returns the number of examples of all rules.
func (s *Set) Examples() int {
	n := 0
	for _, r := range s.rules {
		n += len(r.Examples)
	}
	return n
}

// Outcomes matches the examples of every rule with the rule. An example under ignore may be a mention, since a mention
// alone sends no alert, unless the rule has mention_alerts.
func (s *Set) Outcomes() []Outcome {
	out := make([]Outcome, 0, s.Examples())
	for i, r := range s.rules {
		for _, e := range r.Examples {
			what, reason := s.checkExample(i, e)
			said := what
			if reason != "" {
				said = diag.Textf("%s: %s", what, reason)
			}
			out = append(out, Outcome{r.ID, e.Pos.File, e.Pos.Line, e.Name(), what.String(), reason.String(), said, e.Match})
		}
	}
	return out
}

// Test returns the outcomes of the examples that fail.
func (s *Set) Test() []Outcome { return Failed(s.Outcomes()) }

// Failed returns the outcomes of the examples that fail.
func Failed(all []Outcome) []Outcome {
	var failed []Outcome
	for _, o := range all {
		if o.What != "" {
			failed = append(failed, o)
		}
	}
	return failed
}

// checkExample returns what is wrong with the result of an example, or "", and the condition that is not met.
func (s *Set) checkExample(rule int, e syntax.Example) (what, reason diag.Text) {
	a := e.Article()
	m, ok := models.Match{}, false
	if found := s.evaluate(a).matchArticle(nil, []int32{int32(rule)}, a); len(found) > 0 {
		m, ok = models.Ranked(found)[0], true
	}
	switch {
	case e.Match && !ok:
		return diag.Textf("should match this rule as a %s but doesn't", strengthName(e.Strength)), s.whyNot(rule, a, e.Strength).text()
	case e.Match && m.Strength != e.Strength:
		what = diag.Textf("should match as a %s but matches as a %s, by %s", strengthName(e.Strength), strengthName(m.Strength), quoteHits(m.Hits))
		if e.Strength == models.Subject {
			reason = s.whyNot(rule, a, e.Strength).text()
		}
		return what, reason
	case e.Match && e.Severity != "" && m.Severity != e.Severity:
		return diag.Textf("should have the severity %s but has %s", e.Severity, m.Severity), ""
	case e.Match:
		for _, t := range e.Tags {
			if !slices.Contains(m.Tags, t) {
				return diag.Textf("should have the tag %s but has %s", t, listTags(m.Tags)), ""
			}
		}
	case ok && (m.Meets() || m.Strength == models.Subject):
		return diag.Textf("should be ignored but matches, by %s", quoteHits(m.Hits)), ""
	}
	return "", ""
}

// strengthName names a strength after "as a".
func strengthName(s models.Strength) diag.Text {
	if s == models.Mention {
		return "mention"
	}
	return "subject"
}

func listTags(tags []string) diag.Text {
	if len(tags) == 0 {
		return "none"
	}
	return diag.Textf("only %s", strings.Join(tags, ", "))
}

func quoteHits(hits []models.Hit) string {
	words := make([]string, len(hits))
	for i, h := range hits {
		words[i] = fmt.Sprintf("%q", h.Text)
	}
	return strings.Join(words, ", ")
}
