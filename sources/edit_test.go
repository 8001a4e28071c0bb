package sources_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/sources"
)

const twoSources = `# Kept.
sources:
  - id: first # a comment
    name: "First"
    url: "https://first.example/feed"
    role: press

  - name: Second
    id: second
    url: https://second.example/feed
    role: press
    enabled: true # while they are up
`

func TestSetEnabledChangesNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name, id, from, paused, resumed string
	}{
		{"a new line", "first", twoSources, strings.Replace(twoSources, "comment\n", "comment\n    enabled: false\n", 1), twoSources},
		{"the key is there", "second", twoSources, strings.Replace(twoSources, "enabled: true", "enabled: false", 1), twoSources},
		{
			"between braces", "a", "sources: [{id: a, name: 香港, url: 'https://a.example/', role: press}]",
			"sources: [{enabled: false, id: a, name: 香港, url: 'https://a.example/', role: press}]", "sources: [{enabled: true, id: a, name: 香港, url: 'https://a.example/', role: press}]",
		},
		{
			"no line break at the end", "a", "sources:\n- name: A\n  url: https://a.example/\n  role: press\n  id: a",
			"sources:\n- name: A\n  url: https://a.example/\n  role: press\n  id: a\n  enabled: false\n", "sources:\n- name: A\n  url: https://a.example/\n  role: press\n  id: a\n",
		},
		{
			"lines end in CR LF", "a", "sources:\r\n- id: a\r\n  name: A\r\n  url: https://a.example/\r\n  role: press\r\n",
			"sources:\r\n- id: a\r\n  enabled: false\r\n  name: A\r\n  url: https://a.example/\r\n  role: press\r\n", "sources:\r\n- id: a\r\n  name: A\r\n  url: https://a.example/\r\n  role: press\r\n",
		},
	} {
		paused, err := sources.SetEnabled("s.yaml", []byte(tt.from), tt.id, false)
		if diff := cmp.Diff(tt.paused, string(paused)); diff != "" || err != nil {
			t.Errorf("%s: paused (-want +got):\n%s%v", tt.name, diff, err)
		}
		resumed, err := sources.SetEnabled("s.yaml", paused, tt.id, true)
		if diff := cmp.Diff(tt.resumed, string(resumed)); diff != "" || err != nil {
			t.Errorf("%s: resumed (-want +got):\n%s%v", tt.name, diff, err)
		}
	}
}

func TestSetEnabledOfAnUnknownSource(t *testing.T) {
	if _, err := sources.SetEnabled("s.yaml", []byte(twoSources), "third", false); err == nil || !strings.Contains(err.Error(), `no source "third"`) {
		t.Errorf("an unknown source: %v", err)
	}
}

func TestLineOf(t *testing.T) {
	for id, want := range map[string]int{"first": 3, "second": 9, "third": 0} {
		if got := sources.LineOf([]byte(twoSources), id); got != want {
			t.Errorf("LineOf(%s) = %d, want %d", id, got, want)
		}
	}
}
