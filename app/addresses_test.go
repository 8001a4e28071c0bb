package app

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/models"
)

// newTestEngine opens an engine on a folder with one rule and one source. Its terminal is
// discarded.
func newTestEngine(t *testing.T, dir, config string, log *slog.Logger) *Engine {
	t.Helper()
	writeFiles(t, dir, map[string]string{
		"sources/stream.yaml":   string(samplesite.NewStream(samplesite.StreamOptions{}).SourcesYAML("https://site.example.com")),
		"rules/everything.yaml": refRule,
		configs.FileName:        config,
	})
	a, err := Open(t.Context(), dir, log)
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

const verifyConfig = `
channels:
  mail: {kind: email, host: 127.0.0.1, port: 2525, tls: none, from: r@example.com, verify: true}
recipients:
  reader: {send: ["mail:reader@example.com"]}
routes: {default: [reader]}
health: [reader]
web: {listen: "127.0.0.1:8480", public: "http://127.0.0.1:8480"}
`

func TestUnconfirmedAddressIsReportedOnceAfterThreeDays(t *testing.T) {
	e := newTestEngine(t, t.TempDir(), verifyConfig, slog.New(slog.DiscardHandler))
	reports := func() int {
		t.Helper()
		notices, err := e.store.Notices(t.Context(), time.Time{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, one := range notices {
			if one.Kind == models.NoticeHealth && one.Subject == "address" {
				n++
			}
		}
		return n
	}
	for days, want := range []int{0, 0, 0, 1, 1, 1} {
		if err := e.scanner.Addresses(t.Context(), time.Now().Add(time.Duration(days)*24*time.Hour+time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := reports(); got != want {
			t.Errorf("after %d days there are %d reports, want %d", days, got, want)
		}
	}
}
