package app

import (
	"slices"
	"strings"

	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/reading"
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

// readingOf reads a rule of a set.
func readingOf(set *rules.Set, rule rules.Rule, language string) RuleReading {
	o := reading.Options{Language: language}
	if model, ok := set.Model(rule.ID); ok {
		t := model.Thresholds()
		o.Model = &reading.Model{Alert: t.Alert, Digest: t.Digest}
	}
	return reading.Of(&rule, o)
}
