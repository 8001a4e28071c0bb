// Package evaluation measures how well rules match labelled articles and how well articles are grouped.
package evaluation

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/configs"
	"regwatch/events"
	"regwatch/events/evaluate"
	"regwatch/events/similarity"
	"regwatch/events/similarity/training"
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
	// FollowUps are the messages in the thread of a group about a stage that it did not have.
	FollowUps float64 `json:"stage_follow_ups_per_story"`
}

// A GroupingRequest is what to measure of the grouping.
type GroupingRequest struct {
	Files []string // labelled articles; they may be compressed by gzip
	// Texts is a folder with articles without labels, of which terms and translations are learned. If
	// it is set, the articles of each file are grouped by a model that was fitted to the other files.
	Texts string
}

// Grouping measures how the program groups labelled articles, beside other ways. It needs
// no folder: articles match the shipped rules.
func Grouping(e GroupingRequest) ([]GroupingScore, error) {
	var blocks []evaluate.Block
	for _, name := range e.Files {
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
	fitted, err := modelsFor(blocks, e.Texts, folder)
	if err != nil {
		return nil, err
	}
	scores := []GroupingScore{}
	for i, b := range blocks {
		for _, v := range b.Views() {
			for _, m := range evaluate.Methods(fitted[i], func(a models.Article) events.Found { return matched(set, a) }) {
				s := GroupingScore{Block: b.Name, Languages: v.Languages, Method: m.Name, Score: evaluate.Measure(v, m.Group(v.Articles))}
				if m.FollowUps != nil {
					s.FollowUps = evaluate.FollowUps(v, m.FollowUps())
				}
				scores = append(scores, s)
			}
		}
	}
	return scores, nil
}

// modelsFor returns for each block the shipped model or, if there are texts, one that has not seen
// the block.
func modelsFor(blocks []evaluate.Block, texts string, folder fs.FS) ([]*similarity.Model, error) {
	fitted := make([]*similarity.Model, len(blocks))
	if texts == "" {
		for i := range fitted {
			fitted[i] = similarity.Shipped()
		}
		return fitted, nil
	}
	if len(blocks) < 2 {
		return nil, errors.New("one file is not enough to leave it out: a model is fitted to the other files")
	}
	vocabulary, err := fs.Sub(folder, "vocabulary")
	if err != nil {
		return nil, err
	}
	corpus, err := training.ReadCorpus(texts, vocabulary)
	if err != nil {
		return nil, err
	}
	for i := range blocks {
		others := slices.Concat(blocks[:i], blocks[i+1:])
		if fitted[i], err = training.Fit(training.Windows(others), corpus); err != nil {
			return nil, err
		}
	}
	return fitted, nil
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
