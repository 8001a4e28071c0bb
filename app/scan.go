package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"regwatch/models"
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
	var mu sync.Mutex
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
	var known []string
	for _, src := range a.Folder().Sources {
		known = append(known, src.ID)
	}
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return inputError("no source is called %q%s; regwatch sources lists them", id, didYouMean(id, known))
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
