package sources

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"

	"regwatch/models"
	"regwatch/sources/propose"
)

// searches lets one search for settings run at a time in the program: it keeps the articles of every attempt.
var searches = semaphore.NewWeighted(1)

// Propose returns settings for an unknown page that lists articles, best first; none if it
// has no list. Base is the address of the page, and now is when it was seen: dates such as "2
// hours ago" depend on it. It makes no request.
func Propose(ctx context.Context, body []byte, contentType string, base *url.URL, now time.Time) []propose.Proposal {
	if searches.Acquire(ctx, 1) != nil {
		return nil
	}
	defer searches.Release(1)
	return propose.Listings(ctx, body, contentType, base, now, readListing(now))
}

// Sniff detects the format of a response by its content, whatever its label. Base is
// the address of the response.
func Sniff(ctx context.Context, body []byte, contentType string, base *url.URL) propose.Format {
	if searches.Acquire(ctx, 1) != nil {
		return propose.FormatUnknown
	}
	defer searches.Release(1)
	return propose.Detect(ctx, body, contentType, base, readListing(time.Time{}))
}

// readListing returns a function that returns the articles of a page, seen at a time, as a
// source with these settings would.
func readListing(seen time.Time) propose.ReadFunc {
	return func(ctx context.Context, text string, base *url.URL, l models.Listing) ([]models.Article, error) {
		r := &Reader{src: models.Source{Kind: KindListing, URL: base.String(), Pages: models.PagesNever, Listing: l}, seen: seen}
		batch, err := r.Read(ctx, []byte(text), http.Header{"Content-Type": {"text/html; charset=utf-8"}})
		return batch.Articles, err
	}
}
