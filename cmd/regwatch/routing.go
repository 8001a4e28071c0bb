package main

import (
	"time"

	"regwatch/configs"
	"regwatch/notifier"
	"regwatch/rules"
)

// routingOf is who is told of what, as the notifier works by it.
func routingOf(c *configs.Config) notifier.Routing {
	r := notifier.Routing{
		Recipients: make(map[string]notifier.Recipient, len(c.Recipients)),
		Routes:     routesOf(c.Routes),
		Health:     c.Health,
		Amends:     make(map[string]bool),
	}
	for _, to := range c.Recipients {
		r.Recipients[to.Name] = notifier.Recipient{
			Name: to.Name, Destinations: destinationsOf(to.Send), Zone: to.Zone, Language: to.Language, MinSeverity: to.MinSeverity,
			Hours:     notifier.Hours{Days: to.Hours.Days, From: sinceMidnight(to.Hours.From), To: sinceMidnight(to.Hours.To)},
			Frequency: paceOf(to.Pace),
			Burst:     notifier.Burst(to.Burst),
		}
	}
	for _, channel := range c.Channels {
		r.Amends[channel.Name] = channel.Kind == configs.KindSlack || channel.Kind == configs.KindWebhook
	}
	return r
}

func routesOf(list []configs.Route) []notifier.Route {
	routes := make([]notifier.Route, len(list))
	for i, r := range list {
		routes[i] = notifier.Route{
			Path: r.Path, When: notifier.Condition(r.When), Escalate: notifier.Escalation(r.Escalate), Routes: routesOf(r.Routes),
		}
		for _, line := range r.To {
			l := notifier.RouteLine{Recipient: line.Recipient, Mandatory: line.Mandatory}
			if line.Pace != nil {
				own := paceOf(*line.Pace)
				l.Frequency = &own
			}
			routes[i].Lines = append(routes[i].Lines, l)
		}
	}
	return routes
}

func paceOf(p configs.Pace) notifier.Frequency {
	kinds := map[configs.PaceKind]notifier.FrequencyKind{configs.Hourly: notifier.Hourly, configs.Daily: notifier.Daily, configs.Weekly: notifier.Weekly}
	return notifier.Frequency{Kind: kinds[p.Every], Day: p.Day, At: sinceMidnight(p.At)}
}

func sinceMidnight(t configs.TimeOfDay) time.Duration {
	return time.Duration(t.Hour)*time.Hour + time.Duration(t.Minute)*time.Minute
}

func destinationsOf(list []configs.Destination) []notifier.Destination {
	to := make([]notifier.Destination, len(list))
	for i, d := range list {
		to[i] = notifier.Destination(d)
	}
	return to
}

// namedRules are the rules as the routes of the configuration know them.
func namedRules(set *rules.Set) []configs.Rule {
	var named []configs.Rule
	for _, r := range set.Rules() {
		named = append(named, configs.Rule{ID: r.ID, Topic: r.Topic, Severity: r.Severity, Routes: r.Routes})
	}
	return named
}
