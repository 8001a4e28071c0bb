package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/store"
)

// A Role says what a user may do.
type Role = models.UserRole

// The roles, from the least to the most.
const (
	RoleReader = models.RoleReader
	RoleEditor = models.RoleEditor
	RoleAdmin  = models.RoleAdmin
)

// An Actor is the user who asks for something.
type Actor struct {
	Name string // for the audit
	Role Role
}

// actorKey is the key of the actor in a context.
type actorKey struct{}

// WithActor returns a context in which the functions of an App do only what the role of the
// actor allows. A context without an actor is that of the command line, of a signed link and of
// what the program does by itself; it allows everything.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf returns the actor of a context. ok is false if it has none.
func ActorOf(ctx context.Context) (actor Actor, ok bool) {
	actor, ok = ctx.Value(actorKey{}).(Actor)
	return actor, ok
}

// actorName returns the name of the actor of a context; empty if it has none.
func actorName(ctx context.Context) string {
	actor, _ := ActorOf(ctx)
	return actor.Name
}

// A ForbiddenError means that the role of a user does not allow what was asked for. Nothing was
// changed.
type ForbiddenError struct {
	Actor   Actor
	Needed  Role
	Helpers []string // some users whose role allows it, in order
}

// Error says what is needed, and who can help.
func (e *ForbiddenError) Error() string {
	help := "an admin can change the role: regwatch user role " + e.Actor.Name + " " + string(e.Needed)
	if len(e.Helpers) > 0 {
		help = "ask " + yamlnode.Or(e.Helpers)
	}
	has := "has no role"
	if e.Actor.Role != "" {
		has = "is " + string(e.Actor.Role)
	}
	return fmt.Sprintf("this needs the role %s, and %s %s; %s", e.Needed, e.Actor.Name, has, help)
}

// maxHelpers is how many users a [ForbiddenError] names.
const maxHelpers = 3

// may returns a *ForbiddenError if the actor of the context lacks a role. Every function that
// changes something calls it first.
func (a *App) may(ctx context.Context, needed Role) error {
	actor, ok := ActorOf(ctx)
	if !ok || actor.Role.Allows(needed) {
		return nil
	}
	refused := &ForbiddenError{Actor: actor, Needed: needed}
	users, err := a.store.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Role.Allows(needed) && len(refused.Helpers) < maxHelpers {
			refused.Helpers = append(refused.Helpers, u.Name)
		}
	}
	return refused
}

// mayIn is may for what works on a folder that is not open, where nobody knows who could help.
func mayIn(ctx context.Context, needed Role) error {
	if actor, ok := ActorOf(ctx); ok && !actor.Role.Allows(needed) {
		return &ForbiddenError{Actor: actor, Needed: needed}
	}
	return nil
}

// mayFor is may for something that a person keeps for themselves, and needs no role. Nobody may
// do it for somebody else.
func (a *App) mayFor(ctx context.Context, person string) error {
	actor, ok := ActorOf(ctx)
	switch {
	case strings.TrimSpace(person) == "":
		return errNobody
	case ok && actor.Name != person:
		return inputError("%s cannot do that for %s", actor.Name, person)
	case ok:
		return a.may(ctx, RoleReader)
	}
	return nil
}

// A TokenScope is a part of the API that a token opens.
type TokenScope = models.TokenScope

// The scopes.
const (
	ScopeRead       = models.ScopeRead
	ScopeEvents     = models.ScopeEvents
	ScopeRules      = models.ScopeRules
	ScopeSources    = models.ScopeSources
	ScopeDeliveries = models.ScopeDeliveries
)

// TokenScopes returns the names of all scopes.
func TokenScopes() []string { return names(models.TokenScopes()) }

// A Token lets a program use the API in the name of a user. It never allows more than the user's
// role allows at the time of a request.
type Token struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"` // what it is for
	User       string       `json:"user"`
	Scopes     []TokenScope `json:"scopes"`
	State      string       `json:"state"` // active, expired, revoked, or disabled: its user is disabled or removed
	CreatedAt  time.Time    `json:"created_at"`
	CreatedBy  string       `json:"created_by"`
	ExpiresAt  time.Time    `json:"expires_at"`
	LastUsedAt *time.Time   `json:"last_used_at,omitempty"` // within five minutes
	RevokedAt  *time.Time   `json:"revoked_at,omitempty"`
	RevokedBy  string       `json:"revoked_by,omitempty"`

	ShortID string `json:"-"` // as much of the ID as no other token has
}

// A CreatedToken is a token that was just created, with what the program sends.
type CreatedToken struct {
	Token
	Secret string `json:"token"` // it is stored nowhere
}

// A TokenRequest asks for a token.
type TokenRequest struct {
	Name   string
	User   string
	Scopes []TokenScope
	Length time.Duration // until it expires; 0: DefaultTokenTime
	By     string        // for the audit
}

// The limits of tokens. A token that nobody needs any more should not work for ever, and a year is
// the longest that people plan ahead.
const (
	DefaultTokenTime = 90 * 24 * time.Hour
	LongestTokenTime = 365 * 24 * time.Hour
	shortestToken    = time.Minute
	longestTokenName = 100
)

// TokenPrefix begins each token, so that programs that look for leaked secrets find it.
const TokenPrefix = "rw_"

// newToken returns a token of 260 random bits. Nobody can guess one, so its plain SHA-256 is safe
// to store: a slow hash such as that of passwords protects secrets that people choose.
func newToken() string { return TokenPrefix + strings.ToLower(rand.Text()+rand.Text()) }

// CreateToken creates a token. People create them for themselves; who runs the command line, for
// everybody. The error is a *store.NoUserError or a *store.UserDisabledError if the user cannot
// have one.
func (a *App) CreateToken(ctx context.Context, r TokenRequest) (CreatedToken, error) {
	if err := a.mayFor(ctx, r.User); err != nil {
		return CreatedToken{}, err
	}
	if r.Length == 0 {
		r.Length = DefaultTokenTime
	}
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	switch {
	case r.Name == "":
		return CreatedToken{}, inputError("a token needs a name that says what it is for, such as dashboard")
	case utf8.RuneCountInString(r.Name) > longestTokenName:
		return CreatedToken{}, inputError("the name of a token has at most %d characters", longestTokenName)
	case len(r.Scopes) == 0:
		return CreatedToken{}, inputError("a token needs a scope, such as read")
	case r.Length < shortestToken || r.Length > LongestTokenTime:
		return CreatedToken{}, inputError("a token expires after at least a minute and at most a year (365d)")
	}
	for _, scope := range r.Scopes {
		if !slices.Contains(models.TokenScopes(), scope) {
			return CreatedToken{}, inputError("scope %q does not exist%s; use %s", scope, yamlnode.DidYouMean(string(scope), TokenScopes()), yamlnode.OrText(TokenScopes()))
		}
	}
	scopes := slices.DeleteFunc(models.TokenScopes(), func(s TokenScope) bool { return !slices.Contains(r.Scopes, s) })
	secret, now := newToken(), a.now().UTC()
	stored, err := a.store.AddToken(ctx, models.APIToken{
		Name: r.Name, UserName: r.User, Scopes: scopes, Hash: tokenHash(secret), CreatedAt: now, CreatedBy: r.By, ExpiresAt: now.Add(r.Length),
	})
	if err != nil {
		return CreatedToken{}, bare[*store.UserDisabledError](bare[*store.NoUserError](err))
	}
	all, err := a.tokens(ctx)
	if err != nil {
		return CreatedToken{}, err
	}
	i := slices.IndexFunc(all, func(t Token) bool { return t.ID == stored.ID })
	return CreatedToken{all[i], secret}, nil
}

// Tokens returns the tokens, the newest first: to an admin all, to others their own.
func (a *App) Tokens(ctx context.Context) ([]Token, error) {
	all, err := a.tokens(ctx)
	if actor, ok := ActorOf(ctx); ok && !actor.Role.Allows(RoleAdmin) {
		all = slices.DeleteFunc(all, func(t Token) bool { return t.User != actor.Name })
	}
	return all, err
}

func (a *App) tokens(ctx context.Context) ([]Token, error) {
	stored, err := a.store.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	users, err := a.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(stored))
	for i, t := range stored {
		ids[i] = t.ID
	}
	all, now := []Token{}, a.now()
	for _, t := range stored {
		i := slices.IndexFunc(users, func(u models.User) bool { return u.Name == t.UserName })
		var u models.User
		if i >= 0 {
			u = users[i]
		}
		all = append(all, Token{
			ID: t.ID, Name: t.Name, User: t.UserName, Scopes: t.Scopes, State: string(t.StateOf(u, i >= 0, now)), CreatedAt: t.CreatedAt, CreatedBy: t.CreatedBy,
			ExpiresAt: t.ExpiresAt, LastUsedAt: optionalTime(t.LastUsedAt), RevokedAt: optionalTime(t.RevokedAt), RevokedBy: t.RevokedBy, ShortID: models.ShortID(t.ID, ids...),
		})
	}
	return all, nil
}

// RevokeToken ends a token for good, which is found by its ID or how it begins. People revoke their
// own, and admins all. The error is a *store.NoTokenError if there is none.
func (a *App) RevokeToken(ctx context.Context, id, by string) (Token, error) {
	all, err := a.Tokens(ctx)
	if err != nil {
		return Token{}, err
	}
	begins := strings.ToUpper(strings.TrimSpace(id))
	named := slices.DeleteFunc(slices.Clone(all), func(t Token) bool { return begins == "" || !strings.HasPrefix(t.ID, begins) })
	if len(named) != 1 {
		none := &store.NoTokenError{ID: strings.TrimSpace(id)}
		for _, t := range named[:min(len(named), 5)] {
			none.Among = append(none.Among, store.Candidate{ID: t.ShortID, Title: t.Name})
		}
		return Token{}, none
	}
	stored, err := a.store.RevokeToken(ctx, named[0].ID, by, a.now().UTC())
	if err != nil {
		return Token{}, bare[*store.NoTokenError](err)
	}
	revoked := named[0]
	revoked.State, revoked.RevokedAt, revoked.RevokedBy = string(models.TokenRevoked), optionalTime(stored.RevokedAt), stored.RevokedBy
	return revoked, nil
}

// A TokenUse is a token with which a program asks for something, and in whose name.
type TokenUse struct {
	ID     string
	Name   string
	Scopes []TokenScope
	Actor  Actor // with the role that the user has now
}

// Allows reports whether the token opens a part of the API.
func (u TokenUse) Allows(scope TokenScope) bool { return slices.Contains(u.Scopes, scope) }

// Why a token does not work.
var (
	ErrTokenUnknown  = errors.New("the token is unknown")
	ErrTokenExpired  = errors.New("the token has expired")
	ErrTokenRevoked  = errors.New("the token was revoked")
	ErrTokenDisabled = errors.New("the user of the token is disabled or was removed")
)

// tokenStep is after how long the last use of a token is stored anew: a program that asks for page
// after page causes no write with each.
const tokenStep = 5 * time.Minute

// UseToken returns who asks with a token. The error is one of ErrTokenUnknown, ErrTokenExpired,
// ErrTokenRevoked and ErrTokenDisabled if it does not work.
func (a *App) UseToken(ctx context.Context, secret string) (TokenUse, error) {
	t, ok, err := a.store.TokenByHash(ctx, tokenHash(secret))
	if err != nil {
		return TokenUse{}, err
	}
	if !ok {
		return TokenUse{}, ErrTokenUnknown
	}
	u, err := a.store.User(ctx, t.UserName)
	if err != nil && !is[*store.NoUserError](err) {
		return TokenUse{}, err
	}
	now := a.now().UTC()
	switch t.StateOf(u, err == nil, now) {
	case models.TokenExpired:
		return TokenUse{}, ErrTokenExpired
	case models.TokenRevoked:
		return TokenUse{}, ErrTokenRevoked
	case models.TokenDisabled:
		return TokenUse{}, ErrTokenDisabled
	}
	if now.Sub(t.LastUsedAt).Abs() >= tokenStep {
		if err := a.store.TouchToken(ctx, t.ID, now); err != nil {
			a.log.WarnContext(ctx, "use of a token not stored", "token", t.ID, "error", err) // it works all the same
		}
	}
	return TokenUse{t.ID, t.Name, t.Scopes, Actor{Name: u.Name, Role: u.Role}}, nil
}

// An APIAnswer is the stored answer to a request that changed something.
type APIAnswer struct {
	Status  int
	Headers map[string]string
	Body    string
}

// APIRequestTime is how long the answer to a request is kept for a repeat with the same key.
const APIRequestTime = 24 * time.Hour

// Why a request with the key of an earlier one is not done.
var (
	// ErrKeyReused means that the earlier request asked for something else.
	ErrKeyReused = errors.New("the key was used for another request")
	// ErrRequestRunning means that the earlier request has no answer yet.
	ErrRequestRunning = errors.New("the first request with this key has no answer yet")
	// ErrOutcomeUnknown means that the earlier request began and that its answer was never stored,
	// because the program ended meanwhile.
	ErrOutcomeUnknown = errors.New("the first request with this key began, and nobody knows whether it took effect")
)

// BeginRequest records a request with the key that its client gave it, and returns how to record
// its answer. If a request with this key has been answered, that answer is returned instead. running
// is how long a request takes at most.
func (a *App) BeginRequest(ctx context.Context, tokenID, key, requestHash string, running time.Duration) (finish func(context.Context, APIAnswer) error, before *APIAnswer, err error) {
	now := a.now().UTC()
	r := models.APIRequest{TokenID: tokenID, Key: key, RequestHash: requestHash, StartedAt: now}
	stored, fresh, err := a.store.BeginRequest(ctx, r, now.Add(-APIRequestTime))
	switch {
	case err != nil:
		return nil, nil, err
	case fresh:
		return func(ctx context.Context, answer APIAnswer) error {
			r.Status, r.Headers, r.Body = answer.Status, answer.Headers, answer.Body
			return a.store.FinishRequest(ctx, r)
		}, nil, nil
	case stored.RequestHash != requestHash:
		return nil, nil, ErrKeyReused
	case stored.Status != 0:
		return nil, &APIAnswer{stored.Status, stored.Headers, stored.Body}, nil
	case now.Sub(stored.StartedAt) < running:
		return nil, nil, ErrRequestRunning
	}
	return nil, nil, ErrOutcomeUnknown
}
