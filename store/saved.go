package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NoFilterError means that a person has no saved filter with an ID.
type NoFilterError struct{ ID string }

// Error names the ID.
func (e *NoFilterError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoFilterError) Text() diag.Text {
	return diag.Textf("no saved filter has the ID %q", e.ID)
}

// SavedFilters returns the filters that a person sees: the team's and the person's own, each by
// name.
func (s *Store) SavedFilters(ctx context.Context, person string) ([]models.SavedFilter, error) {
	var filters []models.SavedFilter
	err := s.read.WithContext(ctx).Where("owner IN ?", []string{"", clean(strings.TrimSpace(person))}).
		Order("owner, name").Find(&filters).Error
	return filters, s.failed(ctx, "read the saved filters", err)
}

// SaveFilter stores a filter, in place of one of the same owner and name, and returns it as
// stored. Saving what is stored changes nothing.
func (s *Store) SaveFilter(ctx context.Context, f models.SavedFilter) (models.SavedFilter, error) {
	for _, text := range []*string{&f.Owner, &f.Name, &f.Query, &f.SavedBy} {
		*text = clean(strings.TrimSpace(*text))
	}
	var stored models.SavedFilter
	err := s.change(ctx, fmt.Sprintf("save filter %q", f.Name), func(tx *gorm.DB) error {
		stored = f
		stored.ID = models.NewID(f.SavedAt, "filter", f.Owner, f.Name)
		var before []models.SavedFilter
		if err := tx.Where("owner = ? AND name = ?", f.Owner, f.Name).Find(&before).Error; err != nil {
			return err
		}
		about := facts{"name": f.Name, "team": f.IsTeam(), "query": f.Query}
		if len(before) > 0 {
			if before[0].Query == f.Query {
				stored = before[0]
				return nil
			}
			stored.ID, about["was"] = before[0].ID, before[0].Query
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: f.SavedAt, actor: nameOf(f.SavedBy)}
		log.add("filter.saved", stored.ID, about)
		return log.write(tx)
	})
	return stored, err
}

// RemoveFilter removes a filter of the team or of the person, and returns it. The error is a
// [*NoFilterError] if the person sees none with that ID.
func (s *Store) RemoveFilter(ctx context.Context, id, by string, now time.Time) (models.SavedFilter, error) {
	by = clean(strings.TrimSpace(by))
	var gone models.SavedFilter
	err := s.change(ctx, "remove a saved filter", func(tx *gorm.DB) error {
		var found []models.SavedFilter
		if err := tx.Where("id = ? AND owner IN ?", id, []string{"", by}).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoFilterError{ID: id}
		}
		gone = found[0]
		if err := tx.Where("id = ?", id).Delete(&models.SavedFilter{}).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("filter.removed", id, facts{"name": gone.Name, "team": gone.IsTeam(), "query": gone.Query})
		return log.write(tx)
	})
	return gone, err
}

// RuleDraft returns the draft that a person has of a rule since a time. ok is false if there is
// none.
func (s *Store) RuleDraft(ctx context.Context, person, ruleID string, since time.Time) (d models.RuleDraft, ok bool, err error) {
	var found []models.RuleDraft
	err = s.read.WithContext(ctx).
		Where("person = ? AND rule_id = ? AND saved_at >= ?", clean(strings.TrimSpace(person)), ruleID, microsOf(since)).Find(&found).Error
	if err != nil || len(found) == 0 {
		return models.RuleDraft{}, false, s.failed(ctx, "read the draft of rule "+ruleID, err)
	}
	return found[0], true, nil
}

// SaveRuleDraft stores a draft in place of the one that the person has of the rule, and deletes
// drafts of everybody that are older than a time. Drafts change nothing, so the audit leaves
// them out.
func (s *Store) SaveRuleDraft(ctx context.Context, d models.RuleDraft, oldest time.Time) error {
	d.Person, d.Text = clean(strings.TrimSpace(d.Person)), clean(d.Text)
	return s.change(ctx, "save the draft of rule "+d.RuleID, func(tx *gorm.DB) error {
		if err := tx.Where("saved_at < ?", microsOf(oldest)).Delete(&models.RuleDraft{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&d).Error
	})
}

// DropRuleDraft deletes the draft that a person has of a rule, if there is one.
func (s *Store) DropRuleDraft(ctx context.Context, person, ruleID string) error {
	return s.change(ctx, "drop the draft of rule "+ruleID, func(tx *gorm.DB) error {
		return tx.Where("person = ? AND rule_id = ?", clean(strings.TrimSpace(person)), ruleID).Delete(&models.RuleDraft{}).Error
	})
}

// DropRuleDrafts deletes the drafts of everybody that were saved before a time.
func (s *Store) DropRuleDrafts(ctx context.Context, before time.Time) error {
	return s.change(ctx, "drop old drafts of rules", func(tx *gorm.DB) error {
		return tx.Where("saved_at < ?", microsOf(before)).Delete(&models.RuleDraft{}).Error
	})
}
