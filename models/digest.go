package models

import (
	"time"
)

// A Period is the time that one digest covers: the half-open window [From, To) before its
// occurrence.
type Period struct {
	From   time.Time
	To     time.Time
	Day    string // day of the occurrence in the subscription's zone; with the time if a person requested the digest
	Missed int    // occurrences within the window that passed without a digest
}

// A Digest summarises what happened in a period. It does not change after it is created.
type Digest struct {
	ID           string         `json:"id"` // ID of its DigestIssue
	Subscription string         `json:"subscription"`
	Title        string         `json:"title"` // empty: named after Every
	Every        string         `json:"every"` // daily, weekly or monthly
	From         time.Time      `json:"from"`
	To           time.Time      `json:"to"`
	Zone         string         `json:"zone"`
	Late         bool           `json:"late"`                   // created long after its occurrence, or for several occurrences
	Missed       int            `json:"missed,omitempty"`       // earlier occurrences that passed without a digest
	Dates        []DigestDate   `json:"dates,omitempty"`        // dates to act on, the nearest first
	Events       []DigestEvent  `json:"events"`                 // by severity, the highest first; there those of one matter together, then by topic, then the newest first
	LessCertain  []DigestEvent  `json:"less_certain,omitempty"` // events whose relevance is less certain, the highest score first
	NotRelevant  int            `json:"not_relevant,omitempty"` // events that are left out because people marked them as not relevant
	Changes      []DigestChange `json:"changes,omitempty"`
	Weeks        []string       `json:"weeks,omitempty"` // the first day of each week of Counts, the oldest first
	Counts       []RuleCount    `json:"counts"`
	Coverage     Coverage       `json:"coverage"`
	AuditHead    *AuditHead     `json:"audit_head,omitempty"` // when it was created; nil in digests from before 2026-12
}

// A DigestDate is a date to act on within 30 days of the day on which the digest is
// created.
type DigestDate struct {
	KeyDate
	Left     int      `json:"days_left"` // 0 is today
	EventID  string   `json:"event_id"`
	Severity Severity `json:"severity"`
	Official bool     `json:"official"`
	Title    string   `json:"title"`
	Link     string   `json:"link"`
	Source   string   `json:"source"`
}

// A DigestEvent is one line of a digest or a summary.
type DigestEvent struct {
	EventID  string   `json:"event_id"`
	Severity Severity `json:"severity"`
	Official bool     `json:"official"`
	Topic    string   `json:"topic,omitempty"` // of the leading rule
	Stage    string   `json:"stage,omitempty"`
	// Restates is when it was first reported, if the stage is that it is said again.
	Restates      *EarlierReport `json:"restates,omitempty"`
	Jurisdictions []string       `json:"jurisdictions,omitempty"`
	RuleIDs       []string       `json:"rule_ids"`
	RuleTitles    []string       `json:"rule_titles,omitempty"` // of RuleIDs, in their order; older notices have none
	Title         string         `json:"title"`
	Link          string         `json:"link"`
	Source        string         `json:"source"`
	PublishedAt   time.Time      `json:"published_at,omitzero"`
	FirstSeenAt   time.Time      `json:"first_seen_at"`
	Articles      int            `json:"articles"`
	New           bool           `json:"new"`             // first seen within the window; otherwise changed in it
	Dates         []KeyDate      `json:"dates,omitempty"` // in a summary; a digest lists its dates separately
	News          []Update       `json:"news,omitempty"`  // in a summary: since the previous notice to the recipient; in a digest: since its window began
	Entities      []Entity       `json:"entities,omitempty"`

	// Only in a digest; those of releases before 0012 have none.
	Extract    []string      `json:"extract,omitempty"`     // sentences that say what it is about, word for word
	AssignedTo []string      `json:"assigned_to,omitempty"` // people, the first first
	Matter     *DigestMatter `json:"matter,omitempty"`

	// Relevance is set if it is less certain.
	Relevance *Relevance `json:"relevance,omitempty"`
}

// At returns when the event was published, or first seen if that is unknown.
func (e DigestEvent) At() time.Time {
	if e.PublishedAt.IsZero() {
		return e.FirstSeenAt
	}
	return e.PublishedAt
}

// A DigestMatter is the matter of an event, with its name in the language of the reader.
type DigestMatter struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// A DigestChange is what changed in an event that was known before the window.
type DigestChange struct {
	EventID  string   `json:"event_id"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Link     string   `json:"link"`
	Source   string   `json:"source"`
	News     []Update `json:"news"` // since the window began
}

// A RuleCount is how many events a rule had.
type RuleCount struct {
	RuleID string `json:"rule_id"`
	Title  string `json:"title"`
	Events int    `json:"events"`          // new or changed in the window
	Weeks  []int  `json:"weeks,omitempty"` // new ones in each week of Digest.Weeks
}

// Total returns the number of new events in all weeks.
func (c RuleCount) Total() int {
	total := 0
	for _, n := range c.Weeks {
		total += n
	}
	return total
}

// DigestWeeks is how many weeks the event counts of a digest cover.
const DigestWeeks = 12

// Coverage says how much was monitored, so that an empty digest has a meaning.
type Coverage struct {
	Sources  int             `json:"sources"`           // configured and enabled
	Checked  int             `json:"checked"`           // read at least once in the window
	Articles int             `json:"articles"`          // new articles in the window
	Failing  []SourceTrouble `json:"failing,omitempty"` // cannot be read
	Odd      []SourceTrouble `json:"odd,omitempty"`     // can be read, but are quiet or have shrunk
	Held     []HeldCount     `json:"held,omitempty"`    // events that some recipients did not get immediately
	Excepted []ExceptedCount `json:"excepted,omitempty"`
}

// A SourceTrouble is a source that is not healthy, and why.
type SourceTrouble struct {
	Name    string    `json:"name"`
	Health  Health    `json:"health,omitempty"`
	Since   time.Time `json:"since,omitzero"`  // the last success, or the last new article of a quiet source; zero: never
	Error   string    `json:"error,omitempty"` // in English
	Failure Failure   `json:"failure,omitzero"`
}

// A HeldCount is how many events were held for some recipient in the window, by kind of
// reason.
type HeldCount struct {
	Why    Hold `json:"why"`
	Events int  `json:"events"`
}

// An ExceptedCount is how many matches an exception held in the window.
type ExceptedCount struct {
	Exception Exception `json:"exception"`
	RuleID    string    `json:"rule_id,omitempty"` // in a window; a digest counts the matches of all of its rules
	Matches   int       `json:"matches"`
}

// A Window is the stored data of a period that a digest needs.
type Window struct {
	Events   []Event               // first seen, joined or changed in the window, in their current state
	Dated    []Event               // with a key date in the requested days
	Before   map[string]EventState // the state of Events when the window began, by ID; newer events have none
	Opened   []Opening             // since the requested time
	Checked  []string              // IDs of the sources that were read
	Articles int                   // first seen in the window
	Held     map[Hold]int          // events with a held notice, by reason
	// Entities are those that the matches of Events name, by the event's ID and the rule's ID.
	Entities map[string]map[string][]Entity
	// Excepted are the matches that exceptions held, by exception and rule.
	Excepted []ExceptedCount
	// DigestMatches are the matches of Events and Dated that are only for the digest, by the event's ID.
	DigestMatches map[string][]Match
	AuditHead     AuditHead
}

// An Opening is the part of an event that digests count.
type Opening struct {
	FirstSeenAt time.Time `gorm:"serializer:micros"`
	RuleIDs     []string  `gorm:"serializer:json"`
	DigestRules []string  `gorm:"serializer:json"`
}

// A DigestHistory is the stored data of a subscription when its next digest is planned.
type DigestHistory struct {
	Since time.Time   // when the subscription was first seen
	Last  DigestIssue // the last issue that ends at or before now; zero: none
	Days  []string    // Period.Day of Last, of issues that end up to 3 days before it, and of all that end later
}

// A DigestIssue is the digest of one subscription for one occurrence. (Subscription,
// LocalDate) and (Subscription, WindowFrom) are unique, so two processes create one
// digest and digests never overlap. NoticeIDs are the notices made of it; the first holds
// its content.
type DigestIssue struct {
	ID           string `gorm:"primaryKey"` // ULID
	Subscription string
	LocalDate    string    // Period.Day
	WindowFrom   time.Time `gorm:"serializer:micros"`
	WindowTo     time.Time `gorm:"serializer:micros"`
	Late         bool
	NoticeIDs    []string  `gorm:"serializer:json"`
	CreatedAt    time.Time `gorm:"serializer:micros"`
}

// Monthly is a frequency of digests, besides Daily and Weekly. Alerts have no such
// frequency.
const Monthly FrequencyKind = "monthly"

// A Recurrence says when a digest is due, on the clocks of its zone.
type Recurrence struct {
	Every    FrequencyKind // Daily, Weekly or Monthly
	Weekday  time.Weekday  // for Weekly
	MonthDay int           // for Monthly: 1 to 28; 0 is the last day of the month
	At       time.Duration
}

// A DigestSubscription is a digest that some readers get every day, week or month.
type DigestSubscription struct {
	ID         string
	Title      string
	To         []Destination
	Recipients []string `json:",omitempty"` // they get it at their destinations, in their hours and language
	Recurrence Recurrence
	Zone       string   // IANA name; zone of Recurrence
	OwnZone    bool     `json:",omitempty"` // recipients read times in Zone instead of their own
	Language   string   // language of the text around quotations: en, zh-Hant or zh-Hans; empty: that of each recipient, or en
	Rules      []string // rules whose events it lists; empty: all
	SkipEmpty  bool     // skips a period in which nothing happened
	Mandatory  bool     // only an admin can unsubscribe an address
}
