package events

import (
	"hash/fnv"
	"math"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"regwatch/internal/text"
	"regwatch/models"
)

// A text is compared by a sample of its shingles, the runs of five tokens in
// it: the signatureSize smallest hashes of them (bottom-k sketch, Broder 1997,
// "On the resemblance and containment of documents"). The smallest hashes are
// the same for a text and a copy of it as far as they share their words, so the
// share of one sample found in the other estimates how much was copied, also
// when one of them was cut to half.
const (
	shingleSize   = 5
	signatureSize = 96
	keySamples    = 32  // of them are looked up; a copy cut to half shares all but surely one
	copyShare     = 0.5 // of the shorter text's sample must be in the longer
	leastSample   = 8   // hashes; fewer say nothing
	leastHeadline = 5   // tokens; shorter headlines repeat by chance
)

// What brings an article into an event, in words a person reads.
const (
	sameArticle  = "the same article"
	sameLink     = "the same link"
	copiedText   = "a copy of the text"
	sameHeadline = "the same headline"
)

// signature returns the sample of an article's text, smallest hash first.
func signature(a models.Article) []uint32 {
	tokens := text.Tokens(a.Text())
	if len(tokens) < shingleSize {
		return nil
	}
	hashes := make([]uint32, 0, len(tokens))
	for i := 0; i+shingleSize <= len(tokens); i++ {
		h := fnv.New64a()
		for _, t := range tokens[i : i+shingleSize] {
			_, _ = h.Write([]byte(t.Text))
			_, _ = h.Write([]byte{0})
		}
		hashes = append(hashes, spread(h.Sum64()))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	return slices.Clip(hashes[:min(len(hashes), signatureSize)])
}

// spread mixes the bits of a hash, so that the smallest of many are a fair
// sample (the finaliser of splitmix64, Steele et al. 2014).
func spread(h uint64) uint32 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return uint32((h ^ h>>31) >> 32)
}

func keySample(signature []uint32) []uint32 {
	return signature[:min(len(signature), keySamples)]
}

// containment estimates which share of the shorter text stands in the longer,
// and says how many hashes the estimate rests on.
func containment(a, b []uint32) (share float64, sample int) {
	a, b = below(a, limit(b)), below(b, limit(a))
	small, large := a, b
	if len(b) < len(a) {
		small, large = b, a
	}
	if len(small) == 0 {
		return 0, 0
	}
	shared := 0
	for _, h := range small {
		if _, ok := slices.BinarySearch(large, h); ok {
			shared++
		}
	}
	return float64(shared) / float64(len(small)), len(small)
}

// limit is the largest hash up to which a signature is complete.
func limit(signature []uint32) uint32 {
	if len(signature) < signatureSize {
		return math.MaxUint32
	}
	return signature[len(signature)-1]
}

func below(signature []uint32, limit uint32) []uint32 {
	n, found := slices.BinarySearch(signature, limit)
	if found {
		n++
	}
	return signature[:n]
}

// best returns the index of the open event that the article belongs to, with
// the reason, or -1. The first reason in this order wins: the article is there
// already, its link is, its text is, its headline is.
func best(open []models.Event, f Found) (at int, reason string) {
	own := signature(f.Article)
	at = -1
	strongest := 0
	for i, e := range open {
		for _, other := range e.Articles {
			if r, weight := sameStory(other, f, own); weight > strongest {
				at, reason, strongest = i, r, weight
			}
		}
	}
	return at, reason
}

// sameStory says whether a found article tells the story of one that an event
// has, why, and how much the reason weighs.
func sameStory(other models.EventArticle, f Found, own []uint32) (reason string, weight int) {
	a := f.Article
	if other.ArticleID == a.ID {
		if other.Part == f.Part {
			return sameArticle, 4
		}
		return "", 0 // parts of a digest are different stories
	}
	sameSource := other.SourceID == a.SourceID
	sameSite := sameSource || host(other.Link) != "" && host(other.Link) == host(a.Link)
	sameTitle := joined(other.Title) == joined(a.Title)
	// A regulator's feed may give one link to different items, so within one
	// source a link needs the headline beside it.
	if a.LinkKey != "" && other.LinkKey == a.LinkKey && f.Part == 0 && other.Part == 0 && (sameTitle || !sameSource) {
		return sameLink, 3
	}
	if apart := when(a).Sub(published(other)).Abs(); apart > copyWindow {
		return "", 0
	}
	share, sample := containment(own, other.Signature)
	if sample >= leastSample {
		// A site does not copy itself, in whatever feed of its own: what looks
		// alike there is one form filled in for another bank or another week, or
		// what it prints under every article.
		if sameSite {
			if share == 1 && sameTitle && len(own) == len(other.Signature) {
				return copiedText, 2
			}
			return "", 0
		}
		if share >= copyShare && !otherName(other.Title, a) {
			return copiedText, 2
		}
	}
	if sameTitle && !sameSite && headlineKey(a.Title) != "" {
		return sameHeadline, 1
	}
	return "", 0
}

// host returns the name of the host that a web address is at. A number names
// nobody: any number of publishers may be behind it.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func published(a models.EventArticle) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}

// otherName reports whether two headlines are one form filled in with different
// names or numbers: most of their words agree in the same order, and one of
// theirs is nowhere in the article.
func otherName(title string, a models.Article) bool {
	theirs, ours := text.Tokens(title), text.Tokens(a.Title)
	if 3*inOrder(theirs, ours) < 2*max(len(theirs), len(ours)) {
		return false // another headline for the same text
	}
	known := make(map[string]bool)
	for _, t := range text.Tokens(a.Text()) {
		known[t.Text] = true
	}
	return slices.ContainsFunc(theirs, func(t text.Token) bool { return !known[t.Text] })
}

// inOrder returns how many tokens two texts share in the same order: the length
// of their longest common subsequence.
func inOrder(a, b []text.Token) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i].Text == b[j].Text {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// joined returns the tokens of a text with a space between each.
func joined(s string) string {
	tokens := text.Tokens(s)
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	return strings.Join(words, " ")
}

func headlineKey(title string) string {
	words := joined(title)
	n := strings.Count(words, " ") + 1
	if words == "" || n < leastHeadline || !strings.ContainsFunc(words, unicode.IsLetter) {
		return ""
	}
	return "headline:" + models.HashOf(words)
}
