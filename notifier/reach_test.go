package notifier

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"regwatch/models"
)

// Destinations and recipients of random routings; two spellings are one destination.
var (
	randomNames  = []string{"a", "b", "c"}
	randomPlaces = []models.Destination{
		{Channel: "slack", Address: "#x"},
		{Channel: "mail", Address: "x@example.com"},
		{Channel: "mail", Address: "X@Example.com"},
		{Channel: "mail", Address: "y@example.com"},
	}
)

// routingByChance returns a random routing of three recipients with hours, frequencies,
// deputies and bursts, and opt-outs from its lines.
func routingByChance(pick func(int) int) (models.Routing, []models.OptOut) {
	r := models.Routing{Recipients: map[string]models.Recipient{}, Amends: map[string]bool{"slack": true}}
	for _, name := range randomNames {
		to := models.Recipient{Name: name, Zone: "UTC"}
		for range 1 + pick(2) {
			to.Destinations = append(to.Destinations, randomPlaces[pick(len(randomPlaces))])
		}
		if pick(3) == 0 {
			to.Hours = models.Hours{From: 14 * time.Hour, To: 18 * time.Hour}
		}
		if pick(3) == 0 {
			to.Frequency = models.Frequency{Kind: models.Hourly}
		}
		if deputy := randomNames[pick(3)]; pick(3) == 0 && deputy != name {
			to.Deputies = []models.Deputy{{Recipient: deputy, From: "2026-03-01", To: "2026-03-04"}}
		}
		if pick(4) == 0 {
			to.Burst = models.Burst{Over: 1, Within: 10 * time.Minute}
		}
		r.Recipients[name] = to
	}
	r.Routes = []models.Route{to("default", randomNames[pick(3)]), to("r1", randomNames[:1+pick(3)]...), to("r2", randomNames[pick(3):]...)}
	var left []models.OptOut
	for range pick(4) {
		left = append(left, models.OptOut{Subscription: r.Routes[pick(3)].Path + "/" + randomNames[pick(3)], Address: randomPlaces[pick(len(randomPlaces))].String()})
	}
	return r, left
}

// sendings are the messages by event and destination.
type sendings map[string][]sending

type sending struct {
	rules    []string
	severity models.Severity
}

func (s sendings) add(n models.Notice) {
	for _, d := range n.Deliveries {
		place := " " + placeKey(models.Destination{Channel: d.Channel, Address: d.Address})
		if a := n.Content.Alert; a != nil {
			s[n.SubjectID+place] = append(s[n.SubjectID+place], sending{findingRules(a.Why), n.Severity})
		}
		if n.Content.Summary != nil {
			for _, e := range n.Content.Summary.Events {
				s[e.EventID+place] = append(s[e.EventID+place], sending{e.RuleIDs, e.Severity})
			}
		}
	}
}

// tells reports whether any message contains a rule.
func (s sendings) tells(event string, to models.Destination, rule string) bool {
	return slices.ContainsFunc(s[event+" "+placeKey(to)], func(one sending) bool { return slices.Contains(one.rules, rule) })
}

// tellsAll reports whether one message contains all of an alert.
func (s sendings) tellsAll(n models.Notice, to models.Destination) bool {
	return slices.ContainsFunc(s[n.SubjectID+" "+placeKey(to)], func(one sending) bool {
		for _, rule := range findingRules(n.Content.Alert.Why) {
			if !slices.Contains(one.rules, rule) {
				return false
			}
		}
		return one.severity.Rank() >= n.Severity.Rank()
	})
}

// remember adds a notice to its events, as the store does. A notice within a summary was
// sent where the summary was.
func remember(events map[string]models.Event, n models.Notice, all []models.Notice, now time.Time) {
	if n.IsHeld() || n.IsDeferred() || n.Content.Alert == nil {
		return
	}
	e := events[n.SubjectID]
	a := n.Content.Alert
	var sentTo []models.Destination
	for _, teller := range all {
		if teller.ID == cmp.Or(n.ToldIn, n.ID) {
			for _, d := range teller.Deliveries {
				sentTo = append(sentTo, models.Destination{Channel: d.Channel, Address: d.Address})
			}
		}
	}
	e.Notified = append(e.Notified, models.Notified{
		Recipient: n.Recipient, Severity: n.Severity, Rules: findingRules(a.Why), Official: a.Official, Stage: a.Stage, Dates: a.Dates,
		At: now, Subscriptions: n.Subscriptions, Destinations: sentTo,
	})
	events[n.SubjectID] = e
}

// No alert is lost: every open destination of its recipient gets every rule, by this
// notice, a summary or the notice of another recipient. And no destination gets an alert
// if an earlier message contains all of it.
func TestRandomRoutingsReachEveryOpenDestination(t *testing.T) {
	waited, deputies := 0, 0
	for seed := range uint64(1500) {
		random := rand.New(rand.NewPCG(seed, 9))
		r, left := routingByChance(random.IntN)
		c := models.PlanContext{OptOuts: left}
		var changes []models.Change
		events := make(map[string]models.Event)
		for i := range 1 + random.IntN(3) {
			change := change(models.Opened, match("yuan", models.High, models.Subject, "r1"), match("ban", models.Medium, models.Subject, "r2"))
			change.Event.ID = fmt.Sprint("E", i)
			change.Joined.EventID = change.Event.ID
			changes = append(changes, change)
			events[change.Event.ID] = change.Event
		}
		var final []models.Notice
		waiting := make(map[string]models.Notice)
		sent := make(sendings)
		settle := func(notices []models.Notice, now time.Time) {
			for _, n := range notices {
				if n.IsDeferred() {
					waiting[n.ID] = n
					waited++
					continue
				}
				delete(waiting, n.ID)
				for _, d := range n.Deliveries {
					if n.Kind == models.NoticeAlert && sent.tellsAll(n, models.Destination{Channel: d.Channel, Address: d.Address}) {
						t.Errorf("seed %d: %s of %s is sent again to %s", seed, n.SubjectID, n.Recipient, d.Destination)
					}
				}
				sent.add(n)
				remember(events, n, notices, now)
				final = append(final, n)
			}
		}
		planned := Plan(changes, r, c, noon)
		settle(planned, noon)
		for hour := 1; hour <= 6; hour++ {
			now := noon.Add(time.Duration(hour) * time.Hour)
			var due []models.Notice
			for _, n := range planned { // in their order
				if w, ok := waiting[n.ID]; ok && !w.WaitUntil.After(now) {
					due = append(due, w)
				}
			}
			settle(PlanFlush(due, events, r, c, now), now)
		}
		if len(waiting) > 0 {
			t.Errorf("seed %d: %d notices still wait", seed, len(waiting))
		}
		for _, n := range final {
			if n.IsHeld() || n.Content.Alert == nil {
				continue
			}
			to := routingAt(r, noon).Recipients[n.Recipient]
			to.Name = n.Recipient
			if to.Absence != nil {
				deputies++
			}
			for _, d := range openDestinations(r, to, n.Subscriptions, left) {
				for _, id := range findingRules(n.Content.Alert.Why) {
					if !sent.tells(n.SubjectID, d, id) {
						t.Errorf("seed %d: rule %s of %s for %s did not reach %s", seed, id, n.SubjectID, n.Recipient, d)
					}
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	if waited == 0 || deputies == 0 {
		t.Errorf("%d notices waited and %d were for who is away; want some of each", waited, deputies)
	}
}
