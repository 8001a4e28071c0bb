package models

import "time"

// Monthly is how often digests come beside Daily and Weekly. Alerts are never
// told as rarely.
const Monthly FrequencyKind = "monthly"

// A Recurrence is when a digest is due, on the clocks of its zone.
type Recurrence struct {
	Every    FrequencyKind // Daily, Weekly or Monthly
	Weekday  time.Weekday  // of Weekly
	MonthDay int           // of Monthly: 1 to 28; 0 is the last day of the month
	At       time.Duration
}

// A DigestSubscription is a digest that somebody gets every day, week or month.
type DigestSubscription struct {
	ID         string
	Title      string
	To         []Destination
	Recipients []string `json:",omitempty"` // who get it at their destinations, in their hours and language
	Recurrence Recurrence
	Zone       string   // IANA, in which Recurrence is read
	OwnZone    bool     `json:",omitempty"` // recipients read it in Zone, and not in their own
	Language   string   // of what is not quoted: en, zh-Hant or zh-Hans; empty is that of each recipient, or en
	Rules      []string // whose events it tells; empty means all
	SkipEmpty  bool     // nothing is sent for a time in which nothing happened
	Mandatory  bool     // only an admin can let an address leave it
}
