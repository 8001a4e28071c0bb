package notifier

import (
	"strconv"
	"time"

	"regwatch/models"
)

// VerifyWithin is how long a confirmation link works.
const VerifyWithin = 14 * 24 * time.Hour

// reportUnverifiedAfter is how long an address stays unconfirmed before it is reported.
const reportUnverifiedAfter = 3 * 24 * time.Hour

// mostUnmerged is the most alerts that are sent one by one after an address is confirmed.
const maxUnmerged = 10

// PlanVerification asks the reader of an address to confirm it, in the language and zone
// of messages to that address.
func PlanVerification(to models.Destination, language, zone string, now time.Time) models.Notice {
	n := models.Notice{
		Kind: models.NoticeVerify, Subject: models.SubjectAddress, SubjectID: to.String() + "/" + strconv.FormatInt(now.UnixMicro(), 10), Recipient: to.String(),
		Severity: models.Medium, CreatedAt: now,
		Reasons: models.NewReasons(models.ReasonVerify, models.ReasonArgs{Destination: to.String()}),
		Content: models.Content{Language: language, Verification: &models.Verification{Address: to.Address, Expires: now.Add(VerifyWithin), Zone: zone}},
	}
	return addDeliveries(n, []models.Destination{to}, now)
}

// PlanUnverifiedReports notifies the health recipients once of each address that has been
// unconfirmed for too long. It also returns those addresses.
func PlanUnverifiedReports(all []models.VerifiedAddress, routing models.Routing, now time.Time) ([]models.VerifiedAddress, []models.Notice) {
	var reported []models.VerifiedAddress
	var notices []models.Notice
	for _, v := range all {
		waited := now.Sub(v.AddedAt)
		if !v.IsPending() || !v.ReportedAt.IsZero() || waited < reportUnverifiedAfter {
			continue
		}
		reported = append(reported, v)
		for _, name := range routing.Health {
			to := routing.Recipients[name]
			n := models.Notice{
				Kind: models.NoticeHealth, Subject: models.SubjectAddress, SubjectID: v.Address + "/" + strconv.FormatInt(v.AddedAt.UnixMicro(), 10), Recipient: name,
				Subscriptions: []string{HealthSubscription(name)}, Severity: models.Medium, CreatedAt: now,
				Reasons: models.NewReasons(models.ReasonUnverified, models.ReasonArgs{Destination: v.Written, Duration: waited.Truncate(time.Hour)}),
				Content: models.Content{Language: to.Language, Health: &models.HealthReport{
					Subject: models.SubjectAddress, Name: v.Written, Health: models.Failing, Since: v.AddedAt, Zone: to.Zone,
				}},
			}
			if len(to.Destinations) == 0 {
				n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
			}
			notices = append(notices, addHealthDeliveries(n, to, to.Destinations, now))
		}
	}
	return reported, notices
}

// PlanBacklog puts many alerts that were deferred until an address was confirmed into one
// summary. It returns the summary and the deliveries that it replaces; none if there are
// few enough to send one by one.
func PlanBacklog(to models.Destination, language, zone string, deferred []models.Delivery, now time.Time) (models.Notice, []string) {
	s := models.Summary{From: now, To: now, Zone: zone, Reasons: models.NewReasons(models.ReasonConfirmed, models.ReasonArgs{Destination: to.String()})}
	n := models.Notice{
		Kind: models.NoticeSummary, Subject: models.SubjectRecipient, SubjectID: to.String() + "/confirmed/" + strconv.FormatInt(now.UnixMicro(), 10),
		Recipient: to.String(), CreatedAt: now,
	}
	var replaced []string
	for _, d := range deferred {
		a := d.Notice.Content.Alert
		if a == nil || d.Amends {
			continue
		}
		replaced = append(replaced, d.ID)
		s.From = earlier(s.From, d.Notice.CreatedAt)
		n.Subscriptions = appendMissing(n.Subscriptions, d.Notice.Subscriptions...)
		if d.Notice.Severity.Rank() > n.Severity.Rank() {
			n.Severity = d.Notice.Severity
		}
		s.Events = append(s.Events, models.DigestEvent{
			EventID: a.EventID, Severity: d.Notice.Severity, Official: a.Official, Stage: a.Stage, Jurisdictions: a.Jurisdictions, RuleIDs: findingRules(a.Why), RuleTitles: findingTitles(a.Why),
			Title: a.Title, Link: a.Link, Source: a.Source, PublishedAt: a.PublishedAt, FirstSeenAt: a.SeenAt, Articles: 1 + len(a.OtherSources),
			New: d.Notice.Kind == models.NoticeAlert, Dates: a.Dates, News: a.Updates,
		})
	}
	if len(replaced) <= maxUnmerged {
		return models.Notice{}, nil
	}
	n.Reasons = append(models.NewReasons(models.ReasonDeferredAlerts, models.ReasonArgs{Count: len(replaced)}), s.Reasons...)
	n.Content = models.Content{Language: language, Summary: &s}
	return addDeliveries(n, []models.Destination{to}, now), replaced
}
