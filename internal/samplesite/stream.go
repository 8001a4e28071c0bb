package samplesite

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"
)

// StreamOptions say what a stream is made of.
type StreamOptions struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Seed chooses the texts. The article of one seed and place in the stream is
	// always the same.
	Seed uint64
	// Window is how many of its newest articles a feed shows; 0 means 50. Whoever
	// publishes more than that into one feed between two readings loses some, as
	// with a real feed.
	Window int
	// Copies and Noise are the shares, in percent, of articles that copy an
	// earlier one and of articles that are off topic. 0 means 15, and less than 0
	// none.
	Copies, Noise int
}

// NewStream returns a site whose articles never run out. It starts empty. Every
// title carries a token as REF-000123; every article that is no copy is a story
// of its own, told by the token, and is either plainly about one shipped topic
// or plainly about none. A copy has the title and text of its original and
// stands in the feed "stream-mirror".
func NewStream(opts StreamOptions) *Site {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := newSite(streamOutlets(cmp.Or(max(opts.Window, 0), 50)), opts.Now)
	g := generator{seed: opts.Seed, copies: share(opts.Copies), noise: share(opts.Noise)}
	place := 0
	s.next = func() (article, bool) {
		place++
		return g.at(place), true
	}
	return s
}

func share(percent int) int { return max(cmp.Or(percent, 15), 0) }

const mirror = "stream-mirror"

func streamOutlets(window int) []outlet {
	feed := func(id, name, file, role, language string) Feed {
		return Feed{
			ID: id, Name: name, Path: "/" + id + "/" + file, Role: role, Language: language,
			Jurisdictions: []string{"Hong Kong"}, Zone: "Asia/Hong_Kong",
		}
	}
	return []outlet{
		{Feed: feed("stream-notices", "Stream Notices", "rss.xml", "regulator", "en"), format: rssFull, charset: "utf-8", window: window},
		{Feed: feed("stream-wire", "Stream Wire", "feed.json", "press", "en"), format: jsonFeed, charset: "utf-8", window: window},
		{Feed: feed("stream-chinese", "訊流財經", "index.rdf", "press", "zh-Hant"), format: rdf, charset: "utf-8", window: window},
		{Feed: feed(mirror, "Stream Mirror", "rss.xml", "press", ""), format: rss, charset: "utf-8", window: window},
	}
}

// A generator makes the articles of a stream, each from the seed and its place
// alone.
type generator struct {
	seed          uint64
	copies, noise int // percent
}

// at returns the article at a place, which counts from 1.
func (g generator) at(place int) article {
	// The first can copy nothing.
	if place > 1 && g.roll(place) < g.copies {
		if original, ok := g.before(place); ok {
			a := g.original(original)
			a.feed, a.expect = mirror, ExpectCopy
			return a.placed(place)
		}
	}
	return g.original(place)
}

// before returns the nearest earlier place with an article on topic.
func (g generator) before(place int) (int, bool) {
	for p := place - 1; p > 0; p-- {
		roll := g.roll(p)
		if roll >= g.copies+g.noise {
			return p, true
		}
	}
	return 0, false
}

// roll returns the number below 100 that decides what stands at a place.
func (g generator) roll(place int) int {
	return rand.New(rand.NewPCG(g.seed, uint64(place))).IntN(100)
}

// original returns the article at a place as one that is no copy.
func (g generator) original(place int) article {
	rng := rand.New(rand.NewPCG(g.seed^0x5eed, uint64(place)))
	forms := streamForms()
	form := forms[rng.IntN(len(forms))]
	for (g.roll(place) < g.copies+g.noise) != (form.topic == "") {
		form = forms[rng.IntN(len(forms))]
	}
	words := englishWords()
	if form.feed == "stream-chinese" {
		words = chineseWords()
	}
	token := fmt.Sprintf("REF-%06d", place)
	fill := filler{rng: rng, words: words, slot: regexp.MustCompile(`\{[a-z]+\}`), fixed: map[string]string{
		"token":   token,
		"company": company(place, words),
	}}
	a := article{
		feed:   form.feed,
		title:  fill.in(form.title),
		story:  token,
		expect: "silent: off topic",
	}
	if form.topic != "" {
		a.topics, a.expect = []string{form.topic}, ExpectAlert
	}
	a.text = append(a.text, fill.in(form.lead))
	patterns := words["sentence"]
	order := rng.Perm(len(patterns))
	for paragraph := range 3 {
		var sentences []string
		for _, p := range order[paragraph*2 : paragraph*2+2] {
			sentences = append(sentences, fill.in(patterns[p]))
		}
		a.text = append(a.text, strings.Join(sentences, words["space"][0]))
	}
	a.summary = a.text[0]
	return a.placed(place)
}

// placed gives the article the identity of its place in the stream.
func (a article) placed(place int) article {
	a.slug = fmt.Sprintf("%06d", place)
	a.link = "/" + a.feed + "/" + a.slug + ".html"
	return a
}

// company returns a name that no other place of a stream has.
func company(place int, words map[string][]string) string {
	first, second, kind := words["first"], words["second"], words["kind"]
	names := len(first) * len(second) * len(kind)
	// A step that shares no factor with the number of names visits all of them,
	// and neighbours do not sound alike.
	n := place * 1009 % names
	name := first[n%len(first)] + words["join"][0] + second[n/len(first)%len(second)] + words["join"][0] + kind[n/len(first)/len(second)]
	if round := place / names; round > 0 {
		name += fmt.Sprintf("%s%d", words["join"][0], round+1)
	}
	return name
}

// A filler replaces {slot} in a pattern by a word of that kind.
type filler struct {
	rng   *rand.Rand
	words map[string][]string
	fixed map[string]string
	slot  *regexp.Regexp
}

func (f filler) in(pattern string) string {
	return f.slot.ReplaceAllStringFunc(pattern, func(slot string) string {
		name := slot[1 : len(slot)-1]
		if word, ok := f.fixed[name]; ok {
			return word
		}
		if name == "n" {
			return fmt.Sprint(11 + f.rng.IntN(980))
		}
		words := f.words[name]
		return words[f.rng.IntN(len(words))]
	})
}
