package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/app/evaluation"
	"regwatch/app/newsource"
	"regwatch/app/webclient"
	"regwatch/configs"
	"regwatch/events"
	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/sources"
	"regwatch/store"
)

// Rules are the rules of a folder. They are read alone, so that they can be listed and
// tested while the rest of the folder has mistakes.
type Rules struct {
	dir     string
	set     *rules.Set
	digests []models.DigestSubscription // of regwatch.yaml
}

// ReadRules reads the rules of a folder. If a rule has mistakes, the error is a
// diag.Problems that names all of them.
func ReadRules(dir string) (*Rules, error) {
	set, problems := rules.Load(userfile.Dir(rulesFolder(dir)))
	if len(problems) > 0 {
		return nil, userfile.Below(dir, "rules", problems)
	}
	return &Rules{dir: dir, set: withDates(set)}, nil
}

// withDates returns a set whose conditions deadline and effective read the key dates that events have.
func withDates(set *rules.Set) *rules.Set { return set.WithDates(events.KeyDates) }

// ReadRulesInUse reads the rules of a folder like ReadRules, with the relevance models that people accepted and the
// exceptions in force. Without a database, or if it cannot be opened, the rules have the shipped models.
func ReadRulesInUse(ctx context.Context, dir string, log *slog.Logger) (*Rules, error) {
	r, err := ReadRules(dir)
	if err != nil {
		return nil, err
	}
	config, problems := configs.Load(dir)
	r.digests = config.Digests
	if len(problems) > 0 {
		log.WarnContext(ctx, "regwatch.yaml has mistakes: the shipped relevance models are used")
		return r, nil
	}
	err = withStored(ctx, config, log, func(ctx context.Context, s *store.Store) error {
		found, err := s.ModelsInUse(ctx)
		if err != nil {
			return err
		}
		accepted, problems := readModels(found)
		for _, problem := range problems {
			logUnusable(ctx, log, problem)
		}
		stored, err := s.ExceptionsInForce(ctx, time.Now())
		if err != nil {
			return err
		}
		r.set = accepted.in(r.set).WithExceptions(readExceptions(ctx, log, stored).compiled)
		return nil
	})
	if err != nil {
		log.WarnContext(ctx, "the relevance models in use were not read: the shipped ones are used", "error", err)
	}
	return r, nil
}

// Rules returns the rules in force.
func (a *App) Rules() *Rules { return &Rules{a.dir, a.Folder().Rules, a.Config().Digests} }

func rulesFolder(dir string) string { return filepath.Join(dir, "rules") }

// A Rule is one rule of a folder.
type Rule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"`
	Draft    bool     `json:"draft,omitempty"`
	Routes   []string `json:"routes,omitempty"`
	Revision string   `json:"revision"`
	Status   string   `json:"status"` // active or draft
	Owner    string   `json:"owner,omitempty"`
	ReviewBy string   `json:"review_by,omitempty"`
	// ReviewDue is set from two weeks before ReviewBy.
	ReviewDue bool `json:"review_due,omitempty"`
	Alerts    *int `json:"alerts_7d,omitempty"` // events of the last 7 days that people were alerted to; nil if it is not known
}

// List returns the rules, ordered by their IDs.
func (r *Rules) List() []Rule {
	all := []Rule{}
	for _, rule := range r.set.Rules() {
		status := "active"
		if rule.Draft {
			status = "draft"
		}
		all = append(all, Rule{
			ID: rule.ID, Title: rule.Title, Severity: string(rule.Severity), Draft: rule.Draft, Routes: rule.Routes, Revision: rule.Hash, Status: status,
			Owner: rule.Owner, ReviewBy: rule.ReviewBy, ReviewDue: notifier.ReviewDue(rule.ReviewBy, time.Now()),
		})
	}
	return all
}

const (
	// alertsWithin is how far back the alerts of a rule are counted.
	alertsWithin = 7 * 24 * time.Hour
	// countTimeout is how long a command that needs no database waits for what it would add.
	countTimeout = 5 * time.Second
)

// ListRules returns the rules of a folder with their alerts of the last 7 days. The alerts
// are unknown if the folder has mistakes or its database cannot be opened.
func ListRules(ctx context.Context, dir string, log *slog.Logger) ([]Rule, error) {
	r, err := ReadRules(dir)
	if err != nil {
		return nil, err
	}
	all := r.List()
	alerts, err := countAlerts(ctx, dir, log)
	if err != nil {
		log.WarnContext(ctx, "the alerts of the rules were not counted", "error", err)
		return all, nil
	}
	for i, rule := range all {
		n := alerts[rule.ID]
		all[i].Alerts = &n
	}
	return all, nil
}

// countAlerts counts the alerts by rule.
func countAlerts(ctx context.Context, dir string, log *slog.Logger) (counts map[string]int, err error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return nil, errors.New("the folder has mistakes")
	}
	err = withStored(ctx, folder.Config, log, func(ctx context.Context, s *store.Store) error {
		counts, err = s.AlertsByRule(ctx, time.Now().Add(-alertsWithin))
		return err
	})
	return counts, err
}

// withStored opens the database of a configuration for a short question. It makes no database where there is none yet, and
// asks nothing then.
func withStored(ctx context.Context, c *configs.Config, log *slog.Logger, do func(context.Context, *store.Store) error) (err error) {
	if !c.Database.DSN.IsSet() {
		if _, err := os.Stat(c.Database.Path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	s, err := openStore(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(ctx, s)
}

// A RuleForm is a way to write a rule.
type RuleForm string

// The ways to write a rule.
const (
	RuleAsSaved   RuleForm = ""
	RuleAsQueries RuleForm = "query" // conditions on one line each
	RuleAsYAML    RuleForm = "yaml"  // conditions as keys and lists
)

// A RuleText is the text of a rule.
type RuleText struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Hash string `json:"hash"` // of the saved file, for SaveRule
}

// Text returns the text of a rule in one of its forms.
func (r *Rules) Text(id string, form RuleForm) (RuleText, error) {
	rule, err := r.find(id)
	if err != nil {
		return RuleText{}, err
	}
	saved := rule.Source()
	text := saved
	switch form {
	case RuleAsSaved:
	case RuleAsQueries:
		text, err = rule.AsQueries()
	case RuleAsYAML:
		text, err = rule.AsYAML()
	default:
		return RuleText{}, inputError("rules have no form %q; use query or yaml", form)
	}
	if err != nil {
		return RuleText{}, fmt.Errorf("rule %s cannot be shown as %s: %w", id, form, err)
	}
	return RuleText{id, string(text), fileHash(saved)}, nil
}

// fileHash is the SHA-256 of a file, in hexadecimal.
func fileHash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// find returns the rule of an ID.
func (r *Rules) find(id string) (rules.Rule, error) {
	all := r.set.Rules()
	i := slices.IndexFunc(all, func(rule rules.Rule) bool { return rule.ID == id })
	if i < 0 {
		return rules.Rule{}, r.unknown(id)
	}
	return all[i], nil
}

// unknown is the error about an ID that no rule has.
func (r *Rules) unknown(id string) error {
	var ids []string
	for _, rule := range r.set.Rules() {
		ids = append(ids, rule.ID)
	}
	return inputError("rule %q does not exist%s; regwatch rules lists them", id, yamlnode.DidYouMean(id, ids))
}

// Lint returns likely mistakes in the rules.
func (r *Rules) Lint() diag.Problems {
	return userfile.Below(r.dir, "rules", append(lint.Check(r.set), lint.Reviews(r.set, time.Now())...)).Sorted()
}

// RuleSchema returns the JSON Schema of rule files, or of the vocabulary files that they
// share.
func RuleSchema(vocabulary bool) []byte {
	if vocabulary {
		return rules.VocabularySchema()
	}
	return rules.Schema()
}

// maxInput is how many bytes of standard input are read as an article.
const maxInput = 10 << 20

// An ArticleInput is an article that is not stored.
type ArticleInput struct {
	From       string    // a file of plain text whose first line is the title, a web address, or - for Stdin
	Stdin      io.Reader // may be nil if From is not -
	Source     string    // the ID of the source that it is taken to come from; empty if unknown
	AllowHosts []string  // private hosts that may be fetched
}

// ReadArticle reads an article from a file, from standard input or from the web. The
// folder is needed for the source and for the settings of the client.
func ReadArticle(ctx context.Context, dir string, in ArticleInput) (models.Article, error) {
	article, err := readInput(ctx, dir, in)
	if err != nil || in.Source == "" {
		return article, err
	}
	article.Source, err = sourceOf(dir, in.Source)
	article.SourceID = in.Source
	return article, err
}

func readInput(ctx context.Context, dir string, in ArticleInput) (models.Article, error) {
	if strings.HasPrefix(in.From, "http://") || strings.HasPrefix(in.From, "https://") {
		client, close := webclient.ForFolder(dir)
		defer close()
		src := models.Source{ID: "page", Name: "the page", Kind: sources.KindFeed, URL: in.From, AllowHosts: in.AllowHosts}
		article, err := sources.Open(src, client).Complete(ctx, models.Article{SourceID: src.ID, Link: in.From, BodyState: models.BodyWanted, SeenAt: time.Now()})
		return article, newsource.PrivateHost(in.From, err)
	}
	var text []byte
	var err error
	if in.From == "-" {
		text, err = io.ReadAll(io.LimitReader(in.Stdin, maxInput))
	} else {
		text, err = os.ReadFile(in.From)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return models.Article{}, inputError("the file %s does not exist; name a text file, a web address, or - for standard input", in.From)
	}
	if err != nil {
		return models.Article{}, err
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return models.Article{}, fmt.Errorf("%s is not plain text in UTF-8; save it as plain text, or use - and paste it", in.From)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if title == "" {
		return models.Article{}, errors.New("the article is empty; put its title in the first line and its text below")
	}
	return models.Article{Title: strings.TrimSpace(title), Body: strings.TrimSpace(body), SeenAt: time.Now()}, nil
}

// sourceOf returns the source of a folder by its ID.
func sourceOf(dir, id string) (models.Source, error) {
	all, problems := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	if len(problems) > 0 {
		return models.Source{}, userfile.Below(dir, "sources", problems)
	}
	var ids []string
	for _, src := range all {
		if src.ID == id {
			return src, nil
		}
		ids = append(ids, src.ID)
	}
	return models.Source{}, inputError("source %q does not exist%s; regwatch sources lists them", id, yamlnode.DidYouMean(id, ids))
}

// A RuleExplanation says which conditions of each rule an article meets.
type RuleExplanation struct {
	Rules   []rules.Explanation `json:"rules"`
	Text    string              `json:"text"`
	Title   string              `json:"title"`
	LeftOut []LeftOut           `json:"left_out,omitempty"`
}

// Explain says which conditions of each rule, or of one, an article meets.
func (r *Rules) Explain(article models.Article, ruleID string) (RuleExplanation, error) {
	if len(r.set.Rules()) == 0 {
		return RuleExplanation{}, fmt.Errorf("there is no rule in %s", rulesFolder(r.dir))
	}
	e := RuleExplanation{Text: article.Body, Title: article.Title, LeftOut: leftOut(article)}
	for _, one := range r.set.Explain(article) {
		if ruleID == "" || one.RuleID == ruleID {
			e.Rules = append(e.Rules, one)
		}
	}
	if len(e.Rules) == 0 {
		return RuleExplanation{}, r.unknown(ruleID)
	}
	return e, nil
}

// Ranked returns the explanations, those of the rules that match first.
func (e RuleExplanation) Ranked() []rules.Explanation {
	ranked := slices.Clone(e.Rules)
	slices.SortStableFunc(ranked, func(a, b rules.Explanation) int { return b.Strength.Rank() - a.Strength.Rank() })
	return ranked
}

// RelevanceLines says of a match what its score is, where it is shown, and why, in lines of text; nothing if it was not
// scored.
func RelevanceLines(e rules.Explanation) []string {
	r := e.Relevance
	if r == nil {
		return nil
	}
	shown := map[models.Outcome]string{
		models.OutcomeAlert: "it alerts", models.OutcomeDigest: "it is listed in the digest", models.OutcomeCount: "it is only counted in the digest",
		models.OutcomeExcepted: "an exception holds it",
	}[e.Outcome]
	if e.Strength == models.Mention && e.Outcome == models.OutcomeAlert {
		shown = "it is a mention"
	}
	thresholds := fmt.Sprintf("likely from %v, less certain from %v", e.Thresholds.Alert, e.Thresholds.Digest)
	if e.Thresholds.Alert == 0 {
		thresholds = "without thresholds, so no match is demoted"
	}
	return []string{
		"relevance: " + render.Relevance(*r, "en"),
		fmt.Sprintf("score %.3f, %s, model %s; %s", r.Score, thresholds, r.Model, shown),
	}
}

// A RuleTest is the result of running the examples of all rules.
type RuleTest struct {
	Examples int           `json:"examples"` // how many there are
	Failures []RuleExample `json:"failures"`
	Rules    []TestedRule  `json:"-"`
}

// A TestedRule is a rule with the results of its examples.
type TestedRule struct {
	ID       string
	Examples []RuleExample
}

// A RuleExample is the result of one example of a rule.
type RuleExample = rules.Outcome

// Test runs the examples of the rules, or of one rule if its ID is not empty.
func (r *Rules) Test(id string) (RuleTest, error) {
	outcomes, tested := r.set.Outcomes(), r.set.Rules()
	if id != "" {
		rule, err := r.find(id)
		if err != nil {
			return RuleTest{}, err
		}
		tested = []rules.Rule{rule}
		outcomes = slices.DeleteFunc(outcomes, func(o RuleExample) bool { return o.RuleID != id })
	}
	t := RuleTest{Examples: len(outcomes), Failures: append([]RuleExample{}, rules.Failed(outcomes)...)}
	for _, rule := range tested {
		one := TestedRule{ID: rule.ID}
		for _, o := range outcomes {
			if o.RuleID == rule.ID {
				one.Examples = append(one.Examples, o)
			}
		}
		t.Rules = append(t.Rules, one)
	}
	return t, nil
}

// failedExamples returns the examples of a set of rules that fail, as problems in files
// below rules/.
func failedExamples(set *rules.Set) diag.Problems {
	var found diag.Problems
	for _, f := range set.Test() {
		found = append(found, diag.New(f.File, f.Line, 0, diag.Textf("the example %q %s", f.Title, f.Said), ""))
	}
	return found
}

// A RuleEvaluation says how well rules find what people have labelled.
type RuleEvaluation = rules.Report

// A RuleMistake is an article on which a rule and the label differ.
type RuleMistake = rules.Mistake

// A Rate is a share with its interval.
type Rate = rules.Rate

// Evaluate measures the rules on the labelled articles of a file, or on those of one
// split.
func (r *Rules) Evaluate(file, split string) (RuleEvaluation, error) {
	if len(r.set.Rules()) == 0 {
		return RuleEvaluation{}, fmt.Errorf("there is no rule in %s, so there is nothing to measure", rulesFolder(r.dir))
	}
	labelled, err := evaluation.ReadLabelled(file)
	if err != nil {
		return RuleEvaluation{}, err
	}
	var chosen []rules.LabelledArticle
	for _, l := range labelled {
		if split == "" || l.Split == split {
			chosen = append(chosen, l)
		}
	}
	switch {
	case len(chosen) == 0 && split != "":
		return RuleEvaluation{}, fmt.Errorf("%s has no article of split %s", file, split)
	case len(chosen) == 0:
		return RuleEvaluation{}, fmt.Errorf("%s has no article", file)
	}
	// An exception is for a time, and labels are not.
	return rules.Evaluate(r.set.WithExceptions(nil), chosen), nil
}

// A StreamEvaluation says what rules do on articles as they come.
type StreamEvaluation = rules.StreamReport

// EvaluateStream measures the rules on the articles of a file, which may be compressed by gzip. The labels are in the
// file in the same folder: those of a.jsonl or a.jsonl.gz in a-labels.jsonl.
func (r *Rules) EvaluateStream(file string) (StreamEvaluation, error) {
	if len(r.set.Rules()) == 0 {
		return StreamEvaluation{}, fmt.Errorf("there is no rule in %s, so there is nothing to measure", rulesFolder(r.dir))
	}
	stream, err := evaluation.ReadLabelled(file)
	if err != nil {
		return StreamEvaluation{}, err
	}
	if len(stream) == 0 {
		return StreamEvaluation{}, fmt.Errorf("%s has no article", file)
	}
	labels, err := evaluation.ReadLabels(strings.TrimSuffix(strings.TrimSuffix(file, ".gz"), ".jsonl") + "-labels.jsonl")
	if err != nil {
		return StreamEvaluation{}, err
	}
	return rules.EvaluateStream(r.set.WithExceptions(nil), stream, labels), nil
}
