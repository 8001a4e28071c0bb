package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/configs"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/store"
)

// A User may use the console.
type User struct {
	Name        string     `json:"name"`
	Role        Role       `json:"role"`
	Login       string     `json:"login"` // password, oidc or proxy
	CreatedAt   time.Time  `json:"created_at"`
	CreatedBy   string     `json:"created_by"`
	LastLoginAt *time.Time `json:"last_login_at,omitempty"`
	DisabledAt  *time.Time `json:"disabled_at,omitempty"` // since when the user may not log in
}

func newUser(u models.User) User {
	return User{u.Name, u.Role, string(u.Login), u.CreatedAt, u.CreatedBy, optionalTime(u.LastLoginAt), optionalTime(u.DisabledAt)}
}

// The limits of names and passwords. A password has no rule but its length, as NIST SP 800-63B
// advises.
const (
	longestUserName  = 100
	shortestPassword = 12
	longestPassword  = 256
)

// Roles returns the names of the roles, from the least to the most.
func Roles() []string { return names(models.UserRoles()) }

// Users returns all users, by name.
func (a *App) Users(ctx context.Context) ([]User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return nil, err
	}
	users := []User{}
	found, err := a.store.Users(ctx)
	for _, u := range found {
		users = append(users, newUser(u))
	}
	return users, err
}

// Self returns the actor of the context as a user. ok is false for one who is none, such as who needs
// no login on this machine.
func (a *App) Self(ctx context.Context) (u User, ok bool, err error) {
	actor, _ := ActorOf(ctx)
	stored, err := a.store.User(ctx, actor.Name)
	if is[*store.NoUserError](err) {
		return User{}, false, nil
	}
	return newUser(stored), err == nil, err
}

// NewPassword returns a password that nobody can guess, for a user to change after the first login.
func NewPassword() string {
	text := strings.ToLower(rand.Text()) // 26 characters of base32
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:20]}, "-")
}

// AddUser adds a user who logs in with a name and a password. The error is a
// *store.UserExistsError if the name is taken, in whatever case.
func (a *App) AddUser(ctx context.Context, name string, role Role, password, by string) (User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return User{}, err
	}
	name = strings.TrimSpace(name)
	if err := errors.Join(checkNewUserName(name), checkRole(role)); err != nil {
		return User{}, err
	}
	hash, err := a.hashPassword(ctx, name, password)
	if err != nil {
		return User{}, err
	}
	now := a.now().UTC()
	u := models.User{Name: name, Role: role, Login: models.LoginPassword, Password: hash, CreatedAt: now, CreatedBy: by, ChangedAt: now, SessionsFrom: now}
	return newUser(u), bare[*store.UserExistsError](a.store.AddUser(ctx, u))
}

// SetUserRole gives a user another role. The last admin with a password stays admin.
func (a *App) SetUserRole(ctx context.Context, name string, role Role, by string) (User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return User{}, err
	}
	if err := checkRole(role); err != nil {
		return User{}, err
	}
	before, err := a.store.User(ctx, name)
	if err == nil && before.Login != models.LoginPassword {
		err = inputError("user %s logs in by %s, which says the role with each login; change it there or in web.login", before.Name, before.Login)
	}
	if err != nil {
		return User{}, bareUser(err)
	}
	u, err := a.store.SetUserRole(ctx, name, role, by, a.now().UTC())
	return newUser(u), bareUser(err)
}

// SetPassword gives a user another password, which ends the user's sessions.
func (a *App) SetPassword(ctx context.Context, name, password, by string) (User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return User{}, err
	}
	u, err := a.setPassword(ctx, name, password, by)
	return newUser(u), err
}

// ChangePassword gives the actor of the context another password, who has to know the one
// before. It ends all sessions of the user: log in again.
func (a *App) ChangePassword(ctx context.Context, old, password string) error {
	actor, ok := ActorOf(ctx)
	if !ok {
		return errNobody
	}
	u, err := a.CheckPassword(ctx, actor.Name, old)
	if err != nil {
		return err
	}
	_, err = a.setPassword(ctx, u.Name, password, u.Name)
	return err
}

func (a *App) setPassword(ctx context.Context, name, password, by string) (models.User, error) {
	before, err := a.store.User(ctx, name)
	if err == nil && before.Login != models.LoginPassword {
		err = inputError("user %s logs in by %s and has no password", before.Name, before.Login)
	}
	if err != nil {
		return models.User{}, bareUser(err)
	}
	hash, err := a.hashPassword(ctx, name, password)
	if err != nil {
		return models.User{}, err
	}
	u, err := a.store.SetUserPassword(ctx, name, hash, by, a.now().UTC())
	return u, bareUser(err)
}

// SetUserDisabled lets a user no longer log in, which ends the user's sessions, or log in again.
// The last admin with a password stays.
func (a *App) SetUserDisabled(ctx context.Context, name string, disabled bool, by string) (User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return User{}, err
	}
	if actor, ok := ActorOf(ctx); ok && disabled && strings.EqualFold(actor.Name, name) {
		return User{}, inputError("you cannot disable yourself; another admin can")
	}
	u, err := a.store.SetUserDisabled(ctx, name, disabled, by, a.now().UTC())
	return newUser(u), bareUser(err)
}

// EndSessions ends all sessions of a user: everybody's own, and those of others for an admin.
func (a *App) EndSessions(ctx context.Context, name, by string) (User, error) {
	if actor, ok := ActorOf(ctx); ok && actor.Name != name {
		if err := a.may(ctx, RoleAdmin); err != nil {
			return User{}, err
		}
	}
	u, err := a.store.EndSessions(ctx, name, by, a.now().UTC())
	return newUser(u), bareUser(err)
}

// RemoveUser removes a user, which ends the user's sessions. What the user did stays in the
// audit. The last admin with a password stays. A user of an identity provider or a proxy, who
// would be added again with the next request, is disabled instead.
func (a *App) RemoveUser(ctx context.Context, name, by string) (User, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return User{}, err
	}
	if actor, ok := ActorOf(ctx); ok && strings.EqualFold(actor.Name, name) {
		return User{}, inputError("you cannot remove yourself; another admin can")
	}
	u, err := a.store.RemoveUser(ctx, name, by, a.now().UTC())
	return newUser(u), bareUser(err)
}

func bareUser(err error) error { return bare[*store.LastAdminError](bare[*store.NoUserError](err)) }

// checkUserName refuses a name that could be taken for another one, or for part of a sentence.
func checkUserName(name string) error {
	valid := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-+@", r)
	}
	switch {
	case name == "" || len(name) > longestUserName || strings.ContainsFunc(name, func(r rune) bool { return !valid(r) }):
		return inputError("user name %q is not valid; use 1 to %d letters (a to z), digits and the characters . _ - + @, such as mei or mei@example.com", name, longestUserName)
	case strings.EqualFold(name, "regwatch"):
		return inputError("user name %q is that of the program in the audit; use another one", name)
	}
	return nil
}

// checkNewUserName is checkUserName for somebody who is added. Earlier releases allowed the words
// that are refused here.
func checkNewUserName(name string) error {
	if slices.ContainsFunc(reservedNames(), func(word string) bool { return strings.EqualFold(name, word) }) {
		return inputError("user name %q means something in filters and addresses; use another one", name)
	}
	return checkUserName(name)
}

// reservedNames mean something where a name can stand: nobody and me in filters, and the others for
// people who read or write them.
func reservedNames() []string {
	return []string{Nobody, "me", "any", "all", "none", "everybody", "team", "system"}
}

func checkRole(role Role) error {
	if slices.Contains(models.UserRoles(), role) {
		return nil
	}
	return inputError("role %q does not exist%s; use %s", role, yamlnode.DidYouMean(string(role), Roles()), yamlnode.OrText(Roles()))
}

func (a *App) hashPassword(ctx context.Context, name, password string) (string, error) {
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortestPassword:
		return "", inputError("the password has %d characters; use at least %d, such as four words", n, shortestPassword)
	case len(password) > longestPassword:
		return "", inputError("the password has %d bytes; use at most %d", len(password), longestPassword)
	case strings.EqualFold(password, name):
		return "", inputError("the password is the name; use another one")
	}
	return a.passwords.Hash(ctx, password)
}

// ErrWrongPassword means that no user has that name and password.
var ErrWrongPassword = errors.New("wrong name or password")

// CheckPassword returns the user with a name and a password. The error is ErrWrongPassword if
// there is none; it takes as long for a name that nobody has.
func (a *App) CheckPassword(ctx context.Context, name, password string) (models.User, error) {
	u, err := a.store.User(ctx, strings.TrimSpace(name))
	if err != nil && !is[*store.NoUserError](err) {
		return models.User{}, err
	}
	hash := ""
	if err == nil && u.Login == models.LoginPassword && len(password) <= longestPassword {
		hash = u.Password
	}
	right, err := a.passwords.Verify(ctx, hash, password[:min(len(password), longestPassword)])
	if err == nil && !right {
		err = ErrWrongPassword
	}
	if err == nil && !u.DisabledAt.IsZero() {
		err = &store.UserDisabledError{Name: u.Name}
	}
	if err != nil {
		return models.User{}, err
	}
	return u, nil
}

// RecordLogin stores that a user has logged in, and returns the user as stored. A user whom a
// provider or a proxy names is added with the first login. The error is a *store.UserExistsError
// if somebody else has the name.
func (a *App) RecordLogin(ctx context.Context, u models.User) (models.User, error) {
	check := checkUserName
	if _, err := a.store.User(ctx, u.Name); is[*store.NoUserError](err) {
		check = checkNewUserName
	}
	if err := check(u.Name); err != nil {
		return models.User{}, err
	}
	stored, err := a.store.RecordLogin(ctx, u, a.now().UTC())
	return stored, bare[*store.UserDisabledError](bare[*store.UserExistsError](err))
}

// IsLastAdmin reports whether an error says that a change would leave no admin with a password.
func IsLastAdmin(err error) bool { return is[*store.LastAdminError](err) }

// IsUserDisabled reports whether an error says that a user may not log in.
func IsUserDisabled(err error) bool { return is[*store.UserDisabledError](err) }

// SessionUser returns the user of a session that began at a time. ok is false if the user was
// removed since, or the session was ended.
func (a *App) SessionUser(ctx context.Context, name string, began time.Time) (u models.User, ok bool, err error) {
	u, err = a.store.User(ctx, name)
	switch {
	case is[*store.NoUserError](err):
		return models.User{}, false, nil
	case err != nil || began.Before(u.SessionsFrom) || !u.DisabledAt.IsZero():
		return models.User{}, false, err
	}
	return u, true, nil
}

// Session returns the data of a session that has not expired.
func (a *App) Session(ctx context.Context, token string) (data []byte, ok bool, err error) {
	return a.store.Session(ctx, tokenHash(token), a.now().UTC())
}

// SaveSession stores a session until a time.
func (a *App) SaveSession(ctx context.Context, token string, data []byte, expires time.Time) error {
	return a.store.SaveSession(ctx, tokenHash(token), data, expires, a.now().UTC())
}

// EndSession ends a session.
func (a *App) EndSession(ctx context.Context, token string) error {
	return a.store.EndSession(ctx, tokenHash(token))
}

// SessionData is what is stored of a session. All values are texts.
type SessionData struct {
	Deadline time.Time
	Values   map[string]any
}

// The values of a session.
const (
	SessionName  = "user"
	SessionBegan = "began"
	SessionAgent = "agent" // what the browser says it is
)

// A UserSession is one browser in which a user is logged in.
type UserSession struct {
	ID      string
	Began   time.Time
	Expires time.Time // unless it is used before
	Agent   string
}

// UserSessions returns the sessions of the actor of the context, the newest first.
func (a *App) UserSessions(ctx context.Context) ([]UserSession, error) {
	actor, ok := ActorOf(ctx)
	if !ok {
		return nil, errNobody
	}
	stored, err := a.store.Sessions(ctx, a.now().UTC())
	if err != nil {
		return nil, err
	}
	var all []UserSession
	for _, s := range stored {
		var d SessionData
		if json.Unmarshal(s.Data, &d) != nil || d.Values[SessionName] != actor.Name {
			continue
		}
		text := func(key string) string { t, _ := d.Values[key].(string); return t }
		began, err := time.Parse(time.RFC3339Nano, text(SessionBegan))
		if err != nil {
			continue
		}
		if _, ok, err := a.SessionUser(ctx, actor.Name, began); err != nil || !ok {
			continue // it was ended with all others
		}
		all = append(all, UserSession{ID: s.TokenHash, Began: began, Expires: s.ExpiresAt, Agent: text(SessionAgent)})
	}
	slices.SortStableFunc(all, func(a, b UserSession) int { return b.Began.Compare(a.Began) })
	return all, nil
}

// EndUserSession ends one session of the actor of the context.
func (a *App) EndUserSession(ctx context.Context, id string) error {
	all, err := a.UserSessions(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(s UserSession) bool { return s.ID == id }) {
		return inputError("this session has ended before")
	}
	return a.store.EndSession(ctx, id)
}

// tokenHash is what is stored of a token. Tokens are random, so a plain hash is enough.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// IsUserTaken reports whether an error says that somebody else has the name of a user.
func IsUserTaken(err error) bool { return is[*store.UserExistsError](err) }

// WebSettings are those of web in regwatch.yaml.
type WebSettings = configs.Web
