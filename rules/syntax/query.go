package syntax

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A query is an expression on one line, as known from media and legal search:
//
//	ban AND ("crypto mining" OR stablecoin*) NOT title:Kalshi
//	yuan NEAR/8 stablecoin        in either order; also w/8 and /8
//	yuan NEAR/S stablecoin        in one sentence; NEAR/P in one paragraph, NEAR/8S both
//	court ONEAR/4 halts           in this order; also pre/4 and +4
//	ban NOT NEAR/6 donation       without the hits close to donation; also UNLESS/6
//	ATLEAST/3(stablecoin)         at least three hits
//	title,lead:ban                where to look
//	$coin  $"hk coin"             a term list or definition of the rule
//	role:press source:hkma-*      where the article comes from; language:, jurisdiction:
//	kind:opinion                  the kind of text
//	amount:">=10m HKD"            an amount of money
//	deadline:60d                  a date that the article states; effective:
//	rule:staff                    what another rule looks for
//
// NEAR and NOT NEAR bind more tightly than AND and OR, which can be mixed only with parentheses.

// maxQueryDepth limits nested parentheses. The deepest YAML, written as a query, needs three per level.
const maxQueryDepth = 120

// queryFile stands for a query in messages.
const queryFile = "query"

// ParseQuery reads a query as a rule that is not saved, with the id "search".
func ParseQuery(query string) (*Rule, diag.Problems) {
	e, fault := parseQuery(query, Pos{File: queryFile, Line: 1, Col: 1})
	if fault != nil {
		return nil, diag.Problems{diag.New(queryFile, 1, utf8.RuneCountInString(query[:fault.at])+1, fault.what, fault.want)}
	}
	if !e.RequiresAnything() {
		return nil, diag.Problems{diag.New(queryFile, 1, 1, "the query does not require any word", "add a word to look for, or where the article comes from, such as source:hkma-*")}
	}
	return &Rule{ID: "search", Title: query, File: queryFile, Severity: models.Low, Draft: true, src: []byte(query), When: e}, nil
}

// query reads an expression that is written as a query.
func (p *parser) query(v yamlnode.Node) *Expr {
	src := v.String("an expression")
	e, fault := parseQuery(src, p.pos(v))
	if fault != nil {
		v.Report(diag.Textf("query at character %d: %s", utf8.RuneCountInString(src[:fault.at])+1, fault.what), fault.want)
		return nil
	}
	return e
}

func parseQuery(src string, pos Pos) (*Expr, *queryError) {
	tokens, fault := scanQuery(src)
	if fault != nil {
		return nil, fault
	}
	p := &queryParser{src: src, tokens: tokens, pos: pos}
	e, fault := p.expression()
	if fault != nil {
		return nil, fault
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, &queryError{t.at, "unexpected )", "remove it, or add ( before it"}
	}
	return e, nil
}

// A queryParser is a recursive-descent parser.
type queryParser struct {
	src    string
	tokens []queryToken
	next   int // index of the next token
	depth  int // of parentheses
	pos    Pos // of the whole query, and so of all its expressions
}

func (p *queryParser) peek() queryToken { return p.tokens[p.next] }

func (p *queryParser) take() queryToken {
	t := p.tokens[p.next]
	if t.kind != tokenEnd {
		p.next++
	}
	return t
}

// lowerOperator finds an operator that was not written in capitals.
var lowerOperator = regexp.MustCompile(`^(?i:and|or|not|o?near/[0-9sp]+)$`)

// expression reads operands that are joined by AND or by OR, and by NOT.
func (p *queryParser) expression() (*Expr, *queryError) {
	var subs, bare []*Expr
	var sources []string // of the operands, for messages
	joint := ""
	for {
		first := p.peek()
		e, fault := p.joined(joint)
		if fault != nil {
			return nil, fault
		}
		subs = append(subs, e)
		if (first.kind == tokenWord || first.kind == tokenPhrase) && e.Op == OpTerms && len(e.Unless) == 0 {
			bare = append(bare, e)
		}
		sources = append(sources, strings.TrimSpace(p.src[first.at:p.peek().at]))
		t := p.peek()
		operator := t.text
		switch {
		case t.kind == tokenOperator && t.text == "NOT":
			operator = "AND" // a NOT b is a AND NOT b
		case t.kind == tokenOperator:
			p.take()
		case t.kind == tokenEnd || t.kind == tokenClose:
			return p.join(joint, subs, bare), nil
		default:
			return nil, p.missingOperator(sources[len(sources)-1], t)
		}
		if joint != "" && joint != operator {
			return nil, mixedOperators(sources, joint, operator, t.at, p.src[p.peek().at:])
		}
		joint = operator
	}
}

// joined reads the operand after AND or OR, with the NOT before it.
func (p *queryParser) joined(joint string) (*Expr, *queryError) {
	t := p.peek()
	if t.kind != tokenOperator || t.text != "NOT" {
		return p.operand()
	}
	if joint == "OR" {
		return nil, &queryError{t.at, "NOT cannot follow OR", "use AND NOT, with the OR in parentheses"}
	}
	p.take()
	e, fault := p.operand()
	if fault != nil {
		return nil, fault
	}
	return &Expr{Op: OpNone, Sub: []*Expr{e}, Pos: p.pos}, nil
}

// missingOperator reports two operands without an operator between them.
func (p *queryParser) missingOperator(before string, t queryToken) *queryError {
	if rest := p.src[t.at:]; comparison.MatchString(rest) {
		return &queryError{t.at, diag.Textf("%q looks like a comparison, which no word can be", rest), compareHelp(rest)}
	}
	if t.kind == tokenWord && lowerOperator.MatchString(t.text) {
		return &queryError{t.at, diag.Textf("%q is a word, because it is not in capitals", t.text), diag.Textf("use %s, or put quotes around the phrase", strings.ToUpper(t.text))}
	}
	return &queryError{t.at, diag.Textf("no operator between %q and %q", before, t.text), "put AND, OR or NEAR/5 between them, or quotes around a phrase"}
}

// mixedOperators shows both readings of AND and OR without parentheses.
func mixedOperators(sources []string, first, second string, at int, rest string) *queryError {
	rest = strings.TrimSpace(rest)
	if i := strings.IndexAny(rest, " )"); i > 0 && rest[0] != '"' && rest[0] != '(' {
		rest = rest[:i]
	}
	all := strings.Join(sources, " "+first+" ")
	last := sources[len(sources)-1]
	head := strings.Join(sources[:len(sources)-1], " "+first+" ")
	return &queryError{at, "AND and OR are mixed without parentheses", diag.Textf("write (%s) %s %s, or %s %s (%s %s %s)", all, second, rest, head, first, last, second, rest)}
}

// join joins operands. The bare phrases of one OR become one list, as in YAML.
func (p *queryParser) join(joint string, subs, bare []*Expr) *Expr {
	if len(subs) == 1 {
		return subs[0]
	}
	if joint == "AND" {
		return &Expr{Op: OpAll, Sub: subs, Pos: p.pos}
	}
	e := &Expr{Op: OpAny, Pos: p.pos}
	for _, sub := range subs {
		if slices.Contains(bare, sub) && sub != bare[0] {
			bare[0].List.Entries = append(bare[0].List.Entries, sub.List.Entries...)
			continue
		}
		e.Sub = append(e.Sub, sub)
	}
	if len(e.Sub) == 1 {
		return e.Sub[0]
	}
	return e
}

// operand reads primaries that are joined by one kind of NEAR, or one primary with its NOT NEAR.
func (p *queryParser) operand() (*Expr, *queryError) {
	e, fault := p.primary()
	if fault != nil {
		return nil, fault
	}
	if p.peek().kind == tokenNotNear {
		return p.notNear(e)
	}
	if p.peek().kind != tokenNear {
		return e, nil
	}
	first := p.peek()
	near := &Expr{Op: OpNear, Sub: []*Expr{e}, Within: first.n, Same: first.same, Ordered: first.text == "ONEAR", Pos: p.pos}
	for p.peek().kind == tokenNear {
		t := p.take()
		if t.text != first.text || t.n != first.n || t.same != first.same {
			return nil, differentNear(t, first)
		}
		sub, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		near.Sub = append(near.Sub, sub)
	}
	if t := p.peek(); t.kind == tokenNotNear {
		return nil, differentNear(t, first)
	}
	return near, nil
}

func differentNear(t, first queryToken) *queryError {
	return &queryError{t.at, diag.Textf("%s follows %s", t.formatNear(), first.formatNear()), "put parentheses around the two that belong together"}
}

// notNear reads what excludes hits of e.
func (p *queryParser) notNear(e *Expr) (*Expr, *queryError) {
	first := p.peek()
	if !hasHits(e) {
		return nil, &queryError{first.at, "NOT NEAR excludes hits, but AND and NOT have none", "put words, OR or NEAR before it"}
	}
	if e.Min > 1 { // min counts the hits before unless excludes any
		e = p.wrap(e)
	}
	for p.peek().kind == tokenNotNear {
		t := p.take()
		sub, fault := p.primary()
		if fault != nil {
			return nil, fault
		}
		e.Unless = append(e.Unless, Window{Expr: sub, Within: t.n, Same: t.same})
	}
	if t := p.peek(); t.kind == tokenNear {
		return nil, differentNear(t, first)
	}
	return e, nil
}

// hasHits reports whether the hits of e can be counted and excluded.
func hasHits(e *Expr) bool { return e.Op != OpAll && e.Op != OpNone && !e.isOnArticle() }

// isOnArticle reports whether e is a condition on the article as a whole, which has no position.
func (e *Expr) isOnArticle() bool { return e.Op == OpCondition || e.Op == OpDays }

// wrap returns an expression that only contains e, so that e keeps its options.
func (p *queryParser) wrap(e *Expr) *Expr { return &Expr{Op: OpAny, Sub: []*Expr{e}, Pos: p.pos} }

func (p *queryParser) primary() (*Expr, *queryError) {
	t := p.take()
	if p.depth++; p.depth > maxQueryDepth {
		return nil, &queryError{t.at, "parentheses are nested too deeply", diag.Textf("the maximum is %d levels", maxQueryDepth)}
	}
	defer func() { p.depth-- }()
	switch t.kind {
	case tokenWord, tokenPhrase:
		if what, want := checkPhrase(t.text); what != "" {
			return nil, &queryError{t.at, what, want}
		}
		return inlineList(p.pos, Entry{Phrase: t.text, Pos: p.pos}), nil
	case tokenReference:
		return &Expr{Op: OpUse, Name: t.text, Pos: p.pos}, nil
	case tokenOpen:
		return p.parenthesis(t)
	case tokenField:
		return p.field(t)
	case tokenCondition:
		return p.condition(t)
	case tokenAtLeast:
		return p.atLeast(t)
	case tokenEnd:
		return nil, &queryError{t.at, "the query ends too early", "add a word, a phrase in quotes or a parenthesis"}
	}
	return nil, &queryError{t.at, diag.Textf("unexpected %q", t.text), "use a word, a phrase in quotes or a parenthesis here"}
}

// parenthesis reads the rest of a parenthesis.
func (p *queryParser) parenthesis(open queryToken) (*Expr, *queryError) {
	e, fault := p.expression()
	if fault != nil {
		return nil, fault
	}
	if p.take().kind != tokenClose {
		return nil, &queryError{open.at, "a parenthesis is not closed", "add ) after its last word"}
	}
	return e, nil
}

// field reads what follows title: and the like.
func (p *queryParser) field(t queryToken) (*Expr, *queryError) {
	e, fault := p.primary()
	if fault != nil {
		return nil, fault
	}
	if e.isOnArticle() {
		return nil, &queryError{t.at, diag.Textf("%s: cannot contain the condition %s", t.text, e), "move the condition out of it"}
	}
	if e.In != 0 {
		e = p.wrap(e)
	}
	e.In = t.in
	return e, nil
}

// condition reads the value of a condition on the article as a whole or on an amount, or the ID of a rule.
func (p *queryParser) condition(key queryToken) (*Expr, *queryError) {
	v := p.take()
	if key.text == ruleField {
		if v.kind != tokenWord && v.kind != tokenPhrase || !idPattern.MatchString(v.text) {
			return nil, &queryError{key.at, "rule: has no id", "write the id of a rule directly after it, such as rule:staff-news"}
		}
		return &Expr{Op: OpUse, Name: v.text, OfRule: true, Pos: p.pos}, nil
	}
	if v.kind != tokenWord && v.kind != tokenPhrase {
		return nil, &queryError{key.at, diag.Textf("%s: has no value", key.text), diag.Textf("write the value directly after it, such as %s, and join several conditions with OR", conditionExample(key.text))}
	}
	switch key.text {
	case amountField:
		a, what, want := parseAmount(v.text)
		if what != "" {
			return nil, &queryError{v.at, what, want}
		}
		return &Expr{Op: OpAmount, Amount: a, Pos: p.pos}, nil
	case conditions.Deadline, conditions.Effective:
		w, what, want := conditions.ParseDays(v.text)
		if what != "" {
			return nil, &queryError{v.at, diag.Textf("%s: %s", key.text, what), diag.Textf("%s, or %s", want, conditionExample(key.text))}
		}
		return &Expr{Op: OpDays, Days: &Days{key.text, w}, Pos: p.pos}, nil
	}
	if what, want := conditions.Check(key.text, v.text); what != "" {
		return nil, &queryError{v.at, what, want}
	}
	return &Expr{Op: OpCondition, Condition: &Condition{Kind: key.text, Values: []Ident{{v.text, p.pos}}}, Pos: p.pos}, nil
}

// atLeast reads what ATLEAST counts.
func (p *queryParser) atLeast(t queryToken) (*Expr, *queryError) {
	e, fault := p.primary()
	if fault != nil {
		return nil, fault
	}
	if !hasHits(e) {
		return nil, &queryError{t.at, "ATLEAST counts hits, but AND and NOT have none", "use words, OR or NEAR in its parentheses"}
	}
	if e.Min != 0 || e.In != 0 {
		e = p.wrap(e)
	}
	e.Min, e.In = t.n, Everywhere
	return e, nil
}
