package sources

import (
	"encoding/json"
	"fmt"
	"strings"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

var apiKeys = []string{"post", "articles", "title", "link", "date", "id", "summary", "body", "author", "language", "paging"}

func apiSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("an api", apiKeys...)
	post := postSettings(m.Get("post"))
	src.API = models.API{
		Post:     post,
		Articles: queryText(m.Need("articles", `want a jq expression that gives one article after the other, such as ".result.records[]"`), "articles"),
		Title:    queryText(m.Need("title", "want a jq expression that gives the title of an article, such as .title"), "title"),
		Link:     queryText(m.Get("link"), "link"),
		Date:     queryText(m.Get("date"), "date"),
		ID:       queryText(m.Get("id"), "id"),
		Summary:  queryText(m.Get("summary"), "summary"),
		Body:     queryText(m.Get("body"), "body"),
		Author:   queryText(m.Get("author"), "author"),
		Language: queryText(m.Get("language"), "language"),
		Paging:   pagingSettings(m.Get("paging"), post, queryText),
	}
	if !m.Get("link").There() && !m.Get("id").There() {
		n.Report("nothing tells one article from another", "want link or id")
	}
}

// queryText reads a jq expression and reports one that cannot be compiled.
func queryText(n yamlnode.Node, what string) string {
	s := strings.TrimSpace(n.String(what))
	if _, err := compileQuery(s); err != nil {
		n.Report(fmt.Sprintf("%s %q %s", what, s, err), `want a jq expression, such as .title or "https://x.example/" + .id`)
		return ""
	}
	return s
}

// postSettings reads what is posted, which is JSON once a number stands for {page}.
func postSettings(n yamlnode.Node) string {
	s := strings.TrimSpace(n.String("post"))
	if s != "" && !json.Valid([]byte(strings.ReplaceAll(s, pageMark, "1"))) {
		n.Report("post is not JSON", `want a text such as '{"lang": "EN", "pageNo": {page}}'`)
		return ""
	}
	return s
}
