package slackfake

import (
	"net/http"
	"slices"
	"strings"
)

// A User is somebody in the workspace.
type User struct {
	ID       string
	Name     string // the short one
	Display  string // as others see it; may be empty
	Stranger bool   // of another organisation, met in a shared channel
}

// An Ephemeral is a message that one person alone sees.
type Ephemeral struct {
	Channel string
	User    string // empty where Slack knows it from the press that is answered
	Text    string
}

// Ephemerals returns what was shown to single people so far.
func (s *Server) Ephemerals() []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ephemerals)
}

func (s *Server) userInfo(args map[string]any) func(http.ResponseWriter) {
	at := slices.IndexFunc(s.opts.Users, func(u User) bool { return u.ID == text(args, "user") })
	if at < 0 {
		return refusal("users.info", "user_not_found")
	}
	u := s.opts.Users[at]
	return ok(map[string]any{"user": map[string]any{
		"id": u.ID, "team_id": "T0FAKE", "name": u.Name, "is_stranger": u.Stranger,
		"profile": map[string]any{"display_name": u.Display, "real_name": u.Display},
	}})
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ephemerals = append(s.ephemerals, e)
	return ok(map[string]any{"message_ts": "1.000001"})
}
