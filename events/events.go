// Package events groups articles about the same development into one event, and
// extracts its stage and key dates.
//
// Start with [Read], which reads what articles are compared by. [Batch.Lookups] says how to
// look up candidate events for them, and [Batch.Assign] puts them into the candidates or
// into new events. All are pure functions. An article joins an event if it has the same link,
// a copied text or the same headline, or if what it says is close enough to all reports
// of the event. In doubt it does not: a second alert is a nuisance, but a wrong merge
// hides a step. A new event may name another one that it may belong to.
//
// People correct the grouping, and [Regroup] returns an event with the articles that they
// gave it. An article stays where a person put it.
package events

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"time"

	"regwatch/events/instruments"
	"regwatch/events/similarity"
	"regwatch/internal/site"
	"regwatch/internal/text"
	"regwatch/models"
)

// copyWindow is how far apart copies of one text may be published. Regulators publish
// the same form every week with other numbers.
const copyWindow = 72 * time.Hour

// A Found is an article, or one part of a roundup, that at least one rule matched.
type Found struct {
	Article models.Article
	Part    int
	Matches []models.Match
	// Boilerplate are the ranges of the body, in bytes, that are no text of the article itself.
	// It is never quoted as what the article says. A part has none.
	Boilerplate [][2]int
}

// partArticle returns the article. For a part of a roundup, heading and text of the
// part replace those of the article.
func (f Found) partArticle() models.Article {
	a := f.Article
	if f.Part > 0 && len(f.Matches) > 0 {
		a.Title, a.Body = cmp.Or(f.Matches[0].Heading, a.Title), cmp.Or(f.Matches[0].Text, a.Body)
		a.Boilerplate = nil // its places are those of the whole body
	}
	return a
}

// Keys returns the keys that an event of the article may have: the article, its link and
// its text, and in the weeks around it its headline, samples of its text, its documents and its
// heaviest terms.
func Keys(f Found) []string { return Read([]Found{f}).Keys() }

// Keys returns the keys that the events of the articles may have.
func (b Batch) Keys() []string {
	var keys []string
	for _, f := range b.features {
		keys = slices.Concat(keys, f.lasting, f.copyKeys(), f.nearAnchors, f.neighbors)
	}
	return keys
}

// A Batch is matched articles with everything that they are compared by, in the order in
// which they are put into events.
type Batch struct {
	model    *similarity.Model
	features []features
}

// Read reads articles. Oldest first, so that an event gets the title of the article that
// broke the news and not of a later copy. At the same time, the last one in a feed is the
// oldest.
func Read(found []Found) Batch { return ReadWith(similarity.Shipped(), found) }

// ReadWith reads articles to compare them by another model than the one that the program has. It
// is for measuring that model.
func ReadWith(m *similarity.Model, found []Found) Batch {
	found = slices.Clone(found)
	slices.Reverse(found)
	slices.SortStableFunc(found, func(a, b Found) int {
		if a.Article.ID == b.Article.ID {
			return cmp.Compare(a.Part, b.Part)
		}
		return cmp.Or(a.Article.ReportedAt().Compare(b.Article.ReportedAt()), a.Article.SeenAt.Compare(b.Article.SeenAt))
	})
	b := Batch{m, make([]features, len(found))}
	for i, f := range found {
		b.features[i] = extractFeaturesWith(m, f)
	}
	return b
}

// Lookups returns which stored events to read as candidates: for each article those with
// the same article, link or text, however old; those that it may copy; those that name its
// documents; and those of its time with the most terms in common.
func (b Batch) Lookups() []models.Lookup {
	var all []models.Lookup
	for _, f := range b.features {
		all = append(all, models.Lookup{Keys: f.lasting, PerKey: maxEvents})
		if f.Part > 0 {
			continue
		}
		all = append(all,
			models.Lookup{Keys: f.copyKeys(), PerKey: maxEvents, Most: maxCopied},
			models.Lookup{Keys: f.nearAnchors, PerKey: maxEvents},
			models.Lookup{Keys: f.neighbors, PerKey: 2 * maxEvents, Most: maxSimilarRead, Since: f.Article.ReportedAt().Add(-sinceFirst)})
	}
	return all
}

// Assign puts each article into one of the candidate events or into a new one. It returns
// the changes in the order of its decisions. The candidates are not changed. Of a
// candidate it needs no history, and only those keys that it was looked up by.
func (b Batch) Assign(candidates []models.Event, now time.Time) []models.Change {
	return b.assign(newClusterer(candidates), now)
}

// AssignCopies does what Assign does, but an article joins by its link, text or headline
// alone. It is for comparison.
func (b Batch) AssignCopies(candidates []models.Event, now time.Time) []models.Change {
	c := newClusterer(candidates)
	c.copiesOnly = true
	return b.assign(c, now)
}

func (b Batch) assign(c *clusterer, now time.Time) []models.Change {
	c.model = b.model
	changes := make([]models.Change, 0, len(b.features))
	for _, f := range b.features {
		changes = append(changes, c.assign(f, now))
	}
	return changes
}

// A features is an article with everything that it is compared by.
type features struct {
	Found
	model     *similarity.Model
	headline  headline
	site      string
	src       string       // title and body
	tokens    []text.Token // of src
	body      int          // index of the first token of the body
	signature []uint32
	whole     []uint32 // the signature with boilerplate; nil: it has none
	textKey   string
	lasting   []string     // keys of the article, its link and its text
	samples   []string     // keys of its headline and samples of its text, without a week
	week      int64        // of the article
	read      **extraction // filled when first needed

	// By what it says; nil for a part of a roundup.
	doc       *similarity.Doc
	terms     []string // keys of its heaviest terms
	neighbors []string // the same, and those of the weeks before and after

	instruments []instruments.Instrument
	documents   []string // IDs of the documents in title and lead
	named       []string // the same and those in its link
	anchors     []string // keys of the documents that it is or names there, and of its twins
	nearAnchors []string // the same, and those of the weeks before and after
	twin        instruments.Twin
	chinese     bool // its title is Chinese
}

// keys returns the keys by which others find the article.
func (f features) keys() []string {
	keys := slices.Clone(f.lasting)
	for _, key := range f.samples {
		keys = append(keys, models.WeekKey(f.week, key))
	}
	return slices.Concat(keys, f.anchors, f.terms)
}

// copyWeeks returns the weeks in which copies of the article may be.
func (f features) copyWeeks() []int64 {
	at := f.Article.ReportedAt()
	from, to := weekOf(at.Add(-copyWindow)), weekOf(at.Add(copyWindow))
	if from == to {
		return []int64{from}
	}
	return []int64{from, to}
}

// copyKeys returns the keys of the articles that it may copy.
func (f features) copyKeys() []string {
	var keys []string
	for _, key := range f.samples {
		for _, week := range f.copyWeeks() {
			keys = append(keys, models.WeekKey(week, key))
		}
	}
	return keys
}

// weekOf returns the number of the week of a time.
func weekOf(at time.Time) int64 {
	const seconds = 7 * 24 * 60 * 60
	return at.Unix() / seconds
}

func extractFeatures(f Found) features { return extractFeaturesWith(similarity.Shipped(), f) }

func extractFeaturesWith(m *similarity.Model, f Found) features {
	a := f.partArticle()
	r := textOf(f, withoutBoilerplate(a, func(b models.Boilerplate) bool { return !b.Tail }))
	r.model = m
	r.site, r.textKey, r.read = site.Of(a.Link), "same:"+a.TextHash(), new(*extraction)
	r.signature = signature(r.tokens[r.body:])
	if len(a.Boilerplate) > 0 {
		whole, own := textOf(f, a), textOf(f, withoutBoilerplate(a, func(models.Boilerplate) bool { return false }))
		r.whole, r.signature = signature(whole.tokens[whole.body:]), signature(own.tokens[own.body:])
	}
	r.headline = headlineOf(a.Title, a.Source.Name, r.site)
	r.lasting = []string{articleKey(a.ID, f.Part)}
	r.week = weekOf(a.ReportedAt())
	r.setInstruments(a)
	if f.Part > 0 {
		return r // for an item of a roundup, the other features describe the whole roundup
	}
	if a.LinkKey != "" {
		r.lasting = append(r.lasting, "link:"+a.LinkKey)
	}
	r.lasting = append(r.lasting, r.textKey)
	r.samples = sampleKeys(r.headline, r.signature)
	r.setProfile(withoutBoilerplate(a, func(models.Boilerplate) bool { return false }))
	return r
}

// textOf returns the text of an article in tokens.
func textOf(f Found, a models.Article) features {
	r := features{Found: f, src: a.Text()}
	r.tokens = text.Tokens(r.src)
	r.body = sort.Search(len(r.tokens), func(i int) bool { return r.tokens[i].Start >= len(a.Title) })
	return r
}

// hasSignature reports whether a signature is that of the article, as it is or as it was
// before its boilerplate was known.
func (f features) hasSignature(s []uint32) bool {
	return slices.Equal(f.signature, s) || f.whole != nil && slices.Equal(f.whole, s)
}

// sampleKeys returns the keys of a headline and of samples of a text.
func sampleKeys(h headline, signature []uint32) []string {
	var keys []string
	if h.distinctive {
		keys = append(keys, "headline:"+h.hash)
	}
	for _, h := range keySample(signature) {
		keys = append(keys, "text:"+strconv.FormatUint(uint64(h), 16))
	}
	return keys
}

// RecentKeys returns the keys of weeks of an article that is stored in an event.
func RecentKeys(a models.EventArticle) []string {
	if a.Part > 0 {
		return nil
	}
	var keys []string
	for _, key := range sampleKeys(newMember(a).headline, a.Signature) {
		keys = append(keys, models.WeekKey(weekOf(a.ReportedAt()), key))
	}
	p, err := similarity.ParseProfile(a.Profile)
	if err == nil { // else of an earlier release, which stored none
		keys = append(keys, termKeysOf(similarity.Shipped(), p)...)
	}
	return append(keys, storedAnchors(a, p.Named)...)
}

func articleKey(id string, part int) string { return "article:" + id + "/" + strconv.Itoa(part) }

// Assign reads articles and puts them into events.
func Assign(candidates []models.Event, found []Found, now time.Time) []models.Change {
	return Read(found).Assign(candidates, now)
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

// addArticle returns the event with the article added. Known are the keys that it has.
func addArticle(e models.Event, known map[string]bool, f features, reason string, similar *models.Similarity, now time.Time) models.Change {
	kind := models.Copied
	switch {
	case len(e.Articles) == 0:
		kind, reason = models.Opened, "opened the event"
	case similar != nil:
		kind = models.Similar
	}
	place := models.EventArticle{
		ArticleID:   f.Article.ID,
		Part:        f.Part,
		EventID:     e.ID,
		JoinedBy:    reason,
		Similarity:  similar,
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
		Profile:     f.profile(),
	}
	f.setExtraction(&place, e, known, now)
	e.Articles = append(slices.Clone(e.Articles), place)
	return mergeArticle(e, known, f, place, kind, now)
}

// updateArticle returns the event with a new revision of one of its articles.
func updateArticle(e models.Event, known map[string]bool, f features, now time.Time) models.Change {
	e.Articles = slices.Clone(e.Articles)
	i := slices.IndexFunc(e.Articles, func(a models.EventArticle) bool {
		return a.ArticleID == f.Article.ID && a.Part == f.Part
	})
	stored, place := e, &e.Articles[i]
	stored.Articles = slices.Clone(e.Articles)
	place.Title, place.Link, place.LinkKey = f.partArticle().Title, f.Article.Link, f.Article.LinkKey
	place.Signature, place.Profile = f.signature, f.profile()
	place.Strength = place.Strength.Or(strength(f.Matches))
	f.setExtraction(place, stored, known, now)
	return mergeArticle(e, known, f, *place, models.Revised, now)
}

// mergeArticle adds the content of an article to its event. Except for stage and
// dates, which are recomputed, an event only grows: a later copy that says less
// removes nothing.
func mergeArticle(e models.Event, known map[string]bool, f features, place models.EventArticle, kind models.ChangeKind, now time.Time) models.Change {
	e.Revision++
	e.LastSeenAt = now
	e.Baseline = e.Baseline && f.Article.Baseline
	e.Official = e.Official || f.Article.Source.Role.Official()
	e.Strength = e.Strength.Or(place.Strength)
	e.Jurisdictions = union(e.Jurisdictions, jurisdictionsOf(f.partArticle()))
	if e.Matter.ID == "" && e.Matter.SetAt.IsZero() {
		e.Matter = f.matter()
	}
	takeOfficialTitle(&e)
	aggregate(&e)
	newRules := addRules(&e, f.Matches)
	var fresh []string
	for _, key := range f.keys() {
		if !known[key] {
			fresh = append(fresh, key)
		}
	}
	e.Keys = append(slices.Clone(e.Keys), fresh...)
	return models.Change{Kind: kind, Event: e, Joined: place, Article: f.Article, Matches: f.Matches, NewKeys: fresh, NewRules: newRules}
}

// takeOfficialTitle gives an event the title of the first official article about it. Until
// there is one, it has that of the article that broke the news.
func takeOfficialTitle(e *models.Event) {
	if a, ok := e.LeadArticle(); ok && a.IsOfficialSubject() && a.Title != "" {
		e.Title, e.Link = a.Title, a.Link
	}
}

// addRules adds the rules of matches to an event, and returns those that alert and did not
// before.
func addRules(e *models.Event, matches []models.Match) []string {
	var newRules []string
	for _, m := range models.Ranked(matches) {
		switch {
		case m.Draft:
		case m.Alerts():
			if !slices.Contains(e.RuleIDs, m.RuleID) {
				newRules = union(newRules, []string{m.RuleID})
			}
			e.RuleIDs = union(e.RuleIDs, []string{m.RuleID})
			if e.LeadRule == "" || m.Severity.Rank() > e.Severity.Rank() {
				e.LeadRule, e.Severity = m.RuleID, m.Severity
			}
		case m.Outcome == models.OutcomeDigest:
			e.DigestRules = union(e.DigestRules, []string{m.RuleID})
		case m.Excepted():
			e.ExceptedRules = union(e.ExceptedRules, []string{m.RuleID})
		}
	}
	e.DigestRules = removed(e.DigestRules, e.RuleIDs)
	e.ExceptedRules = removed(removed(e.ExceptedRules, e.RuleIDs), e.DigestRules)
	return newRules
}

// strength returns the highest strength of the matches that are not drafts.
func strength(matches []models.Match) models.Strength {
	var s models.Strength
	for _, m := range matches {
		if !m.Draft {
			s = s.Or(m.Strength)
		}
	}
	return s
}

func removed(have, remove []string) []string {
	return slices.DeleteFunc(slices.Clone(have), func(s string) bool { return slices.Contains(remove, s) })
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
