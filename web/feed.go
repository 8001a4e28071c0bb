package web

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/render"
)

// What a feed holds: the newest events of a route. Several notices may tell of one.
const (
	feedEvents  = 50
	feedNotices = 500
)

// An atomFeed is a feed as RFC 4287 has it.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Source     string         `xml:"author>name,omitempty"`
	// The type of both is text, the default: no markup. An entry without a link must
	// have content (section 4.1.2).
	Summary string `xml:"summary,omitempty"`
	Content string `xml:"content,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// feed answers /feeds/ROUTE/TOKEN.atom. A route's name may have slashes.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	rest, isFeed := strings.CutSuffix(r.PathValue("rest"), ".atom")
	end := strings.LastIndexByte(rest, '/')
	if !isFeed || end < 1 {
		s.say(w, r, http.StatusNotFound, english.Forged)
		return
	}
	route, token := rest[:end], rest[end+1:]
	links, err := s.Links(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if _, err := links.Read(signedlink.Feed(route), token, s.Now()); err != nil {
		s.say(w, r, http.StatusNotFound, english.Forged)
		return
	}
	told, err := s.Told(r.Context(), route, feedNotices)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	body, err := atom(route, links.Feed(route), told)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	// A reader asks every few minutes, and mostly there is nothing new.
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", `"`+models.HashOf(string(body))+`"`)
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// atom writes what a route told as a feed: an entry for each event, as it was told
// last, whoever was told.
func atom(route, self string, told []models.Notice) ([]byte, error) {
	feed := atomFeed{
		Lang: "en", ID: "urn:regwatch:route:" + route, Title: "regwatch: " + route, Author: "regwatch",
		Updated: rfc3339(time.Unix(0, 0)), Links: []atomLink{{Rel: "self", Href: self, Type: "application/atom+xml"}},
	}
	at := make(map[string]int)
	for _, n := range told {
		a := n.Content.Alert
		if a == nil {
			continue
		}
		if i, met := at[a.EventID]; met {
			feed.Entries[i].Published = rfc3339(n.CreatedAt) // the notices go back in time
			continue
		}
		if len(feed.Entries) == feedEvents {
			continue
		}
		at[a.EventID] = len(feed.Entries)
		feed.Entries = append(feed.Entries, entryOf(*a, n.CreatedAt))
	}
	if len(feed.Entries) > 0 {
		feed.Updated = feed.Entries[0].Updated
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(feed); err != nil {
		return nil, fmt.Errorf("write the feed of route %s: %w", route, err)
	}
	return b.Bytes(), nil
}

func entryOf(a models.Alert, told time.Time) atomEntry {
	e := atomEntry{
		Lang: sanitize.Line(a.Language), ID: "urn:regwatch:event:" + a.EventID, Title: cmp.Or(sanitize.Line(a.Title), "(untitled)"),
		Updated: rfc3339(told), Published: rfc3339(told), Source: sanitize.Line(a.Source),
		Summary: strings.Join(slices.DeleteFunc([]string{
			strings.ToUpper(string(a.Severity)), sanitize.Line(strings.Join(a.Jurisdictions, ", ")), render.WhyNow(a, "en"), sanitize.Line(a.Excerpt.Text),
		}, func(part string) bool { return part == "" }), " · "),
	}
	if link := sanitize.Link(a.Link); link != "" {
		e.Links = []atomLink{{Rel: "alternate", Href: link}}
	} else {
		e.Summary, e.Content = "", e.Summary
	}
	for _, f := range a.Why {
		e.Categories = append(e.Categories, atomCategory{sanitize.Line(f.RuleID)})
	}
	return e
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
