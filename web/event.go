package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/render"
)

// An eventPage is what one link of a mail lets its reader do about an event, and undo.
type eventPage struct {
	purpose  signedlink.Purpose
	do, undo models.Action
	words    func(words) eventWords
}

// eventPages are those behind the buttons of a mail.
func eventPages() []eventPage {
	return []eventPage{
		{signedlink.Event, models.ActionAssign, models.ActionUnassign, func(w words) eventWords { return w.Assign }},
		{signedlink.Dismiss, models.ActionDismiss, models.ActionUndismiss, func(w words) eventWords { return w.Dismiss }},
		{signedlink.Mute, models.ActionMute, models.ActionUnmute, func(w words) eventWords { return w.Mute }},
	}
}

func (s *Server) showEvent(page eventPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if o, ok := s.open(w, r, page.purpose); ok {
			s.writeEvent(w, r, page, o, "")
		}
	}
}

// changeEvent does what the button of the page says, or undoes it, in the name of the
// address of the mail: the link was sent to nobody else.
func (s *Server) changeEvent(page eventPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		o, ok := s.open(w, r, page.purpose)
		if !ok {
			return
		}
		action := models.Action(r.PostFormValue("do"))
		done := page.words(o.words).Done
		switch action {
		case page.do:
		case page.undo:
			done = page.words(o.words).Undone
		default:
			s.say(w, r, http.StatusBadRequest, english.Failed)
			return
		}
		if err := s.Events.ActOnce(r.Context(), action, o.delivery.Notice.EventID(), readerOf(o.delivery)); err != nil {
			s.fail(w, r, err)
			return
		}
		s.writeEvent(w, r, page, o, done)
	}
}

// readerOf names who acts from a mail: its address.
func readerOf(d models.Delivery) string { return cmp.Or(d.Address, d.Destination) }

func (s *Server) writeEvent(w http.ResponseWriter, r *http.Request, of eventPage, o opened, said string) {
	status, err := s.Events.EventStatus(r.Context(), o.delivery.Notice.EventID())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	say := of.words(o.words)
	p := page{Lang: o.words.Lang, Title: say.Title, Said: said, Lead: say.Lead, Read: o.words.Read}
	p.Button = button{Label: say.Button, Do: string(of.do)}
	by := readerOf(o.delivery)
	if done, mine := doneBy(of.do, status, by); mine {
		p.Button = button{Label: say.Undo, Do: string(of.undo), Quiet: true}
	} else if done && of.do == models.ActionMute {
		p.Button = button{} // it is muted for everybody, by somebody else
	}
	zone := time.UTC
	quote := func(title, link, source, in string, severity models.Severity) {
		p.Quote, p.Link = sanitize.Line(title), sanitize.Link(link)
		p.Facts = append(p.Facts, render.SeverityIn(o.words.Lang, severity)+" · "+sanitize.Line(source))
		if loc, err := time.LoadLocation(in); err == nil {
			zone = loc
		}
	}
	if a := o.delivery.Notice.Content.Alert; a != nil {
		quote(a.Title, a.Link, a.Source, a.Zone, a.Severity)
	}
	if r := o.delivery.Notice.Content.Reminder; r != nil {
		quote(r.Title, r.Link, r.Source, r.Zone, r.Severity)
	}
	p.Facts = append(p.Facts, s.factsOf(o.words, status, zone)...)
	s.show(w, r, http.StatusOK, p)
}

// doneBy reports whether an action was done by anybody, and by one person.
func doneBy(action models.Action, status models.Status, by string) (done, mine bool) {
	switch action {
	case models.ActionAssign:
		return len(status.Assignments) > 0, slices.ContainsFunc(status.Assignments, func(t models.Assignment) bool { return t.By == by })
	case models.ActionDismiss:
		dismissed := dismissedBy(status)
		return len(dismissed) > 0, slices.Contains(dismissed, by)
	}
	return status.Mute != nil, status.Mute != nil && status.Mute.By == by
}

// dismissedBy returns who said that the whole event is not relevant.
func dismissedBy(status models.Status) []string {
	var names []string
	for _, m := range status.Feedback {
		if !m.Relevant && m.RuleID == "" {
			names = append(names, m.By)
		}
	}
	return names
}

// factsOf says what people have done about an event.
func (s *Server) factsOf(say words, status models.Status, zone *time.Location) []string {
	language := render.LanguageOf(say.Lang)
	var assigned []string
	for _, t := range status.Assignments {
		assigned = append(assigned, t.By)
	}
	facts := []string{say.Unassigned}
	if len(assigned) > 0 {
		facts[0] = say.by(say.Assigned, assigned)
	}
	if dismissed := dismissedBy(status); len(dismissed) > 0 {
		facts = append(facts, say.by(say.Dismissed, dismissed))
	}
	if m := status.Mute; m != nil {
		until := language.Moment(m.Until, s.Now(), zone)
		facts = append(facts, language.Say("muted_by", until, sanitize.Line(cmp.Or(m.By, "?"))))
	}
	return facts
}

// by fills the names of people into a sentence.
func (w words) by(sentence string, names []string) string {
	for i, name := range names {
		names[i] = sanitize.Line(cmp.Or(name, "?"))
	}
	return strings.ReplaceAll(sentence, "%s", strings.Join(names, ", "))
}
