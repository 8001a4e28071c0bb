package notifier

import (
	"fmt"
	"strings"

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
func (w *Words) Email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	return orShipped(w, func(w *Words) (EmailMessage, error) { return w.email(d, links) })
}

func (w *Words) email(d models.Delivery, links MailLinks) (EmailMessage, error) {
	t := tell(d.Notice, nil)
	t.about.Links = links
	subject, err := w.subject(t)
	if err != nil {
		return EmailMessage{}, err
	}
	if d.Root != nil && d.Notice.Content.Alert != nil && d.Root.Notice.Content.Alert != nil {
		first, err := w.subject(tell(d.Root.Notice, nil))
		if err != nil {
			return EmailMessage{}, err
		}
		subject = cut("Re: "+first, subjectRunes)
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
func (w *Words) subject(t telling) (string, error) {
	s, err := w.fill("email/"+t.content+".subject.tmpl", t.data(t.about), t.lang)
	if err != nil {
		return "", fmt.Errorf("fill a mail's template: %w", err)
	}
	return cut(oneLine(s), subjectRunes), nil
}
