package events

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"regwatch/models"
)

// TestExtractCorpus reports how often the extract has a sentence that states the stage of
// its article by itself, or a key date, beside the first two sentences of the text. Only
// articles count of which any sentence does.
func TestExtractCorpus(t *testing.T) {
	all := make(map[string]*tally)
	count := func(key string, hit bool) {
		if all[key] == nil {
			all[key] = new(tally)
		}
		all[key].add(one(hit), 1, 1)
	}
	try := func(set string, l labelled, stage string, days []string) {
		a := l.article()
		methods := map[string][]string{"extract": extractOf(a), "first two sentences": firstSentences(a.Body, 2)}
		whole := firstSentences(a.Body, extractFrom)
		states := func(s string) bool { return stage != "" && l.read(s).stage.String() == stage }
		dates := func(s string) bool {
			return slices.ContainsFunc(l.read(s).dates, func(d models.KeyDate) bool { return slices.Contains(days, d.Day) })
		}
		for what, says := range map[string]func(string) bool{"stage": states, "date": dates} {
			if !slices.ContainsFunc(whole, says) {
				continue
			}
			for name, said := range methods {
				count(set+", "+what+", "+name, slices.ContainsFunc(said, says))
				count(set+", "+what+", "+name+", "+l.Lang, slices.ContainsFunc(said, says))
			}
		}
	}
	for _, l := range labelledArticles(t) {
		half := "retold, held half"
		if l.developed() {
			half = "retold, half developed on"
		}
		var days []string
		for _, d := range l.KeyDates {
			days = append(days, d.Date)
		}
		try(half, l, l.Stage, days)
	}
	for _, l := range longArticles(t) {
		read := extractFeatures(Found{Article: l.article()}).readExtraction()
		var days []string
		for _, d := range read.dates {
			days = append(days, d.Day)
		}
		half := "long-1, held half"
		if l.developed() {
			half = "long-1, half developed on"
		}
		try(half, l, read.stage.String(), days)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%-62s %s", name, all[name])
	}
	// The halves together: one article of ten decides nothing.
	for _, set := range []string{"retold", "long-1"} {
		right := make(map[string]int)
		for _, half := range []string{"half developed on", "held half"} {
			for _, method := range []string{"extract", "first two sentences"} {
				right[method] += all[set+", "+half+", stage, "+method].right
			}
		}
		if right["extract"] < right["first two sentences"] {
			t.Errorf("%s, stage: %d extracts are right, and %d of the first two sentences", set, right["extract"], right["first two sentences"])
		}
	}
}

// read reads a sentence as if it were all that the article says.
func (l labelled) read(s string) extraction {
	a := l.article()
	a.Title, a.Body = "", s
	return extractFeatures(Found{Article: a}).readExtraction()
}

// longArticles are long articles as they were published, without labels of stages.
func longArticles(t *testing.T) []labelled {
	t.Helper()
	f, err := os.Open("../../shared/events/long-1.jsonl.gz")
	if err != nil {
		t.Skip("the labelled articles are not here")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	for lines := bufio.NewReader(z); ; {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var l struct {
				labelled
				At string `json:"published"`
			}
			if err := json.Unmarshal(line, &l); err != nil {
				t.Fatal(err)
			}
			l.Published, _ = time.Parse(time.DateTime, l.At)
			all = append(all, l.labelled)
		}
		if err != nil {
			return all
		}
	}
}

func firstSentences(body string, n int) []string {
	var all []string
	eachSentence(body, func(start, end int) bool {
		all = append(all, body[start:end])
		return len(all) < n
	})
	return all
}

func extractOf(a models.Article) []string {
	f := extractFeatures(Found{Article: a})
	return f.extract(f.readExtraction().cues)
}
