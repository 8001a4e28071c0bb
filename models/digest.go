package models

import "time"

// A Digest is a summary of what happened in the half-open window [From, To).
type Digest struct {
	Subscription string        `json:"subscription"`
	Title        string        `json:"title"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	Zone         string        `json:"zone"`
	Late         bool          `json:"late"` // sent after its slot, because nothing ran then
	Events       []DigestEvent `json:"events"`
	Counts       []RuleCount   `json:"counts"`
	Coverage     Coverage      `json:"coverage"`
}

// A DigestEvent is one line of a digest.
type DigestEvent struct {
	EventID       string    `json:"event_id"`
	Severity      Severity  `json:"severity"`
	Official      bool      `json:"official"`
	Jurisdictions []string  `json:"jurisdictions,omitempty"`
	RuleIDs       []string  `json:"rule_ids"`
	Title         string    `json:"title"`
	Link          string    `json:"link"`
	Source        string    `json:"source"`
	PublishedAt   time.Time `json:"published_at,omitzero"`
	FirstSeenAt   time.Time `json:"first_seen_at"`
	Articles      int       `json:"articles"`
	New           bool      `json:"new"` // first seen within the window; otherwise it changed
}

// A RuleCount is how many events a rule had in the window.
type RuleCount struct {
	RuleID string `json:"rule_id"`
	Title  string `json:"title"`
	Events int    `json:"events"`
}

// Coverage says how much was watched, so that an empty digest means something.
type Coverage struct {
	Sources  int             `json:"sources"`  // configured and enabled
	Checked  int             `json:"checked"`  // answered at least once in the window
	Articles int             `json:"articles"` // new ones that were read in the window
	Failing  []SourceTrouble `json:"failing,omitempty"`
}

// A SourceTrouble is a source that does not answer, and why.
type SourceTrouble struct {
	Name  string    `json:"name"`
	Since time.Time `json:"since,omitzero"` // its last success; zero if there never was one
	Error string    `json:"error"`
}

// A DigestIssue is the digest of one subscription for one slot. (Subscription,
// LocalDate) and (Subscription, WindowFrom) are unique, so two processes make
// one digest and two digests never overlap.
type DigestIssue struct {
	ID           string `gorm:"primaryKey"` // ULID
	Subscription string
	LocalDate    string    // the slot's day in the subscription's zone
	WindowFrom   time.Time `gorm:"serializer:micros"`
	WindowTo     time.Time `gorm:"serializer:micros"`
	Late         bool
	NoticeIDs    []string  `gorm:"serializer:json"`
	CreatedAt    time.Time `gorm:"serializer:micros"`
}
