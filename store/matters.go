package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// fillMatters sets the names of the matters of events.
func fillMatters(tx *gorm.DB, events []models.Event) error {
	var ids []string
	for _, e := range events {
		if e.Matter.ID != "" && !slices.Contains(ids, e.Matter.ID) {
			ids = append(ids, e.Matter.ID)
		}
	}
	byID, err := mattersOf(tx, ids)
	if err != nil {
		return err
	}
	for i := range events {
		m := &events[i].Matter
		m.Name, m.Names = byID[m.ID].Name, byID[m.ID].Names
	}
	return nil
}

func mattersOf(tx *gorm.DB, ids []string) (map[string]models.Matter, error) {
	byID := make(map[string]models.Matter, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var some []models.Matter
		if err := tx.Where("id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, m := range some {
			byID[m.ID] = m
		}
	}
	return byID, nil
}

// putMatter stores the matter of an event that a change belongs to, and that the change is
// its first report if none is earlier.
func putMatter(tx *gorm.DB, e models.Event, c models.Change) error {
	if e.Matter.ID == "" {
		return nil
	}
	return addMatter(tx, e.Matter, e, c.Joined.ReportedAt())
}

func addMatter(tx *gorm.DB, ref models.MatterRef, e models.Event, at time.Time) error {
	m := models.Matter{ID: ref.ID, Name: clean(ref.Name), Names: ref.Names}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&m).Error; err != nil {
		return err
	}
	if e.Stage == models.StageRestated {
		return nil
	}
	return tx.Exec("UPDATE matters SET first_event = ?, first_at = ? WHERE id = ? AND (first_at = 0 OR first_at > ?)",
		e.ID, microsOf(at), m.ID, microsOf(at)).Error
}

// Matters returns the matters with these IDs, in the order of their IDs.
func (s *Store) Matters(ctx context.Context, ids ...string) ([]models.Matter, error) {
	var matters []models.Matter
	err := s.read.WithContext(ctx).Where("id IN ?", ids).Order("id").Find(&matters).Error
	return matters, s.failed(ctx, "read matters", err)
}

// AllMatters returns all matters, in the order of their IDs.
func (s *Store) AllMatters(ctx context.Context) ([]models.Matter, error) {
	var matters []models.Matter
	err := s.read.WithContext(ctx).Order("id").Find(&matters).Error
	return matters, s.failed(ctx, "read the matters", err)
}

// MatterEvents returns the events of a matter, oldest first.
func (s *Store) MatterEvents(ctx context.Context, matterID string) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "read the events of matter "+matterID, func(tx *gorm.DB) error {
		var ids []string
		err := tx.Model(&models.Event{}).Where("matter_id = ? AND merged_into = ''", matterID).Order("id").Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		events, err = eventPartsOf(tx, ids, eventParts{places: listPlaces})
		return err
	})
	return events, err
}

// A MatterCount is how many events a matter has, and when the last one was seen.
type MatterCount struct {
	MatterID   string
	Events     int
	LastSeenAt time.Time `gorm:"serializer:micros"`
}

// CountMatters returns for each matter with events how many it has.
func (s *Store) CountMatters(ctx context.Context) ([]MatterCount, error) {
	var counts []MatterCount
	err := s.view(ctx, "count the events of matters", func(tx *gorm.DB) error {
		counts = nil
		return tx.Model(&models.Event{}).Select("matter_id, COUNT(*) AS events, MAX(last_seen_at) AS last_seen_at").
			Where("matter_id <> '' AND merged_into = ''").Group("matter_id").Order("matter_id").Scan(&counts).Error
	})
	return counts, err
}

// SetMatter stores the matter that a person chose for an event; without an ID it has none. With
// automatic the program chooses again, which then gave ref. It returns the event in its new
// state. A scan that was planned before is planned again.
func (s *Store) SetMatter(ctx context.Context, eventID string, ref models.MatterRef, automatic bool, by string, now time.Time) (models.Event, error) {
	var event models.Event
	err := s.change(ctx, "set the matter of event "+eventID, func(tx *gorm.DB) error {
		found, err := eventPartsOf(tx, []string{eventID}, eventParts{places: listPlaces})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoEventError{ID: eventID}
		}
		event = found[0]
		before := event.Matter
		event.Matter = ref
		event.Matter.SetAt = now
		if automatic {
			event.Matter.SetAt = time.Time{}
		}
		if before.ID == ref.ID && before.SetAt.IsZero() == event.Matter.SetAt.IsZero() {
			event.Matter.SetAt = before.SetAt
			return nil // nothing changes
		}
		event.Restates = nil // of the other matter
		if ref.ID != "" {
			if err := addMatter(tx, ref, event, event.FirstReport()); err != nil {
				return err
			}
			matters, err := mattersOf(tx, []string{ref.ID})
			if err != nil {
				return err
			}
			event.Restates = matters[ref.ID].FirstBefore(event.ID, event.Stage, event.FirstReport())
		}
		err = tx.Model(&models.Event{}).Where("id = ?", eventID).Select("matter_id", "matter_set_at", "restates").
			Updates(&models.Event{Matter: event.Matter, Restates: event.Restates}).Error
		if err != nil {
			return err
		}
		if before.ID != "" && before.ID != ref.ID {
			if err := findFirst(tx, before.ID); err != nil {
				return err
			}
		}
		log := &auditLog{at: now, actor: nameOf(clean(strings.TrimSpace(by)))}
		log.add("event.matter_set", eventID, facts{"matter": ref.ID, "before": before.ID, "automatic": automatic})
		if err := log.write(tx); err != nil {
			return err
		}
		return nextGeneration(tx)
	})
	return event, err
}

// findFirst finds the first report of a matter anew, which an event left.
func findFirst(tx *gorm.DB, matterID string) error {
	var ids []string
	err := tx.Model(&models.Event{}).Where("matter_id = ? AND merged_into = '' AND stage <> ?", matterID, models.StageRestated).Order("id").Pluck("id", &ids).Error
	if err != nil {
		return err
	}
	events, err := eventPartsOf(tx, ids, eventParts{places: digestPlaces})
	if err != nil {
		return err
	}
	if err := tx.Exec("UPDATE matters SET first_event = '', first_at = 0 WHERE id = ?", matterID).Error; err != nil {
		return err
	}
	for _, e := range events {
		if err := addMatter(tx, models.MatterRef{ID: matterID}, e, e.FirstReport()); err != nil {
			return err
		}
	}
	return nil
}

// mattersFilled is a counter: the events first seen before it were given their matter by
// the program after an upgrade. The 1 is the edition of the laws that the program knows by name.
const mattersFilled = "matters-1"

// filledAll is its value when all were.
const filledAll = 1 << 62

// A MatterStep is some events that have no matter yet.
type MatterStep struct {
	Events []models.Event            // with their articles, oldest first
	Texts  map[string]models.Article // by ID
	Last   bool                      // no events are left after these
	Done   bool                      // no step is left, not even this one

	after int64
}

// EventsWithoutMatter returns about limit events of releases before 0012 that the program has
// not given a matter yet, for [Store.AddMatters].
func (s *Store) EventsWithoutMatter(ctx context.Context, limit int) (step MatterStep, err error) {
	err = s.view(ctx, "read the events without a matter", func(tx *gorm.DB) error {
		step = MatterStep{Texts: make(map[string]models.Article)}
		var done []int64
		if err := tx.Model(&counter{}).Where("name = ?", mattersFilled).Pluck("value", &done).Error; err != nil {
			return err
		}
		from := append(done, -1)[0]
		if step.Done = from == filledAll; step.Done {
			return nil
		}
		var rows []struct{ FirstSeenAt int64 }
		err := tx.Raw("SELECT first_seen_at FROM events WHERE first_seen_at > ? ORDER BY first_seen_at, id LIMIT ?", from, limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		step.Last, step.after = len(rows) < limit, filledAll
		if !step.Last {
			step.after = rows[len(rows)-1].FirstSeenAt
		}
		// All events of the last moment belong to this step.
		var ids []string
		err = tx.Raw("SELECT id FROM events WHERE first_seen_at > ? AND first_seen_at <= ? AND merged_into = '' ORDER BY first_seen_at, id", from, step.after).Scan(&ids).Error
		if err != nil {
			return err
		}
		if step.Events, err = eventPartsOf(tx, ids, eventParts{places: listPlaces}); err != nil {
			return err
		}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Article
			err := tx.Raw(matterTexts, part).Scan(&some).Error
			if err != nil {
				return err
			}
			for _, a := range some {
				step.Texts[a.ID] = a
			}
		}
		return nil
	})
	return step, err
}

// matterTexts selects the beginning of the texts of events, where they say what they are about:
// a step may have all events of a first scan, whose texts would not fit into memory.
const matterTexts = `SELECT a.id, a.source_id, a.title, a.link, SUBSTR(a.body, 1, 4000) AS body, a.body_state, a.published_at, a.seen_at FROM articles a
	WHERE a.id IN (SELECT article_id FROM event_articles WHERE event_id IN ?)`

// An EventMatter is the matter that the program found for an event, and keys that find it.
type EventMatter struct {
	Event  models.Event
	Matter models.MatterRef
	Keys   []string
}

// AddMatters stores the matters of the events of a step, and that the step is done. What a
// person chose stays. Nobody is notified.
func (s *Store) AddMatters(ctx context.Context, step MatterStep, found []EventMatter) error {
	return s.change(ctx, "store the matters of events", func(tx *gorm.DB) error {
		var keys eventKeys
		for _, f := range found {
			keys.add(f.Event.ID, f.Keys)
			if f.Matter.ID == "" {
				continue
			}
			done := tx.Exec("UPDATE events SET matter_id = ? WHERE id = ? AND matter_id = '' AND matter_set_at = 0", f.Matter.ID, f.Event.ID)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			if err := addMatter(tx, f.Matter, f.Event, f.Event.FirstReport()); err != nil {
				return err
			}
		}
		if err := s.putKeys(tx, keys); err != nil {
			return err
		}
		err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value"})}).
			Create(&counter{Name: mattersFilled, Value: step.after}).Error
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return nil
		}
		return nextGeneration(tx)
	})
}

// maxMatchingRows is how many articles are looked at for those that belong to events.
const maxMatchingRows = 1000

// A Sharing asks for articles that meet several of some conditions.
type Sharing struct {
	Of    []models.Candidate
	Least int // how many of them an article must meet
	Most  int // articles that meet so many or more count alike
}

// sharedArticles counts the conditions that articles meet, which are put in as a union, and
// returns the events of those that meet enough. Each condition is looked up once, however many
// combinations of them are enough.
const sharedArticles = `SELECT e.event_id FROM (
		SELECT n.num, n.shared, i.article_id FROM (SELECT num, COUNT(*) AS shared FROM (@union) u GROUP BY num HAVING COUNT(*) >= ?) n
		JOIN article_index i ON i.num = n.num WHERE NOT i.imported AND @at < ?) f
	JOIN event_articles e ON e.article_id = f.article_id AND e.part = 0
	ORDER BY CASE WHEN f.shared < ? THEN f.shared ELSE ? END DESC, f.num DESC LIMIT ?`

// EventsSharing returns at most limit events with an article that may meet enough of some
// conditions and was published before a time, without their keys and histories: those first
// whose article meets most, and of these the newest. It looks at the first such articles only.
func (s *Store) EventsSharing(ctx context.Context, c Sharing, before time.Time, limit int) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "search the events", func(tx *gorm.DB) error {
		events = nil
		var parts []string
		var args []any
		for _, condition := range c.Of {
			q, err := s.matching(tx, condition, models.ArticleWindow{})
			if err != nil {
				return err
			}
			if q != nil {
				parts, args = append(parts, q.numbers()), append(args, q.args...)
			}
		}
		if len(parts) < max(c.Least, 1) {
			return nil
		}
		query := strings.NewReplacer("@union", strings.Join(parts, " UNION ALL "), "@at", listedAt(models.ByPublished, "i.seen_at")).Replace(sharedArticles)
		var ids []string
		if err := tx.Raw(query, append(args, c.Least, microsOf(before), c.Most, c.Most, maxMatchingRows)...).Scan(&ids).Error; err != nil {
			return err
		}
		var first []string
		for _, id := range ids {
			if len(first) < limit && !slices.Contains(first, id) {
				first = append(first, id)
			}
		}
		ids, err := followMerges(tx, first)
		if err != nil {
			return err
		}
		events, err = eventPartsOf(tx, ids, eventParts{places: "*"})
		return err
	})
	return events, err
}
