// Package samplenotice provides invented notices, to preview messages and to try
// templates.
package samplenotice

import (
	"strings"
	"time"

	"regwatch/models"
)

// Kinds returns the kinds of notices that have a sample.
func Kinds() []string {
	return []string{"alert", "update", "escalation", "reminder", "summary", "health", "digest", "verification", "test"}
}

// Notice returns an invented notice of a kind, with all fields that such a notice may
// have.
func Notice(kind string) (models.Notice, bool) {
	n := models.Notice{
		ID: "sample", Kind: models.NoticeKind(kind), Recipient: "compliance", Severity: models.High,
		Reasons:   models.NewReasons(models.ReasonMatched, models.ReasonArgs{Routes: []string{models.DefaultRoute}, Rules: []string{"sample-rule"}, RuleTitles: []string{"Sample tokens"}}),
		CreatedAt: at(0),
	}
	switch n.Kind {
	case models.NoticeAlert, models.NoticeEscalation:
		n.Content.Alert = Alert()
	case models.NoticeUpdate:
		n.Content.Alert = Alert()
		n.Content.Alert.Trigger = models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
		n.Content.Alert.Updates = []models.Update{
			{Kind: models.UpdateSeverity, From: "medium", To: "high"},
			{Kind: models.UpdateDate, Of: "deadline", From: "2026-09-15", To: "2026-09-30"},
		}
	case models.NoticeReminder:
		a := Alert()
		n.Reasons = models.NewReasons(models.ReasonDateNear, models.ReasonArgs{Day: "2026-09-30", Count: 7, Subscriptions: []string{"default/compliance"}})
		n.Content.Reminder = &models.Reminder{
			EventID: a.EventID, Severity: a.Severity, Official: a.Official, Jurisdictions: a.Jurisdictions, Stage: a.Stage,
			Title: a.Title, Link: a.Link, Source: a.Source, Zone: zone, Ahead: 7, Left: 7,
			Dates: []models.KeyDate{{Day: "2026-09-30", Kind: "deadline", Quote: "by 30 September"}, {Day: "2026-09-30", Kind: "effective"}},
		}
	case models.NoticeSummary:
		n.Content.Summary = &models.Summary{
			Reasons: models.NewReasons(models.ReasonOutsideHours, models.ReasonArgs{Recipient: "compliance", Hours: &models.Hours{From: 8 * time.Hour, To: 19 * time.Hour}, Zone: zone, At: at(0)}),
			From:    at(-14 * time.Hour), To: at(0), Zone: zone,
			Events: events(),
		}
	case models.NoticeHealth:
		n.Content.Health = &models.HealthReport{
			Subject: models.SubjectSource, Name: "Example Authority press releases", Health: models.Failing, Since: at(-8 * time.Hour),
			Error: "the server answered 503 Service Unavailable to each of 3 tries", Zone: zone,
		}
	case models.NoticeDigest:
		n.Content.Digest = Digest()
	case models.NoticeVerify:
		n.Recipient = "mail:team@example.com"
		n.Reasons = models.NewReasons(models.ReasonVerify, models.ReasonArgs{Destination: n.Recipient})
		n.Content.Verification = &models.Verification{Address: "team@example.com", Expires: at(14 * 24 * time.Hour), Zone: zone}
	case models.NoticeTest:
		n.Content.Test = &models.Test{Text: "This is a test message.", SentAt: at(0), Zone: zone}
	default:
		return models.Notice{}, false
	}
	return n, true
}

// Status returns a possible status of the sample's event.
func Status() *models.Status {
	return &models.Status{
		EventID: "sample", Official: true, Stage: "in force",
		Assignments: []models.Assignment{{EventID: "sample", By: "Ann", AssignedAt: at(time.Hour)}},
		Feedback:    []models.Feedback{{EventID: "sample", By: "Bo", Relevant: false, Note: "covered by last week's memo"}},
		Mute:        &models.Mute{Kind: models.MuteEvent, Target: "sample", Until: at(7 * 24 * time.Hour), By: "Bo", Reason: "known"},
	}
}

const zone = "Asia/Hong_Kong"

// weekStarts returns the first days of the twelve weeks of the sample digest.
func weekStarts() []string {
	weeks := make([]string, 12)
	for i := range weeks {
		weeks[i] = at(time.Duration(i-len(weeks)) * 7 * 24 * time.Hour).Format(time.DateOnly)
	}
	return weeks
}

func at(after time.Duration) time.Time {
	return time.Date(2026, 9, 18, 1, 5, 0, 0, time.UTC).Add(after)
}

func Alert() *models.Alert {
	text := "The Authority today opens a consultation on rules for issuers of sample tokens; comments are asked for by 30 September."
	start := strings.Index(text, "sample tokens")
	return &models.Alert{
		EventID: "sample", Severity: models.High, Official: true, Jurisdictions: []string{"Hong Kong"},
		Title: "Authority consults on rules for issuers of sample tokens", Link: "https://authority.example/consultation", Language: "en",
		Excerpt: models.Excerpt{Text: text, Highlights: [][2]int{{start, start + len("sample tokens")}}},
		Stage:   "consultation", StageQuote: "Interested parties are invited to comment on the consultation paper.",
		Dates: []models.KeyDate{
			{Day: "2026-09-15", Kind: "effective", Quote: "with effect from 15 September"},
			{Day: "2026-09-18", Kind: "effective", Quote: "today"},
			{Day: "2026-09-30", Kind: "deadline", Quote: "by 30 September"},
		},
		Why: []models.Finding{
			{RuleID: "sample-rule", RuleTitle: "Sample tokens", Revision: "3a91f0", Why: "Affects whom we may issue for.", Hits: []models.Hit{
				{Field: models.InTitle, Text: "sample tokens"}, {Field: models.InBody, Text: "sample tokens", Paragraph: 1},
			}, Relevance: &models.Relevance{Score: 0.91, Model: "sample", Level: models.Likely, Reasons: []models.RelevanceReason{
				{Feature: "title.public", For: true}, {Feature: "title.policy", For: true}, {Feature: "lead.firm"},
			}}},
			{RuleID: "second-rule", RuleTitle: "Consultations", Revision: "77ab01", Hits: []models.Hit{{Field: models.InBody, Text: "consultation", Paragraph: 1}}},
		},
		Mentions: []models.Finding{{RuleID: "third-rule", RuleTitle: "Another rule", Hits: []models.Hit{{Field: models.InBody, Text: "issuers", Paragraph: 1}}}},
		Tags:     []string{"consultation"}, Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}), Source: "Example Authority",
		PublishedAt: at(-time.Hour), SeenAt: at(0), Zone: zone,
		OtherSources: []models.Reference{
			{Source: "Harbour Post", Title: "Token rules out for comment", Link: "https://harbour.example/1", PublishedAt: at(-30 * time.Minute)},
			{Source: "Wire Desk", Title: "Authority asks about tokens", Link: "https://wire.example/2"},
		},
	}
}

func events() []models.DigestEvent {
	return []models.DigestEvent{
		{EventID: "1", Severity: models.High, Official: true, Jurisdictions: []string{"Hong Kong"}, RuleIDs: []string{"sample-rule"}, RuleTitles: []string{"Sample tokens"}, Title: "Authority consults on rules for issuers of sample tokens", Link: "https://authority.example/consultation", Source: "Example Authority", PublishedAt: at(-time.Hour), FirstSeenAt: at(0), Articles: 3, New: true, Stage: "consultation", Dates: []models.KeyDate{{Day: "2026-09-30", Kind: "deadline"}}},
		{EventID: "2", Severity: models.Low, RuleIDs: []string{"second-rule"}, RuleTitles: []string{"Consultations"}, Title: "Court hears a case on custody", Link: "https://court.example/2", Source: "Court Reporter", FirstSeenAt: at(-3 * time.Hour), Articles: 1, News: []models.Update{{Kind: models.UpdateSeverity, From: "", To: "low"}}},
	}
}

// lessCertain returns events that may not be relevant.
func lessCertain() []models.DigestEvent {
	scored := func(score float64, reasons ...models.RelevanceReason) *models.Relevance {
		return &models.Relevance{Score: score, Model: "sample", Level: models.LessCertain, Reasons: reasons}
	}
	return []models.DigestEvent{
		{
			EventID: "3", Severity: models.High, RuleIDs: []string{"sample-rule"}, RuleTitles: []string{"Sample tokens"}, Title: "Will rumours of token rules weigh on prices?", Link: "https://wire.example/3", Source: "Wire Desk", PublishedAt: at(-26 * time.Hour), FirstSeenAt: at(-26 * time.Hour), Articles: 1, New: true,
			Relevance: scored(0.08, models.RelevanceReason{Feature: "lead.price"}, models.RelevanceReason{Feature: "title.question"}, models.RelevanceReason{Feature: "title.policy", For: true}),
		},
		{
			EventID: "4", Severity: models.Low, RuleIDs: []string{"sample-rule", "second-rule"}, RuleTitles: []string{"Sample tokens", "Consultations"}, Title: "Harbour Exchange stops listing sample tokens", Link: "https://harbour.example/4", Source: "Harbour Post", FirstSeenAt: at(-50 * time.Hour), Articles: 2, New: true,
			Relevance: scored(0.05, models.RelevanceReason{Feature: "title.firm-acts"}, models.RelevanceReason{Feature: "subject.firm"}),
		},
	}
}

func Digest() *models.Digest {
	listed := events()
	first := &listed[0]
	first.Extract = []string{"The Authority asks for comments on rules for issuers of sample tokens by 30 September.", "Issuers would need a licence and full reserves."}
	first.AssignedTo, first.Matter = []string{"Ann"}, &models.DigestMatter{ID: "sample:1", Name: "Sample Tokens Bill"}
	first.News = []models.Update{{Kind: models.UpdateSeverity, From: "low", To: string(first.Severity)}}
	return &models.Digest{
		ID: "01JSAMPLE0000000000000000A", Subscription: "weekly", Title: "Regulatory week", Every: "weekly",
		From: at(-7 * 24 * time.Hour), To: at(0), Zone: zone, Late: true, Missed: 1,
		Dates: []models.DigestDate{{
			KeyDate: models.KeyDate{Day: at(5 * 24 * time.Hour).Format(time.DateOnly), Kind: "deadline"}, Left: 5, EventID: first.EventID,
			Severity: first.Severity, Official: first.Official, Title: first.Title, Link: first.Link, Source: first.Source,
		}},
		Events: listed, LessCertain: lessCertain(), NotRelevant: 1,
		Changes: []models.DigestChange{{
			EventID: first.EventID, Severity: first.Severity, Title: first.Title, Link: first.Link, Source: first.Source,
			News: first.News,
		}},
		Weeks: weekStarts(),
		Counts: []models.RuleCount{
			{RuleID: "sample-rule", Title: "Sample tokens", Events: 1, Weeks: []int{0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 3, 1}},
			{RuleID: "second-rule", Title: "Consultations", Events: 1, Weeks: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
		},
		Coverage: models.Coverage{
			Sources: 14, Checked: 13, Articles: 388,
			Failing: []models.SourceTrouble{{Name: "Harbour Post", Health: models.Failing, Since: at(-70 * time.Hour), Error: "the feed ended in the middle"}},
			Odd:     []models.SourceTrouble{{Name: "Wire Desk", Health: models.Quiet, Since: at(-300 * time.Hour)}},
			Held:    []models.HeldCount{{Why: models.HeldMuted, Events: 2}, {Why: models.HeldLessCertain, Events: 2}, {Why: models.HeldUnlikely, Events: 5}},
		},
	}
}
