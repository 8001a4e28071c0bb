package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A client that npm's openapi-typescript generated from the document lists events, backtests a rule and
// joins a change with that of somebody else.
func TestGeneratedClient(t *testing.T) {
	if testing.Short() {
		t.Skip("the client is compiled, which is slow; -short leaves it out")
	}
	for _, program := range []string{"node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not on this machine; .ci/browser.sh installs Node.js", program)
		}
	}
	if _, err := os.Stat(filepath.Join("client", "node_modules", "openapi-typescript")); err != nil {
		t.Skip("client/node_modules has no openapi-typescript; run .ci/browser.sh")
	}
	d := newDesk(t)
	server := httptest.NewServer(d.handler)
	t.Cleanup(server.Close)

	// Generated and compiled elsewhere, with the modules that are installed here.
	dir := t.TempDir()
	here, err := filepath.Abs("client")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(here, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "tsconfig.json", "client.ts"} {
		text, err := os.ReadFile(filepath.Join(here, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(program string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "REGWATCH_TOKEN="+d.token)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
		}
	}
	run(filepath.Join(here, "node_modules", ".bin", "openapi-typescript"), server.URL+Prefix+documentPath, "-o", "api.d.ts")
	run(filepath.Join(here, "node_modules", ".bin", "tsc"))
	run("node", "client.js", server.URL)
}
