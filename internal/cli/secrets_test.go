package cli

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// secretForms are how a far side may write a secret that it repeats.
func secretForms(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	return []string{secret, url.QueryEscape(secret), strings.Trim(string(quoted), `"`), base64.StdEncoding.EncodeToString([]byte(secret))}
}

// Far sides repeat each secret of the configuration, not only the one that they were
// given. None shows in the log, in what commands print, in the database or its copies.
func TestNoSecretThatAFarSideRepeatsIsStored(t *testing.T) {
	const (
		token     = "xoxb-0000-t0ken-of/n\"obody"
		password  = `p4ss "word"/+of nobody`
		hookToken = "T0hook/B0hook/h00kt0ken"
		signing   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	)
	secrets := []string{token, password, hookToken, "h00kt0ken", signing, strings.TrimPrefix(signing, "whsec_")}
	var echo strings.Builder
	echo.WriteString("not taken:")
	for _, secret := range secrets {
		echo.WriteString(" " + strings.Join(secretForms(secret), " "))
	}
	var (
		mu     sync.Mutex
		bodies strings.Builder
	)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/works" {
			mu.Lock()
			defer mu.Unlock()
			bodies.Write(body)
			return
		}
		w.Header().Set("Location", "https://evil.example/?"+url.QueryEscape(echo.String()))
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, echo.String())
	}))
	defer receiver.Close()
	slack, err := slackfake.New(slackfake.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	slack.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: "chat.postMessage", Times: -1, Code: "msg_too_long", Fields: map[string]any{
		"response_metadata": map[string]any{"messages": []string{echo.String()}},
	}})
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	mail.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Times: -1, Code: 550, Message: "5.1.1 no such user " + echo.String()})
	host, port, err := net.SplitHostPort(mail.Addr())
	if err != nil {
		t.Fatal(err)
	}

	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	site := httptest.NewServer(d.site)
	defer site.Close()
	d.site.Publish(2)
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(site.URL)),
		"rules/everything.yaml": ruleForStream,
		"token":                 token,
		"password":              password,
		"slack-url":             receiver.URL + "/services/" + hookToken,
		"url":                   receiver.URL + "/in",
		"works-url":             receiver.URL + "/works",
		"secret":                signing,
		configs.FileName: fmt.Sprintf(`
channels:
  slack: {kind: slack, token: "file:token", channel: "#alerts", api: "%s"}
  hook: {kind: slack-webhook, url: "file:slack-url"}
  mail: {kind: email, host: %s, port: %s, tls: none, username: regwatch, password: "file:password", from: r@example.com}
  fails: {kind: webhook, url: "file:url", secret: "file:secret"}
  works: {kind: webhook, url: "file:works-url", secret: "file:secret"}
recipients:
  team: {send: [slack, hook, fails, "mail:team@example.com"]}
  watch: {send: [works]}
routes:
  default: [team]
health: [watch]
`, slack.APIURL(), host, port),
	} {
		d.write(t, name, text)
	}

	shown := map[string]string{}
	command := func(args ...string) {
		t.Helper()
		out, code := d.regwatch(t, args...)
		if code != 0 {
			t.Errorf("%v: exit code %d\n%s", args, code, out)
		}
		shown[strings.Join(args, " ")] = out
	}
	command("--log-format", "json", "scan")
	command("deliveries", "--json")
	command("deliveries")
	command("audit", "--json")
	moved := filepath.Join(d.dir, "moved.db")
	command("database", "copy", "--to", moved)
	databases, err := filepath.Glob(filepath.Join(d.dir, "*.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range databases {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shown[filepath.Base(file)] = string(content)
	}
	for _, test := range []string{"slack", "hook", "fails", "mail:me@example.com"} {
		shown["notify test "+test], _ = d.regwatch(t, "notify", "test", test)
	}
	shown["the health notice"] = bodies.String()

	for name, text := range shown {
		for _, secret := range secrets {
			for _, form := range secretForms(secret) {
				if strings.Contains(text, form) {
					t.Errorf("%s shows the secret as %q", name, form)
				}
			}
		}
	}
	// The failures themselves are there, with what was refused in them.
	for name, want := range map[string]string{
		"deliveries --json": "550 5.1.1 no such user not taken: [secret]", "moved.db": "550 5.1.1 no such user not taken: [secret]", "the health notice": "550 5.1.1 no such user not taken: [secret]",
		"notify test slack": "msg_too_long",
	} {
		if !strings.Contains(shown[name], want) {
			t.Errorf("%s does not say %q:\n%.3000s", name, want, shown[name])
		}
	}
}
