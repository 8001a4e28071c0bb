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
	"regwatch/events/similarity/training"
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
	windows := training.Windows(blocks)
	corpus, err := training.ReadCorpus(texts, os.DirFS(vocabulary))
	if err != nil {
		return err
	}
	held := strings.Split(hold, ",")
	fitted := slices.DeleteFunc(slices.Clone(windows), func(b evaluate.Block) bool { return slices.Contains(held, b.Name) })
	fmt.Fprintf(w, "%-16s %-6s %-22s %5s %5s %5s  %5s  %5s  %6s  %6s\n", "window", "langs", "method", "P", "R", "F1", "pairs", "wrong", "alerts", "stories")
	all := make(map[string][]evaluate.Score)
	for _, test := range fitted {
		m, err := training.Fit(training.Without(fitted, test.Name), corpus)
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
	m, err := training.Fit(fitted, corpus)
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

func writeModel(out string, windows []evaluate.Block, c training.Corpus, m *similarity.Model) error {
	weights, err := json.MarshalIndent(m.File(), "", "  ")
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"weights.json": string(weights) + "\n", "terms.tsv": c.Terms(), "lexicon.tsv": c.Lexicon(windows)} {
		if err := os.WriteFile(filepath.Join(out, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}
