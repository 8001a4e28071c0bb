package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/conditions"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// An example is a short article that a rule must match or must ignore.
type example struct {
	match    bool
	lang     string
	source   models.Source // what it states of it
	title    string
	text     string
	tags     []string
	strength models.Strength
	at       place
}

// An Outcome is what became of one example of a rule.
type Outcome struct {
	RuleID string `json:"rule_id"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Title  string `json:"title"` // of the example
	What   string `json:"what"`  // what happened and what was wanted; empty where it came out as the rule says
}

// String renders an example that failed with its place, as problems are.
func (f Outcome) String() string {
	return fmt.Sprintf("%s:%d: %q %s", f.File, f.Line, f.Title, f.What)
}

func (p *parser) examples(n yamlnode.Node) []example {
	if !n.There() {
		return nil
	}
	m := n.Map("examples", examplesKeys...)
	var out []example
	for _, kind := range examplesKeys {
		for _, item := range m.Get(kind).Items() {
			e := example{match: kind == "match", at: p.at(item)}
			if item.IsMap() {
				em := item.Map("an example", exampleKeys...)
				e.lang = em.Get("lang").String("lang")
				e.source.ID = em.Get("source").String("source")
				e.source.Role = models.Role(em.Get("role").OneOf("role", conditions.Roles()...))
				e.source.Jurisdictions = em.Get("jurisdiction").Strings("a jurisdiction")
				e.title = em.Get("title").String("title")
				e.text = em.Get("text").String("text")
				e.tags = em.Get("tags").Strings("tags")
				e.strength = models.Strength(em.Get("strength").OneOf("strength", "subject", "mention"))
				if !e.match && (len(e.tags) > 0 || e.strength != "") {
					item.Report("an example to ignore has no tags and no strength", "want lang, source, role, jurisdiction, title and text")
				}
			} else {
				e.title = item.String("an example")
			}
			if e.title == "" && e.text == "" && !strayKey(item) {
				item.Report("an example is empty", "want a title or a text")
			}
			if e.match && e.strength == "" {
				e.strength = models.Subject
			}
			out = append(out, e)
		}
	}
	return out
}

// strayKey reports whether a mapping has a key that an example has not, which was
// reported and tells more than that the example is empty.
func strayKey(item yamlnode.Node) bool {
	return item.IsMap() && slices.ContainsFunc(item.Pairs("an example"), func(p yamlnode.Pair) bool { return !slices.Contains(exampleKeys, p.Name) })
}

// Examples returns how many examples the rules have.
func (s *Set) Examples() int {
	n := 0
	for _, r := range s.rules {
		n += len(r.examples)
	}
	return n
}

// Outcomes runs every rule's examples. An example to ignore may be a mention,
// since a mention alone tells nobody, unless the rule asks to be told of
// mentions.
func (s *Set) Outcomes() []Outcome {
	out := make([]Outcome, 0, s.Examples())
	for i, r := range s.rules {
		for _, e := range r.examples {
			out = append(out, Outcome{r.ID, e.at.file, e.at.line, e.name(), s.try(i, e)})
		}
	}
	return out
}

// Test returns the outcomes of the examples that fail.
func (s *Set) Test() []Outcome { return Failed(s.Outcomes()) }

// Failed returns the outcomes that are not as their rules say.
func Failed(all []Outcome) []Outcome {
	var failed []Outcome
	for _, o := range all {
		if o.What != "" {
			failed = append(failed, o)
		}
	}
	return failed
}

func (e example) article() models.Article {
	return models.Article{Title: e.title, Body: e.text, Language: e.lang, Source: e.source}
}

func (e example) name() string {
	if e.title != "" {
		return e.title
	}
	if r := []rune(e.text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return e.text
}

func (s *Set) try(rule int, e example) string {
	a := e.article()
	m, ok := models.Match{}, false
	if found := s.reading(a).matchAll(nil, []int32{int32(rule)}, a); len(found) > 0 {
		m, ok = models.Ranked(found)[0], true
	}
	switch {
	case e.match && !ok:
		return "is not matched; want a " + string(e.strength)
	case e.match && m.Strength != e.strength:
		return fmt.Sprintf("is a %s by %s; want a %s", m.Strength, quoteHits(m.Hits), e.strength)
	case e.match:
		for _, t := range e.tags {
			if !slices.Contains(m.Tags, t) {
				return fmt.Sprintf("has the tags [%s]; want %s", strings.Join(m.Tags, ", "), t)
			}
		}
	case ok && m.Alerts():
		return fmt.Sprintf("is matched by %s; want it ignored", quoteHits(m.Hits))
	case ok && m.Strength == models.Subject:
		return fmt.Sprintf("is matched by %s; want it ignored", quoteHits(m.Hits))
	}
	return ""
}

func quoteHits(hits []models.Hit) string {
	words := make([]string, len(hits))
	for i, h := range hits {
		words[i] = fmt.Sprintf("%q", h.Text)
	}
	return strings.Join(words, ", ")
}
