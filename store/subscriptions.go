package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/address"
	"regwatch/models"
)

// SubscribedSince returns when a subscription was first seen, and stores now if it was not
// seen before.
func (s *Store) SubscribedSince(ctx context.Context, id string, now time.Time) (time.Time, error) {
	var since time.Time
	err := s.change(ctx, "record the subscription "+id, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&subscription{ID: id, FirstSeenAt: now}).Error; err != nil {
			return err
		}
		var known subscription
		err := tx.Where("id = ?", id).Take(&known).Error
		since = known.FirstSeenAt
		return err
	})
	return since, err
}

// OptOuts returns all opt-outs. They are kept when the configuration changes, so that a reload
// never revives a subscription that a person has left.
func (s *Store) OptOuts(ctx context.Context) ([]models.OptOut, error) {
	outs, err := optOuts(s.read.WithContext(ctx))
	return outs, s.failed(ctx, "read the opt-outs", err)
}

// OptOut stores opt-outs and who made them. An address that has opted out already, in any
// spelling, is left as it is unless the new opt-out is forced. It returns the number of new
// ones.
func (s *Store) OptOut(ctx context.Context, outs []models.OptOut, by string) (left int, err error) {
	err = s.change(ctx, "record opt-outs", func(tx *gorm.DB) error {
		left = 0
		log := &auditLog{actor: nameOf(by)}
		for _, o := range outs {
			stored := o
			if written, err := storedSpellings(tx, o); err != nil {
				return err
			} else if len(written) > 0 {
				stored.Address = written[0]
			}
			kept := clause.OnConflict{DoNothing: true}
			if o.Forced {
				kept = clause.OnConflict{
					Columns:   []clause.Column{{Name: "subscription"}, {Name: "address"}},
					DoUpdates: clause.AssignmentColumns([]string{"opted_out_at", "forced"}),
					Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "NOT opt_outs.forced"}}},
				}
			}
			done := tx.Clauses(kept).Create(&stored)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			left++
			log.at = o.OptedOutAt
			log.add("subscription.left", o.Subscription, facts{"address": o.Address, "forced": o.Forced})
		}
		return log.write(tx)
	})
	return left, err
}

// OptIn deletes opt-outs and stores who did so. It returns the number deleted.
func (s *Store) OptIn(ctx context.Context, outs []models.OptOut, by string, now time.Time) (back int, err error) {
	err = s.change(ctx, "record opt-ins", func(tx *gorm.DB) error {
		back = 0
		log := &auditLog{at: now, actor: nameOf(by)}
		for _, o := range outs {
			written, err := storedSpellings(tx, o)
			if err != nil {
				return err
			}
			done := tx.Where("subscription = ? AND address IN ?", o.Subscription, written).Delete(&models.OptOut{})
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			back++
			log.add("subscription.returned", o.Subscription, facts{"address": o.Address})
		}
		return log.write(tx)
	})
	return back, err
}

// RequestOptOut stores that an address asked to leave a mandatory subscription, and the
// notices about it.
func (s *Store) RequestOptOut(ctx context.Context, o models.OptOut, by string, notices []models.Notice) error {
	return s.change(ctx, "record the request for an opt-out", func(tx *gorm.DB) error {
		log := &auditLog{at: o.OptedOutAt, actor: nameOf(by)}
		log.add("subscription.leave_asked", o.Subscription, facts{"address": o.Address})
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

func optOuts(tx *gorm.DB) ([]models.OptOut, error) {
	var outs []models.OptOut
	err := tx.Order("subscription, address").Find(&outs).Error
	return outs, err
}

// storedSpellings returns how the address of an opt-out is spelled in the database: in one
// way, unless two processes stored it at the same moment.
func storedSpellings(tx *gorm.DB, o models.OptOut) ([]string, error) {
	var all []string
	if err := tx.Model(&models.OptOut{}).Where("subscription = ?", o.Subscription).Order("address").Pluck("address", &all).Error; err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(written string) bool { return !address.Same(written, o.Address) }), nil
}

// mergeOptOuts merges the opt-outs of different spellings of one address. Releases before 0007
// stored each spelling. It changes nothing if there are none, and runs at every start, as such
// a release may still be running on the same database. SQL alone cannot compare international
// domains.
func (s *Store) mergeOptOuts(ctx context.Context) error {
	outs, err := s.OptOuts(ctx)
	if err != nil || len(sameOptOuts(outs)) == 0 {
		return err
	}
	return s.change(ctx, "merge the opt-outs of an address", func(tx *gorm.DB) error {
		var outs []models.OptOut
		if err := tx.Order("subscription, address").Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&outs).Error; err != nil {
			return err
		}
		for _, same := range sameOptOuts(outs) {
			kept := same[0]
			for _, o := range same[1:] {
				kept.Forced = kept.Forced || o.Forced
				if err := tx.Where("subscription = ? AND address = ?", o.Subscription, o.Address).Delete(&models.OptOut{}).Error; err != nil {
					return err
				}
			}
			err := tx.Model(&models.OptOut{}).Where("subscription = ? AND address = ?", kept.Subscription, kept.Address).Update("forced", kept.Forced).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// sameOptOuts returns the opt-outs of each address that has several in one subscription, the
// earliest first.
func sameOptOuts(outs []models.OptOut) [][]models.OptOut {
	type place struct{ subscription, key string }
	at := make(map[place]int)
	var groups [][]models.OptOut
	for _, o := range slices.SortedStableFunc(slices.Values(outs), func(a, b models.OptOut) int {
		return cmp.Or(a.OptedOutAt.Compare(b.OptedOutAt), cmp.Compare(a.Address, b.Address))
	}) {
		p := place{o.Subscription, address.Key(o.Address)}
		i, met := at[p]
		if !met {
			i = len(groups)
			at[p] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], o)
	}
	return slices.DeleteFunc(groups, func(same []models.OptOut) bool { return len(same) == 1 })
}

// A subscription is a row of the table subscriptions: when it was first seen.
type subscription struct {
	ID          string
	FirstSeenAt time.Time `gorm:"serializer:micros"`
}

// SigningKeys returns the keys that sign links, newest first. If there is none it makes the
// first. Of programs that ask at the same time one makes it, and all get the same.
func (s *Store) SigningKeys(ctx context.Context, now time.Time) ([]models.SigningKey, error) {
	var keys []models.SigningKey
	err := s.view(ctx, "read the keys that sign links", func(tx *gorm.DB) (err error) {
		keys, err = signingKeys(tx)
		return err
	})
	if err != nil || len(keys) > 0 {
		return keys, err
	}
	err = s.change(ctx, "make a key that signs links", func(tx *gorm.DB) (err error) {
		if err := addSigningKey(tx, 1, now); err != nil {
			return err
		}
		keys, err = signingKeys(tx)
		return err
	})
	return keys, err
}

// RenewSigningKey replaces all keys by a new one, so that every earlier link becomes invalid.
func (s *Store) RenewSigningKey(ctx context.Context, by string, now time.Time) error {
	return s.change(ctx, "make a new key that signs links", func(tx *gorm.DB) error {
		keys, err := signingKeys(tx)
		if err != nil {
			return err
		}
		version := 1
		if len(keys) > 0 {
			version = keys[0].Version + 1
		}
		if err := tx.Where("name LIKE ?", linkKeyPrefix+"%").Delete(&signingKey{}).Error; err != nil {
			return err
		}
		if err := addSigningKey(tx, version, now); err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("links.revoked", strconv.Itoa(version), facts{"version": version})
		return log.write(tx)
	})
}

func signingKeys(tx *gorm.DB) ([]models.SigningKey, error) {
	var rows []signingKey
	if err := tx.Where("name LIKE ?", linkKeyPrefix+"%").Find(&rows).Error; err != nil {
		return nil, err
	}
	var keys []models.SigningKey
	for _, r := range rows {
		version, err := strconv.Atoi(strings.TrimPrefix(r.Name, linkKeyPrefix))
		secret, errSecret := hex.DecodeString(r.Secret)
		if err != nil || errSecret != nil || len(secret) == 0 {
			return nil, fmt.Errorf("the key %s in the table signing_keys is not as regwatch made it", r.Name)
		}
		keys = append(keys, models.SigningKey{Version: version, Secret: secret, MadeAt: r.MadeAt})
	}
	slices.SortFunc(keys, func(a, b models.SigningKey) int { return cmp.Compare(b.Version, a.Version) })
	return keys, nil
}

// addSigningKey makes a key, unless another program has made that version.
func addSigningKey(tx *gorm.DB, version int, now time.Time) error {
	secret := make([]byte, 32) // as long as the hash, as RFC 2104, section 3, recommends
	_, _ = rand.Read(secret)   // never fails, says crypto/rand
	row := signingKey{Name: linkKeyPrefix + strconv.Itoa(version), Secret: hex.EncodeToString(secret), MadeAt: now}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

// linkKeyPrefix begins the name of a key that signs links. The version follows.
const linkKeyPrefix = "links/"

// A signingKey is a row of the table signing_keys.
type signingKey struct {
	Name   string    // linkKeyPrefix and the version
	Secret string    // in hexadecimal digits
	MadeAt time.Time `gorm:"serializer:micros"`
}
