package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"regwatch/app"
)

// keyHeader has what a client calls a request, so that a repeat is not done again.
const keyHeader = "Idempotency-Key"

// storeTime is how long storing an answer takes at most.
const storeTime = 5 * time.Second

// once does what a request asks for, unless a request with its key was answered before: then the
// answer is that one. The key is stored before anything is done. If the program ends before the
// answer is stored, a repeat is told so, and nothing is done twice.
func (s *server) once(c *call) answer {
	keys := c.r.Header.Values(keyHeader)
	if len(keys) == 0 {
		return s.do(c)
	}
	key := keys[0]
	if len(keys) > 1 || key == "" || len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return newProblem(codeInvalidRequest, keyHeader+" is not valid; use 1 to 255 characters of ASCII without spaces, such as a UUID.").answer()
	}
	finish, before, err := s.engine.BeginRequest(c, c.use.ID, key, c.hash(), timeLimit+storeTime)
	switch {
	case errors.Is(err, app.ErrKeyReused):
		return newProblem(codeKeyReused, "The key "+key+" belongs to another request. Use a new one.").answer()
	case errors.Is(err, app.ErrRequestRunning):
		return newProblem(codeRunning, "The first request with this key has no answer yet.").retryAfter(2 * time.Second).answer()
	case errors.Is(err, app.ErrOutcomeUnknown):
		return unknownOutcome("regwatch ended while it did the first request with this key.").answer()
	case err != nil:
		return s.problemOf(c, err).answer()
	case before != nil:
		header := map[string]string{"Idempotency-Replayed": "true"}
		for name, value := range before.Headers {
			header[name] = value
		}
		return answer{before.Status, header, []byte(before.Body)}
	}
	a := s.do(c)
	kept := a
	if a.status >= http.StatusInternalServerError {
		// It may have taken effect in part. A repeat must not be told to try again: it would get the same answer all day.
		kept = unknownOutcome("regwatch failed while it did the first request with this key.").answer()
	}
	// The time limit of the operation is not that of storing what it answered.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), storeTime)
	defer cancel()
	if err := finish(ctx, app.APIAnswer{Status: kept.status, Headers: kept.header, Body: string(kept.body)}); err != nil {
		s.log.ErrorContext(c.r.Context(), "answer to an api request not stored", "operation", c.op.ID, "token", c.use.ID, "error", err)
	}
	return a
}

func unknownOutcome(why string) *problem {
	return newProblem(codeUnknownOutcome, why+" Look whether it took effect. If not, send it with a new key.")
}

// hash is that of everything that says what a request asks for.
func (c *call) hash() string {
	h := sha256.New()
	for _, part := range []string{c.r.Method, c.r.URL.Path, c.r.URL.Query().Encode(), c.r.Header.Get("If-Match"), c.r.Header.Get("If-None-Match"), string(c.raw)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
