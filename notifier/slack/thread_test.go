package slack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// inSlack posts an alert and returns its delivery as a claim gives it to what
// follows.
func inSlack(t *testing.T, ch *Channel, id string) *models.Delivery {
	t.Helper()
	d := slackDelivery(id)
	receipt, err := ch.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	d.State, d.Receipt = models.DeliverySent, receipt
	return &d
}

// following is a delivery about the event of a message that was sent.
func following(id string, kind models.NoticeKind, root *models.Delivery) models.Delivery {
	d := slackDelivery(id)
	d.Notice.Kind, d.Root = kind, root
	if kind == models.NoticeAmend {
		d.Amends = true
		d.Notice.Content = models.Content{Status: &models.Status{
			EventID: "01JE", Official: true, Stage: "consultation",
			OtherSources: []models.Reference{{Source: "Harbour Post"}, {Source: "Wire Desk"}, {Source: "Evening Paper"}},
		}}
	}
	return d
}

func TestSlackFollowsUpInTheThread(t *testing.T) {
	tests := []struct {
		kind    models.NoticeKind
		trigger models.ReasonKind
		shown   bool // in the channel as well
	}{
		{models.NoticeUpdate, "", true},
		{models.NoticeEscalation, "", true},
		{models.NoticeAlert, "", false}, // sent again by a person
		{models.NoticeAlert, models.ReasonSplit, true},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind)+string(tt.trigger), func(t *testing.T) {
			fake := fakeSlack(t, slackfake.Options{Channels: []string{"#reg-alerts"}})
			ch := slackTo(t, fake, "#reg-alerts")
			root := inSlack(t, ch, "alert")
			d := following("next", tt.kind, root)
			if tt.trigger != "" {
				alert := *d.Notice.Content.Alert
				alert.Trigger = models.NewReasons(tt.trigger, models.ReasonArgs{})
				d.Notice.Content.Alert = &alert
			}
			receipt, err := ch.Send(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			first, next := fake.Messages()[0], fake.Messages()[1]
			if next.ThreadTS != first.TS || next.Broadcast != tt.shown || receipt != next.Channel+"/"+next.TS {
				t.Errorf("thread %q, shown in the channel %v, receipt %s; want %q, %v", next.ThreadTS, next.Broadcast, receipt, first.TS, tt.shown)
			}
		})
	}
}

func TestSlackReportsThatTheThreadIsGone(t *testing.T) {
	tests := []struct {
		name string
		make func(fake *slackfake.Server, root *models.Delivery)
	}{
		{"the alert was deleted", func(fake *slackfake.Server, _ *models.Delivery) {
			fake.Delete("C0123456789", fake.Messages()[0].TS)
		}},
		{"the alert is in a channel that was configured before", func(_ *slackfake.Server, root *models.Delivery) {
			root.Receipt = "C0000000000/1.000001"
		}},
		{"the alert went through a webhook", func(_ *slackfake.Server, root *models.Delivery) { root.Receipt = "webhook" }},
		{"the alert takes no replies", func(fake *slackfake.Server, _ *models.Delivery) {
			fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "cannot_reply_to_message"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := fakeSlack(t, slackfake.Options{})
			ch := slackTo(t, fake, "C0123456789")
			root := inSlack(t, ch, "alert")
			tt.make(fake, root)
			before := len(fake.Messages())
			_, err := ch.Send(t.Context(), following("next", models.NoticeUpdate, root))
			if err == nil || delivery.ErrorOf(err).Reason != delivery.ThreadGone || len(fake.Messages()) != before {
				t.Errorf("Send = %v, with %d new messages; want only that the thread is gone", err, len(fake.Messages())-before)
			}
		})
	}
}

func TestSlackPostsByItselfWhereNoRepliesAreAllowed(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	root := inSlack(t, ch, "alert")
	fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "restricted_action_non_threadable_channel"})
	d := following("next", models.NoticeUpdate, root)
	receipt, err := ch.Send(t.Context(), d)
	got := fake.Messages()
	if err != nil || len(got) != 2 || got[1].ThreadTS != "" || len(got[1].Blocks) == 0 {
		t.Fatalf("Send = %q, %v, and the channel has %+v; want one more message by itself", receipt, err, got)
	}
	if found, ok, err := ch.Find(t.Context(), d); err != nil || !ok || found != receipt {
		t.Errorf("Find = %q, %v, %v; want %q", found, ok, err, receipt)
	}
}

// After somebody has deleted the alert, its next news begins a thread with buttons of
// its own, which takes all that follows; nothing aims at the deleted message again.
func TestDeletedAlertsThreadBeginsAnew(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch, err := New(Options{Token: slackToken, Channel: "C0123456789", API: fake.APIURL(), Interactive: true})
	if err != nil {
		t.Fatal(err)
	}
	root := inSlack(t, ch, "alert")
	fake.Delete("C0123456789", fake.Messages()[0].TS)

	send := func(d models.Delivery, want models.DeliveryState) models.Delivery {
		t.Helper()
		d.Thread, d.StartedAt = "01JE", time.Time{}
		box := outboxfake.New(*root, d)
		worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"slack": quick{ch}}, Now: time.Now}
		if _, err := worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		row := box.Row(d.ID)
		if row.State != want || box.Calls("forget thread") != 1 {
			t.Fatalf("%s is %s (%s) after %d notes that the thread is gone; want %s after one", d.ID, row.State, row.LastError, box.Calls("forget thread"), want)
		}
		return row
	}
	send(following("amend", models.NoticeAmend, root), models.DeliveryDropped)
	if n := len(fake.Messages()); n != 0 {
		t.Fatalf("%d messages after a change of a deleted one, want none", n)
	}
	sent := send(following("news", models.NoticeUpdate, root), models.DeliverySent)
	all := fake.Messages()
	if len(all) != 1 || all[0].ThreadTS != "" || len(all[0].Buttons()) < 2 {
		t.Fatalf("the channel has %+v; want one message by itself, with buttons", all)
	}
	// A claim gives the next that message as Root.
	sent.Notice = following("news", models.NoticeUpdate, nil).Notice
	if _, err := ch.Send(t.Context(), following("more", models.NoticeUpdate, &sent)); err != nil {
		t.Fatal(err)
	}
	if all = fake.Messages(); len(all) != 2 || all[1].ThreadTS != all[0].TS || len(all[1].Buttons()) > 1 {
		t.Errorf("the channel has %+v; want a reply to the new first message", all)
	}
	if _, err := ch.Send(t.Context(), following("amend", models.NoticeAmend, &sent)); err != nil || fake.Messages()[0].Updates != 1 {
		t.Errorf("a change of the new first message: %v", err)
	}
}

// A quick channel has no pace, so that a test need not wait.
type quick struct{ *Channel }

func (quick) Pace() time.Duration { return 0 }

// History lists no reply that the channel was not shown.
func TestSlackFindsWhatArrivedInAThread(t *testing.T) {
	for _, kind := range []models.NoticeKind{models.NoticeUpdate, models.NoticeAlert} {
		fake := fakeSlack(t, slackfake.Options{})
		ch := slackTo(t, fake, "C0123456789")
		root := inSlack(t, ch, "alert")
		for range 3 {
			inSlack(t, ch, "another")
		}
		d := following("next", kind, root)
		fake.Inject(slackfake.Fault{Kind: slackfake.CutAfter})
		if _, err := ch.Send(t.Context(), d); delivery.ErrorOf(err).Reason != delivery.Ambiguous {
			t.Fatalf("Send = %v, want it ambiguous", err)
		}
		posted := fake.Messages()[4]
		if receipt, found, err := ch.Find(t.Context(), d); err != nil || !found || receipt != posted.Channel+"/"+posted.TS {
			t.Errorf("Find of a cut %s = %q, %v, %v; want it found", kind, receipt, found, err)
		}
		if _, found, err := ch.Find(t.Context(), following("never", kind, root)); err != nil || found {
			t.Errorf("Find of what was never sent = %v, %v", found, err)
		}
		fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: "conversations.replies", Code: "missing_scope"})
		if _, _, err := ch.Find(t.Context(), d); !errors.Is(err, delivery.ErrCannotLookUp) {
			t.Errorf("Find without the scope: %v, want ErrCannotLookUp", err)
		}
		fake.Inject(slackfake.Fault{Kind: slackfake.Empty, Method: "conversations.replies"})
		if _, _, err := ch.Find(t.Context(), d); delivery.ErrorOf(err).Reason != delivery.Ambiguous || errors.Is(err, delivery.ErrCannotLookUp) {
			t.Errorf("Find that got no answer: %v, want it ambiguous", err)
		}
	}
}

// An event may have news long after its alert: what is older than a lookup reads
// back to must not look like an answer of nothing, which is asked for again until
// the message is given up.
func TestSlackLooksUpInAnOldThread(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	d := following("never", models.NoticeUpdate, inSlack(t, ch, "alert"))
	d.StartedAt = time.Now().Add(3 * lookupBack)
	if _, found, err := ch.Find(t.Context(), d); err != nil || found {
		t.Errorf("Find of what was never sent = %v, %v; want that it is not there", found, err)
	}
}

// A person is told in a conversation whose ID is not theirs.
func TestSlackFollowsUpAndFindsInDirectMessages(t *testing.T) {
	for _, person := range []string{"U0123456789", "W0123456789"} {
		fake := fakeSlack(t, slackfake.Options{})
		ch := slackTo(t, fake, person)
		root := inSlack(t, ch, "alert")
		another := slackTo(t, fake, person) // process, which has sent nothing yet
		if _, err := another.Send(t.Context(), following("next", models.NoticeUpdate, root)); err != nil {
			t.Fatal(err)
		}
		if all := fake.Messages(); len(all) != 2 || all[1].ThreadTS != all[0].TS {
			t.Fatalf("%s has %d messages; want an alert and a reply to it", person, len(all))
		}
		fake.Inject(slackfake.Fault{Kind: slackfake.CutAfter})
		d := slackDelivery("cut")
		if _, err := ch.Send(t.Context(), d); delivery.ErrorOf(err).Reason != delivery.Ambiguous {
			t.Fatalf("Send = %v, want it ambiguous", err)
		}
		if _, found, err := ch.Find(t.Context(), d); err != nil || !found {
			t.Errorf("Find of a cut message to %s = %v, %v; want it found", person, found, err)
		}
	}
}

func TestSlackAmendsTheFirstMessage(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "#reg-alerts")
	root := inSlack(t, ch, "alert")
	before := fake.Messages()[0]
	amend := following("amend", models.NoticeAmend, root)
	for range 2 { // a second time, as after a cut
		receipt, err := ch.Send(t.Context(), amend)
		if err != nil || receipt != root.Receipt {
			t.Fatalf("Send = %q, %v; want %q", receipt, err, root.Receipt)
		}
	}
	all := fake.Messages()
	after := all[0]
	if len(all) != 1 || after.Updates != 2 {
		t.Fatalf("%d messages, the first changed %d times; want one, changed twice", len(all), after.Updates)
	}
	for _, want := range []string{"+3 sources", "Evening Paper", "consultation"} {
		if strings.Contains(string(before.Blocks), want) || !strings.Contains(string(after.Blocks), want) {
			t.Errorf("%q is not new in the message:\n%s", want, after.Blocks)
		}
	}
	if press := "not officially confirmed"; !strings.Contains(string(before.Blocks), press) || strings.Contains(string(after.Blocks), press) {
		t.Errorf("the message does not show that the event is official now:\n%s", after.Blocks)
	}
	if after.Key() == "" || after.Key() != before.Key() {
		t.Errorf("metadata %q, want it to stay %q", after.Key(), before.Key())
	}
	if _, found, err := ch.Find(t.Context(), *root); err != nil || !found {
		t.Errorf("the changed message is found: %v, %v; want that it is", found, err)
	}
}

func TestSlackAmendmentFaults(t *testing.T) {
	tests := []struct {
		code string
		want delivery.Reason
		says string
	}{
		{"message_not_found", delivery.ThreadGone, "was deleted"},
		{"cant_update_message", delivery.Moot, "not one of this bot"},
		{"edit_window_closed", delivery.Moot, "settings"},
		{"is_archived", delivery.Moot, "archived"},
		{"channel_not_found", delivery.Moot, "no channel"},
		{"is_inactive", delivery.Moot, "frozen"},
		{"invalid_blocks", delivery.Moot, "does not accept"},
		{"msg_too_long", delivery.Moot, "does not accept"},
		{"ratelimited", delivery.RateLimited, "pause"},
		{"token_revoked", delivery.Blocked, "revoked"},
		{"missing_scope", delivery.Blocked, "chat:write"},
		{"update_failed", delivery.Ambiguous, "update_failed"},
		{"never_heard_of", delivery.Ambiguous, "never_heard_of"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			fake := fakeSlack(t, slackfake.Options{})
			ch := slackTo(t, fake, "C0123456789")
			root := inSlack(t, ch, "alert")
			fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: "chat.update", Code: tt.code})
			_, err := ch.Send(t.Context(), following("amend", models.NoticeAmend, root))
			if err == nil || delivery.ErrorOf(err).Reason != tt.want || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Send = %v (%s), want %s with %q", err, delivery.ErrorOf(err).Reason, tt.want, tt.says)
			}
			if _, err := ch.Send(t.Context(), following("amend", models.NoticeAmend, root)); err != nil {
				t.Errorf("once the fault has passed: %v", err)
			}
		})
	}
	for _, kind := range []slackfake.FaultKind{slackfake.ServerError, slackfake.Late500, slackfake.CutBefore, slackfake.CutAfter, slackfake.Empty} {
		fake := fakeSlack(t, slackfake.Options{})
		ch := slackTo(t, fake, "C0123456789")
		root := inSlack(t, ch, "alert")
		fake.Inject(slackfake.Fault{Kind: kind, Method: "chat.update"})
		if _, err := ch.Send(t.Context(), following("amend", models.NoticeAmend, root)); delivery.ErrorOf(err).Reason != delivery.Ambiguous {
			t.Errorf("%s: %v, want it ambiguous", kind, err)
		}
	}
}

// The worker drops what would change a message that is not one of this bot.
func TestSlackAmendmentWithNothingToChangeIsMoot(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	root := inSlack(t, ch, "alert")
	hook, health := *root, *root
	hook.Receipt = "webhook"
	health.Notice = noticetest.Notice(models.Content{Test: &models.Test{Text: "x", SentAt: time.Now()}})
	for name, root := range map[string]*models.Delivery{"webhook": &hook, "no alert": &health, "none": nil} {
		if _, err := ch.Send(t.Context(), following("amend", models.NoticeAmend, root)); err == nil || delivery.ErrorOf(err).Reason != delivery.Moot {
			t.Errorf("%s: %v, want it moot", name, err)
		}
	}
}
