package sources

import (
	"strings"

	"regwatch/internal/plural"
)

// Lacks counts what the articles of an answer do not have.
type missingFields struct {
	both  int // title and link
	title int
	link  int
	date  int
}

// count counts what a record lacks, and reports whether it is an article at
// all: one without a title and a link is the heading of a table, or says
// nothing that a reader could follow.
func (m *missingFields) add(rec record, link string, dated bool) bool {
	title := strings.TrimSpace(rec.title) != ""
	switch {
	case !title && link == "":
		m.both++
		return false
	case !title:
		m.title++
	case link == "":
		m.link++
	}
	if dated && strings.TrimSpace(rec.dates[0].raw) == "" {
		m.date++
	}
	return true
}

// untitled reports whether of some articles none has a title.
func (m *missingFields) allUntitled(of int) bool { return of > 0 && m.both+m.title == of }

func (m *missingFields) warn(result *readResult, of int) {
	if m.both > 0 {
		result.warn("%d of %s neither a title nor a link and %s left out", m.both, articlesHave(of, m.both), plural.Word(m.both, "was", "were"))
	}
	for _, missing := range []struct {
		n    int
		what string
	}{{m.title, "title"}, {m.link, "link"}, {m.date, "date"}} {
		if missing.n > 0 {
			result.warn("%d of %s no %s", missing.n, articlesHave(of, missing.n), missing.what)
		}
	}
}

// articlesHave says "20 articles has" behind "1 of" and "20 articles have" behind
// "7 of".
func articlesHave(of, some int) string {
	return plural.Count(of, "article", "articles") + " " + plural.Word(some, "has", "have")
}
