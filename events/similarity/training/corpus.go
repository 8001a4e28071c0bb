// Package training fits the model of package similarity to labelled articles.
//
// Start with [ReadCorpus] and [Fit]. The same articles give the same model. The texts of the
// articles are not kept.
package training

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/events/evaluate"
	"regwatch/events/similarity"
	"regwatch/internal/text"
)

// A Corpus is what is learned from articles without labels.
type Corpus struct {
	english, chinese []([]string) // the terms of titles and leads
	translated       []titlePair
	glosses          map[string]string // Chinese → English
	termsFile        string
}

type titlePair struct{ english, chinese string }

type article struct {
	ID, Lang, Title, Text string
	Machine               string `json:"title_zh_machine"`
}

// ReadCorpus reads the articles of a folder, articles-dev.jsonl and stream-dev.jsonl.gz, and the
// term lists with glosses of another.
func ReadCorpus(folder string, vocabulary fs.FS) (Corpus, error) {
	var c Corpus
	plain, err := similarity.NewModel("*\t1\n", "")
	if err != nil {
		return c, err
	}
	for _, name := range []string{"articles-dev.jsonl", "stream-dev.jsonl.gz"} {
		articles, err := readArticles(filepath.Join(folder, name))
		if err != nil {
			return c, err
		}
		for _, a := range articles {
			p := plain.Profile(similarity.Text{Title: a.Title, Body: a.Text})
			if p.Chinese {
				c.chinese = append(c.chinese, p.Lead)
			} else {
				c.english = append(c.english, p.Lead)
			}
			if a.Machine != "" {
				c.translated = append(c.translated, titlePair{a.Title, a.Machine})
				p := plain.Profile(similarity.Text{Title: a.Machine})
				c.chinese = append(c.chinese, p.Lead)
			}
		}
	}
	c.termsFile = c.countTerms()
	c.glosses, err = readGlosses(vocabulary)
	return c, err
}

func readArticles(name string) (articles []article, err error) {
	f, err := os.Open(name)
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

// In how many articles a term must be for its own weight, and how much more often an
// English article has been read than a Chinese one.
const minArticles = 4

// Terms returns how rare terms are, as the model stores it.
func (c Corpus) Terms() string { return c.termsFile }

// countTerms returns the weights of terms: the logarithm of one over the share of
// articles of its language that have it.
func (c Corpus) countTerms() string {
	weights := make(map[string]float64)
	for _, docs := range [][][]string{c.chinese, c.english} { // English last: it decides on Latin words
		count := make(map[string]int)
		for _, terms := range docs {
			for _, t := range terms {
				count[t]++
			}
		}
		for t, n := range count {
			if n >= minArticles && !(weights[t] > 0 && n < 20) {
				weights[t] = math.Log(float64(len(docs)) / float64(n))
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "*\t%.1f\n", math.Log(float64(len(c.english))/2))
	for _, t := range slices.Sorted(maps.Keys(weights)) {
		fmt.Fprintf(&b, "%s\t%.1f\n", t, weights[t])
	}
	return b.String()
}

// What makes a Chinese sequence and an English stem a pair: the share of titles with the
// first that have the second, how much more often than by chance, and how often each
// comes with the other.
const (
	leastTogether = 2
	leastShare    = 0.3
	leastLift     = 4
	leastDice     = 0.15
	maxStems      = 2
	longestHan    = 6
)

// Lexicon returns the pairs of Chinese and English terms, as the model stores them: the glosses
// of the vocabulary, and those found in titles that stand in both languages.
func (c Corpus) Lexicon(windows []evaluate.Block) string {
	pairs := slices.Clone(c.translated)
	for _, b := range windows {
		for i := range b.Chinese {
			pairs = append(pairs, titlePair{b.Articles[i].Title, b.Chinese[i].Title})
		}
	}
	type key struct{ han, stem string }
	hans, stems, both := make(map[string]int), make(map[string]int), make(map[key]int)
	plain, _ := similarity.NewModel("*\t1\n", "")
	for _, p := range pairs {
		english := plain.Profile(similarity.Text{Title: p.english}).Title
		for _, s := range english {
			stems[s]++
		}
		for h := range sequences(p.chinese) {
			hans[h]++
			for _, s := range english {
				both[key{h, s}]++
			}
		}
	}
	type candidate struct {
		stem string
		dice float64
	}
	found := make(map[string][]candidate)
	for k, n := range both {
		h, s := hans[k.han], stems[k.stem]
		share, dice := float64(n)/float64(h), 2*float64(n)/float64(h+s)
		lift := share * float64(len(pairs)) / float64(s)
		if n >= leastTogether && share >= leastShare && lift >= leastLift && dice >= leastDice {
			found[k.han] = append(found[k.han], candidate{k.stem, dice})
		}
	}
	entries := make(map[string]string)
	for h, all := range found {
		slices.SortFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.dice, a.dice), strings.Compare(a.stem, b.stem)) })
		var words []string
		for _, c := range all[:min(len(all), maxStems)] {
			words = append(words, c.stem)
		}
		entries[h] = strings.Join(words, " ")
	}
	for chinese, gloss := range c.glosses {
		// A longer gloss describes what its words have in common and translates none.
		terms := plain.Profile(similarity.Text{Title: gloss}).Title
		if h := text.Fold(chinese); entries[h] == "" && len(terms) <= maxStems {
			entries[h] = strings.Join(terms, " ")
		}
	}
	var b strings.Builder
	for _, h := range slices.Sorted(maps.Keys(entries)) {
		if entries[h] != "" {
			fmt.Fprintf(&b, "%s\t%s\n", h, entries[h])
		}
	}
	return b.String()
}

// sequences returns the runs of two to six Chinese characters in a text.
func sequences(s string) map[string]bool {
	found := make(map[string]bool)
	tokens := text.Tokens(s)
	for i := range tokens {
		run := ""
		for k := i; k < len(tokens) && k-i < longestHan && text.IsCJK(tokens[k].Text) && (k == i || tokens[k].Start == tokens[k-1].End); k++ {
			run += tokens[k].Text
			if k > i {
				found[run] = true
			}
		}
	}
	return found
}

// readGlosses returns the Chinese words of term lists with what they mean.
func readGlosses(vocabulary fs.FS) (map[string]string, error) {
	names, err := fs.Glob(vocabulary, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("the vocabulary has no *.yaml")
	}
	glosses := make(map[string]string)
	for _, name := range names {
		b, err := fs.ReadFile(vocabulary, name)
		if err != nil {
			return nil, err
		}
		var root yaml.Node
		if err := yaml.Unmarshal(b, &root); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		addGlosses(&root, glosses)
	}
	return glosses, nil
}

func addGlosses(n *yaml.Node, glosses map[string]string) {
	if n.Kind == yaml.MappingNode {
		gloss := ""
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "gloss" {
				gloss = n.Content[i+1].Value
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if gloss == "" || n.Content[i].Value != "any" {
				continue
			}
			for _, word := range n.Content[i+1].Content {
				if word.Kind == yaml.ScalarNode && text.HasCJK(word.Value) && !strings.ContainsAny(word.Value, "*") {
					glosses[word.Value] = gloss
				}
			}
		}
	}
	for _, child := range n.Content {
		addGlosses(child, glosses)
	}
}
