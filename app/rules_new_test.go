package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNewRuleIsValidAndTested(t *testing.T) {
	for _, tt := range []struct {
		request  NewRuleRequest
		contains string
		examples int
	}{
		{NewRuleRequest{ID: "kiosk-ban"}, "title: Kiosk ban\n", 2},
		{NewRuleRequest{ID: "kiosk-ban", Title: "Kiosks: what's banned"}, "title: 'Kiosks: what''s banned'\n", 2},
		{NewRuleRequest{ID: "2026"}, "id: '2026'\n", 2},
		{NewRuleRequest{ID: "no"}, "id: 'no'\n", 2},
		{NewRuleRequest{ID: "coin", Title: "穩定幣"}, "title: 穩定幣\n", 2},
		{NewRuleRequest{ID: "coin", Query: "stablecoin"}, "    - stablecoin\n", 2},
		{NewRuleRequest{ID: "coin", Query: `"stablecoin licence" AND (HKMA OR 金管局)`}, "    - stablecoin licence HKMA 金管局\n", 2},
		{NewRuleRequest{ID: "coin", Query: "title:(ban OR 禁止) AND crypto* NOT donation"}, "    - ban 禁止 crypto\n", 2},
		{NewRuleRequest{ID: "coin", Query: "yuan NEAR/8 stablecoin"}, "    - yuan stablecoin\n", 2},
		{NewRuleRequest{ID: "coin", Query: "ATLEAST/3(stablecoin)"}, "#     - A headline", 0},
		{NewRuleRequest{ID: "coin", Query: "stablecoin", Severity: "high"}, "severity: high\n", 2},
		{NewRuleRequest{ID: "coin", Severity: "low"}, "severity: low\n", 2},
		{NewRuleRequest{ID: "coin", Topic: []string{"stablecoin", "穩定幣", "C.O.I.N: a"}}, "  topic: [stablecoin, 穩定幣, 'C.O.I.N: a']\n", 2},
		{NewRuleRequest{ID: "coin", Topic: []string{"kiosk"}, Near: []string{"ban", "prohibit*"}}, "{near: [topic, context], within: 12, same: sentence, in: [title, lead]}", 2},
		{NewRuleRequest{ID: "coin", Topic: []string{"kiosk"}, Ignore: []string{"lottery, state"}}, "  none: [{terms: ignored, in: [title, lead]}]\n", 2},
	} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{"rules/rule.schema.json": "{}"})
		saved, err := NewRule(dir, tt.request)
		if err != nil {
			t.Errorf("NewRule(%+v): %v", tt.request, err)
			continue
		}
		text, err := os.ReadFile(saved.File)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), tt.contains) {
			t.Errorf("NewRule(%+v) has no %q:\n%s", tt.request, tt.contains, text)
		}
		r, err := ReadRules(dir)
		if err != nil {
			t.Errorf("NewRule(%+v): %v", tt.request, err)
			continue
		}
		if test, err := r.Test(""); err != nil || test.Examples != tt.examples || len(test.Failures) > 0 {
			t.Errorf("NewRule(%+v) has %d examples, of which fail %v; want %d and none", tt.request, test.Examples, test.Failures, tt.examples)
		}
		for _, p := range r.Lint() {
			if !strings.Contains(p.What, "is still the placeholder") && tt.examples > 0 {
				t.Errorf("NewRule(%+v) has the warning %v", tt.request, p)
			}
		}
	}
}

// The query of a new rule may use the rules of the folder, but no lists: it has none.
func TestNewRuleQueryUsesOtherRules(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"rules/obituaries.yaml": "id: obituaries\ntitle: O\nseverity: low\nwhen: {any: [obituary, 訃告]}\n"})
	query := "harbour NOT rule:obituaries"
	if err := CheckQuery(query); err != nil {
		t.Errorf("CheckQuery(%s) = %v", query, err)
	}
	if _, err := NewRule(dir, NewRuleRequest{ID: "harbour", Query: query}); err != nil {
		t.Fatal(err)
	}
	r, err := ReadRules(dir)
	if err != nil {
		t.Fatal(err)
	}
	if test, err := r.Test(""); err != nil || test.Examples != 2 || len(test.Failures) > 0 {
		t.Errorf("the examples of the rule: %+v, %v", test, err)
	}
	for query, want := range map[string]string{
		"harbour NOT rule:obituary":       `unknown rule "obituary"; the rules are harbour, harbour-two, obituaries`,
		"harbour AND (pier OR $quays)":    "$quays is the name of a list, and a new rule has no lists",
		"harbour NOT NEAR/3 $quays":       "$quays is the name of a list",
		"harbour NOT rule:obituaries AND": "the query ends too early",
	} {
		_, err := NewRule(dir, NewRuleRequest{ID: "harbour-two", Query: query})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewRule(%s) = %v; want %s", query, err, want)
		}
	}
}

func TestNewRuleRefuses(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"rules/kiosk-ban.yaml": "old"})
	for _, tt := range []struct {
		request NewRuleRequest
		want    string
	}{
		{NewRuleRequest{ID: "kiosk-ban"}, filepath.Join(dir, "rules", "kiosk-ban.yaml") + " exists already; choose another ID, or edit that file"},
		{NewRuleRequest{ID: "Kiosk ban"}, `id "Kiosk ban" is not valid; use lower-case letters and digits joined by hyphens, such as kiosk-ban`},
		{NewRuleRequest{ID: "../x"}, `"../x" is not a rule ID; use lower-case letters and digits joined by hyphens, such as yuan-stablecoin`},
		{NewRuleRequest{ID: "coin", Query: "coin", Severity: "hihg"}, `severity "hihg" is unknown; use low, medium, high or critical`},
		{NewRuleRequest{ID: "coin", Topic: []string{"!!"}}, `phrase "!!" contains no word to look for; use words; * after three or more letters stands for any ending and alone for any one word, # stands for any number, = in front requires the exact case`},
		{NewRuleRequest{}, `"" is not a rule ID; use lower-case letters and digits joined by hyphens, such as yuan-stablecoin`},
	} {
		_, err := NewRule(dir, tt.request)
		if _, ok := errors.AsType[*InputError](err); !ok || err.Error() != tt.want {
			t.Errorf("NewRule(%+v) = %v; want %s", tt.request, err, tt.want)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "rules", "kiosk-ban.yaml")); string(text) != "old" {
		t.Errorf("the file that exists is now %q", text)
	}
	if _, err := NewRule(dir, NewRuleRequest{ID: "coin", Query: "ban AND crypto OR coin"}); err == nil || !strings.Contains(err.Error(), "query:1:") {
		t.Errorf("a faulty query: %v; want its place", err)
	}
}
