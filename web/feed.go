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

	"regwatch/app"
	"regwatch/models"
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

// feed answers /feeds/ROUTE/TOKEN.atom and .ics. A route's name may have slashes.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	if rest, isCalendar := strings.CutSuffix(r.PathValue("rest"), ".ics"); isCalendar {
		s.calendar(w, r, rest)
		return
	}
	rest, isFeed := strings.CutSuffix(r.PathValue("rest"), ".atom")
	end := strings.LastIndexByte(rest, '/')
	if !isFeed || end < 1 {
		s.showNotice(w, r, http.StatusNotFound, english.Forged)
		return
	}
	feed, err := s.App.Feed(r.Context(), rest[:end], rest[end+1:])
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	body, err := atom(feed)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	serveFeed(w, r, "application/atom+xml; charset=utf-8", body)
}

// serveFeed answers with a file that readers ask for every few minutes, although most of
// the time there is nothing new.
func serveFeed(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", `"`+models.HashOf(string(body))+`"`)
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// atom writes a feed as Atom.
func atom(f app.Feed) ([]byte, error) {
	feed := atomFeed{
		Lang: "en", ID: "urn:regwatch:route:" + f.Route, Title: "regwatch: " + f.Route, Author: "regwatch",
		Updated: rfc3339(time.Unix(0, 0)), Links: []atomLink{{Rel: "self", Href: f.Address, Type: "application/atom+xml"}},
	}
	for _, e := range f.Entries {
		feed.Entries = append(feed.Entries, newAtomEntry(e))
	}
	if len(feed.Entries) > 0 {
		feed.Updated = feed.Entries[0].Updated
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(feed); err != nil {
		return nil, fmt.Errorf("write the feed of route %s: %w", f.Route, err)
	}
	return b.Bytes(), nil
}

func newAtomEntry(e app.FeedEntry) atomEntry {
	entry := atomEntry{
		Lang: e.Language, ID: "urn:regwatch:event:" + e.EventID, Title: cmp.Or(e.Title, "(untitled)"),
		Updated: rfc3339(e.UpdatedAt), Published: rfc3339(e.PublishedAt), Source: e.Source,
		Summary: strings.Join(slices.DeleteFunc([]string{strings.ToUpper(e.Severity), e.Jurisdictions, e.WhyNow, e.Excerpt},
			func(part string) bool { return part == "" }), " · "),
	}
	if e.Link != "" {
		entry.Links = []atomLink{{Rel: "alternate", Href: e.Link}}
	} else {
		entry.Summary, entry.Content = "", entry.Summary
	}
	for _, rule := range e.Rules {
		entry.Categories = append(entry.Categories, atomCategory{rule})
	}
	return entry
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
