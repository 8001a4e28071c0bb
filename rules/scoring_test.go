package rules_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/relevance"

	"github.com/google/go-cmp/cmp"
)

// kioskModel is likely about a council's ban, unlikely about a price, and between them about anything else.
func kioskModel(t *testing.T, alert, digest string) *relevance.Model {
	t.Helper()
	m, err := relevance.Parse([]byte(`{"rule": "kiosks", "alert": ` + alert + `, "digest": ` + digest + `,
		"mention": 0.85, "bias": -1, "features": {"title.public-acts": 3, "title.price": -3}}`))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// kioskSet matches kiosks, and has the model of kioskModel.
func kioskSet(t *testing.T, header string) *rules.Set {
	t.Helper()
	if !strings.Contains(header, "severity") {
		header += "severity: high\n"
	}
	src := "id: kiosks\ntitle: Kiosks\n" + header + "when: {any: [kiosks]}\nmention: {any: [bitcoin]}\n"
	set, problems := rules.Load(fstest.MapFS{"kiosks.yaml": {Data: []byte(src)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set.WithModels(map[string]*relevance.Model{"kiosks": kioskModel(t, "0.6", "0.2")})
}

const (
	likely      = "Council bans bitcoin kiosks"
	lessCertain = "Bitcoin kiosks in town"
	unlikely    = "Bitcoin kiosks: the price falls"
)

func onlyMatch(t *testing.T, set *rules.Set, a models.Article) models.Match {
	t.Helper()
	matches := set.Match(a)
	if len(matches) != 1 {
		t.Fatalf("%q has %d matches, want one", a.Title, len(matches))
	}
	return matches[0]
}

func TestOutcome(t *testing.T) {
	official, press := models.Source{Role: models.Regulator}, models.Source{Role: models.Press}
	tests := []struct {
		name, header, title string
		source              models.Source
		outcome             models.Outcome
		level               models.RelevanceLevel
		kept                models.KeptReason
		alerts              bool
	}{
		{"likely", "", likely, press, models.OutcomeAlert, models.Likely, "", true},
		{"less certain", "", lessCertain, press, models.OutcomeDigest, models.LessCertain, "", false},
		{"unlikely", "", unlikely, press, models.OutcomeCount, models.Unlikely, "", false},
		{"likely, official", "", likely, official, models.OutcomeAlert, models.Likely, "", true},
		{"unlikely, official", "", unlikely, official, models.OutcomeAlert, models.Unlikely, models.KeptOfficial, true},
		{"unlikely, of a government", "", unlikely, models.Source{Role: models.Government}, models.OutcomeAlert, models.Unlikely, models.KeptOfficial, true},
		{"less certain, critical", "severity: critical\n", lessCertain, press, models.OutcomeAlert, models.LessCertain, models.KeptCritical, true},
		{"unlikely, draft", "status: draft\n", unlikely, press, models.OutcomeCount, models.Unlikely, "", false},
		{"own threshold of alerts", "relevance: {alert: 0.1}\n", lessCertain, press, models.OutcomeAlert, models.Likely, "", true},
		{"own threshold of the digest", "relevance: {digest: 0}\n", unlikely, press, models.OutcomeDigest, models.LessCertain, "", false},
		{"a digest threshold above the model's", "relevance: {digest: 0.99}\n", likely, press, models.OutcomeCount, models.Unlikely, "", false},
		{"for the digest", "deliver: digest\n", likely, press, models.OutcomeDigest, models.Likely, "", false},
		{"for the digest, official", "deliver: digest\n", unlikely, official, models.OutcomeDigest, models.Unlikely, "", false},
		{"for the digest, unlikely", "deliver: digest\n", unlikely, press, models.OutcomeCount, models.Unlikely, "", false},
		{"for the digest, mention", "deliver: digest\n", "Bitcoin in town", press, models.OutcomeAlert, models.LessCertain, "", false},
		{"for the digest, without a model", "deliver: digest\nrelevance: off\n", unlikely, press, models.OutcomeDigest, "", "", false},
		{"off", "relevance: off\n", unlikely, press, "", "", "", true},
		{"likely mention", "", "Council bans bitcoin", press, models.OutcomeDigest, models.Likely, "", false},
		{"less certain mention", "", "Bitcoin in town", press, models.OutcomeAlert, models.LessCertain, "", false},
		{"unlikely mention that alerts", "mention_alerts: true\n", "Bitcoin price falls", press, models.OutcomeCount, models.Unlikely, "", false},
		{"likely mention that alerts", "mention_alerts: true\n", "Council bans bitcoin", press, models.OutcomeAlert, models.Likely, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := onlyMatch(t, kioskSet(t, tt.header), models.Article{Title: tt.title, Source: tt.source})
			if m.Outcome != tt.outcome || m.Relevance.Level != tt.level || m.Relevance.Kept != tt.kept || m.Alerts() != tt.alerts {
				t.Errorf("outcome %q, level %q, kept %q, alerts %v; want %q, %q, %q, %v",
					m.Outcome, m.Relevance.Level, m.Relevance.Kept, m.Alerts(), tt.outcome, tt.level, tt.kept, tt.alerts)
			}
			if scored := !strings.Contains(tt.header, "relevance: off\n"); scored != m.Relevance.Scored() || scored && len(m.Relevance.Reasons) == 0 && tt.title != lessCertain && tt.title != "Bitcoin in town" {
				t.Errorf("relevance %+v; want a score with reasons: %v", m.Relevance, scored)
			}
		})
	}
}

// Each report of a roundup has a score of its own.
func TestRoundupIsScoredByReport(t *testing.T) {
	body := "1. Council bans bitcoin kiosks\nThe kiosks must go.\n\n2. Market\nBitcoin kiosks: the price falls and falls.\n\n3. Sport\nNothing."
	var got []string
	for _, m := range kioskSet(t, "").Match(models.Article{Title: "Daily briefing", Body: body}) {
		got = append(got, m.Heading+" "+string(m.Outcome))
	}
	if !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, "kiosks alert") }) || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Market ") && !strings.HasSuffix(s, "alert") }) {
		t.Errorf("outcomes %q; want an alert for the first report alone", got)
	}
}

func TestModelsOfASet(t *testing.T) {
	set := kioskSet(t, "relevance: {alert: 0.7}\n")
	m, ok := set.Model("kiosks")
	if !ok {
		t.Fatal("the rule has no model")
	}
	if diff := cmp.Diff(relevance.Thresholds{Alert: 0.7, Digest: 0.2}, m.Thresholds()); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
	other := set.WithModels(map[string]*relevance.Model{"kiosks": kioskModel(t, "0.8", "0.75"), "gone": kioskModel(t, "0.8", "0.75")})
	if after, _ := set.Model("kiosks"); after != m {
		t.Error("WithModels changed the set that it was called on")
	}
	m, _ = other.Model("kiosks")
	if got := m.Thresholds(); got != (relevance.Thresholds{Alert: 0.7, Digest: 0.7}) {
		t.Errorf("thresholds %+v of the new model, want the rule's 0.7 for both", got)
	}
	if _, ok := other.Model("gone"); ok {
		t.Error("a rule that does not exist has a model")
	}
	shipped, _ := rules.ShippedSet(t).Model("crypto-ban")
	if want, _ := relevance.Shipped("crypto-ban"); shipped == nil || shipped.Version() != want.Version() {
		t.Error("crypto-ban does not use its shipped model")
	}
}
