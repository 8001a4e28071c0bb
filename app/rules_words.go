package app

import (
	"encoding/json"
	"slices"
	"strings"

	"regwatch/notifier/render"
	"regwatch/rules"
)

// RuleWords are what may be written in the file of a rule of this folder, for an editor that completes words.
type RuleWords struct {
	Schema        json.RawMessage     `json:"schema"` // the JSON Schema of a rule
	Routes        []RuleWord          `json:"routes"`
	Sources       []RuleWord          `json:"sources"`
	Rules         []RuleWord          `json:"rules"`
	Recipients    []RuleWord          `json:"recipients"`
	Topics        []RuleWord          `json:"topics"`
	Jurisdictions []RuleWord          `json:"jurisdictions"`
	Languages     []RuleWord          `json:"languages"`
	Lists         map[string][]string `json:"lists"` // the names in each vocabulary file
}

// A RuleWord is a word of the file of a rule.
type RuleWord struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"` // of what has the name
}

// RuleWords returns the words of the folder in force.
func (a *App) RuleWords() RuleWords {
	folder := a.Folder()
	w := RuleWords{Schema: rules.Schema(), Lists: rules.SharedNames(a.ruleFiles())}
	w.Routes = wordsOf(folder.Config.RouteNames())
	var topics, jurisdictions, recipients []string
	for _, s := range folder.Sources {
		w.Sources = append(w.Sources, RuleWord{s.ID, s.Name})
		jurisdictions = append(jurisdictions, s.Jurisdictions...)
	}
	for _, r := range folder.Rules.Rules() {
		w.Rules = append(w.Rules, RuleWord{r.ID, r.Title})
		topics = append(topics, r.Topic)
	}
	for _, r := range folder.Config.Recipients {
		recipients = append(recipients, r.Name)
	}
	w.Topics, w.Jurisdictions, w.Recipients = wordsOf(topics), wordsOf(jurisdictions), wordsOf(recipients)
	w.Languages = wordsOf(render.Languages())
	return w
}

// wordsOf returns names in alphabetical order, each once.
func wordsOf(names []string) []RuleWord {
	names = slices.Clone(names)
	slices.Sort(names)
	all := []RuleWord{}
	for _, name := range slices.Compact(names) {
		if strings.TrimSpace(name) != "" {
			all = append(all, RuleWord{Name: name})
		}
	}
	return all
}
