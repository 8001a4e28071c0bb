package smtpfake

import (
	"strings"
	"time"
)

// A Stage is the step of a conversation at which a fault happens.
type Stage string

const (
	AtGreeting Stage = "greeting" // the first line of the server
	AtHello    Stage = "EHLO"     // and HELO
	AtStartTLS Stage = "STARTTLS"
	AtAuth     Stage = "AUTH"
	AtMail     Stage = "MAIL"
	AtRcpt     Stage = "RCPT"
	AtData     Stage = "DATA" // the command
	AtText     Stage = "text" // after the first line of the message
	AtDot      Stage = "dot"  // the line that ends the message
	AtReset    Stage = "RSET"
	AtNoop     Stage = "NOOP"
	AtQuit     Stage = "QUIT"
)

// A FaultKind is a way in which a mail server fails.
type FaultKind string

const (
	Refuse       FaultKind = "refuse"         // answers Code and Message; not AtText
	CutBefore    FaultKind = "cut before"     // hangs up instead of an answer; nothing was accepted
	CutAfterData FaultKind = "cut after data" // hangs up instead of an answer AtDot; the message was accepted
	Slow         FaultKind = "slow"           // answers as always, after Delay and Hold
)

// A Fault is a failure to come. It happens only to a command that is well-formed
// and in order: others are refused as always.
type Fault struct {
	Kind      FaultKind
	Stage     Stage  // empty means AtDot
	Mechanism string // of AtAuth; empty means any
	Times     int    // how many times; 0 means one, a negative number always
	Code      int    // of Refuse, such as 451 or 550; 421 also hangs up
	Message   string // the text after the code, exactly; each line of it becomes one of the answer

	// Delay and Hold come before the answer or the cut, whatever the kind. Slow
	// AtDot accepts the message first, as real servers do.
	Delay time.Duration
	Hold  <-chan struct{} // waits until it is closed or receives; nil waits for nothing
}

// Inject adds a fault. Those of one stage happen in the order in which they were
// added.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Stage == "" {
		f.Stage = AtDot
	}
	if f.Message == "" {
		f.Message = "Refused on request"
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

// takeFault returns the fault that happens now, or one that does nothing.
func (s *Server) takeFault(stage Stage, mechanism string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && f.Stage == stage && (f.Mechanism == "" || strings.EqualFold(f.Mechanism, mechanism)) {
			if f.Times > 0 {
				f.Times--
			}
			return *f
		}
	}
	return Fault{}
}

// wait passes the delay of a fault, or less if the server is closed.
func (s *Server) wait(f Fault) {
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.done:
		}
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-s.done:
		}
	}
}

// answer returns what the server answers instead of its usual answer.
func (f Fault) answer() (reply, bool) {
	switch f.Kind {
	case Refuse:
		return reply{f.Code, f.Message}, true
	case CutBefore:
		return cut, true
	}
	return reply{}, false
}
