package render

import (
	"regwatch/internal/samplenotice"
	"regwatch/models"
)

// SampleLinks returns sample links of an email that lead nowhere.
func SampleLinks() MailLinks {
	return MailLinks{
		Unsubscribe: "https://regwatch.example/unsubscribe", Assign: "https://regwatch.example/assign",
		Dismiss: "https://regwatch.example/dismiss", Mute: "https://regwatch.example/mute", Verify: "https://regwatch.example/verify",
		Merge: "https://regwatch.example/merge", Apart: "https://regwatch.example/apart",
	}
}

// samplesForTrial returns notices with every field, with none, and with hostile content.
func samplesForTrial() []models.Notice {
	var all []models.Notice
	for _, kind := range samplenotice.Kinds() {
		n, _ := samplenotice.Notice(kind)
		all = append(all, n)
	}
	ill := *samplenotice.Alert()
	evil := "<!channel> *bold* &amp; </p><script>alert(1)</script> {{.}} </a> <h1>"
	ill.Title, ill.Source, ill.Stage, ill.Excerpt, ill.Link = evil, evil, evil, models.Excerpt{Text: evil}, "javascript:alert(1)"
	ill.Jurisdictions, ill.Trigger, ill.Dates[0] = []string{evil}, models.NewReasons(models.ReasonText, models.ReasonArgs{Text: evil}), models.KeyDate{Day: evil, Kind: evil}
	ill.Extract = []string{evil}
	ill.StageQuote, ill.Why = evil, []models.Finding{{RuleID: evil, RuleTitle: evil, Relevance: illRelevance(evil)}}
	for _, c := range []models.Content{
		{Alert: &models.Alert{}},
		{Alert: &ill},
		{Reminder: &models.Reminder{}},
		{Reminder: &models.Reminder{Title: evil, Source: evil, Stage: evil, Jurisdictions: []string{evil}, Link: "javascript:alert(1)", Dates: []models.KeyDate{{Day: evil, Kind: evil}}}},
		{Verification: &models.Verification{}},
		{Verification: &models.Verification{Address: evil}},
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

// illDigest returns a digest with hostile text in every field from outside.
func illDigest(evil string) *models.Digest {
	d := *samplenotice.Digest()
	d.Title, d.Every, d.Subscription = evil, evil, evil
	d.Dates[0].Title, d.Dates[0].Kind, d.Dates[0].Day, d.Dates[0].Source, d.Dates[0].Link = evil, evil, evil, evil, "javascript:alert(1)"
	d.Events[0].Title, d.Events[0].Topic, d.Events[0].Source, d.Events[0].Stage, d.Events[0].RuleIDs, d.Events[0].RuleTitles = evil, evil, evil, evil, []string{evil}, []string{evil}
	for i := range d.Events {
		e := &d.Events[i]
		e.Extract, e.AssignedTo, e.Matter = []string{evil, "A second " + evil}, []string{evil}, &models.DigestMatter{ID: evil, Name: evil}
		e.News = []models.Update{{Kind: models.UpdateOfficial, To: evil}}
	}
	d.LessCertain[0].Title, d.LessCertain[0].Source, d.LessCertain[0].Relevance = evil, evil, illRelevance(evil)
	d.Changes[0].Title, d.Changes[0].Source, d.Changes[0].News = evil, evil, []models.Update{{Kind: models.UpdateStage, From: evil, To: evil}}
	d.Weeks[0], d.Counts[0].RuleID, d.Counts[0].Title = evil, evil, evil
	d.Coverage.Failing[0].Name, d.Coverage.Failing[0].Error, d.Coverage.Odd[0].Name = evil, evil, evil
	return &d
}

// illRelevance returns a relevance with hostile text as its reasons.
func illRelevance(evil string) *models.Relevance {
	return &models.Relevance{Model: evil, Level: models.RelevanceLevel(evil), Kept: models.KeptReason(evil), Reasons: []models.RelevanceReason{{Feature: "word." + evil}, {Feature: evil, For: true}}}
}

// followUp returns a notice as a follow-up in a thread; for an alert, one that shows the
// status of its event.
func followUp(n models.Notice) models.Delivery {
	d := models.Delivery{Notice: n, Root: &models.Delivery{Notice: n}}
	if n.Content.Alert != nil {
		d.Notice.Content = models.Content{Language: n.Content.Language, Alert: n.Content.Alert, Status: samplenotice.Status()}
	}
	return d
}
