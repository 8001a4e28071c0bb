package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
)

// A regex is a phrase written between slashes, for what words cannot say, such
// as the number of a case. It is met by the article as it is written: only case
// does not count, unless (?-i) says so. A match lies within one paragraph, and
// begins and ends where words do.
//
// Articles are not searched for it. Each match of it must have a literal at the
// beginning of a word, which is found with all other phrases in one pass; and
// the paragraphs that have it are searched.
const (
	maxRegex   = 200  // characters; longer ones are a program, and no phrase
	maxProgram = 1000 // instructions of package regexp; each takes time at every letter
	leastRun   = 3    // letters and digits of a literal
	leastHan   = 2    // Chinese characters of one
	mostHan    = 12   // Chinese characters of one that are looked for
)

// regexOf returns the expression between slashes.
func regexOf(s string) (pattern string, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '/' || s[len(s)-1] != '/' {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// newRegex reads a regular expression, or says why it cannot be looked for and
// what would be right.
func newRegex(pattern string) (ph phrase, what, want string) {
	if n := len([]rune(pattern)); n > maxRegex {
		return phrase{}, fmt.Sprintf("has %d characters", n), fmt.Sprintf("want at most %d", maxRegex)
	}
	pattern = text.Visible(pattern) // as the text that it searches
	parsed, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return phrase{}, "cannot be read: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "), "want what RE2 reads, with \\ in front of a sign that stands for itself"
	}
	if program, err := syntax.Compile(parsed.Simplify()); err != nil || len(program.Inst) > maxProgram {
		return phrase{}, "is too large, since it repeats much", "want smaller numbers in its braces, or * and + in their place"
	}
	if maybeEmpty(parsed) {
		return phrase{}, "is met by no text at all", "want something in it that must be there"
	}
	literal := literalOf(parsed)
	if literal == "" {
		return phrase{}, "has no literal to look for", "want three letters or digits in a row that begin a word of every match, four where any sign may follow them, or two Chinese characters; of alternatives, each a phrase of its own"
	}
	ph, what = newPhrase(literal)
	if ph.regex, err = regexp.Compile("(?i)" + pattern); err != nil {
		return phrase{}, "cannot be read: " + err.Error(), "want it shorter"
	}
	return ph, what, ""
}

// maybeEmpty reports whether re can match no character.
func maybeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !maybeEmpty(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, maybeEmpty)
	case syntax.OpCapture, syntax.OpPlus:
		return maybeEmpty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || maybeEmpty(re.Sub[0])
	}
	return true
}

// literalOf returns, as a phrase, the longest literal that every match has and
// that begins a word there; "" is none. Letters and digits are taken for the
// beginning of a word, since what follows may go on with it.
func literalOf(re *syntax.Regexp) string {
	elements := flat(re, nil)
	best, weight := "", 0
	// A match begins where a word does.
	edge := true
	for i, e := range elements {
		switch e.Op {
		case syntax.OpLiteral:
			var found string
			var n int
			if found, n, edge = longestRun(e.Rune, edge, staysApart(elements[i+1:])); n > weight {
				best, weight = found, n
			}
		case syntax.OpCharClass:
			edge = separates(e)
		case syntax.OpPlus:
			edge = separates(e.Sub[0])
		case syntax.OpStar, syntax.OpQuest:
			edge = edge && separates(e.Sub[0])
		case syntax.OpRepeat:
			edge = separates(e.Sub[0]) && (edge || e.Min > 0)
		case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		default:
			edge = false
		}
	}
	return best
}

// flat returns the elements of a concatenation, those of groups among them.
func flat(re *syntax.Regexp, dst []*syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpConcat:
		for _, s := range re.Sub {
			dst = flat(s, dst)
		}
		return dst
	case syntax.OpCapture:
		return flat(re.Sub[0], dst)
	}
	return append(dst, re)
}

// longestRun finds the longest run of a literal that begins a word, and says
// whether a word may begin behind it. A run at the end that a mark may follow
// loses its last letter, which the mark would change.
func longestRun(literal []rune, edge, apart bool) (best string, weight int, after bool) {
	for i := 0; i < len(literal); {
		j, begins := i, edge
		switch {
		case alphanumeric(literal[i]):
			for j < len(literal) && alphanumeric(literal[j]) {
				j++
			}
			edge = false
			run := literal[i:j]
			if j == len(literal) && !apart || j < len(literal) && unicode.IsMark(literal[j]) {
				run = run[:len(run)-1]
			}
			if begins && len(run) >= max(leastRun, weight+1) {
				best, weight = strings.ToLower(string(run))+"*", len(run)
			}
		case text.IsCJK(string(literal[i])):
			for j < len(literal) && text.IsCJK(string(literal[j])) {
				j++
			}
			edge = true
			if run := literal[i:min(j, i+mostHan)]; len(run) >= leastHan && 2*len(run) > weight {
				best, weight = string(run), 2*len(run)
			}
		default:
			edge = separator(literal[i])
			j++
		}
		i = j
	}
	return best, weight, edge
}

func alphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// separator reports whether a word may begin behind r. Brackets are left out:
// what stands in them may be how a Chinese character is read, and is no word.
func separator(r rune) bool {
	return r < 0x80 && !alphanumeric(r) && r != '('
}

// separates reports whether an element is one character that separates words.
func separates(re *syntax.Regexp) bool {
	if re.Op == syntax.OpLiteral {
		return len(re.Rune) == 1 && separator(re.Rune[0])
	}
	if re.Op != syntax.OpCharClass || len(re.Rune) == 0 || re.Rune[len(re.Rune)-1] >= 0x80 {
		return false
	}
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if !separator(r) {
				return false
			}
		}
	}
	return true
}

// staysApart reports whether what follows cannot begin with a mark.
func staysApart(rest []*syntax.Regexp) bool {
	for _, e := range rest {
		one, optional := e, false
		switch e.Op {
		case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
			continue
		case syntax.OpPlus:
			one = e.Sub[0]
		case syntax.OpStar, syntax.OpQuest:
			one, optional = e.Sub[0], true
		case syntax.OpRepeat:
			one, optional = e.Sub[0], e.Min == 0
		}
		plain := one.Op == syntax.OpLiteral && !unicode.IsMark(one.Rune[0]) || one.Op == syntax.OpCharClass && !hasMark(one.Rune)
		if !plain || !optional {
			return plain
		}
	}
	return true // a match ends where a word does
}

// hasMark reports whether a class may have a mark. Its ranges stand in pairs; a
// long one behind the first marks is not looked through.
func hasMark(class []rune) bool {
	const firstMark, long = 0x300, 64
	for i := 0; i < len(class); i += 2 {
		for r := max(class[i], firstMark); r <= class[i+1]; r++ {
			if unicode.IsMark(r) || class[i+1]-r > long {
				return true
			}
		}
	}
	return false
}

// A regexHit is a match of a regular expression: tokens [start, end), and bytes
// of the field.
type regexHit struct{ start, end, from, to int }

// searchParagraph finds the matches of a regular expression in the paragraph of
// token i, or in the title.
func (d *document) searchParagraph(re *regexp.Regexp, i int) []regexHit {
	first, last, src := 0, d.titleEnd, d.title
	from, to := 0, len(d.title)
	if i >= d.titleEnd {
		src = d.body
		of := d.paragraph[d.titleEnd:]
		begin, _ := slices.BinarySearch(of, d.paragraph[i])
		end, _ := slices.BinarySearch(of, d.paragraph[i]+1)
		first, last = d.titleEnd+begin, d.titleEnd+end
		from, to = d.lineStart(int(d.tokens[first].Start)), len(src)
		if n := strings.IndexByte(src[d.tokens[last-1].End:], '\n'); n >= 0 {
			to = int(d.tokens[last-1].End) + n
		}
	}
	tokens := d.tokens[first:last]
	at := func(offset int) int {
		n, _ := slices.BinarySearchFunc(tokens, int32(offset), func(t phrases.Token, offset int32) int { return cmp.Compare(t.Start, offset) })
		return n
	}
	seen, original := visible(src[from:to])
	var hits []regexHit
	for _, m := range re.FindAllStringIndex(seen, maxHits) {
		if m[0] == m[1] {
			continue
		}
		h := regexHit{from: from + m[0], to: from + m[1]}
		if original != nil {
			h.from, h.to = from+original[m[0]], from+original[m[1]-1]+1
		}
		start, end := at(h.from), at(h.to)
		// Neither end lies within a word.
		if start == end || start > 0 && int(tokens[start-1].End) > h.from || int(tokens[end-1].End) > h.to {
			continue
		}
		h.start, h.end = first+start, first+end
		if !slices.Contains(d.furniture[h.start:h.end], true) {
			hits = append(hits, h)
		}
	}
	return hits
}

// visible returns s without the characters that nobody sees, and where each of
// its bytes stands in s; nil is where it stands here.
func visible(s string) (seen string, at []int) {
	if strings.IndexFunc(s, text.Invisible) < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		for n := range size {
			if !text.Invisible(r) {
				b.WriteByte(s[i+n])
				at = append(at, i+n)
			}
		}
		i += size
	}
	return b.String(), at
}

// searchRegexes puts the matches of regular expressions in the place of their
// literals.
func (r *reading) searchRegexes() {
	type place struct{ phrase, paragraph int32 }
	var searched map[place]bool
	literals := len(r.text.Hits)
	for _, h := range r.text.Hits[:literals] {
		ph := &r.set.phrases[h.Phrase]
		if ph.regex == nil {
			continue
		}
		at := place{h.Phrase, r.paragraph[h.Start]}
		if searched[at] {
			continue
		}
		if searched == nil {
			searched = make(map[place]bool)
		}
		searched[at] = true
		for _, found := range r.searchParagraph(ph.regex, int(h.Start)) {
			r.text.Hits = append(r.text.Hits, phrases.Hit{Phrase: h.Phrase, Start: int32(found.start), End: int32(found.end)})
		}
	}
	if searched == nil {
		return
	}
	n := 0
	r.text.Hits = slices.DeleteFunc(r.text.Hits, func(h phrases.Hit) bool {
		n++
		return n <= literals && r.set.phrases[h.Phrase].regex != nil
	})
}

// bytes returns where a hit stands in its field. A regular expression may begin
// or end with signs that are no word, which only it knows.
func (r *reading) bytes(sp span) (start, end int) {
	start, end = int(r.tokens[sp.start].Start), int(r.tokens[sp.end-1].End)
	for _, p := range sp.parts {
		from, to := r.bytes(p)
		start, end = min(start, from), max(end, to)
	}
	if len(sp.parts) > 0 || r.set.phrases[sp.phrase].regex == nil {
		return start, end
	}
	for _, h := range r.searchParagraph(r.set.phrases[sp.phrase].regex, sp.start) {
		if h.start == sp.start && h.end == sp.end {
			return h.from, h.to
		}
	}
	return start, end
}
