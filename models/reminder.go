package models

// A Reminder tells a recipient that a day which matters to an event is near. They
// were sent an alert of the event before.
type Reminder struct {
	EventID       string    `json:"event_id"`
	Severity      Severity  `json:"severity"`
	Official      bool      `json:"official"`
	Jurisdictions []string  `json:"jurisdictions,omitempty"`
	Stage         string    `json:"stage,omitempty"`
	Title         string    `json:"title"`
	Link          string    `json:"link"`
	Source        string    `json:"source"`
	Dates         []KeyDate `json:"dates"`      // all that the event names for this day; at least one
	Ahead         int       `json:"days_ahead"` // which of the recipient's reminders this is
	Left          int       `json:"days_left"`  // from the day on which it is sent; 0 is today
	Zone          string    `json:"zone"`       // IANA, in which days begin
}

// Day returns the day that the reminder is about, as 2006-01-02.
func (r Reminder) Day() string {
	if len(r.Dates) == 0 {
		return ""
	}
	return r.Dates[0].Day
}

// A PastReminder is a reminder that was decided before, whether it was sent, waits or
// was held.
type PastReminder struct {
	EventID   string // of the event that its event has become
	Recipient string
	Day       string
	Ahead     int
}
