package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/models"
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
		{signedlink.Merge, models.ActionMerge, models.ActionUnmerge, func(w words) eventWords { return w.Merge }},
		{signedlink.Apart, models.ActionApart, models.ActionUnapart, func(w words) eventWords { return w.Apart }},
	}
}

func (s *Server) showEvent(page eventPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if m, ok := s.open(w, r, page.purpose); ok {
			s.writeEvent(w, r, page, m, "")
		}
	}
}

// changeEvent does what the button of the page says, or undoes it, in the name of the
// mail's reader.
func (s *Server) changeEvent(page eventPage) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m, ok := s.open(w, r, page.purpose)
		if !ok {
			return
		}
		action := models.Action(r.PostFormValue("do"))
		done := page.words(m.words).Done
		switch action {
		case page.do:
		case page.undo:
			done = page.words(m.words).Undone
		default:
			s.showNotice(w, r, http.StatusBadRequest, english.Failed)
			return
		}
		err := s.App.ActOnce(r.Context(), action, m.EventID, m.reader())
		if _, decided := errors.AsType[*app.DecidedError](err); decided {
			done, err = m.words.Decided, nil
		}
		if err != nil {
			s.answerError(w, r, err)
			return
		}
		s.writeEvent(w, r, page, m, done)
	}
}

func (s *Server) writeEvent(w http.ResponseWriter, r *http.Request, of eventPage, m mail, said string) {
	event, err := s.App.MailEvent(r.Context(), m.Mail)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	say := of.words(m.words)
	p := page{Lang: m.words.Lang, Title: say.Title, Said: said, Lead: say.Lead, Read: m.words.Read, Quote: event.Title, Link: event.Link}
	p.Button = button{Label: say.Button, Do: string(of.do)}
	if done, byReader := doneBy(of.do, event.Status, m.reader()); byReader {
		p.Button = button{Label: say.Undo, Do: string(of.undo), Quiet: true}
	} else if done && of.do != models.ActionAssign && of.do != models.ActionDismiss {
		p.Button = button{} // somebody else decided it for everybody
	}
	if event.Title != "" {
		p.Facts = append(p.Facts, event.Severity+" · "+event.Source)
	}
	p.Facts = append(p.Facts, m.words.facts(event)...)
	s.show(w, r, http.StatusOK, p)
}

// doneBy reports whether an action was done by anybody, and by one person.
func doneBy(action models.Action, status models.Status, by string) (done, byThem bool) {
	switch action {
	case models.ActionAssign:
		return len(status.Assignments) > 0, slices.ContainsFunc(status.Assignments, func(t models.Assignment) bool { return t.By == by })
	case models.ActionDismiss:
		dismissed := dismissedBy(status)
		return len(dismissed) > 0, slices.Contains(dismissed, by)
	case models.ActionMerge, models.ActionApart:
		g := status.Grouping
		return g != nil, g != nil && g.By == by && (g.Kind == models.LinkMerge) == (action == models.ActionMerge)
	}
	return status.Mute != nil, status.Mute != nil && status.Mute.By == by
}

// dismissedBy returns who marked the whole event as not relevant.
func dismissedBy(status models.Status) []string {
	var names []string
	for _, m := range status.Feedback {
		if !m.Relevant && m.RuleID == "" {
			names = append(names, m.By)
		}
	}
	return names
}

// facts say what people have done about an event.
func (w words) facts(event app.MailEvent) []string {
	var assigned []string
	for _, t := range event.Status.Assignments {
		assigned = append(assigned, t.By)
	}
	facts := []string{w.Unassigned}
	if len(assigned) > 0 {
		facts[0] = w.by(w.Assigned, assigned)
	}
	if dismissed := dismissedBy(event.Status); len(dismissed) > 0 {
		facts = append(facts, w.by(w.Dismissed, dismissed))
	}
	if g := event.Status.Grouping; g != nil {
		sentence := w.KeptApart
		if g.Kind == models.LinkMerge {
			sentence = w.Merged
		}
		facts = append(facts, w.by(strings.Replace(sentence, "%t", sanitize.Line(g.Title), 1), []string{g.By}))
	} else if event.MayBelong != "" {
		facts = append(facts, strings.Replace(w.MayBelong, "%t", event.MayBelong, 1))
	}
	if event.Muted != "" {
		facts = append(facts, event.Muted)
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
