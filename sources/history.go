package sources

import (
	"context"
	"net/url"

	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// History reads a feed and then the older pages that it links to, newest first and at most
// so many, and hands each to visit. It returns how many pages it read, and whether there
// are more. Other kinds of sources have one page.
//
// Feeds link to older pages as RFC 5005 describes ("prev-archive" of archived feeds, "next"
// of paged feeds) or, in JSON Feed 1.1, by "next_url". Most feeds do not. A page that was
// read before ends the reading, so links in a circle do no harm.
func (r *Reader) History(ctx context.Context, most int, visit func(models.Batch) error) (pages int, more bool, err error) {
	at := r.src.URL
	read := make(map[string]bool)
	for at != "" && !read[at] {
		if pages == most {
			return pages, true, nil
		}
		read[at] = true
		batch, older, err := r.historyPage(ctx, at)
		if err == nil {
			batch.Warnings = r.redact(batch.Warnings...)
			err = visit(batch)
		}
		if err != nil {
			return pages, false, r.redactError(err)
		}
		pages++
		at = older
	}
	return pages, false, nil
}

// historyPage reads one page of a feed, and returns the address of the one before it.
func (r *Reader) historyPage(ctx context.Context, at string) (batch models.Batch, older string, err error) {
	u, k, err := r.openKind(at)
	if err != nil {
		return models.Batch{}, "", err
	}
	if _, isFeed := k.(feedKind); !isFeed {
		batch, err = r.fetch(ctx, models.Cursor{})
		return batch, "", err
	}
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: k.accept()})
	if err != nil {
		return models.Batch{}, "", err
	}
	batch, err = r.buildBatch(ctx, k, resp, models.Cursor{}, "")
	return batch, olderPage(resp), err
}

// olderPage returns the address of the page of a feed with older articles; empty if it has
// none on the same site. A page of another site would be asked with the keys of this one.
func olderPage(resp fetch.Response) string {
	next := feed.Older(resp.Body, resp.ContentType)
	address := weblink.Resolve(resp.URL, next)
	u, err := url.Parse(address)
	if next == "" || err != nil || u.Host != resp.URL.Host || u.Scheme != resp.URL.Scheme {
		return ""
	}
	return address
}
