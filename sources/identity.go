package sources

import (
	"fmt"
	"slices"

	"regwatch/models"
)

// byTitle is the policy of a source whose ids and links were found to be shared
// by several articles. It is kept for ever: a source that repeats its ids in one
// scan does so in the next, also when that has only one article of each.
const byTitle = "title"

// A source is told by titles from so many articles on that share their id, of
// every ten. One id that is repeated by mistake is dealt with by itself.
const sharedOfTen = 2

// identify gives each article of a batch its identity, and returns the policy
// of the source from now on and what a person should know. The source's own id
// and the link tell an article; where there is no id, or several articles have
// it, or under the policy byTitle, so does the title; and so does the text, where
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
	ids := make([]ownID, len(articles))
	said := make(map[ownID]map[string]map[string]bool) // the texts of each title
	for i, a := range articles {
		id := ownID{guid: a.GUID, link: a.Link}
		if isHome(id.guid, home) {
			id.guid = ""
		}
		if said[id] == nil {
			said[id] = make(map[string]map[string]bool)
		}
		if said[id][a.Title] == nil {
			said[id][a.Title] = make(map[string]bool)
		}
		ids[i] = id
		said[id][a.Title][a.FeedHash] = true
	}
	linked, shared := 0, 0
	for _, id := range ids {
		switch {
		case id == ownID{} || onlyText(said[id]):
		case id.guid == "":
			linked++
		default:
			shared++
		}
	}
	if shared*10 >= len(articles)*sharedOfTen && shared > 0 {
		policy = byTitle
	}
	for i := range articles {
		a, id := &articles[i], ids[i]
		plain := models.IdentityOf(id.guid, id.link)
		titled := models.IdentityOf(id.guid+"\x00"+a.Title, id.link)
		whole := models.IdentityOf(id.guid+"\x00"+a.Title+"\x00"+a.FeedHash, id.link)
		a.Twin = len(said[id][a.Title]) > 1
		switch {
		case id.guid == "" && (id.link == "" || isHome(id.link, home)):
			// Nothing else tells such articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
		case a.Twin:
			a.Identity, a.Formers = whole, []string{whole, titled, plain}
		// Without an id always with the title, so that an article that shares its
		// link today and has it alone tomorrow stays the same.
		case id.guid == "" || len(said[id]) > 1 || policy == byTitle:
			a.Identity, a.Formers = titled, []string{whole, titled, plain}
		default:
			a.Identity, a.Formers = plain, []string{whole, titled}
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

// onlyText reports whether all articles of an id have one title and one text.
func onlyText(titles map[string]map[string]bool) bool {
	for _, texts := range titles {
		if len(texts) > 1 {
			return false
		}
	}
	return len(titles) == 1
}

// An ownID is what a feed itself says an article is.
type ownID struct{ guid, link string }

func isHome(address string, home []string) bool {
	key := LinkKey(address)
	return key != "" && slices.Contains(home, key)
}

// articleCount says "1 article has" or "7 articles have".
func articleCount(n int, one, more string) string {
	return fmt.Sprintf("%d %s %s", n, plural(n, "article", "articles"), plural(n, one, more))
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
