package console

import (
	"strings"
	"testing"
	"time"
)

func TestTheWordsOfADayAreMarked(t *testing.T) {
	day := time.Date(2027, 3, 3, 0, 0, 0, 0, time.UTC)
	for quote, want := range map[string]string{
		"Licensees have until 3 March 2027 to comply": "Licensees have until [3 March 2027] to comply",
		"by March 3, 2027.":                           "by [March 3, 2027].",
		"not on 13 March 2027, but on 3 March":        "not on 13 March 2027, but on [3 March]",
		"not on March 30 or 31, but on March 3":       "not on March 30 or 31, but on [March 3]",
		"將於2027年3月3日生效":                               "將於[2027年3月3日]生效",
		"2027年3月31日，以及3月3日":                           "2027年3月31日，以及[3月3日]",
		"within six weeks":                            "within six weeks",
		"":                                            "",
		"3 March 2027":                                "[3 March 2027]",
		"The Act takes effect on Wednesday, 3 March 2027 <b>": "The Act takes effect on [Wednesday, 3 March 2027] <b>",
	} {
		var got strings.Builder
		for _, s := range markDay(quote, day) {
			if s.Mark {
				s.Text = "[" + s.Text + "]"
			}
			got.WriteString(s.Text)
		}
		if got.String() != want {
			t.Errorf("%q is marked as %q, want %q", quote, got.String(), want)
		}
	}
}

func TestADayAfterAnother(t *testing.T) {
	for _, tt := range [][3]string{{"2026-02-28", "2026-11-30", "2026-03-01"}, {"2026-11-29", "2026-11-30", "2026-11-29"}, {"soon", "2026-11-30", "soon"}} {
		if got := dayAfter(tt[0], tt[1]); got != tt[2] {
			t.Errorf("dayAfter(%s, %s) = %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestMessagesAreFoundByTheTitleOfTheirEvent(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	for _, event := range []string{"lantern+bay", e.ID, e.ID[:22]} {
		d.get(t, "/sent?event="+event).wants(t, licence)
	}
	page := d.get(t, "/sent?event=kenyan")
	page.lacks(t, `lang="en">`+licence)
	d.get(t, "/sent?event=no-such-words").wants(t, "No message matches")
}
