package samplesite

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options say how a Site begins.
type Options struct {
	// Now is the clock; nil means time.Now. Ages of articles count back from its
	// first reading.
	Now func() time.Time
	// Hold is how many of the newest articles are held back until Publish lets
	// them appear. 0 shows all of them at once.
	Hold int
}

// A Feed is one address of the site that can be watched.
type Feed struct {
	ID            string
	Name          string
	Path          string
	Role          string
	Language      string
	Jurisdictions []string
	Zone          string // of the times that its outlet lives by
	Broken        string // what is wrong with it; empty for a feed that works
}

// An Item is one article as the site published it, with what a reader who
// follows the shipped topics should make of it.
type Item struct {
	FeedID string
	GUID   string // empty where the format has none
	Link   string // path and query on the site that published it
	Title  string // as the feed writes it; a reader may fold its ideographic spaces

	Topics   []string // ids of the rules that it is about
	Mentions []string // ids of rules that it names in passing and an alert should name too
	At       time.Time
	Story    string // the same for every copy of one text
	Expect   string // "alert", "copy", or "silent: " and why
}

// Item.Expect for an article that is the first of its story, and for one that
// repeats it. Which of the two is read first is up to the reader, so that what
// counts is one alert for a story.
const (
	ExpectAlert = "alert"
	ExpectCopy  = "copy"
)

// A Site is a web site that can be watched. It may be served and published to
// at the same time.
type Site struct {
	order   []string // of the feeds
	outlets map[string]outlet
	now     func() time.Time
	next    func() (article, bool) // what will be published next; called under mu

	mu        sync.RWMutex
	published []article            // in the order of publishing
	pages     map[string]int       // path to place in published
	changed   map[string]time.Time // when each feed last did
}

// New returns the site of the demo.
func New(opts Options) (*Site, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	start := opts.Now().Truncate(time.Second)
	articles, err := written(start)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(articles, func(a, b article) int { return a.at.Compare(b.at) })
	held := min(max(opts.Hold, 0), len(articles))
	waiting := articles[len(articles)-held:]

	s := newSite(outlets(), opts.Now)
	s.next = func() (article, bool) {
		if len(waiting) == 0 {
			return article{}, false
		}
		a := waiting[0]
		waiting = waiting[1:]
		return a, true
	}
	for _, a := range articles[:len(articles)-held] {
		s.show(a)
	}
	return s, nil
}

func newSite(outlets []outlet, now func() time.Time) *Site {
	s := &Site{
		outlets: make(map[string]outlet, len(outlets)),
		now:     now,
		pages:   map[string]int{},
		changed: map[string]time.Time{},
	}
	for _, o := range outlets {
		s.order = append(s.order, o.ID)
		s.outlets[o.ID] = o
		s.changed[o.ID] = now()
	}
	return s
}

// Publish lets the next n articles appear, dated now, and returns them. Fewer
// than n means that there are no more.
func (s *Site) Publish(n int) []Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []Item
	for range n {
		a, ok := s.next()
		if !ok {
			break
		}
		a.at = s.now().Truncate(time.Second)
		s.show(a)
		s.changed[a.feed] = s.now()
		items = append(items, s.item(a))
	}
	return items
}

// Published returns everything that has appeared, oldest first.
func (s *Site) Published() []Item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	items := make([]Item, len(s.published))
	for i, a := range s.published {
		items[i] = s.item(a)
	}
	return items
}

// Feeds returns every feed of the site, the broken one too.
func (s *Site) Feeds() []Feed {
	feeds := make([]Feed, len(s.order))
	for i, id := range s.order {
		feeds[i] = s.outlets[id].Feed
	}
	return feeds
}

func (s *Site) item(a article) Item {
	return Item{
		FeedID:   a.feed,
		GUID:     s.outlets[a.feed].guid(a),
		Link:     a.link,
		Title:    a.title,
		Topics:   slices.Clone(a.topics),
		Mentions: slices.Clone(a.mentions),
		At:       a.at,
		Story:    a.story,
		Expect:   a.expect,
	}
}

// ServeHTTP serves the feeds, the pages behind them and a front page.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This site is only read.", http.StatusMethodNotAllowed)
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

// newest returns the articles of one feed that it still shows, newest first.
func (s *Site) newest(o outlet) ([]article, time.Time) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var shown []article
	for _, a := range slices.Backward(s.published) {
		if a.feed == o.ID {
			shown = append(shown, a)
		}
		if len(shown) == o.window {
			break
		}
	}
	slices.SortStableFunc(shown, func(a, b article) int { return b.at.Compare(a.at) })
	return shown, s.changed[o.ID]
}

// page returns the article that was published at a path.
func (s *Site) page(path string) (article, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.pages[path]
	if !ok {
		return article{}, false
	}
	return s.published[i], true
}

// show puts an article on the site. The caller holds mu, or is alone.
func (s *Site) show(a article) {
	if _, taken := s.pages[a.link]; !taken && !a.elsewhere {
		s.pages[a.link] = len(s.published)
	}
	s.published = append(s.published, a)
}
