package models

import "time"

// A Report is what a person tells a committee about the events of a period. It is edited as a draft; what was finished
// stays as a [ReportVersion].
type Report struct {
	ID       string `gorm:"primaryKey"` // ULID
	Title    string
	TitleKey string // the folded title: reports with the same one follow each other
	Revision int    // from 1; rises with every change

	FinishedRevision int // that of the last version; 0: there is none
	Versions         int // how many were finished

	Draft     ReportDraft `gorm:"serializer:json"`
	CreatedAt time.Time   `gorm:"serializer:micros"`
	CreatedBy string
	ChangedAt time.Time `gorm:"serializer:micros"`
	ChangedBy string
	DeletedAt time.Time `gorm:"column:deleted_at;serializer:micros"` // zero: it was not
}

// IsFinished reports whether the last version says what the report says.
func (r Report) IsFinished() bool { return r.FinishedRevision == r.Revision }

// A ReportDraft is what a person edits of a report.
type ReportDraft struct {
	From         time.Time    `json:"from"` // of the period, which To ends and does not include
	To           time.Time    `json:"to"`
	Filter       ReportFilter `json:"filter"`
	Introduction string       `json:"introduction,omitempty"`
	Items        []ReportItem `json:"items"` // in the order of the report
}

// A ReportItem is the place of an event in a report.
type ReportItem struct {
	EventID string `json:"event_id"`
	Line    string `json:"line,omitempty"` // what the person writes about it
	LeftOut bool   `json:"left_out,omitempty"`
}

// A ReportFilter says which events of the period are proposed. A field with its zero value allows every event.
type ReportFilter struct {
	Rules         []string `json:"rules,omitempty"`
	Severity      string   `json:"severity,omitempty"` // the lowest
	Stages        []string `json:"stages,omitempty"`
	Sources       []string `json:"sources,omitempty"`
	Jurisdictions []string `json:"jurisdictions,omitempty"`
	Published     string   `json:"published,omitempty"` // official or press
	State         string   `json:"state,omitempty"`     // open or closed
	Query         string   `json:"query,omitempty"`     // for the texts of the articles
	Mentions      bool     `json:"mentions,omitempty"`  // also events that no rule alerts to or lists in the digest
}

// A ReportVersion is a report as it was finished. (ReportID, Number) is unique. It never changes.
type ReportVersion struct {
	ReportID   string    `gorm:"primaryKey"`
	Number     int       `gorm:"primaryKey"` // from 1
	Content    string    // a [ReportContent] in JSON
	Hash       string    // SHA-256 of Content, in hex
	Events     int       // how many it lists
	FinishedAt time.Time `gorm:"serializer:micros"`
	FinishedBy string
}

// A ReportContent is everything that a report says. It names no stored text by its ID alone, so that a later merge or
// retention changes nothing.
type ReportContent struct {
	ReportID     string        `json:"report_id"`
	Version      int           `json:"version"` // 0: a draft
	Title        string        `json:"title"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	Zone         string        `json:"zone"` // IANA name; zone of the days
	Filter       ReportFilter  `json:"filter"`
	Introduction string        `json:"introduction,omitempty"`
	Since        *ReportRef    `json:"since,omitempty"`   // the version that it is compared with
	Altered      []ReportRef   `json:"altered,omitempty"` // later versions with which it is not compared, because somebody altered them in the database
	Events       []ReportEvent `json:"events"`
	Gone         []ReportGone  `json:"gone,omitempty"` // events of that version that are not in this one
	MadeAt       time.Time     `json:"made_at"`        // when it was finished, or the draft was read
	MadeBy       string        `json:"made_by"`
	Program      string        `json:"program"`
}

// A ReportRef names a version of a report.
type ReportRef struct {
	ReportID string    `json:"report_id"`
	Version  int       `json:"version"`
	Title    string    `json:"title"`
	To       time.Time `json:"to"` // the end of its period
	Hash     string    `json:"hash"`
}

// A ReportEvent is an event as a report shows it.
type ReportEvent struct {
	ID            string         `json:"id"`
	Title         string         `json:"title"`
	Link          string         `json:"link"`
	Severity      string         `json:"severity"` // empty: no rule is about it
	Official      bool           `json:"official"`
	Stage         string         `json:"stage,omitempty"`
	StageQuote    string         `json:"stage_quote,omitempty"`
	Dates         []KeyDate      `json:"dates"`
	Jurisdictions []string       `json:"jurisdictions"`
	Rules         []ReportRule   `json:"rules"`
	Matter        string         `json:"matter,omitempty"`
	Extract       []string       `json:"extract,omitempty"` // sentences that say what it is about, word for word
	Sources       []ReportSource `json:"sources"`           // its articles, the first first
	Outlets       int            `json:"outlets"`           // how many publishers these have
	FirstSeenAt   time.Time      `json:"first_seen_at"`
	LastSeenAt    time.Time      `json:"last_seen_at"`
	Line          string         `json:"line,omitempty"`
	New           bool           `json:"new"`               // it was not in the report before
	Changes       []ReportChange `json:"changes,omitempty"` // since the report before
}

// A ReportRule is a rule that an event matches.
type ReportRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// A ReportSource is an article of an event.
type ReportSource struct {
	ArticleID   string     `json:"article_id"`
	Name        string     `json:"name"` // of the source
	Title       string     `json:"title"`
	Link        string     `json:"link"`
	Official    bool       `json:"official"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	SeenAt      time.Time  `json:"seen_at"`
}

// A ReportChangeKind says what of an event changed.
type ReportChangeKind string

// What may have changed since the report before. These are stored values.
const (
	ChangedStage    ReportChangeKind = "stage"
	ChangedDates    ReportChangeKind = "dates"
	ChangedOfficial ReportChangeKind = "official" // of the values true and false
	ChangedSources  ReportChangeKind = "sources"  // how many there are
)

// A ReportChange is one change of an event since the report before. Of the two values, those of Kind are set.
type ReportChange struct {
	Kind           ReportChangeKind `json:"kind"`
	StageBefore    string           `json:"stage_before,omitempty"`
	Stage          string           `json:"stage,omitempty"`
	DatesBefore    []KeyDate        `json:"dates_before,omitempty"`
	Dates          []KeyDate        `json:"dates,omitempty"`
	OfficialBefore bool             `json:"official_before,omitempty"`
	Official       bool             `json:"official,omitempty"`
	SourcesBefore  int              `json:"sources_before,omitempty"`
	Sources        int              `json:"sources,omitempty"`
}

// A GoneReason says why an event of the report before is not in this one.
type GoneReason string

// Why an event is gone. These are stored values.
const (
	GoneLeftOut GoneReason = "left_out" // a person left it out
	GoneMerged  GoneReason = "merged"   // it is part of another event
	GoneQuiet   GoneReason = "quiet"    // it was last seen before the period
	GoneOther   GoneReason = "other"    // it is not among the events that the report proposed
)

// A ReportGone is an event of the report before that is not in this one.
type ReportGone struct {
	ID     string     `json:"id"`
	Title  string     `json:"title"` // in the report before
	Reason GoneReason `json:"reason"`
	Into   string     `json:"into,omitempty"` // the ID of the event that it is part of
}
