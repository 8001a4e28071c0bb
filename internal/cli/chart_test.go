package cli

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v4"
)

// The chart for Kubernetes starts with the files of its values, so they must be a folder that regwatch can run.
func TestFilesOfTheChartAreAFolder(t *testing.T) {
	src, err := os.ReadFile("../../packaging/chart/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var values struct {
		Files map[string]string `yaml:"files"`
	}
	if err := yaml.Unmarshal(src, &values); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for path, text := range values.Files {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := output(t, "-C", dir, "check"); out != "No mistakes: 1 source (1 enabled), 1 rule, 2 examples.\n" {
		t.Errorf("check says\n%s", out)
	}
}
