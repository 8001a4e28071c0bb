package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzhttp"

	"regwatch/app"
	"regwatch/internal/diag"
)

// Options say how the console is served.
type Options struct {
	Log *slog.Logger // nil logs nothing
}

// A Console serves the pages of one engine. Its methods may be called at the same time.
type Console struct {
	engine   *app.Engine
	log      *slog.Logger
	live     *live
	jobs     *jobs
	checked  atomic.Pointer[auditVerdict] // the last check of the audit; nil: none since the start
	effects  effects
	unstored notebook // what was done while the database could not store it
	pages    http.Handler
	sets     templateSets
}

// The limits of a request's body, in bytes. A rule is the largest thing that people send.
const (
	maxForm = 64 << 10
	maxRule = 1 << 20
)

// New returns the pages of an engine. The context of a request says who the actor is
// (app.WithActor); package login finds that out, and refuses what other sites send. It observes every scan from here on, so call it before
// the engine runs.
func New(e *app.Engine, o Options) (*Console, error) {
	sets, err := parseTemplates()
	if err != nil {
		return nil, err
	}
	c := &Console{engine: e, log: o.Log, live: newLive(e.Now), jobs: newJobs(e.Now), sets: sets}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	e.Observe(app.Observer{Scanned: c.live.scanned})
	c.pages = guarded(gzhttp.GzipHandler(c.routes()))
	return c, nil
}

// Stop ends the connections that wait for news and the work that pages started, so that a
// server can stop.
func (c *Console) Stop() {
	c.live.stop()
	c.jobs.end()
}

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.pages.ServeHTTP(w, r) }

// guarded makes browsers run nothing but our own script, load nothing from elsewhere and keep
// no copy of a page.
func guarded(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		next.ServeHTTP(w, r)
	})
}

func (c *Console) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", http.RedirectHandler("/inbox", http.StatusSeeOther))
	mux.HandleFunc("GET /favicon.ico", favicon)
	mux.HandleFunc("GET /static/{hash}/{name}", static)
	page := func(pattern string, show handler) { mux.Handle(pattern, c.page(maxForm, show)) }

	page("GET /inbox", c.showInbox)
	page("GET /inbox/news", c.showNews)
	page("GET /live", func(w http.ResponseWriter, v *visit) error { c.live.serve(w, v.Request); return nil })
	page("POST /act", c.act)
	page("GET /go", c.showPalette)
	page("GET /mute", c.showMuteForm)
	page("POST /mute", c.mute)
	page("POST /filters", c.changeFilters)

	page("GET /events/{id}", c.showEvent)
	page("GET /events/{id}/dates.ics", c.serveDates)
	page("GET /events/{id}/evidence", c.serveEvidence)
	page("GET /events/{id}/evidence.json", c.serveEvidence)
	page("GET /events/{id}/grouping", c.showGrouping)
	page("POST /events/{id}/grouping", c.changeGrouping)
	page("GET /events/{id}/words", c.useWords)
	page("GET /events/{id}/exception", c.showException)
	page("POST /events/{id}/exception", c.changeException)
	page("GET /events/{event}/articles/{article}/changes", c.showChanges)
	page("GET /articles/{id}", c.showArticle)

	rule := func(pattern string, show handler) { mux.Handle(pattern, c.page(maxRule, show)) }
	page("GET /rules", c.showRules)
	page("GET /rules/new", c.showNewRule)
	page("POST /rules/new", c.startRule)
	page("GET /rules/updates", c.showUpdates)
	page("POST /rules/updates", c.acceptUpdates)
	page("GET /lists/{name...}", c.showSharedFile)
	page("GET /rules/words.json", c.serveRuleWords)
	page("GET /rules/{id}", c.showRule)
	rule("POST /rules/{id}", c.saveRule)
	rule("POST /rules/{id}/check", c.checkRule)
	rule("POST /rules/{id}/merge", c.mergeRule)
	rule("POST /rules/{id}/discard", c.discardDraft)
	page("GET /rules/{id}/history", c.showRuleHistory)
	page("POST /rules/{id}/restore", c.restoreRule)
	page("GET /rules/{id}/proposals", c.showProposals)
	page("POST /rules/{id}/proposals", c.decideProposal)
	rule("POST /rules/{id}/propose", c.proposeRule)
	page("POST /rules/{id}/changes", c.decideChange)
	page("GET /rules/{id}/term", c.showTerm)
	page("POST /rules/{id}/term", c.saveTerm)

	page("GET /settings", c.showSettings)
	page("POST /settings", c.changeSettings)
	page("POST /settings/password", c.changePassword)
	page("POST /settings/sessions", c.endSessions)

	page("GET /calendar", c.showCalendar)
	page("GET /calendar/subscribe", c.showSubscribe)
	page("GET /reports", c.showReports)
	page("POST /reports", c.startReport)
	page("GET /reports/{id}", c.showReport)
	mux.Handle("POST /reports/{id}", c.page(maxReport, c.changeReport))
	page("GET /reports/{id}/export", c.exportReport)
	page("GET /sources", c.showSources)
	page("POST /sources", c.scanAll)
	page("GET /sources/new", c.showNewSource)
	page("POST /sources/new", c.saveNewSource)
	page("POST /sources/find", c.findSource)
	page("GET /sources/{id}", c.showSource)
	page("POST /sources/{id}", c.actOnSource)

	page("GET /sent", c.showSent)
	page("POST /sent", c.actOnSent)
	page("GET /sent/digests", c.showDigests)
	page("POST /sent/digests", c.resendDigest)
	page("GET /sent/subscriptions", c.showSubscriptions)
	page("POST /sent/subscriptions", c.changeSubscription)
	page("GET /sent/mutes", c.showMutes)
	page("POST /sent/mutes", c.changeMutes)
	page("GET /sent/{id}", c.showMessage)
	page("GET /audit", c.showAudit)
	page("POST /audit", c.verifyAudit)
	page("GET /audit/head", c.showHead)
	page("GET /status", c.showStatus)
	page("GET /users", c.showUsers)
	page("POST /users", c.changeUsers)
	page("GET /tokens", c.showTokens)
	page("POST /tokens", c.changeTokens)
	page("GET /keys", c.showKeys)

	page("/", func(w http.ResponseWriter, v *visit) error { return errNoPage })
	return mux
}

// A handler answers a visit. An error becomes a page that says what is wrong.
type handler func(http.ResponseWriter, *visit) error

// errNoPage means that there is no such page.
var errNoPage = errors.New("there is no page at this address")

// page answers with what show writes, or with a page about its error.
func (c *Console) page(maxBody int64, show handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v := c.newVisit(r)
		defer func() {
			if fault := recover(); fault != nil {
				c.showError(w, v, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
			}
		}()
		if r.Method == http.MethodPost {
			if err := v.ParseForm(); err != nil {
				c.showError(w, v, err)
				return
			}
		}
		if err := show(w, v); err != nil {
			c.showError(w, v, err)
		}
	})
}

// A problem is a page that says why something did not work.
type problem struct {
	Title  string
	Lines  []string // what is wrong; may come from package app, in English
	Links  []problemLink
	Reopen string // the address of a report whose next version the reader may write
	Unsafe bool   // the program failed, and a person can only try again
}

// A problemLink leads to what helps.
type problemLink struct{ Address, Text string }

// showError shows why a request failed. A fault of the program is logged.
func (c *Console) showError(w http.ResponseWriter, v *visit, err error) {
	if errors.Is(err, context.Canceled) {
		return // nobody waits for an answer any more
	}
	code, p := http.StatusInternalServerError, problem{Title: v.T("This page could not be loaded"), Unsafe: true}
	missing, noEvent := errors.AsType[*app.NoEventError](err)
	forbidden, isForbidden := errors.AsType[*app.ForbiddenError](err)
	gone, isGone := errors.AsType[*missingError](err)
	unknown, isSent := unknownRecord(err)
	decided, isDecided := decidedBefore(err)
	article, noArticle := errors.AsType[*app.NoArticleError](err)
	input, isInput := errors.AsType[*app.InputError](err)
	large, tooLarge := errors.AsType[*http.MaxBytesError](err)
	conflict, isConflict := errors.AsType[*app.ConflictError](err)
	altered, isAltered := errors.AsType[*app.ReportAlteredError](err)
	problems, isProblems := errors.AsType[diag.Problems](err)
	switch {
	case isForbidden:
		code, p = http.StatusForbidden, problem{Title: v.T("You may not do this"), Lines: v.forbidden(forbidden)}
	case errors.Is(err, errBusy):
		code, p = http.StatusTooManyRequests, problem{Title: v.T("Too much is running"), Lines: []string{v.T("Try again when some of it has ended.")}}
	case errors.Is(err, errNoPage):
		code, p = http.StatusNotFound, problem{Title: v.T("There is no page at this address")}
	case noEvent:
		code, p = http.StatusNotFound, problem{Title: v.T("This event is not stored"), Lines: v.explain(missing)}
	case isGone:
		code, p = http.StatusNotFound, problem{Title: gone.title}
	case isSent:
		code, p = http.StatusNotFound, problem{Title: v.T("This message is not stored"), Lines: v.explain(unknown)}
	case isDecided:
		code, p = http.StatusConflict, problem{Title: v.T("Somebody decided before"), Lines: v.explain(decided)}
	case noArticle:
		code, p = http.StatusNotFound, problem{Title: v.T("This article is not stored"), Lines: v.explain(article)}
	case errors.Is(err, errNoRule):
		code, p = http.StatusNotFound, problem{Title: v.T("There is no rule with this ID")}
	case app.IsLastAdmin(err):
		code, p = http.StatusConflict, problem{Title: v.T("The last admin with a password stays."), Lines: []string{v.T("Make another user admin first.")}}
	case isConflict:
		code, p = http.StatusConflict, problem{Title: v.T("The file was changed"), Lines: v.explain(conflict)}
	case app.IsAlreadyUndone(err):
		code, p = http.StatusConflict, problem{Title: v.T("Somebody decided before"), Lines: v.explain(err)}
	case app.IsNotFound(err):
		code, p = http.StatusNotFound, problem{Title: v.T("This is not stored"), Lines: v.explain(err)}
	case isInput:
		code, p = http.StatusUnprocessableEntity, problem{Title: v.T("That did not work"), Lines: []string{v.text(input.Text())}}
	case tooLarge:
		code, p = http.StatusRequestEntityTooLarge, problem{Title: v.T("That is too large"), Lines: []string{v.T("The most that can be sent is %d kB.", large.Limit/1024)}}
	case isAltered:
		code, p = http.StatusConflict, v.alteredReport(altered)
		c.log.ErrorContext(v.Context(), "report altered", "report", altered.ReportID, "version", altered.Number, "error", err)
	case isProblems:
		code, p = http.StatusUnprocessableEntity, problem{Title: v.T("That did not work"), Lines: v.problemLines(problems)}
	default:
		c.log.ErrorContext(v.Context(), "page failed", "page", v.URL.Path, "error", err)
	}
	c.show(w, v, code, "problem", p.Title, p)
}

// explain says in the language of the reader what an error means, by its kind. The words of the program
// itself, which are English, stay for what has no kind and for what people look up.
func (v *visit) explain(err error) []string {
	if e, ok := errors.AsType[*app.NoEventError](err); ok && len(e.Among) == 0 {
		return []string{v.T("No event has the ID %s. It may have been shortened in a link.", e.ID)}
	}
	if e, ok := errors.AsType[*app.NoArticleError](err); ok && len(e.Among) == 0 {
		return []string{v.T("No article has the ID %s. It may have been shortened in a link.", e.ID)}
	}
	if e, ok := errors.AsType[*app.NoNoticeError](err); ok {
		return []string{v.T("No message has the ID %s. It may have been shortened in a link.", e.ID)}
	}
	if e, ok := errors.AsType[*app.MandatoryError](err); ok {
		return []string{v.T("%s is mandatory, so %s stays subscribed.", e.Subscription, e.Address)}
	}
	if e, ok := errors.AsType[*app.NoMuteError](err); ok && e.Mute != nil {
		if e.Mute.EndedBy != "" {
			return []string{v.T("%s has ended this mute already.", e.Mute.EndedBy)}
		}
		return []string{v.T("This mute is over.")}
	}
	if e, ok := errors.AsType[*app.NoExceptionError](err); ok && e.Exception != nil {
		if e.Exception.EndedBy != "" {
			return []string{v.T("%s has removed this exception already.", e.Exception.EndedBy)}
		}
		return []string{v.T("This exception is over.")}
	}
	if e, ok := errors.AsType[*app.ConflictError](err); ok {
		if e.Hash == "" {
			return []string{v.T("The file of the rule %s is gone. Nothing was saved.", e.ID)}
		}
		return []string{v.T("Somebody else changed the rule %s. Nothing was saved.", e.ID)}
	}
	if app.IsAlreadyUndone(err) {
		return []string{v.T("There is nothing left to undo: it was undone before, or somebody has changed it since.")}
	}
	return v.errorLines(err)
}

// errorLines says what an error says. What it says in English alone, as the operating system does, is quoted to readers of
// other languages.
func (w words) errorLines(err error) []string {
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		return w.problemLines(problems)
	}
	if text, ok := app.ReadingErrorIn(err, w.Lang); ok {
		return []string{text}
	}
	if text, ok := app.ErrorText(err); ok {
		return []string{w.text(text)}
	}
	return []string{w.quoted(err.Error())}
}

// errorLine is errorLines in one line.
func (w words) errorLine(err error) string { return strings.Join(w.errorLines(err), " ") }

// deliveryError says why a delivery failed or was dropped. The answer of a server is quoted.
func (w words) deliveryError(stored string) string {
	text, ours := app.DeliveryErrorIn(stored, w.Lang)
	if ours {
		return text
	}
	return w.quoted(text)
}

// quoted marks a text as English that regwatch did not write, for readers of other languages.
func (w words) quoted(text string) string {
	if w.Lang == "en" || text == "" {
		return text
	}
	return w.T("“%s”", text)
}

// problemLines says what is wrong in files, one line for each mistake.
func (w words) problemLines(problems diag.Problems) []string {
	var lines []string
	for _, p := range problems.Sorted() {
		what, want := p.Texts()
		p.What, p.Want = w.text(what), w.text(want)
		lines = append(lines, p.String())
	}
	return lines
}

// unknownRecord reports whether an error says that a message, a mute or an exception does not
// exist.
func unknownRecord(err error) (error, bool) {
	if e, ok := errors.AsType[*app.NoNoticeError](err); ok {
		return e, true
	}
	e, ok := errors.AsType[*app.UnknownDeliveryError](err)
	return e, ok
}

// decidedBefore reports whether an error says that what was to be changed is no longer so.
func decidedBefore(err error) (error, bool) {
	if e, ok := errors.AsType[*app.DeliveryDecidedError](err); ok {
		return e, true
	}
	if e, ok := errors.AsType[*app.NoMuteError](err); ok {
		return e, true
	}
	if e, ok := errors.AsType[*app.MandatoryError](err); ok {
		return e, true
	}
	e, ok := errors.AsType[*app.NoExceptionError](err)
	return e, ok
}
