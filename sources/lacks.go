package sources

import (
	"fmt"
	"strings"
)

// Lacks counts what the articles of an answer do not have.
type lacks struct {
	both  int // title and link
	title int
	link  int
	date  int
}

// count counts what a record lacks, and reports whether it is an article at
// all: one without a title and a link is the heading of a table, or says
// nothing that a reader could follow.
func (l *lacks) count(rec record, link string, dated bool) bool {
	title := strings.TrimSpace(rec.title) != ""
	switch {
	case !title && link == "":
		l.both++
		return false
	case !title:
		l.title++
	case link == "":
		l.link++
	}
	if dated && strings.TrimSpace(rec.dates[0].raw) == "" {
		l.date++
	}
	return true
}

// untitled reports whether of some articles none has a title.
func (l *lacks) untitled(of int) bool { return of > 0 && l.both+l.title == of }

func (l *lacks) warn(f *found, of int) {
	if l.both > 0 {
		f.warn("%d of %s neither a title nor a link and %s left out", l.both, articlesHave(of, l.both), plural(l.both, "was", "were"))
	}
	for _, lack := range []struct {
		n    int
		what string
	}{{l.title, "title"}, {l.link, "link"}, {l.date, "date"}} {
		if lack.n > 0 {
			f.warn("%d of %s no %s", lack.n, articlesHave(of, lack.n), lack.what)
		}
	}
}

// articlesHave says "20 articles has" behind "1 of" and "20 articles have" behind
// "7 of".
func articlesHave(of, some int) string {
	return fmt.Sprintf("%d %s %s", of, plural(of, "article", "articles"), plural(some, "has", "have"))
}
