package web

import (
	"fmt"
	"net/http"

	"regwatch/internal/signedlink"
)

// showVerify asks the reader of a mail to confirm its address. Programs that follow
// every link of a mail confirm nothing.
func (s *Server) showVerify(w http.ResponseWriter, r *http.Request) {
	if m, ok := s.open(w, r, signedlink.Verify); ok {
		say := m.words
		s.show(w, r, http.StatusOK, page{
			Lang: say.Lang, Title: fmt.Sprintf(say.Verify.Title, masked(m.Address)), Lead: say.Verify.Lead,
			Button: button{Label: say.Verify.Button, Do: "verify"},
		})
	}
}

// verify confirms the address of a mail.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) {
	m, ok := s.open(w, r, signedlink.Verify)
	if !ok {
		return
	}
	if r.PostFormValue("do") != "verify" {
		s.showNotice(w, r, http.StatusBadRequest, english.Failed)
		return
	}
	if err := s.App.VerifyAddress(r.Context(), m.Destination, m.Destination); err != nil {
		s.fail(w, r, err)
		return
	}
	say := m.words
	s.show(w, r, http.StatusOK, page{Lang: say.Lang, Title: fmt.Sprintf(say.Verify.Title, masked(m.Address)), Said: say.Verify.Done})
}
