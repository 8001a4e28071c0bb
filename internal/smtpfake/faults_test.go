package smtpfake

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaults(t *testing.T) {
	const mail = "> MAIL FROM:<a@example.org>\n < 250\n"
	tests := []struct {
		name     string
		fault    Fault
		script   string
		wantKept int
	}{
		{"sender not verified", Fault{Kind: Refuse, Stage: AtMail, Code: 554, Message: "Email address is not verified"}, greeted + "> MAIL FROM:<a@example.org>\n < 554 Email address is not verified\n > RCPT TO:<b@example.org>\n < 503", 0},
		{"no such user", Fault{Kind: Refuse, Stage: AtRcpt, Code: 550, Message: "5.1.1 No such user"}, greeted + mail + "> RCPT TO:<b@example.org>\n < 550 5.1.1 No such user\n > RCPT TO:<c@example.org>\n < 250", 0},
		{"always", Fault{Kind: Refuse, Stage: AtMail, Code: 451, Times: -1}, greeted + "> MAIL FROM:<a@example.org>\n < 451 Refused\n > MAIL FROM:<a@example.org>\n < 451", 0},
		{"twice", Fault{Kind: Refuse, Stage: AtMail, Code: 451, Times: 2}, greeted + "> MAIL FROM:<a@example.org>\n < 451\n > MAIL FROM:<a@example.org>\n < 451\n > MAIL FROM:<a@example.org>\n < 250", 0},
		{"not of a malformed command", Fault{Kind: Refuse, Stage: AtMail, Code: 451}, greeted + "> MAIL FROM:<a>\n < 501\n > MAIL FROM:<a@example.org>\n < 451", 0},
		{"shutting down", Fault{Kind: Refuse, Stage: AtMail, Code: 421}, greeted + "> MAIL FROM:<a@example.org>\n < 421\n < cut", 0},
		{"greeting", Fault{Kind: Refuse, Stage: AtGreeting, Code: 554, Message: "no"}, "< 554 no\n > EHLO a\n < 503\n > QUIT\n < 221", 0},
		{"busy", Fault{Kind: Refuse, Stage: AtGreeting, Code: 421}, "< 421\n < cut", 0},
		{"EHLO", Fault{Kind: Refuse, Stage: AtHello, Code: 550, Message: "bad name"}, "< 220\n > EHLO a\n < 550 bad name\n > MAIL FROM:<a@example.org>\n < 503", 0},
		{"DATA", Fault{Kind: Refuse, Stage: AtData, Code: 554}, greeted + mail + "> RCPT TO:<b@example.org>\n < 250\n > DATA\n < 554\n > DATA\n < 354\n > text\n < 250", 1},
		{"final dot", Fault{Kind: Refuse, Stage: AtDot, Code: 550}, begun + "> text\n < 550\n > DATA\n < 503", 0},
		{"empty stage is the final dot", Fault{Kind: Refuse, Code: 451}, begun + "> text\n < 451", 0},
		{"cut at the greeting", Fault{Kind: CutBefore, Stage: AtGreeting}, "< cut", 0},
		{"cut at MAIL", Fault{Kind: CutBefore, Stage: AtMail}, greeted + "> MAIL FROM:<a@example.org>\n < cut", 0},
		{"cut at RCPT", Fault{Kind: CutBefore, Stage: AtRcpt}, greeted + mail + "> RCPT TO:<b@example.org>\n < cut", 0},
		{"cut at DATA", Fault{Kind: CutBefore, Stage: AtData}, strings.TrimSuffix(begun, "< 354\n") + "< cut", 0},
		{"cut within the text", Fault{Kind: CutBefore, Stage: AtText}, begun + "> text\n < cut", 0},
		{"cut at the final dot, refused", Fault{Kind: CutBefore, Stage: AtDot}, begun + "> text\n < cut", 0},
		{"cut at the final dot, accepted", Fault{Kind: CutAfterData}, begun + "> text\n < cut", 1},
		{"RSET", Fault{Kind: Refuse, Stage: AtReset, Code: 421}, greeted + "> RSET\n < 421\n < cut", 0},
		{"NOOP", Fault{Kind: CutBefore, Stage: AtNoop}, greeted + "> NOOP\n < cut", 0},
		{"QUIT", Fault{Kind: CutBefore, Stage: AtQuit}, greeted + "> QUIT\n < cut", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			s.Inject(tt.fault)
			connect(t, s).talk(tt.script)
			if n := len(s.Messages()); n != tt.wantKept {
				t.Errorf("kept %d messages, want %d", n, tt.wantKept)
			}
		})
	}
}

// A server may take a few connections at a time and refuse further ones until one of
// them ends.
func TestFaultBeyondANumberOfConnections(t *testing.T) {
	s := start(t, Options{})
	s.Inject(Fault{Kind: Refuse, Stage: AtGreeting, Code: 421, Message: "too many connections", Times: -1, Beyond: 1})
	first := connect(t, s)
	first.talk("< 220")
	connect(t, s).talk("< 421 too many connections\n < cut")
	connect(t, s).talk("< 421 too many connections\n < cut")
	first.talk("> QUIT\n < 221")
	connect(t, s).talk("< 220")
}

func TestRefusalHasSeveralLines(t *testing.T) {
	s := start(t, Options{})
	s.Inject(Fault{Kind: Refuse, Stage: AtMail, Code: 550, Message: "5.7.1 a\n5.7.1 b"})
	c := connect(t, s)
	c.talk(greeted + "> MAIL FROM:<a@example.org>")
	if got := c.answer(); got != "550-5.7.1 a\n550 5.7.1 b" {
		t.Errorf("the server answers %q", got)
	}
}

func TestOneMechanismCanFail(t *testing.T) {
	s := start(t, Options{Username: "u", Password: "p"})
	s.Inject(Fault{Kind: Refuse, Stage: AtAuth, Mechanism: "SCRAM-SHA-256", Code: 504, Message: "5.5.4 not here", Times: -1})
	connect(t, s).talk(greeted + `> AUTH SCRAM-SHA-256 biwsbj11LHI9eA==
		< 504 5.5.4 not here
		> AUTH SCRAM-SHA-256
		< 504
		> AUTH PLAIN AHUAcA==
		< 235`)
	want := []string{"EHLO client.example.org", "AUTH SCRAM-SHA-256", "AUTH SCRAM-SHA-256", "AUTH PLAIN"}
	if diff := cmp.Diff(want, s.Commands()); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestSlowFaultDelaysSteps(t *testing.T) {
	tests := []struct {
		stage  Stage
		script string // up to the late response
	}{
		{AtGreeting, ""},
		{AtHello, "< 220\n > EHLO a"},
		{AtMail, greeted + "> MAIL FROM:<a@example.org>"},
		{AtRcpt, greeted + "> MAIL FROM:<a@example.org>\n < 250\n > RCPT TO:<b@example.org>"},
		{AtData, strings.TrimSuffix(begun, "< 354\n")},
		{AtDot, begun + "> text"},
	}
	for _, tt := range tests {
		for _, security := range []Security{Plain, Implicit} {
			t.Run(string(tt.stage)+string(security), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := start(t, Options{InMemory: true, Security: security})
					s.Inject(Fault{Kind: Slow, Stage: tt.stage, Delay: 18 * time.Second})
					c := connect(t, s)
					began := time.Now()
					c.talk(tt.script)
					if got := c.answer(); got[0] != '2' && got[0] != '3' {
						t.Errorf("the server answers %q", got)
					}
					if took := time.Since(began); took != 18*time.Second {
						t.Errorf("answered after %s, want 18s", took)
					}
				})
			})
		}
	}
}

func TestLateResponseKeepsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{InMemory: true})
		hold := make(chan struct{})
		s.Inject(Fault{Kind: Slow, Stage: AtDot, Hold: hold})
		c := connect(t, s)
		c.talk(begun + "> text")
		synctest.Wait()
		if n := len(s.Messages()); n != 1 {
			t.Errorf("kept %d messages before the answer, want 1", n)
		}
		close(hold)
		c.talk("< 250")
	})
}

func TestCloseEndsWaitingStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{InMemory: true})
		s.Inject(Fault{Kind: Slow, Stage: AtMail, Hold: make(chan struct{})})
		c := connect(t, s)
		c.talk(greeted + "> MAIL FROM:<a@example.org>")
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		c.talk("< cut")
		if _, err := s.Dial(t.Context(), "", ""); err == nil {
			t.Error("a closed server takes a connection")
		}
	})
}
