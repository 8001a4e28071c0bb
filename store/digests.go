package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// LastDigest returns the digest of a subscription that ends last at or before a time, if there
// is one. One that a clock that was ahead has made does not count until its time comes.
func (s *Store) LastDigest(ctx context.Context, subscription string, now time.Time) (models.DigestIssue, bool, error) {
	var found []models.DigestIssue
	err := s.read.WithContext(ctx).Where("subscription = ? AND window_to <= ?", subscription, microsOf(now)).Order("window_to DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return models.DigestIssue{}, false, s.failed(ctx, "read the last digest of "+subscription, err)
	}
	return found[0], true, nil
}

// DigestHistory returns what the next digest of a subscription depends on.
func (s *Store) DigestHistory(ctx context.Context, subscription string, now time.Time) (models.DigestHistory, error) {
	var h models.DigestHistory
	var err error
	if h.Since, err = s.SubscribedSince(ctx, subscription, now); err != nil {
		return h, err
	}
	if h.Last, _, err = s.LastDigest(ctx, subscription, now); err != nil {
		return h, err
	}
	var from time.Time
	if !h.Last.WindowTo.IsZero() {
		from = h.Last.WindowTo.Add(-daysApart)
	}
	err = s.read.WithContext(ctx).Model(&models.DigestIssue{}).Where("subscription = ? AND window_to >= ?", subscription, microsOf(from)).
		Order("window_to").Pluck("local_date", &h.Days).Error
	return h, s.failed(ctx, "read the days of the digests of "+subscription, err)
}

// daysApart is how much earlier than another digest of the same day one can end, whatever time
// zones they used: a calendar day begins and ends within 50 hours.
const daysApart = 3 * 24 * time.Hour

// Digests returns the digests of a subscription, or of all if it is empty, newest first.
func (s *Store) Digests(ctx context.Context, subscription string, after models.Position, limit int) ([]models.DigestIssue, error) {
	var found []models.DigestIssue
	q := s.read.WithContext(ctx).Order("created_at DESC, id DESC").Limit(limit)
	if subscription != "" {
		q = q.Where("subscription = ?", subscription)
	}
	if !after.IsZero() {
		q = q.Where("(created_at, id) < (?, ?)", microsOf(after.At), after.ID)
	}
	err := q.Find(&found).Error
	return found, s.failed(ctx, "read the digests", err)
}

// DigestWindow returns the content of a digest: what happened in the period, the events first
// seen since a time, and those with a key date from firstDay to lastDay. Events have their
// feedback, assignments and the origin of their articles, but no keys and no history.
func (s *Store) DigestWindow(ctx context.Context, p models.Period, since time.Time, firstDay, lastDay string) (models.Window, error) {
	var w models.Window
	err := s.view(ctx, "read the window of a digest", func(tx *gorm.DB) (err error) {
		if w.Events, w.Dated, err = digestEvents(tx, p, firstDay, lastDay); err != nil {
			return err
		}
		if w.Before, err = statesAt(tx, w.Events, p.From); err != nil {
			return err
		}
		if w.Entities, err = entitiesIn(tx, w.Events); err != nil {
			return err
		}
		if w.DigestMatches, err = digestMatchesIn(tx, slices.Concat(w.Events, w.Dated)); err != nil {
			return err
		}
		err = tx.Model(&models.Event{}).Where("first_seen_at >= ? AND first_seen_at < ? AND merged_into = '' AND NOT baseline", microsOf(since), microsOf(p.To)).
			Order("first_seen_at, id").Find(&w.Opened).Error
		if err != nil {
			return err
		}
		if w.AuditHead, err = headOf(tx); err != nil {
			return err
		}
		if w.Checked, w.Articles, err = activity(tx, p.From, p.To); err != nil {
			return err
		}
		if w.Held, err = heldBetween(tx, p.From, p.To); err != nil {
			return err
		}
		w.Excepted, err = exceptedBetween(tx, p.From, p.To)
		return err
	})
	return w, err
}

// CommitDigest stores a digest with its notices. If the subscription has one for the same day
// or from the same moment, it stores nothing and made is false: the unique keys of the table
// prevent overlapping weeks, whatever other instances do. A digest that a clock that was ahead
// has made from that moment does not count: the new one is stored as beginning a microsecond
// earlier.
func (s *Store) CommitDigest(ctx context.Context, issue models.DigestIssue, notices []models.Notice) (made bool, err error) {
	err = s.change(ctx, "store the digest of "+issue.Subscription, func(tx *gorm.DB) error {
		made = false
		var ahead int64
		err := tx.Model(&models.DigestIssue{}).Where("subscription = ? AND window_from = ? AND window_to > ?",
			issue.Subscription, microsOf(issue.WindowFrom), microsOf(issue.CreatedAt)).Count(&ahead).Error
		if err != nil {
			return err
		}
		issue := issue
		if ahead > 0 {
			issue.WindowFrom = issue.WindowFrom.Add(-time.Microsecond)
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&issue)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		log := &auditLog{at: issue.CreatedAt}
		log.add("digest.made", issue.ID, facts{
			"subscription": issue.Subscription, "day": issue.LocalDate,
			"from": issue.WindowFrom.UTC(), "to": issue.WindowTo.UTC(), "late": issue.Late, "notices": len(notices),
		})
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		made = true
		return log.write(tx)
	})
	return made && err == nil, err
}

// digestEvents returns the events of a period and those with a key date from firstDay to
// lastDay, each in their current state and oldest first. Events of both are read once.
func digestEvents(tx *gorm.DB, p models.Period, firstDay, lastDay string) (active, dated []models.Event, err error) {
	activeIDs, err := eventIDsBetween(tx, p.From, p.To)
	if err != nil {
		return nil, nil, err
	}
	datedIDs, err := datedEvents(tx, DateFilter{From: firstDay, To: lastDay})
	if err != nil {
		return nil, nil, err
	}
	all, err := eventPartsOf(tx, unique(slices.Concat(activeIDs, datedIDs)), eventParts{places: digestPlaces, assignments: true})
	if err != nil {
		return nil, nil, err
	}
	for _, e := range all {
		if _, found := slices.BinarySearch(activeIDs, e.ID); found {
			active = append(active, e)
		}
		if _, found := slices.BinarySearch(datedIDs, e.ID); found {
			dated = append(dated, e)
		}
	}
	return active, dated, nil
}

// statesAt returns the state of events just before a moment. Events that were not known yet
// have none.
func statesAt(tx *gorm.DB, events []models.Event, at time.Time) (map[string]models.EventState, error) {
	states := make(map[string]models.EventState)
	for part := range slices.Chunk(events, chunk) {
		ids := make([]string, len(part))
		for i, e := range part {
			ids[i] = e.ID
		}
		var some []models.EventState
		err := tx.Where("event_id IN ? AND known_at < ?", ids, microsOf(at)).Order("event_id, revision").Find(&some).Error
		if err != nil {
			return nil, err
		}
		for _, state := range some {
			states[state.EventID] = state // the last one stays
		}
	}
	return states, nil
}

// A part is an article, or one report of a roundup.
type part struct {
	article string
	number  int
}

// partsOf returns the articles of some events, with the event of each part.
func partsOf(events []models.Event) (ids []string, eventOf map[part]string) {
	eventOf = make(map[part]string)
	for _, e := range events {
		for _, a := range e.Articles {
			eventOf[part{a.ArticleID, a.Part}] = e.ID
			ids = append(ids, a.ArticleID)
		}
	}
	return unique(ids), eventOf
}

// entitiesIn returns the entities that the matches of some events name, by the event's ID and the rule's ID.
func entitiesIn(tx *gorm.DB, events []models.Event) (map[string]map[string][]models.Entity, error) {
	ids, eventOf := partsOf(events)
	found := make(map[string]map[string][]models.Entity)
	for some := range slices.Chunk(ids, chunk) {
		var matches []models.Match
		err := tx.Select("article_id", "part", "rule_id", "hits").Where("article_id IN ? AND hits LIKE ?", some, `%"entities":%`).
			Order("matched_at, id").Find(&matches).Error
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			event := eventOf[part{m.ArticleID, m.Part}]
			if event == "" {
				continue
			}
			if found[event] == nil {
				found[event] = make(map[string][]models.Entity)
			}
			found[event][m.RuleID] = models.AddEntities(found[event][m.RuleID], m.Entities()...)
		}
	}
	return found, nil
}

// digestMatchesIn returns the matches that are only for the digest, by the ID of the event.
func digestMatchesIn(tx *gorm.DB, events []models.Event) (map[string][]models.Match, error) {
	ids, eventOf := partsOf(slices.DeleteFunc(slices.Clone(events), func(e models.Event) bool { return len(e.DigestRules) == 0 }))
	found := make(map[string][]models.Match)
	for some := range slices.Chunk(ids, chunk) {
		var matches []models.Match
		err := tx.Where("article_id IN ? AND outcome = ?", some, models.OutcomeDigest).Order("matched_at, id").Find(&matches).Error
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			if event := eventOf[part{m.ArticleID, m.Part}]; event != "" {
				found[event] = append(found[event], m)
			}
		}
	}
	return found, nil
}

// heldEvents counts the events with held notices by the kind of reason.
const heldEvents = `SELECT held_as, COUNT(DISTINCT subject_id) AS events FROM notices
	WHERE created_at >= ? AND created_at < ? AND subject = 'event' AND held_as <> '' GROUP BY held_as`

// heldBetween returns heldEvents of a window.
func heldBetween(tx *gorm.DB, from, to time.Time) (map[models.Hold]int, error) {
	var rows []struct {
		HeldAs models.Hold
		Events int
	}
	err := tx.Raw(heldEvents, microsOf(from), microsOf(to)).Scan(&rows).Error
	held := make(map[models.Hold]int, len(rows))
	for _, r := range rows {
		held[r.HeldAs] = r.Events
	}
	return held, err
}

// A DateFilter selects key dates of events. A field with its zero value selects all.
type DateFilter struct {
	From, To     string          // days, such as 2026-12-31; both are included
	Rule         string          // ID of a rule that alerts to the event
	Kind         string          // such as effective
	MinSeverity  models.Severity // of the event
	Jurisdiction string
}

// query selects the key dates of a filter. The database keeps event_days by itself.
func (f DateFilter) query(tx *gorm.DB) *gorm.DB {
	q := tx.Table("event_days d").Joins("JOIN events e ON e.id = d.event_id").Where("e.merged_into = ''")
	if f.From != "" {
		q = q.Where("d.day >= ?", f.From)
	}
	if f.To != "" {
		q = q.Where("d.day <= ?", f.To)
	}
	if f.Kind != "" {
		q = q.Where("d.kind = ?", f.Kind)
	}
	if f.MinSeverity != "" {
		q = q.Where("e.severity IN ?", models.SeveritiesFrom(f.MinSeverity))
	}
	if f.Rule != "" {
		condition, values := inList("e.rule_ids", "%", []string{f.Rule}, "%")
		q = q.Where(condition, values...)
	}
	if f.Jurisdiction != "" {
		condition, values := inList("e.jurisdictions", "%", []string{f.Jurisdiction}, "%")
		q = q.Where(condition, values...)
	}
	return q
}

// DatedEvents returns the events with a key date that a filter selects, without their articles
// and what people did.
func (s *Store) DatedEvents(ctx context.Context, f DateFilter) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "read the key dates of events", func(tx *gorm.DB) error {
		events = nil
		ids, err := datedEvents(tx, f)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Event
			err := tx.Select("id, title, link, severity, official, jurisdictions, rule_ids, lead_rule, dates, stage").Where("id IN ?", part).Order("id").Find(&some).Error
			if err != nil {
				return err
			}
			events = append(events, some...)
		}
		return nil
	})
	return events, err
}

// DayOfDate returns the day of the n-th key date that a filter selects, counted from the first
// or, if back is true, from the last; empty if there are fewer.
func (s *Store) DayOfDate(ctx context.Context, f DateFilter, n int, back bool) (string, error) {
	order := "d.day"
	if back {
		order += " DESC"
	}
	var days []string
	err := f.query(s.read.WithContext(ctx)).Order(order).Offset(n-1).Limit(1).Pluck("d.day", &days).Error
	return append(days, "")[0], s.failed(ctx, "read the days of key dates", err)
}

// A DayCount is how many key dates a day has.
type DayCount struct {
	Day    string
	Dates  int
	Severe int // of them, those of events of high or critical severity
}

// CountDates returns how many key dates that a filter selects are on each day.
func (s *Store) CountDates(ctx context.Context, f DateFilter) ([]DayCount, error) {
	var days []DayCount
	err := f.query(s.read.WithContext(ctx)).
		Select("d.day, COUNT(*) AS dates, COUNT(CASE WHEN e.severity IN ? THEN 1 END) AS severe", models.SeveritiesFrom(models.High)).
		Group("d.day").Order("d.day").Scan(&days).Error
	return days, s.failed(ctx, "count the key dates of days", err)
}

// datedEvents returns the IDs of the events with a key date that a filter selects, in order.
func datedEvents(tx *gorm.DB, f DateFilter) ([]string, error) {
	var ids []string
	err := f.query(tx).Distinct().Pluck("d.event_id", &ids).Error
	slices.Sort(ids)
	return ids, err
}
