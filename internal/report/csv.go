package report

import (
	"strconv"
	"strings"
	"time"

	"regwatch/internal/csvfile"
	"regwatch/models"
)

// CSV returns the events of a report as a table with one row for each: first those that it shows, then those that are gone
// since the report before. Texts are in English as they are stored, and times in UTC (RFC 3339). It begins with a byte order
// mark, without which Excel takes Chinese for another encoding.
func CSV(c models.ReportContent) ([]byte, error) {
	rows := [][]string{{
		"number", "event_id", "title", "severity", "official", "stage", "dates", "jurisdictions", "rules", "line", "since_last_report", "changes",
		"first_seen_at", "last_seen_at", "publishers", "sources", "links", "quotes",
	}}
	for i, e := range c.Events {
		since := ""
		switch {
		case c.Since == nil:
		case e.New:
			since = "new"
		case len(e.Changes) > 0:
			since = "changed"
		default:
			since = "unchanged"
		}
		var rules, names, links, changed []string
		for _, r := range e.Rules {
			rules = append(rules, r.Title)
		}
		for _, s := range e.Sources {
			names, links = append(names, s.Name), append(links, s.Link)
		}
		for _, change := range e.Changes {
			before, after := values(change)
			changed = append(changed, string(change.Kind)+": "+before+" -> "+after)
		}
		rows = append(rows, []string{
			strconv.Itoa(i + 1), e.ID, text(e.Title), e.Severity, strconv.FormatBool(e.Official), e.Stage, text(dateList(e.Dates)), text(strings.Join(e.Jurisdictions, "; ")),
			text(strings.Join(rules, "; ")), csvfile.Text(e.Line), since, text(strings.Join(changed, "; ")),
			e.FirstSeenAt.UTC().Format(time.RFC3339), e.LastSeenAt.UTC().Format(time.RFC3339), strconv.Itoa(e.Outlets),
			text(strings.Join(names, "; ")), text(strings.Join(links, " ")), text(strings.Join(Quotes(e), " | ")),
		})
	}
	for _, g := range c.Gone {
		row := make([]string, len(rows[0]))
		row[1], row[2], row[10], row[11] = g.ID, text(g.Title), "gone", text(strings.TrimSpace(string(g.Reason)+" "+g.Into))
		rows = append(rows, row)
	}
	b, err := csvfile.Encode(rows)
	return append([]byte("\ufeff"), b...), err
}

// text is a text from outside in a cell: one harmless line.
func text(s string) string { return csvfile.Text(line(s)) }

// Quotes returns the passages that prove what is said of an event: its stage and its dates.
func Quotes(e models.ReportEvent) []string {
	var all []string
	if e.StageQuote != "" {
		all = append(all, e.StageQuote)
	}
	for _, d := range e.Dates {
		if d.Quote != "" && d.Quote != e.StageQuote {
			all = append(all, d.Quote)
		}
	}
	return all
}

func dateList(dates []models.KeyDate) string {
	all := make([]string, len(dates))
	for i, d := range dates {
		all[i] = d.Day + " " + d.Kind
	}
	return strings.Join(all, "; ")
}

// values returns the two values of a change as they are stored.
func values(c models.ReportChange) (before, after string) {
	switch c.Kind {
	case models.ChangedStage:
		return c.StageBefore, c.Stage
	case models.ChangedDates:
		return dateList(c.DatesBefore), dateList(c.Dates)
	case models.ChangedOfficial:
		return strconv.FormatBool(c.OfficialBefore), strconv.FormatBool(c.Official)
	case models.ChangedSources:
		return strconv.Itoa(c.SourcesBefore), strconv.Itoa(c.Sources)
	}
	return "", ""
}
