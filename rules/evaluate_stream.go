package rules

import (
	"slices"
	"strings"

	"regwatch/models"
)

// A StreamReport says what rules do on articles as they come, of which people have labelled those that matter.
type StreamReport struct {
	Articles int           `json:"articles"`
	Labelled int           `json:"labelled"`
	Scores   []StreamScore `json:"scores"` // by topic, all languages first
	Mistakes []Mistake     `json:"misses"`
}

// A StreamScore holds the figures of one topic in one language. An alert without a label counts as wrong, so precision
// is at least what is given. Recall is estimated: it knows of no relevant article that nobody labelled.
type StreamScore struct {
	Topic       string  `json:"topic"`
	Lang        string  `json:"lang"` // "all" for all languages together
	Articles    int     `json:"articles"`
	Right       int     `json:"right"`
	Wrong       int     `json:"wrong"`
	Unlabelled  int     `json:"unlabelled"` // of the wrong ones
	Missed      int     `json:"missed"`
	PerThousand float64 `json:"alerts_per_1000"`
	Precision   Rate    `json:"precision"`
	Recall      Rate    `json:"estimated_recall"`
}

// EvaluateStream compares rules with the topics of labelled articles, by the article's ID. A rule alerts if it matches as
// a subject.
func EvaluateStream(s *Set, stream []LabelledArticle, labels map[string][]string) StreamReport {
	report := StreamReport{Articles: len(stream)}
	scores := make(map[[2]string]*StreamScore)
	at := func(topic, lang string) *StreamScore {
		key := [2]string{topic, lang}
		if scores[key] == nil {
			scores[key] = &StreamScore{Topic: topic, Lang: lang}
		}
		return scores[key]
	}
	for _, l := range stream {
		topics, labelled := labels[l.ID]
		if labelled {
			report.Labelled++
		}
		found := make(map[string]models.Match)
		for _, m := range s.Match(models.Article{Title: l.Title, Body: l.Text, Language: l.Lang}) {
			if m.Strength == models.Subject {
				found[m.RuleID] = m
			}
		}
		for _, r := range s.rules {
			m, got := found[r.ID]
			want := slices.Contains(topics, r.ID)
			for _, score := range []*StreamScore{at(r.ID, "all"), at(r.ID, l.Lang)} {
				score.count(got, want, labelled)
			}
			if got != want {
				report.Mistakes = append(report.Mistakes, Mistake{l.ID, l.Lang, r.ID, want, l.Title, quoteHits(m.Hits)})
			}
		}
	}
	for _, score := range scores {
		alerts := score.Right + score.Wrong
		score.PerThousand = 1000 * float64(alerts) / float64(score.Articles)
		score.Precision, score.Recall = Wilson(score.Right, alerts), Wilson(score.Right, score.Right+score.Missed)
		report.Scores = append(report.Scores, *score)
	}
	slices.SortFunc(report.Scores, func(a, b StreamScore) int { return compareTopics(a.Topic, a.Lang, b.Topic, b.Lang) })
	slices.SortStableFunc(report.Mistakes, func(a, b Mistake) int { return strings.Compare(a.Topic, b.Topic) })
	return report
}

func (s *StreamScore) count(got, want, labelled bool) {
	s.Articles++
	switch {
	case got && want:
		s.Right++
	case got:
		s.Wrong++
		if !labelled {
			s.Unlabelled++
		}
	case want:
		s.Missed++
	}
}
