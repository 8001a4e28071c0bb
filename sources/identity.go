package sources

import (
	"fmt"
	"slices"

	"regwatch/internal/plural"
	"regwatch/models"
)

// policyByTitle is the policy of a source whose ids and links were found to be shared
// by several articles. It is kept for ever: a source that repeats its ids in one
// scan does so in the next, also when that has only one article of each.
const policyByTitle = "title"

// A sourceSettings is told by titles from so many articles on that share their id, of
// every ten. One id that is repeated by mistake is dealt with by itself.
const minSharedOfTen = 2

// identify gives each article of a batch its identity, and returns the policy
// of the source from now on and what a person should know. The source's own id
// and the link tell an article; where there is no id, or several articles have
// it, or under the policy policyByTitle, so does the title; and so does the text, where
// several have the title too. Whatever is in doubt becomes a new article, because
// an edit that is told twice costs a minute and an article that is taken for an
// edit is never told.
//
// What an article would be called by another of these rules is kept as its
// former identities, so that none is new because its neighbours came or went.
//
// Home are the addresses of the feed and its site, reduced by [LinkKey]. As an
// id or a link they say nothing of a single article.
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
			// Nothing else tells such articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
		case a.Twin:
			a.Identity, a.Formers = byIDTitleText, []string{byIDTitleText, byIDTitle, byID}
		// Without an id always with the title, so that an article that shares its
		// link today and has it alone tomorrow stays the same.
		case id.guid == "" || len(textsByTitle[id]) > 1 || policy == policyByTitle:
			a.Identity, a.Formers = byIDTitle, []string{byIDTitleText, byIDTitle, byID}
		default:
			a.Identity, a.Formers = byID, []string{byIDTitleText, byIDTitle}
		}
		if a.LinkKey != "" && LinkKey(id.guid) == a.LinkKey {
			// What has no other id than its link was stored without one before.
			a.Formers = append(a.Formers, models.IdentityOf("\x00"+a.Title, id.link))
		}
		if id.guid == "" && len(a.Formers) > 0 {
			a.Formers = a.Formers[:2]
		}
	}
	if linked > 0 {
		warnings = append(warnings, fmt.Sprintf("%s no id of their own and share their link with another: they are told apart by their titles and texts", articleCount(linked, "has", "have")))
	}
	if shared > 0 {
		warnings = append(warnings, fmt.Sprintf("%s their id and link with another and are told apart by their titles and texts", articleCount(shared, "shares", "share")))
	}
	return policy, warnings
}

// haveOneText reports whether all articles of an id have one title and one text.
func haveOneText(titles map[string]map[string]bool) bool {
	for _, texts := range titles {
		if len(texts) > 1 {
			return false
		}
	}
	return len(titles) == 1
}

// An feedID is what a feed itself says an article is.
type feedID struct{ guid, link string }

func isHomeAddress(address string, home []string) bool {
	key := LinkKey(address)
	return key != "" && slices.Contains(home, key)
}

// articleCount says "1 article has" or "7 articles have".
func articleCount(n int, one, more string) string {
	return plural.Count(n, "article", "articles") + " " + plural.Word(n, one, more)
}
