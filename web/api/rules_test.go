package api

import (
	"strings"
	"testing"
)

func TestRuleIsSavedOnlyIfItIsStillTheOneThatWasEdited(t *testing.T) {
	d := newDesk(t)
	rule := d.send("GET", "/rules/stablecoins", nil)
	tag := rule.head.Get("ETag")
	text := rule.ok()["text"].(string)
	mine, theirs := strings.Replace(text, "It matters", "It matters to us", 1), strings.Replace(text, "severity: high", "severity: low", 1)

	d.send("PUT", "/rules/stablecoins", map[string]any{"text": mine}).wants(codeNoCondition)
	d.send("PUT", "/rules/stablecoins", map[string]any{"text": mine}, "If-Match", tag, "If-None-Match", "*").wants(codeNoCondition)
	saved := d.send("PUT", "/rules/stablecoins", map[string]any{"text": theirs}, "If-Match", tag)
	now := saved.head.Get("ETag")
	if saved.ok()["new"] != false || now == tag || now == "" {
		t.Errorf("saved = %s with the ETag %s", saved.body, now)
	}
	conflict := d.send("PUT", "/rules/stablecoins", map[string]any{"text": mine}, "If-Match", tag)
	conflict.wants(codeChanged)
	if conflict.head.Get("ETag") != now {
		t.Errorf("the conflict has the ETag %s, want %s", conflict.head.Get("ETag"), now)
	}
	again := d.send("GET", "/rules/stablecoins", nil, "If-None-Match", tag)
	if again.ok()["text"] != theirs || again.head.Get("ETag") != now {
		t.Errorf("the rule is %s with the ETag %s", again.body, again.head.Get("ETag"))
	}
	d.send("PUT", "/rules/stablecoins", map[string]any{"text": mine}, "If-Match", now).ok()

	// A new rule, which is new once.
	bonds := strings.NewReplacer("stablecoins", "bonds", "A stablecoin", "A coupon of a bond", "stablecoin, 穩定幣", "coupon").Replace(deskRule)
	created := d.send("PUT", "/rules/bonds", map[string]any{"text": bonds}, "If-None-Match", "*")
	if created.ok()["new"] != true {
		t.Errorf("the new rule answers %s", created.body)
	}
	d.send("PUT", "/rules/bonds", map[string]any{"text": bonds + "\n"}, "If-None-Match", "*").wants(codeChanged)
}

func TestMistakesInARuleHaveTheirPlace(t *testing.T) {
	d := newDesk(t)
	tag := d.send("GET", "/rules/stablecoins", nil).head.Get("ETag")
	wrong := strings.Replace(deskRule, "severity: high", "severity: hihg", 1)
	p := d.send("PUT", "/rules/stablecoins", map[string]any{"text": wrong}, "If-Match", tag).wants(codeMistakes)
	if len(p.Problems) != 1 || p.Problems[0].Line != 5 || p.Problems[0].Col != 11 || p.Problems[0].File != "rules/stablecoins.yaml" || !strings.Contains(p.Problems[0].What, "hihg") {
		t.Errorf("problems = %+v, want the severity in line 5, column 11", p.Problems)
	}
	failing := strings.Replace(deskRule, "A bond", "A stablecoin", 1)
	d.send("PUT", "/rules/stablecoins", map[string]any{"text": failing}, "If-Match", tag).wants(codeMistakes)
	checked := d.send("POST", "/rules/stablecoins/test", map[string]any{"text": wrong}).ok()
	if problems := checked["problems"].([]any); checked["valid"] != false || len(problems) != 1 || problems[0].(map[string]any)["line"] != 5.0 {
		t.Errorf("the test says %v", checked)
	}
}

func TestBacktestComparesADraftWithTheSavedRule(t *testing.T) {
	d := newDesk(t)
	draft := strings.Replace(deskRule, "stablecoin, 穩定幣", "stablecoin licence", 1)
	got := d.send("POST", "/rules/stablecoins/backtest", map[string]any{"text": strings.Replace(draft, "[A stablecoin is issued]", "[A stablecoin licence is issued]", 1), "newest": 1}).ok()
	tried, saved := got["draft"].(map[string]any), got["saved"].(map[string]any)
	if tried["events"] != 1.0 || saved["events"] != 3.0 || len(got["lost"].([]any)) != 2 || len(got["newest"].([]any)) != 1 {
		t.Errorf("the backtest says %v", got)
	}
	d.send("POST", "/rules/stablecoins/backtest", map[string]any{"newest": 501}).wants(codeRefused)
	d.send("POST", "/rules/stablecoins/backtest", map[string]any{"since": "long ago"}).wants(codeRefused)
	d.send("POST", "/rules/stablecoins/backtest", map[string]any{"by": "guessed"}).wants(codeRefused)
}
