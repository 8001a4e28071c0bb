package events

import (
	"slices"
	"strings"
	"time"

	"regwatch/events/instruments"
	"regwatch/internal/text"
	"regwatch/models"
)

// Why an article joined an event, if an anchor decided. These are stored values, shown to
// people.
const (
	sameRelease  = "the same release in another language"
	sameDocument = "the same document number"
)

// Why an article does not join an event that names the same document.
const otherDocument = "another document number"

// circularWindow is how far apart reports may be that name one file of an authority: it has
// the same reference on later circulars.
const circularWindow = 72 * time.Hour

// setInstruments reads the instruments that the article names, and adds the keys of those
// that tell which development it is about.
func (f *features) setInstruments(a models.Article) {
	link := a.Link
	if f.Part > 0 {
		link = "" // of the whole roundup
	}
	f.instruments = instruments.Find(f.src, f.tokens, f.body, link)
	if f.Part > 0 {
		return
	}
	add := func(key string, weeks int64) {
		f.anchors = append(f.anchors, anchorKey(f.week, key))
		for w := f.week - weeks; w <= f.week+weeks; w++ {
			f.nearAnchors = append(f.nearAnchors, anchorKey(w, key))
		}
	}
	for _, n := range f.instruments {
		if n.IsSubject() && n.Kind.IsDocument() {
			add(n.ID, 2)
			f.named = append(f.named, n.ID)
			if n.Place != instruments.InLink {
				f.documents = append(f.documents, n.ID)
			}
		}
	}
	f.twin = instruments.TwinOf(link)
	if key := twinKey(f.twin, a.Source.Role); key != "" {
		add(key, 1)
	}
	f.chinese = text.HasCJK(a.Title)
}

const (
	anchorPrefix = "anchor:"
	twinPrefix   = "twin:"
)

func anchorKey(week int64, id string) string { return models.WeekKey(week, anchorPrefix+id) }

// twinKey returns what the versions of a release in several languages share. It is only of
// use where releases appear in several languages.
func twinKey(t instruments.Twin, role models.Role) string {
	if t.Key == "" || t.Language == "" && !role.Official() {
		return ""
	}
	return twinPrefix + t.Key
}

// storedAnchors returns the anchors of an article that is stored in an event: the documents that
// its profile names, or those in title and link if an earlier release stored it, and its twins.
func storedAnchors(a models.EventArticle, named []string) []string {
	if len(named) == 0 {
		tokens := text.Tokens(a.Title)
		for _, n := range instruments.Find(a.Title, tokens, len(tokens), a.Link) {
			if n.IsSubject() && n.Kind.IsDocument() {
				named = append(named, n.ID)
			}
		}
	}
	if key := twinKey(instruments.TwinOf(a.Link), a.Role); key != "" {
		named = append(slices.Clip(named), key)
	}
	week := weekOf(a.ReportedAt())
	keys := make([]string, len(named))
	for i, id := range named {
		keys[i] = anchorKey(week, id)
	}
	return keys
}

// anchorOf returns the document in an anchor key, or nothing.
func anchorOf(key string) string {
	_, rest, ok := models.CutWeek(key)
	id, isAnchor := strings.CutPrefix(rest, anchorPrefix)
	if !ok || !isAnchor || strings.HasPrefix(id, twinPrefix) {
		return ""
	}
	return id
}

// An anchorJoin is the event that an anchor puts an article into.
type anchorJoin struct {
	at     int // -1: none
	reason string
	why    models.Similarity
	told   bool // false: as much belongs to an event that people keep apart
}

// anchored returns the event with the same release in another language, or one that names the
// same document and nothing speaks against.
func (c *clusterer) anchored(f features) anchorJoin {
	if c.copiesOnly || len(f.anchors) == 0 {
		return anchorJoin{at: -1}
	}
	var twins, named []int
	whys := make(map[int]models.Similarity)
	for _, i := range c.anchoredEvents(f) {
		if in := c.twinIn(i, f); in != nil {
			twins = append(twins, i)
			whys[i] = models.Similarity{ArticleID: in.ArticleID, Title: in.Title}
			continue
		}
		if in, id := c.documentIn(i, f); in != nil {
			named = append(named, i)
			name, _ := instruments.Names(id)
			whys[i] = models.Similarity{ArticleID: in.ArticleID, Title: in.Title, Terms: []string{name}}
		}
	}
	reason := sameRelease
	if len(twins) == 0 {
		twins, reason = named, sameDocument
	}
	if len(twins) == 0 {
		return anchorJoin{at: -1}
	}
	at, told := c.nearest(twins, f)
	why := whys[at]
	if !told {
		why.Against = heldApart
	}
	return anchorJoin{at: at, reason: reason, why: why, told: told}
}

// anchoredEvents returns the events of the article's time with one of its anchors, the oldest
// first.
func (c *clusterer) anchoredEvents(f features) []int {
	var found []int
	for _, key := range f.nearAnchors {
		for _, i := range newest(c.byKey[key], maxEvents) {
			if !slices.Contains(found, i) && len(c.events[i].Articles) < maxArticles {
				found = append(found, i)
			}
		}
	}
	slices.SortFunc(found, func(i, j int) int { return strings.Compare(c.events[i].ID, c.events[j].ID) })
	return found
}

// twinIn returns the article of an event that is the same release in another language, or nil.
// If the event has an article with that link in the language of this one, the link is that of
// a list and tells nothing.
func (c *clusterer) twinIn(at int, f features) *models.EventArticle {
	if f.twin.Key == "" {
		return nil
	}
	e := c.events[at]
	var twin *models.EventArticle
	for k, a := range e.Articles {
		other := instruments.TwinOf(a.Link)
		if a.Part > 0 || other.Key != f.twin.Key {
			continue
		}
		if !f.twin.IsTwinOf(other, f.chinese, text.HasCJK(a.Title)) {
			return nil
		}
		if f.Article.ReportedAt().Sub(a.ReportedAt()).Abs() <= copyWindow {
			twin = &e.Articles[k]
		}
	}
	if twin == nil || c.documentsDiffer(at, f) {
		return nil
	}
	// The press writes different reports in two languages under numbers of one kind.
	if !(f.Article.Source.Role.Official() && twin.Role.Official()) && c.objection(at, f) != "" {
		return nil
	}
	return twin
}

// documentIn returns the oldest article of an event that names a document of this one, and
// the document, if the article belongs to the event by it.
func (c *clusterer) documentIn(at int, f features) (*models.EventArticle, string) {
	e := c.events[at]
	if len(e.Articles) == 0 {
		return nil, ""
	}
	first, last := span(e)
	when := f.Article.ReportedAt()
	near := func(window time.Duration) bool { return when.Sub(last) <= window && first.Sub(when) <= window }
	id, circular := "", false
	for _, n := range f.instruments {
		if n.IsSubject() && slices.Contains(c.documentsOf(at), n.ID) && (n.Kind != instruments.Circular || near(circularWindow)) {
			id, circular = n.ID, n.Kind == instruments.Circular
			break
		}
	}
	if id == "" || !near(sinceLast) || when.Sub(first) > sinceFirst || c.documentsDiffer(at, f) {
		return nil, ""
	}
	if c.objectionTo(at, f, !circular) != "" {
		return nil, ""
	}
	// Two authorities that name one document publish different steps, unless both are at the
	// same step of it.
	if f.Article.Source.Role.Official() && e.Official && (f.stage() == "" || f.stage() != e.Stage || !c.sharesAct(at, f)) {
		return nil, ""
	}
	return &e.Articles[0], id
}

// documentsDiffer reports whether article and event name documents of one kind, and none in
// common.
func (c *clusterer) documentsDiffer(at int, f features) bool {
	return len(f.documents) > 0 && instruments.Conflict(f.documents, c.documentsOf(at))
}

// documentsOf returns the documents that the articles of an event are or name in title or
// lead. The keys have those of articles that an earlier release stored, if the event was
// looked up by them.
func (c *clusterer) documentsOf(at int) []string {
	found := c.documents[at]
	for k := range c.events[at].Articles {
		if d := c.doc(at, k); d != nil {
			found = union(found, d.Named)
		}
	}
	return found
}

// Instruments returns the laws, bills, cases and documents that an article names, in the order
// of their places.
func Instruments(a models.Article) []instruments.Instrument {
	r := textOf(Found{Article: a}, a)
	return instruments.Find(r.src, r.tokens, r.body, a.Link)
}

// matter returns the law or case that the article is about, if its title or lead names one.
func (f features) matter() models.MatterRef {
	for _, n := range f.instruments {
		if n.IsSubject() && n.Kind.HasMatter() {
			return MatterOf(n.ID)
		}
	}
	return models.MatterRef{}
}

// MatterOf returns the matter of an instrument.
func MatterOf(id string) models.MatterRef {
	m := models.MatterRef{ID: id}
	m.Name, m.Names = instruments.Names(id)
	return m
}

// MatterNamed returns the matter that a person calls by a name or a number, such as
// "Cap. 656"; false if no law has that name.
func MatterNamed(name string) (models.MatterRef, bool) {
	id, ok := instruments.ByName(name)
	if !ok {
		return models.MatterRef{}, false
	}
	return MatterOf(id), true
}

// Anchored returns what is stored of an article since release 0012: the matter that its title
// or lead names, and the keys of the documents that it is about.
func Anchored(a models.Article, part int, matches []models.Match) (models.MatterRef, []string) {
	f := Found{Article: a, Part: part, Matches: matches}
	p := f.partArticle()
	r := textOf(f, p)
	r.week = weekOf(p.ReportedAt())
	r.setInstruments(p)
	return r.matter(), r.anchors
}

// Restate returns the changes with when it was first reported what their events say again.
// Matters are those of the events, as stored.
func Restate(changes []models.Change, matters []models.Matter) []models.Change {
	first := make(map[string]models.Matter, len(matters))
	for _, m := range matters {
		first[m.ID] = m
	}
	restates := make(map[string]*models.EarlierReport)
	changes = slices.Clone(changes)
	for i := range changes {
		e, at := &changes[i].Event, changes[i].Joined.ReportedAt()
		m := first[e.Matter.ID]
		switch {
		case e.Matter.ID == "":
		case e.Stage == models.StageRestated:
			if restates[e.ID] == nil {
				restates[e.ID] = m.FirstBefore(e.ID, e.Stage, at)
			}
			if e.Restates == nil {
				e.Restates = restates[e.ID]
			}
		case m.FirstAt.IsZero() || at.Before(m.FirstAt):
			first[e.Matter.ID] = models.Matter{ID: e.Matter.ID, FirstEvent: e.ID, FirstAt: at}
		}
	}
	return changes
}
