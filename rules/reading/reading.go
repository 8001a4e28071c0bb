// Package reading reads a rule in plain language, for people who do not write rules.
//
// Start with [Of]. The words are made of the same tree that matches articles, so that they cannot differ from what the
// rule does. They are in package i18n, in every language of readers; this package puts them together. The same rule gives
// the same words.
//
// A new operator needs one case in [reader.clause] or in [reader.core], with its phrases.
package reading

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/i18n"
	"regwatch/rules/syntax"
)

// A Reading is a rule in plain language.
type Reading struct {
	RuleID   string    `json:"rule_id"`
	Language string    `json:"language"`
	Heading  string    `json:"heading"`
	Sections []Section `json:"sections"`
}

// A Section is one thing that a rule says.
type Section struct {
	Kind string `json:"kind"`
	Point
}

// A Point is a sentence and the points that belong to it.
type Point struct {
	Text   string  `json:"text"`
	Points []Point `json:"points,omitempty"`
}

// The kinds of sections, in their order.
const (
	Why        = "why"
	When       = "when"
	Mention    = "mention"
	Severity   = "severity"
	Relevance  = "relevance"
	Tag        = "tag"
	Delivery   = "delivery"
	Patterns   = "patterns" // what the names of definitions mean
	Lists      = "lists"    // the words of lists
	Background = "background"
)

// A Model is the relevance model that a rule has.
type Model struct {
	Alert, Digest float64 // the thresholds in force
}

// Options says how to read a rule.
type Options struct {
	Language string // BCP 47; English for an unknown one
	Model    *Model // nil if the rule has none

	// Digests are the names of the digests that list what the rule finds; nil: not known.
	Digests []string
}

// Of reads a rule, which must be resolved without problems.
func Of(rule *syntax.Rule, o Options) Reading {
	r := &reader{language: o.Language, rule: rule, named: make(map[*syntax.Definition]bool)}
	reading := Reading{RuleID: rule.ID, Language: o.Language, Heading: r.say("read_heading", rule.Title, rule.ID)}
	add := func(kind string, points ...Point) {
		for _, p := range points {
			reading.Sections = append(reading.Sections, Section{kind, r.finish(p)})
		}
	}
	if rule.Why != "" {
		add(Why, Point{Text: r.say("read_why", rule.Why)})
	}
	add(When, r.when()...)
	add(Mention, r.mention()...)
	add(Severity, r.severity()...)
	add(Relevance, r.relevance(o.Model)...)
	for _, t := range rule.Tags {
		add(Tag, r.fill("read_tag", t.Expr, t.Name))
	}
	add(Delivery, r.delivery(o.Digests)...)
	add(Patterns, r.patterns()...)
	add(Lists, r.wordLists()...)
	add(Background, r.background()...)
	return reading
}

// when says what the rule does, and on which condition.
func (r *reader) when() []Point {
	name, args := "read_alerts", []any{r.level(string(r.rule.Severity))}
	if r.rule.IsForDigest() {
		name = "read_digest"
	}
	if len(r.rule.Severities) > 0 {
		name, args = name+"_by_case", nil
	}
	does := r.fill(name, r.rule.When, args...)
	if r.rule.Draft {
		return []Point{{Text: r.say("read_draft")}, does}
	}
	return []Point{does}
}

func (r *reader) mention() []Point {
	if r.rule.Mention == nil {
		return nil
	}
	effect := "read_mention_quiet"
	if r.rule.MentionAlerts {
		effect = "read_mention_alerts"
	}
	return []Point{r.fill("read_mention", r.rule.Mention), {Text: r.say(effect)}}
}

func (r *reader) severity() []Point {
	if len(r.rule.Severities) == 0 {
		return nil
	}
	var cases []Point
	for _, c := range r.rule.Severities {
		cases = append(cases, r.fill("read_severity_if", c.Expr, r.level(string(c.Severity))))
	}
	cases = append(cases, Point{Text: r.say("read_severity_else", r.level(string(r.rule.Severity)))})
	return []Point{{r.say("read_severity"), cases}}
}

func (r *reader) relevance(m *Model) []Point {
	number := func(f float64) string { return strconv.FormatFloat(f, 'g', 2, 64) }
	switch set := r.rule.Relevance; {
	case set.Off:
		return []Point{{Text: r.say("read_not_scored")}}
	case m != nil:
		return []Point{{Text: r.say("read_scored", number(m.Alert), number(m.Digest))}}
	case set.Alert != nil || set.Digest != nil:
		return []Point{{Text: r.say("read_thresholds_idle")}}
	}
	return nil
}

func (r *reader) delivery(digests []string) []Point {
	var points []Point
	if r.rule.Topic != r.rule.ID {
		points = append(points, Point{Text: r.say("read_topic", r.rule.Topic)})
	}
	switch routes := r.rule.Routes; {
	case r.rule.IsForDigest(): // routes are for alerts
	case len(routes) == 0:
		points = append(points, Point{Text: r.say("read_route", "default")})
	case len(routes) == 1:
		points = append(points, Point{Text: r.say("read_route", routes[0])})
	default:
		points = append(points, Point{Text: r.say("read_routes", strings.Join(routes, r.say("read_comma")))})
	}
	switch {
	case len(digests) == 1:
		points = append(points, Point{Text: r.say("read_in_digest", digests[0])})
	case len(digests) > 1:
		points = append(points, Point{Text: r.say("read_in_digests", strings.Join(digests, r.say("read_comma")))})
	case digests != nil:
		points = append(points, Point{Text: r.say("read_in_no_digest")})
	}
	return points
}

// patterns explains the definitions that were named, each once: those of the rule in the order of the file, then those of
// vocabularies by their names.
func (r *reader) patterns() []Point {
	explained := make(map[*syntax.Definition]Point)
	for len(r.named) > len(explained) {
		next := r.inOrder(func(d *syntax.Definition) bool { _, done := explained[d]; return !done })
		for _, d := range next { // this can name more of them
			if d.Expr.HasPosition() {
				p := r.part(d.Expr, 0, anywhere)
				explained[d] = Point{r.say("read_pattern_is", display(d.Name), p.Text), p.Points}
			} else {
				explained[d] = r.fill("read_condition_is", d.Expr, display(d.Name))
			}
		}
	}
	var points []Point
	for _, d := range r.inOrder(func(*syntax.Definition) bool { return true }) {
		points = append(points, explained[d])
	}
	if len(points) == 0 {
		return nil
	}
	return []Point{{r.say("read_named"), points}}
}

// inOrder returns some of the definitions that were named.
func (r *reader) inOrder(wanted func(*syntax.Definition) bool) []*syntax.Definition {
	var all []*syntax.Definition
	for d := range r.named {
		if wanted(d) {
			all = append(all, d)
		}
	}
	place := func(d *syntax.Definition) int {
		if i := slices.Index(r.rule.DefinitionNames, d.Name); i >= 0 && r.rule.Definitions[d.Name] == d {
			return i
		}
		return len(r.rule.DefinitionNames)
	}
	slices.SortFunc(all, func(a, b *syntax.Definition) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (r *reader) background() []Point {
	var points []Point
	if r.rule.Owner != "" {
		points = append(points, Point{Text: r.say("read_owner", r.rule.Owner)})
	}
	if r.rule.ReviewBy != "" {
		points = append(points, Point{Text: r.say("read_review_by", r.rule.ReviewBy)})
	}
	if r.saysLead {
		points = append(points, Point{Text: r.say("read_lead_means")})
	}
	if refs := r.rule.References; len(refs) > 0 {
		points = append(points, Point{Text: r.say("read_references", strings.Join(refs, r.say("read_comma")))})
	}
	match, ignore := 0, 0
	for _, e := range r.rule.Examples {
		if e.Match {
			match++
		} else {
			ignore++
		}
	}
	if len(r.rule.Examples) == 0 {
		return append(points, Point{Text: r.say("read_no_examples")})
	}
	return append(points, Point{Text: r.say("read_examples", match, ignore)})
}

// A reader reads one rule.
type reader struct {
	language string
	rule     *syntax.Rule
	named    map[*syntax.Definition]bool
	lists    []*syntax.List // that have a name and were mentioned, in this order
	saysLead bool
}

// say returns a phrase with its arguments filled in.
func (r *reader) say(name string, args ...any) string {
	p, known := i18n.Find(name)
	if !known {
		panic("reading: there is no phrase " + name) // a test reads every phrase
	}
	form := p.In(r.language)
	if one, many, two := strings.Cut(form, "|"); two {
		form = many
		if i := slices.IndexFunc(args, func(a any) bool { _, whole := a.(int); return whole }); i >= 0 && args[i] == 1 {
			form = one
		}
	}
	if len(args) == 0 {
		return form
	}
	return fmt.Sprintf(form, args...)
}

// fill returns a phrase that ends in a condition.
func (r *reader) fill(name string, e *syntax.Expr, args ...any) Point {
	c := r.clause(e, syntax.Everywhere)
	return Point{r.say(name, append(args, c.Text)...), c.Points}
}

// level names a severity.
func (r *reader) level(severity string) string { return r.say("level_" + severity) }

// finish makes sentences of a point and those below it.
func (r *reader) finish(p Point) Point {
	done := Point{Text: capital(strings.TrimSpace(p.Text))}
	if last, _ := utf8.DecodeLastRuneInString(done.Text); !strings.ContainsRune(".。!！?？…", last) { // what a person wrote has its own stop
		done.Text += r.say("read_stop")
	}
	if len(p.Points) > 0 {
		done.Text = capital(p.Text) + r.say("read_colon")
	}
	for _, sub := range p.Points {
		done.Points = append(done.Points, r.finish(sub))
	}
	return done
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// display is the name of a list or definition as it is read aloud.
func display(name string) string { return strings.ReplaceAll(name, "_", " ") }

// String returns the reading as lines of text, with numbered points.
func (r Reading) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Heading)
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "\n%s\n", s.Text)
		writePoints(&b, s.Points, 0)
	}
	return b.String()
}

// writePoints writes numbers before the points of the first depth, letters before those of the second, and so on.
func writePoints(b *strings.Builder, points []Point, depth int) {
	for i, p := range points {
		mark := strconv.Itoa(i+1) + "."
		switch depth % 3 {
		case 1:
			mark = letters(i) + "."
		case 2:
			mark = "-"
		}
		fmt.Fprintf(b, "%s%s %s\n", strings.Repeat("   ", depth+1), mark, p.Text)
		writePoints(b, p.Points, depth+1)
	}
}

// letters counts in letters: a to z, then aa, ab, …
func letters(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letters(i/26-1) + letters(i%26)
}
