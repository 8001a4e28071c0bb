package smtpfake

import (
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// A Stage is the point of a conversation at which a fault strikes.
type Stage string

const (
	AtAuth Stage = "AUTH"
	AtMail Stage = "MAIL"
	AtRcpt Stage = "RCPT"
	AtData Stage = "DATA"
)

// A FaultKind is a way in which a mail server fails.
type FaultKind string

const (
	Refuse       FaultKind = "refuse"         // answers Code and Message
	CutBefore    FaultKind = "cut before"     // the connection ends at the stage; nothing was taken
	CutAfterData FaultKind = "cut after data" // the connection ends, though the message was taken
	Slow         FaultKind = "slow"           // Delay, then as always
)

// A Fault is a failure to come.
type Fault struct {
	Kind    FaultKind
	Stage   Stage         // empty means DATA
	Times   int           // how many times; 0 means one, a negative number always
	Code    int           // of Refuse, such as 451 or 550
	Message string        // may begin with an enhanced code, such as 5.7.1
	Delay   time.Duration // of Slow
}

// Inject adds a fault; those of one stage strike in the order in which they
// were added.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Stage == "" {
		f.Stage = AtData
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes every fault that is left.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) takeFault(stage Stage) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && f.Stage == stage {
			f.Times--
			return f
		}
	}
	return nil
}

var errCut = errors.New("cut")

func (f *Fault) before(conn *smtp.Conn) error {
	switch f.Kind {
	case CutBefore:
		_ = conn.Close()
		return errCut
	case Slow:
		time.Sleep(f.Delay)
	}
	return nil
}

func (f *Fault) refusal() error {
	if f.Kind != Refuse {
		return nil
	}
	message := f.Message
	if message == "" {
		message = "Refused on request"
	}
	enhanced := smtp.EnhancedCode{f.Code / 100, 0, 0}
	if first, _, _ := strings.Cut(message, " "); strings.Count(first, ".") == 2 {
		enhanced = smtp.NoEnhancedCode
	}
	return &smtp.SMTPError{Code: f.Code, EnhancedCode: enhanced, Message: message}
}
