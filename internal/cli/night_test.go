package cli

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// A night is a desk in Hong Kong with working hours from eight, on a clock that the
// test sets: one source that publishes what the test gives it, and a channel that
// records what it is sent.
type night struct {
	t       *testing.T
	now     time.Time
	store   *store.Store
	scan    *scanner.Scanner
	deliver *delivery.Worker
	feed    []models.Article
	sent    []string
}

const nightRules = `id: coin
title: Stablecoins
status: active
severity: medium
terms: {coin: [stablecoin]}
when: {terms: coin, in: [title, lead]}
examples: {match: [{title: A stablecoin}], ignore: [{title: A bond}]}
`

const nightBan = `id: ban
title: Bans
status: active
severity: critical
terms: {ban: [banned]}
when: {terms: ban, in: [title, lead]}
examples: {match: [{title: Coins are banned}], ignore: [{title: A bond}]}
`

func newNight(t *testing.T, hour string) *night {
	t.Helper()
	n := &night{t: t}
	n.at(hour)
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "regwatch.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	n.store = db
	set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(nightRules)}, "ban.yaml": {Data: []byte(nightBan)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := db.RecordRules(t.Context(), set.Revisions(), n.now); err != nil {
		t.Fatal(err)
	}
	every, err := schedule.Parse("* * * * *")
	if err != nil {
		t.Fatal(err)
	}
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	settings := scanner.Settings{
		Sources: []models.Source{{ID: "hkma", Name: "HKMA", Role: models.Regulator}}, Rules: set, Timing: scanner.Timing{Schedule: every}, LookBack: 24 * time.Hour,
		Routing: models.Routing{
			Recipients: map[string]models.Recipient{
				"desk": {
					Destinations: []models.Destination{{Channel: "chat"}}, Zone: "Asia/Hong_Kong", Burst: models.Burst{Over: 2},
					Hours: models.Hours{Days: weekdays, From: 8 * time.Hour, To: 19 * time.Hour},
				},
				"head": {Destinations: []models.Destination{{Channel: "chat", Address: "head"}}, Zone: "Asia/Hong_Kong"},
			},
			Routes: []models.Route{
				{
					Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "desk"}},
					Escalate: models.Escalation{After: 30 * time.Minute, To: "up"},
				},
				{Path: "up", Lines: []models.RouteLine{{Recipient: "head"}}},
			},
		},
	}
	clock := func() time.Time { return n.now }
	n.deliver = &delivery.Worker{Outbox: db, Channels: map[string]delivery.Channel{"chat": n}, Now: clock, Log: slog.New(slog.DiscardHandler)}
	n.scan = &scanner.Scanner{
		Store: db, DigestStore: db, Queue: db, KeyDateStore: db, Now: clock, Log: slog.New(slog.DiscardHandler),
		Settings: func() scanner.Settings { return settings },
		Open:     func(models.Source) scanner.Reader { return n },
	}
	return n
}

// Fetch answers with what was published.
func (n *night) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return models.Batch{Articles: n.feed, Items: len(n.feed)}, nil
}

// Complete has nothing to add.
func (n *night) Complete(_ context.Context, a models.Article) (models.Article, error) { return a, nil }

// Send records a message, and the message that it replies to.
func (n *night) Send(_ context.Context, d models.Delivery) (string, error) {
	line := string(d.Notice.Kind) + " to " + d.Notice.Recipient
	if a := d.Notice.Content.Alert; a != nil {
		line += ": " + a.Title + " (" + render.WhyNow(*a, "en") + ")"
	}
	if r := d.Notice.Content.Reminder; r != nil {
		line += fmt.Sprintf(" of %s %s in %d days", r.Dates[0].Kind, r.Day(), r.Left)
	}
	if s := d.Notice.Content.Summary; s != nil {
		for _, e := range s.Events {
			line += "; " + e.Title
		}
	}
	if d.Root != nil {
		line += ", under " + d.Root.Receipt
	}
	n.sent = append(n.sent, line)
	return fmt.Sprintf("#%d", len(n.sent)), nil
}

func (n *night) at(clock string) {
	at, err := time.Parse(time.RFC3339, clock)
	if err != nil {
		n.t.Fatal(err)
	}
	n.now = at.UTC()
}

// publish adds an article, or edits the one that has the link.
func (n *night) publish(link, title string) {
	a := models.Article{
		SourceID: "hkma", GUID: link, Link: "https://hkma.example/" + link, LinkKey: "hkma.example/" + link, Identity: models.IdentityOf(link, link),
		Title: title, Body: title + ". Published as " + link + ".", PublishedAt: n.now, BodyState: models.BodyFull, FeedHash: models.HashOf(title),
	}
	for i := range n.feed {
		if n.feed[i].GUID == link {
			n.feed[i] = a
			return
		}
	}
	n.feed = append(n.feed, a)
}

// tick scans, plans what is deferred or escalates, and delivers. It compares what was
// sent.
func (n *night) tick(want ...string) {
	n.t.Helper()
	n.sent = nil
	n.scan.All(n.t.Context(), nil, false)
	if err := n.scan.Releases(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	if err := n.scan.Escalations(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.deliver.Drain(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	if diff := cmp.Diff(want, n.sent); diff != "" {
		n.t.Errorf("at %s was sent (-want +got):\n%s", n.now.Format(time.RFC3339), diff)
	}
}

func TestAlertWaitsForWorkingHoursAndCriticalUpdateDoesNot(t *testing.T) {
	n := newNight(t, "2026-03-02T18:00:00+08:00") // a Monday
	n.tick()                                      // the source is new: its first scan sends nothing

	n.at("2026-03-03T02:00:00+08:00")
	n.publish("a", "A stablecoin is issued")
	n.tick()
	n.at("2026-03-03T07:59:59+08:00")
	n.tick()
	n.at("2026-03-03T08:00:00+08:00")
	n.tick("alert to desk: A stablecoin is issued (new event)")
	n.at("2026-03-03T08:01:00+08:00")
	n.tick()

	// In the next night it becomes critical. That is sent at once, in reply to the alert.
	n.at("2026-03-04T03:00:00+08:00")
	n.publish("a", "A stablecoin is issued and banned")
	n.tick("update to desk: A stablecoin is issued and banned (raised from medium to critical; now also matches “Bans”), under #1")
	n.at("2026-03-04T03:29:00+08:00")
	n.tick()
	n.at("2026-03-04T03:30:00+08:00")
	n.tick("escalation to head: A stablecoin is issued and banned (not assigned to anyone after 30 minutes; it was sent to desk)")
	n.at("2026-03-04T04:30:00+08:00")
	n.tick()
}

func TestManyDeferredAlertsAreSentAsOneSummary(t *testing.T) {
	n := newNight(t, "2026-03-06T18:00:00+08:00") // a Friday
	n.tick()
	n.at("2026-03-07T11:00:00+08:00")
	for _, link := range []string{"one", "two", "three"} {
		n.publish(link, "A stablecoin numbered "+link)
		n.tick()
		n.now = n.now.Add(time.Minute)
	}
	n.at("2026-03-09T08:00:00+08:00")
	n.tick("summary to desk; A stablecoin numbered one; A stablecoin numbered two; A stablecoin numbered three")

	n.at("2026-03-09T10:00:00+08:00")
	n.publish("two", "A stablecoin numbered two, banned")
	n.tick("update to desk: A stablecoin numbered two, banned (raised from medium to critical; now also matches “Bans”)")

	// Somebody is assigned, so it does not escalate.
	events, err := n.store.Events(t.Context(), store.EventFilter{From: n.now.Add(-time.Hour), To: n.now.Add(time.Hour)})
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events changed within the hour, %v; want 1", len(events), err)
	}
	if _, err := n.store.Assign(t.Context(), models.Assignment{EventID: events[0].ID, By: "ana", AssignedAt: n.now}, nil); err != nil {
		t.Fatal(err)
	}
	n.at("2026-03-09T12:00:00+08:00")
	n.tick()
}

// An alert that was muted when its wait ended was never sent, so the next change of
// its event is sent as an alert.
func TestAlertMutedWhileDeferredIsSentWithTheNextChange(t *testing.T) {
	n := newNight(t, "2026-03-02T18:00:00+08:00")
	n.tick()
	n.at("2026-03-03T02:00:00+08:00")
	n.publish("a", "A stablecoin is issued")
	n.tick()
	events, err := n.store.Events(t.Context(), store.EventFilter{From: n.now.Add(-time.Hour), To: n.now.Add(time.Hour)})
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, %v; want 1", len(events), err)
	}
	mute := models.Mute{Kind: models.MuteEvent, Target: events[0].ID, By: "ana", MutedAt: n.now, Until: n.now.Add(7 * time.Hour)}
	if _, err := n.store.Mute(t.Context(), mute, nil); err != nil {
		t.Fatal(err)
	}
	n.at("2026-03-03T08:00:00+08:00")
	n.tick()
	n.at("2026-03-03T10:00:00+08:00")
	n.publish("a", "A stablecoin is issued at last")
	n.tick("alert to desk: A stablecoin is issued at last (the article was completed or edited and now matches)")
}
