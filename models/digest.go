package models

import "time"

// A Period is what one digest tells of: the half-open window [From, To) before
// its slot.
type Period struct {
	From   time.Time
	To     time.Time
	Day    string // of the slot in the subscription's zone; for one that a person makes with the time as well
	Missed int    // slots within the window that passed without a digest
}

// A Digest is a summary of what happened in a period. It is frozen when it is
// made.
type Digest struct {
	ID           string         `json:"id"` // of its DigestIssue, for good
	Subscription string         `json:"subscription"`
	Title        string         `json:"title"` // empty: by Every
	Every        string         `json:"every"` // daily, weekly or monthly
	From         time.Time      `json:"from"`
	To           time.Time      `json:"to"`
	Zone         string         `json:"zone"`
	Late         bool           `json:"late"`             // made long after its slot, or in place of several
	Missed       int            `json:"missed,omitempty"` // slots before its own that passed without a digest
	Dates        []DigestDate   `json:"dates,omitempty"`  // to act on, the nearest first
	Events       []DigestEvent  `json:"events"`           // the gravest first, then by topic, then the newest
	Changes      []DigestChange `json:"changes,omitempty"`
	Weeks        []string       `json:"weeks,omitempty"` // the first day of each week that Counts tells of, the oldest first
	Counts       []RuleCount    `json:"counts"`
	Coverage     Coverage       `json:"coverage"`
}

// A DigestDate is a day to act on, within the 30 days from the one on which the
// digest is made.
type DigestDate struct {
	KeyDate
	Left     int      `json:"days_left"` // from 0, which is today
	EventID  string   `json:"event_id"`
	Severity Severity `json:"severity"`
	Official bool     `json:"official"`
	Title    string   `json:"title"`
	Link     string   `json:"link"`
	Source   string   `json:"source"`
}

// A DigestEvent is one line of a digest or a summary.
type DigestEvent struct {
	EventID       string    `json:"event_id"`
	Severity      Severity  `json:"severity"`
	Official      bool      `json:"official"`
	Topic         string    `json:"topic,omitempty"` // of the rule that leads
	Stage         string    `json:"stage,omitempty"`
	Jurisdictions []string  `json:"jurisdictions,omitempty"`
	RuleIDs       []string  `json:"rule_ids"`
	RuleTitles    []string  `json:"rule_titles,omitempty"` // of RuleIDs, in their order; older notices have none
	Title         string    `json:"title"`
	Link          string    `json:"link"`
	Source        string    `json:"source"`
	PublishedAt   time.Time `json:"published_at,omitzero"`
	FirstSeenAt   time.Time `json:"first_seen_at"`
	Articles      int       `json:"articles"`
	New           bool      `json:"new"`             // first seen within the window; otherwise it changed
	Dates         []KeyDate `json:"dates,omitempty"` // of a summary; those of a digest stand by themselves
	News          []Update  `json:"news,omitempty"`  // of a summary: since the recipient last heard of the event
}

// A DigestChange is what became of an event that was known before the window.
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
	Weeks  []int  `json:"weeks,omitempty"` // new ones in each of Digest.Weeks
}

// Total returns the new events of all weeks.
func (c RuleCount) Total() int {
	total := 0
	for _, n := range c.Weeks {
		total += n
	}
	return total
}

// DigestWeeks is over how many weeks a digest counts the events of a rule.
const DigestWeeks = 12

// Coverage says how much was watched, so that an empty digest means something.
type Coverage struct {
	Sources  int             `json:"sources"`           // configured and enabled
	Checked  int             `json:"checked"`           // answered at least once in the window
	Articles int             `json:"articles"`          // new ones that were read in the window
	Failing  []SourceTrouble `json:"failing,omitempty"` // those that do not answer
	Odd      []SourceTrouble `json:"odd,omitempty"`     // those that answer, and are quiet or have shrunk
	Held     []HeldCount     `json:"held,omitempty"`    // what recipients were not told at once
}

// A SourceTrouble is a source that does not fare as it should, and why.
type SourceTrouble struct {
	Name    string    `json:"name"`
	Health  Health    `json:"health,omitempty"`
	Since   time.Time `json:"since,omitzero"`  // its last success, or its last new article if it is quiet; zero if there never was one
	Error   string    `json:"error,omitempty"` // in English
	Failure Failure   `json:"failure,omitzero"`
}

// A HeldCount is how many events were held back from some recipient in the
// window, by the sort of reason.
type HeldCount struct {
	Why    Hold `json:"why"`
	Events int  `json:"events"`
}

// A Window is what is stored of a period, as a digest needs it.
type Window struct {
	Events   []Event               // first seen, joined or changed within it, as they stand now
	Dated    []Event               // with a key date of the days that were asked for
	Before   map[string]EventState // of Events by ID, as they stood when it began; none of newer ones
	Opened   []Opening             // since the time that was asked for
	Checked  []string              // IDs of the sources that answered
	Articles int                   // first seen within it
	Held     map[Hold]int          // events of which a notice was held, by the reason
}

// An Opening is an event as the counts of digests see it.
type Opening struct {
	FirstSeenAt time.Time `gorm:"serializer:micros"`
	RuleIDs     []string  `gorm:"serializer:json"`
}

// A DigestHistory is what is stored of a subscription when its next digest is planned.
type DigestHistory struct {
	Since time.Time   // when the subscription was first seen
	Last  DigestIssue // the one that ends last, at or before now; the zero value if there is none
	Days  []string    // Period.Day of Last, of those that end up to 3 days before it, and of all that end later
}

// A DigestIssue is the digest of one subscription for one slot. (Subscription,
// LocalDate) and (Subscription, WindowFrom) are unique, so two processes make
// one digest and two digests never overlap. NoticeIDs are what was made of it; the
// first holds its content.
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
