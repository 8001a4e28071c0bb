package samplesite

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
)

// StreamOptions configure a stream.
type StreamOptions struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Seed chooses the texts. The same seed and index always give the same article.
	Seed uint64
	// Window is how many of its newest articles a feed contains; 0 means 50. If more
	// are published in one feed between two reads, a reader loses some, as with a real
	// feed.
	Window int
	// Copies and Noise are the percentages of articles that copy an earlier one and of
	// articles that match no rule. 0 means 15, and a negative number none.
	Copies, Noise int
	// Retold is the percentage of articles that report an earlier story in other words, each
	// story once. 0 means none, and then there is no feed for them.
	Retold int
}

// NewStream returns a site with endless articles. It starts empty. Every title
// contains a token such as REF-000123. Every article that is not a copy is a separate
// story with its own token, and is clearly about one shipped rule or clearly about
// none. A copy has the title and text of its original, in the feed "stream-mirror". A
// retold story has the same token under another title, in the feed "stream-reports".
func NewStream(opts StreamOptions) *Site {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	outlets := streamOutlets(cmp.Or(max(opts.Window, 0), 50))
	if opts.Retold == 0 {
		outlets = slices.DeleteFunc(outlets, func(o outlet) bool { return o.ID == reportsFeed })
	}
	s := newSite(outlets, opts.Now)
	g := generator{seed: opts.Seed, copies: percentOrDefault(opts.Copies), noise: percentOrDefault(opts.Noise), retold: opts.Retold}
	index := 0
	s.next = func() (sampleArticle, bool) {
		index++
		return g.articleAt(index), true
	}
	return s
}

func percentOrDefault(percent int) int { return max(cmp.Or(percent, 15), 0) }

const (
	mirrorFeed  = "stream-mirror"
	reportsFeed = "stream-reports"
)

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
		{Feed: feed(mirrorFeed, "Stream Mirror", "rss.xml", "press", ""), format: rss, charset: "utf-8", window: window},
		{Feed: feed(reportsFeed, "Stream Reports", "rss.xml", "press", ""), format: rss, charset: "utf-8", window: window},
	}
}

// A generator generates the articles of a stream. Each depends only on the seed and
// its index.
type generator struct {
	seed                  uint64
	copies, noise, retold int // percentages
}

// articleAt returns the article with an index, from 1.
func (g generator) articleAt(index int) sampleArticle {
	// the first article cannot be a copy
	earlier, ok := g.previousStory(index)
	switch {
	case !ok:
	case g.roll(index) < g.copies:
		a := g.storyAt(earlier)
		a.feed, a.expect = mirrorFeed, ExpectCopy
		return a.withIndex(index)
	case g.isRetold(index) && !slices.ContainsFunc(g.between(earlier, index), g.isRetold):
		return g.retoldStory(earlier).withIndex(index)
	}
	return g.storyAt(index)
}

// isRetold reports whether the article with an index reports the story before it, or is a story
// that no other reports.
func (g generator) isRetold(index int) bool {
	roll := g.roll(index) - g.copies - g.noise
	return roll >= 0 && roll < g.retold
}

// between returns the indexes after one and before another.
func (generator) between(after, before int) []int {
	var indexes []int
	for i := after + 1; i < before; i++ {
		indexes = append(indexes, i)
	}
	return indexes
}

// previousStory returns the nearest lower index of an article that is about a rule.
func (g generator) previousStory(index int) (int, bool) {
	for p := index - 1; p > 0; p-- {
		if g.roll(p) >= g.copies+g.noise+g.retold {
			return p, true
		}
	}
	return 0, false
}

// roll returns the number below 100 that decides the type of the article.
func (g generator) roll(index int) int {
	return rand.New(rand.NewPCG(g.seed, uint64(index))).IntN(100)
}

// retoldStory returns a report of a story in other words.
func (g generator) retoldStory(index int) sampleArticle {
	pattern, filler := g.patternAt(index)
	story := g.storyAt(index)
	a := sampleArticle{
		feed: reportsFeed, title: filler.fill(pattern.retoldTitle), text: []string{filler.fill(pattern.retoldLead)},
		topics: story.topics, story: story.story, expect: ExpectRetold,
	}
	a.summary = a.text[0]
	return a
}

// storyAt returns the article with an index, as one that is neither a copy nor retold.
func (g generator) storyAt(index int) sampleArticle {
	pattern, filler := g.patternAt(index)
	a := sampleArticle{
		feed:   pattern.feed,
		title:  filler.fill(pattern.title),
		story:  filler.fixed["token"],
		expect: "silent: off topic",
	}
	if pattern.topic != "" {
		a.topics, a.expect = []string{pattern.topic}, ExpectAlert
	}
	a.text = append(a.text, filler.fill(pattern.lead))
	sentencePatterns := filler.words["sentence"]
	order := filler.rng.Perm(len(sentencePatterns))
	for paragraph := range 3 {
		var sentences []string
		for _, p := range order[paragraph*2 : paragraph*2+2] {
			sentences = append(sentences, filler.fill(sentencePatterns[p]))
		}
		a.text = append(a.text, strings.Join(sentences, filler.words["space"][0]))
	}
	a.summary = a.text[0]
	return a.withIndex(index)
}

// patternAt returns the pattern of the story with an index, and what fills it.
func (g generator) patternAt(index int) (pattern, templateFiller) {
	rng := rand.New(rand.NewPCG(g.seed^0x5eed, uint64(index)))
	patterns := streamPatterns()
	chosen := patterns[rng.IntN(len(patterns))]
	for (g.roll(index) < g.copies+g.noise) != (chosen.topic == "") {
		chosen = patterns[rng.IntN(len(patterns))]
	}
	words := englishWords()
	if chosen.feed == "stream-chinese" {
		words = chineseWords()
	}
	return chosen, templateFiller{rng: rng, words: words, slot: regexp.MustCompile(`\{[a-z]+\}`), fixed: map[string]string{
		"token":   fmt.Sprintf("REF-%06d", index),
		"company": companyName(index, words),
	}}
}

// withIndex sets the fields that identify the article with an index.
func (a sampleArticle) withIndex(index int) sampleArticle {
	a.slug = fmt.Sprintf("%06d", index)
	a.link = "/" + a.feed + "/" + a.slug + ".html"
	return a
}

// companyName returns a different name for each index.
func companyName(index int, words map[string][]string) string {
	first, second, kind := words["first"], words["second"], words["kind"]
	names := len(first) * len(second) * len(kind)
	// The step has no common factor with the number of names, so all are used, and the
	// names of neighbors are different.
	n := index * 1009 % names
	name := first[n%len(first)] + words["join"][0] + second[n/len(first)%len(second)] + words["join"][0] + kind[n/len(first)/len(second)]
	if round := index / names; round > 0 {
		name += fmt.Sprintf("%s%d", words["join"][0], round+1)
	}
	return name
}

// A templateFiller replaces each {name} in a pattern by a random word of that type.
type templateFiller struct {
	rng   *rand.Rand
	words map[string][]string
	fixed map[string]string
	slot  *regexp.Regexp
}

func (f templateFiller) fill(pattern string) string {
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
