package slack

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"regwatch/internal/yamlnode"
)

// The manifest in the guide is what people paste, so it must have what the program uses.
func TestManifestInTheGuideHasWhatIsUsed(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guides/slack.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(display_information:.*?)```").FindStringSubmatch(string(guide))
	if block == nil {
		t.Fatal("the guide has no manifest")
	}
	root := yamlnode.Parse("manifest", []byte(block[1]))
	get := func(n yamlnode.Node, key string) yamlnode.Node {
		for _, p := range n.Pairs(key) {
			if p.Name == key {
				return p.Value
			}
		}
		t.Fatalf("the manifest has no %s", key)
		return yamlnode.Node{}
	}
	features := get(root, "features")
	shortcut := get(features, "shortcuts").Items()[0]
	if id := get(shortcut, "callback_id").String("id"); id != messageShortcut {
		t.Errorf("the shortcut is %q, want %q", id, messageShortcut)
	}
	// api.slack.com, "App manifest reference" (reference/manifests): the limits of names and descriptions.
	for _, tt := range []struct {
		n    yamlnode.Node
		key  string
		most int
	}{{shortcut, "name", 24}, {shortcut, "description", 150}, {get(features, "slash_commands").Items()[0], "command", 32}, {get(features, "slash_commands").Items()[0], "description", 2000}} {
		if text := get(tt.n, tt.key).String(tt.key); text == "" || utf8.RuneCountInString(text) > tt.most {
			t.Errorf("%s is %q, want 1 to %d characters", tt.key, text, tt.most)
		}
	}
	scopes := get(get(get(root, "oauth_config"), "scopes"), "bot")
	var all []string
	for _, s := range scopes.Items() {
		scope := s.String("scope")
		all = append(all, scope)
		if !strings.Contains(string(guide), "`"+scope+"`") {
			t.Errorf("the guide does not explain the scope %s", scope)
		}
	}
	if !strings.Contains(strings.Join(all, " "), "commands") {
		t.Errorf("the scopes are %v", all)
	}
	if problems := root.Problems(); len(problems) > 0 {
		t.Error(problems)
	}
}
