package sources

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// detail returns the request for the JSON that holds the text of an article; not
// ok where the source names none, or the article lacks a value that it needs.
func (r *Reader) detail(a models.Article) (req request, ok bool) {
	d := r.src.API.Detail
	if r.src.Kind != KindAPI || d.Address == "" {
		return request{}, false
	}
	if wants(d, "{id}") && a.GUID == "" || wants(d, "{link}") && a.Link == "" {
		return request{}, false
	}
	address := strings.NewReplacer("{id}", asPart(a.GUID), "{link}", asPart(a.Link)).Replace(d.Address)
	post := strings.NewReplacer("{id}", insideJSON(a.GUID), "{link}", insideJSON(a.Link)).Replace(d.Post)
	home, err := url.Parse(r.src.URL)
	if err != nil {
		return request{}, false
	}
	req = request{src: r.src, accept: acceptJSON}
	if req.url, err = home.Parse(address); err != nil {
		return request{}, false
	}
	if post != "" {
		// A value that was to be a number may be anything.
		if !json.Valid([]byte(post)) {
			return request{}, false
		}
		req.post = &form{contentType: "application/json", body: []byte(post)}
	}
	return req, true
}

// wants reports whether a mark stands in what is asked for.
func wants(d models.Detail, mark string) bool {
	return strings.Contains(d.Address, mark) || strings.Contains(d.Post, mark)
}

// detailed reports whether the text of an article is to be had as JSON.
func (r *Reader) detailed(a models.Article) bool {
	_, ok := r.detail(a)
	return ok
}

// asPart writes a stranger's value so that it stays one part of a path or query.
func asPart(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// insideJSON writes a stranger's value so that it stays within the quotes around it.
func insideJSON(value string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a text has no fault
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}

// completeDetail is Complete for an article whose text is to be had as JSON, or
// as a PDF.
func (r *Reader) completeDetail(ctx context.Context, a models.Article, req request) (models.Article, error) {
	got, err := r.client.get(ctx, req)
	if err != nil {
		return a, err
	}
	if isPDF(got) {
		return r.completePDF(ctx, a, got)
	}
	value, err := jsonOf(got)
	if err != nil {
		return a, err
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, jqTime)
	defer cancel()
	d, said := r.src.API.Detail, make(map[string]string)
	for _, field := range []struct{ name, text string }{{"body", d.Body}, {"title", d.Title}, {"date", d.Date}} {
		q, err := compileQuery(field.text)
		if err != nil {
			return a, fault(BadAddress, "the detail of this source has a wrong %s, which %s", field.name, err)
		}
		said[field.name], err = q.text(ctx, value)
		switch {
		case whole.Err() != nil:
			return a, explain(got.url, 0, whole.Err())
		case ctx.Err() != nil:
			return a, slow(field.name + " in the detail")
		case err != nil:
			return a, fault(ShapeChanged, "%s has no %s of its article at `%s` (%s): if that holds for every article, mend the detail of this source", shown(got.url), field.name, field.text, err)
		}
	}
	body := plainText(said["body"])
	if body == "" {
		return a, fault(NoText, "%s has no text at `%s`: if that holds for every article, mend the detail of this source", shown(got.url), d.Body)
	}
	a.Title = first(cutAt(text.Display(plainLine(said["title"])), maxTitle-1), a.Title)
	r.date(&a, []date{{raw: said["date"]}})
	a.PublishedRaw = cutBytes(a.PublishedRaw, maxDate)
	return r.withText(a, body), nil
}
