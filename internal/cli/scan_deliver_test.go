package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/samplesite"
)

func TestScanStopsWhenChannelIsRateLimited(t *testing.T) {
	var (
		limited atomic.Bool
		mu      sync.Mutex
		came    = map[string]map[string]int{"/busy": {}, "/free": {}}
	)
	limited.Store(true)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/busy" && limited.Load() {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		came[r.URL.Path][r.Header.Get("Webhook-Id")]++
	}))
	defer receiver.Close()
	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	site := httptest.NewServer(d.site)
	defer site.Close()
	d.site.Publish(3)
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": ruleForStream,
		"busy-url":              receiver.URL + "/busy",
		"free-url":              receiver.URL + "/free",
		"secret":                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		configs.FileName: `
channels:
  busy: {kind: webhook, url: "file:busy-url", secret: "file:secret"}
  free: {kind: webhook, url: "file:free-url", secret: "file:secret"}
recipients:
  a: {send: [busy]}
  b: {send: [free]}
`,
	} {
		d.write(t, name, text)
	}
	out, code := d.regwatch(t, "scan", "--deliver-timeout", "300ms")
	for _, want := range []string{"3 messages sent, 3 still due", "Delivering was stopped after 300ms: 3 messages are still due through busy (", "429", "The next scan or regwatch run sends what is still due."} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
	if code != 0 {
		t.Errorf("exit code %d, want 0: what is still due is no failure", code)
	}

	out, code = d.regwatch(t, "scan", "--deliver-timeout", "300ms", "--json")
	var got struct{ Deliveries app.DeliveryReport }
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v:\n%s", code, err, out)
	}
	if s := got.Deliveries; !s.TimedOut || len(s.StillDue) != 1 || s.StillDue[0].Channel != "busy" || s.StillDue[0].Deliveries != 3 || !strings.Contains(s.StillDue[0].Why, "429") {
		t.Errorf("deliveries %+v; want 3 still due through busy, because of a 429", s)
	}

	// What was postponed is due again within a second.
	limited.Store(false)
	sent := 0
	for try := 0; sent < 3 && try < 100; try++ {
		out, code = d.regwatch(t, "scan", "--json")
		got.Deliveries = app.DeliveryReport{}
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || got.Deliveries.TimedOut {
			t.Fatalf("exit code %d, %v:\n%s", code, err, out)
		}
		sent += got.Deliveries.Sent
	}
	if len(got.Deliveries.StillDue) != 0 {
		t.Errorf("once the channel takes messages: %+v", got.Deliveries)
	}
	for path, ids := range came {
		times := []int{}
		for _, n := range ids {
			times = append(times, n)
		}
		if diff := cmp.Diff([]int{1, 1, 1}, times); diff != "" {
			t.Errorf("how often each message came to %s (-want +got):\n%s", path, diff)
		}
	}
}

func TestDeliverTimeoutRefusesNegativeTime(t *testing.T) {
	d := &desk{dir: t.TempDir()}
	if out, code := d.regwatch(t, "scan", "--deliver-timeout", "-1s"); code != exitProblems || !strings.Contains(out, `--deliver-timeout "-1s" is not understood; use a duration such as 90s or 15m`) {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
