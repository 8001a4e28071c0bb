package events

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/events/similarity"
	"regwatch/internal/site"
	"regwatch/internal/text"
	"regwatch/models"
)

// An article joins an event by what it says if it comes within a week of the last report
// and within two of the first. The work for one article is limited: events with many
// terms in common come first, and the oldest and the newest articles stand for an event.
const (
	sinceLast        = 7 * 24 * time.Hour
	sinceFirst       = 14 * 24 * time.Hour
	maxSimilarEvents = 24
	maxSimilarRead   = 48 // events read for these: some are of another time
	maxSimilarPer    = 8
	termKeys         = 16 // of the heaviest terms in each space
)

// Profiled returns what is stored of an article to find and compare it later: its
// profile, and the keys of its heaviest terms. A part of a roundup has none: it shares
// its text with the others.
func Profiled(a models.Article) (profile string, keys []string) {
	p := Profile(similarity.Shipped(), a)
	b, err := json.Marshal(p)
	if err != nil {
		return "{}", nil // a profile has only strings and a time, so this does not happen
	}
	return string(b), termKeysOf(similarity.Shipped(), p)
}

// termKeysOf returns the keys of the heaviest terms, in the week of the article. So a lookup
// finds only events of its time, however many there are.
func termKeysOf(m *similarity.Model, p similarity.Profile) []string {
	return weekKeys(weekOf(p.At), m.Heaviest(p, termKeys))
}

// lookupKeysOf returns the keys under which other articles may be found, in the weeks before
// and after the article too.
func lookupKeysOf(m *similarity.Model, p similarity.Profile) []string {
	week, terms := weekOf(p.At), m.HeaviestWithTies(p, termKeys)
	return slices.Concat(weekKeys(week-1, terms), weekKeys(week, terms), weekKeys(week+1, terms))
}

func weekKeys(week int64, terms []string) []string {
	keys := make([]string, len(terms))
	for i, term := range terms {
		keys[i] = models.WeekKey(week, "term:"+term)
	}
	return keys
}

// setProfile adds the profile of the article and the keys to find its like.
func (f *features) setProfile(a models.Article) {
	p := Profile(f.model, a)
	p.Named = f.named
	f.doc = f.model.Doc(p)
	f.terms = termKeysOf(f.model, p)
	f.neighbors = slices.Concat(f.neighbors, lookupKeysOf(f.model, p))
}

// profile returns the profile as it is stored.
func (f features) profile() string {
	if f.doc == nil {
		return ""
	}
	b, err := json.Marshal(f.doc.Profile)
	if err != nil {
		return ""
	}
	return string(b)
}

// A likeness is how close an article is to an event by what both say.
type likeness struct {
	at    int // the event; -1: none
	score float64
	why   models.Similarity
	veto  string // why the article must not join, whatever the score
}

// mostSimilar returns the event that the article is closest to.
func (c *clusterer) mostSimilar(f features) likeness {
	best := likeness{at: -1}
	var atBar []int
	if f.doc == nil || c.copiesOnly {
		return best
	}
	for _, i := range c.similarEvents(f) {
		score, nearest, doc, ok := c.meanScore(i, f)
		if ok && score >= similarity.Bar {
			atBar = append(atBar, i)
		}
		if !ok || best.at >= 0 && score <= best.score {
			continue
		}
		best = likeness{at: i, score: score, why: explain(f, c.events[i].Articles[nearest], doc, score)}
	}
	if best.at >= 0 {
		best.veto = c.objection(best.at, f)
		if slices.ContainsFunc(atBar, func(i int) bool { return c.keptApart(best.at, i) }) {
			best.veto = heldApart
		}
		if best.veto != "" {
			best.why.Against = best.veto
		}
	}
	return best
}

// similarEvents returns the events of the article's time that share most terms with it. A term counts the
// less the more events have it: one name says more than the words of a topic that dozens of events share. The
// store chooses by the same measure.
func (c *clusterer) similarEvents(f features) []int {
	shared := make(map[int]float64)
	for _, key := range f.neighbors {
		having := newest(c.byKey[key], 2*maxEvents)
		for _, i := range having {
			shared[i] += 1 / float64(len(having))
		}
	}
	near := make([]int, 0, len(shared))
	at := f.Article.ReportedAt()
	for i := range shared {
		first, last := span(c.events[i])
		if len(c.events[i].Articles) < maxArticles && at.Sub(last) <= sinceLast && first.Sub(at) <= sinceLast && at.Sub(first) <= sinceFirst && last.Sub(at) <= sinceFirst {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(i, j int) int {
		return cmp.Or(cmp.Compare(shared[j], shared[i]), cmp.Compare(c.events[i].ID, c.events[j].ID))
	})
	return near[:min(len(near), maxSimilarEvents)]
}

// span returns the times of the first and the last article of an event.
func span(e models.Event) (first, last time.Time) {
	for i, a := range e.Articles {
		at := a.ReportedAt()
		if i == 0 || at.Before(first) {
			first = at
		}
		if i == 0 || at.After(last) {
			last = at
		}
	}
	return first, last
}

// meanScore returns the mean of the scores with the articles of an event, and the one
// with the highest. Articles without a profile, such as parts of roundups, do not count.
func (c *clusterer) meanScore(at int, f features) (mean float64, nearest int, doc *similarity.Doc, ok bool) {
	articles := c.events[at].Articles
	n, highest := 0, 0.0
	for k := range articles {
		if k >= maxSimilarPer/2 && k < len(articles)-maxSimilarPer/2 {
			continue
		}
		d := c.doc(at, k)
		if d == nil {
			continue
		}
		s := c.model.Score(d, f.doc)
		mean += s
		if n == 0 || s > highest {
			highest, nearest, doc = s, k, d
		}
		n++
	}
	if n == 0 {
		return 0, 0, nil, false
	}
	return mean / float64(n), nearest, doc, true
}

// doc returns an article of an event ready to be compared, or nil.
func (c *clusterer) doc(at, k int) *similarity.Doc {
	a := c.events[at].Articles[k]
	if a.Profile == "" {
		return nil
	}
	if d, ok := c.docs[a.Profile]; ok {
		return d
	}
	var d *similarity.Doc
	if p, err := similarity.ParseProfile(a.Profile); err == nil {
		p.Outlet = site.OfHost(p.Outlet) // earlier releases stored the host
		d = c.model.Doc(p)
	}
	c.docs[a.Profile] = d
	return d
}

// Why an article does not join by what it says alone, however close it is. The reader of
// the event would not be told what is new in it.
const (
	otherStage      = "another stage"
	twoOfficial     = "two official publications"
	noCommonAct     = "an official publication about another act"
	sameTemplate    = "the same headline with another name or number"
	sameOutlet      = "two reports of one outlet"
	otherNames      = "headlines with other names"
	shortHeadline   = "a headline too short to tell"
	noCommonSubject = "headlines about different subjects"
	headlineAlone   = "a text that says nothing of its headline"
)

// objection returns why the article must not join an event by similarity, or nothing.
func (c *clusterer) objection(at int, f features) string { return c.objectionTo(at, f, false) }

// objectionTo does the same for an article that names a document of the event. Then articles
// about one stage need no common subject, nor do two languages, whose words the lexicon may
// not know.
func (c *clusterer) objectionTo(at int, f features, named bool) string {
	e := c.events[at]
	if c.documentsDiffer(at, f) {
		return otherDocument
	}
	stage := f.stage()
	official := f.Article.Source.Role.Official()
	if isOtherStep(e, stage, named || official || sharesAny(f.documents, c.documentsOf(at))) {
		return otherStage
	}
	if official && e.Official && !named {
		return twoOfficial
	}
	if (official || e.Official) && !(stage != "" && stage == e.Stage) && !c.sharesAct(at, f) {
		return noCommonAct
	}
	allOthers, allTeasers, oneHeadline := true, true, false
	for k, a := range e.Articles {
		d := c.doc(at, k)
		if d == nil {
			continue
		}
		other := newMember(a)
		if isTemplate(other.headline.words, f.headline.words) || isFormVariant(other.headline, f.headline) && (official || e.Official || sharesText(other, f)) {
			return sameTemplate
		}
		if f.headline.same(other.headline) && !f.headline.distinctive {
			return shortHeadline
		}
		if other.sameSite(f) && (!named || sharesText(other, f)) {
			return sameOutlet
		}
		if named && (f.doc.Chinese != d.Chinese || stage != "" && stage == e.Stage) {
			allOthers = false
			continue
		}
		allOthers = allOthers && similarity.NameOthers(d, f.doc)
		allTeasers = allTeasers && d.Teaser
		oneHeadline = oneHeadline || f.headline.same(other.headline)
		if !c.model.ShareSubject(f.doc, d, f.ruleWords()) {
			return noCommonSubject
		}
	}
	switch {
	case allOthers:
		return otherNames
	case !named && !oneHeadline && (f.doc.Teaser || allTeasers):
		return headlineAlone
	}
	return ""
}

// isOtherStep reports whether an article of some stage is about another step than an event. Reports
// of one development often state several stages, such as a licence and what is done under it, and
// the reader of the event is sent each. But two steps of a rule change are two developments, and so
// are two stages of one document, or of what an authority publishes.
func isOtherStep(e models.Event, stage string, exact bool) bool {
	switch {
	case stage == "" || e.Stage == "" || stage == e.Stage:
		return false
	case e.Official:
		return true
	case isDraftStage(stage) && isDraftStage(e.Stage):
		return false
	case exact:
		return true
	}
	return stageOf(stage).isStep() && stageOf(e.Stage).isStep()
}

// isDraftStage reports whether a law is not yet decided. Reports of one bill call it proposed
// as well as introduced. The event states the later, unless an authority states another.
func isDraftStage(s string) bool { return s == proposed.String() || s == introduced.String() }

// sharesText reports whether one of two articles has much of the text of the other. As
// it is no copy, both fill in one form.
func sharesText(other member, f features) bool {
	o := overlapOf(f.signature, other.Signature)
	return o.isSignificant() && o.shorter >= copyShare
}

// ruleWords returns the words that rules found. Every article of these rules has them.
func (f features) ruleWords() []string {
	var words []string
	for _, m := range f.Matches {
		for _, h := range m.Hits {
			words = union(words, []string{h.Text})
		}
	}
	return words
}

// stage returns the stage that the article states itself.
func (f features) stage() string {
	if strength(f.Matches) != models.Subject {
		return ""
	}
	return f.reading().stage.String()
}

// sharesAct reports whether the headline names an act that an official article of the
// event names or, if none is official, any article of it.
func (c *clusterer) sharesAct(at int, f features) bool {
	for k, a := range c.events[at].Articles {
		if c.events[at].Official && !a.Role.Official() {
			continue
		}
		d := c.doc(at, k)
		if d != nil && sharesAny(d.Acts, f.doc.Acts) {
			return true
		}
	}
	return false
}

// maxBlank is the weight of the words that differ in two headlines of one template.
const maxBlank = 6

// isTemplate reports whether two headlines are one sentence with other words in one
// place: at most three of each, or six Chinese characters, and as many around them.
func isTemplate(a, b []string) bool {
	begin := 0
	for begin < min(len(a), len(b)) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < min(len(a), len(b))-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	restA, restB := a[begin:len(a)-end], b[begin:len(b)-end]
	if len(restA) == 0 || len(restB) == 0 {
		return false
	}
	blank := max(totalWeight(restA), totalWeight(restB))
	return blank <= maxBlank && totalWeight(a[:begin])+totalWeight(a[len(a)-end:]) >= blank
}

// explain returns why an article is close to an event.
func explain(f features, nearest models.EventArticle, doc *similarity.Doc, score float64) models.Similarity {
	terms, against := f.model.Explain(f.doc, doc)
	return models.Similarity{
		Score: roundScore(score), ArticleID: nearest.ArticleID, Title: nearest.Title, Terms: terms, Against: strings.ReplaceAll(against, "-", " "),
	}
}

// roundScore keeps two decimals, which is more than a person needs.
func roundScore(x float64) float64 {
	s, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 2, 64), 64)
	return s
}

// Profile returns what a model compares of an article.
func Profile(m *similarity.Model, a models.Article) similarity.Profile {
	return m.Profile(similarity.Text{
		Title: a.Title, Body: a.Body, Outlet: cmp.Or(site.Of(a.Link), a.SourceID), Places: placesIn(a.Title, a.Body), At: a.ReportedAt(),
	})
}

// Past events are searched by the heaviest terms of an event: first those that have most of
// them. As some of one rule's terms are in all its events, two are least.
const (
	pastTerms     = 8
	pastWords     = 8    // Chinese words for one English stem
	pastBar       = -2.5 // of the likeness: below the bar of doubtful joins, for it is another development
	mostPastTerms = 4
	minPastTerms  = 2
)

// A PastEvent is an event of another time that is like a given one.
type PastEvent struct {
	Event models.Event
	Score float64  // of the most similar pair of articles
	Terms []string // that both have, the heaviest first
}

// PastTerms returns conditions on the articles of past events like this one, of which an article
// must meet at least some, and the time before which they were reported. Later ones could have
// joined it. Articles that meet most conditions or more are alike.
func PastTerms(e models.Event) (terms []models.Candidate, least, most int, before time.Time) {
	c := &clusterer{model: similarity.Shipped(), events: []models.Event{e}, docs: make(map[string]*similarity.Doc)}
	lead := c.leadDoc(0)
	first, _ := span(e)
	before = first.Add(-sinceLast)
	if lead == nil {
		return nil, minPastTerms, mostPastTerms, before
	}
	for _, term := range similarity.Shipped().Heaviest(lead.Profile, pastTerms) {
		if len(terms) < 2*pastTerms {
			terms = append(terms, hasTerm(term))
		}
	}
	return terms, minPastTerms, mostPastTerms, before
}

// leadDoc returns the first official article of an event that can be compared, or the first.
func (c *clusterer) leadDoc(at int) *similarity.Doc {
	var lead *similarity.Doc
	for k, a := range c.events[at].Articles {
		d := c.docOrTitle(at, k)
		if d != nil && (lead == nil || a.Role.Official()) {
			lead = d
			if a.Role.Official() {
				break
			}
		}
	}
	return lead
}

// docOrTitle returns an article ready to be compared. Of one without a profile, as of earlier
// releases, only the title and the extract are known.
func (c *clusterer) docOrTitle(at, k int) *similarity.Doc {
	if d := c.doc(at, k); d != nil {
		return d
	}
	a := c.events[at].Articles[k]
	if a.Title == "" {
		return nil
	}
	return similarity.Shipped().Doc(similarity.Shipped().Profile(similarity.Text{
		Title: a.Title, Body: strings.Join(a.Extract, " "), Outlet: site.Of(a.Link), Places: placesIn(a.Title, ""), At: a.ReportedAt(),
	}))
}

// hasTerm is the condition that a text has a term, or a Chinese word for it. A stem is the
// beginning of its words, but for a y that became an i.
func hasTerm(term string) models.Candidate {
	if text.HasCJK(term) {
		return models.Candidate{Asks: models.HasTerm, Term: term}
	}
	stem := term
	if len(stem) > 3 {
		stem = strings.TrimSuffix(stem, "i")
	}
	ways := []models.Candidate{{Asks: models.HasPrefix, Term: stem}}
	for _, word := range similarity.Shipped().InChinese(term, pastWords) {
		var pairs []models.Candidate
		for _, pair := range text.Terms(word) {
			if utf8.RuneCountInString(pair) > 1 { // the last character is in the pair before it
				pairs = append(pairs, models.Candidate{Asks: models.HasTerm, Term: pair})
			}
		}
		if len(pairs) > 0 {
			ways = append(ways, models.Every(pairs...))
		}
	}
	return models.Either(ways...)
}

// SimilarPast returns at most n of the found events that ended before an event could have
// joined them and are like it, the most similar first.
func SimilarPast(e models.Event, found []models.Event, n int) []PastEvent {
	c := &clusterer{model: similarity.Shipped(), events: append([]models.Event{e}, found...), docs: make(map[string]*similarity.Doc)}
	first, _ := span(e)
	own := c.someDocs(0)
	var past []PastEvent
	for i, other := range found {
		if _, last := span(other); other.ID == e.ID || len(other.Articles) == 0 || !last.Before(first.Add(-sinceLast)) {
			continue
		}
		p := PastEvent{Event: other, Score: pastBar}
		for _, a := range own {
			for _, b := range c.someDocs(i + 1) {
				score := similarity.Shipped().Likeness(a, b)
				if score < p.Score || !similarity.Shipped().ShareSubject(a, b, nil) {
					continue
				}
				if terms := similarity.Shipped().SharedWords(a, b); len(terms) >= minPastTerms {
					p.Score, p.Terms = score, terms
				}
			}
		}
		if len(p.Terms) > 0 {
			p.Score = roundScore(p.Score)
			past = append(past, p)
		}
	}
	slices.SortFunc(past, func(a, b PastEvent) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.Event.LastSeenAt.Compare(a.Event.LastSeenAt), cmp.Compare(a.Event.ID, b.Event.ID))
	})
	return past[:min(len(past), n)]
}

// someDocs returns the first articles of an event ready to be compared.
func (c *clusterer) someDocs(at int) []*similarity.Doc {
	var docs []*similarity.Doc
	for k := range c.events[at].Articles {
		if d := c.docOrTitle(at, k); d != nil && len(docs) < maxSimilarPer/2 {
			docs = append(docs, d)
		}
	}
	return docs
}
