package email

import (
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/render"
)

// How long links stay good. Those to unsubscribe outlive the year after which somebody
// clears a mailbox out; those that act on an event are about today's work.
const (
	unsubscribeFor = 400 * 24 * time.Hour
	eventLinksFor  = 30 * 24 * time.Hour
)

// linksOf returns the links of one delivery's message, the same however often it is
// tried. What was never stored, such as a test, has none.
func linksOf(l signedlink.Links, d models.Delivery) render.MailLinks {
	var m render.MailLinks
	if len(d.Notice.Subscriptions) > 0 {
		m.Unsubscribe = l.Address(signedlink.Subscriptions, d.ID, d.Notice.CreatedAt.Add(unsubscribeFor))
		m.Required = true
		for _, s := range d.Notice.Subscriptions {
			m.Required = m.Required && l.Mandatory != nil && l.Mandatory(s)
		}
	}
	if v := d.Notice.Content.Verification; v != nil {
		m.Verify = l.Address(signedlink.Verify, d.ID, v.Expires)
	}
	if d.Notice.Subject == models.SubjectEvent || d.Notice.Content.Reminder != nil {
		expires := d.Notice.CreatedAt.Add(eventLinksFor)
		m.Assign = l.Address(signedlink.Event, d.ID, expires)
		m.Dismiss = l.Address(signedlink.Dismiss, d.ID, expires)
		m.Mute = l.Address(signedlink.Mute, d.ID, expires)
		if d.Notice.Content.Alert.MayBelong() {
			m.Merge = l.Address(signedlink.Merge, d.ID, expires)
			m.Apart = l.Address(signedlink.Apart, d.ID, expires)
		}
	}
	return m
}

// setHeaders tells the programs that sort, thread and answer a message what it is.
func (e *Channel) setHeaders(m *mail.Msg, d models.Delivery, links render.MailLinks) {
	// RFC 3834: no absence notes, please.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("X-Regwatch-Notice", d.NoticeID)
	e.setThread(m, d)
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

// setThread makes all mails about an event one thread. Each refers to an ID that is
// made of the event and that no mail has, so that they hold together also where
// the first came in a summary, was deleted, or went to another address of the
// same mailbox; a follow-up is a reply to the first that the address got. Programs
// that thread by references allow for mails that they have not got (RFC 5256).
func (e *Channel) setThread(m *mail.Msg, d models.Delivery) {
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
func (e *Channel) listID(subscription string) string {
	return "<" + strings.ReplaceAll(subscription, "/", ".") + ".regwatch." + e.host + ">"
}
