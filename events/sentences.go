package events

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// mostTokens is how much of a text is read for its stage and dates. A long
// gazette says what it does at its beginning.
const mostTokens = 8192

// longSentence is where a run without a stop is cut, so that what is compared
// within one stays little.
const longSentence = 200

// A sentence is a run of tokens with what its words mean.
type sentence struct {
	src    string
	tokens []text.Token
	commas []bool // whether a comma or the like stands before each token
	marks  []mark
	days   []day
}

// A mark is a phrase that the lexicon knows, with its place among the tokens.
type mark struct {
	*phrase
	first, end int
}

// han reports whether the phrase is Chinese.
func (m mark) han() bool { return text.IsCJK(m.words[0]) }

// means reports whether any phrase that lies within some tokens has one of the
// senses.
func (s sentence) means(any sense, from, to int) bool {
	for _, m := range s.marks {
		if m.phrase.means&any != 0 && m.first >= from && m.end <= to {
			return true
		}
	}
	return false
}

// length is the number of words; a Chinese character counts as half of one.
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

// quote is the sentence around some tokens, cut to a length that an alert bears.
func (s sentence) quote(first, end int) string {
	const around = 16
	first, end = max(0, first-around), min(len(s.tokens), end+around)
	return strings.Join(strings.Fields(s.src[s.tokens[first].Start:s.tokens[end-1].End]), " ")
}

// A pause is what stands between two tokens.
type pause int

const (
	flow pause = iota
	comma
	stop
)

// sentences cuts a text into sentences, and calls each with the sentence, which
// holds for the length of the call.
func sentences(src string, tokens []text.Token, each func(sentence)) {
	tokens = tokens[:min(len(tokens), mostTokens)]
	var (
		commas []bool
		marks  []mark
		first  int
	)
	end := func(i int) {
		if i > first {
			s := sentence{src: src, tokens: tokens[first:i], commas: commas, marks: marks[:0]}
			s.mark()
			marks = s.marks
			each(s)
		}
		first, commas = i, commas[:0]
	}
	for i, t := range tokens {
		p := stop
		if i > 0 {
			p = pauseOf(src, tokens[i-1], t)
		}
		if p == stop || i-first == longSentence {
			end(i)
		}
		commas = append(commas, p == comma)
	}
	end(len(tokens))
}

// pauseOf tells what stands between two tokens. A point ends a sentence before a
// capital or a character, unless it follows an abbreviation or a number.
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

// abbreviation reports whether a point behind a word is likely part of it.
func abbreviation(word string) bool {
	switch word {
	case "mr", "mrs", "ms", "dr", "no", "nos", "st", "vs", "inc", "ltd", "co", "corp", "art", "sec", "cap", "u", "s", "v":
		return true
	}
	return len(word) == 1 || len(word) <= 4 && monthOf(word) > 0
}

// mark finds the phrases and the days of the sentence. Phrases do not overlap,
// so that the 止 of 禁止 is none.
func (s *sentence) mark() {
	for i := 0; i < len(s.tokens); {
		p, ok := words.at(s.tokens[i:])
		if !ok {
			i++
			continue
		}
		s.marks = append(s.marks, mark{p, i, i + len(p.words)})
		i += len(p.words)
	}
	s.days = findDays(*s)
}
