package relevance

import (
	"strings"
	"testing"
)

func TestParseLexiconRefusesMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"public council":        "line 1 has no colon",
		"# groups\npublic: a,,": `line 2: "" has no word`,
		"public: ab*":           `line 1: "ab*" is too short for a prefix`,
		"public: council":       "no group ",
	} {
		if _, err := parseLexicon(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseLexicon(%q): error %v, want one with %q", src, err, want)
		}
	}
}
