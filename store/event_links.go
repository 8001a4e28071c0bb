package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NoLinkError means that there is no correction of the grouping to undo.
type NoLinkError struct {
	ID    string
	Link  *models.EventLink // the correction, if it was undone before; nil if there is none
	Among []Candidate       // some of the corrections whose IDs begin so, if there are several
}

// Error says why there is nothing to undo.
func (e *NoLinkError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoLinkError) Text() diag.Text {
	switch {
	case len(e.Among) > 0:
		return diag.Textf("the IDs of several corrections begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	case e.Link != nil:
		return diag.Textf("correction %s has already been undone by %s", e.ID, nameOf(e.Link.UndoneBy))
	}
	return diag.Textf("no correction of the grouping has the ID %q; regwatch events show EVENT lists those of an event", e.ID)
}

// A Regrouping is everything that a correction of the grouping changes. It is stored in one
// transaction.
type Regrouping struct {
	Link       models.EventLink // new, or one that is undone
	Generation int64            // of the events when they were read
	At         time.Time
	By         string // who corrects, or undoes
	// Events are the events in their new state, with the articles that they have now. An
	// event that is new comes first. A merged event has none. Their keys are added.
	Events []models.Event
	// Plan decides who is notified. It gets the events as they are stored then, and must
	// have no side effects.
	Plan func(events map[string]models.Event) []models.Notice
}

// Regroup stores a correction of the grouping, or that it is undone. The error is
// [models.ErrStale] if an event has changed since it was read: then read and decide again.
func (s *Store) Regroup(ctx context.Context, g Regrouping, plan StatusPlanner) (notices []models.Notice, err error) {
	l := g.Link
	g.By, l.By, l.Reason = clean(strings.TrimSpace(g.By)), clean(strings.TrimSpace(l.By)), clean(strings.TrimSpace(l.Reason))
	err = s.change(ctx, "correct the grouping of event "+l.EventID, func(tx *gorm.DB) error {
		notices = nil
		var keys eventKeys
		// All changes of events claim the generation, also one that changes no event.
		claim := models.Scan{EventGeneration: g.Generation, Changes: make([]models.Change, 1)}
		if err := claimGeneration(tx, claim, nil); err != nil {
			return err
		}
		log := &auditLog{at: g.At, actor: nameOf(g.By)}
		if err := reopenGrown(tx, l, g.Events, log); err != nil {
			return err
		}
		for _, e := range g.Events {
			if err := putRegrouped(tx, e, g.At); err != nil {
				return err
			}
			keys.add(e.ID, e.Keys)
		}
		if err := s.putKeys(tx, keys); err != nil {
			return err
		}
		if err := putLink(tx, l); err != nil {
			return err
		}
		if l.Kind == models.LinkMerge && l.UndoneAt.IsZero() {
			if err := removeDueBefore(tx, l.OtherID, l.MadeAt); err != nil {
				return err
			}
		}
		if len(g.Events) > 0 {
			// The articles are found by the lasting keys of either event. Keys that say too
			// much only compare more.
			for _, pair := range [][2]string{{l.EventID, l.OtherID}, {l.OtherID, l.EventID}} {
				if err := tx.Exec(copyKeys, pair[1], pair[0]).Error; err != nil {
					return err
				}
			}
		}
		log.add(linkAction(l), l.EventID, linkFacts(l))
		ids := unique([]string{l.EventID, l.OtherID})
		current, err := followMerges(tx, slices.Clone(ids))
		if err != nil {
			return err
		}
		if g.Plan != nil {
			stored, err := eventsOf(tx, ids)
			if err != nil {
				return err
			}
			byID := make(map[string]models.Event)
			for _, e := range stored {
				byID[e.ID] = e
			}
			notices = g.Plan(byID)
			if err := addNotices(tx, notices, log); err != nil {
				return err
			}
		}
		for _, id := range current {
			if err := addStatus(tx, id, plan, log); err != nil {
				return err
			}
		}
		return log.write(tx)
	})
	return notices, err
}

// reopenGrown opens a closed event again if the articles that a correction brings say something
// new. Undoing a correction brings nothing new.
func reopenGrown(tx *gorm.DB, l models.EventLink, regrouped []models.Event, log *auditLog) error {
	if !l.UndoneAt.IsZero() || l.Kind != models.LinkMerge && l.Kind != models.LinkMove {
		return nil
	}
	closed, err := closedAmong(tx, []string{l.OtherID})
	if err != nil {
		return err
	}
	for _, e := range regrouped {
		if e.ID == l.OtherID {
			return reopen(tx, closed, models.Change{Event: e}, log)
		}
	}
	return nil
}

const copyKeys = `INSERT INTO event_keys (event_id, key) SELECT ?, key FROM event_keys WHERE event_id = ? ON CONFLICT DO NOTHING`

// putRegrouped stores an event and puts its articles into it.
func putRegrouped(tx *gorm.DB, e models.Event, now time.Time) error {
	for _, s := range []*string{&e.Title, &e.Link, &e.StageQuote} {
		*s = clean(*s)
	}
	var left []string // the matter that it had
	if err := tx.Model(&models.Event{}).Where("id = ? AND matter_id <> '' AND matter_id <> ?", e.ID, e.Matter.ID).Pluck("matter_id", &left).Error; err != nil {
		return err
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&e).Error; err != nil {
		return err
	}
	for _, id := range left {
		if err := findFirst(tx, id); err != nil {
			return err
		}
	}
	if e.Matter.ID != "" {
		if err := addMatter(tx, e.Matter, e, e.FirstReport()); err != nil {
			return err
		}
	}
	for _, a := range e.Articles {
		done := tx.Model(&models.EventArticle{}).Where("article_id = ? AND part = ?", a.ArticleID, a.Part).
			Updates(map[string]any{"event_id": e.ID, "joined_by": clean(a.JoinedBy)})
		if err := oneRow(done, fmt.Errorf("article %s belongs to no event", a.ArticleID)); err != nil {
			return err
		}
	}
	return putEventState(tx, models.Change{Event: e}, now)
}

// putLink stores a link, or that it is undone.
func putLink(tx *gorm.DB, l models.EventLink) error {
	if l.UndoneAt.IsZero() {
		return tx.Create(&l).Error
	}
	l.UndoneBy = clean(strings.TrimSpace(l.UndoneBy))
	done := tx.Model(&models.EventLink{}).Where("id = ? AND undone_at = 0", l.ID).Select("undone_at", "undone_by").Updates(&l)
	return oneRow(done, models.ErrStale)
}

func linkAction(l models.EventLink) string {
	switch {
	case !l.UndoneAt.IsZero():
		return "event.regroup_undone"
	case l.Kind == models.LinkMerge:
		return "event.merged"
	case l.Kind == models.LinkSplit:
		return "event.split"
	case l.Kind == models.LinkMove:
		return "event.article_moved"
	}
	return "event.kept_apart"
}

func linkFacts(l models.EventLink) facts {
	f := facts{"correction": l.ID, "kind": l.Kind, "other": l.OtherID, "reason": l.Reason}
	var articles []string
	for _, a := range l.Articles {
		articles = append(articles, fmt.Sprintf("%s/%d", a.ArticleID, a.Part))
	}
	if len(articles) > 0 {
		f["articles"] = articles
	}
	return f
}

// FindEventLink returns the correction of the grouping with an ID, or with the only ID that
// begins so. The error is a [*NoLinkError] if there is none to undo.
func (s *Store) FindEventLink(ctx context.Context, id string) (models.EventLink, error) {
	begins := strings.ToUpper(strings.TrimSpace(id))
	none := &NoLinkError{ID: id}
	if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
		return models.EventLink{}, none
	}
	var found []models.EventLink
	err := s.view(ctx, "look up correction "+id, func(tx *gorm.DB) error {
		found, none.Among = nil, nil
		if err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id").Limit(maxCandidates).Find(&found).Error; err != nil || len(found) < 2 {
			return err
		}
		ids := make([]string, len(found))
		for i, l := range found {
			ids[i] = l.ID
		}
		short, err := shortIDs(tx, "event_links", ids)
		for _, l := range found {
			none.Among = append(none.Among, Candidate{short[l.ID], fmt.Sprintf("%s of %s and %s", l.Kind, l.EventID, l.OtherID)})
		}
		return err
	})
	switch {
	case err != nil:
		return models.EventLink{}, err
	case len(found) != 1:
		return models.EventLink{}, none
	case !found[0].UndoneAt.IsZero():
		none.Link = &found[0]
		return models.EventLink{}, none
	}
	return found[0], nil
}

// MergedEvent returns an event itself, also if it was merged, without what belongs to it.
func (s *Store) MergedEvent(ctx context.Context, id string) (models.Event, error) {
	var found []models.Event
	err := s.read.WithContext(ctx).Where("id = ?", id).Find(&found).Error
	if err == nil && len(found) == 0 {
		return models.Event{}, &NoEventError{ID: id}
	}
	return append(found, models.Event{})[0], s.failed(ctx, "read event "+id, err)
}

// linksOf returns the standing links from or to events, the oldest first.
func linksOf(tx *gorm.DB, ids []string) ([]models.EventLink, error) {
	byID := make(map[string]models.EventLink)
	for part := range slices.Chunk(ids, chunk) {
		var some []models.EventLink
		if err := tx.Where("undone_at = 0 AND (event_id IN ? OR other_id IN ?)", part, part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, l := range some {
			byID[l.ID] = l
		}
	}
	links := slices.Collect(maps.Values(byID))
	slices.SortFunc(links, func(a, b models.EventLink) int { return strings.Compare(a.ID, b.ID) })
	return links, nil
}

// fillLinks sets what people corrected in events. became has the events and those that were
// merged into them.
func fillLinks(tx *gorm.DB, became map[string]string, at map[string]*models.Event) error {
	for _, id := range slices.Sorted(maps.Keys(became)) {
		if e := at[became[id]]; e != nil && id != e.ID {
			e.Merged = append(e.Merged, id)
		}
	}
	links, err := linksOf(tx, slices.Sorted(maps.Keys(became)))
	if err != nil {
		return err
	}
	for _, l := range links {
		met := ""
		for _, end := range [][2]string{{l.EventID, l.OtherID}, {l.OtherID, l.EventID}} {
			e := at[became[end[0]]]
			if e == nil {
				continue
			}
			if e.ID != met {
				e.Links = append(e.Links, l)
				met = e.ID
			}
			if !l.KeepsApart() {
				continue
			}
			others, err := sameEvent(tx, end[1])
			if err != nil {
				return err
			}
			if _, one := others[e.ID]; !one {
				e.Apart = unique(slices.AppendSeq(e.Apart, maps.Keys(others)))
			}
		}
	}
	return nil
}

// sameEvent returns the event that one is or was merged into, and all that were merged into
// it.
func sameEvent(tx *gorm.DB, id string) (map[string]string, error) {
	current, err := followMerges(tx, []string{id})
	if err != nil {
		return nil, err
	}
	return withMerged(tx, current)
}

// takenArticles are the splits and moves by which articles, and the notices about them, came
// into an event or left it.
type takenArticles struct {
	links []models.EventLink // the oldest first
	root  map[string]string  // of each event: itself, or what it was merged into
}

// takenFrom returns the splits and moves that concern events, and those before them.
func takenFrom(tx *gorm.DB, became map[string]string) (takenArticles, error) {
	t := takenArticles{root: maps.Clone(became)}
	for {
		links, err := linksOf(tx, slices.Sorted(maps.Keys(t.root)))
		if err != nil {
			return t, err
		}
		t.links = slices.DeleteFunc(links, func(l models.EventLink) bool { return l.Kind != models.LinkSplit && l.Kind != models.LinkMove })
		known := len(t.root)
		for _, l := range t.links {
			for _, id := range []string{l.EventID, l.OtherID} {
				if _, met := t.root[id]; met {
					continue
				}
				same, err := sameEvent(tx, id)
				if err != nil {
					return t, err
				}
				maps.Copy(t.root, same)
			}
		}
		if len(t.root) == known {
			return t, nil
		}
	}
}

// eventOf returns the event that a notice counts for: the one that has its article now. The
// source, title and link are those of its alert; all empty if it is none.
func (t takenArticles) eventOf(subjectID string, createdAt time.Time, source, title, link string) string {
	at := subjectID
	for _, l := range t.links {
		if t.root[at] == t.root[l.EventID] && createdAt.Before(l.MadeAt) && l.Took(source, title, link) != nil {
			at = l.OtherID
		}
	}
	return t.root[at]
}
