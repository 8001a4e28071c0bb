package sources

import (
	"context"
	"net/url"
	"slices"

	"regwatch/models"
)

// KindFeed is a source of RSS, Atom, RDF or JSON Feed.
const KindFeed = "feed"

// Kinds lists the kinds of source, in the order in which a person reads them.
func Kinds() []string { return []string{KindFeed} }

// A Reader reads one source over a client that all sources share. It is safe
// for concurrent use.
type Reader struct {
	src    models.Source
	client *Client
}

// Open returns the reader of a source. It touches nothing.
func Open(src models.Source, c *Client) *Reader {
	return &Reader{src: src, client: c}
}

// Fetch asks the source what there is. The articles have no ID, SeenAt,
// Revision or Baseline: that is for whoever knows what was there before. Its
// errors are of type [*Error].
func (r *Reader) Fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	u, err := url.Parse(r.src.URL)
	if err != nil {
		return models.Batch{Cursor: cursor}, fault(BadAddress, "the url of the source is not a web address")
	}
	if !slices.Contains(Kinds(), r.src.Kind) {
		return models.Batch{Cursor: cursor}, fault(BadAddress, "no source of kind %q can be read", r.src.Kind)
	}
	return r.fetchFeed(ctx, u, cursor)
}
