package configs

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestCheckRoutes(t *testing.T) {
	rules := []Rule{
		{ID: "yuan-stablecoin", Topic: "stablecoins", Severity: models.High, Routes: []string{"hk"}},
		{ID: "crypto-ban", Topic: "crypto-bans", Severity: models.Medium},
	}
	sources := []models.Source{{ID: "hkma-press", Jurisdictions: []string{"Hong Kong"}}, {ID: "pboc", Jurisdictions: []string{"Mainland China"}}}
	tests := []struct{ name, when, want string }{
		{"all names exist", `{rule: [yuan-stablecoin], topic: [stablecoins], source: [hkma-*], jurisdiction: [ＨＯＮＧ kong]}`, ""},
		{"an unknown rule", `{rule: [yuan-stablecoins]}`, `regwatch.yaml:6:30: route hk/in: rule "yuan-stablecoins" does not exist; did you mean "yuan-stablecoin"? use crypto-ban or yuan-stablecoin`},
		{"unknown names of every kind", `{topic: coins, source: sfc-*, jurisdiction: [Hongkong]}`, `regwatch.yaml:6:30: route hk/in: topic "coins" does not exist; use crypto-bans or stablecoins
regwatch.yaml:6:45: route hk/in: source "sfc-*" does not exist; use hkma-press or pboc
regwatch.yaml:6:67: route hk/in: jurisdiction "Hongkong" does not exist; did you mean "Hong Kong"? use Hong Kong or Mainland China`},
		{"a rule without this route", `{rule: [crypto-ban]}`, `regwatch.yaml:6:11: route hk/in is never used: no rule with route hk meets its condition; the rules of that route are yuan-stablecoin (topic stablecoins, high)`},
		{"above the severity of any rule", `{severity: critical}`, `regwatch.yaml:6:11: route hk/in is never used: no rule with route hk meets its condition; the rules of that route are yuan-stablecoin (topic stablecoins, high)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, problems := parse("", FileName, []byte("routes:\n  default: [terminal]\n  unused: [terminal]\n  hk:\n    routes:\n          in: {when: "+tt.when+", to: [terminal]}\n"))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if diff := cmp.Diff(tt.want, cfg.CheckRoutes(rules, sources).Error()); diff != "" {
				t.Errorf("CheckRoutes (-want +got):\n%s", diff)
			}
		})
	}
	cfg, _ := parse("", FileName, []byte("routes:\n  default: {to: [terminal], routes: {in: {when: {rule: [yuan-stablecoin]}, to: [terminal]}}}\n  hk: {routes: {in: {when: {role: press}, to: [terminal]}}}\n"))
	want := `regwatch.yaml:3:17: route hk/in is never used: no rule has route hk; add routes: [hk] to a rule`
	if diff := cmp.Diff(want, cfg.CheckRoutes([]Rule{{ID: "yuan-stablecoin"}}, sources).Error()); diff != "" {
		t.Errorf("without a rule for hk (-want +got):\n%s", diff)
	}
	if got := cfg.CheckRoutes(nil, nil); got != nil {
		t.Errorf("without rules and sources: %v; want none", got)
	}
}
