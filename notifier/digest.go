package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// Gathered is the stored data from which a digest is created.
type Gathered struct {
	Window   models.Window
	Rules    []Rule // those in force
	Coverage models.Coverage
	OptOuts  []models.OptOut
	Stages   []string       // of a rule change, the earliest first
	Routing  models.Routing // with the recipients of the digest
}

// A Rule is what a digest needs of a rule in force.
type Rule struct {
	ID    string
	Title string
	Topic string // empty: its ID
	Draft bool

	ForDigest bool // its matches are only for the digest
}

// horizon is how many days ahead a digest lists dates to act on.
const digestDaysAhead = 30

// DigestReach returns what to read for a digest that is created now, besides the events
// of its period: the events first seen since a time, and the key dates between two days.
// Its readers may be in several zones.
func DigestReach(s models.DigestSubscription, routing models.Routing, p models.Period, now time.Time) (since time.Time, firstDay, lastDay string) {
	for i, r := range digestReaders(s, routing, nil, now) {
		weeks := weekStarts(p.To, r.zone)
		today := now.In(timefmt.Zone(r.zone))
		first, last := today.Format(time.DateOnly), today.AddDate(0, 0, digestDaysAhead).Format(time.DateOnly)
		if i == 0 {
			since, firstDay, lastDay = weeks[0], first, last
		}
		since, firstDay, lastDay = earlier(since, weeks[0]), min(firstDay, first), max(lastDay, last)
	}
	return since, firstDay, lastDay
}

// weekStarts returns the starts of the weeks before a time, and that time. A week in
// which clocks change does not have 168 hours.
func weekStarts(to time.Time, zone string) []time.Time {
	wall := to.In(timefmt.Zone(zone))
	wall = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, time.UTC)
	var begins []time.Time
	for i := range models.DigestWeeks {
		begins = append(begins, schedule.Place(wall.AddDate(0, 0, 7*(i-models.DigestWeeks)), timefmt.Zone(zone)))
	}
	return append(begins, to)
}

// PlanDigest decides the content and the readers of a digest. It returns one issue, with
// a notice for the destinations of the subscription and one for each recipient. Each
// notice keeps its content, under the ID of the issue.
func PlanDigest(s models.DigestSubscription, p models.Period, found Gathered, now time.Time) (models.DigestIssue, []models.Notice) {
	issue := models.DigestIssue{
		ID:           models.NewID(now, "digest", s.ID, p.From.UTC().Format(time.RFC3339Nano)),
		Subscription: s.ID,
		LocalDate:    p.Day,
		WindowFrom:   p.From,
		WindowTo:     p.To,
		Late:         now.Sub(p.To) > lateAfter || p.Missed > 0,
		CreatedAt:    now,
	}
	var notices []models.Notice
	for _, r := range digestReaders(s, found.Routing, found.OptOuts, now) {
		n := digestNotice(s, r, newDigest(s, p, issue, found, r, now), now)
		if len(n.Deliveries) == 0 && !n.IsHeld() {
			continue // other readers cover all of its destinations
		}
		notices = append(notices, n)
		issue.NoticeIDs = append(issue.NoticeIDs, n.ID)
	}
	return issue, notices
}

// digestNotice returns the notice of a digest for one reader.
func digestNotice(s models.DigestSubscription, r digestReader, d models.Digest, now time.Time) models.Notice {
	n := models.Notice{
		Kind:          models.NoticeDigest,
		Subject:       models.SubjectDigest,
		SubjectID:     d.ID,
		Recipient:     r.name,
		Reasons:       models.NewReasons(models.ReasonDigest, models.ReasonArgs{Subscriptions: []string{s.ID}, Count: len(d.Events)}),
		Content:       models.Content{Language: r.recipient.Language, Digest: &d},
		CreatedAt:     now,
		Subscriptions: []string{s.ID},
	}
	switch {
	case s.SkipEmpty && len(d.Events) == 0 && len(d.LessCertain) == 0 && len(d.Dates) == 0:
		n.HeldReasons = models.NewReasons(models.ReasonNothingToSay, models.ReasonArgs{Subscriptions: []string{s.ID}})
	case len(r.recipient.Destinations) == 0:
		n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Subscriptions: []string{s.ID}})
	case r.allOptedOut:
		n.HeldReasons = models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: r.recipient.Name, Subscriptions: []string{s.ID}})
	}
	// Like a notice about a source, a digest is sent within the hours of its reader.
	return addHealthDeliveries(n, r.recipient, r.open, now)
}

// newDigest returns the content of a digest for a reader.
func newDigest(s models.DigestSubscription, p models.Period, issue models.DigestIssue, found Gathered, r digestReader, now time.Time) models.Digest {
	language := r.recipient.Language
	d := models.Digest{
		ID:           issue.ID,
		Subscription: s.ID,
		Title:        s.Title,
		Every:        string(s.Recurrence.Every),
		From:         p.From,
		To:           p.To,
		Zone:         r.zone,
		Late:         issue.Late,
		Missed:       p.Missed,
		Coverage:     found.Coverage,
	}
	if found.Window.AuditHead != (models.AuditHead{}) {
		d.AuditHead = &found.Window.AuditHead
	}
	d.Coverage.Held = heldCounts(found.Window.Held)
	d.Coverage.Excepted = exceptedCounts(s, found.Window.Excepted)
	for _, e := range found.Window.Events {
		if e.Baseline || e.MergedInto != "" {
			continue
		}
		certain, lessCertain := digestRulesOf(s, e, found)
		ids, uncertain := relevantRules(e, certain), relevantRules(e, lessCertain)
		switch {
		case len(ids) > 0:
			addEvent(&d, e, ids, found, p.From, language)
		case len(certain) == 0 && len(uncertain) > 0:
			addLessCertain(&d, e, uncertain, found, p.From, language)
		case len(certain)+len(lessCertain) > 0:
			d.NotRelevant++
		}
	}
	slices.SortStableFunc(d.Events, func(a, b models.DigestEvent) int {
		return cmp.Or(
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(a.Topic, b.Topic),
			b.FirstSeenAt.Compare(a.FirstSeenAt),
			cmp.Compare(a.EventID, b.EventID),
		)
	})
	d.Events = byMatter(d.Events, found.Stages, r.zone)
	slices.SortStableFunc(d.LessCertain, func(a, b models.DigestEvent) int {
		return cmp.Or(cmp.Compare(b.Relevance.Score, a.Relevance.Score), b.FirstSeenAt.Compare(a.FirstSeenAt), cmp.Compare(a.EventID, b.EventID))
	})
	slices.SortStableFunc(d.Changes, func(a, b models.DigestChange) int {
		return cmp.Or(cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), cmp.Compare(a.EventID, b.EventID))
	})
	d.Dates = digestDates(s, found, r.zone, now)
	d.Weeks, d.Counts = ruleCounts(s, d.Events, found, r.zone, p.To)
	return d
}

// addEvent lists an event under some of its rules, and what has changed in it since the period began.
func addEvent(d *models.Digest, e models.Event, ruleIDs []string, found Gathered, from time.Time, language string) {
	e.Severity = digestSeverity(e, ruleIDs, found)
	l := newDigestEvent(e, ruleIDs, found, from, language)
	d.Events = append(d.Events, l)
	if len(l.News) > 0 {
		d.Changes = append(d.Changes, models.DigestChange{EventID: e.ID, Severity: e.Severity, Title: l.Title, Link: l.Link, Source: l.Source, News: l.News})
	}
}

// byMatter puts the events of one matter together, in the order of their days and stages: at
// the beginning of the events that are as severe as the most severe of them. The other events
// keep their order.
func byMatter(events []models.DigestEvent, stages []string, zone string) []models.DigestEvent {
	together := make(map[string][]models.DigestEvent)
	for _, e := range events {
		if e.Matter != nil {
			together[e.Matter.ID] = append(together[e.Matter.ID], e)
		}
	}
	isAlone := func(e models.DigestEvent) bool { return e.Matter == nil || len(together[e.Matter.ID]) < 2 }
	day := func(e models.DigestEvent) string { return e.At().In(timefmt.Zone(zone)).Format(time.DateOnly) }
	placed := make(map[string]bool)
	var sorted []models.DigestEvent
	for len(events) > 0 {
		n := 1
		for n < len(events) && events[n].Severity.Rank() == events[0].Severity.Rank() {
			n++
		}
		for _, e := range events[:n] {
			if isAlone(e) || placed[e.Matter.ID] {
				continue
			}
			placed[e.Matter.ID] = true
			steps := together[e.Matter.ID]
			slices.SortStableFunc(steps, func(a, b models.DigestEvent) int {
				return cmp.Or(
					cmp.Compare(day(a), day(b)),
					cmp.Compare(slices.Index(stages, a.Stage), slices.Index(stages, b.Stage)),
					a.At().Compare(b.At()),
					cmp.Compare(a.EventID, b.EventID),
				)
			})
			sorted = append(sorted, steps...)
		}
		for _, e := range events[:n] {
			if isAlone(e) {
				sorted = append(sorted, e)
			}
		}
		events = events[n:]
	}
	return sorted
}

// digestSeverity returns the severity of an event; of one that alerts nobody, that of its gravest match for the digest.
func digestSeverity(e models.Event, ruleIDs []string, found Gathered) models.Severity {
	worst := e.Severity
	if worst != "" {
		return worst
	}
	for _, m := range found.Window.DigestMatches[e.ID] {
		if slices.Contains(ruleIDs, m.RuleID) && m.Severity.Rank() > worst.Rank() {
			worst = m.Severity
		}
	}
	return worst
}

// addLessCertain lists an event of which no included rule is certain, with the highest score of its matches.
func addLessCertain(d *models.Digest, e models.Event, ruleIDs []string, found Gathered, from time.Time, language string) {
	var best models.Match
	for _, m := range found.Window.DigestMatches[e.ID] {
		if slices.Contains(ruleIDs, m.RuleID) && (!best.Relevance.Scored() || m.Relevance.Score > best.Relevance.Score) {
			best = m
		}
	}
	l := newDigestEvent(e, ruleIDs, found, from, language)
	l.Severity, l.Relevance = best.Severity, &best.Relevance
	d.LessCertain = append(d.LessCertain, l)
}

// digestRulesOf returns the rules of an event that the subscription includes: those that alert or that ask for the
// digest, and those whose relevance is less certain.
func digestRulesOf(s models.DigestSubscription, e models.Event, found Gathered) (certain, lessCertain []string) {
	certain = askedRules(s, e.RuleIDs)
	for _, m := range found.Window.DigestMatches[e.ID] {
		if m.ForDigest() && !slices.Contains(certain, m.RuleID) {
			certain = append(certain, askedRules(s, []string{m.RuleID})...)
		}
	}
	lessCertain = slices.DeleteFunc(askedRules(s, e.DigestRules), func(id string) bool { return slices.Contains(certain, id) })
	return certain, lessCertain
}

// relevantRules leaves out the rules to which people marked the event as not relevant.
func relevantRules(e models.Event, ruleIDs []string) []string {
	return slices.DeleteFunc(slices.Clone(ruleIDs), func(id string) bool {
		verdict, _ := models.Judge(e.Feedback, id)
		return verdict == models.Irrelevant
	})
}

func askedRules(s models.DigestSubscription, ruleIDs []string) []string {
	return slices.DeleteFunc(slices.Clone(ruleIDs), func(id string) bool {
		return len(s.Rules) > 0 && !slices.Contains(s.Rules, id)
	})
}

// subscribedDestinations returns the destinations that have not unsubscribed.
func subscribedDestinations(s models.DigestSubscription, to models.Recipient, left []models.OptOut) []models.Destination {
	return reachable(to, isSubscribed(s, left))
}

func isSubscribed(s models.DigestSubscription, left []models.OptOut) func(models.Destination) bool {
	return func(d models.Destination) bool { return !optedOut(left, s.ID, s.Mandatory, d) }
}

// ruleTitles returns the titles of rules, or their IDs if a title is unknown.
func ruleTitles(ids []string, rules []Rule) []string {
	titles := make([]string, len(ids))
	for n, id := range ids {
		titles[n] = id
		if i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id && r.Title != "" }); i >= 0 {
			titles[n] = rules[i].Title
		}
	}
	return titles
}

// topicFor returns the topic of the leading rule, or of the first included one.
func topicFor(e models.Event, asked []string, rules []Rule) string {
	lead := asked[0]
	if slices.Contains(asked, e.LeadRule) {
		lead = e.LeadRule
	}
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == lead }); i >= 0 {
		return cmp.Or(rules[i].Topic, lead)
	}
	return lead
}

// extractSentences is how many sentences of an extract a digest has.
const extractSentences = 2

func newDigestEvent(e models.Event, ruleIDs []string, found Gathered, from time.Time, language string) models.DigestEvent {
	d := digestEvent(e, ruleIDs, topicFor(e, ruleIDs, found.Rules), from)
	d.RuleTitles = ruleTitles(ruleIDs, found.Rules)
	for _, id := range ruleIDs {
		d.Entities = models.AddEntities(d.Entities, found.Window.Entities[e.ID][id]...)
	}
	extract := e.Extract()
	d.Extract = extract[:min(len(extract), extractSentences)]
	for _, a := range e.Assignments {
		if a.By != "" {
			d.AssignedTo = appendMissing(d.AssignedTo, a.By)
		}
	}
	if e.Matter.ID != "" {
		d.Matter = &models.DigestMatter{ID: e.Matter.ID, Name: cmp.Or(e.Matter.In(language), e.Matter.ID)}
	}
	if before, known := found.Window.Before[e.ID]; known {
		before.Severity = cmp.Or(before.Severity, e.Severity)
		d.News = updatesSince(before, e)
	}
	return d
}

func digestEvent(e models.Event, ruleIDs []string, topic string, from time.Time) models.DigestEvent {
	d := models.DigestEvent{
		EventID:       e.ID,
		Severity:      e.Severity,
		Official:      e.Official,
		Topic:         topic,
		Stage:         e.Stage,
		Restates:      e.Restatement(),
		Jurisdictions: e.Jurisdictions,
		RuleIDs:       ruleIDs,
		Title:         e.Title,
		Link:          e.Link,
		FirstSeenAt:   e.FirstSeenAt,
		Articles:      len(e.Articles),
		New:           !e.FirstSeenAt.Before(from),
	}
	if len(e.Articles) > 0 {
		// An official article comes before reports of it.
		first := e.Articles[0]
		if i := slices.IndexFunc(e.Articles, func(a models.EventArticle) bool { return a.Role.Official() }); i > 0 {
			first = e.Articles[i]
			d.Title, d.Link = first.Title, first.Link
		}
		d.Source, d.PublishedAt = first.SourceName, first.PublishedAt
	}
	return d
}

// digestDates returns the dates to act on of the events, the nearest first. Dates known
// from a source's first scan are included.
func digestDates(s models.DigestSubscription, found Gathered, zone string, now time.Time) []models.DigestDate {
	local := now.In(timefmt.Zone(zone))
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	var near []models.DigestDate
	for _, e := range found.Window.Dated {
		certain, _ := digestRulesOf(s, e, found)
		ids := relevantRules(e, certain)
		if len(ids) == 0 || e.MergedInto != "" {
			continue
		}
		e.Severity = digestSeverity(e, ids, found)
		for _, date := range e.Dates {
			day, err := time.Parse(time.DateOnly, date.Day)
			left := int(day.Sub(today).Hours() / 24)
			if err != nil || day.Before(today) || left > digestDaysAhead {
				continue
			}
			l := digestEvent(e, ids, "", now)
			near = append(near, models.DigestDate{
				KeyDate: date, Left: left, EventID: e.ID, Severity: e.Severity, Official: e.Official,
				Title: l.Title, Link: l.Link, Source: l.Source,
			})
		}
	}
	slices.SortStableFunc(near, func(a, b models.DigestDate) int {
		return cmp.Or(
			cmp.Compare(a.Day, b.Day),
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(a.EventID, b.EventID),
			cmp.Compare(a.Kind, b.Kind),
		)
	})
	return slices.CompactFunc(near, func(a, b models.DigestDate) bool {
		return a.EventID == b.EventID && a.Day == b.Day && a.Kind == b.Kind
	})
}

// ruleCounts returns for every rule its events in the window and its new events in each
// week, the highest count first. Rules without events are included unless they are
// drafts, because a reader wants to know that they were checked.
func ruleCounts(s models.DigestSubscription, listed []models.DigestEvent, found Gathered, zone string, to time.Time) (days []string, counts []models.RuleCount) {
	begins := weekStarts(to, zone)
	for _, b := range begins[:models.DigestWeeks] {
		days = append(days, b.In(timefmt.Zone(zone)).Format(time.DateOnly))
	}
	at := make(map[string]int)
	of := func(id, title string) *models.RuleCount {
		if _, ok := at[id]; !ok {
			at[id] = len(counts)
			counts = append(counts, models.RuleCount{RuleID: id, Title: title, Weeks: make([]int, models.DigestWeeks)})
		}
		return &counts[at[id]]
	}
	for _, r := range found.Rules {
		if !r.Draft && len(askedRules(s, []string{r.ID})) > 0 {
			of(r.ID, r.Title)
		}
	}
	for _, e := range listed {
		for _, id := range e.RuleIDs {
			of(id, id).Events++
		}
	}
	for _, o := range found.Window.Opened {
		// The last week that began at or before the event was seen.
		week := -1
		for week+1 < len(begins) && !o.FirstSeenAt.Before(begins[week+1]) {
			week++
		}
		if week < 0 || week >= models.DigestWeeks {
			continue
		}
		for _, id := range askedRules(s, o.RuleIDs) {
			of(id, id).Weeks[week]++
		}
		for _, id := range askedRules(s, o.DigestRules) {
			if slices.ContainsFunc(found.Rules, func(r Rule) bool { return r.ID == id && r.ForDigest }) {
				of(id, id).Weeks[week]++
			}
		}
	}
	slices.SortStableFunc(counts, func(a, b models.RuleCount) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.RuleID, b.RuleID))
	})
	return days, counts
}

// heldCounts orders held events by their likely importance to the reader. It leaves out
// what the recipient already received.
func heldCounts(held map[models.Hold]int) []models.HeldCount {
	var counts []models.HeldCount
	for _, why := range []models.Hold{models.HeldMuted, models.HeldSeverity, models.HeldOptedOut, models.HeldException, models.HeldUnlikely, models.HeldMention, models.HeldDraft, models.HeldBaseline} {
		if held[why] > 0 {
			counts = append(counts, models.HeldCount{Why: why, Events: held[why]})
		}
	}
	return counts
}

// updatesSince returns what changed in an event since an earlier state.
func updatesSince(before models.EventState, e models.Event) []models.Update {
	var updates []models.Update
	if e.Official && !before.Official {
		n := models.Update{Kind: models.UpdateOfficial}
		if i := slices.IndexFunc(e.Articles, func(a models.EventArticle) bool { return a.Role.Official() }); i >= 0 {
			n.To = e.Articles[i].SourceName
		}
		updates = append(updates, n)
	}
	if e.Stage != before.Stage && e.Stage != "" {
		updates = append(updates, models.Update{Kind: models.UpdateStage, From: before.Stage, To: e.Stage})
	}
	updates = append(updates, movedDates(before.Dates, e.Dates)...)
	if e.Severity.Rank() > before.Severity.Rank() {
		updates = append(updates, models.Update{Kind: models.UpdateSeverity, From: string(before.Severity), To: string(e.Severity)})
	}
	return updates
}

// movedDates returns the newly named days, and the days they replace: a day of the same
// kind that is gone counts as moved.
func movedDates(before, now []models.KeyDate) []models.Update {
	var updates []models.Update
	for _, d := range now {
		if hasDate(before, d) || slices.ContainsFunc(updates, func(n models.Update) bool { return n.Of == d.Kind && n.To == d.Day }) {
			continue
		}
		n := models.Update{Kind: models.UpdateDate, Of: d.Kind, To: d.Day}
		if gone, come := without(before, now, d.Kind), without(now, before, d.Kind); len(gone) == 1 && len(come) == 1 {
			n.From = gone[0].Day
		}
		updates = append(updates, n)
	}
	return updates
}

// without returns the dates of a kind that are in some and not in others.
func without(some, others []models.KeyDate, kind string) []models.KeyDate {
	return slices.DeleteFunc(slices.Clone(some), func(d models.KeyDate) bool { return d.Kind != kind || hasDate(others, d) })
}

func hasDate(list []models.KeyDate, date models.KeyDate) bool {
	return slices.ContainsFunc(list, func(d models.KeyDate) bool { return d.Kind == date.Kind && d.Day == date.Day })
}
