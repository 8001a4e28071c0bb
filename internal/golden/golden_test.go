package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A recorder records failures instead of failing the test.
type recorder struct {
	testing.TB

	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestAssert(t *testing.T) {
	tests := []struct {
		name     string
		file     string // empty: no file
		got      string
		updating bool
		want     string // text of the only failure; empty: no failure
		after    string
	}{
		{name: "equal", file: "a\nb\n", got: "a\nb\n", after: "a\nb\n"},
		{name: "other text", file: "a\nb\n", got: "a\nc\n", want: "mismatch (-want +got)", after: "a\nb\n"},
		{name: "other bytes", file: "a\xff", got: "a\xfe\xfd", want: "want 2 bytes, got 3 others", after: "a\xff"},
		{name: "no file", got: "new\n", want: "does not exist; REGWATCH_UPDATE=1 writes it"},
		{name: "updating other text", file: "a\n", got: "b\n", updating: true, after: "b\n"},
		{name: "updating without a file", got: "b\n", updating: true, after: "b\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "testdata", "x.want")
			if tt.file != "" {
				if err := write(path, []byte(tt.file)); err != nil {
					t.Fatal(err)
				}
			}
			r := &recorder{}
			assert(r, path, []byte(tt.got), tt.updating)

			switch {
			case tt.want == "" && len(r.failures) > 0:
				t.Errorf("failed with %q; want no failure", r.failures)
			case tt.want != "" && (len(r.failures) != 1 || !strings.Contains(r.failures[0], tt.want)):
				t.Errorf("failed with %q; want one failure with %q", r.failures, tt.want)
			}
			after, _ := os.ReadFile(path)
			if string(after) != tt.after {
				t.Errorf("the file then holds %q; want %q", after, tt.after)
			}
		})
	}
}

func TestUpdatingByVariable(t *testing.T) {
	for value, want := range map[string]bool{"": false, "0": false, "1": true, "true": true, "perhaps": false} {
		t.Setenv("REGWATCH_UPDATE", value)
		if got := Updating(); got != want && !*update {
			t.Errorf("with REGWATCH_UPDATE=%q updating is %v; want %v", value, got, want)
		}
	}
}
