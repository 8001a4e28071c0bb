package app

import (
	"context"
	"slices"

	"regwatch/models"
)

// ruleTitles returns the titles of the rules in force, by their IDs.
func (a *App) ruleTitles() map[string]string {
	titles := make(map[string]string)
	for _, r := range a.Folder().Rules.Rules() {
		titles[r.ID] = r.Title
	}
	return titles
}

// sourceNames returns the names of the sources of the folder, by their IDs.
func (a *App) sourceNames() map[string]string {
	names := make(map[string]string)
	for _, src := range a.Folder().Sources {
		names[src.ID] = src.Name
	}
	return names
}

// requireRule refuses the ID of a rule that is not in force.
func (a *App) requireRule(id string) error {
	var ids []string
	for _, r := range a.Folder().Rules.Rules() {
		ids = append(ids, r.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return inputError("there is no rule %q%s; regwatch rules lists them", id, didYouMean(id, ids))
}

// requireSource refuses the ID of a source that the folder does not have.
func (a *App) requireSource(id string) error {
	var ids []string
	for _, src := range a.Folder().Sources {
		ids = append(ids, src.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return inputError("there is no source %q%s; regwatch sources lists them", id, didYouMean(id, ids))
}

// requireStoredRule is like requireRule, but accepts a rule that was in force once.
func (a *App) requireStoredRule(ctx context.Context, id string) error {
	unknown := a.requireRule(id)
	if unknown == nil {
		return nil
	}
	revisions, err := a.store.RuleRevisions(ctx, id)
	if err != nil || len(revisions) > 0 {
		return err
	}
	return unknown
}

// requireStoredSource is like requireSource, but accepts a source that was scanned once.
func (a *App) requireStoredSource(ctx context.Context, id string) error {
	unknown := a.requireSource(id)
	if unknown == nil {
		return nil
	}
	states, err := a.store.SourceStates(ctx)
	if err != nil || slices.ContainsFunc(states, func(s models.SourceState) bool { return s.SourceID == id }) {
		return err
	}
	return unknown
}
