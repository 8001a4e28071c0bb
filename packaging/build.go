package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A release is a commit that is packaged.
type release struct {
	source  string    // the folder with its files
	commit  string    // in full
	version string    // as Go calls it, without v: 1.2.3, or 0.0.0-20261201114325-00744f54acd4 between tags
	time    time.Time // of the commit: the time of every file in the packages
}

// checkOut makes a copy of the repository's commit, so that nothing but the commit is packaged.
// Go also writes a commit into a program only if .git is a folder, which it is not in a work tree
// that was added.
func checkOut(ctx context.Context, repository, dir string) (*release, error) {
	repository, err := filepath.Abs(repository)
	if err != nil {
		return nil, err
	}
	if _, err := command(ctx, repository, nil, "git", "clone", "--quiet", "--shared", ".", dir); err != nil {
		return nil, err
	}
	head, err := command(ctx, dir, nil, "git", "log", "-1", "--format=%H %ct")
	if err != nil {
		return nil, err
	}
	commit, seconds, _ := strings.Cut(head, " ")
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds = epoch
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("SOURCE_DATE_EPOCH is %q; use seconds since 1970", seconds)
	}
	return &release{source: dir, commit: commit, time: time.Unix(unix, 0).UTC()}, nil
}

// A program is regwatch, built for one architecture.
type program struct {
	arch string // by Go's name
	path string
	info *buildinfo.BuildInfo
}

// build builds the program, and sets the release's version, which Go derives from tags.
func (r *release) build(ctx context.Context, arch, path string) (*program, error) {
	environment := append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0",
		"GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off", "GOTOOLCHAIN=local")
	_, err := command(ctx, r.source, environment, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", path, "./cmd/regwatch")
	if err != nil {
		return nil, err
	}
	p, err := readProgram(arch, path)
	if err != nil {
		return nil, err
	}
	r.version = strings.TrimPrefix(p.info.Main.Version, "v")
	if r.version == "" || r.version == "(devel)" {
		return nil, fmt.Errorf("the program for %s has no version; Go found no commit of git in %s", arch, r.source)
	}
	return p, nil
}

func readProgram(arch, path string) (*program, error) {
	info, err := buildinfo.ReadFile(path)
	return &program{arch: arch, path: path, info: info}, err
}

// command runs a program and returns what it printed. What it says of a failure is in the error.
func command(ctx context.Context, dir string, environment []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, environment
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return strings.TrimSpace(string(out)), nil
}
