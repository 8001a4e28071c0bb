// Package syntax reads rule files into trees, checks and resolves the names in them, and writes
// trees back as YAML or as one-line queries.
//
// Start with [Parse] for a rule, [ParseVocabulary] for a file of shared term lists and definitions,
// [ParseEntities] for a list of entities, and [Resolve], which connects the names of all. All mistakes are returned as problems with their positions. A
// tree that was resolved without problems never changes. Matching articles is left to package rules.
package syntax

import (
	"slices"
	"time"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A Rule is one watch rule, as its file states it.
type Rule struct {
	ID            string
	Title         string
	Why           string
	File          string          // as given to Parse: "yuan-stablecoin.yaml"
	Severity      models.Severity // of a match that meets none of Severities
	Severities    []SeverityCase  // in the order of the file: the first that a match meets decides
	Deliver       Delivery
	Topic         string // by which routes and digests group rules; the ID if the file states none
	Draft         bool   // its matches are counted and never sent
	MentionAlerts bool   // a mention alone sends an alert
	Relevance     Relevance
	Routes        []string
	Owner         string // who answers for the rule: the name of a recipient, or an address of one; may be empty
	ReviewBy      string // the day by which somebody is to review it, 2006-01-02; may be empty
	References    []string
	Examples      []Example
	Hash          string // of the file, the vocabulary that it uses, and the version of folding; set by Resolve

	Vocabulary      []Ident // the names of vocabulary files
	Lists           map[string]*List
	Definitions     map[string]*Definition
	DefinitionNames []string // in the order of the file
	When            *Expr
	Mention         *Expr // nil if the rule has none
	Tags            []Tag

	IDPos      Pos
	RoutePos   []Pos // of each of Routes
	OwnerPos   Pos
	ReviewPos  Pos
	WhenPos    Pos
	MentionPos Pos

	ResolvedVocabulary string // what it uses from outside its file, as JSON; set by Resolve

	src    []byte
	shared *Vocabulary // of a stored revision: all that it uses, in place of the vocabulary files
}

// Source returns the rule's file, byte for byte.
func (r Rule) Source() []byte { return slices.Clone(r.src) }

// Exprs returns the expressions that are evaluated on an article: when, mention and those of the tags.
func (r *Rule) Exprs() []*Expr {
	var exprs []*Expr
	for _, e := range []*Expr{r.When, r.Mention} {
		if e != nil {
			exprs = append(exprs, e)
		}
	}
	for _, c := range r.Severities {
		if c.Expr != nil {
			exprs = append(exprs, c.Expr)
		}
	}
	for _, t := range r.Tags {
		if t.Expr != nil {
			exprs = append(exprs, t.Expr)
		}
	}
	return exprs
}

// MostSevere returns the highest severity that a match of the rule can have.
func (r *Rule) MostSevere() models.Severity {
	most := r.Severity
	for _, c := range r.Severities {
		if c.Severity.Rank() > most.Rank() {
			most = c.Severity
		}
	}
	return most
}

// IsForDigest reports whether the matches of the rule are only for the digest.
func (r *Rule) IsForDigest() bool { return r.Deliver == DeliverDigest }

// A SeverityCase is a severity, and what a match must meet to have it.
type SeverityCase struct {
	Severity models.Severity
	Expr     *Expr
	Pos      Pos
}

// A Delivery says where the matches of a rule are shown.
type Delivery string

const (
	DeliverAlert  Delivery = "alert"  // at once; the default
	DeliverDigest Delivery = "digest" // only in the digest
)

// A Relevance is what a rule says about its relevance model. The zero value leaves everything to the model.
type Relevance struct {
	Off    bool     // matches are not scored
	Alert  *float64 // from this score on, a match alerts; nil: as the model says
	Digest *float64 // from this score on, it is an entry of the digest; nil: as the model says
	Pos    Pos
}

// A Pos is a position in a file.
type Pos struct {
	File string
	Line int
	Col  int
}

// Problem returns a problem at the position: what is wrong, and how to fix it.
func (p Pos) Problem(what, want diag.Text) diag.Problem {
	return diag.New(p.File, p.Line, p.Col, what, want)
}

// An Ident is a name or value that a person wrote.
type Ident struct {
	Name string
	Pos  Pos
}

// A Definition is an expression with a name.
type Definition struct {
	Ident
	Expr *Expr
}

// A Tag is given to the matches that meet its expression.
type Tag struct {
	Ident
	Expr *Expr
}

// A List is a set of phrases that mean the same. A hit of one of them does not count if it lies
// within a hit of NotIn.
type List struct {
	Ident
	Gloss   string
	Entries []Entry
	NotIn   []Entry
	File    Ident // of its entities; the name is empty if the list has phrases instead
	Inline  bool  // written within an expression; the list has no name

	// Set by Resolve. Number is the index of the list in Table.Lists, Phrases are indexes into Table.Phrases.
	Number        int32
	Phrases       []int32 // of Entries
	Sublists      []*List
	Exclusions    []int32 // of NotIn
	ExcludedLists []*List
}

// CollectPhrases adds the phrases of the list and of those within it to found.
func (l *List) CollectPhrases(found map[int32]bool) {
	for _, within := range l.Within() {
		for _, p := range within.Phrases {
			found[p] = true
		}
	}
}

// Within returns the list and all lists within it, each once, in the order in which they are written.
func (l *List) Within() []*List { return l.appendWithin(nil, make(map[*List]bool)) }

func (l *List) appendWithin(all []*List, met map[*List]bool) []*List {
	if met[l] {
		return all
	}
	met[l] = true
	all = append(all, l)
	for _, sub := range l.Sublists {
		all = sub.appendWithin(all, met)
	}
	return all
}

// An Entry of a list is either a phrase or the name of another list.
type Entry struct {
	Phrase   string
	ListName string
	Gloss    string
	Entity   *models.Entity // whose name the phrase is; nil for other phrases
	Pos      Pos
}

// An Example is a short article that a rule must match, or must ignore.
type Example struct {
	Match    bool
	Lang     string
	Source   models.Source // as far as the example states it
	Title    string
	Text     string
	Tags     []string        // that the match must have
	Strength models.Strength // that the match must have
	Severity models.Severity // that the match must have; empty: any
	Pos      Pos

	Published time.Time // midnight UTC; zero if the example does not state it
}

// Article returns the example as an article.
func (e Example) Article() models.Article {
	return models.Article{Title: e.Title, Body: e.Text, Language: e.Lang, Source: e.Source, PublishedAt: e.Published, SeenAt: e.Published}
}

// Name returns the example's title, or the beginning of its text.
func (e Example) Name() string {
	if e.Title != "" {
		return e.Title
	}
	if r := []rune(e.Text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return e.Text
}
