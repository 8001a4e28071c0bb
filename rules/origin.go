package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The conditions ask where an article comes from and not what it says. Each is
// met by any one of its values. What is not known of an article meets none.
const (
	bySource       = "source"       // a source's id; * stands for any part of one
	byRole         = "role"         // who speaks in the source
	byLanguage     = "language"     // of the article: a basic language range of RFC 4647
	byJurisdiction = "jurisdiction" // one of the source's, but for case and width
)

var conditionKeys = []string{bySource, byRole, byLanguage, byJurisdiction}

// conditionExamples show a condition of each kind in a query.
var conditionExamples = map[string]string{
	bySource: "source:hkma-*", byRole: "role:press", byLanguage: "language:zh", byJurisdiction: `jurisdiction:"Hong Kong"`,
}

var roles = []string{string(models.Regulator), string(models.Government), string(models.Press)}

var (
	// The letters of a source's id, and * among them.
	sourcePattern = regexp.MustCompile(`^[a-z0-9*]+(-[a-z0-9*]+)*$`)
	// A primary subtag of more than three letters is in no use, and words such as
	// "chinese" would pass for one.
	languageRange = regexp.MustCompile(`^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|\*)$`)
)

// A condition is one kind of condition with its values.
type condition struct {
	kind   string // one of conditionKeys
	values []named
}

// conditionFault says what is wrong with a value, and what would be right; what
// is empty if nothing is.
func conditionFault(kind, value string) (what, want string) {
	switch {
	case value == "":
		return kind + " is empty", "want a value"
	case kind == bySource && !sourcePattern.MatchString(value):
		return fmt.Sprintf("source %q", value), "want the id of a source, such as hkma-press, or a part of it with *, such as hkma-*"
	case kind == byRole && !slices.Contains(roles, value):
		want = "want " + yamlnode.Or(roles)
		if near := yamlnode.Nearest(value, roles); near != "" {
			want = fmt.Sprintf("did you mean %q? %s", near, want)
		}
		return fmt.Sprintf("role %q", value), want
	case kind == byLanguage && !languageRange.MatchString(value):
		return fmt.Sprintf("language %q", value), "want a language tag such as en, zh-Hant, zh-Hans, or zh for both"
	case kind == byJurisdiction && text.Fold(value) == "":
		return fmt.Sprintf("jurisdiction %q has no letter", value), "want it as sources write it, such as Hong Kong"
	}
	return "", ""
}

// conditions reads the keys that ask where an article comes from.
func (p *parser) conditions(m yamlnode.Map) []*node {
	var found []*node
	for _, kind := range conditionKeys {
		v := m.Get(kind)
		if !v.There() {
			continue
		}
		c := &condition{kind: kind}
		for _, item := range v.Items() {
			value := item.String(kind)
			if what, want := conditionFault(kind, value); what != "" {
				item.Report(what, want)
				continue
			}
			c.values = append(c.values, named{value, p.at(item)})
		}
		if len(v.Items()) == 0 {
			v.Report(kind+" is empty", "want a value")
		}
		found = append(found, &node{op: opFrom, from: c, at: p.at(v)})
	}
	return found
}

// An origin is where an article comes from.
type origin struct {
	source        string
	role          models.Role
	language      string
	jurisdictions []string
}

func originOf(a models.Article) origin {
	return origin{
		source:        cmp.Or(a.SourceID, a.Source.ID),
		role:          a.Source.Role,
		language:      cmp.Or(a.Language, a.Source.Language),
		jurisdictions: a.Source.Jurisdictions,
	}
}

// meets reports whether one of the condition's values is true of the article.
func (o origin) meets(c *condition) bool {
	return slices.ContainsFunc(c.values, func(v named) bool {
		switch c.kind {
		case bySource:
			return o.source != "" && text.Wildcard(v.name, o.source)
		case byRole:
			return string(o.role) == v.name
		case byLanguage:
			return text.InRange(v.name, o.language)
		default:
			return hasJurisdiction(o.jurisdictions, v.name)
		}
	})
}

func hasJurisdiction(all []string, wanted string) bool {
	return slices.ContainsFunc(all, func(j string) bool { return text.Fold(j) == text.Fold(wanted) })
}

// CheckSources returns a problem for each condition on a source or jurisdiction
// that none of the configured sources has: it would never be met, and nobody
// would notice.
func (s *Set) CheckSources(known []models.Source) diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		nodes := append([]*node{r.when, r.mention}, tagNodes(r.tags)...)
		for _, name := range r.order {
			nodes = append(nodes, r.defines[name].node)
		}
		for _, n := range nodes {
			problems = n.checkSources(problems, known)
		}
	}
	return problems.Sorted()
}

func (n *node) checkSources(problems diag.Problems, known []models.Source) diag.Problems {
	if n == nil {
		return problems
	}
	for _, k := range n.kids {
		problems = k.checkSources(problems, known)
	}
	for _, w := range n.unless {
		problems = w.node.checkSources(problems, known)
	}
	if n.op != opFrom || n.from.kind != bySource && n.from.kind != byJurisdiction {
		return problems
	}
	for _, v := range n.from.values {
		one := &condition{kind: n.from.kind, values: []named{v}}
		if slices.ContainsFunc(known, func(src models.Source) bool { return originOf(models.Article{Source: src}).meets(one) }) {
			continue
		}
		problems = append(problems, v.at.problem(fmt.Sprintf("no source has the %s %q", one.called(), v.name), one.wantOf(known)))
	}
	return problems
}

func (c *condition) called() string {
	if c.kind == bySource {
		return "id"
	}
	return c.kind
}

// wantOf names what the sources have, or what is closest where they are many.
func (c *condition) wantOf(known []models.Source) string {
	var have []string
	for _, src := range known {
		if c.kind == bySource {
			have = append(have, src.ID)
		} else {
			have = append(have, src.Jurisdictions...)
		}
	}
	slices.Sort(have)
	have = slices.Compact(have)
	what := map[string]string{bySource: "sources", byJurisdiction: "jurisdictions of the sources"}[c.kind]
	if near := yamlnode.Nearest(c.values[0].name, have); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	const most = 12 // more are no help
	switch {
	case len(have) == 0:
		return "there are no " + what
	case len(have) > most:
		return fmt.Sprintf("the %s are %s and %d more", what, strings.Join(have[:most], ", "), len(have)-most)
	}
	return fmt.Sprintf("the %s are %s", what, strings.Join(have, ", "))
}

// String says what the condition asks for.
func (c *condition) String() string {
	values := make([]string, len(c.values))
	for i, v := range c.values {
		values[i] = v.name
	}
	return c.kind + " " + yamlnode.Or(values)
}
