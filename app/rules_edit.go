package app

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff"

	"regwatch/internal/diag"
	"regwatch/internal/merge"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/form"
	"regwatch/rules/lint"
	"regwatch/rules/reading"
	"regwatch/rules/syntax"
)

// overviewWeeks is how many weeks back the alerts of rules are counted.
const overviewWeeks = 13

// A RuleOverview is a rule with what it did in the last weeks.
type RuleOverview struct {
	Rule
	Weeks     []BacktestWeek // of seven days each, oldest first; the last one ends now
	PerWeek   float64        // alerts
	Measured  bool           // articles of a week are stored, so that there is a PerWeek
	Relevant  int            // of the alerts of these weeks, those with feedback
	NotOf     int            // of those, the ones that are not relevant
	Precision *Rate          // nil: nobody has given feedback on them
	ChangedAt time.Time      // zero: it was never in force
	ChangedBy string         // empty: unknown
}

// RuleOverviews returns the rules in force, those with the most alerts first.
func (a *App) RuleOverviews(ctx context.Context) ([]RuleOverview, error) {
	now := a.now().UTC()
	since := now.Add(-overviewWeeks * alertsWithin)
	alerts, err := a.store.RuleAlerts(ctx, since)
	if err != nil {
		return nil, err
	}
	first, err := a.store.FirstSeen(ctx, models.BySeen)
	if err != nil {
		return nil, err
	}
	var events []string
	for _, alert := range alerts {
		events = append(events, alert.EventID)
	}
	slices.Sort(events)
	feedback, err := a.store.Feedback(ctx, slices.Compact(events))
	if err != nil {
		return nil, err
	}
	all := make([]RuleOverview, 0, len(a.Folder().Rules.Rules()))
	at := make(map[string]*RuleOverview)
	for _, rule := range a.Rules().List() {
		o := RuleOverview{Rule: rule}
		for i := range overviewWeeks {
			o.Weeks = append(o.Weeks, BacktestWeek{From: since.Add(time.Duration(i) * alertsWithin)})
		}
		all = append(all, o)
	}
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	for _, alert := range alerts {
		o := at[alert.RuleID]
		if o == nil {
			continue // it is not in force any more
		}
		week := min(int(alert.At.Sub(since)/alertsWithin), overviewWeeks-1)
		o.Weeks[week].Alerts++
		switch verdict, _ := models.Judge(feedback[alert.EventID], alert.RuleID); verdict {
		case models.Relevant:
			o.Relevant++
		case models.Irrelevant:
			o.NotOf++
		}
	}
	weeks := min(float64(now.Sub(first))/float64(alertsWithin), overviewWeeks)
	for i := range all {
		o := &all[i]
		total := 0
		for _, week := range o.Weeks {
			total += week.Alerts
		}
		o.Alerts = &o.Weeks[overviewWeeks-1].Alerts
		if o.Measured = !first.IsZero() && weeks >= 1; o.Measured {
			o.PerWeek = float64(total) / weeks
		}
		if marked := o.Relevant + o.NotOf; marked > 0 {
			rate := rules.Wilson(o.Relevant, marked)
			o.Precision = &rate
		}
	}
	slices.SortStableFunc(all, func(a, b RuleOverview) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), strings.Compare(a.Title, b.Title))
	})
	return all, a.addChanges(ctx, all)
}

func (o RuleOverview) total() int {
	n := 0
	for _, week := range o.Weeks {
		n += week.Alerts
	}
	return n
}

// addChanges adds when each rule changed last, and who did it.
func (a *App) addChanges(ctx context.Context, all []RuleOverview) error {
	changed, err := a.store.RulesChanged(ctx)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, o := range all {
		ids[i] = o.ID
	}
	saved, err := a.ruleSaves(ctx, ids...)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].ChangedAt = changed[all[i].ID]
		for _, s := range saved {
			// A rule is in force some seconds after it was saved.
			if s.rule == all[i].ID && s.at.After(all[i].ChangedAt.Add(-savedBefore)) {
				all[i].ChangedAt, all[i].ChangedBy = s.at, s.by
			}
		}
	}
	return nil
}

// savedBefore is how long before a rule came into force it may have been saved.
const savedBefore = time.Hour

// A ruleSave is an entry of the audit: a person saved a rule.
type ruleSave struct {
	rule, by, after string
	at              time.Time
}

// ruleSaves returns when people saved rules, oldest first.
func (a *App) ruleSaves(ctx context.Context, ids ...string) ([]ruleSave, error) {
	entries, err := a.store.AuditBySubject(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var saves []ruleSave
	for _, e := range entries {
		var detail struct{ After string }
		if e.Action == "rule.saved" && json.Unmarshal([]byte(e.Detail), &detail) == nil {
			saves = append(saves, ruleSave{e.Subject, e.Actor, detail.After, e.At})
		}
	}
	return saves, nil
}

// A RuleCheck is what is known of a text that may become a rule.
type RuleCheck struct {
	Title    string        `json:"title"`
	Severity string        `json:"severity"`
	Draft    bool          `json:"draft"`
	Problems diag.Problems `json:"problems"` // why it cannot be saved; failing examples are among them
	Examples []RuleExample `json:"examples"`
	Reading  RuleReading   `json:"reading"`
	Valid    bool          `json:"valid"` // it can be tried; some of its examples may fail
}

// CheckRule checks a text for the file of a rule, and reads it in a language of readers. Nothing is stored.
func (a *App) CheckRule(id string, text []byte, language string) (RuleCheck, error) {
	if err := checkRuleID(id); err != nil {
		return RuleCheck{}, err
	}
	set, problems := a.checkRule(id, text)
	c := RuleCheck{Problems: nonNil(problems), Examples: []RuleExample{}, Reading: RuleReading{RuleID: id, Language: language, Sections: []reading.Section{}}}
	if set == nil {
		return c, nil
	}
	rule := set.Rules()[0]
	c.Valid, c.Title, c.Severity, c.Draft = true, rule.Title, string(rule.Severity), rule.Draft
	c.Examples, c.Reading = nonNil(set.Outcomes()), readingOf(a.Folder().inUse(set), rule, a.Config().Digests, language)
	return c, nil
}

// RuleWarnings returns likely mistakes in a text for the file of a rule. It takes a while for a large rule.
func (a *App) RuleWarnings(id string, text []byte) diag.Problems {
	set, problems := rules.LoadOne(a.ruleFiles(), a.RulePath(id), text)
	if len(problems) > 0 {
		return nil
	}
	return userfile.Below(a.dir, "rules", lint.Check(set)).Sorted()
}

// A RuleTrial is what a text for the file of a rule makes of an article.
type RuleTrial struct {
	Article models.Article
	Matches []models.Match // of the rule, the strongest first
	WhyNot  string         // why it does not match as a subject; in English
	Said    diag.Text      // WhyNot, for readers of other languages
}

// TryRule matches an article with a text for the file of a rule: a web address is fetched; the first line of a text is its
// title. Nothing is stored.
func (a *App) TryRule(ctx context.Context, id string, draft []byte, input string) (RuleTrial, error) {
	address := strings.TrimSpace(input)
	if strings.ContainsAny(address, " \n\t") || !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		title, text, _ := strings.Cut(strings.ReplaceAll(input, "\r\n", "\n"), "\n")
		return a.TryText(ctx, id, draft, title, text)
	}
	if err := a.may(ctx, RoleEditor); err != nil { // the address is fetched
		return RuleTrial{}, err
	}
	return a.tryRule(ctx, id, draft, ArticleInput{From: address})
}

// TryText matches an article with a title and a text with a text for the file of a rule. Nothing is stored, and nothing is
// fetched.
func (a *App) TryText(ctx context.Context, id string, draft []byte, title, text string) (RuleTrial, error) {
	if strings.TrimSpace(title) == "" && strings.TrimSpace(text) == "" {
		return RuleTrial{}, inputError("the text to try is empty; write a title and a text below it, or a web address")
	}
	return a.tryRule(ctx, id, draft, ArticleInput{From: "-", Stdin: strings.NewReader(title + "\n" + text)})
}

func (a *App) tryRule(ctx context.Context, id string, draft []byte, in ArticleInput) (RuleTrial, error) {
	set, err := a.loadOne(id, a.RulePath(id), draft)
	if err != nil {
		return RuleTrial{}, err
	}
	set = a.Folder().inUse(set)
	article, err := ReadArticle(ctx, a.dir, in)
	if err != nil {
		return RuleTrial{}, refused(err)
	}
	trial := RuleTrial{Article: article}
	for _, m := range models.Ranked(set.Match(article)) {
		if m.RuleID == id {
			trial.Matches = append(trial.Matches, m)
		}
	}
	trial.Said = set.WhyNot(id, article)
	trial.WhyNot = trial.Said.String()
	return trial, nil
}

// RuleSavedBy returns who saved the text of a rule that has a hash, and when; nobody if no person did through regwatch.
func (a *App) RuleSavedBy(ctx context.Context, id, hash string) (by string, at time.Time, err error) {
	saves, err := a.ruleSaves(ctx, id)
	for _, s := range saves {
		if s.after == hash {
			by, at = s.by, s.at
		}
	}
	return by, at, err
}

// A SharedRuleFile is a vocabulary file or a list that rules share.
type SharedRuleFile struct {
	Name  string // within the folder of rules, such as vocabulary/crypto.yaml
	Text  string
	Rules []Rule // that name it
}

// ReadSharedRuleFile reads a vocabulary file or a list of the folder of rules.
func (a *App) ReadSharedRuleFile(name string) (SharedRuleFile, error) {
	kind, file, _ := strings.Cut(name, "/")
	if !rules.IsShared(name) || !userfile.IsYAML(file) {
		return SharedRuleFile{}, inputError("%q is no vocabulary file and no list; rules share the files of the folders vocabulary and lists", name)
	}
	folder, err := os.OpenRoot(rulesFolder(a.dir))
	if err != nil {
		return SharedRuleFile{}, err
	}
	defer folder.Close()
	text, err := folder.ReadFile(name)
	if err != nil {
		return SharedRuleFile{}, inputError("there is no file %s in the folder of rules", name)
	}
	shared := SharedRuleFile{Name: name, Text: string(text)}
	inForce := a.Folder().Rules.Rules()
	for i, r := range a.Rules().List() {
		if slices.ContainsFunc(inForce[i].Vocabulary, func(v syntax.Ident) bool { return kind == "vocabulary" && v.Name == file }) {
			shared.Rules = append(shared.Rules, r)
		}
	}
	return shared, nil
}

// SharedFilesOf returns the vocabulary files that a rule in force names.
func (a *App) SharedFilesOf(id string) []string {
	var names []string
	if rule, err := a.Rules().find(id); err == nil {
		for _, v := range rule.Vocabulary {
			names = append(names, "vocabulary/"+v.Name)
		}
	}
	return names
}

// A RuleVersion is a text of a rule that has been in force, or that a person saved.
type RuleVersion struct {
	Revision string
	Text     string
	File     string // the hash of the text, as RuleFile and SaveRule use it
	At       time.Time
	By       string // who saved it; empty: unknown
	Diff     string // to the version before it, as a unified difference
}

// RuleVersions returns the texts of a rule that have been in force or were saved, the newest first.
func (a *App) RuleVersions(ctx context.Context, id string) ([]RuleVersion, error) {
	if err := a.requireStoredRule(ctx, id); err != nil {
		return nil, err
	}
	revisions, err := a.store.RuleRevisions(ctx, id)
	if err != nil {
		return nil, err
	}
	saves, err := a.ruleSaves(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []RuleVersion
	for i, r := range revisions {
		v := RuleVersion{Revision: r.Hash, Text: r.Text, File: fileHash([]byte(r.Text)), At: r.FirstUsedAt}
		for _, s := range saves {
			if s.after == v.File {
				v.By = s.by
			}
		}
		if i+1 < len(revisions) {
			v.Diff = udiff.Unified("", "", revisions[i+1].Text, r.Text)
		}
		all = append(all, v)
	}
	return all, nil
}

// ruleTextOf returns the text of a rule with a hash: the file, or a text that was in force.
func (a *App) ruleTextOf(ctx context.Context, id, hash string) (text string, known bool, err error) {
	current, err := a.RuleFile(id)
	if err != nil || current.Hash == hash {
		return current.Text, current.Hash == hash && hash != "", err
	}
	revisions, err := a.store.RuleRevisions(ctx, id)
	for _, r := range revisions {
		if fileHash([]byte(r.Text)) == hash {
			return r.Text, true, nil
		}
	}
	return "", false, err
}

// RestoreRule writes the text of a rule that has the file hash version, in the name of by, if the file still has the hash
// current. It is checked like any other text.
func (a *App) RestoreRule(ctx context.Context, id, version, current, by string) (SavedRule, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SavedRule{}, err
	}
	text, known, err := a.ruleTextOf(ctx, id, version)
	if err != nil {
		return SavedRule{}, err
	}
	if !known {
		return SavedRule{}, inputError("rule %s has no earlier text %.12q", id, version)
	}
	return a.SaveRule(ctx, id, []byte(text), current, by)
}

// SentRule returns the text that a browser sent of a rule. A browser sends every line end as CR LF, so the lines that were
// not changed get the line ends back that they had in the text that was edited, which has the hash base.
func (a *App) SentRule(ctx context.Context, id, base, sent string) ([]byte, error) {
	text, _, err := a.ruleTextOf(ctx, id, base)
	return []byte(withLineEnds(text, sent)), err
}

// withLineEnds returns a text with the line ends that its unchanged lines have in the text before. Changed lines have that of
// the first line that they replace, and new ones that of the first line.
func withLineEnds(before, sent string) string {
	unix := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	from, to := unix.Replace(before), unix.Replace(sent)
	newline := func(text string) string {
		if first, _, ended := strings.Cut(text, "\n"); ended && strings.HasSuffix(first, "\r") {
			return "\r\n"
		}
		return "\n"
	}
	// The offsets in before of the bytes of from.
	offsets := make([]int, 0, len(from)+1)
	for i := 0; i < len(before); i++ {
		offsets = append(offsets, i)
		if before[i] == '\r' && i+1 < len(before) && before[i+1] == '\n' {
			i++
		}
	}
	offsets = append(offsets, len(before))
	var b strings.Builder
	at := 0
	for _, e := range udiff.Lines(from, to) {
		b.WriteString(before[offsets[at]:offsets[e.Start]])
		replaced := before[offsets[e.Start]:offsets[e.End]]
		b.WriteString(strings.ReplaceAll(e.New, "\n", newline(cmp.Or(replaced, before))))
		at = e.End
	}
	b.WriteString(before[offsets[at]:])
	return b.String()
}

// A RuleMerge is a draft of a rule and the file, which has changed since the draft was begun.
type RuleMerge struct {
	Current   RuleText
	ChangedAt time.Time // zero: unknown
	ChangedBy string    // empty: unknown
	Known     bool      // the text that the draft was begun with is known, so that both can be joined
	Conflicts []LineConflict
	Text      string // both joined; empty if there are conflicts and no side was chosen
}

// MergeRule joins a draft of a rule, which was begun with the text that has the hash base, with what the file has now. Side
// is ours for the draft or theirs for the file, where both changed the same lines; empty: a person has to choose. Nothing is
// stored.
func (a *App) MergeRule(ctx context.Context, id string, draft []byte, base, side string) (RuleMerge, error) {
	current, err := a.RuleFile(id)
	if err != nil {
		return RuleMerge{}, err
	}
	m := RuleMerge{Current: current}
	if m.ChangedBy, m.ChangedAt, err = a.RuleSavedBy(ctx, id, current.Hash); err != nil {
		return m, err
	}
	before, known, err := a.ruleTextOf(ctx, id, base)
	if err != nil || !known || current.Hash == "" {
		return m, err
	}
	m.Known = true
	joined := merge.Lines(before, string(draft), current.Text)
	for _, c := range joined.Conflicts() {
		m.Conflicts = append(m.Conflicts, LineConflict{Line: c.Line, Before: c.Base, Yours: c.Ours, Shipped: c.Theirs})
	}
	m.Text, _ = joined.Text(map[string]merge.Side{"ours": merge.Ours, "theirs": merge.Theirs}[side])
	return m, nil
}

// RuleDifference returns what differs between two texts, as a unified difference; empty if they are the same.
func RuleDifference(before, after string) string { return udiff.Unified("", "", before, after) }

// The parts of a rule that a form shows.
type (
	RuleFields = form.Form
	RuleGroup  = form.Group
	RulePlace  = form.Place
)

// IsFieldError reports whether an error is about what a person entered in a form: a part of the file that is written so that
// a form cannot change it, a field that needs a value, or a number that is too small or too large.
func IsFieldError(err error) bool {
	return is[*form.LockedError](err) || is[*form.EmptyError](err) || is[*form.NumberError](err)
}

// ReadRuleFields reads a text for the file of a rule as a form. If the text has mistakes, the error is a diag.Problems.
func ReadRuleFields(id string, text []byte) (RuleFields, error) {
	f, problems := form.Read(id+".yaml", text)
	return f, problems.Err()
}

// WriteRuleFields returns a text for the file of a rule with what a form shows. Everything else stays byte for byte.
func WriteRuleFields(id string, text []byte, f RuleFields) ([]byte, error) {
	return form.Write(id+".yaml", text, f)
}

// FieldWords reads a field of a form that has one word or phrase a line.
func FieldWords(field string) []string { return form.Words(field) }
