package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/relevance"
)

// refitRule is the rule that refits are measured with: the only one whose model demotes.
const refitRule = "crypto-ban"

// refitRounds is how often the stories are split anew; in each round each fifth of them is measured once.
const refitRounds = 4

// refitMarks are the numbers of marks that are tried.
var refitMarks = []int{10, 20, 70}

// A refitWay is a way to get a model.
type refitWay string

const (
	noRefit   refitWay = "no refit"
	marksOnly refitWay = "marks only"
	refitted  refitWay = "refit"
)

// A refitTally sums what models of one way do in all rounds.
type refitTally struct {
	average                              float64 // sum of the average precisions
	atRecall                             float64 // sum of the precisions where nine of ten relevant articles alert
	runs, skipped                        int
	right, wrong, digestRight, relevants int
}

// A refitWish is what the people who mark want to see.
type refitWish struct {
	name string
	less string // a group of words: they do not want relevant articles that have it in the title or lead; empty: none
}

var refitWishes = []refitWish{{"as labelled", ""}, {"no mining", "mining"}}

// measureRefit prints how models do after a refit, beside no refit and beside marks alone, on stories that were neither
// trained on nor marked.
//
// The shipped rule is right too often to mark its mistakes, so the matches are those of a wide rule: all labelled articles
// that the rule matches, or that name an act beside a coin. In each run two fifths of the stories train the model to
// start from, with the articles of the repository; two fifths are marked; one fifth is measured. That model is always
// trained by the labels, also where those who mark want less.
func measureRefit(w io.Writer, set *rules.Set, all []article) error {
	cases := casesOf(set, refitRule, all)
	fmt.Fprintf(w, "| Wanted | Marks | Model | Average precision | Precision at 90 %% recall | Precision of alerts | Recall | Recall with digest |\n|---|---|---|---|---|---|---|---|\n")
	var notes strings.Builder
	for _, wish := range refitWishes {
		tallies := make(map[int]map[refitWay]*refitTally)
		for _, marks := range refitMarks {
			tallies[marks] = map[refitWay]*refitTally{noRefit: {}, marksOnly: {}, refitted: {}}
		}
		var wide []scored
		for _, c := range cases {
			if c.labelled && c.set != "machine" && c.set != "repository" && (c.strength != "" || hasGroup(c, traits[refitRule].similar...)) {
				c.relevant = c.relevant && !hasGroup(c, wish.less)
				wide = append(wide, c)
			}
		}
		for round := range refitRounds {
			for fold := range folds {
				if err := measureFold(tallies, cases, wide, round, fold); err != nil {
					return err
				}
			}
		}
		for _, marks := range refitMarks {
			for _, way := range []refitWay{noRefit, marksOnly, refitted} {
				t := tallies[marks][way]
				runs := max(float64(t.runs), 1)
				fmt.Fprintf(w, "| %s | %d | %s | %.2f | %.2f | %s | %s | %s |\n", wish.name, marks, way, t.average/runs, t.atRecall/runs,
					share(t.right, t.right+t.wrong), share(t.right, t.relevants), share(t.right+t.digestRight, t.relevants))
			}
			if n := tallies[marks][refitted].skipped; n > 0 {
				fmt.Fprintf(&notes, "\nLeft out (%s): %d of %d runs with %d marks, because too few are of one kind.\n", wish.name, n, refitRounds*folds, marks)
			}
		}
	}
	_, err := io.WriteString(w, notes.String())
	return err
}

// share prints k of n. The runs share articles, so an interval would be too narrow.
func share(k, n int) string { return fmt.Sprintf("%.2f", float64(k)/float64(max(n, 1))) }

// hasGroup reports whether an article has one of some groups or relations in its title or lead.
func hasGroup(c scored, groups ...string) bool {
	for i, name := range relevance.Names() {
		if c.features.Has(i) && slices.Contains(groups, strings.TrimPrefix(strings.TrimPrefix(name, "title."), "lead.")) {
			return true
		}
	}
	return false
}

// measureFold adds the results of one run to the tallies.
func measureFold(tallies map[int]map[refitWay]*refitTally, cases, wide []scored, round, fold int) error {
	seed := fmt.Sprintf("refit %d", round)
	part := func(c scored) int { return (foldOf(seed, c.story, folds) - fold + folds) % folds } // 0: measured; 1, 2: marked
	unread, others := splitCases(wide, func(c scored) bool { return part(c) == 0 })
	pool, _ := splitCases(others, func(c scored) bool { return part(c) <= 2 })
	offline, _ := splitCases(cases, func(c scored) bool { return part(c) > 2 || c.set == "repository" })
	base, err := trainWide(offline)
	if err != nil {
		return err
	}
	marks := sampleMarks(pool, seed)
	for _, n := range refitMarks {
		some := marks[:min(n, len(marks))]
		both, err := relevance.Refit(&base, some)
		if _, few := errors.AsType[*relevance.TooFewError](err); few || len(some) < n {
			for _, t := range tallies[n] {
				t.skipped++
			}
			continue
		}
		if err != nil {
			return err
		}
		alone, err := relevance.Refit(nil, some)
		if err != nil {
			return err
		}
		for way, f := range map[refitWay]relevance.File{noRefit: base, marksOnly: alone, refitted: both} {
			if err := tallies[n][way].add(f, unread); err != nil {
				return err
			}
		}
	}
	return nil
}

// trainWide trains a model with thresholds for the wide rule: every labelled article near the topic is a match.
func trainWide(cases []scored) (relevance.File, error) {
	matched := slices.Clone(cases)
	for i, c := range matched {
		if c.labelled && (c.strength != "" || hasGroup(c, traits[refitRule].similar...)) {
			matched[i].strength = models.Subject
		}
	}
	return train(refitRule, matched)
}

// sampleMarks returns one article of each story, in an order that only depends on the seed.
func sampleMarks(pool []scored, seed string) []relevance.Sample {
	order := func(c scored) uint32 { return hash(seed + " mark " + c.ID) }
	ordered := slices.SortedStableFunc(slices.Values(pool), func(a, b scored) int { return cmp.Compare(order(a), order(b)) })
	var marks []relevance.Sample
	known := make(map[string]bool)
	for _, c := range ordered {
		if !known[c.story] {
			known[c.story] = true
			marks = append(marks, relevance.Sample{Features: c.features, Relevant: c.relevant, Weight: 1})
		}
	}
	return marks
}

// add measures a model.
func (t *refitTally) add(f relevance.File, unread []scored) error {
	m, err := modelOf(f)
	if err != nil {
		return err
	}
	type result struct {
		score    float64
		relevant bool
	}
	var results []result
	relevants := 0
	for _, c := range unread {
		if c.relevant {
			relevants++
		}
		r := m.Score(c.features)
		results = append(results, result{r.Score, c.relevant})
		switch {
		case c.relevant && r.Level == models.Likely:
			t.right++
		case r.Level == models.Likely:
			t.wrong++
		case c.relevant && r.Level == models.LessCertain:
			t.digestRight++
		}
	}
	slices.SortStableFunc(results, func(a, b result) int { return cmp.Compare(b.score, a.score) })
	found, sum, atRecall := 0, 0.0, 0.0
	for i, r := range results {
		if !r.relevant {
			continue
		}
		found++
		precision := float64(found) / float64(i+1)
		sum += precision
		if atRecall == 0 && float64(found) >= 0.9*float64(relevants) {
			atRecall = precision
		}
	}
	t.relevants += relevants
	t.atRecall += atRecall
	t.average += sum / float64(max(relevants, 1))
	t.runs++
	return nil
}
