// Command gen fits the model of package similarity to labelled articles and prints how
// well it groups articles that it was not fitted to.
//
// The texts may not be published, so they are outside the repository. What is learned of
// them is in events/similarity/data: weights, how rare terms are, and pairs of Chinese
// and English terms. The same articles give the same bytes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/events/evaluate"
	"regwatch/events/similarity"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "../shared/events", "the folder with blocks of labelled articles, *.jsonl.gz")
	texts := flag.String("texts", "../shared/eval", "the folder with other articles, for how rare terms are and for translated titles")
	vocabulary := flag.String("vocabulary", "configs/rules/vocabulary", "the folder with term lists that have glosses")
	out := flag.String("out", "events/similarity/data", "the folder to write")
	write := flag.Bool("write", true, "write the model; otherwise only measure")
	hold := flag.String("hold", "", "windows to leave out of all fitting, such as long-1/zh/2; they are measured with the result")
	flag.Parse()
	if err := run(os.Stdout, *data, *texts, *vocabulary, *out, *hold, *write); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, data, texts, vocabulary, out, hold string, write bool) error {
	blocks, err := readBlocks(data)
	if err != nil {
		return err
	}
	windows := windowsOf(blocks)
	corpus, err := readCorpus(texts)
	if err != nil {
		return err
	}
	if corpus.glosses, err = readGlosses(vocabulary); err != nil {
		return err
	}
	held := strings.Split(hold, ",")
	fitted := slices.DeleteFunc(slices.Clone(windows), func(b evaluate.Block) bool { return slices.Contains(held, b.Name) })
	fmt.Fprintf(w, "%-16s %-6s %-22s %5s %5s %5s  %5s  %5s  %6s  %6s\n", "window", "langs", "method", "P", "R", "F1", "pairs", "wrong", "alerts", "stories")
	all := make(map[string][]evaluate.Score)
	for _, test := range fitted {
		m, err := fit(without(fitted, test.Name), corpus)
		if err != nil {
			return err
		}
		for _, v := range test.Views() {
			s := evaluate.Measure(v, evaluate.BySimilarity(m, similarity.Bar)(v.Articles))
			print(w, v, "cross-validated", s)
			kind, _, _ := strings.Cut(test.Name, "-")
			all[kind+" "+v.Languages] = append(all[kind+" "+v.Languages], s)
			if kind == "news" {
				all["news"] = append(all["news"], s)
			}
		}
	}
	for _, name := range []string{"news", "news en-en", "news zh-zh", "news en-zh", "long en-en", "long zh-zh"} {
		print(w, evaluate.View{Block: "all " + name}, "cross-validated", evaluate.Mean(all[name]))
	}
	m, err := fit(fitted, corpus)
	if err != nil {
		return err
	}
	for _, b := range windows {
		if !slices.Contains(held, b.Name) {
			continue
		}
		for _, v := range b.Views() {
			print(w, v, "held out", evaluate.Measure(v, evaluate.BySimilarity(m, similarity.Bar)(v.Articles)))
		}
	}
	if !write {
		return nil
	}
	return writeModel(out, fitted, corpus, m)
}

func print(w io.Writer, v evaluate.View, method string, s evaluate.Score) {
	fmt.Fprintf(w, "%-16s %-6s %-22s %5.3f %5.3f %5.3f  %5.3f  %5.2f  %6.2f  %6d\n", v.Block, v.Languages, method, s.B3.P, s.B3.R, s.B3.F1, s.Pairs.F1, s.Wrong, s.Alerts, s.Stories)
}

func readBlocks(data string) ([]evaluate.Block, error) {
	names, err := filepath.Glob(filepath.Join(data, "*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no *.jsonl.gz", data)
	}
	var blocks []evaluate.Block
	for _, name := range names {
		b, err := evaluate.ReadFile(name)
		if err != nil {
			return nil, err
		}
		b.Name = strings.TrimSuffix(filepath.Base(name), ".jsonl.gz")
		blocks = append(blocks, b)
	}
	return blocks, nil
}

// windowGap is a time without articles that separates windows of one block.
const windowGap = 4 * 24 // hours

// windowsOf splits blocks where their articles pause, each language by itself unless
// every article is in both.
func windowsOf(blocks []evaluate.Block) []evaluate.Block {
	var windows []evaluate.Block
	for _, b := range blocks {
		if len(b.Chinese) > 0 {
			windows = append(windows, b)
			continue
		}
		for _, lang := range []string{"en", "zh"} {
			n := 0
			var window evaluate.Block
			for _, a := range b.Articles {
				if a.Lang != lang {
					continue
				}
				if k := len(window.Articles); k == 0 || a.At.Sub(window.Articles[k-1].At).Hours() > windowGap {
					if k > 0 {
						windows = append(windows, window)
					}
					n++
					window = evaluate.Block{Name: fmt.Sprintf("%s/%s/%d", b.Name, lang, n)}
				}
				window.Articles = append(window.Articles, a)
			}
			if len(window.Articles) > 0 {
				windows = append(windows, window)
			}
		}
	}
	return windows
}

func without(windows []evaluate.Block, name string) []evaluate.Block {
	return slices.DeleteFunc(slices.Clone(windows), func(b evaluate.Block) bool { return b.Name == name })
}

// leastShared is the cosine below which two articles of different events are too far
// apart to teach anything.
const leastShared = 0.04

// fit returns a model that has seen only some windows.
func fit(windows []evaluate.Block, c corpus) (*similarity.Model, error) {
	m, err := similarity.NewModel(c.terms(), c.lexicon(windows))
	if err != nil {
		return nil, err
	}
	var pairs []similarity.Pair
	for _, b := range windows {
		english := evaluate.Docs(m, b.Articles)
		if len(b.Chinese) == 0 {
			pairs = appendPairs(pairs, b.Articles, english, b.Articles, english)
			continue
		}
		chinese := evaluate.Docs(m, b.Chinese)
		pairs = appendPairs(pairs, b.Articles, english, b.Articles, english)
		pairs = appendPairs(pairs, b.Chinese, chinese, b.Chinese, chinese)
		pairs = appendPairs(pairs, b.Articles, english, b.Chinese, chinese)
		pairs = appendPairs(pairs, b.Chinese, chinese, b.Articles, english)
	}
	return m, m.SetWeights(similarity.Fit(pairs))
}

func appendPairs(pairs []similarity.Pair, as []evaluate.Article, a []*similarity.Doc, bs []evaluate.Article, b []*similarity.Doc) []similarity.Pair {
	for i := range as {
		for j := range bs[:i] {
			if as[i].ID == bs[j].ID || as[i].At.Sub(bs[j].At).Hours() > 14*24 || evaluate.Uncertain(as[i], bs[j]) {
				continue
			}
			same := as[i].Event == bs[j].Event
			if same || similarity.LeadCosine(a[i], b[j]) >= leastShared {
				pairs = append(pairs, similarity.Pair{A: a[i], B: b[j], Same: same})
			}
		}
	}
	return pairs
}

func writeModel(out string, windows []evaluate.Block, c corpus, m *similarity.Model) error {
	weights, err := json.MarshalIndent(m.File(), "", "  ")
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"weights.json": string(weights) + "\n", "terms.tsv": c.terms(), "lexicon.tsv": c.lexicon(windows)} {
		if err := os.WriteFile(filepath.Join(out, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}
