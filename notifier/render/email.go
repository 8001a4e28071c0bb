package render

import (
	"fmt"
	"strings"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// What a mail's parts may measure. Gmail cuts a mail's HTML at 102 kB.
const (
	subjectRunes = 140
	mailColumns  = 76
	mostHTML     = 100 << 10
)

// An EmailMessage is a notice as a mail.
type EmailMessage struct {
	Subject string
	Text    string
	HTML    string
}

// Email returns a delivery's notice as a mail: one subject line, and the same
// words as text and as HTML without anything remote. A follow-up has the subject
// of the mail that it follows.
func (w *Renderer) Email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	return withFallback(w, func(w *Renderer) (EmailMessage, error) { return w.email(d, links) })
}

func (w *Renderer) email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	t := newMessage(d.Notice, nil)
	t.about.Links = links
	subject, err := w.subject(t)
	if err != nil {
		return EmailMessage{}, err
	}
	if d.Root != nil && (d.Notice.Content.Alert != nil || d.Notice.Content.Reminder != nil) && d.Root.Notice.Content.Alert != nil {
		first, err := w.subject(newMessage(d.Root.Notice, nil))
		if err != nil {
			return EmailMessage{}, err
		}
		subject = sanitize.Truncate("Re: "+first, subjectRunes)
	}
	t.about.Subject = subject
	html, err := w.fill("email/"+t.content+".html.tmpl", t.data(t.about), t.lang)
	// A digest of a busy week is cut to what mail programs show whole.
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

// subject returns the subject line of a notice that stands alone.
func (w *Renderer) subject(t message) (string, error) {
	s, err := w.fill("email/"+t.content+".subject.tmpl", t.data(t.about), t.lang)
	if err != nil {
		return "", fmt.Errorf("fill a mail's template: %w", err)
	}
	return sanitize.Truncate(sanitize.Line(s), subjectRunes), nil
}
