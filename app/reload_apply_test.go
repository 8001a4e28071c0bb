package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/configs"
	"regwatch/internal/logbuffer"
	"regwatch/internal/redact"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
)

// A reloadRig is a running engine whose folder changes, with a site that publishes and a
// receiver of webhooks.
type reloadRig struct {
	*Engine

	t    *testing.T
	dir  string
	site *samplesite.Site
	log  logbuffer.Buffer
	logs *redact.Secrets
	hook string // the address of the receiver

	mu  sync.Mutex     // guards got
	got map[string]int // messages by path
}

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// newReloadRig starts an engine. HOOK in a configuration is the address of the receiver.
func newReloadRig(t *testing.T, config string, secrets map[string]string) *reloadRig {
	t.Helper()
	r := &reloadRig{t: t, dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 3, Copies: -1, Noise: -1}), logs: redact.New(), got: map[string]int{}}
	site := httptest.NewServer(r.site)
	t.Cleanup(site.Close)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		if req.URL.Path == "/refuses" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got[req.URL.Path]++
	}))
	t.Cleanup(receiver.Close)
	r.hook = receiver.URL
	writeFiles(t, r.dir, map[string]string{
		"sources/stream.yaml":   string(r.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": refRule,
		"secret":                hookSecret,
	})
	for name, value := range secrets {
		r.write(name, value)
	}
	r.write(configs.FileName, config)
	a, err := Open(t.Context(), r.dir, slog.New(slog.NewTextHandler(&r.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if r.Engine, err = a.NewEngine(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx, RunOptions{Stderr: &r.log, Secrets: r.logs}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *reloadRig) write(name, text string) {
	r.t.Helper()
	writeFiles(r.t, r.dir, map[string]string{name: strings.ReplaceAll(text, "HOOK", r.hook)})
}

// change writes a file and waits until the log says something that it did not say before.
func (r *reloadRig) change(name, text, logged string) {
	r.t.Helper()
	before := strings.Count(r.log.String(), logged)
	r.write(name, text)
	r.eventually(logged, func() bool { return strings.Count(r.log.String(), logged) > before })
}

func (r *reloadRig) eventually(what string, is func() bool) {
	r.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	r.t.Fatalf("%s did not happen within 30 s; the log is:\n%s", what, r.log.String())
}

// publish publishes one article and scans.
func (r *reloadRig) publish() {
	r.t.Helper()
	r.site.Publish(1)
	if err := r.scanner.All(r.t.Context(), nil, false); err != nil {
		r.t.Fatal(err)
	}
}

// receives waits until the receiver has got a number of messages at a path.
func (r *reloadRig) receives(path string, want int) {
	r.t.Helper()
	count := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.got[path]
	}
	r.eventually("message at "+path, func() bool { return count() >= want })
	if n := count(); n != want {
		r.t.Errorf("%d messages at %s, want %d", n, path, want)
	}
}

const (
	reloaded = "configuration, rules and sources reloaded"
	rejected = "change rejected: still using the previous rules, sources and configuration; fix the errors above"
)

const oneHook = `
channels:
  hook: {kind: webhook, url: "file:url", secret: "file:secret"}
recipients:
  desk: {send: [hook]}
routes: {default: [desk]}
`

func TestChangedConfigurationIsUsedForTheNextAlert(t *testing.T) {
	r := newReloadRig(t, oneHook, map[string]string{"url": "HOOK/first"})
	r.publish()
	r.receives("/first", 1)

	// A new channel and a new recipient get the next alert.
	twoHooks := strings.Replace(oneHook, "recipients:\n", "  other: {kind: webhook, url: \"file:other-url\", secret: \"file:secret\"}\nrecipients:\n  legal: {send: [other]}\n", 1)
	twoHooks = strings.Replace(twoHooks, "default: [desk]", "default: [desk, legal]", 1)
	r.write("other-url", "HOOK/other")
	r.change(configs.FileName, twoHooks, reloaded)
	r.publish()
	r.receives("/first", 2)
	r.receives("/other", 1)

	// The address of a webhook lies in a file of its own.
	r.change("url", "HOOK/second", reloaded)
	r.publish()
	r.receives("/second", 1)
	r.receives("/other", 2)
	r.receives("/first", 2)
	if got := r.logs.Scrub("at " + r.hook + "/second"); strings.Contains(got, "/second") {
		t.Errorf("the log would show the new address: %s", got)
	}

	// A digest, and the settings of scans.
	r.change(configs.FileName, twoHooks+"digests:\n  daily: {to: [hook], every: daily}\nscan: {look_back: 48h, every: {floor: 2m}}\nretention: {text: 90d}\n", reloaded)
	s := r.settings()
	if len(s.Digests) != 1 || s.Digests[0].ID != "daily" || s.LookBack != 48*time.Hour || s.Timing.Floor != 2*time.Minute || s.KeepText != 90*24*time.Hour {
		t.Errorf("the scanner uses digests %v, look-back %s, floor %s and retention %s; want those of the edit", s.Digests, s.LookBack, s.Timing.Floor, s.KeepText)
	}
	if _, err := r.SendDigest(t.Context(), "daily", time.Minute); err != nil {
		t.Error(err)
	}
	r.receives("/second", 2)
}

func TestFaultyConfigurationIsRejectedAsAWhole(t *testing.T) {
	r := newReloadRig(t, oneHook, map[string]string{"url": "HOOK/first"})
	for _, tt := range []struct{ name, text, problem string }{
		{"a name that does not exist", strings.Replace(oneHook, "default: [desk]", "default: [dex]", 1), `recipient "dex" does not exist`},
		{"a secret that is missing", strings.Replace(oneHook, "file:url", "file:nowhere", 1), "nowhere does not exist"},
		{"no YAML", "channels: [", "regwatch.yaml:"},
	} {
		r.change(configs.FileName, tt.text, rejected)
		if !strings.Contains(r.log.String(), tt.problem) {
			t.Errorf("%s: the log lacks %q:\n%s", tt.name, tt.problem, r.log.String())
		}
		// A rule that is right by itself is not used either.
		r.change("rules/everything.yaml", strings.Replace(refRule, "title: Everything", "title: "+tt.name, 1), rejected)
		if got := r.Folder().Rules.Rules()[0].Title; got != "Everything" {
			t.Errorf("%s: the rule %q is in use", tt.name, got)
		}
		if r.Config().Channels[0].Name != "hook" || len(r.Config().Recipients) != 1 {
			t.Errorf("%s: the configuration in use is %+v", tt.name, r.Config())
		}
	}
	r.publish()
	r.receives("/first", 1)
	r.change(configs.FileName, oneHook+"zone: Asia/Tokyo\n", reloaded)
	if zone := r.Config().Zone; zone != "Asia/Tokyo" {
		t.Errorf("after the mistake was fixed the zone is %s", zone)
	}
}

func TestRemovedChannelWithDueDeliveriesIsReported(t *testing.T) {
	r := newReloadRig(t, oneHook, map[string]string{"url": "HOOK/refuses"})
	r.publish()
	r.eventually("a delivery that is due", func() bool {
		due, err := r.Deliveries(t.Context(), DeliveryFilter{State: "due"})
		return err == nil && len(due) == 1 && due[0].LastError != ""
	})
	r.write("other-url", "HOOK/other")
	r.change(configs.FileName, `
channels:
  other: {kind: webhook, url: "file:other-url", secret: "file:secret"}
recipients:
  desk: {send: [other]}
routes: {default: [desk]}
health: [desk]
`, reloaded)
	r.receives("/other", 1) // that the channel is gone
	due, err := r.Deliveries(t.Context(), DeliveryFilter{State: "due", Channel: "hook"})
	if err != nil || len(due) != 1 || !due[0].Orphaned {
		t.Errorf("due: %+v, %v; want the alert, without its channel", due, err)
	}
	r.publish()
	r.receives("/other", 2)
}

func TestKeysThatNeedARestartAreNamedAndKept(t *testing.T) {
	r := newReloadRig(t, oneHook, map[string]string{"url": "HOOK/first"})
	const line = `msg="this key is read only when regwatch starts: restart regwatch to use its new value" key=`
	named := func() (keys []string) {
		for part := range strings.SplitSeq(r.log.String(), line) {
			if key, _, _ := strings.Cut(part, "\n"); slices.Contains(RestartKeys(), key) {
				keys = append(keys, key)
			}
		}
		return keys
	}
	changed := oneHook + "zone: Asia/Tokyo\nscan: {parallel: 3, look_back: 48h}\nweb: {listen: \"127.0.0.1:1\"}\n"
	r.change(configs.FileName, changed, reloaded)
	if got := named(); !slices.Equal(got, []string{"scan.parallel", "web.listen"}) {
		t.Errorf("the log names %q", got)
	}
	if c := r.Config(); c.Scan.Parallel != 8 || c.Web.Listen != "" || c.Zone != "Asia/Tokyo" || c.Scan.LookBack != 48*time.Hour {
		t.Errorf("in use are parallel %d, listen %q, zone %s, look_back %s; want the old values of the first two", c.Scan.Parallel, c.Web.Listen, c.Zone, c.Scan.LookBack)
	}
	// Another change does not name them again, and one back needs no restart.
	r.change(configs.FileName, strings.Replace(changed, "Asia/Tokyo", "UTC", 1), reloaded)
	r.change(configs.FileName, strings.Replace(changed, "parallel: 3, ", "", 1), reloaded)
	if got := named(); len(got) != 2 {
		t.Errorf("after two more changes the log names %q", got)
	}
}

func TestSlackSocketsFollowTheConfiguration(t *testing.T) {
	fake, err := slackfake.New(slackfake.Options{Token: "xoxb-1", AppToken: "xapp-1"})
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	withSlack := strings.Replace(oneHook, "recipients:\n", "  chat: {kind: slack, token: \"file:token\", app_token: \"file:app-token\", channel: \"#a\", api: \""+fake.APIURL()+"\"}\nrecipients:\n", 1)
	r := newReloadRig(t, oneHook, map[string]string{"url": "HOOK/first", "token": "xoxb-1", "app-token": "xapp-1"})
	if n := fake.Sockets(); n != 0 {
		t.Fatalf("%d sockets at the start", n)
	}
	r.change(configs.FileName, withSlack, reloaded)
	r.eventually("a socket", func() bool { return fake.Sockets() == 1 })
	opened := fake.Calls("apps.connections.open")
	r.change(configs.FileName, withSlack+"zone: Asia/Tokyo\n", reloaded)
	if n := fake.Calls("apps.connections.open"); n != opened {
		t.Errorf("a change of something else opened the socket again: %d calls, want %d", n, opened)
	}
	r.change(configs.FileName, strings.Replace(withSlack, `"#a"`, `"#b"`, 1), reloaded)
	r.eventually("another socket", func() bool { return fake.Calls("apps.connections.open") > opened && fake.Sockets() == 1 })
	r.change(configs.FileName, oneHook, reloaded)
	r.eventually("no socket", func() bool { return fake.Sockets() == 0 })
}
