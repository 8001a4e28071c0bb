package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// An AuditFilter selects entries of the audit log. In Actor and Action, * stands for any text
// and letter case does not matter. A field with its zero value selects all.
type AuditFilter struct {
	After       int64 // only entries with a higher number
	Before      int64 // only entries with a lower number; 0: all
	Since       time.Time
	Actor       string // who did it
	People      bool   // only what people did
	Action      string
	Subject     string // the subject, or at least 8 characters of the beginning of an ID
	OldestFirst bool
	Limit       int // 0 means 100
}

// Audit returns entries of the audit log, newest first unless the filter says otherwise.
func (s *Store) Audit(ctx context.Context, f AuditFilter) ([]models.AuditEntry, error) {
	q := s.read.WithContext(ctx).Where("seq > ?", f.After)
	if f.Before > 0 {
		q = q.Where("seq < ?", f.Before)
	}
	if !f.Since.IsZero() {
		q = q.Where("at >= ?", microsOf(f.Since))
	}
	if f.People {
		q = q.Where("actor <> ?", systemActor)
	}
	if f.Actor != "" {
		q = q.Where(`LOWER(actor) LIKE ? ESCAPE '\'`, wildcardLike(f.Actor))
	}
	if f.Action != "" {
		q = q.Where(`LOWER(action) LIKE ? ESCAPE '\'`, wildcardLike(f.Action))
	}
	if f.Subject != "" {
		q = whereSubject(q, f.Subject)
	}
	order := "seq DESC"
	if f.OldestFirst {
		order = "seq"
	}
	var entries []models.AuditEntry
	err := q.Order(order).Limit(cmp.Or(f.Limit, 100)).Find(&entries).Error
	return entries, s.failed(ctx, "read the audit", err)
}

// AuditBySubject returns the entries about any of some subjects, oldest first.
func (s *Store) AuditBySubject(ctx context.Context, subjects ...string) ([]models.AuditEntry, error) {
	var entries []models.AuditEntry
	for some := range slices.Chunk(subjects, chunk) {
		var found []models.AuditEntry
		if err := s.read.WithContext(ctx).Where("subject IN ?", some).Find(&found).Error; err != nil {
			return nil, s.failed(ctx, "read the audit of "+some[0], err)
		}
		entries = append(entries, found...)
	}
	slices.SortFunc(entries, func(a, b models.AuditEntry) int { return cmp.Compare(a.Seq, b.Seq) })
	return entries, nil
}

// AuditTitles returns the titles of the events and articles among the subjects of entries.
func (s *Store) AuditTitles(ctx context.Context, subjects []string) (map[string]string, error) {
	titles := make(map[string]string)
	err := s.view(ctx, "read the titles of the audit's subjects", func(tx *gorm.DB) error {
		for part := range slices.Chunk(unique(slices.Clone(subjects)), chunk) {
			for _, table := range []any{&models.Event{}, &models.Article{}} {
				var rows []struct{ ID, Title string }
				if err := tx.Model(table).Select("id, title").Where("id IN ?", part).Find(&rows).Error; err != nil {
					return err
				}
				for _, r := range rows {
					titles[r.ID] = r.Title
				}
			}
		}
		return nil
	})
	return titles, err
}

// AuditActions returns the actions that occur in the audit log, in order.
func (s *Store) AuditActions(ctx context.Context) ([]string, error) {
	var actions []string
	err := s.read.WithContext(ctx).Model(&models.AuditEntry{}).Distinct().Order("action").Pluck("action", &actions).Error
	return actions, s.failed(ctx, "read the actions of the audit", err)
}

// A BrokenAuditError names the first entry of the audit log that was changed, removed or
// added.
type BrokenAuditError struct {
	Seq  int64 // 0 when no single entry is meant
	What string
}

// Error names the entry and says what is wrong with it.
func (e *BrokenAuditError) Error() string {
	if e.Seq == 0 {
		return "the audit has been tampered with: " + e.What
	}
	return fmt.Sprintf("the audit has been tampered with: entry %d %s", e.Seq, e.What)
}

// VerifyAudit checks the chain of hashes from the first entry to the last and returns the
// number of valid entries. The error is a [*BrokenAuditError] if one is not valid.
func (s *Store) VerifyAudit(ctx context.Context) (int64, error) {
	var n int64
	err := s.view(ctx, "verify the audit", func(tx *gorm.DB) error {
		var err error
		n, err = verify(tx)
		return err
	})
	return n, err
}

// AuditHead returns the number and the hash of the last entry; the zero head if there is none yet.
func (s *Store) AuditHead(ctx context.Context) (models.AuditHead, error) {
	head, err := headOf(s.read.WithContext(ctx))
	return head, s.failed(ctx, "read the head of the audit", err)
}

// CheckAuditHead checks that the log still has the entry that was its last one at some time. The error is a
// [*BrokenAuditError] if it has not.
func (s *Store) CheckAuditHead(ctx context.Context, then models.AuditHead) error {
	if then.Seq == 0 {
		return nil
	}
	var hashes []string
	err := s.read.WithContext(ctx).Model(&models.AuditEntry{}).Where("seq = ?", then.Seq).Pluck("hash", &hashes).Error
	switch {
	case err != nil:
		return s.failed(ctx, "read the audit", err)
	case len(hashes) == 0:
		return &BrokenAuditError{Seq: then.Seq, What: "is missing"}
	case hashes[0] != then.Hash:
		return &BrokenAuditError{Seq: then.Seq, What: "has the hash " + hashes[0] + " and not " + then.Hash}
	}
	return nil
}

func wildcardLike(pattern string) string {
	return strings.ReplaceAll(escapeLike(strings.ToLower(clean(pattern))), "*", "%")
}

// whereSubject selects a subject or, if it may be the prefix of an ID, all subjects with this
// prefix.
func whereSubject(q *gorm.DB, subject string) *gorm.DB {
	subject = clean(strings.TrimSpace(subject))
	where, values := "subject = ?", []any{subject}
	begins := func(id string) {
		// The tilde sorts after every character of an ID.
		where += " OR subject >= ? AND subject < ?"
		values = append(values, id, id+"~")
	}
	if beginningOfULID.MatchString(subject) {
		begins(strings.ToUpper(subject))
	}
	if beginningOfHash.MatchString(subject) {
		begins(strings.ToLower(subject))
	}
	return q.Where("("+where+")", values...)
}

var (
	beginningOfULID = regexp.MustCompile(`^(?i:[0-9a-hjkmnp-tv-z]{8,26})$`)
	beginningOfHash = regexp.MustCompile(`^(?i:[0-9a-f]{8,32})$`)
)

func verify(tx *gorm.DB) (int64, error) {
	var sound models.AuditHead
	want, err := headOf(tx)
	if err != nil {
		return 0, err
	}
	for {
		page, err := entriesAfter(tx, sound.Seq, 1000)
		if err != nil {
			return sound.Seq, err
		}
		for _, e := range page {
			if err := follows(sound, e); err != nil {
				return sound.Seq, err
			}
			sound = models.AuditHead{Seq: e.Seq, Hash: e.Hash}
		}
		if len(page) == 0 {
			return sound.Seq, ends(sound, want)
		}
	}
}

func follows(last models.AuditHead, e models.AuditEntry) error {
	switch {
	case e.Seq != last.Seq+1:
		return &BrokenAuditError{Seq: last.Seq + 1, What: "is missing"}
	case e.PrevHash != last.Hash:
		return &BrokenAuditError{Seq: e.Seq, What: "does not follow the entry before it"}
	case e.Hash != hashOf(e):
		return &BrokenAuditError{Seq: e.Seq, What: "was changed"}
	}
	return nil
}

func ends(sound, want models.AuditHead) error {
	switch {
	case sound.Seq < want.Seq:
		return &BrokenAuditError{Seq: sound.Seq + 1, What: "and what follows are missing"}
	case sound.Seq > want.Seq:
		return &BrokenAuditError{Seq: want.Seq + 1, What: "was not added by regwatch"}
	case sound.Hash != want.Hash:
		return &BrokenAuditError{Seq: sound.Seq, What: "is not the one that was written last"}
	}
	return nil
}

func entriesAfter(db *gorm.DB, after int64, limit int) ([]models.AuditEntry, error) {
	var entries []models.AuditEntry
	err := db.Where("seq > ?", after).Order("seq").Limit(limit).Find(&entries).Error
	return entries, err
}

// An auditLog collects the entries of one transaction. They are written at its end, so that
// the lock on the head of the audit is held as briefly as possible.
type auditLog struct {
	at      time.Time
	actor   string // empty: no person
	entries []models.AuditEntry
}

// systemActor is the actor of what regwatch does by itself.
const systemActor = "regwatch"

// unknownPerson is the actor of what an unknown person does.
const unknownPerson = "somebody unknown"

func nameOf(by string) string {
	if by == "" {
		return unknownPerson
	}
	return by
}

// facts are the details of an entry. They hold hashes of texts and never the texts, so that
// retention may delete those without breaking the chain.
type facts map[string]any

func (l *auditLog) add(action, subject string, f facts) {
	// Facts are strings, numbers and booleans, which always marshal.
	detail, _ := json.Marshal(f)
	l.entries = append(l.entries, models.AuditEntry{
		At: l.at, Actor: cmp.Or(clean(l.actor), systemActor), Action: action, Subject: clean(subject), Detail: clean(string(detail)),
	})
}

// write appends the entries. It locks the row of the head until the transaction ends, so that
// every entry follows exactly one other: without the lock two transactions would follow the
// same entry, and VerifyAudit would report a broken chain.
func (l *auditLog) write(tx *gorm.DB) error {
	if len(l.entries) == 0 {
		return nil
	}
	last, err := headOf(tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}))
	if err != nil {
		return err
	}
	for i := range l.entries {
		e := &l.entries[i]
		e.Seq, e.PrevHash = last.Seq+1, last.Hash
		e.Hash = hashOf(*e)
		last = models.AuditHead{Seq: e.Seq, Hash: e.Hash}
	}
	if err := tx.CreateInBatches(l.entries, 200).Error; err != nil {
		return err
	}
	return tx.Model(&auditHead{}).Where("name = 'audit'").Updates(auditHead{Seq: last.Seq, Hash: last.Hash}).Error
}

// An auditHead is the only row of its table; its name is "audit".
type auditHead struct {
	Name string
	Seq  int64
	Hash string
}

func (auditHead) TableName() string { return "audit_head" }

func headOf(tx *gorm.DB) (models.AuditHead, error) {
	var rows []auditHead
	err := tx.Where("name = 'audit'").Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = &BrokenAuditError{What: "the record of the last entry is gone"}
	}
	if err != nil {
		return models.AuditHead{}, err
	}
	return models.AuditHead{Seq: rows[0].Seq, Hash: rows[0].Hash}, nil
}

func hashOf(e models.AuditEntry) string {
	return models.HashOf(strconv.FormatInt(e.Seq, 10), strconv.FormatInt(microsOf(e.At), 10), e.Actor, e.Action, e.Subject, e.Detail, e.PrevHash)
}
