package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

const waitingConfig = `
recipients:
  desk: {send: [terminal]}
  head: {send: [terminal]}
routes:
  default: {to: [desk], after: {sources: %d, within: 2h}}
health: [head]
`

// A waitingDesk is a folder whose route waits for other sources, up to two hours. The test
// sets what the outlets publish, and the clock.
type waitingDesk struct {
	*Engine

	t       *testing.T
	now     time.Time
	scan    *scanner.Scanner
	deliver *delivery.Worker
	feeds   map[string][]models.Article
	edit    func(*scanner.Settings) // what has changed in the files
	sent    []string
}

func newWaitingDesk(t *testing.T, sources int) *waitingDesk {
	t.Helper()
	d := &waitingDesk{
		Engine: newTestEngine(t, t.TempDir(), fmt.Sprintf(waitingConfig, sources), slog.New(slog.DiscardHandler)), t: t,
		now: linkNoon, feeds: make(map[string][]models.Article), edit: func(*scanner.Settings) {},
	}
	d.SetClock(func() time.Time { return d.now })
	d.start()
	d.tick() // the sources are new: their first scan sends nothing
	return d
}

// start makes the parts of the program anew, as a start does. What is stored stays.
func (d *waitingDesk) start() {
	clock, log := func() time.Time { return d.now }, slog.New(slog.DiscardHandler)
	d.deliver = &delivery.Worker{Outbox: d.store, Channels: map[string]delivery.Channel{"terminal": d}, Now: clock, Log: log}
	d.scan = &scanner.Scanner{
		Store: d.store, DigestStore: d.store, Queue: d.store, KeyDateStore: d.store, PassageStore: d.store, Now: clock, Log: log,
		Open: func(src models.Source) scanner.Reader { return published(d.feeds[src.ID]) },
		Settings: func() scanner.Settings {
			s := d.settings()
			s.LookBack = 24 * time.Hour
			d.edit(&s)
			return s
		},
	}
}

// published is what a feed has.
type published []models.Article

func (p published) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return models.Batch{Articles: p, Items: len(p)}, nil
}

func (p published) Complete(_ context.Context, a models.Article) (models.Article, error) {
	return a, nil
}

// Send records the kind of a message and the story that it is about.
func (d *waitingDesk) Send(_ context.Context, m models.Delivery) (string, error) {
	if a := m.Notice.Content.Alert; a != nil {
		d.sent = append(d.sent, string(m.Notice.Kind)+" "+storyOf(a.Title))
	}
	return fmt.Sprint("#", len(d.sent)), nil
}

// storyOf returns the token of a title, such as REF-1.
func storyOf(title string) string {
	_, after, _ := strings.Cut(title, "REF-")
	number, _, _ := strings.Cut(after, " ")
	return "REF-" + number
}

// Reports of one story by two outlets: no copies, but they name one legal notice.
var waitingTitles = map[string]string{
	"stream-wire":    "REF-%d Trading houses face new duties under L.N. %d of 2026",
	"stream-mirror":  "L.N. %[2]d of 2026 brings REF-%[1]d duties for trading houses, lawyers say",
	"stream-chinese": "REF-%d asks what L.N. %d of 2026 wants of trading houses",
}

// report publishes a report of a story.
func (d *waitingDesk) report(source string, story int) {
	link := fmt.Sprintf("%s.example/%d", source, story)
	title := fmt.Sprintf(waitingTitles[source], story, 100+story)
	d.feeds[source] = append(d.feeds[source], models.Article{
		SourceID: source, GUID: link, Link: "https://" + link, LinkKey: link, Identity: models.IdentityOf(link, link), Title: title,
		Body: fmt.Sprintf("%s. Written by %s.", title, source), PublishedAt: d.now, BodyState: models.BodyFull, FeedHash: models.HashOf(title),
	})
}

// tick does what a tick of regwatch does, and delivers.
func (d *waitingDesk) tick() {
	d.t.Helper()
	d.scan.All(d.t.Context(), nil, false)
	for _, do := range []func() error{
		func() error { return d.scan.Releases(d.t.Context()) },
		func() error { return d.scan.Escalations(d.t.Context()) },
		func() error { _, err := d.deliver.Drain(d.t.Context()); return err },
	} {
		if err := do(); err != nil {
			d.t.Fatal(err)
		}
	}
}

// pass lets time go by, with a tick each ten minutes.
func (d *waitingDesk) pass(of time.Duration) {
	d.t.Helper()
	for end := d.now.Add(of); d.now.Before(end); {
		d.now = d.now.Add(10 * time.Minute)
		d.tick()
	}
}

// event returns the event with the report of a story by a source.
func (d *waitingDesk) event(source string, story int) (event models.Event, article string) {
	d.t.Helper()
	found, err := d.store.Events(d.t.Context(), store.EventFilter{From: linkNoon.Add(-time.Hour), To: d.now.Add(24 * time.Hour)})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range found {
		for _, a := range e.Articles {
			if a.SourceID == source && storyOf(a.Title) == fmt.Sprint("REF-", story) {
				return e, a.ArticleID
			}
		}
	}
	d.t.Fatalf("no event has the report of story %d by %s", story, source)
	return models.Event{}, ""
}

func (d *waitingDesk) must(_ Correction, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// Whatever happens while an alert waits for a second source, each story is sent to the desk
// once: what people and the second source do, changed files, clocks that are wrong, and a
// program that stops.
func TestWaitingAlertIsSentOnceWhateverHappens(t *testing.T) {
	const press, other = "stream-wire", "stream-mirror"
	for _, tt := range []struct {
		name string
		do   func(*waitingDesk) // an hour after story 1 began to wait
		soon []string           // sent within ten minutes
		end  []string           // and until a day later
	}{
		{"nothing", func(*waitingDesk) {}, nil, []string{"alert REF-1"}},
		{"a second source", func(d *waitingDesk) { d.report(other, 1) }, []string{"alert REF-1"}, nil},
		{"another story", func(d *waitingDesk) { d.report(other, 2) }, nil, []string{"alert REF-1", "alert REF-2"}},
		{"the story is read again", func(d *waitingDesk) { d.feeds[press][0].FeedHash = "another" }, nil, []string{"alert REF-1"}},
		{"the program starts again", func(d *waitingDesk) { d.start() }, nil, []string{"alert REF-1"}},
		{
			"merged with an event of another outlet that waits too",
			func(d *waitingDesk) {
				d.report(other, 2)
				d.tick()
				one, _ := d.event(press, 1)
				two, _ := d.event(other, 2)
				d.must(d.MergeEvents(d.t.Context(), one.ID, two.ID, "ana", ""))
			},
			[]string{"alert REF-1"},
			nil, // one message for both: they are one event now
		},
		{
			"merged, and the merge undone",
			func(d *waitingDesk) {
				d.report(press, 2)
				d.tick()
				one, _ := d.event(press, 1)
				two, _ := d.event(press, 2)
				merged, err := d.MergeEvents(d.t.Context(), one.ID, two.ID, "ana", "")
				d.must(merged, err)
				d.tick()
				d.must(d.UndoGrouping(d.t.Context(), merged.ID, "ana"))
			},
			nil,
			[]string{"alert REF-1", "alert REF-2"},
		},
		{
			"merged into an event that was sent",
			func(d *waitingDesk) {
				d.report(press, 2)
				d.report(other, 2)
				d.tick()
				one, _ := d.event(press, 1)
				two, _ := d.event(press, 2)
				d.must(d.MergeEvents(d.t.Context(), one.ID, two.ID, "ana", ""))
			},
			[]string{"alert REF-2", "alert REF-1"},
			nil,
		},
		{
			"the event is closed",
			func(d *waitingDesk) {
				one, _ := d.event(press, 1)
				if _, err := d.CloseEvent(d.t.Context(), one.ID, "known", "ana"); err != nil {
					d.t.Fatal(err)
				}
			},
			nil,
			[]string{"alert REF-1"},
		},
		{
			"the rule is removed",
			func(d *waitingDesk) {
				none, problems := rules.Load(fstest.MapFS{})
				if len(problems) > 0 {
					d.t.Fatal(problems)
				}
				d.edit = func(s *scanner.Settings) { s.Rules = none }
			},
			nil,
			[]string{"alert REF-1"},
		},
		{
			"the route no longer waits",
			func(d *waitingDesk) {
				d.edit = func(s *scanner.Settings) { s.Routing.Routes[0].After = models.Corroboration{} }
			},
			nil,
			[]string{"alert REF-1"},
		},
		{
			"the recipient is removed",
			func(d *waitingDesk) {
				d.edit = func(s *scanner.Settings) {
					delete(s.Routing.Recipients, "desk")
					s.Routing.Routes[0].Lines = []models.RouteLine{{Recipient: "head"}}
				}
			},
			nil,
			[]string{"alert REF-1"},
		},
		{"the clock is set back three hours", func(d *waitingDesk) { d.now = d.now.Add(-3 * time.Hour) }, []string{"alert REF-1"}, nil},
		{"the clock is set back half an hour", func(d *waitingDesk) { d.now = d.now.Add(-30 * time.Minute) }, nil, []string{"alert REF-1"}},
		{
			"the clock is ahead for a while",
			func(d *waitingDesk) {
				d.now = d.now.Add(3 * time.Hour)
				d.report(other, 2)
				d.tick()
				d.now = d.now.Add(-3 * time.Hour)
			},
			[]string{"alert REF-1", "alert REF-2"},
			nil, // the second comes from a time ahead, for which nothing waits
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newWaitingDesk(t, 2)
			d.report(press, 1)
			d.pass(time.Hour)
			if len(d.sent) > 0 {
				t.Fatalf("sent before anything has happened: %q", d.sent)
			}
			tt.do(d)
			d.pass(10 * time.Minute)
			if diff := cmp.Diff(tt.soon, d.sent); diff != "" {
				t.Errorf("sent soon (-want +got):\n%s", diff)
			}
			d.sent = nil
			d.pass(24 * time.Hour)
			slices.Sort(d.sent)
			if diff := cmp.Diff(tt.end, d.sent); diff != "" {
				t.Errorf("sent until a day later (-want +got):\n%s", diff)
			}
		})
	}
}

// A report that people put elsewhere while its alert waits takes that alert along. Each of the
// two events is sent once.
func TestWaitingAlertGoesWithItsArticle(t *testing.T) {
	for _, tt := range []struct {
		name string
		take string // the report of story 1 that is taken
		do   func(d *waitingDesk, event, article string) (Correction, error)
		want []string
	}{
		{"the first report is split off", "stream-mirror", split, []string{"alert REF-1", "alert REF-1", "alert REF-2"}},
		{"the second report is split off", "stream-wire", split, []string{"alert REF-1", "alert REF-1", "alert REF-2"}},
		{"the first report is moved", "stream-mirror", move, []string{"alert REF-1", "alert REF-1"}},
		{"the second report is moved", "stream-wire", move, []string{"alert REF-1", "alert REF-2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newWaitingDesk(t, 4)
			d.report("stream-mirror", 1)
			d.tick()
			d.report("stream-wire", 1)
			d.report("stream-chinese", 2)
			d.pass(time.Hour)
			event, article := d.event(tt.take, 1)
			if len(event.Articles) != 2 || len(d.sent) > 0 {
				t.Fatalf("an event of %d reports, sent %q; want two, and nothing sent", len(event.Articles), d.sent)
			}
			d.must(tt.do(d, event.ID, article))
			d.start()
			d.pass(24 * time.Hour)
			other, _ := d.event("stream-chinese", 2)
			here, _ := d.event(tt.take, 1)
			for _, e := range []models.Event{event, other, here} {
				e, err := d.store.FindEvent(t.Context(), e.ID)
				if err != nil || len(e.Notified) != 1 || e.Notified[0].At.IsZero() || !e.Notified[0].WaitUntil.IsZero() {
					t.Errorf("of event %q (%d reports) the desk was sent %+v, %v", e.Title, len(e.Articles), e.Notified, err)
				}
			}
			slices.Sort(d.sent)
			if diff := cmp.Diff(tt.want, d.sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

func split(d *waitingDesk, event, article string) (Correction, error) {
	return d.SplitEvent(d.t.Context(), event, []string{article}, "ana", "")
}

// move puts an article into the event of story 2.
func move(d *waitingDesk, _, article string) (Correction, error) {
	to, _ := d.event("stream-chinese", 2)
	return d.MoveArticle(d.t.Context(), article, to.ID, "ana", "")
}
