package app

import (
	"os"
	"path/filepath"
	"testing"
)

const refRule = `id: everything
title: Everything
why: Because.
status: active
severity: high
terms: {ref: [REF]}
when: {terms: ref, in: title}
examples: {match: [REF-1], ignore: [nothing]}
`

// writeFiles writes files by their names below dir.
func writeFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
