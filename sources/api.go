package sources

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/charset"
	"regwatch/internal/diag"
	"regwatch/internal/htmltext"
	"regwatch/internal/jqbox"
	"regwatch/internal/jsondepth"
	"regwatch/internal/plural"
	"regwatch/internal/redact"
	"regwatch/internal/weblink"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// KindAPI is the kind of a source that returns JSON.
const KindAPI = "api"

const acceptJSON = "application/json, text/json;q=0.9, */*;q=0.5"

// apiKind reads JSON with jq expressions.
type apiKind struct {
	settings models.API
	articles *query
	next     *query // nil if pages are numbered
	title, link, date, id,
	summary, body, author, language *query
}

func openAPI(src models.Source) (kind, error) {
	k := &apiKind{settings: src.API}
	for _, f := range k.fields() {
		q, err := compileQuery(f.text)
		if err != nil {
			return nil, fetch.Errorf(fetch.BadAddress, "api: %s %s", f.name, err)
		}
		*f.target = q
	}
	if k.articles == nil {
		return nil, fetch.Errorf(fetch.BadAddress, "api: articles is missing")
	}
	return k, nil
}

// A queryField is one jq expression of the settings and the field that holds it
// compiled.
type queryField struct {
	name, text string
	target     **query
}

func (k *apiKind) fields() []queryField {
	s := k.settings
	return []queryField{
		{"articles", s.Articles, &k.articles},
		{"next", s.Paging.Next, &k.next},
		{"title", s.Title, &k.title},
		{"link", s.Link, &k.link},
		{"date", s.Date, &k.date},
		{"id", s.ID, &k.id},
		{"summary", s.Summary, &k.summary},
		{"body", s.Body, &k.body},
		{"author", s.Author, &k.author},
		{"language", s.Language, &k.language},
	}
}

func (*apiKind) accept() string { return acceptJSON }

// payload returns the body of the first request, or nil for a GET.
func (k *apiKind) payload() *fetch.Payload { return k.pager().payload(0) }

func (k *apiKind) pager() pager {
	return pager{Paging: k.settings.Paging, accept: acceptJSON, post: k.settings.Post, page: k.readPage}
}

func (k *apiKind) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	return k.pager().read(ctx, r, resp)
}

// readPage reads one response. It also returns the address of the next page if the
// response names one.
func (k *apiKind) readPage(ctx context.Context, resp fetch.Response) (*readResult, string, error) {
	result := &readResult{}
	value, err := decodeJSON(ctx, resp)
	if err != nil {
		return nil, "", err
	}
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, jqTimeout)
	defer cancel()
	articles, err := k.articles.run(ctx, value)
	switch {
	case parent.Err() != nil:
		return nil, "", fetch.Describe(resp.URL, 0, parent.Err())
	case errors.Is(err, errTooManyResults):
		result.warn("the response has more than %d articles; only the first %d were read", maxJQResults, feed.MaxItems)
	case ctx.Err() != nil:
		return nil, "", queryTimeoutError("articles")
	case errors.Is(err, jqbox.ErrMemory):
		return nil, "", fetch.Errorf(fetch.TooLarge, "the jq expression for articles of this source, `%s`: %s; correct it", k.settings.Articles, err)
	case err != nil:
		return nil, "", fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure: no articles at `%s` (%s); check the response and correct the api settings of this source", weblink.Display(resp.URL), k.settings.Articles, err)
	}
	result.count = len(articles)
	if len(articles) > feed.MaxItems {
		articles = articles[:feed.MaxItems]
	}
	if len(articles) == 0 {
		result.warn("the response has no articles")
	}
	fieldErrors := make(map[string]error) // the first error of each expression
	var missing missingFields
	// Each field of each article is an expression of its own.
	ctx, cancel = context.WithTimeout(parent, jqTimeout+time.Duration(len(articles)*len(k.fields()))*jqFieldTime)
	defer cancel()
	for _, article := range articles {
		rec := k.recordFrom(ctx, article, fieldErrors)
		if ctx.Err() != nil {
			break
		}
		rec.base = resp.URL
		if missing.add(rec, weblink.Resolve(resp.URL, rec.Links[0]), k.date != nil) {
			result.records = append(result.records, rec)
		}
	}
	switch {
	case parent.Err() != nil:
		return nil, "", fetch.Describe(resp.URL, 0, parent.Err())
	case ctx.Err() != nil:
		return nil, "", queryTimeoutError("title, link and so on")
	}
	for _, field := range k.fields() {
		if err := fieldErrors[field.name]; err != nil {
			result.warn("cannot read the %s of some articles with `%s`: %s", field.name, field.text, err)
		}
	}
	missing.warn(result, len(articles))
	if missing.allUntitled(len(articles)) {
		return nil, "", fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure: found %s at `%s`, but none has a title at `%s`; check the response and correct the api settings of this source", weblink.Display(resp.URL), plural.Count(len(articles), "article", "articles"), k.settings.Articles, k.settings.Title)
	}
	next, err := k.next.text(ctx, value)
	if err != nil {
		result.warn("cannot find the next page with `%s`: %s", k.settings.Paging.Next, err)
		result.truncated = true
	}
	return result, weblink.Resolve(resp.URL, next), nil
}

func queryTimeoutError(what string) *fetch.Error {
	return fetch.Errorf(fetch.TimedOut, "the jq expression for %s of this source was stopped after %s: it may run forever; correct it", what, jqTimeout)
}

// recordFrom returns the record of one article of a response. It adds the first error
// of each expression to fieldErrors.
func (k *apiKind) recordFrom(ctx context.Context, article any, fieldErrors map[string]error) record {
	get := func(name string, q *query) string {
		text, err := q.text(ctx, article)
		if err != nil && fieldErrors[name] == nil {
			fieldErrors[name] = err
		}
		return text
	}
	raw := get("date", k.date)
	return record{Item: feed.Item{
		GUID:     get("id", k.id),
		Links:    []string{get("link", k.link)},
		Title:    get("title", k.title),
		Summary:  get("summary", k.summary),
		Content:  get("body", k.body),
		Authors:  []string{get("author", k.author)},
		Language: get("language", k.language),
		Dates:    []string{raw},
	}}
}

// maxAPIValues is how many values and keys an answer of an API may have: 10,000 articles of 30 fields each. As maps with one
// key each they take 300 bytes each.
const maxAPIValues = 600_000

// decodeJSON decodes a JSON response and keeps numbers as they are written. For
// anything else its error says what the response is.
func decodeJSON(ctx context.Context, resp fetch.Response) (any, error) {
	at := weblink.Display(resp.URL)
	text, _ := charset.Decode(resp.Body, resp.ContentType)
	text = strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, notJSONError(ctx, resp, text)
	}
	if jsondepth.Exceeds(text, feed.MaxDepth) {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent JSON that is nested more than %d levels deep, so regwatch did not read it", at, feed.MaxDepth)
	}
	if jsondepth.HasMore(text, maxAPIValues) {
		return nil, fetch.Errorf(fetch.TooLarge, "%s sent JSON with more than %d values and keys, so regwatch did not read it: ask for fewer articles at once", at, maxAPIValues)
	}
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		if resp.Truncated || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fetch.Errorf(fetch.Damaged, "%s sent truncated JSON; regwatch will retry at the next scan", at)
		}
		return nil, fetch.Errorf(fetch.Damaged, "%s sent invalid JSON; regwatch will retry at the next scan", at)
	}
	return value, nil
}

// notJSONError says what a response is that is not JSON.
func notJSONError(ctx context.Context, resp fetch.Response, text string) *fetch.Error {
	at := weblink.Display(resp.URL)
	switch {
	case strings.TrimSpace(text) == "":
		return fetch.Errorf(fetch.Empty, "%s sent only white space: the site may have a problem; regwatch will retry at the next scan", at)
	case page.IsChallenge(ctx, text):
		return fetch.ChallengeError(resp.URL)
	case htmltext.IsPage(text) || strings.Contains(resp.ContentType, "html"):
		message := at + " sent a web page instead of JSON"
		if title, ok := htmltext.TitleMarkup(text); ok && len(title) < 200 {
			message += " (its title: " + strconv.Quote(htmltext.Line(html.UnescapeString(title))) + ")"
		}
		return fetch.Errorf(fetch.WrongKind, "%s: check the url of the source; the API may have moved or be down", message)
	}
	return fetch.Errorf(fetch.WrongKind, "%s sent something that is not JSON: check the url of the source", at)
}

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
		n.Report(diag.Textf("%s %q %s", what, s, err), `use a jq expression, such as .title or "https://x.example/" + .id`)
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
		n.Report("post is not JSON", diag.Textf(`use a text such as '{"lang": "EN", "number": %s}'`, marks[0]))
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
				n.Report(diag.Textf("unknown placeholder %s in %q", name, text), useID)
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
		at.Report(diag.Textf("address %q is not a web address", redact.URL(d.Address)), "use an address with http:// or https://, or one relative to the url of the source")
	case one.Host != other.Host:
		at.Report(diag.Textf("address %q lets articles choose the host", redact.URL(d.Address)), "use {id} or {link} only in the path or the query")
	case !usesPlaceholder(d, "{id}") && !usesPlaceholder(d, "{link}"):
		at.Report(diag.Textf("address %q is the same for every article", redact.URL(d.Address)), useID)
	}
	return d
}
