package configs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/internal/yamlnode"
)

func starterText(t *testing.T) string {
	t.Helper()
	src, err := fs.ReadFile(Starter(), FileName)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// leftOut matches the keys that the shipped file comments out: # without a space.
var leftOut = regexp.MustCompile(`(?m)^( *)#(\S)`)

func TestStarterLoads(t *testing.T) {
	cfg, problems := parse("folder", FileName, []byte(starterText(t)))
	if len(problems) > 0 {
		t.Fatalf("the shipped file has problems:\n%v", problems)
	}
	if problems, warnings := cfg.CheckSecrets(); len(problems)+len(warnings) > 0 {
		t.Errorf("the shipped file needs secrets: %v %v", problems, warnings)
	}
	if len(cfg.Digests) != 1 {
		t.Errorf("the shipped file has %d digests; want one, so that `digest preview` has something to show", len(cfg.Digests))
	}
}

func TestStarterLoadsWithEveryKey(t *testing.T) {
	text := leftOut.ReplaceAllString(starterText(t), "$1$2")
	text = strings.Replace(text, "  path: regwatch.db\n", "\n", 1)                       // dsn replaces it
	text = regexp.MustCompile(`(?s)    proxy:\n.*?\n\n`).ReplaceAllString(text, "\n")    // users and oidc replace it
	text = strings.Replace(text, "      official: true\n", "", 1)                        // sources replaces it
	text = strings.Replace(text, "  every:\n    floor: 5m\n    ceiling: 30m\n", "\n", 1) // and so does cron
	if _, problems := parse("folder", FileName, []byte(text)); len(problems) > 0 {
		t.Errorf("with every key, the shipped file has problems:\n%v", problems)
	}
}

func TestStarterHasEveryKey(t *testing.T) {
	text := leftOut.ReplaceAllString(starterText(t), "$1$2")
	if diff := cmp.Diff(knownKeys(), keysIn(text)); diff != "" {
		t.Errorf("keys of the shipped file mismatch (-known to the loader +in the file):\n%s", diff)
	}
}

// The starter writes out the defaults, except for the zone and the recipients.
func TestStarterShowsTheDefaults(t *testing.T) {
	shipped, _ := parse("folder", FileName, []byte(starterText(t)))
	bare, _ := parse("folder", FileName, []byte("zone: Asia/Hong_Kong\ndigests: {weekly: {to: [terminal]}}\n"))
	bare.Recipients, bare.Routes, bare.Health = shipped.Recipients, shipped.Routes, shipped.Health
	if diff := cmp.Diff(bare, shipped, cmp.AllowUnexported(Config{}, Secret{}, position{}), cmpopts.IgnoreFields(Config{}, "positions"), cmpopts.IgnoreUnexported(Web{})); diff != "" {
		t.Errorf("the shipped file mismatches the defaults (-default +shipped):\n%s", diff)
	}
}

// knownKeys returns every key of the loader as section.key. NAME stands for a user's
// name, and the kind for a channel's.
func knownKeys() []string {
	keys := topKeys()
	for section, of := range map[string][]string{
		"database": databaseKeys(), "scan": scanKeys(), "scan.every": everyKeys(), "retention": retentionKeys(),
		"recipients.NAME": recipientKeys(), "recipients.NAME.hours": hoursKeys(), "recipients.NAME.pace": paceKeys(), "recipients.NAME.burst": burstKeys(), "recipients.NAME.deputy": deputyKeys(),
		"routes.NAME": routeKeys(), "routes.NAME.to": lineKeys(), "routes.NAME.when": whenKeys(), "routes.NAME.escalate": escalateKeys(), "routes.NAME.after": afterKeys(),
		"digests.NAME": digestKeys(), "web": webKeys(), "web.login": loginKeys(), "web.login.oidc": oidcKeys(), "web.login.proxy": proxyKeys(), "heartbeat": heartbeatKeys(),
		"channels.slack": slackKeys(), "channels.slack-webhook": slackWebhookKeys(),
		"channels.email": emailKeys(), "channels.webhook": webhookKeys(), "channels.teams": teamsKeys(), "channels.telegram": telegramKeys(),
		"channels.mattermost": mattermostKeys(), "channels.pagerduty": pagerDutyKeys(), "channels.terminal": terminalKeys(),
	} {
		for _, key := range of {
			keys = append(keys, section+"."+key)
		}
	}
	slices.Sort(keys)
	return keys
}

// keysIn returns the keys of a file in the form of knownKeys.
func keysIn(text string) []string {
	var keys []string
	for _, top := range yamlnode.Parse(FileName, []byte(text)).Pairs("the file") {
		keys = append(keys, top.Name)
		if !top.Value.IsMap() {
			continue
		}
		for _, p := range top.Value.Pairs(top.Name) {
			switch top.Name {
			case "holidays": // by a name of the user's
			case "scan":
				keys = append(keys, "scan."+p.Name)
				if p.Value.IsMap() {
					keys = appendKeys(keys, "scan."+p.Name, p.Value)
				}
			case "channels":
				kind, _ := channelKind(p)
				keys = appendKeys(keys, "channels."+string(kind), p.Value)
			case "recipients", "routes", "digests":
				if p.Value.IsMap() {
					keys = appendKeys(keys, top.Name+".NAME", p.Value)
				}
			default:
				keys = append(keys, top.Name+"."+p.Name)
				if top.Name == "web" && p.Value.IsMap() {
					for _, way := range p.Value.Pairs("web.login") {
						keys = append(keys, "web.login."+way.Name)
						if way.Value.IsMap() {
							for _, key := range way.Value.Pairs("web.login." + way.Name) {
								keys = append(keys, "web.login."+way.Name+"."+key.Name)
							}
						}
					}
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func appendKeys(keys []string, section string, n yamlnode.Node) []string {
	for _, p := range n.Pairs(section) {
		key := section + "." + p.Name
		keys = append(keys, key)
		if key == "channels.slack.members" {
			continue // by IDs of people
		}
		if key == "routes.NAME.routes" {
			for _, narrower := range p.Value.Pairs(key) {
				keys = appendKeys(keys, section, narrower.Value)
			}
			continue
		}
		for _, part := range p.Value.Items() {
			if part.IsMap() {
				keys = appendKeys(keys, key, part)
			}
		}
	}
	return keys
}

func TestWriteStarter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "watch")
	files, err := WriteStarter(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{FileName, "README.md", ".gitignore", "rules/crypto-ban.yaml", "sources/hong-kong.yaml"} {
		if !slices.Contains(files, want) {
			t.Errorf("WriteStarter wrote %v; want %s among them", files, want)
		}
	}
	var there []string
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			there = append(there, path)
		}
		return err
	})
	slices.Sort(files)
	slices.Sort(there)
	if diff := cmp.Diff(files, there); diff != "" || err != nil {
		t.Errorf("files mismatch, %v (-reported +found):\n%s", err, diff)
	}
	if _, problems := Load(dir); len(problems) > 0 {
		t.Errorf("the written files have problems:\n%v", problems)
	}
}

func TestWriteStarterOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "README.md"), "mine\n", 0o644)
	writeFile(t, filepath.Join(dir, FileName), "zone: UTC\n", 0o644)
	files, err := WriteStarter(dir)
	want := dir + " already has README.md, regwatch.yaml; nothing was written: use another folder, or move them"
	if err == nil || err.Error() != want || len(files) > 0 {
		t.Errorf("WriteStarter = %v, %v; want the error %q", files, err, want)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("the folder contains %v; want no change", entries)
	}

	file := filepath.Join(dir, "README.md")
	if _, err := WriteStarter(file); err == nil || !strings.Contains(err.Error(), "is a file; use a folder") {
		t.Errorf("WriteStarter to a file = %v; want an error that names the file", err)
	}
}

func TestStarterRoutesExist(t *testing.T) {
	cfg, _ := parse("folder", FileName, []byte(starterText(t)))
	shipped, err := fs.Glob(Starter(), "rules/*.yaml")
	if err != nil || len(shipped) < 3 {
		t.Fatalf("the starter folder has the rules %v, %v; want at least three", shipped, err)
	}
	for _, path := range shipped {
		src, err := fs.ReadFile(Starter(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range yamlnode.Parse(path, src).Pairs("a rule") {
			if p.Name != "routes" {
				continue
			}
			for _, route := range p.Value.Strings("a route") {
				if !slices.Contains(cfg.RouteNames(), route) {
					t.Errorf("%s names the route %q; the shipped %s has %v", path, route, FileName, cfg.RouteNames())
				}
			}
		}
	}
}
