package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// Whoever writes a feed decides how many articles look alike, so what one
// article is compared with is bounded. What is left out is told twice at worst.
const (
	maxEvents      = 32  // with one key, the newest ones, that an article is compared with
	maxArticles    = 100 // of one event; no further copy joins it
	maxComparisons = 100 // articles that one article is compared with, and the rest of an event
)

// A clusterer holds the events that are open to the articles of a batch, and finds
// those that share a key with one.
type clusterer struct {
	events   []models.Event
	members  [][]member        // of each event's articles, read when they are first needed
	keys     []map[string]bool // of each event
	byKey    map[string][]int  // the events that have a key, oldest first
	compared int               // pairs of articles so far
}

func newClusterer(candidates []models.Event) *clusterer {
	c := &clusterer{byKey: make(map[string][]int)}
	for _, e := range candidates {
		c.update(c.add(), e, e.Keys)
	}
	return c
}

// add makes room for an event.
func (c *clusterer) add() int {
	c.events = append(c.events, models.Event{})
	c.members = append(c.members, nil)
	c.keys = append(c.keys, make(map[string]bool))
	return len(c.events) - 1
}

// keep sets down how an event stands now, and the keys that are new to it.
func (c *clusterer) update(at int, e models.Event, fresh []string) {
	c.events[at] = e
	for _, key := range fresh {
		if !c.keys[at][key] {
			c.keys[at][key] = true
			c.byKey[key] = append(c.byKey[key], at)
		}
	}
}

// put puts an article into the event that it belongs to, or into a new one.
func (c *clusterer) assign(f features, now time.Time) models.Change {
	at, reason := c.bestEvent(f)
	var change models.Change
	switch {
	case at < 0:
		at = c.add()
		change = addArticle(newEvent(f.Found, now), c.keys[at], f, "", now)
	case reason == sameArticle:
		change = updateArticle(c.events[at], c.keys[at], f, now)
		c.members[at] = nil
	default:
		change = addArticle(c.events[at], c.keys[at], f, reason, now)
	}
	c.update(at, change.Event, change.NewKeys)
	return change
}

// best returns the index of the event that the article belongs to, with the
// reason, or -1. The weightiest reason wins: the article is there already, its
// link is, its text is, its headline is.
func (c *clusterer) bestEvent(f features) (at int, reason string) {
	for _, i := range c.byKey[articleKey(f.Article.ID, f.Part)] {
		if slices.ContainsFunc(c.events[i].Articles, func(a models.EventArticle) bool {
			return a.ArticleID == f.Article.ID && a.Part == f.Part
		}) {
			return i, sameArticle
		}
	}
	at = -1
	strongest, before := notSimilar, c.compared
	for _, i := range c.candidates(f) {
		if c.compared-before >= maxComparisons {
			break
		}
		if len(c.events[i].Articles) >= maxArticles {
			continue
		}
		if s := c.similarity(i, f); s > strongest {
			at, strongest = i, s
		}
	}
	return at, strongest.String()
}

// near returns the events that share a key with the article, those first that
// share most.
func (c *clusterer) candidates(f features) []int {
	shared := make(map[int]int)
	for _, key := range f.keys {
		of := c.byKey[key]
		for _, i := range of[max(0, len(of)-maxEvents):] {
			shared[i]++
		}
	}
	near := make([]int, 0, len(shared))
	for i := range shared {
		near = append(near, i)
	}
	slices.SortFunc(near, func(i, j int) int {
		return cmp.Or(cmp.Compare(shared[j], shared[i]), cmp.Compare(i, j))
	})
	return near
}

// similarity returns what ties the article to an event. An event that has another
// article of the same site is not joined for a copied text or a headline: that
// site told of two things, whatever others made of the first.
func (c *clusterer) similarity(at int, f features) similarity {
	e := c.events[at]
	strongest, apart := notSimilar, false
	for n := len(c.members[at]); n < len(e.Articles); n++ {
		c.members[at] = append(c.members[at], newMember(e.Articles[n]))
	}
	equal := c.keys[at][f.textKey]
	for _, other := range c.members[at] {
		c.compared++
		t := compare(other, f, equal)
		apart = apart || t == notSimilar && other.sameSite(f)
		strongest = max(strongest, t)
	}
	if apart && strongest < byLink {
		return notSimilar
	}
	return strongest
}
