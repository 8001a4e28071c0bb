package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// A scanHour is how often a source was scanned in an hour.
type scanHour struct {
	Hour     int64  `gorm:"primaryKey;autoIncrement:false"` // since 1970
	SourceID string `gorm:"primaryKey"`
	Scans    int
	Failed   int
}

// scanHoursKept is for how long scans are counted.
const scanHoursKept = 90 * 24 * time.Hour

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// countScan counts a scan of a source, and forgets the oldest counts.
func countScan(tx *gorm.DB, state models.SourceState, at time.Time) error {
	failed := 0
	if state.Failures > 0 {
		failed = 1
	}
	const count = `INSERT INTO scan_hours (hour, source_id, scans, failed) VALUES (?, ?, 1, ?)
		ON CONFLICT (hour, source_id) DO UPDATE SET scans = scan_hours.scans + 1, failed = scan_hours.failed + excluded.failed`
	if err := tx.Exec(count, hourOf(at), state.SourceID, failed).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM scan_hours WHERE hour < ?", hourOf(at.Add(-scanHoursKept))).Error
}

// A ScanHour is what was scanned in an hour.
type ScanHour struct {
	From    time.Time
	Sources int // that were scanned
	Failing int // of them, none of whose scans succeeded
}

// ScanHours returns what was scanned in each hour from a time on, the earliest first, and when
// counting began. An hour without a scan is left out.
func (s *Store) ScanHours(ctx context.Context, from time.Time) (hours []ScanHour, since time.Time, err error) {
	var rows []struct {
		Hour             int64
		Sources, Failing int
	}
	db := s.read.WithContext(ctx)
	err = db.Raw(`SELECT hour, COUNT(*) AS sources, SUM(CASE WHEN failed = scans THEN 1 ELSE 0 END) AS failing
		FROM scan_hours WHERE hour >= ? GROUP BY hour ORDER BY hour`, hourOf(from)).Scan(&rows).Error
	for _, r := range rows {
		hours = append(hours, ScanHour{time.Unix(r.Hour*3600, 0).UTC(), r.Sources, r.Failing})
	}
	if err == nil {
		since, err = countedSince(db)
	}
	return hours, since, s.failed(ctx, "read when sources were scanned", err)
}

// countedSince returns since when scans are counted; the zero time if none was.
func countedSince(db *gorm.DB) (time.Time, error) {
	var first []int64
	err := db.Model(&scanHour{}).Order("hour").Limit(1).Pluck("hour", &first).Error
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return time.Unix(first[0]*3600, 0).UTC(), nil
}

// ScanDays are the days on which sources were scanned.
type ScanDays struct {
	Since time.Time                 // when counting began; zero: not yet
	Scans map[string]map[string]int // by source and day, as 2006-01-02
}

// ScanDays counts the scans of each source by day from a time on, in days of the zone of the time.
// A change of the clock within that time moves the bounds of the days by an hour.
func (s *Store) ScanDays(ctx context.Context, from time.Time) (ScanDays, error) {
	days := ScanDays{Scans: make(map[string]map[string]int)}
	_, offset := from.Zone()
	var rows []struct {
		SourceID string
		Day      int64
		Scans    int
	}
	db := s.read.WithContext(ctx)
	err := db.Raw(`SELECT source_id, (hour * 3600 + ?) / 86400 AS day, SUM(scans) AS scans FROM scan_hours WHERE hour >= ? GROUP BY source_id, day`,
		offset, hourOf(from)).Scan(&rows).Error
	if err == nil {
		days.Since, err = countedSince(db)
	}
	for _, r := range rows {
		if days.Scans[r.SourceID] == nil {
			days.Scans[r.SourceID] = make(map[string]int)
		}
		days.Scans[r.SourceID][time.Unix(r.Day*86400, 0).UTC().Format(time.DateOnly)] = r.Scans
	}
	return days, s.failed(ctx, "read when sources were scanned", err)
}
