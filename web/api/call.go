package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/app"
	"regwatch/internal/yamlnode"
)

// A call is one request with what was read from it.
type call struct {
	context.Context
	engine *app.Engine
	op     operation
	r      *http.Request
	use    app.TokenUse

	query url.Values
	raw   []byte // the body
	body  any    // the body as the operation takes it; nil if it takes none
	asCSV bool
	after place // where the page begins
}

// by is who the audit names.
func (c *call) by() string { return c.use.Actor.Name }

// id is the ID in the path.
func (c *call) id() string { return c.r.PathValue("id") }

// read reads the parameters and the body of a request.
func (c *call) read(w http.ResponseWriter) *problem {
	var err error
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return newProblem(codeInvalidRequest, "The parameters cannot be read: "+err.Error()+".")
	}
	if !isText(c.id()) {
		return newProblem(codeInvalidRequest, "The ID in the address is not text in UTF-8 without U+0000.")
	}
	if refused := c.checkParams(); refused != nil {
		return refused
	}
	format := c.query.Get("format")
	var ok bool
	switch c.asCSV, ok = wantsCSV(c.r, c.op.isList()); {
	case format != "":
		c.asCSV = format == "csv"
	case !ok:
		return newProblem(codeNotAcceptable, "Accept has to allow application/json, or text/csv for a list.")
	}
	if c.op.isList() && c.query.Has("cursor") {
		if c.after, ok = readCursor(c.query.Get("cursor"), c.listHash()); !ok {
			return noCursor()
		}
	}
	return c.readBody(w)
}

func noCursor() *problem {
	return newProblem(codeInvalidRequest, "The cursor is not one of this list. Keep the other parameters as they were for the first page, or begin without a cursor.")
}

// isText reports whether a database can store a text: PostgreSQL takes neither other bytes nor U+0000.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// checkParams refuses parameters that the operation does not have: a filter with a typing error
// would otherwise select everything.
func (c *call) checkParams() *problem {
	var known []string
	for _, p := range c.op.params() {
		if p.In == inQuery {
			known = append(known, p.Name)
		}
	}
	for _, name := range slices.Sorted(mapsKeys(c.query)) {
		i := slices.IndexFunc(c.op.params(), func(p param) bool { return p.In == inQuery && p.Name == name })
		if i < 0 {
			hint := ""
			if near := yamlnode.Nearest(name, known); near != "" {
				hint = fmt.Sprintf(" Did you mean %s?", near)
			}
			if len(known) == 0 {
				return newProblem(codeInvalidRequest, fmt.Sprintf("The parameter %q does not exist; this operation has none.", name))
			}
			return newProblem(codeInvalidRequest, fmt.Sprintf("The parameter %q does not exist.%s Use %s.", name, hint, yamlnode.Or(known)))
		}
		p := c.op.params()[i]
		if len(c.query[name]) > 1 && !p.List {
			return newProblem(codeInvalidRequest, fmt.Sprintf("The parameter %s is there twice.", name))
		}
		for _, value := range c.query[name] {
			if !isText(value) {
				return newProblem(codeInvalidRequest, "The parameter "+name+" is not text in UTF-8 without U+0000.")
			}
			if why := p.check(value); why != "" {
				return newProblem(codeInvalidRequest, fmt.Sprintf("The parameter %s is %q; %s.", name, value, why))
			}
		}
	}
	for _, p := range c.op.Params {
		if p.Required && p.In == inQuery && c.query.Get(p.Name) == "" {
			return newProblem(codeInvalidRequest, fmt.Sprintf("The parameter %s is missing.", p.Name))
		}
	}
	return nil
}

func mapsKeys(m url.Values) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// readBody reads the body. One that says that it is too large is not read.
func (c *call) readBody(w http.ResponseWriter) *problem {
	tooLarge := func() *problem {
		c.r.Body = http.NoBody
		w.Header().Set("Connection", "close") // the rest is not read to the end
		return newProblem(codeTooLarge, fmt.Sprintf("The body has at most %d bytes.", maxBody))
	}
	if c.r.ContentLength > maxBody {
		return tooLarge()
	}
	var err error
	if c.raw, err = io.ReadAll(http.MaxBytesReader(w, c.r.Body, maxBody)); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return tooLarge()
		}
		return newProblem(codeInvalidRequest, "The body could not be read to its end.")
	}
	if c.op.Body == nil {
		if len(c.raw) > 0 {
			return newProblem(codeInvalidRequest, "This operation takes no body.")
		}
		return nil
	}
	if len(c.raw) == 0 && c.op.BodyOptional {
		c.body = c.op.newBody()
		return nil
	}
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if charset := params["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return newProblem(codeMediaType, "Send the body as JSON in UTF-8, with Content-Type: application/json.")
	}
	c.body = c.op.newBody()
	if mistakes := decode(c.raw, c.body); len(mistakes) > 0 {
		p := newProblem(codeInvalidRequest, "The body is not what this operation takes.")
		p.Problems = mistakes
		return p
	}
	return nil
}

func (c *call) text(name string) string    { return strings.TrimSpace(c.query.Get(name)) }
func (c *call) texts(name string) []string { return c.query[name] }
func (c *call) flag(name string) bool      { return c.query.Get(name) == "true" }

func (c *call) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.query.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// time returns a parameter that is a time or a day; the zero time if it is missing.
func (c *call) time(name string) time.Time {
	t, _ := parseTime(c.query.Get(name))
	return t
}

// parseTime reads a time by RFC 3339, or a day, which begins at midnight UTC.
func parseTime(text string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), err
}
