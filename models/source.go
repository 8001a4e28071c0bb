package models

import "time"

// A Role says who speaks in a source. Only an official role confirms an event.
type Role string

const (
	Regulator  Role = "regulator"
	Government Role = "government"
	Press      Role = "press"
)

// Official reports whether what a source of this role publishes is the word of
// the body itself and not a report about it.
func (r Role) Official() bool { return r == Regulator || r == Government }

// A Source is one address that is watched, as a person configured it. Its ID is
// unique within a configuration and names its history in the store.
type Source struct {
	ID   string
	Name string // as a reader of an alert knows it: "HKMA press releases"
	Kind string // which of the package sources reads it: "feed"
	URL  string // with {year} where that changes each year

	Feed    Feed    // of a source of kind feed
	Listing Listing // of a source of kind listing
	API     API     // of a source of kind api
	Sitemap Sitemap // of a source of kind sitemap
	Watch   Watch   // of a source of kind page

	// Fallback are other ways to read the same source, in the order in which they
	// are tried when it cannot be read: each is this source with another URL, Kind
	// and settings of that kind, and has no Fallback of its own.
	Fallback []Source

	Gate Gate

	Role          Role
	Jurisdictions []string // "Hong Kong", "Mainland China"; shown in alerts
	Language      string   // BCP 47; empty when the articles must say
	Zone          string   // IANA zone of dates that name none; empty means UTC
	DateOrder     DateOrder

	Disabled bool
	Cron     string        // when it is scanned; empty means the configuration's scan
	LookBack time.Duration // how old an article of the first scan may be and still alert; 0 means the configuration's, below 0 none
	Pages    PagePolicy
	Timeout  time.Duration // for one request with its body; 0 means the configuration's

	// AllowHosts names the private, loopback and link-local hosts that this
	// source, and only it, may reach.
	AllowHosts []string
	Headers    map[string]string

	// IgnoreRobots asks whatever a robots.txt says. It is for publishers who
	// allowed that, as Terms then says.
	IgnoreRobots bool

	Expect   time.Duration // how long it may publish nothing before that is odd; 0 means unknown
	Terms    string        // what the publisher allows, where known
	Verified string        // the date on which the address was last seen to answer, or "never"
}

// A DateOrder says which number of 03/02/2026 is the month; empty means that
// nobody knows, and such a date is not read.
type DateOrder string

const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
)

// A PagePolicy says when the page behind an article is fetched for its text.
type PagePolicy string

const (
	PagesAuto   PagePolicy = "auto"   // when the feed gives only a summary
	PagesNever  PagePolicy = "never"  // the summary is all that is read
	PagesAlways PagePolicy = "always" // even when the feed seems to give the text
)

// A Cursor is where reading of a source stands: what makes the next request
// conditional. It is committed together with the articles it stands behind.
type Cursor struct {
	URL          string // the rest is worthless at any other address
	At           string // the address that took its place; empty while it is asked itself
	ETag         string
	LastModified string
	BodyHash     string // of the last answer that was read, with what it was read by

	// Memory is what the kind of source has to know of its last answer to tell what
	// is new in the next. Only package sources reads it.
	Memory string

	// Identity is what tells the articles of the source apart: SourceState.IdentityPolicy.
	Identity string
}

// Failure returns why the source could not be read, of no kind if nobody knows.
func (s SourceState) Failure() Failure {
	if s.LastFailure == "" {
		return Failure{}
	}
	return Failure{Kind: s.LastFailure, Args: FailureArgs{Text: s.LastError}}
}

// Unconditional returns a cursor at the same address that has the whole read,
// whatever was read before.
func (c Cursor) Unconditional() Cursor {
	c.ETag, c.LastModified, c.BodyHash = "", "", ""
	return c
}

// A Batch is what one fetch of a source gave.
type Batch struct {
	Articles    []Article // as the source orders them
	Gated       []Article // those that the source's gate left out
	Cursor      Cursor    // to be committed with the articles
	NotModified bool      // the source answered that nothing changed
	Partial     bool      // the answer broke off; more of it is to be had at the next fetch
	Items       int       // raw items counted, whether or not they could be read
	Warnings    []string  // what was mended or left out, for a person

	// Address is what was asked: the source's own, or the one that took its place;
	// empty when the source was read in another way. MovedTo is where it redirects
	// for good; empty if it does not.
	Address string
	MovedTo string

	Wait time.Duration // how long the server asked to be left alone, though it answered
}

// Health is how a source or channel fares.
type Health string

const (
	Healthy Health = "healthy"
	Quiet   Health = "quiet"   // of a source: it answers, and has published nothing for longer than is usual of it
	Shrunk  Health = "shrunk"  // of a source: it answers with far fewer articles than is usual of it
	Failing Health = "failing" // several tries in a row have failed
	Dead    Health = "dead"    // of a source: it has failed for a week
)

// Answers reports whether a source of this health can be read.
func (h Health) Answers() bool { return h != Failing && h != Dead }

// A SourceState is what is known of a source from scanning it. Generation rises
// with every commit for the source; a commit made from an older one is refused.
type SourceState struct {
	SourceID     string `gorm:"primaryKey"`
	Generation   int64
	URL          string
	ETag         string
	LastModified string
	BaselineAt   time.Time   `gorm:"serializer:micros"` // the first scan that succeeded
	AttemptedAt  time.Time   `gorm:"serializer:micros"`
	SucceededAt  time.Time   `gorm:"serializer:micros"`
	LastNewAt    time.Time   `gorm:"serializer:micros"` // when it last had a new article
	NotBefore    time.Time   `gorm:"serializer:micros"` // the source asked to be left alone until then
	Failures     int         // in a row
	LastError    string      // an English sentence for a person; empty after a success
	LastFailure  FailureKind // what sort of failure LastError is; empty if nobody knows
	Health       Health
	Items        int // raw items of the last full answer

	FullAt   time.Time `gorm:"serializer:micros"` // when an answer was last read whatever it was compared with
	BodyHash string    // of the last answer that was read, with what it was read by

	// MovedTo is where the source's address has redirected for good since MovedSince;
	// from AdoptedAt on it is asked directly.
	MovedTo    string
	MovedSince time.Time `gorm:"serializer:micros"`
	AdoptedAt  time.Time `gorm:"serializer:micros"`

	RetryAt time.Time `gorm:"serializer:micros"` // when it is tried again after a failure; zero while it answers

	// NewRate is how many articles a day it published of late, as of NewRateAt: the
	// last time that it had a new one.
	NewRate   float64
	NewRateAt time.Time `gorm:"serializer:micros"`

	HealthSince    time.Time `gorm:"serializer:micros"` // when Health became what it is
	UsualItems     int       // raw items of a full answer, as a running estimate
	LastOverlap    int       // articles of the last full answer that were known before
	GapSince       time.Time `gorm:"serializer:micros"` // between these two articles may have been missed
	GapUntil       time.Time `gorm:"serializer:micros"`
	Memory         string    // of the last answer, see Cursor
	IdentityPolicy string    // what tells its articles apart; empty means their id and link
}

// Cursor returns where reading stands.
func (s SourceState) Cursor() Cursor {
	c := Cursor{URL: s.URL, ETag: s.ETag, LastModified: s.LastModified, BodyHash: s.BodyHash, Memory: s.Memory, Identity: s.IdentityPolicy}
	if !s.AdoptedAt.IsZero() {
		c.At = s.MovedTo
	}
	return c
}
