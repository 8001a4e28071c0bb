package app

import (
	"context"
	"slices"
	"strings"

	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/reading"
	"regwatch/scanner"
)

// A RuleReading is a rule in plain language.
type RuleReading = reading.Reading

// Read reads a rule in plain language, in one of the languages of readers. An empty language is English.
func (r *Rules) Read(id, language string) (RuleReading, error) {
	if language == "" {
		language = string(render.English)
	}
	if !slices.Contains(render.Languages(), language) {
		return RuleReading{}, inputError("the language %q is not supported; use %s", language, strings.Join(render.Languages(), ", "))
	}
	rule, err := r.find(id)
	if err != nil {
		return RuleReading{}, err
	}
	return readingOf(r.set, rule, language), nil
}

// Exceptions returns the exceptions in force that may hold matches of a rule.
func (r *Rules) Exceptions(id string) []models.Exception { return r.set.ExceptionsOf(id) }

// readingOf reads a rule of a set.
func readingOf(set *rules.Set, rule rules.Rule, language string) RuleReading {
	o := reading.Options{Language: language}
	if model, ok := set.Model(rule.ID); ok {
		t := model.Thresholds()
		o.Model = &reading.Model{Alert: t.Alert, Digest: t.Digest}
	}
	return reading.Of(&rule, o)
}

// A RelatedRequest asks for words that occur together with what a rule or a query finds.
type RelatedRequest struct {
	RuleID   string // a saved rule
	Query    string // instead of a rule
	Limit    int
	Progress Progress
}

// The parts of an answer about related words.
type (
	RelatedTerms = scanner.Related
	RelatedTerm  = scanner.RelatedTerm
)

// RelatedArticles is in how many articles of a rule a related word must be.
const RelatedArticles = scanner.MinRelatedHits

// RelatedTerms suggests words and phrases for a rule: those that occur in the stored articles that it is about far more
// often than in the others, and that it does not have.
func (a *App) RelatedTerms(ctx context.Context, r RelatedRequest) (RelatedTerms, error) {
	q := scanner.RelatedQuery{RuleID: r.RuleID, Sources: a.Folder().Sources, Limit: r.Limit, Progress: progressOf(r.Progress, "reading articles")}
	if r.Query != "" {
		set, problems := rules.Search(r.Query)
		if len(problems) > 0 {
			return RelatedTerms{}, problems
		}
		q.Rules, q.RuleID = set, set.Rules()[0].ID
	} else {
		rule, err := a.Rules().find(r.RuleID)
		if err != nil {
			return RelatedTerms{}, err
		}
		// Alone it is matched much faster than with all rules.
		if q.Rules, err = a.loadOne(rule.ID, rule.File, rule.Source()); err != nil {
			return RelatedTerms{}, err
		}
	}
	return a.findRelated(ctx, q)
}

func (a *App) findRelated(ctx context.Context, q scanner.RelatedQuery) (RelatedTerms, error) {
	found, err := scanner.FindRelated(ctx, a.store, q)
	if found.Terms == nil {
		found.Terms = []RelatedTerm{}
	}
	return found, err
}
