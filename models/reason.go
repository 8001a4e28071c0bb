package models

import (
	"fmt"
	"strings"
	"time"
)

// A ReasonKind is the kind of a reason for a decision about a notice. The comment of each
// names its arguments.
type ReasonKind string

// Why a recipient gets a notice.
const (
	ReasonMatched        ReasonKind = "matched"         // Rules (with RuleTitles) matched; Routes lead to the recipient
	ReasonStatusChanged  ReasonKind = "status_changed"  // the message about an event is brought up to date
	ReasonNotAssigned    ReasonKind = "not_assigned"    // nobody assigned the event within Duration after it was sent to Recipient; Routes[0] is next
	ReasonDeputy         ReasonKind = "deputy"          // the reader is the deputy of Recipient until the end of Day
	ReasonDeputyLeft     ReasonKind = "deputy_left"     // no destination of Recipient, the deputy until the end of Day, is open
	ReasonRecipientGone  ReasonKind = "recipient_gone"  // Recipient is no longer configured; Routes[0] receives it instead
	ReasonDeferredAlerts ReasonKind = "deferred_alerts" // Count deferred alerts
	ReasonSourceHealth   ReasonKind = "source_health"   // the health of Source is now Health
	ReasonSourceGap      ReasonKind = "source_gap"      // articles of Source may have been missed
	ReasonChannelHealth  ReasonKind = "channel_health"  // the health of Destination is now Health
	ReasonUndelivered    ReasonKind = "undelivered"     // Count messages could not be delivered to Destination
	ReasonChannelRemoved ReasonKind = "channel_removed" // Count messages are queued for Destination, which is no longer configured
	ReasonNoOtherWay     ReasonKind = "no_other_way"    // no health recipient can be reached through another channel
	ReasonReachesNobody  ReasonKind = "reaches_nobody"  // everyone on Routes[0] has unsubscribed from a critical alert or has no destination
	ReasonDigest         ReasonKind = "digest"          // Subscriptions[0], with Count events
	ReasonOptOutRequest  ReasonKind = "opt_out_request" // Destination asks to unsubscribe from a mandatory subscription
	ReasonExceptionEnds  ReasonKind = "exception_ends"  // Exception expires within a week
	ReasonExceptionEnded ReasonKind = "exception_ended" // Exception has expired
	ReasonReviewDue      ReasonKind = "review_due"      // Rules are to be reviewed by Day
	ReasonTest           ReasonKind = "test"            // a person asked for a test
	ReasonVerify         ReasonKind = "verify"          // Destination was entered as an address and must be confirmed
	ReasonUnverified     ReasonKind = "unverified"      // Destination is unconfirmed after Duration
	ReasonConfirmed      ReasonKind = "confirmed"       // Count alerts were deferred until Destination was confirmed
	ReasonDateNear       ReasonKind = "date_near"       // Recipient was sent this event, and its Day is Count days ahead
	ReasonDatesNear      ReasonKind = "dates_near"      // Count reminders sent together
)

// Why an alert is sent now.
const (
	ReasonNewEvent     ReasonKind = "new_event"
	ReasonMayBelong    ReasonKind = "may_belong"    // a new event, Opened, that may belong to Event, whose title is Text
	ReasonRevised      ReasonKind = "revised"       // the article was completed or edited
	ReasonFirstReport  ReasonKind = "first_report"  // another report of a known event, the first that reaches the recipient
	ReasonRuleApplied  ReasonKind = "rule_applied"  // a person applied a rule to stored articles
	ReasonLostBefore   ReasonKind = "lost_before"   // an earlier alert of the event could not be delivered
	ReasonEventChanged ReasonKind = "event_changed" // the updates that the alert lists
	ReasonSplit        ReasonKind = "split"         // a person separated it from Event, whose title is Text
	ReasonMerged       ReasonKind = "merged"        // By merged it into Event, whose title is Text; further reports follow there
)

// Why an alert that waited is sent now.
const (
	ReasonSourcesReached  ReasonKind = "sources_reached"  // Count independent sources report it
	ReasonOfficialReached ReasonKind = "official_reached" // an official source reports it
	ReasonSourcesMissing  ReasonKind = "sources_missing"  // fewer than Count independent sources reported it within Duration
	ReasonOfficialMissing ReasonKind = "official_missing" // no official source reported it within Duration
)

// Why a notice is not sent.
const (
	ReasonMentionOnly   ReasonKind = "mention_only"   // the article only mentions the topic of Rules (Words)
	ReasonDraftOnly     ReasonKind = "draft_only"     // only draft Rules match (Words)
	ReasonLessCertain   ReasonKind = "less_certain"   // relevance for Rules (Words) is less certain, so it is in the digest
	ReasonForDigest     ReasonKind = "for_digest"     // Rules (Words) deliver to the digest alone
	ReasonUnlikely      ReasonKind = "unlikely"       // relevance for Rules (Words) is unlikely, so it is only counted in the digest
	ReasonExcepted      ReasonKind = "excepted"       // Exception holds the matches of Rules (Words)
	ReasonBaseline      ReasonKind = "baseline"       // older than the look-back of the first scan of Source
	ReasonBelowSeverity ReasonKind = "below_severity" // Severity is below MinSeverity of Recipient
	ReasonMuted         ReasonKind = "muted"          // by Mute; Source names its target if that is a source
	ReasonNoDestination ReasonKind = "no_destination" // Recipient, or the subscription, has none
	ReasonOnlyFailing   ReasonKind = "only_failing"   // the only destination of Recipient is Destination, which failed
	ReasonOptedOut      ReasonKind = "opted_out"      // Recipient, or everyone, has unsubscribed from Subscriptions
	ReasonKnown         ReasonKind = "known"          // the recipient was already notified; JoinedBy is what Source published, Revision the edit
	ReasonSentGraver    ReasonKind = "sent_graver"    // the event became Severity while this was deferred, and was sent immediately
	ReasonGapKnown      ReasonKind = "gap_known"      // a gap of this source was reported less than a week ago
	ReasonNothingToSay  ReasonKind = "nothing_to_say" // nothing happened, and the subscription skips empty digests
	ReasonAllOptedOut   ReasonKind = "all_opted_out"  // Recipient is no longer configured, and all destinations of Routes[0] have unsubscribed
	ReasonNotRelevant   ReasonKind = "not_relevant"   // a person marked the event as not relevant
	ReasonDateMoved     ReasonKind = "date_moved"     // the event no longer names Day
	ReasonDatePassed    ReasonKind = "date_passed"    // Day passed while the reminder was deferred
	ReasonNearer        ReasonKind = "nearer"         // a later reminder of Day is sent at the same time
)

// Why a notice is deferred.
const (
	ReasonFrequency    ReasonKind = "frequency"     // the Frequency of Recipient
	ReasonOutsideHours ReasonKind = "outside_hours" // the Hours of Recipient
	ReasonHoliday      ReasonKind = "holiday"       // the hours of Recipient begin later, because Day is a holiday
	ReasonBurst        ReasonKind = "burst"         // more than Count alerts to Recipient within Duration
	ReasonWithEvent    ReasonKind = "with_event"    // it is sent with the other deferred alerts of the event

	ReasonAwaitsSources  ReasonKind = "awaits_sources"  // fewer than Count independent sources report it, of Routes; at most for Duration
	ReasonAwaitsOfficial ReasonKind = "awaits_official" // no official source reports it, of Routes; at most for Duration
)

// What is wrong with a source.
const (
	ReasonNeverRead   ReasonKind = "never_read"   // it has never been read
	ReasonLastRead    ReasonKind = "last_read"    // it was last read Duration ago
	ReasonQuietFor    ReasonKind = "quiet_for"    // it has published nothing for Duration; Usual is the usual limit
	ReasonFewArticles ReasonKind = "few_articles" // its last response had Count articles; UsualCount is usual
)

// ReasonText is an English sentence, Text, stored by a release before 0007.
const ReasonText ReasonKind = "text"

// TriggerBefore0007 returns the kind of the trigger that a release before 0007 stored as
// a sentence; empty if the sentence is unknown.
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

// A Reason is why something was decided about a notice, as data. Package render turns it
// into text in the reader's language.
type Reason struct {
	Kind ReasonKind `json:"kind"`
	Args ReasonArgs `json:"args,omitzero"`
}

// ReasonArgs are the arguments of a [Reason]. Its kind decides which are set.
type ReasonArgs struct {
	Routes        []string      `json:"routes,omitempty"`
	Rules         []string      `json:"rules,omitempty"`       // IDs
	RuleTitles    []string      `json:"rule_titles,omitempty"` // of Rules, in their order
	Words         []string      `json:"words,omitempty"`       // the first passage that each of Rules found; may be empty
	Recipient     string        `json:"recipient,omitempty"`
	Source        string        `json:"source,omitempty"` // its name
	Destination   string        `json:"destination,omitempty"`
	Subscriptions []string      `json:"subscriptions,omitempty"`
	Severity      Severity      `json:"severity,omitempty"`
	MinSeverity   Severity      `json:"min_severity,omitempty"`
	Health        Health        `json:"health,omitempty"`
	Mute          *Mute         `json:"mute,omitempty"`
	Exception     *Exception    `json:"exception,omitempty"`
	Hours         *Hours        `json:"hours,omitempty"`
	Frequency     *Frequency    `json:"frequency,omitempty"`
	Day           string        `json:"day,omitempty"`  // 2006-01-02
	Zone          string        `json:"zone,omitempty"` // IANA name; zone of Hours, Frequency and Mute
	At            time.Time     `json:"at,omitzero"`    // the time whose offset from UTC is shown with Zone
	Duration      time.Duration `json:"duration_ns,omitempty"`
	Usual         time.Duration `json:"usual_ns,omitempty"`
	Count         int           `json:"count,omitempty"`
	UsualCount    int           `json:"usual_count,omitempty"`
	Revision      int           `json:"revision,omitempty"`
	JoinedBy      string        `json:"joined_by,omitempty"`
	Event         string        `json:"event,omitempty"`  // ID
	Opened        string        `json:"opened,omitempty"` // ID of an event
	By            string        `json:"by,omitempty"`     // a person
	Text          string        `json:"text,omitempty"`
}

// Reasons say why something was decided, the most important reason first.
type Reasons []Reason

// NewReasons returns a single reason.
func NewReasons(kind ReasonKind, args ReasonArgs) Reasons { return Reasons{{Kind: kind, Args: args}} }

// Kind returns the kind of the first reason; empty if there is none.
func (rs Reasons) Kind() ReasonKind {
	if len(rs) == 0 {
		return ""
	}
	return rs[0].Kind
}

// String lists the kinds with their arguments, for the audit and for people who read the
// database. Package render writes the text that readers of notices see.
func (rs Reasons) String() string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = r.String()
	}
	return strings.Join(parts, "; ")
}

// String returns one reason in the form of [Reasons.String].
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
	add("event", a.Event)
	add("opened", a.Opened)
	add("by", a.By)
	if a.Mute != nil {
		add(string(a.Mute.Kind), a.Mute.Target)
		add("until", a.Mute.Until.UTC().Format(time.RFC3339))
		add("by", a.Mute.By)
	}
	if a.Exception != nil {
		add("exception", a.Exception.ID)
		add("by", a.Exception.By)
	}
	return b.String()
}
