package console

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// maxActed is how many events one form may act on.
const maxActed = 200

// act does what a form asks for with one event or several, and returns to the page that the
// form names.
func (c *Console) act(w http.ResponseWriter, v *visit) error {
	do, ids := v.PostForm.Get("do"), set(v.PostForm["event"])
	back := localAddress(v.PostForm.Get("back"))
	if one, id, ok := strings.Cut(v.PostForm.Get("one"), " "); ok { // a button of one row of a list
		do, ids = one, []string{id}
	}
	if do == "undo" {
		return c.undo(w, v, back)
	}
	if note := v.PostForm.Get("removenote"); note != "" {
		return c.removeNote(w, v, note, back)
	}
	if len(ids) == 0 || len(ids) > maxActed {
		c.say(w, v, done{Text: v.T("No event was selected, so nothing was changed.")})
		http.Redirect(w, v.Request, back, http.StatusSeeOther)
		return nil
	}
	d := done{}
	var title string
	var last error
	failed := 0
	for _, id := range ids {
		text, undo, err := c.actOn(v, do, id)
		if taken, ok := errors.AsType[*takenError](err); ok && len(ids) == 1 {
			c.say(w, v, done{Text: taken.text, Ask: &undone{Do: "assign-instead", Event: id}})
			http.Redirect(w, v.Request, back+"#e-"+id, http.StatusSeeOther)
			return nil
		}
		if err != nil && len(ids) == 1 {
			return err
		}
		if err != nil {
			failed++
			last = err
			continue
		}
		title = text
		d.Undo = append(d.Undo, undo...)
	}
	d.Text = v.acted(do, len(ids)-failed, title)
	if failed > 0 {
		d.Text += " " + v.T("Failed: %d. %s", failed, v.errorLine(last))
	}
	c.say(w, v, d)
	c.live.changed()
	http.Redirect(w, v.Request, back+"#e-"+ids[0], http.StatusSeeOther)
	return nil
}

// actOn does one thing with one event. It returns the title of the event and what undoes it.
func (c *Console) actOn(v *visit, do, id string) (title string, undo []undone, err error) {
	ctx := v.Context()
	switch do {
	case "assign-instead":
		return c.assignInstead(v, id)
	case "assign":
		if err := c.taken(v, id); err != nil {
			return "", nil, err
		}
		a, err := c.engine.Assign(ctx, id, v.Name)
		if a.AssignedAt.Before(v.Now) {
			return a.Event.Title, nil, err // it was before
		}
		return a.Event.Title, []undone{{Do: "unassign", Event: id}}, err
	case "unassign":
		a, err := c.engine.Unassign(ctx, id, v.Name)
		return a.Event.Title, []undone{{Do: "assign", Event: id}}, err
	case "relevant", "irrelevant":
		before, err := c.engine.Event(ctx, id)
		if err != nil {
			return "", nil, err
		}
		_, err = c.engine.AddFeedback(ctx, models.Feedback{EventID: id, By: v.Name, Relevant: do == "relevant"})
		return before.Title, []undone{{Do: feedbackOf(before.Feedback, v.Name), Event: id}}, err
	case "unmark":
		f, err := c.engine.RemoveFeedback(ctx, models.Feedback{EventID: id, By: v.Name})
		return f.Event.Title, nil, err
	case "close":
		closed, err := c.engine.CloseEvent(ctx, id, v.PostForm.Get("reason"), v.Name)
		if !closed.Changed {
			return closed.Event.Title, nil, err
		}
		return closed.Event.Title, []undone{{Do: "reopen", Event: id}}, err
	case "reopen":
		opened, err := c.engine.ReopenEvent(ctx, id, v.Name)
		return opened.Event.Title, []undone{{Do: "close", Event: id, ID: opened.Was.Reason}}, err
	case "note":
		n, err := c.engine.AddNote(ctx, id, v.PostForm.Get("note"), v.Name)
		return n.Event.Title, []undone{{Do: "removenote", ID: n.ID}}, err
	case "due":
		due, err := c.engine.SetDue(ctx, id, v.PostForm.Get("day"), v.Name)
		return due.Event.Title, []undone{{Do: "due", Event: id, ID: due.Was}}, err
	case "read", "unread":
		return c.markRead(v, do == "read", id)
	case "merge", "apart":
		return c.decide(v, do, id)
	}
	return "", nil, errNoPage
}

// A takenError means that somebody else assigned an event since its reader's page was made.
type takenError struct{ text string }

func (e *takenError) Error() string { return e.text }

// taken returns a *takenError if somebody else has an event since the page was made that the form
// comes from.
func (c *Console) taken(v *visit, id string) error {
	made, err := time.Parse(time.RFC3339Nano, v.PostForm.Get("seen"))
	if err != nil {
		return nil // the form does not say
	}
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return err
	}
	for _, a := range e.Assignments {
		if a.By != v.Name && a.AssignedAt.After(made) {
			return &takenError{v.T("%s assigned this at %s. Assign to you instead?", a.By, a.AssignedAt.In(v.Zone).Format("15:04"))}
		}
	}
	return nil
}

// assignInstead assigns an event to the reader in place of everybody who has it.
func (c *Console) assignInstead(v *visit, id string) (title string, undo []undone, err error) {
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return "", nil, err
	}
	if _, err := c.engine.Assign(v.Context(), e.ID, v.Name); err != nil {
		return "", nil, err
	}
	undo = []undone{{Do: "unassign", Event: e.ID}}
	for _, a := range e.Assignments {
		if a.By == v.Name {
			continue
		}
		if _, err := c.engine.Unassign(v.Context(), e.ID, a.By); err != nil {
			return "", nil, err
		}
		undo = append(undo, undone{Do: "assign-to", Event: e.ID, ID: a.By})
	}
	return e.Title, undo, nil
}

// feedbackOf returns the action that gives the feedback on a whole event that a person gave, or
// that removes it if there was none.
func feedbackOf(all []models.Feedback, name string) string {
	for _, f := range all {
		if f.By == name && f.RuleID == "" {
			if f.Relevant {
				return "relevant"
			}
			return "irrelevant"
		}
	}
	return "unmark"
}

// removeNote removes a note of an event.
func (c *Console) removeNote(w http.ResponseWriter, v *visit, id, back string) error {
	n, err := c.engine.RemoveNote(v.Context(), id, v.Name)
	if err != nil {
		return err
	}
	c.say(w, v, done{Text: v.colon(v.T("Note removed"), v.T("“%s”", n.Event.Title)), Undo: []undone{{Do: "restorenote", ID: id}}})
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// markRead makes an event read or unread for the reader.
func (c *Console) markRead(v *visit, read bool, id string) (title string, undo []undone, err error) {
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return "", nil, err
	}
	if read {
		_, err = c.engine.MarkRead(v.Context(), v.Name, e.ID)
		return e.Title, []undone{{Do: "unread", Event: e.ID}}, err
	}
	_, err = c.engine.MarkUnread(v.Context(), v.Name, e.ID)
	return e.Title, []undone{{Do: "read", Event: e.ID}}, err
}

// decide merges an event into the one that it may belong to, or keeps the two apart.
func (c *Console) decide(v *visit, do, id string) (title string, undo []undone, err error) {
	e, err := c.engine.Event(v.Context(), id)
	if err != nil {
		return "", nil, err
	}
	if e.MayBelong == nil {
		return e.Title, nil, nil // somebody decided before
	}
	var made app.Correction
	if do == "merge" {
		made, err = c.engine.MergeEvents(v.Context(), id, e.MayBelong.EventID, v.Name, "")
	} else {
		made, err = c.engine.KeepApart(v.Context(), id, e.MayBelong.EventID, v.Name, "")
	}
	return e.Title, []undone{{Do: "ungroup", ID: made.ID}}, err
}

// undo undoes what the form lists, the last first.
func (c *Console) undo(w http.ResponseWriter, v *visit, back string) error {
	text := v.T("Undone.")
	events, ids, does := v.PostForm["event"], v.PostForm["id"], v.PostForm["undo"]
	if len(does) != len(events) || len(does) != len(ids) || len(does) > 2*maxActed { // a longer mute in place of a shorter one has two
		return errNoPage
	}
	for i, do := range does {
		var err error
		switch do {
		case "assign-to":
			_, err = c.engine.Assign(v.Context(), events[i], ids[i])
		case "unmute":
			_, err = c.engine.Unmute(v.Context(), ids[i], v.Name)
		case "close":
			_, err = c.engine.CloseEvent(v.Context(), events[i], ids[i], v.Name)
		case "due":
			_, err = c.engine.SetDue(v.Context(), events[i], ids[i], v.Name)
		case "removenote":
			_, err = c.engine.RemoveNote(v.Context(), ids[i], v.Name)
		case "restorenote":
			_, err = c.engine.RestoreNote(v.Context(), ids[i], v.Name)
		case "removefilter":
			_, err = c.engine.RemoveFilter(v.Context(), ids[i], v.Name)
		case "savefilter team", "savefilter private":
			_, err = c.saveFilter(v, events[i], ids[i], do == "savefilter team")
		case "ungroup":
			_, err = c.engine.UndoGrouping(v.Context(), ids[i], v.Name)
		case "pause-source", "resume-source":
			_, err = c.engine.PauseSource(v.Context(), ids[i], do == "pause-source", v.Name)
		case "drop-delivery":
			_, err = c.engine.DropDeliveries(v.Context(), app.DeliveryDecision{IDs: []string{ids[i]}, By: v.Name, Reason: v.T("Dropped in the console")})
		case "unsubscribe", "resubscribe":
			_, err = c.subscribe(v, do, events[i], ids[i])
		case "mute-again":
			err = c.muteAgain(v, ids[i])
		case "undo-exception":
			_, err = c.engine.UndoException(v.Context(), ids[i], v.Name)
		case "remove-source":
			if err = c.engine.RemoveAddedSource(v.Context(), ids[i], v.Name); err == nil {
				back = "/sources"
			}
		case "enable-user", "disable-user":
			_, err = c.engine.SetUserDisabled(v.Context(), ids[i], do == "disable-user", v.Name)
		case "user-role":
			_, err = c.engine.SetUserRole(v.Context(), events[i], app.Role(ids[i]), v.Name)
		case "restore-report":
			_, err = c.engine.RestoreReport(v.Context(), ids[i], v.Name)
		case "rule":
			err = c.undoRule(v, events[i], ids[i])
		case "proposal":
			err = c.engine.ReopenRuleProposal(v.Context(), events[i], ids[i], v.Name)
		case "draft":
			err = c.engine.RestoreRuleDraft(v.Context(), v.Name, events[i])
		case "refit":
			_, err = c.engine.UndoRefit(v.Context(), events[i], ids[i], v.Name)
		case "updates":
			var restored app.UpdatedRules
			if restored, err = c.engine.UndoRuleUpdates(v.Context(), v.Name); restored.NotCommitted != "" {
				text += " " + v.T("Git did not commit it: %s", v.quoted(restored.NotCommitted))
			}
		default:
			_, _, err = c.actOn(v, do, events[i])
		}
		if err != nil {
			return err
		}
	}
	c.say(w, v, done{Text: text})
	c.live.changed()
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// acted says what was done with events; title is that of the only one.
func (v *visit) acted(do string, n int, title string) string {
	if n > 1 {
		title = v.T("%d event|%d events", n)
	} else {
		title = v.T("“%s”", title)
	}
	what := map[string]string{
		"assign": v.T("Assigned to you"), "assign-instead": v.T("Assigned to you"), "unassign": v.T("No longer assigned to you"), "relevant": v.T("Marked relevant"),
		"irrelevant": v.T("Marked not relevant"), "unmark": v.T("Feedback removed"),
		"merge": v.T("Merged"), "apart": v.T("Kept separate"), "close": v.T("Closed"), "note": v.T("Note added"), "due": v.T("Due date changed"), "reopen": v.T("Reopened"), "read": v.T("Marked read"), "unread": v.T("Marked unread"),
	}[do]
	return v.colon(what, title)
}

// A done is what a reader just did, which the next page says and offers to undo. It is kept where sessions are, under a random
// token, so that it survives a restart and is the same for each program that serves the database. The cookie has only the token;
// the page that shows it removes the cookie.
type done struct {
	Text string   `json:"text"` // in the reader's language
	Undo []undone `json:"undo,omitempty"`
	Ask  *undone  `json:"ask,omitempty"` // what the reader may do in its place
	By   string   `json:"by"`            // whose it is: it is shown to nobody else
	Back string   `json:"-"`             // the page that the undo returns to
}

// An undone is one action that undoes what was done.
type undone struct {
	Do    string `json:"do"`
	Event string `json:"event,omitempty"`
	ID    string `json:"id,omitempty"` // of a mute or a correction
}

const (
	doneCookie = "regwatch_done"
	doneFor    = 10 * time.Minute
)

// doneKey is the key of a done among the sessions. No session of a login begins so.
func doneKey(token string) string { return "done:" + token }

// mostUnstored is how many things that were done are kept in memory while the database cannot store them.
const mostUnstored = 100

// A notebook keeps what was done in memory, by token, while the database cannot store it: a failure or a question must be shown all
// the same. A restart loses it.
type notebook struct {
	mu     sync.Mutex
	tokens []string // the oldest first
	of     map[string][]byte
}

func (n *notebook) put(token string, data []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = make(map[string][]byte)
	}
	if len(n.tokens) == mostUnstored {
		delete(n.of, n.tokens[0])
		n.tokens = n.tokens[1:]
	}
	n.tokens, n.of[token] = append(n.tokens, token), data
}

func (n *notebook) get(token string) (data []byte, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	data, ok = n.of[token]
	return data, ok
}

func (n *notebook) remove(token string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.of, token)
	n.tokens = slices.DeleteFunc(n.tokens, func(t string) bool { return t == token })
}

// say lets the next page say what was done. If the database cannot store that, this program keeps it.
func (c *Console) say(w http.ResponseWriter, v *visit, d done) {
	d.By = v.Name
	data, err := json.Marshal(d)
	token := rand.Text()
	if err != nil {
		c.log.ErrorContext(v.Context(), "what was done has no JSON", "error", err)
		return
	}
	if err := c.engine.SaveSession(v.Context(), doneKey(token), data, v.Now.Add(doneFor)); err != nil {
		c.log.WarnContext(v.Context(), "what was done was not stored for the next page", "error", err)
		c.unstored.put(token, data)
	}
	setCookie(w, v.Request, doneCookie, token, int(doneFor/time.Second))
}

// takeDone returns what the reader did on the page before, and forgets it.
func (c *Console) takeDone(w http.ResponseWriter, v *visit) *done {
	token := cookie(v.Request, doneCookie)
	if token == "" || v.Header.Get("X-Requested-With") != "" || v.Header.Get("HX-Request") != "" {
		return nil // nothing was done, or this is a part of a page, which does not show it
	}
	setCookie(w, v.Request, doneCookie, "", -1)
	data, unstored := c.unstored.get(token)
	if !unstored {
		var err error
		if data, _, err = c.engine.Session(v.Context(), doneKey(token)); err != nil {
			c.log.WarnContext(v.Context(), "what was done was not read", "error", err)
		}
	}
	var d done
	if json.Unmarshal(data, &d) != nil || d.By != v.Name {
		return nil
	}
	c.unstored.remove(token)
	if err := c.engine.EndSession(v.Context(), doneKey(token)); err != nil {
		c.log.WarnContext(v.Context(), "what was done was not forgotten", "error", err)
	}
	d.Back = v.address()
	return &d
}

// setCookie sets a cookie that no script and no other site sees. A negative age removes it.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}
