package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/relevance"
)

// inUse returns rules with the relevance models and the exceptions in use.
func (f *Folder) inUse(set *rules.Set) *rules.Set {
	return f.models.in(set).WithExceptions(f.exceptions.compiled)
}

// acceptedModels are the relevance models that people accepted and that are in use, by rule.
type acceptedModels struct {
	stored []models.RelevanceModel // also those that cannot be read
	read   map[string]*relevance.Model
}

// in returns a set of rules with the models.
func (m acceptedModels) in(set *rules.Set) *rules.Set { return set.WithModels(m.read) }

// version returns the version of the accepted model of a rule; empty if it has none.
func (m acceptedModels) version(ruleID string) string {
	for _, stored := range m.stored {
		if stored.RuleID == ruleID {
			return stored.Version
		}
	}
	return ""
}

// An unusableModel is a stored model that this version of regwatch cannot read.
type unusableModel struct {
	models.RelevanceModel
	err error
}

// readModels reads stored models. The rules of those that cannot be read keep the shipped models.
func readModels(stored []models.RelevanceModel) (acceptedModels, []unusableModel) {
	all := acceptedModels{stored: stored, read: make(map[string]*relevance.Model)}
	var unusable []unusableModel
	for _, m := range stored {
		read, err := relevance.Parse([]byte(m.File))
		if err != nil {
			unusable = append(unusable, unusableModel{m, err})
			continue
		}
		all.read[m.RuleID] = read
	}
	return all, unusable
}

func logUnusable(ctx context.Context, log *slog.Logger, m unusableModel) {
	log.ErrorContext(ctx, "the accepted relevance model cannot be used by this version of regwatch: the shipped one is used in its place", "rule", m.RuleID, "model", m.Version, "error", m.err)
}

// useFolder takes a folder into use, with the relevance models that people accepted and the exceptions in force. nil is
// the folder in force. If they cannot be read from the database, those of before stay in use.
func (a *App) useFolder(ctx context.Context, next *Folder) error {
	a.using.Lock()
	defer a.using.Unlock()
	now := a.Folder()
	stored, err := a.store.ModelsInUse(ctx)
	if err != nil {
		stored = now.models.stored
	}
	exceptions, exceptionsErr := a.store.ExceptionsInForce(ctx, a.now().UTC())
	if exceptionsErr != nil {
		exceptions = now.exceptions.stored
	}
	err = errors.Join(err, exceptionsErr)
	excepted := !slices.Equal(now.exceptions.stored, exceptions)
	changed := !slices.EqualFunc(now.models.stored, stored, func(a, b models.RelevanceModel) bool { return a.RuleID == b.RuleID && a.Version == b.Version })
	if next == nil {
		next = now
	}
	if next == now && !changed && !excepted {
		return err
	}
	used := *next
	var unusable []unusableModel
	used.models, unusable = readModels(stored)
	used.exceptions = now.exceptions
	if excepted {
		used.exceptions = readExceptions(ctx, a.log, exceptions)
	}
	used.Rules = used.inUse(used.shipped)
	a.files.current.Store(&used)
	if excepted {
		logExceptions(ctx, a.log, now.exceptions.stored, exceptions)
	}
	if changed {
		for _, m := range unusable {
			logUnusable(ctx, a.log, m)
		}
		logModels(ctx, a.log, now.models, used.models)
	}
	return err
}

// logModels logs which models are in use now that were not before.
func logModels(ctx context.Context, log *slog.Logger, before, after acceptedModels) {
	for _, m := range after.stored {
		if after.read[m.RuleID] != nil && before.version(m.RuleID) != m.Version {
			log.InfoContext(ctx, "relevance model in use", "rule", m.RuleID, "model", m.Version, "accepted_by", m.DecidedBy)
		}
	}
	for _, m := range before.stored {
		if after.version(m.RuleID) == "" {
			log.InfoContext(ctx, "relevance model taken out of use: the shipped one is in use again, if the rule has one", "rule", m.RuleID, "model", m.Version)
		}
	}
}

// modelsEvery is how often a running engine looks for models and exceptions that people changed elsewhere.
const modelsEvery = 2 * time.Second

// watchDecisions takes relevance models and exceptions into use that people change elsewhere, and exceptions out of use
// that expire, until the context ends.
func (e *Engine) watchDecisions(ctx context.Context) {
	ticker := time.NewTicker(modelsEvery)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := e.useFolder(ctx, nil)
		if err != nil && !failing && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "the relevance models and exceptions in use were not read: those of before stay in use", "error", err)
		}
		failing = err != nil
	}
}

// exceptionsInForce are the exceptions that the rules in use have.
type exceptionsInForce struct {
	stored   []models.Exception
	compiled *rules.Exceptions
}

// readExceptions compiles exceptions. Those that this version of regwatch does not understand hold nothing.
func readExceptions(ctx context.Context, log *slog.Logger, stored []models.Exception) exceptionsInForce {
	compiled, err := rules.CompileExceptions(stored)
	logUnusableExceptions(ctx, log, err)
	return exceptionsInForce{stored, compiled}
}

func logUnusableExceptions(ctx context.Context, log *slog.Logger, err error) {
	if err != nil {
		log.ErrorContext(ctx, "exceptions cannot be used by this version of regwatch: they hold nothing; write them again", "error", err)
	}
}

// logExceptions logs which exceptions are in force now that were not before, and which are not any more.
func logExceptions(ctx context.Context, log *slog.Logger, before, after []models.Exception) {
	in := func(all []models.Exception, x models.Exception) bool {
		return slices.ContainsFunc(all, func(other models.Exception) bool { return other.ID == x.ID })
	}
	for _, x := range after {
		if !in(before, x) {
			log.InfoContext(ctx, "exception in force", "exception", x.ID, "scope", x.Scope, "target", x.Target, "query", x.Query, "by", x.By)
		}
	}
	for _, x := range before {
		if !in(after, x) {
			log.InfoContext(ctx, "exception no longer in force", "exception", x.ID, "scope", x.Scope, "target", x.Target, "query", x.Query)
		}
	}
}
