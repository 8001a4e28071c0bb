package models

import "time"

// A UserRole says what a user may do.
type UserRole string

const (
	RoleReader UserRole = "reader" // reads, and keeps filters and drafts of their own
	RoleEditor UserRole = "editor" // decides about events, rules, sources and what is sent
	RoleAdmin  UserRole = "admin"  // also decides about users, links and data loss
)

// UserRoles returns all roles, from the least to the most.
func UserRoles() []UserRole { return []UserRole{RoleReader, RoleEditor, RoleAdmin} }

// Allows reports whether who has the role may do what needs another one. A role that does not
// exist allows nothing.
func (r UserRole) Allows(needed UserRole) bool { return r.rank() > 0 && r.rank() >= needed.rank() }

func (r UserRole) rank() int {
	for i, known := range UserRoles() {
		if r == known {
			return i + 1
		}
	}
	return 0
}

// A LoginKind says how a user logs in.
type LoginKind string

const (
	LoginPassword LoginKind = "password"
	LoginOIDC     LoginKind = "oidc"
	LoginProxy    LoginKind = "proxy"
)

// A User may use the console. Name is unique, whatever its case, and is what the audit says.
type User struct {
	Name        string   `gorm:"primaryKey"`
	Folded      string   // the name in lower case
	Role        UserRole // of an OIDC or proxy user: as of the last login
	Login       LoginKind
	Subject     string    // what the identity provider calls an OIDC user: issuer and subject
	Password    string    // its hash with salt and parameters; empty unless Login is password
	CreatedAt   time.Time `gorm:"serializer:micros"`
	CreatedBy   string
	ChangedAt   time.Time `gorm:"serializer:micros"`
	LastLoginAt time.Time `gorm:"serializer:micros"`
	// SessionsFrom ends all sessions that began before: it is when the password or the login
	// of the user last changed.
	SessionsFrom time.Time `gorm:"serializer:micros"`
	DisabledAt   time.Time `gorm:"serializer:micros"` // zero: the user may log in
}
