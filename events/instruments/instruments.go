// Package instruments finds the laws, bills, cases and documents that an article names: the
// chapter of an ordinance, a legal notice, a regulation of the European Union, a bill of the
// United States, a docket, the number of a press release.
//
// Start with [Find]. Each instrument has a canonical ID, which is the same in every language
// and spelling. What is in the title or lead is what the article is about; what is in the rest
// is only cited. [TwinOf] tells whether two links lead to one release in two languages.
package instruments

import (
	"slices"
	"strings"

	"regwatch/internal/text"
)

// A Kind is a kind of instrument.
type Kind string

// The kinds of laws and cases, which many events are about over the years.
const (
	Law        Kind = "law"        // a chapter, an act, or a name of either
	Regulation Kind = "regulation" // of the European Union: also a directive or decision
	Proposal   Kind = "proposal"   // of the European Commission, and its procedure
	Bill       Kind = "bill"
	Notice     Kind = "notice"   // a standing notice of a supervisor, such as MAS Notice PSN02
	Document   Kind = "document" // a numbered document of Chinese authorities
	Docket     Kind = "docket"   // a case in court
)

// The kinds of documents, each published once.
const (
	LegalNotice   Kind = "legal-notice"
	GazetteNotice Kind = "gazette-notice"
	Statutory     Kind = "statutory-instrument"
	Release       Kind = "release"  // a press release or circular by its number
	Circular      Kind = "circular" // by the reference of its file, which others may have too
	Paper         Kind = "paper"    // of a parliament
	Register      Kind = "federal-register"
)

// HasMatter reports whether events about an instrument of this kind form a timeline.
func (k Kind) HasMatter() bool {
	return slices.Contains([]Kind{Law, Regulation, Proposal, Bill, Notice, Document, Docket}, k)
}

// IsDocument reports whether an instrument of this kind tells which development an article is
// about. A law is too broad for that.
func (k Kind) IsDocument() bool {
	return slices.Contains([]Kind{LegalNotice, GazetteNotice, Statutory, Release, Circular, Paper, Register, Document, Docket}, k)
}

// A Place is where in an article an instrument is named.
type Place int

// The places, those that matter most first.
const (
	InTitle Place = iota
	InLink        // the article is this document
	InLead
	InBody
)

// An Instrument is a law, bill, case or document that an article names. Start and End are
// byte offsets into title and body, as given to [Find]; both are 0 for one in the link.
type Instrument struct {
	Kind       Kind
	ID         string // such as hk:cap:656
	Place      Place
	Start, End int
}

// IsSubject reports whether the article is about the instrument, and does not only cite it.
func (i Instrument) IsSubject() bool { return i.Place < InBody }

// lead is the length of a lead: a word counts 2, a Chinese character 1.
const lead = 120

// maxTokens is how many tokens of an article are read.
const maxTokens = 20_000

// Find returns the instruments that an article names: each in its most prominent place, in the
// order of their places. src is the title and the body, tokens are those of src, and body is
// the index of the first one of the body.
func Find(src string, tokens []text.Token, body int, link string) []Instrument {
	var found []Instrument
	add := func(n Instrument) {
		if !slices.ContainsFunc(found, func(o Instrument) bool { return o.ID == n.ID }) {
			found = append(found, n)
		}
	}
	for _, n := range inLink(link) {
		add(n)
	}
	r := reader{src: src, tokens: tokens[:min(len(tokens), maxTokens)]}
	leadEnd := r.leadEnd(body)
	for i := 0; i < len(r.tokens); i++ {
		if !isTrigger(r.tokens[i].Text) {
			continue
		}
		kind, id, first, last := r.at(i)
		if id == "" {
			continue
		}
		n := Instrument{Kind: kind, ID: canonical(id), Place: InBody, Start: r.tokens[first].Start, End: r.tokens[last].End}
		if law, ok := laws().byID[n.ID]; ok {
			n.Kind = law.kind
		}
		switch {
		case first < body:
			n.Place = InTitle
		case first < leadEnd:
			n.Place = InLead
		}
		add(n)
		i = max(i, last)
	}
	slices.SortStableFunc(found, func(a, b Instrument) int { return int(a.Place) - int(b.Place) })
	return found
}

// leadEnd returns the index of the first token after the lead.
func (r reader) leadEnd(body int) int {
	weight := 0
	for i := body; i < len(r.tokens); i++ {
		weight++
		if !text.IsCJK(r.tokens[i].Text) {
			weight++
		}
		if weight > lead {
			return i
		}
	}
	return len(r.tokens)
}

// Conflict reports whether two articles name documents of one kind, and none in common.
func Conflict(a, b []string) bool {
	for _, x := range a {
		kind := prefix(x)
		var others []string
		for _, y := range b {
			if prefix(y) == kind {
				others = append(others, y)
			}
		}
		if len(others) == 0 {
			continue
		}
		met := false
		for _, y := range a {
			met = met || prefix(y) == kind && slices.ContainsFunc(others, func(o string) bool { return same(o, y) })
		}
		if !met {
			return true
		}
	}
	return false
}

// same reports whether two IDs are of one document. A docket may be without its division.
func same(a, b string) bool {
	return a == b || prefix(a) == "us:docket" && (strings.HasSuffix(a, ":"+b[len("us:docket:"):]) || strings.HasSuffix(b, ":"+a[len("us:docket:"):]))
}

// prefix returns the part of an ID that says what it numbers, such as hk:ln.
func prefix(id string) string {
	parts := strings.SplitN(id, ":", 3)
	if len(parts) < 3 {
		return id
	}
	return parts[0] + ":" + parts[1]
}
