package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"regwatch/configs"
	"regwatch/internal/userfile"
)

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
