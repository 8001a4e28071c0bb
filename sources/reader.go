package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"regwatch/models"
)

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

// Fetch asks the source what there is, and its fallbacks in turn if it cannot be
// read. The articles have no ID, SeenAt, Revision or Baseline: that is for
// whoever knows what was there before. The cursor moves on only when all of the
// answer was read; until then the same is asked for again. Its errors are of
// type [*Error].
func (r *Reader) Fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	batch, err := r.fetch(ctx, cursor)
	if err != nil && ctx.Err() == nil && len(r.src.Fallback) > 0 {
		batch, err = r.fetchFallback(ctx, cursor, err)
	}
	batch.Warnings = r.redact(batch.Warnings...)
	return batch, r.redactError(err)
}

// fetch asks the source's own address, or the one that took its place for as
// long as that answers.
func (r *Reader) fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	if isYearly(r.src) {
		return r.fetchYearly(ctx, cursor)
	}
	known := cursor
	if known.URL != r.src.URL {
		known = models.Cursor{Memory: cursor.Memory} // which says itself what it is of
	}
	if known.At != "" {
		batch, err := r.fetchFrom(ctx, known.At, known, cursor)
		e, _ := errors.AsType[*Error](err)
		if err == nil || ctx.Err() != nil || e != nil && e.Wait > 0 {
			return batch, err
		}
		known = known.Unconditional()
	}
	return r.fetchFrom(ctx, r.src.URL, known, cursor)
}

// ask asks an address for what is new since what is known. The cursor is the one
// to go on from when nothing is.
func (r *Reader) fetchFrom(ctx context.Context, address string, known, cursor models.Cursor) (models.Batch, error) {
	u, k, err := r.openKind(address)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	req := request{url: u, src: r.src, accept: k.accept(), cursor: known}
	if p, ok := k.(poster); ok {
		req.post = p.payload()
	}
	resp, err := r.client.get(ctx, req)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	resp.hash, resp.memory = r.fingerprint(resp), known.Memory
	var batch models.Batch
	switch {
	case resp.notModified:
		batch = models.Batch{Cursor: cursor, NotModified: true}
	case resp.hash != "" && resp.hash == known.BodyHash && !resp.truncated:
		// The server knows no validators, or changes them for nothing.
		batch = models.Batch{Cursor: cursor, NotModified: true}
		batch.Cursor.ETag, batch.Cursor.LastModified = resp.etag, resp.lastModified
	default:
		if batch, err = r.buildBatch(ctx, k, resp, cursor); err != nil {
			return batch, err
		}
	}
	batch.Address, batch.MovedTo, batch.Wait = address, resp.movedTo, resp.wait
	return batch, nil
}

// fingerprint tells whether an answer would be read as the last one was: it has
// the same bytes, and the source the same settings. It is empty for kinds of
// which one answer does not show everything.
func (r *Reader) fingerprint(resp response) string {
	if r.src.Kind == KindSitemap || r.src.Listing.Paging != (models.Paging{}) || r.src.API.Paging != (models.Paging{}) {
		return ""
	}
	settings, err := json.Marshal(r.src)
	if err != nil {
		return ""
	}
	return models.HashOf(string(settings), resp.contentType, string(resp.body))
}

// open makes the kind of the source and reads an address of it.
func (r *Reader) openKind(address string) (*url.URL, kind, error) {
	// People write addresses with spaces and quotes in the query.
	u, err := url.Parse(strings.NewReplacer(" ", "%20", `"`, "%22").Replace(address))
	if err != nil {
		return nil, nil, newError(BadAddress, "the url of the source is not a web address")
	}
	k, err := kindOf(r.src)
	return u, k, err
}

// Ask fetches the address of the source and returns what it answers, unpacked,
// with the header that says what it is, and the address that answered. It asks
// for any kind of content; for a source of a kind use Fetch.
func (r *Reader) Ask(ctx context.Context) (body []byte, header http.Header, at string, err error) {
	u, err := url.Parse(r.src.URL)
	if err != nil {
		return nil, nil, "", newError(BadAddress, "the url of the source is not a web address")
	}
	resp, err := r.client.get(ctx, request{url: u, src: r.src, accept: acceptPage})
	if err != nil {
		return nil, nil, "", r.redactError(err)
	}
	header = http.Header{"Content-Type": {resp.contentType}, "Content-Language": {resp.language}}
	return resp.body, header, resp.url.String(), nil
}

// Read makes a batch of an answer that is at hand, as if the source had given it
// with this header. It makes no request unless the kind of source needs more
// than one answer.
func (r *Reader) Read(ctx context.Context, body []byte, header http.Header) (models.Batch, error) {
	if today := r.today(); isYearly(r.src) && !today.IsZero() {
		r = r.forYear(today.Year())
	}
	u, k, err := r.openKind(r.src.URL)
	if err != nil {
		return models.Batch{}, err
	}
	batch, err := r.buildBatch(ctx, k, response{url: u, contentType: header.Get("Content-Type"), language: header.Get("Content-Language"), body: body}, models.Cursor{})
	batch.Warnings = r.redact(batch.Warnings...)
	return batch, r.redactError(err)
}

// batch makes a batch of an answer.
func (r *Reader) buildBatch(ctx context.Context, k kind, resp response, cursor models.Cursor) (models.Batch, error) {
	stopped := func() (models.Batch, error) {
		return models.Batch{Cursor: cursor}, describeError(resp.url, 0, ctx.Err())
	}
	if ctx.Err() != nil {
		return stopped()
	}
	found, err := k.read(ctx, r, resp)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	batch := models.Batch{
		Cursor: models.Cursor{URL: r.src.URL, ETag: resp.etag, LastModified: resp.lastModified, BodyHash: resp.hash, Memory: found.memory},
		Items:  found.count,
	}
	if found.memory == "" && len(r.src.Fallback) > 0 {
		batch.Cursor.Memory = resp.memory // of another way to read the source
	}
	if found.unconfirmed {
		batch.Cursor = batch.Cursor.Unconditional()
	}
	if found.truncated {
		batch.Cursor = cursor
		batch.Partial = true
	}
	rough := 0
	for _, rec := range found.records {
		if ctx.Err() != nil {
			return stopped()
		}
		a, isRough := r.article(rec, cmp.Or(found.language, resp.language), resp.url)
		batch.Articles = append(batch.Articles, a)
		if isRough {
			rough++
		}
	}
	home := r.homeKeys(found.addresses, resp.url)
	batch.Cursor.Identity = cursor.Identity
	if slices.ContainsFunc(found.records, func(rec record) bool { return rec.identity == "" }) {
		var warnings []string
		batch.Cursor.Identity, warnings = identify(batch.Articles, home, cursor.Identity)
		found.warnings = append(found.warnings, warnings...)
	}
	if len(r.src.Fallback) > 0 {
		markByLink(batch.Articles, home)
	}
	if rough > 0 {
		found.warn("%s a date only from when it was seen, such as \"2 hours ago\", or in a zone of an unknown name", articleCount(rough, "has", "have"))
	}
	for i, rec := range found.records {
		if rec.identity != "" {
			batch.Articles[i].Identity, batch.Articles[i].Formers = rec.identity, nil
		}
	}
	overlong := 0
	for i := range batch.Articles {
		// Identities hold the title and the link as they were given: what is known
		// stays known.
		batch.Articles[i].Title = displayTitle(batch.Articles[i])
		r.stripOwnSecrets(&batch.Articles[i])
		if truncateFields(&batch.Articles[i]) {
			overlong++
		}
	}
	if overlong > 0 {
		found.warn("%s more text in one of their fields than is kept, and it was cut", articleCount(overlong, "has", "have"))
	}
	r.filterByTitle(&batch, found)
	batch.Warnings = found.warnings
	return batch, nil
}

// home returns the addresses of a source that answered from an address, and of
// its site, reduced to what identifies them.
func (r *Reader) homeKeys(addresses []string, from *url.URL) []string {
	keys := []string{LinkKey(r.src.URL), LinkKey(from.String())}
	for _, address := range addresses {
		keys = append(keys, LinkKey(resolveURL(from, address)))
	}
	return keys
}
