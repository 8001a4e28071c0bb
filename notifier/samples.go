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
	return &models.Digest{
		Subscription: "weekly", Title: "Regulatory week", From: sampleTime(-7 * 24 * time.Hour), To: sampleTime(0), Zone: sampleZone, Late: true,
		Events: sampleEvents(),
		Counts: []models.RuleCount{{RuleID: "sample-rule", Title: "Sample tokens", Events: 1}, {RuleID: "second-rule", Title: "Consultations", Events: 1}},
		Coverage: models.Coverage{Sources: 14, Checked: 13, Articles: 388, Failing: []models.SourceTrouble{
			{Name: "Harbour Post", Since: sampleTime(-70 * time.Hour), Error: "the feed ended in the middle"},
		}},
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
		{Test: &models.Test{}},
		{},
	} {
		all = append(all, models.Notice{Content: c})
	}
	return all
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
