package cli

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
)

// TestStopEndsThoughAllHangs: a receiver and a monitor that never answer, a page
// whose reader never finishes asking, and an open connection for button presses
// keep regwatch from nothing. What was in flight is noted as begun.
func TestStopEndsThoughAllHangs(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for the grace of what is in flight, 10 s; not with -short")
	}
	arrived, over := make(chan string, 100), make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- r.URL.Path
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	defer hung.Close()
	defer close(over)
	slack, err := slackfake.New(slackfake.Options{Token: demoToken, AppToken: demoAppToken})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pages := port.Addr().String()
	port.Close()

	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	site := httptest.NewServer(d.site)
	defer site.Close()
	d.site.Publish(1)
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": ruleForStream,
		"receiver":              hung.URL + "/hook",
		"monitor":               hung.URL + "/ping",
		"secret":                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"token":                 demoToken,
		"app-token":             demoAppToken,
		configs.FileName: fmt.Sprintf(`
channels:
  hook: {kind: webhook, url: "file:receiver", secret: "file:secret"}
  slack: {kind: slack, token: "file:token", app_token: "file:app-token", channel: "#reg", api: %q}
recipients: {team: {send: [hook, slack]}}
heartbeat: {url: "file:monitor"}
web: {listen: %q}
`, slack.APIURL(), pages),
	} {
		d.write(t, name, text)
	}
	p := start(t, buildRegwatch(t), d.dir)
	met := map[string]bool{}
	comes(t, p, "a message and a heartbeat without an answer", func() bool {
		select {
		case path := <-arrived:
			met[path] = true
		default:
		}
		return met["/hook"] && met["/ping"]
	})
	comes(t, p, "a connection for presses", func() bool { return slack.Sockets() == 1 })
	for _, begun := range []string{"", "GET /healthz HTTP/1.1\r\nHost: x\r\n", "POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nList-"} {
		conn, err := net.Dial("tcp", pages)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, begun); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	p.stop(t)
	t.Logf("it took %s to stop", time.Since(began).Round(100*time.Millisecond))
	out, code := d.regwatch(t, "deliveries", "--channel", "hook")
	if code != 0 || !strings.Contains(out, "may have arrived") {
		t.Errorf("deliveries: exit code %d\n%s\nwant that the message may have arrived", code, out)
	}
	if log := p.out.String(); strings.Contains(log, hung.URL) || strings.Contains(log, demoToken) || strings.Contains(log, demoAppToken) {
		t.Errorf("a secret shows:\n%s", log)
	}
}
