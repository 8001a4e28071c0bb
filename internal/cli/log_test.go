package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/internal/redact"
)

// A server may repeat in its answer what it was sent.
func TestLogHoldsNoSecretOfTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("REGWATCH_TEST_HOOK_KEY", "hunter2-and-more")
	config := "channels:\n  mail: {kind: email, host: smtp.example.com, username: me, password: env:REGWATCH_TEST_HOOK_KEY, from: me@example.com}\n" +
		"recipients:\n  team: {send: [\"mail:team@example.com\"]}\n"
	if err := os.WriteFile(filepath.Join(dir, "regwatch.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "json"} {
		var out strings.Builder
		log, err := (&shell{stderr: &out, dir: dir, logFormat: format, secrets: redact.New()}).log(false)
		if err != nil {
			t.Fatal(err)
		}
		log.ErrorContext(t.Context(), "send failed", "error", errors.New("535 hunter2-and-more is wrong (AG1lAGh1bnRlcjItYW5kLW1vcmU=)"), "address", "https://a.example/?token=abc")
		got := out.String()
		if strings.Contains(got, "hunter2") || strings.Contains(got, "RlcjItYW5k") || strings.Contains(got, "abc") || !strings.Contains(got, "535 [secret] is wrong") {
			t.Errorf("%s: %s", format, got)
		}
	}
}
