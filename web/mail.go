package web

import (
	"cmp"
	"net/http"

	"regwatch/app"
	"regwatch/internal/signedlink"
)

// A mail is the mail whose link was opened, and the words of its language.
type mail struct {
	app.Mail

	words words
}

// open reads the link of a request. If the link does not work, it answers the request and
// returns false.
func (s *Server) open(w http.ResponseWriter, r *http.Request, purpose signedlink.Purpose) (mail, bool) {
	m, err := s.App.OpenLink(r.Context(), purpose, r.PathValue("token"))
	if err != nil {
		s.answerError(w, r, err)
		return mail{}, false
	}
	return mail{m, wordsIn(m.Language)}, true
}

// reader names who acts from a mail: its address. The link was sent to nobody else.
func (m mail) reader() string { return cmp.Or(m.Address, m.Destination) }
