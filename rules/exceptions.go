package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// Exceptions say which articles do not count for some rules. They never change and may be used by any number of
// goroutines. A nil *Exceptions has none.
type Exceptions struct {
	byID map[string]models.Exception
	set  *Set // their queries, as rules with the IDs of the exceptions
}

// An ExceptionError means that this version of regwatch does not understand the query of an exception.
type ExceptionError struct {
	Exception models.Exception
	Problems  diag.Problems
}

// Error names the exception and what is wrong with its query.
func (e *ExceptionError) Error() string {
	return fmt.Sprintf("exception %s: %v", e.Exception.ID, e.Problems)
}

// RequiresText reports whether an article must contain a word or phrase to match a query of [Search]. A query that requires none,
// such as role:press OR fine, matches everything from some sources.
func RequiresText(query *Set) bool { return query.rules[0].When.RequiresText() }

// CompileExceptions returns exceptions, ready to be applied. Those whose queries have problems are left out; the error
// joins an [*ExceptionError] for each.
func CompileExceptions(all []models.Exception) (*Exceptions, error) {
	x := &Exceptions{byID: make(map[string]models.Exception)}
	var queries []*syntax.Rule
	var errs []error
	for _, e := range all {
		query, problems := syntax.ParseQuery(e.Query)
		if len(problems) == 0 {
			// Resolving reports unknown names. It changes the tree, so the check has one of its own.
			_, problems = Search(e.Query)
		}
		if len(problems) > 0 {
			errs = append(errs, &ExceptionError{e, problems})
			continue
		}
		query.ID = e.ID
		queries = append(queries, query)
		x.byID[e.ID] = e
	}
	if len(queries) > 0 {
		set, problems := compile(queries, syntax.Shared{})
		if len(problems) > 0 {
			return nil, problems
		}
		set.prepare()
		x.set = set
	}
	return x, errors.Join(errs...)
}

// WithExceptions returns the set with exceptions in place of those that it has.
func (s *Set) WithExceptions(x *Exceptions) *Set {
	with := s.clone()
	with.exceptions = x.withDates(s.dates)
	return with
}

// withDates returns the exceptions with a reader of key dates for the conditions in their queries.
func (x *Exceptions) withDates(read DateReader) *Exceptions {
	if x == nil || x.set == nil {
		return x
	}
	return &Exceptions{byID: x.byID, set: x.set.WithDates(read)}
}

// ExceptionsOf returns the exceptions of the set that may hold matches of a rule, oldest first.
func (s *Set) ExceptionsOf(ruleID string) []models.Exception {
	if s.exceptions == nil {
		return nil
	}
	var found []models.Exception
	for _, id := range slices.Sorted(maps.Keys(s.exceptions.byID)) {
		if e := s.exceptions.byID[id]; e.Scope != models.ExceptRule || e.Target == ruleID {
			found = append(found, e)
		}
	}
	return found
}

// apply holds the matches of an article that exceptions are about. A match that would be shown nowhere stays as it is,
// because there is nothing to hold. Of several exceptions, the one with the lowest ID is named: it was written first.
func (x *Exceptions) apply(matches []models.Match, a models.Article) {
	if x == nil || x.set == nil || !slices.ContainsFunc(matches, isShown) {
		return
	}
	found := x.set.Match(a) // in the order of the IDs, but for the parts of a roundup
	slices.SortStableFunc(found, func(a, b models.Match) int { return strings.Compare(a.RuleID, b.RuleID) })
	for i := range matches {
		m := &matches[i]
		if !isShown(*m) {
			continue
		}
		for _, f := range found {
			if e := x.byID[f.RuleID]; coversPart(f.Part, m.Part) && covers(e, m.RuleID, a) {
				m.Outcome, m.Relevance.Kept = models.OutcomeExcepted, ""
				m.ExceptionID, m.Exception = e.ID, &e
				break
			}
		}
	}
}

// Covers reports whether an exception holds a match, if matched are the matches of its query with the article.
func Covers(e models.Exception, matched []models.Match, m models.Match, a models.Article) bool {
	return isShown(m) && covers(e, m.RuleID, a) && slices.ContainsFunc(matched, func(f models.Match) bool { return coversPart(f.Part, m.Part) })
}

// isShown reports whether a match is in an alert or in the digest, or counted there.
func isShown(m models.Match) bool { return isWanted(&m) || m.Outcome == models.OutcomeDigest }

// coversPart reports whether a query that matches one part of an article is about another. What it finds in the whole,
// or in the title and the preamble of a roundup, is about every report.
func coversPart(query, match int) bool { return query == 0 || query == match }

func covers(e models.Exception, ruleID string, a models.Article) bool {
	switch e.Scope {
	case models.ExceptRule:
		return e.Target == ruleID
	case models.ExceptSource:
		return conditions.Of(a).Match(conditions.Source, e.Target)
	}
	return e.Scope == models.ExceptAll
}
