package configs

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
)

// A Secret is a value that nobody may see: a token, a password, the address of a
// webhook. It stores where the value is, not the value itself. It prints as [secret]
// with every verb and encoder, and reads the value each time, so that a changed
// password works without a restart.
type Secret struct {
	kind     string // env or file; empty if not set
	name     string // name of the variable, or path of the file
	position position
	key      string // the key in the file, for messages

	format secretFormat // the format that the value must have
}

// A secretFormat is the format of the value of a secret.
type secretFormat string

const (
	anyFormat          secretFormat = ""
	slackWebhookFormat secretFormat = "address of a Slack webhook"
	webhookFormat      secretFormat = "address to post to"
	addressFormat      secretFormat = "web address"
	signingKeysFormat  secretFormat = "keys to sign with"

	teamsFormat      secretFormat = "address of a workflow"
	telegramFormat   secretFormat = "bot token of Telegram"
	routingKeyFormat secretFormat = "routing key of PagerDuty"

	slackBotFormat secretFormat = "bot token of Slack"
	slackAppFormat secretFormat = "app-level token of Slack"
)

// check returns what is wrong with a value and how to fix it. It never repeats the
// value.
func (f secretFormat) check(value string) (what, want diag.Text) {
	switch f {
	case slackWebhookFormat:
		if !isProtectedURL(value) {
			return "is not a web address", "use the address from Slack, which starts with https://hooks.slack.com/services/"
		}
	case webhookFormat:
		if !isProtectedURL(value) {
			return "is not an https address", "use an address that starts with https://; http:// is only for this machine"
		}
	case teamsFormat:
		if !isProtectedURL(value) {
			return "is not an https address", "use the address of the workflow, which starts with https://; http:// is only for this machine"
		}
		if u, err := url.Parse(value); err == nil && strings.HasSuffix(u.Hostname(), ".webhook.office.com") {
			return "is the address of a connector, which Microsoft has retired", "create a workflow in Teams and use its address: docs/guides/teams-telegram-mattermost-pagerduty.md"
		}
	case telegramFormat:
		if !telegramToken.MatchString(value) {
			return "is not a bot token", "use the token from @BotFather, such as 123456789:AA…"
		}
	case routingKeyFormat:
		if !routingKey.MatchString(value) {
			return "is not an integration key of 32 letters and digits", "use the integration key of an Events API v2 integration of the service"
		}
	case addressFormat:
		if !isWebAddress(value) {
			return "is not a web address", "use the address from the monitor, such as https://hc-ping.com/…"
		}
	case slackBotFormat:
		if strings.HasPrefix(value, "xapp-") {
			return "is an app-level token", "use the bot token, which starts with xoxb-; put the app-level token under app_token"
		}
	case slackAppFormat:
		if !strings.HasPrefix(value, "xapp-") {
			return "is not an app-level token", "use the token with the scope connections:write, which starts with xapp-; put the bot token under token"
		}
	case signingKeysFormat:
		if _, err := SigningKeys(value); err != nil {
			return diag.Textf("%s", err.Error()), diag.Textf("create one with: %s", signingKeyCommand)
		}
	}
	return "", ""
}

var (
	telegramToken = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{30,}$`)
	routingKey    = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
)

// signingKeyCommand prints a new signing key for webhooks.
const signingKeyCommand = `echo "whsec_$(openssl rand -base64 32)"`

// SigningKeys parses the signing keys of webhooks in the form of the Standard Webhooks
// specification: whsec_ and 24 to 64 bytes in base64. Several keys, separated by
// spaces, all sign, so that a receiver can change from one to the next.
func SigningKeys(value string) ([][]byte, error) {
	var keys [][]byte
	for _, word := range strings.Fields(value) {
		encoded, ok := strings.CutPrefix(word, "whsec_")
		if !ok {
			return nil, errors.New("does not start with whsec_")
		}
		key, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case err != nil:
			return nil, errors.New("is not base64 after whsec_")
		case len(key) < 24 || len(key) > 64:
			return nil, fmt.Errorf("has %d bytes after whsec_, not 24 to 64", len(key))
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("is empty")
	}
	return keys, nil
}

const redacted = "[secret]"

// MaxSecret is the largest secret file that is read, in bytes.
const MaxSecret = 64 << 10

// IsSet reports whether the configuration has this secret.
func (s Secret) IsSet() bool { return s.kind != "" }

// Reveal reads the value. There is no other way to see it; keep the result out of
// errors and logs.
func (s Secret) Reveal() (string, error) {
	switch s.kind {
	case "env":
		value := trimLineEnd(os.Getenv(s.name))
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set", s.name)
		}
		return value, nil
	case "file":
		return readSecretFile(s.name)
	}
	return "", errors.New("the secret is not configured")
}

// ReadSecret returns the value behind env:NAME or file:PATH, for sources and other
// files of the folder. Relative paths start from dir.
func ReadSecret(dir, reference string) (string, error) {
	s, ok := parseReference(dir, reference)
	if !ok {
		return "", errors.New("the value is not a reference to a secret; use env:NAME or file:PATH")
	}
	return s.Reveal()
}

// parseReference parses env:NAME or file:PATH.
func parseReference(dir, reference string) (Secret, bool) {
	kind, name, _ := strings.Cut(reference, ":")
	switch name = strings.TrimSpace(name); {
	case kind == "env" && variableName.MatchString(name):
		return Secret{kind: kind, name: name}, true
	case kind == "file" && name != "" && filepath.IsAbs(name):
		return Secret{kind: kind, name: name}, true
	case kind == "file" && name != "":
		return Secret{kind: kind, name: filepath.Join(dir, name)}, true
	}
	return Secret{}, false
}

// trimLineEnd removes the line end that editors, echo and $(cat) in some shells add to
// a secret.
func trimLineEnd(text string) string { return strings.TrimRight(text, "\r\n") }

func readSecretFile(path string) (string, error) {
	text, err := userfile.Read(path, MaxSecret)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("secret file %s does not exist", path)
	}
	if refused, ok := errors.AsType[userfile.RejectedError](err); ok {
		return "", fmt.Errorf("secret file %s cannot be used: %w", path, refused)
	}
	if err != nil {
		return "", fmt.Errorf("read secret file: %w", err)
	}
	value := trimLineEnd(string(text))
	if value == "" {
		return "", fmt.Errorf("secret file %s is empty", path)
	}
	return value, nil
}

// worldReadable reports whether everyone on this machine can read the file of a
// secret, and its mode.
func (s Secret) worldReadable() (fs.FileMode, bool) {
	if s.kind != "file" || runtime.GOOS == "windows" {
		return 0, false
	}
	info, err := os.Stat(s.name)
	if err != nil {
		return 0, false
	}
	return info.Mode().Perm(), info.Mode().Perm()&0o004 != 0
}

// Format prints [secret] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String returns [secret].
func (s Secret) String() string { return redacted }

// GoString returns [secret].
func (s Secret) GoString() string { return redacted }

// LogValue makes slog write [secret].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText makes JSON and other encoders write [secret].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalYAML makes YAML encoders write [secret].
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// CheckSecrets reads every secret of the configuration and reports those that cannot be
// read or have the wrong format. Its warnings are secrets that others can read too.
func (c *Config) CheckSecrets() (problems, warnings diag.Problems) {
	for _, s := range c.secrets() {
		value, err := s.Reveal()
		if err != nil {
			problems = append(problems, s.problem(diag.Textf("%s: %v", s.key, err), s.hint()))
			continue
		}
		if what, want := s.format.check(value); what != "" {
			problems = append(problems, s.problem(diag.Textf("%s %s", s.key, what), want))
		}
		if mode, ok := s.worldReadable(); ok {
			warnings = append(warnings, s.problem(
				diag.Textf("%s: secret file %s can be read by everyone on this machine (mode %04o)", s.key, s.name, mode),
				diag.Textf("use mode 0600: chmod 600 %s", s.name)))
		}
	}
	return problems.Sorted(), warnings.Sorted()
}

// SecretValues returns the values of all secrets, to remove them from texts. It skips
// those that cannot be read.
func (c *Config) SecretValues() []string {
	var values []string
	for _, s := range c.secrets() {
		if value, err := s.Reveal(); err == nil {
			values = append(values, value)
		}
	}
	return values
}

// isProtectedURL reports whether the address of a webhook is encrypted, or on this
// machine.
func isProtectedURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func (s Secret) hint() diag.Text {
	if s.kind == "env" {
		return diag.Textf("set it before you start regwatch: export %s=…", s.name)
	}
	return "write only the secret into that file"
}

func (s Secret) problem(what, want diag.Text) diag.Problem {
	return diag.New(s.position.file, s.position.line, s.position.col, what, want)
}

// secrets returns the secrets that are set, in the order of the file.
func (c *Config) secrets() []Secret {
	all := []Secret{c.Database.DSN}
	for _, ch := range c.Channels {
		switch {
		case ch.Slack != nil:
			all = append(all, ch.Slack.Token, ch.Slack.AppToken)
		case ch.SlackWebhook != nil:
			all = append(all, ch.SlackWebhook.URL)
		case ch.Webhook != nil:
			all = append(all, ch.Webhook.URL, ch.Webhook.Secret)
		case ch.Email != nil:
			all = append(all, ch.Email.Password)
		case ch.Teams != nil:
			all = append(all, ch.Teams.URL)
		case ch.Telegram != nil:
			all = append(all, ch.Telegram.Token)
		case ch.Mattermost != nil:
			all = append(all, ch.Mattermost.URL)
		case ch.PagerDuty != nil:
			all = append(all, ch.PagerDuty.RoutingKey)
		}
	}
	all = append(all, c.Heartbeat.URL, c.Web.Login.OIDC.ClientSecret)
	var set []Secret
	for _, s := range all {
		if s.IsSet() {
			set = append(set, s)
		}
	}
	return set
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// secretSetting reads a reference to a secret. Messages never repeat the text of the
// file, because it may be the secret itself.
func secretSetting(n yamlnode.Node, dir, what string) Secret {
	const want = "use env:NAME for an environment variable, or file:PATH for a file; do not write the secret into this file"
	if !n.Exists() || n.IsNull() {
		return Secret{}
	}
	if !n.IsScalar() {
		n.Report(diag.Textf("%s is not a text", diag.Text(what)), want)
		return Secret{}
	}
	text := n.String(what)
	s, ok := parseReference(dir, text)
	switch {
	case ok:
		line, col := n.Position()
		s.position, s.key = position{n.File(), line, col}, what
		return s
	case strings.HasPrefix(text, "env:"):
		n.Report(diag.Textf("%s has an invalid environment variable", diag.Text(what)), "use env: and a name of letters, digits and _, such as env:SLACK_BOT_TOKEN")
	default:
		n.Report(diag.Textf("%s contains the secret itself", diag.Text(what)), want)
	}
	return Secret{}
}
