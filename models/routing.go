package models

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Destination is an address of a channel. An empty Address is the one in the channel's
// own configuration.
type Destination struct {
	Channel string
	Address string
}

// String returns channel, or channel:address.
func (d Destination) String() string {
	if d.Address == "" {
		return d.Channel
	}
	return d.Channel + ":" + d.Address
}

// A Recipient is a person or a team. It gets each notice once, whatever the number of
// rules and routes that lead to it.
type Recipient struct {
	Name         string
	Destinations []Destination
	Zone         string    // IANA name; zone of times, hours and frequencies
	Language     string    // language of the text around quotations: en, zh-Hant or zh-Hans; empty: en
	MinSeverity  Severity  // alerts below it are held; empty: none
	Hours        Hours     // when they may be notified; critical alerts are always sent
	Frequency    Frequency // for lines without their own
	Burst        Burst
	Reminders    []int    // days before a key date, for lines without their own
	Deputies     []Deputy `json:",omitempty"` // one after another, at most one on each day

	// Absence is set while a deputy replaces the recipient, by package notifier only.
	Absence *Absence `json:",omitempty"`
}

// A Deputy gets the notices of a recipient who is absent, from the first to the last day
// inclusive, in the zone of the absent recipient.
type Deputy struct {
	Recipient string
	From, To  string // 2006-01-02
}

// An Absence says that a recipient currently has the destinations of a deputy.
type Absence struct {
	Deputy string
	Until  string    // the last day, 2006-01-02
	Own    Recipient // the absent recipient, as configured

	// DeputyLeft is set if no destination of the deputy is open. The recipient then keeps
	// their own.
	DeputyLeft bool
}

// Hours are the working hours of a recipient. The zero value is always.
type Hours struct {
	Days     []time.Weekday // empty: every day
	From, To time.Duration  // since midnight in the recipient's zone; equal: the whole day; From after To: past midnight

	// Holidays are days, each 2006-01-02 in the recipient's zone, on which no hours
	// begin. Hours that began on the day before end as usual. Reasons do not store them.
	Holidays map[string]bool `json:",omitempty"`
}

// A FrequencyKind says how often alerts are sent.
type FrequencyKind string

const (
	AtOnce FrequencyKind = "" // each by itself
	Hourly FrequencyKind = "hourly"
	Daily  FrequencyKind = "daily"
	Weekly FrequencyKind = "weekly"
)

// A Frequency says when alerts are sent. Critical alerts are always sent immediately.
type Frequency struct {
	Kind FrequencyKind
	Day  time.Weekday  // for Weekly
	At   time.Duration // since midnight, for Daily and Weekly
}

// A Burst is the limit of alerts that a recipient reads one by one: more than Over within
// Within are deferred and sent together.
type Burst struct {
	Over   int           // 0: 10
	Within time.Duration // 0: 10 minutes
}

// A Routing says who is notified of what.
type Routing struct {
	Recipients map[string]Recipient
	Routes     []Route         // those that rules name; always includes DefaultRoute
	Health     []string        // recipients of health notices
	Amends     map[string]bool // names of channels that can change sent messages
}

// A Route leads from the rules that name it to recipients and to narrower routes. It
// takes a match if its condition is met and someone is notified: by the narrower routes
// that take the match, or by its lines if none does.
type Route struct {
	Path     string // its name, after those of the routes around it: hk-policy/urgent
	When     Condition
	Lines    []RouteLine
	Escalate Escalation    // its own, or that of a surrounding route
	After    Corroboration `json:",omitzero"` // its own, or that of a surrounding route
	Routes   []Route       // narrower ones
}

// A RouteLine leads from a route to a recipient. Its name is ROUTE/RECIPIENT.
type RouteLine struct {
	Recipient string
	Frequency *Frequency // nil: the recipient's own
	Mandatory bool       // opt-outs do not apply
	Reminders *[]int     // nil: the recipient's own
}

// ConditionSeverity is the kind of a [ConditionCheck] for the minimum severity.
const ConditionSeverity = "severity"

// A ConditionCheck is the result of one part of a [Condition] for one match.
type ConditionCheck struct {
	Kind   string   // severity, role, jurisdiction, language, topic, rule, source, deadline or effective
	Has    []string // the values of the match and its article; for a part that is met, the value that meets it
	Wanted []string // any one of these; a severity of at least it
	Met    bool
}

// An Escalation says where a critical alert is sent if nobody is assigned in time. The
// zero value is nowhere.
type Escalation struct {
	After time.Duration
	To    string // path of the route whose lines receive it
}

// A Corroboration is what a route waits for before it alerts, and how long at most. The zero
// value waits for nothing.
type Corroboration struct {
	Sources  int  // independent sources that report the event; 0: any
	Official bool // an official source
	Within   time.Duration
	Critical bool // critical alerts wait too
}

// Waits reports whether there is something to wait for.
func (c Corroboration) Waits() bool { return c.Sources > 1 || c.Official }

// Route returns the route with a path.
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

// DefaultRoute is the route of rules that name none, and of matches that no route takes.
const DefaultRoute = "default"

// A Condition says which matches a route takes. Each part must be met, by any one of its
// values. The zero value is always met.
type Condition struct {
	Severity      Severity // at least
	Roles         []Role
	Jurisdictions []string // of the source or the event, regardless of case and width
	Languages     []string // basic language ranges (RFC 4647): zh includes zh-Hant
	Topics        []string
	Rules         []string
	Sources       []string // IDs, with * for any part of one

	// Key dates of the event, counted from the day on which the notice is planned.
	Deadline  *DayWindow `json:",omitempty"`
	Effective *DayWindow `json:",omitempty"`
}

// A DayWindow is a range of days: from a given day to Within days later or, if Within is 0, from one date to another.
// Both ends belong to it.
type DayWindow struct {
	Within int
	From   string // 2006-01-02; empty: no limit
	Until  string
}

// Contains reports whether a day is in the window as it is seen on another day. Both are 2006-01-02.
func (w DayWindow) Contains(day, today string) bool {
	from, until := w.From, w.Until
	if w.Within > 0 {
		t, err := time.Parse(time.DateOnly, today)
		if err != nil {
			return false
		}
		from, until = today, t.AddDate(0, 0, w.Within).Format(time.DateOnly)
	}
	return day >= from && (until == "" || day <= until)
}

// String describes the window to a reader.
func (w DayWindow) String() string {
	switch {
	case w.Within == 1:
		return "within 1 day"
	case w.Within > 0:
		return fmt.Sprintf("within %d days", w.Within)
	case w.Until == "":
		return "from " + w.From + " on"
	case w.From == "":
		return "until " + w.Until
	}
	return "from " + w.From + " until " + w.Until
}

// String describes the condition; empty if it has no parts.
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
	if w.Deadline != nil {
		parts = append(parts, "deadline "+w.Deadline.String())
	}
	if w.Effective != nil {
		parts = append(parts, "effective "+w.Effective.String())
	}
	return strings.Join(parts, "; ")
}

// RecipientOf returns the name of the recipient that is called so, or that has a destination with this address.
func (r Routing) RecipientOf(nameOrAddress string) (name string, ok bool) {
	if nameOrAddress == "" {
		return "", false
	}
	if _, ok := r.Recipients[nameOrAddress]; ok {
		return nameOrAddress, true
	}
	for _, name := range slices.Sorted(maps.Keys(r.Recipients)) {
		if slices.ContainsFunc(r.Recipients[name].Destinations, func(d Destination) bool { return strings.EqualFold(d.Address, nameOrAddress) }) {
			return name, true
		}
	}
	return "", false
}
