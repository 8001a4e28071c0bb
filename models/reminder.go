package models

// A Reminder tells a recipient that a key date of an event is near. The recipient was
// sent an alert of the event before.
type Reminder struct {
	EventID       string    `json:"event_id"`
	Severity      Severity  `json:"severity"`
	Official      bool      `json:"official"`
	Jurisdictions []string  `json:"jurisdictions,omitempty"`
	Stage         string    `json:"stage,omitempty"`
	Title         string    `json:"title"`
	Link          string    `json:"link"`
	Source        string    `json:"source"`
	Dates         []KeyDate `json:"dates"`      // all key dates of the event on this day; at least one
	Ahead         int       `json:"days_ahead"` // which of the recipient's reminders this is, in days before the date
	Left          int       `json:"days_left"`  // days from the day of sending; 0 is today
	Zone          string    `json:"zone"`       // IANA name; zone of the days
}

// Day returns the day that the reminder is about, as 2006-01-02.
func (r Reminder) Day() string {
	if len(r.Dates) == 0 {
		return ""
	}
	return r.Dates[0].Day
}

// A PastReminder is an earlier reminder that was sent, deferred or held.
type PastReminder struct {
	EventID   string // of the event into which its event was merged
	Recipient string
	Day       string
	Ahead     int
}
