package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"regwatch/models"
	"regwatch/store"
)

// The states of the work on an event.
const (
	StateOpen   = "open"
	StateClosed = "closed"
)

// EventStates returns the states that an event may have.
func EventStates() []string { return []string{StateOpen, StateClosed} }

// An EventClosing is how an event is closed.
type EventClosing struct {
	EventID string `json:"event_id"`
	models.Closing
	Changed bool `json:"changed"` // false if it was closed before

	Event Event `json:"-"`
}

// CloseEvent closes an event, which stops its escalation. An event that is closed already keeps
// its closing. A new stage, a higher severity or an official report opens it again; a report that
// brings nothing new does not.
func (a *App) CloseEvent(ctx context.Context, eventID, reason, by string) (EventClosing, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return EventClosing{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return EventClosing{}, inputError("to close an event needs a reason, because others see it")
	}
	if err := checkLength("reason", reason); err != nil {
		return EventClosing{}, err
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EventClosing{}, err
	}
	c := models.Closing{At: a.now().UTC(), By: by, Reason: reason}
	stored, err := a.store.CloseEvent(ctx, event.ID, c)
	if err != nil {
		return EventClosing{}, err
	}
	a.wake()
	changed := event.State == StateOpen && stored.Closing.At.Equal(c.At)
	event.setWork(stored)
	return EventClosing{event.ID, stored.Closing, changed, event}, nil
}

// A ReopenedEvent is an event that was closed.
type ReopenedEvent struct {
	EventID string         `json:"event_id"`
	By      string         `json:"by"`
	Was     models.Closing `json:"was"`

	Event Event `json:"-"`
}

// ReopenEvent opens a closed event again. The error is a *store.NotClosedError if it is open.
func (a *App) ReopenEvent(ctx context.Context, eventID, by string) (ReopenedEvent, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReopenedEvent{}, err
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return ReopenedEvent{}, err
	}
	was, err := a.store.ReopenEvent(ctx, event.ID, by, a.now().UTC())
	if err != nil {
		return ReopenedEvent{}, bare[*store.NotClosedError](err)
	}
	a.wake()
	event.State, event.Closed = StateOpen, nil
	return ReopenedEvent{event.ID, by, was.Closing, event}, nil
}

// An EventDue is the due date of an event.
type EventDue struct {
	EventID string `json:"event_id"`
	Day     string `json:"day"` // such as 2026-03-31; empty: none
	By      string `json:"by"`
	Was     string `json:"was,omitempty"` // the day before; empty: none

	Event Event `json:"-"`
}

// SetDue sets the day until which the work on an event is to be done, such as 2026-03-31. An
// empty day removes it. The day may be in the past.
func (a *App) SetDue(ctx context.Context, eventID, day, by string) (EventDue, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return EventDue{}, err
	}
	day = strings.TrimSpace(day)
	if parsed, err := time.Parse(time.DateOnly, day); day != "" && (err != nil || parsed.Year() < 1900) {
		return EventDue{}, inputError("due date %q is not a day; write it like 2026-03-31", day)
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EventDue{}, err
	}
	_, before, err := a.store.SetDue(ctx, event.ID, models.Due{Day: day, By: by, SetAt: a.now().UTC()})
	if err != nil {
		return EventDue{}, err
	}
	found, err := a.findEvent(ctx, event.ID)
	return EventDue{found.ID, day, by, before.Day, found}, err
}

// longestNote is the most characters of a note or a reason. What is longer belongs into a document.
const longestNote = 10_000

// checkLength refuses a note or a reason that is too long.
func checkLength(what, text string) error {
	n := utf8.RuneCountInString(text)
	switch {
	case n <= longestNote:
		return nil
	case what == "note":
		return inputError("the note has %d characters; use at most %d", n, longestNote)
	}
	return inputError("the reason has %d characters; use at most %d", n, longestNote)
}

// A Note is what a person wrote about an event.
type Note struct {
	models.Note

	Event Event `json:"-"`
}

// AddNote adds a note to an event, for colleagues.
func (a *App) AddNote(ctx context.Context, eventID, text, by string) (Note, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Note{}, err
	}
	switch text = strings.TrimSpace(text); {
	case text == "":
		return Note{}, inputError("the note is empty")
	}
	if err := checkLength("note", text); err != nil {
		return Note{}, err
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return Note{}, err
	}
	stored, err := a.store.AddNote(ctx, models.Note{EventID: event.ID, Text: text, By: by, WrittenAt: a.now().UTC()})
	return Note{stored, event}, err
}

// RemoveNote removes a note, which is found by its ID or the beginning of it. Its text stays
// stored. The error is a *store.NoNoteError if there is none.
func (a *App) RemoveNote(ctx context.Context, id, by string) (Note, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Note{}, err
	}
	removed, err := a.store.RemoveNote(ctx, id, by, a.now().UTC())
	return a.noteOf(ctx, removed, err)
}

// RestoreNote shows a removed note again.
func (a *App) RestoreNote(ctx context.Context, id, by string) (Note, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Note{}, err
	}
	restored, err := a.store.RestoreNote(ctx, id, by, a.now().UTC())
	return a.noteOf(ctx, restored, err)
}

func (a *App) noteOf(ctx context.Context, n models.Note, err error) (Note, error) {
	if err != nil {
		return Note{}, bare[*store.NoNoteError](err)
	}
	event, err := a.findEvent(ctx, n.EventID)
	return Note{n, event}, err
}

// MarkRead stores that a person has read events as they are now, and returns how many of them
// were unread.
func (a *App) MarkRead(ctx context.Context, person string, eventIDs ...string) (int, error) {
	if err := a.mayFor(ctx, person); err != nil {
		return 0, err
	}
	return a.store.MarkRead(ctx, person, eventIDs, a.now().UTC())
}

// MarkUnread makes events unread for a person, and returns how many of them the person had read.
func (a *App) MarkUnread(ctx context.Context, person string, eventIDs ...string) (int, error) {
	if err := a.mayFor(ctx, person); err != nil {
		return 0, err
	}
	return a.store.MarkUnread(ctx, person, eventIDs, a.now().UTC())
}

// Unread returns those of some events that a person has not read, or that have changed since.
func (a *App) Unread(ctx context.Context, person string, eventIDs []string) (map[string]bool, error) {
	return a.store.Unread(ctx, person, eventIDs)
}

// errNobody refuses to keep something for a person without a name.
var errNobody = errors.New("the person has no name")

// EventCounts are how many events the lists of the navigation have. They are open, and a rule
// alerts to each or lists it in the digest.
type EventCounts struct {
	Inbox       int `json:"inbox"`
	Mine        int `json:"mine"`
	Unassigned  int `json:"unassigned"`
	LessCertain int `json:"less_certain"`
	MayBelong   int `json:"may_belong"`
}

// InboxFilter selects what [EventCounts.Inbox] counts: open events of all times that a rule alerts
// to or lists in the digest.
func InboxFilter() EventFilter { return EventFilter{State: StateOpen, Raised: true} }

// EventCounts counts the events of the lists in the navigation for a person. It is quick enough
// for every page.
func (a *App) EventCounts(ctx context.Context, person string) (EventCounts, error) {
	inbox := InboxFilter()
	mine, unassigned, lessCertain, mayBelong := inbox, inbox, inbox, inbox
	mine.AssignedTo, unassigned.AssignedTo, lessCertain.LessCertain, mayBelong.MayBelong = person, Nobody, true, true
	n, err := a.CountEvents(ctx, inbox, mine, unassigned, lessCertain, mayBelong)
	if err != nil {
		return EventCounts{}, err
	}
	return EventCounts{n[0], n[1], n[2], n[3], n[4]}, nil
}

// An eventCounter keeps counts of events until the events change.
type eventCounter struct {
	sync.Mutex
	generation int64          // of the events that were counted
	counts     map[string]int // by filter, as JSON
}

// mostCounts is how many counts are kept. A person sees the lists of the navigation and some
// saved filters.
const mostCounts = 1000

// CountEvents returns how many events each of some filters allows. Until the events change, each
// filter is counted at most once a minute. Of a query for articles, more than maxVerified events
// are counted by its words alone.
func (a *App) CountEvents(ctx context.Context, filters ...EventFilter) ([]int, error) {
	generation, err := a.store.EventGeneration(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]int, len(filters))
	var missing []int
	var queries []store.EventFilter
	for i, f := range filters {
		n, counted := a.counter.get(generation, countKey(f, a.now()))
		if counts[i] = n; counted {
			continue
		}
		q, some, err := a.eventQuery(ctx, f)
		if err != nil {
			return nil, err
		}
		if some {
			missing, queries = append(missing, i), append(queries, q)
		}
	}
	if len(queries) == 0 {
		return counts, nil
	}
	found, err := a.store.CountEvents(ctx, queries...)
	if err != nil {
		return nil, err
	}
	for n, i := range missing {
		if counts[i], err = a.verified(ctx, filters[i], queries[n], found[n]); err != nil {
			return nil, err
		}
		a.counter.put(generation, countKey(filters[i], a.now()), counts[i])
	}
	return counts, nil
}

// countOf returns how many events a filter allows, given as the query of the store that it is.
func (a *App) countOf(ctx context.Context, f EventFilter, q store.EventFilter) (int, error) {
	generation, err := a.store.EventGeneration(ctx)
	if err != nil {
		return 0, err
	}
	key := countKey(f, a.now())
	if n, counted := a.counter.get(generation, key); counted {
		return n, nil
	}
	found, err := a.store.CountEvents(ctx, q)
	if err != nil {
		return 0, err
	}
	n, err := a.verified(ctx, f, q, found[0])
	if err == nil {
		a.counter.put(generation, key, n)
	}
	return n, err
}

// maxVerified is how many events are read to count those of a query for articles.
const maxVerified = 200

// verified returns how many of n events whose words may match do match, unless they are too many
// to read.
func (a *App) verified(ctx context.Context, f EventFilter, q store.EventFilter, n int) (int, error) {
	if f.Query == "" || n > maxVerified {
		return n, nil
	}
	found, err := a.eventsFound(ctx, f, q, 0)
	return len(found), err
}

// countKey returns what a filter is counted under; empty if it is counted each time, because the
// events do not say when the count changes. A query may ask for deadlines from today on.
func countKey(f EventFilter, now time.Time) string {
	if len(f.Held) > 0 || f.Before != "" {
		return ""
	}
	f.Since, f.Until = f.Since.Truncate(time.Minute), f.Until.Truncate(time.Minute)
	key, _ := json.Marshal(f) // it always marshals
	if f.Query != "" {
		return now.UTC().Format(time.DateOnly) + string(key)
	}
	return string(key)
}

func (c *eventCounter) get(generation int64, key string) (n int, ok bool) {
	c.Lock()
	defer c.Unlock()
	if c.generation != generation || key == "" {
		return 0, false
	}
	n, ok = c.counts[key]
	return n, ok
}

func (c *eventCounter) put(generation int64, key string, n int) {
	c.Lock()
	defer c.Unlock()
	if key == "" {
		return
	}
	if c.generation != generation || len(c.counts) >= mostCounts {
		c.generation, c.counts = generation, make(map[string]int)
	}
	c.counts[key] = n
}
