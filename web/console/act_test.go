package console

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestUndoOfManyEventsIsAShortCookie(t *testing.T) {
	d := newDesk(t)
	visitOf := func(name string, cookies ...*http.Cookie) *visit {
		v := &visit{Request: httptest.NewRequest(http.MethodGet, "/inbox?severity=high", nil), Name: name, Now: time.Now()}
		for _, c := range cookies {
			v.AddCookie(c)
		}
		return v
	}
	said := done{Text: "Assigned to you: 200 events"}
	for i := range 2 * maxActed {
		said.Undo = append(said.Undo, undone{Do: "unassign", Event: fmt.Sprintf("01JDESK%019d", i)})
	}
	w := httptest.NewRecorder()
	d.console.say(w, visitOf("mei"), said)
	if n := len(w.Header().Get("Set-Cookie")); n > 200 || len(w.Result().Cookies()) != 1 {
		t.Errorf("the cookie has %d bytes", n)
	}
	cookies := w.Result().Cookies()

	// Another program that serves the database, as after a restart.
	restarted, err := New(d.engine, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := restarted.takeDone(httptest.NewRecorder(), visitOf("kim", cookies...)); got != nil {
		t.Errorf("kim is offered the undo of mei: %+v", got)
	}
	forgetting := httptest.NewRecorder()
	got := restarted.takeDone(forgetting, visitOf("mei", cookies...))
	if got == nil || got.Text != said.Text || !slices.Equal(got.Undo, said.Undo) || got.Back != "/inbox?severity=high" {
		t.Errorf("the next page says %+v", got)
	}
	if c := forgetting.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie is kept: %v", c)
	}
	if got := restarted.takeDone(httptest.NewRecorder(), visitOf("mei", &http.Cookie{Name: doneCookie, Value: "forged"})); got != nil {
		t.Errorf("a forged cookie says %+v", got)
	}
	if _, known, err := d.engine.Session(t.Context(), cookies[0].Value); known || err != nil {
		t.Errorf("the cookie is a session of a login: %v, %v", known, err)
	}
}

// A question or a failure is shown also if the database cannot store it, and once only.
func TestWhatWasDoneIsSaidOnceThoughTheDatabaseFails(t *testing.T) {
	d := newDesk(t)
	visitOf := func(ctx context.Context, cookies []*http.Cookie) *visit {
		v := &visit{Request: httptest.NewRequestWithContext(ctx, http.MethodGet, "/inbox", nil), Name: "mei", Now: time.Now()}
		for _, c := range cookies {
			v.AddCookie(c)
		}
		return v
	}
	failing, fail := context.WithCancel(t.Context())
	fail()
	asked := done{Text: "kim assigned this at 12:00. Assign to you instead?", Ask: &undone{Do: "assign-instead", Event: "01JDESK"}}
	for name, ctx := range map[string]context.Context{"the database works": t.Context(), "the database fails": failing} {
		said := httptest.NewRecorder()
		d.console.say(said, visitOf(ctx, nil), asked)
		cookies := said.Result().Cookies()
		got := d.console.takeDone(httptest.NewRecorder(), visitOf(t.Context(), cookies))
		if got == nil || got.Text != asked.Text || got.Ask == nil || *got.Ask != *asked.Ask {
			t.Errorf("%s: the next page says %+v, want the question", name, got)
		}
		// A browser that kept the cookie, or a second tab.
		if got := d.console.takeDone(httptest.NewRecorder(), visitOf(t.Context(), cookies)); got != nil {
			t.Errorf("%s: it is said again: %+v", name, got)
		}
		for _, c := range cookies {
			if _, known, err := d.engine.Session(t.Context(), doneKey(c.Value)); known || err != nil {
				t.Errorf("%s: its row is kept: %v, %v", name, known, err)
			}
		}
	}
	for range 3 * mostUnstored {
		d.console.say(httptest.NewRecorder(), visitOf(failing, nil), asked)
	}
	if n := len(d.console.unstored.of); n != mostUnstored || len(d.console.unstored.tokens) != n {
		t.Errorf("%d are kept in memory, want %d", n, mostUnstored)
	}
}

func TestAnAssignmentThatSomebodyMadeMeanwhileIsNotOverlooked(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	names := func() string {
		now, err := d.engine.Event(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, a := range now.Assignments {
			all = append(all, a.By)
		}
		return strings.Join(all, " ")
	}
	seen := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
	if _, err := d.engine.Assign(t.Context(), e.ID, "kim"); err != nil {
		t.Fatal(err)
	}
	page := d.post(t, "/act", "do", "assign", "event", e.ID, "seen", seen, "back", "/inbox")
	page.wants(t, "kim assigned this at ", "Assign to you instead?", "Assign to me instead", `value="assign-instead"`)
	if got := names(); got != "kim" {
		t.Errorf("the event has %q", got)
	}
	page = d.post(t, "/act", "do", "assign-instead", "event", e.ID, "back", "/inbox")
	page.wants(t, "Assigned to you", "Undo")
	if got := names(); got != "mei" {
		t.Errorf("instead of kim the event has %q", got)
	}
	d.undo(t, page)
	if got := names(); got != "kim" {
		t.Errorf("after the undo the event has %q", got)
	}
	// Who has seen that kim has it joins kim.
	d.get(t, "/inbox?peek="+e.ID).wants(t, `name="seen" value="`)
	d.post(t, "/act", "do", "assign", "event", e.ID, "seen", time.Now().Add(time.Minute).UTC().Format(time.RFC3339Nano), "back", "/inbox")
	if got := names(); got != "kim mei" && got != "mei kim" {
		t.Errorf("after an assignment with the other in sight the event has %q", got)
	}
}

func TestAnEventHasOneButtonToReopenIt(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	d.post(t, "/act", "do", "close", "event", e.ID, "reason", "Read", "back", "/inbox")
	if n := strings.Count(d.get(t, "/events/"+e.ID).Body, `value="reopen"`); n != 1 {
		t.Errorf("a closed event has %d buttons to reopen it", n)
	}
}
