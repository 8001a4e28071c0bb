package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// Stats returns the figures of deliveries, notices and scans. Each query uses an index, so
// that a monitor may ask every few seconds.
func (s *Store) Stats(ctx context.Context) (models.Stats, error) {
	var p models.Stats
	err := s.view(ctx, "read the statistics", func(tx *gorm.DB) error {
		p = models.Stats{}
		var err error
		if p.Channels, err = channelStats(tx); err != nil {
			return err
		}
		// The name differs from the column, or GROUP BY would mean the column.
		err = tx.Raw("SELECT kind, (held <> '') AS silent, COUNT(*) AS count FROM notices GROUP BY kind, (held <> '') ORDER BY 1, 2").Scan(&p.Notices).Error
		if err != nil {
			return err
		}
		var at int64
		if err := tx.Raw("SELECT COALESCE(MAX(succeeded_at), 0) FROM source_states").Scan(&at).Error; err != nil {
			return err
		}
		p.ScanAt = timeOf(at)
		return nil
	})
	return p, err
}

// dueByChannel counts the deliveries that are due, by channel.
const dueByChannel = "SELECT channel, COUNT(*) AS due, MIN(created_at) AS oldest FROM deliveries WHERE state = 'due' GROUP BY channel ORDER BY channel"

func channelStats(tx *gorm.DB) ([]models.ChannelStats, error) {
	var due []struct {
		Channel string
		Due     int
		Oldest  int64
	}
	err := tx.Raw(dueByChannel).Scan(&due).Error
	if err != nil {
		return nil, err
	}
	of := make(map[string]*models.ChannelStats)
	for _, d := range due {
		p := &models.ChannelStats{Channel: d.Channel, Due: d.Due, OldestDue: timeOf(d.Oldest)}
		of[d.Channel] = p
		err := tx.Model(&models.Delivery{}).Where("state = 'due' AND channel = ? AND created_at = ?", d.Channel, d.Oldest).
			Order("id").Limit(1).Pluck("last_error", &p.LastError).Error
		if err != nil {
			return nil, err
		}
	}
	var dead []models.ChannelStats
	if err := tx.Raw("SELECT channel, COUNT(*) AS dead FROM deliveries WHERE state = 'dead' GROUP BY channel").Scan(&dead).Error; err != nil {
		return nil, err
	}
	for _, d := range dead {
		if of[d.Channel] == nil {
			of[d.Channel] = &models.ChannelStats{Channel: d.Channel}
		}
		of[d.Channel].Dead = d.Dead
	}
	var all []models.ChannelStats
	for _, p := range of {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b models.ChannelStats) int { return cmp.Compare(a.Channel, b.Channel) })
	return all, nil
}

// DeadDeliveries counts the deliveries that were given up and that nobody has decided about.
func (s *Store) DeadDeliveries(ctx context.Context) (int, error) {
	var dead int64
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM deliveries WHERE state = 'dead'").Scan(&dead).Error
	return int(dead), s.failed(ctx, "count the dead letters", err)
}

// Counts is how much is stored.
type Counts struct {
	Articles int64 `json:"articles"`
	Matches  int64 `json:"matches"`
	Events   int64 `json:"events"`
	Notices  int64 `json:"notices"`
	Held     int64 `json:"held"` // notices that are not sent
	Due      int64 `json:"due"`  // deliveries
	Sent     int64 `json:"sent"`
	Dead     int64 `json:"dead"`
	Audit    int64 `json:"audit"` // entries
}

// Counts counts what is stored.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	c, err := countsOf(s.read.WithContext(ctx))
	return c, s.failed(ctx, "count what is stored", err)
}

// allCounts counts everything in one statement, so that the numbers agree.
const allCounts = `SELECT
	(SELECT COUNT(*) FROM articles) AS articles,
	(SELECT COUNT(*) FROM matches) AS matches,
	(SELECT COUNT(*) FROM events WHERE merged_into = '') AS events,
	(SELECT COUNT(*) FROM notices) AS notices,
	(SELECT COUNT(*) FROM notices WHERE held <> '') AS held,
	(SELECT COUNT(*) FROM deliveries WHERE state = 'due') AS due,
	(SELECT COUNT(*) FROM deliveries WHERE state = 'sent') AS sent,
	(SELECT COUNT(*) FROM deliveries WHERE state = 'dead') AS dead,
	(SELECT seq FROM audit_head WHERE name = 'audit') AS audit`

func countsOf(db *gorm.DB) (Counts, error) {
	var c Counts
	err := db.Raw(allCounts).Scan(&c).Error
	return c, err
}

// A Pending is the due deliveries of a channel.
type Pending struct {
	Channel    string
	Deliveries int
	Since      time.Time // when the oldest was created
}

// Pending returns the due deliveries by channel.
func (s *Store) Pending(ctx context.Context) ([]Pending, error) {
	var rows []struct {
		Channel string
		Due     int
		Oldest  int64
	}
	err := s.read.WithContext(ctx).Raw(dueByChannel).Scan(&rows).Error
	pending := make([]Pending, len(rows))
	for i, r := range rows {
		pending[i] = Pending{r.Channel, r.Due, timeOf(r.Oldest)}
	}
	return pending, s.failed(ctx, "count the due deliveries", err)
}

// lastChannelReports selects the last health notices of each channel and address. Dead
// letters, and deliveries of a removed channel, have subjects of their own and no report that
// they are over.
const lastChannelReports = `SELECT * FROM notices o
	WHERE kind = 'health' AND subject = 'channel' AND subject_id NOT LIKE '%/given up' AND subject_id NOT LIKE '%/gone'
		AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.kind = o.kind AND n.subject = o.subject AND n.subject_id = o.subject_id AND n.created_at > o.created_at)
	ORDER BY subject_id, id`

// ChannelTroubles returns for each channel and address the last report, if it says that the
// channel fails.
func (s *Store) ChannelTroubles(ctx context.Context) ([]models.HealthReport, error) {
	var notices []models.Notice
	err := s.view(ctx, "read the channel reports", func(tx *gorm.DB) error {
		return tx.Raw(lastChannelReports).Find(&notices).Error
	})
	if err != nil {
		return nil, err
	}
	var troubles []models.HealthReport
	last := ""
	for _, n := range notices {
		// Several recipients got the same report.
		if r := n.Content.Health; r != nil && r.Health == models.Failing && n.SubjectID != last {
			troubles = append(troubles, *r)
		}
		last = n.SubjectID
	}
	return troubles, nil
}

// unreportedDead selects the deliveries that died after the last report to their destination.
// The audit has the time of death.
const unreportedDead = `SELECT d.channel, d.address, d.last_error, MAX(a.at) AS at
	FROM deliveries d JOIN audit a ON a.subject = d.id AND a.action = 'delivery.dead' JOIN notices n ON n.id = d.notice_id
	WHERE d.state = 'dead' AND NOT (n.kind = 'health' AND n.subject = 'channel')
	GROUP BY d.id, d.channel, d.address, d.destination, d.last_error
	HAVING MAX(a.at) > COALESCE((SELECT MAX(r.created_at) FROM notices r
		WHERE r.kind = 'health' AND r.subject = 'channel' AND r.subject_id = d.destination || '/given up'), 0)
	ORDER BY d.destination, 4, d.id`

// UnreportedDead returns by destination the deliveries that died after the last report of dead
// letters there. It leaves out channel reports, or two failing channels would report each
// other forever.
func (s *Store) UnreportedDead(ctx context.Context) ([]models.ChannelHealth, error) {
	var rows []struct {
		Channel, Address, LastError string
		At                          int64
	}
	err := s.read.WithContext(ctx).Raw(unreportedDead).Scan(&rows).Error
	if err != nil {
		return nil, s.failed(ctx, "read the unreported dead letters", err)
	}
	var dead []models.ChannelHealth
	for _, r := range rows {
		h := models.ChannelHealth{Channel: r.Channel, Address: r.Address, Health: models.Failing, Since: timeOf(r.At)}
		if n := len(dead); n == 0 || dead[n-1].Name() != h.Name() {
			dead = append(dead, h)
		}
		last := &dead[len(dead)-1]
		last.Dead++
		last.Error = r.LastError
	}
	return dead, nil
}

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
