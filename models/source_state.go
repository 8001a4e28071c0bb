package models

import "time"

// A SourceState is what is known about a source from its scans. Generation rises with
// every commit for the source; a commit with an older one is refused.
type SourceState struct {
	SourceID     string `gorm:"primaryKey"`
	Generation   int64
	URL          string
	ETag         string
	LastModified string
	BaselineAt   time.Time   `gorm:"serializer:micros"` // the first successful scan
	AttemptedAt  time.Time   `gorm:"serializer:micros"`
	SucceededAt  time.Time   `gorm:"serializer:micros"`
	LastNewAt    time.Time   `gorm:"serializer:micros"` // when it last had a new article
	NotBefore    time.Time   `gorm:"serializer:micros"` // the source asked to pause until then
	Failures     int         // in a row
	LastError    string      // an English sentence; empty after a success
	LastFailure  FailureKind // the kind of LastError; empty: unknown
	Health       Health
	Items        int // raw items of the last full response

	FullAt   time.Time `gorm:"serializer:micros"` // when a response was last read in full, without comparison to an earlier one
	BodyHash string    // of the last response that was read, and of the settings that read it

	// MovedTo is the permanent redirect of the source's address since MovedSince; from
	// AdoptedAt on it is requested directly.
	MovedTo    string
	MovedSince time.Time `gorm:"serializer:micros"`
	AdoptedAt  time.Time `gorm:"serializer:micros"`

	RetryAt time.Time `gorm:"serializer:micros"` // when it is tried again after a failure; zero: no failure

	// NewRate is how many new articles a day it published recently, as of NewRateAt: the
	// last time that it had one.
	NewRate   float64
	NewRateAt time.Time `gorm:"serializer:micros"`

	HealthSince    time.Time `gorm:"serializer:micros"` // when Health last changed
	UsualItems     int       // raw items of a full response, as a running estimate
	LastOverlap    int       // articles of the last full response that were already known
	GapSince       time.Time `gorm:"serializer:micros"` // articles may have been missed between these two times
	GapUntil       time.Time `gorm:"serializer:micros"`
	Memory         string    // of the last response; see Cursor
	IdentityPolicy string    // what identifies its articles; empty: their ID and link
}

// Cursor returns the position up to which the source was read.
func (s SourceState) Cursor() Cursor {
	c := Cursor{URL: s.URL, ETag: s.ETag, LastModified: s.LastModified, BodyHash: s.BodyHash, Memory: s.Memory, Identity: s.IdentityPolicy}
	if !s.AdoptedAt.IsZero() {
		c.At = s.MovedTo
	}
	return c
}

// Failure returns why the source cannot be read, without a kind if that is unknown.
func (s SourceState) Failure() Failure {
	if s.LastFailure == "" {
		return Failure{}
	}
	return Failure{Kind: s.LastFailure, Args: FailureArgs{Text: s.LastError}}
}
