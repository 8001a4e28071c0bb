package models

import (
	"fmt"
	"strings"
	"time"
)

// A ReasonKind names one of the reasons for a decision about a notice. The comment
// says which arguments it has.
type ReasonKind string

// Why a recipient gets a notice.
const (
	ReasonMatched        ReasonKind = "matched"         // Rules (with RuleTitles) matched; Routes led to the recipient
	ReasonStatusChanged  ReasonKind = "status_changed"  // what is known of an event is shown in the message that told of it
	ReasonNotAssigned    ReasonKind = "not_assigned"    // nobody told by Recipient has assigned the event within Duration; Routes[0] is next
	ReasonDeputy         ReasonKind = "deputy"          // the reader stands in for Recipient, until the end of Day
	ReasonDeputyLeft     ReasonKind = "deputy_left"     // no destination of Recipient, the deputy until the end of Day, is open
	ReasonRecipientGone  ReasonKind = "recipient_gone"  // Recipient is not configured any more; Routes[0] takes over
	ReasonDeferredAlerts ReasonKind = "deferred_alerts" // Count alerts that waited
	ReasonSourceHealth   ReasonKind = "source_health"   // the health of Source has become Health
	ReasonSourceGap      ReasonKind = "source_gap"      // articles of Source may have been missed
	ReasonChannelHealth  ReasonKind = "channel_health"  // the health of Destination has become Health
	ReasonUndelivered    ReasonKind = "undelivered"     // Count messages could not be delivered to Destination
	ReasonChannelRemoved ReasonKind = "channel_removed" // Count messages wait for Destination, which is not configured any more
	ReasonNoOtherWay     ReasonKind = "no_other_way"    // nobody who hears of channels can be reached otherwise
	ReasonReachesNobody  ReasonKind = "reaches_nobody"  // everybody on Routes[0] has unsubscribed from a critical alert or has no destination
	ReasonDigest         ReasonKind = "digest"          // Subscriptions[0], with Count events
	ReasonOptOutRequest  ReasonKind = "opt_out_request" // Destination asks to leave a mandatory subscription
	ReasonTest           ReasonKind = "test"            // a person asked for a test
	ReasonVerify         ReasonKind = "verify"          // Destination was entered as an address, which is to be confirmed
	ReasonUnverified     ReasonKind = "unverified"      // Destination has waited for Duration to be confirmed
	ReasonConfirmed      ReasonKind = "confirmed"       // Count alerts that waited until Destination was confirmed
	ReasonDateNear       ReasonKind = "date_near"       // Recipient was sent this event, and Day, which it names, is Count days ahead
	ReasonDatesNear      ReasonKind = "dates_near"      // Count reminders that come together
)

// Why an alert comes now.
const (
	ReasonNewEvent     ReasonKind = "new_event"
	ReasonRevised      ReasonKind = "revised"       // the article was completed or edited
	ReasonFirstReport  ReasonKind = "first_report"  // another report of a known event, the first that reaches the recipient
	ReasonLostBefore   ReasonKind = "lost_before"   // an earlier alert of the event could not be delivered
	ReasonEventChanged ReasonKind = "event_changed" // the news that the alert lists
)

// Why a notice is not sent.
const (
	ReasonMentionOnly   ReasonKind = "mention_only"   // the article only mentions what Rules look for (Words)
	ReasonDraftOnly     ReasonKind = "draft_only"     // only draft Rules match (Words)
	ReasonBaseline      ReasonKind = "baseline"       // older than the look-back of the first scan of Source
	ReasonBelowSeverity ReasonKind = "below_severity" // Severity is below MinSeverity, which Recipient asks for
	ReasonMuted         ReasonKind = "muted"          // by Mute; Source names its target if that is a source
	ReasonNoDestination ReasonKind = "no_destination" // Recipient, or the subscription, has none
	ReasonOnlyFailing   ReasonKind = "only_failing"   // Recipient has no destination but Destination, which failed
	ReasonOptedOut      ReasonKind = "opted_out"      // Recipient, or everybody, has left Subscriptions
	ReasonKnown         ReasonKind = "known"          // the recipient knows the event; JoinedBy says what else Source has, Revision which edit this is
	ReasonSentGraver    ReasonKind = "sent_graver"    // the event became Severity while this waited, and was sent at once
	ReasonGapKnown      ReasonKind = "gap_known"      // a gap of this source was reported less than a week ago
	ReasonNothingToSay  ReasonKind = "nothing_to_say" // nothing happened, and the subscription skips empty digests
	ReasonAllOptedOut   ReasonKind = "all_opted_out"  // Recipient is not configured any more, and all places of Routes[0] have left
	ReasonNotRelevant   ReasonKind = "not_relevant"   // a person marked the event as not relevant
	ReasonDateMoved     ReasonKind = "date_moved"     // the event does not name Day any more
	ReasonDatePassed    ReasonKind = "date_passed"    // Day passed while the reminder waited
	ReasonNearer        ReasonKind = "nearer"         // a later reminder of Day is sent at the same time
)

// Why a notice waits.
const (
	ReasonFrequency    ReasonKind = "frequency"     // the Frequency of Recipient
	ReasonOutsideHours ReasonKind = "outside_hours" // the Hours of Recipient
	ReasonHoliday      ReasonKind = "holiday"       // the hours of Recipient begin later, because Day is a holiday
	ReasonBurst        ReasonKind = "burst"         // more than Count alerts to Recipient within Duration
	ReasonWithEvent    ReasonKind = "with_event"    // it is sent with what else waits of the event
)

// What is wrong with a source.
const (
	ReasonNeverRead   ReasonKind = "never_read"   // it has never been read
	ReasonLastRead    ReasonKind = "last_read"    // it was last read Duration ago
	ReasonQuietFor    ReasonKind = "quiet_for"    // it has published nothing for Duration; Usual is how long is usual
	ReasonFewArticles ReasonKind = "few_articles" // its last answer had Count articles; UsualCount is usual
)

// ReasonText is a sentence in English that a release before 0007 stored, in Text.
const ReasonText ReasonKind = "text"

// TriggerBefore0007 reads the sentence by which a release before 0007 stored why an alert
// comes; empty if it is another.
func TriggerBefore0007(text string) ReasonKind {
	switch text {
	case "new event":
		return ReasonNewEvent
	case "the article was completed or edited and now reaches you":
		return ReasonRevised
	case "another report of a known event; it reaches you for the first time":
		return ReasonFirstReport
	case "an earlier alert of this event could not be delivered":
		return ReasonLostBefore
	}
	return ""
}

// A Reason is why something was decided about a notice, as data. Package render turns
// it into words in the reader's language.
type Reason struct {
	Kind ReasonKind `json:"kind"`
	Args ReasonArgs `json:"args,omitzero"`
}

// ReasonArgs are the arguments of a [Reason]. Which of them are set depends on its kind.
type ReasonArgs struct {
	Routes        []string      `json:"routes,omitempty"`
	Rules         []string      `json:"rules,omitempty"`       // IDs
	RuleTitles    []string      `json:"rule_titles,omitempty"` // of Rules, in their order
	Words         []string      `json:"words,omitempty"`       // the first words that each of Rules found; may be empty
	Recipient     string        `json:"recipient,omitempty"`
	Source        string        `json:"source,omitempty"` // its name
	Destination   string        `json:"destination,omitempty"`
	Subscriptions []string      `json:"subscriptions,omitempty"`
	Severity      Severity      `json:"severity,omitempty"`
	MinSeverity   Severity      `json:"min_severity,omitempty"`
	Health        Health        `json:"health,omitempty"`
	Mute          *Mute         `json:"mute,omitempty"`
	Hours         *Hours        `json:"hours,omitempty"`
	Frequency     *Frequency    `json:"frequency,omitempty"`
	Day           string        `json:"day,omitempty"`  // 2006-01-02
	Zone          string        `json:"zone,omitempty"` // IANA, of Hours, Frequency and Mute
	At            time.Time     `json:"at,omitzero"`    // the moment whose offset Zone is shown with
	Duration      time.Duration `json:"duration_ns,omitempty"`
	Usual         time.Duration `json:"usual_ns,omitempty"`
	Count         int           `json:"count,omitempty"`
	UsualCount    int           `json:"usual_count,omitempty"`
	Revision      int           `json:"revision,omitempty"`
	JoinedBy      string        `json:"joined_by,omitempty"`
	Text          string        `json:"text,omitempty"`
}

// Reasons are why something was decided, the most important first.
type Reasons []Reason

// NewReasons returns one reason.
func NewReasons(kind ReasonKind, args ReasonArgs) Reasons { return Reasons{{Kind: kind, Args: args}} }

// Kind returns the kind of the first reason; empty if there is none.
func (rs Reasons) Kind() ReasonKind {
	if len(rs) == 0 {
		return ""
	}
	return rs[0].Kind
}

// String lists the kinds with their names and numbers, for the audit and for people
// who read the database. What a reader of notices sees is written by package render.
func (rs Reasons) String() string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = r.String()
	}
	return strings.Join(parts, "; ")
}

// String is one reason of [Reasons.String].
func (r Reason) String() string {
	a := r.Args
	if r.Kind == ReasonText {
		return a.Text
	}
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(string(r.Kind), "_", " "))
	add := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, ", %s %s", name, value)
		}
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	span := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	add("rule", strings.Join(a.Rules, " "))
	add("route", strings.Join(a.Routes, " "))
	add("recipient", a.Recipient)
	if a.Mute == nil {
		add("source", a.Source)
	}
	add("destination", a.Destination)
	add("subscription", strings.Join(a.Subscriptions, " "))
	add("severity", string(a.Severity))
	add("minimum", string(a.MinSeverity))
	add("health", string(a.Health))
	add("day", a.Day)
	add("count", number(a.Count))
	add("usual", number(a.UsualCount))
	add("for", span(a.Duration))
	add("usual", span(a.Usual))
	add("revision", number(a.Revision))
	add("joined by", a.JoinedBy)
	if a.Mute != nil {
		add(string(a.Mute.Kind), a.Mute.Target)
		add("until", a.Mute.Until.UTC().Format(time.RFC3339))
		add("by", a.Mute.By)
	}
	return b.String()
}
