package app

import (
	"context"
	"strings"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// A Route is a route of regwatch.yaml with the narrower ones within it.
type Route struct {
	Path         string         `json:"path"`
	When         RouteCondition `json:"when"`
	To           []RouteLine    `json:"to"`
	EscalateTo   string         `json:"escalate_to,omitempty"`
	EscalateSecs int            `json:"escalate_after_seconds,omitempty"`
	Routes       []Route        `json:"routes"`

	EscalateAfter time.Duration `json:"-"`
	Condition     string        `json:"-"` // When as a sentence; empty if there is none
}

// A RouteCondition is what a route asks for.
type RouteCondition struct {
	Severity      string        `json:"severity,omitempty"`
	Roles         []models.Role `json:"role,omitempty"`
	Jurisdictions []string      `json:"jurisdiction,omitempty"`
	Languages     []string      `json:"language,omitempty"`
	Topics        []string      `json:"topic,omitempty"`
	Rules         []string      `json:"rule,omitempty"`
	Sources       []string      `json:"source,omitempty"`
}

// A RouteLine is one recipient of a route.
type RouteLine struct {
	Recipient string `json:"recipient"`
	Pace      string `json:"pace,omitempty"` // if it is not the recipient's own
	Mandatory bool   `json:"mandatory"`

	Reminders *[]int `json:"-"` // days before a key date; nil: the recipient's own
}

// Routes are the routes of a folder and the recipients that they lead to.
type Routes struct {
	Routes     []Route
	Recipients []models.Recipient
}

// ReadRoutes returns the routes of a folder.
func ReadRoutes(dir string) (Routes, error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return Routes{}, problems
	}
	return Routes{newRoutes(folder.Config.Routes), folder.Config.Recipients}, nil
}

func newRoutes(routes []models.Route) []Route {
	all := make([]Route, len(routes))
	for i, r := range routes {
		all[i] = Route{
			Path: r.Path, EscalateTo: r.Escalate.To, EscalateSecs: int(r.Escalate.After / time.Second), EscalateAfter: r.Escalate.After,
			To: []RouteLine{}, Routes: newRoutes(r.Routes), Condition: r.When.String(),
			When: RouteCondition{string(r.When.Severity), r.When.Roles, r.When.Jurisdictions, r.When.Languages, r.When.Topics, r.When.Rules, r.When.Sources},
		}
		for _, line := range r.Lines {
			row := RouteLine{Recipient: line.Recipient, Mandatory: line.Mandatory, Reminders: line.Reminders}
			if line.Frequency != nil {
				row.Pace = FrequencyText(*line.Frequency)
			}
			all[i].To = append(all[i].To, row)
		}
	}
	return all
}

// FrequencyText says how often alerts are sent.
func FrequencyText(f models.Frequency) string {
	switch f.Kind {
	case models.Daily:
		return "daily at " + timefmt.Clock(f.At)
	case models.Weekly:
		return "weekly on " + f.Day.String() + " at " + timefmt.Clock(f.At)
	case models.AtOnce:
		return "at once"
	}
	return string(f.Kind)
}

// A RouteFeed is the address of the Atom feed of a route.
type RouteFeed struct {
	Feed  string `json:"feed"`
	Route string `json:"route"`
}

// RouteFeed returns the address of the Atom feed of a route.
func (a *App) RouteFeed(ctx context.Context, route string) (RouteFeed, error) {
	c := a.Config()
	if _, known := c.Routing().Route(route); !known {
		names := routePaths(c.Routes)
		return RouteFeed{}, inputError("there is no route %q%s; the routes are %s", route, didYouMean(route, names), strings.Join(names, ", "))
	}
	if c.Web.Public == "" {
		return RouteFeed{}, inputError("regwatch serves no feeds, because regwatch.yaml has no web.public; add, for example, web: {listen: 127.0.0.1:8480, public: https://regwatch.example.com}")
	}
	links, err := a.Links(ctx)
	if err != nil {
		return RouteFeed{}, err
	}
	return RouteFeed{links.Feed(route), route}, nil
}

// routePaths returns the paths of routes, each before the narrower ones within it.
func routePaths(routes []models.Route) []string {
	var paths []string
	for _, r := range routes {
		paths = append(append(paths, r.Path), routePaths(r.Routes)...)
	}
	return paths
}
