package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// A receiver takes messages and keeps them in the order in which they came.
type receiver struct {
	address  string
	received func() []string
	count    func() (int, time.Time) // how many, and when the last came; of a webhook alone
	stop     func()
}

func newReceiver(kind string) (receiver, error) {
	switch kind {
	case "webhook":
		var mu sync.Mutex
		var all []string
		var last time.Time
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			all, last = append(all, string(body)), time.Now()
		}))
		return receiver{
			address:  server.URL,
			received: func() []string { mu.Lock(); defer mu.Unlock(); return all },
			count:    func() (int, time.Time) { mu.Lock(); defer mu.Unlock(); return len(all), last },
			stop:     server.Close,
		}, nil
	case "slack":
		fake, err := slackfake.New(slackfake.Options{})
		if err != nil {
			return receiver{}, err
		}
		return receiver{address: fake.APIURL(), received: func() []string {
			var all []string
			for _, m := range fake.Messages() {
				all = append(all, m.Text)
			}
			return all
		}, stop: func() { _ = fake.Close() }}, nil
	case "mail":
		fake, err := smtpfake.New(smtpfake.Options{})
		if err != nil {
			return receiver{}, err
		}
		return receiver{address: fake.Addr(), received: func() []string {
			var all []string
			for _, m := range fake.Messages() {
				all = append(all, string(m.Raw))
			}
			return all
		}, stop: func() { _ = fake.Close() }}, nil
	}
	return receiver{}, fmt.Errorf("no kind of channel is called %q", kind)
}

// A verdict is what became of the messages.
type verdict struct{ arrived, twice, disordered int }

var name = regexp.MustCompile(`Event (\d+) part (\d+)`)

func judge(messages []string) verdict {
	var v verdict
	last := make(map[string]int) // part, by thread
	seen := make(map[string]bool)
	for _, m := range messages {
		thread, part := "", -1
		// A follow-up names the first message of its thread as well.
		for _, found := range name.FindAllStringSubmatch(m, -1) {
			n, _ := strconv.Atoi(found[2])
			thread, part = found[1], max(part, n)
		}
		if part < 0 {
			continue
		}
		id := thread + "/" + strconv.Itoa(part)
		if seen[id] {
			v.twice++
			continue
		}
		seen[id] = true
		before, has := last[thread]
		if has && part != before+1 || !has && part != 0 {
			v.disordered++
		}
		v.arrived++
		last[thread] = part
	}
	return v
}
