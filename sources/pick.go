package sources

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/models"
)

// A pick is a compiled [models.Pick].
type pick struct {
	there    bool
	sel      cascadia.Matcher // nil is the article itself
	above    cascadia.Matcher // nil looks within the article
	slot     int              // of above, among the headings of the page
	attr     string           // empty is the text
	beside   string           // textBefore or textAfter; empty is the element itself
	address  bool             // without an attr, the href goes before the text
	regex    *regexp.Regexp   // nil takes the value as it is
	template string           // empty is the first group, or all of it
}

// compilePick compiles a pick, or returns the first key that is wrong and why.
func compilePick(p models.Pick) (compiled pick, key string, err error) {
	compiled = pick{there: p != models.Pick{}, attr: strings.ToLower(p.Attr), beside: p.Text, template: p.Template}
	if compiled.sel, err = selector(p.Select); err != nil {
		return pick{}, "select", err
	}
	if compiled.above, err = selector(p.Above); err != nil {
		return pick{}, "above", err
	}
	if p.Regex != "" {
		if compiled.regex, err = regexp.Compile(p.Regex); err != nil {
			return pick{}, "regex", fmt.Errorf("cannot be read: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	if err := checkTemplate(p.Template, compiled.regex); err != nil {
		return pick{}, "template", err
	}
	return compiled, "", nil
}

// selector compiles a CSS selector; nil of an empty one.
func selector(text string) (cascadia.Matcher, error) {
	if text == "" {
		return nil, nil
	}
	m, err := cascadia.ParseGroup(text)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return m, nil
}

// placeholder is a name in braces. Braces around anything else are text.
var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// checkTemplate reports the first name in a template that stands for nothing.
func checkTemplate(template string, re *regexp.Regexp) error {
	for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
		if name := m[1]; name != "value" && groupOf(re, name) < 0 {
			return fmt.Errorf("has {%s}, which stands for nothing", name)
		}
	}
	return nil
}

// groupOf returns the index of a group by its number or name; -1 if there is none.
func groupOf(re *regexp.Regexp, name string) int {
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

// of returns the value of an article as plain text; empty if it has none. What
// stands in a nested article is that one's own.
func (p pick) of(ctx context.Context, article node) string {
	switch {
	case !p.there:
		return ""
	case p.above != nil:
		return p.shape(p.raw(article.above[p.slot], article.articles))
	case p.sel == nil:
		return p.shape(p.raw(article.Node, article.articles))
	}
	value := ""
	walk(article.Node, func(n *html.Node) bool {
		if value != "" || n != article.Node && has(article.articles, n) || ctx.Err() != nil {
			return false
		}
		// The article itself counts too: it may be the link.
		if n.Type == html.ElementNode && p.sel.Match(n) {
			value = p.shape(p.raw(n, article.articles))
		}
		return true
	})
	return value
}

// raw returns the text or attribute of an element.
func (p pick) raw(n *html.Node, nested map[*html.Node]bool) string {
	if n == nil {
		return ""
	}
	if p.beside != "" {
		return beside(n, p.beside, nested)
	}
	if p.attr != "" {
		return strings.TrimSpace(attr(n, p.attr))
	}
	if href := strings.TrimSpace(attr(n, "href")); p.address && href != "" {
		return href
	}
	return plainOf(n, nested)
}

// shape takes from a value what the expression finds and puts it into the
// template.
func (p pick) shape(value string) string {
	if value == "" {
		return ""
	}
	groups := []string{value}
	if p.regex != nil {
		if groups = p.regex.FindStringSubmatch(value); groups == nil {
			return ""
		}
	}
	if p.template == "" {
		// The first group, and the second where alternatives have one each.
		for _, group := range groups[1:] {
			if group != "" {
				return strings.TrimSpace(group)
			}
		}
		return strings.TrimSpace(groups[0])
	}
	return strings.TrimSpace(placeholder.ReplaceAllStringFunc(p.template, func(name string) string {
		name = name[1 : len(name)-1]
		if name == "value" {
			return value
		}
		return groups[groupOf(p.regex, name)]
	}))
}

// plainOf returns the text of an element without that of the elements in skip.
func plainOf(root *html.Node, skip map[*html.Node]bool) string {
	var b strings.Builder
	walk2(root, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(clean(n.Data))
		case n.Type != html.ElementNode:
			return true
		case skipped(n.DataAtom) || n != root && has(skip, n):
			return false
		case n.DataAtom == atom.Br:
			b.WriteByte(lineMark)
		case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
			b.WriteByte(' ')
		case block(n.DataAtom):
			b.WriteByte(paragraphMark)
		}
		return true
	}, func(n *html.Node) {
		if n.Type == html.ElementNode && block(n.DataAtom) {
			b.WriteByte(paragraphMark)
		}
	})
	return tidy(b.String())
}

func has(set map[*html.Node]bool, n *html.Node) bool {
	_, ok := set[n]
	return ok
}
