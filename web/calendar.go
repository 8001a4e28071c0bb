package web

import (
	"net/http"
	"strings"

	"regwatch/web/ical"
)

// calendar answers /feeds/ROUTE/TOKEN.ics.
func (s *Server) calendar(w http.ResponseWriter, r *http.Request, rest string) {
	end := strings.LastIndexByte(rest, '/')
	if end < 1 {
		s.showNotice(w, r, http.StatusNotFound, english.Forged)
		return
	}
	c, err := s.App.Calendar(r.Context(), rest[:end], rest[end+1:])
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	serveFeed(w, r, "text/calendar; charset=utf-8", ical.Write("regwatch: "+c.Route, c))
}
