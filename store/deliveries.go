package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/address"
	"regwatch/internal/diag"
	"regwatch/internal/i18n"
	"regwatch/models"
)

// An UnknownDeliveryError means that no delivery has an ID, or that several IDs begin with it.
type UnknownDeliveryError struct {
	ID    string
	Among []string // if there are several: their IDs
}

// Error says how to name the delivery.
func (e *UnknownDeliveryError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *UnknownDeliveryError) Text() diag.Text {
	if len(e.Among) == 0 {
		return diag.Textf("delivery %q does not exist; regwatch deliveries lists them with their IDs", e.ID)
	}
	return diag.Textf("%q begins the IDs of several deliveries; write more of the one you mean: %s", e.ID, strings.Join(e.Among, ", "))
}

// A DecidedError means that a delivery is in a state in which it cannot be retried or dropped.
// No delivery was changed.
type DecidedError struct {
	ID  string
	Why diag.Text
}

// Error names the delivery and its state.
func (e *DecidedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *DecidedError) Text() diag.Text {
	return diag.Textf("delivery %.12s %s", e.ID, e.Why)
}

// english is a phrase as it is stored with a delivery: in English, from which pages translate it.
func english(phrase string, args ...any) string {
	p, _ := i18n.Find(phrase)
	return fmt.Sprintf(p.In("en"), args...)
}

// A DeliveryFilter selects deliveries. The zero value selects all.
type DeliveryFilter struct {
	State     models.DeliveryState // any when empty
	Channel   string               // any when empty
	Recipient string               // of the notice; any when empty
	Event     string               // the whole ID; any when empty
	Since     time.Time            // created at or after
	After     models.Position      // only those that come after this place, by when they were created
	Limit     int                  // 0 means 100
}

// Claim leases due deliveries of a channel to the caller, oldest first and one per thread,
// each with its notice. The lease token is unique to this call, and no other call returns the
// deliveries before the lease has run out. If StartedAt is set, sending was begun before and
// the message may have arrived.
func (s *Store) Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	var claimed []models.Delivery
	doing := "claim the deliveries of channel " + channel
	until := now.Add(lease)
	// Most claims find nothing. They only read, and so neither wait for a writer nor block
	// one.
	var due []string
	err := claimable(s.read.WithContext(ctx), now, channel, lease).Limit(1).Pluck("id", &due).Error
	if err != nil || len(due) == 0 {
		return nil, s.failed(ctx, doing, err)
	}
	err = s.change(ctx, doing, func(tx *gorm.DB) error {
		claimed = nil
		err := claimable(tx, now, channel, lease).Order("created_at, id").Limit(limit).
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Find(&claimed).Error
		if err != nil {
			return err
		}
		ids, token := make([]string, len(claimed)), rand.Text()
		for i := range claimed {
			d := &claimed[i]
			ids[i], d.LeaseToken, d.LeaseUntil = d.ID, token, timeOf(microsOf(until))
		}
		for part := range slices.Chunk(ids, chunk) {
			err := tx.Exec("UPDATE deliveries SET lease_token = ?, lease_until = ? WHERE id IN ?", token, microsOf(until), part).Error
			if err != nil {
				return err
			}
		}
		if err := fillRoots(tx, claimed); err != nil {
			return err
		}
		return fillNotices(tx, claimed)
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// Deliveries returns deliveries with their notices, newest first.
func (s *Store) Deliveries(ctx context.Context, f DeliveryFilter) ([]models.Delivery, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	var deliveries []models.Delivery
	err := s.view(ctx, "read the deliveries", func(tx *gorm.DB) error {
		q := tx.Where("created_at >= ?", microsOf(f.Since))
		if f.State != "" {
			q = q.Where("state = ?", f.State)
		}
		if f.Channel != "" {
			q = q.Where("channel = ?", f.Channel)
		}
		if f.Recipient != "" {
			q = q.Where("notice_id IN (SELECT id FROM notices WHERE recipient = ?)", f.Recipient)
		}
		if f.Event != "" {
			q = q.Where("thread <> '' AND thread = ?", f.Event)
		}
		if !f.After.IsZero() {
			q = q.Where("(created_at < @at OR created_at = @at AND id > @id)", sql.Named("at", microsOf(f.After.At)), sql.Named("id", f.After.ID))
		}
		if err := q.Order("created_at DESC, id").Limit(f.Limit).Find(&deliveries).Error; err != nil {
			return err
		}
		return fillNotices(tx, deliveries)
	})
	return deliveries, err
}

// FindDelivery returns the delivery with an ID, or with the only ID that begins so, and its
// notice. The error is an [*UnknownDeliveryError] if there is none or more than one.
func (s *Store) FindDelivery(ctx context.Context, id string) (models.Delivery, error) {
	var found []models.Delivery
	err := s.view(ctx, "look up delivery "+id, func(tx *gorm.DB) error {
		found = nil
		begins := strings.ToLower(strings.TrimSpace(id))
		if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
			return nil
		}
		err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id").Limit(maxCandidates + 1).Find(&found).Error
		if err != nil {
			return err
		}
		return fillNotices(tx, found)
	})
	if err != nil || len(found) == 1 {
		return append(found, models.Delivery{})[0], err
	}
	none := &UnknownDeliveryError{ID: id}
	for _, d := range found[:min(len(found), maxCandidates)] {
		none.Among = append(none.Among, d.ID)
	}
	return models.Delivery{}, none
}

// Delivery returns the delivery with an ID and its notice; found is false if there is none.
func (s *Store) Delivery(ctx context.Context, id string) (d models.Delivery, found bool, err error) {
	d, err = s.FindDelivery(ctx, id)
	if _, unknown := errors.AsType[*UnknownDeliveryError](err); unknown || err == nil && d.ID != id {
		return models.Delivery{}, false, nil
	}
	return d, err == nil, err
}

// CountDue counts the due deliveries of a channel, also those that are to be sent later.
func (s *Store) CountDue(ctx context.Context, channel string) (int, error) {
	var due int64
	err := s.read.WithContext(ctx).Model(&models.Delivery{}).Where("state = 'due' AND channel = ?", channel).Count(&due).Error
	return int(due), s.failed(ctx, "count the due deliveries of channel "+channel, err)
}

// Resend stores a further delivery of a notice to an address, whether or not it was sent there
// before, and who asked for it. It is due at once.
func (s *Store) Resend(ctx context.Context, notice models.Notice, channel, address, by string, now time.Time) (models.Delivery, error) {
	d := models.NewDelivery(notice.ID, channel, address, now)
	err := s.change(ctx, "resend a notice", func(tx *gorm.DB) error {
		var before int64
		if err := tx.Model(&models.Delivery{}).Where("notice_id = ? AND destination = ?", notice.ID, d.Destination).Count(&before).Error; err != nil {
			return err
		}
		d.Resend = int(before)
		d.ID = models.HashOf(notice.ID, d.Destination, strconv.Itoa(d.Resend))
		if err := tx.Create(&d).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("delivery.asked", d.ID, facts{"notice": notice.ID, "channel": channel, "address": address, "resend": d.Resend})
		return log.write(tx)
	})
	d.Notice = notice
	return d, err
}

// Retry makes dead or dropped deliveries due again with all attempts. A delivery that may have
// arrived keeps its start, so that the worker looks it up first, as after a crash. The error
// is a [*DecidedError] if one of them is in another state.
func (s *Store) Retry(ctx context.Context, ids []string, by string, now time.Time) error {
	return s.decideDeliveries(ctx, "retry deliveries", ids, by, now, func(tx *gorm.DB, d models.Delivery, log *auditLog) error {
		if d.State != models.DeliveryDead && d.State != models.DeliveryDropped {
			return &DecidedError{d.ID, diag.Textf("is %s; only dead or dropped deliveries can be retried", d.State)}
		}
		if newer, err := hasNewerAmendment(tx, d); newer || err != nil {
			if err == nil {
				err = &DecidedError{d.ID, "is out of date: a newer update of the same message exists"}
			}
			return err
		}
		log.add("delivery.retried", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "was": d.State, "attempts": d.Attempts, "reason": d.LastError})
		return tx.Model(&models.Delivery{}).Where("id = ?", d.ID).Select("state", "attempts", "not_before", "last_error", "lease_token", "lease_until").
			Updates(models.Delivery{State: models.DeliveryDue, NotBefore: now}).Error
	})
}

// DropDeliveries ends deliveries that are due, unverified or dead without sending them. The
// error is a [*DecidedError] if one of them is in another state, or is being sent.
func (s *Store) DropDeliveries(ctx context.Context, ids []string, reason, by string, now time.Time) error {
	reason = clean(strings.TrimSpace(reason))
	return s.decideDeliveries(ctx, "drop deliveries", ids, by, now, func(tx *gorm.DB, d models.Delivery, log *auditLog) error {
		if d.State != models.DeliveryDue && d.State != models.DeliveryDead && d.State != models.DeliveryUnverified {
			return &DecidedError{d.ID, diag.Textf("is %s; only due, unverified or dead deliveries can be dropped", d.State)}
		}
		if d.LeaseToken != "" && d.LeaseUntil.After(now) {
			return &DecidedError{d.ID, "is being sent; try again in a minute"}
		}
		log.add("delivery.dropped", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "was": d.State, "reason": reason})
		return tx.Model(&models.Delivery{}).Where("id = ?", d.ID).Select("state", "last_error", "lease_token", "lease_until").
			Updates(models.Delivery{State: models.DeliveryDropped, LastError: english("outcome_dropped", nameOf(log.actor), reason)}).Error
	})
}

// claimable selects the due deliveries of a channel that have no lease; of a thread only the
// oldest, so that an update never overtakes its alert. A critical alert does not wait for a
// less severe one that was postponed.
//
// Two conditions matter after a clock was set back: a delivery that was due when it was
// created and was never tried stays due, and a lease that ends later than any lease made now
// has run out. Postponed deliveries still wait, or every retry would be due at once.
func claimable(tx *gorm.DB, now time.Time, channel string, lease time.Duration) *gorm.DB {
	at := microsOf(now)
	return tx.Model(&models.Delivery{}).
		Where("state = 'due' AND channel = ?", channel). // as the index deliveries_due has it
		Where("(not_before <= ? OR not_before <= created_at AND attempts = 0 AND started_at = 0 AND last_error = '')", at).
		Where("(lease_until <= ? OR lease_until > ?)", at, microsOf(now.Add(2*lease))).
		Where(`(thread = '' OR NOT EXISTS (SELECT 1 FROM deliveries e
			WHERE e.thread <> '' AND e.thread = deliveries.thread AND e.destination = deliveries.destination AND e.state = 'due'
			AND (e.created_at < deliveries.created_at OR e.created_at = deliveries.created_at AND e.id < deliveries.id)
			AND NOT (e.not_before > ? AND e.not_before > e.created_at AND e.lease_until <= ? AND NOT deliveries.amends
				AND EXISTS (SELECT 1 FROM notices n WHERE n.id = deliveries.notice_id AND n.severity = 'critical')
				AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.id = e.notice_id AND n.severity = 'critical'))))`, at, at)
}

// fillRoots sets the Root of deliveries: the first message of their thread that was sent to
// the same destination and not deleted there.
func fillRoots(tx *gorm.DB, deliveries []models.Delivery) error {
	type place struct{ thread, destination string }
	var threads []string
	for _, d := range deliveries {
		if d.Thread != "" {
			threads = append(threads, d.Thread)
		}
	}
	roots := make(map[place]models.Delivery)
	for part := range slices.Chunk(unique(threads), chunk) {
		var first []models.Delivery
		// The first condition lets the partial index on threads be used.
		err := tx.Where("thread <> '' AND thread IN ? AND state = 'sent' AND NOT amends AND last_error = ''", part).
			Where(`NOT EXISTS (SELECT 1 FROM deliveries e
				WHERE e.thread <> '' AND e.thread = deliveries.thread AND e.destination = deliveries.destination AND e.state = 'sent' AND NOT e.amends AND e.last_error = ''
				AND (e.sent_at < deliveries.sent_at OR e.sent_at = deliveries.sent_at
					AND (e.created_at < deliveries.created_at OR e.created_at = deliveries.created_at AND e.id < deliveries.id)))`).
			Find(&first).Error
		if err != nil {
			return err
		}
		if err := fillNotices(tx, first); err != nil {
			return err
		}
		for _, d := range first {
			roots[place{d.Thread, d.Destination}] = d
		}
	}
	for i, d := range deliveries {
		if root, has := roots[place{d.Thread, d.Destination}]; has {
			deliveries[i].Root = &root
		}
	}
	return nil
}

func fillNotices(tx *gorm.DB, deliveries []models.Delivery) error {
	ids := make([]string, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.NoticeID
	}
	notices, err := noticesOf(tx, ids)
	if err != nil {
		return err
	}
	for i := range deliveries {
		deliveries[i].Notice = notices[deliveries[i].NoticeID]
	}
	return nil
}

// decideDeliveries changes all of the deliveries or none. It locks them in the order of their
// IDs: in another order two people who decide at once could block each other.
func (s *Store) decideDeliveries(ctx context.Context, doing string, ids []string, by string, now time.Time, change func(*gorm.DB, models.Delivery, *auditLog) error) error {
	ids = unique(slices.Clone(ids))
	return s.change(ctx, doing, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(clean(strings.TrimSpace(by)))}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Delivery
			err := tx.Where("id IN ?", part).Order("id").Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&some).Error
			if err != nil {
				return err
			}
			if len(some) < len(part) {
				return &UnknownDeliveryError{ID: firstMissing(part, some)}
			}
			for _, d := range some {
				if err := change(tx, d, log); err != nil {
					return err
				}
			}
		}
		return log.write(tx)
	})
}

func firstMissing(ids []string, found []models.Delivery) string {
	i := slices.IndexFunc(ids, func(id string) bool {
		return !slices.ContainsFunc(found, func(d models.Delivery) bool { return d.ID == id })
	})
	return ids[i]
}

// hasNewerAmendment reports whether a later update of the same message exists.
func hasNewerAmendment(tx *gorm.DB, d models.Delivery) (bool, error) {
	if !d.Amends {
		return false, nil
	}
	var newer int64
	err := tx.Model(&models.Delivery{}).Where("thread <> '' AND thread = ? AND destination = ? AND amends AND (created_at > ? OR created_at = ? AND id > ?)",
		d.Thread, d.Destination, microsOf(d.CreatedAt), microsOf(d.CreatedAt), d.ID).Count(&newer).Error
	return newer > 0, err
}

func addDeliveries(tx *gorm.DB, n models.Notice, log *auditLog) error {
	for _, d := range n.Deliveries {
		d.NoticeID = n.ID
		if err := supersede(tx, d, log); err != nil {
			return err
		}
		if n.Kind != models.NoticeVerify {
			waits, err := isUnverified(tx, d.Destination)
			if err != nil {
				return err
			}
			if waits {
				d.State = models.DeliveryUnverified
				log.add("delivery.unverified", d.ID, facts{"notice": n.ID, "destination": d.Destination})
			}
		}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&d).Error; err != nil {
			return err
		}
	}
	return nil
}

// supersede drops earlier amendments of the same message that nobody has begun to send: the
// new one contains them.
func supersede(tx *gorm.DB, by models.Delivery, log *auditLog) error {
	if !by.Amends {
		return nil
	}
	var older []models.Delivery
	err := tx.Where("thread <> '' AND thread = ? AND destination = ? AND amends AND state = ? AND started_at = 0 AND lease_token = ''", by.Thread, by.Destination, models.DeliveryDue).
		Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&older).Error
	if err != nil {
		return err
	}
	for _, d := range older {
		err := tx.Model(&models.Delivery{}).Where("id = ?", d.ID).
			Updates(models.Delivery{State: models.DeliveryDropped, LastError: english("outcome_superseded")}).Error
		if err != nil {
			return err
		}
		log.add("delivery.dropped", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "superseded_by": by.NoticeID})
	}
	return nil
}

// orderInThreads prepares notices for storing: in the order of their IDs, as two programs that
// store the same ones in different orders could block each other; their deliveries addressed
// as earlier ones in the same thread, and ordered after them.
func orderInThreads(tx *gorm.DB, notices []models.Notice) ([]models.Notice, error) {
	sorted := slices.SortedFunc(slices.Values(notices), func(a, b models.Notice) int { return strings.Compare(a.ID, b.ID) })
	var threads threadAddresses
	for i, n := range sorted {
		if n.IsHeld() || n.IsDeferred() {
			continue // its deliveries are not stored
		}
		sorted[i].Deliveries = slices.Clone(n.Deliveries)
		for j := range sorted[i].Deliveries {
			d := &sorted[i].Deliveries[j]
			d.NoticeID = n.ID
			if err := threads.apply(tx, d); err != nil {
				return nil, err
			}
		}
	}
	// This must come last: a thread is found by the address as it is spelled there.
	return afterStored(tx, sorted)
}

// afterStored moves deliveries after those that are already stored in their threads, as a
// worker sends a thread in this order. A scan that began earlier may commit later, and a clock
// may have been set back. Notices that are stored together keep their order.
func afterStored(tx *gorm.DB, notices []models.Notice) ([]models.Notice, error) {
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

// A threadAddresses remembers how the addresses in a thread are spelled. Threads are found by
// destination. If a follow-up used another spelling of the address, because regwatch.yaml was
// changed, it would find no message to follow and could overtake one that is still due.
type threadAddresses struct {
	byThread map[string]map[string]string // destinations by thread and channel, and then by key
}

// apply gives a delivery the address as it is spelled in its thread.
func (s *threadAddresses) apply(tx *gorm.DB, d *models.Delivery) error {
	if d.Thread == "" || !address.IsMail(d.Destination) {
		return nil // only mail addresses have several spellings
	}
	written, err := s.read(tx, d.Thread, d.Channel)
	if err != nil {
		return err
	}
	key := address.Key(d.Destination)
	destination, has := written[key]
	if !has {
		written[key] = d.Destination
		return nil
	}
	if destination == d.Destination {
		return nil
	}
	as := models.NewDelivery(d.NoticeID, d.Channel, strings.TrimPrefix(destination, d.Channel+":"), d.CreatedAt)
	d.ID, d.Address, d.Destination = as.ID, as.Address, as.Destination
	return nil
}

// read returns the destinations in a thread by address. Dead and dropped deliveries do not
// count: their spelling may be the reason.
func (s *threadAddresses) read(tx *gorm.DB, thread, channel string) (map[string]string, error) {
	place := channel + " " + thread
	if written, read := s.byThread[place]; read {
		return written, nil
	}
	var has []struct {
		Destination string
		State       models.DeliveryState
	}
	err := tx.Model(&models.Delivery{}).
		Where("thread <> '' AND thread = ? AND channel = ? AND state IN ? AND NOT amends", thread, channel, []models.DeliveryState{models.DeliverySent, models.DeliveryDue}).
		Order("created_at, id").Find(&has).Error
	if err != nil {
		return nil, err
	}
	written := make(map[string]string)
	for _, state := range []models.DeliveryState{models.DeliverySent, models.DeliveryDue} {
		for _, d := range has {
			if key := address.Key(d.Destination); d.State == state && written[key] == "" {
				written[key] = d.Destination
			}
		}
	}
	if s.byThread == nil {
		s.byThread = make(map[string]map[string]string)
	}
	s.byThread[place] = written
	return written, nil
}
