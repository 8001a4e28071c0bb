// Package report puts reports for a committee in order, compares them with the report before, and writes them as HTML,
// CSV and an editable text.
//
// Start with [Order] for the events that a new report proposes, [Compare] for what changed, and [HTML], [CSV] and
// [EditText] for what people read. All functions are pure. Package app reads and stores reports.
package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// Order sorts events as a new report proposes them: the most severe first, and of these the one that was last seen last.
func Order(events []models.ReportEvent) {
	slices.SortFunc(events, func(a, b models.ReportEvent) int {
		return cmp.Or(
			cmp.Compare(models.Severity(b.Severity).Rank(), models.Severity(a.Severity).Rank()),
			b.LastSeenAt.Compare(a.LastSeenAt), strings.Compare(a.ID, b.ID))
	})
}

// A Now is what became of the events of the report before: Became has the event that each is part of now, LeftOut those
// that a person left out, and Quiet those of which nothing came in the period.
type Now struct {
	Became         map[string]string
	LeftOut, Quiet map[string]bool
}

// Compare sets what is new and what changed in the events of a report since the report before, and returns the events of
// that report that are not in this one, in its order. Without a report before, nothing is marked as new.
func Compare(events []models.ReportEvent, before *models.ReportContent, now Now) []models.ReportGone {
	if before == nil {
		return nil
	}
	was := make(map[string]models.ReportEvent) // by the event that it is now
	for _, old := range before.Events {
		id := cmp.Or(now.Became[old.ID], old.ID)
		if _, taken := was[id]; !taken || id == old.ID {
			was[id] = old
		}
	}
	shown := make(map[string]bool)
	for i := range events {
		e := &events[i]
		shown[e.ID] = true
		old, known := was[e.ID]
		e.New, e.Changes = !known, nil
		if known {
			e.Changes = changes(old, *e)
		}
	}
	var gone []models.ReportGone
	for _, old := range before.Events {
		id := cmp.Or(now.Became[old.ID], old.ID)
		g := models.ReportGone{ID: old.ID, Title: old.Title}
		switch {
		case shown[old.ID]:
			continue
		case shown[id]:
			g.Reason, g.Into = models.GoneMerged, id
		case now.LeftOut[id]:
			g.Reason = models.GoneLeftOut
		case now.Quiet[id]:
			g.Reason = models.GoneQuiet
		default: // the filter does not allow it, nobody looked for late news, or it is not stored any more
			g.Reason = models.GoneOther
		}
		gone = append(gone, g)
	}
	return gone
}

// changes returns what changed of an event, in the order of the kinds.
func changes(old, e models.ReportEvent) []models.ReportChange {
	var all []models.ReportChange
	if old.Stage != e.Stage {
		all = append(all, models.ReportChange{Kind: models.ChangedStage, StageBefore: old.Stage, Stage: e.Stage})
	}
	if !sameDates(old.Dates, e.Dates) {
		all = append(all, models.ReportChange{Kind: models.ChangedDates, DatesBefore: old.Dates, Dates: e.Dates})
	}
	if old.Official != e.Official {
		all = append(all, models.ReportChange{Kind: models.ChangedOfficial, OfficialBefore: old.Official, Official: e.Official})
	}
	if old.Outlets != e.Outlets {
		all = append(all, models.ReportChange{Kind: models.ChangedSources, SourcesBefore: old.Outlets, Sources: e.Outlets})
	}
	return all
}

// sameDates reports whether two lists have the same days for the same kinds, whatever the order and the passages.
func sameDates(a, b []models.KeyDate) bool {
	return slices.Equal(days(a), days(b))
}

func days(dates []models.KeyDate) []string {
	all := make([]string, len(dates))
	for i, d := range dates {
		all[i] = d.Day + " " + d.Kind
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A Count is how much of a report is new, changed and unchanged since the report before, and how many events are gone.
type Count struct{ New, Changed, Same, Gone int }

// CountOf counts the events of a report.
func CountOf(c models.ReportContent) Count {
	n := Count{Gone: len(c.Gone)}
	for _, e := range c.Events {
		switch {
		case e.New:
			n.New++
		case len(e.Changes) > 0:
			n.Changed++
		default:
			n.Same++
		}
	}
	return n
}

// Period returns the first and the last moment of a report's period as its readers see them: days if it has whole ones,
// the last of which is included.
func Period(c models.ReportContent) (from, to string) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	first, end := c.From.In(zone), c.To.In(zone)
	if isMidnight(first) && isMidnight(end) {
		return first.Format(time.DateOnly), end.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return first.Format("2006-01-02 15:04"), end.Format("2006-01-02 15:04")
}

// Until returns the end of the period of another version in the zone of a report: the last day, which is included, or a
// moment if it ends within a day.
func Until(ref models.ReportRef, c models.ReportContent) string {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	end := ref.To.In(zone)
	if isMidnight(end) {
		return end.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return end.Format("2006-01-02 15:04")
}

func isMidnight(t time.Time) bool { return t.Format("150405.999") == "000000" }
