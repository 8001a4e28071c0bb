package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanQuery cuts a query into tokens.
func scanQuery(src string) ([]queryToken, *queryError) {
	var tokens []queryToken
	for i, r := range src {
		if r == utf8.RuneError && !strings.HasPrefix(src[i:], "\uFFFD") {
			return nil, &queryError{i, "not valid UTF-8", "want the text typed anew"}
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r == '\u0085' {
			return nil, &queryError{i, fmt.Sprintf("the query holds the control character %U", r), "want none"}
		}
	}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRuneInString(src[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '(' || r == ')' || r == '（' || r == '）':
			kind := "("
			if r == ')' || r == '）' {
				kind = ")"
			}
			tokens = append(tokens, queryToken{kind: kind, text: kind, at: i})
			i += size
		case isQuote(r):
			text, end, fault := quoted(src, i)
			if fault != nil {
				return nil, fault
			}
			tokens = append(tokens, queryToken{kind: "phrase", text: text, at: i})
			i = end
		case r == '$' && startsWithQuote(src[i+size:]):
			name, end, fault := quoted(src, i+size)
			if fault != nil {
				return nil, fault
			}
			tokens = append(tokens, queryToken{kind: "list", text: name, at: i})
			i = end
		default:
			end := i + strings.IndexFunc(src[i:]+" ", func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`()（）`, r) || isQuote(r) })
			t, rest, fault := queryWord(src[i:end], i, tokens)
			if fault != nil {
				return nil, fault
			}
			if tokens, fault = addToken(tokens, t); fault != nil {
				return nil, fault
			}
			i = end - rest
		}
	}
	return append(tokens, queryToken{kind: "end", text: "the end", at: len(src)}), nil
}

func isQuote(r rune) bool { return r == '"' || r == '“' || r == '”' || r == '「' }

func startsWithQuote(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isQuote(r)
}

// quoted reads what stands between quotes, and says where to go on.
func quoted(src string, at int) (string, int, *queryError) {
	_, size := utf8.DecodeRuneInString(src[at:])
	start := at + size
	end := strings.IndexAny(src[start:], closingQuotes)
	if end < 0 {
		return "", 0, &queryError{at, "a quote is not closed", `want " behind the phrase's last word`}
	}
	_, closing := utf8.DecodeRuneInString(src[start+end:])
	inside := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) { // a line's end is a space
			return ' '
		}
		return r
	}, src[start:start+end])
	return inside, start + end + closing, nil
}

// addToken appends a token. NOT in front of NEAR belongs to it, as in Lexis and
// dtSearch, which take it in lower case too.
func addToken(tokens []queryToken, t queryToken) ([]queryToken, *queryError) {
	last := len(tokens) - 1
	if t.kind != "near" || last < 0 {
		return append(tokens, t), nil
	}
	not := tokens[last]
	if !(not.kind == "op" && not.text == "NOT" || not.kind == "word" && not.text == "not") {
		return append(tokens, t), nil
	}
	if t.text == "ONEAR" {
		return nil, &queryError{not.at, "NOT NEAR knows no order", "want NOT NEAR in the place of NOT ONEAR"}
	}
	t.kind, t.text, t.at = "unless", "NOT NEAR", not.at
	return append(tokens[:last], t), nil
}

var (
	// The words of NEAR and its like, in the spelling of this language, then in
	// those of Lexis and dtSearch (w/5, pre/5) and of Westlaw (/5, +5, /s, /p).
	// Behind the stroke: a number of words, S for one sentence, P for one
	// paragraph, or a number and one of these.
	connectorPattern = regexp.MustCompile(`^(NEAR|ONEAR|UNLESS|[wW]|pre|PRE)/(\d*)([sSpP]?)$`)
	westlawPattern   = regexp.MustCompile(`^([/+])(?:(\d+)|([sSpP]))$`)
	fieldPattern     = regexp.MustCompile(`^((?:title|lead|body)(?:,(?:title|lead|body))*):`)
)

// connectors are the kind and the name of each.
var connectors = map[string][2]string{
	"NEAR": {"near", "NEAR"}, "w": {"near", "NEAR"}, "W": {"near", "NEAR"}, "/": {"near", "NEAR"},
	"ONEAR": {"near", "ONEAR"}, "pre": {"near", "ONEAR"}, "PRE": {"near", "ONEAR"}, "+": {"near", "ONEAR"},
	"UNLESS": {"unless", "NOT NEAR"},
}

// queryWord reads a bare word behind the tokens before it, and says how many of
// its bytes were left.
func queryWord(w string, at int, before []queryToken) (queryToken, int, *queryError) {
	switch w {
	case "AND", "OR", "NOT":
		return queryToken{kind: "op", text: w, at: at}, 0, nil
	}
	if m := fieldPattern.FindStringSubmatch(w); m != nil {
		t := queryToken{kind: "field", text: m[1], at: at}
		for name := range strings.SplitSeq(m[1], ",") {
			t.in |= map[string]region{"title": regionTitle, "lead": regionLead, "body": regionBody}[name]
		}
		return t, len(w) - len(m[0]), nil
	}
	for _, kind := range conditionKeys {
		if strings.HasPrefix(w, kind+":") {
			return queryToken{kind: "from", text: kind, at: at}, len(w) - len(kind) - 1, nil
		}
	}
	if name, ok := strings.CutPrefix(w, "$"); ok && name != "" {
		return queryToken{kind: "list", text: name, at: at}, 0, nil
	}
	if m := connectorPattern.FindStringSubmatch(w); m != nil {
		return connector(m, at)
	}
	if m := westlawPattern.FindStringSubmatch(w); m != nil && endsOperand(before) {
		return connector(m, at)
	}
	switch head, number, _ := strings.Cut(w, "/"); head {
	case "NEAR", "ONEAR", "UNLESS":
		return connector([]string{"", head, "", ""}, at)
	case "ATLEAST":
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 1000 {
			return queryToken{}, 0, &queryError{at, "ATLEAST has no number", "want ATLEAST/5, from 1 to 1000"}
		}
		return queryToken{kind: "atleast", text: head, n: n, at: at}, 0, nil
	}
	return queryToken{kind: "word", text: w, at: at}, 0, nil
}

// connector makes a token of a connector's name, number and letter.
func connector(m []string, at int) (queryToken, int, *queryError) {
	kind := connectors[m[1]]
	t := queryToken{kind: kind[0], text: kind[1], at: at}
	t.same = map[string]bound{"S": sameSentence, "P": sameParagraph}[strings.ToUpper(m[3])]
	var err error
	if m[2] != "" {
		t.n, err = strconv.Atoi(m[2])
	}
	if err != nil || t.n > 1000 || m[2] != "" && t.n < 1 || m[2] == "" && t.same == sameField {
		return queryToken{}, 0, &queryError{at, m[1] + " has no number", fmt.Sprintf("want %s/5, from 1 to 1000; %s/S for one sentence, %s/P for one paragraph", m[1], m[1], m[1])}
	}
	return t, 0, nil
}

// connector writes a NEAR as a query does.
func (t queryToken) connector() string { return connectorOf(t.text, t.n, t.same) }

func connectorOf(name string, within int, same bound) string {
	s := name + "/"
	if within > 0 {
		s += strconv.Itoa(within)
	}
	return s + [...]string{sameField: "", sameParagraph: "P", sameSentence: "S"}[same]
}

// endsOperand reports whether a connector may follow the tokens; elsewhere /5 and
// +5 are words.
func endsOperand(tokens []queryToken) bool {
	if len(tokens) == 0 {
		return false
	}
	switch tokens[len(tokens)-1].kind {
	case "word", "phrase", "list", ")":
		return true
	}
	return false
}
