package smtpfake

import (
	"crypto/subtle"
	"io"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// A session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	user   string
	from   string
	utf8   bool
	to     []string
}

func (s *session) authRequired() bool { return s.server.opts.Password != "" }

// AuthMechanisms lists what is offered; nothing when no password is set.
func (s *session) AuthMechanisms() []string {
	if !s.authRequired() {
		return nil
	}
	return s.server.opts.Auth
}

// Auth begins one mechanism.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if err := s.strike(AtAuth); err != nil {
		return nil, err
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error { return s.check(username, password) }), nil
	case sasl.Login:
		return &loginServer{check: s.check}, nil
	case scramSHA256:
		return &scramServer{username: s.server.opts.Username, password: s.server.opts.Password, done: func() { s.user = s.server.opts.Username }}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) check(username, password string) error {
	opts := s.server.opts
	if username != opts.Username || subtle.ConstantTimeCompare([]byte(password), []byte(opts.Password)) != 1 {
		return smtp.ErrAuthFailed
	}
	s.user = username
	return nil
}

// Mail takes the sender.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if s.authRequired() && s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from, s.utf8 = from, opts.UTF8
	return s.strike(AtMail)
}

// Rcpt takes a recipient, or asks to come back later when it greylists.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.strike(AtRcpt); err != nil {
		return err
	}
	if s.server.greylisted(s.from, to) {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, please try again later"}
	}
	s.to = append(s.to, to)
	return nil
}

// Data takes the message.
func (s *session) Data(r io.Reader) error {
	fault := s.server.takeFault(AtData)
	if fault != nil {
		if err := fault.before(s.conn); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if fault != nil {
		if err := fault.refusal(); err != nil {
			return err
		}
	}
	m := parse(raw)
	m.From, m.To, m.User, m.SMTPUTF8, m.ReceivedAt = s.from, s.to, s.user, s.utf8, time.Now().UTC()
	_, m.TLS = s.conn.TLSConnectionState()
	if err := s.server.keep(m); err != nil {
		return err
	}
	if fault != nil && fault.Kind == CutAfterData {
		_ = s.conn.Close()
	}
	return nil
}

// Reset forgets the message that was begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the session; there is nothing to free.
func (s *session) Logout() error { return nil }

func (s *session) strike(stage Stage) error {
	fault := s.server.takeFault(stage)
	if fault == nil {
		return nil
	}
	if err := fault.before(s.conn); err != nil {
		return err
	}
	return fault.refusal()
}

func (s *Server) greylisted(from, to string) bool {
	if s.opts.Greylist <= 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	pair, now := from+"\x00"+to, time.Now()
	first, seen := s.met[pair]
	if !seen {
		s.met[pair] = now
		return true
	}
	return now.Sub(first) < s.opts.Greylist
}
