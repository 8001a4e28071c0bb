package render

import (
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

// everyReason returns one reason of each kind, with its arguments.
func everyReason() map[string]models.Reason {
	at := noticetest.At("2026-08-28T06:05:00Z")
	office := models.Hours{Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}, From: 8 * time.Hour, To: 19 * time.Hour}
	mute := func(kind models.MuteKind, target string) *models.Mute {
		return &models.Mute{Kind: kind, Target: target, Until: at.AddDate(0, 0, 7), By: "mei", Reason: "known"}
	}
	not := func(until time.Time) *models.Exception {
		return &models.Exception{Scope: models.ExceptRule, Target: "ban", Query: "staff", By: "mei", Reason: "no rules", Until: until}
	}
	of := func(kind models.ReasonKind, a models.ReasonArgs) models.Reason {
		return models.Reason{Kind: kind, Args: a}
	}
	rules := models.ReasonArgs{Rules: []string{"ban"}, RuleTitles: []string{"Crypto bans"}, Words: []string{"ban on crypto"}, Routes: []string{"default"}}
	two := models.ReasonArgs{Rules: []string{"ban", "yuan"}, RuleTitles: []string{"Crypto bans", ""}, Routes: []string{"default", "hk"}}
	return map[string]models.Reason{
		"it does not count for “Crypto bans” (“ban on crypto”). Not this: “staff”, by mei, until 4 Sep 14:05 HKT: no rules": of(models.ReasonExcepted, models.ReasonArgs{
			Rules: rules.Rules, RuleTitles: rules.RuleTitles, Words: rules.Words, Exception: not(at.AddDate(0, 0, 7)), Zone: "Asia/Hong_Kong", At: at,
		}),
		"an exception expires soon. Not this: “staff”, by mei, until 4 Sep 06:05 UTC: no rules":    of(models.ReasonExceptionEnds, models.ReasonArgs{Exception: not(at.AddDate(0, 0, 7)), At: at}),
		"an exception has expired. Not this: “staff”, by mei, without an end: no rules":            of(models.ReasonExceptionEnded, models.ReasonArgs{Exception: not(time.Time{}), At: at}),
		"the rule “Crypto bans” is to be reviewed by 3 Jan 2027":                                   of(models.ReasonReviewDue, models.ReasonArgs{Rules: rules.Rules, RuleTitles: rules.RuleTitles, Day: "2027-01-03"}),
		"a critical alert reached nobody on the list default":                                      of(models.ReasonReachesNobody, models.ReasonArgs{Routes: []string{"default"}}),
		"the deputy desk (until 3 Jan 2027) has unsubscribed, so this comes to you":                of(models.ReasonDeputyLeft, models.ReasonArgs{Recipient: "desk", Day: "2027-01-03"}),
		"the rule “Crypto bans” matched (list: default)":                                           of(models.ReasonMatched, rules),
		"the rules “Crypto bans”, yuan matched (list: default, hk)":                                of(models.ReasonMatched, two),
		"the status of the event changed":                                                          of(models.ReasonStatusChanged, models.ReasonArgs{}),
		"not assigned to anyone after 30 minutes; it was sent to desk":                             of(models.ReasonNotAssigned, models.ReasonArgs{Recipient: "desk", Duration: 30 * time.Minute}),
		"the recipient desk is no longer configured, so the list default receives this":            of(models.ReasonRecipientGone, models.ReasonArgs{Recipient: "desk", Routes: []string{"default"}}),
		"deputy for desk until 3 Jan 2027":                                                         of(models.ReasonDeputy, models.ReasonArgs{Recipient: "desk", Day: "2027-01-03"}),
		"40 deferred alerts":                                                                       of(models.ReasonDeferredAlerts, models.ReasonArgs{Count: 40}),
		"the source HKMA is failing":                                                               of(models.ReasonSourceHealth, models.ReasonArgs{Source: "HKMA", Health: models.Failing}),
		"articles of HKMA may have been missed":                                                    of(models.ReasonSourceGap, models.ReasonArgs{Source: "HKMA"}),
		"the channel mail is working again":                                                        of(models.ReasonChannelHealth, models.ReasonArgs{Destination: "mail", Health: models.Healthy}),
		"1 message could not be delivered to mail":                                                 of(models.ReasonUndelivered, models.ReasonArgs{Destination: "mail", Count: 1}),
		"2 messages are queued for mail, which is no longer configured":                            of(models.ReasonChannelRemoved, models.ReasonArgs{Destination: "mail", Count: 2}),
		"nobody who receives health messages can be reached through another channel":               of(models.ReasonNoOtherWay, models.ReasonArgs{}),
		"you subscribe to the digest weekly":                                                       of(models.ReasonDigest, models.ReasonArgs{Subscriptions: []string{"weekly"}, Count: 3}),
		"mail:a@example.org asked to unsubscribe from hk/legal, which is mandatory":                of(models.ReasonOptOutRequest, models.ReasonArgs{Destination: "mail:a@example.org", Subscriptions: []string{"hk/legal"}}),
		"someone asked for a test message":                                                         of(models.ReasonTest, models.ReasonArgs{}),
		"ops@example.org was entered as an address for messages from regwatch":                     of(models.ReasonVerify, models.ReasonArgs{Destination: "ops@example.org"}),
		"ops@example.org has not been confirmed for 7 days":                                        of(models.ReasonUnverified, models.ReasonArgs{Destination: "ops@example.org", Duration: 7 * 24 * time.Hour}),
		"ops@example.org was not confirmed yet":                                                    of(models.ReasonConfirmed, models.ReasonArgs{Destination: "ops@example.org", Count: 2}),
		"you were sent this event (list: hk/legal); this is the reminder 7 days before 3 Jan 2027": of(models.ReasonDateNear, models.ReasonArgs{Day: "2027-01-03", Count: 7, Subscriptions: []string{"hk/legal"}}),
		"2 key dates of events that you were sent are near":                                        of(models.ReasonDatesNear, models.ReasonArgs{Count: 2}),
		"the event no longer mentions 3 Jan 2027":                                                  of(models.ReasonDateMoved, models.ReasonArgs{Day: "2027-01-03"}),
		"3 Jan 2027 passed while this was deferred":                                                of(models.ReasonDatePassed, models.ReasonArgs{Day: "2027-01-03"}),
		"superseded by a nearer reminder of 3 Jan 2027, sent at the same time":                     of(models.ReasonNearer, models.ReasonArgs{Day: "2027-01-03"}),
		"new event": of(models.ReasonNewEvent, models.ReasonArgs{}),
		"waits until 2 independent sources report it, for 6 hours at most": of(models.ReasonAwaitsSources, models.ReasonArgs{Routes: []string{"hk"}, Count: 2, Duration: 6 * time.Hour}),
		"waits until an official source reports it, for 6 hours at most":   of(models.ReasonAwaitsOfficial, models.ReasonArgs{Routes: []string{"hk"}, Duration: 6 * time.Hour}),
		"2 independent sources report it":                                  of(models.ReasonSourcesReached, models.ReasonArgs{Count: 2}),
		"an official source reports it":                                    of(models.ReasonOfficialReached, models.ReasonArgs{}),
		"within 6 hours fewer than 2 independent sources reported it":      of(models.ReasonSourcesMissing, models.ReasonArgs{Count: 2, Duration: 6 * time.Hour}),
		"within 6 hours no official source reported it":                    of(models.ReasonOfficialMissing, models.ReasonArgs{Duration: 6 * time.Hour}),
		"new event; it may belong to “Harbour Bank halts redemptions”":     of(models.ReasonMayBelong, models.ReasonArgs{Event: "E2", Text: "Harbour Bank halts redemptions"}),
		"new event; it may belong to “Bank halts”. If it does: regwatch events merge E1 E2. If not: regwatch events keep-apart E1 E2": of(
			models.ReasonMayBelong, models.ReasonArgs{Opened: "E1", Event: "E2", Text: "Bank halts"}),
		"somebody found that it is another development than “Bank halts”":    of(models.ReasonSplit, models.ReasonArgs{Event: "E2", Text: "Bank halts"}),
		"merged into “Bank halts”; further reports follow there":             of(models.ReasonMerged, models.ReasonArgs{Event: "E2", Text: "Bank halts"}),
		"mei merged it into “Bank halts”; further reports follow there":      of(models.ReasonMerged, models.ReasonArgs{Event: "E2", Text: "Bank halts", By: "mei"}),
		"the article was completed or edited and now matches":                of(models.ReasonRevised, models.ReasonArgs{}),
		"another report of a known event, the first that matches your rules": of(models.ReasonFirstReport, models.ReasonArgs{}),
		"a rule was applied to stored articles":                              of(models.ReasonRuleApplied, models.ReasonArgs{}),
		"an earlier alert of this event could not be delivered":              of(models.ReasonLostBefore, models.ReasonArgs{}),
		"now high": of(models.ReasonEventChanged, models.ReasonArgs{}),
		"the article only mentions “Crypto bans” (“ban on crypto”)":                                          of(models.ReasonMentionOnly, rules),
		"only draft rules matched: “Crypto bans” (“ban on crypto”)":                                          of(models.ReasonDraftOnly, rules),
		"it is less certain that this is relevant to “Crypto bans” (“ban on crypto”); the digest lists it":   of(models.ReasonLessCertain, rules),
		"it is unlikely that this is relevant to “Crypto bans” (“ban on crypto”); the digest only counts it": of(models.ReasonUnlikely, rules),
		"“Crypto bans” (“ban on crypto”) is delivered in the digest":                                         of(models.ReasonForDigest, rules),
		"first scan of HKMA: the article is older than the look-back period":                                 of(models.ReasonBaseline, models.ReasonArgs{Source: "HKMA"}),
		"severity low is below high, the minimum of desk":                                                    of(models.ReasonBelowSeverity, models.ReasonArgs{Severity: models.Low, MinSeverity: models.High, Recipient: "desk"}),
		"this event is muted until 4 Sep 14:05 HKT by mei: known":                                            of(models.ReasonMuted, models.ReasonArgs{Mute: mute(models.MuteEvent, "E1"), Zone: "Asia/Hong_Kong", At: at}),
		"the rule ban is muted until 4 Sep 06:05 UTC by mei: known":                                          of(models.ReasonMuted, models.ReasonArgs{Mute: mute(models.MuteRule, "ban"), At: at}),
		"the source HKMA is muted until 4 Sep 06:05 UTC by mei: known":                                       of(models.ReasonMuted, models.ReasonArgs{Mute: mute(models.MuteSource, "hkma"), Source: "HKMA", At: at}),
		"desk has no destination":                                                                           of(models.ReasonNoDestination, models.ReasonArgs{Recipient: "desk"}),
		"desk has no destination other than mail, which is failing":                                         of(models.ReasonOnlyFailing, models.ReasonArgs{Recipient: "desk", Destination: "mail"}),
		"desk is unsubscribed from hk/legal":                                                                of(models.ReasonOptedOut, models.ReasonArgs{Recipient: "desk", Subscriptions: []string{"hk/legal"}}),
		"every address is unsubscribed from weekly":                                                         of(models.ReasonOptedOut, models.ReasonArgs{Subscriptions: []string{"weekly"}}),
		"already sent for this event; SFC published a copy of the text":                                     of(models.ReasonKnown, models.ReasonArgs{Source: "SFC", JoinedBy: "a copy of the text"}),
		"already sent for this event; this is revision 3 of the article":                                    of(models.ReasonKnown, models.ReasonArgs{Revision: 3}),
		"superseded: the event became critical while this was deferred, and that was sent immediately":      of(models.ReasonSentGraver, models.ReasonArgs{Severity: models.Critical}),
		"a gap of this source was reported less than a week ago":                                            of(models.ReasonGapKnown, models.ReasonArgs{}),
		"there is nothing to report, and weekly skips empty digests":                                        of(models.ReasonNothingToSay, models.ReasonArgs{Subscriptions: []string{"weekly"}}),
		"the recipient desk is no longer configured, and every address on the list default is unsubscribed": of(models.ReasonAllOptedOut, models.ReasonArgs{Recipient: "desk", Routes: []string{"default"}}),
		"the event was marked as not relevant":                                                              of(models.ReasonNotRelevant, models.ReasonArgs{}),
		"the frequency of desk (weekly on Saturday at 07:30 HKT)":                                           of(models.ReasonFrequency, models.ReasonArgs{Recipient: "desk", Frequency: &models.Frequency{Kind: models.Weekly, Day: time.Saturday, At: 7*time.Hour + 30*time.Minute}, Zone: "Asia/Hong_Kong", At: at}),
		"outside the hours of desk (Mon to Fri 08:00 to 19:00 HKT)":                                         of(models.ReasonOutsideHours, models.ReasonArgs{Recipient: "desk", Hours: &office, Zone: "Asia/Hong_Kong", At: at}),
		"outside the hours of desk: 25 Dec 2026 is a holiday":                                               of(models.ReasonHoliday, models.ReasonArgs{Recipient: "desk", Day: "2026-12-25", Zone: "Asia/Hong_Kong", At: at}),
		"more than 10 alerts to desk within 10 minutes":                                                     of(models.ReasonBurst, models.ReasonArgs{Recipient: "desk", Count: 10, Duration: 10 * time.Minute}),
		"sent together with other deferred alerts of this event":                                            of(models.ReasonWithEvent, models.ReasonArgs{}),
		"It has never been read.":                                                                           of(models.ReasonNeverRead, models.ReasonArgs{}),
		"It was last read 7 days ago.":                                                                      of(models.ReasonLastRead, models.ReasonArgs{Duration: 7 * 24 * time.Hour}),
		"It has published nothing for 8 days; more than 7 days is unusual for it.":                          of(models.ReasonQuietFor, models.ReasonArgs{Duration: 8 * 24 * time.Hour, Usual: 7 * 24 * time.Hour}),
		"Its last response had 3 articles; it usually has 18.":                                              of(models.ReasonFewArticles, models.ReasonArgs{Count: 3, UsualCount: 18}),
		"route hk by yuan": of(models.ReasonText, models.ReasonArgs{Text: "route hk by yuan"}),
	}
}

func TestReasons(t *testing.T) {
	news := []models.Update{{Kind: models.UpdateSeverity, To: "high"}}
	for want, r := range everyReason() {
		if got := English.reasons(models.Reasons{r}, updates(news, findingTitles(), English)); got != want {
			t.Errorf("%s: %q, want %q", r.Kind, got, want)
		}
	}
}

// Chinese text contains no English words but names, and no unfilled verb of fmt.
func TestReasonsUseLanguageOfReader(t *testing.T) {
	quoted := strings.NewReplacer("Harbour Bank halts redemptions", "", "Bank halts", "", "events merge E1 E2", "", "events keep-apart E1 E2", "", "HKMA", "", "SFC", "", "HKT", "", "UTC", "", "Crypto bans", "", "ban on crypto", "", "mail:a@example.org", "", "ops@example.org", "", "regwatch", "", "mail", "",
		"desk", "", "default", "", "hk/legal", "", "hk", "", "weekly", "", "yuan", "", "ban", "", "mei", "", "known", "", "staff", "", "no rules", "")
	for _, l := range []Language{TraditionalChinese, SimplifiedChinese} {
		for english, r := range everyReason() {
			if r.Kind == models.ReasonText {
				continue
			}
			got := l.reasons(models.Reasons{r}, updates([]models.Update{{Kind: models.UpdateSeverity, To: "high"}}, findingTitles(), l))
			if strings.Trim(got, " ") == "" || strings.Contains(got, "%!") || strings.ContainsFunc(quoted.Replace(got), isLatin) {
				t.Errorf("%s: %q is %q", l, english, got)
			}
		}
	}
}

func isLatin(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

func TestReasonOfNewerReleaseIsShown(t *testing.T) {
	if got := English.reasons(models.NewReasons("from_the_future", models.ReasonArgs{Recipient: "desk"}), ""); got != "from the future, recipient desk" {
		t.Errorf("%q", got)
	}
}

func TestHoursShowDaysAndZone(t *testing.T) {
	tests := []struct {
		hours models.Hours
		want  string
	}{
		{models.Hours{Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}, From: 8 * time.Hour, To: 19 * time.Hour}, "Mon to Fri 08:00 to 19:00 UTC"},
		{models.Hours{Days: []time.Weekday{time.Sunday, time.Monday}}, "Mon, Sun UTC"},
		{models.Hours{Days: []time.Weekday{time.Sunday, time.Friday, time.Saturday, time.Monday}}, "Mon, Fri to Sun UTC"},
		{models.Hours{Days: []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}, From: time.Hour}, "Mon to Sun 01:00 to 00:00 UTC"},
		{models.Hours{From: 9*time.Hour + 30*time.Minute, To: 17 * time.Hour}, "09:30 to 17:00 UTC"},
	}
	for _, tt := range tests {
		if got := English.hours(models.ReasonArgs{Hours: &tt.hours, Zone: "UTC", At: noticetest.At("2026-03-02T12:00:00Z")}); got != tt.want {
			t.Errorf("hours %v = %q, want %q", tt.hours, got, tt.want)
		}
	}
}
