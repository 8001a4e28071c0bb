package webhook

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

func TestWebhookPassesTheChannelTests(t *testing.T) { channeltest.Run(t, webhookRig) }

func webhookRig(t *testing.T) *channeltest.Rig {
	fake := &receiverFake{}
	server := httptest.NewUnstartedServer(fake)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	address := server.URL + "/hooks/t0ken-in-the-path?key=t0ken-in-the-query"
	ch, err := New(Options{URL: address, Keys: [][]byte{webhookKey}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := &channeltest.Rig{Channel: ch, Secrets: []string{address, "t0ken-in-the-path", "t0ken-in-the-query", string(webhookKey)}, Stop: server.Close, Received: fake.received}
	answer := func(code int, header ...string) func() {
		return func() { fake.next(receiverAnswer{code: code, header: header}) }
	}
	r.Echoes = map[string]func(string){
		"an answer of 403": func(text string) { fake.next(receiverAnswer{code: 403, body: text}) },
		"an answer of 500": func(text string) { fake.next(receiverAnswer{code: 500, body: text, header: []string{"Warning", text}}) },
		"a redirect": func(text string) {
			fake.next(receiverAnswer{code: 301, header: []string{"Location", "https://evil.example/?t=" + text}})
		},
		"a redirect to no URL": func(text string) {
			fake.next(receiverAnswer{code: 302, header: []string{"Location", "https://%zz" + text}})
		},
	}
	r.Faults = map[string]channeltest.Fault{
		"400": channeltest.NewFault(answer(400), delivery.Temporary, 0), "422": channeltest.NewFault(answer(422), delivery.Temporary, 0), "413": channeltest.NewFault(answer(413), delivery.Permanent, 0),
		"401": channeltest.NewFault(answer(401), delivery.Blocked, 0), "403": channeltest.NewFault(answer(403), delivery.Blocked, 0), "404": channeltest.NewFault(answer(404), delivery.Blocked, 0), "410": channeltest.NewFault(answer(410), delivery.Blocked, 0),
		"redirect":               channeltest.NewFault(answer(301, "Location", "/hooks/elsewhere"), delivery.Blocked, 0),
		"429":                    channeltest.NewFault(answer(429, "Retry-After", "7"), delivery.RateLimited, 0),
		"503 that asks":          channeltest.NewFault(answer(503, "Retry-After", "7"), delivery.RateLimited, 0),
		"503":                    channeltest.NewFault(answer(503), delivery.Unreachable, 0),
		"502":                    channeltest.NewFault(answer(502), delivery.Unreachable, 0),
		"500":                    channeltest.NewFault(answer(500), delivery.Ambiguous, 0),
		"cut before an answer":   channeltest.NewFault(func() { fake.next(receiverAnswer{cut: true}) }, delivery.Ambiguous, 0),
		"cut after accepting it": channeltest.NewFault(func() { fake.next(receiverAnswer{cut: true, keep: true}) }, delivery.Ambiguous, 1),
		"an endless answer":      channeltest.NewFault(func() { fake.next(receiverAnswer{code: 500, body: strings.Repeat("t0ken-in-the-path ", 1<<16)}) }, delivery.Ambiguous, 0),
	}
	return r
}
