package rules_test

import (
	"testing"

	"regwatch/models"
	"regwatch/rules"
)

func TestSeverityByCondition(t *testing.T) {
	src := `id: licences
title: Licences
severity:
  low: {any: [rumour], in: body}
  critical: title:(revoke* OR 吊銷)
  high: {role: [regulator, government]}
  else: medium
when: {any: [licence, 牌照]}
mention: {any: [permit]}
`
	set, problems := rules.Load(rules.Files(map[string]string{"licences.yaml": src}))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	regulator := models.Source{Role: models.Regulator}
	tests := []struct {
		article models.Article
		want    models.Severity
	}{
		{models.Article{Title: "A licence"}, models.Medium},
		{models.Article{Title: "A licence", Source: regulator}, models.High},
		{models.Article{Title: "SFC revokes a licence", Source: regulator}, models.Critical},
		{models.Article{Title: "SFC revokes a licence", Body: "It is a rumour.", Source: regulator}, models.Low}, // the first that is met
		{models.Article{Title: "证监会吊销牌照"}, models.Critical},
		{models.Article{Title: "A permit is revoked"}, models.Critical}, // a mention too
	}
	for _, tt := range tests {
		if m := onlyMatch(t, set, tt.article); m.Severity != tt.want {
			t.Errorf("%q, %q: severity %q, want %q", tt.article.Title, tt.article.Body, m.Severity, tt.want)
		}
	}
	if most := set.Rules()[0].MostSevere(); most != models.Critical {
		t.Errorf("MostSevere = %s, want critical", most)
	}
	if e := set.Explain(tests[2].article)[0]; e.Severity != models.Critical {
		t.Errorf("Explain says %q, want critical", e.Severity)
	}
}

// An item of a roundup has the severity of its own words.
func TestSeverityOfARoundupItem(t *testing.T) {
	set := rules.MustLoad(t, "id: r\ntitle: T\nseverity: {high: revoked, else: low}\nwhen: licence\n")
	body := "1. Licence revoked\nThe SFC has revoked a licence.\n\n2. Licence granted\nThe HKMA gave a licence.\n\n3. Weather\nRain."
	got := make(map[string]models.Severity)
	for _, m := range set.Match(models.Article{Title: "Daily briefing", Body: body}) {
		got[m.Heading] = m.Severity
	}
	if got["Licence revoked"] != models.High || got["Licence granted"] != models.Low {
		t.Errorf("severities %v; want high for the first item and low for the second", got)
	}
}
