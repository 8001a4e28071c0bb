package events

import (
	"slices"
	"time"

	"regwatch/internal/site"
	"regwatch/models"
)

// Why an article joined an event. These are stored values, shown to people.
const (
	sameArticle   = "the same article"
	sameLink      = "the same link"
	copiedText    = "a copy of the text"
	sameHeadline  = "the same headline"
	similarReport = "a similar report"
)

// A joinReason is a reason why two articles belong to one event. Higher values are
// stronger.
type joinReason int

const (
	notSimilar joinReason = iota
	byHeadline
	byText
	byLink
)

func (t joinReason) String() string {
	return [...]string{"", sameHeadline, copiedText, sameLink}[t]
}

// A member is an article of an event, with the features that others are compared by.
type member struct {
	models.EventArticle
	headline headline
	site     string
}

func newMember(a models.EventArticle) member {
	s := member{EventArticle: a, site: site.Of(a.Link)}
	s.headline = headlineOf(a.Title, a.SourceName, s.site)
	return s
}

// sameSite reports whether both articles are from one publisher, in any of its feeds and
// on any of its subdomains.
func (s member) sameSite(f features) bool {
	return s.SourceID == f.Article.SourceID || s.site != "" && s.site == f.site
}

// compare returns the similarity of a new article and an article of an event. Equal
// says that the event has an article with exactly the new text.
func compare(other member, f features, equal bool) joinReason {
	// Link, text and headline of an item of a roundup belong to the whole roundup.
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
	// A site does not copy itself: similar texts are one form for another bank or
	// another week, or a standard text under every article.
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
		// The press cuts and rewrites. Authorities republish each other's releases
		// unchanged, and write their own with the same forms.
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

// sameLinkMatches reports whether two articles with one link belong to one event. The
// link alone does not tell: it may be that of a list or of a page that changes.
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

func memberTime(a models.EventArticle) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}
