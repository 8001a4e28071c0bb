package notifier

import (
	"strings"

	"github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"regwatch/models"
)

// MailLinks are the addresses of our own pages that a mail names; one that is
// empty is left out.
type MailLinks struct {
	Unsubscribe string // shows what the address gets, and lets it leave
	Take        string // shows the event, and lets the reader take it
	Required    bool   // none of the subscriptions may be left without asking
}

// of returns the links of one delivery's message, the same however often it is
// tried. What was never stored, such as a test, has none.
func (l Links) of(d models.Delivery) MailLinks {
	var m MailLinks
	if len(d.Notice.Subscriptions) > 0 {
		m.Unsubscribe = l.Address(LinkSubscriptions, d.ID, d.Notice.CreatedAt.Add(leaveFor))
		m.Required = true
		for _, s := range d.Notice.Subscriptions {
			m.Required = m.Required && l.Mandatory != nil && l.Mandatory(s)
		}
	}
	if d.Notice.Subject == "event" {
		m.Take = l.Address(LinkEvent, d.ID, d.Notice.CreatedAt.Add(takeFor))
	}
	return m
}

// head tells the programs that sort, thread and answer a message what it is.
func (e *Email) head(m *mail.Msg, d models.Delivery, links MailLinks) {
	// RFC 3834: no absence notes, please.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("X-Regwatch-Notice", d.NoticeID)
	e.thread(m, d)
	if len(d.Notice.Subscriptions) > 0 {
		m.SetGenHeader("List-Id", e.listID(d.Notice.Subscriptions[0]))
	}
	if links.Unsubscribe == "" {
		return
	}
	m.SetGenHeader("List-Unsubscribe", "<"+links.Unsubscribe+">")
	// A program that leaves by itself says that it has worked. Where the page can
	// only ask for it, the reader is to see that.
	if !links.Required {
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") // RFC 8058
	}
}

// thread makes all mails about an event one thread. Each refers to an ID that is
// made of the event and that no mail has, so that they hold together also where
// the first came in a summary, was deleted, or went to another address of the
// same mailbox; a follow-up is a reply to the first that the address got. Programs
// that thread by references allow for mails that they have not got (RFC 5256).
func (e *Email) thread(m *mail.Msg, d models.Delivery) {
	if d.Thread == "" {
		return
	}
	references := "<event." + d.Thread + "@" + e.host + ">"
	if d.Root != nil && strings.HasPrefix(d.Root.Receipt, "<") {
		m.SetGenHeader("In-Reply-To", d.Root.Receipt)
		references += " " + d.Root.Receipt
	}
	m.SetGenHeader("References", references)
}

// listID names a subscription as RFC 2919 has it, by a name below the sender's
// domain: hk-policy.urgent.legal.regwatch.example.com.
func (e *Email) listID(subscription string) string {
	return "<" + strings.ReplaceAll(subscription, "/", ".") + ".regwatch." + e.host + ">"
}

// onTheWire returns an address with its domain in ASCII (RFC 5891), which every
// server takes. What stands before the @ may still need SMTPUTF8 (RFC 6531).
func onTheWire(address string) string {
	at := strings.LastIndexByte(address, '@')
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address // the server may know better
	}
	return address[:at+1] + domain
}
