// Package samplestream invents articles in any number, for measurements and tests of
// how they are stored and grouped.
//
// Start with [New]. [Stream.Next] returns the next article: about a new story, a report
// of a recent one in other words, or a copy. Words are as frequent as in real texts
// (Zipf's law). The same options always give the same articles.
package samplestream

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rule is a rule, in YAML, that the articles with the word stablecoin in the title match.
const Rule = `id: coin
title: Coins
why: It matters.
status: active
severity: high
terms:
  coin: [stablecoin]
when: {terms: coin, in: [title, lead]}
examples:
  match: [{title: A stablecoin is issued}]
  ignore: [{title: A bond is issued}]
`

// Options configure a stream.
type Options struct {
	Seed     uint64
	Begin    time.Time     // when the first article is published
	Every    time.Duration // between two articles; 0 means a minute
	Matching float64       // share of articles with the word stablecoin in the title
	Shared   bool          // every article ends with sentences that many have
	Words    []string      // of the texts, the most frequent first; nil: invented ones
}

// ReadWords returns the English words of a file of weights, the lightest first, for
// [Options.Words].
func ReadWords(file string) ([]string, error) {
	if file == "" {
		return nil, nil
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	type term struct {
		word   string
		weight float64
	}
	var terms []term
	for line := range strings.Lines(string(src)) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		weight, err := strconv.ParseFloat(value, 64)
		if err == nil && !strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
			terms = append(terms, term{word, weight})
		}
	}
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(a.weight, b.weight) })
	sorted := make([]string, len(terms))
	for i, t := range terms {
		sorted[i] = t.word
	}
	return sorted, nil
}

// An Article is one that a feed has.
type Article struct {
	Number int
	Story  int // the same for all articles about it; 0 if it is about none
	Copy   bool
	Title  string
	Body   string
	At     time.Time
}

// A story is what several articles report.
type story struct {
	number int
	title  []string // its words
	words  []string
	first  Article
}

// recentStories is how many stories are still reported.
const recentStories = 40

// A Stream is an endless sequence of articles.
type Stream struct {
	options Options
	random  *rand.Rand
	zipf    *rand.Zipf
	words   []string
	shared  []string
	number  int
	stories int
	recent  []story
}

const (
	vocabulary = 20_000
	sharedPool = 12
)

// New returns a stream at its beginning.
func New(o Options) *Stream {
	if o.Every == 0 {
		o.Every = time.Minute
	}
	s := &Stream{options: o, random: rand.New(rand.NewPCG(o.Seed, 1))}
	s.words = slices.DeleteFunc(slices.Clone(o.Words), func(w string) bool { return w == "stablecoin" })
	if len(s.words) == 0 {
		for i := range vocabulary {
			s.words = append(s.words, word(i))
		}
	}
	s.zipf = rand.NewZipf(s.random, 1.1, 8, uint64(len(s.words)-1))
	for range sharedPool {
		s.shared = append(s.shared, s.sentence(nil))
	}
	return s
}

// word returns a word for a number, a different one for each.
func word(n int) string {
	const first, second = "bcdfghklmnprstvwz", "aeiou"
	var b strings.Builder
	for n += 1000; n > 0; {
		b.WriteByte(first[n%len(first)])
		n /= len(first)
		b.WriteByte(second[n%len(second)])
		n /= len(second)
	}
	b.WriteByte('k') // no ending that a stemmer takes away
	return b.String()
}

// common returns a word by its frequency in texts.
func (s *Stream) common() string { return s.words[s.zipf.Uint64()] }

// rare returns one of the less frequent words, all equally often.
func (s *Stream) rare() string {
	from := len(s.words) / 20
	return s.words[from+s.random.IntN(len(s.words)-from)]
}

// name returns a word that is in few texts.
func (s *Stream) name() string { return word(vocabulary + s.random.IntN(50*vocabulary)) }

// Next returns the next article.
func (s *Stream) Next() Article {
	a := Article{Number: s.number, At: s.options.Begin.Add(time.Duration(s.number) * s.options.Every)}
	s.number++
	if s.random.Float64() >= s.options.Matching {
		a.Title, a.Body = s.title(nil, 9), s.body(nil)
		return a
	}
	known := len(s.recent) > 0 && s.random.Float64() < 0.5
	if !known {
		s.stories++
		st := story{number: s.stories}
		st.words = []string{s.name(), s.name()}
		for range 6 {
			st.words = append(st.words, s.rare())
		}
		st.title = st.words[:5]
		a.Story, a.Title = st.number, "Stablecoin "+s.title(st.title, 4)
		a.Body = s.body(st.words)
		st.first = a
		if s.recent = append(s.recent, st); len(s.recent) > recentStories {
			s.recent = s.recent[1:]
		}
		return a
	}
	st := s.recent[s.random.IntN(len(s.recent))]
	a.Story = st.number
	if a.Copy = s.random.Float64() < 0.3; a.Copy {
		a.Title, a.Body = st.first.Title, st.first.Body
		return a
	}
	a.Title, a.Body = s.title(st.title, 3)+" stablecoin", s.body(st.words)
	return a
}

// title returns words of a story in some order, and common ones.
func (s *Stream) title(of []string, common int) string {
	words := append([]string(nil), of...)
	for range common {
		words = append(words, s.common())
	}
	s.random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words, " ")
}

func (s *Stream) body(of []string) string {
	var b strings.Builder
	for range 8 + s.random.IntN(8) {
		b.WriteString(s.sentence(of))
	}
	if s.options.Shared {
		for range 3 {
			b.WriteString(s.shared[s.random.IntN(len(s.shared))])
		}
	}
	return b.String()
}

// sentence returns a sentence, with words of a story.
func (s *Stream) sentence(of []string) string {
	words := make([]string, 10+s.random.IntN(10))
	for i := range words {
		if len(of) > 0 && s.random.IntN(5) == 0 {
			words[i] = of[s.random.IntN(len(of))]
		} else {
			words[i] = s.common()
		}
	}
	return strings.ToUpper(words[0][:1]) + words[0][1:] + " " + strings.Join(words[1:], " ") + ". "
}

// Atom returns a feed with articles, the newest first, on a site of its own.
func Atom(site string, articles []Article) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Sample</title><id>https://` + site + `/</id>`)
	for i := len(articles) - 1; i >= 0; i-- {
		a := articles[i]
		link := fmt.Sprintf("https://%s/%d.html", site, a.Number)
		fmt.Fprintf(&b, `<entry><id>%s</id><link href="%s"/><updated>%s</updated><published>%[3]s</published><title>`, link, link, a.At.UTC().Format(time.RFC3339))
		_ = xml.EscapeText(&b, []byte(a.Title))
		b.WriteString(`</title><content type="text">`)
		_ = xml.EscapeText(&b, []byte(a.Body))
		b.WriteString(`</content></entry>`)
	}
	b.WriteString(`</feed>`)
	return b.Bytes()
}
