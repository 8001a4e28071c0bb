package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// undoFile keeps what the last update replaced, in the folder of shipped versions.
const undoFile = "undo.json"

// An undoneFile is a file as it was before an update.
type undoneFile struct {
	File     string  `json:"file"`
	Before   *string `json:"before"`   // nil if there was no file
	Baseline *string `json:"baseline"` // nil if there was none
	After    string  `json:"after"`    // the hash of what the update wrote
}

// UpdatedRules are the files that an update wrote, or that were brought back.
type UpdatedRules struct {
	Files []string
	// NotCommitted is the first reason why git could not commit a file, if web.commit asks for commits. The files are written
	// all the same.
	NotCommitted string
}

// AcceptRuleUpdates writes the updates that are ready, in the name of by, and returns the files. It writes nothing if they
// have problems, or if somebody has changed one of the files since they were compared. A running regwatch uses them at once.
func (a *App) AcceptRuleUpdates(ctx context.Context, u RuleUpdates, by string) (written UpdatedRules, err error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return written, err
	}
	if len(u.Problems) > 0 {
		return written, u.Problems
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	ready := u.Ready()
	// The rules come last: an improved rule may need a list of an improved vocabulary.
	slices.SortStableFunc(ready, func(a, b RuleUpdate) int { return strings.Count(b.File, "/") - strings.Count(a.File, "/") })
	var undo []undoneFile
	for _, f := range ready {
		now, err := a.ruleFileText(f.File)
		if err != nil {
			return written, err
		}
		if hashOf(now) != hashOf(textOf(f.update.Local)) {
			return written, inputError("%s was changed meanwhile; nothing was updated: run it again", filepath.Join(rulesFolder(a.dir), f.File))
		}
		undo = append(undo, undoneFile{f.File, now, textOf(u.baseline[f.File]), fileHash(f.update.Text)})
	}
	if err := a.writeUndo(undo); err != nil {
		return written, err
	}
	for i, f := range ready {
		notCommitted, err := a.replaceRuleFile(ctx, f.File, undo[i].Before, textOf(f.update.Text), by)
		if err == nil {
			err = a.writeBaseline(f.File, textOf(f.update.Shipped))
		}
		if err != nil {
			return written, fmt.Errorf("update %s: %w", f.File, err)
		}
		written.add(f.File, notCommitted)
	}
	return written, nil
}

// UndoRuleUpdates brings back the files as they were before the last update, in the name of by, and returns them. It
// changes nothing if somebody has changed one of them since.
func (a *App) UndoRuleUpdates(ctx context.Context, by string) (restored UpdatedRules, err error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return restored, err
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	undo, err := a.readUndo()
	if err != nil {
		return restored, err
	}
	for _, f := range undo {
		now, err := a.ruleFileText(f.File)
		if err != nil {
			return restored, err
		}
		if hash := hashOf(now); hash != f.After && hash != hashOf(f.Before) {
			return restored, inputError("%s was changed after the update; nothing was undone: regwatch audit says who changed it", filepath.Join(rulesFolder(a.dir), f.File))
		}
	}
	for _, f := range slices.Backward(undo) {
		now, err := a.ruleFileText(f.File)
		if err != nil {
			return restored, err
		}
		notCommitted, err := a.replaceRuleFile(ctx, f.File, now, f.Before, by)
		if err == nil {
			err = a.writeBaseline(f.File, f.Baseline)
		}
		if err != nil {
			return restored, fmt.Errorf("undo the update of %s: %w", f.File, err)
		}
		restored.add(f.File, notCommitted)
	}
	return restored, os.Remove(filepath.Join(a.shippedDir(), undoFile))
}

func (u *UpdatedRules) add(file, notCommitted string) {
	u.Files = append(u.Files, file)
	u.NotCommitted = cmp.Or(u.NotCommitted, notCommitted)
}

// replaceRuleFile writes or removes a file of the folder of rules, and records who did it. It returns why git did not commit that.
func (a *App) replaceRuleFile(ctx context.Context, file string, before, after *string, by string) (notCommitted string, err error) {
	if hashOf(before) == hashOf(after) {
		return "", nil
	}
	file = placeOf(a.ruleFiles(), file)
	if after != nil {
		if err := a.writeRuleFile(ctx, file, []byte(*after), hashOf(before), by); err != nil {
			return "", err
		}
		return a.commitRule(ctx, file, by), nil
	}
	if err := a.store.RecordRuleSave(ctx, ruleOf(file), hashOf(before), "", by, a.now().UTC()); err != nil {
		return "", err
	}
	folder, err := os.OpenRoot(rulesFolder(a.dir))
	if err != nil {
		return "", err
	}
	defer folder.Close()
	if err := folder.Remove(filepath.FromSlash(file)); err != nil {
		return "", err
	}
	return a.commitRule(ctx, file, by), nil
}

// ruleFileText returns a file of the folder of rules; nil if there is none.
func (a *App) ruleFileText(file string) (*string, error) {
	text, err := fs.ReadFile(a.ruleFiles(), placeOf(a.ruleFiles(), file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return textOf(text), nil
}

func (a *App) shippedDir() string { return filepath.Join(rulesFolder(a.dir), configs.ShippedFolder) }

// writeBaseline stores the shipped version that a file was made of; nil removes it.
func (a *App) writeBaseline(file string, text *string) error {
	path := filepath.Join(a.shippedDir(), filepath.FromSlash(file))
	if text == nil {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return writeHidden(path, []byte(*text))
}

// writeHidden writes a file of the folder of shipped versions.
func writeHidden(path string, text []byte) error {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return writeInFolder(dir, name, text, func() error { return nil })
}

func (a *App) writeUndo(undo []undoneFile) error {
	text, err := json.MarshalIndent(undo, "", "  ")
	if err != nil {
		return err
	}
	return writeHidden(filepath.Join(a.shippedDir(), undoFile), append(text, '\n'))
}

func (a *App) readUndo() ([]undoneFile, error) {
	text, err := fs.ReadFile(userfile.Dir(a.shippedDir()), undoFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, inputError("there is no update to undo")
	}
	if err != nil {
		return nil, err
	}
	var undo []undoneFile
	if err := json.Unmarshal(text, &undo); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(a.shippedDir(), undoFile), err)
	}
	for _, f := range undo {
		if !fs.ValidPath(f.File) {
			return nil, fmt.Errorf("%s names the file %q, which is outside of the folder", filepath.Join(a.shippedDir(), undoFile), f.File)
		}
	}
	return undo, nil
}

// textOf returns a text; nil if there is no file.
func textOf(text []byte) *string {
	if text == nil {
		return nil
	}
	s := string(text)
	return &s
}

// hashOf is the hash of a file; empty if there is none.
func hashOf(text *string) string {
	if text == nil {
		return ""
	}
	return fileHash([]byte(*text))
}
