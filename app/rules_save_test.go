package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"regwatch/internal/diag"
)

// openRules opens a folder that has refRule and a route that asks for its topic.
func openRules(t *testing.T) *App {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"regwatch.yaml":         "recipients: {team: {send: [terminal]}}\nroutes:\n  default:\n    to: [team]\n    routes:\n      refs: {when: {topic: [everything]}, to: [team]}\n",
		"sources/a.yaml":        "sources: [{id: a, name: A, url: \"https://a.example/feed\", role: press}]\n",
		"rules/everything.yaml": refRule,
	})
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func readRule(t *testing.T, a *App, id string) RuleText {
	t.Helper()
	text, err := a.RuleFile(id)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSaveRuleWritesTheTextByteForByte(t *testing.T) {
	a := openRules(t)
	before := readRule(t, a, "everything")
	if err := os.Chmod(filepath.Join(a.dir, "rules", "everything.yaml"), 0o640); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(refRule, "\n", "\r\n") + "# no end of line"
	saved, err := a.SaveRule(t.Context(), "everything", []byte(text), before.Hash, "ada")
	if err != nil {
		t.Fatal(err)
	}
	after := readRule(t, a, "everything")
	if after.Text != text || after.Hash != saved.Hash || saved.New || saved.Title != "Everything" {
		t.Errorf("saved %+v, and the file is %+v; want the text and its hash", saved, after)
	}
	if info, err := os.Stat(saved.File); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file is %v, %v; want the permissions of the file before it", info.Mode(), err)
	}
	fresh := strings.Replace(refRule, "id: everything", "id: more", 1)
	if saved, err := a.SaveRule(t.Context(), "more", []byte(fresh), "", "ben"); err != nil || !saved.New {
		t.Errorf("SaveRule of a new rule = %+v, %v; want it saved as new", saved, err)
	}
	if again, err := a.SaveRule(t.Context(), "more", []byte(fresh), fileHash([]byte(fresh)), "ben"); err != nil || again.New {
		t.Errorf("SaveRule of the same text = %+v, %v; want it unchanged", again, err)
	}
	for id, by := range map[string]string{"everything": "ada", "more": "ben"} {
		entries, err := a.store.AuditBySubject(t.Context(), id)
		if err != nil || len(entries) != 1 || entries[0].Actor != by || entries[0].Action != "rule.saved" {
			t.Errorf("audit of %s = %+v, %v; want one rule.saved by %s", id, entries, err, by)
		}
	}
	onlyRules(t, a, "everything.yaml", "more.yaml")
}

// onlyRules fails if the folder rules has other files.
func onlyRules(t *testing.T, a *App, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(a.dir, "rules"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder rules has %v; want %v", got, want)
	}
}

func TestSaveRuleRefusesAnotherFileThanTheOneEdited(t *testing.T) {
	a := openRules(t)
	file := filepath.Join(a.dir, "rules", "everything.yaml")
	hash := readRule(t, a, "everything").Hash
	for _, tt := range []struct {
		name    string
		id      string
		base    string
		current string // what the file holds; empty: it is gone
		text    string
	}{
		{"it was edited meanwhile", "everything", hash, refRule + "# Edited.\n", refRule},
		{"it was thought to be new", "everything", "", refRule, refRule},
		{"it was removed meanwhile", "everything", hash, "", refRule},
	} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if tt.current != "" {
			writeFiles(t, a.dir, map[string]string{"rules/everything.yaml": tt.current})
		}
		_, err := a.SaveRule(t.Context(), tt.id, []byte(tt.text), tt.base, "ada")
		conflict, ok := errors.AsType[*ConflictError](err)
		if !ok || conflict.Current != tt.current || (conflict.Hash == "") != (tt.current == "") {
			t.Errorf("%s: %v; want a conflict with the current text %q", tt.name, err, tt.current)
		}
		if now := readRule(t, a, "everything"); now.Text != tt.current {
			t.Errorf("%s: the file is now %q", tt.name, now.Text)
		}
	}
}

// Two people save one after the other before the rules are read again: a third one, who began in between, can still join both
// changes, and every text can be restored.
func TestASavedRuleIsAVersionAtOnce(t *testing.T) {
	a := openRules(t)
	texts := []string{refRule, "# One.\n" + refRule, "# One.\n" + strings.Replace(refRule, "severity: high", "severity: low", 1)}
	for i, text := range texts[1:] {
		if _, err := a.SaveRule(t.Context(), "everything", []byte(text), fileHash([]byte(texts[i])), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	draft := texts[1] + "# Mine.\n"
	merged, err := a.MergeRule(t.Context(), "everything", []byte(draft), fileHash([]byte(texts[1])), "")
	if err != nil || !merged.Known || merged.Text != texts[2]+"# Mine.\n" {
		t.Errorf("MergeRule = %+v, %v; want both changes", merged, err)
	}
	versions, err := a.RuleVersions(t.Context(), "everything")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range versions {
		got = append(got, v.Text)
	}
	if want := []string{texts[2], texts[1], texts[0]}; !slices.Equal(got, want) {
		t.Errorf("the versions are %q, want %q", got, want)
	}
	if _, err := a.RestoreRule(t.Context(), "everything", fileHash([]byte(texts[0])), fileHash([]byte(texts[2])), "ben"); err != nil {
		t.Error(err)
	}
	if now := readRule(t, a, "everything"); now.Text != refRule {
		t.Errorf("the restored file is %q", now.Text)
	}
}

func TestSaveRuleRefusesMistakesAndWritesNothing(t *testing.T) {
	a := openRules(t)
	hash := readRule(t, a, "everything").Hash
	for _, tt := range []struct {
		old, replacement string
		want             string
	}{
		{"severity: high", "severity: hihg", `everything.yaml:5:11: severity "hihg" is unknown; use low, medium, high or critical`},
		{"status: active", "routes: [desk]", `everything.yaml:4:10: unknown route "desk"; the configuration has default`},
		{"when: {terms: ref, in: title}", "when: {terms: ref, source: b}", `everything.yaml:7:28: no source has the id "b"`},
		{"match: [REF-1]", "match: [REP-1]", `everything.yaml:8: the example "REP-1" `},
		{"status: active", "topic: other", `regwatch.yaml:6:29: route default/refs: topic "everything" does not exist; use other`},
		{"id: everything", "id: nothing", `everything.yaml:1:5: id "nothing" differs from the file's name`},
	} {
		text := strings.Replace(refRule, tt.old, tt.replacement, 1)
		_, err := a.SaveRule(t.Context(), "everything", []byte(text), hash, "ada")
		if _, ok := errors.AsType[diag.Problems](err); !ok || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("with %s: %v; want %s", tt.replacement, err, tt.want)
		}
	}
	if _, err := a.SaveRule(t.Context(), "../everything", []byte(refRule), "", "ada"); err == nil {
		t.Error("a file outside of the folder was written")
	}
	if now := readRule(t, a, "everything"); now.Hash != hash {
		t.Errorf("the file is now %q", now.Text)
	}
	if entries, err := a.store.AuditBySubject(t.Context(), "everything"); err != nil || len(entries) > 0 {
		t.Errorf("audit = %+v, %v; want no entry", entries, err)
	}
	onlyRules(t, a, "everything.yaml")
}

func TestSaveRuleDoesNotReplaceALink(t *testing.T) {
	a := openRules(t)
	file := filepath.Join(a.dir, "rules", "everything.yaml")
	if err := os.Rename(file, filepath.Join(a.dir, "rules", "kept.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("kept.txt", file); err != nil {
		t.Fatal(err)
	}
	hash := readRule(t, a, "everything").Hash
	if _, err := a.SaveRule(t.Context(), "everything", []byte(refRule+"# More.\n"), hash, "ada"); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("SaveRule = %v; want a refusal, as the file is a link", err)
	}
	onlyRules(t, a, "everything.yaml", "kept.txt")
}

func TestASavedRuleIsCommittedInTheNameOfThePerson(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on this machine")
	}
	a := openRules(t)
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", a.dir}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	save := func(text string) SavedRule {
		t.Helper()
		saved, err := a.SaveRule(t.Context(), "everything", []byte(text), readRule(t, a, "everything").Hash, "Mei Chan")
		if err != nil {
			t.Fatal(err)
		}
		return saved
	}
	git("init", "-q")
	if saved := save(refRule + "# One.\n"); saved.NotCommitted != "" || git("status", "--porcelain", "rules") != "?? rules/" {
		t.Errorf("a rule is committed without web.commit: %+v", saved)
	}
	a.Folder().Config.Web.Commit = true
	if saved := save(refRule + "# Two.\n"); saved.NotCommitted != "" {
		t.Errorf("the rule is not committed: %s", saved.NotCommitted)
	}
	if got := git("show", "--name-only", "--format=%an: %s"); got != "Mei Chan: Save rule everything\n\nrules/everything.yaml" {
		t.Errorf("the commit is %q", got)
	}
	writeFiles(t, a.dir, map[string]string{".git/index.lock": ""})
	if saved := save(refRule + "# Three.\n"); !strings.Contains(saved.NotCommitted, "index.lock") || readRule(t, a, "everything").Hash != saved.Hash {
		t.Errorf("with a lock of git %+v is saved; want the file saved and why it is not committed", saved)
	}
}
