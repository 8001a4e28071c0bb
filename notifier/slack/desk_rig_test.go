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
	return nil, errors.New("you are not a regwatch user yet; an admin adds U4 under members of the Slack channel in regwatch.yaml; ask ana")
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
