package models

import (
	"strings"
	"time"
)

// A BodyState says what an article's Body holds, and whether a fetch is still pending.
type BodyState string

const (
	BodyFull    BodyState = "full"    // the text, from the feed or its page
	BodySummary BodyState = "summary" // all that the source gives; no page is fetched
	BodyWanted  BodyState = "wanted"  // a summary, until the page can be fetched
	BodyFailed  BodyState = "failed"  // a summary; the page could not be fetched
	BodyVersion BodyState = "version" // the whole page of a page monitor; stored and never matched, as each change to it is an article of its own
	BodyExpired BodyState = "expired" // retention deleted the text; the hash stays
)

// An Article is one item that one source published, in its newest revision. (SourceID,
// Identity) is unique: the same story at two sources is two articles of one event.
type Article struct {
	ID       string `gorm:"primaryKey"` // ULID of the time at which it was seen
	SourceID string
	Identity string // hash of the source's own ID and the link

	GUID    string
	Link    string // absolute, as published
	LinkKey string // the link reduced to the part that identifies the page; indexed, not unique

	Title    string
	Summary  string // as the feed gave it, in plain text
	Body     string // plain text, paragraphs separated by a blank line
	Author   string
	Language string // en, zh-Hans, zh-Hant, or the source's own value; empty: unknown

	PublishedAt  time.Time `gorm:"serializer:micros"` // zero: the source gave no readable date
	PublishedRaw string    // the date as the source wrote it
	SeenAt       time.Time `gorm:"serializer:micros"`

	BodyState BodyState
	BodyTries int    // failed fetches of the page
	Revision  int    // counts from 1; rises when the text changes
	FeedHash  string // hash of the feed's text, so that a fetched page does not count as an edit
	Hash      string // hash of title and body: the text that was matched
	Baseline  bool   // from a source's first scan and older than its look-back: never alerts
	ImportID  string // the import that brought it; empty: a scan did

	Source      Source        `gorm:"-"` // the source it came from; set by the reader
	Fetched     *Fetched      `gorm:"-"` // the response that gave its text; set by the reader and stored with the revision
	Boilerplate []Boilerplate `gorm:"-"` // what its site repeats in the body, in order; set by the scanner
	// Formers are the identities under which it may be stored from a time when its source
	// repeated IDs or did not, or before its link was normalized.
	Formers []string `gorm:"-"`
	// Retitled is its identity if the article that is stored under Identity, which has the
	// same link and another title, is another one. Empty: the link belongs to one article.
	Retitled  string `gorm:"-"`
	OwnLink   bool   `gorm:"-"` // its link has the number of an article or the words of a title, so it is unlikely to lead to another one
	Twin      bool   `gorm:"-"` // another article of the batch has its ID, link and title: only the text differs
	ByLink    bool   `gorm:"-"` // a fallback of the source may have stored it under the same link and another identity
	Unchanged bool   `gorm:"-"` // it is stored with what the source says of it now, so its texts were not read; set by the reader
	// FormerTitle is its title as releases before 2026-12 read it; empty: the same. See FormerOf.
	FormerTitle string `gorm:"-"`
	// Problem says in an English sentence why its text is not, or not all of, what the page says; empty: it is. Set by the reader
	// and the scanner, and stored with the revision.
	Problem string `gorm:"-"`
	// Partial says which part of its page the text is, when Problem says that it is not all; nil: another problem, or none.
	Partial   *Partial `gorm:"-"`
	Completed bool     `gorm:"-"` // its text comes from its page, fetched just now; set by the scanner
	GivenUp   bool     `gorm:"-"` // its page is not read again because of what that takes, see [GivenUpPage]; set by the scanner
	// Stored is the text that is stored of it, if an older release extracted that; set by the store.
	Stored *StoredText `gorm:"-"`
	// Replaces is the hash of the stored text that it replaces without a new revision; empty: none. Set by the scanner.
	Replaces string `gorm:"-"`
}

// A StoredText is the newest text that is stored of an article.
type StoredText struct {
	Title, Summary, Body string
	BodyState            BodyState
}

// A GivenUpPage is the page of an article that is not read again, because reading it ended the program or took too much memory
// or time. A person can have it read again.
type GivenUpPage struct {
	ArticleID string
	SourceID  string
	Title     string
	Link      string
	At        time.Time // when it was given up
	Problem   string    // as [Article.Problem]
}

// Imported reports whether an import brought the article. It is known and never alerts; what counts is when it was published,
// and SeenAt is only when it was imported.
func (a Article) Imported() bool { return a.ImportID != "" }

// PublishedOrSeen returns when an article was published, or seen if that is unknown or earlier.
func (a Article) PublishedOrSeen() time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}

// Text returns the title and the body as one text, for hashes and for comparing copies.
func (a Article) Text() string { return a.Title + "\n\n" + a.Body }

// TextHash returns the hash of the matched text.
func (a Article) TextHash() string { return HashOf(a.Title, a.Body) }

// IdentityOf returns the identity of an article within its source: a hash of the source's
// own ID and the link together, because regulators repeat either.
func IdentityOf(guid, link string) string {
	return HashOf(strings.TrimSpace(guid), strings.TrimSpace(link))
}

// FormerOf reports whether an article stored under one of the former identities is this
// one.
func (a Article) FormerOf(title, feedHash string) bool {
	return (a.Title == title || a.FormerTitle != "" && a.FormerTitle == title) && (!a.Twin || a.FeedHash == feedHash)
}

// LinkIdentity returns the identity of an article that a fallback of its source read. A
// fallback has other IDs than the source, so the link identifies the article.
func LinkIdentity(linkKey string) string { return HashOf("link", linkKey) }

// ReportedAt returns the time that orders articles, as [EventArticle.ReportedAt].
func (a Article) ReportedAt() time.Time { return reportedAt(a.PublishedAt, a.SeenAt) }

// ImportedIdentity returns the identity of an imported article, which no scanned article has. Articles of an archive have no ID of
// the source's own, and regulators repeat links.
func ImportedIdentity(a Article) string {
	hash := ""
	if a.LinkKey == "" {
		hash = a.TextHash()
	}
	return HashOf("import", a.LinkKey, a.Title, a.PublishedAt.UTC().Format(time.RFC3339Nano), hash)
}

// An ArticleRevision is the text of an article from SeenAt until its next revision. It is
// stored only if the hash differs.
type ArticleRevision struct {
	ArticleID string `gorm:"primaryKey"`
	Revision  int    `gorm:"primaryKey"`
	Hash      string
	Title     string
	Body      string    // emptied by retention; the hash stays
	SeenAt    time.Time `gorm:"serializer:micros"`
	Fetched   *Fetched  `gorm:"serializer:json"` // nil: not known, as of an imported article
}

// Fetched is the response of a server that gave an article its text: the feed, or the page
// behind it. Values are as the server sent them, without control characters and secrets, and
// cut if they are too long. It is stored as JSON; the names of its fields stay.
type Fetched struct {
	URL             string `json:"url"` // the final address, after redirects
	Status          int    `json:"status"`
	Date            string `json:"date,omitempty"` // by the clock of the server
	LastModified    string `json:"last_modified,omitempty"`
	ETag            string `json:"etag,omitempty"`
	ContentType     string `json:"content_type,omitempty"`
	ContentLanguage string `json:"content_language,omitempty"`
	Problem         string `json:"problem,omitempty"`    // why the text is not all of the page, as [Article.Problem]
	Extraction      int    `json:"extraction,omitempty"` // version of the code that extracted the text; 0: before it was counted

	Partial *Partial `json:"partial,omitempty"` // as [Article.Partial]; nil in texts of earlier releases, which have Problem alone
}

// A Partial says which part of a page a text is: its beginning, or what can be read. It is stored as JSON; the names of its fields stay.
type Partial struct {
	Of    PartialKind `json:"of"`
	Pages int         `json:"pages,omitempty"` // of a PDF
	Read  int         `json:"read,omitempty"`  // of them
}

// A PartialKind says why only a part of a page was read.
type PartialKind string

// The kinds. Their values are stored.
const (
	PartialPDFPages PartialKind = "pdf_pages" // a PDF has more pages than are read
	PartialPDFText  PartialKind = "pdf_text"  // a PDF has more text than is read
	PartialPDFFonts PartialKind = "pdf_fonts" // a PDF has passages in fonts that do not say which characters they show
	PartialHTML     PartialKind = "html"      // a web page is larger than what is read
)

// Deleted reports whether retention deleted the text. A text that was always empty does
// not count.
func (r ArticleRevision) Deleted() bool { return r.Body == "" && r.Hash != HashOf(r.Title, "") }

// An Import is an archive that a person loaded. Loading a file again that was interrupted continues its import.
type Import struct {
	ID         string `gorm:"primaryKey"`
	File       string
	Hash       string    // of the file
	By         string    `gorm:"column:imported_by"`
	StartedAt  time.Time `gorm:"serializer:micros"`
	FinishedAt time.Time `gorm:"serializer:micros"` // zero: it was interrupted
	Added      int       // articles
	UndoneAt   time.Time `gorm:"serializer:micros"` // zero: it was not undone
	UndoneBy   string
}

// A Boilerplate is a passage of an article's body that stood under headlines of unrelated
// articles. It joins no articles, but it is stored and shown like the rest of the text.
type Boilerplate struct {
	Start, End int       // bytes of the body
	Headlines  int       // unrelated ones that it stood under
	Since      time.Time // when it was first seen
	Tail       bool      // always at the end of the page of a source that is no authority: it says nothing of stage and dates
	Sure       bool      // besides for so long that rules do not match it
}

// A KnownPassage is a passage that a source has printed under unrelated headlines. (Hash,
// SourceID) is unique.
type KnownPassage struct {
	Hash        int64  `gorm:"primaryKey;autoIncrement:false"` // of its words
	SourceID    string `gorm:"primaryKey"`
	Site        string
	Headlines   int
	Tail        bool      // always at the end of the page
	Official    bool      // the source is an authority
	FirstSeenAt time.Time `gorm:"serializer:micros"`
	LastSeenAt  time.Time `gorm:"serializer:micros"` // or some days before that
}

// SourcePassages are the passages of the newest articles of a source, to recognize what new
// ones repeat.
type SourcePassages struct {
	SourceID string            `gorm:"primaryKey"`
	Articles []ArticlePassages `gorm:"serializer:json"` // the oldest first
}

// ArticlePassages is what is compared of an article to learn boilerplate. It is stored as
// JSON; the names of its fields stay.
type ArticlePassages struct {
	ArticleID string    `json:"id"`
	Title     string    `json:"title"`
	SeenAt    time.Time `json:"at"`
	Passages  []byte    `json:"passages"` // hashes of 4 bytes
	Gist      []byte    `json:"gist"`     // hashes of the terms of title and lead
}
