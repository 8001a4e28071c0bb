package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A UserExistsError means that a user of that name exists.
type UserExistsError struct{ User models.User }

// Error names the user.
func (e *UserExistsError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *UserExistsError) Text() diag.Text {
	how := diag.Text("")
	if e.User.Login != models.LoginPassword {
		how = diag.Textf(" and logs in by %s", e.User.Login)
	}
	return diag.Textf("user %s exists%s", e.User.Name, how)
}

// A NoUserError means that no user has a name.
type NoUserError struct{ Name string }

// Error names the user.
func (e *NoUserError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoUserError) Text() diag.Text {
	return diag.Textf("no user has the name %q; regwatch user list lists them", e.Name)
}

// A UserDisabledError means that a user may not log in.
type UserDisabledError struct{ Name string }

// Error says how to change that.
func (e *UserDisabledError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *UserDisabledError) Text() diag.Text {
	return diag.Textf("user %s is disabled; to change that: regwatch user enable %s", e.Name, e.Name)
}

// A LastAdminError means that a change would leave nobody with a password who is admin.
type LastAdminError struct{ Name string }

// Error says what to do first.
func (e *LastAdminError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *LastAdminError) Text() diag.Text {
	return diag.Textf("%s is the last admin with a password; make another user admin first: regwatch user role NAME admin", e.Name)
}

// Users returns all users, by name.
func (s *Store) Users(ctx context.Context) ([]models.User, error) {
	var users []models.User
	err := s.read.WithContext(ctx).Order("folded").Find(&users).Error
	return users, s.failed(ctx, "read the users", err)
}

// User returns the user of a name, whatever its case. The error is a [*NoUserError] if there is
// none.
func (s *Store) User(ctx context.Context, name string) (models.User, error) {
	u, err := userOf(s.read.WithContext(ctx), name)
	return u, s.failed(ctx, "read a user", err)
}

func userOf(tx *gorm.DB, name string) (models.User, error) {
	var found []models.User
	err := tx.Where("folded = ?", strings.ToLower(clean(name))).Find(&found).Error
	if err == nil && len(found) == 0 {
		err = &NoUserError{Name: name}
	}
	return append(found, models.User{})[0], err
}

// AddUser stores a new user, who logs in with a password. The error is a [*UserExistsError] if the
// name is taken.
func (s *Store) AddUser(ctx context.Context, u models.User) error {
	return s.change(ctx, "add user "+u.Name, func(tx *gorm.DB) error {
		switch before, err := userOf(tx, u.Name); {
		case err == nil:
			return &UserExistsError{User: before}
		case !isNoUser(err):
			return err
		}
		u.Folded = strings.ToLower(u.Name)
		if err := tx.Create(&u).Error; err != nil {
			return err
		}
		log := &auditLog{at: u.CreatedAt, actor: nameOf(u.CreatedBy)}
		log.add("user.added", u.Name, facts{"role": u.Role, "login": u.Login})
		return log.write(tx)
	})
}

func isNoUser(err error) bool {
	_, none := errors.AsType[*NoUserError](err)
	return none
}

// SetUserRole gives a user another role. The error is a [*LastAdminError] if nobody else with a
// password is admin.
func (s *Store) SetUserRole(ctx context.Context, name string, role models.UserRole, by string, now time.Time) (models.User, error) {
	return s.changeUser(ctx, name, by, now, func(tx *gorm.DB, u *models.User, log *auditLog) error {
		if u.Role == role {
			return nil
		}
		if role != models.RoleAdmin {
			if err := requireOtherAdmin(tx, *u); err != nil {
				return err
			}
		}
		log.add("user.role_set", u.Name, facts{"role": role, "was": u.Role})
		u.Role, u.ChangedAt = role, now
		return tx.Model(u).Select("role", "changed_at").Updates(u).Error
	})
}

// SetUserPassword gives a user another password and ends the user's sessions.
func (s *Store) SetUserPassword(ctx context.Context, name, hash, by string, now time.Time) (models.User, error) {
	return s.changeUser(ctx, name, by, now, func(tx *gorm.DB, u *models.User, log *auditLog) error {
		log.add("user.password_set", u.Name, nil)
		u.Password, u.Login, u.Subject, u.ChangedAt, u.SessionsFrom = hash, models.LoginPassword, "", now, now
		return tx.Model(u).Select("password", "login", "subject", "changed_at", "sessions_from").Updates(u).Error
	})
}

// SetUserDisabled lets a user no longer log in, which ends the user's sessions, or log in again. The
// error is a [*LastAdminError] if nobody else with a password is admin.
func (s *Store) SetUserDisabled(ctx context.Context, name string, disabled bool, by string, now time.Time) (models.User, error) {
	return s.changeUser(ctx, name, by, now, func(tx *gorm.DB, u *models.User, log *auditLog) error {
		return setDisabled(tx, u, disabled, now, log)
	})
}

func setDisabled(tx *gorm.DB, u *models.User, disabled bool, now time.Time, log *auditLog) error {
	if disabled != u.DisabledAt.IsZero() {
		return nil
	}
	action := "user.enabled"
	u.DisabledAt = time.Time{}
	if disabled {
		if err := requireOtherAdmin(tx, *u); err != nil {
			return err
		}
		action = "user.disabled"
		u.DisabledAt, u.SessionsFrom = now, now
	}
	u.ChangedAt = now
	log.add(action, u.Name, facts{"role": u.Role})
	return tx.Model(u).Select("disabled_at", "sessions_from", "changed_at").Updates(u).Error
}

// EndSessions ends all sessions of a user.
func (s *Store) EndSessions(ctx context.Context, name, by string, now time.Time) (models.User, error) {
	return s.changeUser(ctx, name, by, now, func(tx *gorm.DB, u *models.User, log *auditLog) error {
		log.add("user.sessions_ended", u.Name, nil)
		u.SessionsFrom = now
		return tx.Model(u).Select("sessions_from").Updates(u).Error
	})
}

// RemoveUser removes a user, which ends the user's sessions. A user of an identity provider or a
// proxy would come back with the next request, and is disabled instead. The error is a
// [*LastAdminError] if nobody else with a password is admin.
func (s *Store) RemoveUser(ctx context.Context, name, by string, now time.Time) (models.User, error) {
	return s.changeUser(ctx, name, by, now, func(tx *gorm.DB, u *models.User, log *auditLog) error {
		if err := requireOtherAdmin(tx, *u); err != nil {
			return err
		}
		if u.Login != models.LoginPassword {
			return setDisabled(tx, u, true, now, log)
		}
		log.add("user.removed", u.Name, facts{"role": u.Role})
		return tx.Delete(u).Error
	})
}

// changeUser changes a user in a transaction and writes the audit.
func (s *Store) changeUser(ctx context.Context, name, by string, now time.Time, change func(tx *gorm.DB, u *models.User, log *auditLog) error) (u models.User, err error) {
	err = s.change(ctx, "change user "+name, func(tx *gorm.DB) error {
		var err error
		// The lock on all users lets no two transactions remove the last two admins.
		if err := tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Order("name").Find(&[]models.User{}).Error; err != nil {
			return err
		}
		if u, err = userOf(tx, name); err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(clean(by))}
		if err := change(tx, &u, log); err != nil {
			return err
		}
		return log.write(tx)
	})
	return u, err
}

// requireOtherAdmin refuses what would leave no admin with a password.
func requireOtherAdmin(tx *gorm.DB, u models.User) error {
	if u.Role != models.RoleAdmin || u.Login != models.LoginPassword || !u.DisabledAt.IsZero() {
		return nil
	}
	var others int64
	err := tx.Model(&models.User{}).Where("role = ? AND login = ? AND name <> ? AND disabled_at = 0", models.RoleAdmin, models.LoginPassword, u.Name).Count(&others).Error
	if err == nil && others == 0 {
		err = &LastAdminError{Name: u.Name}
	}
	return err
}

// RecordLogin stores that a user has logged in. A user whom a provider names is added with the
// first login, and gets the role that the provider says with each. The error is a
// [*UserExistsError] if somebody else has the name, and a [*UserDisabledError] if the user may not
// log in.
func (s *Store) RecordLogin(ctx context.Context, u models.User, now time.Time) (models.User, error) {
	var stored models.User
	err := s.change(ctx, "record a login", func(tx *gorm.DB) error {
		before, err := userOf(tx, u.Name)
		if err != nil && !isNoUser(err) {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(u.Name)}
		switch {
		case isNoUser(err):
			stored = u
			stored.Folded, stored.CreatedAt, stored.CreatedBy, stored.ChangedAt, stored.SessionsFrom = strings.ToLower(u.Name), now, systemActor, now, now
			log.add("user.added", u.Name, facts{"role": u.Role, "login": u.Login})
		case before.Login != u.Login || before.Subject != u.Subject:
			return &UserExistsError{User: before}
		case !before.DisabledAt.IsZero():
			return &UserDisabledError{Name: before.Name}
		default:
			stored = before
			if u.Role != before.Role {
				stored.Role, stored.ChangedAt = u.Role, now
				log.add("user.role_set", u.Name, facts{"role": u.Role, "was": before.Role})
			}
		}
		stored.LastLoginAt = now
		log.add("user.logged_in", stored.Name, facts{"login": u.Login})
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&stored).Error; err != nil {
			return err
		}
		return log.write(tx)
	})
	return stored, err
}

// A session is that of one user in the console. The token of the cookie is stored as its hash
// only, so that who reads the database cannot use it.
type session struct {
	TokenHash string `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt int64 // microseconds since 1970
}

// sessionStep is by how much the end of a session moves before it is stored anew: a reader who
// opens page after page causes no write with each.
const sessionStep = 5 * time.Minute

// Session returns the data of a session that has not expired. ok is false if there is none.
func (s *Store) Session(ctx context.Context, tokenHash string, now time.Time) (data []byte, ok bool, err error) {
	var found []session
	err = s.read.WithContext(ctx).Where("token_hash = ? AND expires_at > ?", tokenHash, microsOf(now)).Find(&found).Error
	if err != nil || len(found) == 0 || found[0].ended() {
		return nil, false, s.failed(ctx, "read a session", err)
	}
	return found[0].Data, true, nil
}

// ended reports whether somebody logged out. The row stays until it expires, so that a request
// that was in progress then cannot store the session again.
func (s session) ended() bool { return len(s.Data) == 0 }

// A StoredSession is a session that has neither expired nor ended.
type StoredSession struct {
	TokenHash string
	Data      []byte
	ExpiresAt time.Time
}

// Sessions returns all sessions that have neither expired nor ended.
func (s *Store) Sessions(ctx context.Context, now time.Time) ([]StoredSession, error) {
	var found []session
	err := s.read.WithContext(ctx).Where("expires_at > ?", microsOf(now)).Order("token_hash").Find(&found).Error
	var all []StoredSession
	for _, f := range found {
		if !f.ended() {
			all = append(all, StoredSession{f.TokenHash, f.Data, timeOf(f.ExpiresAt)})
		}
	}
	return all, s.failed(ctx, "read the sessions", err)
}

// SaveSession stores a session that has not ended, and deletes those that have expired.
func (s *Store) SaveSession(ctx context.Context, tokenHash string, data []byte, expires, now time.Time) error {
	var found []session
	if err := s.read.WithContext(ctx).Where("token_hash = ?", tokenHash).Find(&found).Error; err != nil {
		return s.failed(ctx, "read a session", err)
	}
	if len(found) > 0 && bytes.Equal(found[0].Data, data) && expires.Sub(timeOf(found[0].ExpiresAt)).Abs() < sessionStep {
		return nil
	}
	return s.change(ctx, "store a session", func(tx *gorm.DB) error {
		if err := tx.Where("expires_at <= ?", microsOf(now)).Delete(&session{}).Error; err != nil {
			return err
		}
		found = nil
		if err := tx.Where("token_hash = ?", tokenHash).Find(&found).Error; err != nil || len(found) > 0 && found[0].ended() {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&session{tokenHash, data, microsOf(expires)}).Error
	})
}

// EndSession ends a session for good.
func (s *Store) EndSession(ctx context.Context, tokenHash string) error {
	return s.change(ctx, "end a session", func(tx *gorm.DB) error {
		return tx.Model(&session{}).Where("token_hash = ?", tokenHash).Update("data", []byte{}).Error
	})
}

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
