package page

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"regwatch/internal/lazyregexp"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/models"
)

// An Extractor is a compiled [models.Extractor]: where a value is in an article, and how it
// is transformed.
type Extractor struct {
	defined      bool
	selector     cascadia.Matcher // nil means the article itself
	above        cascadia.Matcher // nil looks inside the article
	headingIndex int              // of above, in articleNode.headings
	attr         string           // empty means the text
	sibling      string           // Before or After; empty means the element itself
	preferHref   bool             // without attr, takes the href rather than the text
	regex        *regexp.Regexp   // nil takes the value as it is
	template     string           // empty takes the first group, or the whole match
}

// Compile compiles an extractor. On error it also returns the first key that is
// wrong.
func Compile(p models.Extractor) (compiled Extractor, key string, err error) {
	compiled = Extractor{defined: p != models.Extractor{}, attr: strings.ToLower(p.Attr), sibling: p.Text, template: p.Template}
	if compiled.selector, err = CompileSelector(p.Select); err != nil {
		return Extractor{}, "select", err
	}
	if compiled.above, err = CompileSelector(p.Above); err != nil {
		return Extractor{}, "above", err
	}
	if p.Regex != "" {
		if compiled.regex, err = regexp.Compile(p.Regex); err != nil {
			return Extractor{}, "regex", fmt.Errorf("is not valid: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	if err := checkTemplate(p.Template, compiled.regex); err != nil {
		return Extractor{}, "template", err
	}
	return compiled, "", nil
}

// Pattern returns an extractor of what a regular expression finds in a text, arranged
// as a template says; empty takes the first group.
func Pattern(regex *regexp.Regexp, template string) Extractor {
	return Extractor{defined: true, regex: regex, template: template}
}

// CompileSelector compiles a CSS selector. It returns nil for an empty one.
func CompileSelector(text string) (cascadia.Matcher, error) {
	if text == "" {
		return nil, nil
	}
	m, err := cascadia.ParseGroup(text)
	if err != nil {
		return nil, fmt.Errorf("is not valid: %w", err)
	}
	return m, nil
}

// Placeholder matches a name in braces. Braces around anything else are plain text.
var Placeholder = lazyregexp.New(`\{(\w+)\}`)

// checkTemplate returns an error for the first unknown placeholder of a template.
func checkTemplate(template string, re *regexp.Regexp) error {
	for _, m := range Placeholder.FindAllStringSubmatch(template, -1) {
		if name := m[1]; name != "value" && groupIndex(re, name) < 0 {
			return fmt.Errorf("has the unknown placeholder {%s}", name)
		}
	}
	return nil
}

// groupIndex returns the index of a group by its number or name, or -1 if there is
// none.
func groupIndex(re *regexp.Regexp, name string) int {
	if re == nil {
		return -1
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n > re.NumSubexp() {
			return -1
		}
		return n
	}
	return re.SubexpIndex(name)
}

// value returns the value of an article as plain text; empty if it has none. It skips
// nested articles.
func (x Extractor) value(ctx context.Context, article Node) string {
	switch {
	case !x.defined:
		return ""
	case x.above != nil:
		return x.Transform(x.raw(article.headings[x.headingIndex], article.articles))
	case x.selector == nil:
		return x.Transform(x.raw(article.Node, article.articles))
	}
	value := ""
	htmltext.Walk(article.Node, func(n *html.Node) bool {
		if value != "" || n != article.Node && has(article.articles, n) || ctx.Err() != nil {
			return false
		}
		// The article itself counts too: it may be the link.
		if n.Type == html.ElementNode && x.selector.Match(n) {
			value = x.Transform(x.raw(n, article.articles))
		}
		return true
	})
	return value
}

// raw returns the text or the attribute of an element.
func (x Extractor) raw(n *html.Node, nested map[*html.Node]bool) string {
	if n == nil {
		return ""
	}
	if x.sibling != "" {
		return SiblingText(n, x.sibling, nested)
	}
	if x.attr != "" {
		return strings.TrimSpace(htmltext.Attr(n, x.attr))
	}
	if href := strings.TrimSpace(htmltext.Attr(n, "href")); x.preferHref && href != "" {
		return href
	}
	return ElementText(n, nested)
}

// transform applies the regular expression and the template to a value.
func (x Extractor) Transform(value string) string {
	if value == "" {
		return ""
	}
	groups := []string{value}
	if x.regex != nil {
		if groups = x.regex.FindStringSubmatch(value); groups == nil {
			return ""
		}
	}
	if x.template == "" {
		// With alternatives, the group of the one that matched counts.
		for _, group := range groups[1:] {
			if group != "" {
				return strings.TrimSpace(group)
			}
		}
		return strings.TrimSpace(groups[0])
	}
	return strings.TrimSpace(Placeholder.ReplaceAllStringFunc(x.template, func(name string) string {
		name = name[1 : len(name)-1]
		if name == "value" {
			return value
		}
		return groups[groupIndex(x.regex, name)]
	}))
}

// ElementText returns the text of an element without the elements in skip. Call
// [htmltext.RewriteInline] for the page before.
func ElementText(root *html.Node, skip map[*html.Node]bool) string {
	var b strings.Builder
	htmltext.Traverse(root, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(htmltext.DropControls(n.Data))
		case n.Type != html.ElementNode:
			return true
		case htmltext.IsNotText(n.DataAtom) || n.DataAtom == atom.Noscript || n != root && has(skip, n):
			return false
		case n.DataAtom == atom.Br:
			b.WriteByte(htmltext.LineBreak)
		case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
			b.WriteByte(' ')
		case htmltext.IsBlock(n.DataAtom):
			b.WriteByte(htmltext.ParagraphBreak)
		}
		return true
	}, func(n *html.Node) {
		if n.Type == html.ElementNode && htmltext.IsBlock(n.DataAtom) {
			b.WriteByte(htmltext.ParagraphBreak)
		}
	})
	return htmltext.Paragraphs(b.String())
}

func has(set map[*html.Node]bool, n *html.Node) bool {
	_, ok := set[n]
	return ok
}
