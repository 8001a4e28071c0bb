package notifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// toldHealth collects what a deliverer tells of its channels, refusing the first few.
type toldHealth struct {
	refuse int

	mu    sync.Mutex
	lines []string
}

func (l *toldHealth) listen(d *Deliverer, start time.Time) {
	d.OnHealth = func(_ context.Context, h ChannelHealth) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.refuse > 0 {
			l.refuse--
			return errors.New("the database is locked")
		}
		l.lines = append(l.lines, fmt.Sprintf("%v %s %s since %v dead %d: %s", time.Since(start).Round(time.Second), h.Name(), h.Health, h.Since.Sub(start).Round(time.Second), h.Dead, h.Error))
		return nil
	}
}

func TestTroubleOfAChannelIsToldOnceAndSoIsItsEnd(t *testing.T) {
	times := func(n int, err error) []error { return slices.Repeat([]error{err}, n) }
	address := &DeliveryError{Reason: Blocked, OneAddress: true, Err: errors.New("not in the channel")}
	tests := []struct {
		name   string
		script []error
		refuse int
		want   []string
	}{
		{"it works", nil, 0, nil},
		{"it passes", times(5, failure(Blocked, "wrong password")), 0, nil},
		{"blocked", times(9, failure(Blocked, "wrong password")), 0, []string{
			"10m5s c failing since 0s dead 0: wrong password",
			"1h10m5s c healthy since 1h10m5s dead 0: wrong password",
		}},
		{"unreachable, then blocked", append(times(4, failure(Unreachable, "no network")), times(3, failure(Blocked, "wrong password"))...), 0, []string{
			"10m5s c failing since 0s dead 0: wrong password",
			"40m5s c healthy since 40m5s dead 0: wrong password",
		}},
		{"one address", times(7, address), 0, []string{
			"10m10s c:x failing since 0s dead 0: not in the channel",
			"40m10s c:x healthy since 40m10s dead 0: not in the channel",
		}},
		{"asked to wait", times(9, &DeliveryError{Reason: RateLimited, RetryAfter: 10 * time.Minute, Err: errors.New("429")}), 0, nil},
		{"the telling fails at first", times(7, failure(Blocked, "wrong password")), 1, []string{
			"25m5s c failing since 0s dead 0: wrong password",
			"40m5s c healthy since 40m5s dead 0: wrong password",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				d := deliverer(newMemory(due("a", "c", "x", start)), map[string]Channel{"c": &scripted{script: slices.Clone(tt.script), start: start}})
				got := &toldHealth{refuse: tt.refuse}
				got.listen(d, start)
				runFor(t, d, 3*time.Hour)
				if diff := cmp.Diff(tt.want, got.lines); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAnAnswerEndsARowOfFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		blocked, gone := failure(Blocked, "wrong password"), failure(Permanent, "no such user")
		first := due("a", "c", "x", start)
		first.Notice.Kind, first.Notice.Subject = models.NoticeHealth, "channel" // its end is not told
		later := due("b", "c", "x", start)
		later.NotBefore = start.Add(time.Hour)
		d := deliverer(newMemory(first, later), map[string]Channel{"c": &scripted{script: []error{blocked, gone, blocked}, start: start}})
		got := &toldHealth{}
		got.listen(d, start)
		runFor(t, d, 2*time.Hour)
		if len(got.lines) > 0 {
			t.Errorf("two failures, an hour and an answer apart, are told: %q", got.lines)
		}
	})
}

func TestTroubleFromBeforeARestartIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		row := due("a", "c", "", start.Add(-time.Hour))
		row.LastError = "wrong password"
		box := newMemory(row)
		got := &toldHealth{}
		for range 2 {
			d := deliverer(box, map[string]Channel{"c": &scripted{script: []error{failure(Blocked, "wrong password")}, start: start}})
			got.listen(d, start)
			if _, err := d.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		// The same since makes the same notice, which is stored once.
		want := []string{"0s c failing since -1h0m0s dead 0: wrong password", "1m0s c failing since -1h0m0s dead 0: wrong password"}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// What people were told before a restart is over for them only when they hear it.
func TestTheEndOfATroubleIsToldAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		d := deliverer(newMemory(due("a", "c", "x", start), due("b", "other", "y", start)), map[string]Channel{"c": &scripted{start: start}, "other": &scripted{start: start}})
		d.Troubled = func(context.Context) ([]ChannelHealth, error) {
			return []ChannelHealth{
				{Channel: "c", Health: models.Failing, Since: start.Add(-time.Hour), Error: "wrong password"},
				{Channel: "c", Address: "x", Health: models.Failing, Since: start.Add(-2 * time.Hour), Error: "archived"},
				{Channel: "c", Address: "z", Health: models.Failing, Since: start.Add(-3 * time.Hour), Error: "archived"}, // nothing is sent there
			}, nil
		}
		got := &toldHealth{}
		got.listen(d, start)
		runFor(t, d, time.Minute)
		want := []string{"0s c healthy since 0s dead 0: wrong password", "0s c:x healthy since 0s dead 0: archived"}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestWhatIsGivenUpIsToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := newMemory(due("a", "c", "x", start), due("b", "c", "x", start), due("d", "c", "y", start))
		about := due("e", "c", "z", start)
		about.Notice.Kind, about.Notice.Subject = models.NoticeHealth, "channel"
		box.add(about)
		d := deliverer(box, map[string]Channel{"c": &scripted{script: slices.Repeat([]error{failure(Permanent, "no such user")}, 9), start: start}})
		got := &toldHealth{}
		got.listen(d, start)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		time.Sleep(30*time.Minute + time.Second)
		box.add(due("f", "c", "x", time.Now()))
		time.Sleep(time.Hour)
		box.add(due("g", "c", "x", time.Now()))
		d.Wake()
		time.Sleep(time.Second)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		slices.Sort(got.lines)
		want := []string{
			"1h1m0s c:x failing since 30m2s dead 1: no such user",
			"1h30m2s c:x failing since 1h30m1s dead 1: no such user",
			"1m0s c:x failing since 0s dead 2: no such user",
			"1m0s c:y failing since 0s dead 1: no such user",
		}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestPlanChannelHealth(t *testing.T) {
	routing := Routing{
		Health: []string{"both", "mail", "two", "none"},
		Recipients: map[string]Recipient{
			"both": {Name: "both", Destinations: []Destination{{Channel: "slack"}, {Channel: "mail", Address: "a@example.org"}}},
			"mail": {Name: "mail", Destinations: []Destination{{Channel: "mail", Address: "a@example.org"}}},
			"two":  {Name: "two", Destinations: []Destination{{Channel: "mail", Address: "a@example.org"}, {Channel: "mail", Address: "b@example.org"}}},
			"none": {Name: "none"},
		},
	}
	none := "none: held, none has no destination"
	held := func(name, what string) string {
		return fmt.Sprintf("%s: held, %s has no destination but %s, which it tells of", name, name, what)
	}
	tests := []struct {
		name   string
		health ChannelHealth
		want   []string
	}{
		{
			"a channel",
			ChannelHealth{Channel: "mail", Health: models.Failing},
			[]string{"both: high slack", held("mail", "mail"), held("two", "mail"), none},
		},
		{
			"an address",
			ChannelHealth{Channel: "mail", Address: "a@example.org", Health: models.Failing},
			[]string{"both: high slack", held("mail", "mail:a@example.org"), "two: high mail:b@example.org", none},
		},
		{
			"given up",
			ChannelHealth{Channel: "mail", Address: "a@example.org", Health: models.Failing, Dead: 2},
			[]string{"both: high slack", held("mail", "mail:a@example.org"), "two: high mail:b@example.org", none},
		},
		{
			"recovered",
			ChannelHealth{Channel: "mail", Health: models.Healthy},
			[]string{"both: low slack", "mail: low mail:a@example.org", "two: low mail:a@example.org mail:b@example.org", none},
		},
	}
	ids := map[string]bool{}
	for i, tt := range tests {
		tt.health.Since = noon.Add(time.Duration(i/3) * time.Hour)
		var got []string
		for _, n := range PlanChannelHealth(tt.health, routing, noon) {
			line := n.Recipient + ": " + string(n.Severity)
			for _, d := range n.Deliveries {
				line += " " + d.Destination
			}
			if n.Held != "" {
				line = n.Recipient + ": held, " + n.Held
			}
			got = append(got, line)
			if n.Kind != models.NoticeHealth || n.Subject != "channel" || n.ID == "" || ids[n.ID] {
				t.Errorf("%s: notice %s of kind %s about a %s is not its own", tt.name, n.ID, n.Kind, n.Subject)
			}
			ids[n.ID] = true
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Somebody hears of a channel whatever it is, and nobody over the channel itself.
func TestPlanChannelHealthFindsAnotherWay(t *testing.T) {
	slack, mail := []Destination{{Channel: "slack"}}, []Destination{{Channel: "mail", Address: "a@example.org"}}
	failing := ChannelHealth{Channel: "slack", Health: models.Failing, Since: noon, Error: "x"}
	over := ChannelHealth{Channel: "slack", Health: models.Healthy, Since: noon, Error: "x"}
	gone := ChannelHealth{Channel: "old", Health: models.Failing, Since: noon, Owed: 3}
	tests := []struct {
		name   string
		health ChannelHealth
		hear   []string
		all    map[string][]Destination
		want   []string
	}{
		{"others have another way", failing, []string{"ops"}, map[string][]Destination{"ops": slack, "legal": mail, "desk": slack}, []string{"ops held", "legal mail:a@example.org"}},
		{"they hear of the end too", over, []string{"ops"}, map[string][]Destination{"ops": slack, "legal": mail}, []string{"ops slack", "legal mail:a@example.org"}},
		{"nobody has", failing, []string{"ops", "desk"}, map[string][]Destination{"ops": slack, "desk": slack}, []string{"ops terminal", "desk held"}},
		{"the end of it, over itself", over, []string{"ops"}, map[string][]Destination{"ops": slack}, []string{"ops slack"}},
		{"one who hears has", failing, []string{"ops", "legal"}, map[string][]Destination{"ops": slack, "legal": mail, "desk": mail}, []string{"ops held", "legal mail:a@example.org"}},
		{"gone from the configuration", gone, []string{"ops"}, map[string][]Destination{"ops": slack}, []string{"ops slack"}},
		{"nobody wants to hear", failing, nil, map[string][]Destination{"legal": mail}, nil},
	}
	for _, tt := range tests {
		routing := Routing{Health: tt.hear, Recipients: map[string]Recipient{}}
		for name, to := range tt.all {
			routing.Recipients[name] = Recipient{Name: name, Destinations: to}
		}
		var got []string
		for _, n := range PlanChannelHealth(tt.health, routing, noon) {
			line := n.Recipient
			for _, d := range n.Deliveries {
				line += " " + d.Destination
			}
			if n.Held != "" {
				line += " held"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestAMessageThatIsNeverTakenHoldsNoOtherUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ch := &picky{refuses: "bad"}
		box := newMemory(due("bad", "c", "x", start), due("good", "c", "x", start), due("better", "c", "x", start))
		runFor(t, deliverer(box, map[string]Channel{"c": ch}), time.Hour)
		for id, want := range map[string]models.DeliveryState{"bad": models.DeliveryDue, "good": models.DeliverySent, "better": models.DeliverySent} {
			if got := box.row(id).State; got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
		if got := box.row("bad").Attempts; got != 0 {
			t.Errorf("being refused cost %d attempts, want none", got)
		}
	})
}

// picky refuses one message by a policy, for ever.
type picky struct{ refuses string }

func (p *picky) Send(_ context.Context, d models.Delivery) (string, error) {
	if d.ID == p.refuses {
		return "", &DeliveryError{Reason: Blocked, OneAddress: true, OneMessage: true, Err: errors.New("policy")}
	}
	return "receipt-" + d.ID, nil
}
