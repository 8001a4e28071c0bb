package models

import (
	"cmp"
	"slices"
	"time"
)

// A Severity says how important an alert is.
type Severity string

const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Severities returns every severity, the least severe first.
func Severities() []Severity { return []Severity{Low, Medium, High, Critical} }

func strengths() []Strength { return []Strength{Mention, Subject} }

// SeveritiesFrom returns a severity and those that are more severe.
func SeveritiesFrom(least Severity) []Severity {
	return slices.DeleteFunc(Severities(), func(s Severity) bool { return s.Rank() < least.Rank() })
}

// Rank returns 1 for low to 4 for critical, and 0 for anything else.
func (s Severity) Rank() int { return slices.Index(Severities(), s) + 1 }

// A Strength says whether an article is about a rule's topic or only mentions it.
type Strength string

const (
	Subject Strength = "subject" // in the title, the lead, or at length
	Mention Strength = "mention" // in background text; never alerts alone
)

// Rank returns 1 for a mention, 2 for a subject, and 0 for anything else.
func (s Strength) Rank() int { return slices.Index(strengths(), s) + 1 }

// Or returns the stronger of two.
func (s Strength) Or(other Strength) Strength {
	if other.Rank() > s.Rank() {
		return other
	}
	return s
}

// A Field is the part of an article that contains a hit.
type Field string

const (
	InTitle Field = "title"
	InBody  Field = "body"
)

// A Hit is a passage of an article that made a rule match. Start and End are byte offsets
// into the original text of the field; End is exclusive.
type Hit struct {
	Field     Field  `json:"field"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`            // the passage as the article writes it
	Term      string `json:"term"`            // the name of the term list or definition that it matched
	Gloss     string `json:"gloss,omitempty"` // English name of a Chinese term, where the vocabulary has one
	Paragraph int    `json:"paragraph"`       // from 1 in the body; 0 in the title
	// Entities are those that the passage names.
	Entities []Entity `json:"entities,omitempty"`
}

// An Entity is a firm, a public body, a product or a person that a list of entities names. Two lists may have the same ID
// for different ones, so the name belongs to its identity.
type Entity struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NameZH string `json:"name_zh,omitempty"` // for Chinese readers
	Kind   string `json:"kind,omitempty"`    // what its list has, such as issuer
	URL    string `json:"url,omitempty"`
}

// AddEntities adds the entities that are not there yet.
func AddEntities(to []Entity, more ...Entity) []Entity {
	for _, e := range more {
		if !slices.ContainsFunc(to, func(known Entity) bool { return known.ID == e.ID && known.Name == e.Name }) {
			to = append(to, e)
		}
	}
	return to
}

// An Origin is one thing about where an article comes from.
type Origin struct {
	Kind  string `json:"kind"` // source, role, language or jurisdiction
	Value string `json:"value"`
}

// A Match says that one revision of an article matches one revision of a rule. It keeps
// the rule's data of that time, so that an alert stays readable after the rule changes.
type Match struct {
	ID        int64 `gorm:"primaryKey"`
	ArticleID string
	Revision  int
	Part      int // report of a roundup, from 1; 0 is the whole, or the text above its first report
	RuleID    string
	RuleHash  string

	RuleTitle     string
	Topic         string // the rule's topic, by which routes and digests group; the rule's ID unless it sets one
	Why           string
	Severity      Severity
	Strength      Strength
	Draft         bool      // the rule is a draft: it counts and never sends
	MentionAlerts bool      // mentions of the rule alert as well
	Routes        []string  `gorm:"serializer:json"`
	Hits          []Hit     `gorm:"serializer:json"`
	Tags          []string  `gorm:"serializer:json"`
	Outcome       Outcome   // empty: the match was not scored, and alerts if it meets its rule
	Relevance     Relevance `gorm:"serializer:json"`
	ExceptionID   string    // the exception that keeps it from alerting, if Outcome is OutcomeExcepted
	MatchedAt     time.Time `gorm:"serializer:micros"`

	// The heading and the text of a part, and the exception of ExceptionID. They are not stored.
	Heading   string     `gorm:"-"`
	Text      string     `gorm:"-"`
	Exception *Exception `gorm:"-"`

	// Origins are why the article matched if it has no hit. They are not stored.
	Origins []Origin `gorm:"-"`
}

// Entities returns the entities that the hits name, in their order.
func (m Match) Entities() []Entity {
	var all []Entity
	for _, h := range m.Hits {
		all = AddEntities(all, h.Entities...)
	}
	return all
}

// Alerts reports whether the match by itself is worth an alert.
func (m Match) Alerts() bool { return m.Meets() && !m.Demoted() }

// Meets reports whether the match is what its rule alerts to, whatever its relevance is.
func (m Match) Meets() bool { return !m.Draft && (m.Strength == Subject || m.MentionAlerts) }

// ForDigest reports whether the rule of the match asks for the digest; otherwise, a match that is only for the digest is
// there because of its relevance.
func (m Match) ForDigest() bool {
	return m.Outcome == OutcomeDigest && m.Meets() && (!m.Relevance.Scored() || m.Relevance.Level == Likely)
}

// Demoted reports whether its relevance, its rule or an exception keeps the match from alerting by itself.
func (m Match) Demoted() bool {
	return m.Outcome == OutcomeDigest || m.Outcome == OutcomeCount || m.Excepted()
}

// Excepted reports whether a person said that such articles do not count for the rule.
func (m Match) Excepted() bool { return m.Outcome == OutcomeExcepted }

// Ranked returns the matches, the leading one first: subjects before mentions, then by
// severity, then by the number of hits, then by the rule's ID for a stable order.
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

// A RuleRevision is one text of a rule. Every revision that was in force is kept, so that
// an alert can show the text that raised it.
type RuleRevision struct {
	RuleID      string    `gorm:"primaryKey"`
	Hash        string    `gorm:"primaryKey"` // of the file's bytes, its vocabulary and the version of folding
	Text        string    // the file, byte for byte
	Vocabulary  string    // the resolved vocabulary, as JSON
	FirstUsedAt time.Time `gorm:"serializer:micros"`
}

// An Exception says which articles do not count for some rules, until a time: those that a query matches. It is about
// content, whereas a [Mute] is about people. What it holds is stored and counted as before, and alerts nobody.
type Exception struct {
	ID        string         `json:"id" gorm:"primaryKey"` // ULID
	Scope     ExceptionScope `json:"scope"`
	Target    string         `json:"target,omitempty"` // the ID of the rule, or a pattern of IDs of sources; empty: all
	Query     string         `json:"query"`            // in the rule language, on one line
	Reason    string         `json:"reason"`
	By        string         `json:"by,omitempty" gorm:"column:created_by"` // empty: unknown
	FromEvent string         `json:"from_event,omitempty"`                  // the ID of the event that it was written from
	CreatedAt time.Time      `json:"created_at" gorm:"serializer:micros"`
	Until     time.Time      `json:"until,omitzero" gorm:"serializer:micros"`    // zero: it never expires
	EndedAt   time.Time      `json:"ended_at,omitzero" gorm:"serializer:micros"` // when a person removed it
	EndedBy   string         `json:"ended_by,omitempty"`

	// Extended says that Until was changed last from UntilBefore, so that it can be changed back.
	Extended    bool      `json:"-"`
	UntilBefore time.Time `json:"-" gorm:"serializer:micros"`
}

// A MatchedEvent is an event with the matches of all of its articles.
type MatchedEvent struct {
	Event   Event
	Matches []Match
}

// An ExceptionScope says for which matches an exception counts.
type ExceptionScope string

const (
	ExceptRule   ExceptionScope = "rule"   // those of one rule
	ExceptSource ExceptionScope = "source" // those of articles from some sources
	ExceptAll    ExceptionScope = "all"
)

// InForce reports whether the exception applies at a time.
func (x Exception) InForce(now time.Time) bool { return x.EndedAt.IsZero() && !x.Expired(now) }

// Expired reports whether the end of the exception has come.
func (x Exception) Expired(now time.Time) bool { return !x.Until.IsZero() && !now.Before(x.Until) }
