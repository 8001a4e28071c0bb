package evaluate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/events"
	"regwatch/events/similarity"
	"regwatch/models"
)

func TestAverageLink(t *testing.T) {
	day := func(n int) Article { return Article{At: time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC)} }
	near := map[[2]int]float64{{1, 0}: 1, {2, 0}: 1, {2, 1}: 0, {3, 2}: .6, {3, 0}: .6}
	score := func(i, j int) float64 { return near[[2]int{i, j}] }
	tests := []struct {
		name     string
		articles []Article
		want     []int
	}{
		{"the mean of a group decides", []Article{day(1), day(1), day(1)}, []int{0, 0, 0}},
		{"seven days after the last article a group is closed", []Article{day(1), day(9)}, []int{0, 1}},
		{"fourteen days after the first article a group is closed", []Article{day(1), day(8), day(15), day(16)}, []int{0, 0, 0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, averageLink(tt.articles, .5, score)); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCopiesAndTitlesGroupWhatTheySayTheyDo(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	articles := []Article{
		{ID: "1", Source: "A", Title: "Harbour Bank halts stablecoin redemptions after audit", Link: "https://a.example/1", At: at},
		{ID: "2", Source: "B", Title: "Harbour Bank halts stablecoin redemptions after audit", Link: "https://b.example/1", At: at.Add(time.Hour)},
		{ID: "3", Source: "C", Title: "After audit, Harbour Bank halts stablecoin redemptions", Link: "https://c.example/1", At: at.Add(2 * time.Hour)},
		{ID: "4", Source: "D", Title: "Parliament debates fishing quotas", Link: "https://d.example/1", At: at.Add(3 * time.Hour)},
	}
	if diff := cmp.Diff([]int{0, 0, 1, 2}, Copies(unmatched)(articles)); diff != "" {
		t.Errorf("copies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 0, 0, 1}, TitleJaccard(.55)(articles)); diff != "" {
		t.Errorf("title Jaccard (-want +got):\n%s", diff)
	}
}

// A stage is told in a thread once, and the article that opens an event is no follow-up.
func TestStagesOfReportsAreFollowUps(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	report := func(id, title, text string) Article {
		hours, _ := time.ParseDuration(id + "h")
		return Article{ID: id, Lang: "en", Source: "S" + id, Title: title, Text: text, Link: "https://s" + id + ".example/1", At: at.Add(hours), Event: "e"}
	}
	v := View{Articles: []Article{
		report("1", "Singapore revokes licence of Harbour Bank stablecoin unit", "The Monetary Authority took the licence of Harbour Bank's stablecoin unit in Singapore on Monday."),
		report("2", "Singapore shuts down Harbour Bank stablecoin unit in crackdown on licence breach", "Harbour Bank's stablecoin unit lost its licence from the Monetary Authority of Singapore."),
		report("3", "Harbour Bank stablecoin unit is shut down by Singapore in crackdown", "Harbour Bank's stablecoin unit in Singapore had to give up its licence."),
	}}
	program := Methods(similarity.Shipped(), inHeadline)[0]
	if diff := cmp.Diff([]int{0, 0, 0}, program.Group(v.Articles)); diff != "" {
		t.Fatalf("groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bool{false, true, false}, program.FollowUps()); diff != "" {
		t.Errorf("follow-ups (-want +got):\n%s", diff)
	}
	if got := FollowUps(v, program.FollowUps()); got != 1 {
		t.Errorf("%v follow-ups a story, want 1", got)
	}
	if got := FollowUps(View{Articles: v.Articles[:1]}, []bool{true}); got != 0 {
		t.Errorf("%v follow-ups of no story, want 0", got)
	}
}

// unmatched returns an article without matches.
func unmatched(a models.Article) events.Found { return events.Found{Article: a} }
