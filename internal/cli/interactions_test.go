package cli

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/store"
)

// comes waits until something that a running regwatch brings about is so.
func comes(t *testing.T, p *process, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(100 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came about: %s\n%s", what, tail(p.out.String()))
		}
	}
}

// click clicks a button of the first message on Slack.
func (w *world) click(t *testing.T, p *process, user, button string) {
	t.Helper()
	comes(t, p, "a connection for interactions", func() bool { return w.slack.Sockets() == 1 })
	envelope, err := w.slack.Click(user, w.slack.Messages()[0], button)
	if err != nil {
		t.Fatal(err)
	}
	comes(t, p, "an acknowledgement", func() bool { _, ok := w.slack.Acknowledged(envelope); return ok })
}

// TestInteractionIsShownAuditedAndUndone clicks the buttons of a real process, and
// kills it between an interaction and the change of the message that shows it.
func TestInteractionIsShownAuditedAndUndone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs and kills a process for some seconds; not with -short")
	}
	bin, w := buildRegwatch(t), newWorld(t, 7)
	p := start(t, bin, w.dir)
	w.site.Publish(1)
	comes(t, p, "an alert", func() bool { return len(w.slack.Messages()) > 0 })
	alert := func() slackfake.Message { return w.slack.Messages()[0] }
	shows := func(text string) func() bool {
		return func() bool { return strings.Contains(string(alert().Blocks), text) }
	}
	buttons := func() string {
		var labels []string
		for _, b := range alert().Buttons() {
			labels = append(labels, b.Text)
		}
		return strings.Join(labels, ", ")
	}
	if got := buttons(); got != "Assign to me, Not relevant, Mute 7 days, Open" {
		t.Fatalf("the alert has the buttons %s", got)
	}

	w.click(t, p, "U0ANA", "Assign to me")
	comes(t, p, "who took it", shows("Assigned to @Ana ("))
	if got := buttons(); got != "Assign to me, Not relevant, Mute 7 days, Undo, Open" {
		t.Errorf("the alert that was taken has the buttons %s", got)
	}
	w.click(t, p, "U0BEN", "Undo")
	comes(t, p, "an answer to ben", func() bool { return len(w.slack.Ephemerals()) == 1 })
	if e := w.slack.Ephemerals()[0]; e.User != "U0BEN" || !strings.Contains(e.Text, "nothing of yours") {
		t.Errorf("ben was told %+v", e)
	}
	w.click(t, p, "U0ANA", "Undo")
	comes(t, p, "that nobody has taken it", func() bool { return !shows("Assigned to")() })

	// Slack does not take the change now; the process is killed while it is pending.
	w.slack.Inject(slackfake.Fault{Kind: slackfake.RateLimited, Method: "chat.update", Times: -1, RetryAfter: 2 * time.Second})
	before := w.slack.Calls("chat.update")
	w.click(t, p, "U0BEN", "Mute 7 days")
	comes(t, p, "a try to show it", func() bool { return w.slack.Calls("chat.update") > before })
	p.kill()
	if shows("Muted until")() {
		t.Fatal("the message was changed before the kill, so this proves nothing")
	}
	w.slack.ClearFaults()
	p = start(t, bin, w.dir)
	comes(t, p, "what was pending before the kill", shows("by @ben"))
	w.click(t, p, "U0BEN", "Undo")
	comes(t, p, "that it is not muted", func() bool { return !shows("Muted until")() })
	p.stop(t)

	if n := len(w.slack.Messages()); n != 1 {
		t.Errorf("%d messages on Slack, want the alert alone", n)
	}
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(w.dir, "regwatch.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, err := s.Audit(t.Context(), store.AuditFilter{OldestFirst: true, Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if strings.HasPrefix(e.Actor, "@") {
			got = append(got, e.Action+" by "+e.Actor)
		}
	}
	want := []string{"event.taken by @Ana (U0ANA)", "event.untaken by @Ana (U0ANA)", "mute.set by @ben (U0BEN)", "mute.ended by @ben (U0BEN)"}
	if got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "notice.") }); !slices.Equal(got, want) {
		t.Errorf("the audit has %q, want %q", got, want)
	}
}
