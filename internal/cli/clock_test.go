package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/scanner"
)

// step does what a tick of regwatch run does at the night's time, and delivers.
func (n *night) step() {
	n.t.Helper()
	if err := n.scan.Pass(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	for _, do := range []func() error{
		func() error { return n.scan.Releases(n.t.Context()) },
		func() error { return n.scan.Escalations(n.t.Context()) },
		func() error { return n.scan.Digests(n.t.Context()) },
		func() error { _, err := n.deliver.Drain(n.t.Context()); return err },
	} {
		if err := do(); err != nil {
			n.t.Fatal(err)
		}
	}
}

// steps lets time go by, with a tick each minute.
func (n *night) steps(minutes int) {
	n.t.Helper()
	for range minutes {
		n.now = n.now.Add(time.Minute)
		n.step()
	}
}

// digests makes the desk's night one with a digest each day at eight.
func (n *night) digests() {
	settings := n.scan.Settings()
	settings.Digests = []models.DigestSubscription{{
		ID: "daily", To: []models.Destination{{Channel: "chat", Address: "daily"}},
		Recurrence: models.Recurrence{Every: models.Daily, At: 8 * time.Hour}, Zone: "UTC",
	}}
	n.scan.Settings = func() scanner.Settings { return settings }
	n.scan.DigestStore = n.store
}

// inDigests returns the titles of the events in each digest that was made.
func (n *night) inDigests() [][]string {
	n.t.Helper()
	issues, err := n.store.Digests(n.t.Context(), "daily", models.Position{}, 100)
	if err != nil {
		n.t.Fatal(err)
	}
	slices.SortFunc(issues, func(a, b models.DigestIssue) int { return a.WindowTo.Compare(b.WindowTo) })
	var all [][]string
	for _, issue := range issues {
		titles := []string{}
		notices, err := n.store.NoticesByID(n.t.Context(), issue.NoticeIDs)
		if err != nil || len(notices) != 1 {
			n.t.Fatalf("%d notices of a digest, %v; want 1", len(notices), err)
		}
		for _, e := range notices[0].Content.Digest.Events {
			titles = append(titles, e.Title)
		}
		slices.Sort(titles)
		all = append(all, titles)
	}
	return all
}

var clockOffsets = []time.Duration{-150 * time.Second, -2 * time.Hour, 150 * time.Second, 2 * time.Hour}

// TestEveryStoryIsInOneDigestWhateverTheClockShows: the clock is wrong for half an
// hour around the slot of a daily digest. Each story is in one digest, and the
// next day's digest is made.
func TestEveryStoryIsInOneDigestWhateverTheClockShows(t *testing.T) {
	t.Parallel()
	for _, offset := range clockOffsets {
		for _, wrongFrom := range []string{"2026-03-03T07:00:00Z", "2026-03-03T07:45:00Z", "2026-03-03T08:03:00Z", "2026-03-03T08:30:00Z"} {
			t.Run(fmt.Sprintf("%s from %s", offset, wrongFrom), func(t *testing.T) {
				n := newNight(t, "2026-03-02T07:55:00Z")
				n.digests()
				n.steps(10) // the subscription and the source are new
				var want []string
				story := func() {
					title := fmt.Sprintf("A stablecoin numbered %s", models.HashOf(fmt.Sprint(len(want))))
					n.publish(fmt.Sprint(len(want)), title)
					want = append(want, title)
				}
				story()
				n.at(wrongFrom)
				n.steps(1)
				n.now = n.now.Add(offset)
				for range 3 {
					story()
					n.steps(10)
				}
				n.now = n.now.Add(-offset)
				story()
				n.steps(30)
				n.at("2026-03-04T08:00:00Z")
				n.steps(5)
				n.at("2026-03-05T08:00:00Z")
				n.steps(5)
				digests := n.inDigests()
				got := slices.Concat(digests...)
				slices.Sort(got)
				slices.Sort(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("stories in digests (-want +got):\n%s", diff)
				}
				if len(digests) != 4 {
					t.Errorf("%d digests of 4 days: %v", len(digests), digests)
				}
			})
		}
	}
}

// TestAlertsAndEscalationsAreSentOnceWhateverTheClockShows: nothing that waits is
// lost or sent twice when the clock is wrong for a while.
func TestAlertsAndEscalationsAreSentOnceWhateverTheClockShows(t *testing.T) {
	for _, offset := range clockOffsets {
		t.Run(offset.String(), func(t *testing.T) {
			n := newNight(t, "2026-03-02T18:00:00+08:00")
			n.step()
			n.at("2026-03-03T06:00:00+08:00")
			n.publish("waits", "A stablecoin is issued") // until eight
			n.publish("escalates", "Coins are banned")   // in half an hour
			n.steps(10)
			n.now = n.now.Add(offset)
			n.publish("wakes", "All tokens are banned")
			n.steps(15)
			n.now = n.now.Add(-offset)
			n.steps(60)
			n.now = n.now.Add(offset)
			n.steps(20)
			n.now = n.now.Add(-offset)
			n.steps(6 * 60)
			want := []string{
				"alert to desk: A stablecoin is issued",
				"alert to desk: All tokens are banned",
				"alert to desk: Coins are banned",
				"escalation to head: All tokens are banned",
				"escalation to head: Coins are banned",
			}
			for i, line := range n.sent {
				n.sent[i], _, _ = strings.Cut(line, " (") // why now
			}
			slices.Sort(n.sent)
			if diff := cmp.Diff(want, n.sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

// A lockedNight is a night whose loops run in goroutines of their own.
type lockedNight struct {
	*night
	mu sync.Mutex
}

func (n *lockedNight) Fetch(ctx context.Context, c models.Cursor) (models.Batch, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	batch, err := n.night.Fetch(ctx, c)
	batch.Articles = slices.Clone(batch.Articles)
	return batch, err
}

func (n *lockedNight) Send(ctx context.Context, d models.Delivery) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.night.Send(ctx, d)
}

func (n *lockedNight) add(now time.Time, link, title string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now = now
	n.publish(link, title)
}

func (n *lockedNight) messages() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.sent)
}

// TestRunSendsWithinAMinuteWhateverTheClockShows runs the loops of the scanner and
// of the deliverer over a database.
func TestRunSendsWithinAMinuteWhateverTheClockShows(t *testing.T) {
	t.Parallel()
	for _, offset := range clockOffsets {
		t.Run(offset.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &lockedNight{night: newNight(t, "2026-03-02T18:00:00+08:00")}
				n.scan.Open = func(models.Source) scanner.Reader { return n }
				n.deliver.Channels = map[string]delivery.Channel{"chat": n}
				right, started := n.now, time.Now()
				var moved atomic.Int64
				clock := func() time.Time { return right.Add(time.Since(started) + time.Duration(moved.Load())) }
				n.scan.Now, n.deliver.Now, n.scan.Wake = clock, clock, n.deliver.Wake
				n.scan.Elapsed = func() time.Duration { return time.Since(started) }
				ctx, cancel := context.WithCancel(t.Context())
				var loops sync.WaitGroup
				loops.Go(func() { _ = n.scan.Run(ctx) })
				loops.Go(func() { _ = n.deliver.Run(ctx) })
				defer loops.Wait()
				defer cancel()
				pass := func(d time.Duration) {
					time.Sleep(d)
					synctest.Wait()
				}
				pass(5 * time.Minute)
				var want []string
				story := func() {
					t.Helper()
					title := "Coins are banned by " + models.HashOf(fmt.Sprint(len(want)))
					n.add(clock(), fmt.Sprint(len(want)), title)
					want = append(want, "alert to desk: "+title+" (new event)")
					pass(time.Minute + 5*time.Second)
					alerts := slices.DeleteFunc(n.messages(), func(s string) bool { return strings.HasPrefix(s, "escalation") })
					if diff := cmp.Diff(want, alerts); diff != "" {
						t.Errorf("sent a minute after story %d (-want +got):\n%s", len(want), diff)
					}
				}
				story()
				for range 2 {
					moved.Store(int64(offset))
					story()
					pass(5 * time.Minute)
					story()
					moved.Store(0)
					story()
				}
				pass(3 * time.Hour)
				escalations := 0
				sent := n.messages()
				for _, line := range sent {
					if strings.HasPrefix(line, "escalation") {
						escalations++
					}
				}
				if len(sent) != 2*len(want) || escalations != len(want) {
					t.Errorf("sent %d messages, %d of them escalations; want %d alerts, each passed on once:\n%s", len(sent), escalations, len(want), strings.Join(sent, "\n"))
				}
			})
		})
	}
}
