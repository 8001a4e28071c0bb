package app

import (
	"path/filepath"
	"strings"

	"regwatch/events/evaluate"
)

// A GroupingScore is how well one way to group articles into events does on one block of
// labelled articles.
type GroupingScore struct {
	Block     string `json:"block"`
	Languages string `json:"languages"` // en-en, zh-zh or en-zh
	Method    string `json:"method"`
	evaluate.Score
}

// EvaluateGrouping measures how the program groups the labelled articles of some files,
// beside other ways. Files may be compressed by gzip. It needs no folder.
func EvaluateGrouping(names []string) ([]GroupingScore, error) {
	var blocks []evaluate.Block
	for _, name := range names {
		b, err := evaluate.ReadFile(name)
		if err != nil {
			return nil, err
		}
		b.Name, _, _ = strings.Cut(filepath.Base(name), ".")
		blocks = append(blocks, b)
	}
	scores := []GroupingScore{}
	for _, b := range blocks {
		for _, v := range b.Views() {
			for _, m := range evaluate.Methods() {
				scores = append(scores, GroupingScore{b.Name, v.Languages, m.Name, evaluate.Measure(v, m.Group(v.Articles))})
			}
		}
	}
	return scores, nil
}
