package samplesite

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// contentTypes are as varied as real servers make them: some name the encoding,
// some leave it to the document, and one says no more than that it is XML.
func (o outlet) contentType() string {
	switch o.format {
	case rssFull:
		return "application/rss+xml; charset=utf-8"
	case atom:
		return "application/atom+xml"
	case rdf:
		return "application/rdf+xml; charset=utf-8"
	case jsonFeed:
		return "application/feed+json"
	}
	return "text/xml"
}

func (s *Site) serveFeed(w http.ResponseWriter, r *http.Request, o outlet) {
	if o.Broken != "" {
		page, err := renderHTML("login.html", nil)
		send(w, r, "text/html; charset=utf-8", page, time.Time{}, err)
		return
	}
	articles, changed := s.newest(o)
	body, err := o.render(baseOf(r), articles, changed)
	send(w, r, o.contentType(), body, changed, err)
}

func (s *Site) servePage(w http.ResponseWriter, r *http.Request) {
	a, ok := s.page(r.URL.Path)
	if !ok {
		http.Error(w, "There is no such page on the sample site.", http.StatusNotFound)
		return
	}
	o := s.outlets[a.feed]
	latest, _ := s.newest(o)
	body, err := o.renderPage(baseOf(r), a, latest)
	send(w, r, "text/html; charset="+o.charset, body, a.at, err)
}

func (s *Site) serveFront(w http.ResponseWriter, r *http.Request) {
	type line struct{ Link, Title, Date string }
	type column struct {
		Feed
		Articles []line
	}
	var columns []column
	for _, id := range s.order {
		o := s.outlets[id]
		c := column{Feed: o.Feed}
		articles, _ := s.newest(o)
		for _, a := range articles {
			c.Articles = append(c.Articles, line{a.link, a.title, a.at.In(hongKong()).Format("2 Jan 15:04 MST")})
		}
		columns = append(columns, c)
	}
	page, err := renderHTML("front.html", columns)
	send(w, r, "text/html; charset=utf-8", page, time.Time{}, err)
}

// send answers with body as a careful server does: with validators, 304 where
// the reader has it already, and gzip where the reader takes it.
func send(w http.ResponseWriter, r *http.Request, contentType string, body []byte, modified time.Time, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "max-age=0, must-revalidate")
	h.Set("ETag", etag(body))
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(body); err == nil && z.Close() == nil {
			h.Set("Content-Encoding", "gzip")
			body = packed.Bytes()
		}
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

// baseOf returns the address under which the reader reached the site.
func baseOf(r *http.Request) string { return "http://" + r.Host }

// etag is weak, because the same text may be sent packed or not.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:8]) + `"`
}
