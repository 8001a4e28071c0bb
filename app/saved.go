package app

import (
	"context"
	"slices"
	"strings"

	"regwatch/models"
	"regwatch/store"
)

// longestFilterName is the most characters of the name of a saved filter: what a column shows.
const longestFilterName = 60

// SavedFilters returns the filters that a person sees: those of the team and the person's own,
// each by name.
func (a *App) SavedFilters(ctx context.Context, person string) ([]models.SavedFilter, error) {
	filters, err := a.store.SavedFilters(ctx, person)
	return nonNil(filters), err
}

// SaveFilter saves a filter under a name, in place of an earlier one. The query is that of the
// address of the list, without the question mark. A filter with an owner is seen by that person
// alone; one without is seen by everybody.
func (a *App) SaveFilter(ctx context.Context, f models.SavedFilter, by string) (models.SavedFilter, error) {
	if f.IsTeam() {
		if err := a.may(ctx, RoleEditor); err != nil {
			return f, err
		}
	} else if err := a.mayFor(ctx, f.Owner); err != nil {
		return f, err
	}
	f.Name, f.Query = strings.Join(strings.Fields(f.Name), " "), strings.TrimPrefix(strings.TrimSpace(f.Query), "?")
	switch {
	case f.Name == "":
		return f, inputError("the filter has no name")
	case len([]rune(f.Name)) > longestFilterName:
		return f, inputError("the name of the filter has %d characters; use at most %d", len([]rune(f.Name)), longestFilterName)
	case f.Owner != "" && f.Owner != by:
		return f, inputError("%s cannot save a filter for %s", by, f.Owner)
	}
	f.SavedBy, f.SavedAt = by, a.now().UTC()
	return a.store.SaveFilter(ctx, f)
}

// RemoveFilter removes a filter of the team or of the person, and returns it, so that it can be
// saved again. The error is a *store.NoFilterError if the person sees none with that ID.
func (a *App) RemoveFilter(ctx context.Context, id, by string) (models.SavedFilter, error) {
	if err := a.mayFor(ctx, by); err != nil {
		return models.SavedFilter{}, err
	}
	filters, err := a.store.SavedFilters(ctx, by)
	if err != nil {
		return models.SavedFilter{}, err
	}
	if slices.ContainsFunc(filters, func(f models.SavedFilter) bool { return f.ID == id && f.IsTeam() }) {
		if err := a.may(ctx, RoleEditor); err != nil {
			return models.SavedFilter{}, err
		}
	}
	removed, err := a.store.RemoveFilter(ctx, id, by, a.now().UTC())
	return removed, bare[*store.NoFilterError](err)
}
