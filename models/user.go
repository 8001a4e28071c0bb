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

// A TokenScope is a part of the API that a token opens.
type TokenScope string

// Every scope also needs the role of the token's user, so none of them gives a user more than
// the console does.
const (
	ScopeRead       TokenScope = "read"       // read everything, try rules
	ScopeEvents     TokenScope = "events"     // decide about events, and mute
	ScopeRules      TokenScope = "rules"      // save rules, and decide about exceptions
	ScopeSources    TokenScope = "sources"    // pause and resume sources
	ScopeDeliveries TokenScope = "deliveries" // send failed messages again
)

// TokenScopes returns all scopes.
func TokenScopes() []TokenScope {
	return []TokenScope{ScopeRead, ScopeEvents, ScopeRules, ScopeSources, ScopeDeliveries}
}

// An APIToken lets a program use the API in the name of a user. Only its hash is stored.
type APIToken struct {
	ID         string       `gorm:"primaryKey"` // ULID
	Name       string       // what it is for
	UserName   string       // who had that name when it was created
	Scopes     []TokenScope `gorm:"serializer:json"`
	Hash       string       // SHA-256 of the token, in hex
	CreatedAt  time.Time    `gorm:"serializer:micros"`
	CreatedBy  string
	ExpiresAt  time.Time `gorm:"serializer:micros"`
	LastUsedAt time.Time `gorm:"serializer:micros"` // within some minutes; zero: never
	RevokedAt  time.Time `gorm:"serializer:micros"` // zero: it was not
	RevokedBy  string
}

// TableName is the table of tokens.
func (APIToken) TableName() string { return "api_tokens" }

// A TokenState says whether a token works.
type TokenState string

const (
	TokenActive   TokenState = "active"
	TokenExpired  TokenState = "expired"
	TokenRevoked  TokenState = "revoked"
	TokenDisabled TokenState = "disabled" // its user is disabled or was removed
)

// StateOf says whether a token of a user works now. ok is false if there is no user of that name.
// A user who was added after the token was created is somebody else.
func (t APIToken) StateOf(u User, ok bool, now time.Time) TokenState {
	switch {
	case !t.RevokedAt.IsZero():
		return TokenRevoked
	case !now.Before(t.ExpiresAt):
		return TokenExpired
	case !ok || !u.DisabledAt.IsZero() || u.CreatedAt.After(t.CreatedAt):
		return TokenDisabled
	}
	return TokenActive
}

// An APIRequest is a request to the API that changes something, by the key that its client gave it.
type APIRequest struct {
	TokenID     string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	RequestHash string
	StartedAt   time.Time         `gorm:"serializer:micros"`
	Status      int               // of the answer; 0: there is none yet
	Headers     map[string]string `gorm:"serializer:json"` // of the answer
	Body        string            // of the answer
}

// TableName is the table of requests.
func (APIRequest) TableName() string { return "api_requests" }
