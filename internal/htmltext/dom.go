package htmltext

import (
	"net/url"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/weblink"
)

func Walk(n *html.Node, visit func(*html.Node) bool) { Traverse(n, visit, func(*html.Node) {}) }

// Traverse calls before and after for each node, before and after its children. Before
// may remove the node itself, and nothing else. The parser limits the depth.
func Traverse(n *html.Node, before func(*html.Node) bool, after func(*html.Node)) {
	if !before(n) {
		return
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		Traverse(c, before, after)
		c = next
	}
	after(n)
}

func Attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// Safely calls a function that reads an untrusted page. A panic fails this page
// and not the program.
func Safely(read func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	read()
	return true
}

// Base returns the address that the links of a page are relative to.
func Base(doc *html.Node, from *url.URL) *url.URL {
	base := from
	found := false
	Walk(doc, func(n *html.Node) bool {
		if !found && n.DataAtom == atom.Base && Attr(n, "href") != "" {
			found = true
			if u, err := url.Parse(weblink.Resolve(from, Attr(n, "href"))); err == nil && u.Host != "" {
				base = u
			}
		}
		return !found
	})
	return base
}

func Remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

func Inside(n *html.Node, names ...atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains(names, p.DataAtom) {
			return true
		}
	}
	return false
}
