package login

import (
	"context"
	"encoding/json"
	"time"

	"regwatch/app"
)

// sessionStore keeps sessions in the database.
type sessionStore struct{ sessions }

func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.sessions.Session(ctx, token)
}

func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	return s.SaveSession(ctx, token, data, expires)
}

func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.EndSession(ctx, token)
}

func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s sessionStore) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// codec writes the same values as the same bytes, so that a session that did not change is not
// stored again. All values are texts.
type codec struct{}

// Encode returns the session as JSON.
func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(app.SessionData{Deadline: deadline.UTC(), Values: values})
}

// Decode reads what Encode wrote.
func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var d app.SessionData
	err := json.Unmarshal(b, &d)
	return d.Deadline, d.Values, err
}
