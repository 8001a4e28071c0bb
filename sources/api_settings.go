package sources

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"regwatch/internal/redact"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/page"
)

func apiSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("an api", "post", "articles", "title", "link", "date", "id", "summary", "body", "author", "language", "detail", "paging")
	post := postSettings(m.Get("post"), pagePlaceholder, yearPlaceholder)
	src.API = models.API{
		Post:     post,
		Articles: queryText(m.Required("articles", `add a jq expression that returns the articles, such as ".result.records[]"`), "articles"),
		Title:    queryText(m.Required("title", "add a jq expression that returns the title of an article, such as .title"), "title"),
		Link:     queryText(m.Get("link"), "link"),
		Date:     queryText(m.Get("date"), "date"),
		ID:       queryText(m.Get("id"), "id"),
		Summary:  queryText(m.Get("summary"), "summary"),
		Body:     queryText(m.Get("body"), "body"),
		Author:   queryText(m.Get("author"), "author"),
		Language: queryText(m.Get("language"), "language"),
		Detail:   detailSettings(m.Get("detail"), src.URL),
		Paging:   pagingSettings(m.Get("paging"), post, queryText),
	}
	if !m.Get("link").Exists() && !m.Get("id").Exists() {
		n.Report("articles have no identity", "add link or id")
	}
}

// queryText reads a jq expression and reports one that does not compile.
func queryText(n yamlnode.Node, what string) string {
	s := strings.TrimSpace(n.String(what))
	if _, err := compileQuery(s); err != nil {
		n.Report(fmt.Sprintf("%s %q %s", what, s, err), `use a jq expression, such as .title or "https://x.example/" + .id`)
		return ""
	}
	return s
}

// postSettings reads a POST body. It must be JSON once the placeholders are replaced
// by numbers.
func postSettings(n yamlnode.Node, marks ...string) string {
	s := strings.TrimSpace(n.String("post"))
	filled := s
	for _, mark := range marks {
		filled = strings.ReplaceAll(filled, mark, "1")
	}
	if s != "" && !json.Valid([]byte(filled)) {
		n.Report("post is not JSON", fmt.Sprintf(`use a text such as '{"lang": "EN", "number": %s}'`, marks[0]))
		return ""
	}
	return s
}

// detailSettings reads where to fetch the full text of each article.
func detailSettings(n yamlnode.Node, home string) models.Detail {
	if !n.Exists() || n.IsNull() {
		return models.Detail{}
	}
	m := n.Map("a detail", "address", "post", "body", "title", "date")
	at := m.Required("address", `add the address of the JSON of one article, such as "/api/content?id={id}"`)
	d := models.Detail{
		Address: strings.TrimSpace(at.String("address")),
		Post:    postSettings(m.Get("post"), "{id}", "{link}"),
		Body:    queryText(m.Required("body", "add a jq expression that returns the text of the article, such as .html"), "body"),
		Title:   queryText(m.Get("title"), "title"),
		Date:    queryText(m.Get("date"), "date"),
	}
	const useID = "use {id} or {link}, which stand for the article's own"
	for _, n := range []yamlnode.Node{at, m.Get("post")} {
		text := n.String("a text")
		for _, name := range page.Placeholder.FindAllString(text, -1) {
			if name != "{id}" && name != "{link}" {
				n.Report(fmt.Sprintf("unknown placeholder %s in %q", name, text), useID)
				return models.Detail{}
			}
		}
	}
	if d.Address == "" {
		return d
	}
	base, err := url.Parse(home)
	if err != nil || base.Host == "" {
		return d // already reported
	}
	filled := func(value string) *url.URL {
		u, err := base.Parse(strings.NewReplacer("{id}", value, "{link}", value).Replace(d.Address))
		if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			return nil
		}
		return u
	}
	one, other := filled("1"), filled("2")
	switch {
	case one == nil || other == nil:
		at.Report(fmt.Sprintf("address %q is not a web address", redact.URL(d.Address)), "use an address with http:// or https://, or one relative to the url of the source")
	case one.Host != other.Host:
		at.Report(fmt.Sprintf("address %q lets articles choose the host", redact.URL(d.Address)), "use {id} or {link} only in the path or the query")
	case !usesPlaceholder(d, "{id}") && !usesPlaceholder(d, "{link}"):
		at.Report(fmt.Sprintf("address %q is the same for every article", redact.URL(d.Address)), useID)
	}
	return d
}
