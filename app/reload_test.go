package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
)

// An edit made while the program starts is not lost on it.
func TestAnEditDuringTheStartIsTakenUp(t *testing.T) {
	dir := t.TempDir()
	if _, err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	l, problems := openFiles(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rules := len(l.get().Rules.Rules())
	if err := os.Remove(filepath.Join(dir, "rules", "crypto-ban.yaml")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var errs bytes.Buffer
	l.watch(ctx, slog.New(slog.NewTextHandler(&errs, nil)), nil, func(*Folder) { cancel() }, func(p diag.Problems) { t.Error(p); cancel() })
	if got := len(l.get().Rules.Rules()); got != rules-1 {
		t.Errorf("%d rules in force, want %d; the log is:\n%s", got, rules-1, errs.String())
	}
}
