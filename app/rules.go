package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/rules"
	"regwatch/rules/lint"
)

// Rules are the rules of a folder. They are read alone, so that they can be listed and
// tested while the rest of the folder has mistakes.
type Rules struct {
	dir string
	set *rules.Set
}

// ReadRules reads the rules of a folder. If a rule has mistakes, the error is a
// diag.Problems that names all of them.
func ReadRules(dir string) (*Rules, error) {
	set, problems := rules.Load(userfile.Dir(rulesFolder(dir)))
	if len(problems) > 0 {
		return nil, below(dir, "rules", problems)
	}
	return &Rules{dir, set}, nil
}

// Rules returns the rules in force.
func (a *App) Rules() *Rules { return &Rules{a.dir, a.Folder().Rules} }

func rulesFolder(dir string) string { return filepath.Join(dir, "rules") }

// A Rule is one rule of a folder.
type Rule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"`
	Draft    bool     `json:"draft,omitempty"`
	Routes   []string `json:"routes,omitempty"`
	Revision string   `json:"revision"`
	Status   string   `json:"status"`              // active or draft
	Alerts   *int     `json:"alerts_7d,omitempty"` // events of the last 7 days that people were alerted to; nil if it is not known
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
		})
	}
	return all
}

const (
	// alertsWithin is how far back the alerts of a rule are counted.
	alertsWithin = 7 * 24 * time.Hour
	// countTimeout is how long the list of rules waits for the database to count them.
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

// countAlerts counts the alerts by rule. It makes no database where there is none yet.
func countAlerts(ctx context.Context, dir string, log *slog.Logger) (counts map[string]int, err error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return nil, errors.New("the folder has mistakes")
	}
	if c := folder.Config; !c.Database.DSN.IsSet() {
		if _, err := os.Stat(c.Database.Path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	s, err := openStore(ctx, folder.Config, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.AlertsByRule(ctx, time.Now().Add(-alertsWithin))
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
		return RuleText{}, inputError("rules have no form %q; want query or yaml", form)
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
	return inputError("there is no rule %q%s; regwatch rules lists them", id, didYouMean(id, ids))
}

// Lint returns likely mistakes in the rules.
func (r *Rules) Lint() diag.Problems { return below(r.dir, "rules", lint.Check(r.set)).Sorted() }

// RuleSchema returns the JSON Schema of rule files, or of the vocabulary files that they
// share.
func RuleSchema(vocabulary bool) []byte {
	if vocabulary {
		return rules.VocabularySchema()
	}
	return rules.Schema()
}
