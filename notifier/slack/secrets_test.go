package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/notifier/delivery"
)

// echoes are answers in which Slack, or what stands in its place, repeats a secret in
// every way that it could reach an error.
func echoes(secret string) map[string]slackfake.Fault {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	return map[string]slackfake.Fault{
		"error":            {Kind: slackfake.Refused, Code: secret},
		"part of an error": {Kind: slackfake.Refused, Code: "token_" + secret + "_unknown"},
		"escaped":          {Kind: slackfake.Refused, Code: url.QueryEscape(secret)},
		"JSON":             {Kind: slackfake.Refused, Code: `{"token":` + string(quoted) + `}`},
		"broken up":        {Kind: slackfake.Refused, Code: secret[:3] + "\u200e" + secret[3:]},
		"a known error with more": {Kind: slackfake.Refused, Code: "missing_scope", Fields: map[string]any{
			"needed": secret, "provided": secret, "warning": secret,
		}},
		"warnings": {Kind: slackfake.Refused, Code: "invalid_auth", Fields: map[string]any{
			"response_metadata": map[string]any{"messages": []string{"[ERROR] " + secret}, "warnings": []string{secret}},
		}},
		"headers":            {Kind: slackfake.Refused, Code: "invalid_auth", Headers: map[string]string{"X-Slack-Req": secret, "Warning": secret}},
		"Retry-After":        {Kind: slackfake.Page, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": secret}},
		"redirect":           {Kind: slackfake.Redirected, Text: "https://evil.example/?t=" + url.QueryEscape(secret)},
		"redirect to no URL": {Kind: slackfake.Redirected, Text: "https://%zz" + secret},
		"page":               {Kind: slackfake.Page, Status: http.StatusForbidden, Text: "<html>" + secret + "</html>"},
		"page with 200":      {Kind: slackfake.Page, Text: "<html>" + secret + "</html>"},
		"bare text":          {Kind: slackfake.Page, Status: http.StatusBadRequest, Text: secret},
		"bare JSON text":     {Kind: slackfake.Page, Text: string(quoted)},
		"failing":            {Kind: slackfake.Page, Status: http.StatusInternalServerError, Text: secret},
	}
}

// shows reports whether a text has a secret in any form.
func shows(text, secret string) bool {
	for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

func TestNoAnswerPutsTheTokenIntoAnError(t *testing.T) {
	for name, fault := range echoes(slackToken) {
		for _, method := range []string{"chat.postMessage", "chat.update", "conversations.history", "conversations.list"} {
			t.Run(method+" "+name, func(t *testing.T) {
				fake := fakeSlack(t, slackfake.Options{Channels: []string{"#reg"}})
				root := inSlack(t, slackTo(t, fake, "#reg"), "alert")
				fault.Method, fault.Times = method, -1
				fake.Inject(fault)
				ch := slackTo(t, fake, "#reg")
				var err error
				switch method {
				case "chat.postMessage":
					_, err = ch.Send(t.Context(), slackDelivery("x"))
				case "chat.update":
					_, err = ch.Send(t.Context(), following("amend", "amend", root))
				default:
					_, _, err = ch.Find(t.Context(), slackDelivery("x"))
				}
				if err == nil {
					t.Fatal("no error")
				}
				if text := fmt.Sprintf("%v %+v %#v %#v", err, err, err, delivery.ErrorOf(err).Err); shows(text, slackToken) {
					t.Errorf("the token shows: %s", text)
				}
			})
		}
	}
}

func TestNoAnswerPutsTheWebhooksAddressIntoAnError(t *testing.T) {
	for _, address := range []string{"/services/T0FAKE001/B0FAKE001/s3cretw3bh00k", "/services/T0FAKE001/B0FAKE001/s3cret%2Fx?token=qu3rys3cret"} {
		u, err := url.Parse("http://x" + address)
		if err != nil {
			t.Fatal(err)
		}
		secrets := []string{"s3cret", "T0FAKE001", "B0FAKE001", "qu3rys3cret"}
		for _, echoed := range []string{address, u.Path, u.Path[strings.LastIndex(u.Path, "/")+1:], "http://hooks.example" + address, "qu3rys3cret"} {
			if !strings.Contains(address, echoed) && !strings.Contains(echoed, u.Path) && !strings.HasSuffix(u.Path, echoed) && !strings.HasSuffix(echoed, address) {
				continue // is no part of this address
			}
			for _, status := range []int{200, 302, 400, 403, 404, 500} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", "https://evil.example/"+echoed)
					w.WriteHeader(status)
					fmt.Fprint(w, echoed)
				}))
				_, err := mustHook(t, server.URL+address).Send(t.Context(), slackDelivery("x"))
				server.Close()
				if err == nil {
					t.Fatalf("status %d: no error", status)
				}
				text := fmt.Sprintf("%v %+v %#v %#v", err, err, err, delivery.ErrorOf(err).Err)
				for _, secret := range secrets {
					if shows(text, secret) {
						t.Errorf("status %d with %q: %q shows: %s", status, echoed, secret, text)
					}
				}
			}
		}
	}
}

// What Slack calls a message becomes a receipt, which is stored, shown and audited.
func TestReceiptHoldsNothingButIDs(t *testing.T) {
	for _, answer := range []map[string]any{
		{"ok": true, "channel": slackToken, "ts": "1.000001"},
		{"ok": true, "channel": "C1", "ts": slackToken},
		{"ok": true, "channel": "C1 (x)", "ts": "1.000001"},
		{"ok": true, "channel": "C1", "ts": ""},
	} {
		body, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		fake := fakeSlack(t, slackfake.Options{})
		fake.Inject(slackfake.Fault{Kind: slackfake.Page, Text: string(body)})
		receipt, err := slackTo(t, fake, "C0123456789").Send(t.Context(), slackDelivery("x"))
		if receipt != "" || delivery.ErrorOf(err).Reason != delivery.Ambiguous || shows(err.Error(), slackToken) {
			t.Errorf("%s: receipt %q, %v; want that the message is not named", body, receipt, err)
		}
	}
}

func TestSocketKeepsSecretsOutOfTheLog(t *testing.T) {
	for _, secret := range []string{slackToken, slackAppToken} {
		for _, method := range []string{"auth.test", "apps.connections.open", "users.info", "chat.postEphemeral"} {
			for name, fault := range echoes(secret) {
				t.Run(method+" "+name, func(t *testing.T) {
					t.Parallel()
					h := connectSocket(t, slackfake.Options{Users: []slackfake.User{{ID: "U20", Team: "T2"}}}, nil)
					h.connected(t)
					fault.Method = method
					fault.Times = 2
					fake := h.fake
					fake.Inject(fault)
					h.click(t, "U1", h.alert, "Assign to me")
					h.click(t, "U20", h.alert, "Assign to me") // is refused, and told so
					fake.CutSockets()
					until(t, "a new connection", func() bool {
						return fake.Sockets() == 1 && strings.Count(h.log.String(), "buttons are connected\"") >= 2
					})
					if shows(h.log.String(), secret) {
						t.Errorf("the secret shows in the log:\n%s", tailOf(h.log.String()))
					}
					for _, i := range h.actions.all() {
						if shows(i.By, secret) {
							t.Errorf("the secret shows in a name: %s", i.By)
						}
					}
				})
			}
		}
	}
}

// The address of a connection holds a ticket, an interaction an address to answer at.
func TestSocketKeepsTicketsOutOfTheLog(t *testing.T) {
	h := connectSocket(t, slackfake.Options{Users: []slackfake.User{{ID: "U20", Display: slackToken}}}, nil)
	h.connected(t)
	const ticket = "s3cretTick3t1" // of the first connection
	payload := h.fake.InteractionPayload("U2", h.alert, h.alert.Buttons()[0])
	payload["user"].(map[string]any)["id"] = "U2" + ticket
	h.push(t, payload)
	h.click(t, "U20", h.alert, "Assign to me")
	for _, text := range []string{
		`{"type":"hello","connection_info":{"app_id":"` + ticket + `"}}`,
		`{"type":"interactive","envelope_id":"x","payload":"` + ticket + `"}`,
		`{"type":"disconnect","reason":"` + ticket + ` ` + slackAppToken + `"}`,
	} {
		if err := h.fake.PushRaw(text); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "a new connection", func() bool { return strings.Count(h.log.String(), "buttons are connected\"") >= 3 })
	for _, secret := range []string{ticket, slackToken, slackAppToken, "s3cretAnsw3r"} {
		if shows(h.log.String(), secret) {
			t.Errorf("%s shows in the log:\n%s", secret, tailOf(h.log.String()))
		}
	}
	if got := h.actions.all(); len(got) != 1 || got[0].By != "@[secret] (U20)" {
		t.Errorf("acted: %+v; want U20, without the token as a name", got)
	}
}

// An address of a connection that cannot be used is not logged either.
func TestConnectionThatCannotBeMadeShowsNoTicket(t *testing.T) {
	for _, address := range []string{
		"wss://127.0.0.1:1/?ticket=s3cretTick3t", "http://127.0.0.1:1/s3cretTick3t", "wss://%zz/s3cretTick3t", "s3cretTick3t", "",
	} {
		fake := fakeSlack(t, slackfake.Options{})
		body, err := json.Marshal(map[string]any{"ok": true, "url": address})
		if err != nil {
			t.Fatal(err)
		}
		fake.Inject(slackfake.Fault{Kind: slackfake.Page, Method: "apps.connections.open", Text: string(body)})
		s := NewSocket(SocketOptions{Tokens: func() (string, string, error) { return slackToken, slackAppToken, nil }, API: fake.APIURL()})
		s.wait = func(int, error) time.Duration { return 0 }
		if _, err := s.serve(t.Context()); err == nil || shows(fmt.Sprintf("%v %+v", err, err), "s3cretTick3t") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
