package shipped

import (
	"strings"
	"testing"

	"regwatch/internal/merge"
)

const (
	first  = "a\nb\nc\nd\ne\n"
	better = "a\nb\nc\nd\nE\n"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		local, base            string // - is no file
		side                   merge.Side
		state                  State
		text                   string // - if a person has to choose
		otherBase, wasUnedited bool
	}{
		{name: "the shipped text", local: better, base: first, state: Current, text: better},
		{name: "the shipped text without a baseline", local: better, base: "-", state: Current, text: better},
		{name: "unedited", local: first, base: first, state: Improved, text: better},
		{name: "unedited without a baseline", local: first, base: "-", wasUnedited: true, state: Improved, text: better},
		{name: "edited elsewhere", local: "A\nb\nc\nd\ne\n", base: first, state: Merged, text: "A\nb\nc\nd\nE\n"},
		{name: "edited, and nothing was improved", local: "A\nb\nc\nd\nE\n", base: better, state: Current, text: "A\nb\nc\nd\nE\n"},
		{name: "the same edit", local: "A\nb\nc\nd\nE\n", base: first, state: Current, text: "A\nb\nc\nd\nE\n"},
		{name: "edited at the same line", local: "a\nb\nc\nd\nX\n", base: first, state: Conflict, text: "-"},
		{name: "edited at the same line, ours", local: "a\nb\nc\nd\nX\n", base: first, side: merge.Ours, state: Conflict, text: "a\nb\nc\nd\nX\n"},
		{name: "edited at the same line, theirs", local: "a\nb\nc\nd\nX\n", base: first, side: merge.Theirs, state: Conflict, text: better},
		{name: "edited without a baseline", local: "A\nb\nc\nd\ne\n", base: "-", state: Unknown, text: "-"},
		{name: "edited without a baseline, ours", local: "A\nb\nc\nd\ne\n", base: "-", side: merge.Ours, state: Unknown, text: "A\nb\nc\nd\ne\n"},
		{name: "edited without a baseline, theirs", local: "A\nb\nc\nd\ne\n", base: "-", side: merge.Theirs, state: Unknown, text: better},
		{name: "deleted", local: "-", base: first, state: Absent, text: better},
		{name: "new", local: "-", base: "-", otherBase: true, state: New, text: better},
		{name: "not there, in a folder without baselines", local: "-", base: "-", state: Absent, text: better},
	} {
		files := func(text string) Files {
			if text == "-" {
				return Files{}
			}
			return Files{"r.yaml": []byte(text)}
		}
		base := files(tt.base)
		if tt.otherBase {
			base["other.yaml"] = []byte("x")
		}
		got := Compare(files(tt.local), base, files(better), func(string, []byte) bool { return tt.wasUnedited }, tt.side)
		if len(got) != 1 {
			t.Fatalf("%s: %d updates, want 1", tt.name, len(got))
		}
		text := "-"
		if got[0].Text != nil {
			text = string(got[0].Text)
		}
		if got[0].State != tt.state || text != tt.text {
			t.Errorf("%s: %s %q, want %s %q", tt.name, got[0].State, text, tt.state, tt.text)
		}
	}
}

func TestDiffShowsTheChange(t *testing.T) {
	got := Compare(Files{"r.yaml": []byte(first)}, Files{"r.yaml": []byte(first)}, Files{"r.yaml": []byte(better)}, nil, merge.Neither)[0].Diff()
	for _, want := range []string{"--- rules/r.yaml (yours)\n", "+++ rules/r.yaml (updated)\n", "-e\n", "+E\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the diff has no %q:\n%s", want, got)
		}
	}
}

func TestFind(t *testing.T) {
	files := Files{"crypto-ban.yaml": nil, "vocabulary/acts.yaml": nil}
	for name, want := range map[string]string{
		"crypto-ban": "crypto-ban.yaml", "crypto-ban.yaml": "crypto-ban.yaml", "rules/crypto-ban.yaml": "crypto-ban.yaml", "acts": "vocabulary/acts.yaml",
		"acts.yaml": "vocabulary/acts.yaml", "vocabulary/acts.yaml": "vocabulary/acts.yaml", "other": "",
	} {
		if got, _ := Find(files, name); got != want {
			t.Errorf("Find(%q) = %q, want %q", name, got, want)
		}
	}
}
