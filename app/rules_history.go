package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
)

// progressOf returns the progress of one step; nil if nobody asked for it.
func progressOf(p Progress, step string) func(done, total int) {
	if p == nil {
		return nil
	}
	return func(done, total int) { p(step, int64(done), int64(total)) }
}

// indexStep is how many texts are indexed between two calls of a Progress.
const indexStep = 1000

// indexTexts indexes the texts that an earlier version of regwatch stored, so that
// searches are quick. It happens once.
func (a *App) indexTexts(ctx context.Context, progress Progress) error {
	report := progressOf(progress, "indexing stored texts, once")
	total := 0
	for {
		left, err := a.store.Reindex(ctx, indexStep)
		if err != nil || left == 0 {
			return err
		}
		total = max(total, left)
		if report != nil {
			report(total-left, total)
		}
	}
}

// A BacktestRequest is a rule that is tried on stored articles.
type BacktestRequest struct {
	RuleID    string
	Draft     []byte // a text that is not saved; nil tries the saved rule
	DraftName string // the file of the draft, for messages
	Since     time.Time
	By        string        // BySeen or ByPublished; empty is BySeen
	Newest    int           // how many of the newest hits to return
	Within    time.Duration // after which only the newest articles count; 0: as long as it takes
	Progress  Progress
}

// The times of an article by which a backtest selects and counts it.
const (
	BySeen      = "seen"      // when a scan first saw it; imported articles are left out
	ByPublished = "published" // when it was published
)

// A Backtest is what a rule would have done with the stored articles, compared with
// another version of it.
type Backtest struct {
	scanner.Backtest
	Tried         string `json:"tried"`                    // which version is tried
	Beside        string `json:"beside,omitempty"`         // which version it is compared with
	PrecisionNote string `json:"precision_note,omitempty"` // why precision is not measured
	NothingBeside string `json:"nothing_beside,omitempty"` // why it is compared with nothing
	Title         string `json:"title"`                    // of the rule
	By            string `json:"by"`                       // seen or published

	ImportedSince time.Time `json:"-"` // when the first imported article was published, if no scan has stored any

	ShortIDs map[string]string `json:"-"` // of the articles of the newest hits: as much of an ID as no other article has

	Since time.Time `json:"-"` // where the window was to begin
	Now   time.Time `json:"-"`
}

// The parts of a backtest.
type (
	BacktestOutcome  = scanner.Outcome
	BacktestEvent    = scanner.PastEvent
	BacktestHit      = scanner.PastMatch
	BacktestFeedback = scanner.MarkedEvent
	BacktestWeek     = scanner.Week
)

// A BacktestTooLongError says that the time of the context was not enough for a backtest, and which window is half as long.
type BacktestTooLongError = scanner.TooLongError

// BacktestRule runs a rule on stored articles. A draft is compared with the saved rule,
// and the saved rule with the version before it. Nothing is stored and nobody is notified. The error is a
// *BacktestTooLongError if the time of the context is not enough.
func (a *App) BacktestRule(ctx context.Context, r BacktestRequest) (Backtest, error) {
	by := models.BySeen
	switch r.By {
	case "", BySeen:
	case ByPublished:
		by = models.ByPublished
	default:
		return Backtest{}, unknownValue("time", r.By, []string{BySeen, ByPublished})
	}
	t := scanner.Trial{RuleID: r.RuleID, Since: r.Since.UTC(), By: by, Newest: r.Newest, Progress: progressOf(r.Progress, "reading articles")}
	if r.Within > 0 {
		until := a.now().Add(r.Within)
		t.Stop = func() bool { return a.now().After(until) }
	}
	b, err := a.chooseVersions(ctx, r, &t)
	if err != nil {
		return Backtest{}, err
	}
	if err := a.indexTexts(ctx, r.Progress); err != nil {
		return Backtest{}, err
	}
	return a.runTrial(ctx, t, b)
}

// runTrial tries a rule on the stored articles, with the relevance models and the exceptions in use, and completes the backtest.
func (a *App) runTrial(ctx context.Context, t scanner.Trial, b Backtest) (Backtest, error) {
	folder := a.Folder()
	t.Sources, t.Until, t.Zone = folder.Sources, a.now().UTC(), a.Zone()
	t.Draft = folder.inUse(t.Draft)
	if t.Saved != nil {
		t.Saved = folder.inUse(t.Saved)
	}
	var err error
	if b.Backtest, err = scanner.TryRule(ctx, a.store, t); err != nil {
		return Backtest{}, err
	}
	var ids []string
	for _, hit := range b.Newest {
		ids = append(ids, hit.ArticleID)
	}
	if b.ShortIDs, err = a.store.ShortArticleIDs(ctx, ids); err != nil {
		return Backtest{}, err
	}
	b.By = BySeen
	if t.By == models.ByPublished {
		b.By = ByPublished
	} else if !b.Stored {
		if b.ImportedSince, err = a.store.FirstSeen(ctx, models.ByPublished); err != nil {
			return Backtest{}, err
		}
	}
	b.Title, b.Since, b.Now = t.Draft.Rules()[0].Title, t.Since, t.Until
	b.PrecisionNote = whyUnmeasured(b.Backtest)
	return b, nil
}

// chooseVersions chooses the version that is tried and the one that it is compared with.
func (a *App) chooseVersions(ctx context.Context, r BacktestRequest, t *scanner.Trial) (b Backtest, err error) {
	saved, err := a.Rules().find(r.RuleID)
	isSaved := err == nil
	if !isSaved && r.Draft == nil {
		return b, err
	}
	if isSaved {
		if t.Saved, err = a.loadOne(r.RuleID, filepath.Join(rulesFolder(a.dir), saved.File), saved.Source()); err != nil {
			return b, err
		}
	}
	if r.Draft == nil {
		t.Draft, t.Saved = t.Saved, nil
		b.Tried, b.Beside = "the saved rule", "the version before it"
		b.NothingBeside, err = a.versionBefore(ctx, t)
		return b, err
	}
	b.Tried, b.Beside = cmp.Or(r.DraftName, "the draft"), "the saved rule"
	if !isSaved {
		b.NothingBeside = fmt.Sprintf("there is no saved rule %q", r.RuleID)
	}
	t.Draft, err = a.loadOne(r.RuleID, cmp.Or(r.DraftName, a.RulePath(r.RuleID)), r.Draft)
	return b, err
}

// loadOne loads one rule and reports its problems under the name of the file that it was
// read from.
func (a *App) loadOne(id, file string, text []byte) (*rules.Set, error) {
	name := a.RulePath(id)
	set, problems := rules.LoadOne(a.ruleFiles(), name, text)
	if len(problems) == 0 {
		return withDates(set), nil
	}
	named := make(diag.Problems, len(problems))
	for i, p := range problems {
		if p.File == name {
			p.File = file
		}
		named[i] = p
	}
	return nil, named
}

func (a *App) ruleFiles() fs.FS { return userfile.Dir(rulesFolder(a.dir)) }

// versionBefore finds the newest recorded version that differs from the rule that is
// tried, or says why there is none.
func (a *App) versionBefore(ctx context.Context, t *scanner.Trial) (why string, err error) {
	now := t.Draft.Revisions()[0]
	recorded, err := a.store.RuleRevisions(ctx, t.RuleID)
	if err != nil {
		return "", err
	}
	for _, version := range recorded {
		if version.Text == now.Text && version.Vocabulary == now.Vocabulary {
			continue
		}
		saved, err := rules.LoadRevision(version)
		if err != nil {
			return err.Error(), nil // it was written for another version of the language
		}
		t.Saved = withDates(saved)
		return "", nil
	}
	return "no other version of this rule has been in force", nil
}

// whyUnmeasured says why there is no precision, if there is none.
func whyUnmeasured(b scanner.Backtest) string {
	rated := b.Marked.Relevant + b.Marked.Irrelevant
	switch {
	case b.Draft.Precision != nil:
		return ""
	case !b.Stored:
		return "not measured: nothing is stored yet"
	case rated == 1:
		return "not measured: it would not alert to the 1 event that has feedback"
	case rated > 1:
		return fmt.Sprintf("not measured: it would alert to none of the %d events that have feedback", rated)
	case b.Marked.Expired > 0:
		return "not measured: the texts of the events that have feedback were deleted by age"
	}
	return "not measured: nobody has given feedback on an alert of this rule"
}

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
	if err := e.may(ctx, RoleEditor); err != nil {
		return RuleApplication{}, err
	}
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
		if n.IsDeferred() {
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
