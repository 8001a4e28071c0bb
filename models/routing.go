package models

import (
	"strings"
	"time"
)

// A Destination is an address of a channel. An empty Address is the one that
// the channel itself is configured with.
type Destination struct {
	Channel string
	Address string
}

// String renders d as a delivery names it: channel, or channel:address.
func (d Destination) String() string {
	if d.Address == "" {
		return d.Channel
	}
	return d.Channel + ":" + d.Address
}

// A Recipient is a person or a team, told of each thing once however many rules
// and routes lead there.
type Recipient struct {
	Name         string
	Destinations []Destination
	Zone         string    // IANA; in which times are shown, and hours and paces are read
	Language     string    // of what is not quoted: en, zh-Hant or zh-Hans; empty is en
	MinSeverity  Severity  // what is less severe is held; empty holds nothing
	Hours        Hours     // in which they may be disturbed; critical alerts always may
	Frequency    Frequency // of lines that have none of their own
	Burst        Burst
	Reminders    []int    // how many days before a key date they are reminded, on lines that have none of their own
	Deputies     []Deputy `json:",omitempty"` // one after another, at most one each day

	// Absence is set while a deputy stands in, by package notifier alone.
	Absence *Absence `json:",omitempty"`
}

// A Deputy gets what is addressed to a recipient while they are absent: from the first to
// the last day, both included, in the zone of who is absent.
type Deputy struct {
	Recipient string
	From, To  string // 2006-01-02
}

// An Absence says that a recipient has the destinations of a deputy at a moment.
type Absence struct {
	Deputy string
	Until  string    // the last day, 2006-01-02
	Own    Recipient // who is absent, as they are otherwise

	// DeputyLeft is set if no destination of the deputy is open. The recipient then has
	// their own.
	DeputyLeft bool
}

// Hours are when a recipient works. The zero value is always.
type Hours struct {
	Days     []time.Weekday // empty: every day
	From, To time.Duration  // since midnight, in the recipient's zone; equal: the whole day; From after To: over midnight

	// Holidays are days, each 2006-01-02 in the recipient's zone, on which no hours begin.
	// Hours that began on the day before end as always. Reasons do not store them.
	Holidays map[string]bool `json:",omitempty"`
}

// A FrequencyKind says how often alerts are told.
type FrequencyKind string

const (
	AtOnce FrequencyKind = "" // each by itself
	Hourly FrequencyKind = "hourly"
	Daily  FrequencyKind = "daily"
	Weekly FrequencyKind = "weekly"
)

// A Frequency says when alerts are told. Critical ones are told at once whatever it
// says.
type Frequency struct {
	Kind FrequencyKind
	Day  time.Weekday  // of Weekly
	At   time.Duration // since midnight, of Daily and Weekly
}

// A Burst is more alerts than a recipient reads one by one: those over Over
// within Within wait and are told together.
type Burst struct {
	Over   int           // 0 means 10
	Within time.Duration // 0 means 10 minutes
}

// A Routing says who is told of what.
type Routing struct {
	Recipients map[string]Recipient
	Routes     []Route         // those that rules name; always one with the path DefaultRoute
	Health     []string        // recipients told of failing sources and channels
	Amends     map[string]bool // channels that can change what they sent, by name
}

// A Route leads from the rules that name it to recipients, and to narrower
// routes. A match takes a route if it meets the condition and somebody is told:
// by the narrower routes that it takes, or by the lines if it takes none.
type Route struct {
	Path     string // its name, after those of the routes around it: hk-policy/urgent
	When     Condition
	Lines    []RouteLine
	Escalate Escalation // its own, or that of a route around it
	Routes   []Route    // narrower
}

// A RouteLine leads from a route to a recipient. ROUTE/RECIPIENT names it.
type RouteLine struct {
	Recipient string
	Frequency *Frequency // nil: the recipient's own
	Mandatory bool       // opt-outs do not count
	Reminders *[]int     // nil: the recipient's own
}

// ConditionSeverity is the kind of a [ConditionCheck] that asks for a least severity.
const ConditionSeverity = "severity"

// A ConditionCheck is the answer to one part of a [Condition] for one match.
type ConditionCheck struct {
	Kind   string   // severity, role, jurisdiction, language, topic, rule or source
	Has    []string // what the match and its article have of it; of a part that is met, the value that met it
	Wanted []string // any one of these, of a severity at least it
	Met    bool
}

// An Escalation is where a critical alert goes on that nobody has taken for so
// long. The zero value is nowhere.
type Escalation struct {
	After time.Duration
	To    string // the path of the route whose lines it takes
}

// Route returns the route of a path.
func (r Routing) Route(path string) (Route, bool) { return routeAt(r.Routes, path) }

func routeAt(routes []Route, path string) (Route, bool) {
	for _, r := range routes {
		if r.Path == path {
			return r, true
		}
		if strings.HasPrefix(path, r.Path+"/") {
			return routeAt(r.Routes, path)
		}
	}
	return Route{}, false
}

// DefaultRoute is where rules lead that name no route, and what no route takes.
const DefaultRoute = "default"

// A Condition is what a route takes. Each of what it asks for must be met, by
// any one of the values. The zero value is always met.
type Condition struct {
	Severity      Severity // at least
	Roles         []Role
	Jurisdictions []string // of the source or of the event, but for case and width
	Languages     []string // basic language ranges (RFC 4647): zh takes zh-Hant
	Topics        []string
	Rules         []string
	Sources       []string // ids, with * for any part of one
}

// String says what the condition asks for; nothing if that is nothing.
func (w Condition) String() string {
	var parts []string
	if w.Severity != "" {
		parts = append(parts, "severity at least "+string(w.Severity))
	}
	roles := make([]string, len(w.Roles))
	for i, role := range w.Roles {
		roles[i] = string(role)
	}
	for _, part := range []struct {
		kind   string
		values []string
	}{
		{"role", roles}, {"jurisdiction", w.Jurisdictions}, {"language", w.Languages}, {"topic", w.Topics}, {"rule", w.Rules}, {"source", w.Sources},
	} {
		if len(part.values) > 0 {
			parts = append(parts, part.kind+" "+strings.Join(part.values, " or "))
		}
	}
	return strings.Join(parts, "; ")
}
