package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/scanner"
	"regwatch/sources/fetch"
)

// ScanOptions say what one scan reads and how. The zero value scans every enabled source
// and delivers without a limit.
type ScanOptions struct {
	Sources        []string         // their IDs, also of disabled ones; empty means every enabled source
	DryRun         bool             // store no article and send nothing
	DeliverTimeout time.Duration    // 0 is no limit
	Scanned        func(SourceScan) // called after each source, one call at a time; may be nil
}

// A ScanResult is what one scan of the sources did.
type ScanResult struct {
	ScanReport

	Deliveries DeliveryReport `json:"deliveries"`

	// Failed is what failed within the program, such as the decision about one source. The
	// rest of the scan was done.
	Failed error `json:"-"`
}

// Scan reads sources once, due or not, and delivers what is due, also from before. With
// DryRun it delivers nothing. The error means that the scan was interrupted or not begun.
func (e *Engine) Scan(ctx context.Context, o ScanOptions) (ScanResult, error) {
	if err := e.may(ctx, RoleEditor); err != nil {
		return ScanResult{}, err
	}
	if err := e.checkSources(o.Sources); err != nil {
		return ScanResult{}, err
	}
	result, err := e.scanSources(ctx, o)
	if err != nil || o.DryRun {
		return result, err
	}
	// A fault in one source or one notice does not keep the others from being sent.
	result.Failed = errors.Join(result.Failed, e.scanner.Releases(ctx), e.scanner.Escalations(ctx), e.scanner.Reminders(ctx))
	result.Deliveries, err = e.Deliver(ctx, o.DeliverTimeout)
	if err != nil {
		err = errors.Join(result.Failed, err)
	}
	return result, err
}

// scanSources reads the sources and gathers what each scan did.
func (e *Engine) scanSources(ctx context.Context, o ScanOptions) (result ScanResult, err error) {
	var mu sync.Mutex // guards result, which scans change at the same time
	defer e.scans.add(func(s SourceScan) {
		mu.Lock()
		defer mu.Unlock()
		result.Add(s)
		if o.Scanned != nil {
			o.Scanned(s)
		}
	})()
	result.Failed = e.scanner.All(ctx, o.Sources, o.DryRun)
	if ctx.Err() != nil {
		return result, errors.New("interrupted; what was found so far is stored, and the next scan finds the rest")
	}
	return result, nil
}

// checkSources refuses IDs that no source has.
func (a *App) checkSources(ids []string) error {
	for _, id := range ids {
		if err := a.requireSource(id); err != nil {
			return err
		}
	}
	return nil
}

// AlertText renders an alert as a terminal shows it.
func (a *App) AlertText(alert models.Alert) (string, error) {
	return a.Folder().Renderer.Text(models.Notice{
		Kind: models.NoticeAlert, Severity: alert.Severity, Content: models.Content{Alert: &alert}, CreatedAt: a.now(),
	}, 0)
}

// A DeliveryReport is what became of the deliveries that were due.
type DeliveryReport struct {
	Sent      int        `json:"sent"` // includes Found
	Found     int        `json:"found"`
	Postponed int        `json:"postponed"`
	Dead      int        `json:"dead"`
	Panics    int        `json:"panics,omitempty"`    // crashes of regwatch that stopped one message each
	StillDue  []StillDue `json:"still_due,omitempty"` // by channel
	Due       int64      `json:"owed"`                // due and not sent yet, over all channels
	TimedOut  bool       `json:"timed_out"`           // the time limit ended delivering

	Limit time.Duration `json:"-"` // the time limit; 0 is none
}

// StillDue is what delivering left unsent on a channel.
type StillDue struct {
	Channel    string `json:"channel"`
	Deliveries int    `json:"deliveries"`
	Why        string `json:"why"` // in a sentence for a person
}

// Deliver sends what is due, within a time limit unless that is 0.
func (e *Engine) Deliver(ctx context.Context, limit time.Duration) (DeliveryReport, error) {
	if err := e.may(ctx, RoleEditor); err != nil {
		return DeliveryReport{}, err
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		limited, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	sum, err := e.worker.Drain(limited)
	if ctx.Err() != nil {
		return DeliveryReport{}, errors.New("interrupted; the next scan or regwatch run sends what is still due")
	}
	if err != nil {
		return DeliveryReport{}, err
	}
	counts, err := e.store.Counts(ctx)
	r := DeliveryReport{
		Sent: sum.Sent, Found: sum.Found, Postponed: sum.Postponed, Dead: sum.Dead, Panics: sum.Panics,
		Due: counts.Due, TimedOut: limited.Err() != nil && len(sum.StillDue) > 0, Limit: limit,
	}
	for _, c := range sum.StillDue {
		r.StillDue = append(r.StillDue, StillDue{c.Channel, c.Deliveries, c.Why})
	}
	return r, err
}

// A SourceScan is one scan of one source.
type SourceScan struct {
	Source      string         `json:"source"`
	Error       string         `json:"error,omitempty"` // why it could not be read
	NotModified bool           `json:"not_modified,omitempty"`
	Items       int            `json:"items"`
	New         int            `json:"new_articles"`
	Silent      int            `json:"silent_articles,omitempty"` // of a first scan, older than its look-back
	Warnings    []string       `json:"warnings,omitempty"`
	Alerts      []models.Alert `json:"alerts,omitempty"` // one of each event that is sent now to somebody
	Held        []HeldAlert    `json:"held,omitempty"`   // one of each recipient
	TookMS      int64          `json:"took_ms"`

	Took      time.Duration   `json:"-"`
	Fault     error           `json:"-"` // of Error
	NoHost    bool            `json:"-"` // it could not be read because its host name does not resolve
	Articles  int             `json:"-"` // new, or in a new revision
	Changes   []models.Change `json:"-"` // of events
	NewEvents Outcomes        `json:"-"`
	Updates   Outcomes        `json:"-"` // of events that were known before
}

// A HeldAlert is an alert that one recipient does not get, or gets later.
type HeldAlert struct {
	Title     string `json:"title"`
	Recipient string `json:"recipient"`
	Why       string `json:"why"`

	EventID string    `json:"-"`
	Until   time.Time `json:"-"` // when it is sent; zero if it is not sent at all
	Partly  bool      `json:"-"` // others get the alert now
}

// Outcomes count events by the best that became of each for any recipient.
type Outcomes struct {
	Sent     int // sent at once
	Deferred int // sent later
	Held     int
	Unrouted int // no recipient gets such events
}

// Total is the number of events.
func (o Outcomes) Total() int { return o.Sent + o.Deferred + o.Held + o.Unrouted }

func (o Outcomes) plus(p Outcomes) Outcomes {
	return Outcomes{o.Sent + p.Sent, o.Deferred + p.Deferred, o.Held + p.Held, o.Unrouted + p.Unrouted}
}

func newSourceScan(res scanner.Result) SourceScan {
	s := SourceScan{
		Source: res.Source.ID, NotModified: res.NotModified, Items: res.Items, Silent: res.Baseline, Warnings: res.Warnings,
		TookMS: res.Took.Milliseconds(), Took: res.Took, Articles: len(res.Articles), Changes: res.Changes,
	}
	if res.Err != nil {
		s.Error, s.Fault = sanitize.Line(res.Err.Error()), res.Err
		fault, known := errors.AsType[*fetch.Error](res.Err)
		s.NoHost = known && fault.Reason == fetch.NoSuchHost
	}
	for _, a := range res.Articles {
		if a.Revision == 1 {
			s.New++
		}
	}
	s.addAlerts(res.Notices)
	s.NewEvents, s.Updates = outcomesOf(res)
	return s
}

// addAlerts sorts notices into alerts that are sent and alerts that are held or deferred.
func (s *SourceScan) addAlerts(notices []models.Notice) {
	sent := make(map[string]bool) // by event
	for _, n := range notices {
		alert := n.Content.Alert
		if alert == nil || n.IsDeferred() || n.IsHeld() || sent[n.SubjectID] {
			continue
		}
		sent[n.SubjectID] = true
		s.Alerts = append(s.Alerts, *alert)
	}
	for _, n := range notices {
		if n.Content.Alert == nil || !n.IsDeferred() && !n.IsHeld() {
			continue
		}
		held := HeldAlert{Title: n.Content.Alert.Title, Recipient: n.Recipient, EventID: n.SubjectID, Partly: sent[n.SubjectID]}
		if n.IsDeferred() {
			held.Until, held.Why = n.WaitUntil, "waits until "+n.WaitUntil.Format(time.RFC3339)+": "+render.Reasons(n.WaitReasons, "en")
		} else {
			held.Why = render.Reasons(n.HeldReasons, "en")
		}
		s.Held = append(s.Held, held)
	}
}

// outcomesOf counts the events that a scan opened, and the others of which it decided
// whether to send an update.
func outcomesOf(res scanner.Result) (opened, updated Outcomes) {
	isNew := make(map[string]bool)
	for _, c := range res.Changes {
		isNew[c.Event.ID] = isNew[c.Event.ID] || c.Kind == models.Opened
	}
	best := make(map[string]models.Notice)
	for _, n := range res.Notices {
		if n.Content.Alert == nil {
			continue
		}
		if b, met := best[n.SubjectID]; !met || rank(n) < rank(b) {
			best[n.SubjectID] = n
		}
	}
	for id, wasOpened := range isNew {
		n, decided := best[id]
		switch {
		case wasOpened && decided:
			opened.count(n)
		case wasOpened:
			opened.Unrouted++
		case decided:
			updated.count(n)
		}
	}
	return opened, updated
}

// rank orders what can become of a notice, the best first.
func rank(n models.Notice) int {
	switch {
	case n.IsHeld():
		return 2
	case n.IsDeferred():
		return 1
	}
	return 0
}

func (o *Outcomes) count(n models.Notice) {
	switch {
	case n.IsHeld():
		o.Held++
	case n.IsDeferred():
		o.Deferred++
	default:
		o.Sent++
	}
}

// A ScanReport adds up scans of sources.
type ScanReport struct {
	Scans    int          `json:"-"`
	Sources  int          `json:"sources"`
	Failures int          `json:"failed"` // scans of sources that could not be read
	New      int          `json:"new_articles"`
	Silent   int          `json:"silent_articles"`
	Events   int          `json:"new_events"`
	Alerts   int          `json:"alerts"`
	Held     int          `json:"held"` // one for each event and recipient
	Scanned  []SourceScan `json:"results"`

	NewEvents Outcomes `json:"-"` // of Events
	Updates   Outcomes `json:"-"`
}

// Add adds one scan.
func (r *ScanReport) Add(s SourceScan) {
	r.Scans++
	if !slices.ContainsFunc(r.Scanned, func(earlier SourceScan) bool { return earlier.Source == s.Source }) {
		r.Sources++
	}
	if s.Error != "" {
		r.Failures++
	}
	r.New += s.New
	r.Silent += s.Silent
	r.Events += s.NewEvents.Total()
	r.Alerts += len(s.Alerts)
	r.Held += len(s.Held)
	r.NewEvents, r.Updates = r.NewEvents.plus(s.NewEvents), r.Updates.plus(s.Updates)
	r.Scanned = append(r.Scanned, s)
}

// NothingRead reports whether no source at all could be read.
func (r ScanReport) NothingRead() bool { return r.Scans > 0 && r.Failures == r.Scans }

// NoNetwork reports whether nothing could be read because no host name resolved.
func (r ScanReport) NoNetwork() bool {
	unresolved := 0
	for _, s := range r.Scanned {
		if s.NoHost {
			unresolved++
		}
	}
	return unresolved > 1 && unresolved == r.Failures && r.NothingRead()
}
