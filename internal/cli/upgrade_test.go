package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/slack"
	"regwatch/web"
)

func TestLinksOfEarlierSchemasWork(t *testing.T) {
	t.Parallel()
	onEachUpgrade(t, func(t *testing.T, a *app.Engine, _ *slackfake.Server, kept keptByPeople) {
		a.SetClock(func() time.Time { return fixtureTime })
		server := httptest.NewServer((&web.Server{App: a, Monitor: web.NewMonitor("", a, time.Now)}).Handler())
		defer server.Close()
		at := func(link string) string { return server.URL + strings.TrimPrefix(link, "https://regwatch.example.com") }
		answer := func(resp *http.Response, err error) (int, string) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, string(text)
		}
		if code, text := answer(http.Get(at(kept.Links.Event))); code != http.StatusOK || !strings.Contains(text, oldTitle) {
			t.Errorf("the event's page answers %d:\n%s", code, text)
		}
		if code, text := answer(http.PostForm(at(kept.Links.Event), url.Values{"do": {"take"}})); code != http.StatusOK {
			t.Errorf("assigning the event answers %d:\n%s", code, text)
		}
		takes := oldEvent(t, a).Assignments
		if n := len(takes); n == 0 || takes[n-1].By != "legal@example.com" {
			t.Errorf("the event is assigned to %v; want the reader of the mail too", takes)
		}
		if code, text := answer(http.PostForm(at(kept.Links.Unsubscribe), url.Values{"List-Unsubscribe": {"One-Click"}})); code != http.StatusOK {
			t.Errorf("leaving answers %d:\n%s", code, text)
		}
		outs, err := storeOf(t, a).OptOuts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := false
		for _, o := range outs {
			left = left || o.Subscription == "coins/legal" && o.Address == "mail:legal@example.com"
		}
		if !left {
			t.Errorf("opt-outs are %v; want the reader of the mail among them", outs)
		}
		if code, text := answer(http.Get(at(kept.Links.Feed))); code != http.StatusOK || !strings.Contains(text, oldTitle) {
			t.Errorf("the feed answers %d:\n%s", code, text)
		}
		if code, _ := answer(http.Get(at(kept.Links.Expired))); code != http.StatusGone {
			t.Errorf("a link that has expired answers %d, want %d", code, http.StatusGone)
		}
		forged := strings.Replace(kept.Links.Unsubscribe, "/u/2.", "/u/1.", 1)
		if code, _ := answer(http.Get(at(forged))); code != http.StatusNotFound {
			t.Errorf("a forged link answers %d, want %d", code, http.StatusNotFound)
		}
	})
}

// Each press of an old button does what the program that made it meant.
func TestSlackButtonsOfEarlierSchemasWork(t *testing.T) {
	t.Parallel()
	onEachUpgrade(t, func(t *testing.T, a *app.Engine, fake *slackfake.Server, kept keptByPeople) {
		pressed := answered{a.SlackActions(), make(chan string)}
		socket := slack.NewSocket(slack.SocketOptions{
			Tokens: func() (bot, app string, err error) { return demoToken, demoAppToken, nil }, API: fake.APIURL(), Actions: pressed,
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			socket.Run(ctx)
		}()
		defer func() { stop(); <-ended }()
		for fake.Sockets() == 0 {
			time.Sleep(time.Millisecond)
		}
		var got []string
		press := func(user string, b oldButton) {
			t.Helper()
			message := slackfake.Message{Channel: "C0DESK", TS: "1772400001.000100"}
			payload := fake.InteractionPayload(user, message, slackfake.Button{ActionID: b.ActionID, Text: b.Text, Value: b.Value})
			if _, err := fake.Push("interactive", payload); err != nil {
				t.Fatal(err)
			}
			select {
			case did := <-pressed.did:
				got = append(got, did)
			case <-time.After(30 * time.Second):
				t.Fatalf("a press of %s came to nothing; %s was told %v", b.Text, user, fake.Ephemerals())
			}
		}
		var want []string
		wants := func(did, by string) {
			want = append(want, did+" "+oldEvent(t, a).ID+" of "+oldDelivery(t, a, "slack").NoticeID+" by "+by)
		}
		for _, b := range kept.Buttons {
			if b.Text == "Undo" { // what each of them did
				press("U0ANA", b)
				wants("untake", "@Ana (U0ANA)")
				press("U0BEN", b)
				wants("undismiss", "@ben (U0BEN)")
				press("U0CY", b)
				wants("unmute 01KJQ6PSG00000000000000000", "@Cy (U0CY)")
				continue
			}
			act := map[string]string{"Take it": "take", "Assign to me": "take", "Not relevant": "dismiss", "Mute 7 days": "mute"}[b.Text]
			press("U0ANA", b)
			wants(act, "@Ana (U0ANA)")
			press("U0BEN", b)
			wants(act, "@ben (U0BEN)")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("presses mismatch (-want +got):\n%s", diff)
		}
		event := oldEvent(t, a)
		var stands []string
		for _, take := range event.Assignments {
			stands = append(stands, "assigned to "+take.By)
		}
		for _, m := range event.Feedback {
			stands = append(stands, fmt.Sprintf("relevant %t by %s %s", m.Relevant, m.By, m.RuleID))
		}
		wantStands := []string{
			"assigned to dana@example.com", "assigned to @ben (U0BEN)",
			"relevant true by dana@example.com coin-issuers", "relevant false by dana@example.com ", "relevant false by @Ana (U0ANA) ",
		}
		if diff := cmp.Diff(wantStands, stands); diff != "" {
			t.Errorf("what people say of the event mismatch (-want +got):\n%s", diff)
		}
	})
}

// answered does what interactions ask for, and says what that was.
type answered struct {
	actions slack.Actions
	did     chan string
}

// Act does what one interaction asks for, but for ending a mute: those of the
// fixture are over.
func (a answered) Act(ctx context.Context, p slack.Interaction) (err error) {
	did := strings.TrimSpace(fmt.Sprintf("%s %s", p.Act, p.MuteID)) + fmt.Sprintf(" %s of %s by %s", p.EventID, p.NoticeID, p.By)
	if p.Act != models.ActionUnmute {
		err = a.actions.Act(ctx, p)
	}
	if err != nil {
		did += ": " + err.Error()
	}
	a.did <- did
	return err
}
