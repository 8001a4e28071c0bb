package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	jsonType    = "application/json; charset=utf-8"
	problemType = "application/problem+json; charset=utf-8"
	csvType     = "text/csv; charset=utf-8; header=present"
)

// An answer is what is sent to a client, and what is kept for a repeat.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

// A listing is one page of a list.
type listing struct {
	items any    // a slice
	next  string // the cursor of the next page; empty: this is the last
}

// A tagged result has an ETag of its own.
type tagged struct {
	value any
	tag   string // without quotation marks
}

// listBody is what a listing looks like.
type listBody struct {
	Data any    `json:"data"`
	Next string `json:"next,omitempty"`
}

// answerWith renders the result of an operation.
func (c *call) answerWith(result any) (answer, error) {
	a := answer{status: c.op.status(), header: map[string]string{"Content-Type": jsonType}}
	list, isList := result.(listing)
	if isList {
		result = listBody{list.items, list.next}
		if list.next != "" {
			a.header["Link"] = "<" + c.nextAddress(list.next) + `>; rel="next"`
		}
	}
	one, isTagged := result.(tagged)
	if isTagged {
		result = one.value
	}
	if isList && c.asCSV {
		text, err := csvOf(list.items)
		if err != nil {
			return a, err
		}
		a.header["Content-Type"], a.body = csvType, text
		a.header["Content-Disposition"] = `attachment; filename="` + c.op.ID + `.csv"`
	} else {
		text, err := marshal(result)
		if err != nil {
			return a, err
		}
		a.body = text
	}
	switch {
	case isTagged:
		a.header["ETag"] = quoteTag(one.tag)
	case c.op.Method == http.MethodGet:
		sum := sha256.Sum256(a.body)
		a.header["ETag"] = quoteTag(hex.EncodeToString(sum[:16]))
	}
	return a, nil
}

// marshal returns JSON in which the characters <, > and & stand as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

func (c *call) nextAddress(cursor string) string {
	q := url.Values{}
	for name, values := range c.r.URL.Query() {
		q[name] = values
	}
	q.Set("cursor", cursor)
	return c.r.URL.Path + "?" + q.Encode()
}

// write sends an answer. A client that has it already gets no body.
func write(w http.ResponseWriter, r *http.Request, a answer) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	tag := a.header["ETag"]
	if a.status == http.StatusOK && tag != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && hasTag(r.Header.Values("If-None-Match"), tag) {
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the client has gone
	}
}

func quoteTag(tag string) string { return `"` + tag + `"` }

// hasTag reports whether a header that lists ETags names one. A proxy may have made it a weak one.
func hasTag(values []string, tag string) bool {
	for _, part := range strings.Split(strings.Join(values, ","), ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == "*" || part == tag {
			return true
		}
	}
	return false
}

// wantsCSV reports in which form a list is asked for. ok is false if it is neither JSON nor CSV.
func wantsCSV(r *http.Request, isList bool) (asCSV, ok bool) {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return false, true
	}
	for _, part := range strings.Split(accept, ",") {
		kind, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || params["q"] == "0" {
			continue
		}
		switch kind {
		case "application/json", "application/problem+json", "application/*", "*/*":
			return false, true
		case "text/csv":
			if isList {
				return true, true
			}
		}
	}
	return false, false
}

// sentence makes a sentence of the text of an error.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if word, _, _ := strings.Cut(text, " "); strings.ToLower(word) == word && !strings.ContainsAny(word, "-_./0123456789") && word != "regwatch" {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
