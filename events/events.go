// Package events gathers articles that tell of one thing into one event, and says
// how far that thing is and which days of it matter.
//
// [Keys] says by what an article's event is looked up; [Assign] puts matched
// articles into the events that were found, or opens new ones. Both are
// functions of their arguments. An article joins an event when it carries the
// same link, a copied text or the same headline, and in doubt it does not:
// telling twice is a nuisance, and merging two steps hides one of them.
//
// Telling that two differently worded reports are about the same step is not
// done here yet.
package events

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// copyWindow is how far apart copies of one text may be published. Regulators
// publish the same form of words every week with other numbers in it.
const copyWindow = 72 * time.Hour

// A Found is an article, or one part of it, that at least one rule matched.
type Found struct {
	Article models.Article
	Part    int
	Matches []models.Match
}

// report returns the article as far as it was found: of a part, its heading and
// text in the place of the whole's.
func (f Found) partArticle() models.Article {
	a := f.Article
	if f.Part > 0 && len(f.Matches) > 0 {
		a.Title, a.Body = cmp.Or(f.Matches[0].Heading, a.Title), cmp.Or(f.Matches[0].Text, a.Body)
	}
	return a
}

// Keys returns what the event of a found article may be looked up by: the
// article itself, its link, its headline, its text, and samples of its text.
func Keys(f Found) []string { return extractFeatures(f).keys }

// A features is a found article with all that it is compared by.
type features struct {
	Found
	headline  headline
	host      string
	src       string       // title and body
	tokens    []text.Token // of src
	body      int          // index of the body's first
	signature []uint32
	textKey   string
	keys      []string
}

func extractFeatures(f Found) features {
	a := f.partArticle()
	r := features{Found: f, host: host(a.Link), src: a.Text(), textKey: "same:" + a.TextHash()}
	r.tokens = text.Tokens(r.src)
	r.body = sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].Start >= len(a.Title) })
	r.signature = signature(r.tokens[r.body:])
	r.headline = headlineOf(a.Title, a.Source.Name, r.host)
	r.keys = []string{articleKey(a.ID, f.Part)}
	if f.Part > 0 {
		return r // of an item of a digest, nothing else is its own
	}
	if a.LinkKey != "" {
		r.keys = append(r.keys, "link:"+a.LinkKey)
	}
	if r.headline.distinctive {
		r.keys = append(r.keys, "headline:"+r.headline.hash)
	}
	r.keys = append(r.keys, r.textKey)
	for _, h := range keySample(r.signature) {
		r.keys = append(r.keys, "text:"+strconv.FormatUint(uint64(h), 16))
	}
	return r
}

func articleKey(id string, part int) string { return "article:" + id + "/" + strconv.Itoa(part) }

// Assign puts each found article into one of the candidate events or into a new
// one, and returns what changed, in the order in which it was decided. The
// candidates are those that share a key with any of the found; they are not
// altered.
func Assign(candidates []models.Event, found []Found, now time.Time) []models.Change {
	// Oldest first, so that an event takes its title from the article that broke
	// the news and not from a later copy of it.
	// Of the same time, the one that a feed lists last is the oldest.
	found = slices.Clone(found)
	slices.Reverse(found)
	slices.SortStableFunc(found, func(a, b Found) int {
		if a.Article.ID == b.Article.ID {
			return cmp.Compare(a.Part, b.Part)
		}
		return cmp.Or(timestamp(a.Article).Compare(timestamp(b.Article)), a.Article.SeenAt.Compare(b.Article.SeenAt))
	})
	c := newClusterer(candidates)
	changes := make([]models.Change, 0, len(found))
	for _, f := range found {
		changes = append(changes, c.assign(extractFeatures(f), now))
	}
	return changes
}

// timestamp is the time that orders articles: when they were published, or at the
// latest when they were seen, whichever a hostile date cannot push ahead.
func timestamp(a models.Article) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}

func newEvent(f Found, now time.Time) models.Event {
	return models.Event{
		ID:          models.NewID(now, "event", f.Article.SourceID, f.Article.Identity, strconv.Itoa(f.Part)),
		Title:       f.partArticle().Title,
		Link:        f.Article.Link,
		Baseline:    true,
		FirstSeenAt: now,
	}
}

// addArticle returns the event with the article in it. It has the keys in has.
func addArticle(e models.Event, known map[string]bool, f features, reason string, now time.Time) models.Change {
	kind := models.Copied
	if len(e.Articles) == 0 {
		kind, reason = models.Opened, "opened the event"
	}
	place := models.EventArticle{
		ArticleID:   f.Article.ID,
		Part:        f.Part,
		EventID:     e.ID,
		JoinedBy:    reason,
		JoinedAt:    now,
		SourceID:    f.Article.SourceID,
		SourceName:  f.Article.Source.Name,
		Role:        f.Article.Source.Role,
		Title:       f.partArticle().Title,
		Link:        f.Article.Link,
		LinkKey:     f.Article.LinkKey,
		PublishedAt: f.Article.PublishedAt,
		SeenAt:      f.Article.SeenAt,
		Strength:    strength(f.Matches),
		Signature:   f.signature,
	}
	f.setExtraction(&place, now)
	e.Articles = append(slices.Clone(e.Articles), place)
	return mergeArticle(e, known, f, place, kind, now)
}

// updateArticle returns the event with what a new revision of one of its articles says.
func updateArticle(e models.Event, known map[string]bool, f features, now time.Time) models.Change {
	e.Articles = slices.Clone(e.Articles)
	i := slices.IndexFunc(e.Articles, func(a models.EventArticle) bool {
		return a.ArticleID == f.Article.ID && a.Part == f.Part
	})
	place := &e.Articles[i]
	place.Title, place.Link, place.LinkKey = f.partArticle().Title, f.Article.Link, f.Article.LinkKey
	place.Signature = f.signature
	place.Strength = place.Strength.Or(strength(f.Matches))
	f.setExtraction(place, now)
	return mergeArticle(e, known, f, *place, models.Revised, now)
}

// mergeArticle lets the event take over what the article adds to it. But for stage and
// dates, which are those of now, an event only ever grows: a later copy that says
// less takes nothing away.
func mergeArticle(e models.Event, known map[string]bool, f features, place models.EventArticle, kind models.ChangeKind, now time.Time) models.Change {
	e.Revision++
	e.LastSeenAt = now
	e.Baseline = e.Baseline && f.Article.Baseline
	e.Official = e.Official || f.Article.Source.Role.Official()
	e.Strength = e.Strength.Or(place.Strength)
	e.Jurisdictions = union(e.Jurisdictions, jurisdictionsOf(f.partArticle()))
	aggregate(&e)
	for _, m := range models.Ranked(f.Matches) {
		if m.Draft {
			continue
		}
		if m.Alerts() {
			e.RuleIDs = union(e.RuleIDs, []string{m.RuleID})
			if e.LeadRule == "" || m.Severity.Rank() > e.Severity.Rank() {
				e.LeadRule, e.Severity = m.RuleID, m.Severity
			}
		}
	}
	var fresh []string
	for _, key := range f.keys {
		if !known[key] {
			fresh = append(fresh, key)
		}
	}
	e.Keys = append(slices.Clone(e.Keys), fresh...)
	return models.Change{Kind: kind, Event: e, Joined: place, Article: f.Article, Matches: f.Matches, NewKeys: fresh}
}

// strength is the strongest of the matches that are not drafts.
func strength(matches []models.Match) models.Strength {
	var s models.Strength
	for _, m := range matches {
		if !m.Draft {
			s = s.Or(m.Strength)
		}
	}
	return s
}

func union(have, add []string) []string {
	all := slices.Clone(have)
	for _, s := range add {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
