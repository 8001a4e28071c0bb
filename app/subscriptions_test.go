package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The page of a mail lists what else its address gets, however the lists spell it.
func TestSubscriptionsOfAnAddressInWhateverSpelling(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "regwatch.yaml"), []byte(`channels:
  mail: {kind: email, host: localhost, tls: none, from: r@example.com}
recipients:
  legal: {send: ["mail:Info@bücher.example.com"]}
  other: {send: ["mail:info@buecher.example.com"]}
routes:
  default: {to: [legal, other]}
health: [legal]
digests:
  weekly: {to: ["mail:info@XN--BCHER-KVA.example.com"]}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"sources", "rules"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	l, problems := openFiles(dir)
	if l == nil {
		t.Fatal(problems)
	}
	a := &App{files: l, now: time.Now}
	want := []string{"default/legal", "weekly", "health/legal"}
	for _, destination := range []string{"mail:info@bücher.example.com", "mail:INFO@xn--bcher-kva.example.com"} {
		if diff := cmp.Diff(want, a.SubscriptionsOf(destination)); diff != "" {
			t.Errorf("subscriptions of %s mismatch (-want +got):\n%s", destination, diff)
		}
	}
}
