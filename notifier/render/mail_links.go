package render

// MailLinks are the addresses of regwatch's pages in an email; empty ones are left out.
type MailLinks struct {
	Unsubscribe string // shows the subscriptions of the address and lets it unsubscribe
	Assign      string // shows the event, and lets the reader assign it to themselves
	Dismiss     string // shows the event, and lets the reader mark it as not relevant
	Mute        string // shows the event, and lets the reader mute it
	Verify      string // lets the reader confirm the address
	Required    bool   // all subscriptions are mandatory
}

// Take is the earlier name of Assign, for users' own templates.
func (m MailLinks) Take() string { return m.Assign }
