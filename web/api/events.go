package api

import (
	"net/http"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

const groupEvents = "Events"

// The bodies of requests about events.
type (
	personBody struct {
		Person string `json:"person,omitempty" doc:"whom it is assigned to; otherwise the user of the token"`
	}
	reasonBody struct {
		Reason string `json:"reason" doc:"why; others see it"`
	}
	dueBody struct {
		Day string `json:"day" doc:"such as 2026-03-31; empty: none"`
	}
	noteBody struct {
		Text string `json:"text"`
	}
	feedbackBody struct {
		Relevant bool   `json:"relevant"`
		Rule     string `json:"rule,omitempty" doc:"the ID of one rule; otherwise it is about the whole event"`
		Note     string `json:"note,omitempty"`
	}
	mergeBody struct {
		Into   string `json:"into" doc:"the ID of the event that it becomes part of"`
		Reason string `json:"reason,omitempty"`
	}
	splitBody struct {
		Articles []string `json:"articles" doc:"the IDs of the articles that open an event of their own"`
		Reason   string   `json:"reason,omitempty"`
	}
	apartBody struct {
		Other  string `json:"other" doc:"the ID of the event that it is kept apart from"`
		Reason string `json:"reason,omitempty"`
	}
)

func eventOperations() []operation {
	const editor, scope = app.RoleEditor, app.ScopeEvents
	return []operation{
		{ID: "listEvents", Method: http.MethodGet, Path: "/events", Group: groupEvents, Scope: app.ScopeRead, Does: "List events, the one last seen first.", Params: eventParams(), Result: app.Event{}, List: true, Problems: []problemCode{codeMistakes, codeNotFound}, handle: listEvents},
		{ID: "getEvent", Method: http.MethodGet, Path: "/events/{id}", Group: groupEvents, Scope: app.ScopeRead, Does: "Get an event with its matches, notices and notes.", Result: app.EventDetails{}, handle: func(c *call) (any, error) { return c.engine.Event(c, c.id()) }},
		{ID: "assignEvent", Method: http.MethodPost, Path: "/events/{id}/assign", Group: groupEvents, Scope: scope, Role: editor, Does: "Assign an event, which stops its escalation.", Body: personBody{}, BodyOptional: true, Result: app.EventAssignment{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.Assign(c, c.id(), c.person())
		}},
		{ID: "unassignEvent", Method: http.MethodPost, Path: "/events/{id}/unassign", Group: groupEvents, Scope: scope, Role: editor, Does: "End an assignment.", Body: personBody{}, BodyOptional: true, Result: app.EndedAssignment{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.Unassign(c, c.id(), c.person())
		}},
		{ID: "closeEvent", Method: http.MethodPost, Path: "/events/{id}/close", Group: groupEvents, Scope: scope, Role: editor, Does: "Close an event.", Body: reasonBody{}, Result: app.EventClosing{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.CloseEvent(c, c.id(), c.body.(*reasonBody).Reason, c.by())
		}},
		{ID: "reopenEvent", Method: http.MethodPost, Path: "/events/{id}/reopen", Group: groupEvents, Scope: scope, Role: editor, Does: "Open a closed event again.", Result: app.ReopenedEvent{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.ReopenEvent(c, c.id(), c.by())
		}},
		{ID: "setEventDue", Method: http.MethodPut, Path: "/events/{id}/due", Group: groupEvents, Scope: scope, Role: editor, Does: "Set or remove the day until which the work on an event is to be done.", Body: dueBody{}, Result: app.EventDue{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.SetDue(c, c.id(), c.body.(*dueBody).Day, c.by())
		}},
		{ID: "addNote", Method: http.MethodPost, Path: "/events/{id}/notes", Group: groupEvents, Scope: scope, Role: editor, Does: "Write a note about an event.", Body: noteBody{}, Result: app.Note{}, Created: true, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.AddNote(c, c.id(), c.body.(*noteBody).Text, c.by())
		}},
		{ID: "removeNote", Method: http.MethodDelete, Path: "/notes/{id}", Group: groupEvents, Scope: scope, Role: editor, Does: "Remove a note. Its text stays stored.", Result: app.Note{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.RemoveNote(c, c.id(), c.by())
		}},
		{ID: "giveFeedback", Method: http.MethodPut, Path: "/events/{id}/feedback", Group: groupEvents, Scope: scope, Role: editor, Does: "Say whether an event is relevant. It replaces earlier feedback of the same user.", Body: feedbackBody{}, Result: app.EventFeedback{}, Writes: true, handle: giveFeedback},
		{ID: "removeFeedback", Method: http.MethodDelete, Path: "/events/{id}/feedback", Group: groupEvents, Scope: scope, Role: editor, Does: "Remove the feedback of the user of the token.", Params: []param{{Name: "rule", In: inQuery, Type: "text", Doc: "the feedback on this rule; otherwise on the whole event"}}, Result: app.RemovedFeedback{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.RemoveFeedback(c, models.Feedback{EventID: c.id(), RuleID: c.text("rule"), By: c.by()})
		}},
		{ID: "mergeEvent", Method: http.MethodPost, Path: "/events/{id}/merge", Group: groupEvents, Scope: scope, Role: editor, Does: "Make an event part of another one.", Body: mergeBody{}, Result: app.Correction{}, Writes: true, handle: func(c *call) (any, error) {
			b := c.body.(*mergeBody)
			return c.engine.MergeEvents(c, c.id(), b.Into, c.by(), b.Reason)
		}},
		{ID: "splitEvent", Method: http.MethodPost, Path: "/events/{id}/split", Group: groupEvents, Scope: scope, Role: editor, Does: "Let articles of an event open an event of their own.", Body: splitBody{}, Result: app.Correction{}, Writes: true, handle: func(c *call) (any, error) {
			b := c.body.(*splitBody)
			return c.engine.SplitEvent(c, c.id(), b.Articles, c.by(), b.Reason)
		}},
		{ID: "keepApart", Method: http.MethodPost, Path: "/events/{id}/keep-apart", Group: groupEvents, Scope: scope, Role: editor, Does: "Keep an event apart from another one.", Body: apartBody{}, Result: app.Correction{}, Writes: true, handle: func(c *call) (any, error) {
			b := c.body.(*apartBody)
			return c.engine.KeepApart(c, c.id(), b.Other, c.by(), b.Reason)
		}},
		{ID: "undoGrouping", Method: http.MethodPost, Path: "/corrections/{id}/undo", Group: groupEvents, Scope: scope, Role: editor, Does: "Undo a merge, a split or a decision to keep apart. What was sent stays sent.", Result: app.Correction{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.UndoGrouping(c, c.id(), c.by())
		}},
	}
}

// person is whom a request about an assignment names.
func (c *call) person() string {
	if name := sanitize.Line(c.body.(*personBody).Person); name != "" {
		return name
	}
	return c.by()
}

// eventParams are the filters of the inbox.
func eventParams() []param {
	return []param{
		{Name: "q", In: inQuery, Type: "text", Doc: "a query for the articles, in the language of rules; of plain words an article has all"},
		{Name: "since", In: inQuery, Type: "time", Doc: "first seen, changed or joined by an article from then on; a time, or a day at midnight UTC"},
		{Name: "until", In: inQuery, Type: "time", Doc: "and before then"},
		{Name: "title", In: inQuery, Type: "text", Doc: "words that the title has, all of them"},
		{Name: "rule", In: inQuery, Type: "text", List: true, Doc: "the ID of a rule that matched"},
		{Name: "severity", In: inQuery, Type: "text", Doc: "the lowest: low, medium, high or critical"},
		{Name: "stage", In: inQuery, Type: "text", List: true, Doc: "a stage as of `regwatch events --stage`, or none"},
		{Name: "source", In: inQuery, Type: "text", List: true, Doc: "the ID of a source of its articles"},
		{Name: "jurisdiction", In: inQuery, Type: "text", List: true, Doc: "in English"},
		{Name: "assignee", In: inQuery, Type: "text", Doc: "a person, me (the user of the token) or nobody"},
		{Name: "state", In: inQuery, Type: "text", Enum: app.EventStates(), Doc: "of the work on it"},
		{Name: "published", In: inQuery, Type: "text", Enum: []string{app.PublishedOfficially, app.PublishedByPress}, Doc: "by an authority, or by the press only"},
		{Name: "held", In: inQuery, Type: "text", List: true, Doc: "why someone was not sent it, such as less-certain or mention"},
		{Name: "raised", In: inQuery, Type: "flag", Doc: "true: only what a rule alerts to or lists in the digest, as in the inbox"},
		{Name: "less_certain", In: inQuery, Type: "flag", Doc: "true: only what rules list in the digest and alert to by none"},
		{Name: "may_belong", In: inQuery, Type: "flag", Doc: "true: only what may belong to another event, which nobody has decided"},
	}
}

func listEvents(c *call) (any, error) {
	f := app.EventFilter{
		Since: c.time("since"), Until: c.time("until"), Rules: c.texts("rule"), Severity: c.text("severity"), Stages: c.texts("stage"), Sources: c.texts("source"),
		Jurisdictions: c.texts("jurisdiction"), Text: c.text("title"), AssignedTo: c.text("assignee"), Held: c.texts("held"), State: c.text("state"), Published: c.text("published"),
		Raised: c.flag("raised"), LessCertain: c.flag("less_certain"), MayBelong: c.flag("may_belong"), Query: c.text("q"),
	}
	if f.AssignedTo == "me" {
		f.AssignedTo = c.by()
	}
	found, err := c.engine.EventsPage(c, f, c.position(), c.limit()+1)
	if err != nil {
		return nil, err
	}
	return pageOf(c, found, app.Event.Position), nil
}

func giveFeedback(c *call) (any, error) {
	b := c.body.(*feedbackBody)
	given, err := c.engine.AddFeedback(c, models.Feedback{EventID: c.id(), RuleID: b.Rule, By: c.by(), Relevant: b.Relevant, Note: b.Note})
	if err != nil {
		return nil, err
	}
	given.Refit, err = c.engine.RefitHint(c, given.Event, b.Rule)
	return given, err
}

const groupMutes = "Mutes and exceptions"

type muteBody struct {
	Kind      string `json:"kind" enum:"rule|event|source"`
	Target    string `json:"target" doc:"the ID of the rule, event or source"`
	For       string `json:"for" doc:"how long, such as 12h or 7d; at most a year"`
	Reason    string `json:"reason" doc:"why; others see it"`
	Recipient string `json:"recipient,omitempty" doc:"only for this recipient; otherwise for all"`
}

type exceptionBody struct {
	Scope     string `json:"scope" enum:"rule|source|all"`
	Target    string `json:"target,omitempty" doc:"the ID of the rule, or a pattern of IDs of sources"`
	Query     string `json:"query" doc:"what an article has that is held, in the language of rules"`
	Reason    string `json:"reason" doc:"why; others see it"`
	FromEvent string `json:"from_event,omitempty" doc:"the ID of the event that it was written from"`
	For       string `json:"for,omitempty" doc:"how long, such as 30d, or ever; otherwise 90d"`
}

func muteOperations() []operation {
	all := param{Name: "all", In: inQuery, Type: "flag", Doc: "true: also those that have ended"}
	return []operation{
		{ID: "listMutes", Method: http.MethodGet, Path: "/mutes", Group: groupMutes, Scope: app.ScopeRead, Does: "List mutes, the newest first.", Params: []param{all}, Result: app.Mute{}, List: true, handle: func(c *call) (any, error) {
			found, err := c.engine.Mutes(c, c.flag("all"))
			if err != nil {
				return nil, err
			}
			return pageOfAll(c, found, func(m app.Mute) string { return m.ID }, true), nil
		}},
		{ID: "createMute", Method: http.MethodPost, Path: "/mutes", Group: groupMutes, Scope: app.ScopeEvents, Role: app.RoleEditor, Does: "Mute a rule, an event or a source.", Body: muteBody{}, Result: app.Mute{}, Created: true, Writes: true, Problems: []problemCode{codeNotFound}, handle: createMute},
		{ID: "endMute", Method: http.MethodDelete, Path: "/mutes/{id}", Group: groupMutes, Scope: app.ScopeEvents, Role: app.RoleEditor, Does: "End a mute.", Result: models.Mute{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.Unmute(c, c.id(), c.by())
		}},
		{ID: "listExceptions", Method: http.MethodGet, Path: "/exceptions", Group: groupMutes, Scope: app.ScopeRead, Does: "List exceptions, the newest first.", Params: []param{all, {Name: "rule", In: inQuery, Type: "text", Doc: "only those that are about this rule, all rules or sources"}}, Result: app.Exception{}, List: true, handle: func(c *call) (any, error) {
			found, err := c.engine.Exceptions(c, c.text("rule"), c.flag("all"))
			if err != nil {
				return nil, err
			}
			return pageOfAll(c, found, func(x app.Exception) string { return x.ID }, true), nil
		}},
		{ID: "createException", Method: http.MethodPost, Path: "/exceptions", Group: groupMutes, Scope: app.ScopeRules, Role: app.RoleEditor, Does: "Add an exception, which keeps matches of a query from alerting.", Body: exceptionBody{}, Result: app.Exception{}, Created: true, Writes: true, Problems: []problemCode{codeMistakes, codeNotFound}, handle: createException},
		{ID: "removeException", Method: http.MethodDelete, Path: "/exceptions/{id}", Group: groupMutes, Scope: app.ScopeRules, Role: app.RoleEditor, Does: "Take an exception out of force.", Result: app.Exception{}, Writes: true, handle: func(c *call) (any, error) {
			return c.engine.RemoveException(c, c.id(), c.by())
		}},
	}
}

// lasts reads how long something is to be in force.
func lasts(text string) (time.Duration, error) {
	d, err := duration.Parse(strings.TrimSpace(text))
	if err != nil {
		return 0, newProblem(codeRefused, "\"for\" is "+text+"; use a duration such as 12h or 7d.")
	}
	return d, nil
}

func createMute(c *call) (any, error) {
	b := c.body.(*muteBody)
	length, err := lasts(b.For)
	if err != nil {
		return nil, err
	}
	muted, err := c.engine.Mute(c, models.Mute{Kind: models.MuteKind(b.Kind), Target: b.Target, Reason: b.Reason, Recipient: b.Recipient, By: c.by()}, length)
	return muted.Mute, err
}

func createException(c *call) (any, error) {
	b := c.body.(*exceptionBody)
	r := app.ExceptionRequest{Scope: models.ExceptionScope(b.Scope), Target: b.Target, Query: b.Query, Reason: b.Reason, FromEvent: b.FromEvent, By: c.by()}
	if b.For != "ever" {
		length := app.DefaultException
		if b.For != "" {
			var err error
			if length, err = lasts(b.For); err != nil {
				return nil, err
			}
		}
		r.Until = c.engine.Now().UTC().Add(length)
	}
	return c.engine.AddException(c, r)
}
