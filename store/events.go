package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/text"
	"regwatch/models"
)

// An EventFilter says which events are wanted. A field with its zero value allows every
// event. Of several values in one field an event needs only one.
type EventFilter struct {
	From, To    time.Time       // first seen, changed or joined by an article in [From, To)
	Rules       []string        // IDs of rules that matched
	MinSeverity models.Severity // an event that is only mentioned has no severity
	Stages      []string        // "" is an event without a stage
	Sources     []string        // IDs of sources of its articles
	Words       []string        // the title has all of them, in any case, width and script
	AssignedTo  []string        // names, as stored
	Unassigned  bool            // instead of AssignedTo: only events that nobody is assigned to
}

// Events returns the events that a filter allows, oldest first.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]models.Event, error) {
	var events []models.Event
	err := s.look(ctx, "list the events", func(tx *gorm.DB) error {
		ids, err := eventIDsBetween(tx, f.From, f.To)
		if err != nil {
			return err
		}
		if ids, err = f.byAssignment(tx, ids); err != nil {
			return err
		}
		if ids, err = f.byColumns(tx, ids); err != nil {
			return err
		}
		events, err = eventsOf(tx, ids)
		return err
	})
	return events, err
}

// byAssignment keeps the events that are assigned as the filter wants.
func (f EventFilter) byAssignment(tx *gorm.DB, ids []string) ([]string, error) {
	if len(f.AssignedTo) == 0 && !f.Unassigned {
		return ids, nil
	}
	q := tx.Table("takes").Distinct()
	if !f.Unassigned {
		q = q.Where("taken_by IN ?", f.AssignedTo)
	}
	var assigned []string
	if err := q.Pluck("event_id", &assigned).Error; err != nil {
		return nil, err
	}
	assigned, err := followMerges(tx, assigned)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		_, found := slices.BinarySearch(assigned, id)
		return found == f.Unassigned
	}), nil
}

// byColumns keeps the events whose columns and articles are as the filter wants.
func (f EventFilter) byColumns(tx *gorm.DB, ids []string) ([]string, error) {
	words := foldAll(f.Words)
	var kept []string
	for part := range slices.Chunk(ids, chunk) {
		var rows []struct{ ID, Title string }
		if err := f.where(tx.Table("events").Select("id, title").Where("id IN ?", part)).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			title := text.Fold(r.Title)
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(title, word) }) {
				kept = append(kept, r.ID)
			}
		}
	}
	return kept, nil
}

func (f EventFilter) where(q *gorm.DB) *gorm.DB {
	if f.MinSeverity != "" {
		q = q.Where("strength = ? AND severity IN ?", models.Subject, models.SeveritiesFrom(f.MinSeverity))
	}
	if len(f.Stages) > 0 {
		q = q.Where("stage IN ?", f.Stages)
	}
	if len(f.Sources) > 0 {
		q = q.Where("EXISTS (SELECT 1 FROM event_articles a WHERE a.event_id = events.id AND a.source_id IN ?)", f.Sources)
	}
	if len(f.Rules) > 0 {
		var parts []string
		var values []any
		for _, rule := range f.Rules {
			parts = append(parts, `rule_ids LIKE ? ESCAPE '\'`)
			values = append(values, `%"`+escapeLike(rule)+`"%`)
		}
		q = q.Where("("+strings.Join(parts, " OR ")+")", values...)
	}
	return q
}

// escapeLike makes a text that LIKE finds as it is written.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func foldAll(words []string) []string {
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = text.Fold(word)
	}
	return folded
}

// Assignees returns the names of everybody to whom an event is assigned, in order.
func (s *Store) Assignees(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read.WithContext(ctx).Table("takes").Distinct().Order("taken_by").Pluck("taken_by", &names).Error
	return names, s.failed(ctx, "read to whom events are assigned", err)
}
