package app

import (
	"errors"
	"fmt"
	"os"

	"regwatch/internal/diag"
	"regwatch/rules"
)

// A RuleTest is the result of running the examples of all rules.
type RuleTest struct {
	Examples int           `json:"examples"` // how many there are
	Failures []RuleExample `json:"failures"`
	Rules    []TestedRule  `json:"-"`
}

// A TestedRule is a rule with the results of its examples.
type TestedRule struct {
	ID       string
	Examples []RuleExample
}

// A RuleExample is the result of one example of a rule.
type RuleExample = rules.Outcome

// Test runs the examples of the rules.
func (r *Rules) Test() RuleTest {
	outcomes := r.set.Outcomes()
	t := RuleTest{Examples: len(outcomes), Failures: append([]RuleExample{}, rules.Failed(outcomes)...)}
	for _, rule := range r.set.Rules() {
		tested := TestedRule{ID: rule.ID}
		for _, o := range outcomes {
			if o.RuleID == rule.ID {
				tested.Examples = append(tested.Examples, o)
			}
		}
		t.Rules = append(t.Rules, tested)
	}
	return t
}

// failedExamples returns the examples of a set of rules that fail, as problems in files
// below rules/.
func failedExamples(set *rules.Set) diag.Problems {
	var found diag.Problems
	for _, f := range set.Test() {
		found = append(found, diag.Problem{File: f.File, Line: f.Line, What: fmt.Sprintf("the example %q %s", f.Title, f.What)})
	}
	return found
}

// A RuleEvaluation says how well rules find what people have labelled.
type RuleEvaluation = rules.Report

// Evaluate measures the rules on the labelled articles of a file, or on those of one
// split.
func (r *Rules) Evaluate(file, split string) (RuleEvaluation, error) {
	if len(r.set.Rules()) == 0 {
		return RuleEvaluation{}, fmt.Errorf("there is no rule in %s, so there is nothing to measure", rulesFolder(r.dir))
	}
	labelled, err := readLabelled(file)
	if err != nil {
		return RuleEvaluation{}, err
	}
	var chosen []rules.LabelledArticle
	for _, l := range labelled {
		if split == "" || l.Split == split {
			chosen = append(chosen, l)
		}
	}
	switch {
	case len(chosen) == 0 && split != "":
		return RuleEvaluation{}, fmt.Errorf("%s has no article of split %s", file, split)
	case len(chosen) == 0:
		return RuleEvaluation{}, fmt.Errorf("%s has no article", file)
	}
	return rules.Evaluate(r.set, chosen), nil
}

func readLabelled(name string) (labelled []rules.LabelledArticle, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	labelled, err = rules.ReadLabelled(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return labelled, nil
}
