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

// A sampleArticle is an article of the site with its full content.
type sampleArticle struct {
	feed           string
	slug           string
	title          string
	summary        string
	text           []string // paragraphs; lines that start with "- " form a list
	author         string
	related        []related // headlines listed below the article; empty means the latest of the outlet
	link           string    // path and query
	linksElsewhere bool      // link is the page of another article

	at       time.Time
	topics   []string
	mentions []string
	story    string
	expect   string
}

// A related headline is listed below an article and links to another page.
type related struct{ Title, Teaser string }

// loadArticles reads the articles in articles/*.txtar. Their ages count back from
// start.
func loadArticles(start time.Time) ([]sampleArticle, error) {
	names, err := articleFiles.ReadDir("articles")
	if err != nil {
		return nil, err
	}
	var all []sampleArticle
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

// parseArticle reads a header of "Key: value" lines, an empty line, and paragraphs
// separated by empty lines.
func parseArticle(feed, slug, src string, start time.Time) (sampleArticle, error) {
	a := sampleArticle{feed: feed, slug: slug, story: slug, link: "/" + feed + "/" + slug + ".html"}
	src = expandDates(src, start, isChinese(feed))
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

func (a *sampleArticle) set(key, value string, start time.Time) error {
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
		a.link, a.linksElsewhere = value, true
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

// expandDates replaces {day+30} by the date 30 days after start, in the format of the
// language. This keeps the dates in articles the same distance from today whenever the
// site runs.
func expandDates(src string, start time.Time, chinese bool) string {
	return regexp.MustCompile(`\{day([+-]\d+)\}`).ReplaceAllStringFunc(src, func(placeholder string) string {
		days, _ := strconv.Atoi(placeholder[len("{day") : len(placeholder)-1])
		day := start.In(hongKong()).AddDate(0, 0, days)
		if chinese {
			return day.Format("2006年1月2日")
		}
		return day.Format("2 January 2006")
	})
}

// hongKong returns the time zone of every outlet. It is a fixed offset, so that the
// demo runs on a machine without time zone files.
func hongKong() *time.Location { return time.FixedZone("HKT", 8*60*60) }
