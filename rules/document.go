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
	"regwatch/rules/syntax"
)

// The lead is what a reader in a hurry reads: whole sentences from the start of the body without boilerplate, until
// there are minLeadSentences and minLeadTokens, and never more than MaxLeadTokens. A Chinese character is one token.
const (
	minLeadSentences = 2
	minLeadTokens    = 25
	MaxLeadTokens    = 120
)

// A document is an article split into tokens, title first. Part of it can be selected: one report of a roundup, or what
// stands above them.
type document struct {
	title, body string
	tokens      []phrases.Token
	titleEnd    int // the tokens before it are the title

	// The selected part: tokens [start, end).
	start, end int
	headEnd    int // the tokens before it are the heading: the title, or a report's heading
	leadEnd    int // the tokens from headEnd on and before it are the lead

	// By token.
	sentence    []int32 // numbered in order; the title is sentence 0
	paragraph   []int32 // from 1 in the body; 0 in the title
	clauseStart []bool  // a comma or the like stands before the token
	boilerplate []bool  // not the article's own text

	words        []string    // by token: its folded text; filled by folded
	markers      []markerHit // of boilerplate, in the order of the text
	paragraphBuf []paragraph // memory for paragraphs
}

// init prepares an article, of whose tokens titleEnd belong to the title. It selects all of it.
func (d *document) init(a models.Article, tokens []phrases.Token, titleEnd int, markers []markerHit) {
	d.title, d.body, d.tokens, d.titleEnd, d.markers = a.Title, a.Body, tokens, titleEnd, markers
	d.words = d.words[:0]
	n := len(tokens)
	d.sentence, d.paragraph = resize(d.sentence, n), resize(d.paragraph, n)
	d.clauseStart, d.boilerplate = resize(d.clauseStart, n), resize(d.boilerplate, n)
	d.split()
	d.markBoilerplate()
	d.markLearned(a.Boilerplate)
	d.restrict(0, titleEnd, n)
}

// resize returns a slice of n zeros, in the memory of s if that is large enough.
func resize[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// restrict selects tokens [start, end), of which those before headEnd are the heading.
func (d *document) restrict(start, headEnd, end int) {
	d.start, d.headEnd, d.end = start, headEnd, end
	d.findLead()
}

// tokenAt returns the first token that begins at or after an offset of the body.
func (d *document) tokenAt(offset int) int {
	body := d.tokens[d.titleEnd:]
	i, _ := slices.BinarySearchFunc(body, int32(offset), func(t phrases.Token, offset int32) int { return cmp.Compare(t.Start, offset) })
	return d.titleEnd + i
}

// split numbers the sentences and paragraphs, and finds where clauses begin.
func (d *document) split() {
	for i := 1; i < d.titleEnd; i++ {
		d.clauseStart[i] = syntax.EndsClause(d.title[d.tokens[i-1].End:d.tokens[i].Start])
	}
	sentence, paragraph := d.splitTitle()+1, int32(1)
	end := int32(0) // of the token before
	for i := d.titleEnd; i < len(d.tokens); i++ {
		t := d.tokens[i]
		if gap := d.body[end:t.Start]; gap != "" && gap != " " && i > d.titleEnd {
			d.clauseStart[i] = syntax.EndsClause(gap)
			if d.endsParagraph(gap, i) {
				sentence++
				paragraph++
			} else if d.endsSentence(gap, i) {
				sentence++
			}
		}
		d.sentence[i], d.paragraph[i] = sentence, paragraph
		end = t.End
	}
}

// splitTitle numbers the sentences of the title and returns the last number. A title is one sentence, unless it lists
// the reports of a roundup: "A does this, B does that + more news". Then each report is one.
func (d *document) splitTitle() int32 {
	sentence := int32(0)
	if !d.isListTitle() {
		return sentence
	}
	for i := 1; i < d.titleEnd; i++ {
		if d.clauseStart[i] || strings.ContainsAny(d.title[d.tokens[i-1].End:d.tokens[i].Start], "+&") {
			sentence++
		}
		d.sentence[i] = sentence
	}
	return sentence
}

// isListTitle reports whether the title ends with "+ more news" or the like, after at least two reports. Before
// "and more" a report has at least three words: "China bans crypto trading, mining and more" is one sentence with a list.
func (d *document) isListTitle() bool {
	word := func(i int) string { return strings.ToLower(d.title[d.tokens[i].Start:d.tokens[i].End]) }
	last := d.titleEnd - 1
	if last < 3 {
		return false
	}
	switch word(last) {
	case "news", "stories", "headlines":
		last--
	}
	plus := strings.ContainsAny(d.title[d.tokens[last-1].End:d.tokens[last].Start], "+&")
	if word(last) != "more" || word(last-1) != "and" && !plus {
		return false
	}
	end, least := last, 2
	if !plus {
		end, least = last-1, 3 // before "and"
	}
	reports, start := 0, 0
	for i := 1; i <= end; i++ {
		if i < end && !d.clauseStart[i] {
			continue
		}
		if i-start < least {
			return false
		}
		reports, start = reports+1, i
	}
	return reports >= 2
}

// endsParagraph reports whether a paragraph ends in the gap before token i. A single line break does not end one if
// the text looks wrapped to a width: the line is of medium length, has no full stop at its end, and the next one begins
// in lower case.
func (d *document) endsParagraph(gap string, i int) bool {
	nl := strings.IndexByte(gap, '\n')
	if nl < 0 {
		return false
	}
	if strings.Count(gap, "\n") > 1 || strings.ContainsAny(gap, ".!?。！？•") {
		return true
	}
	at := int(d.tokens[i-1].End) + nl
	length := at - d.lineStart(at)
	next, _ := utf8.DecodeRuneInString(d.body[d.tokens[i].Start:])
	return length < 40 || length > 100 || !unicode.IsLower(next)
}

// endsSentence reports whether a sentence ends in the gap before token i.
func (d *document) endsSentence(gap string, i int) bool {
	if strings.ContainsFunc(gap, isChineseStop) {
		return true
	}
	stop := strings.IndexFunc(gap, isStop)
	if stop < 0 || stop+1 < len(gap) && !strings.ContainsAny(gap[stop+1:], " \t\n\"”’)") || stop+1 == len(gap) {
		return false
	}
	if gap[stop] != '.' {
		return true
	}
	before, _ := text.Next(d.body[d.tokens[i-1].Start:d.tokens[i-1].End], 0)
	if len(before.Text) == 1 || isAbbreviation(before.Text) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(d.body[d.tokens[i].Start:])
	return !unicode.IsLower(next)
}

func isChineseStop(r rune) bool { return r == '。' || r == '！' || r == '？' }

func isStop(r rune) bool { return r == '.' || r == '!' || r == '?' }

// isAbbreviation reports whether a full stop after a word does not end a sentence.
func isAbbreviation(word string) bool {
	switch word {
	case "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "gov", "sen", "rep",
		"no", "nos", "vs", "fig", "art", "sec", "para", "approx", "est",
		"inc", "ltd", "corp", "co",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec":
		return true
	}
	return false
}

// findLead finds the end of the lead. Boilerplate is skipped.
func (d *document) findLead() {
	d.leadEnd = d.headEnd
	tokens, sentences := 0, 0
	last := int32(-1)
	for i := d.headEnd; i < d.end; i++ {
		if d.boilerplate[i] {
			continue
		}
		if d.sentence[i] != last {
			if sentences >= minLeadSentences && tokens >= minLeadTokens {
				return
			}
			sentences++
			last = d.sentence[i]
		}
		if tokens == MaxLeadTokens {
			return
		}
		tokens++
		d.leadEnd = i + 1
	}
}

// isTogether reports whether the words of a hit are not boilerplate and stand in one sentence, without a comma between
// them unless the phrase is punctuated.
func (d *document) isTogether(h phrases.Hit, punctuated bool) bool {
	for i := h.Start; i < h.End; i++ {
		if d.boilerplate[i] || i > h.Start && (d.sentence[i] != d.sentence[i-1] || d.clauseStart[i] && !punctuated) {
			return false
		}
	}
	return true
}

// hasCase reports whether the words of a hit are written as the phrase writes them.
func (d *document) hasCase(h phrases.Hit, p *syntax.Phrase) bool {
	for j, t := range p.Tokens {
		if t.Raw == "" {
			continue
		}
		if o := d.original(int(h.Start) + j); o != t.Raw && o != t.Raw+"s" {
			return false
		}
		if t.NotCurrency && d.isBeforeCurrency(int(h.Start)+j) {
			return false
		}
	}
	return true
}

// hasStops reports whether the letters of a hit that are an abbreviation in the phrase have a full stop, and nothing
// else, between them.
func (d *document) hasStops(h phrases.Hit, p *syntax.Phrase) bool {
	for j, t := range p.Tokens {
		i := int(h.Start) + j
		_, src := d.field(i)
		if t.AfterStop && text.Visible(src[d.tokens[i-1].End:d.tokens[i].Start]) != "." {
			return false
		}
	}
	return true
}

// isBeforeCurrency reports whether a currency sign follows token i directly, as in US$.
func (d *document) isBeforeCurrency(i int) bool {
	_, src := d.field(i)
	next, _ := utf8.DecodeRuneInString(src[d.tokens[i].End:])
	return unicode.Is(unicode.Sc, next)
}

// region returns the region of the selected part to which token i belongs.
func (d *document) region(i int) syntax.Region {
	switch {
	case i < d.headEnd:
		return syntax.RegionTitle
	case i < d.leadEnd:
		return syntax.RegionLead
	}
	return syntax.RegionRest
}

// folded returns the folded text of token i.
func (d *document) folded(i int) string {
	for n := len(d.words); n < len(d.tokens); n++ {
		_, src := d.field(n)
		t, _ := text.Next(src[d.tokens[n].Start:d.tokens[n].End], 0)
		d.words = append(d.words, t.Text)
	}
	return d.words[i]
}

// original returns token i as the author wrote it, but in normal width and without invisible characters.
func (d *document) original(i int) string {
	t := d.tokens[i]
	_, src := d.field(i)
	return norm.NFKC.String(text.Visible(src[t.Start:t.End]))
}

// field returns the field to which token i belongs, and its text.
func (d *document) field(i int) (models.Field, string) {
	if i < d.titleEnd {
		return models.InTitle, d.title
	}
	return models.InBody, d.body
}

// share reports whether tokens i and j are in the same sentence, paragraph or field.
func (d *document) share(i, j int, scope syntax.Scope) bool {
	switch scope {
	case syntax.SameSentence:
		return d.sentence[i] == d.sentence[j]
	case syntax.SameParagraph:
		return d.paragraph[i] == d.paragraph[j]
	}
	return (i < d.headEnd) == (j < d.headEnd)
}
