package main

import (
	"slices"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/relevance"
)

// A scored is an article as one rule sees it.
type scored struct {
	article
	features relevance.Features
	relevant bool
	strength models.Strength // empty: no match
	weight   float64         // in training; 0: left out
}

// unlabelledWeight is the weight in training of an article that nobody labelled: it counts as irrelevant, and some are not.
const unlabelledWeight = 0.5

// casesOf returns the articles that a model of a rule is trained and measured on.
func casesOf(set *rules.Set, rule string, all []article) []scored {
	names := relevance.Names()
	number := func(name string) int { return slices.Index(names, name) }
	var similar []int
	for _, name := range traits[rule].similar {
		similar = append(similar, number("title."+name), number("lead."+name))
	}
	cases := make([]scored, 0, len(all))
	for _, a := range all {
		c := scored{article: a, relevant: slices.Contains(a.Topics, rule)}
		converted := models.Article{Title: a.Title, Body: a.Text, Language: a.Lang}
		var best models.Match
		for _, m := range set.Match(converted) {
			if m.RuleID == rule && m.Strength.Rank() > best.Strength.Rank() {
				best = m
			}
		}
		c.strength = best.Strength
		c.features = relevance.Of(converted, best)
		switch {
		case a.set == "machine": // measured only
		case a.labelled:
			c.weight = 1
		case c.strength != "" || slices.ContainsFunc(similar, c.features.Has):
			c.weight = unlabelledWeight
		}
		cases = append(cases, c)
	}
	return cases
}

// traits says for each rule what its training needs to know.
var traits = map[string]struct {
	// An unlabelled article is trained on if it has one of these features in its title or lead. The others are so far from
	// the topic that the rule cannot match them.
	similar []string
	// The model may demote matches. It may not where hardly a labelled match is wrong: there is nothing to gain, and no way
	// to tell what it costs.
	demotes bool
}{
	"crypto-ban":           {similar: []string{"act-on-coin"}, demotes: true},
	"stablecoin-ordinance": {similar: []string{"hongkong-coin", "licensed-coin", "hongkong-licence"}},
	"yuan-stablecoin":      {similar: []string{"yuan", "yuan-coin"}},
}
