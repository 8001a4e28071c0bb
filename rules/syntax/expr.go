package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// An Op is the operator of an expression.
type Op uint8

const (
	OpTerms     Op = iota // a hit of the list
	OpUse                 // a hit of the definition, or of the when of a rule
	OpAny                 // at least one operand
	OpAll                 // every operand
	OpNone                // no operand
	OpNear                // the operands close together
	OpCondition           // where the article comes from, or which kind of text it is
	OpAmount              // an amount of money
	OpDays                // a key date that the article states
)

// A Region is a set of the parts of an article.
type Region uint8

const (
	RegionTitle Region = 1 << iota
	RegionLead
	RegionRest

	RegionBody = RegionLead | RegionRest
	Everywhere = RegionTitle | RegionBody
)

// String names the parts of an article for a reader.
func (r Region) String() string { return strings.Join(r.keywords(), " or ") }

// keywords returns the values of in that stand for the region.
func (r Region) keywords() []string {
	var words []string
	if r&RegionTitle != 0 {
		words = append(words, "title")
	}
	switch {
	case r&RegionBody == RegionBody:
		words = append(words, "body")
	case r&RegionLead != 0:
		words = append(words, "lead")
	}
	return words
}

// A Scope is the part of a text that two hits must share.
type Scope int

const (
	SameField Scope = iota
	SameParagraph
	SameSentence
)

// keyword returns the value of same that stands for the scope.
func (s Scope) keyword() string {
	switch s {
	case SameParagraph:
		return "paragraph"
	case SameSentence:
		return "sentence"
	}
	return ""
}

// An Expr is an expression that an article matches or not. YAML and one-line queries are two notations
// for the same trees.
type Expr struct {
	Op        Op
	Name      string      // of OpTerms and OpUse, as written
	List      *List       // of OpTerms; set by Resolve unless the list is inline
	Def       *Definition // of OpUse; set by Resolve
	OfRule    bool        // of OpUse: Name is the ID of a rule, and Def is its when
	Condition *Condition  // of OpCondition
	Amount    *Amount     // of OpAmount
	Days      *Days       // of OpDays
	Sub       []*Expr     // the operands of OpAny, OpAll, OpNone and OpNear

	In      Region   // where to look; 0 is wherever the expression around it looks
	Min     int      // the minimum number of hits; 0 is one
	Within  int      // of OpNear: the maximum distance in tokens; 0 is no limit
	Same    Scope    // of OpNear
	Ordered bool     // of OpNear
	Links   []Link   // of OpNear: by operand, how it is bound to the one before it; nil if none is
	Unless  []Window // each excludes some hits

	// Set by Resolve: the index of the expression in Table.Exprs, and the index of the first one after it that is not
	// within it.
	Number, End int32

	Pos Pos
}

// A Window excludes every hit that has a hit of its expression close by.
type Window struct {
	Expr   *Expr
	Within int
	Same   Scope
	Reach  Reach // instead of Within and Same
}

// A Reach is how far a hit may be after another one, and how far before it, in tokens. It never leaves the
// sentence. The zero Reach is none.
type Reach struct {
	Next     int
	Previous int
}

// A Link binds an operand of near to the one before it.
type Link struct {
	Reach   Reach // instead of Within and Ordered of the near
	Without *List // no hit of it may stand between the two; nil if the link has none
}

// HasLinks reports whether an operand of near is bound to the one before it.
func (e *Expr) HasLinks() bool { return len(e.Links) > 0 }

// Link returns how an operand of near is bound to the one before it.
func (e *Expr) Link(operand int) Link {
	if len(e.Links) == 0 {
		return Link{}
	}
	return e.Links[operand]
}

// RequiresText reports whether an article must contain some phrase to match e. An amount and a condition on the article
// as a whole require none. A definition that uses itself, which is a problem of its own,
// counts as requiring one.
func (e *Expr) RequiresText() bool { return e.requires(false, make(map[*Definition]bool)) }

// RequiresAnything reports whether an article must contain some phrase, or come from somewhere, to match e. An
// article may match other expressions only because of what is absent.
func (e *Expr) RequiresAnything() bool { return e.requires(true, make(map[*Definition]bool)) }

// requires reports whether e requires a phrase; a condition requires what is given. It remembers what it found of the
// definitions.
func (e *Expr) requires(condition bool, known map[*Definition]bool) bool {
	requires := func(sub *Expr) bool { return sub == nil || sub.requires(condition, known) }
	switch e.Op {
	case OpNone, OpAmount, OpDays:
		return false
	case OpCondition:
		return condition
	case OpAny:
		return !slices.ContainsFunc(e.Sub, func(sub *Expr) bool { return sub == nil || !requires(sub) })
	case OpAll, OpNear:
		return slices.ContainsFunc(e.Sub, requires)
	case OpUse:
		return ofDefinition(e.Def, known, requires)
	}
	return true
}

// ofDefinition returns what is known of a definition, or finds it out. While it does, and of a definition with problems, it
// is true.
func ofDefinition(d *Definition, known map[*Definition]bool, find func(*Expr) bool) bool {
	if d == nil || d.Expr == nil {
		return true
	}
	found, ok := known[d]
	if !ok {
		known[d] = true
		found = find(d.Expr)
		known[d] = found
	}
	return found
}

// UsesRule reports whether e, as it is written, names a rule.
func (e *Expr) UsesRule() bool {
	return e != nil && (e.OfRule || slices.ContainsFunc(e.Sub, (*Expr).UsesRule) ||
		slices.ContainsFunc(e.Unless, func(w Window) bool { return w.Expr.UsesRule() }))
}

// HasPosition reports whether the hits of e have positions in the text. Those of all, none and
// conditions do not.
func (e *Expr) HasPosition() bool { return e.hasPosition(make(map[*Definition]bool)) }

func (e *Expr) hasPosition(known map[*Definition]bool) bool {
	hasPosition := func(sub *Expr) bool { return sub == nil || sub.hasPosition(known) }
	switch e.Op {
	case OpAll, OpNone, OpCondition, OpDays:
		return false
	case OpAny:
		return !slices.ContainsFunc(e.Sub, func(sub *Expr) bool { return !hasPosition(sub) })
	case OpUse:
		return ofDefinition(e.Def, known, hasPosition)
	}
	return true
}

// CollectPhrases adds the phrases to found that can make e match: those of none are not among them.
func (e *Expr) CollectPhrases(found map[int32]bool) {
	switch e.Op {
	case OpNone:
	case OpTerms:
		e.List.CollectPhrases(found)
	case OpUse:
		e.Def.Expr.CollectPhrases(found)
	default:
		for _, sub := range e.Sub {
			sub.CollectPhrases(found)
		}
	}
}

// String describes the expression to a reader.
func (e *Expr) String() string {
	var s string
	switch e.Op {
	case OpTerms:
		s = e.List.Label()
	case OpUse:
		s = e.Name
		if e.OfRule {
			s = "rule " + e.Name
		}
	case OpAny:
		s = "any of (" + describe(e.Sub, "; ") + ")"
	case OpAll:
		s = "all of (" + describe(e.Sub, "; ") + ")"
	case OpNone:
		s = "none of (" + describe(e.Sub, "; ") + ")"
	case OpNear:
		s = e.describeNear()
	case OpCondition:
		s = e.Condition.String()
	case OpAmount:
		s = e.Amount.String()
	case OpDays:
		s = e.Days.String()
	}
	if e.Min > 1 {
		s += fmt.Sprintf(", %d times", e.Min)
	}
	if e.In != 0 {
		s += " in " + e.In.String()
	}
	for _, w := range e.Unless {
		where := "close"
		if w.Reach != (Reach{}) {
			where = w.Reach.String()
		}
		s += " unless " + w.Expr.String() + " is " + where
	}
	return s
}

// String describes the reach to a reader.
func (r Reach) String() string {
	var where []string
	if r.Next > 0 {
		where = append(where, fmt.Sprintf("in the next %d", r.Next))
	}
	if r.Previous > 0 {
		where = append(where, fmt.Sprintf("in the previous %d", r.Previous))
	}
	return strings.Join(where, " or ")
}

func (e *Expr) describeNear() string {
	joint := " near "
	if e.Ordered {
		joint = " followed by "
	}
	s := e.Sub[0].String()
	for i, sub := range e.Sub[1:] {
		link := e.Link(i + 1)
		if link.Reach != (Reach{}) {
			s += " with " + sub.String() + " " + link.Reach.String()
		} else {
			s += joint + sub.String()
		}
		if link.Without != nil {
			s += " without " + link.Without.Label() + " between"
		}
	}
	if e.Within > 0 {
		if e.HasLinks() {
			s += ", the others"
		}
		s += fmt.Sprintf(" within %d", e.Within)
	}
	if e.Same != SameField {
		s += " in one " + e.Same.keyword()
	}
	return s
}

func describe(exprs []*Expr, joint string) string {
	parts := make([]string, len(exprs))
	for i, e := range exprs {
		parts[i] = e.String()
	}
	return strings.Join(parts, joint)
}

// Label returns the list's name, or the first of its phrases.
func (l *List) Label() string {
	if !l.Inline {
		return l.Name
	}
	const most = 3
	var words []string
	for _, e := range l.Entries[:min(most, len(l.Entries))] {
		if e.ListName != "" {
			words = append(words, e.ListName)
			continue
		}
		words = append(words, fmt.Sprintf("%q", e.Phrase))
	}
	if len(l.Entries) > most {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

// FirstReference returns the first name of a list or a definition that an expression refers to; "" if there is none.
func (e *Expr) FirstReference() string {
	if e.Op == OpUse && !e.OfRule || e.Op == OpTerms && e.List == nil {
		return e.Name
	}
	for _, sub := range e.Sub {
		if name := sub.FirstReference(); name != "" {
			return name
		}
	}
	for _, w := range e.Unless {
		if name := w.Expr.FirstReference(); name != "" {
			return name
		}
	}
	return ""
}
