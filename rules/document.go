package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
)

// The lead is what a hurried reader reads: whole sentences from the start of the
// article's own text until there are leadSentences and leadMin tokens, and
// never more than leadMax tokens. A Chinese character is a token.
const (
	leadSentences = 2
	leadMin       = 25
	leadMax       = 120
)

// A document is an article cut into tokens, title first. The slices from sentence
// to furniture run beside tokens.
type document struct {
	title, body string
	tokens      []phrases.Token
	titleEnd    int // tokens before it are the title's

	// What is looked at: all tokens, or those of a part.
	start, end int
	headEnd    int // tokens before it are the heading's: the title's, of the whole
	leadEnd    int // tokens before it, and behind the heading, are the lead's

	sentence  []int32 // numbered through; the title is sentence 0
	paragraph []int32 // from 1 in the body; 0 in the title
	clause    []bool  // a comma or the like stands before the token
	furniture []bool  // not the article's own text

	signs []standing  // of furniture
	rows  []paragraph // room
}

// read makes d the document of an article, of whose tokens titleEnd are the
// title's. The signs stand in the order of the text.
func (d *document) read(a models.Article, tokens []phrases.Token, titleEnd int, signs []standing) {
	d.title, d.body, d.tokens, d.titleEnd, d.signs = a.Title, a.Body, tokens, titleEnd, signs
	n := len(tokens)
	d.sentence, d.paragraph = zeros(d.sentence, n), zeros(d.paragraph, n)
	d.clause, d.furniture = zeros(d.clause, n), zeros(d.furniture, n)
	d.cut()
	d.markFurniture()
	d.look(0, titleEnd, n)
}

// zeros returns n of them, in the room of s if that is enough.
func zeros[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// look makes the document one of tokens [start, end), of which those before
// headEnd are the heading's.
func (d *document) look(start, headEnd, end int) {
	d.start, d.headEnd, d.end = start, headEnd, end
	d.findLead()
}

// at returns the first token that begins at or behind a byte of the body.
func (d *document) at(offset int) int {
	of := d.tokens[d.titleEnd:]
	i, _ := slices.BinarySearchFunc(of, int32(offset), func(t phrases.Token, offset int32) int { return cmp.Compare(t.Start, offset) })
	return d.titleEnd + i
}

// cut numbers sentences and paragraphs.
func (d *document) cut() {
	for i := 1; i < d.titleEnd; i++ {
		d.clause[i] = clauseBreak(d.title[d.tokens[i-1].End:d.tokens[i].Start])
	}
	sentence, paragraph := int32(1), int32(1)
	for i := d.titleEnd; i < len(d.tokens); i++ {
		if i > d.titleEnd {
			if gap := d.body[d.tokens[i-1].End:d.tokens[i].Start]; gap != "" && gap != " " {
				d.clause[i] = clauseBreak(gap)
				if d.endsParagraph(gap, i) {
					sentence++
					paragraph++
				} else if d.endsSentence(gap, i) {
					sentence++
				}
			}
		}
		d.sentence[i], d.paragraph[i] = sentence, paragraph
	}
}

// endsParagraph reports whether a paragraph ends in the gap before token i. A
// single line end does not if it looks like a line broken to a width: the line
// is of middling length, stops without a full stop, and goes on in lower case.
func (d *document) endsParagraph(gap string, i int) bool {
	nl := strings.IndexByte(gap, '\n')
	if nl < 0 {
		return false
	}
	if strings.Count(gap, "\n") > 1 || strings.ContainsAny(gap, ".!?。！？•") {
		return true
	}
	at := int(d.tokens[i-1].End) + nl
	line := at - (strings.LastIndexByte(d.body[:at], '\n') + 1)
	next, _ := utf8.DecodeRuneInString(d.body[d.tokens[i].Start:])
	return line < 40 || line > 100 || !unicode.IsLower(next)
}

// abbreviations are words whose full stop ends no sentence.
var abbreviations = func() map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq("mr mrs ms dr prof no nos vs inc ltd corp co st jr sr gov sen rep jan feb mar apr jun jul aug sep sept oct nov dec fig art sec para approx est") {
		set[w] = true
	}
	return set
}()

func (d *document) endsSentence(gap string, i int) bool {
	if strings.ContainsAny(gap, "。！？") {
		return true
	}
	stop := strings.IndexAny(gap, ".!?")
	if stop < 0 || stop+1 < len(gap) && !strings.ContainsAny(gap[stop+1:], " \t\n\"”’)") || stop+1 == len(gap) {
		return false
	}
	if gap[stop] != '.' {
		return true
	}
	before, _ := text.Next(d.body[d.tokens[i-1].Start:d.tokens[i-1].End], 0)
	if len(before.Text) == 1 || abbreviations[before.Text] {
		return false
	}
	next, _ := utf8.DecodeRuneInString(d.body[d.tokens[i].Start:])
	return !unicode.IsLower(next)
}

// findLead finds where the lead ends, over the article's own text only.
func (d *document) findLead() {
	d.leadEnd = d.headEnd
	own, sentences := 0, 0
	last := int32(-1)
	for i := d.headEnd; i < d.end; i++ {
		if d.furniture[i] {
			continue
		}
		if d.sentence[i] != last {
			if sentences >= leadSentences && own >= leadMin {
				return
			}
			sentences++
			last = d.sentence[i]
		}
		if own == leadMax {
			return
		}
		own++
		d.leadEnd = i + 1
	}
}

// region returns the region of what is looked at that token i is in.
func (d *document) region(i int) region {
	switch {
	case i < d.headEnd:
		return regionTitle
	case i < d.leadEnd:
		return regionLead
	}
	return regionRest
}

// original returns token i as the author wrote it, but for its width and what
// nobody sees.
func (d *document) original(i int) string {
	t := d.tokens[i]
	s := d.body
	if i < d.titleEnd {
		s = d.title
	}
	return norm.NFKC.String(text.Visible(s[t.Start:t.End]))
}

// field returns the text that token i is in.
func (d *document) field(i int) (models.Field, string) {
	if i < d.titleEnd {
		return models.InTitle, d.title
	}
	return models.InBody, d.body
}

// together reports whether tokens i and j share a stretch of text.
func (d *document) together(i, j int, b bound) bool {
	switch b {
	case sameSentence:
		return d.sentence[i] == d.sentence[j]
	case sameParagraph:
		return d.paragraph[i] == d.paragraph[j]
	}
	return (i < d.headEnd) == (j < d.headEnd)
}
