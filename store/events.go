package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NoEventError means that no event has an ID, or that several IDs begin with it.
type NoEventError struct {
	ID    string
	Among []Candidate // some of the events whose IDs begin so, if there are several
}

// Error says how to name the event.
func (e *NoEventError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoEventError) Text() diag.Text {
	if len(e.Among) == 0 {
		return diag.Textf("no event has the ID %q; regwatch events lists events with their IDs", e.ID)
	}
	return diag.Textf("the IDs of several events begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
}

// FindEvent returns the event with an ID, in upper or lower case, or with the only ID that
// begins so. In place of an event that was merged it returns the one that it was merged into.
// The error is a [*NoEventError] if there is none or more than one.
func (s *Store) FindEvent(ctx context.Context, id string) (models.Event, error) {
	var found []models.Event
	none := &NoEventError{ID: id}
	err := s.view(ctx, "look up event "+id, func(tx *gorm.DB) error {
		found = nil
		begins := strings.ToUpper(strings.TrimSpace(id))
		if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
			return nil
		}
		var ids []string
		// The tilde sorts after every character of an ID.
		err := tx.Model(&models.Event{}).Where("id >= ? AND id < ?", begins, begins+"~").Order("id").Limit(chunk).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		if ids, err = followMerges(tx, ids); err != nil {
			return err
		}
		if len(ids) > 1 {
			ids = ids[:min(len(ids), maxCandidates)]
			if found, err = eventsOf(tx, ids); err != nil {
				return err
			}
			short, err := shortIDs(tx, "events", ids)
			none.Among = nil
			for _, e := range found {
				none.Among = append(none.Among, Candidate{short[e.ID], e.Title})
			}
			return err
		}
		found, err = eventsOf(tx, ids)
		return err
	})
	if err != nil || len(found) == 1 {
		return append(found, models.Event{})[0], err
	}
	return models.Event{}, none
}

// ShortEventIDs returns the shortest unique prefix of each ID, with which [Store.FindEvent]
// finds the event.
func (s *Store) ShortEventIDs(ctx context.Context, ids []string) (map[string]string, error) {
	short, err := shortIDs(s.read.WithContext(ctx), "events", ids)
	return short, s.failed(ctx, "shorten the IDs of events", err)
}

// EventMatches returns the matches of the articles in an event, oldest first.
func (s *Store) EventMatches(ctx context.Context, eventID string) ([]models.Match, error) {
	matches, err := matchesIn(s.read.WithContext(ctx), eventID)
	return matches, s.failed(ctx, "read the matches of event "+eventID, err)
}

// Candidates returns the events that lookups find, oldest first, with their articles and those
// of the keys that they were found by, and the generation of events at which they were read. In
// place of an event that was merged it returns the one that it was merged into. A scan that is
// committed with an older generation is refused. [Store.Histories] has the rest of an event.
func (s *Store) Candidates(ctx context.Context, lookups ...models.Lookup) ([]models.Event, int64, error) {
	var (
		events     []models.Event
		generation int64
	)
	err := s.view(ctx, "read the candidate events", func(tx *gorm.DB) error {
		if err := tx.Model(&counter{}).Where("name = 'events'").Pluck("value", &generation).Error; err != nil {
			return err
		}
		keys, err := s.lookUp(tx, lookups)
		if err != nil {
			return err
		}
		events, err = candidatesOf(tx, keys)
		return err
	})
	return events, generation, err
}

// Histories returns events with what was sent about them, who is assigned to them and what
// people said of them, by their IDs. An event that is not stored is left out.
func (s *Store) Histories(ctx context.Context, ids []string) (map[string]models.Event, error) {
	histories := make(map[string]models.Event, len(ids))
	err := s.view(ctx, "read the histories of events", func(tx *gorm.DB) error {
		events, err := eventPartsOf(tx, unique(slices.Clone(ids)), eventParts{history: true, assignments: true})
		for _, e := range events {
			histories[e.ID] = e
		}
		return err
	})
	return histories, err
}

// An article joins its event after it was seen, and when it joined has an index.
const unprofiled = `SELECT a.* FROM event_articles e JOIN articles a ON a.id = e.article_id
	WHERE e.part = 0 AND e.profile = '' AND e.seen_at >= ? AND e.joined_at >= ? ORDER BY e.seen_at, e.article_id LIMIT ?`

// UnprofiledArticles returns up to limit articles of events that were seen since a time and
// have no profile, with their texts, the oldest first. Parts of roundups never have one.
func (s *Store) UnprofiledArticles(ctx context.Context, since time.Time, limit int) ([]models.Article, error) {
	var articles []models.Article
	err := s.view(ctx, "read articles without a profile", func(tx *gorm.DB) error {
		articles = nil
		return tx.Raw(unprofiled, microsOf(since), microsOf(since), limit).Scan(&articles).Error
	})
	return articles, err
}

// An ArticleProfile is what package events compares of an article, and the keys to find it.
type ArticleProfile struct {
	ArticleID string
	Profile   string
	Keys      []string
}

// AddProfiles stores the profiles of articles that have none, and adds their keys to their
// events. A scan that was planned before is planned again.
func (s *Store) AddProfiles(ctx context.Context, profiles []ArticleProfile) error {
	return s.change(ctx, "store the profiles of articles", func(tx *gorm.DB) error {
		var keys eventKeys
		for _, p := range profiles {
			var in []models.EventArticle
			if err := tx.Select("event_id").Where("article_id = ? AND part = 0 AND profile = ''", p.ArticleID).Find(&in).Error; err != nil {
				return err
			}
			for _, e := range in {
				err := tx.Model(&models.EventArticle{}).Where("article_id = ? AND part = 0", p.ArticleID).Update("profile", p.Profile).Error
				if err != nil {
					return err
				}
				keys.add(e.EventID, p.Keys)
			}
		}
		if err := s.putKeys(tx, keys); err != nil {
			return err
		}
		return nextGeneration(tx)
	})
}

// keysVersion is the version of the keys that events are found by. Raise it when package
// events chooses other keys: the next start then adds them to recent events. 1 was the keys of
// weeks, 2 prefers the terms of titles.
const keysVersion = 2

// AddRecentKeys stores the keys of weeks of the articles that joined events since a time, once
// for each version of the keys. A scan that was planned before is planned again. If it is
// interrupted, it begins anew.
func (s *Store) AddRecentKeys(ctx context.Context, since time.Time, keysOf func(models.EventArticle) []string) error {
	var last models.EventArticle
	last.JoinedAt = since
	for {
		done := false
		err := s.change(ctx, "store the keys of recent articles", func(tx *gorm.DB) error {
			var before int64
			if err := tx.Model(&counter{}).Where("name = 'recent_keys'").Pluck("value", &before).Error; err != nil {
				return err
			}
			if done = before >= keysVersion; done {
				return nil
			}
			var articles []models.EventArticle
			at := microsOf(last.JoinedAt)
			err := tx.Where("joined_at > ? OR joined_at = ? AND (article_id, part) > (?, ?)", at, at, last.ArticleID, last.Part).
				Order("joined_at, article_id, part").Limit(chunk).Find(&articles).Error
			if err != nil {
				return err
			}
			if len(articles) == 0 {
				done = true
				if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value"})}).Create(&counter{Name: "recent_keys", Value: keysVersion}).Error; err != nil {
					return err
				}
				return nextGeneration(tx)
			}
			var keys eventKeys
			for _, a := range articles {
				keys.add(a.EventID, keysOf(a))
			}
			last = articles[len(articles)-1]
			return s.putKeys(tx, keys)
		})
		if err != nil || done {
			return err
		}
	}
}

// EventsWithDates returns the events with a key date from firstDay to lastDay, and the
// reminders that were planned for them before now.
func (s *Store) EventsWithDates(ctx context.Context, firstDay, lastDay string, now time.Time) ([]models.Event, []models.PastReminder, error) {
	var events []models.Event
	var past []models.PastReminder
	err := s.view(ctx, "read the key dates of events", func(tx *gorm.DB) (err error) {
		ids, err := datedEvents(tx, DateFilter{From: firstDay, To: lastDay})
		if err != nil || len(ids) == 0 {
			return err
		}
		if events, err = eventsOf(tx, ids); err != nil {
			return err
		}
		past, err = pastReminders(tx, events, now)
		return err
	})
	return events, past, err
}

// eventMatches selects the matches of the articles in an event.
const eventMatches = `SELECT m.* FROM event_articles e JOIN matches m ON m.article_id = e.article_id AND m.part = e.part
	WHERE e.event_id = ? ORDER BY m.matched_at, m.id`

func matchesIn(tx *gorm.DB, eventID string) ([]models.Match, error) {
	var matches []models.Match
	err := tx.Raw(eventMatches, eventID).Scan(&matches).Error
	return matches, err
}

// currentEvent returns the ID of an event, or of the one that it was merged into.
func currentEvent(tx *gorm.DB, id string) (string, error) {
	ids, err := followMerges(tx, []string{id})
	if err != nil {
		return "", err
	}
	if len(ids) == 0 {
		return "", &NoEventError{ID: id}
	}
	return ids[0], nil
}

// followMerges replaces merged events by those that they were merged into, over several steps.
func followMerges(tx *gorm.DB, ids []string) ([]string, error) {
	met := make(map[string]bool)
	var ends []string
	for len(ids) > 0 {
		var rows []struct{ ID, MergedInto string }
		for part := range slices.Chunk(ids, chunk) {
			var some []struct{ ID, MergedInto string }
			if err := tx.Model(&models.Event{}).Where("id IN ?", part).Find(&some).Error; err != nil {
				return nil, err
			}
			rows = append(rows, some...)
		}
		ids = nil
		for _, r := range rows {
			met[r.ID] = true
			switch {
			case r.MergedInto == "":
				ends = append(ends, r.ID)
			case !met[r.MergedInto]:
				ids = append(ids, r.MergedInto)
			}
		}
		ids = unique(ids)
	}
	return unique(ends), nil
}

// withMerged returns the events and all that were merged into them, over several steps, each
// with the event that it was merged into.
func withMerged(tx *gorm.DB, ids []string) (map[string]string, error) {
	became := make(map[string]string, len(ids))
	for _, id := range ids {
		became[id] = id
	}
	for len(ids) > 0 {
		var rows []struct{ ID, MergedInto string }
		for part := range slices.Chunk(ids, chunk) {
			var some []struct{ ID, MergedInto string }
			if err := tx.Model(&models.Event{}).Where("merged_into <> '' AND merged_into IN ?", part).Find(&some).Error; err != nil {
				return nil, err
			}
			rows = append(rows, some...)
		}
		ids = nil
		for _, r := range rows {
			if _, met := became[r.ID]; !met {
				became[r.ID] = became[r.MergedInto]
				ids = append(ids, r.ID)
			}
		}
	}
	return became, nil
}

// chunksOf returns the IDs in chunks for one statement each.
func chunksOf(became map[string]string) iter.Seq[[]string] {
	return slices.Chunk(slices.Sorted(maps.Keys(became)), chunk)
}

// eventParts says which parts of events are read besides their own columns and feedback. Lists
// and digests read thousands of events and need few parts.
type eventParts struct {
	places      string // columns of event_articles; empty: no articles
	history     bool
	assignments bool
	work        bool
}

// Columns of event_articles: those that a list shows, and those that a digest prints. Without
// the signature, which only finds copies, a row is a third as long.
const (
	listPlaces = "article_id, part, event_id, joined_by, joined_at, source_id, source_name, role, title, link, link_key, published_at, seen_at, " +
		"strength, extract, stage, stage_quote, dates, told_at, similarity"
	digestPlaces = "article_id, part, event_id, source_id, source_name, role, title, link, published_at, seen_at, strength, extract"
)

// eventsOf reads events with all that belongs to them, oldest first.
func eventsOf(tx *gorm.DB, ids []string) ([]models.Event, error) {
	return eventPartsOf(tx, ids, eventParts{places: "*", history: true, assignments: true, work: true})
}

// eventPartsOf reads events with some of what belongs to them, oldest first.
func eventPartsOf(tx *gorm.DB, ids []string, want eventParts) ([]models.Event, error) {
	var events []models.Event
	for part := range slices.Chunk(ids, chunk) {
		some, err := eventPartsOfSome(tx, part, want)
		if err != nil {
			return nil, err
		}
		events = append(events, some...)
	}
	slices.SortFunc(events, models.FirstSeenFirst)
	return events, nil
}

func eventPartsOfSome(tx *gorm.DB, ids []string, want eventParts) ([]models.Event, error) {
	var events []models.Event
	if err := tx.Where("id IN ?", ids).Find(&events).Error; err != nil {
		return nil, err
	}
	at := make(map[string]*models.Event, len(events))
	for i := range events {
		at[events[i].ID] = &events[i]
	}
	if want.places != "" {
		if err := fillPlaces(tx, ids, want.places, at); err != nil {
			return nil, err
		}
	}
	became, err := withMerged(tx, ids)
	if err != nil {
		return nil, err
	}
	feedback, err := feedbackIn(tx, became)
	if err != nil {
		return nil, err
	}
	var history map[string][]models.Notified
	if want.history {
		if history, err = historyOf(tx, became); err != nil {
			return nil, err
		}
	}
	var assignments map[string][]models.Assignment
	if want.assignments {
		if assignments, err = assignmentsIn(tx, became); err != nil {
			return nil, err
		}
	}
	var work map[string]models.EventWork
	if want.work {
		if work, err = workIn(tx, became); err != nil {
			return nil, err
		}
	}
	for id, e := range at {
		e.Notified, e.Assignments, e.Feedback, e.Work = history[id], assignments[id], feedback[id], work[id]
	}
	if err := fillMatters(tx, events); err != nil {
		return nil, err
	}
	return events, fillLinks(tx, became, at)
}

// fillPlaces reads columns of the articles of events.
func fillPlaces(tx *gorm.DB, ids []string, columns string, at map[string]*models.Event) error {
	var articles []models.EventArticle
	if err := tx.Select(columns).Where("event_id IN ?", ids).Order("seen_at, article_id, part").Find(&articles).Error; err != nil {
		return err
	}
	for _, a := range articles {
		at[a.EventID].Articles = append(at[a.EventID].Articles, a)
	}
	return nil
}

// maxReminderLead is longer than any reminder is sent before its day: older reminders are
// about past days.
const maxReminderLead = 400 * 24 * time.Hour

func pastReminders(tx *gorm.DB, events []models.Event, now time.Time) ([]models.PastReminder, error) {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	became, err := withMerged(tx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct{ SubjectID, Recipient string }
	err = tx.Model(&models.Notice{}).
		Where("subject = 'date' AND created_at > ?", microsOf(now.Add(-maxReminderLead))).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	var past []models.PastReminder
	for _, r := range rows {
		// EVENT/KIND/DAY/AHEAD
		parts := strings.Split(r.SubjectID, "/")
		last := len(parts) - 1
		if last < 3 || became[parts[0]] == "" {
			continue
		}
		ahead, err := strconv.Atoi(parts[last])
		if err != nil {
			continue
		}
		past = append(past, models.PastReminder{EventID: became[parts[0]], Recipient: r.Recipient, Day: parts[last-1], Ahead: ahead})
	}
	return past, nil
}

// An eventKey is a lasting key by which [Store.Candidates] finds an event.
type eventKey struct{ EventID, Key string }

// A recentKey is the same of one week.
type recentKey struct {
	Week         int64
	Key, EventID string
}

// eventKeys are new keys of events.
type eventKeys struct {
	lasting []eventKey
	recent  []recentKey
}

func (k *eventKeys) add(eventID string, keys []string) {
	for _, key := range keys {
		if week, key, ok := models.CutWeek(key); ok {
			k.recent = append(k.recent, recentKey{week, columnKey(key), eventID})
		} else {
			k.lasting = append(k.lasting, eventKey{eventID, columnKey(key)})
		}
	}
}

// Keys are passed as a list in JSON, so that one statement stores or looks up all of a scan.
const (
	putLastingKeys = `INSERT INTO event_keys (event_id, key) SELECT r.value ->> 0, r.value ->> 1 FROM %s WHERE 1 = 1 ON CONFLICT DO NOTHING`
	putRecentKeys  = `INSERT INTO recent_keys (week, key, event_id) SELECT CAST(r.value ->> 0 AS bigint), r.value ->> 1, r.value ->> 2 FROM %s WHERE 1 = 1
		ON CONFLICT DO NOTHING`
	lastingEvents = `SELECT r.value ->> 0 AS number, (SELECT string_agg(n.event_id, ',') FROM (SELECT event_id FROM event_keys
		WHERE key = r.value ->> 1 ORDER BY event_id DESC LIMIT ?) n) AS ids FROM %s`
	recentEvents = `SELECT r.value ->> 0 AS number, (SELECT string_agg(n.event_id, ',') FROM (SELECT event_id FROM recent_keys
		WHERE week = CAST(r.value ->> 1 AS bigint) AND key = r.value ->> 2 ORDER BY event_id DESC LIMIT ?) n) AS ids FROM %s`
)

// keptWeeks is how long keys of a week are kept: longer than articles are dated back. Some are
// deleted with each change of events, so the table does not grow with the years.
const (
	keptWeeks    = 26 * 7 * 24 * time.Hour
	forgottenMax = 1000 // at once, or twice as many as are added
	forgetKeys   = `DELETE FROM recent_keys WHERE (week, key, event_id) IN (SELECT week, key, event_id FROM recent_keys WHERE week < ? LIMIT ?)`
)

// forgetOldKeys deletes more than the added keys, so that the table does not grow.
func forgetOldKeys(tx *gorm.DB, now time.Time, added int) error {
	const week = 7 * 24 * time.Hour
	return tx.Exec(forgetKeys, now.Add(-keptWeeks).Unix()/int64(week/time.Second), max(forgottenMax, 2*added)).Error
}

// putKeys stores keys, in their order in the index.
func (s *Store) putKeys(tx *gorm.DB, keys eventKeys) error {
	slices.SortFunc(keys.recent, func(a, b recentKey) int {
		return cmp.Or(cmp.Compare(a.Week, b.Week), strings.Compare(a.Key, b.Key), strings.Compare(a.EventID, b.EventID))
	})
	lasting, recent := make([][2]any, len(keys.lasting)), make([][3]any, len(keys.recent))
	for i, k := range keys.lasting {
		lasting[i] = [...]any{k.EventID, k.Key}
	}
	for i, k := range keys.recent {
		recent[i] = [...]any{k.Week, k.Key, k.EventID}
	}
	if err := s.execRows(tx, putLastingKeys, lasting, len(lasting)); err != nil {
		return err
	}
	return s.execRows(tx, putRecentKeys, recent, len(recent))
}

// execRows runs a statement for a list of rows.
func (s *Store) execRows(tx *gorm.DB, statement string, rows any, n int) error {
	if n == 0 {
		return nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return tx.Exec(fmt.Sprintf(statement, s.engine.jsonRows()), string(list)).Error
}

// lookUp returns the events that lookups find, and the keys that each was found by.
func (s *Store) lookUp(tx *gorm.DB, lookups []models.Lookup) (map[string][]string, error) {
	var keys []string
	perKey := 0
	for _, l := range lookups {
		keys = append(keys, l.Keys...)
		perKey = max(perKey, cmp.Or(l.PerKey, math.MaxInt32))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	keys = unique(keys)
	newest, err := s.newestOf(tx, keys, perKey)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]string)
	for _, l := range lookups {
		for _, id := range best(l, newest) {
			found[id] = nil
		}
	}
	// A key counts for each event that it finds, whichever lookup chose the event.
	for _, key := range keys {
		for _, id := range newest[key] {
			if of, ok := found[id]; ok {
				found[id] = append(of, key)
			}
		}
	}
	return found, nil
}

// best returns the events that one lookup finds.
func best(l models.Lookup, newest map[string][]string) []string {
	shared := make(map[string]float64)
	least := ""
	if !l.Since.IsZero() {
		least = models.FirstID(l.Since)
	}
	for _, key := range l.Keys {
		ids := newest[key]
		if l.PerKey > 0 {
			ids = ids[:min(len(ids), l.PerKey)]
		}
		for _, id := range ids {
			if id >= least {
				shared[id] += 1 / float64(len(ids))
			}
		}
	}
	ids := slices.Collect(maps.Keys(shared))
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(shared[b], shared[a]), strings.Compare(b, a)) })
	if l.Most > 0 {
		ids = ids[:min(len(ids), l.Most)]
	}
	return ids
}

// newestOf returns the newest events with each key, the newest first.
func (s *Store) newestOf(tx *gorm.DB, keys []string, perKey int) (map[string][]string, error) {
	var lasting, recent [][]any
	for i, key := range keys {
		if week, key, ok := models.CutWeek(key); ok {
			recent = append(recent, []any{i, week, columnKey(key)})
		} else {
			lasting = append(lasting, []any{i, columnKey(key)})
		}
	}
	newest := make(map[string][]string, len(keys))
	for _, q := range []struct {
		statement string
		rows      [][]any
	}{{lastingEvents, lasting}, {recentEvents, recent}} {
		if len(q.rows) == 0 {
			continue
		}
		list, err := json.Marshal(q.rows)
		if err != nil {
			return nil, err
		}
		var found []struct {
			Number int
			IDs    *string `gorm:"column:ids"`
		}
		if err := tx.Raw(fmt.Sprintf(q.statement, s.engine.jsonRows()), perKey, string(list)).Scan(&found).Error; err != nil {
			return nil, err
		}
		for _, f := range found {
			if f.IDs == nil {
				continue
			}
			ids := strings.Split(*f.IDs, ",")
			slices.SortFunc(ids, func(a, b string) int { return strings.Compare(b, a) })
			newest[keys[f.Number]] = ids
		}
	}
	return newest, nil
}

// candidatesOf reads events with their articles and what people corrected in them. The keys
// that found an event that was merged count for the one that it was merged into.
func candidatesOf(tx *gorm.DB, keys map[string][]string) ([]models.Event, error) {
	var events []models.Event
	for ids := slices.Sorted(maps.Keys(keys)); len(ids) > 0; {
		var rows []models.Event
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Event
			if err := tx.Where("id IN ?", part).Find(&some).Error; err != nil {
				return nil, err
			}
			rows = append(rows, some...)
		}
		ids = nil
		for _, e := range rows {
			if e.MergedInto == "" {
				events = append(events, e)
				continue
			}
			into, err := currentEvent(tx, e.ID)
			if err != nil {
				return nil, err
			}
			if _, met := keys[into]; !met {
				ids = unique(append(ids, into))
			}
			keys[into] = unique(append(keys[into], keys[e.ID]...))
		}
	}
	slices.SortFunc(events, models.FirstSeenFirst)
	at := make(map[string]*models.Event, len(events))
	ids := make([]string, len(events))
	for i := range events {
		e := &events[i]
		at[e.ID], ids[i], e.Keys = e, e.ID, keys[e.ID]
	}
	for part := range slices.Chunk(ids, chunk) {
		if err := fillPlaces(tx, part, "*", at); err != nil {
			return nil, err
		}
		became, err := withMerged(tx, part)
		if err != nil {
			return nil, err
		}
		if err := fillLinks(tx, became, at); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// A counter is a number that only grows. The one named "events" is the generation of the
// events: every change of an event increases it.
type counter struct {
	Name  string
	Value int64
}

func putEvent(tx *gorm.DB, c models.Change) error {
	e, joined := c.Event, c.Joined
	for _, s := range []*string{&e.Title, &e.Link, &e.StageQuote, &joined.Title, &joined.Link, &joined.LinkKey, &joined.JoinedBy, &joined.StageQuote} {
		*s = clean(*s)
	}
	joined.Extract = slices.Clone(joined.Extract)
	for i := range joined.Extract {
		joined.Extract[i] = clean(joined.Extract[i])
	}
	if err := putMatter(tx, e, c); err != nil {
		return err
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&e).Error; err != nil {
		return err
	}
	// An article never moves to another event here: a person may have put it where it is.
	joined.EventID = e.ID
	stays := clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "event_articles.event_id = excluded.event_id"}}}
	done := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "article_id"}, {Name: "part"}},
		DoUpdates: clause.AssignmentColumns([]string{"source_name", "role", "title", "link", "link_key", "published_at", "strength", "signature", "profile", "stage", "stage_quote", "dates", "told_at", "extract"}),
		Where:     stays,
	}).Create(&joined)
	if err := oneRow(done, fmt.Errorf("article %s belongs to another event than %s", joined.ArticleID, e.ID)); err != nil {
		return err
	}
	return nil
}

// putEventState stores the new state of an event if it differs from the last one.
func putEventState(tx *gorm.DB, c models.Change, now time.Time) error {
	e := c.Event
	state := models.EventState{EventID: e.ID, Revision: e.Revision, KnownAt: now, Severity: e.Severity, Official: e.Official, Stage: e.Stage, Dates: e.Dates}
	var last []models.EventState
	if err := tx.Where("event_id = ?", e.ID).Order("revision DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	if len(last) > 0 && last[0].Severity == state.Severity && last[0].Official == state.Official && last[0].Stage == state.Stage && slices.Equal(last[0].Dates, state.Dates) {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&state).Error
}

// nextGeneration increases the generation of the events, so that a scan that was planned
// before people changed something is planned again.
func nextGeneration(tx *gorm.DB) error {
	return tx.Exec("UPDATE counters SET value = value + 1 WHERE name = 'events'").Error
}

// An EventHistory is an event, without its articles, with the states that it had and the
// times at which people merged it into another one.
type EventHistory struct {
	Event  models.Event        // of its articles only role, strength, dates and the name of the source
	States []models.EventState // oldest first
	Merges []models.EventLink  // also those that were undone, the oldest first
}

// EventHistories returns the histories of events and of those that they were merged into, in
// the order of their IDs.
func (s *Store) EventHistories(ctx context.Context, ids []string) ([]EventHistory, error) {
	var all []EventHistory
	err := s.view(ctx, "read the history of events", func(tx *gorm.DB) error {
		all = nil
		roots, err := followMerges(tx, slices.Clone(ids))
		if err != nil {
			return err
		}
		for part := range slices.Chunk(unique(slices.Concat(ids, roots)), chunk) {
			var events []models.Event
			var states []models.EventState
			var merges []models.EventLink
			var articles []models.EventArticle
			if err := tx.Where("id IN ?", part).Find(&events).Error; err != nil {
				return err
			}
			if err := tx.Select("event_id, role, strength, dates, source_name").Where("event_id IN ?", part).Order("article_id, part").Find(&articles).Error; err != nil {
				return err
			}
			if err := tx.Where("event_id IN ?", part).Order("event_id, revision").Find(&states).Error; err != nil {
				return err
			}
			if err := tx.Where("kind = ? AND event_id IN ?", models.LinkMerge, part).Order("id").Find(&merges).Error; err != nil {
				return err
			}
			for _, e := range events {
				h := EventHistory{Event: e}
				for _, a := range articles {
					if a.EventID == e.ID {
						h.Event.Articles = append(h.Event.Articles, a)
					}
				}
				for _, s := range states {
					if s.EventID == e.ID {
						h.States = append(h.States, s)
					}
				}
				for _, l := range merges {
					if l.EventID == e.ID {
						h.Merges = append(h.Merges, l)
					}
				}
				all = append(all, h)
			}
		}
		slices.SortFunc(all, func(a, b EventHistory) int { return strings.Compare(a.Event.ID, b.Event.ID) })
		return nil
	})
	return all, err
}
