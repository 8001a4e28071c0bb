package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/configs"
)

// outdated returns an app on a folder whose rule crypto-ban is of an earlier release.
func outdated(t *testing.T) *App {
	t.Helper()
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"rules", "rules/" + configs.ShippedFolder} {
		edit(t, filepath.Join(dir, folder, "crypto-ban.yaml"), "why: Changes what may be offered", "why: Changes what is offered")
	}
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// edit replaces words of a file.
func edit(t *testing.T, path, before, after string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), before, after, 1)
	if changed == string(text) {
		t.Fatalf("%s has no %q", path, before)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestUpdateIsRefusedIfAFileWasChangedMeanwhile(t *testing.T) {
	a := outdated(t)
	updates, err := a.RuleUpdates(t.Context(), RuleUpdateRequest{})
	if err != nil || len(updates.Ready()) != 1 {
		t.Fatalf("%d updates are ready, %v; want 1", len(updates.Ready()), err)
	}
	file := filepath.Join(a.Dir(), "rules", "crypto-ban.yaml")
	edit(t, file, "title: Bans on crypto", "title: My bans")
	written, err := a.AcceptRuleUpdates(t.Context(), updates, "ada")
	if len(written.Files) > 0 || err == nil || !strings.Contains(err.Error(), "was changed meanwhile; nothing was updated") {
		t.Errorf("wrote %v, %v; want a refusal", written, err)
	}
	if text, _ := os.ReadFile(file); !strings.Contains(string(text), "title: My bans") || !strings.Contains(string(text), "is offered") {
		t.Error("the edited file was changed")
	}
}

func TestUpdateThatWouldBreakAnotherRuleIsRefused(t *testing.T) {
	a := outdated(t)
	// A rule of the folder needs a list that the shipped vocabulary does not have.
	for _, folder := range []string{"rules", "rules/" + configs.ShippedFolder} {
		edit(t, filepath.Join(a.Dir(), folder, "vocabulary", "acts.yaml"), "no_permit: [licence", "old_list: [oldword]\nno_permit: [licence")
	}
	own := "id: mine\ntitle: Mine\nseverity: low\nvocabulary: [acts.yaml]\nwhen: {terms: old_list}\n"
	if err := os.WriteFile(filepath.Join(a.Dir(), "rules", "mine.yaml"), []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), a.Dir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	updates, err := b.RuleUpdates(t.Context(), RuleUpdateRequest{})
	if err != nil || len(updates.Problems) != 1 || !strings.Contains(updates.Problems[0].What, `unknown term list "old_list"`) {
		t.Fatalf("problems %v, %v; want that the list is unknown", updates.Problems, err)
	}
	if written, err := b.AcceptRuleUpdates(t.Context(), updates, "ada"); err == nil {
		t.Errorf("wrote %v; want a refusal", written)
	}
	// The rest can be updated by its name.
	updates, err = b.RuleUpdates(t.Context(), RuleUpdateRequest{Files: []string{"crypto-ban"}})
	if err != nil || len(updates.Problems) > 0 {
		t.Fatalf("problems %v, %v; want none", updates.Problems, err)
	}
	if written, err := b.AcceptRuleUpdates(t.Context(), updates, "ada"); err != nil || len(written.Files) != 1 {
		t.Errorf("wrote %v, %v; want one file", written, err)
	}
}

func TestUndoReadsOnlyFilesOfTheFolder(t *testing.T) {
	a := outdated(t)
	undo := `[{"file": "../regwatch.yaml", "before": "x", "baseline": null, "after": ""}]`
	if err := os.WriteFile(filepath.Join(a.Dir(), "rules", configs.ShippedFolder, "undo.json"), []byte(undo), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := a.UndoRuleUpdates(t.Context(), "ada"); err == nil || !strings.Contains(err.Error(), "outside of the folder") {
		t.Errorf("undo of a file outside of the folder: %v; want a refusal", err)
	}
}
