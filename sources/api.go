package sources

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"strconv"
	"strings"

	"regwatch/models"
)

// KindAPI is a source that answers with JSON.
const KindAPI = "api"

const acceptJSON = "application/json, text/json;q=0.9, */*;q=0.5"

// apiKind reads JSON by jq expressions.
type apiKind struct {
	settings models.API
	articles *query
	next     *query // nil where the pages have numbers
	title, link, date, id,
	summary, body, author, language *query
}

func openAPI(src models.Source) (kind, error) {
	k := &apiKind{settings: src.API}
	for _, f := range k.fields() {
		q, err := compileQuery(f.text)
		if err != nil {
			return nil, fault(BadAddress, "the api of this source has a wrong %s, which %s", f.name, err)
		}
		*f.to = q
	}
	if k.articles == nil {
		return nil, fault(BadAddress, "the api of this source does not say where its articles stand")
	}
	return k, nil
}

// A jqField is one expression of the settings and where it is kept compiled.
type jqField struct {
	name, text string
	to         **query
}

func (k *apiKind) fields() []jqField {
	s := k.settings
	return []jqField{
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

// post is what the first request sends; nil asks by GET.
func (k *apiKind) post() *form { return k.pager().form(0) }

func (k *apiKind) pager() pager {
	return pager{Paging: k.settings.Paging, accept: acceptJSON, post: k.settings.Post, page: k.page}
}

func (k *apiKind) read(ctx context.Context, r *Reader, a answer) (*found, error) {
	return k.pager().read(ctx, r, a)
}

// page reads one answer, and the address of the next one where it names that.
func (k *apiKind) page(ctx context.Context, a answer) (*found, string, error) {
	f := &found{}
	value, err := jsonOf(a)
	if err != nil {
		return nil, "", err
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, jqTime)
	defer cancel()
	articles, err := k.articles.all(ctx, value)
	switch {
	case whole.Err() != nil:
		return nil, "", explain(a.url, 0, whole.Err())
	case errors.Is(err, errTooMany):
		f.warn("the answer has more than %d articles; only the first %d are read", jqResults, maxItems)
	case ctx.Err() != nil:
		return nil, "", slow("articles")
	case err != nil:
		return nil, "", fault(ShapeChanged, "%s has changed its shape: there are no articles at `%s` (%s); look at the answer and mend the api of this source", shown(a.url), k.settings.Articles, err)
	}
	f.count = len(articles)
	if len(articles) > maxItems {
		articles = articles[:maxItems]
	}
	if len(articles) == 0 {
		f.warn("the answer holds no article")
	}
	wrong := make(map[string]error) // the first fault of each expression
	var lack lacks
	for _, article := range articles {
		rec := k.record(ctx, article, wrong)
		if ctx.Err() != nil {
			break
		}
		rec.base = a.url
		if lack.count(rec, resolve(a.url, rec.links[0]), k.date != nil) {
			f.records = append(f.records, rec)
		}
	}
	switch {
	case whole.Err() != nil:
		return nil, "", explain(a.url, 0, whole.Err())
	case ctx.Err() != nil:
		return nil, "", slow("title, link and so on")
	}
	for _, field := range k.fields() {
		if err := wrong[field.name]; err != nil {
			f.warn("%s cannot be read of some articles by `%s`: %s", field.name, field.text, err)
		}
	}
	lack.warn(f, len(articles))
	if lack.untitled(len(articles)) {
		return nil, "", fault(ShapeChanged, "%s has changed its shape: %s at `%s`, and none of them has a title at `%s`; look at the answer and mend the api of this source", shown(a.url), articleCount(len(articles), "stands", "stand"), k.settings.Articles, k.settings.Title)
	}
	next, err := k.next.text(ctx, value)
	if err != nil {
		f.warn("the next page cannot be told by `%s`: %s", k.settings.Paging.Next, err)
		f.cut = true
	}
	return f, resolve(a.url, next), nil
}

func slow(what string) *Error {
	return fault(TimedOut, "the jq expression for %s of this source took over %s on the answer and was stopped: it may run for ever; mend it", what, jqTime)
}

// record makes a record of one article of an answer.
func (k *apiKind) record(ctx context.Context, article any, wrong map[string]error) record {
	get := func(name string, q *query) string {
		text, err := q.text(ctx, article)
		if err != nil && wrong[name] == nil {
			wrong[name] = err
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

// jsonOf returns the value of an answer that is JSON, numbers as they are
// written, or says what it is instead.
func jsonOf(a answer) (any, error) {
	at := shown(a.url)
	text, _ := decode(a.body, a.contentType)
	text = strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil, notJSON(a, text)
	}
	if jsonTooDeep(text, MaxDepth) {
		return nil, fault(Damaged, "%s sends JSON that nests more than %d deep, and it was not read: no real interface does that", at, MaxDepth)
	}
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		if a.cut || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fault(Damaged, "%s sends JSON that is cut off; it is tried again at the next scan", at)
		}
		return nil, fault(Damaged, "%s sends JSON that is damaged and cannot be read; it is tried again at the next scan", at)
	}
	return value, nil
}

// notJSON says what an answer is that is no JSON.
func notJSON(a answer, text string) *Error {
	at := shown(a.url)
	switch {
	case strings.TrimSpace(text) == "":
		return fault(Empty, "%s answers with nothing but white space: the site may be in trouble; it is tried again at the next scan", at)
	case guarded(text):
		return fault(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case htmlRoot.MatchString(text) || strings.Contains(a.contentType, "html"):
		message := at + " answers with a web page instead of JSON"
		if m := pageTitle.FindStringSubmatch(text); m != nil && len(m[1]) < 200 {
			message += " (its title: " + strconv.Quote(plainLine(html.UnescapeString(m[1]))) + ")"
		}
		return fault(OtherKind, "%s: check the url of the source, the site may have moved its interface or be down", message)
	}
	return fault(OtherKind, "%s answers with something that is not JSON: check the url of the source", at)
}
