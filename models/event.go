package models

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Event is one development, with every article that reports it. Its ID never changes;
// a merged event points to the other by MergedInto.
type Event struct {
	ID         string `gorm:"primaryKey"` // ULID
	Revision   int    // rises with every change
	MergedInto string

	Title         string // of [Event.LeadArticle] when it joined
	Link          string
	LeadRule      string
	Severity      Severity
	Strength      Strength  // subject if any article is about a rule's topic
	RuleIDs       []string  `gorm:"serializer:json"` // rules that alert
	DigestRules   []string  `gorm:"serializer:json"` // other rules, whose matches are only for the digest
	ExceptedRules []string  `gorm:"serializer:json"` // other rules, whose matches exceptions hold
	Jurisdictions []string  `gorm:"serializer:json"`
	Official      bool      // a regulator or government published it itself
	Baseline      bool      // known only from first scans so far
	Stage         string    // how far the rule change is: the furthest that was reported; empty: unknown
	StageQuote    string    // the sentence or headline that says so; empty: unknown
	Dates         []KeyDate `gorm:"serializer:json"` // key dates, the earliest first
	FirstSeenAt   time.Time `gorm:"serializer:micros"`
	LastSeenAt    time.Time `gorm:"serializer:micros"`

	// MayBelong is the event that this one was too close to for a new event, and not close
	// enough to join; nil: none. It is set when the event is opened and stays.
	MayBelong *MayBelong `gorm:"serializer:json"`

	// Matter is the law or case that the event is a step of, and Restates when it was first
	// reported, if the event says again what was known; nil otherwise.
	Matter   MatterRef      `gorm:"embedded"`
	Restates *EarlierReport `gorm:"serializer:json"`

	Articles    []EventArticle `gorm:"-"` // oldest first
	Keys        []string       `gorm:"-"` // keys by which its copies find it
	Notified    []Notified     `gorm:"-"` // what was sent, or is pending, for each recipient
	Assignments []Assignment   `gorm:"-"` // who works on it, the earliest first
	Feedback    []Feedback     `gorm:"-"` // the newest last
	Work        EventWork      `gorm:"-"` // whether it is closed, and its due date

	// What people corrected: the standing links of the event, the oldest first, the events
	// that were merged into it, and those that it is kept apart from.
	Links  []EventLink `gorm:"-"`
	Merged []string    `gorm:"-"` // IDs
	Apart  []string    `gorm:"-"` // IDs, also of events merged into these
}

// FirstSeenFirst compares events by when they were first seen, for slices.SortFunc.
func FirstSeenFirst(a, b Event) int {
	return cmp.Or(a.FirstSeenAt.Compare(b.FirstSeenAt), strings.Compare(a.ID, b.ID))
}

// Doubt returns the event that this one may belong to, or nil if people have decided.
func (e Event) Doubt() *MayBelong {
	if m := e.MayBelong; m != nil && !slices.Contains(e.Apart, m.EventID) && !slices.Contains(e.Merged, m.EventID) {
		return m
	}
	return nil
}

// LeadArticle returns the article that an event has its title and extract from: the first
// official one about it or, until there is one, the one that broke the news.
func (e Event) LeadArticle() (a EventArticle, ok bool) {
	i := slices.IndexFunc(e.Articles, EventArticle.IsOfficialSubject)
	if i < 0 {
		i = slices.IndexFunc(e.Articles, func(a EventArticle) bool { return a.Title == e.Title && a.Link == e.Link })
	}
	if len(e.Articles) == 0 {
		return EventArticle{}, false
	}
	return e.Articles[max(0, i)], true
}

// Extract returns sentences that say what the event is about, word for word as its lead
// article has them, or the first article that has such sentences.
func (e Event) Extract() []string {
	if lead, ok := e.LeadArticle(); ok && len(lead.Extract) > 0 {
		return lead.Extract
	}
	for _, a := range e.Articles {
		if len(a.Extract) > 0 {
			return a.Extract
		}
	}
	return nil
}

// A MatterRef is the matter that an event belongs to.
type MatterRef struct {
	ID    string    `gorm:"column:matter_id"`                       // of a [Matter]; empty: none
	SetAt time.Time `gorm:"column:matter_set_at;serializer:micros"` // when a person chose it, or none; zero: nobody did

	Name  string            `gorm:"-"` // in English
	Names map[string]string `gorm:"-"` // in other languages, such as zh-Hant
}

// Restatement returns when what the event says was first reported, if its stage is that
// somebody says it again; nil otherwise.
func (e Event) Restatement() *EarlierReport {
	if e.Stage != StageRestated {
		return nil
	}
	return e.Restates
}

// StageRestated is the stage of an event that says again what was known.
const StageRestated = "restated"

// In returns the name in a language, or in English if there is none.
func (m MatterRef) In(language string) string { return cmp.Or(m.Names[language], m.Name) }

// A Matter is one law, bill or case, with all events about it over the years. ID is that of
// its instrument, such as hk:cap:656.
type Matter struct {
	ID    string            `gorm:"primaryKey"`
	Name  string            // in English
	Names map[string]string `gorm:"serializer:json"` // in other languages

	// The first report of it that only says something new: its event and its time; zero: none.
	FirstEvent string
	FirstAt    time.Time `gorm:"serializer:micros"`
}

// FirstBefore returns the first report of the matter if an event that says it again at a time
// is later; nil otherwise.
func (m Matter) FirstBefore(eventID, stage string, at time.Time) *EarlierReport {
	if stage != StageRestated || m.FirstAt.IsZero() || m.FirstEvent == eventID || !m.FirstAt.Before(at) {
		return nil
	}
	return &EarlierReport{EventID: m.FirstEvent, At: m.FirstAt}
}

// An EarlierReport is when something that is said again was first reported.
type EarlierReport struct {
	EventID string    `json:"event_id"`
	At      time.Time `json:"at"`
}

// A LinkKind says how a person corrected the grouping of articles into events.
type LinkKind string

const (
	LinkMerge LinkKind = "merge"      // EventID is part of OtherID
	LinkSplit LinkKind = "split"      // Articles of EventID opened OtherID
	LinkApart LinkKind = "keep-apart" // EventID and OtherID are two events
	LinkMove  LinkKind = "move"       // Articles went from EventID to OtherID
)

// An EventLink is a correction of the grouping by a person. It stands until a person undoes
// it; the machine never does. ID is unique.
type EventLink struct {
	ID       string          `json:"id" gorm:"primaryKey"` // ULID
	Kind     LinkKind        `json:"kind"`
	EventID  string          `json:"event_id"`
	OtherID  string          `json:"other_id"`
	Articles []LinkedArticle `json:"articles,omitempty" gorm:"serializer:json"` // that changed their event
	By       string          `json:"by,omitempty" gorm:"column:made_by"`        // empty: unknown
	Reason   string          `json:"reason,omitempty"`
	MadeAt   time.Time       `json:"made_at" gorm:"serializer:micros"`
	UndoneAt time.Time       `json:"undone_at,omitzero" gorm:"serializer:micros"`
	UndoneBy string          `json:"undone_by,omitempty"`
}

// KeepsApart reports whether the two events of the link must not become one.
func (l EventLink) KeepsApart() bool { return l.Kind == LinkSplit || l.Kind == LinkApart }

// Took returns the article that the link took from its event, if the alert of that article
// has this source, title and link. A title may have been edited since.
func (l EventLink) Took(source, title, link string) *LinkedArticle {
	if l.Kind != LinkSplit && l.Kind != LinkMove {
		return nil
	}
	for _, a := range l.Articles {
		if a.Source == source && (a.Title == title || link != "" && a.Link == link) {
			return &a
		}
	}
	return nil
}

// A LinkedArticle is an article that an [EventLink] put into another event.
type LinkedArticle struct {
	ArticleID string `json:"article_id"`
	Part      int    `json:"part,omitempty"`
	Source    string `json:"source"` // its name
	Title     string `json:"title"`
	Link      string `json:"link"`
	JoinedBy  string `json:"joined_by"` // why it was in its event before
}

// An EventState is the state of an event from a time on. One is stored when an event is
// opened and whenever one of these fields changes. (EventID, Revision) is unique.
type EventState struct {
	EventID  string    `gorm:"primaryKey"`
	Revision int       `gorm:"primaryKey"`
	KnownAt  time.Time `gorm:"serializer:micros"`
	Severity Severity
	Official bool
	Stage    string
	Dates    []KeyDate `gorm:"serializer:json"`
}

// Notified is what one recipient was sent about an event, or what is pending.
type Notified struct {
	Recipient string
	Severity  Severity  // the highest
	Rules     []string  // IDs, of subjects and mentions
	Official  bool      // an official source was included
	Stage     string    // the last of the event
	Stages    []string  // all, of the event and of its reports
	Dates     []KeyDate // of the last notice; empty if the event names none any more
	Link      string    // of the article of the first alert
	Lost      bool      // every delivery was given up
	WaitUntil time.Time // when the deferred part is sent; zero: nothing is deferred

	At            time.Time // when something was first sent; zero: all of it is deferred
	Subscriptions []string  // the route lines by which it was sent

	Destinations []Destination // where messages were sent or are due, without those that were given up

	Sent SentNews
}

// SentNews is what one recipient was sent about an event, or what is due to be sent: without what only waits, and without
// what went to no destination. Only package store fills it.
type SentNews struct {
	Subjects []string // IDs of rules that the event is about
	Mentions []string // IDs of rules whose words it only mentions
	Stages   []string // of the event and of its reports
	Dates    []KeyDate
	Official bool // an official source was included
}

// WasSent reports whether the recipient was sent all that an alert says: its rules, its stages, its dates, and that an
// official source reports it. What only waits was not sent, and a rule that was only mentioned was not sent as a subject.
func (n Notified) WasSent(a *Alert) bool {
	for _, f := range a.Why {
		if !slices.Contains(n.Sent.Subjects, f.RuleID) {
			return false
		}
	}
	for _, f := range a.Mentions {
		if !slices.Contains(n.Sent.Subjects, f.RuleID) && !slices.Contains(n.Sent.Mentions, f.RuleID) {
			return false
		}
	}
	for _, stage := range a.Stages() {
		if !slices.Contains(n.Sent.Stages, stage) {
			return false
		}
	}
	for _, d := range a.Dates {
		if !slices.ContainsFunc(n.Sent.Dates, func(sent KeyDate) bool { return sent.Kind == d.Kind && sent.Day == d.Day }) {
			return false
		}
	}
	return n.Sent.Official || !a.Official
}

// Knows reports whether the recipient was sent a stage, as that of the event or of a report.
func (n Notified) Knows(stage string) bool {
	return stage == n.Stage || slices.Contains(n.Stages, stage)
}

// An EventArticle is an article's place in an event. (ArticleID, Part) is unique: an
// article belongs to one event. JoinedBy says why it joined, as text for people.
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
	Signature   []uint32 `gorm:"serializer:numbers"` // of its text, to recognise copies
	Profile     string   // of what it says, to recognise other reports of the event; JSON of package similarity

	// Extract are sentences of its text, word for word, that say what it is about.
	Extract []string `gorm:"serializer:json"`

	// Similarity is why it joined, if only by what it says; nil otherwise.
	Similarity *Similarity `gorm:"serializer:json"`

	// What this article says; the event combines all.
	Stage      string
	StageQuote string    // the sentence or headline that says so
	Dates      []KeyDate `gorm:"serializer:json"`
	StatedAt   time.Time `gorm:"column:told_at;serializer:micros"` // when it was first read to say so
}

// Why an article joined an event, if it copies another one. These are stored values, shown to
// people.
const (
	JoinedByLink     = "the same link"
	JoinedByText     = "a copy of the text"
	JoinedByHeadline = "the same headline"
)

// IsCopy reports whether an article is in the event because it copies another one, also if a
// person moved it afterwards.
func (e Event) IsCopy(a EventArticle) bool {
	return a.Similarity == nil && slices.Contains([]string{JoinedByLink, JoinedByText, JoinedByHeadline}, e.firstJoinedBy(a))
}

// firstJoinedBy returns why an article joined an event before people moved it.
func (e Event) firstJoinedBy(a EventArticle) string {
	for _, l := range e.Links { // the oldest first
		i := slices.IndexFunc(l.Articles, func(moved LinkedArticle) bool { return moved.ArticleID == a.ArticleID && moved.Part == a.Part })
		if i >= 0 && l.UndoneAt.IsZero() {
			return l.Articles[i].JoinedBy
		}
	}
	return a.JoinedBy
}

// ReportedAt returns the time that orders the articles of an event: when it was published, or
// when it was seen if that is earlier, so that a wrong date cannot move it into the future.
func (a EventArticle) ReportedAt() time.Time { return reportedAt(a.PublishedAt, a.SeenAt) }

func reportedAt(published, seen time.Time) time.Time {
	if published.IsZero() || published.After(seen) {
		return seen
	}
	return published
}

// FirstReport returns when the first article of the event was published.
func (e Event) FirstReport() time.Time {
	var first time.Time
	for _, a := range e.Articles {
		if at := a.ReportedAt(); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// IsOfficialSubject reports whether an official source is about the topic of a rule.
func (a EventArticle) IsOfficialSubject() bool { return a.Role.Official() && a.Strength == Subject }

// A Similarity is how close an article is to an event by what they say.
type Similarity struct {
	Score     float64  `json:"score"`             // log-odds, the mean over the articles of the event
	ArticleID string   `json:"article_id"`        // the nearest article of the event
	Title     string   `json:"title"`             // of that
	Terms     []string `json:"terms,omitempty"`   // the heaviest that both have
	Against   string   `json:"against,omitempty"` // what speaks most against
}

// MayBelong is the event that another one may belong to.
type MayBelong struct {
	EventID    string     `json:"event_id"`
	Title      string     `json:"title"` // at that time
	Similarity Similarity `json:"similarity"`
}

// A ChangeKind says how a change affects its event.
type ChangeKind string

const (
	Opened  ChangeKind = "opened"  // a new event
	Copied  ChangeKind = "copied"  // the same link or text from another source
	Similar ChangeKind = "similar" // another report, recognised only by what it says
	Revised ChangeKind = "revised" // an article of the event was edited or completed
)

// A Lookup asks for the events that have one of the keys: the newest of each key, and of
// these the ones with the most of the keys, where a key counts the less the more of these
// events have it.
type Lookup struct {
	Keys   []string
	Since  time.Time // only events opened then or later; zero: all
	PerKey int       // events of one key at most; 0: all
	Most   int       // events in all; 0: all
}

// A key is either lasting or of one week. One of a week is [WeekKey]. It finds reports of its
// time only, and is forgotten some weeks later.
const weekPrefix = "week:"

// WeekKey returns the key of a week, counted from 1970.
func WeekKey(week int64, key string) string {
	return weekPrefix + strconv.FormatInt(week, 10) + ":" + key
}

// CutWeek splits what [WeekKey] joined. ok is false for a lasting key.
func CutWeek(key string) (week int64, rest string, ok bool) {
	number, ok := strings.CutPrefix(key, weekPrefix)
	if !ok {
		return 0, key, false
	}
	number, rest, ok = strings.Cut(number, ":")
	week, err := strconv.ParseInt(number, 10, 64)
	return week, rest, ok && err == nil
}

// A Change is the effect of one article on one event. Event is the state after the
// change.
type Change struct {
	Kind    ChangeKind
	Event   Event
	Joined  EventArticle // the article's place; new unless Kind is Revised
	Article Article
	Matches []Match
	NewKeys []string // keys that are new to the event
	// NewRules are the rules that alert by this article and by none of the event before.
	NewRules []string
	Applied  bool // found by applying a rule to stored articles, and not by a scan
	// SplitFrom is the event that a person separated this one from; nil otherwise.
	SplitFrom *Event
}
