package samplesite

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HugeSize is how many bytes /fault/huge and, unpacked, /fault/bomb answer.
const HugeSize = 50 << 20

// Faulty answers in the ways in which real servers fail:
//
//	/fault/none                a feed with one article, and nothing wrong
//	/fault/404, /fault/500, …  that status; ?after=30 adds Retry-After
//	/fault/slow?for=10s        the feed, but only after that long
//	/fault/stalled?for=10s     half of the feed, and the rest after that long
//	/fault/html                a web page in place of a feed
//	/fault/empty               nothing, with status 200
//	/fault/truncated           a feed that ends in the middle of an article
//	/fault/cut                 a connection that ends in the middle of the feed
//	/fault/closed              a connection that ends without an answer
//	/fault/huge                a feed of 50 MB
//	/fault/bomb                the same, packed into some tens of kilobytes
//	/fault/redirect-loop       a redirect that comes back to itself
//	/fault/redirect?to=URL     a redirect to any address
//
// Its zero value is ready for use.
type Faulty struct{}

// ServeHTTP answers a path under /fault/.
func (Faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, "/fault/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	query := r.URL.Query()
	feed := faultyFeed()
	half := len(feed) / 2
	h := w.Header()
	h.Set("Content-Type", "application/rss+xml; charset=utf-8")
	switch name {
	case "none":
		_, _ = io.WriteString(w, feed)
	case "slow":
		if pause(r, query) {
			_, _ = io.WriteString(w, feed)
		}
	case "stalled":
		_, _ = io.WriteString(w, feed[:half])
		_ = http.NewResponseController(w).Flush()
		if pause(r, query) {
			_, _ = io.WriteString(w, feed[half:])
		}
	case "html":
		h.Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html>\n<html><head><title>We have moved</title></head><body><h1>We have moved</h1></body></html>\n")
	case "empty":
	case "truncated":
		_, _ = io.WriteString(w, feed[:half])
	case "cut":
		h.Set("Content-Length", strconv.Itoa(len(feed)))
		_, _ = io.WriteString(w, feed[:half])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case "closed":
		panic(http.ErrAbortHandler)
	case "huge":
		_ = writeHuge(w)
	case "bomb":
		h.Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		if writeHuge(z) == nil {
			_ = z.Close()
		}
	case "redirect-loop":
		http.Redirect(w, r, "/fault/redirect-loop", http.StatusFound)
	case "redirect":
		// Not http.Redirect, which would change an address that is not clean.
		h.Set("Location", query.Get("to"))
		w.WriteHeader(http.StatusFound)
	default:
		fail(w, r, name, query)
	}
}

// fail answers a status, if name is the number of one that tells of a failure.
func fail(w http.ResponseWriter, r *http.Request, name string, query url.Values) {
	status, err := strconv.Atoi(name)
	if err != nil || status < 400 || status > 599 {
		http.NotFound(w, r)
		return
	}
	if after := query.Get("after"); after != "" {
		w.Header().Set("Retry-After", after)
	}
	http.Error(w, fmt.Sprintf("%d %s", status, http.StatusText(status)), status)
}

// pause waits as long as the query says, by default a minute, and reports
// whether the reader is still there.
func pause(r *http.Request, query url.Values) bool {
	wait, err := time.ParseDuration(query.Get("for"))
	if err != nil {
		wait = time.Minute
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-r.Context().Done():
		return false
	case <-timer.C:
		return true
	}
}

const faultyTail = "</description></item>\n</channel></rss>\n"

func faultyHead() string {
	return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel>
<title>Faulty</title><link>http://faulty.example/</link><description>Sample text</description>
<item><title>A quiet day</title><link>http://faulty.example/quiet-day.html</link><guid isPermaLink="false">quiet-day</guid>
<pubDate>Tue, 10 Mar 2026 09:00:00 +0800</pubDate><description>`
}

func faultyFeed() string {
	return faultyHead() + strings.Repeat("Nothing of note happened today. ", 40) + faultyTail
}

// writeHuge writes a feed that is well formed and has HugeSize bytes.
func writeHuge(w io.Writer) error {
	head := faultyHead()
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	block := strings.Repeat("Nothing of note happened. ", 2048)
	for left := HugeSize - len(head) - len(faultyTail); left > 0; left -= len(block) {
		if _, err := io.WriteString(w, block[:min(left, len(block))]); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, faultyTail)
	return err
}
