package app

import (
	"os"
	"path/filepath"
	"testing"
)

// The evaluation groups as scans do, with matches: articles that state different stages are not
// joined by what they say, though their words are nearly the same.
func TestEvaluationOfGroupingKnowsStages(t *testing.T) {
	for _, tt := range []struct {
		name, second string
		alerts       float64
	}{
		{"one stage", "Hong Kong Stablecoins Bill for issuers is passed by legislature", 1},
		{"another stage", "Hong Kong Stablecoins Bill for issuers takes effect today", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "march.jsonl")
			text := `{"id":"1","source":"A","link":"https://a.example/1","published":"2026-03-02T08:00:00Z","title":"Legislature passes Hong Kong Stablecoins Bill for issuers","event":"e"}
{"id":"2","source":"B","link":"https://b.example/1","published":"2026-03-02T09:00:00Z","title":"` + tt.second + `","event":"e"}
`
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			scores, err := EvaluateGrouping([]string{file})
			if err != nil || len(scores) == 0 || scores[0].Method != "regwatch" || scores[0].Alerts != tt.alerts {
				t.Errorf("scores %+v, %v; want %v alerts of the first method", scores, err, tt.alerts)
			}
		})
	}
}
