package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"regwatch/internal/userfile"
	"regwatch/models"
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

// draftAge is how long the draft of a rule is kept after its last change.
const draftAge = 30 * 24 * time.Hour

// RuleDraft returns what a person has written of a rule and not saved. ok is false if there is
// nothing. Drafts are kept for 30 days.
func (a *App) RuleDraft(ctx context.Context, person, ruleID string) (d models.RuleDraft, ok bool, err error) {
	return a.store.RuleDraft(ctx, person, ruleID, a.now().Add(-draftAge))
}

// SaveRuleDraft keeps what a person has written of a rule, in place of the draft before. A text that is that of the file is
// no draft: the draft is forgotten. BaseHash is the hash of the text that it is based on.
func (a *App) SaveRuleDraft(ctx context.Context, d models.RuleDraft) error {
	if err := a.mayFor(ctx, d.Person); err != nil {
		return err
	}
	if len(d.Text) > userfile.MaxBytes {
		return inputError("the draft has %d bytes; a rule has at most %d", len(d.Text), userfile.MaxBytes)
	}
	file, err := a.RuleFile(d.RuleID)
	if err != nil {
		return err
	}
	if file.Text == d.Text {
		return a.store.DropRuleDraft(ctx, d.Person, d.RuleID)
	}
	before, found, err := a.RuleDraft(ctx, d.Person, d.RuleID)
	if err != nil || found && before.Text == d.Text && before.BaseHash == d.BaseHash {
		return err
	}
	d.SavedAt = a.now().UTC()
	return a.store.SaveRuleDraft(ctx, d, d.SavedAt.Add(-draftAge))
}

// DropRuleDraft forgets the draft that a person has of a rule, because it was saved.
func (a *App) DropRuleDraft(ctx context.Context, person, ruleID string) error {
	if err := a.mayFor(ctx, person); err != nil {
		return err
	}
	return a.store.DropRuleDraft(ctx, person, ruleID)
}

// discarded is added to the ID of a rule to keep the draft that a person discarded last. No rule has such an ID.
const discarded = " discarded"

// DiscardRuleDraft puts the draft that a person has of a rule aside. RestoreRuleDraft brings it back, for as long as drafts
// are kept.
func (a *App) DiscardRuleDraft(ctx context.Context, person, ruleID string) error {
	return a.moveDraft(ctx, person, ruleID, ruleID+discarded)
}

// RestoreRuleDraft brings back the draft that a person discarded.
func (a *App) RestoreRuleDraft(ctx context.Context, person, ruleID string) error {
	return a.moveDraft(ctx, person, ruleID+discarded, ruleID)
}

func (a *App) moveDraft(ctx context.Context, person, from, to string) error {
	if err := a.mayFor(ctx, person); err != nil {
		return err
	}
	d, found, err := a.RuleDraft(ctx, person, from)
	if err != nil || !found {
		return err
	}
	d.RuleID = to
	if err := a.store.SaveRuleDraft(ctx, d, a.now().Add(-draftAge)); err != nil {
		return err
	}
	return a.store.DropRuleDraft(ctx, person, from)
}
