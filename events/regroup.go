package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// Why an article is in an event, if a person put it there. These are stored values, shown
// to people.
const (
	JoinedByMerge = "merged by a person"
	JoinedBySplit = "split off by a person"
	JoinedByMove  = "moved by a person"
)

// heldApart is why an article joins none of two events that people keep apart.
const heldApart = "as close to an event that people keep apart from it"

// OpenSplit returns the event that articles of another one open when a person splits them
// off. The ID of the correction makes its ID unique.
func OpenSplit(correction string, articles []models.EventArticle, found []Found, now time.Time) models.Event {
	return Regroup(models.Event{ID: models.NewID(now, "event", correction), FirstSeenAt: now}, articles, found, now)
}

// Regroup returns an event with other articles than it had. Found has their texts and all
// of their matches. The event keeps its title, unless the article that gave it is gone or
// an official one came.
func Regroup(e models.Event, articles []models.EventArticle, found []Found, now time.Time) models.Event {
	before := e
	e.Revision++
	e.LastSeenAt = now
	e.Articles = slices.SortedFunc(slices.Values(articles), func(a, b models.EventArticle) int {
		return cmp.Or(a.SeenAt.Compare(b.SeenAt), cmp.Compare(a.ArticleID, b.ArticleID), cmp.Compare(a.Part, b.Part))
	})
	for i := range e.Articles {
		e.Articles[i].EventID = e.ID
	}
	e.Official, e.Baseline, e.Strength, e.Jurisdictions = false, true, "", nil
	e.LeadRule, e.Severity, e.RuleIDs, e.DigestRules, e.ExceptedRules = "", "", nil, nil, nil
	var matter models.MatterRef
	expired := false
	for _, place := range e.Articles {
		e.Official = e.Official || place.Role.Official()
		e.Strength = e.Strength.Or(place.Strength)
		i := slices.IndexFunc(found, func(f Found) bool { return f.Article.ID == place.ArticleID && f.Part == place.Part })
		if i < 0 {
			continue
		}
		f := found[i]
		e.Baseline = e.Baseline && f.Article.Baseline
		e.Jurisdictions = union(e.Jurisdictions, jurisdictionsOf(f.partArticle()))
		if f.Article.BodyState == models.BodyExpired {
			e.Jurisdictions = union(e.Jurisdictions, before.Jurisdictions) // what its text named is no longer known
			expired = true
		}
		if matter.ID == "" {
			matter, _ = Anchored(f.Article, f.Part, f.Matches)
		}
		addRules(&e, f.Matches)
	}
	if e.Matter.SetAt.IsZero() && (matter.ID != "" || !expired) {
		e.Matter = matter
	}
	known := make(map[string]bool)
	for _, key := range e.Keys {
		known[key] = true
	}
	for _, place := range e.Articles {
		for _, key := range RecentKeys(place) {
			if !known[key] {
				known[key] = true
				e.Keys = append(slices.Clip(e.Keys), key)
			}
		}
	}
	aggregate(&e)
	if e.Title == "" || gaveTitle(before) && !gaveTitle(e) {
		first := max(0, slices.IndexFunc(e.Articles, func(a models.EventArticle) bool { return a.Strength == models.Subject }))
		e.Title, e.Link = e.Articles[first].Title, e.Articles[first].Link
	}
	takeOfficialTitle(&e)
	return e
}

// gaveTitle reports whether an article of the event has its title and link.
func gaveTitle(e models.Event) bool {
	return slices.ContainsFunc(e.Articles, func(a models.EventArticle) bool { return a.Title == e.Title && a.Link == e.Link })
}

// keptApart reports whether people keep two events apart.
func (c *clusterer) keptApart(i, j int) bool {
	return slices.Contains(c.events[i].Apart, c.events[j].ID) || slices.Contains(c.events[j].Apart, c.events[i].ID)
}

// nearest returns one of the events that an article copies for equally strong reasons, the
// one with the most keys in common first. If people keep some of them apart from it, the
// article belongs to the one that has its source and its headline; if that does not tell,
// to none.
func (c *clusterer) nearest(equal []int, f features) (at int, told bool) {
	apart := slices.ContainsFunc(equal, func(i int) bool { return c.keptApart(equal[0], i) })
	if !apart {
		return equal[0], true
	}
	best, ties := -1, 0
	for n, i := range equal {
		s := c.resemblance(i, f)
		switch {
		case n == 0 || s > best:
			at, best, ties = i, s, 1
		case s == best:
			ties++
		}
	}
	return at, ties == 1
}

// resemblance is higher if the same source reported the event, or the headline is the same.
func (c *clusterer) resemblance(at int, f features) int {
	best := 0
	for _, m := range c.membersOf(at) {
		s := 0
		if m.SourceID == f.Article.SourceID {
			s += 2
		}
		if m.headline.same(f.headline) {
			s++
		}
		best = max(best, s)
	}
	return best
}

// contested says why an article did not join an event whose article it copies.
func (c *clusterer) contested(at int, f features) models.Similarity {
	nearest := c.events[at].Articles[0]
	for _, a := range c.events[at].Articles {
		if compare(newMember(a), f, c.keys[at][f.textKey]) != notSimilar {
			nearest = a
			break
		}
	}
	return models.Similarity{ArticleID: nearest.ArticleID, Title: nearest.Title, Against: heldApart}
}
