package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Retry-After of one page applies to the whole host: to the feed, other pages and
// other sources, until the time is over.
func TestRetryAfterAppliesToHost(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		var asked, elsewhere atomic.Int32
		busy := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(status)
		}))
		other := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			elsewhere.Add(1)
			_, _ = io.WriteString(w, smallFeed)
		}))
		now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
		client := New(Options{Now: func() time.Time { return now }})
		defer client.Close()
		_, err := getPage(t, client, loopback(busy.URL+"/feed"), busy.URL+"/page")
		if e, ok := errors.AsType[*Error](err); !ok || e.RetryAfter() != 10*time.Minute {
			t.Fatalf("%d: first request: %v; want a cooldown of ten minutes", status, err)
		}
		now = now.Add(4 * time.Minute)
		want := map[int]Reason{http.StatusTooManyRequests: TooManyRequests, http.StatusServiceUnavailable: ServerError}[status]
		_, feedErr := getFor(t, client, loopback(busy.URL+"/feed"))
		_, pageErr := getPage(t, client, loopback(other.URL), busy.URL+"/other")
		for _, err := range []error{feedErr, pageErr} {
			if e, ok := errors.AsType[*Error](err); !ok || e.RetryAfter() != 6*time.Minute || e.Reason != want {
				t.Errorf("%d: second request: %v; want reason %q and a cooldown of six minutes", status, err, want)
			}
		}
		if _, err := getFor(t, client, loopback(other.URL)); err != nil || elsewhere.Load() != 1 {
			t.Errorf("%d: another server: %v, %d requests; want one", status, err, elsewhere.Load())
		}
		if asked.Load() != 1 {
			t.Errorf("%d: %d requests, want one", status, asked.Load())
		}
	}
}

func TestCooldownExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := New(Options{Now: time.Now})
		defer client.Close()
		u, _ := url.Parse("https://a.example/feed")
		same, _ := url.Parse("http://A.example:80/page")
		client.startCooldown(u, TooManyRequests, time.Hour)
		client.startCooldown(u, TooManyRequests, time.Minute) // the latest cooldown counts
		time.Sleep(59 * time.Second)
		if client.cooldownError(same) == nil {
			t.Error("the cooldown ended before its minute was over")
		}
		time.Sleep(2 * time.Second)
		if err := client.cooldownError(same); err != nil || len(client.cooldowns) != 0 {
			t.Errorf("after the minute: %v, and %d cooldowns left", err, len(client.cooldowns))
		}
	})
}
