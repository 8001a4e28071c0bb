package email

import (
	"slices"
	"strings"
	"testing"

	"regwatch/internal/smtpfake"
	"regwatch/notifier/delivery"
)

// logins returns the mechanisms that a server was asked for, in order.
func logins(fake *smtpfake.Server) []string {
	var all []string
	for _, c := range fake.Commands() {
		if mechanism, ok := strings.CutPrefix(c, "AUTH "); ok {
			all = append(all, mechanism)
		}
	}
	return all
}

func TestLoginThatFailsIsFollowedByTheNext(t *testing.T) {
	refuse := func(mechanism string, code int, text string) smtpfake.Fault {
		return smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtAuth, Mechanism: mechanism, Code: code, Message: text, Times: -1}
	}
	cut := smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtAuth, Mechanism: "SCRAM-SHA-256", Times: -1}
	tests := []struct {
		name    string
		offered []string
		auth    string
		faults  []smtpfake.Fault
		tried   []string
		want    delivery.Reason // empty: it is sent
		wantErr []string
	}{
		{"SCRAM unknown", nil, "", []smtpfake.Fault{refuse("SCRAM-SHA-256", 504, "5.5.4 unrecognized")}, []string{"SCRAM-SHA-256", "PLAIN"}, "", nil},
		{"SCRAM over hashed passwords", nil, "auto", []smtpfake.Fault{refuse("SCRAM-SHA-256", 535, "5.7.8 failed")}, []string{"SCRAM-SHA-256", "PLAIN"}, "", nil},
		{"SCRAM ends the connection", nil, "", []smtpfake.Fault{cut}, []string{"SCRAM-SHA-256", "PLAIN"}, "", nil},
		{"SCRAM answered with nonsense", nil, "", []smtpfake.Fault{refuse("SCRAM-SHA-256", 334, "bm9uc2Vuc2U=")}, []string{"SCRAM-SHA-256", "PLAIN"}, "", nil},
		{"an offer that is not kept", []string{"SCRAM-SHA-1", "LOGIN"}, "", nil, []string{"SCRAM-SHA-1", "LOGIN"}, "", nil},
		{"PLAIN unknown", []string{"PLAIN", "LOGIN"}, "", []smtpfake.Fault{refuse("PLAIN", 534, "5.7.9 too weak")}, []string{"PLAIN", "LOGIN"}, "", nil},
		{"chosen", nil, "login", nil, []string{"LOGIN"}, "", nil},
		{"chosen in capitals", nil, "SCRAM-SHA-256", nil, []string{"SCRAM-SHA-256"}, "", nil},
		{"chosen, and refused", nil, "scram-sha-256", []smtpfake.Fault{refuse("SCRAM-SHA-256", 535, "5.7.8 failed")}, []string{"SCRAM-SHA-256"}, delivery.Blocked, []string{"SCRAM-SHA-256: 535 5.7.8 failed"}},
		{"chosen, and not offered", []string{"LOGIN"}, "plain", nil, nil, delivery.Blocked, []string{"may use (PLAIN), but LOGIN", "auth:"}},
		{
			"no password fits", nil, "",
			[]smtpfake.Fault{refuse("SCRAM-SHA-256", 504, "5.5.4 unrecognized"), refuse("PLAIN", 535, "5.7.8 wrong")},
			[]string{"SCRAM-SHA-256", "PLAIN"},
			delivery.Blocked,
			[]string{"does not accept the user name and password", "SCRAM-SHA-256: 504 5.5.4 unrecognized; PLAIN: 535 5.7.8 wrong", "auth:"},
		},
		{
			"none works",
			[]string{"PLAIN", "LOGIN"},
			"",
			[]smtpfake.Fault{refuse("PLAIN", 504, "no"), refuse("LOGIN", 504, "nor this")},
			[]string{"PLAIN", "LOGIN"},
			delivery.Blocked,
			[]string{"none of them works", "PLAIN: 504 no; LOGIN: 504 nor this"},
		},
		{"too many tries", nil, "", []smtpfake.Fault{refuse("", 451, "too much fail authentication")}, []string{"SCRAM-SHA-256"}, delivery.Unreachable, []string{"cannot check the login now"}},
		{"a code of its own", []string{"LOGIN"}, "", []smtpfake.Fault{refuse("LOGIN", 526, "Authentication failure")}, []string{"LOGIN"}, delivery.Blocked, []string{"LOGIN: 526 Authentication failure"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword, Auth: tt.offered}
			inBubble(t, server, func(o *Options) { o.Username, o.Password, o.Auth = "regwatch", mailPassword, tt.auth }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				for _, f := range tt.faults {
					fake.Inject(f)
				}
				_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
				switch {
				case tt.want == "" && err != nil:
					t.Fatal(err)
				case tt.want != "" && (err == nil || delivery.ErrorOf(err).Reason != tt.want):
					t.Fatalf("Send = %v, want %s", err, tt.want)
				}
				if tried := logins(fake); !slices.Equal(tried, tt.tried) {
					t.Errorf("tried %v, want %v", tried, tt.tried)
				}
				for _, want := range tt.wantErr {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("error %q, want %q in it", err, want)
					}
				}
			})
		})
	}
}

// What failed once is not tried before each mail.
func TestLoginThatWorkedIsUsedAgain(t *testing.T) {
	server := smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword}
	inBubble(t, server, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtAuth, Mechanism: "SCRAM-SHA-256", Code: 535, Times: -1})
		for range 3 {
			if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
				t.Fatal(err)
			}
			ch.Idle()
		}
		if tried := logins(fake); !slices.Equal(tried, []string{"SCRAM-SHA-256", "PLAIN", "PLAIN", "PLAIN"}) {
			t.Errorf("tried %v, want SCRAM once", tried)
		}
	})
}

// A cut is no verdict on a way to log in: the next connection tries it again.
func TestLoginThatWasCutIsTriedOnTheNextConnection(t *testing.T) {
	server := smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword}
	inBubble(t, server, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtAuth})
		for range 2 {
			if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
				t.Fatal(err)
			}
			ch.Idle()
		}
		if tried := logins(fake); !slices.Equal(tried, []string{"SCRAM-SHA-256", "PLAIN", "SCRAM-SHA-256"}) {
			t.Errorf("tried %v, want SCRAM again", tried)
		}
	})
}

func TestNoErrorRepeatsWhatALoginSent(t *testing.T) {
	for name, echo := range map[string]string{
		"the password":        mailPassword,
		"its encoding":        plainResponse,
		"without padding":     strings.TrimRight(plainResponse, "="),
		"the command":         "AUTH PLAIN " + plainResponse,
		"cut":                 "AUTH PLAIN " + plainResponse[:len(plainResponse)-9] + "...",
		"in capitals":         strings.ToUpper("AUTH PLAIN " + plainResponse),
		"in quotes":           `unknown user or password "` + plainResponse + `"`,
		"the password quoted": `<` + mailPassword + `>`,
	} {
		t.Run(name, func(t *testing.T) {
			server := smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword, Auth: []string{"PLAIN"}}
			inBubble(t, server, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtAuth, Code: 535, Message: "5.7.8 not " + echo})
				_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
				if err == nil {
					t.Fatal("no error")
				}
				told := strings.ToLower(err.Error())
				for _, secret := range []string{mailPassword, plainResponse[:16], plainResponse[20:30], "battery"} {
					if strings.Contains(told, strings.ToLower(secret)) {
						t.Errorf("error %q shows %q", err, secret)
					}
				}
				if !strings.Contains(told, "535 5.7.8 not") {
					t.Errorf("error %q, want the rest of the answer in it", err)
				}
			})
		})
	}
}

// At a later step a server may repeat it too.
func TestNoErrorRepeatsThePasswordAtALaterStep(t *testing.T) {
	server := smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword}
	inBubble(t, server, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		for _, stage := range []smtpfake.Stage{smtpfake.AtHello, smtpfake.AtMail, smtpfake.AtRcpt, smtpfake.AtData, smtpfake.AtDot} {
			ch.Idle()
			times := 1
			if stage == smtpfake.AtHello {
				times = 2 // EHLO and HELO
			}
			fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: stage, Code: 554, Message: "no " + mailPassword + " " + plainResponse, Times: times})
			_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
			if err == nil || strings.Contains(err.Error(), mailPassword) || strings.Contains(err.Error(), plainResponse[:20]) {
				t.Errorf("at %s: %v; want an error without the password", stage, err)
			}
		}
	})
}

func TestHelloNameIsConfigurableAndNamedWhenRefused(t *testing.T) {
	inBubble(t, smtpfake.Options{}, func(o *Options) { o.Hello = "regwatch.example.org" }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(fake.Commands(), "EHLO regwatch.example.org") {
			t.Errorf("commands %q, want EHLO with the configured name", fake.Commands())
		}
	})
	tests := []struct {
		stage smtpfake.Stage
		code  int
		text  string
	}{
		{smtpfake.AtHello, 550, "5.7.1 access denied"},
		{smtpfake.AtHello, 450, "4.7.1 <ws1>: Helo command rejected: Host not found"},
		{smtpfake.AtMail, 504, "5.5.2 <ws1>: Helo command rejected: need fully-qualified hostname"},
		{smtpfake.AtRcpt, 450, "4.7.1 <ws1>: Helo command rejected: Host not found"},
		{smtpfake.AtRcpt, 550, "Bad HELO - host impersonating"},
	}
	for _, tt := range tests {
		inBubble(t, smtpfake.Options{}, func(o *Options) { o.Hello = "ws1.internal" }, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
			fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: tt.stage, Code: tt.code, Message: tt.text, Times: 2})
			_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
			told := delivery.ErrorOf(err)
			if err == nil || told.Reason != delivery.Blocked || told.OneAddress || !strings.Contains(err.Error(), "ws1.internal") || !strings.Contains(err.Error(), "set hello:") {
				t.Errorf("%s %d: %v (%s); want the channel blocked, the name and the key", tt.stage, tt.code, err, told.Reason)
			}
		})
	}
}
