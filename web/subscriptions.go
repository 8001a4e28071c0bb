package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"regwatch/internal/address"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier"
)

// opened is a link that was followed: the delivery that it came with, and what
// else the page has to know.
type opened struct {
	delivery models.Delivery
	links    signedlink.Links
	words    words
}

// openDestinations reads the link of a request. If it does not work, it says so and answers
// false.
func (s *Server) open(w http.ResponseWriter, r *http.Request, purpose signedlink.Purpose) (opened, bool) {
	links, err := s.Links(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return opened{}, false
	}
	id, err := links.Read(purpose, r.PathValue("token"), s.Now())
	switch {
	case errors.Is(err, signedlink.ErrExpired):
		s.say(w, r, http.StatusGone, english.Expired)
		return opened{}, false
	case err != nil:
		s.say(w, r, http.StatusNotFound, english.Forged)
		return opened{}, false
	}
	d, found, err := s.Store.Delivery(r.Context(), id)
	switch {
	case err != nil:
		s.fail(w, r, err)
		return opened{}, false
	case !found:
		s.say(w, r, http.StatusNotFound, english.Forged)
		return opened{}, false
	}
	return opened{delivery: d, links: links, words: wordsIn(d.Notice.Content.Language)}, true
}

// mandatory reports whether a subscription may only be left by asking.
func (o opened) mandatory(subscription string) bool {
	return o.links.Mandatory != nil && o.links.Mandatory(subscription)
}

// outs is each subscription as the address would leave it.
func (o opened) outs(s *Server, subscriptions ...string) []models.OptOut {
	var outs []models.OptOut
	for _, subscription := range subscriptions {
		outs = append(outs, models.OptOut{Subscription: subscription, Address: o.delivery.Destination, OptedOutAt: s.Now()})
	}
	return outs
}

func (s *Server) showSubscriptions(w http.ResponseWriter, r *http.Request) {
	if o, ok := s.open(w, r, signedlink.Subscriptions); ok {
		s.listSubscriptions(w, r, o, "")
	}
}

// changeSubscriptions leaves or returns: all that the mail came by, where a mail
// program says so by itself (RFC 8058), or what a button names.
func (s *Server) changeSubscriptions(w http.ResponseWriter, r *http.Request) {
	o, ok := s.open(w, r, signedlink.Subscriptions)
	if !ok {
		return
	}
	do, what := r.PostFormValue("do"), r.PostFormValue("what")
	if r.PostFormValue("List-Unsubscribe") == "One-Click" {
		do, what = "leave", ""
	}
	shown, _, err := s.subscriptions(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	meant := o.delivery.Notice.Subscriptions
	if what != "" {
		meant = []string{what}
	}
	if do != "leave" && do != "return" || slices.ContainsFunc(meant, func(one string) bool { return !slices.Contains(shown, one) }) {
		s.say(w, r, http.StatusBadRequest, english.Failed)
		return
	}
	said, err := s.settle(r, o, do == "leave", meant)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.listSubscriptions(w, r, o, said)
}

// record leaves subscriptions or returns to them, asks where it must, and says what
// was done.
func (s *Server) settle(r *http.Request, o opened, leave bool, meant []string) (said string, err error) {
	by := o.delivery.Destination
	if !leave {
		_, err := s.Store.OptIn(r.Context(), o.outs(s, meant...), by, s.Now())
		return o.words.HasReturned, err
	}
	var free, asked []string
	for _, one := range meant {
		if o.mandatory(one) {
			asked = append(asked, one)
			continue
		}
		free = append(free, one)
	}
	if len(free) > 0 {
		said = o.words.HasLeft
		if _, err := s.Store.OptOut(r.Context(), o.outs(s, free...), by); err != nil {
			return "", err
		}
	}
	for _, ask := range o.outs(s, asked...) {
		said = o.words.HasAsked
		if err := s.Store.AskToLeave(r.Context(), ask, by, notifier.PlanUnsubscribeRequest(ask, s.Routing())); err != nil {
			return "", err
		}
	}
	return said, nil
}

// subscriptions are those that the mail came by and those that its address, however it
// is spelled, has left, and which of them it has left.
func (s *Server) subscriptions(r *http.Request, o opened) (shown []string, left map[string]bool, err error) {
	outs, err := s.Store.OptOuts(r.Context())
	if err != nil {
		return nil, nil, err
	}
	shown, left = slices.Clone(o.delivery.Notice.Subscriptions), make(map[string]bool)
	for _, out := range outs {
		if !address.Same(out.Address, o.delivery.Destination) {
			continue
		}
		left[out.Subscription] = left[out.Subscription] || out.Counts(o.mandatory(out.Subscription))
		if !slices.Contains(shown, out.Subscription) {
			shown = append(shown, out.Subscription)
		}
	}
	return shown, left, nil
}

func (s *Server) listSubscriptions(w http.ResponseWriter, r *http.Request, o opened, said string) {
	shown, left, err := s.subscriptions(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	say := o.words
	p := page{Lang: say.Lang, Title: fmt.Sprintf(say.Reaches, masked(o.delivery.Address)), Lead: say.ReachesLead, Said: said}
	free, required := 0, false
	for _, one := range shown {
		line := row{Name: say.name(one), State: one + " · " + say.Gets, Button: button{say.Leave, "leave", one, true}}
		switch {
		case left[one]:
			line.State, line.Button = one+" · "+say.Left, button{say.Return, "return", one, false}
		case o.mandatory(one):
			required = true
			line.State, line.Button = one+" · "+say.Required, button{say.Ask, "leave", one, true}
		case slices.Contains(o.delivery.Notice.Subscriptions, one):
			free++
		}
		p.Rows = append(p.Rows, line)
	}
	if required {
		p.Lead += say.AskLead
	}
	if free > 1 {
		p.Button = button{Label: say.LeaveAll, Do: "leave", Quiet: true}
	}
	s.show(w, r, http.StatusOK, p)
}
