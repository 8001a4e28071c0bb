package merge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// text makes one line of each letter.
func text(letters string) string {
	var b strings.Builder
	for _, l := range letters {
		b.WriteString(string(l) + "\n")
	}
	return b.String()
}

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name, base, ours, theirs, want string
	}{
		{"nothing changed", "abc", "abc", "abc", "abc"},
		{"we changed", "abc", "aXc", "abc", "aXc"},
		{"they changed", "abc", "abc", "aYc", "aYc"},
		{"both made the same change", "abc", "aXc", "aXc", "aXc"},
		{"changes apart", "abcde", "Xbcde", "abcdY", "XbcdY"},
		{"we added at the start and they at the end", "ab", "Xab", "abY", "XabY"},
		{"we removed and they added elsewhere", "abcdef", "bcdef", "abcdYef", "bcdYef"},
		{"they removed everything and we nothing", "abc", "abc", "", ""},
		{"an empty base", "", "", "ab", "ab"},
		{"a repeated line", "aaab", "aaXab", "aaabY", "aaXabY"},
	} {
		got, ok := Lines(text(tt.base), text(tt.ours), text(tt.theirs)).Text(Neither)
		if want := text(tt.want); !ok || got != want {
			t.Errorf("%s: Lines(%q, %q, %q) = %q, %v; want %q", tt.name, tt.base, tt.ours, tt.theirs, got, ok, want)
		}
	}
}

func TestConflicts(t *testing.T) {
	for _, tt := range []struct {
		name, base, ours, theirs string
		conflicts                []Conflict
		takeOurs, takeTheirs     string
	}{
		{"the same line", "abc", "aXc", "aYc", []Conflict{{2, "b\n", "X\n", "Y\n"}}, "aXc", "aYc"},
		{"lines side by side", "abcd", "aXcd", "abYd", []Conflict{{2, "b\nc\n", "X\nc\n", "b\nY\n"}}, "aXcd", "abYd"},
		{"removed and changed", "abc", "ac", "aYc", []Conflict{{2, "b\n", "", "Y\n"}}, "ac", "aYc"},
		{"added at one place", "ab", "aXb", "aYb", []Conflict{{2, "", "X\n", "Y\n"}}, "aXb", "aYb"},
		{"a conflict among other changes", "abcdefg", "XXbcdZfg", "abcdYfg2", []Conflict{{6, "e\n", "Z\n", "Y\n"}}, "XXbcdZfg2", "XXbcdYfg2"},
	} {
		m := Lines(text(tt.base), text(tt.ours), text(tt.theirs))
		if diff := cmp.Diff(tt.conflicts, m.Conflicts()); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
		if _, ok := m.Text(Neither); ok {
			t.Errorf("%s: merged without a choice", tt.name)
		}
		if got, _ := m.Text(Ours); got != text(tt.takeOurs) {
			t.Errorf("%s: with ours %q, want %q", tt.name, got, text(tt.takeOurs))
		}
		if got, _ := m.Text(Theirs); got != text(tt.takeTheirs) {
			t.Errorf("%s: with theirs %q, want %q", tt.name, got, text(tt.takeTheirs))
		}
	}
}

func TestWindowsLineEndsAreNoChange(t *testing.T) {
	got, ok := Lines("a\nb\nc\n", "a\r\nb\r\nX\r\n", "Y\nb\nc\n").Text(Neither)
	if want := "Y\r\nb\r\nX\r\n"; !ok || got != want {
		t.Errorf("merged %q, %v; want %q", got, ok, want)
	}
}

func TestLastLineWithoutAnEnd(t *testing.T) {
	got, ok := Lines("a\nb\nc", "a\nb\nc", "X\nb\nc").Text(Neither)
	if want := "X\nb\nc"; !ok || got != want {
		t.Errorf("merged %q, %v; want %q", got, ok, want)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nX\nc\n", "a\nb\nY\n")
	f.Add("", "x", "y\n")
	f.Add("a\nb", "a\nb\nc", "b")
	f.Fuzz(func(t *testing.T, base, ours, theirs string) {
		if strings.Contains(base+ours+theirs, "\r") {
			t.Skip("line ends are a test of their own")
		}
		if got, ok := Lines(base, ours, base).Text(Neither); !ok || got != ours {
			t.Errorf("only ours changed: %q, %v; want %q", got, ok, ours)
		}
		if got, ok := Lines(base, base, theirs).Text(Neither); !ok || got != theirs {
			t.Errorf("only theirs changed: %q, %v; want %q", got, ok, theirs)
		}
		if got, ok := Lines(base, ours, ours).Text(Neither); !ok || got != ours {
			t.Errorf("both made one change: %q, %v; want %q", got, ok, ours)
		}
		there, back := Lines(base, ours, theirs), Lines(base, theirs, ours)
		if len(there.Conflicts()) != len(back.Conflicts()) {
			t.Errorf("%d conflicts one way and %d the other", len(there.Conflicts()), len(back.Conflicts()))
		}
		a, _ := there.Text(Ours)
		b, _ := back.Text(Theirs)
		if a != b {
			t.Errorf("the sides differ by the order: %q and %q", a, b)
		}
	})
}
