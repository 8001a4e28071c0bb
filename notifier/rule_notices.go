package notifier

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

const (
	// exceptionNotice is how long before an exception expires people are told.
	exceptionNotice = 7 * 24 * time.Hour
	// exceptionForgotten is how long after its end an exception is still reported, so that a database that was restored
	// reports none of years ago.
	exceptionForgotten = 30 * 24 * time.Hour

	// reviewNotice is how many days before its date the review of a rule is reminded of.
	reviewNotice = 14
	// reviewAgain is how many days pass between two reminders of a review that is overdue.
	reviewAgain = 30
)

// An ExceptionEnd is an exception, what it did, and the routes of its rule.
type ExceptionEnd struct {
	models.ExceptionReport
	Routes []string // of its rule; empty: the default route. Unused unless it is about one rule
}

// PlanExceptionEnds tells people that exceptions expire within a week, and that they have expired: those who get the
// alerts of the rule, and of other exceptions the health recipients. Each is told once of each end. An exception that was
// written for less than a week is reported only when it has expired.
func PlanExceptionEnds(all []ExceptionEnd, routing models.Routing, optOuts []models.OptOut, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	var notices []models.Notice
	for _, x := range all {
		expired := x.Exception.Expired(now)
		begins := x.Exception.Until.Add(-exceptionNotice)
		switch {
		case !x.Exception.EndedAt.IsZero(), x.Exception.Until.IsZero(), now.Sub(x.Exception.Until) > exceptionForgotten:
			continue
		case !expired && (now.Before(begins) || !x.Exception.CreatedAt.Before(begins)):
			continue
		}
		kind, id := models.ReasonExceptionEnds, x.Exception.ID+"/ends"
		if expired {
			kind, id = models.ReasonExceptionEnded, x.Exception.ID+"/ended"
		}
		to := healthReaders(routing)
		if x.Exception.Scope == models.ExceptRule {
			to = eitherReaders(routeReaders(routing, x.Routes), to)
		}
		for _, r := range to {
			report := x.ExceptionReport
			n := models.Notice{
				Subject: models.SubjectException, SubjectID: id, SubjectRevision: int(x.Exception.Until.Unix()), Severity: models.Low, CreatedAt: now,
				Reasons: models.NewReasons(kind, models.ReasonArgs{Exception: &report.Exception, Zone: r.to.Zone, At: now}),
				Content: models.Content{Health: &models.HealthReport{
					Subject: models.SubjectException, Name: report.Exception.Query, Since: report.Exception.Until, Exception: &report, Ended: expired,
				}},
			}
			notices = append(notices, r.notice(n, routing, optOuts, now))
		}
	}
	return notices
}

// PlanReviews reminds people that rules are to be reviewed: once from two weeks before the date, once when it has passed,
// and every 30 days after that. The owner of the rule is reminded; without an owner who is a recipient, the health
// recipients are.
func PlanReviews(all []models.RuleReview, routing models.Routing, optOuts []models.OptOut, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	var notices []models.Notice
	for _, review := range all {
		readers := eitherReaders(ownerReaders(routing, review.Owner), healthReaders(routing))
		for _, r := range readers {
			left, ok := daysLeft(review.Day, r.to, now)
			if !ok || left > reviewNotice || timeOfDay(now.In(timefmt.Zone(r.to.Zone))) < reminderHour {
				continue
			}
			round := 0
			if left < 0 {
				round = 1 + (-left-1)/reviewAgain
			}
			n := models.Notice{
				Subject: models.SubjectRule, SubjectID: review.RuleID + "/review/" + review.Day, SubjectRevision: round, Severity: models.Low, CreatedAt: now,
				Reasons: models.NewReasons(models.ReasonReviewDue, models.ReasonArgs{Rules: []string{review.RuleID}, RuleTitles: []string{review.Title}, Day: review.Day}),
				Content: models.Content{Health: &models.HealthReport{
					Subject: models.SubjectRule, Name: review.Title, Since: review.Since, Review: &review, Ended: left < 0,
				}},
			}
			notices = append(notices, r.notice(n, routing, optOuts, now))
		}
	}
	return notices
}

// ReviewDue reports whether the reminders of a review date have begun.
func ReviewDue(day string, now time.Time) bool {
	date, err := time.Parse(time.DateOnly, day)
	return err == nil && now.Format(time.DateOnly) >= date.AddDate(0, 0, -reviewNotice).Format(time.DateOnly)
}

func timeOfDay(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// A ruleReader is a recipient of a notice about a rule, and the lines by which they get it.
type ruleReader struct {
	to            models.Recipient
	subscriptions []string
}

// notice completes a notice for the reader.
func (r ruleReader) notice(n models.Notice, routing models.Routing, optOuts []models.OptOut, now time.Time) models.Notice {
	n.Kind, n.Recipient, n.Subscriptions = models.NoticeHealth, r.to.Name, r.subscriptions
	n.Content.Language, n.Content.Health.Zone = r.to.Language, r.to.Zone
	open := r.to.Destinations
	if !strings.HasPrefix(r.subscriptions[0], healthPrefix) {
		open = openDestinations(routing, r.to, r.subscriptions, optOuts)
	}
	switch {
	case len(r.to.Destinations) == 0:
		n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: r.to.Name})
	case len(open) == 0:
		n.HeldReasons = models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: r.to.Name, Subscriptions: r.subscriptions})
	}
	return addHealthDeliveries(n, r.to, open, now)
}

func healthReaders(routing models.Routing) []ruleReader {
	var all []ruleReader
	for _, name := range routing.Health {
		all = append(all, ruleReader{recipientNamed(routing, name), []string{HealthSubscription(name)}})
	}
	return all
}

// routeReaders returns everyone whom routes, or narrower ones within them, may lead to.
func routeReaders(routing models.Routing, routes []string) []ruleReader {
	var all []ruleReader
	var walk func(models.Route)
	walk = func(route models.Route) {
		for _, line := range route.Lines {
			name := resolvedRoute{route: route, line: line}.subscription()
			i := slices.IndexFunc(all, func(r ruleReader) bool { return r.to.Name == line.Recipient })
			if i < 0 {
				i = len(all)
				all = append(all, ruleReader{to: recipientNamed(routing, line.Recipient)})
			}
			all[i].subscriptions = appendMissing(all[i].subscriptions, name)
		}
		for _, narrower := range route.Routes {
			walk(narrower)
		}
	}
	if len(routes) == 0 {
		routes = []string{models.DefaultRoute}
	}
	for _, name := range routes {
		route, ok := routing.Route(name)
		if !ok {
			route, _ = routing.Route(models.DefaultRoute)
		}
		walk(route)
	}
	return all
}

// ownerReaders returns the recipient that an owner names, or whose address it is.
func ownerReaders(routing models.Routing, owner string) []ruleReader {
	name, ok := routing.RecipientOf(owner)
	if !ok {
		return nil
	}
	return []ruleReader{{recipientNamed(routing, name), []string{HealthSubscription(name)}}}
}

func recipientNamed(routing models.Routing, name string) models.Recipient {
	to := routing.Recipients[name]
	to.Name = name
	return to
}

func eitherReaders(first, second []ruleReader) []ruleReader {
	if len(first) > 0 {
		return first
	}
	return second
}

// exceptedCounts counts for each exception the matches of the rules that the subscription includes.
func exceptedCounts(s models.DigestSubscription, found []models.ExceptedCount) []models.ExceptedCount {
	var counts []models.ExceptedCount
	for _, c := range found {
		if len(askedRules(s, []string{c.RuleID})) == 0 {
			continue
		}
		i := slices.IndexFunc(counts, func(have models.ExceptedCount) bool { return have.Exception.ID == c.Exception.ID })
		if i < 0 {
			i = len(counts)
			counts = append(counts, models.ExceptedCount{Exception: c.Exception})
		}
		counts[i].Matches += c.Matches
	}
	return counts
}
