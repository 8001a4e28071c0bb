package console

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A done is what a reader just did, which the next page says and offers to undo. It is kept where sessions are, under a random
// token, so that it survives a restart and is the same for each program that serves the database. The cookie has only the token;
// the page that shows it removes the cookie.
type done struct {
	Text string   `json:"text"` // in the reader's language
	Undo []undone `json:"undo,omitempty"`
	Ask  *undone  `json:"ask,omitempty"` // what the reader may do in its place
	By   string   `json:"by"`            // whose it is: it is shown to nobody else
	Back string   `json:"-"`             // the page that the undo returns to
}

// An undone is one action that undoes what was done.
type undone struct {
	Do    string `json:"do"`
	Event string `json:"event,omitempty"`
	ID    string `json:"id,omitempty"` // of a mute or a correction
}

const (
	doneCookie = "regwatch_done"
	doneFor    = 10 * time.Minute
)

// doneKey is the key of a done among the sessions. No session of a login begins so.
func doneKey(token string) string { return "done:" + token }

// mostUnstored is how many things that were done are kept in memory while the database cannot store them.
const mostUnstored = 100

// A notebook keeps what was done in memory, by token, while the database cannot store it: a failure or a question must be shown all
// the same. A restart loses it.
type notebook struct {
	mu     sync.Mutex
	tokens []string // the oldest first
	of     map[string][]byte
}

func (n *notebook) put(token string, data []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = make(map[string][]byte)
	}
	if len(n.tokens) == mostUnstored {
		delete(n.of, n.tokens[0])
		n.tokens = n.tokens[1:]
	}
	n.tokens, n.of[token] = append(n.tokens, token), data
}

func (n *notebook) get(token string) (data []byte, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	data, ok = n.of[token]
	return data, ok
}

func (n *notebook) remove(token string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.of, token)
	n.tokens = slices.DeleteFunc(n.tokens, func(t string) bool { return t == token })
}

// say lets the next page say what was done. If the database cannot store that, this program keeps it.
func (c *Console) say(w http.ResponseWriter, v *visit, d done) {
	d.By = v.Name
	data, err := json.Marshal(d)
	token := rand.Text()
	if err != nil {
		c.log.ErrorContext(v.Context(), "what was done has no JSON", "error", err)
		return
	}
	if err := c.engine.SaveSession(v.Context(), doneKey(token), data, v.Now.Add(doneFor)); err != nil {
		c.log.WarnContext(v.Context(), "what was done was not stored for the next page", "error", err)
		c.unstored.put(token, data)
	}
	setCookie(w, v.Request, doneCookie, token, int(doneFor/time.Second))
}

// takeDone returns what the reader did on the page before, and forgets it.
func (c *Console) takeDone(w http.ResponseWriter, v *visit) *done {
	token := cookie(v.Request, doneCookie)
	if token == "" || v.Header.Get("X-Requested-With") != "" || v.Header.Get("HX-Request") != "" {
		return nil // nothing was done, or this is a part of a page, which does not show it
	}
	setCookie(w, v.Request, doneCookie, "", -1)
	data, unstored := c.unstored.get(token)
	if !unstored {
		var err error
		if data, _, err = c.engine.Session(v.Context(), doneKey(token)); err != nil {
			c.log.WarnContext(v.Context(), "what was done was not read", "error", err)
		}
	}
	var d done
	if json.Unmarshal(data, &d) != nil || d.By != v.Name {
		return nil
	}
	c.unstored.remove(token)
	if err := c.engine.EndSession(v.Context(), doneKey(token)); err != nil {
		c.log.WarnContext(v.Context(), "what was done was not forgotten", "error", err)
	}
	d.Back = v.address()
	return &d
}

// setCookie sets a cookie that no script and no other site sees. A negative age removes it.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}
