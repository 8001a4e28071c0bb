package slackfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// The default workspace of the app, and the app's bot.
const (
	defaultTeam = "T0FAKE"
	ownBot      = "B0FAKE"
)

// A User is a person in a channel of the app's workspace. People of another Team are
// there over Slack Connect, or belong to the same organisation.
type User struct {
	ID         string
	Name       string   // the short name
	Display    string   // the display name; may be empty
	Team       string   // the workspace; empty: the app's own
	Enterprise string   // the organisation of the workspace, on Enterprise Grid
	Teams      []string // their workspaces in the organisation
	Guest      bool     // of the workspace
	Stranger   bool     // of another organisation, and in no channel with the bot
}

// An Ephemeral is a message that only one person sees.
type Ephemeral struct {
	Channel string
	User    string // empty if Slack knows the user from the interaction
	Text    string
	Blocks  json.RawMessage // of an answer to a command
}

// Ephemerals returns the messages shown to single people so far.
func (s *Server) Ephemerals() []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ephemerals)
}

func (s *Server) user(id string) (User, bool) {
	at := slices.IndexFunc(s.opts.Users, func(u User) bool { return u.ID == id })
	if at < 0 {
		return User{}, false
	}
	u := s.opts.Users[at]
	if u.Team == "" {
		u.Team = s.team()
		u.Enterprise = s.opts.Enterprise
	}
	return u, true
}

func (s *Server) team() string {
	if s.opts.Team != "" {
		return s.opts.Team
	}
	return defaultTeam
}

// authTest responds as in https://docs.slack.dev/reference/methods/auth.test:
// enterprise_id exists on Enterprise Grid only.
func (s *Server) authTest(bot string) func(http.ResponseWriter) {
	answer := map[string]any{
		"url": "https://example.slack.com/", "team": "Example", "user": "regwatch", "team_id": s.team(),
		"user_id": "U0FAKE", "bot_id": bot, "is_enterprise_install": false,
	}
	if s.opts.Enterprise != "" {
		answer["enterprise_id"] = s.opts.Enterprise
	}
	return func(w http.ResponseWriter) {
		if len(s.opts.Scopes) > 0 {
			w.Header().Set("X-OAuth-Scopes", strings.Join(s.opts.Scopes, ","))
		}
		ok(answer)(w)
	}
}

func (s *Server) userInfo(args map[string]any) func(http.ResponseWriter) {
	u, found := s.user(text(args, "user"))
	if !found {
		return refusal("users.info", "user_not_found")
	}
	// A person of another organisation with a shared channel is not a stranger.
	info := map[string]any{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "is_stranger": u.Stranger, "deleted": false,
		"is_restricted": u.Guest, "is_ultra_restricted": false, "is_bot": false,
		"profile": map[string]any{"display_name": u.Display, "real_name": u.Display, "team": u.Team},
	}
	if u.Enterprise != "" {
		info["enterprise_user"] = map[string]any{
			"id": u.ID, "enterprise_id": u.Enterprise, "enterprise_name": "Example Org",
			"is_admin": false, "is_owner": false, "teams": u.Teams,
		}
	}
	return ok(map[string]any{"user": info})
}

func (s *Server) ephemeral(args map[string]any) func(http.ResponseWriter) {
	const method = "chat.postEphemeral"
	e := Ephemeral{Channel: text(args, "channel"), User: text(args, "user"), Text: text(args, "text")}
	if code, details := fill(&Message{Text: e.Text}, args); code != "" {
		return refusal(method, code, details...)
	}
	if strings.HasPrefix(e.Channel, "#") || !s.known(e.Channel) {
		return refusal(method, "channel_not_found")
	}
	if e.User == "" {
		return refusal(method, "user_not_found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ephemerals = append(s.ephemerals, e)
	return ok(map[string]any{"message_ts": "1.000001"})
}
