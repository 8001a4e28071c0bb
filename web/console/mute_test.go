package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestAnEventIsMutedForALengthAndAReason(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	asked := d.get(t, "/mute?"+url.Values{"event": {e.ID}, "back": {"/inbox?severity=high"}}.Encode())
	asked.wants(t, licence, `value="7" checked`, "30 days", `value="until"`, `name="reason" value="" required`, "Cancel", `href="/inbox?severity=high"`)

	page := d.post(t, "/mute", "event", e.ID, "days", "1", "reason", "A <quiet> day", "back", "/inbox?severity=high")
	if page.Address != "/inbox?severity=high" {
		t.Errorf("after the mute at %s", page.Address)
	}
	page.wants(t, "Muted until", licence, "Undo")
	d.get(t, "/mute?event="+e.ID).wants(t, "by mei", "A &lt;quiet&gt; day", `href="/events/`+e.ID+`"`)

	longer := d.post(t, "/mute", "event", e.ID, "days", "30", "reason", "A month", "back", "/inbox")
	muted := func() []string {
		now, err := d.engine.Event(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		var reasons []string
		for _, m := range now.Mutes {
			reasons = append(reasons, m.Reason)
		}
		return reasons
	}
	if got := muted(); len(got) != 1 || got[0] != "A month" {
		t.Errorf("the longer mute: %q", got)
	}
	d.get(t, "/inbox") // takes what was said
	d.post(t, "/mute", "event", e.ID, "days", "1", "reason", "Again", "back", "/inbox").lacks(t, `value="undo"`)
	d.undo(t, longer).wants(t, "Undone.")
	if got := muted(); len(got) != 1 || got[0] != "A <quiet> day" {
		t.Errorf("after the undo the mute before is not in force: %q", got)
	}
}

func TestSeveralEventsAreMutedUntilADay(t *testing.T) {
	d := newDesk(t)
	all, err := d.engine.Events(t.Context(), app.EventFilter{})
	if err != nil || len(all) < 2 {
		t.Fatal(len(all), err)
	}
	day := time.Now().In(d.engine.Zone()).AddDate(0, 0, 10).Format(time.DateOnly)
	form := []string{"event", all[0].ID, "event", all[1].ID, "days", "until", "until", day, "reason", "A holiday", "back", "/inbox"}
	d.get(t, "/mute?event="+all[0].ID+"&event="+all[1].ID).wants(t, "Mute 2 events")
	page := d.post(t, "/mute", form...)
	page.wants(t, "Muted until", "2 events", "Undo")
	mutes, err := d.engine.Mutes(t.Context(), false)
	if err != nil || len(mutes) != 2 || mutes[0].Until.In(d.engine.Zone()).Format("15:04:05") != "00:00:00" || mutes[0].Until.In(d.engine.Zone()).AddDate(0, 0, -1).Format(time.DateOnly) != day {
		t.Errorf("mutes until the end of %s: %+v, %v", day, mutes, err)
	}
	d.undo(t, page)
	if mutes, err := d.engine.Mutes(t.Context(), false); err != nil || len(mutes) != 0 {
		t.Errorf("after the undo: %v, %v", mutes, err)
	}
}

func TestARuleIsMutedFromItsPage(t *testing.T) {
	d := newDesk(t)
	d.get(t, "/rules/stablecoin-ordinance").wants(t, `href="/mute?what=rule%20stablecoin-ordinance"`)
	d.get(t, "/mute?what=rule+stablecoin-ordinance").wants(t, `name="what" value="rule stablecoin-ordinance"`, `href="/rules/stablecoin-ordinance"`)
	page := d.post(t, "/mute", "what", "rule stablecoin-ordinance", "days", "7", "reason", "Price reports")
	if page.Address != "/rules/stablecoin-ordinance" {
		t.Errorf("after the mute at %s", page.Address)
	}
	page.wants(t, "Muted until", "by mei", "Price reports", "Unmute", "Undo")
	mutes, err := d.engine.Mutes(t.Context(), false)
	if err != nil || len(mutes) != 1 {
		t.Fatal(mutes, err)
	}
	page = d.post(t, "/sent/mutes", "do", "unmute", "id", mutes[0].ID, "back", "/rules/stablecoin-ordinance")
	if page.Address != "/rules/stablecoin-ordinance" {
		t.Errorf("after the unmute at %s", page.Address)
	}
	page.wants(t, "The mute has ended.")
	page.lacks(t, "Price reports")
}

func TestAMuteFormSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	e := d.event(t, licence)
	for _, tt := range []struct {
		days, until, reason, want string
	}{
		{"7", "", " ", "Give a reason"},
		{"", "", "Why", "Choose how long"},
		{"until", "soon", "Why", "Give the last day"},
		{"until", "2020-01-01", "Why", "This day has passed"},
		{"until", "2999-01-01", "Why", "at most a year"},
	} {
		page := d.post(t, "/mute", "event", e.ID, "days", tt.days, "until", tt.until, "reason", tt.reason)
		if page.Code != http.StatusUnprocessableEntity {
			t.Errorf("%+v: status %d", tt, page.Code)
		}
		page.wants(t, tt.want, licence, fmt.Sprintf(`name="reason" value="%s"`, strings.TrimSpace(tt.reason)))
	}
	if mutes, err := d.engine.Mutes(t.Context(), true); err != nil || len(mutes) != 0 {
		t.Errorf("something was muted: %v, %v", mutes, err)
	}
	for _, address := range []string{"/mute?what=rule+gone", "/mute?what=event+x", "/mute?event=gone"} {
		if page := d.get(t, address); page.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, page.Code)
		}
	}
	if page := d.get(t, "/mute?back=//evil.example"); page.Address != "/inbox" {
		t.Errorf("without an event at %s", page.Address)
	}
	d.actor.Role = app.RoleReader
	d.get(t, "/mute?event="+e.ID).wants(t, "Only editors can mute")
	if page := d.post(t, "/mute", "event", e.ID, "days", "7", "reason", "Why"); page.Code != http.StatusForbidden {
		t.Errorf("a reader's mute answers %d", page.Code)
	}
}
