package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"regwatch/internal/samplestream"
	"regwatch/sources"
)

// unchangedItems is how many articles a feed has whose scan is measured when none is new.
const unchangedItems = 30

// measureUnchanged stores the articles of n feeds and scans each feed again, with the same
// articles: once reading the texts of all, once of those alone that are new or edited. The
// two alternate, so that both meet the same load.
func measureUnchanged(o options, n int) error {
	dir, err := os.MkdirTemp("", "unchanged")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := newRegwatch(o, filepath.Join(dir, "regwatch.db"))
	if err != nil {
		return err
	}
	defer r.store.Close()
	all, fresh := r.client, sources.NewClient(sources.ClientOptions{Stored: r.store})
	defer all.Close()
	defer fresh.Close()
	ctx, stream := context.Background(), samplestream.New(o.stream)
	var now time.Time
	feeds := make([][]byte, n)
	for i := range feeds {
		var articles []samplestream.Article
		for range unchangedItems {
			articles = append(articles, stream.Next())
		}
		now = articles[len(articles)-1].At.Add(time.Minute)
		feeds[i] = samplestream.Atom(site(i), articles)
		if err := r.ingest(ctx, i, feeds[i], now); err != nil {
			return err
		}
	}
	var used [2]time.Duration
	for i, feed := range feeds {
		for k := range used {
			k := (i + k) % 2
			r.client = []*sources.Client{all, fresh}[k]
			before := processorTime()
			if err := r.ingest(ctx, i, feed, now.Add(time.Hour)); err != nil {
				return err
			}
			used[k] += processorTime() - before
		}
	}
	fmt.Printf("%d feeds of %d articles, none new, processor time of a scan\n", n, unchangedItems)
	fmt.Printf("reading all texts   %7.2f ms\nreading new texts   %7.2f ms   %.0f %% less\n", ms(used[0], n), ms(used[1], n), 100-100*float64(used[1])/float64(used[0]))
	return nil
}
