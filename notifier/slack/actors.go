package slack

import (
	"cmp"
	"context"
	"slices"

	"github.com/slack-go/slack"

	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Actors are the people outside the app's own workspace or organisation who may use
// the buttons all the same.
type Actors struct {
	Teams []string // IDs of workspaces (T…) and organisations (E…)
	Users []string // IDs of people (U… or W…)
}

// allows reports whether a person may use the buttons of an app.
//
// A channel that is shared over Slack Connect shows an alert to people of other
// organisations too. User is what the interaction says of the person; info is what
// users.info says, or nil if the bot may not ask. Members of the app's own workspace
// may act, its guests included: somebody has invited them to the channel. On
// Enterprise Grid the members of the whole organisation may.
func (a Actors) allows(app identity, user slack.User, info *slack.User) bool {
	if slices.Contains(a.Users, user.ID) {
		return true
	}
	named := func(team string) bool { return slices.Contains(a.Teams, team) }
	allowed := func(team string) bool {
		return team != "" && (team == app.team || team == app.enterprise || named(team))
	}
	if info == nil {
		return allowed(user.TeamID)
	}
	// On Grid a person has one team_id however many workspaces they belong to, so the
	// organisation decides.
	if allowed(info.Enterprise.EnterpriseID) || slices.ContainsFunc(info.Enterprise.Teams, allowed) {
		return true
	}
	if info.IsStranger && !named(info.TeamID) {
		return false
	}
	return allowed(info.TeamID) && (user.TeamID == "" || allowed(user.TeamID))
}

// An identity is who an app is: its bot, the workspace that it is installed in, and the
// organisation of that workspace on Enterprise Grid.
type identity struct{ bot, team, enterprise string }

// errOutsider refuses people of other organisations.
const errOutsider = interactionError("Only members of the workspace that regwatch belongs to can do this.")

// actor returns the name under which the audit has a person, or errOutsider.
func (h *handler) actor(ctx context.Context, c *connection, user slack.User) (string, error) {
	// The next connection may be that of another app.
	key := c.app.team + "/" + user.TeamID + "/" + user.ID
	if by := h.names[key]; by != "" {
		return by, nil
	}
	ctx, cancel := context.WithTimeout(ctx, ackTime/2)
	defer cancel()
	info, err := c.api.GetUserInfoContext(ctx, user.ID)
	if err != nil {
		info = nil // without the scope users:read what the interaction says must do
	}
	if !h.opts.Actors.allows(c.app, user, info) {
		return "", errOutsider
	}
	if info == nil {
		return render.NameSlackUser(delivery.Scrub(c.hide, cmp.Or(user.Name, user.ID)), user.ID), nil
	}
	if len(h.names) >= maxRemembered {
		clear(h.names)
	}
	name := cmp.Or(info.Profile.DisplayName, info.Profile.RealName, info.Name)
	h.names[key] = render.NameSlackUser(delivery.Scrub(c.hide, name), user.ID)
	return h.names[key], nil
}
