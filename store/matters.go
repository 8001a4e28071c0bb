package store

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// restatedStage is the stage of an event that says again what was known.
const restatedStage = "restated"

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
	at := c.Joined.PublishedAt
	if at.IsZero() || at.After(c.Joined.SeenAt) {
		at = c.Joined.SeenAt
	}
	return addMatter(tx, e.Matter, e, at)
}

func addMatter(tx *gorm.DB, ref models.MatterRef, e models.Event, at time.Time) error {
	m := models.Matter{ID: ref.ID, Name: clean(ref.Name), Names: ref.Names}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&m).Error; err != nil {
		return err
	}
	if e.Stage == restatedStage {
		return nil
	}
	return tx.Exec("UPDATE matters SET first_event = ?, first_at = ? WHERE id = ? AND (first_at = 0 OR first_at > ?)",
		e.ID, microsOf(at), m.ID, microsOf(at)).Error
}
