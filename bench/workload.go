package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// An Article of the workload, as it came and as peers get it.
type Article struct {
	ID     int
	Title  string
	Body   string
	folded string
}

// A Rule is met by an article that has a phrase of every group and none of none.
type Rule struct {
	ID     int
	Groups [][]string
	None   []string
}

// numbered is a rule by the numbers of its phrases.
type numbered struct {
	groups [][]int32
	none   []int32
}

// A Workload is the articles and one set of rules, its phrases folded and each
// once.
type Workload struct {
	articles []Article
	rules    []numbered
	phrases  []string // folded
	given    []Rule
}

const articlesFile = "articles.jsonl.gz"

func readArticles(dir string) ([]Article, error) {
	var articles []Article
	err := readGzip(filepath.Join(dir, articlesFile), func(r io.Reader) error {
		for dec := json.NewDecoder(bufio.NewReader(r)); ; {
			var a Article
			if err := dec.Decode(&a); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			// A phrase must not reach from the title into the body.
			a.folded = " " + text.Fold(a.Title) + " \x00 " + text.Fold(a.Body) + " "
			articles = append(articles, a)
		}
	})
	return articles, err
}

func readWorkload(dir string, n int, articles []Article) (*Workload, error) {
	w := &Workload{articles: articles}
	err := readGzip(filepath.Join(dir, fmt.Sprintf("rules_%d.json.gz", n)), func(r io.Reader) error {
		return json.NewDecoder(r).Decode(&w.given)
	})
	if err != nil {
		return nil, err
	}
	numbers := make(map[string]int32)
	number := func(phrases []string) []int32 {
		var ns []int32
		for _, p := range phrases {
			p = text.Fold(p)
			n, ok := numbers[p]
			if !ok {
				n = int32(len(w.phrases))
				numbers[p] = n
				w.phrases = append(w.phrases, p)
			}
			ns = append(ns, n)
		}
		return ns
	}
	for _, r := range w.given {
		var m numbered
		for _, g := range r.Groups {
			m.groups = append(m.groups, number(g))
		}
		m.none = number(r.None)
		w.rules = append(w.rules, m)
	}
	return w, nil
}

func readGzip(name string, read func(io.Reader) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := read(z); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// patterns returns the phrases as a search for bytes in folded text must have
// them to find whole words: with the spaces around words, which Chinese
// characters have not.
func (w *Workload) patterns() []string {
	out := make([]string, len(w.phrases))
	for i, p := range w.phrases {
		tokens := text.Tokens(p)
		if !text.IsCJK(tokens[0].Text) {
			p = " " + p
		}
		if !text.IsCJK(tokens[len(tokens)-1].Text) {
			p += " "
		}
		out[i] = p
	}
	return out
}

// reference returns, for each article, the rules that it meets, found the slow
// way: every run of tokens is looked up, and every rule asked.
func (w *Workload) reference() [][]int32 {
	numbers := make(map[string]int32)
	longest := 0
	for i, p := range w.phrases {
		key, n := joined(text.Tokens(p))
		numbers[key] = int32(i)
		longest = max(longest, n)
	}
	out := make([][]int32, len(w.articles))
	for i, a := range w.articles {
		found := make(map[int32]bool)
		for _, t := range []string{a.Title, a.Body} {
			tokens := text.Tokens(t)
			for j := range tokens {
				key := ""
				for _, tok := range tokens[j:min(j+longest, len(tokens))] {
					key += tok.Text + "|"
					if n, ok := numbers[key]; ok {
						found[n] = true
					}
				}
			}
		}
		has := func(n int32) bool { return found[n] }
		for id, r := range w.rules {
			met := !slices.ContainsFunc(r.none, has)
			for _, g := range r.groups {
				met = met && slices.ContainsFunc(g, has)
			}
			if met {
				out[i] = append(out[i], int32(id))
			}
		}
	}
	return out
}

func joined(tokens []text.Token) (key string, n int) {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text + "|")
	}
	return b.String(), len(tokens)
}
