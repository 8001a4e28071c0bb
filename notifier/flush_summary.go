package notifier

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"regwatch/models"
)

// groupByDestinations groups items by their destinations, so that no destination gets an item
// it has unsubscribed from. A single item needs no summary, because its alert says more.
func groupByDestinations[T any](together []T, to func(T) []models.Destination) (groups [][]T, alone []T) {
	var all [][]T
	at := make(map[string]int)
	for _, t := range together {
		var places []string
		for _, d := range to(t) {
			places = append(places, placeKey(d))
		}
		slices.Sort(places)
		key := strings.Join(slices.Compact(places), "\n")
		i, met := at[key]
		if !met {
			i = len(all)
			at[key] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], t)
	}
	for _, some := range all {
		if len(some) == 1 {
			alone = append(alone, some[0])
		} else {
			groups = append(groups, some)
		}
	}
	return groups, alone
}

// summaryNumber returns a number that distinguishes the summaries of a recipient.
func (r *flush) summaryNumber() string {
	*r.summaries++
	return strconv.FormatInt(r.now.UnixMicro()+int64(*r.summaries-1), 10)
}

// summary returns one notice for the items, the highest severity first. All have the same
// open destinations.
func (r *flush) summary(together []flushItem) models.Notice {
	all := slices.SortedStableFunc(slices.Values(together), func(a, b flushItem) int {
		return cmp.Or(cmp.Compare(b.notice.Severity.Rank(), a.notice.Severity.Rank()), a.notice.CreatedAt.Compare(b.notice.CreatedAt))
	})
	s := models.Summary{From: r.now, To: r.now, Zone: r.to.Zone}
	var subscriptions []string
	var reasons models.Reasons
	for _, t := range all {
		n := t.notice
		if n.CreatedAt.Before(s.From) {
			s.From = n.CreatedAt
		}
		subscriptions = appendMissing(subscriptions, n.Subscriptions...)
		reasons = appendReasons(reasons, n.WaitReasons)
		e := digestEvent(t.event, findingRules(n.Content.Alert.Why), "", s.From)
		e.RuleTitles = findingTitles(n.Content.Alert.Why)
		e.Severity, e.New = n.Severity, n.Kind == models.NoticeAlert
		e.Stage, e.Restates = n.Content.Alert.Stage, n.Content.Alert.Restates
		e.Dates, e.News = n.Content.Alert.Dates, n.Content.Alert.Updates
		for _, f := range n.Content.Alert.Why {
			e.Entities = models.AddEntities(e.Entities, f.Entities...)
		}
		s.Events = append(s.Events, e)
	}
	s.Reasons = reasons
	n := models.Notice{
		Kind:          models.NoticeSummary,
		Subject:       models.SubjectRecipient,
		SubjectID:     r.to.Name + "/" + r.summaryNumber(),
		Recipient:     r.to.Name,
		Subscriptions: subscriptions,
		Severity:      all[0].notice.Severity,
		Reasons:       append(withDeputy(models.NewReasons(models.ReasonDeferredAlerts, models.ReasonArgs{Count: len(all)}), r.to), reasons...),
		Content:       models.Content{Language: r.to.Language, Summary: &s},
		CreatedAt:     r.now,
	}
	return r.send(n, r.unreached(all[0].to, all...), r.now)
}
