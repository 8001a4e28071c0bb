package samplesite

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options configure a Site.
type Options struct {
	// Now is the clock; nil means time.Now. The ages of articles count back from the
	// time at which New calls it.
	Now func() time.Time
	// Hold is how many of the newest articles are only shown by Publish. With 0 all
	// are shown at once.
	Hold int
}

// A Feed is a feed of the site.
type Feed struct {
	ID            string
	Name          string
	Path          string
	Role          string
	Language      string
	Jurisdictions []string
	Zone          string // time zone of the outlet
	Broken        string // what is wrong with the feed; empty for a working feed
}

// An Article is a published article, with what a reader that uses the shipped rules
// should make of it.
type Article struct {
	FeedID string
	GUID   string // empty if the format has none
	Link   string // path and query on the site
	Title  string // as in the feed; a reader may normalize ideographic spaces
	Text   string // of the page, a paragraph a line

	Topics   []string // IDs of the rules that it is about
	Mentions []string // IDs of the rules that it mentions, which an alert should name too
	At       time.Time
	Story    string // the same for all copies of a text
	Expect   string // "alert", "copy", "retold", or "silent: " and the reason
}

// Values of Article.Expect for the first article of a story, for a copy of it and for a report
// of it in other words. A reader may find another one first, so tests should expect one alert
// for each story.
const (
	ExpectAlert  = "alert"
	ExpectCopy   = "copy"
	ExpectRetold = "retold"
)

// A Site is a web site with feeds. It is safe for concurrent use.
type Site struct {
	order   []string // IDs of the feeds
	outlets map[string]outlet
	now     func() time.Time
	next    func() (sampleArticle, bool) // returns the next article to publish; call it with mu held

	mu        sync.RWMutex         // guards all below
	published []sampleArticle      // in the order of publication
	pageIndex map[string]int       // index in published by path
	changedAt map[string]time.Time // time of the last change by feed
}

// New returns the site of the demo.
func New(opts Options) (*Site, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	start := opts.Now().Truncate(time.Second)
	articles, err := loadArticles(start)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(articles, func(a, b sampleArticle) int { return a.at.Compare(b.at) })
	heldCount := min(max(opts.Hold, 0), len(articles))
	held := articles[len(articles)-heldCount:]

	s := newSite(outlets(), opts.Now)
	s.next = func() (sampleArticle, bool) {
		if len(held) == 0 {
			return sampleArticle{}, false
		}
		a := held[0]
		held = held[1:]
		return a, true
	}
	for _, a := range articles[:len(articles)-heldCount] {
		s.add(a)
	}
	return s, nil
}

func newSite(outlets []outlet, now func() time.Time) *Site {
	s := &Site{
		outlets:   make(map[string]outlet, len(outlets)),
		now:       now,
		pageIndex: map[string]int{},
		changedAt: map[string]time.Time{},
	}
	for _, o := range outlets {
		s.order = append(s.order, o.ID)
		s.outlets[o.ID] = o
		s.changedAt[o.ID] = now()
	}
	return s
}

// Publish publishes the next n articles, dated now, and returns them. It returns fewer
// if there are no more.
func (s *Site) Publish(n int) []Article {
	s.mu.Lock()
	defer s.mu.Unlock()
	var articles []Article
	for range n {
		a, ok := s.next()
		if !ok {
			break
		}
		a.at = s.now().Truncate(time.Second)
		s.add(a)
		s.changedAt[a.feed] = s.now()
		articles = append(articles, s.toArticle(a))
	}
	return articles
}

// Published returns all published articles, in the order of publication.
func (s *Site) Published() []Article {
	s.mu.RLock()
	defer s.mu.RUnlock()
	articles := make([]Article, len(s.published))
	for i, a := range s.published {
		articles[i] = s.toArticle(a)
	}
	return articles
}

// Feeds returns every feed of the site, including the broken one.
func (s *Site) Feeds() []Feed {
	feeds := make([]Feed, len(s.order))
	for i, id := range s.order {
		feeds[i] = s.outlets[id].Feed
	}
	return feeds
}

func (s *Site) toArticle(a sampleArticle) Article {
	return Article{
		FeedID:   a.feed,
		GUID:     s.outlets[a.feed].guid(a),
		Link:     a.link,
		Title:    a.title,
		Text:     strings.Join(a.text, "\n"),
		Topics:   slices.Clone(a.topics),
		Mentions: slices.Clone(a.mentions),
		At:       a.at,
		Story:    a.story,
		Expect:   a.expect,
	}
}

// ServeHTTP serves the feeds, the article pages and a front page.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This site is read-only.", http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path == "/" {
		s.serveFront(w, r)
		return
	}
	for _, o := range s.outlets {
		if r.URL.Path == o.Path {
			s.serveFeed(w, r, o)
			return
		}
	}
	s.servePage(w, r)
}

// latest returns the articles that a feed contains now, newest first, and the time of
// its last change.
func (s *Site) latest(o outlet) ([]sampleArticle, time.Time) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var shown []sampleArticle
	for _, a := range slices.Backward(s.published) {
		if a.feed == o.ID {
			shown = append(shown, a)
		}
		if len(shown) == o.window {
			break
		}
	}
	slices.SortStableFunc(shown, func(a, b sampleArticle) int { return b.at.Compare(a.at) })
	return shown, s.changedAt[o.ID]
}

// page returns the article with this path.
func (s *Site) page(path string) (sampleArticle, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.pageIndex[path]
	if !ok {
		return sampleArticle{}, false
	}
	return s.published[i], true
}

// add publishes an article. The caller holds mu, or no other goroutine uses the site
// yet.
func (s *Site) add(a sampleArticle) {
	if _, taken := s.pageIndex[a.link]; !taken && !a.linksElsewhere {
		s.pageIndex[a.link] = len(s.published)
	}
	s.published = append(s.published, a)
}
