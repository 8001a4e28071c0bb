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

// pageMark stands for the number of a page in an address or in what is posted.
const pageMark = "{page}"

// A pager reads a list that may have several pages.
type pager struct {
	models.Paging
	accept string
	post   string // with pageMark; empty asks by GET

	// page reads one page, and the address of the next one where it names that.
	page func(ctx context.Context, a answer) (f *found, next string, err error)
}

// read reads a list whose first page has answered, and its further pages. It
// ends at the stated number of pages, or with a page that has nothing new. A
// further page that fails leaves what came before, to be asked for again.
func (p pager) read(ctx context.Context, r *Reader, a answer) (*found, error) {
	all, next, err := p.page(ctx, a)
	if err != nil {
		return nil, err
	}
	if r.client == nil && p.Pages > 1 {
		all.warn("only the first page was at hand; a scan reads up to %d", p.Pages)
		return all, nil
	}
	seen := make(map[string]bool)
	all.keepNew(a.url, seen)
	asked := map[string]bool{r.src.URL + p.form(0).key(): true, a.url.String() + p.form(0).key(): true}
	for n := 1; n < p.Pages && !all.cut; n++ {
		address := p.address(r.src.URL, a.url, next, n)
		post := p.form(n)
		if address == "" || asked[address+post.key()] {
			break
		}
		asked[address+post.key()] = true
		further, following, err := p.ask(ctx, r, address, post)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, err
		case p.Address != "" && ends(err):
			all.warn("the list ended after %d of the %d pages that its settings allow: %s", n, p.Pages, err)
			return all, nil
		case err != nil:
			all.cut = true
			all.warn("page %d of the list could not be read, and the whole is asked for again at the next scan: %s", n+1, err)
			return all, nil
		}
		if further.keepNew(a.url, seen) == 0 {
			break
		}
		all.join(further, n+1)
		next = following
	}
	return all, nil
}

// address returns where the n-th further page is; empty if there is none.
func (p pager) address(source string, first *url.URL, next string, n int) string {
	switch {
	case p.Next != "":
		return next
	case p.Address != "":
		return resolve(first, p.number(p.Address, n))
	case p.post != "":
		return source
	}
	return ""
}

// number puts the number of the n-th page, counted from 0, into a text.
func (p pager) number(text string, n int) string {
	return strings.ReplaceAll(text, pageMark, strconv.Itoa(p.First+n*p.Step))
}

// form returns what asks for the n-th page; nil if that is a GET.
func (p pager) form(n int) *form {
	if p.post == "" {
		return nil
	}
	return &form{contentType: "application/json", body: []byte(p.number(p.post, n))}
}

// key tells what is posted from what else is posted to the same address.
func (f *form) key() string {
	if f == nil {
		return ""
	}
	return "\x00" + string(f.body)
}

// ask asks for a further page and reads it.
func (p pager) ask(ctx context.Context, r *Reader, address string, post *form) (*found, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", fault(BadAddress, "its address is not a web address")
	}
	a, err := r.client.get(ctx, request{url: u, src: r.src, accept: p.accept, post: post})
	if err != nil {
		return nil, "", err
	}
	return p.page(ctx, a)
}

// ends reports whether a page that was asked for by its number is behind the
// end of the list.
func ends(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return err != nil && ok && (e.Reason == Missing || e.Reason == ShapeChanged)
}

// keepNew drops the records that an earlier page has had, and returns how many
// are left. Seen holds those of the earlier pages. A list moves on while it is
// read, so that the last of one page is the first of the next.
func (f *found) keepNew(from *url.URL, seen map[string]bool) int {
	var kept []record
	var keys []string
	for _, rec := range f.records {
		base := rec.base
		if base == nil {
			base = from
		}
		key := rec.guid + "\x00" + rec.title
		for _, link := range rec.links {
			key += "\x00" + resolve(base, link)
		}
		if !seen[key] {
			kept, keys = append(kept, rec), append(keys, key)
		}
	}
	for _, key := range keys {
		seen[key] = true
	}
	f.records = kept
	return len(kept)
}

// join adds what a further page of a list held.
func (f *found) join(page *found, number int) {
	f.records = append(f.records, page.records...)
	f.count += page.count
	f.cut = f.cut || page.cut
	for _, w := range page.warnings {
		f.warn("page %d: %s", number, w)
	}
}
