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

	"regwatch/models"
)

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
