package conditions_test

import (
	"testing"

	"regwatch/internal/conditions"
	"regwatch/models"
)

func TestAttributesMatch(t *testing.T) {
	known := conditions.Of(models.Article{
		SourceID: "hkma-press", Language: "zh-Hant",
		Source: models.Source{ID: "renamed", Role: models.Regulator, Language: "en", Jurisdictions: []string{"Mainland China", "Hong Kong"}},
	})
	unknown := conditions.Of(models.Article{})
	tests := []struct {
		kind, wanted string
		want         bool
	}{
		{conditions.Source, "hkma-*", true},
		{conditions.Source, "renamed", false}, // the article's own SourceID comes first
		{conditions.Role, "regulator", true},
		{conditions.Role, "press", false},
		{conditions.Language, "zh", true},
		{conditions.Language, "en", false},
		{conditions.Jurisdiction, "HONG　KONG", true},
		{conditions.Jurisdiction, "Singapore", false},
	}
	for _, tt := range tests {
		if got := known.Match(tt.kind, tt.wanted); got != tt.want {
			t.Errorf("Match(%s, %q) = %v, want %v", tt.kind, tt.wanted, got, tt.want)
		}
		if unknown.Match(tt.kind, tt.wanted) || unknown.Values(tt.kind) != nil {
			t.Errorf("%s %q matches an article of which nothing is known", tt.kind, tt.wanted)
		}
	}
}

func TestCheckAcceptsValidValues(t *testing.T) {
	for kind, values := range map[string][]string{
		conditions.Source:       {"hkma-press", "hkma-*", "*"},
		conditions.Role:         conditions.Roles(),
		conditions.Language:     {"en", "zh-Hant", "*"},
		conditions.Jurisdiction: {"Hong Kong", "香港"},
	} {
		for _, value := range values {
			if what, want := conditions.Check(kind, value); what != "" {
				t.Errorf("Check(%s, %q) = %s; %s", kind, value, what, want)
			}
		}
		if what, _ := conditions.Check(kind, ""); what.String() != kind+" is empty" {
			t.Errorf("Check(%s, empty) = %q", kind, what)
		}
	}
}
