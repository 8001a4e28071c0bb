package configs

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func manual(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, page := range []string{"configuration.md", "recipients.md"} {
		text, err := os.ReadFile("../docs/reference/" + page)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// A documented key is a row of a table in the pages that manual reads.
type documented struct {
	section string // as in knownKeys
	key     string
	value   string // the default as YAML, if the row has one in backquotes and nothing else
}

func (d documented) name() string {
	if d.section == "" {
		return d.key
	}
	return d.section + "." + d.key
}

var (
	heading = regexp.MustCompile("^#{2,3} .*?`([a-z-]+)`")
	row     = regexp.MustCompile("^\\| `([a-z_]+)` \\|.*\\| (.+) \\|$")
	plain   = regexp.MustCompile("^`([^`]+)`$")
	fence   = regexp.MustCompile("(?ms)^```([a-z ]+)\n(.*?)^```$")
)

func documentedKeys(t *testing.T) []documented {
	t.Helper()
	var all []documented
	section := ""
	for line := range strings.Lines(fence.ReplaceAllString(manual(t), "")) {
		line = strings.TrimRight(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			section = m[1]
			switch section {
			case "recipients", "routes", "digests":
				section += ".NAME"
			case "hours", "pace", "burst", "deputy":
				section = "recipients.NAME." + section
			case "to", "when", "after", "escalate":
				section = "routes.NAME." + section
			case "login":
				section = "web.login"
			case "oidc", "proxy":
				section = "web.login." + section
			case "every":
				section = "scan.every"
			case "slack", "slack-webhook", "email", "webhook", "teams", "telegram", "mattermost", "pagerduty", "terminal":
				section = "channels." + section
			}
		}
		if m := row.FindStringSubmatch(line); m != nil {
			d := documented{section: section, key: m[1]}
			if v := plain.FindStringSubmatch(m[2]); v != nil {
				d.value = v[1]
			}
			all = append(all, d)
		}
	}
	return all
}

func TestManualNamesEveryKey(t *testing.T) {
	var names []string
	for _, d := range documentedKeys(t) {
		names = append(names, d.name())
	}
	slices.Sort(names)
	if diff := cmp.Diff(knownKeys(), names); diff != "" {
		t.Errorf("keys of docs/reference mismatch (-known to the loader +documented):\n%s", diff)
	}
}

// Writing a default out must change nothing.
func TestManualTellsTheDefaults(t *testing.T) {
	around := map[string]string{
		"":                      "%s",
		"database":              "database:\n  %s",
		"scan":                  "scan:\n  %s",
		"scan.every":            "scan:\n  every:\n    %s",
		"retention":             "retention:\n  %s",
		"recipients.NAME":       "recipients:\n  compliance:\n    send: [terminal]\n    %s",
		"recipients.NAME.burst": "recipients:\n  compliance:\n    send: [terminal]\n    burst:\n      %s",
		"recipients.NAME.hours": "recipients:\n  compliance:\n    send: [terminal]\n    hours:\n      days: [mon]\n      %s",
		"recipients.NAME.pace":  "recipients:\n  compliance:\n    send: [terminal]\n    pace:\n      every: weekly\n      %s",
		"routes.NAME.to":        "recipients:\n  compliance:\n    send: [terminal]\nroutes:\n  default:\n    to:\n      - recipient: compliance\n        %s",
		"digests.NAME":          "digests:\n  weekly:\n    to: [terminal]\n    %s",
		"channels.email":        "recipients: {compliance: {send: [terminal]}}\nchannels:\n  mail:\n    kind: email\n    host: smtp.example.com\n    from: regwatch@example.com\n    %s",
		"web":                   "web:\n  public: https://regwatch.example.com\n  %s",
		"web.login":             "web:\n  listen: 127.0.0.1:8480\n  public: https://regwatch.example.com\n  login:\n    oidc: {issuer: https://login.example.com, client_id: a, client_secret: env:A, roles: {reader: [b]}}\n    %s",
		"web.login.oidc":        "web:\n  listen: 127.0.0.1:8480\n  public: https://regwatch.example.com\n  login:\n    oidc:\n      issuer: https://login.example.com\n      client_id: a\n      client_secret: env:A\n      roles: {reader: [b]}\n      %s",
		"channels.slack":        "",
		"channels.terminal":     "",
	}
	tested := 0
	for _, d := range documentedKeys(t) {
		if d.value == "" {
			continue
		}
		without := fmt.Sprintf(around[d.section]+"\n", "")
		if d.section == "" {
			without = "health:\n"
		}
		with := fmt.Sprintf(around[d.section]+"\n", d.key+": "+d.value)
		want, problems := parse("folder", FileName, []byte(without))
		if len(problems) > 0 {
			t.Fatalf("without %s:\n%v", d.name(), problems)
		}
		got, problems := parse("folder", FileName, []byte(with))
		if len(problems) > 0 {
			t.Errorf("%s: the default is refused:\n%v", d.name(), problems)
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{}, Web{}, Secret{})); diff != "" {
			t.Errorf("%s: writing out the default %s changes (-left out +written):\n%s", d.name(), d.value, diff)
		}
		tested++
	}
	if tested < 15 {
		t.Errorf("found %d defaults; want at least 15: does the table still have its form?", tested)
	}
}

func TestManualExamples(t *testing.T) {
	blocks := fence.FindAllStringSubmatch(manual(t), -1)
	good := 0
	for i, block := range blocks {
		switch language, text := block[1], block[2]; language {
		case "yaml":
			good++
			if _, problems := parse("folder", FileName, []byte(text)); len(problems) > 0 {
				t.Errorf("this example has problems:\n%s\n%v", text, problems)
			}
		case "yaml wrong":
			_, problems := parse("folder", FileName, []byte(text))
			if diff := cmp.Diff(blocks[i+1][2], problems.Error()+"\n"); diff != "" {
				t.Errorf("problems of the faulty example mismatch (-manual +found):\n%s", diff)
			}
		}
	}
	if good < 5 {
		t.Errorf("found %d examples; want at least 5", good)
	}
}
