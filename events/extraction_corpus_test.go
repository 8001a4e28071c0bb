package events

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// A labelled is an article with its stage and key dates, labelled by a person.
type labelled struct {
	ID        string    `json:"id"`
	Lang      string    `json:"lang"`
	Published time.Time `json:"published"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Topics    []string  `json:"topics"`
	Event     string    `json:"event"`
	Stage     string    `json:"stage"`
	KeyDates  []struct {
		Date string `json:"date"`
		Kind string `json:"kind"`
	} `json:"key_dates"`
}

func (l labelled) article() models.Article {
	return models.Article{
		ID: l.ID, SourceID: "labelled", Title: l.Title, Body: l.Text, Language: l.Lang,
		PublishedAt: l.Published, SeenAt: l.Published.Add(time.Hour), Source: models.Source{Role: models.Press},
	}
}

// developed reports whether the article is in the half that was used to choose the
// words; the other half was only measured.
func (l labelled) developed() bool {
	h := fnv.New32a()
	name := l.Event
	if name == "" {
		name = l.ID
	}
	_, _ = h.Write([]byte(name))
	return h.Sum32()%2 == 0
}

// A tally compares what was found with what was expected.
type tally struct{ right, found, there int }

func (t *tally) add(right, found, there int) {
	t.right, t.found, t.there = t.right+right, t.found+found, t.there+there
}

func (t tally) String() string {
	share := func(n, of int) string {
		if of == 0 {
			return fmt.Sprintf("   - (%d/%d)", n, of)
		}
		return fmt.Sprintf("%.2f (%d/%d)", float64(n)/float64(of), n, of)
	}
	return "precision " + share(t.right, t.found) + ", recall " + share(t.right, t.there)
}

// TestExtractionCorpus reports how well stage and dates are found in each half,
// compared with simple methods, and checks the result for both halves.
func TestExtractionCorpus(t *testing.T) {
	all := make(map[string]*tally)
	count := func(half, name, script string, right, found, there int) {
		for _, key := range []string{name, half + name + ", all", half + name + ", " + script} {
			if all[key] == nil {
				all[key] = new(tally)
			}
			all[key].add(right, found, there)
		}
	}
	for _, l := range labelledArticles(t) {
		half := "held half: "
		if l.developed() {
			half = "half developed on: "
		}
		says := extractFeatures(Found{Article: l.article()}).readExtraction()
		var got, want []string
		for _, d := range says.dates {
			got = append(got, d.Day+" "+d.Kind)
		}
		for _, d := range l.KeyDates {
			want = append(want, d.Date+" "+d.Kind)
		}
		every := allDays(l.article())
		count(half, "dates", l.Lang, shared(got, want), len(got), len(want))
		count(half, "dates if every day were effective", l.Lang, shared(every, want), len(every), len(want))
		if len(l.Topics) == 0 {
			continue // no rule matches it, and its stage is not labelled
		}
		count(half, "stage", l.Lang, one(says.stage != noStage && says.stage.String() == l.Stage), one(says.stage != noStage), one(l.Stage != ""))
		count(half, "stage if always in-force", l.Lang, one(l.Stage == "in-force"), 1, one(l.Stage != ""))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%-62s %s", name, all[name])
	}
	for name, least := range map[string]float64{"dates": 0.9, "stage": 0.8} {
		if got := all[name]; float64(got.right) < least*float64(got.found) || float64(got.right) < 0.8*float64(got.there) {
			t.Errorf("%s: %s; want a precision of %.1f and a recall of 0.8", name, got, least)
		}
	}
}

// allDays is the simplest method: all dates in the text.
func allDays(a models.Article) []string {
	r := extractFeatures(Found{Article: a})
	var all []string
	sentences(r.src, r.tokens, func(s sentence) {
		for _, d := range s.days {
			if at, ok := d.resolve(dayOf(a), nearest); ok {
				if day := at.Format(time.DateOnly) + " " + effective; !slices.Contains(all, day) {
					all = append(all, day)
				}
			}
		}
	})
	return all
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func shared(a, b []string) int {
	n := 0
	for _, s := range a {
		n += one(slices.Contains(b, s))
	}
	return n
}

func labelledArticles(t testing.TB) []labelled {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "eval", "retold-dev.jsonl"))
	if err != nil {
		t.Skip("the labelled articles are not available")
	}
	defer f.Close()
	var list []labelled
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l labelled
		if err := json.NewDecoder(strings.NewReader(lines.Text())).Decode(&l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
