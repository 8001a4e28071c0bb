package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// The commands of the guide work as they stand there, one after the other.
func TestCommandsOfTheGuideWork(t *testing.T) {
	for _, program := range []string{"sh", "curl", "jq", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not on this machine", program)
		}
	}
	guide, err := os.ReadFile("../../docs/guides/use-the-api.md")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	server := httptest.NewServer(d.handler)
	t.Cleanup(server.Close)
	script := "set -eu\n"
	for _, block := range shellBlock.FindAllStringSubmatch(string(guide), -1) {
		if strings.HasPrefix(block[1], "regwatch ") || strings.HasPrefix(block[1], "export ") {
			continue // what the test has done by other means
		}
		script += "echo '---'\n" + block[1]
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "REGWATCH="+server.URL, "TOKEN="+d.token)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	parts := strings.Split(string(out), "---\n")
	for i, want := range []string{"high\t", "Stablecoin licence granted\n", "", "Counsel looks at it.", `"now":`, `1:2: unknown name "txt"; did you mean "text"?`} {
		if i+1 >= len(parts) || !strings.Contains(parts[i+1], want) {
			t.Errorf("the output lacks %q in part %d:\n%s", want, i+1, out)
		}
	}
	if now, err := d.engine.RuleFile("stablecoins"); err != nil || !strings.Contains(now.Text, "severity: medium") {
		t.Errorf("the rule is %q, %v; want the severity medium", now.Text, err)
	}
}
