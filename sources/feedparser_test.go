package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
	"regwatch/internal/lang"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// feedparserCases are not part of the repository.
const feedparserCases = "../../shared/feeds/feedparser"

// A feedparserCase is one test file of feedparser with its expectations.
type feedparserCase struct {
	File string
	Hdr  map[string]string
	Exp  []struct {
		Path []any
		Val  any
	}
	body []byte
}

func readFeedparserCases(t *testing.T) []feedparserCase {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(feedparserCases, "expect.json"))
	if err != nil {
		t.Skip("feedparser's cases are not available")
	}
	var all, cases []feedparserCase
	if err := json.Unmarshal(src, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.body, err = os.ReadFile(filepath.Join(feedparserCases, "cases", c.File)); err == nil {
			cases = append(cases, c)
		}
	}
	return cases
}

// A reading is what a feed reader made of one article: the compared fields, as plain
// text.
type reading struct {
	title, id, language string
	links, authors      []string
	texts               []string
	dates               []time.Time
}

// ourReadings reads a feed with this package.
func ourReadings(c feedparserCase) (list []reading, err error) {
	batch, err := readCase(c)
	for _, a := range batch.Articles {
		list = append(list, reading{
			title: a.Title, id: a.GUID, language: a.Language,
			links: []string{a.Link}, authors: []string{a.Author}, texts: []string{a.Summary, a.Body}, dates: []time.Time{a.PublishedAt},
		})
	}
	return list, err
}

func readCase(c feedparserCase) (models.Batch, error) {
	src := models.Source{ID: "s", Kind: KindFeed, URL: "http://127.0.0.1:8097/" + c.File, Pages: models.PagesNever}
	header := make(http.Header)
	for name, value := range c.Hdr {
		header.Set(name, value)
	}
	return Open(src, nil).Read(context.Background(), c.body, header)
}

// libraryReadings reads a feed with the library alone.
func libraryReadings(c feedparserCase) (list []reading, err error) {
	feed, err := gofeed.NewParser().ParseString(string(c.body))
	if err != nil {
		return nil, err
	}
	for _, i := range feed.Items {
		r := reading{
			title: htmltext.Line(i.Title), id: i.GUID, language: lang.Normalize(feed.Language),
			links: append(i.Links, i.Link), texts: []string{htmltext.Plain(i.Description), htmltext.Plain(i.Content)},
		}
		for _, p := range i.Authors {
			r.authors = append(r.authors, p.Name, p.Email)
		}
		for _, d := range []*time.Time{i.PublishedParsed, i.UpdatedParsed} {
			if d != nil {
				r.dates = append(r.dates, *d)
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// compared returns how an expectation of feedparser is compared, by its path without
// numbers. Other paths are not fields of an article.
var compared = map[string]string{
	"title": "title", "title_detail/value": "title",
	"description": "text", "summary": "text", "subtitle": "text", "summary_detail/value": "text", "content/#/value": "text",
	"link": "link", "id": "id", "guid": "id",
	"author": "author", "author_detail/name": "author", "author_detail/email": "author",
	"authors/#/name": "author", "authors/#/email": "author", "publisher": "", "creator": "author",
	"published_parsed": "date", "updated_parsed": "date", "created_parsed": "date", "published": "date", "updated": "date", "created": "date",
	"language": "language", "title_detail/language": "language", "summary_detail/language": "language", "content/#/language": "language",
}

// met reports whether a reading meets an expectation.
func (r reading) met(how string, want any) bool {
	text, _ := want.(string)
	switch how {
	case "title":
		return sameText(r.title, text)
	case "text":
		return slices.ContainsFunc(r.texts, func(have string) bool { return sameText(have, text) })
	case "link":
		return slices.Contains(r.links, text) || slices.Contains(r.links, weblink.Resolve(nil, text))
	case "id":
		return r.id == text
	case "author":
		return slices.ContainsFunc(r.authors, func(have string) bool { return strings.Contains(have, text) })
	case "language":
		return r.language == lang.Normalize(text)
	case "date":
		when, ok := instant(want)
		return ok && slices.ContainsFunc(r.dates, when.Equal)
	}
	return false
}

// sameText compares markup as plain text, ignoring white space.
func sameText(have, want string) bool {
	return strings.Join(strings.Fields(have), "") == strings.Join(strings.Fields(htmltext.Plain(want)), "")
}

// instant parses a time of feedparser's tests: nine numbers, or text.
func instant(v any) (time.Time, bool) {
	if text, ok := v.(string); ok {
		read, ok := dates.Parse(text, dates.Options{Zone: time.UTC})
		t := read.Time
		return t, ok
	}
	list, ok := v.([]any)
	if !ok || len(list) < 6 {
		return time.Time{}, false
	}
	var n [6]int
	for i := range n {
		f, _ := list[i].(float64)
		n[i] = int(f)
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC), true
}

var pathNumber = regexp.MustCompile(`(^|/)\d+`)

// how returns which article an expectation is about and how to compare it; empty if it
// is not about a field of an article.
func how(path []any) (index int, kind string) {
	if len(path) < 3 || path[0] != "entries" {
		return 0, ""
	}
	n, ok := path[1].(float64)
	if !ok {
		return 0, ""
	}
	var parts []string
	for _, p := range path[2:] {
		parts = append(parts, fmt.Sprint(p))
	}
	return int(n), compared[pathNumber.ReplaceAllString(strings.Join(parts, "/"), "$1#")]
}

// TestFeedparserCases runs feedparser's well-formed cases with this package and with
// the library alone. A case counts if it expects a field of an article, and passes if
// all of these match; markup is compared as plain text and dates by their instant. No
// case may leave anything executable.
func TestFeedparserCases(t *testing.T) {
	type tally struct{ cases, right, library int }
	total, folders, order := tally{}, make(map[string]*tally), []string(nil)
	files, unread, other := 0, 0, 0
	for _, c := range readFeedparserCases(t) {
		if !strings.HasPrefix(c.File, "wellformed/") {
			continue
		}
		files++
		ours, err := ourReadings(c)
		if err != nil {
			unread++
			t.Logf("%s: %v", c.File, err)
		}
		theirs, _ := libraryReadings(c)
		counted, right, library := false, err == nil, true
		for _, e := range c.Exp {
			i, kind := how(e.Path)
			if kind == "" {
				continue
			}
			counted = true
			if i >= len(ours) || !ours[i].met(kind, e.Val) {
				right = false
				t.Logf("%s: %s of %q expected; read %+v", c.File, kind, e.Val, ours)
			}
			library = library && i < len(theirs) && theirs[i].met(kind, e.Val)
		}
		if !counted {
			other++
			continue
		}
		folder := strings.Split(c.File, "/")[1]
		if folders[folder] == nil {
			folders[folder] = &tally{}
			order = append(order, folder)
		}
		for _, n := range []*tally{folders[folder], &total} {
			n.cases++
			if right {
				n.right++
			}
			if library {
				n.library++
			}
		}
	}
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	for _, folder := range order {
		n := folders[folder]
		t.Logf("%-16s %4d cases: ours %6.2f %%, the library alone %6.2f %%", folder, n.cases, share(n.right, n.cases), share(n.library, n.cases))
	}
	t.Logf("%d files, %d of them not read; %d expect something of an article: ours %.2f %% (%d), the library alone %.2f %% (%d); %d expect only what an article has not",
		files, unread, total.cases, share(total.right, total.cases), total.right, share(total.library, total.cases), total.library, other)
	if float64(total.right) < 0.985*float64(total.cases) {
		t.Errorf("%d of %d cases are read as feedparser reads them; want 98.5 %%", total.right, total.cases)
	}
}
