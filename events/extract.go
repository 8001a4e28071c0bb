package events

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/events/similarity"
	"regwatch/internal/text"
	"regwatch/models"
)

// An extract is two sentences of an article, word for word, that say what it is about. They
// are chosen as MEAD does (Radev, Jing, Styś and Tam, "Centroid-based summarization of
// multiple documents", 2004): by the heaviest words of the text, by position, by what they
// share with the title; and by cues (Edmundson, "New methods in automatic extracting", 1969):
// words that rules found, the stage and key dates. The second sentence loses what it repeats
// of the first.

// Limits of an extract.
const (
	extractSize     = 2
	extractFrom     = 24  // sentences that it is chosen from
	extractRunes    = 320 // of one sentence
	centroidTerms   = 24  // the heaviest words of the text
	minExtractWords = 6   // of a sentence; a Chinese character is half a word
)

// The weights of what speaks for a sentence, each between 0 and 1. They were chosen on
// labelled articles; docs/decisions/extracts.md has the figures.
const (
	centroidWeight = 1.0
	positionWeight = 1.5
	titleShare     = 1.0
	hitWeight      = 0.5
	cueWeight      = 0.6
	repeatWeight   = 1.0 // against
	danglingWeight = 0.3 // against: it begins with a word that refers to the sentence before
)

// An extractSentence is a sentence of a body and what speaks for it.
type extractSentence struct {
	start, end int // in the body
	index      int // among the sentences
	terms      []string
	score      float64
}

// extract returns the sentences of the article that say what it is about, in their order.
// Cues are where the text says its stage and key dates.
func (f features) extract(cues [][2]int) []string {
	body := f.partArticle().Body
	offset := len(f.src) - len(body)
	all := f.candidateSentences(body, offset)
	if len(all) == 0 {
		return nil
	}
	f.score(all, body, offset, cues)
	chosen := []extractSentence{best(all)}
	for len(chosen) < extractSize && len(chosen) < len(all) {
		rest := slices.DeleteFunc(slices.Clone(all), func(s extractSentence) bool {
			return slices.ContainsFunc(chosen, func(c extractSentence) bool { return c.index == s.index })
		})
		for i := range rest {
			for _, c := range chosen {
				rest[i].score -= repeatWeight * repeated(rest[i].terms, c.terms)
			}
		}
		chosen = append(chosen, best(rest))
	}
	slices.SortFunc(chosen, func(a, b extractSentence) int { return cmp.Compare(a.index, b.index) })
	var said []string
	for _, s := range chosen {
		said = append(said, body[s.start:s.end])
	}
	return said
}

// best returns the sentence with the highest score, the earliest of several.
func best(all []extractSentence) extractSentence {
	return slices.MaxFunc(all, func(a, b extractSentence) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(b.index, a.index))
	})
}

// candidateSentences returns the sentences that may stand alone. Offset is that of the body
// in the text of the article.
func (f features) candidateSentences(body string, offset int) []extractSentence {
	var all []extractSentence
	at := f.body
	n := 0
	title := similarity.Terms(f.tokens[:f.body])
	eachSentence(body, func(start, end int) bool {
		for at < len(f.tokens) && f.tokens[at].Start < offset+start {
			at++
		}
		first := at
		for at < len(f.tokens) && f.tokens[at].Start < offset+end {
			at++
		}
		if at == first || f.isBoilerplate(start, end) {
			return true
		}
		n++
		tokens := f.tokens[first:at]
		if standsAlone(body[start:end], tokens) {
			terms := similarity.Terms(tokens)
			// The title again says nothing that its reader does not know.
			if len(terms) > 0 && (repeated(terms, title) < 0.8 || len(terms) > len(title)+2) {
				all = append(all, extractSentence{start: start, end: end, index: n - 1, terms: terms})
			}
		}
		return n < extractFrom
	})
	return all
}

// isBoilerplate reports whether a range of the body is boilerplate, for the most part.
func (f features) isBoilerplate(start, end int) bool {
	size := 0
	for _, b := range f.Boilerplate {
		size += max(0, min(b[1], end)-max(b[0], start))
	}
	return 2*size > end-start
}

// score sets what speaks for each sentence.
func (f features) score(all []extractSentence, body string, offset int, cues [][2]int) {
	model := similarity.Shipped()
	weights := make(map[string]float64)
	for _, s := range all {
		for _, t := range s.terms {
			weights[t] += model.Rarity(t)
		}
	}
	terms := make([]string, 0, len(weights))
	for t := range weights {
		terms = append(terms, t)
	}
	slices.SortFunc(terms, func(a, b string) int {
		return cmp.Or(cmp.Compare(weights[b], weights[a]), strings.Compare(a, b))
	})
	for _, t := range terms[min(len(terms), centroidTerms):] {
		delete(weights, t)
	}
	title := make(map[string]bool)
	titleMass := 0.0
	for _, t := range similarity.Terms(f.tokens[:f.body]) {
		title[t] = true
		titleMass += model.Rarity(t)
	}
	most := 0.0
	for i := range all {
		// The order of the sum does not depend on that of a map.
		for _, t := range all[i].terms {
			all[i].score += weights[t]
		}
		most = max(most, all[i].score)
	}
	hits := f.hitsIn(body)
	for i := range all {
		s := &all[i]
		score := 0.0
		if most > 0 {
			score = centroidWeight * s.score / most
		}
		score += positionWeight / math.Sqrt(float64(s.index+1))
		shared := 0.0
		for _, t := range s.terms {
			if title[t] {
				shared += model.Rarity(t)
			}
		}
		if titleMass > 0 {
			score += titleShare * shared / titleMass
		}
		found := 0
		for _, h := range hits {
			if h[0] >= s.start && h[1] <= s.end {
				found++
			}
		}
		score += hitWeight * min(1, float64(found)/2)
		if slices.ContainsFunc(cues, func(c [2]int) bool { return c[0] < offset+s.end && c[1] > offset+s.start }) {
			score += cueWeight
		}
		if s.index > 0 && isDangling(body[s.start:s.end]) {
			score -= danglingWeight
		}
		s.score = score
	}
}

// hitsIn returns where rules found words in the body, each place once.
func (f features) hitsIn(body string) [][2]int {
	var places [][2]int
	for _, m := range f.Matches {
		for _, h := range m.Hits {
			at := [2]int{h.Start, h.End}
			if h.Field == models.InBody && 0 <= h.Start && h.Start < h.End && h.End <= len(body) && body[h.Start:h.End] == h.Text && !slices.Contains(places, at) {
				places = append(places, at)
			}
		}
	}
	return places
}

// repeated returns how much two lists of terms have in common, between 0 and 1.
func repeated(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	shared := 0
	for _, t := range a {
		if slices.Contains(b, t) {
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}

const closers = `"'”’)]」』）】》`

// standsAlone reports whether a reader understands a sentence without what is around it: it
// is whole, no question, no heading, link or list item, and neither short nor endless.
func standsAlone(s string, tokens []text.Token) bool {
	if words := (sentence{tokens: tokens}).length(); words < minExtractWords || utf8.RuneCountInString(s) > extractRunes {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, closers))
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(".!。！", last) && !strings.HasSuffix(s, "...") && !unicode.IsLower(first) &&
		(unicode.IsLetter(first) || unicode.IsDigit(first) || strings.ContainsRune("“\"「『《【", first)) &&
		!strings.Contains(s, "://") && !strings.Contains(s, "www.")
}

// danglingWords begin a sentence that refers to the one before. The Chinese ones are in both
// scripts.
var danglingWords = strings.Fields("he she it they this these those that his her its their such but however meanwhile also")

const danglingHan = "其|他|她|它|此|該|该|這|这|但|不過|不过|然而|同時|同时|另外|此外"

// isDangling reports whether a sentence begins with a word that refers to the one before.
func isDangling(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	if slices.Contains(danglingWords, strings.ToLower(strings.Trim(word, `“",:;`))) {
		return true
	}
	for w := range strings.SplitSeq(danglingHan, "|") {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// eachSentence calls yield with the offsets of every sentence of a body, until it returns
// false. A line ends a sentence.
func eachSentence(body string, yield func(start, end int) bool) {
	start := 0
	emit := func(end, next int) bool {
		from := start + len(body[start:end]) - len(strings.TrimLeftFunc(body[start:end], unicode.IsSpace))
		to := from + len(strings.TrimRightFunc(body[from:end], unicode.IsSpace))
		start = next
		return to <= from || yield(from, to)
	}
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRuneInString(body[i:])
		next := i + size
		switch r {
		case '\n':
			if !emit(i, next) {
				return
			}
		case '。', '！', '？', '.', '!', '?':
			end := next + len(body[next:]) - len(strings.TrimLeft(body[next:], closers))
			if endsAt(body, start, i, end, r) {
				if !emit(end, end) {
					return
				}
				next = end
			}
		}
		i = next
	}
	emit(len(body), len(body))
}

// endsAt reports whether a mark at an offset ends a sentence. End is behind the mark and
// what closes with it.
func endsAt(body string, start, mark, end int, r rune) bool {
	after, _ := utf8.DecodeRuneInString(body[end:])
	switch r {
	case '。', '！', '？':
		return true
	case '!', '?':
		return end == len(body) || unicode.IsSpace(after) || unicode.Is(unicode.Han, after)
	}
	if end == len(body) {
		return true
	}
	if !unicode.IsSpace(after) {
		return false
	}
	begin, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(body[end:], unicode.IsSpace))
	word := body[start:mark]
	word = word[strings.LastIndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })+1:]
	return !unicode.IsLower(begin) && !abbreviation(strings.ToLower(word))
}
