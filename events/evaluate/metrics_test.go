package evaluate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// view returns articles whose events are single letters; a letter after a comma is soft.
func view(languages string, events ...string) View {
	v := View{Languages: languages}
	for i, e := range events {
		a := Article{ID: string(rune('1' + i)), Lang: "en", Event: e[:1]}
		if i%2 == 1 {
			a.Lang = "zh"
		}
		if len(e) > 2 {
			a.Soft = []string{e[2:]}
		}
		v.Articles = append(v.Articles, a)
	}
	return v
}

func TestMeasure(t *testing.T) {
	tests := []struct {
		name   string
		view   View
		groups []int
		want   Score
	}{
		{
			// The example of Bagga and Baldwin (1998): chains of 5, 2 and 5, of which the
			// response joins the last two. B³ precision is 16/21 with equal weights over
			// twelve items: (5·1 + 2·2/7 + 5·5/7) / 12.
			"the second response of the paper",
			view("en-en", "a", "a", "a", "a", "a", "b", "b", "c", "c", "c", "c", "c"),
			[]int{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2},
			Score{12, 3, prf((5+4.0/7+25.0/7)/12, 1), prf(21.0/31, 1), 100 * 2.0 / 12, 1},
		},
		{
			"everything apart",
			view("en-en", "a", "a", "b"),
			[]int{1, 2, 3},
			Score{3, 1, prf(1, .5), PRF{}, 0, 2},
		},
		{
			"a single article in the wrong group costs precision of that group alone",
			view("en-en", "a", "a", "b"),
			[]int{1, 1, 1},
			Score{3, 1, prf(2.0/3, 1), prf(1.0/3, 1), 100.0 / 3, 1},
		},
		{
			"an article that may be counted to the event counts neither for nor against",
			view("en-en", "a", "a", "b,a"),
			[]int{1, 1, 1},
			Score{3, 1, prf(1, 1), prf(1, 1), 0, 1},
		},
		{
			"of two languages only pairs of both are counted",
			view("en-zh", "a", "a", "a", "b"),
			[]int{1, 1, 2, 3},
			Score{4, 1, prf(1, (2.0/3+2.0/3+1.0/3)/3), prf(1, .5), 0, 2},
		},
		{
			"no event of several articles",
			view("en-en", "a", "b"),
			[]int{1, 2},
			Score{Articles: 2},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Measure(tt.view, tt.groups), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("Measure (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMeanCountsEachStoryOnce(t *testing.T) {
	got := Mean([]Score{{Articles: 100, Stories: 1, B3: prf(1, 1), Wrong: 0, Alerts: 1}, {Articles: 300, Stories: 3, B3: prf(.5, .5), Wrong: 4, Alerts: 2}})
	if got.Articles != 400 || got.Stories != 4 || math.Abs(got.B3.P-.625) > 1e-9 || got.Wrong != 3 || got.Alerts != 1.75 {
		t.Errorf("Mean = %+v", got)
	}
}
