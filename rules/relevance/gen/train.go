package main

import (
	"math"
	"slices"

	"regwatch/models"
	"regwatch/rules/relevance"
)

// folds is the number of parts of a cross-validation.
const folds = 5

// The share of the relevant matches of unread stories that keep their alert, and that at least stay in the digest.
const (
	keptAsAlert = 0.95
	keptInAll   = 0.99
)

// mentionListed is the score from which a mention is an entry of the digest. There are too few relevant mentions to
// choose it by; docs/measurements/relevance.md has what other scores do.
const mentionListed = 0.25

// train returns the model of a rule, with thresholds that a cross-validation by story within the cases chose.
func train(rule string, cases []scored) (relevance.File, error) {
	scores, err := crossValidate(rule, cases)
	if err != nil {
		return relevance.File{}, err
	}
	f := fit(rule, cases)
	if traits[rule].demotes {
		f.Alert, f.Digest = thresholds(cases, scores)
		f.Mention = max(mentionListed, f.Alert)
	}
	return f, nil
}

// fit returns the weights of a rule, without thresholds.
func fit(rule string, cases []scored) relevance.File {
	var samples []relevance.Sample
	for _, c := range cases {
		if c.weight > 0 {
			samples = append(samples, relevance.Sample{Features: c.features, Relevant: c.relevant, Weight: c.weight})
		}
	}
	f := relevance.Fit(samples, relevance.Options{})
	f.Rule, f.Command = rule, "make relevance"
	return f
}

// crossValidate returns the score of each case by a model that has not seen its story.
func crossValidate(rule string, cases []scored) ([]float64, error) {
	scores := make([]float64, len(cases))
	for fold := range folds {
		in, _ := splitCases(cases, func(c scored) bool { return foldOf("thresholds", c.story, folds) != fold })
		m, err := modelOf(fit(rule, in))
		if err != nil {
			return nil, err
		}
		for i, c := range cases {
			if foldOf("thresholds", c.story, folds) == fold {
				scores[i] = m.Score(c.features).Score
			}
		}
	}
	return scores, nil
}

// thresholds returns the highest thresholds that keep the wanted shares of the relevant matches. The articles of the
// repository do not count, because people wrote them to test the rules, nor do machine translations.
func thresholds(cases []scored, scores []float64) (alert, digest float64) {
	var relevant []float64
	for i, c := range cases {
		if c.set != "repository" && c.set != "machine" && c.strength == models.Subject && c.relevant {
			relevant = append(relevant, scores[i])
		}
	}
	if len(relevant) == 0 {
		return 0, 0
	}
	slices.Sort(relevant)
	at := func(kept float64) float64 {
		i := int(float64(len(relevant)) * (1 - kept))
		return math.Floor(relevant[i]*1000) / 1000
	}
	return at(keptAsAlert), at(keptInAll)
}

func modelOf(f relevance.File) (*relevance.Model, error) {
	b, err := f.Encode()
	if err != nil {
		return nil, err
	}
	return relevance.Parse(b)
}

// splitCases returns the cases for which in is true, and the others.
func splitCases(cases []scored, in func(scored) bool) (yes, no []scored) {
	for _, c := range cases {
		if in(c) {
			yes = append(yes, c)
		} else {
			no = append(no, c)
		}
	}
	return yes, no
}
