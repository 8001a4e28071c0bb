package web

import (
	"fmt"
	"net/http"
	"strings"

	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/render"
)

func (s *Server) showEvent(w http.ResponseWriter, r *http.Request) {
	if o, ok := s.open(w, r, signedlink.Event); ok {
		s.tellEvent(w, r, o, "")
	}
}

// changeEvent takes the event of a mail, or gives it back. The address of the mail
// is who does it: the link was sent to nobody else.
func (s *Server) changeEvent(w http.ResponseWriter, r *http.Request) {
	o, ok := s.open(w, r, signedlink.Event)
	if !ok {
		return
	}
	event, by := o.delivery.Notice.EventID(), takerOf(o.delivery)
	var said string
	var err error
	switch r.PostFormValue("do") {
	case "take":
		said, err = o.words.HasTaken, s.Desk.Take(r.Context(), event, by)
	case "untake":
		said, err = o.words.HasUntook, s.Desk.Untake(r.Context(), event, by)
	default:
		s.say(w, r, http.StatusBadRequest, english.Failed)
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.tellEvent(w, r, o, said)
}

// takerOf names who takes an event from a mail: its address.
func takerOf(d models.Delivery) string {
	if d.Address == "" {
		return d.Destination
	}
	return d.Address
}

func (s *Server) tellEvent(w http.ResponseWriter, r *http.Request, o opened, said string) {
	takes, err := s.Desk.Takes(r.Context(), o.delivery.Notice.EventID())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	say := o.words
	p := page{Lang: say.Lang, Title: say.Event, Said: said, Lead: say.TakeLead, Read: say.Read, Button: button{Label: say.Take, Do: "take"}}
	fill := func(title, link, source string, severity models.Severity) {
		p.Quote, p.Link = sanitize.Line(title), sanitize.Link(link)
		p.Facts = append(p.Facts, render.SeverityIn(say.Lang, severity)+" · "+sanitize.Line(source))
	}
	if a := o.delivery.Notice.Content.Alert; a != nil {
		fill(a.Title, a.Link, a.Source, a.Severity)
	}
	if r := o.delivery.Notice.Content.Reminder; r != nil {
		fill(r.Title, r.Link, r.Source, r.Severity)
	}
	var names []string
	for _, t := range takes {
		names = append(names, sanitize.Line(t.By))
		if t.By == takerOf(o.delivery) {
			p.Button = button{Label: say.Untake, Do: "untake", Quiet: true}
		}
	}
	taken := say.NotTaken
	if len(names) > 0 {
		taken = fmt.Sprintf(say.Taken, strings.Join(names, ", "))
	}
	p.Facts = append(p.Facts, taken)
	s.show(w, r, http.StatusOK, p)
}
