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
	mostEvents   = 32  // with one key, the newest ones, that an article is compared with
	mostArticles = 100 // of one event; no further copy joins it
	mostCompared = 100 // articles that one article is compared with, and the rest of an event
)

// A board holds the events that are open to the articles of a batch, and finds
// those that share a key with one.
type board struct {
	events   []models.Event
	sides    [][]side          // of each event's articles, read when they are first needed
	keys     []map[string]bool // of each event
	byKey    map[string][]int  // the events that have a key, oldest first
	compared int               // pairs of articles so far
}

func newBoard(candidates []models.Event) *board {
	b := &board{byKey: make(map[string][]int)}
	for _, e := range candidates {
		b.keep(b.add(), e, e.Keys)
	}
	return b
}

// add makes room for an event.
func (b *board) add() int {
	b.events = append(b.events, models.Event{})
	b.sides = append(b.sides, nil)
	b.keys = append(b.keys, make(map[string]bool))
	return len(b.events) - 1
}

// keep sets down how an event stands now, and the keys that are new to it.
func (b *board) keep(at int, e models.Event, fresh []string) {
	b.events[at] = e
	for _, key := range fresh {
		if !b.keys[at][key] {
			b.keys[at][key] = true
			b.byKey[key] = append(b.byKey[key], at)
		}
	}
}

// put puts an article into the event that it belongs to, or into a new one.
func (b *board) put(f reading, now time.Time) models.Change {
	at, reason := b.best(f)
	var change models.Change
	switch {
	case at < 0:
		at = b.add()
		change = join(newEvent(f.Found, now), b.keys[at], f, "", now)
	case reason == sameArticle:
		change = revise(b.events[at], b.keys[at], f, now)
		b.sides[at] = nil
	default:
		change = join(b.events[at], b.keys[at], f, reason, now)
	}
	b.keep(at, change.Event, change.NewKeys)
	return change
}

// best returns the index of the event that the article belongs to, with the
// reason, or -1. The weightiest reason wins: the article is there already, its
// link is, its text is, its headline is.
func (b *board) best(f reading) (at int, reason string) {
	for _, i := range b.byKey[articleKey(f.Article.ID, f.Part)] {
		if slices.ContainsFunc(b.events[i].Articles, func(a models.EventArticle) bool {
			return a.ArticleID == f.Article.ID && a.Part == f.Part
		}) {
			return i, sameArticle
		}
	}
	at = -1
	strongest, before := none, b.compared
	for _, i := range b.near(f) {
		if b.compared-before >= mostCompared {
			break
		}
		if len(b.events[i].Articles) >= mostArticles {
			continue
		}
		if tie := b.tie(i, f); tie > strongest {
			at, strongest = i, tie
		}
	}
	return at, strongest.String()
}

// near returns the events that share a key with the article, those first that
// share most.
func (b *board) near(f reading) []int {
	shared := make(map[int]int)
	for _, key := range f.keys {
		of := b.byKey[key]
		for _, i := range of[max(0, len(of)-mostEvents):] {
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

// tie returns what ties the article to an event. An event that has another
// article of the same site is not joined for a copied text or a headline: that
// site told of two things, whatever others made of the first.
func (b *board) tie(at int, f reading) tie {
	e := b.events[at]
	strongest, apart := none, false
	for n := len(b.sides[at]); n < len(e.Articles); n++ {
		b.sides[at] = append(b.sides[at], sideOf(e.Articles[n]))
	}
	equal := b.keys[at][f.textKey]
	for _, other := range b.sides[at] {
		b.compared++
		t := tieOf(other, f, equal)
		apart = apart || t == none && other.sameSite(f)
		strongest = max(strongest, t)
	}
	if apart && strongest < byLink {
		return none
	}
	return strongest
}
