package webhook

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"regwatch/internal/noticetest"
)

var webhookKey = []byte("a key of thirty-two bytes: 123456")

// A receiverFake takes webhooks as a receiver should: it verifies the signature
// and the time, and keeps what it has not had before.
type receiverFake struct {
	mu      sync.Mutex
	answers []receiverAnswer
	bodies  []string
	ids     map[string]bool
	headers []http.Header
}

// A receiverAnswer is what a receiver does in place of taking a message.
type receiverAnswer struct {
	code   int
	header []string
	body   string
	cut    bool // the connection, in place of an answer
	keep   bool // the message, first
}

func (f *receiverFake) next(a receiverAnswer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers = append(f.answers, a)
}

func (f *receiverFake) received() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.bodies...)
}

func (f *receiverFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.answers) > 0 {
		a := f.answers[0]
		f.answers = f.answers[1:]
		if a.keep {
			f.take(r, body)
		}
		if a.cut {
			panic(http.ErrAbortHandler)
		}
		for i := 0; i+1 < len(a.header); i += 2 {
			w.Header().Set(a.header[i], a.header[i+1])
		}
		w.WriteHeader(a.code)
		_, _ = io.WriteString(w, a.body)
		return
	}
	if problem := f.take(r, body); problem != "" {
		http.Error(w, problem, http.StatusUnauthorized)
	}
}

func (f *receiverFake) take(r *http.Request, body []byte) (problem string) {
	id, sent := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	var seconds int64
	if _, err := fmt.Sscan(sent, &seconds); err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return "webhook-timestamp " + sent
	}
	if got, want := r.Header.Get("webhook-signature"), signatures([][]byte{webhookKey}, id, time.Unix(seconds, 0), body); got != want {
		return "webhook-signature " + got
	}
	if f.ids == nil {
		f.ids = map[string]bool{}
	}
	f.headers = append(f.headers, r.Header.Clone())
	if f.ids[id] {
		return ""
	}
	f.ids[id] = true
	f.bodies = append(f.bodies, string(body))
	return ""
}

// The example of the specification's own libraries
// (github.com/standard-webhooks/standard-webhooks, libraries/go), and two keys.
func TestWebhookSignature(t *testing.T) {
	key := []byte{
		0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a, 0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08, 0x2c, 0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0,
	}
	id, at, body := "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := signatures([][]byte{key}, id, at, body); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	if got, want := signatures([][]byte{key, key}, id, at, body), want+" "+want; got != want {
		t.Errorf("signatures of two keys %s, want %s", got, want)
	}
}

func TestWebhookKeepsItsIDAcrossTries(t *testing.T) {
	fake := &receiverFake{}
	server := httptest.NewServer(fake)
	defer server.Close()
	ch, err := New(Options{URL: server.URL, Keys: [][]byte{webhookKey}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	fake.next(receiverAnswer{cut: true, keep: true})
	d := noticetest.Due("a", "hook", "", time.Now())
	if _, err := ch.Send(t.Context(), d); err == nil {
		t.Error("a cut connection is no error")
	}
	receipt, err := ch.Send(t.Context(), d)
	if err != nil || receipt != d.ID {
		t.Errorf("Send = %q, %v; want the receipt %q", receipt, err, d.ID)
	}
	if len(fake.bodies) != 1 || len(fake.headers) != 2 {
		t.Errorf("%d messages kept of %d requests; want one of two", len(fake.bodies), len(fake.headers))
	}
}
