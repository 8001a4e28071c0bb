package models

import (
	"cmp"
	"slices"
	"time"
)

// A Severity orders what needs attention first.
type Severity string

const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

var severities = []Severity{Low, Medium, High, Critical}

var strengths = []Strength{Mention, Subject}

// Severities returns every severity, the least severe first.
func Severities() []Severity { return slices.Clone(severities) }

// SeveritiesFrom returns a severity and those that are more severe.
func SeveritiesFrom(least Severity) []Severity {
	return slices.DeleteFunc(Severities(), func(s Severity) bool { return s.Rank() < least.Rank() })
}

// Rank returns 1 for low to 4 for critical, and 0 for anything else.
func (s Severity) Rank() int { return slices.Index(severities, s) + 1 }

// A Strength says whether an article is about a rule's topic or merely names it.
type Strength string

const (
	Subject Strength = "subject" // in the title, the lead, or at length
	Mention Strength = "mention" // in a clause of background; never alerts alone
)

// Rank returns 1 for a mention, 2 for a subject, and 0 for anything else.
func (s Strength) Rank() int { return slices.Index(strengths, s) + 1 }

// Or returns the stronger of two.
func (s Strength) Or(other Strength) Strength {
	if other.Rank() > s.Rank() {
		return other
	}
	return s
}

// A Field names the part of an article that a hit lies in.
type Field string

const (
	InTitle Field = "title"
	InBody  Field = "body"
)

// A Hit is the words of an article that made a rule match. Start and End are
// byte offsets into the original text of the field, end exclusive.
type Hit struct {
	Field     Field  `json:"field"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`            // the words as the article writes them
	Term      string `json:"term"`            // the name of the term list or definition that they met
	Gloss     string `json:"gloss,omitempty"` // the English name of Chinese words, where the vocabulary has one
	Paragraph int    `json:"paragraph"`       // from 1 in the body; 0 in the title
}

// A Match is the finding that one revision of one article meets one revision of
// one rule. What the rule said then is kept here, so that an alert can be read
// when the rule has long changed.
type Match struct {
	ID        int64 `gorm:"primaryKey"`
	ArticleID string
	Revision  int
	Part      int // report of a digest, from 1; 0 is the whole, or what stands above its first report
	RuleID    string
	RuleHash  string

	RuleTitle     string
	Topic         string // what the rule is about, as routes and digests group by it; its id unless it says
	Why           string
	Severity      Severity
	Strength      Strength
	Draft         bool      // the rule counts and never sends
	MentionAlerts bool      // the rule asks to be told of mentions too
	Routes        []string  `gorm:"serializer:json"`
	Hits          []Hit     `gorm:"serializer:json"`
	Tags          []string  `gorm:"serializer:json"`
	MatchedAt     time.Time `gorm:"serializer:micros"`

	// Of a part: what it is headed by, and its text. They are not stored.
	Heading string `gorm:"-"`
	Text    string `gorm:"-"`
}

// Alerts reports whether the match by itself is worth an alert.
func (m Match) Alerts() bool {
	return !m.Draft && (m.Strength == Subject || m.MentionAlerts)
}

// Ranked returns the matches with the one that leads an alert first: subjects
// before mentions, then the more severe, then the one with more words found,
// then by the rule's id so that the order is always the same.
func Ranked(matches []Match) []Match {
	ranked := slices.Clone(matches)
	slices.SortStableFunc(ranked, func(a, b Match) int {
		return cmp.Or(
			cmp.Compare(b.Strength.Rank(), a.Strength.Rank()),
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(len(b.Hits), len(a.Hits)),
			cmp.Compare(a.RuleID, b.RuleID),
		)
	})
	return ranked
}

// A RuleRevision is the text of a rule as it once ran. Every revision that has
// been in force is kept, so that an alert can show the text that raised it.
type RuleRevision struct {
	RuleID      string    `gorm:"primaryKey"`
	Hash        string    `gorm:"primaryKey"` // of the file's bytes, its vocabulary and the fold version
	Text        string    // the file, byte for byte
	Vocabulary  string    // the vocabulary it resolved to, as JSON
	FirstUsedAt time.Time `gorm:"serializer:micros"`
}
