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

// open reads the link of a request. If it does not work, it says so and answers
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

// changeSubscriptions unsubscribes or subscribes again: from all that the mail came by,
// where a mail program says so by itself (RFC 8058), from what a button names, or from
// all that is not required.
func (s *Server) changeSubscriptions(w http.ResponseWriter, r *http.Request) {
	o, ok := s.open(w, r, signedlink.Subscriptions)
	if !ok {
		return
	}
	do, what := r.PostFormValue("do"), r.PostFormValue("what")
	if r.PostFormValue("List-Unsubscribe") == "One-Click" {
		do, what = "leave", ""
	}
	shown, left, err := s.subscriptions(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	meant := o.delivery.Notice.Subscriptions
	switch {
	case do == "leave-all":
		meant = o.free(shown, left)
	case what != "":
		meant = []string{what}
	}
	if do != "leave-all" && do != "leave" && do != "return" || slices.ContainsFunc(meant, func(one string) bool { return !slices.Contains(shown, one) }) {
		s.say(w, r, http.StatusBadRequest, english.Failed)
		return
	}
	said, err := s.settle(r, o, do != "return", meant)
	if do == "leave-all" {
		said = o.words.UnsubscribedAll
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.listSubscriptions(w, r, o, said)
}

// settle unsubscribes or subscribes again, asks where it must, and says what was done.
func (s *Server) settle(r *http.Request, o opened, leave bool, meant []string) (said string, err error) {
	by := o.delivery.Destination
	if !leave {
		_, err := s.Store.OptIn(r.Context(), o.outs(s, meant...), by, s.Now())
		return o.words.HasResubscribed, err
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
		said = o.words.HasUnsubscribed
		if _, err := s.Store.OptOut(r.Context(), o.outs(s, free...), by); err != nil {
			return "", err
		}
	}
	for _, ask := range o.outs(s, asked...) {
		said = o.words.HasAsked
		if err := s.Store.RequestOptOut(r.Context(), ask, by, notifier.PlanUnsubscribeRequest(ask, s.Routing())); err != nil {
			return "", err
		}
	}
	return said, nil
}

// free are those of some subscriptions that the address can unsubscribe from now.
func (o opened) free(shown []string, left map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(shown), func(one string) bool { return left[one] || o.mandatory(one) })
}

// subscriptions are those that the mail came by, then the others of its address and
// those that it has unsubscribed from, however the address is spelled, and which these
// are.
func (s *Server) subscriptions(r *http.Request, o opened) (shown []string, left map[string]bool, err error) {
	outs, err := s.Store.OptOuts(r.Context())
	if err != nil {
		return nil, nil, err
	}
	shown, left = slices.Clone(o.delivery.Notice.Subscriptions), make(map[string]bool)
	for _, one := range s.Subscriptions(o.delivery.Destination) {
		if !slices.Contains(shown, one) {
			shown = append(shown, one)
		}
	}
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
	required := false
	for _, one := range shown {
		state := one
		if slices.Contains(o.delivery.Notice.Subscriptions, one) {
			state += " · " + say.ThisMail
		}
		line := row{Name: say.name(one), State: state + " · " + say.Gets, Button: button{say.Unsubscribe, "leave", one, true}}
		switch {
		case left[one]:
			line.State, line.Button = state+" · "+say.Unsubscribed, button{say.Resubscribe, "return", one, false}
		case o.mandatory(one):
			required = true
			line.State, line.Button = state+" · "+say.Required, button{say.Ask, "leave", one, true}
		}
		p.Rows = append(p.Rows, line)
	}
	if required {
		p.Lead += say.AskLead
	}
	if len(o.free(shown, left)) > 1 {
		p.Button = button{Label: say.UnsubscribeAll, Do: "leave-all", Quiet: true}
	}
	s.show(w, r, http.StatusOK, p)
}
