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

	"regwatch/internal/dates"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// A LabelledArticle is an article for which a person said which rules it is about.
type LabelledArticle struct {
	ID            string      `json:"id"`
	Lang          string      `json:"lang"`
	Source        string      `json:"source"` // the ID of its source, for rules with a condition on it
	Role          models.Role `json:"role"`
	Jurisdictions []string    `json:"jurisdictions"`
	Published     string      `json:"published"` // a date in any form, for rules with a condition on dates
	Title         string      `json:"title"`
	Text          string      `json:"text"`
	Topics        []string    `json:"topics"` // IDs of rules
	Split         string      `json:"split"`
}

func (l LabelledArticle) article() models.Article {
	published, _ := dates.Parse(l.Published, dates.Options{})
	return models.Article{
		PublishedAt: published.Time, SeenAt: published.Time,
		Title: l.Title, Body: l.Text, Language: l.Lang,
		Source: models.Source{ID: l.Source, Role: l.Role, Jurisdictions: l.Jurisdictions},
	}
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
	Lang      string  `json:"lang"`            // "all" for all languages together
	True      int     `json:"true_positives"`  // alerts
	False     int     `json:"false_positives"` // alerts
	Missed    int     `json:"false_negatives"` // no alert, though some may be entries of the digest
	Precision Rate    `json:"precision"`
	Recall    Rate    `json:"recall"`
	F1        float64 `json:"f1"`
	InDigest
}

// InDigest counts the entries of the digest, which are not alerts.
type InDigest struct {
	DigestRight      int  `json:"digest_right"`
	DigestWrong      int  `json:"digest_wrong"`
	RecallWithDigest Rate `json:"recall_with_digest"` // of alerts and entries of the digest together
}

func (d *InDigest) count(want bool) {
	if want {
		d.DigestRight++
	} else {
		d.DigestWrong++
	}
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
	Words  string `json:"words,omitempty"`  // that the rule matched
	Digest bool   `json:"digest,omitempty"` // it is an entry of the digest
}

func newMistake(l LabelledArticle, topic string, v verdict, want bool) Mistake {
	return Mistake{ID: l.ID, Lang: l.Lang, Topic: topic, Wanted: want, Title: l.Title, Words: quoteHits(v.match.Hits), Digest: v.digest}
}

// A verdict is what a rule makes of an article: an alert, an entry of the digest, or neither.
type verdict struct {
	match         models.Match
	alert, digest bool
}

// verdicts returns what the rules make of an article, by the rule's ID. A subject alerts unless its relevance is too
// low. Drafts are measured like other rules.
func (s *Set) verdicts(l LabelledArticle) map[string]verdict {
	found := make(map[string]verdict)
	for _, m := range s.Match(l.article()) {
		v := verdict{m, m.Strength == models.Subject && !m.Demoted(), m.Outcome == models.OutcomeDigest}
		if had := found[m.RuleID]; v.alert && !had.alert || v.digest && !had.alert && !had.digest {
			found[m.RuleID] = v
		}
	}
	return found
}

// Evaluate compares rules with labels. A rule counts as found if it alerts.
func Evaluate(s *Set, labelled []LabelledArticle) Report {
	report := Report{Articles: len(labelled), Unknown: s.unknownTopics(labelled)}
	scores := make(scoreTable)
	for _, l := range labelled {
		found := s.verdicts(l)
		for _, r := range s.rules {
			v := found[r.ID]
			want := slices.Contains(l.Topics, r.ID)
			scores.count(r.ID, "all", v, want)
			scores.count(r.ID, l.Lang, v, want)
			if v.alert != want {
				report.Mistakes = append(report.Mistakes, newMistake(l, r.ID, v, want))
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

func (t scoreTable) count(topic, lang string, v verdict, want bool) {
	key := [2]string{topic, lang}
	if t[key] == nil {
		t[key] = &Score{Topic: topic, Lang: lang}
	}
	s := t[key]
	switch {
	case v.alert && want:
		s.True++
	case v.alert:
		s.False++
	case want:
		s.Missed++
	}
	if v.digest {
		s.InDigest.count(want)
	}
}

// sorted returns the scores with their rates, by topic and language.
func (t scoreTable) sorted() []Score {
	var scores []Score
	for _, s := range t {
		s.Precision = Wilson(s.True, s.True+s.False)
		s.Recall = Wilson(s.True, s.True+s.Missed)
		s.RecallWithDigest = Wilson(s.True+s.DigestRight, s.True+s.Missed)
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
