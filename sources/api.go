package sources

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"strconv"
	"strings"

	"regwatch/internal/jqbox"
	"regwatch/internal/plural"
	"regwatch/models"
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
			return nil, newError(BadAddress, "api: %s %s", f.name, err)
		}
		*f.target = q
	}
	if k.articles == nil {
		return nil, newError(BadAddress, "api: articles is missing")
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
func (k *apiKind) payload() *payload { return k.pager().payload(0) }

func (k *apiKind) pager() pager {
	return pager{Paging: k.settings.Paging, accept: acceptJSON, post: k.settings.Post, page: k.readPage}
}

func (k *apiKind) read(ctx context.Context, r *Reader, resp response) (*readResult, error) {
	return k.pager().read(ctx, r, resp)
}

// readPage reads one response. It also returns the address of the next page if the
// response names one.
func (k *apiKind) readPage(ctx context.Context, resp response) (*readResult, string, error) {
	result := &readResult{}
	value, err := decodeJSON(resp)
	if err != nil {
		return nil, "", err
	}
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, jqTimeout)
	defer cancel()
	articles, err := k.articles.run(ctx, value)
	switch {
	case parent.Err() != nil:
		return nil, "", describeError(resp.url, 0, parent.Err())
	case errors.Is(err, errTooManyResults):
		result.warn("the response has more than %d articles; only the first %d were read", maxJQResults, maxItems)
	case ctx.Err() != nil:
		return nil, "", queryTimeoutError("articles")
	case errors.Is(err, jqbox.ErrMemory):
		return nil, "", newError(TooLarge, "the jq expression for articles of this source, `%s`: %s; correct it", k.settings.Articles, err)
	case err != nil:
		return nil, "", newError(ShapeChanged, "%s has changed its structure: no articles at `%s` (%s); check the response and correct the api settings of this source", displayURL(resp.url), k.settings.Articles, err)
	}
	result.count = len(articles)
	if len(articles) > maxItems {
		articles = articles[:maxItems]
	}
	if len(articles) == 0 {
		result.warn("the response has no articles")
	}
	fieldErrors := make(map[string]error) // the first error of each expression
	var missing missingFields
	for _, article := range articles {
		rec := k.recordFrom(ctx, article, fieldErrors)
		if ctx.Err() != nil {
			break
		}
		rec.base = resp.url
		if missing.add(rec, resolveURL(resp.url, rec.links[0]), k.date != nil) {
			result.records = append(result.records, rec)
		}
	}
	switch {
	case parent.Err() != nil:
		return nil, "", describeError(resp.url, 0, parent.Err())
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
		return nil, "", newError(ShapeChanged, "%s has changed its structure: found %s at `%s`, but none has a title at `%s`; check the response and correct the api settings of this source", displayURL(resp.url), plural.Count(len(articles), "article", "articles"), k.settings.Articles, k.settings.Title)
	}
	next, err := k.next.text(ctx, value)
	if err != nil {
		result.warn("cannot find the next page with `%s`: %s", k.settings.Paging.Next, err)
		result.truncated = true
	}
	return result, resolveURL(resp.url, next), nil
}

func queryTimeoutError(what string) *Error {
	return newError(TimedOut, "the jq expression for %s of this source was stopped after %s: it may run forever; correct it", what, jqTimeout)
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
	return record{
		guid:     get("id", k.id),
		links:    []string{get("link", k.link)},
		title:    get("title", k.title),
		summary:  get("summary", k.summary),
		content:  get("body", k.body),
		authors:  []string{get("author", k.author)},
		language: get("language", k.language),
		dates:    []date{{raw: raw}},
	}
}

// decodeJSON decodes a JSON response and keeps numbers as they are written. For
// anything else its error says what the response is.
func decodeJSON(resp response) (any, error) {
	at := displayURL(resp.url)
	text, _ := decode(resp.body, resp.contentType)
	text = strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, notJSONError(resp, text)
	}
	if jsonTooDeep(text, maxDepth) {
		return nil, newError(Damaged, "%s sent JSON that is nested more than %d levels deep, so regwatch did not read it", at, maxDepth)
	}
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		if resp.truncated || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, newError(Damaged, "%s sent truncated JSON; regwatch will retry at the next scan", at)
		}
		return nil, newError(Damaged, "%s sent invalid JSON; regwatch will retry at the next scan", at)
	}
	return value, nil
}

// notJSONError says what a response is that is not JSON.
func notJSONError(resp response, text string) *Error {
	at := displayURL(resp.url)
	switch {
	case strings.TrimSpace(text) == "":
		return newError(Empty, "%s sent only white space: the site may have a problem; regwatch will retry at the next scan", at)
	case isChallengePage(text):
		return challengeError(resp.url)
	case htmlRoot.MatchString(text) || strings.Contains(resp.contentType, "html"):
		message := at + " sent a web page instead of JSON"
		if m := pageTitle.FindStringSubmatch(text); m != nil && len(m[1]) < 200 {
			message += " (its title: " + strconv.Quote(plainLine(html.UnescapeString(m[1]))) + ")"
		}
		return newError(WrongKind, "%s: check the url of the source; the API may have moved or be down", message)
	}
	return newError(WrongKind, "%s sent something that is not JSON: check the url of the source", at)
}
