package rules

import (
	"slices"
	"strings"
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
	InDigest
}

// EvaluateStream compares rules with the topics of labelled articles, by the article's ID.
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
		found := s.verdicts(l)
		for _, r := range s.rules {
			v := found[r.ID]
			want := slices.Contains(topics, r.ID)
			for _, score := range []*StreamScore{at(r.ID, "all"), at(r.ID, l.Lang)} {
				score.count(v, want, labelled)
			}
			if v.alert != want {
				report.Mistakes = append(report.Mistakes, newMistake(l, r.ID, v, want))
			}
		}
	}
	for _, score := range scores {
		alerts := score.Right + score.Wrong
		score.PerThousand = 1000 * float64(alerts) / float64(score.Articles)
		score.Precision, score.Recall = Wilson(score.Right, alerts), Wilson(score.Right, score.Right+score.Missed)
		score.RecallWithDigest = Wilson(score.Right+score.DigestRight, score.Right+score.Missed)
		report.Scores = append(report.Scores, *score)
	}
	slices.SortFunc(report.Scores, func(a, b StreamScore) int { return compareTopics(a.Topic, a.Lang, b.Topic, b.Lang) })
	slices.SortStableFunc(report.Mistakes, func(a, b Mistake) int { return strings.Compare(a.Topic, b.Topic) })
	return report
}

func (s *StreamScore) count(v verdict, want, labelled bool) {
	s.Articles++
	if v.digest {
		s.InDigest.count(want)
	}
	switch {
	case v.alert && want:
		s.Right++
	case v.alert:
		s.Wrong++
		if !labelled {
			s.Unlabelled++
		}
	case want:
		s.Missed++
	}
}
