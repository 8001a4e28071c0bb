package notifier

import (
	"strings"
	"time"

	"regwatch/models"
)

// SampleKinds are the kinds of notice that there is a sample of.
func SampleKinds() []string {
	return []string{"alert", "update", "escalation", "summary", "health", "digest", "test"}
}

// Sample returns an invented notice of a kind, with everything in it that such a
// notice may have.
func Sample(kind string) (models.Notice, bool) {
	n := models.Notice{
		ID: "sample", Kind: models.NoticeKind(kind), Recipient: "compliance", Severity: models.High,
		Reason: "route default by sample-rule", CreatedAt: sampleTime(0),
	}
	switch n.Kind {
	case models.NoticeAlert, models.NoticeEscalation:
		n.Content.Alert = sampleAlert()
	case models.NoticeUpdate:
		n.Content.Alert = sampleAlert()
		n.Content.Alert.News = []models.News{
			{Kind: models.NewsSeverity, From: "medium", To: "high"},
			{Kind: models.NewsDate, Of: "deadline", From: "2026-09-15", To: "2026-09-30"},
		}
	case models.NoticeSummary:
		n.Content.Summary = &models.Summary{
			Why: "these came outside your hours", From: sampleTime(-14 * time.Hour), To: sampleTime(0), Zone: sampleZone,
			Events: sampleEvents(),
		}
	case models.NoticeHealth:
		n.Content.Health = &models.HealthReport{
			Subject: "source", Name: "Example Authority press releases", Health: models.Failing, Since: sampleTime(-8 * time.Hour),
			Error: "the server answered 503 Service Unavailable to each of 3 tries", Zone: sampleZone,
		}
	case models.NoticeDigest:
		n.Content.Digest = sampleDigest()
	case models.NoticeTest:
		n.Content.Test = &models.Test{Text: "This is a test message.", SentAt: sampleTime(0), Zone: sampleZone}
	default:
		return models.Notice{}, false
	}
	return n, true
}

// SampleStanding is what might have become of the sample's event.
func SampleStanding() *models.Standing {
	return &models.Standing{
		EventID: "sample", Official: true, Stage: "in force",
		Takes: []models.Take{{EventID: "sample", By: "Ann", TakenAt: sampleTime(time.Hour)}},
		Marks: []models.Mark{{EventID: "sample", By: "Bo", Relevant: false, Note: "covered by last week's memo"}},
		Mute:  &models.Mute{Kind: models.MuteEvent, Target: "sample", Until: sampleTime(7 * 24 * time.Hour), By: "Bo", Reason: "known"},
	}
}

const sampleZone = "Asia/Hong_Kong"

// sampleWeeks are the first days of the twelve weeks that a sample digest counts.
func sampleWeeks() []string {
	weeks := make([]string, 12)
	for i := range weeks {
		weeks[i] = sampleTime(time.Duration(i-len(weeks)) * 7 * 24 * time.Hour).Format(time.DateOnly)
	}
	return weeks
}

func sampleTime(after time.Duration) time.Time {
	return time.Date(2026, 9, 18, 1, 5, 0, 0, time.UTC).Add(after)
}

func sampleAlert() *models.Alert {
	text := "The Authority today opens a consultation on rules for issuers of sample tokens; comments are asked for by 30 September."
	start := strings.Index(text, "sample tokens")
	return &models.Alert{
		EventID: "sample", Severity: models.High, Official: true, Jurisdictions: []string{"Hong Kong"},
		Title: "Authority consults on rules for issuers of sample tokens", Link: "https://authority.example/consultation", Language: "en",
		Excerpt: models.Excerpt{Text: text, Marks: [][2]int{{start, start + len("sample tokens")}}},
		Stage:   "consultation",
		Dates: []models.KeyDate{
			{Day: "2026-09-15", Kind: "effective", Quote: "with effect from 15 September"},
			{Day: "2026-09-18", Kind: "effective", Quote: "today"},
			{Day: "2026-09-30", Kind: "deadline", Quote: "by 30 September"},
		},
		Why: []models.Finding{
			{RuleID: "sample-rule", RuleTitle: "Sample tokens", Revision: "3a91f0", Why: "Affects whom we may issue for.", Hits: []models.Hit{
				{Field: models.InTitle, Text: "sample tokens"}, {Field: models.InBody, Text: "sample tokens", Paragraph: 1},
			}},
			{RuleID: "second-rule", RuleTitle: "Consultations", Revision: "77ab01", Hits: []models.Hit{{Field: models.InBody, Text: "consultation", Paragraph: 1}}},
		},
		Mentions: []models.Finding{{RuleID: "third-rule", Hits: []models.Hit{{Field: models.InBody, Text: "issuers", Paragraph: 1}}}},
		Tags:     []string{"consultation"}, WhyNow: "new event", Source: "Example Authority",
		PublishedAt: sampleTime(-time.Hour), SeenAt: sampleTime(0), Zone: sampleZone,
		OtherSources: []models.Reference{
			{Source: "Harbour Post", Title: "Token rules out for comment", Link: "https://harbour.example/1", PublishedAt: sampleTime(-30 * time.Minute)},
			{Source: "Wire Desk", Title: "Authority asks about tokens", Link: "https://wire.example/2"},
		},
	}
}

func sampleEvents() []models.DigestEvent {
	return []models.DigestEvent{
		{EventID: "1", Severity: models.High, Official: true, Jurisdictions: []string{"Hong Kong"}, RuleIDs: []string{"sample-rule"}, Title: "Authority consults on rules for issuers of sample tokens", Link: "https://authority.example/consultation", Source: "Example Authority", PublishedAt: sampleTime(-time.Hour), FirstSeenAt: sampleTime(0), Articles: 3, New: true, Stage: "consultation", Dates: []models.KeyDate{{Day: "2026-09-30", Kind: "deadline"}}},
		{EventID: "2", Severity: models.Low, RuleIDs: []string{"second-rule"}, Title: "Court hears a case on custody", Link: "https://court.example/2", Source: "Court Reporter", FirstSeenAt: sampleTime(-3 * time.Hour), Articles: 1, News: []models.News{{Kind: models.NewsSeverity, From: "", To: "low"}}},
	}
}

func sampleDigest() *models.Digest {
	first := sampleEvents()[0]
	return &models.Digest{
		ID: "01JSAMPLE0000000000000000A", Subscription: "weekly", Title: "Regulatory week", Every: "weekly",
		From: sampleTime(-7 * 24 * time.Hour), To: sampleTime(0), Zone: sampleZone, Late: true, Missed: 1,
		Dates: []models.DigestDate{{
			KeyDate: models.KeyDate{Day: sampleTime(5 * 24 * time.Hour).Format(time.DateOnly), Kind: "deadline"}, Left: 5, EventID: first.EventID,
			Severity: first.Severity, Official: first.Official, Title: first.Title, Link: first.Link, Source: first.Source,
		}},
		Events: sampleEvents(),
		Changes: []models.DigestChange{{
			EventID: first.EventID, Severity: first.Severity, Title: first.Title, Link: first.Link, Source: first.Source,
			News: []models.News{{Kind: models.NewsSeverity, From: "low", To: string(first.Severity)}},
		}},
		Weeks: sampleWeeks(),
		Counts: []models.RuleCount{
			{RuleID: "sample-rule", Title: "Sample tokens", Events: 1, Weeks: []int{0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 3, 1}},
			{RuleID: "second-rule", Title: "Consultations", Events: 1, Weeks: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
		},
		Coverage: models.Coverage{
			Sources: 14, Checked: 13, Articles: 388,
			Failing: []models.SourceTrouble{{Name: "Harbour Post", Health: models.Failing, Since: sampleTime(-70 * time.Hour), Error: "the feed ended in the middle"}},
			Odd:     []models.SourceTrouble{{Name: "Wire Desk", Health: models.Quiet, Since: sampleTime(-300 * time.Hour)}},
			Held:    []models.HeldCount{{Why: models.HeldMuted, Events: 2}},
		},
	}
}

// SampleLinks are addresses as a mail may name them, which lead nowhere.
func SampleLinks() MailLinks {
	return MailLinks{Unsubscribe: "https://regwatch.example/leave", Take: "https://regwatch.example/take"}
}

// samplesForTrial are notices with everything, with nothing, and with what
// somebody writes who means ill.
func samplesForTrial() []models.Notice {
	var all []models.Notice
	for _, kind := range SampleKinds() {
		n, _ := Sample(kind)
		all = append(all, n)
	}
	ill := *sampleAlert()
	evil := "<!channel> *bold* &amp; </p><script>alert(1)</script> {{.}} </a> <h1>"
	ill.Title, ill.Source, ill.Stage, ill.Excerpt, ill.Link = evil, evil, evil, models.Excerpt{Text: evil}, "javascript:alert(1)"
	ill.Jurisdictions, ill.WhyNow, ill.Dates[0] = []string{evil}, evil, models.KeyDate{Day: evil, Kind: evil}
	for _, c := range []models.Content{
		{Alert: &models.Alert{}},
		{Alert: &ill},
		{Summary: &models.Summary{}},
		{Health: &models.HealthReport{}},
		{Digest: &models.Digest{}},
		{Digest: illDigest(evil)},
		{Test: &models.Test{}},
		{},
	} {
		all = append(all, models.Notice{Content: c})
	}
	return all
}

// illDigest is a digest in which every word of others is one that means ill.
func illDigest(evil string) *models.Digest {
	d := *sampleDigest()
	d.Title, d.Every, d.Subscription = evil, evil, evil
	d.Dates[0].Title, d.Dates[0].Kind, d.Dates[0].Day, d.Dates[0].Source, d.Dates[0].Link = evil, evil, evil, evil, "javascript:alert(1)"
	d.Events[0].Title, d.Events[0].Topic, d.Events[0].Source, d.Events[0].Stage, d.Events[0].RuleIDs = evil, evil, evil, evil, []string{evil}
	d.Changes[0].Title, d.Changes[0].Source, d.Changes[0].News = evil, evil, []models.News{{Kind: models.NewsStage, From: evil, To: evil}}
	d.Weeks[0], d.Counts[0].RuleID, d.Counts[0].Title = evil, evil, evil
	d.Coverage.Failing[0].Name, d.Coverage.Failing[0].Error, d.Coverage.Odd[0].Name = evil, evil, evil
	return &d
}

// followUp is a notice as it comes after another of its event; of an alert, one
// that shows what has become of it.
func followUp(n models.Notice) models.Delivery {
	d := models.Delivery{Notice: n, Root: &models.Delivery{Notice: n}}
	if n.Content.Alert != nil {
		d.Notice.Content = models.Content{Language: n.Content.Language, Alert: n.Content.Alert, Standing: SampleStanding()}
	}
	return d
}
