package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// A done is what a reader just did, which the next page says and offers to undo. It travels
// in a cookie, which the page that shows it removes.
type done struct {
	Text string   `json:"text"` // in the reader's language
	Undo []undone `json:"undo,omitempty"`
	Back string   `json:"-"` // the page that the undo returns to
}

// An undone is one action that undoes what was done.
type undone struct {
	Do    string `json:"do"`
	Event string `json:"event,omitempty"`
	ID    string `json:"id,omitempty"` // of a mute or a correction
}

const (
	doneCookie  = "regwatch_done"
	doneSeconds = 600
	maxDone     = 2900 // bytes before base64; browsers keep cookies up to 4 kB
)

// say lets the next page say what was done. What does not fit in a cookie is said without
// the undo.
func say(w http.ResponseWriter, v *visit, d done) {
	value, err := json.Marshal(d)
	if len(value) > maxDone {
		d.Undo = nil
		value, err = json.Marshal(d)
	}
	if err != nil || len(value) > maxDone {
		return
	}
	setCookie(w, v.Request, doneCookie, base64.RawURLEncoding.EncodeToString(value), doneSeconds)
}

// takeDone returns what was done on the page before, and forgets it.
func takeDone(w http.ResponseWriter, v *visit) *done {
	if v.Header.Get("X-Requested-With") != "" || v.Header.Get("HX-Request") != "" {
		return nil // a part of a page, which does not show it
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie(v.Request, doneCookie))
	if err != nil || len(text) == 0 {
		return nil
	}
	setCookie(w, v.Request, doneCookie, "", -1)
	var d done
	if json.Unmarshal(text, &d) != nil || d.Text == "" {
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
