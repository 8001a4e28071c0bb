package configs

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

const hidden = "xoxb-hunter2"

// withSecrets loads a configuration whose token is in the environment and whose
// password and webhook are in files.
func withSecrets(t *testing.T) *Config {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("REGWATCH_TEST_TOKEN", hidden)
	writeFile(t, filepath.Join(dir, "smtp"), hidden+"\n", 0o600)
	writeFile(t, filepath.Join(dir, "hook"), "https://hooks.slack.com/services/"+hidden+"\r\n", 0o600)
	writeFile(t, filepath.Join(dir, FileName), `database: {dsn: env:REGWATCH_TEST_TOKEN}
channels:
  slack: {kind: slack, token: env:REGWATCH_TEST_TOKEN, channel: "#reg-alerts"}
  hook: {kind: slack-webhook, url: file:hook}
  mail: {kind: email, host: smtp.example.com, username: regwatch, password: file:smtp, from: regwatch@example.com}
recipients:
  compliance: {send: [slack, hook, "mail:team@example.com"]}
`, 0o644)
	cfg, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return cfg
}

func writeFile(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestRevealSecrets(t *testing.T) {
	cfg := withSecrets(t)
	slack, _ := cfg.Channel("slack")
	mail, _ := cfg.Channel("mail")
	hook, _ := cfg.Channel("hook")
	for name, tt := range map[string]struct {
		secret Secret
		want   string
	}{
		"from the environment":               {slack.Slack.Token, hidden},
		"from a file, without its line end":  {mail.Email.Password, hidden},
		"from a file with a DOS line ending": {hook.SlackWebhook.URL, "https://hooks.slack.com/services/" + hidden},
	} {
		if got, err := tt.secret.Reveal(); got != tt.want || err != nil {
			t.Errorf("%s: Reveal() = %q, %v; want %q", name, got, err, tt.want)
		}
	}
	if problems, warnings := cfg.CheckSecrets(); len(problems)+len(warnings) > 0 {
		t.Errorf("CheckSecrets() = %v, %v; want nothing", problems, warnings)
	}
}

func TestRevealTrimsLineEnd(t *testing.T) {
	for value, want := range map[string]string{"token\n": "token", "token\r\n": "token", " to\nken ": " to\nken ", "\n": ""} {
		t.Setenv("REGWATCH_TEST_TOKEN", value)
		got, err := ReadSecret("", "env:REGWATCH_TEST_TOKEN")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ReadSecret of %q = %q, %v; want %q", value, got, err, want)
		}
	}
}

func TestSecretValuesSkipUnreadable(t *testing.T) {
	cfg := withSecrets(t)
	hook, _ := cfg.Channel("hook")
	if err := os.Remove(hook.SlackWebhook.URL.name); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{hidden, hidden, hidden}, cfg.SecretValues()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestReadSecret(t *testing.T) {
	cfg := withSecrets(t)
	for reference, want := range map[string]string{
		"env:REGWATCH_TEST_TOKEN":     hidden,
		"file:smtp":                   hidden,
		"file:" + cfg.Path("smtp"):    hidden,
		hidden:                        "",
		"env:" + "not-a-name-hunter2": "",
		"file:":                       "",
		"":                            "",
	} {
		got, err := ReadSecret(cfg.Dir, reference)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ReadSecret(%q) = %q, %v; want %q", reference, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ReadSecret(%q) repeats the text, which may be the secret: %v", reference, err)
		}
	}
}

func TestRevealReadsEachTime(t *testing.T) {
	cfg := withSecrets(t)
	mail, _ := cfg.Channel("mail")
	writeFile(t, cfg.Path("smtp"), "changed", 0o600)
	if got, err := mail.Email.Password.Reveal(); got != "changed" || err != nil {
		t.Errorf("after the file changed Reveal() = %q, %v; want %q", got, err, "changed")
	}
}

func TestUnreadableSecrets(t *testing.T) {
	cfg := withSecrets(t)
	t.Setenv("REGWATCH_TEST_TOKEN", "")
	if err := os.Remove(cfg.Path("smtp")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, cfg.Path("hook"), "http://hooks.example.com/"+hidden, 0o600)
	problems, _ := cfg.CheckSecrets()
	got := strings.ReplaceAll(problems.Error(), cfg.Dir, "DIR")
	want := `DIR/regwatch.yaml:1:17: database.dsn: environment variable REGWATCH_TEST_TOKEN is not set; set it before you start regwatch: export REGWATCH_TEST_TOKEN=…
DIR/regwatch.yaml:3:31: channels.slack.token: environment variable REGWATCH_TEST_TOKEN is not set; set it before you start regwatch: export REGWATCH_TEST_TOKEN=…
DIR/regwatch.yaml:4:36: channels.hook.url is not a web address; use the address from Slack, which starts with https://hooks.slack.com/services/
DIR/regwatch.yaml:5:77: channels.mail.password: secret file DIR/smtp does not exist; write only the secret into that file`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Secrets mismatch (-want +got):\n%s", diff)
	}
}

// The two tokens of a Slack app are easily confused.
func TestAppTokenAsBotToken(t *testing.T) {
	t.Setenv("REGWATCH_TEST_TOKEN", "xapp-1-A-"+hidden)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, FileName), `channels: {slack: {kind: slack, token: env:REGWATCH_TEST_TOKEN, channel: "#reg"}}
recipients: {desk: {send: [slack]}}
routes: {default: [desk]}
`, 0o600)
	cfg, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	problems, _ = cfg.CheckSecrets()
	const want = "regwatch.yaml:1:40: channels.slack.token is an app-level token; use the bot token, which starts with xoxb-; put the app-level token under app_token"
	if len(problems) != 1 || problems[0].String() != filepath.Join(dir, want) && problems[0].String() != want {
		t.Errorf("got %v, want %q", problems, want)
	}
}

func TestBotTokenAsAppToken(t *testing.T) {
	const text = `channels: {slack: {kind: slack, token: env:REGWATCH_TEST_TOKEN, app_token: env:REGWATCH_TEST_APP, channel: "#reg"}}`
	t.Setenv("REGWATCH_TEST_TOKEN", hidden)
	for value, want := range map[string]string{
		"xapp-1-A-" + hidden: "",
		hidden:               "channels.slack.app_token is not an app-level token; use the token with the scope connections:write, which starts with xapp-",
		"":                   "channels.slack.app_token: environment variable REGWATCH_TEST_APP is not set",
	} {
		t.Setenv("REGWATCH_TEST_APP", value)
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, FileName), text+"\nrecipients: {desk: {send: [slack]}}\nroutes: {default: [desk]}\n", 0o600)
		cfg, problems := Load(dir)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		problems, _ = cfg.CheckSecrets()
		if want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !strings.Contains(problems[0].String(), want)) {
			t.Errorf("with %d characters: %v, want %q", len(value), problems, want)
		}
		if strings.Contains(fmt.Sprint(problems), "hunter2") {
			t.Errorf("the token is printed: %v", problems)
		}
	}
}

func TestSecretFiles(t *testing.T) {
	tests := map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"empty":  {func(t *testing.T, path string) { writeFile(t, path, "\n", 0o600) }, "is empty"},
		"folder": {func(t *testing.T, path string) { _ = os.Mkdir(path, 0o700) }, "cannot be used: it is a folder"},
		"large":  {func(t *testing.T, path string) { writeFile(t, path, strings.Repeat("x", MaxSecret+1), 0o600) }, "cannot be used: it has 65537 bytes; the limit is 65536"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			tt.make(t, path)
			_, err := Secret{kind: "file", name: path}.Reveal()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Reveal() = %v; want %q in the error", err, tt.want)
			}
		})
	}
	if _, err := (Secret{}).Reveal(); err == nil {
		t.Error("Reveal() of the zero Secret returns no error")
	}
}

func TestWorldReadableSecretFile(t *testing.T) {
	cfg := withSecrets(t)
	if err := os.Chmod(cfg.Path("smtp"), 0o644); err != nil {
		t.Fatal(err)
	}
	problems, warnings := cfg.CheckSecrets()
	if len(problems) > 0 || len(warnings) != 1 || !strings.Contains(warnings[0].String(), "can be read by everyone on this machine (mode 0644); use mode 0600: chmod 600") {
		t.Errorf("CheckSecrets() = %v, %v; want no problem and a warning of mode 0644", problems, warnings)
	}
}

// TestSecretsAreNeverPrinted prints a whole configuration in every way that a person
// or a log might.
func TestSecretsAreNeverPrinted(t *testing.T) {
	cfg := withSecrets(t)
	slack, _ := cfg.Channel("slack")
	secret := slack.Slack.Token

	shown := map[string]string{"string": secret.String(), "go string": secret.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		shown["secret "+verb] = fmt.Sprintf(verb, secret)
		shown["pointer "+verb] = fmt.Sprintf(verb, &secret)
		shown["config "+verb] = fmt.Sprintf(verb, cfg)
		shown["channel "+verb] = fmt.Sprintf(verb, *slack.Slack)
		// Format is not called for a field that fmt may not touch.
		shown["unexported "+verb] = fmt.Sprintf(verb, struct{ s Secret }{secret})
	}
	shown["Sprint"] = fmt.Sprint(secret)
	shown["error"] = fmt.Errorf("send: %v", secret).Error()
	for name, marshal := range map[string]func(any) ([]byte, error){"json": json.Marshal, "yaml": yamlMarshal, "xml": xml.Marshal} {
		for _, v := range []any{secret, &secret, slack.Slack, map[string]Secret{"token": secret}} {
			text, err := marshal(v)
			if err != nil && name != "xml" {
				t.Errorf("%s of %T: %v", name, v, err)
			}
			shown[fmt.Sprintf("%s %T", name, v)] = string(text)
		}
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("sending", "token", secret, "channel", slack.Slack, "value", *slack.Slack, "config", cfg)
	}
	shown["log"] = log.String()

	for how, text := range shown {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("%s prints the secret: %s", how, text)
		}
		if strings.HasPrefix(how, "secret ") && text != "[secret]" {
			t.Errorf("%s prints %q; want [secret]", how, text)
		}
	}
	for _, how := range []string{"json configs.Secret", "yaml configs.Secret", "log", "config %+v"} {
		if !strings.Contains(shown[how], "[secret]") {
			t.Errorf("%s prints %q; want [secret] in it", how, shown[how])
		}
	}
}

func yamlMarshal(v any) ([]byte, error) { return yaml.Marshal(v) }

// The keys are those of the specification's libraries.
func TestSigningKeys(t *testing.T) {
	key := func(n int) string { return "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, n)) }
	tests := []struct {
		value string
		keys  int
		want  string
	}{
		{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1, ""},
		{key(32) + " " + key(64) + "\n", 2, ""},
		{key(24), 1, ""},
		{key(23), 0, "has 23 bytes after whsec_, not 24 to 64"},
		{key(65), 0, "has 65 bytes after whsec_, not 24 to 64"},
		{"hunter2-hunter2-hunter2-hunter2", 0, "does not start with whsec_"},
		{"whsec_hunter2!", 0, "is not base64 after whsec_"},
		{" ", 0, "is empty"},
	}
	for _, tt := range tests {
		keys, err := SigningKeys(tt.value)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if len(keys) != tt.keys || got != tt.want {
			t.Errorf("SigningKeys(%q) = %d keys, %q; want %d, %q", tt.value, len(keys), got, tt.keys, tt.want)
		}
	}
}

func TestSecretFormatProblemsOmitValue(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("REGWATCH_TEST_URL", "http://receiver.example.com/hunter2")
	t.Setenv("REGWATCH_TEST_SECRET", "hunter2")
	writeFile(t, filepath.Join(dir, FileName), `channels:
  desk: {kind: webhook, url: env:REGWATCH_TEST_URL, secret: env:REGWATCH_TEST_SECRET}
recipients:
  compliance: {send: [desk]}
`, 0o644)
	cfg, problems := Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	problems, _ = cfg.CheckSecrets()
	var got []string
	for _, p := range problems {
		got = append(got, p.What+"; "+p.Want)
	}
	want := []string{
		"channels.desk.url is not an https address; use an address that starts with https://; http:// is only for this machine",
		`channels.desk.secret does not start with whsec_; create one with: echo "whsec_$(openssl rand -base64 32)"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestSecretFormatsOfChatsAndOnCall(t *testing.T) {
	for _, tt := range []struct {
		format      secretFormat
		good, wrong string
		what        string // that is wrong
	}{
		{teamsFormat, "https://x.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke?sig=a", "http://teams.example.com/", "is not an https address"},
		{teamsFormat, "https://prod-1.westeurope.logic.azure.com:443/workflows/1?sig=a", "https://example.webhook.office.com/webhookb2/a/IncomingWebhook/b", "is the address of a connector, which Microsoft has retired"},
		{telegramFormat, "123456789:AAF-0123456789abcdefghijklmnopqrstu", "bot123456789:AAF-0123456789abcdefghijklmnopqrstu", "is not a bot token"},
		{telegramFormat, "1:AAF-0123456789abcdefghijklmnopqrs", "123456789", "is not a bot token"},
		{routingKeyFormat, "0123456789abcdef0123456789ABCDEF", "u+0123456789abcdef01", "is not an integration key of 32 letters and digits"},
	} {
		if what, _ := tt.format.check(tt.good); what != "" {
			t.Errorf("%s: %q %s", tt.format, tt.good, what)
		}
		if what, want := tt.format.check(tt.wrong); string(what) != tt.what || want == "" {
			t.Errorf("%s: %q %q, want %q and what would be right", tt.format, tt.wrong, what, tt.what)
		}
	}
}
