package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
)

// An ApplyRequest is a rule to apply to stored articles.
type ApplyRequest struct {
	RuleID   string
	Since    time.Time // articles first seen at or after it
	By       string
	Progress Progress
}

// A RuleApplication is what applying a rule to stored articles comes to.
type RuleApplication struct {
	RuleID      string             `json:"rule_id"`
	Title       string             `json:"title"`
	Since       time.Time          `json:"since"`
	Applied     bool               `json:"applied"`         // false for a preview
	Articles    int                `json:"articles"`        // that the rule matches for the first time
	Matched     int                `json:"already_matched"` // by this version of the rule; nothing is done about them
	WithoutText int                `json:"without_text"`    // not read, because their texts were deleted by age
	Messages    int                `json:"messages"`        // to all recipients, now or later
	Events      []AppliedEvent     `json:"events"`
	Recipients  []AppliedRecipient `json:"recipients"`
}

// An AppliedEvent is an event that an application of a rule opens or adds to.
type AppliedEvent struct {
	Title       string          `json:"title"`
	Source      string          `json:"source"` // of the first article that the rule adds
	PublishedAt *time.Time      `json:"published_at,omitempty"`
	Severity    models.Severity `json:"severity,omitempty"`
	New         bool            `json:"new"`
}

// An AppliedRecipient counts the messages to one recipient.
type AppliedRecipient struct {
	Recipient string         `json:"recipient"`
	Alerts    int            `json:"alerts"`   // about events that the recipient does not know
	Updates   int            `json:"updates"`  // about events that the recipient knows
	Deferred  int            `json:"deferred"` // of all of these, how many are sent later
	Held      map[string]int `json:"held"`     // not sent, by reason
}

// PreviewRule returns what ApplyRule would do, and does nothing.
func (e *Engine) PreviewRule(ctx context.Context, r ApplyRequest) (RuleApplication, error) {
	return e.applyRule(ctx, r, e.scanner.PreviewRule)
}

// ApplyRule alerts people about stored articles that a rule matches, as a scan would have
// done if the rule had been in force. Articles that this version of the rule has matched
// are left out, so applying it twice sends nothing new. The audit names the person.
func (e *Engine) ApplyRule(ctx context.Context, r ApplyRequest) (RuleApplication, error) {
	applied, err := e.applyRule(ctx, r, e.scanner.ApplyRule)
	applied.Applied = err == nil && applied.Articles > 0
	return applied, err
}

type applier func(context.Context, scanner.Archive, scanner.Application) (scanner.Applied, error)

func (e *Engine) applyRule(ctx context.Context, r ApplyRequest, apply applier) (RuleApplication, error) {
	rule, err := e.Rules().find(r.RuleID)
	if err != nil {
		return RuleApplication{}, err
	}
	if rule.Draft {
		return RuleApplication{}, inputError("rule %s is a draft, and drafts alert nobody; set status: active in %s first", rule.ID, rule.File)
	}
	if err := e.indexTexts(ctx, r.Progress); err != nil {
		return RuleApplication{}, err
	}
	applied, err := apply(ctx, e.store, scanner.Application{
		RuleID: rule.ID, Since: r.Since.UTC(), By: r.By, Progress: progressOf(r.Progress, "reading articles"),
	})
	if _, many := errors.AsType[*scanner.TooManyMatchesError](err); many {
		return RuleApplication{}, inputError("rule %s matches more than %d stored articles; choose a shorter time, or narrow the rule", rule.ID, scanner.MostApplied)
	}
	if err != nil {
		return RuleApplication{}, err
	}
	result := RuleApplication{
		RuleID: rule.ID, Title: rule.Title, Since: r.Since.UTC(), Articles: len(applied.Articles), Matched: applied.Known, WithoutText: applied.Expired,
		Events: appliedEvents(applied.Changes), Recipients: appliedRecipients(applied.Notices),
	}
	for _, to := range result.Recipients {
		result.Messages += to.Alerts + to.Updates
	}
	return result, nil
}

// appliedEvents returns the events of changes, each once.
func appliedEvents(changes []models.Change) []AppliedEvent {
	all := []AppliedEvent{}
	at := make(map[string]int) // places in all, by event
	for _, c := range changes {
		i, met := at[c.Event.ID]
		if !met {
			i = len(all)
			at[c.Event.ID] = i
			all = append(all, AppliedEvent{Source: c.Joined.SourceName, New: c.Kind == models.Opened})
			if t := c.Joined.PublishedAt; !t.IsZero() {
				all[i].PublishedAt = &t
			}
		}
		all[i].Title, all[i].Severity = c.Event.Title, c.Event.Severity
	}
	return all
}

// heldNoDestination is why nothing is sent to a recipient without a destination.
const heldNoDestination = "no-destination"

// appliedRecipients counts notices by recipient.
func appliedRecipients(notices []models.Notice) []AppliedRecipient {
	all := []AppliedRecipient{}
	for _, n := range notices {
		if n.Kind != models.NoticeAlert && n.Kind != models.NoticeUpdate {
			continue // messages that were sent before show the new status
		}
		i := slices.IndexFunc(all, func(to AppliedRecipient) bool { return to.Recipient == n.Recipient })
		if i < 0 {
			i = len(all)
			all = append(all, AppliedRecipient{Recipient: n.Recipient, Held: map[string]int{}})
		}
		to := &all[i]
		switch {
		case n.IsHeld():
			to.Held[cmp.Or(string(n.HeldAs), heldNoDestination)]++
			continue
		case n.Kind == models.NoticeAlert:
			to.Alerts++
		default:
			to.Updates++
		}
		if n.Waits() {
			to.Deferred++
		}
	}
	slices.SortFunc(all, func(a, b AppliedRecipient) int { return strings.Compare(a.Recipient, b.Recipient) })
	return all
}

// changedRules returns the IDs of the rules that are new or have changed.
func changedRules(before, after *rules.Set) []string {
	was := make(map[string]string)
	for _, r := range before.Revisions() {
		was[r.RuleID] = r.Hash
	}
	var changed []string
	for _, r := range after.Revisions() {
		if was[r.RuleID] != r.Hash {
			changed = append(changed, r.RuleID)
		}
	}
	return changed
}
