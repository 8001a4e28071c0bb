// Package app opens a regwatch folder and offers everything that people do with it.
//
// Start with [Open] for the use cases that read and change what is stored, and
// [App.NewEngine] for what scans and delivers. There is one file for each noun:
// events, rules, sources, deliveries and so on. Each use case takes plain values and
// returns plain values with JSON tags. None of them prints.
//
// The command line, the web pages and Slack's buttons call this package, so that a
// thing is done in the same way wherever a person asks for it. The package decides
// nothing about articles: packages rules, events and notifier do.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"regwatch/app/instances"
	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/password"
	"regwatch/internal/redact"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/sources/fetch"
	"regwatch/store"
)

// An App is one folder: the files that people edit in it, and its database. Its
// methods may be called at the same time.
type App struct {
	dir   string
	files *files
	store *store.Store
	log   *slog.Logger
	now   func() time.Time
	clock *instances.Clock // of the database; nil where programs share no work
	wake  func()           // makes the engine look for what is due, if there is one

	counter   eventCounter
	passwords *password.Hasher

	instance string // the ID of this program among those that run; empty without an Engine

	saving sync.Mutex // one rule is saved at a time
	using  sync.Mutex // one folder, or one set of relevance models, is taken into use at a time
}

// Open reads the folder dir and opens its database. If a file has mistakes, the error is
// a diag.Problems that names all of them. The caller closes the App.
func Open(ctx context.Context, dir string, log *slog.Logger) (*App, error) {
	files, problems := openFiles(dir)
	if len(problems) > 0 {
		return nil, problems
	}
	a := &App{dir: dir, files: files, log: log, now: machineClock, wake: func() {}, passwords: password.New()}
	s, err := openStore(ctx, a.Config(), log)
	if err != nil {
		return nil, err
	}
	a.store = s
	if err := a.useClock(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := a.useFolder(ctx, a.Folder()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return a, nil
}

// clockOffset is a duration by which the clock of this machine is wrong, for tests of programs
// on several machines: they set it by the linker.
var clockOffset string

// machineClock is the clock of this machine.
func machineClock() time.Time {
	wrong, _ := time.ParseDuration(clockOffset)
	return time.Now().Add(wrong)
}

// Close closes the database.
func (a *App) Close() error { return a.store.Close() }

// Folder returns what the files in force say. The caller must not change it.
func (a *App) Folder() *Folder { return a.files.get() }

// Config returns the regwatch.yaml in force. The caller must not change it.
func (a *App) Config() *configs.Config { return a.Folder().Config }

// Zone is the time zone in which people read times.
func (a *App) Zone() *time.Location { return a.Config().Location() }

func (a *App) routing() models.Routing { return a.Config().Routing() }

func openStore(ctx context.Context, c *configs.Config, log *slog.Logger) (*store.Store, error) {
	if dsn := c.Database.DSN; dsn.IsSet() {
		if _, err := dsn.Reveal(); err != nil {
			missing, _ := c.CheckSecrets()
			return nil, missing // with the place of each, the database's among them
		}
	}
	options, err := storeOptions(c, log)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, options)
}

func storeOptions(c *configs.Config, log *slog.Logger) (store.Options, error) {
	if !c.Database.DSN.IsSet() {
		return store.Options{Path: c.Database.Path, Log: log}, nil
	}
	dsn, err := c.Database.DSN.Reveal()
	if err != nil {
		return store.Options{}, fmt.Errorf("database.dsn: %w", err)
	}
	return store.Options{DSN: dsn, Log: log}, nil
}

// AcceptDataLoss makes a database that has lost data one that Open opens, and records the
// loss in the audit in the name of by. A folder with mistakes is left for Open to report.
func AcceptDataLoss(ctx context.Context, dir, by string, log *slog.Logger) (err error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return nil
	}
	options, err := storeOptions(folder.Config, log)
	if err != nil {
		return err
	}
	options.AcceptDataLoss = true
	s, err := store.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	loss := s.DataLoss()
	if loss == nil {
		return nil
	}
	log.ErrorContext(ctx, "the loss of data was accepted", "database", loss.Path, "expected_entry", loss.Expected, "found_entry", loss.Found)
	return s.RecordDataLoss(ctx, loss, by, time.Now().UTC())
}

// ruleTitles returns the titles of the rules in force, by their IDs.
func (a *App) ruleTitles() map[string]string {
	titles := make(map[string]string)
	for _, r := range a.Folder().Rules.Rules() {
		titles[r.ID] = r.Title
	}
	return titles
}

// sourceNames returns the names of the sources of the folder, by their IDs.
func (a *App) sourceNames() map[string]string {
	names := make(map[string]string)
	for _, src := range a.Folder().Sources {
		names[src.ID] = src.Name
	}
	return names
}

// requireRule refuses the ID of a rule that is not in force.
func (a *App) requireRule(id string) error {
	var ids []string
	for _, r := range a.Folder().Rules.Rules() {
		ids = append(ids, r.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return inputError("rule %q does not exist%s; regwatch rules lists them", id, yamlnode.DidYouMean(id, ids))
}

// requireSource refuses the ID of a source that the folder does not have.
func (a *App) requireSource(id string) error {
	var ids []string
	for _, src := range a.Folder().Sources {
		ids = append(ids, src.ID)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return inputError("source %q does not exist%s; regwatch sources lists them", id, yamlnode.DidYouMean(id, ids))
}

// requireStoredRule is like requireRule, but accepts a rule that was in force once.
func (a *App) requireStoredRule(ctx context.Context, id string) error {
	unknown := a.requireRule(id)
	if unknown == nil {
		return nil
	}
	revisions, err := a.store.RuleRevisions(ctx, id)
	if err != nil || len(revisions) > 0 {
		return err
	}
	return unknown
}

// requireStoredSource is like requireSource, but accepts a source that was scanned once.
func (a *App) requireStoredSource(ctx context.Context, id string) error {
	unknown := a.requireSource(id)
	if unknown == nil {
		return nil
	}
	states, err := a.store.SourceStates(ctx)
	if err != nil || slices.ContainsFunc(states, func(s models.SourceState) bool { return s.SourceID == id }) {
		return err
	}
	return unknown
}

// optionalTime is a time for JSON; a zero one is left out.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// An InputError means that a request has a mistake.
type InputError = diag.InputError

func inputError(format string, args ...any) error { return diag.Inputf(format, args...) }

// refused makes an InputError of an error.
func refused(err error) error {
	text, ok := ErrorText(err)
	if !ok {
		text = diag.Textf("%s", err)
	}
	return diag.RefusedFor(err, text)
}

// bare returns the error of a type within err, without what was being done. The text of
// such an error says that itself.
func bare[E error](err error) error {
	if e, ok := errors.AsType[E](err); ok {
		return e
	}
	return err
}

// IsNotFound reports whether an error says that what was asked for by its ID or name does not
// exist, or that several have such an ID.
func IsNotFound(err error) bool {
	mute, isMute := errors.AsType[*store.NoMuteError](err)
	link, isLink := errors.AsType[*store.NoLinkError](err)
	if isMute && mute.Mute == nil || isLink && link.Link == nil {
		return true
	}
	return errors.Is(err, ErrEventGone) || is[*store.NoEventError](err) || is[*store.NoArticleError](err) || is[*store.UnknownDeliveryError](err) ||
		is[*store.NoNoteError](err) || is[*store.NoFilterError](err) || is[*store.NoUserError](err) ||
		is[*store.NoImportError](err) || is[*store.NoExceptionError](err) || is[*store.NoTokenError](err) || is[*NoDigestError](err) ||
		is[*store.NoReportError](err) || is[*store.NoReportVersionError](err)
}

// IsAlreadyUndone reports whether an error says that there is nothing to undo or to remove any
// more, as after a form that was sent twice.
func IsAlreadyUndone(err error) bool {
	return is[*store.NotAssignedError](err) || is[*store.NoFeedbackError](err) || is[*store.NoMuteError](err) || is[*store.NotClosedError](err) ||
		is[*store.NoNoteError](err) || is[*store.NoLinkError](err) || is[*store.NoFilterError](err)
}

// IsDecided reports whether an error says that somebody has decided before, so that nothing was
// changed.
func IsDecided(err error) bool {
	return is[*DecidedError](err) || is[*DeliveryDecidedError](err) || is[*store.UserExistsError](err)
}

// IsRefused reports whether an error says that what was asked for does not go together with what is
// stored, such as feedback on a rule that did not raise the event.
func IsRefused(err error) bool {
	return is[*store.NotRaisedError](err) || is[*store.UserDisabledError](err)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// DeliveryErrorIn says in a language why a delivery failed or was dropped, from what is stored with it. Ours is false if the
// text is not one of regwatch but that of a server, which is returned as it is.
func DeliveryErrorIn(stored, lang string) (text string, ours bool) {
	return render.StoredFailure(stored, lang)
}

// ErrorText returns what an error says, for readers of any language. Ok is false if it says it in English alone.
func ErrorText(err error) (text diag.Text, ok bool) {
	if said, ok := errors.AsType[interface {
		error
		Text() diag.Text
	}](err); ok {
		return said.Text(), true
	}
	return "", false
}

// ReadingErrorIn says in a language why a source or a page could not be read. Ok is false if an error is of another kind.
func ReadingErrorIn(err error, lang string) (text string, ok bool) {
	fault, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return "", false
	}
	return redact.Text(render.Failure(models.Failure{Kind: fault.Failure(), Args: models.FailureArgs{Text: fault.Text}}, lang)), true
}
