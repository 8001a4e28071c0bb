package email

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/internal/smtpfake"
	"regwatch/notifier/delivery"
)

// sendAll sends mails to so many readers at once and returns what failed.
func sendAll(t *testing.T, ch *Channel, readers int) []error {
	t.Helper()
	errs := make([]error, readers)
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() { _, errs[i] = ch.Send(t.Context(), mailDelivery(fmt.Sprintf("reader%d@example.net", i))) })
	}
	all.Wait()
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// readersOf returns to whom mails came, sorted.
func readersOf(fake *smtpfake.Server) []string {
	var all []string
	for _, m := range fake.Messages() {
		all = append(all, m.To...)
	}
	slices.Sort(all)
	return all
}

func wantReaders(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("reader%d@example.net", i))
	}
	return all
}

func TestMailsAreSentOverAFewConnections(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtDot, Delay: time.Minute, Times: -1})
		start := time.Now()
		if errs := sendAll(t, ch, 9); len(errs) > 0 {
			t.Fatal(errors.Join(errs...))
		}
		if diff := cmp.Diff(wantReaders(9), readersOf(fake)); diff != "" {
			t.Errorf("readers (-want +got):\n%s", diff)
		}
		if n := fake.Sessions(); n != maxConnections {
			t.Errorf("%d connections, want %d", n, maxConnections)
		}
		if took := time.Since(start); took != 3*time.Minute {
			t.Errorf("took %v, want nine mails of a minute in three minutes", took)
		}
	})
}

// A mail that follows another needs no second connection.
func TestMailsInARowUseOneConnection(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		for range 5 {
			if errs := sendAll(t, ch, 1); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
		if n := fake.Sessions(); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
	})
}

// A server may take fewer connections than we open. No mail fails because of that, and
// the server is not asked for more again at once.
func TestServerThatTakesFewConnections(t *testing.T) {
	tests := []struct {
		name    string
		fault   smtpfake.Fault
		refused int // connections until no more are opened
	}{
		{"421 at the greeting", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtGreeting, Code: 421, Message: "4.7.0 Error: too many connections"}, 1},
		{"450 at the greeting", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtGreeting, Code: 450}, 1},
		{"554 at the greeting", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtGreeting, Code: 554}, 1},
		{"cut at the greeting", smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtGreeting}, 1},
		{"silent", smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtGreeting, Delay: 4 * time.Minute}, 1},
		{"421 at EHLO", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtHello, Code: 421}, 1},
		{"454 at the login", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtAuth, Code: 454, Message: "4.7.0 Too many login attempts"}, 1},
		{"421 at MAIL", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtMail, Code: 421}, 3},
		{"451 at MAIL", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtMail, Code: 451, Message: "4.3.2 try later"}, 3},
		{"432 at the end", smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtDot, Code: 432, Message: "4.3.2 Concurrent connections limit exceeded"}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := smtpfake.Options{Username: "regwatch", Password: mailPassword}
			login := func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }
			inBubble(t, server, login, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				for range 2 {
					before, sessions := len(fake.Messages()), fake.Sessions()
					fake.ClearFaults()
					tt.fault.Times, tt.fault.Beyond = -1, 1
					fake.Inject(tt.fault)
					fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtRcpt, Delay: time.Minute, Times: -1})
					if errs := sendAll(t, ch, 8); len(errs) > 0 {
						t.Fatal(errors.Join(errs...))
					}
					if got := len(fake.Messages()) - before; got != 8 {
						t.Errorf("%d mails came, want 8", got)
					}
					if got := fake.Sessions() - sessions; got > 1+tt.refused {
						t.Errorf("%d connections, want one and at most %d that were refused", got, tt.refused)
					}
					ch.Idle()
				}
			})
		})
	}
}

// When every connection is refused, the mails fail as one alone does, and the next ones
// may use several connections again.
func TestServerThatGoesAwayIsUsedFullyWhenItIsBack(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		slow := smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtRcpt, Delay: time.Minute, Times: -1}
		fake.Inject(slow)
		if errs := sendAll(t, ch, 4); len(errs) > 0 {
			t.Fatal(errs)
		}
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtNoop, Code: 421, Message: "shutting down", Times: -1})
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtGreeting, Code: 421, Message: "shutting down", Times: -1})
		errs := sendAll(t, ch, 4)
		if len(errs) != 4 {
			t.Fatalf("%d mails failed, want 4", len(errs))
		}
		for _, err := range errs {
			if told := delivery.ErrorOf(err); told.Reason != delivery.Unreachable {
				t.Errorf("%v (%s), want it unreachable", err, told.Reason)
			}
		}
		fake.ClearFaults()
		fake.Inject(slow)
		start := time.Now()
		if errs := sendAll(t, ch, 4); len(errs) > 0 {
			t.Fatal(errs)
		}
		if took := time.Since(start); took != 2*time.Minute {
			t.Errorf("took %v, want three mails at a time", took)
		}
	})
}

// A refusal of one reader is no refusal of a connection.
func TestGreylistedMailIsNotSentAgainAtOnce(t *testing.T) {
	inBubble(t, smtpfake.Options{Greylist: time.Minute}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		errs := sendAll(t, ch, 4)
		if len(errs) != 4 {
			t.Fatalf("%d mails failed, want 4", len(errs))
		}
		for _, err := range errs {
			if told := delivery.ErrorOf(err); told.Reason != delivery.Temporary {
				t.Errorf("%v (%s), want it temporary", err, told.Reason)
			}
		}
		asked := 0
		for _, command := range fake.Commands() {
			if strings.HasPrefix(command, "RCPT") {
				asked++
			}
		}
		if asked != 4 {
			t.Errorf("%d recipients were named, want each once", asked)
		}
		time.Sleep(2 * time.Minute)
		if errs := sendAll(t, ch, 4); len(errs) > 0 {
			t.Error(errs)
		}
	})
}

// A connection that is in use when all are closed is closed when its mail is sent.
func TestConnectionInUseIsClosedAfterItsMail(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtDot, Delay: time.Minute, Times: 2})
		done := make(chan []error)
		go func() { done <- sendAll(t, ch, 2) }()
		time.Sleep(time.Second)
		ch.Idle()
		if errs := <-done; len(errs) > 0 {
			t.Fatal(errs)
		}
		synctest.Wait()
		quits := 0
		for _, command := range fake.Commands() {
			if command == "QUIT" {
				quits++
			}
		}
		if quits != 2 {
			t.Errorf("%d connections were closed, want 2", quits)
		}
	})
}

// A worker sends to several readers at a time. A server that takes one connection makes
// it no slower than one, and no mail fails.
func TestWorkerSendsThroughAServerThatTakesOneConnection(t *testing.T) {
	for _, beyond := range []int{1, 2, 100} {
		t.Run(fmt.Sprint(beyond), func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtGreeting, Code: 421, Message: "4.7.0 too many connections", Times: -1, Beyond: beyond})
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtRcpt, Delay: 100 * time.Millisecond, Times: -1})
				box := outboxfake.New()
				for i := range 30 {
					box.Add(noticetest.Due(fmt.Sprint(i), "mail", fmt.Sprintf("reader%d@example.net", i%10), time.Now().Add(time.Duration(i)*time.Nanosecond)))
				}
				time.Sleep(time.Millisecond)
				worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"mail": ch}, Now: time.Now}
				sum, err := worker.Drain(t.Context())
				if err != nil || sum.Sent != 30 || sum.Postponed != 0 {
					t.Errorf("Drain = %+v, %v; want all sent at once", sum, err)
				}
				last := map[string]string{}
				for _, m := range fake.Messages() {
					id := m.Header.Get("Message-ID")
					number := strings.TrimPrefix(id, "<notice-")
					if to := m.To[0]; len(number) < len(last[to]) || len(number) == len(last[to]) && number < last[to] {
						t.Errorf("%s came to %s after %s", number, to, last[to])
					} else {
						last[to] = number
					}
				}
			})
		})
	}
}
