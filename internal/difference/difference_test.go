package difference

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	loose := Lens{
		Key:   strings.ToLower,
		Skip:  func(p, _ string) bool { return strings.HasPrefix(p, "Updated") },
		Still: true,
	}
	for _, tt := range []struct {
		name          string
		lens          Lens
		before, after string
		want          Difference
		text          string
	}{
		{"the same", Lens{}, "A rule.\n\nAnother.", "A rule.\n\nAnother.", nil, ""},
		{"white space", Lens{}, "A rule.\n\n\n\nAnother.", " A  rule.\n\nAnother.\n", nil, ""},
		{"nothing before", Lens{}, "", "A rule.", Difference{{Come: []string{"A rule."}}}, "+ A rule."},
		{"nothing after", Lens{}, "A rule.", "", Difference{{Gone: []string{"A rule."}}}, "− A rule."},
		{
			"a word",
			Lens{},
			"A rule.\n\nOne day.\n\nThe end.", "A rule.\n\nTwo days.\n\nThe end.",
			Difference{{[]string{"One day."}, []string{"Two days."}}},
			"− One day.\n\n+ Two days.",
		},
		{"case", Lens{}, "A rule.", "A RULE.", Difference{{[]string{"A rule."}, []string{"A RULE."}}}, "− A rule.\n\n+ A RULE."},
		{"case that does not count", loose, "A rule.", "A RULE.", nil, ""},
		{"a line that does not count", loose, "A rule.\n\nUpdated today", "A rule.\n\nUpdated yesterday", nil, ""},
		{
			"a place",
			Lens{},
			"One.\n\nTwo.", "Two.\n\nOne.",
			Difference{{Come: []string{"Two."}}, {Gone: []string{"Two."}}},
			"+ Two.\n\n− Two.",
		},
		{"a place that does not count", loose, "One.\n\nTwo.", "Two.\n\nOne.", nil, ""},
		{
			"one more of the same", loose, "One.\n\nTwo.", "Two.\n\nOne.\n\nOne.",
			Difference{{Come: []string{"One."}}},
			"+ One.",
		},
		{"a line break within", Lens{}, "One\ntwo.", "One two.", nil, ""},
	} {
		got := tt.lens.Of(tt.before, tt.after)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if got.Text() != tt.text {
			t.Errorf("%s reads %q; want %q", tt.name, got.Text(), tt.text)
		}
	}
}

func TestCount(t *testing.T) {
	gone, come := Of("One.\n\nTwo.\n\nThree.", "Two.\n\nFour.").Count()
	if gone != 2 || come != 1 {
		t.Errorf("%d gone, %d come; want 2 and 1", gone, come)
	}
}

func TestStrangers(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          bool
	}{
		{"One.\n\nTwo.", "Three.", true},
		{"One.\n\nTwo.", "Three.\n\nTwo.", false},
		{"One.", "Three.", false}, // too short to say
		{"One.\n\nTwo.", "", true},
	} {
		if got := (Lens{}).Strangers(tt.before, tt.after, 2); got != tt.want {
			t.Errorf("Strangers(%q, %q) = %v", tt.before, tt.after, got)
		}
	}
}

// What is told of a change can be put into effect: the paragraphs of the old
// text without what went are those of the new one without what came.
func FuzzOf(f *testing.F) {
	f.Add("a\n\nb", "a\n\nc")
	f.Add("a\n\nb\n\na", "b\n\na\n\n\n\na")
	f.Fuzz(func(t *testing.T, before, after string) {
		if d := Of(before, before); d != nil {
			t.Errorf("a text differs from itself: %q", d)
		}
		count := func(text string) map[string]int {
			n := make(map[string]int)
			for _, key := range (Lens{}).paragraphs(text).keys {
				n[strings.TrimSuffix(key, "\n")]++
			}
			return n
		}
		left := count(before)
		for _, e := range Of(before, after) {
			for _, p := range e.Gone {
				left[p]--
			}
			for _, p := range e.Come {
				left[p]++
			}
		}
		for p, n := range left {
			if n == 0 {
				delete(left, p)
			}
		}
		if diff := cmp.Diff(count(after), left); diff != "" {
			t.Errorf("Of(%q, %q) (-after +changed):\n%s", before, after, diff)
		}
	})
}
