package app

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed" // for the text of a new rule
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/gitcommit"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/lint"
)

// A SavedRule is a rule that was written to its file.
type SavedRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	File  string `json:"file"`
	Hash  string `json:"hash"` // of the file, for the next SaveRule
	New   bool   `json:"new"`

	// NotCommitted is why git could not commit the file, if web.commit asks for that.
	NotCommitted string `json:"not_committed,omitempty"`
}

// A ConflictError means that the file of a rule is not the one that was edited.
type ConflictError struct {
	ID      string
	Current string // what the file has now; empty if there is no file
	Hash    string // of that; empty if there is no file
}

// Error says so.
func (e *ConflictError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ConflictError) Text() diag.Text {
	if e.Hash == "" {
		return diag.Textf("the file of rule %s is gone; nothing was saved", e.ID)
	}
	return diag.Textf("rule %s was changed by somebody else; nothing was saved", e.ID)
}

// RuleFile returns the file of a rule as it is now, even if it has mistakes. Text and Hash
// are empty if there is no such file.
func (a *App) RuleFile(id string) (RuleText, error) {
	if err := checkRuleID(id); err != nil {
		return RuleText{}, err
	}
	folder, err := os.OpenRoot(rulesFolder(a.dir))
	if err != nil {
		return RuleText{}, err
	}
	defer folder.Close()
	text, err := folder.ReadFile(filepath.FromSlash(a.RulePath(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return RuleText{ID: id}, nil
	}
	if err != nil {
		return RuleText{}, err
	}
	return RuleText{id, string(text), fileHash(text)}, nil
}

// SaveRule writes the file of a rule, byte for byte, in the name of by. baseHash is the
// hash of the file that was edited, as RuleFile returns it; it is empty for a new rule.
//
// Nothing is written if the file is another one by now, which is a *ConflictError, or if
// the text has mistakes, which are a diag.Problems. An example that fails is a mistake too.
func (a *App) SaveRule(ctx context.Context, id string, text []byte, baseHash, by string) (SavedRule, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SavedRule{}, err
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	current, err := a.RuleFile(id)
	if err != nil {
		return SavedRule{}, err
	}
	if current.Hash != baseHash {
		return SavedRule{}, &ConflictError{ID: id, Current: current.Text, Hash: current.Hash}
	}
	set, problems := a.checkRule(id, text)
	if len(problems) > 0 {
		return SavedRule{}, problems
	}
	name := a.RulePath(id)
	saved := SavedRule{ID: id, Title: set.Rules()[0].Title, File: filepath.Join(rulesFolder(a.dir), filepath.FromSlash(name)), Hash: fileHash(text), New: baseHash == ""}
	if saved.Hash == baseHash {
		return saved, nil
	}
	// What is saved, and what it replaces, are versions at once: somebody may begin to edit before the rules are read again.
	now := a.now().UTC()
	revisions := set.Revisions()
	if earlier, problems := rules.LoadOne(a.ruleFiles(), name, []byte(current.Text)); len(problems) == 0 {
		revisions = append(revisions, earlier.Revisions()...)
		revisions[1].FirstUsedAt = now.Add(-time.Millisecond)
	}
	if err := a.writeRuleFile(ctx, name, text, baseHash, by, revisions...); err != nil {
		return saved, err
	}
	saved.NotCommitted = a.commitRule(ctx, name, by)
	return saved, nil
}

// commitRule commits a file of the folder of rules, if web.commit asks for that. It returns why git could not; the file is
// saved all the same.
func (a *App) commitRule(ctx context.Context, file, by string) string {
	if !a.Config().Web.Commit {
		return ""
	}
	// Nobody stops a commit by leaving the page.
	err := gitcommit.File(context.WithoutCancel(ctx), rulesFolder(a.dir), file, by, "Save rule "+ruleOf(file))
	if err == nil {
		return ""
	}
	a.log.WarnContext(ctx, "the saved rule was not committed", "file", file, "by", by, "error", err)
	return err.Error()
}

// writeRuleFile writes a file of the folder of rules, and records who did it, with revisions of the rule. Before is the hash
// of what it replaces.
func (a *App) writeRuleFile(ctx context.Context, file string, text []byte, before, by string, revisions ...models.RuleRevision) error {
	// The audit comes before the new name of the file: an entry too many is harmless, and a
	// change that nobody recorded is not.
	return writeInFolder(rulesFolder(a.dir), filepath.FromSlash(file), text, func() error {
		return a.store.RecordRuleSave(ctx, ruleOf(file), before, fileHash(text), by, a.now().UTC(), revisions...)
	})
}

// ruleOf is what the audit calls a file of the folder of rules: the ID of the rule, or the path of a vocabulary file.
func ruleOf(file string) string {
	if rules.IsShared(file) {
		return file
	}
	return userfile.Stem(file)
}

// checkRuleID returns an error if no file can have the rule of an ID.
func checkRuleID(id string) error {
	if id == "" || strings.ContainsAny(id, `/\.`) {
		return inputError("%q is not a rule ID; use lower-case letters and digits joined by hyphens, such as yuan-stablecoin", id)
	}
	return nil
}

// RulePath returns the path, within the folder of rules and with slashes, of the file that a rule has or would have.
func (a *App) RulePath(id string) string { return rules.FileOf(a.ruleFiles(), id) }

// checkRule returns the mistakes that a folder has if a rule has this text.
func (a *App) checkRule(id string, text []byte) (*rules.Set, diag.Problems) {
	if len(text) > userfile.MaxBytes {
		return nil, userfile.Below(a.dir, "rules", diag.Problems{{File: a.RulePath(id), What: fmt.Sprintf("the file is larger than %d bytes", userfile.MaxBytes)}})
	}
	set, problems := rules.LoadOne(a.ruleFiles(), a.RulePath(id), text)
	if len(problems) > 0 {
		return nil, userfile.Below(a.dir, "rules", problems)
	}
	set = withDates(set)
	folder := a.Folder()
	problems = append(set.CheckRoutes(folder.Config.RouteNames()), set.CheckSources(folder.Sources)...)
	problems = userfile.Below(a.dir, "rules", append(problems, failedExamples(set)...))
	// A route may ask for what the rule was until now.
	now := namedRules(folder.Rules)
	next := slices.DeleteFunc(slices.Clone(now), func(r configs.Rule) bool { return r.ID == id })
	next = append(next, namedRules(set)...)
	before := folder.Config.CheckRoutes(now, folder.Sources)
	for _, p := range userfile.HideOutsideText(a.dir, folder.Config.CheckRoutes(next, folder.Sources)) {
		if !slices.Contains(before, p) {
			problems = append(problems, p)
		}
	}
	return set, problems.Sorted()
}

// writeInFolder writes a file of a folder, or of a subfolder, which it makes, so that it appears
// with all of its content, and replaces the one that is there. It follows no link out of the
// folder. It calls record when everything but its name is stored;
// the file stays as it was if that fails.
func writeInFolder(dir, name string, text []byte, record func() error) (err error) {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	subfolder, base := filepath.Split(name)
	if subfolder != "" {
		if err := folder.MkdirAll(filepath.Clean(subfolder), 0o755); err != nil {
			return err
		}
	}
	mode, err := modeOf(folder, name)
	if err != nil {
		return err
	}
	part := subfolder + "." + base + "." + rand.Text() // names that begin with a dot are not read
	if err := writePart(folder, part, text, mode); err != nil {
		return err
	}
	if err = record(); err == nil {
		err = folder.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, folder.Remove(part))
	}
	return nil
}

// modeOf returns the permissions for a new version of a file. A link is refused: to
// replace it would detach it from the file that it leads to.
func modeOf(folder *os.Root, name string) (fs.FileMode, error) {
	info, err := folder.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newFileMode, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s is not a regular file; edit the file that it leads to", filepath.Join(folder.Name(), name))
	}
	return info.Mode().Perm(), nil
}

const newFileMode = 0o644

// writePart writes a file that must not exist, and removes it if that fails.
func writePart(folder *os.Root, name string, text []byte, mode fs.FileMode) error {
	file, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, folder.Remove(name))
	}
	return nil
}

// A NewRuleRequest is a rule to begin with.
type NewRuleRequest struct {
	ID    string
	Title string // empty: made of the ID
	Query string // what to look for; empty: the words of the ID

	// Instead of a query: what the rule is about, what must stand near it, and what is ignored.
	Topic, Near, Ignore []string
	Severity            string   // empty: medium
	Routes              []string // who is alerted; empty: the route default
	By                  string   // for the audit of StartRule

	match, ignore []string // titles for the examples
}

//go:embed rules_new.yaml.tmpl
var newRuleTemplate string

// NewRule writes the file of a new rule with every part explained. The rule is valid and a
// draft, so it alerts nobody. A file that exists is not overwritten.
func NewRule(dir string, r NewRuleRequest) (SavedRule, error) {
	return writeNewRule(dir, r, func([]byte) error { return nil })
}

// writeNewRule writes the file of a new rule after record has recorded its text.
func writeNewRule(dir string, r NewRuleRequest, record func(text []byte) error) (SavedRule, error) {
	if err := CheckNewRule(dir, r.ID); err != nil {
		return SavedRule{}, err
	}
	text, set, err := newRuleText(dir, r)
	if err != nil {
		return SavedRule{}, err
	}
	name := r.ID + ".yaml"
	saved := SavedRule{ID: r.ID, Title: set.Rules()[0].Title, File: filepath.Join(rulesFolder(dir), name), Hash: fileHash(text), New: true}
	if err := record(text); err != nil {
		return SavedRule{}, err
	}
	err = createInFolder(rulesFolder(dir), name, text)
	if errors.Is(err, fs.ErrExist) {
		return SavedRule{}, existsAlready(saved.File)
	}
	return saved, err
}

// newRuleText returns the text of a new rule, and the rule.
func newRuleText(dir string, r NewRuleRequest) ([]byte, *rules.Set, error) {
	words := strings.ReplaceAll(r.ID, "-", " ")
	r.Title, r.Query = strings.Join(strings.Fields(r.Title), " "), strings.Join(strings.Fields(r.Query), " ")
	if r.Title == "" {
		r.Title = strings.ToUpper(words[:1]) + words[1:]
	}
	r.Severity = cmp.Or(r.Severity, string(models.Medium))
	if !isSeverity(r.Severity) {
		return nil, nil, inputError("severity %q is unknown; use low, medium, high or critical", r.Severity)
	}
	if r.Query == "" && len(r.Topic) == 0 {
		return fillNewRule(dir, r, words, "New rules on "+words)
	}
	example := exampleOf(r.Query)
	switch {
	case r.Query == "":
		example = strings.Join(slices.Concat(r.Topic[:1], r.Near[:min(1, len(r.Near))]), " ")
	default:
		if err := CheckQuery(r.Query); err != nil {
			return nil, nil, err
		}
	}
	match, ignore := r.match, r.ignore
	if len(match) == 0 {
		match, ignore = []string{example}, nil
	}
	if len(ignore) == 0 {
		ignore = []string{lint.PlaceholderExample}
	}
	text := []byte(draftRule(r, match, ignore))
	set, err := loadNewRule(dir, r.ID, text)
	if err == nil && len(set.Test()) > 0 {
		// The words of the query alone do not meet it: the person has to write an example.
		text = []byte(draftRule(r, nil, nil))
		set, err = loadNewRule(dir, r.ID, text)
	}
	return text, set, err
}

func fillNewRule(dir string, r NewRuleRequest, words, example string) ([]byte, *rules.Set, error) {
	filled, err := template.New("rule").Funcs(template.FuncMap{"yaml": yamlText}).Parse(newRuleTemplate)
	if err != nil {
		return nil, nil, err
	}
	var b strings.Builder
	err = filled.Execute(&b, map[string]any{"ID": r.ID, "Title": r.Title, "Words": words, "Example": example, "Severity": r.Severity, "Why": lint.PlaceholderWhy, "Ignore": lint.PlaceholderExample})
	if err != nil {
		return nil, nil, err
	}
	text := []byte(b.String())
	set, err := loadNewRule(dir, r.ID, text)
	return text, set, err
}

// loadNewRule loads a rule that was written for a person.
func loadNewRule(dir, id string, text []byte) (*rules.Set, error) {
	set, problems := rules.LoadOne(userfile.Dir(rulesFolder(dir)), id+".yaml", text)
	if len(problems) == 0 {
		return withDates(set), nil
	}
	// Only what the person gave can be wrong, and the person did not write the file.
	if p := problems[0]; p.File == id+".yaml" {
		what, want := p.Texts()
		return nil, inputError("%s; %s", what, want)
	}
	return nil, userfile.Below(dir, "rules", problems)
}

var (
	queryExclusion = regexp.MustCompile(`\bNOT\s+(NEAR/\w+\s+)?("[^"]*"|\([^()]*\)|\S+)`)
	queryWord      = regexp.MustCompile(`^(AND|OR|NOT|NEAR|ONEAR|NEAR/\w+|ONEAR/\w+|ATLEAST/\d+)$`)
	queryField     = regexp.MustCompile(`^[a-z,]+:`)
)

// exampleOf returns the words that a query looks for, as a headline. It need not meet the
// query.
func exampleOf(query string) string {
	query = queryExclusion.ReplaceAllString(query, " ")
	query = strings.NewReplacer(`"`, " ", "(", " ", ")", " ", "*", "", "=", "").Replace(query)
	words := slices.DeleteFunc(strings.Fields(query), func(word string) bool { return queryWord.MatchString(word) })
	for i, word := range words {
		words[i] = queryField.ReplaceAllString(word, "")
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

var (
	plainYAML    = regexp.MustCompile(`^\p{L}[\p{L}\p{N} '-]*$`)
	yamlConstant = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

// yamlText writes a line of text as a YAML scalar, without quotes where it needs none.
func yamlText(s string) string {
	if plainYAML.MatchString(s) && !yamlConstant.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// createInFolder writes a new file so that it appears with all of its content. The error is
// fs.ErrExist if there is a file of this name.
func createInFolder(dir, name string, text []byte) (err error) {
	folder, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return inputError("there is no folder %s; regwatch init writes one", dir)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	file, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newFileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Join(dir, name), err)
	}
	return nil
}
