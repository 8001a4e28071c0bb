package app

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/merge"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/rules/shipped"
	"regwatch/scanner"
)

// ShippedRulesFolder is the folder of a regwatch folder that keeps the shipped versions of rules.
const ShippedRulesFolder = "rules/" + configs.ShippedFolder

// A RuleUpdateRequest says which shipped rules and vocabulary files to bring up to date.
type RuleUpdateRequest struct {
	Files    []string // rules by their ID, or files; empty: all that have improved
	Side     string   // ours or theirs, where both changed the same lines; empty: a person has to choose
	Since    time.Time
	Progress Progress
}

// RuleUpdates are the shipped files that have improved, and what taking them over would do. Nothing is changed yet.
type RuleUpdates struct {
	Files    []RuleUpdate  `json:"files"`
	Problems diag.Problems `json:"problems"` // why the updates cannot be taken over as they are
	Effects  []Backtest    `json:"effects"`  // of each rule that would change

	baseline shipped.Files // of the folder
	base     shipped.Files // the shipped texts
}

// A RuleUpdate is one shipped file.
type RuleUpdate struct {
	File      string         `json:"file"` // within the folder of rules
	State     RuleState      `json:"state"`
	Ready     bool           `json:"ready"` // it is taken over if the person accepts
	Diff      string         `json:"diff,omitempty"`
	Conflicts []LineConflict `json:"conflicts,omitempty"`

	update shipped.Update
}

// A LineConflict is some lines that a person and regwatch changed differently.
type LineConflict struct {
	Line    int    `json:"line"` // of the person's file
	Before  string `json:"before"`
	Yours   string `json:"yours"`
	Shipped string `json:"shipped"`
}

// A RuleState says how a shipped file of a folder compares with the one that regwatch ships now.
type RuleState = shipped.State

// The states of a shipped file.
const (
	RuleCurrent  = shipped.Current
	RuleImproved = shipped.Improved
	RuleMerged   = shipped.Merged
	RuleConflict = shipped.Conflict
	RuleUnknown  = shipped.Unknown
	RuleNew      = shipped.New
	RuleAbsent   = shipped.Absent
)

// Ready returns the updates that would be taken over.
func (u RuleUpdates) Ready() []RuleUpdate {
	return slices.DeleteFunc(slices.Clone(u.Files), func(f RuleUpdate) bool { return !f.Ready })
}

// RuleUpdates compares the rules and vocabulary files of the folder with those that this version of regwatch ships, joins
// them, and tries the rules that would change on the stored articles.
func (a *App) RuleUpdates(ctx context.Context, r RuleUpdateRequest) (RuleUpdates, error) {
	all, err := a.compareShipped(r.Side)
	if err != nil {
		return all, err
	}
	if err := all.choose(r.Files); err != nil || len(all.Ready()) == 0 {
		return all, err
	}
	files := make(map[string][]byte)
	for _, f := range all.Ready() {
		files[placeOf(a.ruleFiles(), f.File)] = f.update.Text
	}
	folder := userfile.With(a.ruleFiles(), files)
	if all.Problems = a.checkUpdated(ctx, folder); len(all.Problems) > 0 {
		return all, nil
	}
	all.Effects, err = a.updateEffects(ctx, folder, r)
	return all, err
}

// compareShipped compares the folder with the shipped files.
func (a *App) compareShipped(side string) (RuleUpdates, error) {
	sides := map[string]merge.Side{"": merge.Neither, "ours": merge.Ours, "theirs": merge.Theirs}
	chosen, ok := sides[side]
	if !ok {
		return RuleUpdates{}, inputError("the side %q does not exist; use ours or theirs", side)
	}
	local, baseline, base, err := shippedFiles(a.dir)
	if err != nil {
		return RuleUpdates{}, err
	}
	all := RuleUpdates{Files: []RuleUpdate{}, Problems: diag.Problems{}, Effects: []Backtest{}, baseline: baseline, base: base}
	for _, u := range shipped.Compare(local, baseline, base, configs.WasShipped, chosen) {
		f := RuleUpdate{File: u.File, State: u.State, update: u}
		for _, c := range u.Conflicts {
			f.Conflicts = append(f.Conflicts, LineConflict{c.Line, c.Base, c.Ours, c.Theirs})
		}
		all.Files = append(all.Files, f)
	}
	return all, nil
}

// shippedFiles reads the shipped files: as a folder has them, as they were when they were written, and as they are now.
func shippedFiles(dir string) (local, baseline, base shipped.Files, err error) {
	base, err = configs.ShippedRules()
	if err != nil {
		return nil, nil, nil, err
	}
	local, baseline = make(shipped.Files), make(shipped.Files)
	own := userfile.Dir(rulesFolder(dir))
	for file := range base {
		for _, from := range []struct {
			folder fs.FS
			file   string
			to     shipped.Files
		}{{own, placeOf(own, file), local}, {userfile.Dir(filepath.Join(rulesFolder(dir), configs.ShippedFolder)), file, baseline}} {
			text, err := fs.ReadFile(from.folder, from.file)
			switch {
			case err == nil:
				from.to[file] = text
			case !os.IsNotExist(err):
				return nil, nil, nil, err
			}
		}
	}
	return local, baseline, base, nil
}

// placeOf returns where a folder of rules has a shipped file: people may have moved a rule into a subfolder.
func placeOf(folder fs.FS, file string) string {
	if rules.IsShared(file) {
		return file
	}
	return rules.FileOf(folder, userfile.Stem(file))
}

// CountImprovedRules returns how many shipped rules and vocabulary files of a folder have improved.
func CountImprovedRules(dir string) int {
	local, baseline, base, err := shippedFiles(dir)
	if err != nil {
		return 0 // the folder has mistakes that are reported elsewhere
	}
	n := 0
	for _, u := range shipped.Compare(local, baseline, base, configs.WasShipped, merge.Neither) {
		if u.State.IsImprovement() {
			n++
		}
	}
	return n
}

// choose marks what is taken over: the named files or, if none is named, all that have improved.
func (u *RuleUpdates) choose(names []string) error {
	var named []string
	for _, name := range names {
		file, ok := shipped.Find(u.base, name)
		if !ok {
			known := slices.Sorted(maps.Keys(u.base))
			return inputError("regwatch ships no rule or vocabulary file %q%s; it ships %s", name, yamlnode.DidYouMean(name, known), strings.Join(known, ", "))
		}
		named = append(named, file)
	}
	kept := u.Files[:0]
	for _, f := range u.Files {
		wanted := slices.Contains(named, f.File)
		if len(named) > 0 && !wanted {
			continue
		}
		changes := f.State != shipped.Current && (wanted || f.State != shipped.Absent)
		f.Ready = changes && f.update.Text != nil
		if changes {
			f.Diff = f.update.Diff()
		}
		kept = append(kept, f)
	}
	u.Files = kept
	return nil
}

// checkUpdated returns the mistakes and the warnings that the folder of rules would have with some files, and does not have
// now.
func (a *App) checkUpdated(ctx context.Context, folder fs.FS) diag.Problems {
	set, problems := rules.LoadContext(ctx, folder)
	if len(problems) > 0 {
		return userfile.Below(a.dir, "rules", problems)
	}
	current := a.Folder()
	check := func(set *rules.Set) diag.Problems {
		found := append(failedExamples(set), set.CheckRoutes(current.Config.RouteNames())...)
		return append(append(found, set.CheckSources(current.Sources)...), lint.CheckContext(ctx, set)...)
	}
	known := make(map[string]int) // without lines, which move
	for _, p := range check(current.Rules) {
		known[p.File+p.What]++
	}
	for _, p := range check(set) {
		if known[p.File+p.What]--; known[p.File+p.What] < 0 {
			problems = append(problems, p)
		}
	}
	return userfile.Below(a.dir, "rules", problems).Sorted()
}

// updateEffects tries each rule that would change on the stored articles, compared with the rule as it is.
func (a *App) updateEffects(ctx context.Context, folder fs.FS, r RuleUpdateRequest) ([]Backtest, error) {
	set, problems := rules.LoadContext(ctx, folder)
	if len(problems) > 0 {
		return nil, problems
	}
	if err := a.indexTexts(ctx, r.Progress); err != nil {
		return nil, err
	}
	effects := []Backtest{}
	for _, id := range changedRules(a.Folder().Rules, set) {
		one, err := loadFrom(folder, id)
		if err != nil {
			return nil, err
		}
		t := scanner.Trial{RuleID: id, Draft: one, Since: r.Since.UTC(), By: models.BySeen, Newest: 5, Progress: progressOf(r.Progress, "reading articles for "+id)}
		b := Backtest{Tried: "the updated rule"}
		if _, err := a.Rules().find(id); err == nil {
			if t.Saved, err = loadFrom(a.ruleFiles(), id); err != nil {
				return nil, err
			}
			b.Beside = "your rule"
		} else {
			b.NothingBeside = "it is new in this folder"
		}
		if b, err = a.runTrial(ctx, t, b); err != nil {
			return nil, err
		}
		effects = append(effects, b)
	}
	return effects, nil
}

// loadFrom loads one rule of a folder of rules.
func loadFrom(folder fs.FS, id string) (*rules.Set, error) {
	name := rules.FileOf(folder, id)
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	set, problems := rules.LoadOne(folder, name, text)
	if len(problems) > 0 {
		return nil, problems
	}
	return set, nil
}
