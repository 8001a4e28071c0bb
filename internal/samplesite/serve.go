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

// contentType returns the Content-Type of the feed. It varies as on real servers: some
// name the encoding, some leave it to the document, and one only says XML.
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
		writeBody(w, r, "text/html; charset=utf-8", page, time.Time{}, err)
		return
	}
	articles, changed := s.latest(o)
	body, err := o.render(baseURL(r), articles, changed)
	writeBody(w, r, o.contentType(), body, changed, err)
}

func (s *Site) servePage(w http.ResponseWriter, r *http.Request) {
	a, ok := s.page(r.URL.Path)
	if !ok {
		http.Error(w, "The sample site has no such page.", http.StatusNotFound)
		return
	}
	o := s.outlets[a.feed]
	latest, _ := s.latest(o)
	body, err := o.renderPage(baseURL(r), a, latest)
	writeBody(w, r, "text/html; charset="+o.charset, body, a.at, err)
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
		articles, _ := s.latest(o)
		for _, a := range articles {
			c.Articles = append(c.Articles, line{a.link, a.title, a.at.In(hongKong()).Format("2 Jan 15:04 MST")})
		}
		columns = append(columns, c)
	}
	page, err := renderHTML("front.html", columns)
	writeBody(w, r, "text/html; charset=utf-8", page, time.Time{}, err)
}

// writeBody writes a response with validators. It answers 304 if the client has the
// body already, and compresses if the client accepts gzip.
func writeBody(w http.ResponseWriter, r *http.Request, contentType string, body []byte, modified time.Time, err error) {
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
		var compressed bytes.Buffer
		z := gzip.NewWriter(&compressed)
		if _, err := z.Write(body); err == nil && z.Close() == nil {
			h.Set("Content-Encoding", "gzip")
			body = compressed.Bytes()
		}
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

// baseURL returns the address of the site as the client used it.
func baseURL(r *http.Request) string { return "http://" + r.Host }

// etag returns a weak ETag, because the body may be sent compressed or not.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:8]) + `"`
}
