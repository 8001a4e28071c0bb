package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

func TestFindStories(t *testing.T) {
	all := []article{
		{ID: "b", Title: "Council bans kiosks in two districts", Event: "kiosks"},
		{ID: "a", Title: "No more machines", Event: "kiosks"},
		{ID: "c", Title: "Kiosks banned: council bans kiosks in districts"},
		{ID: "d", Title: "當局禁止比特幣自助機營運"},
		{ID: "e", Title: "当局禁止比特币自助机"},
		{ID: "f", Title: "Yuan falls"},
	}
	findStories(all)
	var got []string
	for _, a := range all {
		got = append(got, a.story)
	}
	if diff := cmp.Diff([]string{"a", "a", "a", "d", "d", "f"}, got); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
}

func TestThresholdsKeepTheWantedSharesOfRelevantMatches(t *testing.T) {
	var cases []scored
	var scores []float64
	for i := range 100 {
		cases = append(cases, scored{article: article{set: "stream"}, relevant: true, strength: models.Subject})
		scores = append(scores, float64(i+1)/100)
	}
	for _, ignored := range []scored{
		{article: article{set: "stream"}, relevant: false, strength: models.Subject},
		{article: article{set: "stream"}, relevant: true, strength: models.Mention},
		{article: article{set: "repository"}, relevant: true, strength: models.Subject},
		{article: article{set: "machine"}, relevant: true, strength: models.Subject},
	} {
		cases, scores = append(cases, ignored), append(scores, 0)
	}
	if alert, digest := thresholds(cases, scores); alert != 0.06 || digest != 0.02 {
		t.Errorf("thresholds alert %v, digest %v; want 0.06, 0.02", alert, digest)
	}
	if alert, digest := thresholds(nil, nil); alert != 0 || digest != 0 {
		t.Errorf("thresholds of no match: %v, %v; want 0, 0", alert, digest)
	}
}

// writeData writes a small folder of labelled articles.
func writeData(t *testing.T) (data, repository string) {
	t.Helper()
	data = t.TempDir()
	var labelled, stream, labels strings.Builder
	for i := range 60 {
		if i%2 == 0 {
			fmt.Fprintf(&labelled, `{"id":"l%d","lang":"en","title":"Parliament of land %d bans crypto mining","text":"It is forbidden.","topics":["crypto-ban"],"split":"core"}`+"\n", i, i)
		} else {
			fmt.Fprintf(&labelled, `{"id":"l%d","lang":"en","title":"Bitcoin rallies %d%% as exchange halts a token","topics":[],"split":"extra"}`+"\n", i, i)
		}
		fmt.Fprintf(&stream, `{"id":"s%d","lang":"en","title":"Firm number %d lists a token","text":"Prices rose."}`+"\n", i, i)
	}
	labels.WriteString(`{"id":"s1","topics":[],"how":"hit"}` + "\n")
	for name, text := range map[string]string{
		"articles-dev.jsonl": labelled.String(), "retold-dev.jsonl": "", "stream-dev.jsonl": stream.String(), "stream-dev-labels.jsonl": labels.String(), "own.jsonl": "",
	} {
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data, filepath.Join(data, "own.jsonl")
}

func TestRunWritesTheSameBytesTwice(t *testing.T) {
	data, repository := writeData(t)
	written := make(map[string][]byte)
	for range 2 {
		out := t.TempDir()
		if err := run(data, repository, "../../../configs/rules", out, false, false); err != nil {
			t.Fatal(err)
		}
		for _, rule := range []string{"crypto-ban", "stablecoin-ordinance", "yuan-stablecoin"} {
			b, err := os.ReadFile(filepath.Join(out, rule+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if first, ok := written[rule]; ok && !bytes.Equal(first, b) {
				t.Errorf("%s.json differs between two runs (-first +second):\n%s", rule, cmp.Diff(string(first), string(b)))
			}
			written[rule] = b
		}
	}
	if !bytes.Contains(written["crypto-ban"], []byte(`"relevant": 30`)) {
		t.Errorf("crypto-ban.json does not say that 30 articles are relevant:\n%s", written["crypto-ban"])
	}
}

func TestMeasurePrintsBothTables(t *testing.T) {
	data, repository := writeData(t)
	all, err := readAll(data, repository)
	if err != nil {
		t.Fatal(err)
	}
	set, problems := rules.Load(os.DirFS("../../../configs/rules"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var b strings.Builder
	if err := measure(&b, []string{"crypto-ban"}, set, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Cross-validated by story", "Stories set aside", "| crypto-ban | core | all | 30, 0, 0 | 1.00"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
}

func TestMeasureRefitPrintsALineForEachModel(t *testing.T) {
	data, repository := writeData(t)
	all, err := readAll(data, repository)
	if err != nil {
		t.Fatal(err)
	}
	set, problems := rules.Load(os.DirFS("../../../configs/rules"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var b strings.Builder
	if err := measureRefit(&b, set, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| as labelled | 10 | no refit | ", "| no mining | 20 | marks only | ", "| as labelled | 70 | refit | 0.00 |", "Left out (as labelled): 20 of 20 runs with 70 marks"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
}
