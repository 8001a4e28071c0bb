package sources

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/page"
)

// kindKeys returns the keys for the settings of each kind.
func kindKeys() []string {
	var keys []string
	for _, k := range registrations() {
		if k.settings != nil {
			keys = append(keys, k.name)
		}
	}
	return keys
}

// kindSettings reads the settings of a source's kind, and reports those of other
// kinds.
func kindSettings(m yamlnode.Map, src *models.Source) {
	for _, k := range registrations() {
		if k.settings == nil {
			continue
		}
		n := m.Get(k.name)
		switch {
		case k.name == src.Kind && k.optional && !n.Exists():
		case k.name == src.Kind:
			if n = m.Required(k.name, diag.Textf("a source of kind %s needs these settings", k.name)); n.Exists() {
				k.settings(n, src)
			}
		case n.Exists():
			m.Key(k.name).Report(diag.Textf("%s is not a key of kind %s", k.name, src.Kind), diag.Textf("use kind: %s, or remove it", k.name))
		}
	}
}

// fallbacks reads the alternative ways to read a source. Each is a copy of the source
// with its own address, kind and headers. Headers may be secrets, so a fallback on
// another host does not inherit them.
func fallbacks(n yamlnode.Node, src models.Source, allowed yamlnode.Node) []models.Source {
	var ways []models.Source
	addresses := []string{src.URL}
	for _, item := range n.Items() {
		m := item.Map("a fallback", append([]string{"kind", "url", "headers"}, kindKeys()...)...)
		way := src
		at := m.Required("url", "add the address of the fallback")
		way.URL = urlSetting(at, allowed)
		way.Kind = m.Required("kind", diag.Textf("use %s", yamlnode.Or(Kinds()))).OneOf("kind", Kinds()...)
		way.Headers = nil
		if sameHost(way.URL, src.URL) {
			way.Headers = src.Headers
		}
		if h := m.Get("headers"); h.Exists() {
			way.Headers = headersSetting(h)
		}
		way.Feed, way.Listing, way.API, way.Sitemap, way.Watch, way.Fallback = models.Feed{}, models.Listing{}, models.API{}, models.Sitemap{}, models.PageMonitor{}, nil
		if way.Kind != "" {
			kindSettings(m, &way)
		}
		if way.API.Detail != (models.Detail{}) {
			m.Key("api").Report("a fallback has no detail", "remove it: texts are fetched with the settings of the source itself")
		}
		if way.URL != "" && slices.Contains(addresses, way.URL) {
			at.Report("this address is already used", "use another one in each fallback")
		}
		addresses = append(addresses, way.URL)
		ways = append(ways, way)
	}
	return ways
}

func sameHost(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Scheme == v.Scheme && strings.EqualFold(u.Host, v.Host)
}

// titleFilterSettings reads the phrases that filter articles by title.
func titleFilterSettings(n yamlnode.Node) models.TitleFilter {
	if !n.Exists() {
		return models.TitleFilter{}
	}
	m := n.Map("a gate", "include", "exclude")
	return models.TitleFilter{Include: phrases(m.Get("include")), Exclude: phrases(m.Get("exclude"))}
}

func phrases(n yamlnode.Node) []string {
	var list []string
	for _, item := range n.Items() {
		phrase := item.String("a phrase")
		if len(text.Tokens(phrase)) == 0 {
			item.Report(diag.Textf("phrase %q has no word", phrase), "use words that occur in titles, such as tender or 招標")
			continue
		}
		list = append(list, phrase)
	}
	return list
}

func listingSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a listing", "articles", "title", "link", "date", "summary", "id", "author", "language", "paging")
	src.Listing = models.Listing{
		Articles: selectorText(m.Required("articles", `add the CSS selector of one article, such as "ul.list > li"`), "articles"),
		Title:    extractorSettings(m.Required("title", "add the CSS selector of the title within an article, such as a"), "title"),
		Link:     extractorSettings(m.Get("link"), "link"),
		Date:     extractorSettings(m.Get("date"), "date"),
		Summary:  extractorSettings(m.Get("summary"), "summary"),
		ID:       extractorSettings(m.Get("id"), "id"),
		Author:   extractorSettings(m.Get("author"), "author"),
		Language: extractorSettings(m.Get("language"), "language"),
		Paging:   pagingSettings(m.Get("paging"), "", selectorText),
	}
}

// selectorText reads a CSS selector and reports one that does not compile.
func selectorText(n yamlnode.Node, what string) string {
	s := strings.TrimSpace(n.String(what))
	if _, err := page.CompileSelector(s); err != nil {
		n.Report(diag.Textf("%s %q %s", what, s, err), `use a CSS selector, such as "ul.list > li" or "#news a"`)
		return ""
	}
	return s
}

// extractorSettings reads where a value is: a selector alone, or a mapping.
func extractorSettings(n yamlnode.Node, what string) models.Extractor {
	if !n.Exists() || n.IsNull() {
		return models.Extractor{}
	}
	if n.IsScalar() {
		return models.Extractor{Select: selectorText(n, what)}
	}
	m := n.Map(what, "select", "above", "attr", "text", "regex", "template")
	p := models.Extractor{
		Select:   selectorText(m.Get("select"), "select"),
		Above:    selectorText(m.Get("above"), "above"),
		Attr:     m.Get("attr").String("attr"),
		Text:     m.Get("text").OneOf("text", page.Before, page.After),
		Regex:    m.Get("regex").String("regex"),
		Template: m.Get("template").String("template"),
	}
	if p.Select != "" && p.Above != "" {
		m.Key("above").Report("select and above exclude each other", "use select for an element of the article, or above for a heading over several articles")
	}
	if p.Attr != "" && p.Text != "" {
		m.Key("text").Report("attr and text exclude each other", "use attr for an attribute of the element, or text for the line before or after it")
	}
	if _, key, err := page.Compile(p); err != nil {
		m.Get(key).Report(diag.Textf("%s %q %s", key, m.Get(key).String(key), err), extractorHint(key))
		return models.Extractor{}
	}
	return p
}

func extractorHint(key string) diag.Text {
	if key == "template" {
		return "use {1} or {name} for a group of regex, or {value} for the value"
	}
	return `use a regular expression (RE2), such as "(\\d{4})-(\\d{2})-(\\d{2})"`
}

// pagingSettings reads how to fetch further pages. Post is the POST body, which may
// contain the page number; next reads the key of that name.
func pagingSettings(n yamlnode.Node, post string, next func(n yamlnode.Node, what string) string) models.Paging {
	if !n.Exists() || n.IsNull() {
		return models.Paging{First: 1, Step: 1}
	}
	m := n.Map("paging", "pages", "next", "address", "first", "step")
	p := models.Paging{
		Pages:   m.Required("pages", "add the most pages that a scan may read, such as 3").Int("pages", 1, maxPages),
		Next:    next(m.Get("next"), "next"),
		Address: m.Get("address").String("address"),
		First:   1,
		Step:    1,
	}
	if first := m.Get("first"); first.Exists() {
		p.First = first.Int("first", 0, 1_000_000)
	}
	if step := m.Get("step"); step.Exists() {
		p.Step = step.Int("step", 1, 10_000)
	}
	marked := strings.Contains(post, pagePlaceholder)
	switch {
	case p.Address != "" && !strings.Contains(p.Address, pagePlaceholder):
		m.Get("address").Report(diag.Textf("address %q has no {page}", redact.URL(p.Address)), `put {page} where the number is, such as "index_{page}.html"`)
	case p.Address != "" && p.Next != "":
		m.Key("next").Report("next and address exclude each other", "use next if a page links to the next one, or address if pages are numbered")
	case !m.Get("address").Exists() && !m.Get("next").Exists() && !marked && n.IsMap():
		n.Report("paging does not say how to find further pages", "add next or address, or put {page} into post")
	}
	return p
}

// FreeID makes an ID from a name, or else from an address, that is not taken.
func FreeID(name, address string, taken map[string]bool) string {
	slug := func(text string) string {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		id := strings.Join(words, "-")
		return strings.Trim(id[:min(len(id), 50)], "-")
	}
	id := slug(name)
	if id == "" {
		_, rest, _ := strings.Cut(address, "://")
		id = slug(rest)
	}
	free := id
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}
