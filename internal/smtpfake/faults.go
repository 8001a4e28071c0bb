package smtpfake

import (
	"strings"
	"time"
)

// A Stage is the step of a session at which a fault happens.
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
	AtDot      Stage = "dot"  // the final line of the message
	AtReset    Stage = "RSET"
	AtNoop     Stage = "NOOP"
	AtQuit     Stage = "QUIT"
)

// A FaultKind is a way in which a mail server fails.
type FaultKind string

const (
	Refuse       FaultKind = "refuse"         // responds with Code and Message; not AtText
	CutBefore    FaultKind = "cut before"     // closes the connection without a response; nothing was accepted
	CutAfterData FaultKind = "cut after data" // closes the connection without a response AtDot; the message was accepted
	Slow         FaultKind = "slow"           // the usual response, after Delay and Hold
)

// A Fault is a failure of a later command. It applies only to well-formed commands in
// order; others are refused as usual.
type Fault struct {
	Kind      FaultKind
	Stage     Stage  // empty: AtDot
	Mechanism string // for AtAuth; empty: any
	Times     int    // how many times; 0: one; negative: always
	Beyond    int    // applies only while more connections than this are open
	Code      int    // for Refuse, such as 451 or 550; 421 also closes the connection
	Message   string // the exact text after the code; each of its lines becomes one of the response

	// Delay and Hold apply before the response or the end of the connection, for every
	// kind. Slow AtDot accepts the message first, as real servers do.
	Delay time.Duration
	Hold  <-chan struct{} // waits until it is closed or receives; nil: no wait
}

// Inject adds a fault. Faults of one stage happen in the order in which they were added.
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

// ClearFaults removes all remaining faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault returns the fault of this step, or one without effect.
func (s *Server) takeFault(stage Stage, mechanism string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && f.Stage == stage && s.talking > f.Beyond && (f.Mechanism == "" || strings.EqualFold(f.Mechanism, mechanism)) {
			if f.Times > 0 {
				f.Times--
			}
			return *f
		}
	}
	return Fault{}
}

// wait waits for the delay of a fault, or until the server is closed.
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

// answer returns the response of a fault, if it has one.
func (f Fault) answer() (reply, bool) {
	switch f.Kind {
	case Refuse:
		return reply{f.Code, f.Message}, true
	case CutBefore:
		return cut(), true
	}
	return reply{}, false
}
