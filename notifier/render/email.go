package render

import (
	"fmt"
	"strings"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// Limits of an email. Gmail clips HTML at 102 kB.
const (
	subjectRunes = 140
	mailColumns  = 76
	mostHTML     = 100 << 10
)

// An EmailMessage is a notice as an email.
type EmailMessage struct {
	Subject string
	Text    string
	HTML    string
}

// Email returns a delivery's notice as an email: one subject line, and the same content
// as text and as HTML without remote resources. A follow-up has the subject of the email
// that it follows.
func (w *Renderer) Email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	return withFallback(w, func(w *Renderer) (EmailMessage, error) { return w.email(d, links) })
}

func (w *Renderer) email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	t := w.newMessage(d.Notice, nil)
	t.about.Links = links
	subject, err := w.subject(t)
	if err != nil {
		return EmailMessage{}, err
	}
	if d.Root != nil && (d.Notice.Content.Alert != nil || d.Notice.Content.Reminder != nil) && d.Root.Notice.Content.Alert != nil {
		first, err := w.subject(w.newMessage(d.Root.Notice, nil))
		if err != nil {
			return EmailMessage{}, err
		}
		subject = sanitize.Truncate("Re: "+first, subjectRunes)
	}
	t.about.Subject = subject
	html, err := w.fill("email/"+t.content+".html.tmpl", t.data(t.about), t.lang)
	// Gmail clips a longer digest.
	for err == nil && len(html) > mostHTML && t.shorten != nil && t.shorten() {
		html, err = w.fill("email/"+t.content+".html.tmpl", t.data(t.about), t.lang)
	}
	if err != nil {
		return EmailMessage{}, fmt.Errorf("fill a mail's template: %w", err)
	}
	body, err := w.plain(t, mailColumns)
	if err != nil {
		return EmailMessage{}, err
	}
	foot, err := w.fill("email/footer.txt.tmpl", t.about, t.lang)
	if err != nil {
		return EmailMessage{}, fmt.Errorf("fill a mail's template: %w", err)
	}
	return EmailMessage{Subject: subject, Text: body + "\n" + lay(foot, mailColumns), HTML: strings.TrimLeft(html, "\n")}, nil
}

// subject returns the subject line of a notice outside a thread.
func (w *Renderer) subject(t message) (string, error) {
	s, err := w.fill("email/"+t.content+".subject.tmpl", t.data(t.about), t.lang)
	if err != nil {
		return "", fmt.Errorf("fill a mail's template: %w", err)
	}
	return sanitize.Truncate(sanitize.Line(s), subjectRunes), nil
}

// MailLinks are the addresses of regwatch's pages in an email; empty ones are left out.
type MailLinks struct {
	Unsubscribe string // shows the subscriptions of the address and lets it unsubscribe
	Assign      string // shows the event, and lets the reader assign it to themselves
	Dismiss     string // shows the event, and lets the reader mark it as not relevant
	Mute        string // shows the event, and lets the reader mute it
	Merge       string // shows the event, and lets the reader merge it into the one that it may belong to
	Apart       string // shows the event, and lets the reader keep it apart from that one
	Verify      string // lets the reader confirm the address
	Required    bool   // all subscriptions are mandatory
}

// Take is the earlier name of Assign, for users' own templates.
func (m MailLinks) Take() string { return m.Assign }
