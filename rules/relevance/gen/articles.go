package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// An article is one labelled article.
type article struct {
	ID     string   `json:"id"`
	Lang   string   `json:"lang"`
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Topics []string `json:"topics"`
	Event  string   `json:"event"`
	Split  string   `json:"split"`

	// A machine translation into Traditional Chinese, where there is one.
	MachineTitle string `json:"title_zh_machine"`
	MachineText  string `json:"text_zh_machine"`

	set      string // core, extra, retold, stream, machine (core, translated), or repository
	labelled bool   // a person read it
	story    string // the same for articles of one story
}

// readAll reads the articles outside the repository, and those within. Of the first, it finds the stories.
func readAll(data, repository string) ([]article, error) {
	var all []article
	for _, name := range []string{"articles-dev.jsonl", "retold-dev.jsonl", "stream-dev.jsonl"} {
		articles, err := readArticles(filepath.Join(data, name))
		if err != nil {
			return nil, err
		}
		for _, a := range articles {
			a.labelled = true
			switch name {
			case "articles-dev.jsonl":
				a.set = a.Split
			case "retold-dev.jsonl":
				a.set = "retold"
			default:
				a.set, a.labelled = "stream", false
			}
			all = append(all, a)
		}
	}
	labels, err := readArticles(filepath.Join(data, "stream-dev-labels.jsonl"))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]article)
	for _, l := range labels {
		byID[l.ID] = l
	}
	for i := range all {
		if l, ok := byID[all[i].ID]; ok && all[i].set == "stream" {
			all[i].Topics, all[i].labelled = l.Topics, true
		}
	}
	findStories(all)
	for _, a := range all {
		if a.set == "core" && a.MachineTitle != "" {
			a.set, a.Lang, a.Title, a.Text = "machine", "zh-Hant", a.MachineTitle, a.MachineText
			all = append(all, a)
		}
	}
	own, err := readArticles(repository)
	if err != nil {
		return nil, err
	}
	for _, a := range own {
		a.set, a.labelled, a.story = "repository", true, a.ID
		all = append(all, a)
	}
	return all, nil
}

// readArticles reads one article from each line of a file, which may be compressed.
func readArticles(name string) (articles []article, err error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, ".gz") {
		if compressed, other := os.Open(name + ".gz"); other == nil {
			name, f, err = name+".gz", compressed, nil
		}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		var a article
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		articles = append(articles, a)
	}
	return articles, lines.Err()
}

// findStories gives articles of the same event, and articles whose titles share at least 40 % of their words, the same
// story.
func findStories(all []article) {
	parent := make([]int, len(all))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	join := func(i, j int) { parent[root(i)] = root(j) }
	const (
		leastShared = 3
		leastShare  = 0.4
		maxArticles = 400 // a word of more articles than these says nothing
	)
	events, index := make(map[string]int), make(map[string][]int)
	words := make([]map[string]bool, len(all))
	for i, a := range all {
		if a.Event != "" {
			if j, ok := events[a.Event]; ok {
				join(i, j)
			}
			events[a.Event] = i
		}
		words[i] = storyWords(a.Title)
		shared := make(map[int]int)
		for word := range words[i] {
			if len(index[word]) < maxArticles {
				for _, j := range index[word] {
					shared[j]++
				}
			}
			index[word] = append(index[word], i)
		}
		for j, n := range shared {
			if n >= leastShared && float64(n) >= leastShare*float64(len(words[i])+len(words[j])-n) {
				join(i, j)
			}
		}
	}
	first := make(map[int]string)
	for i, a := range all {
		if r := root(i); first[r] == "" || a.ID < first[r] {
			first[r] = a.ID
		}
	}
	for i := range all {
		all[i].story = first[root(i)]
	}
}

// commonWords are in too many titles to tell stories apart.
var commonWords = strings.Fields("the a an to of in on for and as with from by is at after over its it says said new crypto bitcoin")

func storyWords(title string) map[string]bool {
	words := make(map[string]bool)
	previous := ""
	for _, t := range text.Tokens(title) {
		if text.IsCJK(t.Text) {
			if previous != "" {
				words[previous+t.Text] = true
			}
			previous = t.Text
			continue
		}
		previous = ""
		if !slices.Contains(commonWords, t.Text) {
			words[t.Text] = true
		}
	}
	return words
}

// setAside reports whether a story belongs to the two fifths that were not read when the shipped rules were rewritten.
func setAside(story string) bool { return hash("rules12 "+story)%100 < 40 }

// foldOf returns the fold of a story.
func foldOf(seed, story string, folds int) int { return int(hash(seed+" "+story) % uint32(folds)) }

func hash(s string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, s)
	x := h.Sum32()
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	return x
}
