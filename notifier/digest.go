package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"regwatch/models"
)

// A Subscription is a digest that somebody gets every week.
type Subscription struct {
	ID        string
	Title     string
	To        []Destination
	Day       time.Weekday
	Hour      int // 0 to 23, in Zone
	Minute    int
	Zone      *time.Location
	Rules     []string // whose events it tells; empty means all
	SkipEmpty bool     // nothing is sent for a week in which nothing happened
}

// settle is how long after its slot a digest is made, so that what was decided
// before the slot is committed, also by a machine whose clock is a little off.
const settle = 2 * time.Minute

// lateAfter is how long after its slot a digest is marked as late.
const lateAfter = time.Hour

// Slot returns the last time at or before now at which the subscription is due.
// On a day when clocks skip that time, it is as much later as they skip.
func (s Subscription) Slot(now time.Time) time.Time {
	local := now.In(s.Zone)
	back := (int(local.Weekday()) - int(s.Day) + 7) % 7
	// A week on which clocks change is not 168 hours long, so days are counted
	// and not hours.
	for weeks := range 2 {
		slot := time.Date(local.Year(), local.Month(), local.Day()-back-7*weeks, s.Hour, s.Minute, 0, 0, s.Zone)
		if !slot.After(now) {
			return slot
		}
	}
	return time.Time{} // cannot be: a slot of last week is always past
}

// Due returns the window of the digest that is owed, if one is. The window goes
// from the end of the previous digest to the last slot, so slots missed while
// nothing ran fold into one digest. Since is when the subscription was first
// seen: before the first slot after it nothing is owed.
func (s Subscription) Due(last models.DigestIssue, since, now time.Time) (from, to time.Time, due bool) {
	to = s.Slot(now.Add(-settle))
	if last.WindowTo.After(now.Add(24 * time.Hour)) {
		// A clock that was far ahead made it; it must not silence what follows.
		return to.AddDate(0, 0, -7).UTC(), to.UTC(), true
	}
	switch {
	case last.WindowTo.IsZero() && !to.After(since):
		return time.Time{}, time.Time{}, false
	case last.WindowTo.IsZero():
		return to.AddDate(0, 0, -7).UTC(), to.UTC(), true
	case !to.After(last.WindowTo):
		return time.Time{}, time.Time{}, false
	}
	return last.WindowTo, to.UTC(), true
}

// PlanDigest decides what the digest of a window tells: the events that a
// subscribed rule found or that changed in it, and how much was watched. The
// notice holds the list for good.
func PlanDigest(s Subscription, from, to time.Time, found []models.Event, titles map[string]string, coverage models.Coverage, now time.Time) (models.DigestIssue, models.Notice) {
	issue := models.DigestIssue{
		ID:           models.NewID(now, "digest", s.ID, from.UTC().Format(time.RFC3339Nano)),
		Subscription: s.ID,
		LocalDate:    to.In(s.Zone).Format(time.DateOnly),
		WindowFrom:   from,
		WindowTo:     to,
		Late:         now.Sub(to) > lateAfter,
		CreatedAt:    now,
	}
	d := models.Digest{
		Subscription: s.ID,
		Title:        cmp.Or(s.Title, "Weekly digest"),
		From:         from,
		To:           to,
		Zone:         s.Zone.String(),
		Late:         issue.Late,
		Coverage:     coverage,
	}
	counts := make(map[string]int)
	for _, e := range found {
		ids := slices.DeleteFunc(slices.Clone(e.RuleIDs), func(id string) bool {
			return len(s.Rules) > 0 && !slices.Contains(s.Rules, id)
		})
		if len(ids) == 0 || e.MergedInto != "" || e.Baseline {
			continue
		}
		d.Events = append(d.Events, line(e, ids, from))
		for _, id := range ids {
			counts[id]++
		}
	}
	slices.SortStableFunc(d.Events, func(a, b models.DigestEvent) int {
		return cmp.Or(
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			b.FirstSeenAt.Compare(a.FirstSeenAt),
			cmp.Compare(a.EventID, b.EventID),
		)
	})
	for id, n := range counts {
		d.Counts = append(d.Counts, models.RuleCount{RuleID: id, Title: cmp.Or(titles[id], id), Events: n})
	}
	slices.SortFunc(d.Counts, func(a, b models.RuleCount) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.RuleID, b.RuleID))
	})
	n := models.Notice{
		Kind:      models.NoticeDigest,
		Subject:   "digest",
		SubjectID: s.ID + "/" + strconv.FormatInt(to.Unix(), 10),
		Recipient: s.ID,
		Reason:    fmt.Sprintf("subscription %s, %s", s.ID, plural(len(d.Events), "1 event", strconv.Itoa(len(d.Events))+" events")),
		Content:   models.Content{Digest: &d},
		CreatedAt: now,
	}
	switch {
	case s.SkipEmpty && len(d.Events) == 0:
		n.Held = "an empty week, and the subscription asks not to be told of those"
	case len(s.To) == 0:
		n.Held = "the subscription has no destination"
	}
	n = address(n, s.To, now)
	issue.NoticeIDs = []string{n.ID}
	return issue, n
}

func line(e models.Event, ruleIDs []string, from time.Time) models.DigestEvent {
	d := models.DigestEvent{
		EventID:       e.ID,
		Severity:      e.Severity,
		Official:      e.Official,
		Jurisdictions: e.Jurisdictions,
		RuleIDs:       ruleIDs,
		Title:         e.Title,
		Link:          e.Link,
		FirstSeenAt:   e.FirstSeenAt,
		Articles:      len(e.Articles),
		New:           !e.FirstSeenAt.Before(from),
	}
	if len(e.Articles) > 0 {
		// The word of the body itself stands before reports of it.
		first := e.Articles[0]
		if i := slices.IndexFunc(e.Articles, func(a models.EventArticle) bool { return a.Role.Official() }); i > 0 {
			first = e.Articles[i]
			d.Title, d.Link = first.Title, first.Link
		}
		d.Source, d.PublishedAt = first.SourceName, first.PublishedAt
	}
	return d
}
