package app

import (
	"context"
	"fmt"
	"strings"

	"regwatch/internal/yamlnode"
	"regwatch/models"
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
