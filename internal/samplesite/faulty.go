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

// HugeSize is the size in bytes of /fault/huge, and of /fault/bomb when decompressed.
const HugeSize = 50 << 20

// Faulty fails in the ways in which real servers fail:
//
//	/fault/none                a valid feed with one article
//	/fault/404, /fault/500, …  this status; ?after=30 adds Retry-After
//	/fault/slow?for=10s        the feed after this delay
//	/fault/stalled?for=10s     half of the feed, and the rest after this delay
//	/fault/html                a web page instead of a feed
//	/fault/empty               an empty body with status 200
//	/fault/truncated           a feed that ends inside an article
//	/fault/cut                 a connection that closes inside the feed
//	/fault/closed              a connection that closes without a response
//	/fault/huge                a feed of 50 MB
//	/fault/bomb                the same, compressed to a few tens of kilobytes
//	/fault/redirect-loop       a redirect to itself
//	/fault/redirect?to=URL     a redirect to any address
//
// The zero value is ready for use.
type Faulty struct{}

// ServeHTTP serves the paths below /fault/.
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
		if waitFor(r, query) {
			_, _ = io.WriteString(w, feed)
		}
	case "stalled":
		_, _ = io.WriteString(w, feed[:half])
		_ = http.NewResponseController(w).Flush()
		if waitFor(r, query) {
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
		// http.Redirect would clean the address.
		h.Set("Location", query.Get("to"))
		w.WriteHeader(http.StatusFound)
	default:
		writeStatus(w, r, name, query)
	}
}

// writeStatus writes an error status if name is the number of one.
func writeStatus(w http.ResponseWriter, r *http.Request, name string, query url.Values) {
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

// waitFor waits as long as the query says, by default a minute. It reports whether the
// client is still connected.
func waitFor(r *http.Request, query url.Values) bool {
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

// writeHuge writes a valid feed of HugeSize bytes.
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
