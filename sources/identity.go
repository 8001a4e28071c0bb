package sources

import (
	"fmt"
	"slices"

	"regwatch/models"
)

// identify gives each article of a batch its identity, and returns what a
// person should know of it. The source's own id and the link tell an article;
// where there is no id, or several articles have it, so does the title; and so
// does the text, where several have the title too. Whatever is in doubt becomes
// a new article, because an edit that is told twice costs a minute and an
// article that is taken for an edit is never told.
//
// Home are the addresses of the feed and its site, reduced by [linkKey]. As an
// id or a link they say nothing of a single article.
func identify(articles []models.Article, home []string) (warnings []string) {
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
	for i := range articles {
		a, id := &articles[i], ids[i]
		titles, texts := len(said[id]), len(said[id][a.Title])
		more := ""
		switch {
		case texts > 1:
			more = "\x00" + a.Title + "\x00" + a.FeedHash
		// Without an id always with the title, so that an article that shares its
		// link today and has it alone tomorrow stays the same.
		case titles > 1 || id.guid == "":
			more = "\x00" + a.Title
		}
		a.Identity = models.IdentityOf(id.guid+more, id.link)
		if id.guid == "" && (id.link == "" || isHome(id.link, home)) {
			// Nothing else tells such articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
		}
		switch {
		case titles == 1 && texts == 1 || id == ownID{}:
		case id.guid == "":
			linked++
		default:
			shared++
		}
	}
	if linked > 0 {
		warnings = append(warnings, fmt.Sprintf("%s no id of their own and share their link with another: they are told apart by their titles and texts", articleCount(linked, "has", "have")))
	}
	if shared > 0 {
		warnings = append(warnings, fmt.Sprintf("%s their id and link with another and are told apart by their titles and texts", articleCount(shared, "shares", "share")))
	}
	return warnings
}

// An ownID is what a feed itself says an article is.
type ownID struct{ guid, link string }

func isHome(address string, home []string) bool {
	key := linkKey(address)
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
