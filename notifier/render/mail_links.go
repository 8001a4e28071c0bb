package render

// MailLinks are the addresses of our own pages that a mail names; one that is
// empty is left out.
type MailLinks struct {
	Unsubscribe string // shows what the address gets, and lets it leave
	Take        string // shows the event, and lets the reader take it
	Required    bool   // none of the subscriptions may be left without asking
}
