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
	"time"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// A Reader reads one source over a client that all sources share. It is safe for
// concurrent use.
type Reader struct {
	src    models.Source
	client *Client
	seen   time.Time // when what it reads was seen, if there is no client; zero: unknown
}

// Open returns the reader of a source. It makes no request.
func Open(src models.Source, c *Client) *Reader {
	return &Reader{src: src, client: c}
}

// Fetch returns the articles of the source. If the source cannot be read, it tries the
// fallbacks in turn. The articles have no ID, SeenAt, Revision or Baseline; the caller
// sets them. Errors are of type [*Error].
//
// The cursor moves on only if the whole response was read. Storing it earlier would
// lose the articles that were not.
func (r *Reader) Fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	batch, err := r.fetch(ctx, cursor)
	if err != nil && ctx.Err() == nil && len(r.src.Fallback) > 0 {
		batch, err = r.fetchFallback(ctx, cursor, err)
	}
	batch.Warnings = r.redact(batch.Warnings...)
	return batch, r.redactError(err)
}

// fetch reads the source at its own address, or at the one it moved to as long as that
// responds.
func (r *Reader) fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error) {
	if isYearly(r.src) {
		return r.fetchYearly(ctx, cursor)
	}
	known := cursor
	if known.URL != r.src.URL {
		known = models.Cursor{Memory: cursor.Memory} // the memory says itself what it belongs to
	}
	if known.At != "" {
		batch, err := r.fetchFrom(ctx, known.At, known, cursor)
		e, _ := errors.AsType[*fetch.Error](err)
		if err == nil || ctx.Err() != nil || e != nil && e.Wait > 0 {
			return batch, err
		}
		known = known.Unconditional()
	}
	return r.fetchFrom(ctx, r.src.URL, known, cursor)
}

// fetchFrom reads what is new at an address. Known makes the request conditional;
// cursor is returned if nothing is new.
func (r *Reader) fetchFrom(ctx context.Context, address string, known, cursor models.Cursor) (models.Batch, error) {
	u, k, err := r.openKind(address)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	if m, ok := k.(pageMonitor); ok && !m.hasState(known.Memory) {
		known = known.Unconditional() // there is nothing to compare the next version with
	}
	req := fetch.Request{URL: u, Source: r.src, Accept: k.accept(), Cursor: known}
	if p, ok := k.(poster); ok {
		req.Post = p.payload()
	}
	resp, err := r.client.Get(ctx, req)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	hash := r.fingerprint(resp)
	var batch models.Batch
	switch {
	case resp.NotModified:
		batch = models.Batch{Cursor: cursor, NotModified: true}
	case hash != "" && hash == known.BodyHash && !resp.Truncated:
		// The server sends no validators, or new ones for the same content.
		batch = models.Batch{Cursor: cursor, NotModified: true}
		batch.Cursor.ETag, batch.Cursor.LastModified = resp.ETag, resp.LastModified
	default:
		if batch, err = r.buildBatch(ctx, k, resp, cursor, hash); err != nil {
			return batch, err
		}
	}
	batch.Address, batch.MovedTo, batch.Wait = address, resp.MovedTo, resp.Wait
	return batch, nil
}

// fingerprint returns a hash of the response and the settings. The same hash means
// that reading the response again gives the same result. It is empty if one response
// does not show everything, as with pages and sitemaps.
func (r *Reader) fingerprint(resp fetch.Response) string {
	if r.src.Kind == KindSitemap || r.src.Listing.Paging != (models.Paging{}) || r.src.API.Paging != (models.Paging{}) {
		return ""
	}
	settings, err := json.Marshal(r.src)
	if err != nil {
		return ""
	}
	return models.HashOf(string(settings), resp.ContentType, string(resp.Body))
}

// openKind returns an address of the source and the kind that reads it.
func (r *Reader) openKind(address string) (*url.URL, kind, error) {
	// People write addresses with spaces and quotes in the query.
	u, err := url.Parse(strings.NewReplacer(" ", "%20", `"`, "%22").Replace(address))
	if err != nil {
		return nil, nil, fetch.Errorf(fetch.BadAddress, "the url of the source is not a web address")
	}
	k, err := kindOf(r.src)
	return u, k, err
}

// Download fetches the address of the source, whatever its content, and returns the
// decompressed body, the header fields that describe it, and the final address. Use
// Fetch for a source whose kind is known.
func (r *Reader) Download(ctx context.Context) (body []byte, header http.Header, at string, err error) {
	u, err := url.Parse(r.src.URL)
	if err != nil {
		return nil, nil, "", fetch.Errorf(fetch.BadAddress, "the url of the source is not a web address")
	}
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: acceptPage})
	if err != nil {
		return nil, nil, "", r.redactError(err)
	}
	header = http.Header{"Content-Type": {resp.ContentType}, "Content-Language": {resp.Language}}
	return resp.Body, header, resp.URL.String(), nil
}

// Read returns the batch for a body, as if the source had sent it with this header. It
// makes no request unless the kind of source needs further responses.
func (r *Reader) Read(ctx context.Context, body []byte, header http.Header) (models.Batch, error) {
	if today := r.today(); isYearly(r.src) && !today.IsZero() {
		r = r.forYear(today.Year())
	}
	u, k, err := r.openKind(r.src.URL)
	if err != nil {
		return models.Batch{}, err
	}
	batch, err := r.buildBatch(ctx, k, fetch.Response{URL: u, ContentType: header.Get("Content-Type"), Language: header.Get("Content-Language"), Body: body}, models.Cursor{}, "")
	batch.Warnings = r.redact(batch.Warnings...)
	return batch, r.redactError(err)
}

// buildBatch returns the batch for a response. Hash is its fingerprint; it may be empty.
func (r *Reader) buildBatch(ctx context.Context, k kind, resp fetch.Response, cursor models.Cursor, hash string) (models.Batch, error) {
	stopped := func() (models.Batch, error) {
		return models.Batch{Cursor: cursor}, fetch.Describe(resp.URL, 0, ctx.Err())
	}
	if ctx.Err() != nil {
		return stopped()
	}
	found, err := k.read(ctx, r, resp)
	if err != nil {
		return models.Batch{Cursor: cursor}, err
	}
	batch := models.Batch{
		Cursor: models.Cursor{URL: r.src.URL, ETag: resp.ETag, LastModified: resp.LastModified, BodyHash: hash, Memory: found.memory},
		Items:  found.count,
	}
	if found.memory == "" && len(r.src.Fallback) > 0 {
		batch.Cursor.Memory = resp.Cursor.Memory // of a fallback
	}
	if found.unconfirmed {
		batch.Cursor = batch.Cursor.Unconditional()
	}
	if found.truncated {
		batch.Cursor = cursor
		batch.Partial = true
	}
	rough, fetched := 0, r.fetched(resp)
	home, language := r.homeKeys(found.addresses, resp.URL), cmp.Or(found.language, resp.Language)
	hasTexts := make([]bool, len(found.records))
	for i, rec := range found.records {
		if ctx.Err() != nil {
			return stopped()
		}
		a, isRough := r.article(rec, resp.URL)
		a.Fetched = cmp.Or(rec.fetched, fetched)
		if hasTexts[i] = !isNamed(a, home) || rec.state != ""; hasTexts[i] {
			r.addTexts(&a, rec, language)
		}
		batch.Articles = append(batch.Articles, a)
		if isRough {
			rough++
		}
	}
	batch.Cursor.Identity = cursor.Identity
	if slices.ContainsFunc(found.records, func(rec record) bool { return rec.identity == "" }) {
		var warnings []string
		batch.Cursor.Identity, warnings = identify(batch.Articles, formerLinks(found.records, resp.URL), home, cursor.Identity)
		found.warnings = append(found.warnings, warnings...)
	}
	if len(r.src.Fallback) > 0 {
		markByLink(batch.Articles, home)
	}
	if rough > 0 {
		found.warn("%s only an approximate date, such as \"2 hours ago\", one in an unknown time zone or one years ahead", articleCount(rough, "has", "have"))
	}
	for i, rec := range found.records {
		if rec.identity != "" {
			batch.Articles[i].Identity, batch.Articles[i].Formers, batch.Articles[i].Retitled = rec.identity, nil, ""
		}
	}
	wasCut := make([]bool, len(batch.Articles))
	for i := range batch.Articles {
		// Identities depend on the title and link as the source wrote them, so these
		// change only now.
		batch.Articles[i].Title = displayTitle(batch.Articles[i])
		r.stripOwnSecrets(&batch.Articles[i])
		wasCut[i] = truncateFields(&batch.Articles[i])
	}
	r.markUnchanged(ctx, batch.Articles)
	overlong := 0
	for i := range batch.Articles {
		a := &batch.Articles[i]
		if ctx.Err() != nil {
			return stopped()
		}
		if !a.Unchanged && !hasTexts[i] {
			r.addTexts(a, found.records[i], language)
			wasCut[i] = truncateFields(a) || wasCut[i]
		}
		if wasCut[i] {
			overlong++
		}
	}
	if overlong > 0 {
		found.warn("%s a field that is too long and was cut", articleCount(overlong, "has", "have"))
	}
	r.filterByTitle(&batch, found)
	batch.Warnings = found.warnings
	return batch, nil
}

// markUnchanged marks the articles that are stored with what the source says of them now. Of a
// source with fallbacks none is marked, because the one that was read decides later how its
// articles are identified.
func (r *Reader) markUnchanged(ctx context.Context, articles []models.Article) {
	if r.client == nil || r.client.stored == nil || len(r.src.Fallback) > 0 || len(articles) == 0 {
		return
	}
	unchanged, err := r.client.stored.Unchanged(ctx, r.src.ID, articles)
	if err != nil {
		return // the scan asks again, and says why
	}
	for i := range articles {
		articles[i].Unchanged = unchanged[i]
	}
}

// homeKeys returns the addresses of the source and its site as [weblink.Key] returns them.
func (r *Reader) homeKeys(addresses []string, from *url.URL) []string {
	keys := []string{weblink.Key(r.src.URL), weblink.Key(from.String())}
	for _, address := range addresses {
		keys = append(keys, weblink.Key(weblink.Resolve(from, address)))
	}
	return keys
}

// The most that is kept of the headers of a response, in bytes of JSON. Together with the
// names of the fields it is less than 1,000.
const (
	maxFetchedAddress = 480
	maxFetchedETag    = 130
	maxFetchedType    = 90
	maxFetchedOther   = 40
)

// fetched returns what is stored of a response as evidence, or nil if no server sent it.
func (r *Reader) fetched(resp fetch.Response) *models.Fetched {
	if resp.Header == nil {
		return nil
	}
	header := func(name string, most int) string { return r.evidence(resp.Header.Get(name), most) }
	return &models.Fetched{
		URL: r.evidence(redact.URL(resp.URL.String()), maxFetchedAddress), Status: resp.Status,
		Date: header("Date", maxFetchedOther), LastModified: header("Last-Modified", maxFetchedOther), ETag: header("ETag", maxFetchedETag),
		ContentType: header("Content-Type", maxFetchedType), ContentLanguage: header("Content-Language", maxFetchedOther),
		Extraction: page.Version,
	}
}

// evidence returns a value without control characters and secrets, in at most so many bytes
// of JSON and an ellipsis.
func (r *Reader) evidence(value string, most int) string {
	value = sanitize.Line(value[:min(len(value), maxAddress)])
	if value = r.redact(value)[0]; len(value) == 0 {
		return ""
	}
	size := 0
	for i, c := range value {
		quoted, _ := json.Marshal(string(c)) // a string always encodes
		if size += len(quoted) - 2; size > most {
			return value[:i] + "…"
		}
	}
	return value
}
