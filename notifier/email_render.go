package notifier

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"strings"

	"regwatch/models"
)

//go:embed templates/*.html.tmpl
var templateFiles embed.FS

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

// mailData is what the templates of mails are filled with; one of the pointers
// is set.
type mailData struct {
	Subject, Preview, Footer string

	Alert  *alertView
	Health *healthView
	Digest *digestView
	Test   *testView
}

// Outlook on Windows knows no max-width; these comments, which html/template
// would strip, give it a table of fixed width.
const (
	outlookOpen  = `<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
	outlookClose = `<!--[if mso]></td></tr></table><![endif]-->`
)

// RenderEmail returns a notice as a mail: one subject line, and the same words as
// text and as HTML without anything remote.
func RenderEmail(n models.Notice) (EmailMessage, error) {
	name, data := mailOf(n)
	data.Subject = cut(oneLine(data.Subject), subjectRunes)
	html, err := renderHTML(name, data)
	if err != nil {
		return EmailMessage{}, err
	}
	// A digest of a busy week is cut to what mail programs show whole.
	for len(html) > mostHTML && data.Digest != nil && len(data.Digest.Groups) > 0 {
		data.Digest.shorten()
		if html, err = renderHTML(name, data); err != nil {
			return EmailMessage{}, err
		}
	}
	p := &page{columns: mailColumns}
	p.notice(n)
	p.gap()
	p.line("", data.Footer)
	return EmailMessage{Subject: data.Subject, Text: p.String(), HTML: html}, nil
}

func mailOf(n models.Notice) (string, mailData) {
	footer := "Sent by regwatch."
	if reason := cut(oneLine(n.Reason), errorRunes); reason != "" {
		footer = "Why you get this: " + reason + ". " + footer
	}
	switch c := n.Content; {
	case c.Alert != nil:
		v := viewAlert(*c.Alert)
		subject := v.Title
		if v.Severity != "" {
			subject = "[" + v.Severity + "] " + subject
		}
		return "alert", mailData{Alert: &v, Subject: subject, Preview: join(" · ", v.Standing, v.Places, v.Seen), Footer: footer}
	case c.Health != nil:
		v := viewHealth(*c.Health)
		return "health", mailData{Health: &v, Subject: v.Title, Preview: cmp.Or(v.Error, v.Body), Footer: footer}
	case c.Digest != nil:
		v := viewDigest(*c.Digest)
		late := ""
		if v.Late != "" {
			late = "[late] "
		}
		return "digest", mailData{Digest: &v, Subject: late + v.Title + ", " + v.Window, Preview: v.Summary, Footer: footer}
	case c.Test != nil:
		v := viewTest(*c.Test)
		return "test", mailData{Test: &v, Subject: v.Title, Preview: v.Text, Footer: footer}
	}
	return "test", mailData{Test: &testView{Title: "regwatch has nothing to say here"}, Subject: "regwatch", Footer: footer}
}

func renderHTML(name string, data mailData) (string, error) {
	// The comments are constants of ours, so they need no escaping.
	funcs := template.FuncMap{
		"outlookOpen":  func() template.HTML { return outlookOpen },
		"outlookClose": func() template.HTML { return outlookClose },
	}
	t, err := template.New("").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html.tmpl", "templates/"+name+".html.tmpl")
	if err != nil {
		return "", fmt.Errorf("read the mail template %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name+".html.tmpl", data); err != nil {
		return "", fmt.Errorf("fill the mail template %s: %w", name, err)
	}
	return strings.TrimLeft(b.String(), "\n"), nil
}

// shorten drops half the lines of the least severe group and counts them.
func (v *digestView) shorten() {
	last := &v.Groups[len(v.Groups)-1]
	keep := len(last.Lines) / 2
	v.Unshown += len(last.Lines) - keep
	last.Lines = last.Lines[:keep]
	if keep == 0 {
		v.Groups = v.Groups[:len(v.Groups)-1]
	}
}
