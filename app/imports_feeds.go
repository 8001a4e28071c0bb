package app

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"regwatch/app/newsource"
	"regwatch/app/webclient"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources"
)

// isMarkup reports whether a file begins as OPML does. Another file that begins with the
// sign is no archive either.
func isMarkup(file *os.File) bool {
	begin := make([]byte, 512)
	n, _ := file.ReadAt(begin, 0)
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(begin[:n], []byte("\xef\xbb\xbf"))), []byte("<"))
}

// loadFeeds reads the feeds of an OPML file with the older pages that they link to, and stores
// their articles. A feed that cannot be read is reported, and the others are read.
func (i *importRun) loadFeeds(ctx context.Context) (ImportResult, error) {
	content, err := io.ReadAll(io.LimitReader(i.file, newsource.MaxOPML))
	if err != nil {
		return ImportResult{}, err
	}
	i.result.Format = "opml"
	feeds, err := i.feedsOf(content)
	if err != nil || i.result.Refused {
		return i.result, err
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	started := models.Import{}
	batch := &importBatch{store: func(articles []models.Article) error {
		n, err := i.store.CountUnknown(ctx, articles)
		i.result.Added += n
		i.result.Known += len(articles) - n
		return err
	}}
	if !i.request.DryRun {
		if started, err = i.start(ctx, hash); err != nil {
			return ImportResult{}, err
		}
		batch = i.batchOf(ctx, started)
	}
	client, close := webclient.ForFolder(i.dir)
	defer close()
	for n, src := range feeds {
		if i.request.Progress != nil {
			i.request.Progress("reading feeds", int64(n), int64(len(feeds)))
		}
		feed, err := i.loadFeed(ctx, src, client, batch)
		if err != nil {
			return ImportResult{}, fmt.Errorf("import %s: %w; %d articles were added, and the same command continues", i.name, err, i.result.Added)
		}
		i.result.Feeds = append(i.result.Feeds, feed)
	}
	if err := batch.flush(); err != nil || i.request.DryRun {
		i.listSources()
		return i.result, err
	}
	i.listSources()
	if i.result.Added > 0 || i.result.Resumed {
		i.result.ID = started.ID
	}
	return i.result, i.store.FinishImport(ctx, started.ID, i.now)
}

// feedsOf returns the sources of an OPML file. A feed that no source reads is a fault, unless
// AnySource is set.
func (i *importRun) feedsOf(content []byte) ([]models.Source, error) {
	addresses, added, err := newsource.OPMLFeeds(i.name, bytes.NewReader(content), slices.Collect(maps.Values(i.known)))
	if err != nil {
		return nil, err
	}
	byURL := make(map[string]models.Source)
	for _, src := range slices.Backward(i.Folder().Sources) {
		byURL[src.URL] = src // of two with one address, the first
	}
	var feeds []models.Source
	for _, address := range addresses {
		src, configured := byURL[address]
		at := slices.IndexFunc(added, func(s models.Source) bool { return s.URL == address })
		switch {
		case configured:
			feeds = append(feeds, src)
		case at >= 0 && i.request.AnySource:
			added[at].Kind = sources.KindFeed
			feeds = append(feeds, added[at])
		default:
			i.result.Invalid++
			if len(i.result.Faults) < maxFaults {
				i.result.Faults = append(i.result.Faults, diag.Problem{
					File: i.name, What: "no source reads " + redact.URL(address),
					Want: "add the feeds of the file with: regwatch sources import FILE; or use --any-source",
				})
			}
		}
	}
	i.result.Rows = len(feeds) + i.result.Invalid
	if i.result.Rows == 0 {
		return nil, inputError("%s has no feeds", i.name)
	}
	i.result.Refused = i.result.Invalid > 0 && !i.request.SkipInvalid
	return feeds, nil
}

// maxHistoryPages is the most pages of one feed that are read.
const maxHistoryPages = 200

// loadFeed reads one feed. The error is one that ends the import.
func (i *importRun) loadFeed(ctx context.Context, src models.Source, client *sources.Client, batch *importBatch) (ImportedFeed, error) {
	feed := ImportedFeed{Source: src.ID}
	var failed error // storing
	pages, more, err := sources.Open(src, client).History(ctx, maxHistoryPages, func(page models.Batch) error {
		for _, a := range page.Articles {
			if a.PublishedAt.IsZero() {
				feed.Undated++
				continue
			}
			if a.BodyState == models.BodyWanted {
				a.BodyState = models.BodySummary
			}
			a.Source = src
			a = i.identified(a)
			feed.Articles++
			i.count(a)
			if failed = batch.add(a); failed != nil {
				return failed
			}
		}
		return nil
	})
	feed.Pages, feed.More = pages, more
	if failed != nil || ctx.Err() != nil {
		return feed, cmp.Or(failed, ctx.Err())
	}
	if err != nil {
		feed.Error = err.Error()
	}
	return feed, nil
}
