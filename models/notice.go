package models

import (
	"slices"
	"strconv"
	"time"
)

// A NoticeKind is the kind of a notice.
type NoticeKind string

const (
	NoticeAlert      NoticeKind = "alert"        // a new event
	NoticeUpdate     NoticeKind = "update"       // a later change of an event, shown as a new message
	NoticeEscalation NoticeKind = "escalation"   // an unassigned alert, sent to the next route
	NoticeAmend      NoticeKind = "amend"        // the current status of an event, written into the sent alert
	NoticeSummary    NoticeKind = "summary"      // deferred alerts, sent together
	NoticeReminder   NoticeKind = "reminder"     // a key date of a sent event is near
	NoticeVerify     NoticeKind = "verification" // asks the reader to confirm an address
	NoticeHealth     NoticeKind = "health"       // a source or channel failed or recovered
	NoticeDigest     NoticeKind = "digest"
	NoticeTest       NoticeKind = "test"
)

// The subjects of notices and health reports: what SubjectID identifies. They are stored
// and belong to a notice's key, so a changed value would notify again.
const (
	SubjectEvent        = "event"
	SubjectStatus       = "standing" // the status of an event, which amends its messages
	SubjectDate         = "date"     // a key date of an event
	SubjectSource       = "source"
	SubjectChannel      = "channel"
	SubjectDigest       = "digest"
	SubjectRecipient    = "recipient"  // what was deferred for a recipient, as one summary
	SubjectEscalation   = "escalation" // a critical alert that reaches nobody
	SubjectAddress      = "address"
	SubjectSubscription = "subscription"
	SubjectProgram      = "program"
	SubjectException    = "exception" // of a rule, that ends
	SubjectRule         = "rule"      // its review
	SubjectAlert        = "alert"     // of a health report alone
)

// A Notice is one decision about one recipient and one subject: an event, a source, a
// channel or a digest. Its ID is a hash of its key, so planning it twice stores it once.
// HeldReasons say why it is not sent, WaitUntil until when it is deferred. A notice that
// is neither held nor deferred has a Delivery for each destination of its recipient.
type Notice struct {
	ID              string `gorm:"primaryKey"`
	Kind            NoticeKind
	Subject         string // one of the subjects above
	SubjectID       string
	SubjectRevision int // for an event: the revision that the notice describes
	Recipient       string
	Severity        Severity
	Reasons         Reasons   `gorm:"serializer:json"` // why this recipient gets it
	HeldReasons     Reasons   `gorm:"serializer:json"` // why it is not sent; empty: it is sent
	HeldAs          Hold      // the kind of HeldReasons; may be empty
	Content         Content   `gorm:"serializer:json"` // does not change after the decision
	CreatedAt       time.Time `gorm:"serializer:micros"`

	// Subscriptions are the route lines that led to the recipient, each ROUTE/RECIPIENT,
	// such as hk-policy/urgent/legal; for a digest its name. A reader unsubscribes from
	// these.
	Subscriptions []string `gorm:"serializer:json"`

	WaitUntil   time.Time `gorm:"serializer:micros"` // when a deferred notice is sent; zero: not deferred
	WaitReasons Reasons   `gorm:"serializer:json"`   // why it is deferred
	ToldIn      string    // the summary that includes it; empty: it was sent by itself

	EscalateAt time.Time `gorm:"serializer:micros"` // when it escalates unless someone is assigned; zero: never
	EscalateTo string    // the route to which it escalates

	Deliveries []Delivery `gorm:"-"`

	// The reasons in the form of [Reasons.String], for people and queries that read the
	// table. Only the store uses them: it writes them, and empties them in the notices it
	// returns.
	Reason  string
	Held    string
	WaitFor string
}

// A Hold is the kind of reason for which a notice about an event is held.
type Hold string

const (
	HeldMention     Hold = "mention"      // the article only mentions the topic
	HeldLessCertain Hold = "less-certain" // its relevance is less certain: it is an entry of the digest
	HeldDigest      Hold = "digest"       // its rules deliver to the digest alone
	HeldUnlikely    Hold = "unlikely"     // its relevance is unlikely: it is only counted in the digest
	HeldException   Hold = "exception"    // an exception says that such articles do not count
	HeldDraft       Hold = "draft"        // only draft rules match
	HeldBaseline    Hold = "baseline"     // older than the look-back of a source's first scan
	HeldSeverity    Hold = "severity"     // below the recipient's minimum severity
	HeldMuted       Hold = "muted"        // muted by a person
	HeldOptedOut    Hold = "opted-out"    // every destination has unsubscribed
	HeldTold        Hold = "told"         // the recipient was already notified
)

// Holds returns every kind of hold.
func Holds() []Hold {
	return []Hold{HeldMention, HeldLessCertain, HeldUnlikely, HeldDigest, HeldException, HeldDraft, HeldBaseline, HeldSeverity, HeldMuted, HeldOptedOut, HeldTold}
}

// IsHeld reports whether the notice is not sent.
func (n Notice) IsHeld() bool { return len(n.HeldReasons) > 0 }

// IsDeferred reports whether the notice is deferred.
func (n Notice) IsDeferred() bool { return !n.WaitUntil.IsZero() }

// Key returns a hash of the fields that make the notice unique. Slack's metadata and an
// email's Message-ID contain it.
func (n Notice) Key() string {
	return HashOf(string(n.Kind), n.Subject, n.SubjectID, strconv.Itoa(n.SubjectRevision), n.Recipient)
}

// EventID returns the event of the notice, under its ID at that time; empty if the notice
// is about none or several.
func (n Notice) EventID() string {
	switch c := n.Content; {
	case n.Subject == SubjectEvent:
		return n.SubjectID
	case c.Reminder != nil:
		return c.Reminder.EventID
	case c.Status != nil:
		return c.Status.EventID
	}
	return ""
}

// Content is the content of a notice. Exactly one of the pointers is set.
type Content struct {
	// Language is that of the text around quotations: en, zh-Hant or zh-Hans; empty: en.
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

// An Alert is the content of a notice about an event.
type Alert struct {
	EventID       string   `json:"event_id"`
	Severity      Severity `json:"severity"`
	Official      bool     `json:"official"`
	Jurisdictions []string `json:"jurisdictions,omitempty"`
	Title         string   `json:"title"`
	Link          string   `json:"link"`
	Language      string   `json:"language,omitempty"`
	Excerpt       Excerpt  `json:"excerpt"`
	Extract       []string `json:"extract,omitempty"`     // sentences that say what the article is about, word for word
	Stage         string   `json:"stage,omitempty"`       // empty: unknown
	StageQuote    string   `json:"stage_quote,omitempty"` // the sentence or headline that says so
	// Restates is when it was first reported, if the stage is that it is said again.
	Restates     *EarlierReport `json:"restates,omitempty"`
	Dates        []KeyDate      `json:"dates,omitempty"`
	Why          []Finding      `json:"why"`                // subjects, the leading rule first
	Mentions     []Finding      `json:"mentions,omitempty"` // rules that the article only mentions
	Tags         []string       `json:"tags,omitempty"`
	Trigger      Reasons        `json:"trigger,omitempty"` // why the alert is sent now
	WhyNow       string         `json:"why_now,omitempty"` // Trigger as text, from releases before 0007
	Updates      []Update       `json:"news,omitempty"`    // changes since the previous notice to the recipient; in a first alert only the other stage that its report states
	Source       string         `json:"source"`
	PublishedAt  time.Time      `json:"published_at,omitzero"`
	SeenAt       time.Time      `json:"seen_at"`
	Zone         string         `json:"zone"` // IANA zone in which the recipient reads times
	OtherSources []Reference    `json:"other_sources,omitempty"`
}

// MayBelong reports whether the alert says that its event may belong to another one.
func (a *Alert) MayBelong() bool {
	return a != nil && slices.ContainsFunc(a.Trigger, func(r Reason) bool { return r.Kind == ReasonMayBelong })
}

// Stages returns the stages that the alert names: that of its event, and those that its reports
// state.
func (a *Alert) Stages() []string { return StagesOf(a.Stage, a.Updates) }

// StagesOf returns the stage of an event, and those that reports state by the updates.
func StagesOf(stage string, updates []Update) []string {
	var stages []string
	if stage != "" {
		stages = append(stages, stage)
	}
	for _, u := range updates {
		if (u.Kind == UpdateStage || u.Kind == UpdateReportStage) && u.To != "" && !slices.Contains(stages, u.To) {
			stages = append(stages, u.To)
		}
	}
	return stages
}

// An UpdateKind says what changed in an event.
type UpdateKind string

const (
	UpdateSeverity UpdateKind = "severity" // From and To are severities
	UpdateStage    UpdateKind = "stage"    // From and To are stages
	// A report states another stage than its event has: To is that stage, and From that of the event.
	UpdateReportStage UpdateKind = "report_stage"
	UpdateDate        UpdateKind = "date"     // a date was named or moved; From and To are 2006-01-02, Of is the kind of date
	UpdateOfficial    UpdateKind = "official" // an official source confirmed it; To is the source
	UpdateRule        UpdateKind = "rule"     // To is the ID of a rule that now matches as well
)

// An Update is one change of an event since the previous notice to its recipient.
type Update struct {
	Kind UpdateKind `json:"kind"`
	Of   string     `json:"of,omitempty"`
	From string     `json:"from,omitempty"` // empty: none before
	To   string     `json:"to"`
}

// An Excerpt is a passage of an article with the matched words highlighted. Highlights
// are byte offsets into Text, in order and without overlap; their ends are exclusive.
type Excerpt struct {
	Text       string   `json:"text"`
	Highlights [][2]int `json:"marks,omitempty"`
}

// A KeyDate is a date in a text that matters to its readers.
type KeyDate struct {
	Day   string `json:"day"`             // 2006-01-02
	Kind  string `json:"kind"`            // effective, deadline, …
	Quote string `json:"quote,omitempty"` // the passage that contains it
}

// A Status is the current state of an event. It is shown in the alert that was sent.
type Status struct {
	EventID      string       `json:"event_id"`
	Official     bool         `json:"official"`
	Stage        string       `json:"stage,omitempty"`
	Dates        []KeyDate    `json:"dates,omitempty"`
	OtherSources []Reference  `json:"other_sources,omitempty"` // other than that of the alert
	Assignments  []Assignment `json:"takes,omitempty"`         // who works on it, the earliest first
	Feedback     []Feedback   `json:"marks,omitempty"`         // the newest last
	Mute         *Mute        `json:"mute,omitempty"`          // the mute that holds further updates

	ContinuesIn *Continuation `json:"continues_in,omitempty"` // the event in whose thread the story continues, if people moved it

	// Grouping is what people decided about the event that the alert may belong to; nil: nothing yet.
	Grouping *GroupingDecision `json:"grouping,omitempty"`
}

// A GroupingDecision is what a person decided about an event that may belong to another one.
type GroupingDecision struct {
	Link    string    `json:"link,omitempty"` // ID of the [EventLink]; empty: unknown
	Kind    LinkKind  `json:"kind,omitempty"`
	EventID string    `json:"event_id"` // the other event
	Title   string    `json:"title"`    // of that
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// A Continuation is the event in which the story of an alert continues.
type Continuation struct {
	EventID string    `json:"event_id"`
	Title   string    `json:"title"`
	By      string    `json:"by,omitempty"` // who merged or split the events
	At      time.Time `json:"at,omitzero"`
	Reason  string    `json:"reason,omitempty"`
}

// A Summary is several deferred alerts sent together, after a burst or outside the
// recipient's hours.
type Summary struct {
	Title     string        `json:"title"`
	Reminders bool          `json:"reminders,omitempty"` // reminders instead of alerts
	Reasons   Reasons       `json:"reasons,omitempty"`   // why they are sent together
	Why       string        `json:"why,omitempty"`       // Reasons as text, from releases before 0007
	From      time.Time     `json:"from"`
	To        time.Time     `json:"to"`
	Zone      string        `json:"zone"`
	Events    []DigestEvent `json:"events"` // by severity, the highest first; reminders by date, the nearest first
}

// A Finding is a rule that matched, and the passages that made it match.
type Finding struct {
	RuleID    string `json:"rule_id"`
	RuleTitle string `json:"rule_title"`
	Revision  string `json:"revision"` // the first digits of the rule's hash
	Why       string `json:"why,omitempty"`
	Hits      []Hit  `json:"hits"`
	// Entities are all that the match names, also beyond Hits.
	Entities []Entity `json:"entities,omitempty"`
	// Origins are why the article matched if it has no hit.
	Origins []Origin `json:"origins,omitempty"`
	// Relevance is nil if no model scored the match.
	Relevance *Relevance `json:"relevance,omitempty"`
}

// A Reference is an article in the notice of another article.
type Reference struct {
	Source      string    `json:"source"`
	Title       string    `json:"title"`
	Link        string    `json:"link"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// A HealthReport says that the health of a source or a channel changed, or that articles
// of a source may have been missed.
type HealthReport struct {
	Subject string    `json:"subject"` // source, channel, program, address, exception or rule; subscription, from which the address Detail asks to unsubscribe; or alert, for the event Detail whose alert reaches nobody
	Name    string    `json:"name"`
	Health  Health    `json:"health"`
	Was     Health    `json:"was,omitempty"`     // the previous health; empty: healthy
	Since   time.Time `json:"since"`             // the last time it was healthy; after a recovery, the time of the recovery
	Gap     *Gap      `json:"gap,omitempty"`     // for a source: articles may have been missed, instead of a change of health
	Details Reasons   `json:"details,omitempty"` // what is wrong with a source
	Detail  string    `json:"detail,omitempty"`  // for a subscription: the address; for a source: Details as text, from releases before 0007
	Error   string    `json:"error,omitempty"`   // an English sentence; Failure as text if that is set
	Failure Failure   `json:"failure,omitzero"`
	Dead    int       `json:"dead,omitempty"` // for a channel: deliveries given up since Since
	Zone    string    `json:"zone"`

	Exception *ExceptionReport `json:"exception,omitempty"` // for an exception, which ends at Since
	Review    *RuleReview      `json:"review,omitempty"`    // for a rule
	Ended     bool             `json:"ended,omitempty"`     // for an exception: it has expired; for a rule: the date has passed
}

// An ExceptionReport is an exception and what it did.
type ExceptionReport struct {
	Exception Exception `json:"exception"`
	RuleTitle string    `json:"rule_title,omitempty"` // if it is about one rule
	Held      int       `json:"held"`                 // matches that it held
}

// A RuleReview is a rule that somebody is to review, and what it did since the last review.
type RuleReview struct {
	RuleID     string    `json:"rule_id"`
	Title      string    `json:"title"`
	Owner      string    `json:"owner,omitempty"`
	Day        string    `json:"day"`            // 2006-01-02
	Since      time.Time `json:"since,omitzero"` // the last review, or when the rule was first used
	Alerts     int       `json:"alerts"`         // events with an alert
	Relevant   int       `json:"relevant"`       // events that people marked
	Irrelevant int       `json:"irrelevant"`
	Held       int       `json:"held"` // matches that exceptions held
}

// A Gap is a time in which articles of a source may have been missed.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// A Test is the content of the message that `notify test` sends.
type Test struct {
	Text   string    `json:"text"`
	SentAt time.Time `json:"sent_at"`
	Zone   string    `json:"zone"`
}
