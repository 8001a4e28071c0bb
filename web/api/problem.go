package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/diag"
)

// A problem is an answer that says what is wrong, by RFC 9457.
type problem struct {
	Type     string        `json:"type" doc:"what kind of problem it is, as an address; it begins with /api/v1/docs#"`
	Title    string        `json:"title" doc:"the kind in words"`
	Status   int           `json:"status"`
	Detail   string        `json:"detail" doc:"what is wrong with this request, and what would be right"`
	Problems diag.Problems `json:"problems,omitempty" doc:"each mistake with its place: in a rule, or in the body of the request (file body)"`

	header map[string]string
}

// A problemCode is the name of a kind of problem. Programs act on it, so it never changes.
type problemCode string

const (
	codeInvalidRequest problemCode = "invalid-request"
	codeTokenMissing   problemCode = "token-missing"
	codeTokenUnknown   problemCode = "token-unknown"
	codeTokenExpired   problemCode = "token-expired"
	codeTokenRevoked   problemCode = "token-revoked"
	codeTokenDisabled  problemCode = "token-disabled"
	codeWrongScope     problemCode = "wrong-scope"
	codeWrongRole      problemCode = "wrong-role"
	codeNotFound       problemCode = "not-found"
	codeNotAllowed     problemCode = "method-not-allowed"
	codeNotAcceptable  problemCode = "not-acceptable"
	codeConflict       problemCode = "conflict"
	codeRunning        problemCode = "request-running"
	codeUnknownOutcome problemCode = "outcome-unknown"
	codeChanged        problemCode = "changed-meanwhile"
	codeTooLarge       problemCode = "body-too-large"
	codeMediaType      problemCode = "media-type"
	codeRefused        problemCode = "refused"
	codeMistakes       problemCode = "mistakes"
	codeTooLong        problemCode = "takes-too-long"
	codeKeyReused      problemCode = "key-reused"
	codeNoCondition    problemCode = "condition-missing"
	codeTooMany        problemCode = "too-many-requests"
	codeFailed         problemCode = "failed"
	codeBusy           problemCode = "busy"
)

// A problemKind is what the documentation says about a code.
type problemKind struct {
	Code   problemCode
	Status int
	Title  string
	When   string
}

// problemKinds are all kinds of problems, by status.
func problemKinds() []problemKind {
	return []problemKind{
		{codeInvalidRequest, 400, "The request is not valid", "a parameter, a header or the JSON of the body cannot be read; `problems` has the line and column in the body"},
		{codeTokenMissing, 401, "There is no token", "the header Authorization is missing"},
		{codeTokenUnknown, 401, "The token is unknown", "no token is so; it may be that of another regwatch"},
		{codeTokenExpired, 401, "The token has expired", ""},
		{codeTokenRevoked, 401, "The token was revoked", ""},
		{codeTokenDisabled, 401, "The user of the token may not log in", "the user is disabled or was removed"},
		{codeWrongScope, 403, "The token lacks a scope", ""},
		{codeWrongRole, 403, "The user of the token lacks a role", "the role is that of now, not of when the token was created"},
		{codeNotFound, 404, "There is no such thing", "or several have an ID that begins so"},
		{codeNotAllowed, 405, "The method is not allowed", "the header Allow has those that are"},
		{codeNotAcceptable, 406, "The answer has no such form", "Accept names neither JSON nor, for a list, CSV"},
		{codeConflict, 409, "It is not in the state for that", "such as opening an event that is open"},
		{codeRunning, 409, "The first request with this key still runs", "try again in some seconds"},
		{codeUnknownOutcome, 409, "It is not known whether the first request took effect", "regwatch ended or failed while it ran. It is not done again: look whether it took effect, and use another key"},
		{codeChanged, 412, "It was changed meanwhile", "ETag has what it is now: get it, join both changes, and save with the new If-Match"},
		{codeTooLarge, 413, "The body is too large", "at most 1 MB"},
		{codeMediaType, 415, "The body is not JSON", "send Content-Type: application/json"},
		{codeRefused, 422, "The request is understood and refused", "a name that does not exist, or a value out of range; `detail` says what would be right"},
		{codeMistakes, 422, "The text has mistakes", "`problems` has each with file, line and column"},
		{codeTooLong, 422, "It takes too long as it is", "sending it again does not help: `detail` says what takes less time, such as a shorter period"},
		{codeKeyReused, 422, "The Idempotency-Key belongs to another request", "use a new key for each request that is not a repeat"},
		{codeNoCondition, 428, "If-Match is missing", "send the ETag of the rule that was edited, or If-None-Match: * for a new one"},
		{codeTooMany, 429, "Too many requests", "Retry-After says how many seconds to wait"},
		{codeFailed, 500, "regwatch could not do this", "its log says why"},
		{codeBusy, 503, "regwatch is busy", "Retry-After says how many seconds to wait"},
	}
}

func (c problemCode) kind() problemKind {
	for _, k := range problemKinds() {
		if k.Code == c {
			return k
		}
	}
	panic("no problem " + string(c))
}

func newProblem(code problemCode, detail string) *problem {
	kind := code.kind()
	p := &problem{Type: Prefix + pagePath + "#" + string(code), Title: kind.Title, Status: kind.Status, Detail: detail, header: map[string]string{}}
	if kind.Status == http.StatusUnauthorized {
		p.header["WWW-Authenticate"] = `Bearer realm="regwatch"`
	}
	return p
}

func (p *problem) Error() string { return p.Detail }

func (p *problem) retryAfter(d time.Duration) *problem {
	p.header["Retry-After"] = seconds(d)
	return p
}

func notAllowed(methods string) *problem {
	p := newProblem(codeNotAllowed, "Use one of these methods: "+methods+".")
	p.header["Allow"] = methods
	return p
}

// notFound says that there is nothing with an ID.
func notFound(kind, id string) error {
	return newProblem(codeNotFound, "No "+kind+" has the ID "+id+".")
}

func (p *problem) answer() answer {
	p.header["Content-Type"] = problemType
	body, _ := json.Marshal(p) // it always marshals
	return answer{p.Status, p.header, append(body, '\n')}
}

// problemOf says what is wrong if an operation fails.
func (s *server) problemOf(c *call, err error) *problem {
	own, isOwn := errors.AsType[*problem](err)
	forbidden, isForbidden := errors.AsType[*app.ForbiddenError](err)
	conflict, isConflict := errors.AsType[*app.ConflictError](err)
	mistakes, hasMistakes := errors.AsType[diag.Problems](err)
	tooLongError, isTooLong := errors.AsType[*app.BacktestTooLongError](err)
	input, isInput := errors.AsType[*app.InputError](err)
	switch {
	case isOwn:
		return own
	case isForbidden:
		return newProblem(codeWrongRole, sentence(forbidden.Error()))
	case isConflict:
		p := newProblem(codeChanged, sentence(conflict.Error()))
		if conflict.Hash != "" {
			p.header["ETag"] = quoteTag(conflict.Hash)
		}
		return p
	case hasMistakes:
		p := newProblem(codeMistakes, "The text has mistakes, so nothing was stored.")
		p.Problems = c.inFolder(mistakes)
		return p
	case app.IsNotFound(err):
		return newProblem(codeNotFound, sentence(err.Error()))
	case app.IsAlreadyUndone(err), app.IsDecided(err):
		return newProblem(codeConflict, sentence(err.Error()))
	case isTooLong:
		return tooLong(tooLongError)
	case isInput:
		return newProblem(codeRefused, sentence(input.Error()))
	case app.IsRefused(err):
		return newProblem(codeRefused, sentence(err.Error()))
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(codeBusy, "It took too long. Ask for less, or try again later.").retryAfter(30 * time.Second)
	}
	s.failed(c, err)
	return newProblem(codeFailed, "regwatch could not do this. Its log says why.")
}

// tooLong says what takes less time than a backtest that was stopped.
func tooLong(e *app.BacktestTooLongError) *problem {
	detail := fmt.Sprintf("A backtest from %s on takes longer than %d s. ", e.From.UTC().Format(time.RFC3339), timeLimit/time.Second)
	if since := e.Shorter(); !since.IsZero() {
		return newProblem(codeTooLong, detail+"Send a later \"since\", such as "+since.Format(time.DateOnly)+".")
	}
	return newProblem(codeTooLong, detail+"Let the rule match fewer articles.")
}

// inFolder names the files of problems from the folder on: where it lies is nobody's business elsewhere.
func (c *call) inFolder(problems diag.Problems) diag.Problems {
	all := slices.Clone(problems)
	for i, p := range all {
		all[i].File = strings.TrimPrefix(p.File, c.engine.Dir()+string(filepath.Separator))
	}
	return all
}
