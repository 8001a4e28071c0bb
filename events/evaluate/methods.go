package evaluate

import (
	"slices"
	"time"

	"regwatch/events"
	"regwatch/events/similarity"
	"regwatch/models"
)

// A Method groups articles, oldest first: it returns the number of the group of each.
type Method struct {
	Name  string
	Group func([]Article) []int
	// FollowUps says of each article whether the program sends it as a follow-up because it states a
	// stage that its group had not; nil for other ways to group.
	FollowUps func() []bool
}

// The thresholds of the baselines, and the times within which reports of one event follow
// each other.
const (
	titleJaccard = 0.55
	tfidfCosine  = 0.40
	sinceLast    = 7 * 24 * time.Hour
	sinceFirst   = 14 * 24 * time.Hour
)

// Methods returns how the program groups with a model, and ways to compare it with. matched returns
// an article with the matches of rules, as a scan does.
func Methods(m *similarity.Model, matched func(models.Article) events.Found) []Method {
	var told []bool
	program := func(articles []Article) (groups []int) {
		groups, told = assign(m, events.Batch.Assign, matched, articles)
		return groups
	}
	return []Method{
		{"regwatch", program, func() []bool { return told }},
		{"copies only", Copies(matched), nil},
		{"title Jaccard .55", TitleJaccard(titleJaccard), nil},
		{"TF-IDF cosine .40", TFIDF(tfidfCosine), nil},
	}
}

// Regwatch groups as the program does.
func Regwatch(matched func(models.Article) events.Found) func([]Article) []int {
	return func(articles []Article) []int {
		groups, _ := assign(similarity.Shipped(), events.Batch.Assign, matched, articles)
		return groups
	}
}

// Copies groups articles with the same link, a copied text or the same headline.
func Copies(matched func(models.Article) events.Found) func([]Article) []int {
	return func(articles []Article) []int {
		groups, _ := assign(similarity.Shipped(), events.Batch.AssignCopies, matched, articles)
		return groups
	}
}

// assign groups articles one by one, each among the events that share a key with it, as
// scans do. told says which state a stage that their group had not.
func assign(m *similarity.Model, by func(events.Batch, []models.Event, time.Time) []models.Change, matched func(models.Article) events.Found, articles []Article) (groups []int, told []bool) {
	groups, told = make([]int, len(articles)), make([]bool, len(articles))
	var stored []models.Event
	byKey := make(map[string][]int)
	numbers := make(map[string]int)
	stages := make(map[string]bool) // by event and stage
	for i, a := range articles {
		batch := events.ReadWith(m, []events.Found{matched(a.model())})
		var near []int
		for _, key := range batch.Keys() {
			near = append(near, byKey[key]...)
		}
		slices.Sort(near)
		var candidates []models.Event
		for _, n := range slices.Compact(near) {
			candidates = append(candidates, stored[n])
		}
		c := by(batch, candidates, a.At)[0]
		n, ok := numbers[c.Event.ID]
		if !ok {
			n = len(stored)
			numbers[c.Event.ID] = n
			stored = append(stored, models.Event{})
		}
		stage := c.Event.ID + " " + c.Joined.Stage
		told[i] = ok && c.Kind != models.Copied && c.Joined.Stage != "" && !stages[stage]
		stages[stage] = true
		stored[n], groups[i] = c.Event, n
		for _, key := range c.NewKeys {
			byKey[key] = append(byKey[key], n)
		}
	}
	return groups, told
}

// TitleJaccard groups by the share of title terms that two articles have in common.
func TitleJaccard(bar float64) func([]Article) []int {
	return func(articles []Article) []int {
		docs := Docs(similarity.Shipped(), articles)
		return averageLink(articles, bar, func(i, j int) float64 {
			a, b := docs[i].Title, docs[j].Title
			shared := 0
			for _, t := range a {
				if slices.Contains(b, t) {
					shared++
				}
			}
			if shared == 0 {
				return 0
			}
			return float64(shared) / float64(len(a)+len(b)-shared)
		})
	}
}

// TFIDF groups by the cosine of title and lead, weighted by how rare terms are.
func TFIDF(bar float64) func([]Article) []int {
	return func(articles []Article) []int {
		docs := Docs(similarity.Shipped(), articles)
		return averageLink(articles, bar, func(i, j int) float64 { return similarity.LeadCosine(docs[i], docs[j]) })
	}
}

// BySimilarity groups by the score of a model.
func BySimilarity(m *similarity.Model, bar float64) func([]Article) []int {
	return func(articles []Article) []int {
		docs := Docs(m, articles)
		return averageLink(articles, bar, func(i, j int) float64 { return m.Score(docs[i], docs[j]) })
	}
}

// Docs prepares articles for a model.
func Docs(m *similarity.Model, articles []Article) []*similarity.Doc {
	docs := make([]*similarity.Doc, len(articles))
	for i, a := range articles {
		docs[i] = m.Doc(events.Profile(m, a.model()))
	}
	return docs
}

// averageLink puts each article into the earlier group to whose members it is closest on
// average, if that is at the bar or above.
func averageLink(articles []Article, bar float64, score func(i, j int) float64) []int {
	groups := make([]int, len(articles))
	var members [][]int
	for i, a := range articles {
		best, at := bar, -1
		for g, in := range members {
			if a.At.Sub(articles[in[len(in)-1]].At) > sinceLast || a.At.Sub(articles[in[0]].At) > sinceFirst {
				continue
			}
			sum := 0.0
			for _, j := range in {
				sum += score(i, j)
			}
			if mean := sum / float64(len(in)); mean >= best && (at < 0 || mean > best) {
				best, at = mean, g
			}
		}
		if at < 0 {
			at = len(members)
			members = append(members, nil)
		}
		members[at] = append(members[at], i)
		groups[i] = at
	}
	return groups
}
