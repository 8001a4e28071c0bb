package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
)

// detail returns the request for the JSON that holds the text of an article; not
// ok where the source names none, or the article lacks a value that it needs.
func (r *Reader) detailRequest(a models.Article) (req request, ok bool) {
	d := r.src.API.Detail
	if r.src.Kind != KindAPI || d.Address == "" {
		return request{}, false
	}
	if usesPlaceholder(d, "{id}") && a.GUID == "" || usesPlaceholder(d, "{link}") && a.Link == "" {
		return request{}, false
	}
	address := strings.NewReplacer("{id}", escapeURLPart(a.GUID), "{link}", escapeURLPart(a.Link)).Replace(d.Address)
	post := strings.NewReplacer("{id}", escapeJSONString(a.GUID), "{link}", escapeJSONString(a.Link)).Replace(d.Post)
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
		req.post = &payload{contentType: "application/json", body: []byte(post)}
	}
	return req, true
}

// usesPlaceholder reports whether a mark stands in what is asked for.
func usesPlaceholder(d models.Detail, placeholder string) bool {
	return strings.Contains(d.Address, placeholder) || strings.Contains(d.Post, placeholder)
}

// detailed reports whether the text of an article is to be had as JSON.
func (r *Reader) hasDetail(a models.Article) bool {
	_, ok := r.detailRequest(a)
	return ok
}

// escapeURLPart writes a stranger's value so that it stays one part of a path or query.
func escapeURLPart(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// escapeJSONString writes a stranger's value so that it stays within the quotes around it.
func escapeJSONString(value string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a text has no fault
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}

// completeDetail is Complete for an article whose text is to be had as JSON, or
// as a PDF.
func (r *Reader) completeDetail(ctx context.Context, a models.Article, req request) (models.Article, error) {
	resp, err := r.client.get(ctx, req)
	if err != nil {
		return a, err
	}
	if isPDF(resp) {
		return r.completePDF(ctx, a, resp)
	}
	value, err := decodeJSON(resp)
	if err != nil {
		return a, err
	}
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, jqTimeout)
	defer cancel()
	d, values := r.src.API.Detail, make(map[string]string)
	for _, field := range []struct{ name, text string }{{"body", d.Body}, {"title", d.Title}, {"date", d.Date}} {
		q, err := compileQuery(field.text)
		if err != nil {
			return a, newError(BadAddress, "the detail of this source has a wrong %s, which %s", field.name, err)
		}
		values[field.name], err = q.text(ctx, value)
		switch {
		case parent.Err() != nil:
			return a, describeError(resp.url, 0, parent.Err())
		case ctx.Err() != nil:
			return a, queryTimeoutError(field.name + " in the detail")
		case err != nil:
			return a, newError(ShapeChanged, "%s has no %s of its article at `%s` (%s): if that holds for every article, mend the detail of this source", displayURL(resp.url), field.name, field.text, err)
		}
	}
	body := plainText(values["body"])
	if body == "" {
		return a, newError(NoText, "%s has no text at `%s`: if that holds for every article, mend the detail of this source", displayURL(resp.url), d.Body)
	}
	a.Title = cmp.Or(truncateRunes(text.Display(plainLine(values["title"])), maxTitle-1), a.Title)
	r.setDate(&a, []date{{raw: values["date"]}})
	a.PublishedRaw = truncateBytes(a.PublishedRaw, maxDate)
	return r.setText(a, body), nil
}
