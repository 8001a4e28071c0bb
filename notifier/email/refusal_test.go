package email

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/outboxfake"
	"regwatch/internal/smtpfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// A reach is which other messages a refusal holds up.
type reach string

const (
	channel reach = "channel" // all wait
	address reach = "address" // those to the same address wait
	message reach = "message" // likewise, and others to the address go first
	alone   reach = ""
)

const (
	us     = "regwatch@example.org"
	reader = "reader@example.net"
)

func TestRefusalsAreReadAsProvidersMeanThem(t *testing.T) {
	const (
		blocked     = delivery.Blocked
		permanent   = delivery.Permanent
		temporary   = delivery.Temporary
		unreachable = delivery.Unreachable
	)
	tests := []struct {
		at     smtpfake.Stage
		code   int
		answer string
		want   delivery.Reason
		reach  reach
	}{
		// The sender.
		{smtpfake.AtDot, 554, "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: " + us, blocked, channel}, // Amazon SES
		{smtpfake.AtDot, 554, "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: " + reader, blocked, message},
		{smtpfake.AtDot, 550, "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.", blocked, channel}, // SendGrid
		{smtpfake.AtRcpt, 550, "Sender verify failed", blocked, channel},                                                                                         // Exim, Mailgun
		{smtpfake.AtRcpt, 550, "Verification failed for <" + us + ">\nNo such user here\nSender verify failed", blocked, channel},
		{smtpfake.AtRcpt, 550, "5.1.8 <" + us + ">: Sender address rejected: Domain not found", blocked, channel},                                                     // Postfix
		{smtpfake.AtRcpt, 550, "5.1.0 <" + us + ">: Sender address rejected: User unknown in virtual mailbox table", blocked, channel},                                // Postfix
		{smtpfake.AtRcpt, 553, "5.7.1 <" + us + ">: Sender address rejected: not owned by user regwatch", blocked, channel},                                           // Postfix
		{smtpfake.AtDot, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", blocked, channel},                                               // Microsoft 365
		{smtpfake.AtDot, 554, "5.2.252 SendAsDenied; regwatch@example.org not allowed to send as other@example.org; STOREDRV.Submission.Exception", blocked, channel}, // Microsoft 365
		{smtpfake.AtDot, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", blocked, channel},
		{smtpfake.AtRcpt, 501, "mail from address must be same as authorization user", blocked, channel},                                  // QQ
		{smtpfake.AtMail, 553, "Mail from must equal authorized user", blocked, channel},                                                  // 163
		{smtpfake.AtMail, 501, `"MAIL FROM" is non-local account`, blocked, channel},                                                      // Aliyun
		{smtpfake.AtMail, 440, "mail from account doesn't conform with authentication (Auth Account:a|Mail Account:b)", blocked, channel}, // Aliyun
		{smtpfake.AtRcpt, 550, "no such user: " + us, blocked, channel},
		{smtpfake.AtMail, 550, "5.1.1 user unknown", blocked, channel},
		{smtpfake.AtMail, 553, "not your address", blocked, channel},

		// Whatever MAIL is answered with.
		{smtpfake.AtMail, 451, "4.3.0 Temporary lookup failure", blocked, channel},
		{smtpfake.AtMail, 452, "4.2.2 over quota", blocked, channel},
		{smtpfake.AtMail, 450, "gnorf", blocked, channel},
		{smtpfake.AtMail, 599, "gnorf", blocked, channel},
		{smtpfake.AtMail, 421, "4.3.2 Service shutting down", unreachable, channel},

		// The account.
		{smtpfake.AtDot, 554, "Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.", blocked, channel}, // Amazon SES
		{smtpfake.AtDot, 550, "5.7.1 The domain example.org is not allowed to send: Account Terminated", blocked, channel},                                                                                // Mailgun
		{smtpfake.AtRcpt, 421, "Domain example.org is disabled", blocked, channel},                                                                                                                        // Mailgun
		{smtpfake.AtDot, 403, "You are not authorized to send from that email address", blocked, channel},                                                                                                 // SendGrid
		{smtpfake.AtRcpt, 541, "This account isn't allowed to send email", blocked, channel},                                                                                                              // Aliyun
		{smtpfake.AtDot, 550, "5.7.501 Service unavailable. Spam abuse detected from IP range", blocked, channel},                                                                                         // Microsoft 365
		{smtpfake.AtRcpt, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", blocked, channel},
		{smtpfake.AtMail, 530, "5.7.57 Client not authenticated to send mail", blocked, channel}, // Microsoft 365
		{smtpfake.AtRcpt, 530, "5.7.0 Must issue a STARTTLS command first", blocked, channel},    // Gmail
		{smtpfake.AtRcpt, 550, "Authentication required", blocked, channel},

		// Rates and quotas.
		{smtpfake.AtDot, 454, "Throttling failure: Maximum sending rate exceeded.", blocked, channel}, // Amazon SES
		{smtpfake.AtDot, 454, "Throttling failure: Daily message quota exceeded.", blocked, channel},
		{smtpfake.AtDot, 550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to", blocked, channel}, // Gmail
		{smtpfake.AtRcpt, 450, "4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error.", blocked, channel},              // Gmail
		{smtpfake.AtDot, 550, "5.7.705 Access denied, tenant has exceeded threshold", blocked, channel},                                        // Microsoft 365
		{smtpfake.AtDot, 432, "4.3.2 Concurrent connections limit exceeded", blocked, channel},                                                 // Microsoft 365
		{smtpfake.AtDot, 550, "Connection frequency limited. http://service.mail.qq.com/cgi-bin/help", blocked, channel},                       // QQ
		{smtpfake.AtRcpt, 550, "Domain frequency limited", blocked, channel},
		{smtpfake.AtRcpt, 550, "Mailbox unavailable: sender frequency limited", blocked, channel},
		{smtpfake.AtRcpt, 451, "MI:SFQ 163 smtp5,D9GowACXx,1", blocked, channel},                              // 163
		{smtpfake.AtRcpt, 450, "RP:DRC 163 smtp5", blocked, channel},                                          // 163
		{smtpfake.AtRcpt, 504, "the number of RCPT attempts reached the maximum threshold", blocked, channel}, // Aliyun
		{smtpfake.AtRcpt, 450, "4.7.1 Error: too much mail from 192.0.2.1", blocked, channel},                 // Postfix
		{smtpfake.AtRcpt, 550, "\xb7\xa2\xd0\xc5\xc6\xb5\xc2\xca\xcf\xde\xd6\xc6", blocked, channel},          // 发信频率限制 in GBK
		{smtpfake.AtRcpt, 550, "5.4.6 Hourly limit for this user reached, try again tomorrow", blocked, channel},

		// Relaying, policy, and what nobody can tell.
		{smtpfake.AtRcpt, 554, "5.7.1 <" + reader + ">: Relay access denied", blocked, address}, // Postfix
		{smtpfake.AtRcpt, 550, "relay not permitted", blocked, address},                         // Exim
		{smtpfake.AtRcpt, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", blocked, address},
		{smtpfake.AtDot, 550, "5.7.26 This mail is unauthenticated", blocked, message},                                         // Gmail
		{smtpfake.AtDot, 554, "5.7.1 Spam message rejected", blocked, message},                                                 // rspamd
		{smtpfake.AtRcpt, 550, "5.7.703 Your message can't be delivered because messages to it are blocked", blocked, address}, // Microsoft 365
		{smtpfake.AtDot, 554, "DT:SPM 163 smtp5", blocked, message},                                                            // 163
		{smtpfake.AtDot, 554, "transaction failed", blocked, message},
		{smtpfake.AtRcpt, 550, "gnorf", blocked, address},
		{smtpfake.AtRcpt, 555, "5.5.2 Syntax error", blocked, address}, // Gmail
		{smtpfake.AtData, 503, "5.5.1 Bad sequence of commands", blocked, message},
		{smtpfake.AtRcpt, 550, "", blocked, address},
		{smtpfake.AtDot, 550, "5.3.0 Internal error", blocked, channel},

		// The mailbox is full: somebody can make room.
		{smtpfake.AtRcpt, 552, "5.2.2 mailbox full", blocked, address},
		{smtpfake.AtRcpt, 452, "4.2.2 The email account that you tried to reach is over quota", blocked, address}, // Gmail
		{smtpfake.AtDot, 552, "mailbox is full", blocked, message},                                                // Aliyun

		// The server, for a while.
		{smtpfake.AtRcpt, 452, "4.3.1 Insufficient system storage", unreachable, channel},         // Postfix
		{smtpfake.AtDot, 451, "Temporary local problem - please try later", unreachable, channel}, // Exim
		{smtpfake.AtDot, 451, "4.3.0 Error: queue file write error", unreachable, channel},
		{smtpfake.AtRcpt, 421, "4.4.2 timeout exceeded", unreachable, channel},

		// The recipient, for a while.
		{smtpfake.AtRcpt, 451, "4.7.1 Greylisting in action, please come back later", temporary, alone},
		{smtpfake.AtRcpt, 450, "4.2.0 <" + reader + ">: Recipient address rejected: Greylisted", temporary, alone},         // Postfix
		{smtpfake.AtRcpt, 450, "4.2.1 The user you are trying to contact is receiving mail too quickly", temporary, alone}, // Gmail
		{smtpfake.AtRcpt, 550, "Mailbox unavailable or access denied", temporary, alone},                                   // QQ
		{smtpfake.AtDot, 432, "4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", temporary, alone},                 // Microsoft 365

		// The recipient, for good.
		{smtpfake.AtRcpt, 550, "5.1.1 <" + reader + ">: Recipient address rejected: User unknown in virtual mailbox table", permanent, alone},  // Postfix
		{smtpfake.AtRcpt, 550, "5.1.1 <" + reader + ">: Recipient address rejected: User unknown in relay recipient table", permanent, alone},  // Postfix
		{smtpfake.AtRcpt, 550, "5.1.1 The email account that you tried to reach does not exist. Please try double-checking", permanent, alone}, // Gmail
		{smtpfake.AtRcpt, 550, "5.2.1 The email account that you tried to reach is inactive", permanent, alone},                                // Gmail
		{smtpfake.AtRcpt, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", permanent, alone},          // Microsoft 365
		{smtpfake.AtRcpt, 553, "5.1.3 bad address syntax", permanent, alone},
		{smtpfake.AtRcpt, 550, "5.1.2 host unknown", permanent, alone},
		{smtpfake.AtRcpt, 551, "5.1.6 mailbox has moved", permanent, alone},
		{smtpfake.AtDot, 550, "5.1.1 no such user", permanent, alone},
		{smtpfake.AtRcpt, 550, "Unrouteable address", permanent, alone},                            // Exim
		{smtpfake.AtRcpt, 550, "Unknown user", permanent, alone},                                   // Exim
		{smtpfake.AtRcpt, 550, "No Such User Here", permanent, alone},                              // Exim
		{smtpfake.AtRcpt, 550, "Mailbox not found. http://service.mail.qq.com/", permanent, alone}, // QQ
		{smtpfake.AtRcpt, 550, "User not found: " + reader, permanent, alone},                      // 163
		{smtpfake.AtRcpt, 553, `"RCPT TO" mailbox unavailable`, permanent, alone},                  // Aliyun
		{smtpfake.AtRcpt, 554, "RCPT (" + reader + ") dosn't exist", permanent, alone},             // Aliyun
		{smtpfake.AtRcpt, 550, "Requested action not taken: mailbox unavailable", permanent, alone},
		{smtpfake.AtRcpt, 550, "5.5.0 Requested action not taken: mailbox unavailable", permanent, alone}, // Outlook.com
		{smtpfake.AtRcpt, 550, "5.0.0 sorry, no mailbox here by that name", permanent, alone},             // qmail
		{smtpfake.AtRcpt, 554, "delivery error: This user doesn't have an account: user * not found", permanent, alone},

		// Answers of servers that the table does not name.
		{smtpfake.AtRcpt, 450, "4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", blocked, channel},
		{smtpfake.AtDot, 451, "4.7.24 SPF validation failed", blocked, message},
		{smtpfake.AtRcpt, 451, "4.7.500 Server busy. Please try again later from [192.0.2.1]", blocked, channel},
		{smtpfake.AtRcpt, 550, "Your account has been disabled", blocked, channel},
		{smtpfake.AtDot, 550, "Requested action not taken: mailbox unavailable\nSender address is not allowed.", blocked, channel}, // GMX
		{smtpfake.AtDot, 450, "Requested mail action not taken: mailbox unavailable\nMail send limit exceeded.", blocked, channel}, // GMX
		{smtpfake.AtRcpt, 553, "5.7.1 Sender is not allowed to relay emails", blocked, channel},                                    // Zoho
		{smtpfake.AtDot, 550, "5.4.6 Unusual sending activity detected. Please try after sometime", blocked, channel},              // Zoho
		{smtpfake.AtDot, 550, "5.7.1 Unconfigured Sending Domain <example.org>", blocked, channel},                                 // SparkPost
		{smtpfake.AtRcpt, 553, "Relaying disallowed", blocked, address},
		{smtpfake.AtRcpt, 550, "Administrative prohibition", blocked, address},
		{smtpfake.AtRcpt, 554, "5.0.0 rejected by hyperspace bypass", blocked, address},
		{smtpfake.AtRcpt, 550, "5.4.1 Recipient address rejected: Access denied", blocked, address},
		{smtpfake.AtRcpt, 699, "what", blocked, address},
		{smtpfake.AtRcpt, 451, "4.5.1 The recipient <" + reader + "> has exceeded their message rate limit. Try again later.", temporary, alone}, // Yandex
		{smtpfake.AtRcpt, 450, "4.1.2 <" + reader + ">: Recipient address rejected: Domain not found", temporary, alone},                         // Postfix
		{smtpfake.AtDot, 554, "delivery error: dd This user doesn't have a yahoo.com account (" + reader + ") [0]", permanent, alone},            // Yahoo
		{smtpfake.AtRcpt, 550, "Invalid recipient " + reader, permanent, alone},

		// The message.
		{smtpfake.AtDot, 552, "5.3.4 Message size exceeds fixed limit", permanent, alone},
		{smtpfake.AtDot, 552, "5.2.3 message exceeds the limit for this user's quota", permanent, alone},
		{smtpfake.AtDot, 552, "message size exceeds fixed maximum message size", permanent, alone},
		{smtpfake.AtDot, 510, "the length of DATA exceeds the threshold", permanent, alone}, // Aliyun
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %d %.60q", tt.at, tt.code, tt.answer), func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				f := smtpfake.Fault{Kind: smtpfake.Refuse, Stage: tt.at, Code: tt.code, Message: tt.answer}
				if tt.answer == "" {
					f.Message = " "
				}
				fake.Inject(f)
				_, err := ch.Send(t.Context(), mailDelivery(reader))
				told := delivery.ErrorOf(err)
				got := alone
				switch {
				case told.Reason != blocked && told.Reason != unreachable:
				case told.OneMessage:
					got = message
				case told.OneAddress:
					got = address
				default:
					got = channel
				}
				if told.Reason != tt.want || got != tt.reach {
					t.Errorf("%v\n(%s, %q); want %s, %q", err, told.Reason, got, tt.want, tt.reach)
				}
				if !strings.Contains(err.Error(), fmt.Sprint(tt.code)) {
					t.Errorf("%v; want the server's answer in it", err)
				}
				if _, err := ch.Send(t.Context(), mailDelivery(reader)); err != nil {
					t.Errorf("the next mail: %v", err)
				}
			})
		})
	}
}

// A server that answers nonsense is at fault for every mail.
func TestNonsenseInsteadOfAnAnswerKeepsTheMail(t *testing.T) {
	for _, stage := range []smtpfake.Stage{smtpfake.AtMail, smtpfake.AtRcpt, smtpfake.AtData} {
		for _, code := range []int{7, 299, 350} {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: stage, Code: code, Message: "gnorf"})
				_, err := ch.Send(t.Context(), mailDelivery(reader))
				if err == nil || delivery.ErrorOf(err).Reason != delivery.Unreachable || !strings.Contains(err.Error(), "against the rules of SMTP") {
					t.Errorf("%s %d: %v; want it unreachable", stage, code, err)
				}
				if _, err := ch.Send(t.Context(), mailDelivery(reader)); err != nil {
					t.Errorf("%s %d: the next mail: %v", stage, code, err)
				}
			})
		}
	}
}

// However long a server refuses the sender, nothing is given up.
func TestRefusedSenderKeepsEveryNotice(t *testing.T) {
	inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
		fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtDot, Code: 554, Message: "Message rejected: Email address is not verified: " + us, Times: -1})
		d := mailDelivery(reader)
		d.StartedAt, d.NotBefore = time.Time{}, time.Now()
		box := outboxfake.New(d)
		ctx, cancel := context.WithTimeout(t.Context(), 72*time.Hour)
		defer cancel()
		worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"mail": ch}, Now: time.Now, Jitter: func() float64 { return 0.5 }}
		done := make(chan error, 1)
		go func() { done <- worker.Run(ctx) }()
		time.Sleep(71 * time.Hour)
		fake.ClearFaults()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(fake.Messages()); n != 1 {
			t.Errorf("%d mails once the sender is verified, want the one that waited; its row is %+v", n, box.Row(d.ID))
		}
	})
}

// What was refused surely did not arrive, so a retry cannot double it.
func TestRetryOfARefusedMailWarnsOfNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		fault smtpfake.Fault
		want  bool
	}{
		"refused":       {smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "5.1.1 no such user"}, false},
		"perhaps taken": {smtpfake.Fault{Kind: smtpfake.CutAfterData}, true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, smtpfake.Options{}, nil, func(t *testing.T, fake *smtpfake.Server, ch *Channel) {
				fake.Inject(tt.fault)
				d := mailDelivery(reader)
				d.StartedAt, d.NotBefore = time.Time{}, time.Now()
				var log strings.Builder
				drain := func(d models.Delivery) models.Delivery {
					box := outboxfake.New(d)
					worker := &delivery.Worker{
						Outbox: box, Channels: map[string]delivery.Channel{"mail": ch}, Now: time.Now, Backoff: delivery.Backoff{MaxAttempts: 1},
						Log: slog.New(slog.NewTextHandler(&log, nil)),
					}
					if _, err := worker.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
					return box.Row(d.ID)
				}
				dead := drain(d)
				if dead.State != models.DeliveryDead {
					t.Fatalf("the delivery is %s, want it dead", dead.State)
				}
				dead.State, dead.Attempts, dead.LeaseToken, dead.LeaseUntil = models.DeliveryDue, 0, "", time.Time{} // as a retry does
				if again := drain(dead); again.State != models.DeliverySent {
					t.Fatalf("the retry is %s, want it sent", again.State)
				}
				if warned := strings.Contains(log.String(), "may arrive twice"); warned != tt.want {
					t.Errorf("warned of doubling: %v, want %v\n%s", warned, tt.want, log.String())
				}
			})
		})
	}
}
