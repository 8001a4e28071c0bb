package sources

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// policyByTitle is the policy of a source whose ids and links turned out to be shared
// by several articles. It is kept forever: a source that repeats its ids in one scan
// does so in later ones, also when a scan has only one article of each.
const policyByTitle = "title"

// minSharedOfTen is how many of ten articles must share their id before the source
// gets policyByTitle. A single repeated id is handled by itself.
const minSharedOfTen = 2

// identify sets the identity of each article of a batch. It returns the policy of the
// source from now on, and warnings.
//
// An article is identified by the source's id and link, without what changes from one
// request to the next. The title is added if several articles share them, or under
// policyByTitle. The text is added if several articles share the title too. In doubt an
// article is new: an edit that alerts twice costs a minute, but an article that passes for
// an edit never alerts. So an article without an id whose link may come to be that of
// another gets a second identity, see [models.Article.Retitled].
//
// The identities that an article would have under the other rules are kept as former
// identities, so that an article does not become new because its neighbors appear or
// disappear.
//
// Home holds the addresses of the feed and its site as [weblink.Key] returns them. As an
// id or link they identify no article.
//
// FormerLinks holds the links that earlier releases read for the articles, if others.
func identify(articles []models.Article, formerLinks, home []string, policy string) (after string, warnings []string) {
	ids, links := make([]feedID, len(articles)), stableLinks(articles)
	textsByTitle := make(map[feedID]map[string]map[string]bool) // the texts of each title
	for i, a := range articles {
		id := feedID{guid: a.GUID, link: links[i]}
		if isHomeAddress(id.guid, home) {
			id.guid = ""
		}
		if id.guid == a.Link || isAddress(id.guid) {
			id.guid = weblink.Firm(id.guid)
		}
		if id.guid != "" && id.guid == weblink.Firm(a.Link) {
			id.guid = id.link
		}
		if textsByTitle[id] == nil {
			textsByTitle[id] = make(map[string]map[string]bool)
		}
		if textsByTitle[id][a.Title] == nil {
			textsByTitle[id][a.Title] = make(map[string]bool)
		}
		ids[i] = id
		textsByTitle[id][a.Title][a.FeedHash] = true
	}
	linked, shared := 0, 0
	for _, id := range ids {
		switch {
		case id == feedID{} || haveOneText(textsByTitle[id]):
		case id.guid == "":
			linked++
		default:
			shared++
		}
	}
	if many := shared + linked; many*10 >= len(articles)*minSharedOfTen && many > 0 {
		policy = policyByTitle
	}
	for i := range articles {
		a, id := &articles[i], ids[i]
		byID, byIDTitle, byIDTitleText := id.identities(*a)
		a.Twin = len(textsByTitle[id][a.Title]) > 1
		switch {
		case id.guid == "" && (id.link == "" || isHomeAddress(id.link, home)):
			// Nothing else tells these articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
		case a.Twin:
			a.Identity, a.Formers = byIDTitleText, []string{byIDTitleText, byIDTitle, byID}
		case len(textsByTitle[id]) > 1 || policy == policyByTitle:
			a.Identity, a.Formers = byIDTitle, []string{byIDTitleText, byIDTitle, byID}
		default:
			a.Identity, a.Formers = byID, []string{byIDTitleText, byIDTitle}
			if id.guid == "" {
				a.Retitled, a.OwnLink = byIDTitle, weblink.NamesArticle(id.link)
			}
		}
		addFormerTitle(a, id)
		if a.LinkKey != "" && weblink.Key(id.guid) == a.LinkKey {
			// A source without ids may start to send them, and earlier releases dropped
			// those that are the link.
			a.Formers = append(a.Formers, models.IdentityOf("\x00"+a.Title, id.link), models.IdentityOf("", id.link))
		}
		if before := (feedID{guid: a.GUID, link: cmp.Or(formerLinks[i], a.Link)}); before != id && len(a.Formers) > 0 {
			if isHomeAddress(before.guid, home) {
				before.guid = ""
			}
			// Earlier releases stored links as they were.
			former, formerTitle, formerTitleText := before.identities(*a)
			a.Formers = append(a.Formers, formerTitleText, formerTitle, former)
			if before.guid != "" && weblink.Key(before.guid) == a.LinkKey {
				a.Formers = append(a.Formers, models.IdentityOf("\x00"+a.Title, before.link))
			}
		}
	}
	if linked > 0 {
		warnings = append(warnings, fmt.Sprintf("%s no id and a link that another article has too: they are identified by title and text", articleCount(linked, "has", "have")))
	}
	if shared > 0 {
		warnings = append(warnings, fmt.Sprintf("%s the id and link of another article: they are identified by title and text", articleCount(shared, "has", "have")))
	}
	return policy, warnings
}

// haveOneText reports whether all articles with one id have the same title and text.
func haveOneText(titles map[string]map[string]bool) bool {
	for _, texts := range titles {
		if len(texts) > 1 {
			return false
		}
	}
	return len(titles) == 1
}

// A feedID is how the feed itself identifies an article.
type feedID struct{ guid, link string }

// identities returns the identities of an article by its id and link, with its title, and
// with its title and text.
func (id feedID) identities(a models.Article) (byID, byIDTitle, byIDTitleText string) {
	return models.IdentityOf(id.guid, id.link),
		models.IdentityOf(id.guid+"\x00"+a.Title, id.link),
		models.IdentityOf(id.guid+"\x00"+a.Title+"\x00"+a.FeedHash, id.link)
}

// addFormerTitle adds the identities that an article had by the title that releases before
// 2026-12 read in lists and pages: a footnote mark was the last digit of a word.
func addFormerTitle(a *models.Article, id feedID) {
	former := *a
	former.Title, former.Summary = withoutMarks(a.Title), withoutMarks(a.Summary)
	if former.Title == a.Title && former.Summary == a.Summary {
		return
	}
	a.FormerTitle = former.Title
	_, byIDTitle, byIDTitleText := id.identities(former)
	a.Formers = append(a.Formers, byIDTitle, byIDTitleText, models.IdentityOf(models.HashOf(former.Title, former.Summary), ""))
}

// withoutMarks writes superscript digits as ordinary ones.
func withoutMarks(s string) string {
	return strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9").Replace(s)
}

// stableLinks returns the links of articles without what changes from one request to the
// next. If that makes the links of articles with different titles equal, it belongs to them.
func stableLinks(articles []models.Article) []string {
	links, titles := make([]string, len(articles)), make(map[string]map[string]string)
	for i, a := range articles {
		links[i] = weblink.Stable(a.Link)
		if titles[links[i]] == nil {
			titles[links[i]] = make(map[string]string)
		}
		titles[links[i]][weblink.Firm(a.Link)] = a.Title
	}
	for i, a := range articles {
		if sameTitle := titles[links[i]]; !haveOneTitle(sameTitle) {
			links[i] = weblink.Firm(a.Link)
		}
	}
	return links
}

// formerLinks returns the link of each record that earlier releases read; empty if it is
// the same.
func formerLinks(records []record, from *url.URL) []string {
	links := make([]string, len(records))
	for i, rec := range records {
		if rec.FormerLink != "" {
			links[i] = weblink.Resolve(from, rec.FormerLink)
		}
	}
	return links
}

// haveOneTitle reports whether all links have the same title.
func haveOneTitle(titles map[string]string) bool {
	return len(slices.Compact(slices.Sorted(maps.Values(titles)))) <= 1
}

func isAddress(guid string) bool {
	return strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://")
}

func isHomeAddress(address string, home []string) bool {
	key := weblink.Key(address)
	return key != "" && slices.Contains(home, key)
}

// articleCount returns a count with a verb: "1 article has" or "7 articles have".
func articleCount(n int, one, more string) string {
	return plural.Count(n, "article", "articles") + " " + plural.Word(n, one, more)
}
