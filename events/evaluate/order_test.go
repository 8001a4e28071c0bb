package evaluate

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"regwatch/events"
	"regwatch/events/similarity"
	"regwatch/models"
)

// Articles of one day arrive in any order: sources are read in turn. The first reports of a
// group decide what joins next, so some pairs change. How many is compared with ways to group
// by the score alone, to see what they change by; 15 in 100 is more than was measured.
func TestOrderWithinADayChangesFewPairs(t *testing.T) {
	names, _ := filepath.Glob("../../../shared/events/news-?.jsonl.gz")
	if len(names) == 0 {
		t.Skip("no labelled articles in ../shared")
	}
	m := similarity.Shipped()
	for _, name := range names {
		b, err := ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range b.Views() {
			program := Regwatch(inHeadline)
			changed := changedByOrder(v, program)
			if changed > 15 {
				t.Errorf("%s %s: %.1f in 100 pairs differ, want at most 15", filepath.Base(name), v.Languages, changed)
			}
			if !testing.Verbose() {
				continue // other ways to group are only shown
			}
			score := scoreOf(m, v.Articles)
			for _, way := range []struct {
				name  string
				group func([]Article) []int
			}{
				{"the program", program},
				{"mean score", groupBy(score, similarity.Bar, mean, false)},
				{"nearest report", groupBy(score, nearestBar, slices.Max, false)},
				{"mean score, groups are merged later", groupBy(score, similarity.Bar, mean, true)},
			} {
				s := Measure(v, way.group(v.Articles))
				t.Logf("%s %s, %s: %.1f in 100 pairs differ; F1 %.3f, wrong %.1f, alerts %.2f", filepath.Base(name), v.Languages, way.name, changedByOrder(v, way.group), s.B3.F1, s.Wrong, s.Alerts)
			}
			shuffled := shuffledByDay(v.Articles, 1)
			t.Logf("%s: B³ of one order by the groups of the other %.3f", v.Languages, Measure(labelled(shuffled, v.Articles, program(v.Articles)), program(shuffled)).B3.F1)
		}
	}
}

// nearestBar is the bar at which the nearest report joins about as few wrong articles as the
// mean does at its own.
const nearestBar = 1.5

// inHeadline returns an article as if a rule found it in the headline.
func inHeadline(a models.Article) events.Found {
	return events.Found{Article: a, Matches: []models.Match{{ArticleID: a.ID, Revision: a.Revision, RuleID: "labelled", Strength: models.Subject}}}
}

// changedByOrder returns how many of 100 pairs that are in one group in either order differ, on
// average of some orders.
func changedByOrder(v View, group func([]Article) []int) float64 {
	const orders = 3
	first := pairsOf(v.Articles, group(v.Articles))
	sum := 0.0
	for seed := range uint64(orders) {
		shuffled := shuffledByDay(v.Articles, seed+1)
		other := pairsOf(shuffled, group(shuffled))
		both := 0
		for pair := range other {
			if first[pair] {
				both++
			}
		}
		either := len(first) + len(other) - both
		sum += 100 * float64(either-both) / float64(either)
	}
	return sum / orders
}

// scoreOf returns the score of two articles, by their IDs. Two of one outlet never join.
func scoreOf(m *similarity.Model, articles []Article) func(a, b string) float64 {
	const never = -20
	at := make(map[string]int)
	for i, a := range articles {
		at[a.ID] = i
	}
	docs := Docs(m, articles)
	scores := make([][]float64, len(docs))
	for i, a := range docs {
		scores[i] = make([]float64, i)
		for j, b := range docs[:i] {
			scores[i][j] = m.Score(a, b)
			if a.Outlet == b.Outlet && a.Outlet != "" {
				scores[i][j] = never
			}
		}
	}
	return func(a, b string) float64 { return scores[max(at[a], at[b])][min(at[a], at[b])] }
}

func mean(scores []float64) float64 {
	sum := 0.0
	for _, s := range scores {
		sum += s
	}
	return sum / float64(len(scores))
}

// groupBy puts each article into the earlier group to which it is closest, by what link makes of
// the scores of their members. If merging, groups that become as close are merged.
func groupBy(score func(a, b string) float64, bar float64, link func([]float64) float64, merging bool) func([]Article) []int {
	return func(articles []Article) []int {
		var members [][]int
		closest := func(one []int, except int) int {
			best, at := bar, -1
			for g, other := range members {
				if g == except || len(other) == 0 {
					continue
				}
				var scores []float64
				for _, i := range one {
					for _, j := range other {
						scores = append(scores, score(articles[i].ID, articles[j].ID))
					}
				}
				if s := link(scores); s >= best && (at < 0 || s > best) {
					best, at = s, g
				}
			}
			return at
		}
		for i := range articles {
			at := closest([]int{i}, -1)
			if at < 0 {
				at = len(members)
				members = append(members, nil)
			}
			members[at] = append(members[at], i)
			for merging {
				to := closest(members[at], at)
				if to < 0 {
					break
				}
				members[to], members[at] = append(members[to], members[at]...), nil
				at = to
			}
		}
		groups := make([]int, len(articles))
		for g, in := range members {
			for _, i := range in {
				groups[i] = g
			}
		}
		return groups
	}
}

// labelled returns the articles with the groups of another order as their events.
func labelled(articles, ordered []Article, groups []int) View {
	v := View{Articles: slices.Clone(articles)}
	group := make(map[string]int)
	for i, a := range ordered {
		group[a.ID] = groups[i]
	}
	for i := range v.Articles {
		v.Articles[i].Event, v.Articles[i].Soft = strconv.Itoa(group[v.Articles[i].ID]), nil
	}
	return v
}

// shuffledByDay returns the articles with those of each day in another order, each seen
// at the time of its place.
func shuffledByDay(articles []Article, seed uint64) []Article {
	shuffled := append([]Article(nil), articles...)
	r := rand.New(rand.NewPCG(seed, 7))
	for start := 0; start < len(shuffled); {
		end := start
		for end < len(shuffled) && shuffled[end].At.Truncate(24*time.Hour).Equal(shuffled[start].At.Truncate(24*time.Hour)) {
			end++
		}
		day := shuffled[start:end]
		r.Shuffle(len(day), func(i, j int) { day[i], day[j] = day[j], day[i] })
		start = end
	}
	return shuffled
}

func pairsOf(articles []Article, groups []int) map[[2]string]bool {
	pairs := make(map[[2]string]bool)
	for i := range articles {
		for j := range articles {
			if groups[i] == groups[j] && articles[i].ID < articles[j].ID {
				pairs[[2]string{articles[i].ID, articles[j].ID}] = true
			}
		}
	}
	return pairs
}
