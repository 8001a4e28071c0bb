// Package evaluate measures how well articles are grouped into events, on articles whose
// events people have labelled.
//
// Start with [Read] and [Measure]. The figures are those of the field: B³ and pairs, and
// two that a reader feels: alerts a story, and wrong joins in 100 articles.
package evaluate

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// An Article is one labelled article.
type Article struct {
	ID     string
	Lang   string // en or zh
	Source string
	Link   string
	At     time.Time
	Title  string
	Text   string
	Event  string   // the development that it reports
	Soft   []string // developments that it may be counted to or not, such as a round-up's
}

// A Block is a set of articles of one time, with every report of its events.
type Block struct {
	Name     string
	Articles []Article // oldest first
	Chinese  []Article // the same in Chinese, if the block is in both languages
}

// A record is one line of a file.
type record struct {
	ID        string   `json:"id"`
	Lang      string   `json:"lang"`
	Source    string   `json:"source"`
	Link      string   `json:"link"`
	Published string   `json:"published"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	TitleZH   string   `json:"title_zh"`
	TextZH    string   `json:"text_zh"`
	Event     string   `json:"event"`
	Soft      []string `json:"soft"`
}

// Read reads a block: JSON, one article a line, which may be compressed by gzip.
func Read(name string, r io.Reader) (Block, error) {
	b := Block{Name: name}
	buffered := bufio.NewReader(r)
	if start, _ := buffered.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return b, fmt.Errorf("%s: %w", name, err)
		}
		buffered = bufio.NewReader(z)
	}
	lines := bufio.NewScanner(buffered)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var rec record
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			return b, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		at, err := parseTime(rec.Published)
		if err != nil {
			return b, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		switch {
		case rec.ID == "":
			return b, fmt.Errorf(`%s:%d: no "id"`, name, n)
		case rec.Title == "":
			return b, fmt.Errorf(`%s:%d: no "title"`, name, n)
		}
		if rec.Event == "" {
			rec.Event = "only " + rec.ID
		}
		a := Article{ID: rec.ID, Lang: language(rec), Source: rec.Source, Link: rec.Link, At: at, Title: rec.Title, Text: rec.Text, Event: rec.Event, Soft: rec.Soft}
		b.Articles = append(b.Articles, a)
		if rec.TitleZH != "" {
			a.Lang, a.Title, a.Text = "zh", rec.TitleZH, rec.TextZH
			b.Chinese = append(b.Chinese, a)
		}
	}
	if err := lines.Err(); err != nil {
		return b, fmt.Errorf("%s: %w", name, err)
	}
	if len(b.Articles) == 0 {
		return b, fmt.Errorf("%s has no articles", name)
	}
	if len(b.Chinese) > 0 && len(b.Chinese) < len(b.Articles) {
		return b, fmt.Errorf(`%s: only %d of %d articles have a "title_zh"; use it for all or none`, name, len(b.Chinese), len(b.Articles))
	}
	sortByTime(b.Articles)
	sortByTime(b.Chinese)
	return b, nil
}

func sortByTime(articles []Article) {
	slices.SortStableFunc(articles, func(a, b Article) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) })
}

func language(rec record) string {
	if lang, _, _ := strings.Cut(rec.Lang, "-"); lang != "" {
		return lang
	}
	if text.HasCJK(rec.Title) {
		return "zh"
	}
	return "en"
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf(`"published" is %q; use a time such as 2026-03-10T04:46:28Z or 2026-03-10`, s)
}

// A View is the articles of a block in one language, or in both.
type View struct {
	Block     string
	Languages string // en-en, zh-zh or en-zh
	Articles  []Article
}

// Views returns the articles of a block in each language, and mixed. Of a block that has
// each article in both, half of the mixed articles are in Chinese, by their IDs.
func (b Block) Views() []View {
	var english, chinese, mixed []Article
	if len(b.Chinese) > 0 {
		english, chinese = b.Articles, b.Chinese
		for i, a := range b.Articles {
			if hashOf(a.ID)%2 == 0 {
				a = b.Chinese[i]
			}
			mixed = append(mixed, a)
		}
	} else {
		for _, a := range b.Articles {
			if a.Lang == "zh" {
				chinese = append(chinese, a)
			} else {
				english = append(english, a)
			}
		}
		if sharesEvent(english, chinese) {
			mixed = b.Articles
		}
	}
	var views []View
	for _, v := range []View{{b.Name, "en-en", english}, {b.Name, "zh-zh", chinese}, {b.Name, "en-zh", mixed}} {
		if len(v.Articles) > 0 {
			views = append(views, v)
		}
	}
	return views
}

func sharesEvent(a, b []Article) bool {
	events := make(map[string]bool)
	for _, article := range a {
		events[article.Event] = true
	}
	return slices.ContainsFunc(b, func(article Article) bool { return events[article.Event] })
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, s)
	x := h.Sum32()
	x ^= x >> 16
	x *= 0x85ebca6b
	return x ^ x>>13
}

// model returns the article as the program knows it.
func (a Article) model() models.Article {
	source := models.Source{ID: "source:" + a.Source, Name: a.Source, Role: models.Press}
	m := models.Article{
		ID: a.ID, SourceID: source.ID, Source: source, Identity: a.ID, Title: a.Title, Body: a.Text, Link: a.Link, LinkKey: a.Link,
		Language: a.Lang, PublishedAt: a.At, SeenAt: a.At, Revision: 1,
	}
	if u, err := url.Parse(a.Link); err == nil && a.Link != "" {
		m.LinkKey = u.Host + u.Path + "?" + u.RawQuery
	}
	m.Hash = m.TextHash()
	return m
}

// ReadFile reads a block from a file.
func ReadFile(name string) (Block, error) {
	f, err := os.Open(name)
	if err != nil {
		return Block{}, err
	}
	defer f.Close()
	return Read(name, f)
}
