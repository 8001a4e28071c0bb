package models

import "time"

// Monthly is a frequency of digests, besides Daily and Weekly. Alerts have no such
// frequency.
const Monthly FrequencyKind = "monthly"

// A Recurrence says when a digest is due, on the clocks of its zone.
type Recurrence struct {
	Every    FrequencyKind // Daily, Weekly or Monthly
	Weekday  time.Weekday  // for Weekly
	MonthDay int           // for Monthly: 1 to 28; 0 is the last day of the month
	At       time.Duration
}

// A DigestSubscription is a digest that some readers get every day, week or month.
type DigestSubscription struct {
	ID         string
	Title      string
	To         []Destination
	Recipients []string `json:",omitempty"` // they get it at their destinations, in their hours and language
	Recurrence Recurrence
	Zone       string   // IANA name; zone of Recurrence
	OwnZone    bool     `json:",omitempty"` // recipients read times in Zone instead of their own
	Language   string   // language of the text around quotations: en, zh-Hant or zh-Hans; empty: that of each recipient, or en
	Rules      []string // rules whose events it lists; empty: all
	SkipEmpty  bool     // skips a period in which nothing happened
	Mandatory  bool     // only an admin can unsubscribe an address
}
