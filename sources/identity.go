package sources

import (
	"fmt"
	"slices"

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
// An article is identified by the source's id and link. The title is added if there is
// no id, if several articles share it, or under policyByTitle. The text is added if
// several articles share the title too. In doubt an article is new: an edit that
// alerts twice costs a minute, but an article that passes for an edit never alerts.
//
// The identities that an article would have under the other rules are kept as former
// identities, so that an article does not become new because its neighbors appear or
// disappear.
//
// Home holds the addresses of the feed and its site as [weblink.Key] returns them. As an
// id or link they identify no article.
func identify(articles []models.Article, home []string, policy string) (after string, warnings []string) {
	ids := make([]feedID, len(articles))
	textsByTitle := make(map[feedID]map[string]map[string]bool) // the texts of each title
	for i, a := range articles {
		id := feedID{guid: a.GUID, link: a.Link}
		if isHomeAddress(id.guid, home) {
			id.guid = ""
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
	if shared*10 >= len(articles)*minSharedOfTen && shared > 0 {
		policy = policyByTitle
	}
	for i := range articles {
		a, id := &articles[i], ids[i]
		byID := models.IdentityOf(id.guid, id.link)
		byIDTitle := models.IdentityOf(id.guid+"\x00"+a.Title, id.link)
		byIDTitleText := models.IdentityOf(id.guid+"\x00"+a.Title+"\x00"+a.FeedHash, id.link)
		a.Twin = len(textsByTitle[id][a.Title]) > 1
		switch {
		case id.guid == "" && (id.link == "" || isHomeAddress(id.link, home)):
			// Nothing else tells these articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
		case a.Twin:
			a.Identity, a.Formers = byIDTitleText, []string{byIDTitleText, byIDTitle, byID}
		// Without an id, the title always counts, so that an article that shares its
		// link today and not tomorrow stays the same.
		case id.guid == "" || len(textsByTitle[id]) > 1 || policy == policyByTitle:
			a.Identity, a.Formers = byIDTitle, []string{byIDTitleText, byIDTitle, byID}
		default:
			a.Identity, a.Formers = byID, []string{byIDTitleText, byIDTitle}
		}
		if a.LinkKey != "" && weblink.Key(id.guid) == a.LinkKey {
			// Earlier releases stored an article without an id if its id was its link.
			a.Formers = append(a.Formers, models.IdentityOf("\x00"+a.Title, id.link))
		}
		if id.guid == "" && len(a.Formers) > 0 {
			a.Formers = a.Formers[:2]
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

func isHomeAddress(address string, home []string) bool {
	key := weblink.Key(address)
	return key != "" && slices.Contains(home, key)
}

// articleCount returns a count with a verb: "1 article has" or "7 articles have".
func articleCount(n int, one, more string) string {
	return plural.Count(n, "article", "articles") + " " + plural.Word(n, one, more)
}
