package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

// act does what a button says, of a message on Slack or of a page behind a mail.
// done is what an undo undoes: the ID of a mute or of a correction of the grouping.
func (a *App) act(ctx context.Context, action models.Action, eventID, done, by string) (err error) {
	switch action {
	case models.ActionAssign:
		_, err = a.Assign(ctx, eventID, by)
	case models.ActionUnassign:
		_, err = a.Unassign(ctx, eventID, by)
	case models.ActionDismiss:
		_, err = a.AddFeedback(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionUndismiss:
		_, err = a.RemoveFeedback(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionMute:
		_, err = a.mute(ctx, models.Mute{Kind: models.MuteEvent, Target: eventID, By: by}, a.now().UTC(), models.ActionMuteTime)
	case models.ActionUnmute:
		_, err = a.unmute(ctx, done, by)
	case models.ActionMerge, models.ActionApart:
		err = a.decideGrouping(ctx, action, eventID, by)
	case models.ActionUnmerge, models.ActionUnapart:
		_, err = a.UndoGrouping(ctx, done, by)
	default:
		return fmt.Errorf("unknown action %q", action)
	}
	return err
}

// ActOnce does what a button of a page says. A form that is sent twice does it once, and
// undoing what was never done changes nothing.
func (a *App) ActOnce(ctx context.Context, action models.Action, eventID, by string) error {
	if err := a.may(ctx, RoleEditor); err != nil {
		return err
	}
	var done string
	if action == models.ActionMute || action == models.ActionUnmute {
		status, err := a.EventStatus(ctx, eventID)
		switch mute := status.Mute; {
		case err != nil:
			return err
		case action == models.ActionMute && mute != nil, action == models.ActionUnmute && (mute == nil || mute.By != by):
			return nil
		case mute != nil:
			done = mute.ID
		}
	}
	if action == models.ActionUnmerge || action == models.ActionUnapart {
		status, err := a.EventStatus(ctx, eventID)
		if g := status.Grouping; err != nil || g == nil || g.By != by || g.Kind != groupingOf(action) {
			return err
		}
		done = status.Grouping.Link
	}
	err := a.act(ctx, action, eventID, done, by)
	_, notAssigned := errors.AsType[*store.NotAssignedError](err)
	_, noFeedback := errors.AsType[*store.NoFeedbackError](err)
	_, noMute := errors.AsType[*store.NoMuteError](err)
	if notAssigned || noFeedback || noMute {
		return nil
	}
	return err
}

// A DecidedError means that people have already decided about an event that may belong to
// another one.
type DecidedError struct{ models.GroupingDecision }

// Error says what was decided, and how to change it.
func (e *DecidedError) Error() string {
	by := cmp.Or(e.By, "somebody")
	undo := ""
	if e.Link != "" {
		undo = "; to undo that: regwatch events undo-grouping " + e.Link
	}
	if e.Kind == models.LinkMerge {
		return fmt.Sprintf("%s has already merged the event into %q%s", by, e.Title, undo)
	}
	return fmt.Sprintf("%s has already decided that it is another event than %q%s", by, e.Title, undo)
}

// groupingOf returns the correction that an action makes or undoes.
func groupingOf(action models.Action) models.LinkKind {
	if action == models.ActionMerge || action == models.ActionUnmerge {
		return models.LinkMerge
	}
	return models.LinkApart
}

// decideGrouping merges an event into the one that it may belong to, or keeps the two
// apart. The error is a *DecidedError if people have decided before, unless the same person
// decided the same.
func (a *App) decideGrouping(ctx context.Context, action models.Action, eventID, by string) error {
	event, err := a.store.MergedEvent(ctx, eventID)
	if err != nil {
		return bare[*store.NoEventError](err)
	}
	if event.MayBelong == nil {
		return inputError("the event may not belong to another one; use regwatch events merge or keep-apart")
	}
	status, err := a.EventStatus(ctx, event.ID)
	if err != nil {
		return err
	}
	if g := status.Grouping; g != nil {
		if g.Kind == groupingOf(action) && g.By == by {
			return nil
		}
		return &DecidedError{*g}
	}
	other, err := a.store.FindEvent(ctx, event.MayBelong.EventID)
	if _, gone := errors.AsType[*store.NoEventError](err); gone {
		return inputError("%q, the event that it may belong to, is no longer stored", event.MayBelong.Title)
	}
	switch {
	case err != nil:
		return err
	case action == models.ActionMerge:
		_, err = a.MergeEvents(ctx, event.ID, other.ID, by, "")
	default:
		_, err = a.KeepApart(ctx, event.ID, other.ID, by, "")
	}
	return err
}

// An EventAssignment is an event that is assigned to a person.
type EventAssignment struct {
	models.Assignment
	Event Event `json:"-"`
}

// An EndedAssignment is an assignment that was ended.
type EndedAssignment struct {
	By      string `json:"by"`
	EventID string `json:"event_id"`
	Ended   bool   `json:"given_up"`

	Event Event `json:"-"`
}

// longestPerson is the most characters of the name of a person. Slack's display names have at most 80, and @ and the ID of the
// member are added.
const longestPerson = 200

// Assign assigns an event to a person, which stops its escalation. Everybody who received
// the alert sees it. To assign it again changes nothing.
func (a *App) Assign(ctx context.Context, eventID, by string) (EventAssignment, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return EventAssignment{}, err
	}
	if n := utf8.RuneCountInString(by); n > longestPerson {
		return EventAssignment{}, inputError("the name of the person has %d characters; use at most %d", n, longestPerson)
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EventAssignment{}, err
	}
	now := a.now().UTC()
	stored, err := a.store.Assign(ctx, models.Assignment{EventID: event.ID, By: by, AssignedAt: now, Actor: actorName(ctx)}, a.statusPlanner(now))
	a.wake()
	return EventAssignment{stored, event}, err
}

// Unassign ends an assignment. The error is a *store.NotAssignedError if there is none.
func (a *App) Unassign(ctx context.Context, eventID, by string) (EndedAssignment, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return EndedAssignment{}, err
	}
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EndedAssignment{}, err
	}
	now := a.now().UTC()
	ended, err := a.store.Unassign(ctx, models.Assignment{EventID: event.ID, By: by, Actor: actorName(ctx)}, now, a.statusPlanner(now))
	a.wake()
	return EndedAssignment{ended.By, event.ID, true, event}, bare[*store.NotAssignedError](err)
}

// EventFeedback is what one person says of an event.
type EventFeedback struct {
	models.Feedback
	Event Event      `json:"-"`
	Refit *RefitHint `json:"refit,omitempty"` // a rule has enough feedback for a refit; set by who asks RefitHint
}

// RemovedFeedback is feedback that was removed.
type RemovedFeedback struct {
	By      string `json:"by"`
	EventID string `json:"event_id"`
	RuleID  string `json:"rule_id"` // empty: of the whole event
	Removed bool   `json:"taken_back"`

	Event Event `json:"-"`
}

// AddFeedback stores whether an event is relevant to a person. It replaces earlier
// feedback of the same person on the same rule.
func (a *App) AddFeedback(ctx context.Context, f models.Feedback) (EventFeedback, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return EventFeedback{}, err
	}
	if err := checkLength("note", f.Note); err != nil {
		return EventFeedback{}, err
	}
	event, err := a.findEvent(ctx, f.EventID)
	if err != nil {
		return EventFeedback{}, err
	}
	f.EventID, f.GivenAt = event.ID, a.now().UTC()
	stored, err := a.store.AddFeedback(ctx, f, a.statusPlanner(f.GivenAt))
	a.wake()
	return EventFeedback{Feedback: stored, Event: event}, bare[*store.NotRaisedError](err)
}

// RemoveFeedback removes a person's feedback. The error is a *store.NoFeedbackError if
// there is none.
func (a *App) RemoveFeedback(ctx context.Context, f models.Feedback) (RemovedFeedback, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RemovedFeedback{}, err
	}
	event, err := a.findEvent(ctx, f.EventID)
	if err != nil {
		return RemovedFeedback{}, err
	}
	f.EventID = event.ID
	now := a.now().UTC()
	err = a.store.RemoveFeedback(ctx, f, now, a.statusPlanner(now))
	a.wake()
	return RemovedFeedback{f.By, event.ID, f.RuleID, true, event}, bare[*store.NoFeedbackError](err)
}

// ArticleFeedback is what one person says of an article for a rule.
type ArticleFeedback struct {
	models.ArticleFeedback
	EventID string     `json:"event_id,omitempty"` // the event that the rule raised with the article, which the feedback is stored for
	Refit   *RefitHint `json:"refit,omitempty"`    // the rule has enough feedback for a refit; set by who asks RefitHint

	Article Article `json:"-"`
}

// AddArticleFeedback stores whether an article is relevant to a person for a rule, also if no event exists. If the rule raised an
// event with the article, it is feedback on that event.
func (a *App) AddArticleFeedback(ctx context.Context, f models.ArticleFeedback) (ArticleFeedback, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ArticleFeedback{}, err
	}
	article, event, err := a.ratedArticle(ctx, f.ArticleID, f.RuleID)
	if err != nil {
		return ArticleFeedback{}, err
	}
	f.ArticleID, f.GivenAt = article.ID, a.now().UTC()
	given := ArticleFeedback{ArticleFeedback: f, EventID: event, Article: article}
	if event != "" {
		stored, err := a.AddFeedback(ctx, models.Feedback{EventID: event, RuleID: f.RuleID, By: f.By, Relevant: f.Relevant, Note: f.Note})
		given.GivenAt, given.RuleHash = stored.GivenAt, stored.RuleHash
		return given, err
	}
	if rule, err := a.Rules().find(f.RuleID); err == nil {
		f.RuleHash = rule.Hash
	}
	given.ArticleFeedback, err = a.store.AddArticleFeedback(ctx, f)
	return given, err
}

// RemovedArticleFeedback is feedback on an article that was removed.
type RemovedArticleFeedback struct {
	By        string `json:"by"`
	ArticleID string `json:"article_id"`
	RuleID    string `json:"rule_id"`
	Removed   bool   `json:"removed"`

	Article Article `json:"-"`
}

// RemoveArticleFeedback removes a person's feedback on an article for a rule.
func (a *App) RemoveArticleFeedback(ctx context.Context, f models.ArticleFeedback) (RemovedArticleFeedback, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RemovedArticleFeedback{}, err
	}
	article, event, err := a.ratedArticle(ctx, f.ArticleID, f.RuleID)
	if err != nil {
		return RemovedArticleFeedback{}, err
	}
	f.ArticleID = article.ID
	removed, err := a.store.RemoveArticleFeedback(ctx, f, a.now().UTC())
	if err == nil && !removed && event != "" {
		_, err = a.RemoveFeedback(ctx, models.Feedback{EventID: event, RuleID: f.RuleID, By: f.By})
		removed = err == nil
	}
	if err == nil && !removed {
		err = inputError("%s gave no feedback on article %s for rule %s", cmp.Or(f.By, "nobody"), article.ShortID, f.RuleID)
	}
	return RemovedArticleFeedback{f.By, article.ID, f.RuleID, removed, article}, err
}

// ratedArticle returns an article on which feedback for a rule is given, and the ID of the event that the rule raised with it.
func (a *App) ratedArticle(ctx context.Context, id, ruleID string) (article Article, event string, err error) {
	if err := a.requireStoredRule(ctx, ruleID); err != nil {
		return Article{}, "", err
	}
	found, err := a.findArticle(ctx, id)
	if err != nil {
		return Article{}, "", err
	}
	short, err := a.store.ShortArticleIDs(ctx, []string{found.ID})
	if err != nil {
		return Article{}, "", err
	}
	events, err := a.store.ArticleEvents(ctx, found.ID)
	for _, e := range events {
		if event == "" && slices.Contains(e.RuleIDs, ruleID) {
			event = e.ID
		}
	}
	return newArticle(found, a.sourceNames(), short[found.ID]), event, err
}

// EventStatus returns what people did about an event: assignments, feedback, the mute, and
// whether it belongs to another one. The error is ErrEventGone if it is no longer stored.
func (a *App) EventStatus(ctx context.Context, eventID string) (models.Status, error) {
	event, err := a.store.FindEvent(ctx, eventID)
	if _, gone := errors.AsType[*store.NoEventError](err); gone {
		return models.Status{}, ErrEventGone
	}
	if err != nil {
		return models.Status{}, err
	}
	mute, err := a.eventMute(ctx, event.ID, a.now())
	status := notifier.NewStatus(event, mute)
	if eventID != event.ID {
		status.Grouping = notifier.MergeOf(event, eventID)
	}
	return status, err
}

// statusPlanner plans how the messages about an event show what people did.
func (a *App) statusPlanner(now time.Time) store.StatusPlanner {
	return func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		return notifier.PlanStatus(event, sent, notifier.NewStatus(event, mute), a.routing(), now)
	}
}
