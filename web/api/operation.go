package api

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"regwatch/app"
)

// An operation is one row of the table: what a client may ask for, and what answers.
type operation struct {
	ID     string // the name in generated clients, such as listEvents
	Method string
	Path   string // below Prefix
	Group  string // the heading in the documentation
	Scope  app.TokenScope
	Role   app.Role // the least that the user of the token needs; empty: reader
	Does   string   // one sentence, for the documentation
	Params []param  // of the query, and headers; path parameters are added

	Body         any // a struct; nil: it takes none
	BodyOptional bool
	Result       any // what it answers with; of a list: one element
	List         bool
	Created      bool // it answers with 201
	Writes       bool // it changes something, and takes an Idempotency-Key
	Tagged       bool // its ETag is not that of the answer, and is needed for changing it
	Slow         bool // it reads all stored articles
	Checks       bool // it checks a rule, which takes seconds of processor time for the largest ones
	Cost         int  // how many requests it counts as; 0: one
	Problems     []problemCode

	handle func(c *call) (any, error)
}

func (op operation) isList() bool { return op.List }

func (op operation) status() int {
	if op.Created {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (op operation) role() app.Role { return cmp.Or(op.Role, app.RoleReader) }

func (op operation) newBody() any { return reflect.New(reflect.TypeOf(op.Body)).Interface() }

// Where a parameter stands.
const (
	inQuery  = "query"
	inPath   = "path"
	inHeader = "header"
)

// A param is a parameter of an operation.
type param struct {
	Name     string
	In       string
	Type     string // text, number, flag, time or day
	Enum     []string
	List     bool // it may be repeated, and one of its values is enough
	Required bool
	Doc      string
}

// params returns all parameters of an operation, also those that many have.
func (op operation) params() []param {
	var all []param
	for _, part := range strings.Split(op.Path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			all = append(all, param{Name: strings.TrimSuffix(name, "}"), In: inPath, Type: "text", Required: true, Doc: "the ID, or of most things how it begins"})
		}
	}
	all = append(all, op.Params...)
	if op.List {
		all = append(all,
			param{Name: "limit", In: inQuery, Type: "number", Doc: "at most so many; 1 to " + strconv.Itoa(maxLimit) + ", otherwise " + strconv.Itoa(defaultLimit)},
			param{Name: "cursor", In: inQuery, Type: "text", Doc: "the `next` of the page before"},
			param{Name: "format", In: inQuery, Type: "text", Enum: []string{"json", "csv"}, Doc: "instead of the header Accept"})
	}
	if op.Method == http.MethodGet {
		all = append(all, param{Name: "If-None-Match", In: inHeader, Type: "text", Doc: "an ETag; if it is still that, the answer is 304 without a body"})
	}
	if op.Writes {
		all = append(all, param{Name: keyHeader, In: inHeader, Type: "text", Doc: "any text of your own, such as a UUID: a repeat with the same one is answered as before, and nothing is done twice"})
	}
	return all
}

// problems returns the kinds of problems that an operation answers with.
func (op operation) problems() []problemCode {
	all := []problemCode{codeInvalidRequest, codeTokenMissing, codeTokenUnknown, codeTokenExpired, codeTokenRevoked, codeTokenDisabled, codeWrongScope, codeNotAcceptable, codeTooLarge, codeTooMany, codeFailed, codeBusy}
	if op.Role != "" {
		all = append(all, codeWrongRole)
	}
	if strings.Contains(op.Path, "{") {
		all = append(all, codeNotFound)
	}
	if op.Body != nil {
		all = append(all, codeMediaType)
	}
	if op.Body != nil || op.Writes || len(op.Params) > 0 {
		all = append(all, codeRefused)
	}
	if op.Writes {
		all = append(all, codeConflict, codeRunning, codeUnknownOutcome, codeKeyReused)
	}
	all = append(all, op.Problems...)
	kinds := problemKinds()
	slices.SortFunc(all, func(a, b problemCode) int {
		order := func(c problemCode) int {
			return slices.IndexFunc(kinds, func(k problemKind) bool { return k.Code == c })
		}
		return order(a) - order(b)
	})
	return slices.Compact(all)
}

// check says what is wrong with a value; empty: nothing.
func (p param) check(value string) string {
	switch p.Type {
	case "number":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || p.Name == "limit" && n > maxLimit {
			if p.Name == "limit" {
				return "use a number from 1 to " + strconv.Itoa(maxLimit)
			}
			return "use a whole number from 1"
		}
	case "flag":
		if value != "true" && value != "false" {
			return "use true or false"
		}
	case "time":
		if _, err := parseTime(value); err != nil {
			return "use a time such as 2026-01-31T08:00:00Z, or a day such as 2026-01-31"
		}
	case "day":
		if t, err := parseTime(value); err != nil || t.Format("2006-01-02") != value {
			return "use a day such as 2026-01-31"
		}
	}
	if len(p.Enum) > 0 && !slices.Contains(p.Enum, value) {
		return "use " + strings.Join(p.Enum, ", ")
	}
	return ""
}

// operations are all that the API offers.
func operations() []operation {
	return slices.Concat(eventOperations(), articleOperations(), ruleOperations(), sourceOperations(), messageOperations(), muteOperations(), recordOperations())
}

// words are those that a field of the body may have.
func (op operation) words(name string) []string {
	fields := fieldsOf(reflect.TypeOf(op.Body))
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	return strings.Split(fields[i].enum, "|")
}

// bodyFields are the fields of the body, for the documentation.
func (op operation) bodyFields() []bodyField {
	if op.Body == nil {
		return nil
	}
	var all []bodyField
	for _, f := range fieldsOf(reflect.TypeOf(op.Body)) {
		doc := f.doc
		if f.enum != "" {
			doc = strings.TrimPrefix(doc+"; "+strings.ReplaceAll(f.enum, "|", ", "), "; ")
		}
		all = append(all, bodyField{f.name, f.optional, doc})
	}
	return all
}
