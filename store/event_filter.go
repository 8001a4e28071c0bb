package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/models"
)

// An EventFilter selects events. A field with its zero value selects all. Of several values in
// one field an event needs only one.
type EventFilter struct {
	From, To      time.Time       // first seen, changed or joined by an article in [From, To); a zero time is no bound
	Rules         []string        // IDs of rules that matched; with Held, of rules that the reason names
	MinSeverity   models.Severity // an event that is only mentioned has no severity
	Stages        []string        // "" is an event without a stage
	Sources       []string        // IDs of sources of its articles
	Jurisdictions []string
	Words         []string         // the title has all of them, in any case, width and script
	Held          []models.Hold    // with a notice that was held for one of these
	AssignedTo    []string         // names, as stored
	Unassigned    bool             // instead of AssignedTo: only events that nobody is assigned to
	MayBelong     bool             // only events that may belong to another one, which nobody has decided
	Open, Closed  bool             // only events that are open, or that are closed
	Official      bool             // only events that an official source published
	PressOnly     bool             // only events that no official source published
	Raised        bool             // only events that a rule alerts to or lists in the digest
	LessCertain   bool             // only events that rules list in the digest and alert to by none
	Candidate     models.Candidate // for its articles: by their words one of them may match
	Before        string           // only those that come after this event if the one last seen is first: the next page
	After         models.Position  // only those that come after this place in the same order, by when they were last seen

	found *textQuery // for the Candidate; set by withCandidate
}

// Events returns the events that a filter selects, oldest first, without their keys and the
// signatures of their articles.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]models.Event, error) {
	return s.NewestEvents(ctx, f, 0)
}

// NewestEvents returns at most limit of the events that [Store.Events] returns, those that
// were last seen last. A limit of 0 is none.
func (s *Store) NewestEvents(ctx context.Context, f EventFilter, limit int) (events []models.Event, err error) {
	err = s.view(ctx, "list the events", func(tx *gorm.DB) error {
		f, err := s.withCandidate(tx, f)
		if err != nil {
			return err
		}
		ids, err := f.newest(tx, limit)
		if err != nil {
			return err
		}
		events, err = eventPartsOf(tx, ids, eventParts{places: listPlaces, history: true, assignments: true, work: true})
		return err
	})
	return events, err
}

// CountEvents returns how many events each of some filters selects.
func (s *Store) CountEvents(ctx context.Context, filters ...EventFilter) ([]int, error) {
	counts := make([]int, len(filters))
	err := s.view(ctx, "count the events", func(tx *gorm.DB) error {
		for i, f := range filters {
			f, err := s.withCandidate(tx, f)
			if err != nil {
				return err
			}
			q, err := f.query(tx)
			if err != nil {
				return err
			}
			if len(f.Words) > 0 {
				ids, err := f.withWords(q)
				if err != nil {
					return err
				}
				counts[i] = len(ids)
				continue
			}
			var n int64
			if err := q.Count(&n).Error; err != nil {
				return err
			}
			counts[i] = int(n)
		}
		return nil
	})
	return counts, err
}

// EventGeneration returns a number that every change of events, assignments and work increases.
func (s *Store) EventGeneration(ctx context.Context) (int64, error) {
	var generation int64
	err := s.read.WithContext(ctx).Model(&counter{}).Where("name = 'events'").Pluck("value", &generation).Error
	return generation, s.failed(ctx, "read the generation of the events", err)
}

// Many articles have a common word, and reading the place of each takes far longer than looking at the newest events, of which
// some have it. Measured at 100,000 articles (bench/pages): 15 µs for each match and 50 µs for each event, when nothing is in
// the page cache of SQLite, which each commit empties.
const (
	manyMatches = 2000 // articles; with fewer, their events are looked up
	lookedAt    = 10   // newest events that are looked at, for each that is wanted
)

// newest returns the IDs of those limit of the events that were last seen last, of all if it is 0.
func (f EventFilter) newest(tx *gorm.DB, limit int) (ids []string, err error) {
	if f.found != nil && limit > 0 && len(f.Words) == 0 {
		var matches int
		if err := tx.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM "+f.found.from+" WHERE "+f.found.where[0]+" LIMIT ?) n", append(slices.Clone(f.found.args), manyMatches)...).Scan(&matches).Error; err != nil {
			return nil, err
		}
		if matches == manyMatches {
			ids, enough, err := f.newestAmong(tx, lookedAt*limit, limit)
			if err != nil || enough {
				return ids, err
			}
		}
	}
	return f.newestOfAll(tx, limit)
}

// newestAmong returns what newest does if it is among the so many newest events that the rest of the filter selects. enough is
// false if it is not.
func (f EventFilter) newestAmong(tx *gorm.DB, most, limit int) (ids []string, enough bool, err error) {
	rest := f
	rest.found = nil
	all, err := rest.newestOfAll(tx, most)
	if err != nil {
		return nil, false, err
	}
	var found []string
	err = tx.Raw("SELECT DISTINCT e.event_id FROM event_articles e JOIN article_index i ON i.article_id = e.article_id WHERE e.event_id IN ? AND NOT i.imported AND "+f.found.among,
		append([]any{all}, f.found.args...)...).Scan(&found).Error
	matches := make(map[string]bool, len(found))
	for _, id := range found {
		matches[id] = true
	}
	ids = slices.DeleteFunc(slices.Clone(all), func(id string) bool { return !matches[id] })
	enough = len(ids) >= limit || len(all) < most
	return ids[:min(len(ids), limit)], enough, err
}

func (f EventFilter) newestOfAll(tx *gorm.DB, limit int) (ids []string, err error) {
	q, err := f.query(tx)
	if err != nil {
		return nil, err
	}
	if len(f.Words) > 0 {
		ids, err = f.withWords(q)
		if limit > 0 && len(ids) > limit {
			ids = ids[:limit]
		}
		return ids, err
	}
	if limit > 0 {
		q = q.Limit(limit)
		if f.found == nil {
			// SQLite expects few events that were not merged, reads all of them and sorts. With a bound on the time it reads
			// the newest in the order of the index: 0.1 ms in place of 13 for a page of 10,000 events.
			q = q.Where("last_seen_at >= ?", int64(math.MinInt64))
		}
	}
	return ids, q.Order(lastSeenFirst).Pluck("id", &ids).Error
}

const lastSeenFirst = "last_seen_at DESC, id DESC"

// withWords returns the IDs of the events of a query whose titles have the words of the filter,
// the one last seen first.
func (f EventFilter) withWords(q *gorm.DB) ([]string, error) {
	var rows []struct{ ID, Title string }
	if err := q.Select("id, title").Order(lastSeenFirst).Find(&rows).Error; err != nil {
		return nil, err
	}
	words := foldAll(f.Words)
	var ids []string
	for _, r := range rows {
		title := text.Fold(r.Title)
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(title, word) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

func foldAll(words []string) []string {
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = text.Fold(word)
	}
	return folded
}

// query selects the events of a filter, whatever the words in their titles.
func (f EventFilter) query(tx *gorm.DB) (*gorm.DB, error) {
	q := tx.Model(&models.Event{}).Where("merged_into = ''")
	steps := []func(tx, q *gorm.DB) (*gorm.DB, error){f.byTime, f.byAssignment, f.byCandidate, f.byDoubt, f.byPage}
	for _, step := range steps {
		var err error
		if q, err = step(tx, q); err != nil {
			return nil, err
		}
	}
	return f.byColumns(q), nil
}

// byTime keeps the events of the window. An event to which others were merged counts as these
// do.
func (f EventFilter) byTime(tx, q *gorm.DB) (*gorm.DB, error) {
	if f.From.IsZero() && f.To.IsZero() {
		return q, nil
	}
	window := map[string]any{"from": microsOf(f.From), "to": microsOf(f.To)}
	if f.To.IsZero() {
		window["to"] = int64(math.MaxInt64)
	}
	var merged []string
	if err := tx.Raw(mergedActive, window).Scan(&merged).Error; err != nil {
		return nil, err
	}
	became, err := followMerges(tx, merged)
	if err != nil {
		return nil, err
	}
	active := "events.id IN (" + activeEvents + ")"
	if f.From.IsZero() {
		active = activeBefore
	}
	if len(became) == 0 {
		return q.Where(active, window), nil
	}
	window["became"] = became
	return q.Where("("+active+" OR events.id IN @became)", window), nil
}

const (
	// activeEvents selects the events of a window. Each part of the union has an index.
	activeEvents = `SELECT id FROM events WHERE first_seen_at >= @from AND first_seen_at < @to
		UNION SELECT id FROM events WHERE last_seen_at >= @from AND last_seen_at < @to
		UNION SELECT event_id FROM event_articles WHERE joined_at >= @from AND joined_at < @to`
	// activeBefore is quicker for a window without a beginning. An article of an event that was
	// split off may have joined before.
	activeBefore = `(events.first_seen_at < @to OR EXISTS (SELECT 1 FROM event_articles a WHERE a.event_id = events.id AND a.joined_at < @to))`
	// mergedActive selects those of them that were merged into others.
	// Few were ever merged: the plus signs keep SQLite from reading the whole window by its times.
	mergedActive = `SELECT id FROM events WHERE merged_into <> '' AND (+first_seen_at >= @from AND +first_seen_at < @to OR +last_seen_at >= @from AND +last_seen_at < @to)`
)

// eventIDsBetween returns the IDs of the events that were first seen, gained an article or
// last changed in the window [from, to), in order.
func eventIDsBetween(tx *gorm.DB, from, to time.Time) ([]string, error) {
	q, err := EventFilter{From: from, To: to}.query(tx)
	if err != nil {
		return nil, err
	}
	var ids []string
	err = q.Order("id").Pluck("id", &ids).Error
	return ids, err
}

// An assignment of an event that was merged counts for the one that it was merged into.
const (
	assignedTo     = `EXISTS (SELECT 1 FROM takes WHERE takes.event_id = events.id AND takes.taken_by IN ?)`
	assigned       = `EXISTS (SELECT 1 FROM takes WHERE takes.event_id = events.id)`
	mergedAssigned = `SELECT m.id FROM events m JOIN takes ON takes.event_id = m.id WHERE m.merged_into <> ''`
)

// byAssignment keeps the events that are assigned as the filter asks.
func (f EventFilter) byAssignment(tx, q *gorm.DB) (*gorm.DB, error) {
	if len(f.AssignedTo) == 0 && !f.Unassigned {
		return q, nil
	}
	condition, merged, values := assignedTo, mergedAssigned+" AND takes.taken_by IN ?", []any{f.AssignedTo}
	if f.Unassigned {
		condition, merged, values = assigned, mergedAssigned, nil
	}
	var ids []string
	if err := tx.Raw(merged, values...).Scan(&ids).Error; err != nil {
		return nil, err
	}
	became, err := followMerges(tx, ids)
	if err != nil {
		return nil, err
	}
	if len(became) > 0 {
		condition, values = "("+condition+" OR events.id IN ?)", append(values, became)
	}
	if f.Unassigned {
		condition = "NOT " + condition
	}
	return q.Where(condition, values...), nil
}

// withCandidate returns the filter with the query for its Candidate.
func (s *Store) withCandidate(tx *gorm.DB, f EventFilter) (EventFilter, error) {
	if f.Candidate.Asks == models.Anything {
		return f, nil
	}
	q, err := s.matching(tx, f.Candidate, models.ArticleWindow{By: models.BySeen})
	if err != nil {
		return f, err
	}
	if q == nil {
		q = &textQuery{from: "article_index i", where: []string{"1 = 0"}}
	}
	f.found = q
	return f, nil
}

// byCandidate keeps the events with an article that may match.
func (f EventFilter) byCandidate(_, q *gorm.DB) (*gorm.DB, error) {
	if f.found == nil {
		return q, nil
	}
	return q.Where("events.id IN (SELECT e.event_id FROM ("+f.found.articleIDs()+") n JOIN event_articles e ON e.article_id = n.article_id)", f.found.args...), nil
}

// doubtfulEvents selects the events that may belong to another one. Most were never corrected,
// so that nobody can have decided.
const doubtfulEvents = `SELECT e.id, EXISTS (SELECT 1 FROM event_links l WHERE l.undone_at = 0 AND (l.event_id = e.id OR l.other_id = e.id))
	OR EXISTS (SELECT 1 FROM events m WHERE m.merged_into <> '' AND m.merged_into = e.id) AS corrected
	FROM events e WHERE e.may_belong LIKE '{%' AND e.merged_into = '' ORDER BY e.id`

// byDoubt keeps the events that may belong to another one, unless people have decided.
func (f EventFilter) byDoubt(tx, q *gorm.DB) (*gorm.DB, error) {
	if !f.MayBelong {
		return q, nil
	}
	var doubtful []struct {
		ID        string
		Corrected bool
	}
	if err := tx.Raw(doubtfulEvents).Scan(&doubtful).Error; err != nil {
		return nil, err
	}
	var decided, corrected []string
	for _, d := range doubtful {
		if d.Corrected {
			corrected = append(corrected, d.ID)
		}
	}
	events, err := eventPartsOf(tx, corrected, eventParts{})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Doubt() == nil {
			decided = append(decided, e.ID)
		}
	}
	q = q.Where("may_belong LIKE '{%'")
	if len(decided) > 0 {
		q = q.Where("events.id NOT IN ?", decided)
	}
	return q, nil
}

// byPage keeps the events that come after the one of the filter.
func (f EventFilter) byPage(tx, q *gorm.DB) (*gorm.DB, error) {
	if f.Before == "" && !f.After.IsZero() {
		return q.Where("(last_seen_at, id) < (?, ?)", microsOf(f.After.At), f.After.ID), nil
	}
	if f.Before == "" {
		return q, nil
	}
	var last []struct {
		ID         string
		LastSeenAt int64
	}
	if err := tx.Model(&models.Event{}).Where("id = ?", f.Before).Find(&last).Error; err != nil {
		return nil, err
	}
	if len(last) == 0 {
		return nil, &NoEventError{ID: f.Before}
	}
	return q.Where("(last_seen_at, id) < (?, ?)", last[0].LastSeenAt, last[0].ID), nil
}

// Conditions on the rules of an event, which are lists in JSON; an event of an old release may have none.
const (
	hasAlertRules  = `rule_ids LIKE '["%'`
	hasDigestRules = `digest_rules LIKE '["%'`
	isClosed       = `EXISTS (SELECT 1 FROM event_work w WHERE w.event_id = events.id AND w.closed_at <> 0)`
)

// byColumns keeps the events whose columns, articles and notices are as the filter asks.
func (f EventFilter) byColumns(q *gorm.DB) *gorm.DB {
	for _, c := range []struct {
		asked     bool
		condition string
	}{
		{f.Open, "NOT " + isClosed},
		{f.Closed, isClosed},
		{f.Raised, "(" + hasAlertRules + " OR " + hasDigestRules + ")"},
		{f.LessCertain, hasDigestRules + " AND (" + hasAlertRules + ") IS NOT TRUE"},
	} {
		if c.asked {
			q = q.Where(c.condition)
		}
	}
	if f.Official != f.PressOnly {
		q = q.Where("official = ?", f.Official)
	}
	if f.MinSeverity != "" {
		q = q.Where("strength = ? AND severity IN ?", models.Subject, models.SeveritiesFrom(f.MinSeverity))
	}
	if len(f.Stages) > 0 {
		q = q.Where("stage IN ?", f.Stages)
	}
	if len(f.Sources) > 0 {
		q = q.Where("EXISTS (SELECT 1 FROM event_articles a WHERE a.event_id = events.id AND a.source_id IN ?)", f.Sources)
	}
	if condition, values := inList("jurisdictions", "%", f.Jurisdictions, "%"); condition != "" {
		q = q.Where(condition, values...)
	}
	rules, values := inList("rule_ids", "%", f.Rules, "%")
	if len(f.Held) > 0 {
		// The rules that were held are those of the reason: an event that alerts nobody has none of its own.
		held := "EXISTS (SELECT 1 FROM notices n WHERE n.subject = ? AND n.subject_id = events.id AND n.held_as IN ?"
		rules, values = inList("n.held_reasons", `%"rules":[%`, f.Rules, `%],"rule_titles"%`)
		if rules != "" {
			held += " AND " + rules
		}
		return q.Where(held+")", append([]any{models.SubjectEvent, f.Held}, values...)...)
	}
	if rules != "" {
		q = q.Where(rules, values...)
	}
	return q
}

// inList returns the condition that a column of JSON has one of some texts between two
// patterns; empty if there are none.
func inList(column, before string, texts []string, after string) (condition string, values []any) {
	var parts []string
	for _, t := range texts {
		quoted, _ := json.Marshal(t) // as it is stored; a text always marshals
		parts = append(parts, column+` LIKE ? ESCAPE '\'`)
		values = append(values, before+escapeLike(string(quoted))+after)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", values
}

// A NoFilterError means that a person has no saved filter with an ID.
type NoFilterError struct{ ID string }

// Error names the ID.
func (e *NoFilterError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoFilterError) Text() diag.Text {
	return diag.Textf("no saved filter has the ID %q", e.ID)
}

// SavedFilters returns the filters that a person sees: the team's and the person's own, each by
// name.
func (s *Store) SavedFilters(ctx context.Context, person string) ([]models.SavedFilter, error) {
	var filters []models.SavedFilter
	err := s.read.WithContext(ctx).Where("owner IN ?", []string{"", clean(strings.TrimSpace(person))}).
		Order("owner, name").Find(&filters).Error
	return filters, s.failed(ctx, "read the saved filters", err)
}

// SaveFilter stores a filter, in place of one of the same owner and name, and returns it as
// stored. Saving what is stored changes nothing.
func (s *Store) SaveFilter(ctx context.Context, f models.SavedFilter) (models.SavedFilter, error) {
	for _, text := range []*string{&f.Owner, &f.Name, &f.Query, &f.SavedBy} {
		*text = clean(strings.TrimSpace(*text))
	}
	var stored models.SavedFilter
	err := s.change(ctx, fmt.Sprintf("save filter %q", f.Name), func(tx *gorm.DB) error {
		stored = f
		stored.ID = models.NewID(f.SavedAt, "filter", f.Owner, f.Name)
		var before []models.SavedFilter
		if err := tx.Where("owner = ? AND name = ?", f.Owner, f.Name).Find(&before).Error; err != nil {
			return err
		}
		about := facts{"name": f.Name, "team": f.IsTeam(), "query": f.Query}
		if len(before) > 0 {
			if before[0].Query == f.Query {
				stored = before[0]
				return nil
			}
			stored.ID, about["was"] = before[0].ID, before[0].Query
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: f.SavedAt, actor: nameOf(f.SavedBy)}
		log.add("filter.saved", stored.ID, about)
		return log.write(tx)
	})
	return stored, err
}

// RemoveFilter removes a filter of the team or of the person, and returns it. The error is a
// [*NoFilterError] if the person sees none with that ID.
func (s *Store) RemoveFilter(ctx context.Context, id, by string, now time.Time) (models.SavedFilter, error) {
	by = clean(strings.TrimSpace(by))
	var gone models.SavedFilter
	err := s.change(ctx, "remove a saved filter", func(tx *gorm.DB) error {
		var found []models.SavedFilter
		if err := tx.Where("id = ? AND owner IN ?", id, []string{"", by}).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoFilterError{ID: id}
		}
		gone = found[0]
		if err := tx.Where("id = ?", id).Delete(&models.SavedFilter{}).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("filter.removed", id, facts{"name": gone.Name, "team": gone.IsTeam(), "query": gone.Query})
		return log.write(tx)
	})
	return gone, err
}
