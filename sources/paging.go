package sources

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"regwatch/models"
)

// maxPages is the most pages of one list that a source may ask for at a scan.
const maxPages = 50

// pagePlaceholder stands for the number of a page in an address or in what is posted.
const pagePlaceholder = "{page}"

// A pager reads a list that may have several pages.
type pager struct {
	models.Paging
	accept string
	post   string // with pagePlaceholder; empty asks by GET

	// page reads one page, and the address of the next one where it names that.
	page func(ctx context.Context, resp response) (result *readResult, next string, err error)
}

// read reads a list whose first page has answered, and its further pages. It
// ends at the stated number of pages, or with a page that has nothing new. A
// further page that fails leaves what came before, to be asked for again.
func (p pager) read(ctx context.Context, r *Reader, resp response) (*readResult, error) {
	all, next, err := p.page(ctx, resp)
	if err != nil {
		return nil, err
	}
	if r.client == nil && p.Pages > 1 {
		all.warn("only the first page was at hand; a scan reads up to %d", p.Pages)
		return all, nil
	}
	seen := make(map[string]bool)
	all.dropSeen(resp.url, seen)
	asked := map[string]bool{r.src.URL + p.payload(0).identity(): true, resp.url.String() + p.payload(0).identity(): true}
	for n := 1; n < p.Pages && !all.truncated; n++ {
		address := p.address(r.src.URL, resp.url, next, n)
		post := p.payload(n)
		if address == "" || asked[address+post.identity()] {
			break
		}
		asked[address+post.identity()] = true
		further, following, err := p.fetch(ctx, r, address, post)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, err
		case p.Address != "" && isPastEnd(err):
			all.warn("the list ended after %d of the %d pages that its settings allow: %s", n, p.Pages, err)
			return all, nil
		case err != nil:
			all.truncated = true
			all.warn("page %d of the list could not be read, and the whole is asked for again at the next scan: %s", n+1, err)
			return all, nil
		}
		if further.dropSeen(resp.url, seen) == 0 {
			break
		}
		all.merge(further, n+1)
		next = following
	}
	return all, nil
}

// urlSetting returns where the n-th further page is; empty if there is none.
func (p pager) address(source string, first *url.URL, next string, n int) string {
	switch {
	case p.Next != "":
		return next
	case p.Address != "":
		return resolveURL(first, p.withNumber(p.Address, n))
	case p.post != "":
		return source
	}
	return ""
}

// number puts the number of the n-th page, counted from 0, into a text.
func (p pager) withNumber(text string, n int) string {
	return strings.ReplaceAll(text, pagePlaceholder, strconv.Itoa(p.First+n*p.Step))
}

// payload returns what asks for the n-th page; nil if that is a GET.
func (p pager) payload(n int) *payload {
	if p.post == "" {
		return nil
	}
	return &payload{contentType: "application/json", body: []byte(p.withNumber(p.post, n))}
}

// key tells what is posted from what else is posted to the same address.
func (p *payload) identity() string {
	if p == nil {
		return ""
	}
	return "\x00" + string(p.body)
}

// ask asks for a further page and reads it.
func (p pager) fetch(ctx context.Context, r *Reader, address string, post *payload) (*readResult, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", newError(BadAddress, "its address is not a web address")
	}
	resp, err := r.client.get(ctx, request{url: u, src: r.src, accept: p.accept, post: post})
	if err != nil {
		return nil, "", err
	}
	return p.page(ctx, resp)
}

// isPastEnd reports whether a page that was asked for by its number is behind the
// end of the list.
func isPastEnd(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return err != nil && ok && (e.Reason == Missing || e.Reason == ShapeChanged)
}

// dropSeen drops the records that an earlier page has had, and returns how many
// are left. Seen holds those of the earlier pages. A list moves on while it is
// read, so that the last of one page is the first of the next.
func (result *readResult) dropSeen(from *url.URL, seen map[string]bool) int {
	var kept []record
	var keys []string
	for _, rec := range result.records {
		base := rec.base
		if base == nil {
			base = from
		}
		key := rec.guid + "\x00" + rec.title
		for _, link := range rec.links {
			key += "\x00" + resolveURL(base, link)
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

// join adds what a further page of a list held.
func (result *readResult) merge(page *readResult, number int) {
	result.records = append(result.records, page.records...)
	result.count += page.count
	result.truncated = result.truncated || page.truncated
	for _, w := range page.warnings {
		result.warn("page %d: %s", number, w)
	}
}
