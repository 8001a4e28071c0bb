package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/slack"
	"regwatch/store"
)

// slackTeam is a desk at which U1 is the editor ana, U2 the reader ben, U3 the disabled editor cid and U5 a user who does not
// exist. The admin is dora.
func slackTeam(t *testing.T) (slackDesk, []string) {
	t.Helper()
	e, ids := doubtful(t)
	for name, role := range map[string]Role{"ana": RoleEditor, "ben": RoleReader, "cid": RoleEditor, "dora": RoleAdmin} {
		if _, err := e.AddUser(t.Context(), name, role, "a long enough password", "test"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.SetUserDisabled(t.Context(), "cid", true, "test"); err != nil {
		t.Fatal(err)
	}
	return slackDesk{e, map[string]string{"U1": "ana", "U2": "ben", "U3": "cid", "U5": "eve"}}, ids
}

func (d slackDesk) as(t *testing.T, member string) context.Context {
	t.Helper()
	ctx, err := d.As(t.Context(), member)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestSlackMembersActAsTheirUsers(t *testing.T) {
	d, ids := slackTeam(t)
	for member, want := range map[string]string{
		"U3": "the user cid is disabled; ask dora",
		"U4": "you are not a regwatch user yet; an admin adds U4 under members of the Slack channel in regwatch.yaml; ask dora",
		"U5": `regwatch.yaml says that you are the user "eve", which does not exist; ask dora`,
		"":   "an admin adds your Slack ID",
	} {
		if _, err := d.As(t.Context(), member); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("As(%q) = %v, want %s", member, err, want)
		}
	}
	ben := d.as(t, "U2")
	rule, err := d.Rule(d.as(t, "U1"), "everything")
	if err != nil || rule.Text != refRule {
		t.Fatalf("the rule is %+v, %v", rule, err)
	}
	changed := rule
	changed.Text += "# Mine.\n"
	for what, try := range map[string]func(context.Context) error{
		"assign": func(ctx context.Context) error { _, err := d.Assign(ctx, ids[0], ""); return err },
		"mute": func(ctx context.Context) error {
			_, err := d.Mute(ctx, models.Mute{Kind: models.MuteEvent, Target: ids[0], Reason: "known"}, time.Hour)
			return err
		},
		"a button":  func(ctx context.Context) error { return d.Act(ctx, models.ActionApart, ids[1]) },
		"open rule": func(ctx context.Context) error { _, err := d.Rule(ctx, "everything"); return err },
		"backtest":  func(ctx context.Context) error { _, err := d.Backtest(ctx, changed); return err },
		"propose":   func(ctx context.Context) error { return d.Propose(ctx, changed) },
	} {
		if err := try(ben); !is[*ForbiddenError](err) || !strings.Contains(err.Error(), "ask ana") {
			t.Errorf("%s by a reader: %v", what, err)
		}
		if err := try(d.as(t, "U1")); err != nil {
			t.Errorf("%s by an editor: %v", what, err)
		}
	}
	if _, err := d.Assign(d.as(t, "U1"), ids[2], "Ben"); err != nil {
		t.Error(err)
	}
	if _, err := d.Assign(d.as(t, "U1"), ids[2], "benn"); err == nil || !strings.Contains(err.Error(), `did you mean "ben"`) {
		t.Errorf("assigned to a slip of the pen: %v", err)
	}
	entries, err := d.engine.store.Audit(t.Context(), store.AuditFilter{OldestFirst: true, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var did []string
	for _, e := range entries {
		if e.Actor == "ben" {
			t.Errorf("the audit has %s by a reader", e.Action)
		}
		if e.Actor == "ana" {
			did = append(did, e.Action)
		}
	}
	for _, action := range []string{"event.kept_apart", store.RuleProposed} {
		if !strings.Contains(strings.Join(did, " "), action) {
			t.Errorf("the audit lacks %s by ana: %v", action, did)
		}
	}
	if file, err := d.engine.RuleFile("everything"); err != nil || file.Text != refRule {
		t.Errorf("a proposal changed the rule: %q, %v", file.Text, err)
	}
	all, err := d.engine.RuleProposals(t.Context(), "everything")
	if err != nil || len(all) != 1 || all[0].Text != changed.Text || all[0].By != "ana" {
		t.Errorf("the proposals are %+v, %v", all, err)
	}
}

func TestSlackAnswersWhy(t *testing.T) {
	d, ids := slackTeam(t)
	ctx := d.as(t, "U2")
	why, err := d.Why(ctx, ids[1][:20])
	if err != nil || !why.Seen || why.Event != ids[1] || why.MayBelong != "Harbour Bank halts redemptions" || len(why.Matches) != 1 {
		t.Errorf("of an event: %+v, %v", why, err)
	}
	why, err = d.Why(ctx, "https://news.example/2")
	if err != nil || why.Event != ids[2] || !strings.Contains(why.Source, "from") {
		t.Errorf("of an article: %+v, %v", why, err)
	}
	why, err = d.Why(ctx, "https://site.example.com/unseen")
	if err != nil || why.Seen || why.Watch == "" {
		t.Errorf("of an article that a source may have missed: %+v, %v", why, err)
	}
	why, err = d.Why(ctx, "https://elsewhere.example/x")
	if err != nil || why.Seen || why.Watch != "" {
		t.Errorf("of a site that nothing reads: %+v, %v", why, err)
	}
	if _, err = d.Why(ctx, "nothing"); !is[*store.NoEventError](err) {
		t.Errorf("of an ID that does not exist: %v", err)
	}
	found, err := d.Search(ctx, "harbour halts", 5)
	if err != nil || found.Total != 1 || found.Events[0].Title != "Harbour Bank halts redemptions" {
		t.Errorf("the search found %+v, %v", found, err)
	}
	if _, err := d.Deadlines(ctx, 30, 5); err != nil {
		t.Error(err)
	}
}

func TestSlackChecksKeepTheLineEndsOfAFile(t *testing.T) {
	d, _ := slackTeam(t)
	file, err := d.engine.RuleFile("everything")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.engine.SaveRule(t.Context(), "everything", []byte(strings.ReplaceAll(refRule, "\n", "\r\n")), file.Hash, "test"); err != nil {
		t.Fatal(err)
	}
	ctx := d.as(t, "U1")
	rule, err := d.Rule(ctx, "everything")
	if err != nil {
		t.Fatal(err)
	}
	rule.Text = strings.ReplaceAll(rule.Text, "\r\n", "\n") + "titel: x\n"
	faults, err := d.Check(ctx, rule)
	if err != nil || len(faults) != 1 || !strings.HasPrefix(faults[0], "line 9, column 1: unknown key") {
		t.Errorf("the faults are %q, %v", faults, err)
	}
	rule.Text = strings.ReplaceAll(rule.Text, "titel: x", "# Mine.")
	if err := d.Propose(ctx, rule); err != nil {
		t.Fatal(err)
	}
	all, err := d.engine.RuleProposals(t.Context(), "everything")
	if err != nil || len(all) != 1 || all[0].Text != strings.ReplaceAll(refRule+"# Mine.\n", "\n", "\r\n") {
		t.Errorf("the proposals are %+v, %v", all, err)
	}
}

func TestButtonsFollowTheRolesOfMembers(t *testing.T) {
	d, ids := slackTeam(t)
	actions := slackActions{d.engine, d}
	act := func(by string) error {
		return actions.Act(t.Context(), slack.Interaction{Act: models.ActionMute, EventID: ids[0], By: by})
	}
	if err := act("@Ben (U2)"); !is[*ForbiddenError](err) {
		t.Errorf("a reader muted: %v", err)
	}
	if err := act("@Eve (U0123)"); err == nil || !strings.Contains(err.Error(), "an admin adds U0123") {
		t.Errorf("somebody who is no user muted: %v", err)
	}
	if err := act("@Ana (U1)"); err != nil {
		t.Error(err)
	}
	if mutes, err := d.engine.Mutes(t.Context(), true); err != nil || len(mutes) != 1 || mutes[0].By != "@Ana (U1)" {
		t.Errorf("the mutes are %+v, %v", mutes, err)
	}
	// Without members, as it always was.
	if err := d.engine.SlackActions().Act(t.Context(), slack.Interaction{Act: models.ActionAssign, EventID: ids[0], By: "@Eve (U0123)"}); err != nil {
		t.Error(err)
	}
	if desk := d.engine.newSlackDesk(nil); desk != nil {
		t.Error("there is a desk without members")
	}
}

// awaited waits for what other goroutines bring about.
func awaited(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !is() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never came about: %s", what)
		}
	}
}

func TestAnyProcessGoesOnWithAModalInSlack(t *testing.T) {
	d, ids := slackTeam(t)
	fake, err := slackfake.New(slackfake.Options{Token: "xoxb-1", AppToken: "xapp-1", Users: []slackfake.User{{ID: "U1", Name: "ana"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	// Each socket is that of a process.
	connect := func(sockets int) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		socket := slack.NewSocket(slack.SocketOptions{
			Tokens: func() (string, string, error) { return "xoxb-1", "xapp-1", nil }, API: fake.APIURL(),
			Actions: slackActions{d.engine, d}, Desk: d.engine.newSlackDesk(d.members),
		})
		go func() { defer close(over); socket.Run(ctx) }()
		stop = func() { cancel(); <-over }
		t.Cleanup(stop)
		awaited(t, "a connection", func() bool { return fake.Sockets() == sockets })
		return stop
	}
	view := func(has string) (v slackfake.View) {
		t.Helper()
		awaited(t, "a modal with "+has, func() bool {
			all := fake.Views()
			if len(all) == 1 {
				v = all[0]
			}
			return len(all) == 1 && strings.Contains(v.Text(), has)
		})
		return v
	}
	command := func(words string) {
		t.Helper()
		if _, err := fake.Command("U1", "C1", "/regwatch", words); err != nil {
			t.Fatal(err)
		}
	}
	connect(1)
	stop := connect(2) // the fake sends to the newest
	command("rule everything")
	v := view("Rule")
	changed := strings.Replace(v.Values["rule_text"], "terms: {ref: [REF]}", "terms: {ref: [REF, harbour]}", 1)
	submit := func(text string) {
		t.Helper()
		if _, err := fake.Submit(v.ID, map[string]string{"rule_text": text}); err != nil {
			t.Fatal(err)
		}
	}
	submit(changed)
	v = view("Gained: ")
	if v.Submit != "Propose" {
		t.Fatalf("the modal is:\n%s", v.Text())
	}
	stop()
	awaited(t, "the end of a process", func() bool { return fake.Sockets() == 1 })
	submit(changed)
	view("Proposed.")
	all, err := d.engine.RuleProposals(t.Context(), "everything")
	if err != nil || len(all) != 1 || all[0].By != "ana" || !strings.Contains(all[0].Text, "harbour") {
		t.Errorf("the proposals are %+v, %v", all, err)
	}

	command("why " + ids[1])
	awaited(t, "an answer", func() bool { return len(fake.Ephemerals()) == 1 })
	if got := slackfake.BlockText(fake.Ephemerals()[0].Blocks); !strings.Contains(got, "Audit freezes HKDX") || !strings.Contains(got, "It may belong to “Harbour Bank halts redemptions”") {
		t.Errorf("the answer is:\n%s", got)
	}
	if problems := fake.Problems(); len(problems) > 0 {
		t.Errorf("Slack would not allow it: %v", problems)
	}
}
