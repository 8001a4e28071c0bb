package events

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"regwatch/events/similarity"
	"regwatch/internal/site"
	"regwatch/internal/text"
	"regwatch/models"
)

// Boilerplate is learned from what a source prints under headlines of unrelated articles:
// the call to subscribe, the disclaimer, the footer. Every article that is read teaches, with
// a match or without. A passage is a sentence or a line.
//
// A quotation of a law in several reports of one story is none, so an article counts only
// if its headline has nothing to do with those of the others that have the passage.
const (
	leastPassage   = 8  // weight of a passage; shorter ones are repeated by chance, and join nothing
	firstPassages  = 16 // of an article with many, these and the last are compared
	lastPassages   = 32
	recentArticles = 20 // of a source, that a new one is compared with

	leastHeadlines = 3  // unrelated ones, for what joins articles
	sureHeadlines  = 5  // for what rules match
	mostHeadlines  = 12 // no more are counted

	sureAfter     = 14 * 24 * time.Hour  // between the first and the last article, for what rules match
	seenAgainStep = 7 * 24 * time.Hour   // a passage that is known well is stored again after this time
	forgetAfter   = 180 * 24 * time.Hour // a site that was redesigned has other boilerplate

	maxOwnAfter = 2 // passages of the article's own below those at the end of the page, such as its tags
)

// A passage is a sentence or a line of a body.
type passage struct {
	start, end int
	hash       int64
}

// passagesOf returns the passages of a text that are long enough to be recognized.
func passagesOf(body string, tokens []text.Token) []passage {
	var all []passage
	for first := 0; first < len(tokens); {
		h, weight, end := uint64(fnvOffset), 0, first
		for ; end < len(tokens) && (end == first || pauseOf(body, tokens[end-1], tokens[end]) != stop); end++ {
			for _, b := range []byte(tokens[end].Text) {
				h = (h ^ uint64(b)) * fnvPrime
			}
			h *= fnvPrime // between two words
			weight += weightOf(tokens[end].Text)
		}
		if weight >= leastPassage {
			all = append(all, passage{tokens[first].Start, tokens[end-1].End, int64(h)}) //nolint:gosec // the same bits
		}
		first = end
	}
	if len(all) > firstPassages+lastPassages {
		all = slices.Delete(all, firstPassages, len(all)-lastPassages)
	}
	return all
}

// FNV-1a (RFC 9923), without the interface of the standard library, which takes as long as all else.
const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

// Passages returns the hashes of the passages of articles, each once, for a lookup of what is
// known of them.
func Passages(articles ...models.Article) []int64 {
	var hashes []int64
	for _, a := range articles {
		for _, p := range passagesOf(a.Body, text.Tokens(a.Body)) {
			hashes = append(hashes, p.hash)
		}
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// A Lesson is what new articles of a source teach about its boilerplate.
type Lesson struct {
	Articles []models.Article // the new ones, with their boilerplate marked
	Recent   models.SourcePassages
	Known    []models.KnownPassage // that are new or changed, of this source
}

// LearnBoilerplate learns from new articles of one source. Recent are the passages of its
// newest articles, and known is what sources repeat of the passages of the new ones. Neither
// is changed.
func LearnBoilerplate(recent models.SourcePassages, known []models.KnownPassage, articles []models.Article, now time.Time) Lesson {
	l := learner{recent: slices.Clone(recent.Articles), rows: make(map[int64]*models.KnownPassage), changed: make(map[int64]bool), now: now}
	var others []models.KnownPassage
	for _, k := range known {
		if k.SourceID == recent.SourceID {
			l.rows[k.Hash] = &k
		} else {
			others = append(others, k)
		}
	}
	for _, a := range articles {
		if a.BodyState != models.BodyVersion {
			l.read(a, recent.SourceID)
		}
	}
	lesson := Lesson{Recent: models.SourcePassages{SourceID: recent.SourceID, Articles: l.recent}}
	all := others
	for hash, k := range l.rows {
		all = append(all, *k)
		if l.changed[hash] {
			lesson.Known = append(lesson.Known, *k)
		}
	}
	slices.SortFunc(lesson.Known, func(a, b models.KnownPassage) int {
		if a.Hash < b.Hash {
			return -1
		}
		return 1
	})
	for _, a := range articles {
		lesson.Articles = append(lesson.Articles, MarkBoilerplate(a, all, now))
	}
	return lesson
}

// A learner learns from the articles of one source, one after the other.
type learner struct {
	recent  []models.ArticlePassages // the oldest first
	rows    map[int64]*models.KnownPassage
	changed map[int64]bool
	now     time.Time
}

// read compares an article with the newest ones of its source, and remembers it.
func (l *learner) read(a models.Article, sourceID string) {
	at := slices.IndexFunc(l.recent, func(r models.ArticlePassages) bool { return r.ArticleID == a.ID })
	if at < 0 && a.Revision > 1 {
		return // it was read before, and nothing tells what it had then
	}
	tokens := text.Tokens(a.Body)
	passages := passagesOf(a.Body, tokens)
	title, gist := similarity.Shipped().Gist(text.Tokens(a.Title), tokens)
	entry := models.ArticlePassages{ArticleID: a.ID, Title: a.Title, SeenAt: l.now, Gist: packed(gist)}
	var hashes []uint32
	for _, p := range passages {
		hashes = append(hashes, short(p.hash))
	}
	entry.Passages = packed(hashes)
	had := make(map[uint32]bool) // in an earlier revision
	if at >= 0 {
		entry.SeenAt = l.recent[at].SeenAt
		for _, h := range unpacked(l.recent[at].Passages) {
			had[h] = true
		}
		l.recent = slices.Delete(l.recent, at, at+1)
	}
	l.count(a, passages, hashes, had, func(other models.ArticlePassages, shared, ofOther int) bool {
		return isRelated(title, gist, other, 5*shared >= 4*min(len(hashes), ofOther))
	}, sourceID)
	if len(hashes) == 0 {
		return
	}
	l.recent = append(l.recent, entry)
	if over := len(l.recent) - recentArticles; over > 0 {
		l.recent = slices.Delete(l.recent, 0, over)
	}
}

// count counts the passages of an article that stood under headlines with which its own has
// nothing to do.
func (l *learner) count(a models.Article, passages []passage, hashes []uint32, had map[uint32]bool, related func(other models.ArticlePassages, shared, ofOther int) bool, sourceID string) {
	since := make(map[uint32]time.Time) // when it was first seen under another headline
	counts := make(map[uint32]bool)     // whether all of them are unrelated
	settled := make(map[uint32]bool)
	for i, p := range passages {
		k := l.rows[p.hash]
		settled[hashes[i]] = k != nil && k.Headlines == mostHeadlines && l.now.Sub(k.LastSeenAt) < seenAgainStep
	}
	for _, other := range l.recent {
		of := unpacked(other.Passages)
		var shared []uint32
		for _, h := range hashes {
			if slices.Contains(of, h) && !slices.Contains(shared, h) {
				shared = append(shared, h)
			}
		}
		if !slices.ContainsFunc(shared, func(h uint32) bool { return !settled[h] }) {
			continue // as with most articles of a site
		}
		unrelated := !related(other, len(shared), len(of))
		for _, h := range shared {
			if _, met := since[h]; !met {
				since[h], counts[h] = other.SeenAt, true
			}
			counts[h] = counts[h] && unrelated
		}
	}
	if len(since) == 0 {
		return
	}
	tail := inTail(passages, func(p passage) bool { _, met := since[short(p.hash)]; return met || l.rows[p.hash] != nil })
	for i, p := range passages {
		h := hashes[i]
		if !counts[h] || had[h] || settled[h] {
			continue
		}
		had[h] = true // once for an article
		l.add(p.hash, since[h], tail[i], a, sourceID)
	}
}

// add counts one more headline of a passage.
func (l *learner) add(hash int64, since time.Time, tail bool, a models.Article, sourceID string) {
	k := l.rows[hash]
	if k == nil || l.now.Sub(k.LastSeenAt) > forgetAfter {
		k = &models.KnownPassage{Hash: hash, SourceID: sourceID, Site: siteOf(a), Headlines: 1, Tail: true, FirstSeenAt: since}
		l.rows[hash] = k
	}
	k.Headlines = min(k.Headlines+1, mostHeadlines)
	k.Tail, k.Official = k.Tail && tail, k.Official || a.Source.Role.Official()
	k.LastSeenAt = l.now
	l.changed[hash] = true
}

// isRelated reports whether an article may be about what another one is about: a fifth of
// the headline of either is in title or lead of the other. If they have nearly the same
// text, one term is enough: it is then probably one report under two headlines.
func isRelated(title []string, gist []uint32, other models.ArticlePassages, sameText bool) bool {
	m := similarity.Shipped()
	otherTitle, _ := m.Gist(text.Tokens(other.Title), nil)
	covered := max(m.Covered(title, unpacked(other.Gist)), m.Covered(otherTitle, gist))
	return covered >= leastCovered || sameText && covered > 0
}

const leastCovered = 0.2

// inTail reports for each passage whether it is repeated and stands at the end of the page:
// what follows is repeated too, but for some passages. If it is the first, all must be.
func inTail(passages []passage, repeated func(passage) bool) []bool {
	tail, own := make([]bool, len(passages)), 0
	for i, p := range slices.Backward(passages) {
		switch {
		case !repeated(p):
			own++
		case i == 0:
			tail[i] = own == 0
		default:
			tail[i] = own <= maxOwnAfter
		}
	}
	return tail
}

// MarkBoilerplate returns the article with the boilerplate marked that is known.
//
//   - What stood under three unrelated headlines of one site, or under three of several,
//     joins no articles: it is left out of copies, keys and similarity.
//   - At the end of the page, it says nothing of stage and key dates. This and the next
//     never hold for an authority's own text.
//   - If that site has printed it at the end of pages under five headlines over two weeks,
//     rules do not match it.
func MarkBoilerplate(a models.Article, known []models.KnownPassage, now time.Time) models.Article {
	a.Boilerplate = nil
	if len(known) == 0 || a.Body == "" || a.BodyState == models.BodyVersion {
		return a
	}
	rows := make(map[int64][]models.KnownPassage)
	for _, k := range known {
		if now.Sub(k.LastSeenAt) <= forgetAfter {
			rows[k.Hash] = append(rows[k.Hash], k)
		}
	}
	passages, own := passagesOf(a.Body, text.Tokens(a.Body)), siteOf(a)
	isBoilerplate := func(p passage) bool { return headlinesOf(rows[p.hash], own) >= leastHeadlines }
	tail := inTail(passages, isBoilerplate)
	for i, p := range passages {
		if !isBoilerplate(p) {
			continue
		}
		b := models.Boilerplate{Start: p.start, End: p.end, Headlines: headlinesOf(rows[p.hash], own), Tail: tail[i] && !a.Source.Role.Official()}
		for _, k := range rows[p.hash] {
			b.Tail = b.Tail && k.Tail && !k.Official
			if b.Since.IsZero() || k.FirstSeenAt.Before(b.Since) {
				b.Since = k.FirstSeenAt
			}
			b.Sure = b.Sure || (k.Site == own || k.SourceID == a.SourceID) && k.Headlines >= sureHeadlines && k.LastSeenAt.Sub(k.FirstSeenAt) >= sureAfter
		}
		b.Sure = b.Sure && b.Tail
		a.Boilerplate = append(a.Boilerplate, b)
	}
	return a
}

// headlinesOf returns under how many unrelated headlines a passage stood: of one site, or of
// several together. The article's own counts if no source of its site has repeated it.
func headlinesOf(rows []models.KnownPassage, own string) int {
	most, sites := 0, make(map[string]int)
	for _, k := range rows {
		most, sites[k.Site] = max(most, k.Headlines), max(sites[k.Site], k.Headlines)
	}
	if len(sites) == 0 {
		return 0
	}
	if _, repeats := sites[own]; !repeats {
		sites[own] = 1
	}
	sum := 0
	for _, n := range sites {
		sum += n
	}
	if len(sites) > 1 {
		return max(most, sum)
	}
	return most
}

// siteOf returns the site of an article, or its source if it has none.
func siteOf(a models.Article) string {
	if s := site.Of(a.Link); s != "" {
		return s
	}
	return a.SourceID
}

// withoutBoilerplate returns the article without what a site repeats, and with some of it
// if keep says so.
func withoutBoilerplate(a models.Article, keep func(models.Boilerplate) bool) models.Article {
	var b strings.Builder
	last := 0
	for _, p := range a.Boilerplate {
		if keep(p) || p.Start < last || p.End > len(a.Body) {
			continue
		}
		b.WriteString(a.Body[last:p.Start])
		b.WriteString("\n\n")
		last = p.End
	}
	if last > 0 {
		b.WriteString(a.Body[last:])
		a.Body = b.String()
	}
	return a
}

// short returns the part of a hash that tells the passages of some articles apart.
func short(hash int64) uint32 { return uint32(hash) } //nolint:gosec // half of the bits are enough

func packed(hashes []uint32) []byte {
	b := make([]byte, 0, 4*len(hashes))
	for _, h := range hashes {
		b = binary.LittleEndian.AppendUint32(b, h)
	}
	return b
}

func unpacked(b []byte) []uint32 {
	hashes := make([]uint32, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		hashes = append(hashes, binary.LittleEndian.Uint32(b))
	}
	return hashes
}
