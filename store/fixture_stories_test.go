package store

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"regwatch/models"
)

// What happened before fixtureTime. Each part leaves nothing due but what it says.

// sources are in every state of health and their articles in every state of
// their text.
func (f *filler) sources() {
	ctx := f.t.Context()
	f.must(f.s.RecordRules(ctx, []models.RuleRevision{fixtureRule("coin-issuers", 1, ago(90*day)), fixtureRule("custody", 1, ago(90*day))}, ago(90*day)))
	f.must(f.s.RecordRules(ctx, []models.RuleRevision{fixtureRule("coin-issuers", 2, ago(day)), fixtureRule("custody", 1, ago(90*day))}, ago(day)))

	f.commit("harbour-authority", models.Scan{At: ago(90 * day), State: models.SourceState{
		SourceID: "harbour-authority", URL: "https://harbour-authority.example.com/feed", ETag: `"v1"`, LastModified: "Mon, 01 Dec 2025 12:00:00 GMT",
		BaselineAt: ago(90 * day), AttemptedAt: ago(90 * day), SucceededAt: ago(90 * day), LastNewAt: ago(90 * day), Health: models.Healthy, Items: 20,
		FullAt: ago(90 * day), BodyHash: models.HashOf("feed"), NewRate: 1.5, NewRateAt: ago(90 * day), HealthSince: ago(90 * day), UsualItems: 20, LastOverlap: 18,
	}, Articles: []models.Article{f.text("harbour-authority", "old", "Coin circular of last year", "It is a year old.", ago(90*day))}})
	f.commit("harbour-post", models.Scan{At: ago(2 * day), State: models.SourceState{
		SourceID: "harbour-post", URL: "https://harbour-post.example.com/rss", BaselineAt: ago(90 * day), AttemptedAt: ago(2 * day), SucceededAt: ago(3 * day),
		NotBefore: ago(-time.Hour), Failures: 4, LastError: "the server answered 503 Service Unavailable", Health: models.Failing, Items: 30,
		RetryAt: ago(-2 * time.Hour), HealthSince: ago(2 * day), UsualItems: 31, GapSince: ago(4 * day), GapUntil: ago(3 * day),
	}})
	f.commit("delta-gazette", models.Scan{At: ago(day), State: models.SourceState{
		SourceID: "delta-gazette", URL: "https://delta-gazette.example.com/", BaselineAt: ago(90 * day), AttemptedAt: ago(day), SucceededAt: ago(day),
		LastNewAt: ago(30 * day), Health: models.Quiet, Items: 5, MovedTo: "https://delta-gazette.example.com/new", MovedSince: ago(20 * day),
		AdoptedAt: ago(10 * day), IdentityPolicy: "title", HealthSince: ago(day),
	}})
	f.commit("old-wire", models.Scan{At: ago(8 * day), State: models.SourceState{
		SourceID: "old-wire", URL: "https://old-wire.example.com/", AttemptedAt: ago(8 * day), Failures: 99, LastError: "no such host", Health: models.Dead,
		HealthSince: ago(15 * day),
	}})

	page := f.text("notice-board", "page", "Notice board", "The whole page.", ago(5*day))
	page.BodyState = models.BodyVersion
	wanted := f.text("notice-board", "wanted", "Coin notice to be fetched", "In short.", ago(5*day))
	wanted.BodyState, wanted.BodyTries = models.BodyWanted, 2
	gone := f.text("notice-board", "failed", "Coin notice that cannot be fetched", "In short.", ago(5*day))
	gone.BodyState, gone.BodyTries = models.BodyFailed, 5
	first := f.text("notice-board", "first", "Coin notice of the first scan", "", ago(5*day))
	first.BodyState, first.Baseline, first.Language = models.BodySummary, true, "zh-Hant"
	edited := f.text("notice-board", "edited", "Coin notice", "Comments by 1 April.", ago(5*day))
	f.commit("notice-board", models.Scan{At: ago(5 * day), State: models.SourceState{
		SourceID: "notice-board", URL: "https://notice-board.example.com/", BaselineAt: ago(5 * day), AttemptedAt: ago(5 * day), SucceededAt: ago(5 * day),
		Health: models.Shrunk, Memory: "The whole page.", HealthSince: ago(5 * day),
	}, Articles: []models.Article{page, wanted, gone, first, edited}})
	edited.Revision, edited.Body = 2, "Comments by 1 May."
	edited.Hash, edited.FeedHash = edited.TextHash(), models.HashOf(edited.Body)
	f.commit("notice-board", models.Scan{At: ago(4 * day), Articles: []models.Article{edited}})

	if n, err := f.s.Expire(ctx, ago(60*day), ago(day)); n != 1 || err != nil {
		f.t.Fatalf("Expire = %d, %v; want the old circular", n, err)
	}
}

// told is an event with a thread at each channel: an alert, an update, and what
// people said of it.
func (f *filler) told() {
	ctx := f.t.Context()
	st := f.opens("harbour-post", "Coin issuers to need a licence", models.High, ago(14*day), func(st story) []models.Notice {
		return []models.Notice{
			to(st.tells(models.NoticeAlert, "desk", ago(14*day)), "slack"),
			to(st.tells(models.NoticeAlert, "legal", ago(14*day)), "slack:#legal", "mail:legal@example.com"),
			to(st.tells(models.NoticeAlert, "partner", ago(14*day)), "hook"),
		}
	})
	f.sends(ago(14*day-time.Minute), "slack", "mail", "hook")
	f.joins(&st, "harbour-authority", "Coin licence applications open", ago(13*day), func(e *models.Event) {
		e.Official, e.Stage = true, "in force"
		e.Dates = append(e.Dates, models.KeyDate{Day: "2026-06-01", Kind: "effective", Quote: "from 1 June"})
	}, func(st story) []models.Notice {
		amend := to(models.Notice{
			Kind: models.NoticeAmend, Subject: "standing", SubjectID: st.event.ID + "/2", SubjectRevision: 2, Recipient: "desk", Severity: models.High,
			Reasons: sentence("what becomes of an event is shown where it was told"), CreatedAt: ago(13 * day),
			Content: models.Content{Status: &models.Status{EventID: st.event.ID, Official: true, Stage: "in force", Dates: st.event.Dates}},
		}, "slack")
		amend.Deliveries[0].Thread, amend.Deliveries[0].Amends = st.event.ID, true
		return []models.Notice{
			to(st.tells(models.NoticeUpdate, "desk", ago(13*day-time.Second)), "slack"),
			to(st.tells(models.NoticeUpdate, "legal", ago(13*day-time.Second)), "mail:legal@example.com"),
			amend,
		}
	})
	f.sends(ago(13*day-time.Minute), "slack", "mail")

	id := st.event.ID
	_, err := f.s.Assign(ctx, models.Assignment{EventID: id, By: ana, AssignedAt: ago(12 * day)}, shows(ago(12*day)))
	f.must(err)
	f.sends(ago(12*day-time.Minute), "slack")
	mute, err := f.s.Mute(ctx, models.Mute{Kind: models.MuteEvent, Target: id, By: ben, Reason: "known", MutedAt: ago(11 * day), Until: ago(4 * day)}, shows(ago(11*day)))
	f.must(err)
	f.sends(ago(11*day-time.Minute), "slack")
	_, err = f.s.Unmute(ctx, mute.ID, ben, ago(10*day), shows(ago(10*day)))
	f.must(err)
	f.sends(ago(10*day-time.Minute), "slack")
	_, err = f.s.AddFeedback(ctx, models.Feedback{EventID: id, RuleID: "coin-issuers", By: dana, Relevant: true, Note: "wanted", GivenAt: ago(9 * day)}, nil)
	f.must(err)
}

// merged is an event that became another, of which it was told, and which was
// taken, marked and muted before.
func (f *filler) merged() {
	ctx := f.t.Context()
	st := f.opens("delta-gazette", "Coin licence reported from the delta", models.Medium, ago(9*day), func(st story) []models.Notice {
		return []models.Notice{to(st.tells(models.NoticeAlert, "partner", ago(9*day)), "hook")}
	})
	f.sends(ago(9*day-time.Minute), "hook")
	_, err := f.s.Assign(ctx, models.Assignment{EventID: st.event.ID, By: dana, AssignedAt: ago(9*day - time.Hour)}, nil)
	f.must(err)
	_, err = f.s.AddFeedback(ctx, models.Feedback{EventID: st.event.ID, By: dana, GivenAt: ago(9*day - time.Hour)}, nil)
	f.must(err)
	_, err = f.s.Mute(ctx, models.Mute{Kind: models.MuteEvent, Target: st.event.ID, By: dana, Recipient: "partner", MutedAt: ago(9*day - time.Hour), Until: ago(-5 * day)}, nil)
	f.must(err)
	into, err := f.s.FindEvent(ctx, f.titled("Coin issuers to need a licence"))
	f.must(err)
	e := st.event
	e.Revision, e.MergedInto = 2, into.ID
	f.commit("delta-gazette", models.Scan{At: ago(8 * day), Changes: []models.Change{{Kind: models.Revised, Event: e, Joined: joining(st.event, st.article, "opened it"), Article: st.article}}})
}

// titled returns the ID of an event.
func (f *filler) titled(title string) string {
	events, err := f.s.Events(f.t.Context(), EventFilter{From: ago(365 * day), To: fixtureTime})
	f.must(err)
	for _, e := range events {
		if e.Title == title {
			return e.ID
		}
	}
	f.t.Fatalf("there is no event %q", title)
	return ""
}

// held is an event of which every kind of hold kept a notice back.
func (f *filler) held() {
	holds := map[models.Hold]string{
		models.HeldMention: "a mention only: coin-issuers (“Coin”)", models.HeldDraft: "only draft rules match: draft-coins (“Coin”)",
		models.HeldBaseline: "first scan of Harbour Post: older than its look-back", models.HeldSeverity: "severity low is below the high that board asks for",
		models.HeldMuted: "the rule custody is muted until 9 Mar 20:00 HKT by Ben", models.HeldOptedOut: "team has left coins/team",
		models.HeldTold: "already told of this event; Harbour Post has the same text", "": "nobody has no destination",
	}
	f.opens("harbour-post", "Coin article that nobody is told of", models.Low, ago(7*day), func(st story) []models.Notice {
		var notices []models.Notice
		for as, why := range holds {
			n := st.tells(models.NoticeAlert, strings.TrimSuffix("held "+string(as), " "), ago(7*day))
			n.HeldAs, n.HeldReasons = as, sentence(why)
			notices = append(notices, to(n))
		}
		return notices
	})
}

// decided is what was given up, dropped, tried again and sent once more.
func (f *filler) decided() {
	ctx := f.t.Context()
	st := f.opens("harbour-post", "Coin story that not everybody got", models.Medium, ago(6*day), func(st story) []models.Notice {
		return []models.Notice{
			to(st.tells(models.NoticeAlert, "desk", ago(6*day)), "slack"),
			to(st.tells(models.NoticeAlert, "legal", ago(6*day)), "mail:left@example.com"),
			to(st.tells(models.NoticeAlert, "partner", ago(6*day)), "hook"),
		}
	})
	at := ago(6*day - time.Minute)
	dead := f.claims(at, "mail", time.Minute)
	f.must(f.s.Fail(ctx, dead, "550 5.1.1 no such user", at))
	again := f.claims(at, "slack", time.Minute)
	f.must(f.s.Fail(ctx, again, "the bot is not in the channel", at))
	f.must(f.s.Retry(ctx, []string{again.ID}, "ada", at.Add(time.Hour)))
	f.sends(at.Add(2*time.Hour), "slack")
	hook, err := f.s.Deliveries(ctx, DeliveryFilter{State: models.DeliveryDue, Channel: "hook"})
	f.must(err)
	if len(hook) != 1 {
		f.t.Fatalf("%d deliveries of hook are due, want one", len(hook))
	}
	f.must(f.s.DropDeliveries(ctx, []string{hook[0].ID}, "the partner has left", "ada", at))
	sent, err := f.s.EventNotices(ctx, st.event.ID)
	f.must(err)
	for _, n := range sent {
		if n.Recipient == "desk" {
			_, err := f.s.Resend(ctx, n, "slack", "", "ada", ago(5*day))
			f.must(err)
		}
	}
	f.sends(ago(5*day), "slack")
}

// waits is a notice that waits.
func (st story) waits(kind models.NoticeKind, recipient string, at, until time.Time, why string) models.Notice {
	n := st.tells(kind, recipient, at)
	n.WaitUntil, n.WaitReasons = until, sentence(why)
	return to(n)
}

// released is what waited and was told: together, by itself, or not after all.
func (f *filler) released() {
	ctx := f.t.Context()
	for _, title := range []string{"Coin brief one", "Coin brief two", "Coin brief three", "Coin brief four"} {
		f.opens("harbour-post", title, models.Low, ago(4*day), func(st story) []models.Notice {
			return []models.Notice{st.waits(models.NoticeAlert, "board", ago(4*day), ago(3*day), "the board is told daily at 20:00 HKT")}
		})
	}
	waited, events, err := f.s.DeferredNotices(ctx, ago(3*day))
	f.must(err)
	if len(waited) != 4 {
		f.t.Fatalf("%d notices have waited, want 4", len(waited))
	}
	var released []models.Notice
	summary := summaryOf("board", ago(3*day))
	for _, n := range waited {
		e := events[n.SubjectID]
		n.WaitUntil = time.Time{}
		switch e.Title {
		case "Coin brief three":
			n = to(n, "mail:board@example.com")
		case "Coin brief four":
			n.HeldAs, n.HeldReasons = models.HeldMuted, sentence("the rule coin-issuers is muted")
		default:
			n.ToldIn = summary.ID
			summary.Content.Summary.Events = append(summary.Content.Summary.Events, brief(e))
		}
		released = append(released, n)
	}
	f.must(f.s.CommitFlush(ctx, append(released, to(summary, "mail:board@example.com")), ago(3*day)))
	f.sends(ago(3*day-time.Minute), "mail")
}

func summaryOf(recipient string, at time.Time) models.Notice {
	n := models.Notice{
		Kind: models.NoticeSummary, Subject: "recipient", SubjectID: fmt.Sprintf("%s/%d", recipient, at.UnixMicro()), Recipient: recipient, Severity: models.Low,
		Subscriptions: []string{"coins/" + recipient}, Reasons: sentence("2 alerts that waited: the board is told daily at 20:00 HKT"),
		Content: models.Content{Language: "en", Summary: &models.Summary{
			Why: "They waited: the board is told daily at 20:00 HKT.", From: at.Add(-day), To: at, Zone: "Asia/Hong_Kong",
		}},
		CreatedAt: at,
	}
	n.ID = n.Key()
	return n
}

func brief(e models.Event) models.DigestEvent {
	return models.DigestEvent{
		EventID: e.ID, Severity: e.Severity, Official: e.Official, Topic: "coins", Stage: e.Stage, Jurisdictions: e.Jurisdictions, RuleIDs: e.RuleIDs,
		Title: e.Title, Link: e.Link, Source: sourceNames[e.Articles[0].SourceID], FirstSeenAt: e.FirstSeenAt, Articles: len(e.Articles), New: true, Dates: e.Dates,
	}
}

// escalated are critical events: one that went on, one that goes on now, one that
// goes on later, and one that somebody has taken.
func (f *filler) escalated() {
	ctx := f.t.Context()
	critical := func(title string, at, goesOn time.Time) story {
		return f.opens("harbour-authority", title, models.Critical, at, func(st story) []models.Notice {
			n := st.tells(models.NoticeAlert, "desk", at)
			n.EscalateAt, n.EscalateTo = goesOn, "oncall"
			return []models.Notice{to(n, "slack")}
		})
	}
	st := critical("Coin ban that went to the next in line", ago(5*time.Hour), ago(4*time.Hour))
	f.sends(ago(5*time.Hour-time.Minute), "slack")
	overdue, _, err := f.s.Escalating(ctx, ago(4*time.Hour))
	f.must(err)
	if len(overdue) != 1 {
		f.t.Fatalf("%d notices escalate, want one", len(overdue))
	}
	next := st.tells(models.NoticeEscalation, "oncall", ago(4*time.Hour))
	next.Reasons, next.EscalateAt, next.EscalateTo = sentence("route oncall, as nobody told by desk has taken it"), ago(-2*time.Hour), "board"
	f.must(f.s.CommitEscalation(ctx, overdue[0], []models.Notice{to(next, "mail:oncall@example.com")}, nil, ago(4*time.Hour)))
	f.sends(ago(4*time.Hour-time.Minute), "mail")

	critical("Coin ban that nobody has taken", ago(time.Hour+10*time.Minute), ago(time.Minute))
	critical("Coin ban of half an hour ago", ago(time.Hour+9*time.Minute), ago(-30*time.Minute))
	st = critical("Coin ban that Dana works on", ago(time.Hour+8*time.Minute), ago(2*time.Minute))
	f.sends(ago(time.Hour+5*time.Minute), "slack")
	_, err = f.s.Assign(ctx, models.Assignment{EventID: st.event.ID, By: dana, AssignedAt: ago(time.Hour)}, nil)
	f.must(err)
}

// report is a notice of the health of a source or a channel.
func report(subject, id string, revision int, severity models.Severity, reason string, h models.HealthReport, at time.Time) models.Notice {
	h.Subject, h.Zone = subject, "Asia/Hong_Kong"
	return to(models.Notice{
		Kind: models.NoticeHealth, Subject: subject, SubjectID: id, SubjectRevision: revision, Recipient: "ops", Severity: severity, Reasons: sentence(reason),
		Subscriptions: []string{"health/ops"}, Content: models.Content{Language: "en", Health: &h}, CreatedAt: at,
	}, "mail:ops@example.com")
}

// health is what was told of sources and channels.
func (f *filler) health() {
	ctx := f.t.Context()
	quiet := report("source", "harbour-post/gap", 2, models.Medium, "none of the articles in the answer was in the one before",
		models.HealthReport{Name: "Harbour Post", Health: models.Healthy, Gap: &models.Gap{From: ago(4 * day), To: ago(3 * day)}}, ago(2*day))
	quiet.HeldReasons, quiet.Deliveries = sentence("a gap of this source was told less than a week ago"), nil
	f.must(f.s.CommitNotices(ctx, []models.Notice{
		report("source", "harbour-post", 1, models.Medium, "the source has failed several times in a row",
			models.HealthReport{Name: "Harbour Post", Health: models.Failing, Was: models.Healthy, Since: ago(3 * day), Error: "the server answered 503 Service Unavailable"}, ago(2*day)),
		report("channel", "mail:left@example.com", 1, models.Medium, "the channel fails",
			models.HealthReport{Name: "mail:left@example.com", Health: models.Failing, Since: ago(2 * day), Error: "550 5.1.1 no such user", Dead: 1}, ago(2*day)),
		quiet,
		to(models.Notice{
			Kind: models.NoticeTest, Subject: "channel", SubjectID: "slack", SubjectRevision: 1, Recipient: "desk", Severity: models.Low, Reasons: sentence("somebody asked for a test"),
			Content: models.Content{Test: &models.Test{Text: "This is a test message.", SentAt: ago(2 * day), Zone: "Asia/Hong_Kong"}}, CreatedAt: ago(2 * day),
		}, "slack"),
	}))
	ask := models.OptOut{Subscription: "coins/legal", Address: "mail:legal@example.com", OptedOutAt: ago(2 * day)}
	f.must(f.s.RequestOptOut(ctx, ask, "mail:legal@example.com", []models.Notice{
		report("subscription", ask.Subscription+" "+ask.Address, 20513, models.Medium, "mail:legal@example.com asks to leave a subscription that is mandatory",
			models.HealthReport{Name: ask.Subscription, Since: ago(2 * day), Detail: ask.Address}, ago(2*day)),
	}))
	f.sends(ago(2*day-time.Minute), "mail", "slack")
}

// digest makes a digest of one event.
func (f *filler) digest(name, local string, from, until, at time.Time, held string, destinations ...string) {
	issue := models.DigestIssue{
		ID: models.NewID(at, "digest", name, from.Format(time.RFC3339Nano)), Subscription: name, LocalDate: local,
		WindowFrom: from, WindowTo: until, CreatedAt: at,
	}
	n := to(models.Notice{
		Kind: models.NoticeDigest, Subject: "digest", SubjectID: issue.ID, Recipient: name, Reasons: sentence("subscription " + name + ", 1 event"), HeldReasons: sentence(held),
		Subscriptions: []string{name}, CreatedAt: at, Content: models.Content{Language: "en", Digest: &models.Digest{
			ID: issue.ID, Subscription: name, Every: name, From: from, To: until, Zone: "Asia/Hong_Kong", Weeks: []string{local},
			Events:   []models.DigestEvent{{EventID: "01KGXF9A000000000000000000", Severity: models.High, RuleIDs: []string{"coin-issuers"}, Title: "Coin issuers to need a licence", FirstSeenAt: from}},
			Counts:   []models.RuleCount{{RuleID: "coin-issuers", Title: "Rule coin-issuers", Events: 1, Weeks: []int{1}}},
			Coverage: models.Coverage{Sources: 5, Checked: 3, Articles: 12, Failing: []models.SourceTrouble{{Name: "Harbour Post", Health: models.Failing, Since: ago(3 * day), Error: "503"}}, Held: []models.HeldCount{{Why: models.HeldMuted, Events: 1}}},
		}},
	}, destinations...)
	issue.NoticeIDs = []string{n.ID}
	made, err := f.s.CommitDigest(f.t.Context(), issue, []models.Notice{n})
	if err == nil && !made {
		err = errors.New("the digest " + name + " was not made")
	}
	f.must(err)
}

// digests are one that was sent and one that was held.
func (f *filler) digests() {
	ctx := f.t.Context()
	for _, name := range []string{"weekly", "daily", "monthly"} {
		_, err := f.s.SubscribedSince(ctx, name, ago(30*day))
		f.must(err)
	}
	f.digest("weekly", "2026-02-23", ago(14*day), ago(7*day), ago(7*day), "", "mail:team@example.com", "mail:board@example.com")
	f.sends(ago(7*day-time.Minute), "mail")
	f.digest("monthly", "2026-02-28", ago(33*day), ago(2*day), ago(2*day), "nothing happened and no date is near, and the subscription asks not to be told of that")
}

// preferences are what people asked for, in the spellings in which they did.
func (f *filler) preferences() {
	ctx := f.t.Context()
	left := func(subscription, address string, forced bool, at time.Time) models.OptOut {
		return models.OptOut{Subscription: subscription, Address: address, Forced: forced, OptedOutAt: at}
	}
	_, err := f.s.OptOut(ctx, []models.OptOut{
		left("coins/team", "mail:team@example.com", false, ago(20*day)),
		left("coins/team", "mail:team@Example.com", true, ago(19*day)),
		left("weekly", "mail:Team@EXAMPLE.com", false, ago(18*day)),
		left("daily", "mail:info@bücher.example.com", false, ago(17*day)),
		left("daily", "mail:info@xn--bcher-kva.example.com", true, ago(16*day)),
		left("gone/nobody", "slack:C0OLD", false, ago(15*day)),
		left("weekly", "mail:back@example.com", false, ago(15*day)),
	}, "mail:team@example.com")
	f.must(err)
	_, err = f.s.OptIn(ctx, []models.OptOut{left("weekly", "mail:back@example.com", false, time.Time{})}, "mail:back@example.com", ago(14*day))
	f.must(err)

	for _, m := range []models.Mute{
		{Kind: models.MuteRule, Target: "custody", By: ben, Reason: "too much of it", MutedAt: ago(3 * day), Until: ago(-7 * day)},
		{Kind: models.MuteSource, Target: "delta-gazette", Recipient: "legal", By: "ada", MutedAt: ago(3 * day), Until: ago(-3 * day)},
		{Kind: models.MuteRule, Target: "coin-issuers", By: "ada", MutedAt: ago(10 * day), Until: ago(9 * day)},
	} {
		_, err := f.s.Mute(ctx, m, nil)
		f.must(err)
	}
	_, err = f.s.SigningKeys(ctx, ago(40*day))
	f.must(err)
	f.must(f.s.RenewSigningKey(ctx, "ada", ago(30*day)))
}

// fitted is a relevance model that a person accepted, one that waits for a decision, and an exception that was extended.
func (f *filler) fitted() {
	ctx := f.t.Context()
	f.must(f.s.ProposeModel(ctx, proposalOf("coin-issuers", "aaaaaaaaaaaa", ago(5*day)), dana))
	f.must(f.s.AcceptModel(ctx, "coin-issuers", "aaaaaaaaaaaa", dana, ago(5*day)))
	f.must(f.s.ProposeModel(ctx, proposalOf("coin-issuers", "bbbbbbbbbbbb", ago(day)), dana))
	x, err := f.s.AddException(ctx, models.Exception{
		Scope: models.ExceptRule, Target: "coin-issuers", Query: "title:staff", Reason: "no rules", By: dana, CreatedAt: ago(5 * day), Until: ago(-10 * day),
	})
	f.must(err)
	f.must(second(f.s.ExtendException(ctx, x.ID, ago(-85*day), dana, ago(day))))
}

// worked is what the console stores: work on events, what people keep for themselves, and users.
func (f *filler) worked() {
	ctx := f.t.Context()
	licence, ban := f.titled("Coin issuers to need a licence"), f.titled("Coin ban that Dana works on")
	f.must(second(f.s.CloseEvent(ctx, ban, models.Closing{At: ago(3 * day), By: dana, Reason: "no licence needed"})))
	_, _, err := f.s.SetDue(ctx, licence, models.Due{Day: "2026-03-20", By: ana, SetAt: ago(3 * day)})
	f.must(err)
	f.must(second(f.s.AddNote(ctx, models.Note{EventID: licence, Text: "Counsel: 'file by' 穩定幣", By: ana, WrittenAt: ago(2 * day)})))
	gone, err := f.s.AddNote(ctx, models.Note{EventID: licence, Text: "wrong event", By: ben, WrittenAt: ago(2 * day)})
	f.must(err)
	f.must(second(f.s.RemoveNote(ctx, gone.ID, ben, ago(day))))
	f.must(second(f.s.MarkRead(ctx, ana, []string{licence, ban}, ago(day))))
	f.must(second(f.s.MarkUnread(ctx, ana, []string{ban}, ago(day))))
	f.must(second(f.s.SaveFilter(ctx, models.SavedFilter{Name: "Licensing", Query: "stage=licensing", SavedBy: ana, SavedAt: ago(day)})))
	f.must(second(f.s.SaveFilter(ctx, models.SavedFilter{Owner: ben, Name: "Bans", Query: "rule=crypto-ban", SavedBy: ben, SavedAt: ago(day)})))
	report, err := f.s.AddReport(ctx, models.Report{Title: "Monthly", TitleKey: "monthly", CreatedAt: ago(day), CreatedBy: ana, Draft: models.ReportDraft{From: ago(30 * day), To: ago(day)}})
	f.must(err)
	f.must(second(f.s.FinishReport(ctx, report.ID, report.Revision, models.ReportVersion{Number: 1, Content: `{"title":"Monthly","events":[]}`, FinishedAt: ago(day), FinishedBy: ana})))
	f.must(f.s.SaveRuleDraft(ctx, models.RuleDraft{Person: ana, RuleID: "coin-issuers", Text: "id: coin-issuers\n", BaseHash: "aa", SavedAt: ago(day)}, ago(30*day)))
}
