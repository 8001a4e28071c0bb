package web

import (
	"fmt"
	"net/http"

	"regwatch/app"
	"regwatch/internal/signedlink"
)

func (s *Server) showSubscriptions(w http.ResponseWriter, r *http.Request) {
	if m, ok := s.open(w, r, signedlink.Subscriptions); ok {
		s.listSubscriptions(w, r, m, "")
	}
}

// changeSubscriptions unsubscribes or subscribes again, as a button says, or as a mail
// program does by itself (RFC 8058).
func (s *Server) changeSubscriptions(w http.ResponseWriter, r *http.Request) {
	m, ok := s.open(w, r, signedlink.Subscriptions)
	if !ok {
		return
	}
	action, name := app.MailAction(r.PostFormValue("do")), r.PostFormValue("what")
	if r.PostFormValue("List-Unsubscribe") == "One-Click" {
		action, name = app.LeaveSubscription, ""
	}
	outcome, err := s.App.ChangeMailSubscriptions(r.Context(), m.Mail, action, name)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	s.listSubscriptions(w, r, m, m.words.outcome(outcome))
}

func (s *Server) listSubscriptions(w http.ResponseWriter, r *http.Request, m mail, said string) {
	all, err := s.App.MailSubscriptions(r.Context(), m.Mail)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	say := m.words
	p := page{Lang: say.Lang, Title: fmt.Sprintf(say.Reaches, masked(m.Address)), Lead: say.ReachesLead, Said: said}
	free, mandatory := 0, false
	for _, one := range all {
		p.Rows = append(p.Rows, say.row(one))
		mandatory = mandatory || one.Mandatory && !one.Unsubscribed
		if one.CanLeave() {
			free++
		}
	}
	if mandatory {
		p.Lead += say.AskLead
	}
	if free > 1 {
		p.Button = button{Label: say.UnsubscribeAll, Do: string(app.LeaveAll), Quiet: true}
	}
	s.show(w, r, http.StatusOK, p)
}

// row is the line of one subscription, with its button.
func (w words) row(s app.MailSubscription) row {
	state := s.Name
	if s.OfMail {
		state += " · " + w.ThisMail
	}
	leave := func(state, label string) row {
		return row{Name: w.name(s.Name), State: state, Button: button{label, string(app.LeaveSubscription), s.Name, true}}
	}
	switch {
	case s.Unsubscribed:
		return row{Name: w.name(s.Name), State: state + " · " + w.Unsubscribed, Button: button{w.Resubscribe, string(app.ReturnSubscription), s.Name, false}}
	case s.Mandatory:
		return leave(state+" · "+w.Required, w.Ask)
	}
	return leave(state+" · "+w.Gets, w.Unsubscribe)
}

// outcome says what was done.
func (w words) outcome(o app.MailOutcome) string {
	switch o {
	case app.HasReturned:
		return w.HasResubscribed
	case app.HasLeftAll:
		return w.UnsubscribedAll
	case app.HasAsked:
		return w.HasAsked
	}
	return w.HasUnsubscribed
}
