package sources

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// maxPages is the most pages of a list that one scan may read.
const maxPages = 50

// pagePlaceholder stands for the page number in an address or a POST body.
const pagePlaceholder = "{page}"

// A pager reads a list of one or more pages.
type pager struct {
	models.Paging
	accept string
	post   string // with pagePlaceholder; empty means GET

	// page reads one page, and returns the address of the next one if the page links
	// to it.
	page func(ctx context.Context, resp fetch.Response) (result *readResult, next string, err error)
}

// read reads a list from the response with its first page. It stops after the
// configured number of pages or at a page without new records. If a page fails, the
// result is truncated and the next scan reads the list again.
func (p pager) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	all, next, err := p.page(ctx, resp)
	if err != nil {
		return nil, err
	}
	if r.client == nil && p.Pages > 1 {
		all.warn("only the first page is available here; a scan reads up to %d", p.Pages)
		return all, nil
	}
	seen := make(map[string]bool)
	all.dropSeen(resp.URL, seen)
	asked := map[string]bool{r.src.URL + payloadIdentity(p.payload(0)): true, resp.URL.String() + payloadIdentity(p.payload(0)): true}
	for n := 1; n < p.Pages && !all.truncated; n++ {
		address := p.address(r.src.URL, resp.URL, next, n)
		post := p.payload(n)
		if address == "" || asked[address+payloadIdentity(post)] {
			break
		}
		asked[address+payloadIdentity(post)] = true
		further, following, err := p.fetch(ctx, r, address, post)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, err
		case p.Address != "" && isPastEnd(err):
			all.warn("the list has only %d of the %d pages that its settings allow: %s", n, p.Pages, err)
			return all, nil
		case err != nil:
			all.truncated = true
			all.warn("cannot read page %d of the list, so regwatch will fetch the whole list again at the next scan: %s", n+1, err)
			return all, nil
		}
		if further.dropSeen(resp.URL, seen) == 0 {
			break
		}
		all.merge(further, n+1)
		next = following
	}
	return all, nil
}

// address returns the address of page n, counted from 0; empty if there is none.
func (p pager) address(source string, first *url.URL, next string, n int) string {
	switch {
	case p.Next != "":
		return next
	case p.Address != "":
		return weblink.Resolve(first, p.withNumber(p.Address, n))
	case p.post != "":
		return source
	}
	return ""
}

// withNumber replaces the placeholder in a text by the number of page n, counted from
// 0.
func (p pager) withNumber(text string, n int) string {
	return strings.ReplaceAll(text, pagePlaceholder, strconv.Itoa(p.First+n*p.Step))
}

// payload returns the POST body for page n, or nil for a GET.
func (p pager) payload(n int) *fetch.Payload {
	if p.post == "" {
		return nil
	}
	return &fetch.Payload{ContentType: "application/json", Body: []byte(p.withNumber(p.post, n))}
}

// payloadIdentity distinguishes payloads that go to the same address.
func payloadIdentity(p *fetch.Payload) string {
	if p == nil {
		return ""
	}
	return "\x00" + string(p.Body)
}

// fetch fetches a further page and reads it.
func (p pager) fetch(ctx context.Context, r *Reader, address string, post *fetch.Payload) (*readResult, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", fetch.Errorf(fetch.BadAddress, "the address is not a web address")
	}
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: p.accept, Post: post})
	if err != nil {
		return nil, "", err
	}
	result, next, err := p.page(ctx, resp)
	if err == nil {
		fetched := r.fetched(resp)
		for i := range result.records {
			result.records[i].fetched = fetched
		}
	}
	return result, next, err
}

// isPastEnd reports whether a numbered page is past the end of the list.
func isPastEnd(err error) bool {
	e, ok := errors.AsType[*fetch.Error](err)
	return err != nil && ok && (e.Reason == fetch.NotFound || e.Reason == fetch.ShapeChanged)
}

// dropSeen drops the records that an earlier page had, adds the others to seen, and
// returns their number. A list moves while it is read, so the last records of one page
// may be the first of the next.
func (result *readResult) dropSeen(from *url.URL, seen map[string]bool) int {
	var kept []record
	var keys []string
	for _, rec := range result.records {
		base := rec.base
		if base == nil {
			base = from
		}
		key := rec.GUID + "\x00" + rec.Title
		for _, link := range rec.Links {
			key += "\x00" + weblink.Resolve(base, link)
		}
		if !seen[key] {
			kept, keys = append(kept, rec), append(keys, key)
		}
	}
	for _, key := range keys {
		seen[key] = true
	}
	result.records = kept
	return len(kept)
}

// merge adds the content of a further page.
func (result *readResult) merge(page *readResult, number int) {
	result.records = append(result.records, page.records...)
	result.count += page.count
	result.truncated = result.truncated || page.truncated
	for _, w := range page.warnings {
		result.warn("page %d: %s", number, w)
	}
}
