package events

import (
	"slices"

	"regwatch/events/similarity"
	"regwatch/internal/site"
	"regwatch/models"
)

// Why an article joined an event. These are stored values, shown to people.
const (
	sameArticle   = "the same article"
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
	return [...]string{"", models.JoinedByHeadline, models.JoinedByText, models.JoinedByLink}[t]
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
	near := a.ReportedAt().Sub(other.EventArticle.ReportedAt()).Abs() <= copyWindow
	o := overlapOf(f.signature, other.Signature)
	equal = equal && f.hasSignature(other.Signature)
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
	case !near || other.SourceID == f.Article.SourceID:
		return false
	case isSameForm(other.headline, f.headline):
		return false
	case !o.isSignificant() || o.shorter >= copyShare:
		return true
	}
	return f.headline.distinctive && f.headline.same(other.headline)
}

// copyObjection returns why an article is no copy of one that shares its link, text or
// headline, or nothing. Pages share text that is no report, such as what stands before a
// paywall, and then the reader of one would not be told of the other.
func (c *clusterer) copyObjection(at, k int, f features) string {
	other, d := c.members[at][k], c.doc(at, k)
	if f.hidesStage(c.events[at], other) {
		return otherStage
	}
	if d == nil || f.doc == nil {
		return ""
	}
	if f.headline.distinctive && f.headline.same(other.headline) {
		return ""
	}
	if veto := similarity.Veto(f.doc, d); veto != "" {
		return veto
	}
	official := f.Article.Source.Role.Official()
	whole := overlapOf(f.signature, other.Signature).shorter >= wholeShare // a reprint under a headline of its own
	if !whole && official != other.Role.Official() && len(d.Acts) > 0 && len(f.doc.Acts) > 0 && !sharesAny(d.Acts, f.doc.Acts) {
		return noCommonAct
	}
	m, linked := c.model, f.Article.LinkKey != "" && f.Article.LinkKey == other.LinkKey
	if !m.ShareText(f.doc, d, f.ruleWords()) || !linked && !m.ShareNames(f.doc, d) {
		return noCommonSubject
	}
	return ""
}

// hidesStage reports whether the article states a stage that its event would not show: an
// earlier one, or another than that of an authority. A copy whose headline states none has
// that of the text that it copied, which was read under the title of the original.
func (f features) hidesStage(e models.Event, original member) bool {
	stage := f.stage()
	if stage == "" || e.Stage == "" || stage == e.Stage {
		return false
	}
	if stageOf(stage) > stageOf(e.Stage) && (f.Article.Source.Role.Official() || !e.Official) {
		return false
	}
	if own := f.stageOf(f.Article.Title, ""); own != "" && !f.headline.same(original.headline) {
		return own != e.Stage
	}
	return f.stageOf(original.Title, f.src[len(f.Article.Title):]) != e.Stage
}

// stageOf returns the stage that the article would state with another title and body.
func (f features) stageOf(title, body string) string {
	f.Article.Title, f.Article.Body, f.Article.Boilerplate = title, body, nil
	return textOf(f.Found, f.Article).readExtraction().stage.String()
}

func sharesAny(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
