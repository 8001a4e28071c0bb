package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The one-line query, known from media and legal search, writes the same nodes
// as the YAML does:
//
//	ban AND ("crypto mining" OR stablecoin*) NOT title:Kalshi
//	yuan NEAR/8 stablecoin        either way round; also w/8 and /8
//	yuan NEAR/S stablecoin        in one sentence; NEAR/P in one paragraph, NEAR/8S both
//	court ONEAR/4 halts           in this order; also pre/4 and +4
//	ban NOT NEAR/6 donation       but for those bans; also UNLESS/6
//	ATLEAST/3(stablecoin)         three hits or more
//	title,lead:ban                where to look
//	$coin  $"hk coin"             a term list or definition of the rule
//	role:press source:hkma-*      where the article comes from; language:, jurisdiction:
//
// NEAR and NOT NEAR bind before AND and OR; AND and OR are mixed with parentheses only.

// maxQueryDepth bounds the parentheses within parentheses. What the deepest YAML
// says takes three to a level.
const maxQueryDepth = 120

// closingQuotes end a phrase, which therefore cannot hold one.
const closingQuotes = `"“”」`

// A queryToken is one word, phrase, operator or parenthesis.
type queryToken struct {
	kind string // word, phrase, op, near, unless, field, from, atleast, list, (, ), end
	text string
	n    int
	same bound
	in   region // of a field
	at   int    // byte offset
}

type queryParser struct {
	src    string
	tokens []queryToken
	pos    int
	depth  int
	place  place
}

// A queryError is the first fault of a query; what follows a fault in one line
// is guesswork.
type queryError struct {
	at         int
	what, want string
}

// Search compiles a query to a set of one rule that is not saved, with the id
// "search".
func Search(query string) (*Set, diag.Problems) {
	n, fault := parseQuery(query, place{file: "query", line: 1, col: 1})
	if fault != nil {
		return nil, diag.Problems{{File: "query", Line: 1, Col: utf8.RuneCountInString(query[:fault.at]) + 1, What: fault.what, Want: fault.want}}
	}
	if !n.demands(nil) {
		return nil, diag.Problems{{File: "query", Line: 1, Col: 1, What: "the query asks for nothing that must be there", Want: "want a word to look for beside it"}}
	}
	rule := &Rule{ID: "search", Title: query, File: "query", Severity: models.Low, Draft: true, src: []byte(query), when: n}
	set, problems := compile([]*Rule{rule}, nil)
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	set.index = newIndex(set)
	return set, nil
}

// query reads an expression that is written on one line.
func (p *parser) query(v yamlnode.Node) *node {
	src := v.String("an expression")
	n, fault := parseQuery(src, p.at(v))
	if fault != nil {
		v.Report(fmt.Sprintf("query at character %d: %s", utf8.RuneCountInString(src[:fault.at])+1, fault.what), fault.want)
		return nil
	}
	return n
}

func parseQuery(src string, at place) (*node, *queryError) {
	tokens, fault := scanQuery(src)
	if fault != nil {
		return nil, fault
	}
	p := &queryParser{src: src, tokens: tokens, place: at}
	n, fault := p.expression()
	if fault != nil {
		return nil, fault
	}
	if t := p.peek(); t.kind != "end" {
		return nil, &queryError{t.at, "a parenthesis is closed that was not opened", "want it taken out, or ( in front"}
	}
	return n, nil
}

// smallOperator is what people write for an operator.
var smallOperator = regexp.MustCompile(`^(?i:and|or|not|o?near/[0-9sp]+)$`)

func (p *queryParser) peek() queryToken { return p.tokens[p.pos] }

func (p *queryParser) next() queryToken {
	t := p.tokens[p.pos]
	if t.kind != "end" {
		p.pos++
	}
	return t
}

// expression reads operands joined by AND or by OR, and by NOT.
func (p *queryParser) expression() (*node, *queryError) {
	var kids, bare []*node
	var texts []string
	joined := ""
	for {
		first := p.peek()
		from := first.at
		var n *node
		var fault *queryError
		if t := p.peek(); t.kind == "op" && t.text == "NOT" {
			if joined == "OR" {
				return nil, &queryError{t.at, "NOT stands in an OR", "want AND NOT, with the OR in parentheses"}
			}
			p.next()
			if n, fault = p.operand(); fault == nil {
				n = &node{op: opNone, kids: []*node{n}, at: p.place}
			}
		} else {
			n, fault = p.operand()
		}
		if fault != nil {
			return nil, fault
		}
		kids = append(kids, n)
		// What begins with a word and is still no more than words is one phrase.
		if (first.kind == "word" || first.kind == "phrase") && n.op == opTerms && len(n.unless) == 0 {
			bare = append(bare, n)
		}
		texts = append(texts, strings.TrimSpace(p.src[from:p.peek().at]))
		t := p.peek()
		switch {
		case t.kind == "op" && t.text == "NOT":
			t.text = "AND" // a NOT b is a AND NOT b
		case t.kind == "op":
			p.next()
		case t.kind == "end" || t.kind == ")":
			return p.group(joined, kids, bare), nil
		case t.kind == "word" && smallOperator.MatchString(t.text):
			return nil, &queryError{t.at, fmt.Sprintf("%q is not in capitals, and so is a word", t.text), fmt.Sprintf("want %s, or quotes around a phrase", strings.ToUpper(t.text))}
		default:
			return nil, &queryError{t.at, fmt.Sprintf("nothing stands between %q and %q", texts[len(texts)-1], t.text), "want AND, OR or NEAR/5 between them, or quotes around a phrase"}
		}
		if joined != "" && joined != t.text {
			return nil, mixed(texts, joined, t, p.peek(), p.src)
		}
		joined = t.text
	}
}

// mixed shows both readings of a line that has AND and OR without parentheses.
func mixed(texts []string, first string, t, next queryToken, src string) *queryError {
	rest := strings.TrimSpace(src[next.at:])
	if i := strings.IndexAny(rest, " )"); i > 0 && rest[0] != '"' && rest[0] != '(' {
		rest = rest[:i]
	}
	so := strings.Join(texts, " "+first+" ")
	last := texts[len(texts)-1]
	head := strings.Join(texts[:len(texts)-1], " "+first+" ")
	return &queryError{t.at, "AND and OR are mixed without parentheses", fmt.Sprintf("want (%s) %s %s, or %s %s (%s %s %s)", so, t.text, rest, head, first, last, t.text, rest)}
}

// group joins operands. The bare phrases of one OR are one list, as in YAML.
func (p *queryParser) group(joined string, kids, bare []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	if joined == "AND" {
		return &node{op: opAll, kids: kids, at: p.place}
	}
	out := &node{op: opAny, at: p.place}
	for _, k := range kids {
		if slices.Contains(bare, k) && k != bare[0] {
			bare[0].list.entries = append(bare[0].list.entries, k.list.entries...)
			continue
		}
		out.kids = append(out.kids, k)
	}
	if len(out.kids) == 1 {
		return out.kids[0]
	}
	return out
}

// operand reads primaries joined by one kind of NEAR, or one with what spoils it.
func (p *queryParser) operand() (*node, *queryError) {
	n, fault := p.primary()
	if fault != nil {
		return nil, fault
	}
	if p.peek().kind == "unless" {
		return p.unless(n)
	}
	if p.peek().kind != "near" {
		return n, nil
	}
	first := p.peek()
	near := &node{op: opNear, kids: []*node{n}, within: first.n, same: first.same, ordered: first.text == "ONEAR", at: p.place}
	for p.peek().kind == "near" {
		t := p.next()
		if t.text != first.text || t.n != first.n || t.same != first.same {
			return nil, apart(t, first)
		}
		k, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		near.kids = append(near.kids, k)
	}
	if t := p.peek(); t.kind == "unless" {
		return nil, apart(t, first)
	}
	return near, nil
}

func apart(t, first queryToken) *queryError {
	return &queryError{t.at, fmt.Sprintf("%s follows %s", t.connector(), first.connector()), "want parentheses around the two that belong together"}
}

// unless reads what spoils single hits of n.
func (p *queryParser) unless(n *node) (*node, *queryError) {
	first := p.peek()
	if n.op == opAll || n.op == opNone || n.op == opFrom {
		return nil, &queryError{first.at, "NOT NEAR spoils hits, and AND and NOT have none to spoil", "want words, OR or NEAR in front of it"}
	}
	if n.min > 1 { // they are counted before any is spoiled
		n = &node{op: opAny, kids: []*node{n}, at: p.place}
	}
	for p.peek().kind == "unless" {
		t := p.next()
		k, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		n.unless = append(n.unless, window{node: k, within: t.n, same: t.same})
	}
	if t := p.peek(); t.kind == "near" {
		return nil, apart(t, first)
	}
	return n, nil
}

func (p *queryParser) primary() (*node, *queryError) {
	t := p.next()
	if p.depth++; p.depth > maxQueryDepth {
		return nil, &queryError{t.at, "too many parentheses within each other", fmt.Sprintf("want at most %d", maxQueryDepth)}
	}
	defer func() { p.depth-- }()
	switch t.kind {
	case "word", "phrase":
		if what, want := phraseFault(t.text); what != "" {
			return nil, &queryError{t.at, what, want}
		}
		l := &list{inline: true, named: named{at: p.place}, entries: []entry{{phrase: t.text, at: p.place}}}
		return &node{op: opTerms, list: l, at: p.place}, nil
	case "list":
		return &node{op: opUse, name: t.text, at: p.place}, nil
	case "(":
		return p.parenthesis(t)
	case "field":
		n, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		if n.op == opFrom {
			return nil, &queryError{t.at, t.text + ": looks for words, and where the article comes from is none", "want " + n.from.kind + ": outside of it"}
		}
		if n.in != 0 {
			n = &node{op: opAny, kids: []*node{n}, at: p.place}
		}
		n.in = t.in
		return n, nil
	case "from":
		return p.from(t)
	case "atleast":
		n, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		if n.op == opAll || n.op == opNone || n.op == opFrom {
			return nil, &queryError{t.at, "ATLEAST counts hits, and AND and NOT have none to count", "want words, OR or NEAR in its parentheses"}
		}
		if n.min != 0 || n.in != 0 {
			n = &node{op: opAny, kids: []*node{n}, at: p.place}
		}
		n.min, n.in = t.n, everywhere
		return n, nil
	case "end":
		return nil, &queryError{t.at, "the query ends where a word should stand", "want a word, a phrase in quotes or a parenthesis"}
	}
	return nil, &queryError{t.at, fmt.Sprintf("%q stands where a word should", t.text), "want a word, a phrase in quotes or a parenthesis"}
}

// from reads the value of a condition on where the article comes from.
func (p *queryParser) from(key queryToken) (*node, *queryError) {
	v := p.next()
	if v.kind != "word" && v.kind != "phrase" {
		return nil, &queryError{key.at, key.text + ": has no value", fmt.Sprintf("want one right behind it, such as %s; of several each by itself, with OR", conditionExamples[key.text])}
	}
	if what, want := conditions.Check(key.text, v.text); what != "" {
		return nil, &queryError{v.at, what, want}
	}
	return &node{op: opFrom, from: &condition{kind: key.text, values: []named{{v.text, p.place}}}, at: p.place}, nil
}

func (p *queryParser) parenthesis(open queryToken) (*node, *queryError) {
	n, fault := p.expression()
	if fault != nil {
		return nil, fault
	}
	if p.next().kind != ")" {
		return nil, &queryError{open.at, "a parenthesis is not closed", "want ) behind its last word"}
	}
	return n, nil
}
