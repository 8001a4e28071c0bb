package models

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ErrStale means that another scan or process committed since the data of this commit was
// read. Read and decide again.
var ErrStale = errors.New("another scan committed first")

// A Scan is everything that one pass over one source commits, in one transaction or not
// at all.
type Scan struct {
	// State is the source's new state. Its Generation is the one that was read; the
	// commit raises it, or fails with ErrStale.
	State SourceState
	// EventGeneration is the generation at which the events were read. It matters only
	// with Changes.
	EventGeneration int64
	// HostToken is that of the lease under which the source was read; the commit fails with
	// ErrHostLost if it has run out. Empty: no lease was needed.
	HostToken string

	Articles []Article      // new, or in a new revision
	Rules    []RuleRevision // of the matches
	Matches  []Match
	Changes  []Change // in the order of the decisions
	Notices  []Notice // with their deliveries
	At       time.Time

	Passages *SourcePassages // of the newest articles; nil: unchanged
	Known    []KnownPassage  // that the source repeats, if new or changed

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

// An AuditEntry records one action. Each entry holds the hash of the previous one, so
// that a change or a removal is detected. It holds hashes of texts instead of texts, so
// that retention may delete those.
type AuditEntry struct {
	Seq      int64     `gorm:"primaryKey"`
	At       time.Time `gorm:"serializer:micros"`
	Actor    string    // regwatch, or a person where known
	Action   string    // article.seen, event.opened, notice.planned, delivery.sent, …
	Subject  string    // the ID of the object
	Detail   string    // further facts, as JSON
	PrevHash string
	Hash     string
}

// TableName returns the table's name, which has not changed since the first migration.
func (AuditEntry) TableName() string { return "audit" }

// An AuditHead is the number and the hash of the last entry of the audit log at a time. Each hash covers the entries before
// it, so a head that somebody kept proves later that none of them was changed, even if the whole log was written anew.
type AuditHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// String returns the head as SEQ:HASH, which [ParseAuditHead] reads.
func (h AuditHead) String() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

// ParseAuditHead reads a head as SEQ:HASH.
func ParseAuditHead(s string) (AuditHead, bool) {
	seq, hash, ok := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if !ok || err != nil || n < 1 || !auditHash.MatchString(hash) {
		return AuditHead{}, false
	}
	return AuditHead{Seq: n, Hash: strings.ToLower(hash)}, true
}

var auditHash = regexp.MustCompile(`^(?i:[0-9a-f]{32})$`)

// A Position is a place in a list that is ordered by a time and, at the same time, by ID: right after
// an element that may have gone since. The zero value is the beginning.
type Position struct {
	At time.Time
	ID string
}

// IsZero reports whether it is the beginning of the list.
func (p Position) IsZero() bool { return p.ID == "" }
