package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"regwatch/internal/golden"
	"regwatch/internal/slackfake"
	"regwatch/models"
)

func TestAnswersReadWell(t *testing.T) {
	r := connectDesk(t, nil)
	var all strings.Builder
	for _, tt := range []struct{ user, words string }{
		{"U1", ""},
		{"U1", "help"},
		{"U1", "serach x"},
		{"U1", `search “stablecoin licence”`},
		{"U1", "search nothing like it"},
		{"U1", "search"},
		{"U1", "search ((x"},
		{"U1", "why 01JE"},
		{"U1", "why <https://hkma.example/1|hkma.example/1>"},
		{"U1", "why https://hkma.example/unseen"},
		{"U1", "why https://other.example/<!channel>"},
		{"U1", "why a b"},
		{"U1", "deadlines"},
		{"U1", "deadlines 1"},
		{"U1", "deadlines soon"},
		{"U1", "deadlines 400"},
		{"U1", "assign 01JE"},
		{"U1", "assign 01JE ben"},
		{"U1", "assign"},
		{"U2", "assign 01JE"},
		{"U1", "mute event 01JE 7d the final text is known"},
		{"U1", "mute rule coin 1w"},
		{"U1", "mute list coin 7d reason"},
		{"U1", "mute rule coin soon reason given"},
		{"U1", "rule"},
		{"U1", "rule coni"},
		{"U2", "rule coin"},
		{"U4", "search stablecoin"},
		{"U5", "search stablecoin"},
	} {
		fmt.Fprintf(&all, "%s: /regwatch %s\n", tt.user, tt.words)
		for line := range strings.Lines(r.command(t, tt.user, tt.words) + "\n") {
			all.WriteString("    " + line)
		}
		all.WriteString("\n")
	}
	golden.Assert(t, "testdata/answers.txt", []byte(all.String()))
	want := "ana assigns 01JE to ana\nana assigns 01JE to ben\nana mutes event 01JE for 168h0m0s: the final text is known"
	if got := r.desk.changes(); got != want {
		t.Errorf("changes:\n%s\nwant:\n%s", got, want)
	}
	if strings.Contains(r.log.String(), "s3cret") {
		t.Errorf("a secret shows in the log:\n%s", r.log)
	}
}

func TestRuleIsProposedAfterItsBacktest(t *testing.T) {
	hold := make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) {
		d.check = func(text string) []string {
			if strings.Contains(text, "titel") {
				return []string{`line 2, column 1: unknown key "titel"; did you mean title`, "line 3: two", "line 4: three", "line 5: four", "line 6: five", "line 7: six"}
			}
			return nil
		}
		d.backtest = func(context.Context) error { <-hold; return nil }
	})
	v := r.openRule(t)
	if v.Values[ruleBlock] != ruleYAML || v.Submit != "Check and backtest" {
		t.Errorf("the modal begins with %q and %q", v.Values[ruleBlock], v.Submit)
	}
	var all strings.Builder
	fmt.Fprintf(&all, "begin\n%s\n\n", v.Text())

	r.submit(t, v, "id: coin\ntitel: x\n")
	v = r.view(t, "Rule")
	fmt.Fprintf(&all, "a mistake\n%s\n\n", v.Errors[ruleBlock])

	// Slack cuts the end of the line.
	r.submit(t, v, "id: coin\ntitle: Coins")
	v = r.view(t, "backtest runs")
	fmt.Fprintf(&all, "while the backtest runs\n%s\n\n", v.Text())
	close(hold)
	v = r.view(t, "Gained")
	fmt.Fprintf(&all, "with its effect\n%s\n\n", v.Text())
	if v.Submit != "Propose" || r.desk.changes() != "" {
		t.Errorf("the button is %q and %q was changed; want Propose and nothing", v.Submit, r.desk.changes())
	}

	// A text that was changed since is tried again.
	r.submit(t, v, "id: coin\ntitle: Other")
	until(t, "the backtest of the other text", func() bool {
		v = r.view(t, "Gained")
		return strings.Contains(string(v.Content), textHash("id: coin\ntitle: Other\n"))
	})
	if got := r.desk.changes(); got != "" {
		t.Errorf("a text that was not tried was proposed: %s", got)
	}
	r.submit(t, v, "id: coin\ntitle: Other")
	v = r.view(t, "Proposed")
	fmt.Fprintf(&all, "proposed\n%s\n", v.Text())
	if got, want := r.desk.changes(), `ana proposes coin on base1: "id: coin\ntitle: Other\n"`; got != want {
		t.Errorf("changes: %s\nwant: %s", got, want)
	}
	golden.Assert(t, "testdata/rule.txt", []byte(all.String()))
}

func TestBacktestThatFailsCanBeTriedAgain(t *testing.T) {
	fails := true
	r := connectDesk(t, func(d *fakeDesk) {
		d.backtest = func(context.Context) error {
			if fails {
				fails = false
				return context.DeadlineExceeded
			}
			return nil
		}
	})
	v := r.openRule(t)
	r.submit(t, v, ruleYAML+"why: x")
	v = r.view(t, "took too long")
	if v.Submit != "Check and backtest" {
		t.Errorf("without a backtest the button is %q", v.Submit)
	}
	r.submit(t, v, ruleYAML+"why: x")
	r.view(t, "Gained")
}

func TestProposalNeedsTheRoleWhenItIsMade(t *testing.T) {
	r := connectDesk(t, nil)
	v := r.openRule(t)
	r.submit(t, v, ruleYAML+"why: x")
	v = r.view(t, "Gained")
	r.desk.demote()
	r.submit(t, v, ruleYAML+"why: x")
	v = r.view(t, "Gained")
	if got := v.Errors[ruleBlock]; !strings.Contains(got, "this needs the role editor") || !strings.Contains(got, "ask ana") {
		t.Errorf("the modal says %q", got)
	}
}

func TestRuleTooLongForSlackIsChangedInTheConsole(t *testing.T) {
	for _, tt := range []struct {
		length int
		opens  bool
	}{{3000, true}, {3001, false}} {
		r := connectDesk(t, func(d *fakeDesk) { d.text = strings.Repeat("穩", tt.length) })
		if tt.opens {
			r.openRule(t)
			continue
		}
		got := r.command(t, "U1", "rule coin")
		if !strings.Contains(got, "3001 characters, and a field of Slack takes 3000. Change it in https://regwatch.example/rules/coin") {
			t.Errorf("answer: %s", got)
		}
	}
}

// An ID means a person only together with the workspace.
func TestPeopleOfOtherWorkspacesMayNotUseTheCommand(t *testing.T) {
	r := connectDesk(t, func(d *fakeDesk) { d.demoted = true }) // so that every ID maps to a user
	if got := r.command(t, "U9", "search licence"); !strings.Contains(got, "Only members of the workspace") {
		t.Errorf("a person of another organisation is answered %q", got)
	}
	if got := r.command(t, "U1", "search licence"); strings.Contains(got, "Only members of the workspace") {
		t.Errorf("a member is answered %q", got)
	}
}

func TestExpiredTriggerIsExplained(t *testing.T) {
	taken := make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) { d.before = func(string) { <-taken } })
	envelope, err := r.fake.Command("U1", "C0123456789", "/regwatch", "rule coin")
	if err != nil {
		t.Fatal(err)
	}
	r.acknowledged(t, envelope)
	r.clock.move(4 * time.Second)
	close(taken)
	until(t, "an answer", func() bool { return len(r.fake.Ephemerals()) == 1 })
	if got := r.fake.Ephemerals()[0].Text; !strings.Contains(got, "Slack waits three seconds for a window") {
		t.Errorf("answer: %s", got)
	}
	if n := len(r.fake.Views()); n != 0 {
		t.Errorf("%d modals are open", n)
	}
}

func TestSlowCheckIsAcknowledgedInTime(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []string
		want   string
	}{{"right", nil, "Gained"}, {"wrong", []string{"line 1, column 1: wrong"}, "line 1, column 1: wrong"}} {
		t.Run(tt.name, func(t *testing.T) {
			hold := make(chan struct{})
			r := connectDesk(t, func(d *fakeDesk) {
				d.check = func(string) []string { <-hold; return tt.faults }
			})
			v := r.openRule(t)
			r.submit(t, v, ruleYAML+"why: x") // returns only when it was acknowledged
			r.view(t, "is being checked")
			close(hold)
			if v := r.view(t, tt.want); v.Values[ruleBlock] != ruleYAML+"why: x" {
				t.Errorf("the text is now %q", v.Values[ruleBlock])
			}
		})
	}
}

func TestShortcutSaysWhyAndActs(t *testing.T) {
	r := connectDesk(t, nil)
	if _, err := r.fake.Shortcut("U1", "regwatch_message", r.alert); err != nil {
		t.Fatal(err)
	}
	v := r.view(t, "Rules that matched")
	golden.Assert(t, "testdata/shortcut.txt", []byte(v.Text()+"\n"))
	for i, label := range []string{"Assign to me", "Mute 7 days", "Same event", "Keep apart"} {
		if _, err := r.fake.ClickView(v.ID, label); err != nil {
			t.Fatal(err)
		}
		until(t, label, func() bool {
			changes := r.desk.changes()
			return changes != "" && strings.Count(changes, "\n") == i
		})
		r.view(t, "Done.")
	}
	until(t, "all four", func() bool { return len(strings.Split(r.desk.changes(), "\n")) == 4 })
	for _, want := range []models.Action{models.ActionAssign, models.ActionMute, models.ActionMerge, models.ActionApart} {
		if !strings.Contains(r.desk.changes(), "ana "+string(want)+" 01JE") {
			t.Errorf("changes lack %s:\n%s", want, r.desk.changes())
		}
	}
}

func TestShortcutOnOtherMessages(t *testing.T) {
	for _, tt := range []struct {
		name, text, bot, user, want string
	}{
		{"a link", "look at <https://hkma.example/1|this> please", "", "U1", "No rule matched it"},
		{"the second link is known", "<https://a.example/x> and <https://hkma.example/1>", "", "U1", "HKMA speech"},
		{"an unknown link", "<https://a.example/x>", "", "U1", "has not stored https://a.example/x"},
		{"a link to the console", "<https://regwatch.example/events/01JE>", "", "U1", "HKMA grants two licences"},
		{"no link", "good morning", "", "U1", "has no alert and no link"},
		{"a stranger", "<https://hkma.example/1>", "", "U4", "not a regwatch user yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := connectDesk(t, nil)
			if _, err := r.fake.Shortcut(tt.user, "regwatch_message", slackfake.Message{Channel: "C0123456789", TS: "1.000001", Text: tt.text}); err != nil {
				t.Fatal(err)
			}
			r.view(t, tt.want)
		})
	}
}

func TestButtonsOfOtherBotsNameNoEvent(t *testing.T) {
	r := connectDesk(t, nil)
	forged := r.alert
	forged.Bot = "B0OTHER"
	if _, err := r.fake.Shortcut("U1", "regwatch_message", forged); err != nil {
		t.Fatal(err)
	}
	if v := r.view(t, "news.example/1"); strings.Contains(v.Text(), "HKMA grants") {
		t.Errorf("the button of another bot named an event: %s", v.Text())
	}
}

func TestCommandSentAgainIsDoneOnce(t *testing.T) {
	begun, hold := make(chan struct{}, 2), make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) {
		d.before = func(string) { begun <- struct{}{}; <-hold }
	})
	envelope, err := r.fake.Command("U1", "C0123456789", "/regwatch", "search x")
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := r.fake.Resend(envelope); err != nil {
		t.Fatal(err)
	}
	close(hold)
	until(t, "an answer", func() bool { return len(r.fake.Ephemerals()) == 1 })
	if err := r.fake.Resend(envelope); err != nil {
		t.Fatal(err)
	}
	r.command(t, "U1", "help") // what was sent before it is read by now
	if len(begun) != 0 || len(r.fake.Ephemerals()) != 2 {
		t.Errorf("done %d more times, with %d answers", len(begun), len(r.fake.Ephemerals()))
	}
}

func TestAnswerArrivesAfterTheConnectionWasCut(t *testing.T) {
	begun, hold := make(chan struct{}), make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) {
		d.before = func(string) { begun <- struct{}{}; <-hold }
	})
	envelope, err := r.fake.Command("U1", "C0123456789", "/regwatch", "search x")
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	r.acknowledged(t, envelope)
	r.fake.CutSockets()
	close(hold)
	until(t, "an answer", func() bool { return len(r.fake.Ephemerals()) == 1 })
}

func TestTooManyAtOnceAreAskedToWait(t *testing.T) {
	hold := make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) { d.before = func(string) { <-hold } })
	for range maxAtOnce {
		if _, err := r.fake.Command("U1", "C0123456789", "/regwatch", "search x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.fake.Command("U1", "C0123456789", "/regwatch", "search x"); err != nil {
		t.Fatal(err)
	}
	until(t, "a refusal", func() bool { return len(r.fake.Ephemerals()) == 1 })
	if got := r.fake.Ephemerals()[0].Text; got != slackBusy {
		t.Errorf("told %q", got)
	}
	if _, err := r.fake.Shortcut("U1", "regwatch_message", r.alert); err != nil {
		t.Fatal(err)
	}
	until(t, "a refusal of the shortcut", func() bool { return len(r.fake.Ephemerals()) == 2 })
	if got := r.fake.Ephemerals()[1]; !strings.Contains(got.Text, slackBusy) {
		t.Errorf("the shortcut told %+v", got)
	}
	close(hold)
	until(t, "all answers", func() bool { return len(r.fake.Ephemerals()) == maxAtOnce+2 })
}

// Backtests have places of their own, so that they keep nobody from searching.
func TestBacktestsLeaveRoomForCommands(t *testing.T) {
	hold := make(chan struct{})
	defer close(hold)
	var running atomic.Int32
	r := connectDesk(t, func(d *fakeDesk) {
		d.backtest = func(context.Context) error { running.Add(1); <-hold; return nil }
	})
	v := r.openRule(t)
	for range maxBacktests {
		r.submit(t, v, ruleYAML+"why: x")
	}
	until(t, "backtests", func() bool { return running.Load() == maxBacktests })
	r.submit(t, v, ruleYAML+"why: x")
	until(t, "a refusal", func() bool { all := r.fake.Views(); return len(all) == 1 && all[0].Errors[ruleBlock] == slackBusy })
	for range maxAtOnce + 1 {
		r.command(t, "U1", "why 01JE")
	}
}

func TestShortcutWithoutMembersSaysWhatToConfigure(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	if _, err := h.fake.Shortcut("U1", "regwatch_message", slackfake.Message{Channel: "C0123456789", TS: "1.000001"}); err != nil {
		t.Fatal(err)
	}
	until(t, "an answer", func() bool { return len(h.fake.Ephemerals()) == 1 })
	if got := h.fake.Ephemerals()[0].Text; !strings.Contains(got, "An admin adds them under members") {
		t.Errorf("told %q", got)
	}
}

func TestCommandWithoutMembersSaysWhoCanHelp(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	if _, err := h.fake.Command("U1", "C0123456789", "/regwatch", "help"); err != nil {
		t.Fatal(err)
	}
	until(t, "an answer", func() bool { return len(h.fake.Ephemerals()) == 1 })
	if got := h.fake.Ephemerals()[0].Text; !strings.Contains(got, "An admin adds them under members") {
		t.Errorf("told %q", got)
	}
}

func TestMissingScopeIsLogged(t *testing.T) {
	for _, tt := range []struct {
		scopes []string
		missed bool
	}{{[]string{"chat:write", "commands"}, false}, {[]string{"chat:write"}, true}, {nil, false}} {
		d := &fakeDesk{}
		h := connectSocket(t, slackfake.Options{Scopes: tt.scopes}, func(o *SocketOptions) { o.Desk = &Desk{Users: d, Reader: d, Work: d, Rules: d} })
		h.connected(t)
		if got := strings.Contains(h.log.String(), "lacks the scope commands"); got != tt.missed {
			t.Errorf("with %v the log has the scope: %v", tt.scopes, got)
		}
	}
}

func TestBacktestEndsWhenRegwatchStops(t *testing.T) {
	begun := make(chan struct{})
	r := connectDesk(t, func(d *fakeDesk) {
		d.backtest = func(ctx context.Context) error { close(begun); <-ctx.Done(); return ctx.Err() }
	})
	v := r.openRule(t)
	r.submit(t, v, ruleYAML+"why: x")
	<-begun
	r.cancel()
	<-r.over
	if v := r.view(t, "regwatch was stopped"); v.Submit != "Check and backtest" {
		t.Errorf("the button is %q", v.Submit)
	}
}

func TestPanicInACommandIsContained(t *testing.T) {
	r := connectDesk(t, func(d *fakeDesk) {
		d.before = func(what string) {
			if what == "search" {
				panic("boom")
			}
		}
	})
	if got := r.command(t, "U1", "search x"); !strings.Contains(got, "error in regwatch") {
		t.Errorf("told %q", got)
	}
	if got := r.command(t, "U1", "why 01JE"); !strings.Contains(got, "HKMA") {
		t.Errorf("after a panic: %q", got)
	}
}

func TestHostileAnswersStayWithinSlacksLimits(t *testing.T) {
	long := strings.Repeat(hostileTitle+" ", 40)
	r := connectDesk(t, func(d *fakeDesk) {
		d.found = &Found{Total: 5}
		for range 5 {
			d.found.Events = append(d.found.Events, FoundEvent{ID: "01J", Title: long, Link: "javascript:alert(1)", Severity: "high"})
		}
		d.why = func(what string) (Why, error) {
			w := Why{Asked: long, Seen: what == "01JE", Title: long, Event: "01JE", MayBelong: long}
			for i := range 40 {
				w.Matches = append(w.Matches, RuleMatch{ID: fmt.Sprint(i), Title: long, Outcome: "alerts", Words: []string{long}})
				w.Sent = append(w.Sent, Told{"r", long})
			}
			return w, nil
		}
	})
	for _, words := range []string{"search x", "why 01JE", "why https://a.example/x", strings.Repeat("x", 8000)} {
		r.command(t, "U1", words)
	}
	for _, e := range r.fake.Ephemerals() {
		if strings.Contains(e.Text, "<!channel>") || strings.Contains(string(e.Blocks), `"mrkdwn"`) {
			t.Errorf("an answer could notify people: %.200s", e.Text)
		}
	}
	if _, err := r.fake.Shortcut("U1", "regwatch_message", r.alert); err != nil {
		t.Fatal(err)
	}
	r.view(t, "Rules that matched")
}

func TestHostileFaultsOfARuleStayWithinSlacksLimits(t *testing.T) {
	long := strings.Repeat(hostileTitle+" ", 40)
	r := connectDesk(t, func(d *fakeDesk) {
		d.check = func(string) []string { return slices.Repeat([]string{long}, mostFaults+2) }
	})
	v := r.openRule(t)
	r.submit(t, v, ruleYAML+"why: x")
	until(t, "the faults", func() bool { all := r.fake.Views(); return len(all) == 1 && all[0].Errors[ruleBlock] != "" })
	if got := r.fake.Views()[0].Errors[ruleBlock]; !strings.Contains(got, "*urgent*") || !strings.Contains(got, "and 2 more") || len([]rune(got)) > 1600 {
		t.Errorf("%d characters: %.200s", len([]rune(got)), got)
	}
}

// An article that reports several events, such as a roundup, names all of them.
func TestWhyNamesAllEventsOfAnArticle(t *testing.T) {
	r := connectDesk(t, func(d *fakeDesk) {
		d.why = func(string) (Why, error) {
			w := Why{Seen: true, Title: "Roundup", Event: "01JE"}
			for i := range mostLines + 3 {
				w.Others = append(w.Others, FoundEvent{ID: fmt.Sprint("01JF", i), Title: fmt.Sprint("Event ", i)})
			}
			return w, nil
		}
	})
	got := r.command(t, "U1", "why https://a.example/x")
	for _, want := range []string{"reports several events", "Event 0", "ID 01JF9", "and 3 more"} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer has no %q:\n%s", want, got)
		}
	}
}
