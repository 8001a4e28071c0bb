package rules

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"regwatch/models"
	"regwatch/rules/syntax"
)

// A LabelledArticle is an article for which a person said which rules it is about.
type LabelledArticle struct {
	ID     string   `json:"id"`
	Lang   string   `json:"lang"`
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Topics []string `json:"topics"` // IDs of rules
	Split  string   `json:"split"`
}

// ReadLabelled reads one LabelledArticle from each line. It ignores other fields.
func ReadLabelled(r io.Reader) ([]LabelledArticle, error) {
	var out []LabelledArticle
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var l LabelledArticle
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if l.Title == "" && l.Text == "" {
			return nil, fmt.Errorf("line %d has neither title nor text; each line must be an object with id, lang, title, text and topics", n)
		}
		out = append(out, l)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read labelled articles: %w", err)
	}
	return out, nil
}

// ReadLabels reads the ID and the topics of an article from each line, for articles that are elsewhere. It ignores other
// fields.
func ReadLabels(r io.Reader) (map[string][]string, error) {
	labels := make(map[string][]string)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var l LabelledArticle
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if l.ID == "" {
			return nil, fmt.Errorf("line %d has no id; each line must be an object with id and topics", n)
		}
		labels[l.ID] = l.Topics
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	return labels, nil
}

// A Report says how well rules agree with the labels of people.
type Report struct {
	Articles int          `json:"articles"`
	Scores   []Score      `json:"scores"` // by topic, all languages first
	Mistakes []Mistake    `json:"misses"`
	Unknown  []TopicCount `json:"unknown_topics,omitempty"` // labels that are not the ID of a rule, by name; they are not measured
}

// A Score holds the figures of one topic in one language. A rate that cannot be measured is -1.
type Score struct {
	Topic     string  `json:"topic"`
	Lang      string  `json:"lang"` // "all" for all languages together
	True      int     `json:"true_positives"`
	False     int     `json:"false_positives"`
	Missed    int     `json:"false_negatives"`
	Precision Rate    `json:"precision"`
	Recall    Rate    `json:"recall"`
	F1        float64 `json:"f1"`
}

// A Rate is a proportion with its Wilson score interval at 95 %.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A TopicCount is a label, and the number of articles that have it.
type TopicCount struct {
	Topic    string `json:"topic"`
	Articles int    `json:"articles"`
}

// A Mistake is an article on which a rule and the label differ.
type Mistake struct {
	ID     string `json:"id"`
	Lang   string `json:"lang"`
	Topic  string `json:"topic"`
	Wanted bool   `json:"wanted"` // the article has the label
	Title  string `json:"title"`
	Words  string `json:"words,omitempty"` // that the rule matched
}

// Evaluate compares rules with labels. A rule counts as found if it matches as a subject.
func Evaluate(s *Set, labelled []LabelledArticle) Report {
	report := Report{Articles: len(labelled), Unknown: s.unknownTopics(labelled)}
	scores := make(scoreTable)
	for _, l := range labelled {
		found := make(map[string]models.Match)
		for _, m := range s.Match(models.Article{Title: l.Title, Body: l.Text, Language: l.Lang}) {
			if m.Strength == models.Subject {
				found[m.RuleID] = m
			}
		}
		for _, r := range s.rules {
			m, got := found[r.ID]
			want := slices.Contains(l.Topics, r.ID)
			scores.count(r.ID, "all", got, want)
			scores.count(r.ID, l.Lang, got, want)
			if got != want {
				report.Mistakes = append(report.Mistakes, Mistake{l.ID, l.Lang, r.ID, want, l.Title, quoteHits(m.Hits)})
			}
		}
	}
	report.Scores = scores.sorted()
	slices.SortStableFunc(report.Mistakes, func(a, b Mistake) int { return strings.Compare(a.Topic, b.Topic) })
	return report
}

// unknownTopics counts the labels that are not the ID of a rule.
func (s *Set) unknownTopics(labelled []LabelledArticle) []TopicCount {
	counts := make(map[string]int)
	for _, l := range labelled {
		for _, topic := range l.Topics {
			if !slices.ContainsFunc(s.rules, func(r *syntax.Rule) bool { return r.ID == topic }) {
				counts[topic]++
			}
		}
	}
	var unknown []TopicCount
	for _, topic := range slices.Sorted(maps.Keys(counts)) {
		unknown = append(unknown, TopicCount{topic, counts[topic]})
	}
	return unknown
}

// A scoreTable holds scores by topic and language.
type scoreTable map[[2]string]*Score

func (t scoreTable) count(topic, lang string, got, want bool) {
	key := [2]string{topic, lang}
	if t[key] == nil {
		t[key] = &Score{Topic: topic, Lang: lang}
	}
	switch s := t[key]; {
	case got && want:
		s.True++
	case got:
		s.False++
	case want:
		s.Missed++
	}
}

// sorted returns the scores with their rates, by topic and language.
func (t scoreTable) sorted() []Score {
	var scores []Score
	for _, s := range t {
		s.Precision = Wilson(s.True, s.True+s.False)
		s.Recall = Wilson(s.True, s.True+s.Missed)
		if n := 2*s.True + s.False + s.Missed; n > 0 {
			s.F1 = 2 * float64(s.True) / float64(n)
		}
		scores = append(scores, *s)
	}
	slices.SortFunc(scores, func(a, b Score) int { return compareTopics(a.Topic, a.Lang, b.Topic, b.Lang) })
	return scores
}

// compareTopics orders by topic and language, all languages first.
func compareTopics(topicA, langA, topicB, langB string) int {
	allFirst := func(lang string) int {
		if lang == "all" {
			return 0
		}
		return 1
	}
	return cmp.Or(strings.Compare(topicA, topicB), allFirst(langA)-allFirst(langB), strings.Compare(langA, langB))
}

// Wilson returns the proportion k of n with its Wilson score interval at 95 %. If n is 0, all are -1.
func Wilson(k, n int) Rate {
	if n == 0 {
		return Rate{-1, -1, -1}
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Rate{p, max(0, mid-half), min(1, mid+half)}
}
