package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"regwatch/models"
)

// A DateFilter selects key dates of events. A field with its zero value selects all.
type DateFilter struct {
	From, To     string          // days, such as 2026-12-31; both are included
	Rule         string          // ID of a rule that alerts to the event
	Kind         string          // such as effective
	MinSeverity  models.Severity // of the event
	Jurisdiction string
}

// query selects the key dates of a filter. The database keeps event_days by itself.
func (f DateFilter) query(tx *gorm.DB) *gorm.DB {
	q := tx.Table("event_days d").Joins("JOIN events e ON e.id = d.event_id").Where("e.merged_into = ''")
	if f.From != "" {
		q = q.Where("d.day >= ?", f.From)
	}
	if f.To != "" {
		q = q.Where("d.day <= ?", f.To)
	}
	if f.Kind != "" {
		q = q.Where("d.kind = ?", f.Kind)
	}
	if f.MinSeverity != "" {
		q = q.Where("e.severity IN ?", models.SeveritiesFrom(f.MinSeverity))
	}
	if f.Rule != "" {
		condition, values := inList("e.rule_ids", "%", []string{f.Rule}, "%")
		q = q.Where(condition, values...)
	}
	if f.Jurisdiction != "" {
		condition, values := inList("e.jurisdictions", "%", []string{f.Jurisdiction}, "%")
		q = q.Where(condition, values...)
	}
	return q
}

// DatedEvents returns the events with a key date that a filter selects, without their articles
// and what people did.
func (s *Store) DatedEvents(ctx context.Context, f DateFilter) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "read the key dates of events", func(tx *gorm.DB) error {
		events = nil
		ids, err := datedEvents(tx, f)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Event
			err := tx.Select("id, title, link, severity, official, jurisdictions, rule_ids, lead_rule, dates, stage").Where("id IN ?", part).Order("id").Find(&some).Error
			if err != nil {
				return err
			}
			events = append(events, some...)
		}
		return nil
	})
	return events, err
}

// DayOfDate returns the day of the n-th key date that a filter selects, counted from the first
// or, if back is true, from the last; empty if there are fewer.
func (s *Store) DayOfDate(ctx context.Context, f DateFilter, n int, back bool) (string, error) {
	order := "d.day"
	if back {
		order += " DESC"
	}
	var days []string
	err := f.query(s.read.WithContext(ctx)).Order(order).Offset(n-1).Limit(1).Pluck("d.day", &days).Error
	return append(days, "")[0], s.failed(ctx, "read the days of key dates", err)
}

// A DayCount is how many key dates a day has.
type DayCount struct {
	Day    string
	Dates  int
	Severe int // of them, those of events of high or critical severity
}

// CountDates returns how many key dates that a filter selects are on each day.
func (s *Store) CountDates(ctx context.Context, f DateFilter) ([]DayCount, error) {
	var days []DayCount
	err := f.query(s.read.WithContext(ctx)).
		Select("d.day, COUNT(*) AS dates, COUNT(CASE WHEN e.severity IN ? THEN 1 END) AS severe", models.SeveritiesFrom(models.High)).
		Group("d.day").Order("d.day").Scan(&days).Error
	return days, s.failed(ctx, "count the key dates of days", err)
}

// datedEvents returns the IDs of the events with a key date that a filter selects, in order.
func datedEvents(tx *gorm.DB, f DateFilter) ([]string, error) {
	var ids []string
	err := f.query(tx).Distinct().Pluck("d.event_id", &ids).Error
	slices.Sort(ids)
	return ids, err
}
