package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A usageCase is one block of testdata/usage.txt.
type usageCase struct {
	name, args, code string
	files            []string
	stdout, stderr   []string
}

// Each wrong command line of the table gets its answer.
func TestUsage(t *testing.T) {
	t.Parallel()
	codes := map[string]int{"0": 0, "1": 1, "2": exitProblems}
	for _, tt := range usageCases(t) {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "watch")
			var out, errs bytes.Buffer
			if code := run(t.Context(), []string{"init", dir}, &out, &errs); code != 0 {
				t.Fatalf("init: exit code %d\n%s", code, errs.String())
			}
			for _, f := range tt.files {
				name, text, _ := strings.Cut(f, " ")
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, known := codes[tt.code]
			if !known || len(tt.stdout)+len(tt.stderr) == 0 {
				t.Fatalf("the case has no code 0, 1 or 2, or expects no text: %+v", tt)
			}
			out.Reset()
			args := strings.Fields(strings.ReplaceAll(tt.args, "DIR", dir))
			if code := run(t.Context(), args, &out, &errs); code != want {
				t.Errorf("exit code %d, want %d", code, want)
			}
			for _, want := range tt.stdout {
				if !strings.Contains(out.String(), want) {
					t.Errorf("stdout has no %q:\n%s", want, out.String())
				}
			}
			for _, want := range tt.stderr {
				if !strings.Contains(errs.String(), want) {
					t.Errorf("stderr has no %q:\n%s", want, errs.String())
				}
			}
		})
	}
}

func usageCases(t *testing.T) []usageCase {
	t.Helper()
	table, err := os.ReadFile("testdata/usage.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []usageCase
	for line := range strings.Lines(string(table)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		value = strings.TrimSpace(value)
		if key == "name" {
			cases = append(cases, usageCase{name: value})
			continue
		}
		if key == "" || key == "#" {
			continue
		}
		c := &cases[len(cases)-1]
		switch key {
		case "args":
			c.args = value
		case "file":
			c.files = append(c.files, value)
		case "code":
			c.code = value
		case "stdout":
			c.stdout = append(c.stdout, value)
		case "stderr":
			c.stderr = append(c.stderr, value)
		default:
			t.Fatalf("testdata/usage.txt: unknown key %q", key)
		}
	}
	return cases
}
