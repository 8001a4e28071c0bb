package sources

import (
	"time"

	"regwatch/internal/dates"
	"regwatch/internal/schedule"
	"regwatch/models"
)

// dateSetting returns how to read the dates of the source.
func (r *Reader) dateSetting() dates.Options {
	s := dates.Options{Zone: time.UTC}
	if zone, err := schedule.Zone(r.src.Zone); err == nil {
		s.Zone = zone
	}
	switch r.src.DateOrder {
	case models.DayFirst:
		s.Order = dates.DayFirst
	case models.MonthFirst:
		s.Order = dates.MonthFirst
	}
	if r.client != nil {
		s.Seen = r.client.Now()
	}
	return s
}

// parseDate reads a date that gives its day, month and year.
func parseDate(raw string, zone *time.Location) (time.Time, bool) {
	d, ok := dates.Parse(raw, dates.Options{Zone: zone})
	return d.Time, ok
}
