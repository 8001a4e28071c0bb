package events

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/dates"
	"regwatch/internal/text"
)

// maxTokens is how many tokens of a text are read for stage and dates. A long gazette
// says what it does at the start.
const maxTokens = 8192

// maxSentence is the length at which a sentence is cut, which limits the comparisons
// within it.
const maxSentence = 200

// A sentence is a run of tokens with the phrases and dates in it.
type sentence struct {
	src     string
	tokens  []text.Token
	commas  []bool // whether a comma or the like precedes each token
	matches []phraseMatch
	days    []day
	author  sense // of stages: authority, if an authority wrote the text

	least, most int // offsets of the text between the token before and the token after
}

// A phraseMatch is a phrase of the lexicon and its token range.
type phraseMatch struct {
	*phrase
	first, end int
}

// isHan reports whether the phrase is Chinese.
func (m phraseMatch) isHan() bool { return text.IsCJK(m.words[0]) }

// hasSense reports whether any phrase within a token range has one of the senses.
func (s sentence) hasSense(any sense, from, to int) bool {
	for _, m := range s.matches {
		if m.first >= to {
			break
		}
		if m.phrase.senses&any != 0 && m.first >= from && m.end <= to {
			return true
		}
	}
	return false
}

// length returns the number of words; a Chinese character counts as half a word.
func (s sentence) length() int {
	halves := 0
	for _, t := range s.tokens {
		halves += 2
		if text.IsCJK(t.Text) && len(t.Text) > 1 {
			halves--
		}
	}
	return halves / 2
}

// span returns the offsets of the sentence in the text, with the marks of its pairs that stand before
// and after its words.
func (s sentence) span() [2]int {
	from, to := wholePairs(s.src, s.tokens[0].Start, s.tokens[len(s.tokens)-1].End, s.least, s.most)
	return [2]int{from, to}
}

// quote returns the text around some tokens, short enough for an alert. A pair of brackets or quotation
// marks that is cut is completed from the next few tokens.
func (s sentence) quote(first, end int) string {
	const around = 16
	first, end = max(0, first-around), min(len(s.tokens), end+around)
	least, most := s.least, s.most
	if i := first - around; i > 0 {
		least = s.tokens[i].Start
	}
	if i := end + around; i < len(s.tokens) {
		most = s.tokens[i].Start
	}
	from, to := wholePairs(s.src, s.tokens[first].Start, s.tokens[end-1].End, least, most)
	return strings.Join(strings.Fields(s.src[from:to]), " ")
}

// A pause is what separates two tokens.
type pause int

const (
	flow pause = iota
	comma
	stop
)

// sentences splits a text into sentences and calls each with every one. A sentence is
// valid only during the call, because its slices are reused.
func sentences(src string, tokens []text.Token, each func(sentence)) {
	tokens = tokens[:min(len(tokens), maxTokens)]
	var (
		commas  []bool
		matches []phraseMatch
		first   int
	)
	end := func(i int) {
		if i > first {
			s := sentence{src: src, tokens: tokens[first:i], commas: commas, matches: matches[:0], most: len(src)}
			if first > 0 {
				s.least = tokens[first-1].End
			}
			if i < len(tokens) {
				s.most = tokens[i].Start
			}
			s.annotate()
			matches = s.matches
			each(s)
		}
		first, commas = i, commas[:0]
	}
	for i, t := range tokens {
		p := stop
		if i > 0 {
			p = pauseOf(src, tokens[i-1], t)
		}
		if p == stop || i-first == maxSentence {
			end(i)
		}
		commas = append(commas, p == comma)
	}
	end(len(tokens))
}

// pauseOf returns what separates two tokens. A period ends a sentence before a capital
// letter or a Chinese character, unless it follows an abbreviation or a number.
func pauseOf(src string, before, after text.Token) pause {
	between := src[before.End:after.Start]
	if between == "" || between == " " {
		return flow
	}
	p := flow
	for _, r := range between {
		switch r {
		case '\n', '。', '！', '？', '；', '!', '?', ';', '．', '•', '|', '｜', '▲', '●', '■', '◆', '\u3000':
			return stop
		case '.':
			next, _ := utf8.DecodeRuneInString(src[after.Start:])
			if strings.Contains(between, ". ") && !unicode.IsLower(next) && !abbreviation(before.Text) || text.IsCJK(before.Text) {
				return stop
			}
		case ',', '，', '、', ':', '：', '(', ')', '（', '）', '—', '–':
			p = comma
		}
	}
	return p
}

// abbreviation reports whether a period after a word is probably part of it.
func abbreviation(word string) bool {
	switch word {
	case "mr", "mrs", "ms", "dr", "no", "nos", "st", "vs", "inc", "ltd", "co", "corp", "art", "sec", "cap", "u", "s", "v":
		return true
	case "may", "june", "july": // written in full
		return false
	}
	return len(word) == 1 || len(word) <= 4 && dates.IsMonth(word)
}

// annotate finds the phrases and dates of the sentence.
func (s *sentence) annotate() {
	s.matches = appendMatches(s.matches, legalLexicon(), s.tokens)
	s.days = findDays(*s)
}

// closingMarks are the brackets and quotation marks that come in pairs, by the opening one.
var closingMarks = map[rune]rune{
	'「': '」', '『': '』', '《': '》', '〈': '〉', '【': '】', '（': '）', '［': '］', '(': ')', '[': ']', '“': '”', '‘': '’', '"': '"', '＂': '＂',
}

// wholePairs widens a part of the text so that it cuts no pair of marks, as far as both marks stand in
// the same line between the offsets least and most.
func wholePairs(src string, from, to, least, most int) (int, int) {
	for _, p := range markPairs(src[:most], least) { // an inner pair comes before the outer one
		switch {
		case p.opens < from && p.closes > from && p.closes <= to:
			from = p.opens
		case p.opens >= from && p.opens < to && p.closes > to:
			to = p.closes
		}
	}
	return from, to
}

// A markPair is the offset of an opening mark, and the offset after its closing mark.
type markPair struct {
	opens, closes int
	closing       rune
}

// markPairs returns the pairs of marks in the text from an offset on, in the order of the closing marks.
func markPairs(src string, from int) []markPair {
	var open, pairs []markPair // of open ones, closes is not known yet
	before, _ := utf8.DecodeLastRuneInString(src[:from])
	for i, r := range src[from:] {
		at := from + i
		_, size := utf8.DecodeRuneInString(src[at:])
		after, _ := utf8.DecodeRuneInString(src[at+size:])
		last := len(open) - 1
		for last >= 0 && open[last].closing != r {
			last--
		}
		closing, opens := closingMarks[r]
		if closing == r { // one sign opens and closes
			begins := at == 0 || unicode.IsSpace(before) || closingMarks[before] != 0
			ends := at+size == len(src) || unicode.IsSpace(after) || unicode.IsPunct(after)
			opens = begins || last < 0 && !ends
		}
		isApostrophe := r == '’' && isLatin(before) && isLatin(after)
		switch {
		case r == '\n':
			open = open[:0]
		case opens:
			open = append(open, markPair{opens: at, closing: closing})
		case last >= 0 && !isApostrophe:
			pairs = append(pairs, markPair{open[last].opens, at + size, r})
			open = open[:last]
		}
		before = r
	}
	return pairs
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }
