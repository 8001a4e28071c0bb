package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/golden"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/render"
)

// A fakeDesk knows the members U1 (ana, an editor) and U2 (ben, a reader), the event 01JE, one article and the rule coin.
type fakeDesk struct {
	mu       sync.Mutex
	demoted  bool
	done     []string                        // what was changed, with the name of the user
	text     string                          // of the rule
	backtest func(ctx context.Context) error // is called within a backtest
	before   func(what string)               // is called before anything is answered
	check    func(text string) []string      // nil: everything is right
	why      func(what string) (Why, error)  // nil: the usual answer
	found    *Found                          // nil: the usual answer
}

// demote makes U1 another user, who is a reader.
func (d *fakeDesk) demote() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.demoted = true
}

type nameKey struct{}

func (d *fakeDesk) change(ctx context.Context, what string) error {
	name, _ := ctx.Value(nameKey{}).(string)
	if name != "ana" {
		return fmt.Errorf("this needs the role editor, and %s is reader; ask ana", name)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, name+" "+what)
	return nil
}

func (d *fakeDesk) changes() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.done, "\n")
}

func (d *fakeDesk) hold(what string) {
	if d.before != nil {
		d.before(what)
	}
}

func (d *fakeDesk) As(ctx context.Context, member string) (context.Context, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.demoted {
		return context.WithValue(ctx, nameKey{}, "ben"), nil
	}
	switch member {
	case "U1":
		return context.WithValue(ctx, nameKey{}, "ana"), nil
	case "U2":
		return context.WithValue(ctx, nameKey{}, "ben"), nil
	case "U5":
		return nil, errors.New("the user eve is disabled; ask ana")
	}
	return nil, errors.New("you are no user of regwatch yet; an admin adds U4 under members of the Slack channel in regwatch.yaml; ask ana")
}

const hostileTitle = "<!channel> *urgent* <https://evil.example|click> & " + "loooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong"

func (d *fakeDesk) Search(_ context.Context, query string, limit int) (Found, error) {
	d.hold("search")
	if strings.Contains(query, "((") {
		return Found{}, diag.Problems{{Line: 1, Col: 3, What: "the parenthesis is not closed", Want: "add )"}}
	}
	if d.found != nil {
		return *d.found, nil
	}
	if query != `"stablecoin licence"` {
		return Found{}, nil
	}
	found := Found{Total: 7}
	for i := range limit {
		found.Events = append(found.Events, FoundEvent{ID: fmt.Sprintf("01J%d", i), Title: fmt.Sprintf("Licence number %d", i), Link: "https://hkma.example/1", Severity: "high", Seen: "3 Nov 2026 14:05 HKT"})
	}
	found.Events[1].Assigned, found.Events[2].Closed, found.Events[3].Title = []string{"Ana"}, true, hostileTitle
	return found, nil
}

func (d *fakeDesk) Why(_ context.Context, what string) (Why, error) {
	d.hold("why")
	if d.why != nil {
		return d.why(what)
	}
	switch what {
	case "01JE":
		return Why{
			Asked: what, Seen: true, Title: "HKMA grants two licences", Link: "https://hkma.example/1", Event: "01JE",
			Matches:   []RuleMatch{{ID: "coin", Title: "Stablecoins", Outcome: "alerts", Words: []string{"stablecoin licence", "HKMA"}}},
			Sent:      []Told{{"compliance", "alert, sent to slack:#reg-alerts on 3 Nov 2026 14:05 HKT"}},
			NotSent:   []Told{{"legal", "the severity is below critical"}},
			MayBelong: "HKMA licenses a third issuer",
		}, nil
	case "https://hkma.example/1":
		return Why{Asked: what, Seen: true, Title: "HKMA speech", Link: what, Source: "3 Nov 2026 14:05 HKT from HKMA speeches"}, nil
	case "https://hkma.example/unseen":
		return Why{Asked: what, Watch: "HKMA speeches"}, nil
	}
	return Why{Asked: what}, nil
}

func (d *fakeDesk) Deadlines(_ context.Context, days, _ int) (Deadlines, error) {
	if days == 1 {
		return Deadlines{Days: days}, nil
	}
	return Deadlines{Days: days, Total: 12, Listed: []Deadline{{Day: "2026-11-09", Kind: "deadline", Event: "01JE", Title: "Consultation on custody", Severity: "medium"}}}, nil
}

func (d *fakeDesk) Assign(ctx context.Context, event, name string) (Assigned, error) {
	if name == "" {
		name, _ = ctx.Value(nameKey{}).(string)
	}
	return Assigned{event, "HKMA grants two licences", name}, d.change(ctx, "assigns "+event+" to "+name)
}

func (d *fakeDesk) Mute(ctx context.Context, m models.Mute, length time.Duration) (Muted, error) {
	return Muted{Kind: string(m.Kind), Target: m.Target, Until: "10 Nov 2026 14:05 HKT"}, d.change(ctx, fmt.Sprintf("mutes %s %s for %s: %s", m.Kind, m.Target, length, m.Reason))
}

func (d *fakeDesk) Act(ctx context.Context, act models.Action, event string) error {
	return d.change(ctx, string(act)+" "+event)
}

func (d *fakeDesk) Rule(ctx context.Context, id string) (RuleFile, error) {
	d.hold("rule")
	if name, _ := ctx.Value(nameKey{}).(string); name != "ana" {
		return RuleFile{}, d.change(ctx, "")
	}
	if id != "coin" {
		return RuleFile{}, fmt.Errorf("rule %q does not exist; did you mean coin", id)
	}
	return RuleFile{"coin", d.text, "base1"}, nil
}

func (d *fakeDesk) Check(_ context.Context, r RuleFile) ([]string, error) {
	d.hold("check")
	if d.check == nil {
		return nil, nil
	}
	return d.check(r.Text), nil
}

func (d *fakeDesk) Backtest(ctx context.Context, _ RuleFile) (Effect, error) {
	if d.backtest != nil {
		if err := d.backtest(ctx); err != nil {
			return Effect{}, err
		}
	}
	return Effect{
		From: "5 Aug 2026", Articles: 1204, Stored: true, Alerts: 9, PerWeek: 0.7, Before: 6, BeforeWeek: 0.5, HasBefore: true,
		Gained: []string{"A", "B", hostileTitle, "D", "E", "F"}, Lost: []string{"Z"},
	}, nil
}

func (d *fakeDesk) Propose(ctx context.Context, r RuleFile) error {
	return d.change(ctx, fmt.Sprintf("proposes %s on %s: %q", r.ID, r.Hash, r.Text))
}

const ruleYAML = "id: coin\ntitle: Stablecoins\n"

// A clock is moved by tests.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type deskRig struct {
	*socketRig
	desk  *fakeDesk
	clock *clock
}

func connectDesk(t *testing.T, change func(*fakeDesk)) *deskRig {
	t.Helper()
	r := &deskRig{desk: &fakeDesk{text: ruleYAML}, clock: &clock{at: time.Date(2026, 11, 3, 6, 5, 0, 0, time.UTC)}}
	if change != nil {
		change(r.desk)
	}
	r.socketRig = connectSocket(t, slackfake.Options{Now: r.clock.now}, func(o *SocketOptions) {
		o.Desk = &Desk{Users: r.desk, Reader: r.desk, Work: r.desk, Rules: r.desk, Console: func() render.Console { return "https://regwatch.example" }}
	})
	r.connected(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log:\n%s", tailOf(r.log.String()))
		}
		for _, p := range r.fake.Problems() {
			t.Errorf("Slack would not allow it: %s", p)
		}
	})
	return r
}

// command types a command and returns its answer.
func (r *deskRig) command(t *testing.T, user, words string) string {
	t.Helper()
	before := len(r.fake.Ephemerals())
	envelope, err := r.fake.Command(user, "C0123456789", "/regwatch", words)
	if err != nil {
		t.Fatal(err)
	}
	r.acknowledged(t, envelope)
	until(t, "an answer to "+words, func() bool { return len(r.fake.Ephemerals()) > before })
	got := r.fake.Ephemerals()
	last := got[len(got)-1]
	if len(got) != before+1 || last.User != user {
		t.Errorf("%s: %d answers, the last to %s; want one to %s", words, len(got)-before, last.User, user)
	}
	return slackfake.BlockText(last.Blocks)
}

// view waits for the one open modal to show a text.
func (r *deskRig) view(t *testing.T, has string) slackfake.View {
	t.Helper()
	var v slackfake.View
	until(t, "a modal with "+has, func() bool {
		all := r.fake.Views()
		if len(all) == 1 {
			v = all[0]
		}
		return len(all) == 1 && strings.Contains(v.Text(), has)
	})
	return v
}

// openRule opens the modal of the rule coin.
func (r *deskRig) openRule(t *testing.T) slackfake.View {
	t.Helper()
	if _, err := r.fake.Command("U1", "C0123456789", "/regwatch", "rule coin"); err != nil {
		t.Fatal(err)
	}
	return r.view(t, "Rule")
}

func (r *deskRig) submit(t *testing.T, v slackfake.View, text string) {
	t.Helper()
	values := map[string]string{ruleBlock: text}
	envelope, err := r.fake.Submit(v.ID, values)
	if err != nil {
		t.Fatal(err)
	}
	r.acknowledged(t, envelope)
}

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
	for _, label := range []string{"Assign to me", "Mute 7 days", "Same event", "Keep apart"} {
		if _, err := r.fake.ClickView(v.ID, label); err != nil {
			t.Fatal(err)
		}
		until(t, label, func() bool {
			return strings.Count(r.desk.changes(), "\n")+1 >= 1 && len(strings.Split(r.desk.changes(), "\n")) > 0 && r.desk.changes() != ""
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
		{"a stranger", "<https://hkma.example/1>", "", "U4", "no user of regwatch yet"},
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
	close(hold)
	until(t, "all answers", func() bool { return len(r.fake.Ephemerals()) == maxAtOnce+1 })
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
		d.check = func(string) []string { return []string{long, long} }
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
