package console

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

func TestTheUndoOfManyEventsFitsInCookies(t *testing.T) {
	d := done{Text: "Marked read: 200 events"}
	for i := range maxActed {
		id := models.NewID(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC).Add(-time.Duration(i)*97*time.Hour), "event", strconv.Itoa(i))
		d.Undo = append(d.Undo, undone{Do: "unmute", ID: id})
	}
	w := httptest.NewRecorder()
	v := &visit{Request: httptest.NewRequest(http.MethodPost, "/act", nil)}
	say(w, v, d)
	next := &visit{Request: httptest.NewRequest(http.MethodGet, "/inbox", nil)}
	total := 0
	for _, c := range w.Result().Cookies() {
		if n := len(c.String()); n > 4096 {
			t.Errorf("cookie %s has %d bytes", c.Name, n)
		}
		total += len(c.Value)
		next.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	got := takeDone(answer, next)
	if got == nil || got.Text != d.Text || len(got.Undo) != len(d.Undo) || got.Undo[maxActed-1] != d.Undo[maxActed-1] {
		t.Fatalf("with %d bytes of cookies: %+v", total, got)
	}
	for _, c := range answer.Result().Cookies() {
		if c.MaxAge >= 0 {
			t.Errorf("cookie %s is kept", c.Name)
		}
	}
	t.Logf("%d bytes of cookies", total)

	forged := &visit{Request: httptest.NewRequest(http.MethodGet, "/inbox", nil)}
	forged.AddCookie(&http.Cookie{Name: doneCookie, Value: encodeDone(done{Text: strings.Repeat("a", 1<<20)})})
	if got := takeDone(httptest.NewRecorder(), forged); got != nil {
		t.Errorf("a cookie of 1 MB when unpacked is read: %d bytes", len(got.Text))
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
