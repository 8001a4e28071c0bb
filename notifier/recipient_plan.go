package notifier

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"regwatch/models"
)

// A resolvedRoute leads from a match to a recipient through a line of a route.
type resolvedRoute struct {
	match models.Match
	route models.Route
	line  models.RouteLine
}

// subscription returns the name of the line.
func (w resolvedRoute) subscription() string { return w.route.Path + "/" + w.line.Recipient }

// resolveRoutes returns the lines that a match of a change takes.
func resolveRoutes(r models.Routing, m models.Match, c models.Change, now time.Time) []resolvedRoute {
	fallback, _ := r.Route(models.DefaultRoute)
	names := m.Routes
	if len(names) == 0 {
		names = []string{models.DefaultRoute}
	}
	var routes []resolvedRoute
	for _, name := range names {
		route, ok := r.Route(name)
		if !ok {
			// A removed route must not lose an alert.
			route = fallback
		}
		routes = append(routes, resolveRoute(route, m, c, now)...)
	}
	if len(routes) == 0 {
		// Nor may routes whose conditions are not met.
		return resolveRoute(fallback, m, c, now)
	}
	return routes
}

func resolveRoute(r models.Route, m models.Match, c models.Change, now time.Time) []resolvedRoute {
	if !met(checkCondition(r.When, m, c, now)) {
		return nil
	}
	var routes []resolvedRoute
	for _, narrower := range r.Routes {
		routes = append(routes, resolveRoute(narrower, m, c, now)...)
	}
	if len(routes) > 0 {
		return routes
	}
	for _, line := range r.Lines {
		routes = append(routes, resolvedRoute{m, r, line})
	}
	return routes
}

// A recipientPlan holds all routes from one change to one recipient.
type recipientPlan struct {
	recipient models.Recipient
	routes    []resolvedRoute
	matches   []models.Match // ranked
	alerted   []string       // the rules that the event of the change alerts to, by any of its articles
	mutes     []models.Mute  // in force for the recipient, of any kind
	optOuts   []models.OptOut
}

// plansFor returns a plan for each recipient of a change, ordered by name, absent
// recipients last.
func plansFor(r models.Routing, c models.Change, planContext models.PlanContext, now time.Time) []recipientPlan {
	byName := make(map[string]*recipientPlan)
	for _, m := range models.Ranked(c.Matches) {
		for _, w := range resolveRoutes(r, m, c, now) {
			name := w.line.Recipient
			l := byName[name]
			if l == nil {
				l = &recipientPlan{recipient: r.Recipients[name], alerted: c.Event.RuleIDs, optOuts: planContext.OptOuts}
				l.recipient.Name = name
				for _, mute := range planContext.Mutes {
					if mute.InForce(now) && (mute.Recipient == "" || mute.Recipient == name) {
						l.mutes = append(l.mutes, mute)
					}
				}
				byName[name] = l
			}
			l.routes = append(l.routes, w)
			if !slices.ContainsFunc(l.matches, func(have models.Match) bool { return have.RuleID == m.RuleID && have.RuleHash == m.RuleHash }) {
				l.matches = append(l.matches, m)
			}
		}
	}
	sorted := make([]recipientPlan, 0, len(byName))
	names := slices.Sorted(maps.Keys(byName))
	sortPresentFirst(names, r)
	for _, name := range names {
		l := *byName[name]
		l.recipient = withOpenDestinations(l.recipient, l.isOpen)
		sorted = append(sorted, l)
	}
	return sorted
}

// alertingMatches returns the matches that are worth an alert: by themselves, or because another article made the
// event worth it. So a later report of an event that is known to be relevant is not demoted; an exception still holds it.
func (l recipientPlan) alertingMatches() []models.Match {
	return slices.DeleteFunc(slices.Clone(l.matches), func(m models.Match) bool {
		return !m.Alerts() && !(m.Meets() && !m.Excepted() && slices.Contains(l.alerted, m.RuleID))
	})
}

// unmutedMatches returns the alerting matches whose rule is not muted.
func (l recipientPlan) unmutedMatches() []models.Match {
	return slices.DeleteFunc(l.alertingMatches(), func(m models.Match) bool { return l.mute(models.MuteRule, m.RuleID) != nil })
}

// mute returns the longest mute of a target, or nil.
func (l recipientPlan) mute(kind models.MuteKind, target string) *models.Mute {
	var longest *models.Mute
	for _, m := range l.mutes {
		if m.Kind == kind && m.Target == target && (longest == nil || m.Until.After(longest.Until)) {
			longest = &m
		}
	}
	return longest
}

// countedRoutes returns the routes of unmuted matches; without any, those of alerting
// matches; without any, all.
func (l recipientPlan) countedRoutes() []resolvedRoute {
	for _, matches := range [][]models.Match{l.unmutedMatches(), l.alertingMatches()} {
		if len(matches) > 0 {
			return slices.DeleteFunc(slices.Clone(l.routes), func(w resolvedRoute) bool {
				return !slices.ContainsFunc(matches, func(m models.Match) bool { return m.RuleID == w.match.RuleID && m.RuleHash == w.match.RuleHash })
			})
		}
	}
	return l.routes
}

// severity returns the highest severity of the counted routes.
func (l recipientPlan) severity() models.Severity {
	worst := models.Severity("")
	for _, w := range l.countedRoutes() {
		if w.match.Severity.Rank() > worst.Rank() {
			worst = w.match.Severity
		}
	}
	return worst
}

// reasons returns the matched rules and the routes.
func (l recipientPlan) reasons() models.Reasons {
	var args models.ReasonArgs
	for _, w := range l.countedRoutes() {
		args.Routes = appendMissing(args.Routes, w.route.Path)
		if !slices.Contains(args.Rules, w.match.RuleID) {
			args.Rules = append(args.Rules, w.match.RuleID)
			args.RuleTitles = append(args.RuleTitles, w.match.RuleTitle)
		}
	}
	return withDeputy(models.NewReasons(models.ReasonMatched, args), l.recipient)
}

// subscriptions returns the names of the lines.
func (l recipientPlan) subscriptions() []string {
	var names []string
	for _, w := range l.countedRoutes() {
		if !slices.Contains(names, w.subscription()) {
			names = append(names, w.subscription())
		}
	}
	return names
}

// destinations returns the recipient's destinations that are subscribed to at least one
// line.
func (l recipientPlan) destinations() []models.Destination {
	return reachable(l.recipient, l.isOpen)
}

func (l recipientPlan) isOpen(to models.Destination) bool {
	return slices.ContainsFunc(l.countedRoutes(), func(w resolvedRoute) bool { return !w.optedOut(to, l.optOuts) })
}

// optedOut reports whether a destination has unsubscribed from the line.
func (w resolvedRoute) optedOut(to models.Destination, left []models.OptOut) bool {
	return optedOut(left, w.subscription(), w.line.Mandatory, to)
}

// frequency returns the most urgent frequency of the counted lines.
func (l recipientPlan) frequency() models.Frequency {
	frequencies := make([]models.Frequency, 0, len(l.routes))
	for _, w := range l.countedRoutes() {
		if w.line.Frequency != nil {
			frequencies = append(frequencies, *w.line.Frequency)
		} else {
			frequencies = append(frequencies, l.recipient.Frequency)
		}
	}
	return mostUrgent(frequencies)
}

// mostUrgent returns the frequency that delivers first; all must not be empty.
func mostUrgent(all []models.Frequency) models.Frequency {
	urgency := []models.FrequencyKind{models.AtOnce, models.Hourly, models.Daily, models.Weekly}
	return slices.MinFunc(all, func(a, b models.Frequency) int {
		return slices.Index(urgency, a.Kind) - slices.Index(urgency, b.Kind)
	})
}

// escalation returns when and where a critical alert escalates: by the first of its
// routes that does.
func (l recipientPlan) escalation(now time.Time) (at time.Time, to string) {
	for _, w := range l.countedRoutes() {
		e := w.route.Escalate
		if w.match.Severity != models.Critical || e.To == "" {
			continue
		}
		if goes := now.Add(e.After); at.IsZero() || goes.Before(at) {
			at, to = goes, e.To
		}
	}
	return at, to
}

// held returns why a change is not sent, or no reasons. known means that it has no update
// for the recipient.
func (l recipientPlan) held(c models.Change, event models.Event, known bool, now time.Time) (models.Hold, models.Reasons) {
	alerting := l.alertingMatches()
	source := c.Article.Source.Name
	if len(alerting) == 0 && !(c.Article.Baseline && slices.ContainsFunc(l.matches, models.Match.Meets)) {
		return l.heldMatches(now)
	}
	switch {
	case c.Article.Baseline:
		return models.HeldBaseline, models.NewReasons(models.ReasonBaseline, models.ReasonArgs{Source: source})
	case l.severity().Rank() < l.recipient.MinSeverity.Rank():
		return models.HeldSeverity, models.NewReasons(models.ReasonBelowSeverity, models.ReasonArgs{
			Severity: l.severity(), MinSeverity: l.recipient.MinSeverity, Recipient: l.recipient.Name,
		})
	}
	// Who muted an event has not seen what a report adds that only resembles it, nor what
	// a person found to be another development.
	if m := l.mute(models.MuteEvent, event.ID); m != nil && (known || c.Kind != models.Similar && c.SplitFrom == nil) {
		return models.HeldMuted, l.muted(*m, "", now)
	}
	if m := l.mute(models.MuteSource, cmp.Or(c.Article.SourceID, c.Article.Source.ID)); m != nil {
		return models.HeldMuted, l.muted(*m, source, now)
	}
	if len(l.unmutedMatches()) == 0 {
		return models.HeldMuted, l.muted(*l.mute(models.MuteRule, alerting[0].RuleID), "", now)
	}
	switch {
	case len(l.recipient.Destinations) == 0:
		return "", models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: l.recipient.Name})
	case len(l.destinations()) == 0:
		return models.HeldOptedOut, models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: l.recipient.Name, Subscriptions: l.subscriptions()})
	case known && c.Kind == models.Revised:
		return models.HeldTold, models.NewReasons(models.ReasonKnown, models.ReasonArgs{Revision: c.Article.Revision})
	case known:
		return models.HeldTold, models.NewReasons(models.ReasonKnown, models.ReasonArgs{Source: c.Joined.SourceName, JoinedBy: c.Joined.JoinedBy})
	}
	return "", nil
}

// heldMatches returns why a change is not sent of which no match alerts.
func (l recipientPlan) heldMatches(now time.Time) (models.Hold, models.Reasons) {
	with := func(accept func(models.Match) bool) []models.Match {
		return slices.DeleteFunc(slices.Clone(l.matches), func(m models.Match) bool { return m.Draft || !accept(m) })
	}
	forDigest := with(models.Match.ForDigest)
	lessCertain := with(func(m models.Match) bool { return m.Outcome == models.OutcomeDigest && !m.ForDigest() })
	excepted := with(models.Match.Excepted)
	unlikely := with(func(m models.Match) bool { return m.Outcome == models.OutcomeCount })
	switch {
	case len(forDigest) > 0:
		return models.HeldDigest, becauseOfMatches(models.ReasonForDigest, forDigest)
	case len(lessCertain) > 0:
		return models.HeldLessCertain, becauseOfMatches(models.ReasonLessCertain, lessCertain)
	case len(excepted) > 0:
		return models.HeldException, becauseOfException(excepted, l.recipient.Zone, now)
	case len(unlikely) > 0:
		return models.HeldUnlikely, becauseOfMatches(models.ReasonUnlikely, unlikely)
	case len(with(func(models.Match) bool { return true })) > 0:
		return models.HeldMention, becauseOfMatches(models.ReasonMentionOnly, l.matches)
	}
	return models.HeldDraft, becauseOfMatches(models.ReasonDraftOnly, l.matches)
}

func (l recipientPlan) muted(m models.Mute, source string, now time.Time) models.Reasons {
	return becauseOfMute(m, source, l.recipient.Zone, now)
}

// becauseOfMute returns a mute as the reason. source is the name of a muted source.
func becauseOfMute(m models.Mute, source, zone string, now time.Time) models.Reasons {
	return models.NewReasons(models.ReasonMuted, models.ReasonArgs{Mute: &m, Source: source, Zone: zone, At: now})
}

// becauseOfMatches returns rules as the reason, with the first hit of each.
func becauseOfMatches(kind models.ReasonKind, matches []models.Match) models.Reasons {
	var args models.ReasonArgs
	for _, m := range matches {
		words := ""
		if len(m.Hits) > 0 {
			words = m.Hits[0].Text
		}
		args.Rules = append(args.Rules, m.RuleID)
		args.RuleTitles = append(args.RuleTitles, m.RuleTitle)
		args.Words = append(args.Words, words)
	}
	return models.NewReasons(kind, args)
}

// becauseOfException returns the exception that holds the leading match as the reason, with the rules whose matches
// exceptions hold.
func becauseOfException(matches []models.Match, zone string, now time.Time) models.Reasons {
	reasons := becauseOfMatches(models.ReasonExcepted, matches)
	args := &reasons[0].Args
	args.Exception, args.Zone, args.At = matches[0].Exception, zone, now
	return reasons
}
