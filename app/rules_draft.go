package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/rules/reading"
	"regwatch/rules/syntax"
	"regwatch/scanner"
)

// A StartedRule is a new rule with what it would do.
type StartedRule struct {
	SavedRule
	Reading  RuleReading   `json:"reading"`
	Archive  bool          `json:"examples_from_archive"` // its examples are titles of stored articles
	Backtest Backtest      `json:"backtest"`
	Warnings diag.Problems `json:"warnings"`
	Related  []RelatedTerm `json:"related"` // words that it may lack
}

// newestHits and relatedWords are how many are shown for a new rule.
const (
	newestHits   = 5
	relatedWords = 5
)

// StartRule writes the file of a new rule like [NewRule], with titles of stored articles as its examples, and says what
// the rule would have done since a time; or with all imported articles, if no scan has stored one.
func (a *App) StartRule(ctx context.Context, r NewRuleRequest, since BacktestRequest) (StartedRule, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return StartedRule{}, err
	}
	if err := a.indexTexts(ctx, since.Progress); err != nil {
		return StartedRule{}, err
	}
	if err := a.addExamples(ctx, &r); err != nil {
		return StartedRule{}, err
	}
	if err := CheckNewRule(a.dir, r.ID); err != nil {
		return StartedRule{}, err
	}
	saved, err := writeNewRule(a.dir, r, func(text []byte) error {
		set, err := a.loadOne(r.ID, r.ID+".yaml", text)
		if err != nil {
			return err
		}
		return a.store.RecordRuleSave(ctx, r.ID, "", fileHash(text), r.By, a.now().UTC(), set.Revisions()...)
	})
	if err != nil {
		return StartedRule{}, err
	}
	saved.NotCommitted = a.commitRule(ctx, r.ID+".yaml", r.By)
	started := StartedRule{SavedRule: saved, Archive: len(r.match) > 0, Warnings: diag.Problems{}}
	text, err := os.ReadFile(saved.File)
	if err != nil {
		return started, err
	}
	set, err := a.loadOne(r.ID, saved.File, text)
	if err != nil {
		return started, err
	}
	started.Reading = readingOf(set, set.Rules()[0], a.Config().Digests, "en")
	started.Warnings = append(started.Warnings, userfile.Below(a.dir, "rules", lint.Check(set))...)
	since.RuleID, since.Draft, since.DraftName, since.Newest = r.ID, text, saved.File, newestHits
	if started.Backtest, err = a.BacktestRule(ctx, since); err != nil {
		return started, err
	}
	if imported := started.Backtest.ImportedSince; !imported.IsZero() {
		since.By, since.Since = ByPublished, imported
		if started.Backtest, err = a.BacktestRule(ctx, since); err != nil {
			return started, err
		}
	}
	related, err := a.findRelated(ctx, scanner.RelatedQuery{
		Rules: set, RuleID: r.ID, Sources: a.Folder().Sources, Limit: relatedWords, Progress: progressOf(since.Progress, "looking for related words"),
	})
	started.Related = related.Terms
	return started, err
}

// addExamples takes the examples of a new rule from the titles of stored articles.
func (a *App) addExamples(ctx context.Context, r *NewRuleRequest) error {
	_, draft, err := newRuleText(a.dir, *r)
	if err != nil {
		return err
	}
	words := r.Topic
	if len(words) == 0 {
		words = draft.Phrases(r.ID)
	}
	queries := make([]string, len(words))
	for i, word := range words {
		queries[i] = `"` + strings.NewReplacer(`"`, " ", "“", " ", "”", " ").Replace(word) + `"`
	}
	wide, problems := rules.Search(strings.Join(slices.Compact(queries), " OR "))
	if len(problems) > 0 {
		wide = draft // a word that cannot stand in a query: there are no near misses
	}
	r.match, r.ignore, err = scanner.FindExamples(ctx, a.store, draft, wide)
	return err
}

// draftRule returns the file of a new rule that looks for something.
func draftRule(r NewRuleRequest, match, ignore []string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# yaml-language-server: $schema=rule.schema.json")
	line("id: %s", yamlText(r.ID))
	line("title: %s", yamlText(r.Title))
	line("why: %s", lint.PlaceholderWhy)
	line("status: draft                   # active: alert people")
	line("severity: %s", r.Severity)
	routes := r.Routes
	if len(routes) == 0 {
		routes = []string{models.DefaultRoute}
	}
	line("routes: [%s]", yamlList(routes))
	if len(r.Topic) > 0 {
		line("terms:")
		for _, list := range []struct {
			name  string
			words []string
		}{{"topic", r.Topic}, {"context", r.Near}, {"ignored", r.Ignore}} {
			if len(list.words) > 0 {
				line("  %s: [%s]", list.name, yamlList(list.words))
			}
		}
	}
	none := ""
	if len(r.Ignore) > 0 {
		none = "\n  none: [{terms: ignored, in: [title, lead]}]"
	}
	switch {
	case r.Query != "":
		line("when: %s", yamlText(r.Query))
	case len(r.Near) > 0:
		line("when:\n  all:\n    - {near: [topic, context], within: %d, same: sentence, in: [title, lead]}%s", nearWithin, none)
	default:
		line("when:\n  all:\n    - {terms: topic, in: [title, lead]}%s", none)
	}
	if len(match) == 0 {
		line("# Add headlines that the rule must match, and similar ones that it must not match. regwatch rules test checks them.")
		line("# examples:\n#   match:\n#     - A headline that the rule must match\n#   ignore:\n#     - A similar headline that it must not match")
		return b.String()
	}
	line("examples:\n  match:")
	for _, title := range match {
		line("    - %s", yamlText(title))
	}
	line("  ignore:")
	for _, title := range ignore {
		line("    - %s", yamlText(title))
	}
	return b.String()
}

// nearWithin is how many words may stand between a topic and what it must be near.
const nearWithin = 12

// yamlList writes words as the items of a list on one line.
func yamlList(words []string) string {
	items := make([]string, len(words))
	for i, w := range words {
		items[i] = yamlText(w)
	}
	return strings.Join(items, ", ")
}

// CheckNewRule returns what is wrong with a new rule before a person is asked about it.
func CheckNewRule(dir, id string) error {
	if err := checkRuleID(id); err != nil {
		return err
	}
	if _, _, err := newRuleText(dir, NewRuleRequest{ID: id}); err != nil {
		return err
	}
	file := rulesFolder(dir) + "/" + rules.FileOf(userfile.Dir(rulesFolder(dir)), id)
	_, err := os.Stat(file)
	switch {
	case err == nil:
		return existsAlready(file)
	case errors.Is(err, os.ErrNotExist):
		return nil
	}
	return err
}

func existsAlready(file string) error {
	return inputError("%s exists already; choose another ID, or edit that file", file)
}

// isSeverity reports whether a severity exists.
func isSeverity(s string) bool {
	return slices.Contains(models.Severities(), models.Severity(s))
}

// CheckQuery returns the mistakes in the query of a new rule, with their places. An empty one has none. It may use other
// rules of the folder, which are looked up when the rule is written.
func CheckQuery(query string) error {
	if query == "" {
		return nil
	}
	rule, problems := syntax.ParseQuery(query)
	if len(problems) > 0 {
		return problems
	}
	if name := rule.When.FirstReference(); name != "" {
		return inputError("$%s is the name of a list, and a new rule has no lists; write the words themselves, such as (fine OR 罰款), or begin with a copy of a rule that has the list", name)
	}
	return nil
}

// A RuleReading is a rule in plain language.
type RuleReading = reading.Reading

// A RulePoint is a sentence of a reading and the points that belong to it.
type RulePoint = reading.Point

// Read reads a rule in plain language, in one of the languages of readers. An empty language is English.
func (r *Rules) Read(id, language string) (RuleReading, error) {
	if language == "" {
		language = string(render.English)
	}
	if !slices.Contains(render.Languages(), language) {
		return RuleReading{}, inputError("the language %q is not supported; use %s", language, strings.Join(render.Languages(), ", "))
	}
	rule, err := r.find(id)
	if err != nil {
		return RuleReading{}, err
	}
	return readingOf(r.set, rule, r.digests, language), nil
}

// Exceptions returns the exceptions in force that may hold matches of a rule.
func (r *Rules) Exceptions(id string) []models.Exception { return r.set.ExceptionsOf(id) }

// readingOf reads a rule of a set that digests may list.
func readingOf(set *rules.Set, rule rules.Rule, digests []models.DigestSubscription, language string) RuleReading {
	o := reading.Options{Language: language, Digests: []string{}}
	for _, d := range digests {
		if len(d.Rules) == 0 || slices.Contains(d.Rules, rule.ID) {
			o.Digests = append(o.Digests, cmp.Or(d.Title, d.ID))
		}
	}
	if model, ok := set.Model(rule.ID); ok {
		t := model.Thresholds()
		o.Model = &reading.Model{Alert: t.Alert, Digest: t.Digest}
	}
	return reading.Of(&rule, o)
}

// A RelatedRequest asks for words that occur together with what a rule or a query finds.
type RelatedRequest struct {
	RuleID   string // a saved rule
	Query    string // instead of a rule
	Limit    int
	Progress Progress
}

// The parts of an answer about related words.
type (
	RelatedTerms = scanner.Related
	RelatedTerm  = scanner.RelatedTerm
)

// RelatedArticles is in how many articles of a rule a related word must be.
const RelatedArticles = scanner.MinRelatedHits

// RelatedTerms suggests words and phrases for a rule: those that occur in the stored articles that it is about far more
// often than in the others, and that it does not have.
func (a *App) RelatedTerms(ctx context.Context, r RelatedRequest) (RelatedTerms, error) {
	q := scanner.RelatedQuery{RuleID: r.RuleID, Sources: a.Folder().Sources, Limit: r.Limit, Progress: progressOf(r.Progress, "reading articles")}
	if r.Query != "" {
		set, problems := searchFor(r.Query)
		if len(problems) > 0 {
			return RelatedTerms{}, problems
		}
		q.Rules, q.RuleID = withDates(set), set.Rules()[0].ID
	} else {
		rule, err := a.Rules().find(r.RuleID)
		if err != nil {
			return RelatedTerms{}, err
		}
		// Alone it is matched much faster than with all rules.
		if q.Rules, err = a.loadOne(rule.ID, rule.File, rule.Source()); err != nil {
			return RelatedTerms{}, err
		}
	}
	return a.findRelated(ctx, q)
}

func (a *App) findRelated(ctx context.Context, q scanner.RelatedQuery) (RelatedTerms, error) {
	found, err := scanner.FindRelated(ctx, a.store, q)
	if found.Terms == nil {
		found.Terms = []RelatedTerm{}
	}
	return found, err
}

// RuleWords are what may be written in the file of a rule of this folder, for an editor that completes words.
type RuleWords struct {
	Schema        json.RawMessage     `json:"schema"` // the JSON Schema of a rule
	Routes        []RuleWord          `json:"routes"`
	Sources       []RuleWord          `json:"sources"`
	Rules         []RuleWord          `json:"rules"`
	Recipients    []RuleWord          `json:"recipients"`
	Topics        []RuleWord          `json:"topics"`
	Jurisdictions []RuleWord          `json:"jurisdictions"`
	Languages     []RuleWord          `json:"languages"`
	Lists         map[string][]string `json:"lists"` // the names in each vocabulary file
}

// A RuleWord is a word of the file of a rule.
type RuleWord struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"` // of what has the name
}

// RuleWords returns the words of the folder in force.
func (a *App) RuleWords() RuleWords {
	folder := a.Folder()
	w := RuleWords{Schema: rules.Schema(), Lists: rules.SharedNames(a.ruleFiles())}
	w.Routes = wordsOf(folder.Config.RouteNames())
	var topics, jurisdictions, recipients []string
	for _, s := range folder.Sources {
		w.Sources = append(w.Sources, RuleWord{s.ID, s.Name})
		jurisdictions = append(jurisdictions, s.Jurisdictions...)
	}
	for _, r := range folder.Rules.Rules() {
		w.Rules = append(w.Rules, RuleWord{r.ID, r.Title})
		topics = append(topics, r.Topic)
	}
	for _, r := range folder.Config.Recipients {
		recipients = append(recipients, r.Name)
	}
	w.Topics, w.Jurisdictions, w.Recipients = wordsOf(topics), wordsOf(jurisdictions), wordsOf(recipients)
	w.Languages = wordsOf(render.Languages())
	return w
}

// wordsOf returns names in alphabetical order, each once.
func wordsOf(names []string) []RuleWord {
	names = slices.Clone(names)
	slices.Sort(names)
	all := []RuleWord{}
	for _, name := range slices.Compact(names) {
		if strings.TrimSpace(name) != "" {
			all = append(all, RuleWord{Name: name})
		}
	}
	return all
}

// draftAge is how long the draft of a rule is kept after its last change.
const draftAge = 30 * 24 * time.Hour

// RuleDraft returns what a person has written of a rule and not saved. ok is false if there is
// nothing. Drafts are kept for 30 days.
func (a *App) RuleDraft(ctx context.Context, person, ruleID string) (d models.RuleDraft, ok bool, err error) {
	return a.store.RuleDraft(ctx, person, ruleID, a.now().Add(-draftAge))
}

// SaveRuleDraft keeps what a person has written of a rule, in place of the draft before. A text that is that of the file is
// no draft: the draft is forgotten. BaseHash is the hash of the text that it is based on.
func (a *App) SaveRuleDraft(ctx context.Context, d models.RuleDraft) error {
	if err := a.mayFor(ctx, d.Person); err != nil {
		return err
	}
	if len(d.Text) > userfile.MaxBytes {
		return inputError("the draft has %d bytes; a rule has at most %d", len(d.Text), userfile.MaxBytes)
	}
	file, err := a.RuleFile(d.RuleID)
	if err != nil {
		return err
	}
	if file.Text == d.Text {
		return a.store.DropRuleDraft(ctx, d.Person, d.RuleID)
	}
	before, found, err := a.RuleDraft(ctx, d.Person, d.RuleID)
	if err != nil || found && before.Text == d.Text && before.BaseHash == d.BaseHash {
		return err
	}
	d.SavedAt = a.now().UTC()
	return a.store.SaveRuleDraft(ctx, d, d.SavedAt.Add(-draftAge))
}

// DropRuleDraft forgets the draft that a person has of a rule, because it was saved.
func (a *App) DropRuleDraft(ctx context.Context, person, ruleID string) error {
	if err := a.mayFor(ctx, person); err != nil {
		return err
	}
	return a.store.DropRuleDraft(ctx, person, ruleID)
}

// discarded is added to the ID of a rule to keep the draft that a person discarded last. No rule has such an ID.
const discarded = " discarded"

// DiscardRuleDraft puts the draft that a person has of a rule aside. RestoreRuleDraft brings it back, for as long as drafts
// are kept.
func (a *App) DiscardRuleDraft(ctx context.Context, person, ruleID string) error {
	return a.moveDraft(ctx, person, ruleID, ruleID+discarded)
}

// RestoreRuleDraft brings back the draft that a person discarded.
func (a *App) RestoreRuleDraft(ctx context.Context, person, ruleID string) error {
	return a.moveDraft(ctx, person, ruleID+discarded, ruleID)
}

func (a *App) moveDraft(ctx context.Context, person, from, to string) error {
	if err := a.mayFor(ctx, person); err != nil {
		return err
	}
	d, found, err := a.RuleDraft(ctx, person, from)
	if err != nil || !found {
		return err
	}
	d.RuleID = to
	if err := a.store.SaveRuleDraft(ctx, d, a.now().Add(-draftAge)); err != nil {
		return err
	}
	return a.store.DropRuleDraft(ctx, person, from)
}
