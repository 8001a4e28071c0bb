package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/address"
	"regwatch/models"
)

// Addresses returns the mail addresses that are confirmed or have to be.
func (s *Store) Addresses(ctx context.Context) ([]models.VerifiedAddress, error) {
	var rows []models.VerifiedAddress
	err := s.read.WithContext(ctx).Order("address").Find(&rows).Error
	return rows, s.failed(ctx, "read the mail addresses", err)
}

// RegisterAddresses stores the mail addresses of the configuration: all of them, and those
// that must be confirmed. An address that was sent mail before counts as confirmed, and so
// does one that is configured when addresses are first registered in a database that holds articles. For
// each other address that must be confirmed it stores the notice that ask returns, and its
// deliveries are not sent until it is confirmed. Deliveries to an address that need no longer
// be confirmed become due. It returns how many addresses were asked now.
func (s *Store) RegisterAddresses(ctx context.Context, all, required []models.Destination, ask func(models.Destination) models.Notice, now time.Time) (asked int, err error) {
	err = s.change(ctx, "register the mail addresses", func(tx *gorm.DB) error {
		asked = 0
		log := &auditLog{at: now}
		known, err := addressRows(tx)
		if err != nil {
			return err
		}
		before, err := addressesInUse(tx, all, now)
		if err != nil {
			return err
		}
		wanted := make(map[string]bool)
		for _, d := range required {
			key := address.Key(d.String())
			row, met := known[key]
			if wanted[key] {
				continue
			}
			wanted[key] = true
			row.Address, row.Written, row.Required = key, clean(d.String()), true
			if !met {
				row.AddedAt = now
				if before[key] {
					row.VerifiedAt, row.VerifiedBy = now, verifiedByUse
				} else {
					row.AskedAt = now
					asked++
					log.add("address.asked", key, facts{"address": row.Written})
					if err := addNotices(tx, []models.Notice{ask(d)}, log); err != nil {
						return err
					}
				}
			}
			known[key] = row
			if err := tx.Save(&row).Error; err != nil {
				return err
			}
		}
		for key, row := range known {
			if !row.Required || wanted[key] {
				continue
			}
			row.Required = false
			if err := tx.Save(&row).Error; err != nil {
				return err
			}
			if err := releaseAddress(tx, key, now); err != nil {
				return err
			}
		}
		return log.write(tx)
	})
	return asked, err
}

// VerifyAddress stores that an address was confirmed, and by whom. The deliveries that waited
// for it become due. If merge names some of them, the notice that it returns replaces them.
// The result is false if the address is unknown or confirmed.
func (s *Store) VerifyAddress(ctx context.Context, destination, by string, merge func([]models.Delivery) (models.Notice, []string), now time.Time) (verified bool, err error) {
	key := address.Key(destination)
	err = s.change(ctx, "confirm the address "+destination, func(tx *gorm.DB) error {
		verified = false
		done := tx.Model(&models.VerifiedAddress{}).Where("address = ? AND verified_at = 0", key).
			Updates(models.VerifiedAddress{VerifiedAt: now, VerifiedBy: clean(nameOf(by))})
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		verified = true
		log := &auditLog{at: now, actor: nameOf(by)}
		waiting, err := unverifiedDeliveries(tx, key)
		if err != nil {
			return err
		}
		if err := fillNotices(tx, waiting); err != nil {
			return err
		}
		log.add("address.verified", key, facts{"deliveries": len(waiting)})
		if err := dropLinks(tx, key, log, now); err != nil {
			return err
		}
		if summary, included := merge(waiting); len(included) > 0 {
			for _, id := range included {
				log.add("delivery.dropped", id, facts{"notice": summary.ID, "reason": "sent in a summary"})
			}
			err := tx.Model(&models.Delivery{}).Where("id IN ?", included).
				Updates(models.Delivery{State: models.DeliveryDropped, LastError: english("outcome_summary", summary.ID)}).Error
			if err != nil {
				return err
			}
			if err := addNotices(tx, []models.Notice{summary}, log); err != nil {
				return err
			}
		}
		if err := releaseAddress(tx, key, now); err != nil {
			return err
		}
		return log.write(tx)
	})
	return verified, err
}

// RequestVerification stores a notice that asks again for the confirmation of an address. The
// result is false if the address is unknown or confirmed.
func (s *Store) RequestVerification(ctx context.Context, destination, by string, notice models.Notice, now time.Time) (asked bool, err error) {
	key := address.Key(destination)
	err = s.change(ctx, "ask for the confirmation of "+destination, func(tx *gorm.DB) error {
		asked = false
		done := tx.Model(&models.VerifiedAddress{}).Where("address = ? AND verified_at = 0", key).Updates(models.VerifiedAddress{AskedAt: now})
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		asked = true
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("address.asked", key, facts{})
		if err := addNotices(tx, []models.Notice{notice}, log); err != nil {
			return err
		}
		return log.write(tx)
	})
	return asked, err
}

// ReportAddresses stores notices that report unconfirmed addresses. Those that another process
// has stored already stay as they are.
func (s *Store) ReportAddresses(ctx context.Context, waiting []models.VerifiedAddress, notices []models.Notice, now time.Time) error {
	return s.change(ctx, "report the unconfirmed addresses", func(tx *gorm.DB) error {
		log := &auditLog{at: now}
		for _, v := range waiting {
			err := tx.Model(&models.VerifiedAddress{}).Where("address = ?", v.Address).Updates(models.VerifiedAddress{ReportedAt: now}).Error
			if err != nil {
				return err
			}
		}
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

func addressRows(tx *gorm.DB) (map[string]models.VerifiedAddress, error) {
	var rows []models.VerifiedAddress
	if err := tx.Order("address").Find(&rows).Error; err != nil {
		return nil, err
	}
	known := make(map[string]models.VerifiedAddress, len(rows))
	for _, row := range rows {
		known[row.Address] = row
	}
	return known, nil
}

// addressesInUse returns the keys of the addresses that were sent mail. At the first
// registration in a database that was in use, it adds all addresses of the configuration.
func addressesInUse(tx *gorm.DB, all []models.Destination, now time.Time) (map[string]bool, error) {
	var sent []string
	if err := tx.Model(&models.Delivery{}).Distinct("destination").Where("state = ? AND address LIKE '%@%'", models.DeliverySent).Pluck("destination", &sent).Error; err != nil {
		return nil, err
	}
	keys := make(map[string]bool)
	for _, destination := range sent {
		keys[address.Key(destination)] = true
	}
	first := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&subscription{ID: addressRegistration, FirstSeenAt: now})
	if first.Error != nil || first.RowsAffected == 0 {
		return keys, first.Error
	}
	var articles []string
	if err := tx.Model(&models.Article{}).Limit(1).Pluck("id", &articles).Error; err != nil {
		return nil, err
	}
	if len(articles) > 0 {
		for _, d := range all {
			if key := address.Key(d.String()); !keys[key] {
				keys[key] = true
				row := models.VerifiedAddress{Address: key, Written: clean(d.String()), AddedAt: now, VerifiedAt: now, VerifiedBy: verifiedByUse}
				if err := tx.Create(&row).Error; err != nil {
					return nil, err
				}
			}
		}
	}
	return keys, nil
}

// addressRegistration is the name under which the table of subscriptions holds the time of the
// first registration of addresses. No subscription has this name.
const addressRegistration = "addresses/verified"

// verifiedByUse is stored as the person who confirmed an address that was in use before
// confirmations existed.
const verifiedByUse = "in use before"

// isUnverified reports whether a destination is an address that must be confirmed first.
func isUnverified(tx *gorm.DB, destination string) (bool, error) {
	if !address.IsMail(destination) {
		return false, nil
	}
	var waiting []string
	err := tx.Model(&models.VerifiedAddress{}).Where("address = ? AND required AND verified_at = 0", address.Key(destination)).Pluck("address", &waiting).Error
	return len(waiting) > 0, err
}

// unverifiedDeliveries returns the deliveries that wait for the confirmation of an address,
// oldest first.
func unverifiedDeliveries(tx *gorm.DB, key string) ([]models.Delivery, error) {
	var destinations []string
	if err := tx.Model(&models.Delivery{}).Distinct("destination").Where("state = ?", models.DeliveryUnverified).Pluck("destination", &destinations).Error; err != nil {
		return nil, err
	}
	destinations = slices.DeleteFunc(destinations, func(d string) bool { return address.Key(d) != key })
	var waiting []models.Delivery
	err := tx.Where("state = ? AND destination IN ?", models.DeliveryUnverified, destinations).Order("created_at, id").Find(&waiting).Error
	return waiting, err
}

// dropLinks ends the mails with a link to confirm an address that were not sent yet. One
// that is being sent arrives, and its link says that the address is confirmed.
func dropLinks(tx *gorm.DB, key string, log *auditLog, now time.Time) error {
	var links []models.Delivery
	err := tx.Where("state = ? AND lease_until <= ? AND notice_id IN (SELECT id FROM notices WHERE kind = ?)", models.DeliveryDue, microsOf(now), models.NoticeVerify).
		Order("created_at, id").Find(&links).Error
	if err != nil {
		return err
	}
	for _, d := range links {
		if address.Key(d.Destination) != key {
			continue
		}
		why := english("outcome_confirmed")
		log.add("delivery.dropped", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "was": d.State, "reason": why})
		if err := tx.Model(&models.Delivery{}).Where("id = ?", d.ID).Updates(models.Delivery{State: models.DeliveryDropped, LastError: why}).Error; err != nil {
			return err
		}
	}
	return nil
}

// releaseAddress makes the deliveries due that wait for the confirmation of an address.
func releaseAddress(tx *gorm.DB, key string, now time.Time) error {
	waiting, err := unverifiedDeliveries(tx, key)
	if err != nil {
		return err
	}
	for _, d := range waiting {
		err := tx.Model(&models.Delivery{}).Where("id = ?", d.ID).Updates(models.Delivery{State: models.DeliveryDue, NotBefore: now}).Error
		if err != nil {
			return err
		}
	}
	return nil
}
