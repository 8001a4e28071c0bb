package syntax

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// A queryToken is one word, phrase, operator or parenthesis of a query.
type queryToken struct {
	kind tokenKind
	text string
	n    int    // of NEAR, NOT NEAR and ATLEAST
	same Scope  // of NEAR and NOT NEAR
	in   Region // of a field
	at   int    // byte offset
}

type tokenKind int

const (
	tokenWord      tokenKind = iota
	tokenPhrase              // in quotes
	tokenOperator            // AND, OR or NOT
	tokenNear                // NEAR or ONEAR
	tokenNotNear             // NOT NEAR
	tokenField               // title: and the like
	tokenCondition           // source:, amount: and the like, and rule:
	tokenAtLeast             // ATLEAST/5
	tokenReference           // $name
	tokenOpen                // (
	tokenClose               // )
	tokenEnd
)

// A queryError is the first mistake in a query. What follows a mistake on one line cannot be read reliably.
type queryError struct {
	at         int // byte offset
	what, want diag.Text
}

// closingQuotes end a phrase, so a phrase cannot contain one. Only 』 ends one that begins with 『, which also
// stands within 「」.
const closingQuotes = `"“”」＂`

// wideMarks separate words in Chinese, and join nothing in a query.
const wideMarks = "，、；：。！？｡､"

// scanQuery splits a query into tokens. The last one is tokenEnd.
func scanQuery(src string) ([]queryToken, *queryError) {
	if fault := checkCharacters(src); fault != nil {
		return nil, fault
	}
	var tokens []queryToken
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRuneInString(src[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '(' || r == '（':
			tokens = append(tokens, queryToken{kind: tokenOpen, text: "(", at: i})
			i += size
		case r == ')' || r == '）':
			tokens = append(tokens, queryToken{kind: tokenClose, text: ")", at: i})
			i += size
		case isQuote(r):
			text, end, fault := scanQuoted(src, i)
			if fault != nil {
				return nil, fault
			}
			tokens = append(tokens, queryToken{kind: tokenPhrase, text: text, at: i})
			i = end
		case (r == '$' || r == '＄') && startsWithQuote(src[i+size:]):
			name, end, fault := scanQuoted(src, i+size)
			if fault != nil {
				return nil, fault
			}
			tokens = append(tokens, queryToken{kind: tokenReference, text: name, at: i})
			i = end
		default:
			end := i + strings.IndexFunc(src[i:]+" ", func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`()（）`, r) || isQuote(r) })
			t, rest, fault := scanWord(src[i:end], i, tokens)
			if fault != nil {
				return nil, fault
			}
			if tokens, fault = appendToken(tokens, t); fault != nil {
				return nil, fault
			}
			i = end - rest
		}
	}
	return append(tokens, queryToken{kind: tokenEnd, text: "the end", at: len(src)}), nil
}

func checkCharacters(src string) *queryError {
	for i, r := range src {
		if r == utf8.RuneError && !strings.HasPrefix(src[i:], "\uFFFD") {
			return &queryError{i, "not valid UTF-8", "type the text again"}
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r == '\u0085' {
			return &queryError{i, diag.Textf("the query contains the control character %U", r), "remove it"}
		}
	}
	return nil
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”「『＂`, r) }

func startsWithQuote(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isQuote(r)
}

// scanQuoted reads the text between quotes, and returns the offset after the closing one.
func scanQuoted(src string, at int) (text string, end int, fault *queryError) {
	opening, size := utf8.DecodeRuneInString(src[at:])
	start, closes, add := at+size, closingQuotes, `"`
	if opening == '『' {
		closes, add = "』", "』"
	}
	n := strings.IndexAny(src[start:], closes)
	if n < 0 {
		return "", 0, &queryError{at, "a quote is not closed", diag.Textf("add %s after the phrase's last word", add)}
	}
	_, closing := utf8.DecodeRuneInString(src[start+n:])
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) { // a line break
			return ' '
		}
		return r
	}, src[start:start+n])
	return text, start + n + closing, nil
}

// appendToken appends a token. A NOT before NEAR becomes part of it, as in Lexis and dtSearch, which accept
// it in lower case too.
func appendToken(tokens []queryToken, t queryToken) ([]queryToken, *queryError) {
	last := len(tokens) - 1
	if t.kind != tokenNear || last < 0 {
		return append(tokens, t), nil
	}
	not := tokens[last]
	if !(not.kind == tokenOperator && not.text == "NOT" || not.kind == tokenWord && not.text == "not") {
		return append(tokens, t), nil
	}
	if t.text == "ONEAR" {
		return nil, &queryError{not.at, "NOT ONEAR does not exist", "use NOT NEAR"}
	}
	t.kind, t.text, t.at = tokenNotNear, "NOT NEAR", not.at
	return append(tokens[:last], t), nil
}

var (
	// NEAR in the notation of this language, then in those of Lexis and dtSearch (w/5, pre/5) and of
	// Westlaw (/5, +5, /s, /p). After the slash comes a number of words, S for one sentence, P for one
	// paragraph, or a number and one of these.
	nearPattern    = regexp.MustCompile(`^(NEAR|ONEAR|UNLESS|[wW]|pre|PRE)/(\d*)([sSpP]?)$`)
	westlawPattern = regexp.MustCompile(`^([/+])(?:(\d+)|([sSpP]))$`)
	fieldPattern   = regexp.MustCompile(`^((?:title|lead|body)(?:,(?:title|lead|body))*):`)
)

// unknownFieldPattern is a word in the form of a field, but not a web address.
var unknownFieldPattern = regexp.MustCompile(`^([a-zA-Z][a-zA-Z_-]*):(?:[^/]|$)`)

func unknownField(name string, at int) *queryError {
	known := append([]string{"title", "lead", "body"}, valueFields()...)
	want := diag.Textf("the fields are %s", strings.Join(known, ", "))
	if near := yamlnode.Nearest(name, known); near != "" {
		want = diag.Textf("did you mean %q? %s", near, want)
	}
	return &queryError{at, diag.Textf("unknown field %q", name), diag.Textf("%s; if it is text, put quotes around it", want)}
}

// scanWord reads a word outside quotes, after the tokens before it. It returns how many bytes of the word
// it left for the next token. Full-width signs and letters of operators and fields mean what the ASCII ones
// mean, as Chinese keyboards type them.
func scanWord(written string, at int, before []queryToken) (t queryToken, rest int, fault *queryError) {
	w := narrow(written)
	switch w {
	case "AND", "OR", "NOT":
		return queryToken{kind: tokenOperator, text: w, at: at}, 0, nil
	}
	if m := fieldPattern.FindStringSubmatch(w); m != nil {
		t := queryToken{kind: tokenField, text: m[1], at: at}
		for field := range strings.SplitSeq(m[1], ",") {
			t.in |= regionOf(field)
		}
		return t, afterRunes(written, len(m[0])), nil // what is matched is ASCII
	}
	if kind, _, ok := strings.Cut(w, ":"); ok && slices.Contains(valueFields(), kind) {
		return queryToken{kind: tokenCondition, text: kind, at: at}, afterRunes(written, len(kind)+1), nil
	}
	if m := unknownFieldPattern.FindStringSubmatch(w); m != nil {
		return queryToken{}, 0, unknownField(m[1], at)
	}
	if name, ok := strings.CutPrefix(w, "$"); ok && name != "" {
		if fault := checkWideMarks(written, at); fault != nil {
			return queryToken{}, 0, fault
		}
		return queryToken{kind: tokenReference, text: name, at: at}, 0, nil
	}
	if m := nearPattern.FindStringSubmatch(w); m != nil {
		t, fault := nearToken(m[1], m[2], m[3], at)
		return t, 0, fault
	}
	if m := westlawPattern.FindStringSubmatch(w); m != nil && endsOperand(before) {
		t, fault := nearToken(m[1], m[2], m[3], at)
		return t, 0, fault
	}
	switch head, number, _ := strings.Cut(w, "/"); head {
	case "NEAR", "ONEAR", "UNLESS":
		t, fault := nearToken(head, "", "", at)
		return t, 0, fault
	case "ATLEAST":
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 1000 {
			return queryToken{}, 0, &queryError{at, "ATLEAST has no number", "use ATLEAST/5, from 1 to 1000"}
		}
		return queryToken{kind: tokenAtLeast, text: head, n: n, at: at}, 0, nil
	}
	if fault := checkWideMarks(written, at); fault != nil {
		return queryToken{}, 0, fault
	}
	return queryToken{kind: tokenWord, text: signsOfPhrase.Replace(written), at: at}, 0, nil
}

// signsOfPhrase gives the signs that mean something in a phrase their ASCII form.
var signsOfPhrase = strings.NewReplacer("＊", "*", "＃", "#", "＝", "=", "＞", ">", "＜", "<")

// narrow returns a word with the ASCII form of each full-width sign and letter, and as many runes.
func narrow(w string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, w)
}

// afterRunes returns the length in bytes of what follows the first n runes.
func afterRunes(s string, n int) int {
	for range n {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return len(s)
}

// checkWideMarks refuses a word that holds a full-width comma or another mark of Chinese text. Without a message it would be
// read as one phrase.
func checkWideMarks(w string, at int) *queryError {
	i := strings.IndexAny(w, wideMarks)
	if i < 0 {
		return nil
	}
	mark, _ := utf8.DecodeRuneInString(w[i:])
	parts := strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(wideMarks, r) })
	want := diag.Text("remove it, or put quotes around the phrase")
	if len(parts) > 1 {
		want = diag.Textf("write %s or %s, or put quotes around the phrase", strings.Join(parts, " OR "), strings.Join(parts, " AND "))
	}
	return &queryError{at + i, diag.Textf("%c joins no words in a query", mark), want}
}

// nearToken returns the token for a spelling of NEAR, with its number and its letter.
func nearToken(name, number, letter string, at int) (queryToken, *queryError) {
	t := queryToken{kind: tokenNear, text: "NEAR", at: at}
	switch name {
	case "ONEAR", "pre", "PRE", "+":
		t.text = "ONEAR"
	case "UNLESS":
		t.kind, t.text = tokenNotNear, "NOT NEAR"
	}
	switch letter {
	case "S", "s":
		t.same = SameSentence
	case "P", "p":
		t.same = SameParagraph
	}
	var err error
	if number != "" {
		t.n, err = strconv.Atoi(number)
	}
	if err != nil || t.n > 1000 || number != "" && t.n < 1 || number == "" && t.same == SameField {
		return queryToken{}, &queryError{at, diag.Textf("%s has no number", name), diag.Textf("use %s/5, from 1 to 1000, %s/S for one sentence, or %s/P for one paragraph", name, name, name)}
	}
	return t, nil
}

// formatNear returns a NEAR token as a query spells it.
func (t queryToken) formatNear() string { return formatNear(t.text, t.n, t.same) }

func formatNear(name string, within int, same Scope) string {
	s := name + "/"
	if within > 0 {
		s += strconv.Itoa(within)
	}
	switch same {
	case SameParagraph:
		s += "P"
	case SameSentence:
		s += "S"
	}
	return s
}

// endsOperand reports whether an operand ends with the tokens, so that /5 or +5 may join it to another.
// Elsewhere they are words.
func endsOperand(tokens []queryToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch tokens[len(tokens)-1].kind {
	case tokenWord, tokenPhrase, tokenReference, tokenClose:
		return true
	}
	return false
}
