package syntax

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The grammar: the keys that each mapping of a rule file may have, in the order in which messages list
// them. The JSON Schema is made from the same keys.

func ruleKeys() []string {
	return []string{
		"id", "title", "why", "status", "severity", "deliver", "topic", "routes", "owner", "review_by", "references", "vocabulary",
		"relevance", "terms", "define", "when", "mention", "mention_alerts", "tags", "examples",
	}
}

func listKeys() []string { return []string{"any", "file", "not_in", "gloss"} }

func entryKeys() []string { return []string{"any", "gloss", "terms"} }

func exprKeys() []string {
	return []string{
		"terms", "use", "rule", "any", "all", "none", "amount", "near", "within", "same", "ordered", "in", "min", "unless",
		"source", "role", "language", "jurisdiction", "kind", "deadline", "effective",
	}
}

// partKeys are the keys of a part of near.
func partKeys() []string { return append(exprKeys(), linkKeys()...) }

func linkKeys() []string { return []string{"next", "previous", "without"} }

func windowKeys() []string {
	return []string{"terms", "use", "any", "amount", "within", "same", "next", "previous"}
}

func examplesKeys() []string { return []string{"match", "ignore"} }

func exampleKeys() []string {
	return []string{"lang", "source", "role", "jurisdiction", "published", "title", "text", "tags", "strength", "severity"}
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Parse reads a rule from a file whose name is the rule's id and .yaml. If there are problems, the rule
// holds what could be read, so that its names can be checked all the same. Names that refer to other
// files are left to [Resolve].
func Parse(name string, src []byte) (*Rule, diag.Problems) {
	root := yamlnode.Parse(name, src)
	p := &parser{file: name}
	r := p.rule(root, src)
	return r, root.Problems().Sorted()
}

type parser struct{ file string }

func (p *parser) pos(n yamlnode.Node) Pos {
	line, col := n.Position()
	return Pos{p.file, line, col}
}

func (p *parser) rule(root yamlnode.Node, src []byte) *Rule {
	m := root.Map("a rule", ruleKeys()...)
	r := &Rule{File: p.file, src: src, Lists: make(map[string]*List), Definitions: make(map[string]*Definition)}
	if !root.Exists() {
		return r
	}
	p.header(m, r)
	for _, l := range p.lists(m.Get("terms"), "terms") {
		r.Lists[l.Name] = l
	}
	r.Definitions, r.DefinitionNames = p.definitions(m.Get(defineKey), r.Lists)
	if when := m.Required("when", "add what must be found for the rule to match, such as when: {terms: name}"); when.Exists() {
		r.When, r.WhenPos = p.expr(when, "when"), p.pos(when)
	}
	if mention := m.Get("mention"); mention.Exists() {
		r.Mention, r.MentionPos = p.expr(mention, "mention"), p.pos(mention)
	}
	for _, pair := range m.Get("tags").Pairs("tags") {
		r.Tags = append(r.Tags, Tag{Ident{pair.Name, p.pos(pair.Key)}, p.expr(pair.Value, "a tag")})
	}
	r.Examples = p.examples(m.Get("examples"))
	return r
}

// header reads the keys that are not expressions, lists or examples.
func (p *parser) header(m yamlnode.Map, r *Rule) {
	p.id(m.Required("id", "add the file's name without .yaml"), r)
	r.Title = m.Required("title", "add a few words to head the alert").String("title")
	r.Why = m.Get("why").String("why")
	r.Draft = m.Get("status").OneOf("status", "draft", "active") == "draft"
	p.severity(m.Required("severity", "add low, medium, high or critical"), r)
	deliver := m.Get("deliver")
	if deliver.IsMap() {
		deliver.Report("deliver has no conditions", "write deliver: digest, and for the articles that shall alert a second rule with a condition such as role: regulator")
		deliver = yamlnode.Node{}
	}
	r.Deliver = Delivery(deliver.OneOf("deliver", string(DeliverAlert), string(DeliverDigest)))
	if r.Deliver == DeliverDigest && r.MostSevere() == models.Critical {
		deliver.Report("a critical match cannot wait for the digest", "delete deliver, or use a lower severity")
	}
	r.Topic = p.topic(m.Get("topic"), r.ID)
	routes := m.Get("routes")
	if routes.IsList() && len(routes.Items()) == 0 {
		routes.Report("routes is empty", "add the name of a route, or leave out routes to use the route default; a rule that should notify nobody has status: draft")
	}
	for _, n := range routes.Items() {
		r.Routes = append(r.Routes, n.String("a route"))
		r.RoutePos = append(r.RoutePos, p.pos(n))
	}
	r.Owner, r.OwnerPos = m.Get("owner").String("owner"), p.pos(m.Get("owner"))
	if day := m.Get("review_by").Day("review_by"); !day.IsZero() {
		r.ReviewBy = day.Format(time.DateOnly)
	}
	r.ReviewPos = p.pos(m.Get("review_by"))
	r.References = m.Get("references").Strings("a reference")
	for _, n := range m.Get("vocabulary").Items() {
		r.Vocabulary = append(r.Vocabulary, Ident{n.String("a vocabulary file"), p.pos(n)})
	}
	r.MentionAlerts = m.Get("mention_alerts").Bool("mention_alerts")
	r.Relevance = p.relevance(m.Get("relevance"))
}

// severity reads one severity for all matches, or severities with their conditions.
func (p *parser) severity(n yamlnode.Node, r *Rule) {
	levels := severityLevels()
	if !n.IsMap() {
		r.Severity = models.Severity(n.OneOf("severity", levels...))
		return
	}
	m := n.Map("severity", append(levels, elseKey)...)
	for _, pair := range n.Pairs("severity") {
		if slices.Contains(levels, pair.Name) {
			r.Severities = append(r.Severities, SeverityCase{models.Severity(pair.Name), p.expr(pair.Value, "severity."+pair.Name), p.pos(pair.Key)})
		}
	}
	other := m.Required(elseKey, "add the severity of all other matches, such as else: medium")
	r.Severity = models.Severity(other.OneOf(elseKey, levels...))
}

// elseKey is the key of the severity of matches that meet no condition.
const elseKey = "else"

func severityLevels() []string { return []string{"low", "medium", "high", "critical"} }

// id reads the rule's id, which must be the file's name without .yaml or .yml.
func (p *parser) id(n yamlnode.Node, r *Rule) {
	r.ID, r.IDPos = n.String("id"), p.pos(n)
	file := userfile.Stem(p.file)
	switch {
	case r.ID == "":
	case !idPattern.MatchString(r.ID):
		n.Report(diag.Textf("id %q is not valid", r.ID), diag.Textf("use lower-case letters and digits joined by hyphens, such as %s", suggestID(r.ID)))
	case r.ID != file && !idPattern.MatchString(file):
		n.Report(diag.Textf("id %q differs from the file's name", r.ID), diag.Textf("rename the file, such as to %s.yaml, and use the same id", suggestID(file)))
	case r.ID != file:
		n.Report(diag.Textf("id %q differs from the file's name", r.ID), diag.Textf("use the id %s, or rename the file to %s.yaml", file, r.ID))
	}
}

// topic reads the rule's topic, which is the id if the file states none.
func (p *parser) topic(n yamlnode.Node, id string) string {
	topic := n.String("topic")
	switch {
	case topic == "" && n.Exists() && !n.IsMap() && !n.IsList():
		n.Report("topic is empty", "add a name that rules on one topic share, such as stablecoins, or leave out topic to use the rule's id")
	case topic != "" && !idPattern.MatchString(topic):
		n.Report(diag.Textf("topic %q is not valid", topic), diag.Textf("use lower-case letters and digits joined by hyphens, such as %s", suggest(topic, "stablecoins")))
	}
	if topic == "" {
		return id
	}
	return topic
}

func suggestID(id string) string { return suggest(id, "yuan-stablecoin") }

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// suggest returns a name in the form of an id, or another name if nothing of it is left.
func suggest(name, other string) string {
	s := strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if s == "" {
		return other
	}
	return s
}
