package syntax

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

func (p *parser) examples(n yamlnode.Node) []Example {
	if !n.Exists() {
		return nil
	}
	m := n.Map("examples", examplesKeys()...)
	var examples []Example
	for _, kind := range examplesKeys() {
		for _, item := range m.Get(kind).Items() {
			examples = append(examples, p.example(item, kind == "match"))
		}
	}
	return examples
}

func (p *parser) example(n yamlnode.Node, match bool) Example {
	e := Example{Match: match, Pos: p.pos(n)}
	if n.IsMap() {
		m := n.Map("an example", exampleKeys()...)
		e.Lang = m.Get("lang").String("lang")
		e.Source.ID = m.Get("source").String("source")
		e.Source.Role = models.Role(m.Get("role").OneOf("role", conditions.Roles()...))
		e.Source.Jurisdictions = m.Get("jurisdiction").Strings("a jurisdiction")
		e.Published = m.Get("published").Day("published")
		e.Title = m.Get("title").String("title")
		e.Text = m.Get("text").String("text")
		e.Tags = m.Get("tags").Strings("tags")
		e.Strength = models.Strength(m.Get("strength").OneOf("strength", "subject", "mention"))
		e.Severity = models.Severity(m.Get("severity").OneOf("severity", severityLevels()...))
		if !match && (len(e.Tags) > 0 || e.Strength != "" || e.Severity != "") {
			n.Report("an example under ignore cannot have tags, a strength or a severity", "use lang, source, role, jurisdiction, published, title and text")
		}
	} else {
		e.Title = n.String("an example")
	}
	if e.Title == "" && e.Text == "" && !hasUnknownKey(n) {
		n.Report("an example is empty", "add a title or a text")
	}
	if match && e.Strength == "" {
		e.Strength = models.Subject
	}
	return e
}

// hasUnknownKey reports whether an example has a key that no example has. That key was reported, and is
// the likely reason why the example seems empty.
func hasUnknownKey(n yamlnode.Node) bool {
	return n.IsMap() && slices.ContainsFunc(n.Pairs("an example"), func(p yamlnode.Pair) bool { return !slices.Contains(exampleKeys(), p.Name) })
}
