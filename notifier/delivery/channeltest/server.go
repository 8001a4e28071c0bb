package channeltest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"regwatch/notifier/delivery"
)

// A Server stands in for a service that is spoken to over HTTP. It answers as its Accept says,
// unless the test has asked for other answers first.
type Server struct {
	// Accept returns the answer to a request, and the message that the service keeps because
	// of it; empty: none.
	Accept func(r *http.Request, body []byte) (a HTTPAnswer, kept string)
	URL    string
	Close  func()

	mu       sync.Mutex // guards what follows
	next     []HTTPAnswer
	messages []string
}

// An HTTPAnswer is one answer of a [Server].
type HTTPAnswer struct {
	Code   int
	Header []string // names and values in turn
	Body   string
	Cut    bool // close the connection instead of answering
	Keep   bool // accept the message first
}

// NewServer starts a server that runs until the test ends.
func NewServer(t *testing.T, accept func(r *http.Request, body []byte) (HTTPAnswer, string)) *Server {
	s := &Server{Accept: accept}
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	s.URL, s.Close = server.URL, server.Close
	return s
}

// Next makes the server answer so to the next request that has no such answer yet.
func (s *Server) Next(a HTTPAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, a)
}

// Received returns the messages that the service has kept.
func (s *Server) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.messages...)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, scripted := HTTPAnswer{}, len(s.next) > 0
	if scripted {
		answer, s.next = s.next[0], s.next[1:]
	}
	if !scripted || answer.Keep {
		usual, kept := s.Accept(r, body)
		if kept != "" {
			s.messages = append(s.messages, kept)
		}
		if !scripted {
			answer = usual
		}
	}
	if answer.Cut {
		panic(http.ErrAbortHandler)
	}
	for i := 0; i+1 < len(answer.Header); i += 2 {
		w.Header().Set(answer.Header[i], answer.Header[i+1])
	}
	w.WriteHeader(answer.Code)
	_, _ = io.WriteString(w, answer.Body)
}

// Faults returns the faults that every service over HTTP may have, with what they mean to each
// channel.
func (s *Server) Faults() map[string]Fault {
	fault := func(a HTTPAnswer, want delivery.Reason, kept int) Fault {
		return NewFault(func() { s.Next(a) }, want, kept)
	}
	return map[string]Fault{
		"413":                    fault(HTTPAnswer{Code: 413}, delivery.Permanent, 0),
		"407 of a proxy":         fault(HTTPAnswer{Code: 407}, delivery.Blocked, 0),
		"410":                    fault(HTTPAnswer{Code: 410}, delivery.Blocked, 0),
		"redirect":               fault(HTTPAnswer{Code: 302, Header: []string{"Location", s.URL + "/elsewhere"}}, delivery.Blocked, 0),
		"429":                    fault(HTTPAnswer{Code: 429, Header: []string{"Retry-After", "7"}}, delivery.RateLimited, 0),
		"503 that asks":          fault(HTTPAnswer{Code: 503, Header: []string{"Retry-After", "7"}}, delivery.RateLimited, 0),
		"503":                    fault(HTTPAnswer{Code: 503}, delivery.Unreachable, 0),
		"502 with a page":        fault(HTTPAnswer{Code: 502, Body: "<html>Bad Gateway</html>"}, delivery.Unreachable, 0),
		"500":                    fault(HTTPAnswer{Code: 500}, delivery.Ambiguous, 0),
		"cut before an answer":   fault(HTTPAnswer{Cut: true}, delivery.Ambiguous, 0),
		"cut after accepting it": fault(HTTPAnswer{Cut: true, Keep: true}, delivery.Ambiguous, 1),
	}
}

// Echoes returns answers that repeat a text.
func (s *Server) Echoes() map[string]func(text string) {
	return map[string]func(string){
		"an answer of 400": func(text string) { s.Next(HTTPAnswer{Code: 400, Body: text}) },
		"an answer of 403": func(text string) { s.Next(HTTPAnswer{Code: 403, Body: text}) },
		"an answer of 500": func(text string) {
			s.Next(HTTPAnswer{Code: 500, Body: text, Header: []string{"Warning", text}})
		},
		"a redirect": func(text string) {
			s.Next(HTTPAnswer{Code: 301, Header: []string{"Location", "https://evil.example/?t=" + text}})
		},
		"a redirect to no URL": func(text string) {
			s.Next(HTTPAnswer{Code: 302, Header: []string{"Location", "https://%zz" + text}})
		},
	}
}
