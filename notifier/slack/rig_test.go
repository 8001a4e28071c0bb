package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

const slackToken = "xoxb-1234567890-s3cretT0ken"

func TestSlackPassesTheChannelTests(t *testing.T) { channeltest.Run(t, slackRig) }

func TestSlackWebhookPassesTheChannelTests(t *testing.T) { channeltest.Run(t, hookRig) }

func fakeSlack(t *testing.T, opts slackfake.Options) *slackfake.Server {
	t.Helper()
	opts.RateLimits = true
	s, err := slackfake.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func slackRig(t *testing.T) *channeltest.Rig {
	fake := fakeSlack(t, slackfake.Options{Token: slackToken})
	ch, err := New(Options{Token: slackToken, Channel: "C0123456789", API: fake.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	r := &channeltest.Rig{Channel: ch, Secrets: []string{slackToken}, Stop: func() { _ = fake.Close() }, Received: slackReceived(t, fake)}
	r.Echoes = slackEchoes(fake)
	r.Faults = slackFaults(fake)
	for code, want := range map[string]delivery.Reason{
		"invalid_auth": delivery.Blocked, "token_revoked": delivery.Blocked, "missing_scope": delivery.Blocked, "channel_not_found": delivery.Blocked,
		"not_in_channel": delivery.Blocked, "is_archived": delivery.Blocked, "ratelimited": delivery.RateLimited, "msg_too_long": delivery.Permanent,
		"internal_error": delivery.Ambiguous, "never_heard_of": delivery.Blocked, "invalid_charset": delivery.Blocked,
	} {
		r.Faults[code] = channeltest.NewFault(func() { fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: code}) }, want, 0)
	}
	return r
}

func hookRig(t *testing.T) *channeltest.Rig {
	fake := fakeSlack(t, slackfake.Options{})
	ch, err := NewWebhook(WebhookOptions{URL: fake.WebhookURL()})
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(fake.WebhookURL(), "http://"+fake.Addr())
	r := &channeltest.Rig{Channel: ch, Secrets: []string{fake.WebhookURL(), path, path[strings.LastIndex(path, "/")+1:]}, Stop: func() { _ = fake.Close() }, Received: slackReceived(t, fake)}
	r.Echoes = slackEchoes(fake)
	r.Faults = slackFaults(fake)
	for code, want := range map[string]delivery.Reason{"no_service": delivery.Blocked, "no_active_hooks": delivery.Blocked, "never_heard_of": delivery.Blocked, "channel_is_archived": delivery.Blocked, "invalid_payload": delivery.Permanent, "fatal_error": delivery.Ambiguous} {
		r.Faults[code] = channeltest.NewFault(func() { fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: code}) }, want, 0)
	}
	return r
}

func slackFaults(fake *slackfake.Server) map[string]channeltest.Fault {
	inject := func(kind slackfake.FaultKind, times int) func() {
		return func() { fake.Inject(slackfake.Fault{Kind: kind, Times: times, RetryAfter: 7 * time.Second}) }
	}
	return map[string]channeltest.Fault{
		"429":          channeltest.NewFault(inject(slackfake.RateLimited, 1), delivery.RateLimited, 0),
		"500":          channeltest.NewFault(inject(slackfake.ServerError, 1), delivery.Ambiguous, 0),
		"late 500":     channeltest.NewFault(inject(slackfake.Late500, 1), delivery.Ambiguous, 1),
		"cut before":   channeltest.NewFault(inject(slackfake.CutBefore, 1), delivery.Ambiguous, 0),
		"cut after":    channeltest.NewFault(inject(slackfake.CutAfter, 1), delivery.Ambiguous, 1),
		"empty answer": channeltest.NewFault(inject(slackfake.Empty, 1), delivery.Ambiguous, 1),
		"invalid_blocks, and again as plain text": channeltest.NewFault(func() {
			fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "invalid_blocks", Times: 2})
		}, delivery.Permanent, 0),
	}
}

func slackReceived(t *testing.T, fake *slackfake.Server) func() []string {
	return func() []string {
		var all []string
		for _, m := range fake.Messages() {
			content, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(content))
		}
		return all
	}
}

func slackEchoes(fake *slackfake.Server) map[string]func(string) {
	answer := func(f slackfake.Fault) { fake.ClearFaults(); f.Times = 1; fake.Inject(f) }
	return map[string]func(string){
		"an error code":  func(text string) { answer(slackfake.Fault{Kind: slackfake.Refused, Code: text}) },
		"a page":         func(text string) { answer(slackfake.Fault{Kind: slackfake.Page, Status: 403, Text: text}) },
		"a failing page": func(text string) { answer(slackfake.Fault{Kind: slackfake.Page, Status: 500, Text: text}) },
		"a redirect": func(text string) {
			answer(slackfake.Fault{Kind: slackfake.Redirected, Text: "https://evil.example/?t=" + text})
		},
		"a missing scope": func(text string) {
			answer(slackfake.Fault{Kind: slackfake.Refused, Code: "missing_scope", Fields: map[string]any{"needed": text}})
		},
		"an error with messages": func(text string) {
			answer(slackfake.Fault{Kind: slackfake.Refused, Code: "invalid_auth", Fields: map[string]any{"response_metadata": map[string]any{"messages": []string{text}}}})
		},
	}
}
