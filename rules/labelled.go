package rules

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"regwatch/models"
)

// A Labelled is an article of which a person said which rules it is about.
type Labelled struct {
	ID     string   `json:"id"`
	Lang   string   `json:"lang"`
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Topics []string `json:"topics"` // rule ids
	Split  string   `json:"split"`
}

// ReadLabelled reads one Labelled a line; other fields are passed over.
func ReadLabelled(r io.Reader) ([]Labelled, error) {
	var out []Labelled
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var l Labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if l.Title == "" && l.Text == "" {
			return nil, fmt.Errorf("line %d has neither title nor text; want an object with id, lang, title, text and topics on each line", n)
		}
		out = append(out, l)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read labelled articles: %w", err)
	}
	return out, nil
}

// A Report says how well rules find what people found.
type Report struct {
	Articles int     `json:"articles"`
	Scores   []Score `json:"scores"` // by topic, all languages first
	Misses   []Miss  `json:"misses"`
	Unknown  []Topic `json:"unknown_topics,omitempty"` // of the labels, by name: no rule has that id, so nothing is measured on them
}

// A Score is the figures of one topic in one language. A rate without anything
// to measure it on is -1.
type Score struct {
	Topic     string  `json:"topic"`
	Lang      string  `json:"lang"` // "all" for all together
	True      int     `json:"true_positives"`
	False     int     `json:"false_positives"`
	Missed    int     `json:"false_negatives"`
	Precision Rate    `json:"precision"`
	Recall    Rate    `json:"recall"`
	F1        float64 `json:"f1"`
}

// A Rate is a share with its Wilson interval at 95 %.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A Topic is a label, and how many articles have it.
type Topic struct {
	Topic    string `json:"topic"`
	Articles int    `json:"articles"`
}

// A Miss is an article on which a rule and the person differ.
type Miss struct {
	ID     string `json:"id"`
	Lang   string `json:"lang"`
	Topic  string `json:"topic"`
	Wanted bool   `json:"wanted"` // the person says it is on topic
	Title  string `json:"title"`
	Words  string `json:"words,omitempty"` // that the rule found
}

// Evaluate runs the rules over labelled articles. A rule says that an article is
// on its topic when it matches as a subject; topics that are no rule are counted
// and left out.
func Evaluate(s *Set, labelled []Labelled) Report {
	type key struct{ topic, lang string }
	counts := make(map[key]*Score)
	score := func(topic, lang string) *Score {
		k := key{topic, lang}
		if counts[k] == nil {
			counts[k] = &Score{Topic: topic, Lang: lang}
		}
		return counts[k]
	}
	report := Report{Articles: len(labelled)}
	unknown := make(map[string]int)
	for _, l := range labelled {
		for _, topic := range l.Topics {
			if !slices.ContainsFunc(s.rules, func(r *Rule) bool { return r.ID == topic }) {
				unknown[topic]++
			}
		}
		found := make(map[string]models.Match)
		for _, m := range s.Match(models.Article{Title: l.Title, Body: l.Text, Language: l.Lang}) {
			if m.Strength == models.Subject {
				found[m.RuleID] = m
			}
		}
		for _, r := range s.rules {
			m, got := found[r.ID]
			want := slices.Contains(l.Topics, r.ID)
			for _, lang := range []string{"all", l.Lang} {
				sc := score(r.ID, lang)
				switch {
				case got && want:
					sc.True++
				case got:
					sc.False++
				case want:
					sc.Missed++
				}
			}
			if got != want {
				report.Misses = append(report.Misses, Miss{l.ID, l.Lang, r.ID, want, l.Title, quoteHits(m.Hits)})
			}
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(unknown)) {
		report.Unknown = append(report.Unknown, Topic{topic, unknown[topic]})
	}
	for _, sc := range counts {
		sc.Precision = Wilson(sc.True, sc.True+sc.False)
		sc.Recall = Wilson(sc.True, sc.True+sc.Missed)
		if n := 2*sc.True + sc.False + sc.Missed; n > 0 {
			sc.F1 = 2 * float64(sc.True) / float64(n)
		}
		report.Scores = append(report.Scores, *sc)
	}
	slices.SortFunc(report.Scores, func(a, b Score) int {
		if c := strings.Compare(a.Topic, b.Topic); c != 0 {
			return c
		}
		if a.Lang == "all" || b.Lang == "all" {
			return map[bool]int{true: -1, false: 1}[a.Lang == "all"]
		}
		return strings.Compare(a.Lang, b.Lang)
	})
	slices.SortStableFunc(report.Misses, func(a, b Miss) int { return strings.Compare(a.Topic, b.Topic) })
	return report
}

// Wilson returns the share k of n with Wilson's interval at 95 %; all are -1 when
// n is 0.
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
