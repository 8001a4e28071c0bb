package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	helpFile     = regexp.MustCompile(`(?m)^    # (\S+\.yaml)\n((?:    [^#\n].*\n|\n    (?: |[^#\s]).*\n)+)`)
	helpCronLine = regexp.MustCompile(`(?m)^    ("[^"]+") +\S`)
	helpCommand  = regexp.MustCompile(`(?m)^  regwatch ((?:[a-z-]+ ?)+)`)
)

// The files and cron lines in the guides are read by the program itself.
func TestExamplesInHelpTopicsWork(t *testing.T) {
	for _, topic := range helpTopics {
		t.Run(topic.name, func(t *testing.T) {
			page := output(t, "help", topic.name)
			files := helpFile.FindAllStringSubmatch(page, -1)
			if want := strings.Count(page, ".yaml\n    "); len(files) != want || want < 2 {
				t.Fatalf("found %d files in the page, want %d", len(files), want)
			}
			for _, m := range files {
				dir := filepath.Join(t.TempDir(), "watch")
				output(t, "init", dir)
				text := strings.TrimPrefix(strings.ReplaceAll("\n"+m[2], "\n    ", "\n"), "\n")
				if err := os.WriteFile(filepath.Join(dir, m[1]), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(m[2], "legal-review:") { // a narrower set of routes, which a rule has to name
					appendTo(t, filepath.Join(dir, "rules", "crypto-ban.yaml"), "routes: [legal-review]\n")
				}
				output(t, "-C", dir, "check")
			}
		})
	}
}

func TestCronLinesInHelpTopicsWork(t *testing.T) {
	lines := helpCronLine.FindAllStringSubmatch(output(t, "help", "schedules"), -1)
	if len(lines) < 5 {
		t.Fatalf("%d cron lines, want some", len(lines))
	}
	var b strings.Builder
	b.WriteString("sources:\n")
	for i, line := range lines {
		id := string(rune('a' + i))
		b.WriteString("  - {id: " + id + ", name: N, url: https://news.example/" + id + ", role: press, cron: " + line[1] + "}\n")
	}
	dir := filepath.Join(t.TempDir(), "watch")
	output(t, "init", dir)
	if err := os.WriteFile(filepath.Join(dir, "sources", "cron.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, "-C", dir, "check")
}

func TestCommandsInHelpTopicsExist(t *testing.T) {
	root := newRoot(new(bytes.Buffer), new(bytes.Buffer))
	for _, topic := range helpTopics {
		for _, m := range helpCommand.FindAllStringSubmatch(output(t, "help", topic.name), -1) {
			words := strings.Fields(m[1])
			found, rest, err := root.Find(words)
			if err != nil || found == root || len(rest) > 0 && found.HasSubCommands() {
				t.Errorf("help %s: regwatch %s is no command (%v)", topic.name, m[1], err)
			}
		}
	}
}

// output runs a command and returns its standard output.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, &stdout, &stderr); code != 0 {
		t.Fatalf("regwatch %s: exit code %d\n%s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(old, text...), 0o600); err != nil {
		t.Fatal(err)
	}
}
