package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NotClosedError means that an event that is to be opened again is open.
type NotClosedError struct{ EventID string }

// Error names the event.
func (e *NotClosedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NotClosedError) Text() diag.Text {
	return diag.Textf("event %s is open", e.EventID)
}

// A NoNoteError means that no event has such a note.
type NoNoteError struct {
	ID    string
	Note  *models.Note // the note, if it was removed before; nil otherwise
	Among []Candidate  // some of the notes whose IDs begin so, if there are several
}

// Error says why there is no note.
func (e *NoNoteError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoNoteError) Text() diag.Text {
	switch {
	case len(e.Among) > 0:
		return diag.Textf("the IDs of several notes begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	case e.Note != nil:
		return diag.Textf("note %s was already removed by %s", e.ID, nameOf(e.Note.RemovedBy))
	}
	return diag.Textf("no note has the ID %q; regwatch events show EVENT lists the notes of an event", e.ID)
}

// CloseEvent stores that the work on an event is done, which stops its escalation, and returns
// the closing as stored. An event that is closed already keeps its closing. A change of the
// event that brings something new opens it again, see [models.Change.Reopening].
func (s *Store) CloseEvent(ctx context.Context, eventID string, c models.Closing) (models.EventWork, error) {
	c.By, c.Reason = clean(strings.TrimSpace(c.By)), clean(strings.TrimSpace(c.Reason))
	var stored models.EventWork
	err := s.change(ctx, "close event "+eventID, func(tx *gorm.DB) error {
		id, err := currentEvent(tx, eventID)
		if err != nil {
			return err
		}
		if stored, err = ownWork(tx, id); err != nil || stored.IsClosed() {
			return err
		}
		stored.Closing = c
		if err := putWork(tx, stored); err != nil {
			return err
		}
		log := &auditLog{at: c.At, actor: nameOf(c.By)}
		log.add("event.closed", id, facts{"reason": c.Reason})
		return commitStatus(tx, id, nil, log)
	})
	return stored, err
}

// ReopenEvent opens a closed event again and returns how it was closed. The error is a
// [*NotClosedError] if it is open.
func (s *Store) ReopenEvent(ctx context.Context, eventID, by string, now time.Time) (models.EventWork, error) {
	by = clean(strings.TrimSpace(by))
	var was models.EventWork
	err := s.change(ctx, "open event "+eventID+" again", func(tx *gorm.DB) error {
		id, err := currentEvent(tx, eventID)
		if err != nil {
			return err
		}
		if was, err = ownWork(tx, id); err != nil {
			return err
		}
		if !was.IsClosed() {
			return &NotClosedError{EventID: id}
		}
		open := was
		open.Closing = models.Closing{}
		if err := putWork(tx, open); err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("event.reopened", id, facts{"closed_by": was.Closing.By, "closed_at": was.Closing.At.UTC()})
		return commitStatus(tx, id, nil, log)
	})
	return was, err
}

// SetDue sets the day until which the work on an event is to be done, or removes it if the day
// is empty. It returns the event, and the due date that it had. Setting the same day changes
// nothing.
func (s *Store) SetDue(ctx context.Context, eventID string, d models.Due) (id string, before models.Due, err error) {
	d.By = clean(strings.TrimSpace(d.By))
	err = s.change(ctx, "set the due date of event "+eventID, func(tx *gorm.DB) (err error) {
		if id, err = currentEvent(tx, eventID); err != nil {
			return err
		}
		became, err := withMerged(tx, []string{id})
		if err != nil {
			return err
		}
		work, err := workIn(tx, became)
		if err != nil {
			return err
		}
		if before = work[id].Due; before.Day == d.Day {
			return nil
		}
		own, err := ownWork(tx, id)
		if err != nil {
			return err
		}
		log := &auditLog{at: d.SetAt, actor: nameOf(d.By)}
		own.Due = d
		if d.Day == "" {
			if own.Due.SetAt, err = afterMerges(tx, became, id, d.SetAt); err != nil {
				return err
			}
			log.add("event.due_removed", id, facts{"was": before.Day})
		} else {
			log.add("event.due_set", id, facts{"day": d.Day, "was": before.Day})
		}
		if err := putWork(tx, own); err != nil {
			return err
		}
		return log.write(tx)
	})
	return id, before, err
}

// ownWork returns the work on an event without that on the events that were merged into it.
func ownWork(tx *gorm.DB, id string) (models.EventWork, error) {
	var found []models.EventWork
	err := tx.Where("event_id = ?", id).Find(&found).Error
	return append(found, models.EventWork{EventID: id})[0], err
}

func putWork(tx *gorm.DB, w models.EventWork) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&w).Error
}

// workIn returns the work on events, with the due dates that they have from merged ones. Whether these
// were closed does not count.
func workIn(tx *gorm.DB, became map[string]string) (map[string]models.EventWork, error) {
	rows, inherits := make(map[string]models.EventWork), false
	for part := range chunksOf(became) {
		var some []models.EventWork
		if err := tx.Where("event_id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, w := range some {
			rows[w.EventID] = w
			inherits = inherits || w.Due.Day != "" && became[w.EventID] != w.EventID
		}
	}
	of := make(map[string]models.EventWork)
	for id, w := range rows {
		if became[id] == id {
			of[id] = w
		}
	}
	if !inherits {
		return of, nil
	}
	merges, err := mergesInto(tx, became)
	if err != nil {
		return nil, err
	}
	for id := range merges {
		if due := dueOf(id, rows, merges); became[id] == id && due.Day != "" {
			w := of[id]
			w.EventID, w.Due = id, due
			of[id] = w
		}
	}
	return of, nil
}

// A merged is an event that was merged into another one.
type merged struct {
	id string
	at time.Time // zero: unknown
}

// mergesInto returns which events were merged into each event, directly.
func mergesInto(tx *gorm.DB, became map[string]string) (map[string][]merged, error) {
	links := make(map[string]models.EventLink) // by the merged event
	for part := range chunksOf(became) {
		var some []models.EventLink
		if err := tx.Where("kind = ? AND undone_at = 0 AND event_id IN ?", models.LinkMerge, part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, l := range some {
			links[l.EventID] = l
		}
	}
	into := make(map[string][]merged)
	for id, root := range became {
		if id == root {
			continue
		}
		l, known := links[id]
		if _, has := became[l.OtherID]; !known || !has {
			l.OtherID, l.MadeAt = root, time.Time{}
		}
		into[l.OtherID] = append(into[l.OtherID], merged{id, l.MadeAt})
	}
	return into, nil
}

// dueOf returns the due date of an event. One without a date has the earliest one of those that were merged into
// it, unless somebody removed that date: the date stays with the merged event, which has it again if
// the merge is undone. Who removed a date did not know of events that were merged later, so their
// dates count.
func dueOf(id string, rows map[string]models.EventWork, merges map[string][]merged) models.Due {
	due := rows[id].Due
	if due.Day != "" {
		return due
	}
	removedAt := due.SetAt
	for _, m := range merges[id] {
		if !removedAt.IsZero() && !m.at.After(removedAt) {
			continue
		}
		if other := dueOf(m.id, rows, merges); other.Day != "" && (due.Day == "" || other.Day < due.Day) {
			due = other
		}
	}
	return due
}

// afterMerges returns a time at which a due date is removed that is not before the merges into an
// event, which another program may have made by another clock.
func afterMerges(tx *gorm.DB, became map[string]string, id string, at time.Time) (time.Time, error) {
	merges, err := mergesInto(tx, became)
	if err != nil {
		return at, err
	}
	for _, m := range merges[id] {
		if m.at.After(at) {
			at = m.at
		}
	}
	return at, nil
}

// removeDueBefore makes the removal of a due date older than a merge into its event.
func removeDueBefore(tx *gorm.DB, id string, mergedAt time.Time) error {
	own, err := ownWork(tx, id)
	if err != nil || own.Due.Day != "" || own.Due.SetAt.IsZero() || own.Due.SetAt.Before(mergedAt) {
		return err
	}
	own.Due.SetAt = mergedAt.Add(-time.Microsecond)
	return putWork(tx, own)
}

// closedAmong returns those of some events that are closed.
func closedAmong(tx *gorm.DB, ids []string) (map[string]models.EventWork, error) {
	closed := make(map[string]models.EventWork)
	for part := range slices.Chunk(ids, chunk) {
		var some []models.EventWork
		if err := tx.Where("closed_at <> 0 AND event_id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, w := range some {
			closed[w.EventID] = w
		}
	}
	return closed, nil
}

// closedByChanges returns the closed events that changes are about.
func closedByChanges(tx *gorm.DB, changes []models.Change) (map[string]models.EventWork, error) {
	var ids []string
	for _, c := range changes {
		if c.Kind != models.Opened {
			ids = append(ids, c.Event.ID)
		}
	}
	return closedAmong(tx, unique(ids))
}

// reopen opens a closed event again if a change, which is not stored yet, brings something new.
func reopen(tx *gorm.DB, closed map[string]models.EventWork, c models.Change, log *auditLog) error {
	w, isClosed := closed[c.Event.ID]
	if !isClosed {
		return nil
	}
	var before []models.Event
	if err := tx.Where("id = ?", c.Event.ID).Find(&before).Error; err != nil || len(before) == 0 {
		return err
	}
	why, from, to, ok := c.Reopening(before[0])
	if !ok {
		return nil
	}
	log.add("event.reopened", c.Event.ID, facts{
		"why": why, "from": from, "to": to, "article": c.Joined.ArticleID, "revision": c.Event.Revision,
		"closed_by": w.Closing.By, "closed_at": w.Closing.At.UTC(),
	})
	w.Closing = models.Closing{}
	delete(closed, c.Event.ID)
	return putWork(tx, w)
}

// AddNote stores a note about an event and returns it as stored: for the event that a merged
// one was merged into.
func (s *Store) AddNote(ctx context.Context, n models.Note) (models.Note, error) {
	n.By, n.Text = clean(strings.TrimSpace(n.By)), clean(strings.TrimSpace(n.Text))
	var stored models.Note
	err := s.change(ctx, "add a note to event "+n.EventID, func(tx *gorm.DB) (err error) {
		stored = n
		if stored.EventID, err = currentEvent(tx, n.EventID); err != nil {
			return err
		}
		stored.ID = models.NewID(n.WrittenAt, "note", stored.EventID, n.By, n.Text)
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&stored)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error // the same form was sent twice
		}
		log := &auditLog{at: n.WrittenAt, actor: nameOf(n.By)}
		log.add("event.note_added", stored.EventID, facts{"note": stored.ID, "text_hash": models.HashOf(stored.Text)})
		return log.write(tx)
	})
	return stored, err
}

// RemoveNote removes a note, which is found by its ID or the beginning of it. The text stays
// stored. The error is a [*NoNoteError] if there is none.
func (s *Store) RemoveNote(ctx context.Context, id, by string, now time.Time) (models.Note, error) {
	return s.changeNote(ctx, id, func(n *models.Note) (action string, err error) {
		if !n.RemovedAt.IsZero() {
			return "", &NoNoteError{ID: id, Note: n}
		}
		n.RemovedAt, n.RemovedBy = now, clean(strings.TrimSpace(by))
		return "event.note_removed", nil
	}, by, now)
}

// RestoreNote shows a note again that was removed.
func (s *Store) RestoreNote(ctx context.Context, id, by string, now time.Time) (models.Note, error) {
	return s.changeNote(ctx, id, func(n *models.Note) (action string, err error) {
		if n.RemovedAt.IsZero() {
			return "", nil
		}
		n.RemovedAt, n.RemovedBy = time.Time{}, ""
		return "event.note_restored", nil
	}, by, now)
}

// changeNote changes a note as edit says. An empty action changes nothing.
func (s *Store) changeNote(ctx context.Context, id string, edit func(*models.Note) (string, error), by string, now time.Time) (note models.Note, err error) {
	err = s.change(ctx, "change note "+id, func(tx *gorm.DB) error {
		var err error
		if note, err = findNote(tx, id); err != nil {
			return err
		}
		action, err := edit(&note)
		if err != nil || action == "" {
			return err
		}
		if err := tx.Model(&models.Note{}).Where("id = ?", note.ID).Select("removed_at", "removed_by").Updates(&note).Error; err != nil {
			return err
		}
		event, err := currentEvent(tx, note.EventID)
		if err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(clean(strings.TrimSpace(by)))}
		log.add(action, event, facts{"note": note.ID, "text_hash": models.HashOf(note.Text)})
		return log.write(tx)
	})
	return note, err
}

func findNote(tx *gorm.DB, id string) (models.Note, error) {
	begins := strings.ToUpper(strings.TrimSpace(id))
	none := &NoNoteError{ID: id}
	if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
		return models.Note{}, none
	}
	var found []models.Note
	if err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id").Limit(maxCandidates).Find(&found).Error; err != nil {
		return models.Note{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var ids []string
	for _, n := range found {
		ids = append(ids, n.ID)
	}
	for _, n := range found {
		none.Among = append(none.Among, Candidate{models.ShortID(n.ID, ids...), n.Text})
	}
	return models.Note{}, none
}

// EventNotes returns the notes on an event and on those that were merged into it, the oldest
// first, without those that were removed.
func (s *Store) EventNotes(ctx context.Context, eventID string) ([]models.Note, error) {
	var notes []models.Note
	err := s.view(ctx, "read the notes on event "+eventID, func(tx *gorm.DB) error {
		notes = nil
		became, err := withMerged(tx, []string{eventID})
		if err != nil {
			return err
		}
		for part := range chunksOf(became) {
			var some []models.Note
			if err := tx.Where("removed_at = 0 AND event_id IN ?", part).Find(&some).Error; err != nil {
				return err
			}
			notes = append(notes, some...)
		}
		slices.SortFunc(notes, func(a, b models.Note) int { return strings.Compare(a.ID, b.ID) })
		return nil
	})
	return notes, err
}

// MarkRead stores that a person has read events as they are now, and returns how many of them
// the person had not read. An ID that no event has is left out.
func (s *Store) MarkRead(ctx context.Context, person string, ids []string, now time.Time) (n int, err error) {
	person = clean(strings.TrimSpace(person))
	err = s.change(ctx, "mark events as read", func(tx *gorm.DB) error {
		n = 0
		log := &auditLog{at: now, actor: nameOf(person)}
		for part := range slices.Chunk(unique(slices.Clone(ids)), chunk) {
			rows, err := unreadOf(tx, person, part)
			if err != nil {
				return err
			}
			for _, r := range rows {
				read := models.EventRead{Person: person, EventID: r.ID, Revision: r.Revision, ReadAt: now}
				if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&read).Error; err != nil {
					return err
				}
				log.add("event.read", r.ID, facts{"revision": r.Revision})
			}
			n += len(rows)
		}
		return log.write(tx)
	})
	return n, err
}

// MarkUnread stores that a person has not read events, and returns how many of them the person
// had read.
func (s *Store) MarkUnread(ctx context.Context, person string, ids []string, now time.Time) (n int, err error) {
	person = clean(strings.TrimSpace(person))
	err = s.change(ctx, "mark events as unread", func(tx *gorm.DB) error {
		n = 0
		log := &auditLog{at: now, actor: nameOf(person)}
		for part := range slices.Chunk(unique(slices.Clone(ids)), chunk) {
			var read []string
			where := tx.Where("person = ? AND event_id IN ?", person, part)
			if err := where.Model(&models.EventRead{}).Order("event_id").Pluck("event_id", &read).Error; err != nil {
				return err
			}
			if err := tx.Where("person = ? AND event_id IN ?", person, part).Delete(&models.EventRead{}).Error; err != nil {
				return err
			}
			for _, id := range read {
				log.add("event.unread", id, nil)
			}
			n += len(read)
		}
		return log.write(tx)
	})
	return n, err
}

// unreadEvents selects those of some events that a person has not read in their last revision.
const unreadEvents = `SELECT e.id, e.revision FROM events e LEFT JOIN event_reads r ON r.event_id = e.id AND r.person = ?
	WHERE e.id IN ? AND (r.revision IS NULL OR r.revision < e.revision) ORDER BY e.id`

type eventRevision struct {
	ID       string
	Revision int
}

func unreadOf(tx *gorm.DB, person string, ids []string) ([]eventRevision, error) {
	var rows []eventRevision
	err := tx.Raw(unreadEvents, person, ids).Scan(&rows).Error
	return rows, err
}

// Unread returns those of some events that a person has not read, or that have changed since.
func (s *Store) Unread(ctx context.Context, person string, ids []string) (map[string]bool, error) {
	unread := make(map[string]bool)
	for part := range slices.Chunk(ids, chunk) {
		rows, err := unreadOf(s.read.WithContext(ctx), clean(strings.TrimSpace(person)), part)
		if err != nil {
			return nil, s.failed(ctx, "read which events are unread", err)
		}
		for _, r := range rows {
			unread[r.ID] = true
		}
	}
	return unread, nil
}
