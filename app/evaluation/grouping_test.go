package evaluation

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/configs"
	"regwatch/events/evaluate"
	"regwatch/events/similarity"
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
			scores, err := Grouping(GroupingRequest{Files: []string{file}})
			if err != nil || len(scores) == 0 || scores[0].Method != "regwatch" || scores[0].Alerts != tt.alerts {
				t.Errorf("scores %+v, %v; want %v alerts of the first method", scores, err, tt.alerts)
			}
		})
	}
}

// A block that is left out is grouped by a model of the other files.
func TestEvaluationLeavesOneFileOut(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/events/news-?.jsonl.gz")
	if len(files) < 2 {
		t.Skip("no labelled articles in ../shared")
	}
	if testing.Short() {
		t.Skip("fits two models, which takes some seconds; not with -short")
	}
	scores, err := Grouping(GroupingRequest{Files: files, Texts: "../../../shared/eval"})
	if err != nil {
		t.Fatal(err)
	}
	methods := make(map[string]int)
	for _, s := range scores {
		methods[s.Method]++
		if s.Method == "regwatch" && (s.B3.F1 < .85 || s.Wrong > 2) {
			t.Errorf("%s %s: F1 %.3f, %.1f wrong in 100, by a model that has not seen it", s.Block, s.Languages, s.B3.F1, s.Wrong)
		}
	}
	if diff := cmp.Diff(map[string]int{"regwatch": 6, "copies only": 6, "title Jaccard .55": 6, "TF-IDF cosine .40": 6}, methods); diff != "" {
		t.Errorf("figures by method (-want +got):\n%s", diff)
	}
}

// Each block has its own model, which is not the shipped one, and one file cannot be left out.
func TestModelsForBlocksThatAreLeftOut(t *testing.T) {
	blocks := make([]evaluate.Block, 2)
	for i := range blocks {
		for n := range 12 {
			blocks[i].Articles = append(blocks[i].Articles, evaluate.Article{
				ID: fmt.Sprint(i, n), Lang: "en", Source: fmt.Sprint(n % 3), At: time.Date(2026, time.Month(3+i), 1, n, 0, 0, 0, time.UTC),
				Title: fmt.Sprintf("Harbour Bank %d halts withdrawals", n/3), Event: fmt.Sprint(n / 3),
			})
		}
	}
	texts := t.TempDir()
	for _, name := range []string{"articles-dev.jsonl", "stream-dev.jsonl.gz"} {
		var content bytes.Buffer
		var w io.Writer = &content
		if strings.HasSuffix(name, ".gz") {
			z := gzip.NewWriter(&content)
			w = z
		}
		for range 5 {
			fmt.Fprintln(w, `{"id":"1","title":"Bank opens","text":"A bank.","title_zh_machine":"銀行開業"}`)
		}
		if z, ok := w.(*gzip.Writer); ok {
			_ = z.Close()
		}
		if err := os.WriteFile(filepath.Join(texts, name), content.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := fs.Sub(configs.Starter(), "rules")
	if err != nil {
		t.Fatal(err)
	}
	fitted, err := modelsFor(blocks, texts, folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(fitted) != 2 || fitted[0] == fitted[1] || slices.Contains(fitted, similarity.Shipped()) {
		t.Errorf("models %v; want two of their own", fitted)
	}
	if _, err := modelsFor(blocks[:1], texts, folder); err == nil {
		t.Error("one file is left out, and nothing says so")
	}
	if shipped, err := modelsFor(blocks, "", folder); err != nil || shipped[0] != similarity.Shipped() {
		t.Errorf("without other articles: %v, %v; want the shipped model", shipped, err)
	}
}
