package models

import "time"

// An Event is something that happened in the world, with every article that
// tells of it. Its ID never changes; a merge leaves MergedInto behind.
type Event struct {
	ID         string `gorm:"primaryKey"` // ULID
	Revision   int    // rises with every change
	MergedInto string

	Title         string // of the article that broke the news
	Link          string
	LeadRule      string
	Severity      Severity
	Strength      Strength  // subject once any article is about a rule's topic
	RuleIDs       []string  `gorm:"serializer:json"`
	Jurisdictions []string  `gorm:"serializer:json"`
	Official      bool      // a regulator or government has said so itself
	Baseline      bool      // known only from first scans so far
	Stage         string    // how far the rule change is, the furthest that was told; empty when none was found
	Dates         []KeyDate `gorm:"serializer:json"` // days that matter, the earliest first
	FirstSeenAt   time.Time `gorm:"serializer:micros"`
	LastSeenAt    time.Time `gorm:"serializer:micros"`

	Articles    []EventArticle `gorm:"-"` // oldest first
	Keys        []string       `gorm:"-"` // by which its copies find it
	Notified    []Notified     `gorm:"-"` // what recipients are owed or have had of it
	Assignments []Assignment   `gorm:"-"` // who works on it, the first first
	Feedback    []Feedback     `gorm:"-"` // what people say of it, the newest last
}

// An EventState is how an event stood from a moment on. One is stored when an
// event is opened and whenever one of these changes. (EventID, Revision) is
// unique.
type EventState struct {
	EventID  string    `gorm:"primaryKey"`
	Revision int       `gorm:"primaryKey"`
	KnownAt  time.Time `gorm:"serializer:micros"`
	Severity Severity
	Official bool
	Stage    string
	Dates    []KeyDate `gorm:"serializer:json"`
}

// Notified is what one recipient has heard of an event, or is owed.
type Notified struct {
	Recipient string
	Severity  Severity  // the highest
	Rules     []string  // ids, of subjects and mentions
	Official  bool      // the word of the body itself was among it
	Stage     string    // the last
	Dates     []KeyDate // that the last told of; none if the event named none any more
	Link      string    // of the article that the first alert was about
	Lost      bool      // every delivery of it was given up
	WaitUntil time.Time // when what waits of it is told; zero when nothing does

	At            time.Time // when they were first sent something of it; zero when all of it waits
	Subscriptions []string  // the lines by which they were sent it

	Destinations []Destination // where each message of it was sent or is due; not where one was given up
}

// An EventArticle is an article's place in an event. (ArticleID, Part) is
// unique: an article belongs to one event. JoinedBy says how it came there, in
// words a person reads.
type EventArticle struct {
	ArticleID   string `gorm:"primaryKey"`
	Part        int    `gorm:"primaryKey"`
	EventID     string
	JoinedBy    string
	JoinedAt    time.Time `gorm:"serializer:micros"`
	SourceID    string
	SourceName  string
	Role        Role
	Title       string
	Link        string
	LinkKey     string
	PublishedAt time.Time `gorm:"serializer:micros"`
	SeenAt      time.Time `gorm:"serializer:micros"`
	Strength    Strength
	Signature   []uint32 `gorm:"serializer:json"` // of its text, to tell copies

	// What it says by itself; the event has what follows from all.
	Stage    string
	Dates    []KeyDate `gorm:"serializer:json"`
	StatedAt time.Time `gorm:"column:told_at;serializer:micros"` // when it was first read to say so
}

// A ChangeKind says what a change did to its event.
type ChangeKind string

const (
	Opened  ChangeKind = "opened"  // a new event
	Copied  ChangeKind = "copied"  // the same link or text, from another place
	Revised ChangeKind = "revised" // an article it has was edited or completed
)

// A Change is one article's effect on one event. Event is as it stands after
// the change.
type Change struct {
	Kind    ChangeKind
	Event   Event
	Joined  EventArticle // the article's place; new unless Kind is Revised
	Article Article
	Matches []Match
	NewKeys []string // keys that the event did not have before
}
