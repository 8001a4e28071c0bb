package models

import (
	"strconv"
	"time"
)

// A NoticeKind says what sort of thing a recipient is told.
type NoticeKind string

const (
	NoticeAlert      NoticeKind = "alert"        // a new event
	NoticeUpdate     NoticeKind = "update"       // a later change of an event that is shown again
	NoticeEscalation NoticeKind = "escalation"   // an alert that nobody has taken, to the next in line
	NoticeAmend      NoticeKind = "amend"        // what has become of an event, written into the alert that was sent
	NoticeSummary    NoticeKind = "summary"      // alerts that waited, told together
	NoticeReminder   NoticeKind = "reminder"     // a key date of an event that was told is near
	NoticeVerify     NoticeKind = "verification" // asks that an address is confirmed
	NoticeHealth     NoticeKind = "health"       // a source or channel failed or recovered
	NoticeDigest     NoticeKind = "digest"
	NoticeTest       NoticeKind = "test"
)

// A Notice is one decision about one recipient and one subject: an event, a
// source, a channel or a digest. Its ID is a hash of its key, so planning it
// twice stores it once. HeldReasons say why it is not sent, WaitUntil when it will be
// decided how; a notice that is neither held nor waiting has a Delivery for each
// destination of its recipient.
type Notice struct {
	ID              string `gorm:"primaryKey"`
	Kind            NoticeKind
	Subject         string // event, source, channel, digest, recipient, standing, date, address, escalation
	SubjectID       string
	SubjectRevision int // of an event: the one that the notice tells of
	Recipient       string
	Severity        Severity
	Reasons         Reasons   `gorm:"serializer:json"` // why this recipient gets it
	HeldReasons     Reasons   `gorm:"serializer:json"` // why it is not sent; empty when it is
	HeldAs          Hold      // the sort of reason that HeldReasons are; may be empty
	Content         Content   `gorm:"serializer:json"` // frozen when it was decided
	CreatedAt       time.Time `gorm:"serializer:micros"`

	// Subscriptions are the lines of the routes that led here, each ROUTE/RECIPIENT,
	// such as hk-policy/urgent/legal; of a digest its name. A reader leaves these.
	Subscriptions []string `gorm:"serializer:json"`

	WaitUntil   time.Time `gorm:"serializer:micros"` // when what waits is told; zero when it does not wait
	WaitReasons Reasons   `gorm:"serializer:json"`   // what it waits for
	ToldIn      string    // the summary that told of it; empty when it was told by itself

	EscalateAt time.Time `gorm:"serializer:micros"` // when it goes on unless somebody has taken the event; zero when it does not
	EscalateTo string    // the route it then takes

	Deliveries []Delivery `gorm:"-"`

	// The reasons as [Reasons.String] has them, for people and queries that read the table.
	// Only the store uses them: it writes them, and empties them in the notices it returns.
	Reason  string
	Held    string
	WaitFor string
}

// A Hold is the sort of reason for which a notice of an event is held.
type Hold string

const (
	HeldMention  Hold = "mention"   // the article merely mentions what a rule looks for
	HeldDraft    Hold = "draft"     // only draft rules match
	HeldBaseline Hold = "baseline"  // older than the look-back of a source's first scan
	HeldSeverity Hold = "severity"  // less severe than the recipient asks for
	HeldMuted    Hold = "muted"     // somebody asked for silence
	HeldOptedOut Hold = "opted-out" // every destination has left
	HeldTold     Hold = "told"      // the recipient knows
)

// IsHeld reports whether the notice is not sent.
func (n Notice) IsHeld() bool { return len(n.HeldReasons) > 0 }

// Waits reports whether the notice is sent later.
func (n Notice) Waits() bool { return !n.WaitUntil.IsZero() }

// Key returns what makes the notice unique, hashed. It names the notice to the
// outside as well: in Slack's metadata and in an email's Message-ID.
func (n Notice) Key() string {
	return HashOf(string(n.Kind), n.Subject, n.SubjectID, strconv.Itoa(n.SubjectRevision), n.Recipient)
}

// EventID returns the event that the notice tells of, as it was named then; empty if it
// tells of none or of several.
func (n Notice) EventID() string {
	switch c := n.Content; {
	case n.Subject == "event":
		return n.SubjectID
	case c.Reminder != nil:
		return c.Reminder.EventID
	case c.Status != nil:
		return c.Status.EventID
	}
	return ""
}

// Content is what a notice tells. Exactly one of the pointers is set.
type Content struct {
	// Language is that of the words around what is quoted: en, zh-Hant or zh-Hans;
	// empty is en.
	Language string `json:"language,omitempty"`

	Alert        *Alert        `json:"alert,omitempty"`
	Status       *Status       `json:"standing,omitempty"`
	Summary      *Summary      `json:"summary,omitempty"`
	Reminder     *Reminder     `json:"reminder,omitempty"`
	Verification *Verification `json:"verification,omitempty"`
	Health       *HealthReport `json:"health,omitempty"`
	Digest       *Digest       `json:"digest,omitempty"`
	Test         *Test         `json:"test,omitempty"`
}

// An Alert is what a reader is told of an event.
type Alert struct {
	EventID       string      `json:"event_id"`
	Severity      Severity    `json:"severity"`
	Official      bool        `json:"official"`
	Jurisdictions []string    `json:"jurisdictions,omitempty"`
	Title         string      `json:"title"`
	Link          string      `json:"link"`
	Language      string      `json:"language,omitempty"`
	Excerpt       Excerpt     `json:"excerpt"`
	Stage         string      `json:"stage,omitempty"` // empty when none was found
	Dates         []KeyDate   `json:"dates,omitempty"`
	Why           []Finding   `json:"why"`                // subjects, the leading rule first
	Mentions      []Finding   `json:"mentions,omitempty"` // rules that it merely names
	Tags          []string    `json:"tags,omitempty"`
	Trigger       Reasons     `json:"trigger,omitempty"` // why the alert comes now
	WhyNow        string      `json:"why_now,omitempty"` // the same in words, of releases before 0007
	Updates       []Update    `json:"news,omitempty"`    // since the recipient last heard of the event; of an update
	Source        string      `json:"source"`
	PublishedAt   time.Time   `json:"published_at,omitzero"`
	SeenAt        time.Time   `json:"seen_at"`
	Zone          string      `json:"zone"` // IANA zone in which the recipient reads times
	OtherSources  []Reference `json:"other_sources,omitempty"`
}

// A UpdateKind says what has changed about an event.
type UpdateKind string

const (
	UpdateSeverity UpdateKind = "severity" // From and To are severities
	UpdateStage    UpdateKind = "stage"    // From and To are stages
	UpdateDate     UpdateKind = "date"     // a day was named or moved; From and To are 2006-01-02, Of is the day's kind
	UpdateOfficial UpdateKind = "official" // the body itself has said so; To is the source
	UpdateRule     UpdateKind = "rule"     // To is the ID of a rule that is now met as well
)

// Update is one thing that has changed about an event since its recipient last
// heard of it.
type Update struct {
	Kind UpdateKind `json:"kind"`
	Of   string     `json:"of,omitempty"`
	From string     `json:"from,omitempty"` // empty where there was none
	To   string     `json:"to"`
}

// An Excerpt is a passage of an article with the matched words marked. Marks are
// byte offsets into Text, end exclusive, in order and apart.
type Excerpt struct {
	Text       string   `json:"text"`
	Highlights [][2]int `json:"marks,omitempty"`
}

// A KeyDate is a day that the text makes matter.
type KeyDate struct {
	Day   string `json:"day"`             // 2006-01-02
	Kind  string `json:"kind"`            // effective, deadline, …
	Quote string `json:"quote,omitempty"` // the words that it was read from
}

// A Status is what has become of an event since its alert was sent. It is
// shown in the alert.
type Status struct {
	EventID      string       `json:"event_id"`
	Official     bool         `json:"official"`
	Stage        string       `json:"stage,omitempty"`
	Dates        []KeyDate    `json:"dates,omitempty"`
	OtherSources []Reference  `json:"other_sources,omitempty"` // than the one that the alert tells of
	Assignments  []Assignment `json:"takes,omitempty"`         // who works on it, the first first
	Feedback     []Feedback   `json:"marks,omitempty"`         // what people say of it
	Mute         *Mute        `json:"mute,omitempty"`          // by which its further news is held
}

// A Summary is several alerts told together: those that came in a burst, or
// while the recipient is not to be disturbed.
type Summary struct {
	Title     string        `json:"title"`
	Reminders bool          `json:"reminders,omitempty"` // they are reminders, not alerts
	Reasons   Reasons       `json:"reasons,omitempty"`   // why they come together
	Why       string        `json:"why,omitempty"`       // the same in words, of releases before 0007
	From      time.Time     `json:"from"`
	To        time.Time     `json:"to"`
	Zone      string        `json:"zone"`
	Events    []DigestEvent `json:"events"` // the gravest first; of reminders the nearest
}

// A Finding is a rule that matched and the words that made it.
type Finding struct {
	RuleID    string `json:"rule_id"`
	RuleTitle string `json:"rule_title"`
	Revision  string `json:"revision"` // the first digits of the rule's hash
	Why       string `json:"why,omitempty"`
	Hits      []Hit  `json:"hits"`
}

// A Reference is an article as another notice names it.
type Reference struct {
	Source      string    `json:"source"`
	Title       string    `json:"title"`
	Link        string    `json:"link"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// A HealthReport says that the health of a source or a channel has changed, or
// that articles of a source may have been missed.
type HealthReport struct {
	Subject string    `json:"subject"` // source, channel or program; subscription, that an address (Detail) asks to leave; address; or alert, of the event Detail, that reaches nobody
	Name    string    `json:"name"`
	Health  Health    `json:"health"`
	Was     Health    `json:"was,omitempty"`     // before; empty means healthy
	Since   time.Time `json:"since"`             // when it last was as it should be; of one that recovered, when it did
	Gap     *Gap      `json:"gap,omitempty"`     // of a source: what may have been missed, instead of a change of health
	Details Reasons   `json:"details,omitempty"` // what is wrong with a source
	Detail  string    `json:"detail,omitempty"`  // of a subscription: the address; of a source: Details in words, of releases before 0007
	Error   string    `json:"error,omitempty"`   // an English sentence: Failure, if it is set
	Failure Failure   `json:"failure,omitzero"`
	Dead    int       `json:"dead,omitempty"` // of a channel: deliveries given up since
	Zone    string    `json:"zone"`
}

// A Gap is a time in which articles of a source may have been missed.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// A Test is what `notify test` sends.
type Test struct {
	Text   string    `json:"text"`
	SentAt time.Time `json:"sent_at"`
	Zone   string    `json:"zone"`
}
