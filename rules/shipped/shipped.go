// Package shipped compares the rule and vocabulary files of a folder with the versions that regwatch ships, and joins what
// people edited with what regwatch improved.
//
// Start with [Compare]. It decides by three texts of each file: the one in the folder, the one that regwatch shipped when
// it wrote or last updated it (the baseline), and the one that it ships now. Nothing is read or written here.
package shipped

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"regwatch/internal/merge"
)

// Files are texts by their path within the folder of rules, such as vocabulary/crypto.yaml.
type Files map[string][]byte

// A State says how a file of a folder compares with the shipped one.
type State string

// The states of a file.
const (
	Current  State = "current"  // there is nothing to take over
	Improved State = "improved" // nobody edited it, and the shipped one is better
	Merged   State = "merged"   // edited, and what is new goes together with the edits
	Conflict State = "conflict" // edited at the same lines as the shipped one
	Unknown  State = "unknown"  // edited, and nobody knows from which version
	New      State = "new"      // shipped for the first time
	Absent   State = "absent"   // deleted, or never there
)

// IsImprovement reports whether a file has something to take over that the person has not refused.
func (s State) IsImprovement() bool {
	return s == Improved || s == Merged || s == Conflict || s == New
}

// An Update is one shipped file with the text that the folder would have.
type Update struct {
	File      string
	State     State
	Local     []byte // nil if the folder has no such file
	Shipped   []byte
	Text      []byte // what the file would become; nil if a person has to choose a side
	Conflicts []merge.Conflict
}

// Compare compares the files of a folder with the shipped ones, in the order of their names. A side, if there is one,
// decides conflicts and files whose baseline is unknown. If a folder keeps no baselines, wasShipped finds the files that
// nobody edited.
func Compare(local, baseline, shipped Files, wasShipped func(file string, text []byte) bool, side merge.Side) []Update {
	var all []Update
	for _, file := range slices.Sorted(maps.Keys(shipped)) {
		u := Update{File: file, Shipped: shipped[file]}
		u.Local = local[file]
		base, hasBase := baseline[file]
		_, isThere := local[file]
		switch {
		case !isThere:
			u.State, u.Text = Absent, u.Shipped
			if !hasBase && len(baseline) > 0 {
				u.State = New
			}
		case bytes.Equal(u.Local, u.Shipped):
			u.State, u.Text = Current, u.Local
		case !hasBase && wasShipped(file, u.Local):
			u.State, u.Text = Improved, u.Shipped
		case !hasBase:
			u.State = Unknown
			switch side {
			case merge.Ours:
				u.Text = u.Local
			case merge.Theirs:
				u.Text = u.Shipped
			}
		default:
			u.join(base, side)
		}
		all = append(all, u)
	}
	return all
}

// join merges the shipped text into an edited one.
func (u *Update) join(base []byte, side merge.Side) {
	m := merge.Lines(string(base), string(u.Local), string(u.Shipped))
	u.Conflicts = m.Conflicts()
	text, ok := m.Text(side)
	if ok {
		u.Text = []byte(text)
	}
	switch {
	case len(u.Conflicts) > 0:
		u.State = Conflict
	case bytes.Equal(u.Text, u.Local):
		u.State = Current
	case bytes.Equal(u.Local, base):
		u.State = Improved
	default:
		u.State = Merged
	}
}

// Diff returns what would change in the file, as a unified diff. If a person has to choose a side, it compares the file
// with the shipped one.
func (u Update) Diff() string {
	name := path.Join("rules", u.File)
	if u.Text == nil {
		return udiff.Unified(name+" (yours)", name+" (shipped)", string(u.Local), string(u.Shipped))
	}
	return udiff.Unified(name+" (yours)", name+" (updated)", string(u.Local), string(u.Text))
}

// RuleID returns the ID of the rule of a file; false for a vocabulary file.
func (u Update) RuleID() (string, bool) {
	return strings.TrimSuffix(u.File, ".yaml"), !strings.Contains(u.File, "/")
}

// Find returns the shipped file that a person names: by the ID of the rule, by its path, or by its name alone. It returns
// false if none has this name.
func Find(files Files, name string) (string, bool) {
	name = strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, "\\", "/")), "rules/")
	for _, candidate := range []string{name, name + ".yaml", "vocabulary/" + name, "vocabulary/" + name + ".yaml"} {
		if _, ok := files[candidate]; ok {
			return candidate, true
		}
	}
	return "", false
}
