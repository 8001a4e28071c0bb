package evaluate

import "slices"

// A Score is how well the articles of a view were grouped.
type Score struct {
	Articles int     `json:"articles"`
	Stories  int     `json:"stories"` // events of several articles
	B3       PRF     `json:"b3"`      // over the articles of those
	Pairs    PRF     `json:"pairs"`   // of en-zh, only pairs of two languages
	Wrong    float64 `json:"wrong_per_100"`
	Alerts   float64 `json:"alerts_per_story"`
}

// PRF is a precision, a recall, and their harmonic mean.
type PRF struct {
	P  float64 `json:"p"`
	R  float64 `json:"r"`
	F1 float64 `json:"f1"`
}

func prf(p, r float64) PRF {
	if p+r == 0 {
		return PRF{}
	}
	return PRF{p, r, 2 * p * r / (p + r)}
}

// Measure compares groups with labels. Groups has the number of the group of each
// article.
//
// B³ is that of Bagga and Baldwin (1998), "Algorithms for scoring coreference chains",
// with equal weights, over the articles whose event has several. Two articles of which
// one may be counted to the event of the other or not are left out of every count.
//
// A wrong join is an article that is in a group whose most frequent event, the earliest
// of several, is not its own.
func Measure(v View, groups []int) Score {
	s := Score{Articles: len(v.Articles)}
	events, members := make(map[string][]int), make(map[int][]int)
	for i, a := range v.Articles {
		events[a.Event] = append(events[a.Event], i)
		members[groups[i]] = append(members[groups[i]], i)
	}
	var precision, recall float64
	var items, joined, found, truth int
	for i, a := range v.Articles {
		if len(events[a.Event]) < 2 {
			continue
		}
		items++
		right, counted := 0, 0
		for _, j := range members[groups[i]] {
			if sameEvent(a, v.Articles[j]) {
				right++
			} else if isSoft(a, v.Articles[j]) {
				continue
			}
			counted++
		}
		precision += float64(right) / float64(counted)
		recall += float64(right) / float64(len(events[a.Event]))
	}
	for i, a := range v.Articles {
		for j, b := range v.Articles[:i] {
			if v.Languages == "en-zh" && a.Lang == b.Lang {
				continue
			}
			same, together := sameEvent(a, b), groups[i] == groups[j]
			if !same && isSoft(a, b) {
				continue
			}
			if together {
				joined++
			}
			if same {
				truth++
			}
			if same && together {
				found++
			}
		}
	}
	s.Pairs = prf(ratio(found, joined), ratio(found, truth))
	if items > 0 {
		s.B3 = prf(precision/float64(items), recall/float64(items))
	}
	wrong := 0
	for _, in := range members {
		wrong += wrongIn(v.Articles, in)
	}
	s.Wrong = 100 * ratio(wrong, len(v.Articles))
	alerts := 0
	for _, in := range events {
		if len(in) < 2 {
			continue
		}
		s.Stories++
		var of []int
		for _, i := range in {
			if !slices.Contains(of, groups[i]) {
				of = append(of, groups[i])
			}
		}
		alerts += len(of)
	}
	s.Alerts = ratio(alerts, s.Stories)
	return s
}

// FollowUps returns how many articles of an event of several are sent as a follow-up.
func FollowUps(v View, followUps []bool) float64 {
	articles := make(map[string]int)
	for _, a := range v.Articles {
		articles[a.Event]++
	}
	stories, n := 0, 0
	for i, a := range v.Articles {
		if articles[a.Event] > 1 && followUps[i] {
			n++
		}
	}
	for _, of := range articles {
		if of > 1 {
			stories++
		}
	}
	return ratio(n, stories)
}

// wrongIn returns how many articles of a group are not of its most frequent event.
func wrongIn(articles []Article, in []int) int {
	count := make(map[string]int)
	main := articles[in[0]]
	for _, i := range in {
		count[articles[i].Event]++
	}
	for _, i := range in {
		if count[articles[i].Event] > count[main.Event] {
			main = articles[i]
		}
	}
	wrong := 0
	for _, i := range in {
		if a := articles[i]; !sameEvent(a, main) && !isSoft(a, main) {
			wrong++
		}
	}
	return wrong
}

func sameEvent(a, b Article) bool { return a.Event == b.Event }

func isSoft(a, b Article) bool {
	return slices.Contains(a.Soft, b.Event) || slices.Contains(b.Soft, a.Event) || slices.ContainsFunc(a.Soft, func(e string) bool { return slices.Contains(b.Soft, e) })
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Mean returns the mean of the scores of several views, each article counted once.
func Mean(scores []Score) Score {
	var m Score
	var b3p, b3r, pp, pr, wrong, alerts float64
	for _, s := range scores {
		n := float64(s.Stories)
		b3p, b3r, pp, pr = b3p+n*s.B3.P, b3r+n*s.B3.R, pp+n*s.Pairs.P, pr+n*s.Pairs.R
		wrong, alerts = wrong+float64(s.Articles)*s.Wrong, alerts+n*s.Alerts
		m.Articles, m.Stories = m.Articles+s.Articles, m.Stories+s.Stories
	}
	if m.Stories > 0 {
		n := float64(m.Stories)
		m.B3, m.Pairs, m.Alerts = prf(b3p/n, b3r/n), prf(pp/n, pr/n), alerts/n
	}
	if m.Articles > 0 {
		m.Wrong = wrong / float64(m.Articles)
	}
	return m
}

// Uncertain reports whether it was left open if two articles report one development.
func Uncertain(a, b Article) bool { return !sameEvent(a, b) && isSoft(a, b) }
