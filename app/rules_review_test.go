package app

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/rules"
)

func TestReviewDayChangesNoOtherByte(t *testing.T) {
	const rest = "title: Kiosks  # a comment\nseverity: low\nwhen: kiosks\nexamples: {match: [Kiosks], ignore: [A bond]}\n"
	tests := map[string]struct{ before, after string }{
		"plain":                   {"id: kiosks\nreview_by: 2026-01-31\n" + rest, "id: kiosks\nreview_by: 2027-07-31\n" + rest},
		"quoted, with a note":     {"id: kiosks\n" + rest + "review_by:   '2026-01-31'  # with legal\n", "id: kiosks\n" + rest + "review_by:   '2027-07-31'  # with legal\n"},
		"Windows line ends":       {"id: kiosks\r\nreview_by: 2026-01-31\r\n" + rest, "id: kiosks\r\nreview_by: 2027-07-31\r\n" + rest},
		"without a last line end": {"id: kiosks\n" + rest + "review_by: 2026-01-31", "id: kiosks\n" + rest + "review_by: 2027-07-31"},
		"no date yet":             {"# about kiosks\nid: kiosks # the id\n" + rest, "# about kiosks\nid: kiosks # the id\nreview_by: 2027-07-31\n" + rest},
		"no date, Windows":        {"id: kiosks\r\n" + rest, "id: kiosks\r\nreview_by: 2027-07-31\r\n" + rest},
		"in braces":               {"{id: kiosks, title: Kiosks, severity: low, when: kiosks, review_by: 2026-01-31, examples: {match: [Kiosks], ignore: [A bond]}}\n", ""},
		"in braces, no date":      {"{id: kiosks, title: Kiosks, severity: low, when: kiosks, examples: {match: [Kiosks], ignore: [A bond]}}\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			set, problems := rules.LoadOne(fstest.MapFS{}, "kiosks.yaml", []byte(tt.before))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got, ok := withReviewDay(tt.before, set.Rules()[0], "2027-07-31")
			if diff := cmp.Diff(tt.after, got); diff != "" || ok != (tt.after != "") {
				t.Errorf("ok %v (-want +got):\n%s", ok, diff)
			}
		})
	}
}
