package models

import (
	"errors"
	"time"
)

// ErrStale is answered to a commit whose reading is out of date, because
// another scan or process has committed since. Read and decide again.
var ErrStale = errors.New("another scan committed first")

// A Scan is all that one pass over one source has to commit, in one
// transaction or not at all.
type Scan struct {
	// State is the source's new state. Its Generation is the one that was read;
	// the commit raises it, or is stale.
	State SourceState
	// EventGeneration is the one at which the events were read. It matters only
	// when there are Changes.
	EventGeneration int64

	Articles []Article      // new, or in a new revision
	Rules    []RuleRevision // of the matches
	Matches  []Match
	Changes  []Change // in the order in which they were decided
	Notices  []Notice // with their deliveries
	At       time.Time

	// Applied is set for what a person asked for, and nil for a pass over a source.
	Applied *RuleApplication
}

// A RuleApplication is the request of a person to apply a rule to stored articles. Its
// Scan has articles of several sources in Matches and Changes, and neither State nor
// Articles.
type RuleApplication struct {
	RuleID   string
	RuleHash string
	Since    time.Time // the articles were first seen at or after it
	Articles int       // that the rule matches
	By       string    // who asked; empty if unknown
}

// An AuditEntry records one thing that happened. Each entry holds the hash of
// the one before, so that none can be changed or removed unseen. It holds hashes
// of texts, not texts, so that retention may delete those.
type AuditEntry struct {
	Seq      int64     `gorm:"primaryKey"`
	At       time.Time `gorm:"serializer:micros"`
	Actor    string    // regwatch, or a person where known
	Action   string    // article.seen, event.opened, notice.planned, delivery.sent, …
	Subject  string    // the ID of what it is about
	Detail   string    // further facts, as JSON
	PrevHash string
	Hash     string
}
