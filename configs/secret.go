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

// A Secret is a value that must not be seen: a token, a password, a webhook's
// address. It holds where the value lies and not the value, prints as [secret]
// however it is printed, and reads the value each time it is asked, so that a
// changed password is used without a restart.
type Secret struct {
	kind   string // env or file; empty if none was given
	name   string // of the variable, or the path of the file
	place  place
	toldAs string // the key that it stands under, for messages

	form form // that the value must have
}

// A form is what a secret's value must look like.
type form string

const (
	anyForm      form = ""
	slackAddress form = "address of a Slack webhook"
	postAddress  form = "address to post to"
	anyAddress   form = "web address"
	signingKeys  form = "keys to sign with"

	slackBotToken form = "token of a Slack bot, and not of its app"
	slackAppToken form = "token of a Slack app, and not of its bot"
)

// fault says what is wrong with a value, and what would be right. It never
// repeats the value.
func (f form) fault(value string) (what, want string) {
	switch f {
	case slackAddress:
		if !postable(value) {
			return "does not lead to a web address", "want what Slack shows, which starts with https://hooks.slack.com/services/"
		}
	case postAddress:
		if !postable(value) {
			return "does not lead to a web address", "want one that starts with https://; http:// is for this machine alone"
		}
	case anyAddress:
		if !webAddress(value) {
			return "does not lead to a web address", "want what the monitor shows, such as https://hc-ping.com/…"
		}
	case slackBotToken:
		if strings.HasPrefix(value, "xapp-") {
			return "leads to the app-level token", "want the bot's, which starts with xoxb-; the app-level token belongs under app_token"
		}
	case slackAppToken:
		if !strings.HasPrefix(value, "xapp-") {
			return "leads to no app-level token", "want the one with the scope connections:write, which starts with xapp-; the bot's token has a key of its own"
		}
	case signingKeys:
		if _, err := SigningKeys(value); err != nil {
			return err.Error(), "make one with: " + makeSigningKey
		}
	}
	return "", ""
}

// makeSigningKey is a command that prints a secret to sign webhooks with.
const makeSigningKey = `echo "whsec_$(openssl rand -base64 32)"`

// SigningKeys reads what webhooks are signed with, as the Standard Webhooks
// specification writes it: whsec_ and 24 to 64 bytes in base64. Several, with
// spaces between, all sign, so that a receiver may change from one to the next.
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
			return nil, errors.New("is not in base64 after whsec_")
		case len(key) < 24 || len(key) > 64:
			return nil, fmt.Errorf("has %d bytes after whsec_; want 24 to 64", len(key))
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("is empty")
	}
	return keys, nil
}

const redacted = "[secret]"

// MaxSecret is the most that is read of a secret's file, in bytes.
const MaxSecret = 64 << 10

// IsSet reports whether the configuration names a place for the value.
func (s Secret) IsSet() bool { return s.kind != "" }

// Reveal reads the value. It is the one way to see it; keep what it returns out
// of errors and logs.
func (s Secret) Reveal() (string, error) {
	switch s.kind {
	case "env":
		value := withoutLineEnd(os.Getenv(s.name))
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set", s.name)
		}
		return value, nil
	case "file":
		return revealFile(s.name)
	}
	return "", errors.New("no secret is configured")
}

// ReadSecret reads the value that env:NAME or file:PATH stands for, where a
// source or another file beside regwatch.yaml needs one. A relative path starts
// from the folder dir.
func ReadSecret(dir, reference string) (string, error) {
	s, ok := lies(dir, reference)
	if !ok {
		return "", errors.New("a secret is written out, or names no place; want env:NAME or file:PATH")
	}
	return s.Reveal()
}

// lies reads where a secret lies.
func lies(dir, reference string) (Secret, bool) {
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

// withoutLineEnd leaves off the line end that editors, echo and $(cat) in some
// shells add to a secret.
func withoutLineEnd(text string) string { return strings.TrimRight(text, "\r\n") }

func revealFile(path string) (string, error) {
	text, err := userfile.Read(path, MaxSecret)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("secret file %s does not exist", path)
	}
	if refused, ok := errors.AsType[userfile.Refusal](err); ok {
		return "", fmt.Errorf("secret file %s cannot be used: %w", path, refused)
	}
	if err != nil {
		return "", fmt.Errorf("read secret file: %w", err)
	}
	value := withoutLineEnd(string(text))
	if value == "" {
		return "", fmt.Errorf("secret file %s is empty", path)
	}
	return value, nil
}

// exposed reports how a secret's file can be read by others on this machine.
func (s Secret) exposed() (fs.FileMode, bool) {
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

// Secrets reads every secret that the configuration names and reports those
// that cannot be read. A warning is a secret that can be read, by others too.
func (c *Config) Secrets() (problems, warnings diag.Problems) {
	for _, s := range c.secrets() {
		value, err := s.Reveal()
		if err != nil {
			problems = append(problems, s.problem(fmt.Sprintf("%s: %v", s.toldAs, err), s.remedy()))
			continue
		}
		if what, want := s.form.fault(value); what != "" {
			problems = append(problems, s.problem(s.toldAs+" "+what, want))
		}
		if mode, ok := s.exposed(); ok {
			warnings = append(warnings, s.problem(
				fmt.Sprintf("%s: secret file %s can be read by everyone on this machine (mode %04o)", s.toldAs, s.name, mode),
				"want mode 0600: chmod 600 "+s.name))
		}
	}
	return problems.Sorted(), warnings.Sorted()
}

// SecretValues reads every secret that the configuration names, for taking them
// out of texts. Those that cannot be read are left out.
func (c *Config) SecretValues() []string {
	var values []string
	for _, s := range c.secrets() {
		if value, err := s.Reveal(); err == nil {
			values = append(values, value)
		}
	}
	return values
}

// postable reports whether a webhook's address is protected on its way; this
// machine may be reached without.
func postable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func (s Secret) remedy() string {
	if s.kind == "env" {
		return fmt.Sprintf("set it before regwatch starts: export %s=…", s.name)
	}
	return "write the secret, and nothing else, into that file"
}

func (s Secret) problem(what, want string) diag.Problem {
	return diag.Problem{File: s.place.file, Line: s.place.line, Col: s.place.col, What: what, Want: want}
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
		}
	}
	all = append(all, c.Heartbeat.URL)
	var set []Secret
	for _, s := range all {
		if s.IsSet() {
			set = append(set, s)
		}
	}
	return set
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// secret reads where a secret lies. What stands there is never repeated in a
// message: it may be the secret itself.
func secret(n yamlnode.Node, dir, what string) Secret {
	const want = "want env:NAME for an environment variable, or file:PATH for a file; the secret itself stays out of this file"
	if !n.There() || n.IsNull() {
		return Secret{}
	}
	if !n.IsScalar() {
		n.Report(what+" is not a text", want)
		return Secret{}
	}
	text := n.String(what)
	s, ok := lies(dir, text)
	switch {
	case ok:
		line, col := n.Position()
		s.place, s.toldAs = place{n.File(), line, col}, what
		return s
	case strings.HasPrefix(text, "env:"):
		n.Report(what+" names an environment variable that cannot exist", "want env: and a name of letters, digits and _, such as env:SLACK_BOT_TOKEN")
	default:
		n.Report(what+" is written out here", want)
	}
	return Secret{}
}
