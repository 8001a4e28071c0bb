package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// pagedDelivery is a summary of so many events that one message cannot hold them.
func pagedDelivery(events int) models.Delivery {
	s := models.Summary{Title: "Many alerts", Zone: "UTC"}
	for i := range events {
		s.Events = append(s.Events, models.DigestEvent{
			EventID: fmt.Sprintf("01JE%022d", i), Severity: models.Medium, RuleIDs: []string{"yuan"}, Title: strings.Repeat("Coin rules ", 40), Link: "https://example.org/",
		})
	}
	d := noticetest.Due("a", "hook", "", time.Now())
	d.Notice.Kind, d.Notice.Content = models.NoticeSummary, models.Content{Summary: &s}
	return d
}

// eventsIn returns the events of all messages in the order in which they came, and
// whether the pages were complete and in order.
func eventsIn(t *testing.T, bodies []string) (ids []string) {
	t.Helper()
	for i, body := range bodies {
		var m struct {
			Data struct {
				Page, Pages int
				Summary     models.Summary
			}
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		if m.Data.Page != i+1 || m.Data.Pages != len(bodies) {
			t.Errorf("message %d of %d is page %d of %d", i+1, len(bodies), m.Data.Page, m.Data.Pages)
		}
		for _, e := range m.Data.Summary.Events {
			ids = append(ids, e.EventID)
		}
	}
	return ids
}

func TestSummaryIsPostedInPages(t *testing.T) {
	for _, events := range []int{1000, 10_000} {
		fake := &receiverFake{}
		server := httptest.NewServer(fake)
		ch, err := New(Options{URL: server.URL, Keys: [][]byte{webhookKey}, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		d := pagedDelivery(events)
		if receipt, err := ch.Send(t.Context(), d); receipt != d.ID || err != nil {
			t.Errorf("Send = %q, %v; want the receipt %q", receipt, err, d.ID)
		}
		var want []string
		for _, e := range d.Notice.Content.Summary.Events {
			want = append(want, e.EventID)
		}
		if diff := cmp.Diff(want, eventsIn(t, fake.bodies)); diff != "" {
			t.Errorf("events mismatch (-want +got):\n%s", diff)
		}
		for i, header := range fake.headers {
			want := d.ID
			if i > 0 {
				want = fmt.Sprintf("%s-%d", d.ID, i+1)
			}
			if got := header.Get("webhook-id"); got != want {
				t.Errorf("page %d has the id %s, want %s", i+1, got, want)
			}
		}
		server.Close()
	}
}

// A receiver that takes one message and then asks for a pause must get the last page
// too, and none twice while the program runs.
func TestPagesGoOnWhereTheyStopped(t *testing.T) {
	fake := &receiverFake{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fake.ServeHTTP(w, r)
		fake.next(receiverAnswer{code: http.StatusTooManyRequests}) // the next one
	}))
	defer server.Close()
	ch, err := New(Options{URL: server.URL, Keys: [][]byte{webhookKey}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d := pagedDelivery(2000)
	tries := 0
	for ; tries < 100; tries++ {
		if _, err = ch.Send(t.Context(), d); err == nil {
			break
		}
		failed := delivery.ErrorOf(err)
		if failed.Reason != delivery.RateLimited {
			t.Fatalf("Send: %v (%s), want one that asks for a pause", err, failed.Reason)
		}
		fake.mu.Lock()
		fake.answers = nil // the pause is over
		fake.mu.Unlock()
	}
	if err != nil {
		t.Fatalf("not sent after %d tries: %v", tries, err)
	}
	if got := eventsIn(t, fake.bodies); len(got) != 2000 {
		t.Errorf("%d events, want 2000", len(got))
	}
	if len(fake.headers) != len(fake.bodies) {
		t.Errorf("%d requests for %d pages", len(fake.headers), len(fake.bodies))
	}
	if len(ch.accepted) != 0 {
		t.Errorf("the pages of a complete delivery are still noted: %v", ch.accepted)
	}
}

// After a crash nothing is known of the pages that were accepted. They come again with the
// same ids, so that the receiver drops them.
func TestPagesHaveTheSameIDsAfterARestart(t *testing.T) {
	fake := &receiverFake{}
	server := httptest.NewServer(fake)
	defer server.Close()
	d := pagedDelivery(2000)
	for range 2 {
		ch, err := New(Options{URL: server.URL, Keys: [][]byte{webhookKey}, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ch.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if got := eventsIn(t, fake.bodies); len(got) != 2000 || len(fake.headers) != 2*len(fake.bodies) {
		t.Errorf("%d events in %d pages of %d requests; want 2000, each page twice and kept once", len(got), len(fake.bodies), len(fake.headers))
	}
}

// A delivery that was given up after its first page may be retried days later.
func TestAcceptedPagesAreForgottenAfterADay(t *testing.T) {
	for _, tt := range []struct {
		after     time.Duration
		wantFirst bool // the first page is posted again
	}{{23 * time.Hour, false}, {24 * time.Hour, true}, {-24 * time.Hour, true}} {
		fake := &receiverFake{}
		server := httptest.NewServer(fake)
		now := time.Now()
		ch, err := New(Options{URL: server.URL, Keys: [][]byte{webhookKey}, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		d := pagedDelivery(2000)
		now = now.Add(-tt.after)
		ch.noteAccepted(d.ID, 1, 2)
		now = now.Add(tt.after)
		if _, err := ch.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if first := fake.headers[0].Get("webhook-id") == d.ID; first != tt.wantFirst {
			t.Errorf("after %s the first page is posted again: %v, want %v", tt.after, first, tt.wantFirst)
		}
		server.Close()
	}
}

func TestFewIncompleteDeliveriesAreRemembered(t *testing.T) {
	now := time.Now()
	ch, err := New(Options{URL: "https://hook.example", Keys: [][]byte{webhookKey}, Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range mostProgress + 5 {
		ch.noteAccepted(fmt.Sprint(i), 1, 2)
	}
	if n := len(ch.accepted); n != mostProgress || ch.acceptedPages("4") != 0 || ch.acceptedPages("5") != 1 {
		t.Errorf("%d deliveries are remembered; want the last %d", n, mostProgress)
	}
	now = now.Add(keepProgress)
	ch.acceptedPages("another")
	if n := len(ch.accepted); n != 0 {
		t.Errorf("%d deliveries are remembered after a day, want none", n)
	}
}
