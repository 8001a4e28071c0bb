package web

import (
	"fmt"
	"net/http"

	"regwatch/internal/signedlink"
)

// showVerify asks the reader of a mail to confirm its address. Programs that follow
// every link of a mail confirm nothing.
func (s *Server) showVerify(w http.ResponseWriter, r *http.Request) {
	if o, ok := s.open(w, r, signedlink.Verify); ok {
		say := o.words
		s.show(w, r, http.StatusOK, page{
			Lang: say.Lang, Title: fmt.Sprintf(say.Verify.Title, masked(o.delivery.Address)), Lead: say.Verify.Lead,
			Button: button{Label: say.Verify.Button, Do: "verify"},
		})
	}
}

// verify confirms the address of a mail.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) {
	o, ok := s.open(w, r, signedlink.Verify)
	if !ok {
		return
	}
	if r.PostFormValue("do") != "verify" {
		s.say(w, r, http.StatusBadRequest, english.Failed)
		return
	}
	if err := s.Verify(r.Context(), o.delivery.Destination, o.delivery.Destination); err != nil {
		s.fail(w, r, err)
		return
	}
	say := o.words
	s.show(w, r, http.StatusOK, page{Lang: say.Lang, Title: fmt.Sprintf(say.Verify.Title, masked(o.delivery.Address)), Said: say.Verify.Done})
}
