package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// writeArticles writes two small blocks, and other articles.
func writeArticles(t *testing.T) (data, texts string) {
	t.Helper()
	data, texts = t.TempDir(), t.TempDir()
	subjects := [][2]string{
		{"Harbour Bank halts withdrawals", "海港銀行暫停提款"},
		{"Parliament passes stablecoin bill", "國會通過穩定幣草案"},
		{"Regulator fines exchange", "監管機構罰款交易所"},
		{"Court jails founder", "法院判創辦人入獄"},
		{"Storm delays mining", "風暴推遲挖礦"},
	}
	for block, month := range map[string]time.Month{"news-a": time.March, "news-b": time.May} {
		var lines strings.Builder
		for i := range 40 {
			s := subjects[i%len(subjects)]
			at := time.Date(2026, month, 1+(i%len(subjects))*3, i%20, 0, 0, 0, time.UTC)
			fmt.Fprintf(&lines, `{"id":"%s%d","source":"S%d","published":"%s","title":"%s %d","text":"It said so.","title_zh":"%s %d","text_zh":"據報。","event":"%s-%d"}`+"\n",
				block, i, i%4, at.Format(time.RFC3339), s[0], i, s[1], i, block, i%len(subjects))
		}
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = io.WriteString(w, lines.String())
		_ = w.Close()
		write(t, filepath.Join(data, block+".jsonl.gz"), z.Bytes())
	}
	line := `{"id":"1","title":"Bank opens","text":"A bank.","title_zh_machine":"銀行開業"}` + "\n"
	write(t, filepath.Join(texts, "articles-dev.jsonl"), []byte(strings.Repeat(line, 5)))
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, line)
	_ = w.Close()
	write(t, filepath.Join(texts, "stream-dev.jsonl.gz"), z.Bytes())
	return data, texts
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRunWritesTheSameBytesTwice(t *testing.T) {
	data, texts := writeArticles(t)
	written := make(map[string]string)
	for range 2 {
		out := t.TempDir()
		var printed strings.Builder
		if err := run(&printed, data, texts, "../../../configs/rules/vocabulary", out, "", true); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(printed.String(), "all news en-zh") {
			t.Errorf("no figures of both languages:\n%s", printed.String())
		}
		for _, name := range []string{"weights.json", "terms.tsv", "lexicon.tsv"} {
			b, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			if first, ok := written[name]; ok && first != string(b) {
				t.Errorf("%s differs between two runs:\n%s", name, cmp.Diff(first, string(b)))
			}
			written[name] = string(b)
		}
	}
	for _, want := range []string{"银行\tbank", "通过\tbill parliament"} {
		if !strings.Contains(written["lexicon.tsv"], want) {
			t.Errorf("lexicon has no %q:\n%s", want, written["lexicon.tsv"])
		}
	}
}

func TestRunSaysWhatIsMissing(t *testing.T) {
	data, texts := writeArticles(t)
	vocabulary := "../../../configs/rules/vocabulary"
	for _, tt := range []struct{ data, texts, vocabulary, want string }{
		{t.TempDir(), texts, vocabulary, "has no *.jsonl.gz"},
		{data, t.TempDir(), vocabulary, "articles-dev.jsonl"},
		{data, texts, t.TempDir(), "has no *.yaml"},
	} {
		err := run(io.Discard, tt.data, tt.texts, tt.vocabulary, t.TempDir(), "", true)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want one with %q", err, tt.want)
		}
	}
}
