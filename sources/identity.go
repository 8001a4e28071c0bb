package sources

import (
	"fmt"
	"net/url"
	"slices"

	"regwatch/models"
)

// identify gives each article of a batch its identity, and returns what a
// person should know of it. The source's own id and the link tell an article;
// where there is no id, or several articles have it, so does the title. Whatever
// is in doubt becomes a new article, because an edit that is told twice costs a
// minute and an article that is taken for an edit is never told.
//
// Home are the addresses of the feed and its site, reduced by [linkKey]. As an
// id or a link they say nothing of a single article.
func identify(articles []models.Article, home []string) (warnings []string) {
	ids := make([]ownID, len(articles))
	titles := make(map[ownID]map[string]int)
	for i, a := range articles {
		id := ownID{guid: a.GUID, link: a.Link}
		if isHome(id.guid, home) {
			id.guid = ""
		}
		if titles[id] == nil {
			titles[id] = make(map[string]int)
		}
		ids[i] = id
		titles[id][a.Title]++
	}
	linked, shared, repeated := 0, 0, 0
	hashes := make(map[string]string) // of what the first article of an identity said
	for i := range articles {
		a, id := &articles[i], ids[i]
		alike := titles[id]
		switch {
		case id.guid == "" && (id.link == "" || isHome(id.link, home)):
			// Nothing else tells such articles apart.
			a.Identity = models.IdentityOf(models.HashOf(a.Title, a.Summary), "")
			if id.link != "" && len(alike) > 1 {
				linked++
			}
		case id.guid == "":
			// Always with the title, so that an article that shares its link
			// today and has it alone tomorrow stays the same.
			a.Identity = models.IdentityOf("\x00"+a.Title, id.link)
			if len(alike) > 1 {
				linked++
			}
		case len(alike) > 1:
			a.Identity = models.IdentityOf(id.guid+"\x00"+a.Title, id.link)
			shared++
		default:
			a.Identity = models.IdentityOf(id.guid, id.link)
		}
		if said, seen := hashes[a.Identity]; seen && said != a.FeedHash {
			repeated++
			continue
		}
		hashes[a.Identity] = a.FeedHash
	}
	if linked > 0 {
		warnings = append(warnings, fmt.Sprintf("%s no id of their own and share their link with another: they are told apart by their titles", articleCount(linked, "has", "have")))
	}
	if shared > 0 {
		warnings = append(warnings, fmt.Sprintf("%s their id and link with another and are told apart by their titles", articleCount(shared, "shares", "share")))
	}
	if repeated > 0 {
		warnings = append(warnings, fmt.Sprintf("%s the id, link and title of another with a different text, and %s left out", articleCount(repeated, "repeats", "repeat"), plural(repeated, "was", "were")))
	}
	return warnings
}

// An ownID is what a feed itself says an article is.
type ownID struct{ guid, link string }

func isHome(address string, home []string) bool {
	key := linkKey(address)
	return key != "" && slices.Contains(home, key)
}

// home returns the addresses of a feed that came from an address, and of its
// site, reduced to what identifies them.
func (r *Reader) home(feed *feedText, from *url.URL) []string {
	keys := []string{linkKey(r.src.URL), linkKey(from.String())}
	for _, address := range feed.addresses {
		keys = append(keys, linkKey(resolve(from, address)))
	}
	return keys
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
