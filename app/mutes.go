package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/store"
)

// How long a mute may last. To stop something for longer, people change the rule, source
// or route.
const (
	shortestMute = time.Minute
	longestMute  = 365 * 24 * time.Hour
)

// A Mute holds notices of a rule, an event or a source back.
type Mute struct {
	models.Mute
	InForce bool `json:"in_force"`

	ShortID string `json:"-"` // as much of the ID as no other mute has
}

// A MuteChange is the result of muting something.
type MuteChange struct {
	Mute    Mute
	Changed bool // false if it was muted for at least as long before
}

// Mute holds notices back from now on, for a length of time. The target of an event may be
// the beginning of its ID.
func (a *App) Mute(ctx context.Context, m models.Mute, length time.Duration) (MuteChange, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return MuteChange{}, err
	}
	err := checkLength("reason", m.Reason)
	switch {
	case err != nil:
	case length < shortestMute:
		err = inputError("a mute lasts at least a minute")
	case length > longestMute:
		err = inputError("a mute lasts at most a year (365d); to stop it for longer, change the rule, source or route")
	case strings.TrimSpace(m.Reason) == "":
		err = inputError("a mute needs a reason, because others see it")
	default:
		m.Target, err = a.muteTarget(ctx, m)
	}
	if err != nil {
		return MuteChange{}, err
	}
	if err := a.checkNames("", m.Recipient); err != nil {
		return MuteChange{}, err
	}
	now := a.now().UTC()
	stored, err := a.mute(ctx, m, now, length)
	if err != nil {
		return MuteChange{}, err
	}
	all, err := a.store.Mutes(ctx)
	if err != nil {
		return MuteChange{}, err
	}
	return MuteChange{newMutes([]models.Mute{stored}, all, now)[0], stored.MutedAt.Equal(now)}, nil
}

// mute stores a mute. A shorter one of the same that is in force ends; a longer one stays
// and is returned.
func (a *App) mute(ctx context.Context, m models.Mute, now time.Time, length time.Duration) (models.Mute, error) {
	m.MutedAt, m.Until = now, now.Add(length)
	stored, err := a.store.Mute(ctx, m, a.statusPlanner(now))
	a.wake()
	return stored, err
}

// muteTarget returns the whole ID of what a mute is about, or an error if it does not
// exist.
func (a *App) muteTarget(ctx context.Context, m models.Mute) (string, error) {
	switch m.Kind {
	case models.MuteRule:
		return m.Target, a.requireRule(m.Target)
	case models.MuteSource:
		return m.Target, a.requireSource(m.Target)
	case models.MuteEvent:
		event, err := a.store.FindEvent(ctx, m.Target)
		return event.ID, err
	}
	return "", unknownValue("kind of mute", string(m.Kind), MuteKinds())
}

// MuteKinds returns what can be muted.
func MuteKinds() []string {
	return []string{string(models.MuteRule), string(models.MuteEvent), string(models.MuteSource)}
}

// Unmute ends a mute, which is found by its ID or the beginning of it. The error is a
// *store.NoMuteError if it is not in force.
func (a *App) Unmute(ctx context.Context, id, by string) (models.Mute, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return models.Mute{}, err
	}
	id, err := a.findMute(ctx, id)
	if err != nil {
		return models.Mute{}, err
	}
	return a.unmute(ctx, id, by)
}

func (a *App) unmute(ctx context.Context, id, by string) (models.Mute, error) {
	now := a.now().UTC()
	ended, err := a.store.Unmute(ctx, id, by, now, a.statusPlanner(now))
	a.wake()
	return ended, bare[*store.NoMuteError](err)
}

// findMute returns the ID of the mute whose ID begins so. Of several the one in force is
// meant.
func (a *App) findMute(ctx context.Context, begins string) (string, error) {
	all, err := a.Mutes(ctx, true)
	if err != nil {
		return "", err
	}
	begins = strings.TrimSpace(begins)
	named := slices.DeleteFunc(all, func(m Mute) bool { return begins == "" || !strings.HasPrefix(m.ID, strings.ToUpper(begins)) })
	if inForce := slices.DeleteFunc(slices.Clone(named), func(m Mute) bool { return !m.InForce }); len(inForce) > 0 {
		named = inForce
	}
	switch len(named) {
	case 0:
		return "", &store.NoMuteError{ID: begins}
	case 1:
		return named[0].ID, nil
	}
	none := &store.NoMuteError{ID: begins}
	for _, m := range named[:min(len(named), 5)] {
		none.Among = append(none.Among, store.Candidate{ID: m.ShortID, Title: string(m.Kind) + " " + m.Target})
	}
	return "", none
}

// Mutes returns the mutes in force, newest first; all that there ever were if all is set.
func (a *App) Mutes(ctx context.Context, all bool) ([]Mute, error) {
	stored, err := a.store.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now()
	shown := slices.DeleteFunc(slices.Clone(stored), func(m models.Mute) bool { return !all && !m.InForce(now) })
	return newMutes(shown, stored, now), nil
}

func newMutes(shown, stored []models.Mute, now time.Time) []Mute {
	ids := make([]string, len(stored))
	for i, m := range stored {
		ids[i] = m.ID
	}
	mutes := []Mute{}
	for _, m := range shown {
		mutes = append(mutes, Mute{m, m.InForce(now), models.ShortID(m.ID, ids...)})
	}
	return mutes
}

// mutesOn returns the mutes in force that hold back updates to an event: of the event, of
// a rule that matched it, or of a source that reported it.
func (a *App) mutesOn(ctx context.Context, e Event) ([]models.Mute, error) {
	c, err := a.store.PlanContext(ctx, a.now())
	return slices.DeleteFunc(nonNil(c.Mutes), func(m models.Mute) bool {
		switch m.Kind {
		case models.MuteEvent:
			return m.Target != e.ID
		case models.MuteRule:
			return !slices.Contains(e.RuleIDs, m.Target)
		}
		return !slices.ContainsFunc(e.Articles, func(in EventArticle) bool { return in.Source == m.Target })
	}), err
}

// eventMute returns the mute of everybody in force on an event, or nil.
func (a *App) eventMute(ctx context.Context, eventID string, now time.Time) (*models.Mute, error) {
	mutes, err := a.store.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	for _, mute := range mutes {
		if mute.Kind != models.MuteEvent || mute.Recipient != "" || !mute.InForce(now) {
			continue
		}
		of, err := a.store.FindEvent(ctx, mute.Target) // it may have been merged
		if _, gone := errors.AsType[*store.NoEventError](err); gone {
			continue
		}
		if err != nil {
			return nil, err
		}
		if of.ID == eventID {
			return &mute, nil
		}
	}
	return nil, nil
}
