package models

import (
	"strings"
	"time"
)

// A BodyState says what an article's Body is, and whether more is owed.
type BodyState string

const (
	BodyFull    BodyState = "full"    // the text, from the feed or its page
	BodySummary BodyState = "summary" // all the source gives; nothing more is tried
	BodyWanted  BodyState = "wanted"  // a summary stands in until the page can be fetched
	BodyFailed  BodyState = "failed"  // the page was tried often enough; the summary stays
	BodyVersion BodyState = "version" // the whole of a watched page, kept and never matched: what changed in it is an article of its own
	BodyExpired BodyState = "expired" // the text was deleted by age; its hash is kept
)

// An Article is one thing that one source published, in its newest revision.
// (SourceID, Identity) makes it unique: the same story at two sources is two
// articles of one event.
type Article struct {
	ID       string `gorm:"primaryKey"` // ULID of when it was seen
	SourceID string
	Identity string // hash of the source's own id and the link

	GUID    string
	Link    string // absolute, as published
	LinkKey string // the link reduced to what identifies the page; indexed, not unique

	Title    string
	Summary  string // as the feed gave it, as plain text
	Body     string // plain text, paragraphs separated by a blank line
	Author   string
	Language string // en, zh-Hans, zh-Hant, or what the source says; empty if unknown

	PublishedAt  time.Time `gorm:"serializer:micros"` // zero when the source gave no readable date
	PublishedRaw string    // the date as the source wrote it
	SeenAt       time.Time `gorm:"serializer:micros"`

	BodyState BodyState
	BodyTries int    // fetches of the page that failed
	Revision  int    // from 1; rises when the text changes
	FeedHash  string // of what the feed said, so that a fetched page is not taken for an edit
	Hash      string // of title and body: the text that was matched
	Baseline  bool   // part of a source's first scan and older than its look-back: never alerts

	Source Source `gorm:"-"` // where it came from; filled by whoever fetched it
	// Formers are the identities under which it may be stored since before its
	// source repeated an id, or stopped to.
	Formers []string `gorm:"-"`
	Twin    bool     `gorm:"-"` // another article of the batch has its id, link and title: the text tells it
	ByLink  bool     `gorm:"-"` // another way to read the source may have stored it, with the same link and another identity
}

// Text returns the title and body as one text, for hashing and copies.
func (a Article) Text() string { return a.Title + "\n\n" + a.Body }

// TextHash returns the hash of the text that is matched.
func (a Article) TextHash() string { return HashOf(a.Title, a.Body) }

// IdentityOf returns the identity of an article within its source: a hash of
// the source's own id and the link together, because regulators repeat either.
func IdentityOf(guid, link string) string {
	return HashOf(strings.TrimSpace(guid), strings.TrimSpace(link))
}

// FormerOf reports whether an article that is stored under one of the former
// identities is this one.
func (a Article) FormerOf(title, feedHash string) bool {
	return a.Title == title && (!a.Twin || a.FeedHash == feedHash)
}

// LinkIdentity is the identity of an article that was read by a fallback of its
// source, whose ids are not those of the source, and that is told by its link.
func LinkIdentity(linkKey string) string { return HashOf("link", linkKey) }

// An ArticleRevision is the text of an article as it stood from SeenAt until
// the next revision. It is stored only when the hash differs.
type ArticleRevision struct {
	ArticleID string `gorm:"primaryKey"`
	Revision  int    `gorm:"primaryKey"`
	Hash      string
	Title     string
	Body      string    // emptied by retention; the hash stays
	SeenAt    time.Time `gorm:"serializer:micros"`
}

// Deleted reports whether retention has deleted the text. A text that was empty
// from the start has nothing to lose.
func (r ArticleRevision) Deleted() bool { return r.Body == "" && r.Hash != HashOf(r.Title, "") }
