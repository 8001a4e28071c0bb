package slack

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/render"
)

func TestInteractionsAreDoneInOrderUnderAName(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	h.click(t, "U1", h.alert, "Assign to me")
	h.click(t, "U2", h.alert, "Not relevant")
	h.click(t, "U1", h.alert, "Mute 7 days")
	h.click(t, "U1", h.alert, "Open") // a link, which Slack tells of all the same
	h.click(t, "U4", h.alert, "Assign to me")
	h.click(t, "U3", h.alert, "Assign to me") // whom users.info does not know
	want := []Interaction{
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@Ana (U1)"},
		{Act: models.ActionDismiss, EventID: "01JE", NoticeID: "notice-1", By: "@ben (U2)"},
		{Act: models.ActionMute, EventID: "01JE", NoticeID: "notice-1", By: "@Ana (U1)"},
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@<!channel> U1 Ana (U4)"},
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@u3 (U3)"},
	}
	if diff := cmp.Diff(want, h.actions.all()); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	if got := h.fake.Ephemerals(); len(got) != 0 {
		t.Errorf("people were told %+v, want nothing", got)
	}
	if n := h.fake.Calls("users.info"); n != 4 {
		t.Errorf("names were asked for %d times, want 4: once a person", n)
	}
	for _, secret := range []string{slackToken, slackAppToken, "s3cret"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("a secret shows in the log:\n%s", h.log)
		}
	}
}

func TestEachPersonUndoesWhatTheyDid(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	at := time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC)
	m := row(t, h.fake, &models.Status{
		EventID:     "01JE",
		Assignments: []models.Assignment{{By: "@Anna (U1)", AssignedAt: at}, {By: "operator", AssignedAt: at}},
		Feedback:    []models.Feedback{{By: "@ben (U2)", GivenAt: at}, {By: "@Anna (U1)", Relevant: true, GivenAt: at.Add(time.Hour)}},
		Mute:        &models.Mute{ID: "01MUTE", Kind: models.MuteEvent, By: "@ben (U2)", MutedAt: at.Add(time.Minute)},
	})
	var labels []string
	for _, b := range m.Buttons() {
		labels = append(labels, b.Text)
	}
	if diff := cmp.Diff([]string{"Assign to me", "Not relevant", "Undo", "Open"}, labels); diff != "" {
		t.Errorf("buttons of a muted event (-want +got):\n%s", diff)
	}
	h.click(t, "U1", m, "Undo")
	h.click(t, "U2", m, "Undo")
	h.click(t, "U3", m, "Undo")
	want := []Interaction{
		{Act: models.ActionUnassign, EventID: "01JE", NoticeID: "notice-1", By: "@Anna (U1)"}, // as she was called then
		{Act: models.ActionUnmute, EventID: "01JE", NoticeID: "notice-1", MuteID: "01MUTE", By: "@ben (U2)"},
	}
	if diff := cmp.Diff(want, h.actions.all()); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	got := h.fake.Ephemerals()
	if len(got) != 1 || got[0].User != "U3" || !strings.Contains(got[0].Text, "nothing of yours to undo") {
		t.Errorf("people were told %+v, want that U3 has nothing to undo", got)
	}
}

func TestButtonsDecideWhetherADoubtfulEventBelongs(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	doubtful := alertAt("")
	doubtful.Content.Alert.Trigger = models.NewReasons(models.ReasonMayBelong, models.ReasonArgs{Event: "01JD", Opened: "01JE", Text: "Another"})
	labels := func(m slackfake.Message) string {
		var all []string
		for _, b := range m.Buttons() {
			all = append(all, b.Text)
		}
		return strings.Join(all, ", ")
	}
	decided := func(kind models.LinkKind) *models.Status {
		return &models.Status{EventID: "01JE", Grouping: &models.GroupingDecision{Link: "01LINK", Kind: kind, EventID: "01JD", Title: "Another", By: "@ben (U2)"}}
	}
	var want []Interaction
	for _, tt := range []struct {
		status  *models.Status
		buttons string
		user    string
		press   string
		want    Interaction
	}{
		{nil, "Assign to me, Not relevant, Mute 7 days, Same event, Keep apart", "U1", "Same event", Interaction{Act: models.ActionMerge, By: "@Ana (U1)"}},
		{&models.Status{EventID: "01JE"}, "Assign to me, Not relevant, Mute 7 days, Same event, Keep apart", "U2", "Keep apart", Interaction{Act: models.ActionApart, By: "@ben (U2)"}},
		{decided(models.LinkMerge), "Assign to me, Not relevant, Mute 7 days, Undo", "U2", "Undo", Interaction{Act: models.ActionUnmerge, By: "@ben (U2)", LinkID: "01LINK"}},
		{decided(models.LinkApart), "Assign to me, Not relevant, Mute 7 days, Undo", "U2", "Undo", Interaction{Act: models.ActionUnapart, By: "@ben (U2)", LinkID: "01LINK"}},
		{&models.Status{EventID: "01JE", Grouping: &models.GroupingDecision{}}, "Assign to me, Not relevant, Mute 7 days", "", "", Interaction{}},
	} {
		m := rowOf(t, h.fake, doubtful, tt.status)
		if got := labels(m); got != tt.buttons {
			t.Errorf("buttons %s, want %s", got, tt.buttons)
		}
		if tt.press != "" {
			h.click(t, tt.user, m, tt.press)
			tt.want.EventID, tt.want.NoticeID = "01JE", "notice-1"
			want = append(want, tt.want)
		}
	}
	if diff := cmp.Diff(want, h.actions.all()); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	h.click(t, "U1", rowOf(t, h.fake, doubtful, decided(models.LinkMerge)), "Undo")
	if n := len(h.actions.all()); n != len(want) {
		t.Errorf("somebody else undid the merge")
	}
}

func TestFailureIsShownOnlyToThePersonWhoActed(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	h.actions.script = []error{errors.New("no event is called <!here> " + slackToken)}
	h.click(t, "U1", h.alert, "Assign to me")
	until(t, "an answer", func() bool { return len(h.fake.Ephemerals()) == 1 })
	e := h.fake.Ephemerals()[0]
	if e.Channel != h.alert.Channel || e.User != "U1" || e.Text != "That was not done: no event is called &lt;!here&gt; [secret]." {
		t.Errorf("told %+v", e)
	}
	h.click(t, "U1", h.alert, "Assign to me")
	if n := len(h.actions.all()); n != 2 {
		t.Errorf("%d interactions were done, want the second too", n)
	}
}

func TestForeignInteractionsAreIgnored(t *testing.T) {
	good := func(h *socketRig) map[string]any {
		return h.fake.InteractionPayload("U1", h.alert, h.alert.Buttons()[0])
	}
	action := func(p map[string]any) map[string]any { return p["actions"].([]any)[0].(map[string]any) }
	tests := []struct {
		name   string
		change func(p map[string]any)
		told   string // part of what the person is told
	}{
		{"of another bot's message", func(p map[string]any) { p["message"].(map[string]any)["bot_id"] = "B0OTHER" }, ""},
		{"of a message without a bot", func(p map[string]any) { delete(p["message"].(map[string]any), "bot_id") }, ""},
		{"of a view", func(p map[string]any) { p["container"] = map[string]any{"type": "view"} }, ""},
		{"a shortcut", func(p map[string]any) { p["type"] = "shortcut" }, ""},
		{"without actions", func(p map[string]any) { p["actions"] = []any{} }, ""},
		{"of another program's button", func(p map[string]any) { action(p)["action_id"] = "approve" }, ""},
		{"an act that is none", func(p map[string]any) { action(p)["action_id"] = "regwatch_drop_tables" }, "another version"},
		{"an act that has no button", func(p map[string]any) { action(p)["action_id"] = "regwatch_untake" }, "another version"},
		{"without a value", func(p map[string]any) { action(p)["value"] = "" }, "another version"},
		{"a value that is none", func(p map[string]any) { action(p)["value"] = "{" }, "another version"},
		{"a value without an event", func(p map[string]any) { action(p)["value"] = "{}" }, "another version"},
		{"an undo of what is no act", func(p map[string]any) {
			action(p)["action_id"], action(p)["value"] = "regwatch_undo", `{"e":"01JE","u":[{"a":"purge","b":"@Ana (U1)"}]}`
		}, "another version"},
		{"a person who is none", func(p map[string]any) { p["user"].(map[string]any)["id"] = "x) (U2" }, ""},
		{"somebody of another organisation", func(p map[string]any) { p["user"].(map[string]any)["id"] = "U9" }, "Only members of the workspace"},
		{"somebody of another team who is not known", func(p map[string]any) {
			p["user"].(map[string]any)["id"], p["user"].(map[string]any)["team_id"] = "U8", "T0OTHER"
		}, "Only members of the workspace"},
	}
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(h.fake.Ephemerals())
			payload := good(h)
			tt.change(payload)
			h.push(t, payload)
			if got := h.actions.all(); len(got) != 0 {
				t.Fatalf("it was done: %+v", got)
			}
			told := h.fake.Ephemerals()[before:]
			if tt.told == "" && len(told) > 0 || tt.told != "" && (len(told) != 1 || !strings.Contains(told[0].Text, tt.told)) {
				t.Errorf("told %+v, want %q", told, tt.told)
			}
		})
	}
	// None of it has ended the connection.
	h.click(t, "U1", h.alert, "Assign to me")
	if n := len(h.actions.all()); n != 1 {
		t.Errorf("%d interactions were done after it, want 1", n)
	}
}

func TestRepeatedInteractionIsDoneOnce(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	payload := h.fake.InteractionPayload("U1", h.alert, h.alert.Buttons()[2])
	h.push(t, payload)
	h.push(t, payload)
	if n := len(h.actions.all()); n != 1 {
		t.Errorf("it was done %d times, want once", n)
	}
	// One that failed is tried again.
	h.actions.script = []error{errors.New("the database is locked")}
	again := h.fake.InteractionPayload("U2", h.alert, h.alert.Buttons()[0])
	h.push(t, again)
	h.push(t, again)
	if n := len(h.actions.all()); n != 3 {
		t.Errorf("%d interactions, want 3: the one that failed twice", n)
	}
}

func TestSlowInteractionIsAcknowledgedInTime(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, func(o *SocketOptions) {
		a := o.Actions.(*recorder)
		a.begun, a.hold = make(chan struct{}, 4), make(chan struct{})
	})
	h.connected(t)
	// The first is not done while the others wait; all are acknowledged.
	h.click(t, "U1", h.alert, "Assign to me")
	h.click(t, "U1", h.alert, "Not relevant")
	if n := len(h.actions.all()); n != 0 {
		t.Fatalf("%d interactions were done, want none yet", n)
	}
	<-h.actions.begun
	close(h.actions.hold)
	until(t, "both", func() bool { return len(h.actions.all()) == 2 })
}

func TestButtonsKeepSlacksLimits(t *testing.T) {
	s := &models.Status{EventID: "01JE"}
	for range 40 {
		s.Assignments = append(s.Assignments, models.Assignment{By: render.NameSlackUser(strings.Repeat("長い名前", 40), "U0123456789AB"), AssignedAt: time.Now()})
	}
	for _, link := range []string{"https://news.example/1", "https://news.example/" + strings.Repeat("x", render.SlackURL), ""} {
		blocks := render.SlackButtons(alertAt(link), s, render.English, true, "")
		raw, err := json.Marshal(blocks)
		if err != nil {
			t.Fatal(err)
		}
		if faults := slackfake.Check(raw); len(faults) > 0 {
			t.Errorf("Slack would refuse the buttons: %v", faults)
		}
		if !strings.Contains(string(raw), `regwatch_undo`) {
			t.Errorf("nothing can be undone: %s", raw)
		}
	}
	if got := render.SlackButtons(alertAt(""), s, render.English, false, ""); got != nil {
		t.Errorf("without an app and a link there are buttons: %v", got)
	}
}

func FuzzReadInteraction(f *testing.F) {
	f.Add("regwatch_take", `{"e":"01JE","n":"n"}`, "@Ana (U1)")
	f.Add("regwatch_undo", `{"e":"01JE","u":[{"a":"unmute","b":"@Ana (U1)","m":"01"}]}`, "@Ana (U1)")
	f.Fuzz(func(t *testing.T, id, value, by string) {
		p, err := readInteraction(id, value, by)
		if err == nil && (p.EventID == "" || render.SlackUserID(p.By) != render.SlackUserID(by)) {
			t.Errorf("readInteraction(%q, %q, %q) = %+v: another person's act, or of nothing", id, value, by, p)
		}
	})
}

func FuzzNameSlackUser(f *testing.F) {
	f.Add("Ana", "U1")
	f.Add("x (U2)", "U1")
	f.Fuzz(func(t *testing.T, name, _ string) {
		if by := render.NameSlackUser(name, "U1"); render.SlackUserID(by) != "U1" || strings.ContainsAny(by, "\n\x1b") {
			t.Errorf("nameSlackUser(%q) = %q, which is not U1", name, by)
		}
	})
}
