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

// A similarity is a reason for which two articles are of one event. A greater one
// weighs more.
type similarity int

const (
	notSimilar similarity = iota
	byHeadline
	byText
	byLink
)

func (t similarity) String() string {
	return [...]string{"", sameHeadline, copiedText, sameLink}[t]
}

// A member is an article that an event has, with what others are compared by.
type member struct {
	models.EventArticle
	headline headline
	host     string
}

func newMember(a models.EventArticle) member {
	s := member{EventArticle: a, host: host(a.Link)}
	s.headline = headlineOf(a.Title, a.SourceName, s.host)
	return s
}

// sameSite reports whether one publisher stands behind both, in whatever feed of
// its own.
func (s member) sameSite(f features) bool {
	return s.SourceID == f.Article.SourceID || s.host != "" && s.host == f.host
}

// compare returns what ties a found article to one that an event has. Equal says
// that the event has an article with the very text of the found one.
func compare(other member, f features, equal bool) similarity {
	// What surrounds an item of a digest is the whole digest's: its link, text
	// and headline say nothing of the item.
	if f.Part > 0 || other.Part > 0 {
		return notSimilar
	}
	a := f.Article
	near := timestamp(a).Sub(memberTime(other.EventArticle)).Abs() <= copyWindow
	o := overlapOf(f.signature, other.Signature)
	equal = equal && slices.Equal(f.signature, other.Signature)
	if a.LinkKey != "" && a.LinkKey == other.LinkKey && sameLinkMatches(other, f, o, near, equal) {
		return byLink
	}
	if !near {
		return notSimilar
	}
	// A site does not copy itself: what looks alike there is one form filled in
	// for another bank or another week, or what it prints under every article.
	if other.sameSite(f) {
		if equal && o.isSignificant() {
			return byText
		}
		return notSimilar
	}
	if o.isSignificant() {
		if o.shorter < copyShare || isFormVariant(other.headline, f.headline) {
			return notSimilar
		}
		// The press cuts and rewrites. Authorities pass each other's releases on
		// as they are, and write their own on the same forms.
		if other.Role.Official() && a.Source.Role.Official() && o.longer < equalShare {
			return notSimilar
		}
		return byText
	}
	if f.headline.distinctive && f.headline.same(other.headline) {
		return byHeadline
	}
	return notSimilar
}

// sameLinkMatches reports whether two articles with one link are of one event. The link
// alone does not say so: it may be that of a list or of a page that changes.
func sameLinkMatches(other member, f features, o overlap, near, equal bool) bool {
	switch {
	case equal && (near || o.sample >= longTextSample):
		return true
	case !near:
		return false
	case other.SourceID == f.Article.SourceID:
		return !o.isSignificant() && f.headline.same(other.headline)
	case isSameForm(other.headline, f.headline):
		return false
	case !o.isSignificant() || o.shorter >= copyShare:
		return true
	}
	return f.headline.distinctive && f.headline.same(other.headline)
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

func memberTime(a models.EventArticle) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}
