package app

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/configs"
	"regwatch/events"
	"regwatch/events/evaluate"
	"regwatch/models"
	"regwatch/rules"
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
// beside other ways. Files may be compressed by gzip. It needs no folder: articles match the
// shipped rules.
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
	folder, err := fs.Sub(configs.Starter(), "rules")
	if err != nil {
		return nil, err
	}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		return nil, problems
	}
	scores := []GroupingScore{}
	for _, b := range blocks {
		for _, v := range b.Views() {
			for _, m := range evaluate.Methods(func(a models.Article) events.Found { return matched(set, a) }) {
				scores = append(scores, GroupingScore{b.Name, v.Languages, m.Name, evaluate.Measure(v, m.Group(v.Articles))})
			}
		}
	}
	return scores, nil
}

// matched returns an article as scans group it: with its matches, and of a roundup the first
// part that matches. An article that no rule finds is grouped as if a rule of another topic
// found it in the headline, because every labelled article counts.
func matched(set *rules.Set, a models.Article) events.Found {
	parts := make(map[int][]models.Match)
	for _, m := range set.Match(a) {
		parts[m.Part] = append(parts[m.Part], m)
	}
	if len(parts) == 0 {
		parts[0] = []models.Match{{ArticleID: a.ID, Revision: a.Revision, RuleID: "labelled", Severity: models.High, Strength: models.Subject}}
	}
	f := events.Found{Article: a, Part: slices.Min(slices.Collect(maps.Keys(parts)))}
	f.Matches = parts[f.Part]
	if f.Part == 0 {
		f.Boilerplate = set.Boilerplate(a)
	}
	return f
}
