package sources

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/html"

	"regwatch/internal/htmltext"
	"regwatch/models"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// takeTrees takes all memory that pages may take, until release is called.
func takeTrees(t *testing.T) (release func()) {
	t.Helper()
	done := make(chan bool)
	var group sync.WaitGroup
	take := func(size int) bool {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var taken atomic.Bool
		group.Go(func() {
			_ = htmltext.WithTree(ctx, strings.Repeat("x", size), func(*html.Node, bool) error { taken.Store(true); <-done; return nil })
		})
		synctest.Wait()
		return taken.Load()
	}
	for size := htmltext.MaxPage; size > 0; size /= 2 {
		for take(size) {
		}
	}
	return func() { close(done); group.Wait() }
}

// The time for a page begins when it is read. How long it waits for other pages says nothing of it.
func TestPagesThatWaitForMemoryDoNotTimeOut(t *testing.T) {
	markup := "<html><body><main><ul>" + strings.Repeat(`<li><a href="/notice/12">The Authority granted a licence to an issuer</a> <i>1 March 2026</i>`, 3) + "</ul></main></body></html>"
	header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	source := models.Source{ID: "s", Name: "S", URL: "https://site.example/news/", Pages: models.PagesNever, Listing: models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}}}
	reads := map[string]func(context.Context) error{
		"article": func(ctx context.Context) error {
			_, err := Open(source, nil).Page(ctx, []byte(markup), header)
			return err
		},
	}
	for _, kind := range []string{KindPage, KindListing} {
		src := source
		src.Kind = kind
		reads[kind] = func(ctx context.Context) error {
			_, err := Open(src, nil).Read(ctx, []byte(markup), header)
			return err
		}
	}
	for name, read := range reads {
		synctest.Test(t, func(t *testing.T) {
			release := takeTrees(t)
			time.AfterFunc(htmltext.MaxTreeWait-time.Second, release)
			if err := read(t.Context()); err != nil {
				t.Errorf("%s: after a wait of %s: %v", name, htmltext.MaxTreeWait-time.Second, err)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			defer takeTrees(t)()
			err := read(t.Context())
			if e, ok := errors.AsType[*fetch.Error](err); !ok || !e.Skipped() || !strings.Contains(e.Text, "other pages took all memory") {
				t.Errorf("%s: without memory: %v; want one that is not the fault of the page", name, err)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			defer takeTrees(t)()
			ctx, stop := context.WithCancel(t.Context())
			start := time.Now()
			time.AfterFunc(time.Second, stop)
			if err := read(ctx); !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
				t.Errorf("%s: stopped after %s: %v", name, time.Since(start), err)
			}
		})
	}
}

// A page that cannot be looked at is no challenge.
func TestPageThatWaitsIsNoChallenge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer takeTrees(t)()
		if page.IsChallenge(t.Context(), `<html><head><title>Just a moment...</title></head><body><script src="/cdn-cgi/challenge-platform/x.js"></script></body></html>`) {
			t.Error("it counts as a challenge")
		}
	})
}
