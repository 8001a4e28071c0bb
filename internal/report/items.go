package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"regwatch/models"
)

// Shown returns the places of a draft as its readers see them: one for each event, first those in the report and then those
// left out. Became has the event that the event of each item is part of now. Of events that were merged one is shown, with
// the lines of all; it is left out if all are. Items of events that are not stored any more are not shown.
func Shown(items []models.ReportItem, became map[string]string) []models.ReportItem {
	shown, at := []models.ReportItem{}, make(map[string]int)
	for _, leftOut := range []bool{false, true} {
		for _, item := range items {
			end := became[item.EventID]
			if end == "" || item.LeftOut != leftOut {
				continue
			}
			i, known := at[end]
			switch {
			case !known:
				at[end] = len(shown)
				shown = append(shown, models.ReportItem{EventID: end, Line: item.Line, LeftOut: leftOut})
			case shown[i].LeftOut == leftOut:
				shown[i].Line = strings.TrimSpace(shown[i].Line + "\n" + item.Line)
			}
		}
	}
	return shown
}

// Apply returns the items of a draft after an edit of what [Shown] returns of them, or of what it returned before events
// were merged. The edit has whole IDs; events that it does not name are left out, and new ones are added. Events that are
// merged keep their items, which follow the event that they are part of, so that they are back if the merge is undone. An
// edit that changes nothing that is shown returns the items as they are.
func Apply(items, edit []models.ReportItem, became map[string]string) []models.ReportItem {
	named, used := make(map[string]bool), make(map[string]bool)
	became = maps.Clone(became)
	for _, e := range edit {
		named[e.EventID] = true
		if became[e.EventID] == "" {
			became[e.EventID] = e.EventID // it is new
		}
	}
	partsOf := make(map[string][]models.ReportItem) // the items that the edit does not name itself, by what they are part of
	for _, item := range items {
		of := item.EventID
		if !named[of] {
			of = cmp.Or(became[of], of)
		}
		partsOf[of] = append(partsOf[of], item)
	}
	after := []models.ReportItem{}
	for _, e := range edit {
		parts := slices.Clone(partsOf[e.EventID])
		for _, p := range parts {
			used[p.EventID] = true
		}
		if parts == nil {
			parts = []models.ReportItem{e}
		}
		after = append(after, applyTo(parts, e, became)...)
	}
	for _, item := range items {
		if used[item.EventID] {
			continue
		}
		item.LeftOut = item.LeftOut || became[item.EventID] != "" // of what nobody saw, nobody decided
		after = append(after, item)
	}
	if slices.Equal(Shown(items, became), Shown(after, became)) {
		return items
	}
	return after
}

// applyTo changes the items that a place of an edit stands for.
func applyTo(parts []models.ReportItem, e models.ReportItem, became map[string]string) []models.ReportItem {
	was := e
	if shown := Shown(parts, became); len(shown) > 0 {
		was = shown[0]
	}
	if e.LeftOut != was.LeftOut {
		for i := range parts {
			parts[i].LeftOut = e.LeftOut
		}
	}
	if e.Line == was.Line {
		return parts
	}
	keeper := -1 // the item that gets the line: that of the event itself, or the first
	for i, p := range parts {
		if p.LeftOut == e.LeftOut && (keeper < 0 || p.EventID == e.EventID) {
			keeper = i
		}
	}
	for i := range parts {
		if parts[i].LeftOut == e.LeftOut {
			parts[i].Line = ""
		}
	}
	parts[keeper].Line = e.Line
	return parts
}
