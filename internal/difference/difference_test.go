package difference

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	lenient := Options{
		Key:         strings.ToLower,
		Skip:        func(p, _ string) bool { return strings.HasPrefix(p, "Updated") },
		IgnoreMoves: true,
	}
	for _, tt := range []struct {
		name          string
		options       Options
		before, after string
		want          Diff
		text          string
	}{
		{"the same", Options{}, "A rule.\n\nAnother.", "A rule.\n\nAnother.", nil, ""},
		{"white space", Options{}, "A rule.\n\n\n\nAnother.", " A  rule.\n\nAnother.\n", nil, ""},
		{"nothing before", Options{}, "", "A rule.", Diff{{Added: []string{"A rule."}}}, "+ A rule."},
		{"nothing after", Options{}, "A rule.", "", Diff{{Removed: []string{"A rule."}}}, "− A rule."},
		{
			"a word",
			Options{},
			"A rule.\n\nOne day.\n\nThe end.", "A rule.\n\nTwo days.\n\nThe end.",
			Diff{{[]string{"One day."}, []string{"Two days."}}},
			"− One day.\n\n+ Two days.",
		},
		{"case", Options{}, "A rule.", "A RULE.", Diff{{[]string{"A rule."}, []string{"A RULE."}}}, "− A rule.\n\n+ A RULE."},
		{"case that is ignored", lenient, "A rule.", "A RULE.", nil, ""},
		{"a line that is ignored", lenient, "A rule.\n\nUpdated today", "A rule.\n\nUpdated yesterday", nil, ""},
		{
			"a move",
			Options{},
			"One.\n\nTwo.", "Two.\n\nOne.",
			Diff{{Added: []string{"Two."}}, {Removed: []string{"Two."}}},
			"+ Two.\n\n− Two.",
		},
		{"a move that is ignored", lenient, "One.\n\nTwo.", "Two.\n\nOne.", nil, ""},
		{
			"one more of the same", lenient, "One.\n\nTwo.", "Two.\n\nOne.\n\nOne.",
			Diff{{Added: []string{"One."}}},
			"+ One.",
		},
		{"a line break within a paragraph", Options{}, "One\ntwo.", "One two.", nil, ""},
	} {
		got := tt.options.Compare(tt.before, tt.after)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if got.Text() != tt.text {
			t.Errorf("%s reads %q; want %q", tt.name, got.Text(), tt.text)
		}
	}
}

func TestCount(t *testing.T) {
	removed, added := Compare("One.\n\nTwo.\n\nThree.", "Two.\n\nFour.").Count()
	if removed != 2 || added != 1 {
		t.Errorf("%d removed, %d added; want 2 and 1", removed, added)
	}
}

func TestNothingShared(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          bool
	}{
		{"One.\n\nTwo.", "Three.", true},
		{"One.\n\nTwo.", "Three.\n\nTwo.", false},
		{"One.", "Three.", false}, // too short to tell
		{"One.\n\nTwo.", "", true},
	} {
		if got := (Options{}).NothingShared(tt.before, tt.after, 2); got != tt.want {
			t.Errorf("Strangers(%q, %q) = %v", tt.before, tt.after, got)
		}
	}
}

// A difference can be applied: the paragraphs of the old text without the removed ones
// and with the added ones are those of the new text.
func FuzzCompare(f *testing.F) {
	f.Add("a\n\nb", "a\n\nc")
	f.Add("a\n\nb\n\na", "b\n\na\n\n\n\na")
	f.Fuzz(func(t *testing.T, before, after string) {
		if d := Compare(before, before); d != nil {
			t.Errorf("a text differs from itself: %q", d)
		}
		count := func(text string) map[string]int {
			n := make(map[string]int)
			for _, key := range (Options{}).paragraphs(text).keys {
				n[strings.TrimSuffix(key, "\n")]++
			}
			return n
		}
		patched := count(before)
		for _, e := range Compare(before, after) {
			for _, p := range e.Removed {
				patched[p]--
			}
			for _, p := range e.Added {
				patched[p]++
			}
		}
		for p, n := range patched {
			if n == 0 {
				delete(patched, p)
			}
		}
		if diff := cmp.Diff(count(after), patched); diff != "" {
			t.Errorf("Compare(%q, %q) (-after +changed):\n%s", before, after, diff)
		}
	})
}
