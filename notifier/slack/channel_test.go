package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

func slackTo(t *testing.T, fake *slackfake.Server, channel string) *Channel {
	t.Helper()
	ch, err := New(Options{Token: slackToken, Channel: channel, API: fake.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func slackDelivery(id string) models.Delivery {
	n := noticetest.All()["alert"]
	d := models.NewDelivery(n.ID, "slack", "", noticetest.At("2026-08-28T06:05:00Z"))
	d.ID, d.Notice, d.StartedAt = id, n, time.Now()
	return d
}

func TestSlackFindsWhatArrived(t *testing.T) {
	for _, channel := range []string{"C0123456789", "#reg-alerts"} {
		t.Run(channel, func(t *testing.T) {
			fake := fakeSlack(t, slackfake.Options{Token: slackToken, Channels: []string{channel}})
			ch := slackTo(t, fake, channel)
			// Enough for the history to have pages.
			for i := range 205 {
				if _, err := ch.Send(t.Context(), slackDelivery(fmt.Sprint(i))); err != nil {
					t.Fatal(err)
				}
			}
			// Another process, which has sent nothing yet.
			ch = slackTo(t, fake, channel)
			fake.Inject(slackfake.Fault{Kind: slackfake.CutAfter})
			if _, err := ch.Send(t.Context(), slackDelivery("cut")); delivery.ErrorOf(err).Reason != delivery.Ambiguous {
				t.Fatalf("Send = %v, want it ambiguous", err)
			}
			for id, want := range map[string]bool{"cut": true, "0": true, "never": false} {
				receipt, found, err := ch.Find(t.Context(), slackDelivery(id))
				if err != nil || found != want || found != strings.HasPrefix(receipt, slackfake.ChannelID(channel)+"/") {
					t.Errorf("Find(%s) = %q, %v, %v; want found %v", id, receipt, found, err, want)
				}
			}
		})
	}
}

func TestSlackFindsWhatAClockAheadSent(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch, err := New(Options{Token: slackToken, Channel: "C0123456789", API: fake.APIURL(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for id, ahead := range map[string]time.Duration{"an hour": time.Hour, "a month": 30 * 24 * time.Hour} {
		d := slackDelivery(id)
		d.StartedAt = time.Now().Add(ahead)
		if _, err := ch.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if _, found, err := ch.Find(t.Context(), d); err != nil || !found {
			t.Errorf("Find of what was begun by a clock %s ahead = %v, %v; want it found", id, found, err)
		}
	}
}

func TestSlackReadsABoundedHistory(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	ch.pages = 2
	for i := range ch.pages*lookupPage + 1 {
		if _, err := ch.Send(t.Context(), slackDelivery(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := ch.Find(t.Context(), slackDelivery("never")); !errors.Is(err, delivery.ErrCannotLookUp) {
		t.Errorf("Find among too many = %v, want that it cannot be looked up", err)
	}
	if got := fake.Calls("conversations.history"); got != ch.pages {
		t.Errorf("%d pages were read, want %d", got, ch.pages)
	}
}

func TestSlackIsNotAskedAgainWhereItMayNotBe(t *testing.T) {
	tests := []struct {
		name, method, code string
		cannot             bool
		want               delivery.Reason
	}{
		{"no scope to read", "conversations.history", "missing_scope", true, ""},
		{"not in the channel", "conversations.history", "not_in_channel", true, ""},
		{"no scope to list", "conversations.list", "missing_scope", true, ""},
		{"revoked", "conversations.history", "token_revoked", false, delivery.Blocked},
		{"failing", "conversations.history", "internal_error", false, delivery.Ambiguous},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := fakeSlack(t, slackfake.Options{Channels: []string{"#reg"}})
			fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: tt.method, Code: tt.code})
			_, _, err := slackTo(t, fake, "#reg").Find(t.Context(), slackDelivery("x"))
			if errors.Is(err, delivery.ErrCannotLookUp) != tt.cannot {
				t.Errorf("Find = %v; want ErrCannotLookUp: %v", err, tt.cannot)
			}
			if !tt.cannot && delivery.ErrorOf(err).Reason != tt.want {
				t.Errorf("reason %q, want %q", delivery.ErrorOf(err).Reason, tt.want)
			}
		})
	}
}

func TestSlackFallsBackToPlainTextOnce(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	for _, ch := range []delivery.Channel{slackTo(t, fake, "C0123456789"), mustHook(t, fake.WebhookURL())} {
		fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "invalid_blocks"})
		if _, err := ch.Send(t.Context(), slackDelivery("x")); err != nil {
			t.Errorf("%T: %v", ch, err)
		}
	}
	for _, m := range fake.Messages() {
		if m.Unfurls {
			t.Errorf("links in the message by %s unfurl", m.Via)
		}
		if m.Blocks != nil || !strings.Contains(m.Text, "Hong Kong and mainland") {
			t.Errorf("%s got blocks %s and text %q; want the text alone", m.Via, m.Blocks, m.Text)
		}
	}
	if n := len(fake.Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func mustHook(t *testing.T, url string) *Webhook {
	t.Helper()
	h, err := NewWebhook(WebhookOptions{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSlackMessageIsNamedAndUnfurlsNothing(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	d := slackDelivery("x")
	d.Address = "C0987654321"
	receipt, err := ch.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	m := fake.Messages()[0]
	if m.Unfurls {
		t.Error("links in the message unfurl")
	}
	if m.Channel != "C0987654321" || m.Key() != d.NoticeID || receipt != m.Channel+"/"+m.TS {
		t.Errorf("channel %s, key %s, receipt %s", m.Channel, m.Key(), receipt)
	}
}

func TestSlackSentences(t *testing.T) {
	tests := []struct{ code, want string }{
		{"invalid_auth", "Slack does not accept the bot token; put a valid one where the configuration points to (invalid_auth)"},
		{"missing_scope", "the Slack bot lacks the scope chat:write; add it to the app and install it again (missing_scope)"},
		{"accesslimited", "the Slack workspace does not take requests from this network; ask its administrator to allow this machine's address (accesslimited)"},
		{"account_inactive", "the Slack bot was removed from the workspace; install the app again and give regwatch the new token (account_inactive)"},
		{"is_archived", "the Slack channel C0123456789 is archived; restore it, or configure another (is_archived)"},
		{"not_in_channel", "the Slack bot is not in C0123456789; invite it there with /invite (not_in_channel)"},
	}
	for _, tt := range tests {
		fake := fakeSlack(t, slackfake.Options{})
		fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: tt.code})
		_, err := slackTo(t, fake, "C0123456789").Send(t.Context(), slackDelivery("x"))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v\nwant %s", tt.code, err, tt.want)
		}
	}
	for word, c := range codes {
		acts := c.scope == wholeChannel || c.scope == oneAddress || c.scope == unclear
		sentence := explainCode(word, "C0123456789").Error()
		if acts != strings.Contains(sentence, ";") && c.scope != mayHavePassed || strings.Contains(sentence, "C0123456789") != (c.scope == oneAddress) || !strings.Contains(sentence, "("+word+")") {
			t.Errorf("%s: %q does not say what to do, or about what", word, sentence)
		}
	}
}

func TestRateLimitSaysHowLong(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	for _, ch := range []delivery.Channel{slackTo(t, fake, "C0123456789"), mustHook(t, fake.WebhookURL())} {
		fake.Inject(slackfake.Fault{Kind: slackfake.RateLimited, RetryAfter: 7 * time.Second})
		if _, err := ch.Send(t.Context(), slackDelivery("x")); delivery.ErrorOf(err).RetryAfter != 7*time.Second {
			t.Errorf("%T: RetryAfter of %v is %v, want 7s", ch, err, delivery.ErrorOf(err).RetryAfter)
		}
	}
}

// A proxy's answer must not silence a channel for days, nor cost attempts since it
// names a date.
func TestRateLimitIsBounded(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"31536000": delivery.MaxRetryAfter, "99999999999": delivery.MaxRetryAfter, "-5": 0, "": 0, "soon": 0, "Fri, 31 Dec 1999 23:59:59 GMT": 0,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		bot, err := New(Options{Token: slackToken, Channel: "C0123456789", API: server.URL})
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range []delivery.Channel{bot, mustHook(t, server.URL+"/services/x")} {
			_, err := ch.Send(t.Context(), slackDelivery("x"))
			if why := delivery.ErrorOf(err); why.Reason != delivery.RateLimited || why.RetryAfter != want {
				t.Errorf("%T: Retry-After %q is %v for %v, want a pause of %v", ch, value, err, why.RetryAfter, want)
			}
		}
		server.Close()
	}
}

// Where blocks are refused the text stands alone, and asterisks in a title must
// make nothing bold there.
func TestSlackHookSendsNoMarkup(t *testing.T) {
	sent := make(chan map[string]any, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		_ = json.NewDecoder(r.Body).Decode(&m)
		sent <- m
		fmt.Fprint(w, "ok")
	}))
	defer server.Close()
	if _, err := mustHook(t, server.URL+"/services/x").Send(t.Context(), slackDelivery("x")); err != nil {
		t.Fatal(err)
	}
	if m := <-sent; m["mrkdwn"] != false || m["text"] == nil || m["blocks"] == nil || m["unfurl_links"] != false {
		t.Errorf("sent %v; want text and blocks, without markup or previews", m)
	}
}

// several is a bot without a pace that has four messages in progress.
type several struct{ quick }

func (several) MaxInProgress() int { return 4 }

// A crash that leaves several messages begun, some of them posted, doubles none: each is
// looked up by its metadata.
func TestSlackDoublesNothingAfterACrashWithSeveralInProgress(t *testing.T) {
	for crash := 1; crash <= 4; crash++ {
		t.Run(fmt.Sprint("at record ", crash), func(t *testing.T) {
			t.Parallel()
			channels := []string{"C0123456781", "C0123456782", "C0123456783", "C0123456784"}
			fake := fakeSlack(t, slackfake.Options{Token: slackToken, Channels: channels})
			box, start := outboxfake.New(), time.Now().Add(-time.Minute)
			for i := range 12 {
				box.Add(noticetest.Due(fmt.Sprint("message ", i), "slack", channels[i%4], start.Add(time.Duration(i)*time.Second)))
			}
			drain := func(now func() time.Time) (delivery.Summary, error) {
				worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"slack": several{quick{slackTo(t, fake, "")}}}, Now: now}
				return worker.Drain(t.Context())
			}
			box.Fault = func(call string) error {
				if call == "record" && box.Calls("record") > crash {
					return errors.New("the process is dead")
				}
				return nil
			}
			if _, err := drain(time.Now); err == nil {
				t.Fatal("nothing crashed")
			}
			posted := len(fake.Messages())
			box.Fault = nil
			sum, err := drain(func() time.Time { return time.Now().Add(time.Minute) }) // when the leases are over
			if err != nil || len(fake.Messages()) != 12 {
				t.Errorf("Drain = %+v, %v, and %d messages after %d before the crash; want 12", sum, err, len(fake.Messages()), posted)
			}
			seen := map[string]int{}
			for _, m := range fake.Messages() {
				seen[m.Text]++
			}
			if len(seen) != 12 {
				t.Errorf("posted: %v, want each of 12 once", seen)
			}
			if crash > 1 && sum.Found == 0 {
				t.Error("nothing was found, so the lookup was not tested")
			}
		})
	}
}
