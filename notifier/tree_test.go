package notifier

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// Random trees, planned and compared with a slow reference that checks every route and
// recipient by itself.
func TestPlanAgreesWithReference(t *testing.T) {
	told, fellBack, narrowed, left := 0, 0, 0, 0
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 5))
		routing := randomRouting(r)
		c := randomChange(r)
		var outs []models.OptOut
		for _, route := range flat(routing.Routes) {
			for _, line := range route.Lines {
				if r.IntN(4) == 0 {
					outs = append(outs, models.OptOut{Subscription: route.Path + "/" + line.Recipient, Address: "mail:" + line.Recipient, Forced: r.IntN(3) == 0})
				}
			}
		}
		var got []string
		for _, n := range Plan([]models.Change{c}, routing, models.PlanContext{OptOuts: outs}, noon) {
			subscriptions := slices.Sorted(slices.Values(n.Subscriptions))
			got = append(got, fmt.Sprintf("%s by %v, held %t, to %d", n.Recipient, subscriptions, n.IsHeld(), len(n.Deliveries)))
		}
		want := slowPlan(routing, c, outs)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: plan (-reference +got):\n%s\n%+v", seed, diff, routing.Routes)
		}
		all := strings.Join(got, "\n")
		told += strings.Count(all, "held false")
		left += strings.Count(all, "held true")
		fellBack += strings.Count(all, "default/")
		narrowed += strings.Count(all, "/n")
	}
	if told < 1000 || fellBack < 500 || narrowed < 500 || left < 500 {
		t.Errorf("told %d, default %d, narrower %d, left %d: the trees try too little", told, fellBack, narrowed, left)
	}
}

func randomRouting(r *rand.Rand) models.Routing {
	routing := models.Routing{Recipients: make(map[string]models.Recipient)}
	names := []string{"a", "b", "c", "d"}
	for _, name := range names {
		routing.Recipients[name] = models.Recipient{Name: name, Destinations: []models.Destination{{Channel: "mail", Address: name}}}
	}
	var route func(path string, depth int) models.Route
	route = func(path string, depth int) models.Route {
		this := models.Route{Path: path}
		if path != models.DefaultRoute && r.IntN(3) > 0 {
			this.When = randomCondition(r)
		}
		for _, name := range names {
			if r.IntN(4) == 0 {
				this.Lines = append(this.Lines, models.RouteLine{Recipient: name, Mandatory: r.IntN(3) == 0})
			}
		}
		for i := range r.IntN(3) {
			if depth < 3 {
				this.Routes = append(this.Routes, route(fmt.Sprintf("%s/n%d", path, i), depth+1))
			}
		}
		return this
	}
	for _, name := range []string{models.DefaultRoute, "x", "xy"} {
		routing.Routes = append(routing.Routes, route(name, 0))
	}
	return routing
}

func randomCondition(r *rand.Rand) models.Condition {
	var w models.Condition
	switch r.IntN(7) {
	case 0:
		w.Severity = models.High
	case 1:
		w.Roles = []models.Role{models.Press, models.Government}
	case 2:
		w.Jurisdictions = []string{"HONG KONG"}
	case 3:
		w.Languages = []string{"zh"}
	case 4:
		w.Topics = []string{"t1", "t2"}
	case 5:
		w.Rules = []string{"r1"}
	case 6:
		w.Sources = []string{"hk*"}
		w.Severity = models.Medium
	}
	return w
}

func randomChange(r *rand.Rand) models.Change {
	var matches []models.Match
	for i := range 1 + r.IntN(3) {
		m := match(fmt.Sprint("r", i), []models.Severity{models.Low, models.Medium, models.High}[r.IntN(3)], []models.Strength{models.Subject, models.Mention}[r.IntN(2)])
		m.Topic = fmt.Sprint("t", r.IntN(4))
		for _, route := range []string{"x", "xy", "gone", models.DefaultRoute} {
			if r.IntN(3) == 0 {
				m.Routes = append(m.Routes, route)
			}
		}
		matches = append(matches, m)
	}
	c := change(models.Opened, matches...)
	c.Article.Language = []string{"zh-Hant", "en", "zhx"}[r.IntN(3)]
	c.Article.SourceID = []string{"hkma", "bbc"}[r.IntN(2)]
	c.Article.Source = models.Source{Role: []models.Role{models.Press, models.Regulator}[r.IntN(2)]}
	c.Event.Jurisdictions = [][]string{{"Hong Kong"}, {"Macau"}, nil}[r.IntN(3)]
	return c
}

// flat returns every route of a tree.
func flat(routes []models.Route) []models.Route {
	var all []models.Route
	for _, r := range routes {
		all = append(append(all, r), flat(r.Routes)...)
	}
	return all
}

// slowPlan returns the lines that notify each recipient, and whether an address is open.
func slowPlan(routing models.Routing, c models.Change, outs []models.OptOut) []string {
	all := flat(routing.Routes)
	open := func(route models.Route, m models.Match) bool { // it and every surrounding route take the match
		return !slices.ContainsFunc(all, func(around models.Route) bool {
			return (around.Path == route.Path || strings.HasPrefix(route.Path, around.Path+"/")) && !takes(around.When, m, c)
		})
	}
	tells := func(route models.Route, m models.Match) bool { // and no narrower route notifies anyone
		return open(route, m) && !slices.ContainsFunc(all, func(inner models.Route) bool {
			return strings.HasPrefix(inner.Path, route.Path+"/") && len(inner.Lines) > 0 && open(inner, m)
		})
	}
	leads := func(root string, m models.Match) bool {
		return slices.ContainsFunc(all, func(route models.Route) bool {
			return (route.Path == root || strings.HasPrefix(route.Path, root+"/")) && len(route.Lines) > 0 && tells(route, m)
		})
	}
	roots := func(m models.Match) []string {
		var names []string
		for _, name := range m.Routes {
			if name == "gone" {
				name = models.DefaultRoute
			}
			names = append(names, name)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return leads(name, m) }) {
			return []string{models.DefaultRoute}
		}
		return names
	}
	var lines []string
	for _, name := range []string{"a", "b", "c", "d"} {
		by := make(map[bool][]string) // subscriptions, by whether they alert
		stays := make(map[bool]bool)
		for _, m := range c.Matches {
			for _, route := range all {
				root, _, _ := strings.Cut(route.Path, "/")
				for _, line := range route.Lines {
					if line.Recipient != name || !slices.Contains(roots(m), root) || !tells(route, m) {
						continue
					}
					subscription := route.Path + "/" + name
					by[m.Alerts()] = append(by[m.Alerts()], subscription)
					out := slices.ContainsFunc(outs, func(o models.OptOut) bool {
						return o.Subscription == subscription && (o.Forced || !line.Mandatory)
					})
					stays[m.Alerts()] = stays[m.Alerts()] || !out
				}
			}
		}
		alerts := len(by[true]) > 0
		if !alerts && len(by[false]) == 0 {
			continue
		}
		subscriptions := slices.Compact(slices.Sorted(slices.Values(by[alerts])))
		deliveries := 0
		if alerts && stays[true] {
			deliveries = 1
		}
		lines = append(lines, fmt.Sprintf("%s by %v, held %t, to %d", name, subscriptions, deliveries == 0, deliveries))
	}
	return lines
}

// takes evaluates a condition of randomCondition.
func takes(w models.Condition, m models.Match, c models.Change) bool {
	return (w.Severity == "" || slices.Contains(map[models.Severity][]models.Severity{
		models.Medium: {models.Medium, models.High}, models.High: {models.High},
	}[w.Severity], m.Severity)) &&
		(w.Roles == nil || c.Article.Source.Role == models.Press) &&
		(w.Jurisdictions == nil || slices.Contains(c.Event.Jurisdictions, "Hong Kong")) &&
		(w.Languages == nil || c.Article.Language == "zh-Hant") &&
		(w.Topics == nil || m.Topic == "t1" || m.Topic == "t2") &&
		(w.Rules == nil || m.RuleID == "r1") &&
		(w.Sources == nil || c.Article.SourceID == "hkma")
}

func TestCheckConditionReportsEachPart(t *testing.T) {
	m := match("yuan", models.High, models.Subject)
	c := change(models.Opened, m)
	c.Article.Language = "zh-Hant"
	c.Article.Source.Jurisdictions = []string{"Hong Kong"}
	c.Event.Jurisdictions = []string{"Macau", "Hong Kong"}
	lines := func(checks []models.ConditionCheck) (lines []string) {
		for _, c := range checks {
			lines = append(lines, fmt.Sprintf("%s %v of %v: %t", c.Kind, c.Has, c.Wanted, c.Met))
		}
		return lines
	}
	met := checkCondition(models.Condition{
		Severity: models.Medium, Roles: []models.Role{models.Press, models.Regulator}, Jurisdictions: []string{"ＨＯＮＧ kong"},
		Languages: []string{"zh"}, Topics: []string{"yuan"}, Rules: []string{"yuan"}, Sources: []string{"hk*"},
	}, m, c, noon)
	if diff := cmp.Diff([]string{
		"severity [high] of [medium]: true", "role [regulator] of [press regulator]: true", "jurisdiction [Hong Kong] of [ＨＯＮＧ kong]: true",
		"language [zh-Hant] of [zh]: true", "topic [yuan] of [yuan]: true", "rule [yuan] of [yuan]: true", "source [hkma] of [hk*]: true",
	}, lines(met)); diff != "" {
		t.Errorf("checks that are met (-want +got):\n%s", diff)
	}
	c.Article.Language = ""
	m.Topic = "stablecoins"
	unmet := checkCondition(models.Condition{
		Severity: models.Critical, Roles: []models.Role{models.Press}, Jurisdictions: []string{"Singapore", "Japan"},
		Languages: []string{"en"}, Topics: []string{"yuan"}, Rules: []string{"ban"}, Sources: []string{"bbc", "scmp-*"},
	}, m, c, noon)
	if diff := cmp.Diff([]string{
		"severity [high] of [critical]: false", "role [regulator] of [press]: false", "jurisdiction [Hong Kong Macau] of [Singapore Japan]: false",
		"language [] of [en]: false", "topic [stablecoins] of [yuan]: false", "rule [yuan] of [ban]: false", "source [hkma] of [bbc scmp-*]: false",
	}, lines(unmet)); diff != "" {
		t.Errorf("checks that are not met (-want +got):\n%s", diff)
	}
}
