package store

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// clock returns the SQL of the time by which leases run. On PostgreSQL it is the clock of the
// database, so that the programs need no common one. Programs that share a SQLite file run on
// one machine.
func (s *Store) clock(now time.Time) string {
	if _, ok := s.engine.(postgresEngine); ok {
		return "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint"
	}
	return strconv.FormatInt(microsOf(now), 10)
}

// TakeLease takes a lease if nobody has it, and reports whether it did.
func (s *Store) TakeLease(ctx context.Context, l models.Lease, now time.Time) (taken bool, err error) {
	doing := "take the lease " + l.Name
	db := s.write.WithContext(ctx)
	// Most leases that are asked for in vain are only read, so that they wait for no commit.
	var held []string
	err = s.read.WithContext(ctx).Raw("SELECT name FROM leases WHERE name = ? AND ends_at > "+s.clock(now), l.Name).Scan(&held).Error
	if err != nil || len(held) > 0 {
		return false, s.failed(ctx, doing, err)
	}
	done := db.Exec(`INSERT INTO leases (name, holder, token, ends_at) VALUES (?, ?, ?, `+s.clock(now)+` + ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = excluded.token, ends_at = excluded.ends_at
		WHERE leases.ends_at <= `+s.clock(now), l.Name, l.Holder, l.Token, l.For.Microseconds())
	return done.RowsAffected > 0, s.failed(ctx, doing, done.Error)
}

// RenewLeases prolongs leases that have not run out, and returns the tokens of those. One that
// has run out is not renewed, even if nobody has taken it since.
func (s *Store) RenewLeases(ctx context.Context, tokens []string, lease time.Duration, now time.Time) (kept []string, err error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	err = s.write.WithContext(ctx).Raw(`UPDATE leases SET ends_at = `+s.clock(now)+` + ? WHERE token <> '' AND token IN ? AND ends_at > `+s.clock(now)+` RETURNING token`,
		lease.Microseconds(), tokens).Scan(&kept).Error
	return kept, s.failed(ctx, "renew leases", err)
}

// ReturnLease ends a lease. Nobody takes it for a time after that.
func (s *Store) ReturnLease(ctx context.Context, token string, after time.Duration, now time.Time) error {
	err := s.write.WithContext(ctx).Exec(`UPDATE leases SET token = '', ends_at = `+s.clock(now)+` + ? WHERE token <> '' AND token = ? AND ends_at > `+s.clock(now),
		after.Microseconds(), token).Error
	return s.failed(ctx, "return a lease", err)
}

// checkHost returns [models.ErrHostLost] if the lease has run out under which a scan read its
// source. Until the scan is committed, nobody can take the lease.
func (s *Store) checkHost(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	if scan.HostToken == "" {
		return nil
	}
	var held []string
	err := tx.Table("leases").Where("token <> '' AND token = ? AND ends_at > "+s.clock(scan.At), scan.HostToken).
		Clauses(clause.Locking{Strength: "SHARE"}).Pluck("name", &held).Error
	if err == nil && len(held) == 0 {
		return models.ErrHostLost
	}
	return err
}

// forgetAfter is for how long an instance that ended without notice is shown, and the lease
// kept that nobody takes any more.
const forgetAfter = 24 * time.Hour

// SeeInstance notes that a program runs, what it runs with, and forgets those that were not
// seen for a day.
func (s *Store) SeeInstance(ctx context.Context, i models.Instance, now time.Time) error {
	return s.change(ctx, "note that this instance runs", func(tx *gorm.DB) error {
		err := tx.Exec(`INSERT INTO instances (id, machine, pid, version, roles, config, rules, started_at, seen_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, `+s.clock(now)+`)
			ON CONFLICT (id) DO UPDATE SET roles = excluded.roles, config = excluded.config, rules = excluded.rules, seen_at = excluded.seen_at`,
			i.ID, i.Machine, i.PID, i.Version, i.Roles, i.Config, i.Rules, microsOf(i.StartedAt)).Error
		if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM instances WHERE seen_at < "+s.clock(now)+" - ?", forgetAfter.Microseconds()).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM leases WHERE ends_at < "+s.clock(now)+" - ?", forgetAfter.Microseconds()).Error
	})
}

// ForgetInstance notes that a program has ended in order.
func (s *Store) ForgetInstance(ctx context.Context, id string) error {
	err := s.write.WithContext(ctx).Exec("DELETE FROM instances WHERE id = ?", id).Error
	return s.failed(ctx, "note that this instance has ended", err)
}

// Instances returns the programs that run, and those that ended without notice within a day,
// the one that started first before the others.
func (s *Store) Instances(ctx context.Context) ([]models.Instance, error) {
	var all []models.Instance
	err := s.read.WithContext(ctx).Order("started_at, id").Find(&all).Error
	return all, s.failed(ctx, "read which instances run", err)
}

// HostCooldowns returns the pauses that hosts asked for and that are not over: of one host, or
// of all without a name.
func (s *Store) HostCooldowns(ctx context.Context, host string, now time.Time) ([]models.HostCooldown, error) {
	var all []models.HostCooldown
	db := s.read.WithContext(ctx).Where("ends_at > ?", microsOf(now))
	if host != "" {
		db = db.Where("host = ?", host)
	}
	err := db.Order("host").Find(&all).Error
	return all, s.failed(ctx, "read which hosts asked for a pause", err)
}

// SetHostCooldown stores the pause that a host asked for, and forgets those that are over.
func (s *Store) SetHostCooldown(ctx context.Context, c models.HostCooldown) error {
	return s.change(ctx, "store the pause that a host asked for", func(tx *gorm.DB) error {
		if err := tx.Where("ends_at <= ?", microsOf(c.Since)).Delete(&models.HostCooldown{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&c).Error
	})
}

// HostRobots returns the stored robots.txt of a server; found is false if there is none.
func (s *Store) HostRobots(ctx context.Context, origin string) (r models.HostRobots, found bool, err error) {
	var rows []models.HostRobots
	err = s.read.WithContext(ctx).Where("origin = ?", origin).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return r, false, s.failed(ctx, "read a stored robots.txt", err)
	}
	return rows[0], true, nil
}

// SetHostRobots stores the robots.txt of a server, and forgets those that were to be read again
// a month ago.
func (s *Store) SetHostRobots(ctx context.Context, r models.HostRobots, now time.Time) error {
	r.Body, r.Problem = clean(r.Body), clean(r.Problem)
	return s.change(ctx, "store a robots.txt", func(tx *gorm.DB) error {
		if err := tx.Where("ends_at < ?", microsOf(now.AddDate(0, -1, 0))).Delete(&models.HostRobots{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error
	})
}

// A schemaSupport says which programs can run on the tables.
type schemaSupport struct {
	Name   string `gorm:"primaryKey"`
	Oldest int64
}

func (schemaSupport) TableName() string { return "schema_support" }
