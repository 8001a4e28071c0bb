package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/samplesite"
)

// TestStopFinishesTheMessageInFlight: a receiver that is slow to answer while
// regwatch is asked to end is waited for, and what it took is noted as sent. The
// monitor was called after the pass before.
func TestStopFinishesTheMessageInFlight(t *testing.T) {
	t.Parallel()
	arrived, stopped := make(chan struct{}), make(chan struct{})
	var taken, cut atomic.Int32
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if taken.Add(1) > 1 {
			return
		}
		close(arrived)
		<-stopped
		select {
		case <-r.Context().Done():
			cut.Add(1)
		case <-time.After(time.Second): // it is slow
		}
	}))
	defer receiver.Close()
	beats := make(chan string, 100)
	monitor := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { beats <- r.Method + " " + r.URL.Path }))
	defer monitor.Close()

	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	site := httptest.NewServer(d.site)
	defer site.Close()
	d.site.Publish(1)
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": ruleForStream,
		"receiver":              receiver.URL + "/hook",
		"secret":                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"monitor":               monitor.URL + "/ping/me",
		configs.FileName: `
channels: {hook: {kind: webhook, url: "file:receiver", secret: "file:secret"}}
recipients: {team: {send: [hook]}}
heartbeat: {url: "file:monitor"}
`,
	} {
		d.write(t, name, text)
	}
	p := start(t, buildRegwatch(t), d.dir)
	deadline := time.After(time.Minute)
	for arrived, beats := arrived, beats; arrived != nil || beats != nil; {
		select {
		case <-arrived:
			arrived = nil
		case beat := <-beats:
			if beats = nil; beat != "GET /ping/me" {
				t.Errorf("the monitor was asked for %s", beat)
			}
		case <-deadline:
			t.Fatalf("the message came: %v, the heartbeat: %v\n%s", arrived == nil, beats == nil, tail(p.out.String()))
		}
	}
	close(stopped)
	p.stop(t)
	if taken.Load() != 1 || cut.Load() != 0 {
		t.Errorf("%d messages, %d of them cut; want one, answered\n%s", taken.Load(), cut.Load(), tail(p.out.String()))
	}
	out, code := d.regwatch(t, "deliveries", "--state", "sent")
	if code != 0 || strings.Count(out, " sent ") != 1 {
		t.Errorf("deliveries --state sent: exit code %d\n%s", code, out)
	}
	if strings.Contains(p.out.String(), receiver.URL) || strings.Contains(p.out.String(), "/ping/me") {
		t.Errorf("a secret shows:\n%s", p.out.String())
	}
}
