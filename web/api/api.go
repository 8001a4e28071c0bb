// Package api serves the JSON API below /api/v1.
//
// Start with [New]. All that it offers stands in one table ([operations]): from it come the handlers,
// the OpenAPI document, the page that shows it, and docs/reference/api.md. An operation calls one use
// case of package app and decides nothing itself.
//
// It promises: every request needs a token, also on this machine, where other programs and the pages
// of other sites in a browser could ask too. Cookies are not looked at, so no site can make a browser
// ask in its user's name. A token opens the scopes that it has, and never more than the role of its user allows at
// that moment. Every error is a problem by RFC 9457. What changes something is done once for each
// Idempotency-Key, also if the program ends in between. Bodies are at most 1 MB; a token may send
// 20 requests a second.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"regwatch/app"
)

// Prefix begins the path of every operation.
const Prefix = "/api/v1"

const (
	// maxBody is the largest body of a request in bytes, as in the console: a rule is the largest thing that people send.
	maxBody = 1 << 20
	// timeLimit ends an operation before the server would cut the connection, which is after 30 s.
	timeLimit = 25 * time.Second
	// mostSlow is how many operations that read all articles run at once, so that the others and the scans stay quick.
	mostSlow = 2
)

// Options say how the API is served.
type Options struct {
	Rates *Rates       // of each token; nil: new ones
	Log   *slog.Logger // nil logs nothing
}

// A server answers for one engine.
type server struct {
	engine *app.Engine
	log    *slog.Logger
	rates  *Rates
	slow   chan struct{} // has an element for each slow operation that runs
	checks chan struct{} // and for each that checks a rule: it does not wait for those that read all articles
}

// New returns the API of an engine.
func New(e *app.Engine, o Options) http.Handler { return newServer(e, o).routes(operations()) }

func newServer(e *app.Engine, o Options) *server {
	s := &server{engine: e, log: o.Log, rates: o.Rates, slow: make(chan struct{}, mostSlow), checks: make(chan struct{}, mostSlow)}
	if s.rates == nil {
		s.rates = NewRates(e.Now)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

func (s *server) routes(all []operation) http.Handler {
	byPath := make(map[string][]operation)
	for _, op := range all {
		byPath[op.Path] = append(byPath[op.Path], op)
	}
	mux := http.NewServeMux()
	for below, ops := range byPath {
		mux.HandleFunc(Prefix+below, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, ops) })
	}
	document, page := documentJSON(all), newPage(all)
	public := func(below string, show http.HandlerFunc) {
		mux.HandleFunc(Prefix+below, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && r.Method != http.MethodHead {
				write(w, r, notAllowed("GET, HEAD").answer())
				return
			}
			show(w, r)
		})
	}
	public(documentPath, func(w http.ResponseWriter, r *http.Request) {
		write(w, r, answer{status: http.StatusOK, header: map[string]string{"Content-Type": jsonType}, body: document})
	})
	public(pagePath, page)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		write(w, r, newProblem(codeNotFound, "There is nothing at this address. "+Prefix+pagePath+" lists what there is.").answer())
	})
	compressed := gzhttp.GzipHandler(exact(mux)) // a page of events is a megabyte
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Vary", "Accept, Authorization")
		h.Set("Cache-Control", "private, no-cache") // a copy is asked for with its ETag each time
		compressed.ServeHTTP(w, r)
	})
}

// exact answers only addresses as they are written. The mux would lead one in which an ID is missing to another operation.
func exact(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := r.URL.EscapedPath(); path.Clean(at) != at {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/", ""
		}
		mux.ServeHTTP(w, r)
	})
}

// serve answers a request to a path with some operations.
func (s *server) serve(w http.ResponseWriter, r *http.Request, ops []operation) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	i := slices.IndexFunc(ops, func(op operation) bool { return op.Method == method })
	if i < 0 {
		var allowed []string
		for _, op := range ops {
			allowed = append(allowed, op.Method)
			if op.Method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
		write(w, r, notAllowed(strings.Join(allowed, ", ")).answer())
		return
	}
	write(w, r, s.answer(w, r, ops[i]))
}

// answer does what a request asks for, if its token may.
func (s *server) answer(w http.ResponseWriter, r *http.Request, op operation) (a answer) {
	c := &call{engine: s.engine, op: op, r: r}
	defer func() {
		if fault := recover(); fault != nil {
			a = s.failed(c, fmt.Errorf("panic: %v", fault), "stack", string(debug.Stack()))
		}
	}()
	if refused := s.admit(c); refused != nil {
		return refused.answer()
	}
	if refused := c.read(w); refused != nil {
		return refused.answer()
	}
	ctx := r.Context()
	if op.Writes {
		ctx = context.WithoutCancel(ctx) // what has begun is finished, and its answer kept
	}
	ctx, cancel := context.WithTimeout(app.WithActor(ctx, c.use.Actor), timeLimit)
	defer cancel()
	c.Context = ctx
	if few := s.few(op); few != nil {
		select {
		case few <- struct{}{}:
			defer func() { <-few }()
		default:
			return newProblem(codeBusy, "Too many long operations run. Try again in some seconds.").retryAfter(5 * time.Second).answer()
		}
	}
	if op.Writes {
		return s.once(c)
	}
	return s.do(c)
}

// admit finds out who asks, and says whether they may.
func (s *server) admit(c *call) *problem {
	secret, refused := bearer(c.r)
	if refused != nil {
		return refused
	}
	use, err := s.engine.UseToken(c.r.Context(), secret)
	switch {
	case errors.Is(err, app.ErrTokenUnknown):
		return newProblem(codeTokenUnknown, "The token is unknown. Create one with regwatch token create, or under Tokens in the console.")
	case errors.Is(err, app.ErrTokenExpired):
		return newProblem(codeTokenExpired, "The token has expired. Create another one.")
	case errors.Is(err, app.ErrTokenRevoked):
		return newProblem(codeTokenRevoked, "The token was revoked.")
	case errors.Is(err, app.ErrTokenDisabled):
		return newProblem(codeTokenDisabled, "The user of the token is disabled or was removed.")
	case err != nil:
		return s.problemOf(c, err)
	}
	c.use = use
	if wait := s.rates.Wait(use.ID, c.cost()); wait > 0 {
		return newProblem(codeTooMany, fmt.Sprintf("The token sends too many requests: at most %d a second, and %d at once.", perSecond, atOnce)).retryAfter(wait)
	}
	if !use.Allows(c.op.Scope) {
		return newProblem(codeWrongScope, fmt.Sprintf("This needs the scope %s, and the token has %s.", c.op.Scope, scopeList(use.Scopes)))
	}
	return nil
}

// few has an element for each operation of the kind that runs, if only few may run at once.
func (s *server) few(op operation) chan struct{} {
	switch {
	case op.Slow:
		return s.slow
	case op.Checks:
		return s.checks
	}
	return nil
}

// cost is how many requests a call counts as. A query for the articles of events reads their texts, as a search of articles does.
func (c *call) cost() int {
	if c.op.ID == "listEvents" && c.r.URL.Query().Get("q") != "" {
		return SlowCost / 4
	}
	return max(1, c.op.Cost)
}

func scopeList(scopes []app.TokenScope) string {
	var texts []string
	for _, s := range scopes {
		texts = append(texts, string(s))
	}
	return strings.Join(texts, ", ")
}

// bearer returns the token of a request.
func bearer(r *http.Request) (string, *problem) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return "", newProblem(codeTokenMissing, "Send the token in the header Authorization: Bearer "+app.TokenPrefix+"…")
	}
	kind, secret, _ := strings.Cut(given[0], " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(kind, "Bearer") || !strings.HasPrefix(secret, app.TokenPrefix) {
		return "", newProblem(codeTokenUnknown, "The header Authorization has no token. Write it as Bearer "+app.TokenPrefix+"…")
	}
	return secret, nil
}

// do runs the operation and answers with its result.
func (s *server) do(c *call) (a answer) {
	defer func() {
		if fault := recover(); fault != nil {
			a = s.failed(c, fmt.Errorf("panic: %v", fault), "stack", string(debug.Stack()))
		}
	}()
	result, err := c.op.handle(c)
	if err != nil {
		return s.problemOf(c, err).answer()
	}
	if a, err = c.answerWith(result); err != nil {
		return s.failed(c, err)
	}
	return a
}

func (s *server) failed(c *call, err error, more ...any) answer {
	if !errors.Is(err, context.Canceled) {
		s.log.With(more...).ErrorContext(c.r.Context(), "api request failed", "operation", c.op.ID, "token", c.use.ID, "error", err)
	}
	return newProblem(codeFailed, "regwatch could not do this. Its log says why.").answer()
}

func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }
