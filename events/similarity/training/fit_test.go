package training

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/events/evaluate"
)

func TestWindowsSplitWhereArticlesPause(t *testing.T) {
	day := func(lang string, n int) evaluate.Article {
		return evaluate.Article{Lang: lang, At: time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC)}
	}
	both := evaluate.Block{Name: "news", Articles: []evaluate.Article{day("en", 1), day("en", 20)}, Chinese: []evaluate.Article{day("zh", 1), day("zh", 20)}}
	native := evaluate.Block{Name: "long", Articles: []evaluate.Article{day("en", 1), day("zh", 1), day("en", 4), day("zh", 9)}}
	var got []string
	for _, w := range Windows([]evaluate.Block{both, native}) {
		got = append(got, fmt.Sprintf("%s %d", w.Name, len(w.Articles)))
	}
	if diff := cmp.Diff([]string{"news 2", "long/en/1 2", "long/zh/1 1", "long/zh/2 1"}, got); diff != "" {
		t.Errorf("windows (-want +got):\n%s", diff)
	}
}
