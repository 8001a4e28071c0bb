package slack

import (
	"context"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"regwatch/internal/slackfake"
	"regwatch/models"
)

func TestActors(t *testing.T) {
	own, grid := identity{team: "T1"}, identity{team: "T1", enterprise: "E1"}
	of := func(team string) *slack.User { return &slack.User{TeamID: team} }
	org := func(team, enterprise string, teams ...string) *slack.User {
		return &slack.User{TeamID: team, Enterprise: slack.EnterpriseUser{EnterpriseID: enterprise, Teams: teams}}
	}
	guest, stranger := of("T1"), of("T1")
	guest.IsRestricted, guest.IsUltraRestricted = true, true
	stranger.IsStranger = true
	strangerOf2 := of("T2")
	strangerOf2.IsStranger = true

	tests := []struct {
		name    string
		app     identity
		team    string // user.team_id of the interaction
		info    *slack.User
		actors  Actors
		allowed bool
	}{
		{"member", own, "T1", of("T1"), Actors{}, true},
		{"guest of the workspace", own, "T1", guest, Actors{}, true},
		{"member, by an interaction that names no team", own, "", of("T1"), Actors{}, true},
		{"shared channel: a member of another organisation", own, "T2", of("T2"), Actors{}, false},
		{"shared channel: one of an organisation on Grid", own, "T2", org("T2", "E2", "T2", "T3"), Actors{}, false},
		{"users.info names the app's team, the interaction another", own, "T2", of("T1"), Actors{}, false},
		{"the interaction names the app's team, users.info another", own, "T1", of("T2"), Actors{}, false},
		{"stranger", own, "T1", stranger, Actors{}, false},
		{"no team anywhere", own, "", of(""), Actors{}, false},
		{"an app whose team is not known", identity{}, "", of(""), Actors{}, false},
		{"an app whose team is not known, and another team", identity{}, "T2", of("T2"), Actors{}, false},

		{"users.info refused: member", own, "T1", nil, Actors{}, true},
		{"users.info refused: another team", own, "T2", nil, Actors{}, false},
		{"users.info refused: no team", own, "", nil, Actors{}, false},

		{"Grid: another workspace of the organisation", grid, "T5", org("T5", "E1", "T5"), Actors{}, true},
		{"Grid: several workspaces", grid, "T5", org("T6", "E1", "T5", "T1"), Actors{}, true},
		{"Grid: no team_id", grid, "T5", org("", "E1"), Actors{}, true},
		{"Grid: the interaction names the organisation", grid, "E1", org("T5", "E1"), Actors{}, true},
		{"Grid: another organisation", grid, "T2", org("T2", "E2", "T2"), Actors{}, false},
		{"Grid: users.info refused, the organisation named", grid, "E1", nil, Actors{}, true},
		{"Grid: users.info refused, another workspace", grid, "T5", nil, Actors{}, false},

		{"named team", own, "T2", of("T2"), Actors{Teams: []string{"T9", "T2"}}, true},
		{"named team, whose people are strangers", own, "T2", strangerOf2, Actors{Teams: []string{"T2"}}, true},
		{"named team, users.info refused", own, "T2", nil, Actors{Teams: []string{"T2"}}, true},
		{"named workspace of another organisation", own, "T3", org("T3", "E2", "T2", "T3"), Actors{Teams: []string{"T2"}}, true},
		{"named organisation", own, "T3", org("T3", "E2"), Actors{Teams: []string{"E2"}}, true},
		{"another team than the named one", own, "T3", of("T3"), Actors{Teams: []string{"T2"}}, false},
		{"named person", own, "T2", of("T2"), Actors{Users: []string{"U1"}}, true},
		{"named person, users.info refused", own, "", nil, Actors{Users: []string{"U1"}}, true},
		{"another person than the named one", own, "T2", of("T2"), Actors{Users: []string{"U2"}}, false},
		{"an empty name in the configuration", own, "", of(""), Actors{Teams: []string{""}}, false},
	}
	for _, tt := range tests {
		if got := tt.actors.allows(tt.app, slack.User{ID: "U1", TeamID: tt.team}, tt.info); got != tt.allowed {
			t.Errorf("%s: allowed is %v, want %v", tt.name, got, tt.allowed)
		}
	}
}

// In a channel shared over Slack Connect people of other organisations see the buttons.
func TestSharedChannelsOutsidersAreRefused(t *testing.T) {
	people := []slackfake.User{
		{ID: "U20", Name: "partner", Team: "T0PARTNER"},
		{ID: "U21", Name: "vendor", Team: "T0VENDOR", Enterprise: "E0VENDOR", Teams: []string{"T0VENDOR"}},
		{ID: "U22", Name: "auditor", Team: "T0AUDIT"},
		{ID: "U23", Name: "guest", Guest: true},
	}
	h := connectSocket(t, slackfake.Options{Users: people}, func(o *SocketOptions) {
		o.Actors = Actors{Teams: []string{"T0PARTNER"}, Users: []string{"U22"}}
	})
	h.connected(t)
	for _, user := range []string{"U1", "U20", "U21", "U22", "U23", "U21"} {
		h.click(t, user, h.alert, "Assign to me")
	}
	var by []string
	for _, i := range h.actions.all() {
		by = append(by, i.By)
	}
	if got, want := strings.Join(by, ", "), "@Ana (U1), @partner (U20), @auditor (U22), @guest (U23)"; got != want {
		t.Errorf("acted: %s; want %s", got, want)
	}
	told := h.fake.Ephemerals()
	if len(told) != 2 || told[0].User != "U21" || told[0].Channel != h.alert.Channel || !strings.Contains(told[0].Text, "Only members of the workspace") {
		t.Errorf("told %+v; want U21 told twice, and nobody else", told)
	}
	if log := h.log.String(); strings.Count(log, "Slack interaction refused") != 2 || !strings.Contains(log, "user=U21") || !strings.Contains(log, "team=T0VENDOR") {
		t.Errorf("the log does not say who was refused:\n%s", tailOf(log))
	}
}

func TestMembersOfTheWholeOrganisationMayAct(t *testing.T) {
	people := []slackfake.User{
		{ID: "U30", Name: "colleague", Team: "T0SISTER", Enterprise: "E0ORG", Teams: []string{"T0SISTER"}},
		{ID: "U31", Name: "outsider", Team: "T0OTHER", Enterprise: "E0OTHER", Teams: []string{"T0OTHER"}},
	}
	h := connectSocket(t, slackfake.Options{Team: "T0HOME", Enterprise: "E0ORG", Users: people}, nil)
	h.connected(t)
	h.click(t, "U30", h.alert, "Assign to me")
	h.click(t, "U31", h.alert, "Assign to me")
	if got := h.actions.all(); len(got) != 1 || got[0].By != "@colleague (U30)" {
		t.Errorf("acted: %+v; want the colleague alone", got)
	}
}

// Without the scope users:read Slack's word in the interaction decides.
func TestOutsidersAreRefusedWithoutTheScopeToAsk(t *testing.T) {
	h := connectSocket(t, slackfake.Options{Users: []slackfake.User{{ID: "U20", Name: "partner", Team: "T0PARTNER"}}}, nil)
	h.connected(t)
	h.fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: "users.info", Code: "missing_scope", Times: -1})
	h.click(t, "U20", h.alert, "Assign to me")
	h.click(t, "U1", h.alert, "Assign to me")
	payload := h.fake.InteractionPayload("U2", h.alert, h.alert.Buttons()[0])
	delete(payload["user"].(map[string]any), "team_id")
	h.push(t, payload)
	if got := h.actions.all(); len(got) != 1 || got[0].By != "@u1 (U1)" {
		t.Errorf("acted: %+v; want U1 alone", got)
	}
}

// panicking panics when an event is marked.
type panicking struct{ *recorder }

func (p panicking) Act(ctx context.Context, i Interaction) error {
	if i.Act == models.ActionDismiss {
		panic("no such thing " + slackToken)
	}
	return p.recorder.Act(ctx, i)
}

func TestPanicInAnInteractionIsContained(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, func(o *SocketOptions) { o.Actions = panicking{o.Actions.(*recorder)} })
	h.connected(t)
	h.click(t, "U1", h.alert, "Not relevant")
	h.click(t, "U1", h.alert, "Assign to me")
	if got := h.actions.all(); len(got) != 1 {
		t.Errorf("%d interactions were done after the panic, want 1", len(got))
	}
	told := h.fake.Ephemerals()
	if len(told) != 1 || told[0].User != "U1" || !strings.Contains(told[0].Text, "because of an error in regwatch") {
		t.Errorf("told %+v; want the person told that nothing was done", told)
	}
	log := h.log.String()
	if !strings.Contains(log, "no such thing [secret]") || !strings.Contains(log, "actors_test.go") || strings.Contains(log, slackToken) {
		t.Errorf("the log has no panic with its stack, or a secret:\n%s", tailOf(log))
	}
	if h.fake.Calls("apps.connections.open") != 1 {
		t.Error("the connection was made anew")
	}
}
