package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"

	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// A receiver takes messages and keeps them in the order in which they came.
type receiver struct {
	address  string
	received func() []string
	stop     func()
}

func newReceiver(kind string) (receiver, error) {
	switch kind {
	case "webhook":
		var mu sync.Mutex
		var all []string
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, string(body))
		}))
		return receiver{server.URL, func() []string { mu.Lock(); defer mu.Unlock(); return all }, server.Close}, nil
	case "slack":
		fake, err := slackfake.New(slackfake.Options{})
		if err != nil {
			return receiver{}, err
		}
		return receiver{fake.APIURL(), func() []string {
			var all []string
			for _, m := range fake.Messages() {
				all = append(all, m.Text)
			}
			return all
		}, func() { _ = fake.Close() }}, nil
	case "mail":
		fake, err := smtpfake.New(smtpfake.Options{})
		if err != nil {
			return receiver{}, err
		}
		return receiver{fake.Addr(), func() []string {
			var all []string
			for _, m := range fake.Messages() {
				all = append(all, string(m.Raw))
			}
			return all
		}, func() { _ = fake.Close() }}, nil
	}
	return receiver{}, fmt.Errorf("no kind of channel is called %q", kind)
}

// A verdict is what became of the messages.
type verdict struct{ arrived, twice, disordered int }

var name = regexp.MustCompile(`Event (\d+) part (\d+)`)

func judge(messages []string) verdict {
	var v verdict
	last := make(map[string]int) // part, by event
	for _, m := range messages {
		event, part := "", -1
		// A follow-up names the first message of its thread as well.
		for _, found := range name.FindAllStringSubmatch(m, -1) {
			n, _ := strconv.Atoi(found[2])
			event, part = found[1], max(part, n)
		}
		if part < 0 {
			continue
		}
		before, has := last[event]
		switch {
		case has && part == before:
			v.twice++
			continue
		case has && part != before+1, !has && part != 0:
			v.disordered++
		}
		v.arrived++
		last[event] = part
	}
	return v
}
