package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/events/similarity"
	"regwatch/models"
)

// The limits of comparisons. The author of a feed decides how many articles look
// alike, so the work for one article must be limited. An article that is not compared
// alerts twice at worst.
const (
	maxEvents      = 32  // newest events with one key that an article is compared with
	maxCopied      = 48  // events read that may have the text, those with the most samples first
	maxArticles    = 100 // articles of one event; further copies do not join it
	maxComparisons = 100 // articles that one article is compared with, plus the rest of the last event
)

// A clusterer holds the events that the articles of a batch may join, and finds those
// that share a key with an article. It belongs to one call of Assign.
type clusterer struct {
	model      *similarity.Model
	events     []models.Event
	members    [][]member                 // of each event, computed when first needed
	keys       []map[string]bool          // of each event
	documents  [][]string                 // of each event: those that its articles are or name in title or lead
	byKey      map[string][]int           // the events with a key, oldest first
	docs       map[string]*similarity.Doc // by the stored profile
	copiesOnly bool                       // nothing joins by similarity
	compared   int                        // pairs of articles compared so far
}

func newClusterer(candidates []models.Event) *clusterer {
	c := &clusterer{model: similarity.Shipped(), byKey: make(map[string][]int), docs: make(map[string]*similarity.Doc)}
	for _, e := range candidates {
		c.update(c.add(), e, e.Keys)
	}
	return c
}

// add adds an empty event and returns its index.
func (c *clusterer) add() int {
	c.events = append(c.events, models.Event{})
	c.members = append(c.members, nil)
	c.keys = append(c.keys, make(map[string]bool))
	c.documents = append(c.documents, nil)
	return len(c.events) - 1
}

// update stores the current state of an event and its new keys.
func (c *clusterer) update(at int, e models.Event, fresh []string) {
	c.events[at] = e
	for _, key := range fresh {
		if !c.keys[at][key] {
			c.keys[at][key] = true
			c.byKey[key] = append(c.byKey[key], at)
			if id := anchorOf(key); id != "" {
				c.documents[at] = append(c.documents[at], id)
			}
		}
	}
}

// assign puts an article into the event that it belongs to, or into a new one.
func (c *clusterer) assign(f features, now time.Time) models.Change {
	at, reason, told := c.bestEvent(f)
	var change models.Change
	var anchor *models.Similarity
	if at < 0 {
		if j := c.anchored(f); j.at >= 0 {
			if !j.told {
				return c.open(f, models.MayBelong{EventID: c.events[j.at].ID, Title: c.events[j.at].Title, Similarity: j.why}, now)
			}
			at, reason, told, anchor = j.at, j.reason, true, &j.why
		}
	}
	switch {
	case at < 0:
		return c.assignBySimilarity(f, now)
	case !told:
		return c.open(f, models.MayBelong{EventID: c.events[at].ID, Title: c.events[at].Title, Similarity: c.contested(at, f)}, now)
	case reason == sameArticle:
		change = updateArticle(c.events[at], c.keys[at], f, now)
		c.members[at] = nil
	default:
		change = addArticle(c.events[at], c.keys[at], f, reason, anchor, now)
	}
	c.update(at, change.Event, change.NewKeys)
	return change
}

// assignBySimilarity puts an article that copies no other into the event that it is
// closest to by what it says, or into a new one, which says if it may belong to another.
func (c *clusterer) assignBySimilarity(f features, now time.Time) models.Change {
	near := c.mostSimilar(f)
	at := near.at
	var change models.Change
	if at >= 0 && near.score >= similarity.Bar && near.veto == "" {
		change = addArticle(c.events[at], c.keys[at], f, similarReport, &near.why, now)
	} else {
		var may models.MayBelong
		if at >= 0 && near.score >= similarity.Grey {
			may = models.MayBelong{EventID: c.events[at].ID, Title: c.events[at].Title, Similarity: near.why}
		}
		return c.open(f, may, now)
	}
	c.update(at, change.Event, change.NewKeys)
	return change
}

// open puts an article into a new event, which may belong to another one.
func (c *clusterer) open(f features, may models.MayBelong, now time.Time) models.Change {
	e := newEvent(f.Found, now)
	if may.EventID != "" {
		e.MayBelong = &may
	}
	at := c.add()
	change := addArticle(e, c.keys[at], f, "", nil, now)
	c.update(at, change.Event, change.NewKeys)
	return change
}

// bestEvent returns the index of the event that the article belongs to and the reason,
// or -1. The strongest reason wins: the article itself, its link, its text, its
// headline. told is false if the reason is as strong for an event that people keep apart.
func (c *clusterer) bestEvent(f features) (at int, reason string, told bool) {
	for _, i := range c.byKey[articleKey(f.Article.ID, f.Part)] {
		if slices.ContainsFunc(c.events[i].Articles, func(a models.EventArticle) bool {
			return a.ArticleID == f.Article.ID && a.Part == f.Part
		}) {
			return i, sameArticle, true
		}
	}
	var equal []int
	strongest, before := notSimilar, c.compared
	for _, i := range c.candidates(f) {
		if c.compared-before >= maxComparisons {
			break
		}
		if len(c.events[i].Articles) >= maxArticles {
			continue
		}
		switch s := c.similarity(i, f); {
		case s > strongest:
			equal, strongest = []int{i}, s
		case s == strongest && s != notSimilar:
			equal = append(equal, i)
		}
	}
	if len(equal) == 0 {
		return -1, "", true
	}
	at, told = c.nearest(equal, f)
	return at, strongest.String(), told
}

// candidates returns the events that share a key with the article, those with the most
// shared keys first.
func (c *clusterer) candidates(f features) []int {
	shared := make(map[int]int)
	for _, key := range f.lasting {
		for _, i := range newest(c.byKey[key], maxEvents) {
			shared[i]++
		}
	}
	weeks, counted := f.copyWeeks(), make(map[int]int)
	for n, key := range f.samples {
		for _, week := range weeks {
			for _, i := range newest(c.byKey[models.WeekKey(week, key)], maxEvents) {
				if counted[i] <= n { // once, also if it has the key in two weeks
					counted[i] = n + 1
					shared[i]++
				}
			}
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

// newest returns the last n events.
func newest(events []int, n int) []int { return events[max(0, len(events)-n):] }

// similarity returns how similar the article is to an event. A copied text or an equal
// headline does not count if the event has a different article of the same site: that
// site reported two things, even if others copied the first. Nor does it if both name
// documents, and no common one.
func (c *clusterer) similarity(at int, f features) joinReason {
	strongest, apart := notSimilar, false
	equal := c.keys[at][f.textKey]
	for k, other := range c.membersOf(at) {
		c.compared++
		t := compare(other, f, equal)
		if t != notSimilar && !(equal && f.hasSignature(other.Signature)) && c.copyObjection(at, k, f) != "" {
			t = notSimilar
		}
		apart = apart || t == notSimilar && other.sameSite(f)
		strongest = max(strongest, t)
	}
	if strongest < byLink && (apart || c.documentsDiffer(at, f)) {
		return notSimilar
	}
	return strongest
}

// membersOf returns the articles of an event with what they are compared by.
func (c *clusterer) membersOf(at int) []member {
	articles := c.events[at].Articles
	for n := len(c.members[at]); n < len(articles); n++ {
		c.members[at] = append(c.members[at], newMember(articles[n]))
	}
	return c.members[at]
}
