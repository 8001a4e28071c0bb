// Package gitcommit commits one file of a git work tree in the name of a person, through the program git.
package gitcommit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// longest is how long a commit may take.
const longest = 15 * time.Second

// committer is who commits; the author is the person.
const committer = "regwatch"

// File commits a file of a folder, which may be new or removed, with an author and a message. What else is staged or changed
// stays as it is. A file that is as in the last commit is left alone. No hook of the repository runs, and nothing asks for a
// password or a signature.
func File(ctx context.Context, dir, name, author, message string) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	path := ":(literal)" + name
	if _, err := git(ctx, dir, "rev-parse", "--is-inside-work-tree"); err != nil {
		return err
	}
	status, err := git(ctx, dir, "status", "--porcelain", "--ignored", "--", path)
	if err != nil || status == "" {
		return err
	}
	untracked := strings.HasPrefix(status, "??")
	switch {
	case strings.HasPrefix(status, "!!"):
		return fmt.Errorf("git ignores %s", name)
	case untracked: // commit --only refuses a file that git does not track yet
		if _, err := git(ctx, dir, "add", "--intent-to-add", "--", path); err != nil {
			return err
		}
	}
	_, err = git(ctx, dir, "commit", "--only", "--no-verify", "--no-gpg-sign", "--no-edit", "--cleanup=whitespace", "--quiet", "--author="+authorOf(author), "--message="+message, "--", path)
	if err != nil && untracked {
		_, undo := git(ctx, dir, "reset", "--quiet", "--", path)
		return errors.Join(err, undo)
	}
	return err
}

// authorOf writes a name as git wants an author: with an address, which is empty if the name has none.
func authorOf(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '<' || r == '>' || unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if name == "" {
		name = committer
	}
	if strings.Contains(name, "@") && !strings.Contains(name, " ") {
		return fmt.Sprintf("%s <%s>", name, name)
	}
	return name + " <>"
}

// git runs git in a folder, and returns what it printed. The error is the first line of what it complained about.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	// Of the repository's configuration only filters of .gitattributes run, which some need to store their files:
	// neither hooks nor a monitor, a signing program or housekeeping.
	settings := []string{
		"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "commit.gpgSign=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
		"-c", "core.quotePath=false", "-c", "core.editor=false",
	}
	cmd := exec.CommandContext(ctx, "git", append(settings, args...)...)
	cmd.Dir = dir
	cmd.Env = environment(os.Environ())
	// Git removes its locks when it is asked to end, and not when it is killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 2 * time.Second
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	switch line, _, _ := strings.Cut(strings.TrimSpace(complaints.String()), "\n"); {
	case err == nil:
		return out.String(), nil
	case ctx.Err() != nil:
		return "", fmt.Errorf("git %s takes longer than %v", args[0], longest)
	case line != "":
		return "", errors.New("git: " + strings.TrimPrefix(line, "fatal: "))
	default:
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
}

// environment is that of this process, without what would send git to another repository, and with who commits.
func environment(own []string) []string {
	var all []string
	for _, v := range own {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "LC_") && !strings.HasPrefix(v, "LANG") {
			all = append(all, v)
		}
	}
	return append(all, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_COMMITTER_NAME="+committer, "GIT_COMMITTER_EMAIL="+committer+"@localhost")
}
