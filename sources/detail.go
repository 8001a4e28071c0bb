package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"regwatch/internal/htmltext"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// detailRequest returns the request for the JSON with the text of an article. Ok is
// false if the source has no detail, or the article lacks a value that the request
// needs.
func (r *Reader) detailRequest(a models.Article) (req fetch.Request, ok bool) {
	d := r.src.API.Detail
	if r.src.Kind != KindAPI || d.Address == "" {
		return fetch.Request{}, false
	}
	if usesPlaceholder(d, "{id}") && a.GUID == "" || usesPlaceholder(d, "{link}") && a.Link == "" {
		return fetch.Request{}, false
	}
	address := strings.NewReplacer("{id}", escapeURLPart(a.GUID), "{link}", escapeURLPart(a.Link)).Replace(d.Address)
	post := strings.NewReplacer("{id}", escapeJSONString(a.GUID), "{link}", escapeJSONString(a.Link)).Replace(d.Post)
	home, err := url.Parse(r.src.URL)
	if err != nil {
		return fetch.Request{}, false
	}
	req = fetch.Request{Source: r.src, Accept: acceptJSON}
	if req.URL, err = home.Parse(address); err != nil {
		return fetch.Request{}, false
	}
	if post != "" {
		// The value may be anything, even where the body needs a number.
		if !json.Valid([]byte(post)) {
			return fetch.Request{}, false
		}
		req.Post = &fetch.Payload{ContentType: "application/json", Body: []byte(post)}
	}
	return req, true
}

// usesPlaceholder reports whether a request for details contains a placeholder.
func usesPlaceholder(d models.Detail, placeholder string) bool {
	return strings.Contains(d.Address, placeholder) || strings.Contains(d.Post, placeholder)
}

// hasDetail reports whether the text of an article can be fetched as JSON.
func (r *Reader) hasDetail(a models.Article) bool {
	_, ok := r.detailRequest(a)
	return ok
}

// escapeURLPart escapes an untrusted value so that it stays one part of a path or
// query.
func escapeURLPart(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// escapeJSONString escapes an untrusted value so that it stays inside its quotes.
func escapeJSONString(value string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a string always encodes
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}

// completeDetail does the work of Complete for an article whose text is available as
// JSON or as a PDF.
func (r *Reader) completeDetail(ctx context.Context, a models.Article, req fetch.Request) (models.Article, error) {
	resp, err := r.client.Get(ctx, req)
	if err != nil {
		return a, err
	}
	if page.IsPDF(resp.Body, resp.ContentType) {
		return r.completePDF(ctx, a, resp)
	}
	value, err := decodeJSON(ctx, resp)
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
			return a, fetch.Errorf(fetch.BadAddress, "detail: %s %s", field.name, err)
		}
		values[field.name], err = q.text(ctx, value)
		switch {
		case parent.Err() != nil:
			return a, fetch.Describe(resp.URL, 0, parent.Err())
		case ctx.Err() != nil:
			return a, queryTimeoutError(field.name + " of the detail")
		case err != nil:
			return a, fetch.Errorf(fetch.ShapeChanged, "%s has no %s at `%s` (%s): if this affects every article, correct the detail settings of this source", weblink.Display(resp.URL), field.name, field.text, err)
		}
	}
	body := htmltext.Plain(values["body"])
	if body == "" {
		return a, fetch.Errorf(fetch.NoText, "%s has no text at `%s`: if this affects every article, correct the detail settings of this source", weblink.Display(resp.URL), d.Body)
	}
	a.Title = cmp.Or(htmltext.Truncate(text.Display(htmltext.Line(values["title"])), maxTitle-1), a.Title)
	r.setDate(&a, []string{values["date"]})
	a.PublishedRaw = htmltext.TruncateBytes(a.PublishedRaw, maxDate)
	return r.setText(a, body, resp, page.Version), nil
}
