package notifier

import (
	"time"

	"regwatch/models"
)

// A Recipient is a person or a team, told of each thing once however many rules
// and routes lead there.
type Recipient struct {
	Name         string
	Destinations []Destination
	Zone         string          // IANA; in which times are shown, and hours and paces are read
	Language     string          // of what is not quoted: en, zh-Hant or zh-Hans; empty is en
	MinSeverity  models.Severity // what is less severe is held; empty holds nothing
	Hours        Hours           // in which they may be disturbed; critical alerts always may
	Pace         Pace            // of lines that have none of their own
	Burst        Burst
}

// Hours are when a recipient works. The zero value is always.
type Hours struct {
	Days     []time.Weekday // empty: every day
	From, To time.Duration  // since midnight, in the recipient's zone; equal: the whole day; From after To: over midnight
}

// A PaceKind says how often alerts are told.
type PaceKind string

const (
	AtOnce PaceKind = "" // each by itself
	Hourly PaceKind = "hourly"
	Daily  PaceKind = "daily"
	Weekly PaceKind = "weekly"
)

// A Pace says when alerts are told. Critical ones are told at once whatever it
// says.
type Pace struct {
	Kind PaceKind
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
	Routes     map[string][]string // a route's name to recipients' names
	Health     []string            // recipients told of failing sources and channels
	Amends     map[string]bool     // channels that can change what they sent, by name
}
