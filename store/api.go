package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A NoTokenError means that no token has an ID, or that several begin with it.
type NoTokenError struct {
	ID    string
	Among []Candidate // some of them, if there are several
}

// Error says where the IDs are.
func (e *NoTokenError) Error() string {
	if len(e.Among) > 0 {
		return fmt.Sprintf("the IDs of several tokens begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	}
	return fmt.Sprintf("no token has the ID %q; regwatch token list lists them", e.ID)
}

// Tokens returns all tokens of the API, the newest first.
func (s *Store) Tokens(ctx context.Context) ([]models.APIToken, error) {
	var tokens []models.APIToken
	err := s.read.WithContext(ctx).Order("id DESC").Find(&tokens).Error
	return tokens, s.failed(ctx, "read the tokens", err)
}

// TokenByHash returns the token with a hash. ok is false if there is none.
func (s *Store) TokenByHash(ctx context.Context, hash string) (t models.APIToken, ok bool, err error) {
	var found []models.APIToken
	err = s.read.WithContext(ctx).Where("hash = ?", hash).Find(&found).Error
	return append(found, models.APIToken{})[0], len(found) > 0, s.failed(ctx, "look up a token", err)
}

// AddToken stores a token of a user and returns it with its ID and the user's name as it is stored.
// The error is a [*NoUserError] if there is no such user, and a [*UserDisabledError] if the user
// may not log in.
func (s *Store) AddToken(ctx context.Context, t models.APIToken) (models.APIToken, error) {
	t.Name, t.CreatedBy = clean(strings.TrimSpace(t.Name)), clean(strings.TrimSpace(t.CreatedBy))
	var stored models.APIToken
	err := s.change(ctx, "add a token of "+t.UserName, func(tx *gorm.DB) error {
		u, err := userOf(tx, t.UserName)
		if err == nil && !u.DisabledAt.IsZero() {
			err = &UserDisabledError{Name: u.Name}
		}
		if err != nil {
			return err
		}
		stored = t
		stored.ID, stored.UserName = models.NewID(t.CreatedAt, "token", t.Hash), u.Name
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: t.CreatedAt, actor: nameOf(t.CreatedBy)}
		log.add("token.created", stored.ID, facts{"user": stored.UserName, "scopes": stored.Scopes, "expires_at": stored.ExpiresAt.UTC(), "token_hash": stored.Hash})
		return log.write(tx)
	})
	return stored, err
}

// RevokeToken ends a token for good. One that was revoked before stays as it was.
func (s *Store) RevokeToken(ctx context.Context, id, by string, now time.Time) (models.APIToken, error) {
	by = clean(strings.TrimSpace(by))
	var stored models.APIToken
	err := s.change(ctx, "revoke token "+id, func(tx *gorm.DB) error {
		var found []models.APIToken
		if err := tx.Where("id = ?", id).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoTokenError{ID: id}
		}
		stored = found[0]
		if !stored.RevokedAt.IsZero() {
			return nil
		}
		stored.RevokedAt, stored.RevokedBy = now, by
		if err := tx.Model(&stored).Select("revoked_at", "revoked_by").Updates(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("token.revoked", stored.ID, facts{"user": stored.UserName, "token_hash": stored.Hash})
		return log.write(tx)
	})
	return stored, err
}

// TouchToken stores when a token was last used.
func (s *Store) TouchToken(ctx context.Context, id string, now time.Time) error {
	return s.change(ctx, "record the use of a token", func(tx *gorm.DB) error {
		return tx.Model(&models.APIToken{ID: id}).Select("last_used_at").Updates(&models.APIToken{LastUsedAt: now}).Error
	})
}

// BeginRequest stores that a request has begun. If its client has begun one with the same key
// before, fresh is false and that one is returned, with its answer if it has one. Requests that
// began before a time are deleted first.
func (s *Store) BeginRequest(ctx context.Context, r models.APIRequest, keepFrom time.Time) (stored models.APIRequest, fresh bool, err error) {
	r.Headers = map[string]string{}
	err = s.change(ctx, "record a request", func(tx *gorm.DB) error {
		if err := tx.Where("started_at < ?", microsOf(keepFrom)).Delete(&models.APIRequest{}).Error; err != nil {
			return err
		}
		added := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r)
		if fresh = added.RowsAffected == 1; added.Error != nil || fresh {
			return added.Error
		}
		return tx.Where("token_id = ? AND key = ?", r.TokenID, r.Key).Take(&stored).Error
	})
	return stored, fresh, err
}

// FinishRequest stores the answer to a request.
func (s *Store) FinishRequest(ctx context.Context, r models.APIRequest) error {
	return s.change(ctx, "record the answer to a request", func(tx *gorm.DB) error {
		return tx.Model(&r).Select("status", "headers", "body").Updates(&r).Error
	})
}
