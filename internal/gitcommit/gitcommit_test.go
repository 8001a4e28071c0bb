package gitcommit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository makes a repository with a rule in its folder rules, and returns that folder.
func repository(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on this machine")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("HOME", t.TempDir())
	dir := filepath.Join(t.TempDir(), "rules")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "init", "-q", "..")
	write(t, dir, "coin.yaml", "id: coin\n")
	write(t, dir, "other.yaml", "id: other\n")
	run(t, dir, "add", ".")
	run(t, dir, "-c", "user.name=a", "-c", "user.email=a@a.example", "commit", "-q", "-m", "first")
	return dir
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyTheFileIsCommitted(t *testing.T) {
	dir := repository(t)
	write(t, dir, "other.yaml", "id: other\n# staged\n")
	run(t, dir, "add", "other.yaml")
	write(t, dir, "stray.yaml", "id: stray\n")
	for _, step := range []struct{ name, text, author, want string }{
		{"coin.yaml", "id: coin\r\n# By Mei.", "Mei <Chan>", "Mei Chan <> regwatch M\trules/coin.yaml"},
		{"new.yaml", "id: new\n", "ana@bank.example", "ana@bank.example <ana@bank.example> regwatch A\trules/new.yaml"},
		{"coin.yaml", "", "--amend", "--amend <> regwatch D\trules/coin.yaml"},
	} {
		if step.text == "" {
			if err := os.Remove(filepath.Join(dir, step.name)); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, dir, step.name, step.text)
		}
		if err := File(t.Context(), dir, step.name, step.author, "# Rule "+step.name); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		got := strings.Fields(run(t, dir, "show", "--name-status", "--format=%an <%ae> %cn", "HEAD"))
		if want := strings.Fields(step.want); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the commit of %s is %q, want %q", step.name, got, want)
		}
		if got := strings.TrimSpace(run(t, dir, "show", "-s", "--format=%B", "HEAD")); got != "# Rule "+step.name {
			t.Errorf("its message is %q", got)
		}
	}
	if got := run(t, dir, "status", "--porcelain"); got != "M  rules/other.yaml\n?? rules/stray.yaml\n" && got != "M  other.yaml\n?? stray.yaml\n" {
		t.Errorf("after it the status is\n%s\nwant the staged and the stray file as they were", got)
	}
	before := run(t, dir, "rev-parse", "HEAD")
	if err := File(t.Context(), dir, "new.yaml", "Mei", "again"); err != nil || run(t, dir, "rev-parse", "HEAD") != before {
		t.Errorf("a file without changes is committed: %v", err)
	}
}

func TestNoHookRuns(t *testing.T) {
	dir := repository(t)
	for _, hook := range []string{"pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-index-change", "reference-transaction"} {
		script := "#!/bin/sh\ntouch \"" + filepath.Join(dir, "ran-"+hook) + "\"\n"
		if err := os.WriteFile(filepath.Join(dir, "..", ".git", "hooks", hook), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "config", "core.fsmonitor", "touch "+filepath.Join(dir, "ran-monitor"))
	run(t, dir, "config", "commit.gpgSign", "true")
	run(t, dir, "config", "gpg.program", "/bin/false")
	write(t, dir, "coin.yaml", "id: coin\n# Changed.\n")
	before, _ := filepath.Glob(filepath.Join(dir, "ran-*"))
	for _, file := range before {
		_ = os.Remove(file)
	}
	if err := File(t.Context(), dir, "coin.yaml", "Mei", "m"); err != nil {
		t.Fatal(err)
	}
	if ran, _ := filepath.Glob(filepath.Join(dir, "ran-*")); len(ran) > 0 {
		t.Errorf("these ran: %v", ran)
	}
}

func TestAFailedCommitSaysWhyAndChangesNothing(t *testing.T) {
	dir := repository(t)
	write(t, dir, "new.yaml", "id: new\n")
	write(t, dir, "ignored.yaml", "id: ignored\n")
	write(t, dir, ".gitignore", "ignored.yaml\n")
	if err := File(t.Context(), dir, "ignored.yaml", "Mei", "m"); err == nil || !strings.Contains(err.Error(), "git ignores ignored.yaml") {
		t.Errorf("an ignored file: %v", err)
	}
	lock := filepath.Join(dir, "..", ".git", "index.lock")
	write(t, filepath.Dir(lock), "index.lock", "")
	for _, name := range []string{"new.yaml", "coin.yaml"} {
		write(t, dir, name, "id: changed\n")
		if err := File(t.Context(), dir, name, "Mei", "m"); err == nil || !strings.Contains(err.Error(), "index.lock") {
			t.Errorf("%s with a lock: %v", name, err)
		}
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	if got := run(t, dir, "log", "--oneline"); strings.Count(got, "\n") != 1 {
		t.Errorf("there are commits:\n%s", got)
	}
	if err := File(t.Context(), t.TempDir(), "coin.yaml", "Mei", "m"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("a folder without git: %v", err)
	}
}
