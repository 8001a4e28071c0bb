package samplesite

import (
	"embed"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed articles/*.txtar
var articleFiles embed.FS

// An article is one thing that an outlet publishes.
type article struct {
	feed      string
	slug      string
	title     string
	summary   string
	text      []string // paragraphs; lines that begin with "- " make a list
	author    string
	related   []related // the list under its page; empty means the outlet's latest
	link      string    // path and query
	elsewhere bool      // link is another article's page

	at       time.Time
	topics   []string
	mentions []string
	story    string
	expect   string
}

// A related headline stands at the end of a page and leads elsewhere.
type related struct{ Title, Teaser string }

// written reads every article of articles/*.txtar, its age counted back from
// start.
func written(start time.Time) ([]article, error) {
	names, err := articleFiles.ReadDir("articles")
	if err != nil {
		return nil, err
	}
	var all []article
	for _, entry := range names {
		name := path.Join("articles", entry.Name())
		src, err := articleFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		feed := strings.TrimSuffix(entry.Name(), ".txtar")
		for _, file := range txtar.Parse(src).Files {
			a, err := parseArticle(feed, file.Name, string(file.Data), start)
			if err != nil {
				return nil, fmt.Errorf("%s: article %s: %w", name, file.Name, err)
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// parseArticle reads a head of "Key: value" lines, an empty line, and
// paragraphs that are separated by empty lines.
func parseArticle(feed, slug, src string, start time.Time) (article, error) {
	a := article{feed: feed, slug: slug, story: slug, link: "/" + feed + "/" + slug + ".html"}
	src = datesIn(src, start, chinese(feed))
	head, body, _ := strings.Cut(src, "\n\n")
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return a, fmt.Errorf("%q is not of the form Key: value", line)
		}
		if err := a.set(key, value, start); err != nil {
			return a, err
		}
	}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		if paragraph != "" {
			a.text = append(a.text, strings.TrimSpace(paragraph))
		}
	}
	switch {
	case a.title == "" || a.at.IsZero():
		return a, fmt.Errorf("an article needs a Title and an Age")
	case a.expect == "" && len(a.topics) > 0:
		a.expect = ExpectAlert
	case a.expect == "":
		a.expect = "silent: off topic"
	}
	return a, nil
}

func (a *article) set(key, value string, start time.Time) error {
	switch key {
	case "Title":
		a.title = value
	case "Summary":
		a.summary = value
	case "Author":
		a.author = value
	case "Story":
		a.story = value
	case "Expect":
		a.expect = value
	case "Topics":
		a.topics = strings.Fields(value)
	case "Mentions":
		a.mentions = strings.Fields(value)
	case "Link":
		if _, err := url.Parse(value); err != nil {
			return err
		}
		a.link, a.elsewhere = value, true
	case "Related":
		title, teaser, _ := strings.Cut(value, " | ")
		a.related = append(a.related, related{title, teaser})
	case "Age":
		age, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		a.at = start.Add(-age)
	default:
		return fmt.Errorf("unknown key %q; an article has Title, Age, Topics, Mentions, Story, Expect, Link, Author, Summary, Related", key)
	}
	return nil
}

// datesIn replaces {day+30} by that day as the language writes it, so that the
// dates in the articles lie where the story needs them whenever the site runs.
func datesIn(src string, start time.Time, chinese bool) string {
	return regexp.MustCompile(`\{day([+-]\d+)\}`).ReplaceAllStringFunc(src, func(mark string) string {
		days, _ := strconv.Atoi(mark[len("{day") : len(mark)-1])
		day := start.In(hongKong()).AddDate(0, 0, days)
		if chinese {
			return day.Format("2006年1月2日")
		}
		return day.Format("2 January 2006")
	})
}

// hongKong is the zone that every outlet lives by. It is fixed, so that a
// machine without zone files can run the demo.
func hongKong() *time.Location { return time.FixedZone("HKT", 8*60*60) }
