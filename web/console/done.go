package console

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A done is what a reader just did, which the next page says and offers to undo. It travels
// in a cookie, which the page that shows it removes.
type done struct {
	Text string   `json:"text"` // in the reader's language
	Undo []undone `json:"undo,omitempty"`
	Ask  *undone  `json:"ask,omitempty"` // what the reader may do in its place
	Back string   `json:"-"`             // the page that the undo returns to
}

// An undone is one action that undoes what was done.
type undone struct {
	Do    string `json:"do"`
	Event string `json:"event,omitempty"`
	ID    string `json:"id,omitempty"` // of a mute or a correction
}

const (
	doneCookie  = "regwatch_done" // with a number for each further part
	doneSeconds = 600
	donePart    = 3500 // characters; browsers keep cookies up to 4 kB
	doneParts   = 2    // proxies refuse more than 8 kB
)

// say lets the next page say what was done. It is compressed, for the undo of many events is long; what
// does not fit in the cookies is said without the undo.
func say(w http.ResponseWriter, v *visit, d done) {
	value := encodeDone(d)
	if len(value) > donePart*doneParts {
		d.Undo = nil
		value = encodeDone(d)
	}
	for i := range doneParts {
		name := donePartName(i)
		switch {
		case value != "":
			n := min(len(value), donePart)
			setCookie(w, v.Request, name, value[:n], doneSeconds)
			value = value[n:]
		case i > 0 && cookie(v.Request, name) != "":
			setCookie(w, v.Request, name, "", -1) // of what was said before
		}
	}
}

func donePartName(i int) string {
	if i == 0 {
		return doneCookie
	}
	return doneCookie + strconv.Itoa(i)
}

func encodeDone(d done) string {
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.BestCompression) // the level is valid
	err := json.NewEncoder(z).Encode(d)
	if err := errors.Join(err, z.Close()); err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

// maxDone is how long what was said can be, in bytes.
const maxDone = 64 << 10

func decodeDone(value string) (d done, ok bool) {
	packed, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || len(packed) == 0 {
		return done{}, false
	}
	z := flate.NewReader(bytes.NewReader(packed))
	err = json.NewDecoder(io.LimitReader(z, maxDone)).Decode(&d)
	return d, err == nil && d.Text != ""
}

// takeDone returns what was done on the page before, and forgets it.
func takeDone(w http.ResponseWriter, v *visit) *done {
	if v.Header.Get("X-Requested-With") != "" || v.Header.Get("HX-Request") != "" {
		return nil // a part of a page, which does not show it
	}
	var value strings.Builder
	for i := range doneParts {
		name := donePartName(i)
		if part := cookie(v.Request, name); part != "" {
			value.WriteString(part)
			setCookie(w, v.Request, name, "", -1)
		}
	}
	d, ok := decodeDone(value.String())
	if !ok {
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
