package console

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
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

// say lets the next page say what was done. If that cannot be stored, it says nothing, for what was done is done.
func (c *Console) say(w http.ResponseWriter, v *visit, d done) {
	d.By = v.Name
	data, err := json.Marshal(d)
	token := rand.Text()
	if err == nil {
		err = c.engine.SaveSession(v.Context(), doneKey(token), data, v.Now.Add(doneFor))
	}
	if err != nil {
		c.log.WarnContext(v.Context(), "what was done was not stored for the next page", "error", err)
		return
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
	data, known, err := c.engine.Session(v.Context(), doneKey(token))
	if err != nil {
		c.log.WarnContext(v.Context(), "what was done was not read", "error", err)
	}
	var d done
	if err != nil || !known || json.Unmarshal(data, &d) != nil || d.By != v.Name {
		return nil
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
