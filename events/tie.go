package events

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// What brings an article into an event, in words a person reads.
const (
	sameArticle  = "the same article"
	sameLink     = "the same link"
	copiedText   = "a copy of the text"
	sameHeadline = "the same headline"
)

// A tie is a reason for which two articles are of one event. A greater one
// weighs more.
type tie int

const (
	none tie = iota
	byHeadline
	byText
	byLink
)

func (t tie) String() string {
	return [...]string{"", sameHeadline, copiedText, sameLink}[t]
}

// A side is an article that an event has, with what others are compared by.
type side struct {
	models.EventArticle
	headline headline
	host     string
}

func sideOf(a models.EventArticle) side {
	s := side{EventArticle: a, host: host(a.Link)}
	s.headline = headlineOf(a.Title, a.SourceName, s.host)
	return s
}

// sameSite reports whether one publisher stands behind both, in whatever feed of
// its own.
func (s side) sameSite(f reading) bool {
	return s.SourceID == f.Article.SourceID || s.host != "" && s.host == f.host
}

// tieOf returns what ties a found article to one that an event has. Equal says
// that the event has an article with the very text of the found one.
func tieOf(other side, f reading, equal bool) tie {
	// What surrounds an item of a digest is the whole digest's: its link, text
	// and headline say nothing of the item.
	if f.Part > 0 || other.Part > 0 {
		return none
	}
	a := f.Article
	near := when(a).Sub(published(other.EventArticle)).Abs() <= copyWindow
	o := overlapOf(f.signature, other.Signature)
	equal = equal && slices.Equal(f.signature, other.Signature)
	if a.LinkKey != "" && a.LinkKey == other.LinkKey && linked(other, f, o, near, equal) {
		return byLink
	}
	if !near {
		return none
	}
	// A site does not copy itself: what looks alike there is one form filled in
	// for another bank or another week, or what it prints under every article.
	if other.sameSite(f) {
		if equal && o.tells() {
			return byText
		}
		return none
	}
	if o.tells() {
		if o.shorter < copyShare || otherName(other.headline, f.headline) {
			return none
		}
		// The press cuts and rewrites. Authorities pass each other's releases on
		// as they are, and write their own on the same forms.
		if other.Role.Official() && a.Source.Role.Official() && o.longer < equalShare {
			return none
		}
		return byText
	}
	if f.headline.telling && f.headline.same(other.headline) {
		return byHeadline
	}
	return none
}

// linked reports whether two articles with one link are of one event. The link
// alone does not say so: it may be that of a list or of a page that changes.
func linked(other side, f reading, o overlap, near, equal bool) bool {
	switch {
	case equal && (near || o.sample >= longSample):
		return true
	case !near:
		return false
	case other.SourceID == f.Article.SourceID:
		return !o.tells() && f.headline.same(other.headline)
	case oneForm(other.headline, f.headline):
		return false
	case !o.tells() || o.shorter >= copyShare:
		return true
	}
	return f.headline.telling && f.headline.same(other.headline)
}

// host returns the name of the host that a web address is at. A number names
// nobody: any number of publishers may be behind it.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func published(a models.EventArticle) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}
