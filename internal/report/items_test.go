package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// itemsOf reads items such as "A:line -B": a minus is for what is left out, and | for a new line.
func itemsOf(s string) []models.ReportItem {
	items := []models.ReportItem{}
	for _, word := range strings.Fields(s) {
		id, line, _ := strings.Cut(strings.TrimPrefix(word, "-"), ":")
		items = append(items, models.ReportItem{EventID: id, Line: strings.ReplaceAll(line, "|", "\n"), LeftOut: word[0] == '-'})
	}
	return items
}

// apart is of events that are as they were, merged of those of which B is part of A.
var (
	apart  = map[string]string{"A": "A", "B": "B", "C": "C", "D": "D"}
	merged = map[string]string{"A": "A", "B": "A", "C": "C", "D": "D"}
)

func TestEditOfMergedEventsKeepsTheirItems(t *testing.T) {
	intoD := map[string]string{"B": "D", "C": "C"} // B is part of D, which the report does not have itself
	for _, tt := range []struct {
		name, items string
		became      map[string]string
		shown, edit string
		want        string // the items after the edit
		undone      string // what is shown when the merge is undone
	}{
		{"nothing changes", "A:a C B:b", merged, "A:a|b C", "A:a|b C", "A:a C B:b", "A:a C B:b"},
		{"another event is left out", "A:a C B:b", merged, "A:a|b C", "A:a|b -C", "A:a B:b -C", "A:a B:b -C"},
		{"another order", "A:a C B:b", merged, "A:a|b C", "C A:a|b", "C A:a B:b", "C A:a B:b"},
		{"another comment", "A:a C B:b", merged, "A:a|b C", "A:x C", "A:x B C", "A:x B C"},
		{"left out", "A:a B:b C", merged, "A:a|b C", "C", "C -A:a -B:b", "C -A:a -B:b"},
		{"left out by its mark", "A:a B:b C", merged, "A:a|b C", "C -A:a|b", "C -A:a -B:b", "C -A:a -B:b"},
		{"put in", "-A:a -B:b C", merged, "C -A:a|b", "C A:a|b", "C A:a B:b", "C A:a B:b"},
		{"one part was left out", "-A:a B:b C", merged, "B-as-A:b C", "A:x C", "-A:a B:x C", "B:x C -A:a"},
		{"the event is only there by the merge", "B:b C", intoD, "D:b C", "C D:b", "C B:b", "C B:b"},
		{"and gets another comment", "B:b C", intoD, "D:b C", "D:x C", "B:x C", "B:x C"},
		{"the form was read before the merge", "A:a B:b C", merged, "A:a|b C", "B:y A:x C", "B:y A:x C", "B:y A:x C"},
		{"an event is added", "A B", map[string]string{"A": "A", "B": "B"}, "A B", "A B C", "A B C", "A B C"},
		{"an event that is stored no more stays", "A GONE:x B", apart, "A B", "B A", "B A GONE:x", "B A"},
	} {
		items := itemsOf(tt.items)
		if want := itemsOf(strings.Replace(tt.shown, "B-as-A", "A", 1)); !cmp.Equal(want, Shown(items, tt.became)) {
			t.Errorf("%s: Shown: %s", tt.name, cmp.Diff(want, Shown(items, tt.became)))
		}
		got := Apply(items, itemsOf(tt.edit), tt.became)
		if diff := cmp.Diff(itemsOf(tt.want), got); diff != "" {
			t.Errorf("%s: items (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(itemsOf(tt.undone), Shown(got, apart)); diff != "" {
			t.Errorf("%s: after the undo (-want +got):\n%s", tt.name, diff)
		}
	}
}
