package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	_ "embed" // for the text of a new rule

	"regwatch/internal/userfile"
	"regwatch/rules"
)

// A NewRuleRequest is a rule to begin with.
type NewRuleRequest struct {
	ID    string
	Title string // empty: made of the ID
	Query string // what to look for; empty: the words of the ID
}

//go:embed rules_new.yaml.tmpl
var newRuleTemplate string

// NewRule writes the file of a new rule with every part explained. The rule is valid and a
// draft, so it alerts nobody. A file that exists is not overwritten.
func NewRule(dir string, r NewRuleRequest) (SavedRule, error) {
	name, err := ruleFileName(r.ID)
	if err != nil {
		return SavedRule{}, err
	}
	text, set, err := newRuleText(dir, r)
	if err != nil {
		return SavedRule{}, err
	}
	saved := SavedRule{ID: r.ID, Title: set.Rules()[0].Title, File: filepath.Join(rulesFolder(dir), name), Hash: fileHash(text), New: true}
	err = createInFolder(rulesFolder(dir), name, text)
	if errors.Is(err, fs.ErrExist) {
		return SavedRule{}, inputError("%s exists already; choose another ID, or edit that file", saved.File)
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
	example := "New rules on " + words
	if r.Query != "" {
		if _, problems := rules.Search(r.Query); len(problems) > 0 {
			return nil, nil, problems
		}
		example = exampleOf(r.Query)
	}
	text, set, err := fillNewRule(dir, r, words, example)
	if err == nil && len(set.Test()) > 0 {
		// The words of the query alone do not meet it: the person has to write an example.
		text, set, err = fillNewRule(dir, r, words, "")
	}
	return text, set, err
}

func fillNewRule(dir string, r NewRuleRequest, words, example string) ([]byte, *rules.Set, error) {
	filled, err := template.New("rule").Funcs(template.FuncMap{"yaml": yamlText}).Parse(newRuleTemplate)
	if err != nil {
		return nil, nil, err
	}
	var b strings.Builder
	err = filled.Execute(&b, map[string]any{"ID": r.ID, "Title": r.Title, "Query": r.Query, "Words": words, "Example": example})
	if err != nil {
		return nil, nil, err
	}
	text := []byte(b.String())
	set, problems := rules.LoadOne(userfile.Dir(rulesFolder(dir)), r.ID+".yaml", text)
	if len(problems) == 0 {
		return text, set, nil
	}
	// Only the ID and the title can be wrong, and the person did not write the file.
	if p := problems[0]; p.File == r.ID+".yaml" {
		return nil, nil, inputError("%s; %s", p.What, p.Want)
	}
	return nil, nil, below(dir, "rules", problems)
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
