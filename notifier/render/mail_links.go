package render

// MailLinks are the addresses of our own pages that a mail names; one that is
// empty is left out.
type MailLinks struct {
	Unsubscribe string // shows what the address is subscribed to, and lets it unsubscribe
	Assign      string // shows the event, and lets the reader assign it to themselves
	Dismiss     string // shows the event, and lets the reader mark it as not relevant
	Mute        string // shows the event, and lets the reader mute it
	Verify      string // lets the reader confirm the address
	Required    bool   // none of the subscriptions may be left without asking
}

// Take is what templates that people wrote call Assign.
func (m MailLinks) Take() string { return m.Assign }
