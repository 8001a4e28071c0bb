package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed regwatch.yaml sources/*.yaml rules/*.yaml rules/*.json rules/vocabulary/*.yaml rules/lists/*.csv
var starter embed.FS

// Starter returns the starter folder: regwatch.yaml, sources/*.yaml, rules/*.yaml and
// rules/vocabulary/*.yaml, rules/lists/*.csv.
func Starter() fs.FS { return starter }

const starterReadme = `# This regwatch folder

| File | Content |
|---|---|
| regwatch.yaml | where data is stored, when sources are read, who is notified; with every key explained |
| sources/*.yaml | the sources to watch |
| rules/*.yaml | what to look for: one rule a file, with examples that test it |
| rules/vocabulary/*.yaml | term lists and definitions that several rules share |
| rules/lists/*.csv | names of firms, public bodies and the like, for rules |
| rules/.shipped | the rules as regwatch shipped them, for regwatch rules update; do not edit them |

Check the files, try them without notifying anybody, and start:

    regwatch check
    regwatch scan --dry-run
    regwatch run

A running regwatch uses changes of these files at once. While they have mistakes, it
keeps using what it used before. A few keys of regwatch.yaml need a restart;
regwatch says so when one of them changes.

Do not write passwords and tokens into these files. Use env:NAME for an
environment variable or file:PATH for a file, and the folder can be kept in git.
`

const starterGitignore = `# Files that regwatch writes, and secrets.
*.db
*.db-shm
*.db-wal
*.db.*
/backups/
/secrets/
`

// WriteStarter writes the starter folder to dir, with a README.md and a .gitignore,
// and returns the written files relative to dir. It never overwrites a file: if one
// exists, it writes none and names those that exist.
func WriteStarter(dir string) ([]string, error) {
	contents := map[string][]byte{
		"README.md":  []byte(starterReadme),
		".gitignore": []byte(starterGitignore),
	}
	files := []string{"README.md", ".gitignore"}
	var copies []string
	err := fs.WalkDir(Starter(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files = append(files, path)
		if contents[path], err = fs.ReadFile(Starter(), path); err != nil {
			return err
		}
		if shipped, ok := shippedCopy(path); ok {
			copies = append(copies, shipped)
			contents[shipped] = contents[path]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the starter folder: %w", err)
	}
	files = append(files, copies...)
	if err := rejectExisting(dir, files); err != nil {
		return nil, err
	}
	for i, file := range files {
		if err := writeNew(filepath.Join(dir, filepath.FromSlash(file)), contents[file]); err != nil {
			return files[:i], fmt.Errorf("write the starter folder: %w", err)
		}
	}
	return files, nil
}

func rejectExisting(dir string, files []string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; use a folder or a new name", dir)
	}
	var there []string
	for _, file := range files {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file)))
		switch {
		case err == nil:
			there = append(there, file)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("look into %s: %w", dir, err)
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("%s already has %s; nothing was written: use another folder, or move them", dir, strings.Join(there, ", "))
	}
	return nil
}

// writeNew creates a file. It fails if the file exists, even if it appeared since the
// check.
func writeNew(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
