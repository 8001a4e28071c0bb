package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/outboxfake"
	"regwatch/internal/smtpfake"
	"regwatch/notifier/delivery"
)

// inBubble runs a test with a fake server and a channel in a synctest bubble, in
// which minutes pass at once.
func inBubble(t *testing.T, server smtpfake.Options, change func(*Options), test func(*testing.T, *smtpfake.Server, *Channel)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server.InMemory = true
		fake := fakeMail(t, server)
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(fake.CertPEM())
		opts := Options{Host: "localhost", Port: 25, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: pool}, Dial: fake.Dial}
		if server.Security == smtpfake.Plain {
			opts.TLS = NoTLS
		}
		if change != nil {
			change(&opts)
		}
		ch, err := New(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		defer ch.Idle()
		test(t, fake, ch)
	})
}

func TestSlowServerTakesEachMailOnce(t *testing.T) {
	tests := []struct {
		stage smtpfake.Stage
		delay time.Duration
	}{
		{smtpfake.AtGreeting, 4 * time.Minute},
		{smtpfake.AtHello, 100 * time.Second},
		{smtpfake.AtAuth, 100 * time.Second},
		{smtpfake.AtMail, 299 * time.Second},
		{smtpfake.AtRcpt, 18 * time.Second},
		{smtpfake.AtRcpt, 299 * time.Second},
		{smtpfake.AtData, 119 * time.Second},
		{smtpfake.AtText, 170 * time.Second},
		{smtpfake.AtDot, 20 * time.Second},
		{smtpfake.AtDot, 9 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(string(tt.stage)+" "+tt.delay.String(), func(t *testing.T) {
			server := smtpfake.Options{Username: "regwatch", Password: mailPassword}
			inBubble(t, server, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: tt.stage, Delay: tt.delay})
				if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
					t.Fatal(err)
				}
				if n := len(fake.Messages()); n != 1 {
					t.Errorf("%d mails arrived, want one", n)
				}
			})
		})
	}
}

func TestSilentServerIsGivenUpAfterTheTimeOfTheStep(t *testing.T) {
	tests := []struct {
		stage smtpfake.Stage
		want  delivery.Reason
		after time.Duration
		kept  int
	}{
		{smtpfake.AtGreeting, delivery.Unreachable, 5 * time.Minute, 0},
		{smtpfake.AtHello, delivery.Unreachable, 2 * time.Minute, 0},
		{smtpfake.AtMail, delivery.Unreachable, 5 * time.Minute, 0},
		{smtpfake.AtRcpt, delivery.Temporary, 5 * time.Minute, 0},
		{smtpfake.AtData, delivery.Temporary, 2 * time.Minute, 0},
		{smtpfake.AtText, delivery.Temporary, 3 * time.Minute, 0},
		{smtpfake.AtDot, delivery.Ambiguous, 10 * time.Minute, 1},
	}
	for _, tt := range tests {
		t.Run(string(tt.stage), func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: tt.stage, Hold: make(chan struct{})})
				began := time.Now()
				_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
				if err == nil || delivery.ErrorOf(err).Reason != tt.want {
					t.Errorf("Send = %v, want %s", err, tt.want)
				}
				if took := time.Since(began); took != tt.after {
					t.Errorf("gave up after %s, want %s", took, tt.after)
				}
				if n := len(fake.Messages()); n != tt.kept {
					t.Errorf("%d mails arrived, want %d", n, tt.kept)
				}
			})
		})
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	for stage, want := range map[smtpfake.Stage]delivery.Reason{
		smtpfake.AtGreeting: delivery.Unreachable, smtpfake.AtMail: delivery.Unreachable, smtpfake.AtRcpt: delivery.Temporary,
		smtpfake.AtData: delivery.Temporary, smtpfake.AtDot: delivery.Ambiguous,
	} {
		t.Run(string(stage), func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: stage, Hold: make(chan struct{})})
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				began := time.Now()
				_, err := ch.Send(ctx, mailDelivery("reader@example.net"))
				if err == nil || delivery.ErrorOf(err).Reason != want {
					t.Errorf("Send = %v, want %s", err, want)
				}
				if took := time.Since(began); took != 30*time.Second {
					t.Errorf("took %s, want the 30 s of the context", took)
				}
			})
		})
	}
}

func TestNoSendTakesLongerThanMaxSendTime(t *testing.T) {
	inBubble(t, smtpfake.Options{Username: "regwatch", Password: mailPassword}, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		for stage, delay := range map[smtpfake.Stage]time.Duration{
			smtpfake.AtGreeting: greetingTimeout, smtpfake.AtHello: helloTimeout, smtpfake.AtAuth: authTimeout, smtpfake.AtMail: mailTimeout, smtpfake.AtRcpt: rcptTimeout,
			smtpfake.AtData: dataTimeout, smtpfake.AtText: blockTimeout, smtpfake.AtDot: dotTimeout,
		} {
			fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: stage, Delay: delay - time.Second})
		}
		began := time.Now()
		if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > ch.MaxSendTime() || took < 30*time.Minute {
			t.Errorf("a send that used the time of each step took %s; MaxSendTime is %s", took, ch.MaxSendTime())
		}
	})
}

// A refused connection is let go of, and one that does not answer is replaced.
func TestConnectionThatDiedWhileIdleIsReplaced(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
			t.Fatal(err)
		}
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtNoop, Hold: make(chan struct{})})
		began := time.Now()
		if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != aliveTimeout || fake.Sessions() != 2 {
			t.Errorf("took %s over %d connections, want %s and a second one", took, fake.Sessions(), aliveTimeout)
		}
	})
}

func TestTLSPortSpokenToInClearSaysSo(t *testing.T) {
	inBubble(t, smtpfake.Options{Security: smtpfake.Implicit}, func(o *Options) { o.TLS = NoTLS }, func(t *testing.T, _ *smtpfake.Server, ch *Channel) {
		_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
		if err == nil || delivery.ErrorOf(err).Reason != delivery.Unreachable || !strings.Contains(err.Error(), "set tls: implicit") {
			t.Errorf("Send = %v; want it unreachable, with advice to use implicit TLS", err)
		}
	})
}

// A server that answers RCPT late must not cost twelve tries and then the notice.
func TestWorkerSendsOnceThroughASlowServer(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Slow, Stage: smtpfake.AtRcpt, Delay: 18 * time.Second, Times: -1})
		d := mailDelivery("reader@example.net")
		d.StartedAt = time.Time{}
		d.NotBefore = time.Now()
		box := outboxfake.New(d)
		worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"mail": ch}, Now: time.Now, Jitter: func() float64 { return 0.5 }}
		if sum, err := worker.Drain(t.Context()); err != nil || sum.Sent != 1 || len(fake.Messages()) != 1 {
			t.Errorf("Drain = %+v, %v with %d mails; want one sent once", sum, err, len(fake.Messages()))
		}
	})
}
