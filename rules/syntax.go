package rules

import (
	"regwatch/internal/diag"
	"regwatch/models"
)

// A Rule is one watch rule as its file states it.
type Rule struct {
	ID            string
	Title         string
	Why           string
	File          string // as given to Load: "yuan-stablecoin.yaml"
	Severity      models.Severity
	Topic         string // what it is about, as routes and digests group by it; its ID unless it says
	Draft         bool   // counted, never sent
	MentionAlerts bool   // a mention alone alerts too
	Routes        []string
	References    []string
	Hash          string // of the file, its vocabulary and the folding

	src        []byte
	idPlace    place
	routePlace []place
	vocabulary []named // files, by name
	lists      map[string]*list
	defines    map[string]*define
	order      []string // definitions as they stand, for stable problems
	when       *node
	mention    *node
	whenAt     place
	mentionAt  place
	tags       []tag
	examples   []example
	resolved   string // the vocabulary lists that it uses, as JSON
}

// A place is where something stands in a file, for problems about it.
type place struct {
	file string
	line int
	col  int
}

func (p place) problem(what, want string) diag.Problem {
	return diag.Problem{File: p.file, Line: p.line, Col: p.col, What: what, Want: want}
}

// A named is a name that a person wrote, with its place.
type named struct {
	name string
	at   place
}

type define struct {
	named
	node *node
}

type tag struct {
	named
	node *node
}

// A list is a set of words and phrases that mean one thing. Its longer words
// blot out: a hit that lies within one of them is none.
type list struct {
	named
	gloss   string
	entries []entry
	notIn   []entry
	inline  bool // written inside an expression; it has no name of its own

	id       int     // within the compiled set
	phrases  []int32 // of the set's phrases, after compiling
	sublists []*list
	blots    []int32
	blotting []*list
}

// An entry is one phrase of a list, or a whole other list.
type entry struct {
	phrase string
	terms  string // the name of another list, instead of a phrase
	gloss  string
	at     place
}

// An operator says what a node asks for.
type operator int

const (
	opTerms operator = iota // a hit of the list
	opUse                   // what a definition asks for
	opAny                   // at least one child
	opAll                   // every child
	opNone                  // no child
	opNear                  // the children close together
	opFrom                  // where the article comes from
)

// A region is a set of the parts of an article.
type region uint8

const (
	regionTitle region = 1 << iota
	regionLead
	regionRest

	regionBody = regionLead | regionRest
	everywhere = regionTitle | regionBody
)

// A bound is a stretch of text that two hits have to share.
type bound int

const (
	sameField bound = iota
	sameParagraph
	sameSentence
)

// A node is one question about an article. The structured YAML and the one-line
// query are two ways to write the same nodes.
type node struct {
	op      operator
	name    string // of the list or definition, as written
	list    *list  // of opTerms; resolved by the compiler unless inline
	def     *define
	from    *condition // of opFrom
	kids    []*node
	in      region // 0 where the node leaves it to the node above
	min     int    // at least so many hits; 0 is one
	within  int    // tokens, of opNear; 0 is no limit but same
	ordered bool
	same    bound
	unless  []window
	at      place
}

// A window spoils a single hit: one that has a hit of node close by.
type window struct {
	node   *node
	within int
	same   bound
}
