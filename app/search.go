package app

import (
	"context"
	"regexp"
	"strings"
	"time"

	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// A SearchRequest says what to search for in the stored articles.
type SearchRequest struct {
	Words []string  // one query, or several words or phrases that an article has all of
	Since time.Time // seen at or after
	Limit int       // hits to return
	All   bool      // count every hit, and not only those that are returned

	// Indexing and Searching, if they are set, are told from time to time how many
	// articles are done.
	Indexing, Searching func(done, total int)
}

// The parts of a search result.
type (
	SearchResult = scanner.SearchResult
	SearchHit    = scanner.PastMatch
)

// Search finds the stored articles that a query matches, newest first. A mistake in the
// query is a diag.Problems.
func (a *App) Search(ctx context.Context, r SearchRequest) (SearchResult, error) {
	set, problems := rules.Search(joinQuery(r.Words))
	if len(problems) > 0 {
		return SearchResult{}, problems
	}
	if err := indexAll(ctx, a.store, r.Indexing); err != nil {
		return SearchResult{}, err
	}
	return scanner.Search(ctx, a.store, scanner.Query{
		Rules: set, Sources: a.Folder().Sources, Since: r.Since.UTC(), Until: a.now().UTC(), Limit: r.Limit, All: r.All, Progress: r.Searching,
	})
}

// operatorWord matches an operator that stands between two operands of a query. Small
// letters are a mistake that the query parser explains.
var operatorWord = regexp.MustCompile(`^(?i:and|or|not|(?:o?near|unless|w|pre)/\w+|/\d+|\+\d+)$`)

// joinQuery makes one query of the arguments of a command. One argument is a query.
// Several are operands, with AND between them where no operator is. The shell has removed
// the quotes around an argument of several words, so it is a phrase.
func joinQuery(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	var b strings.Builder
	between := true // the last word was an operator, or there was none
	for _, word := range words {
		operator := operatorWord.MatchString(word)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if !operator && !between {
			b.WriteString("AND ")
		}
		b.WriteString(operand(word))
		between = operator
	}
	return b.String()
}

// operand puts quotes around a phrase, and parentheses around a query of several words.
func operand(word string) string {
	parts := strings.Fields(word)
	switch {
	case len(parts) < 2:
		return word
	case strings.ContainsAny(word, "\"“”「」():$"):
		return "(" + word + ")"
	}
	for _, part := range parts {
		if operatorWord.MatchString(part) {
			return "(" + word + ")"
		}
	}
	return `"` + word + `"`
}

// indexAll indexes the texts that an earlier version has stored. It happens once.
func indexAll(ctx context.Context, s *store.Store, report func(done, total int)) error {
	total := 0
	for {
		left, err := s.Reindex(ctx, 1000)
		if err != nil || left == 0 {
			return err
		}
		total = max(total, left)
		if report != nil {
			report(total-left, total)
		}
	}
}
