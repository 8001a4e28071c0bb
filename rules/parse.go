package rules

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The grammar: the keys of each mapping in a rule, in the order in which they
// are named to a person who wrote another.
var (
	ruleKeys     = []string{"id", "title", "why", "status", "severity", "topic", "routes", "references", "vocabulary", "terms", "define", "when", "mention", "mention_alerts", "tags", "examples"}
	listKeys     = []string{"any", "not_in", "gloss"}
	entryKeys    = []string{"any", "gloss", "terms"}
	nodeKeys     = []string{"terms", "use", "any", "all", "none", "near", "within", "same", "ordered", "in", "min", "unless", "source", "role", "language", "jurisdiction"}
	windowKeys   = []string{"terms", "use", "any", "within", "same"}
	examplesKeys = []string{"match", "ignore"}
	exampleKeys  = []string{"lang", "source", "role", "jurisdiction", "title", "text", "tags", "strength"}
)

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxPhrase is the most tokens a phrase may have; longer ones are pasted text.
const maxPhrase = 24

// Parse reads one rule. The name is its file's: it must be the rule's id with
// .yaml behind it. Names that only other files can explain are left to Load.
func Parse(name string, src []byte) (*Rule, diag.Problems) {
	r, problems := parse(name, src)
	if len(problems) > 0 {
		return nil, problems
	}
	return r, nil
}

// parse returns what could be read of a rule even where there are problems, so
// that the names in it are checked all the same.
func parse(name string, src []byte) (*Rule, diag.Problems) {
	root := yamlnode.Parse(name, src)
	p := &parser{file: name}
	r := p.rule(root, src)
	return r, append(root.Problems(), p.problems...).Sorted()
}

type parser struct {
	file     string
	problems diag.Problems
	inlines  int
}

func (p *parser) at(n yamlnode.Node) place {
	line, col := n.Position()
	return place{p.file, line, col}
}

func (p *parser) rule(root yamlnode.Node, src []byte) *Rule {
	m := root.Map("a rule", ruleKeys...)
	r := &Rule{File: p.file, src: src, lists: make(map[string]*list), defines: make(map[string]*define)}
	if !root.There() {
		return r
	}
	id := m.Need("id", "want the file's name without .yaml")
	r.ID, r.idPlace = id.String("id"), p.at(id)
	file := strings.TrimSuffix(path.Base(p.file), ".yaml")
	switch {
	case r.ID == "":
	case !idPattern.MatchString(r.ID):
		id.Report(fmt.Sprintf("id %q", r.ID), "want lower-case letters and digits joined by hyphens, such as "+suggestID(r.ID))
	case r.ID != file && !idPattern.MatchString(file):
		id.Report(fmt.Sprintf("id %q differs from the file's name", r.ID), fmt.Sprintf("want the file renamed, such as %s.yaml, and the id the same", suggestID(file)))
	case r.ID != file:
		id.Report(fmt.Sprintf("id %q differs from the file's name", r.ID), fmt.Sprintf("want id %s, or the file named %s.yaml", file, r.ID))
	}
	r.Title = m.Need("title", "want a few words that head the alert").String("title")
	r.Why = m.Get("why").String("why")
	r.Draft = m.Get("status").OneOf("status", "draft", "active") == "draft"
	severity := m.Need("severity", "want low, medium, high or critical")
	r.Severity = models.Severity(severity.OneOf("severity", "low", "medium", "high", "critical"))
	r.Topic = p.topic(m.Get("topic"), r.ID)
	if routes := m.Get("routes"); routes.IsList() && len(routes.Items()) == 0 {
		routes.Report("routes is empty", "want the name of a route, or no routes at all for the route default; a rule that tells nobody has status: draft")
	}
	for _, n := range m.Get("routes").Items() {
		r.Routes = append(r.Routes, n.String("a route"))
		r.routePlace = append(r.routePlace, p.at(n))
	}
	r.References = m.Get("references").Strings("a reference")
	for _, n := range m.Get("vocabulary").Items() {
		r.vocabulary = append(r.vocabulary, named{n.String("a vocabulary file"), p.at(n)})
	}
	r.MentionAlerts = m.Get("mention_alerts").Bool("mention_alerts")

	for _, l := range p.lists(m.Get("terms"), "terms") {
		r.lists[l.name] = l
	}
	for _, pair := range m.Get("define").Pairs("define") {
		if _, taken := r.lists[pair.Name]; taken {
			pair.Key.Report(fmt.Sprintf("%q is a term list already", pair.Name), "want another name for the definition")
		}
		d := &define{named{pair.Name, p.at(pair.Key)}, p.node(pair.Value, "a definition")}
		r.defines[pair.Name] = d
		r.order = append(r.order, pair.Name)
	}
	if when := m.Need("when", "want what must be found for the rule to match, such as when: {terms: name}"); when.There() {
		r.when, r.whenAt = p.node(when, "when"), p.at(when)
	}
	if mention := m.Get("mention"); mention.There() {
		r.mention, r.mentionAt = p.node(mention, "mention"), p.at(mention)
	}
	for _, pair := range m.Get("tags").Pairs("tags") {
		r.tags = append(r.tags, tag{named{pair.Name, p.at(pair.Key)}, p.node(pair.Value, "a tag")})
	}
	r.examples = p.examples(m.Get("examples"))
	return r
}

// topic reads what a rule is about: itself, unless it says so.
func (p *parser) topic(n yamlnode.Node, id string) string {
	topic := n.String("topic")
	switch {
	case topic == "" && n.There() && !n.IsMap() && !n.IsList():
		n.Report("topic is empty", "want a name that rules of one topic share, such as stablecoins, or leave it out for the rule's id")
	case topic != "" && !idPattern.MatchString(topic):
		n.Report(fmt.Sprintf("topic %q", topic), "want lower-case letters and digits joined by hyphens, such as "+suggest(topic, "stablecoins"))
	}
	if topic == "" {
		return id
	}
	return topic
}

func suggestID(id string) string { return suggest(id, "yuan-stablecoin") }

// suggest writes a name as it should be, or gives another where nothing is left
// of it.
func suggest(id, other string) string {
	s := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(id), "-"), "-")
	if s == "" {
		return other
	}
	return s
}

// demands reports whether a word has to be found for the node to be true: where
// an article comes from is no word of it. A definition that runs in a circle is
// reported elsewhere.
func (n *node) demands(seen []*define) bool {
	switch n.op {
	case opNone, opFrom:
		return false
	case opAny:
		for _, k := range n.kids {
			if k == nil || !k.demands(seen) {
				return false
			}
		}
		return true
	case opAll:
		for _, k := range n.kids {
			if k == nil || k.demands(seen) {
				return true
			}
		}
		return false
	case opUse:
		if n.def == nil || n.def.node == nil {
			return true
		}
		for _, d := range seen {
			if d == n.def {
				return true
			}
		}
		return n.def.node.demands(append(seen, n.def))
	default:
		return true
	}
}
