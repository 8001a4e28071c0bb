package store

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// inThreads returns notices in the order of their IDs, so that two programs that store
// the same ones wait for each other and do not block each other. Their deliveries have
// the addresses of their threads, and come after what is stored there.
func inThreads(tx *gorm.DB, notices []models.Notice) ([]models.Notice, error) {
	sorted := slices.SortedFunc(slices.Values(notices), func(a, b models.Notice) int { return strings.Compare(a.ID, b.ID) })
	var threads spelling
	for i, n := range sorted {
		if n.IsHeld() || n.IsDeferred() {
			continue // its deliveries are not stored
		}
		sorted[i].Deliveries = slices.Clone(n.Deliveries)
		for j := range sorted[i].Deliveries {
			d := &sorted[i].Deliveries[j]
			d.NoticeID = n.ID
			if err := threads.keep(tx, d); err != nil {
				return nil, err
			}
		}
	}
	// Only now: a thread is found by the address as it has it.
	return afterThreads(tx, sorted)
}

// afterThreads returns notices whose deliveries come, in each thread, after those that
// are stored already. A scan that began earlier may commit later, with an earlier time,
// and a clock may have been set back. Those that are added at once keep their order.
func afterThreads(tx *gorm.DB, notices []models.Notice) ([]models.Notice, error) {
	type place struct{ thread, destination string }
	first := make(map[place]time.Time)
	for _, n := range notices {
		for _, d := range n.Deliveries {
			at := place{d.Thread, d.Destination}
			if earliest, met := first[at]; d.Thread != "" && (!met || d.CreatedAt.Before(earliest)) {
				first[at] = d.CreatedAt
			}
		}
	}
	later := make(map[place]time.Duration)
	for at, earliest := range first {
		var last int64
		err := tx.Raw("SELECT COALESCE(MAX(created_at), 0) FROM deliveries WHERE thread <> '' AND thread = ? AND destination = ?", at.thread, at.destination).Scan(&last).Error
		if err != nil {
			return nil, err
		}
		if last > 0 && !earliest.After(timeOf(last)) {
			later[at] = timeOf(last).Add(time.Microsecond).Sub(earliest)
		}
	}
	if len(later) == 0 {
		return notices, nil
	}
	moved := slices.Clone(notices)
	for i, n := range moved {
		moved[i].Deliveries = slices.Clone(n.Deliveries)
		for j, d := range n.Deliveries {
			moved[i].Deliveries[j].CreatedAt = d.CreatedAt.Add(later[place{d.Thread, d.Destination}])
		}
	}
	return moved, nil
}
