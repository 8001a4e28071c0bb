package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/sanitize"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/rules"
	"regwatch/store"
)

// reportRules notifies people of exceptions that end and of rules to review.
func (e *Engine) reportRules(ctx context.Context, now time.Time) error {
	optOuts, err := e.store.OptOuts(ctx)
	if err != nil {
		return err
	}
	ends, err := e.exceptionEnds(ctx)
	if err != nil {
		return err
	}
	reviews := e.reviewsDue(now)
	plan := func() []models.Notice {
		return append(notifier.PlanExceptionEnds(ends, e.routing(), optOuts, now), notifier.PlanReviews(reviews, e.routing(), optOuts, now)...)
	}
	notices, err := e.newNotices(ctx, plan())
	if err != nil || len(notices) == 0 {
		return err
	}
	// What the rules did takes long to count, and is needed only once.
	for i := range reviews {
		if err := e.fillReview(ctx, &reviews[i], now); err != nil {
			return err
		}
	}
	if err := e.store.CommitNotices(ctx, plan()); err != nil {
		return err
	}
	e.worker.Wake()
	return nil
}

// newNotices returns the notices that are not stored yet.
func (a *App) newNotices(ctx context.Context, planned []models.Notice) ([]models.Notice, error) {
	ids := make([]string, len(planned))
	for i, n := range planned {
		ids[i] = n.ID
	}
	stored, err := a.store.NoticesByID(ctx, ids)
	return slices.DeleteFunc(planned, func(n models.Notice) bool {
		return slices.ContainsFunc(stored, func(s models.Notice) bool { return s.ID == n.ID })
	}), err
}

// reviewsDue returns the rules whose review may be due, in any time zone.
func (a *App) reviewsDue(now time.Time) []models.RuleReview {
	var due []models.RuleReview
	for _, r := range a.Folder().Rules.Rules() {
		if notifier.ReviewDue(r.ReviewBy, now.AddDate(0, 0, 1)) {
			due = append(due, models.RuleReview{RuleID: r.ID, Title: r.Title, Owner: r.Owner, Day: r.ReviewBy})
		}
	}
	return due
}

// fillReview adds what a rule did since its last review, or since it was first in force.
func (a *App) fillReview(ctx context.Context, r *models.RuleReview, now time.Time) error {
	var err error
	if r.Since, err = a.reviewedSince(ctx, r.RuleID); err != nil {
		return err
	}
	alerts, err := a.store.AlertsByRule(ctx, r.Since)
	if err != nil {
		return err
	}
	rated, err := a.store.RatedEvents(ctx, models.ArticleWindow{Since: r.Since, Until: now})
	if err != nil {
		return err
	}
	r.Alerts = alerts[r.RuleID]
	for _, e := range rated {
		if !slices.Contains(slices.Concat(e.Event.RuleIDs, e.Event.DigestRules), r.RuleID) {
			continue
		}
		switch verdict, _ := models.Judge(e.Feedback, r.RuleID); verdict {
		case models.Relevant:
			r.Relevant++
		case models.Irrelevant:
			r.Irrelevant++
		}
	}
	r.Held, err = a.store.ExceptedSince(ctx, r.RuleID, r.Since)
	return err
}

// reviewedSince returns when a rule was last reviewed, or first in force; zero if it never was.
func (a *App) reviewedSince(ctx context.Context, ruleID string) (time.Time, error) {
	entries, err := a.store.AuditBySubject(ctx, ruleID)
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range slices.Backward(entries) {
		if e.Action == store.RuleReviewed {
			return e.At, nil
		}
	}
	versions, err := a.store.RuleRevisions(ctx, ruleID)
	if err != nil || len(versions) == 0 {
		return time.Time{}, err
	}
	return versions[len(versions)-1].FirstUsedAt, nil
}

// unknownOwners warns about owners who are no recipients: nobody could be reminded.
func unknownOwners(f *Folder) diag.Problems {
	var problems diag.Problems
	routing := f.Config.Routing()
	for _, r := range f.Rules.Rules() {
		if _, known := routing.RecipientOf(r.Owner); r.Owner != "" && !known {
			problems = append(problems, r.OwnerPos.Problem(diag.Textf("the owner %q is no recipient", r.Owner), "use the name of a recipient of regwatch.yaml or one of its addresses; until then, those under health are reminded of the review"))
		}
	}
	return problems
}

// A RuleReviewed is a rule that a person has reviewed.
type RuleReviewed struct {
	ID     string `json:"id"`
	File   string `json:"file"`
	Before string `json:"review_by_before,omitempty"`
	Next   string `json:"review_by"`
	By     string `json:"by,omitempty"`
}

// ReviewRule records that a person has reviewed a rule, and sets the day of the next review in its file. Nothing else in the
// file changes.
func (a *App) ReviewRule(ctx context.Context, id, next, by string) (RuleReviewed, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RuleReviewed{}, err
	}
	if err := a.requireRule(id); err != nil {
		return RuleReviewed{}, err
	}
	now := a.now()
	if day, err := time.Parse(time.DateOnly, next); err != nil {
		return RuleReviewed{}, inputError("%q is not a date; write year, month and day, such as %s", next, now.In(a.Zone()).AddDate(0, 6, 0).Format(time.DateOnly))
	} else if day.Format(time.DateOnly) <= now.In(a.Zone()).Format(time.DateOnly) {
		return RuleReviewed{}, inputError("the next review must be in the future, and %s is not", next)
	}
	current, err := a.RuleFile(id)
	if err != nil {
		return RuleReviewed{}, err
	}
	set, problems := rules.LoadOne(a.ruleFiles(), a.RulePath(id), []byte(current.Text))
	if len(problems) > 0 {
		return RuleReviewed{}, userfile.Below(a.dir, "rules", problems)
	}
	rule := set.Rules()[0]
	text, ok := withReviewDay(current.Text, rule, next)
	if !ok {
		return RuleReviewed{}, inputError("the head of %s is not written with one key a line; set review_by: %s in it yourself", filepath.Join(rulesFolder(a.dir), filepath.FromSlash(a.RulePath(id))), next)
	}
	saved, err := a.SaveRule(ctx, id, []byte(text), current.Hash, by)
	if err != nil {
		return RuleReviewed{}, err
	}
	reviewed := RuleReviewed{ID: id, File: saved.File, Before: rule.ReviewBy, Next: next, By: by}
	return reviewed, a.store.RecordRuleReview(ctx, id, rule.ReviewBy, next, by, a.now().UTC())
}

// reviewLine is the line of review_by: what is before its date, the date, and what is after.
var reviewLine = regexp.MustCompile(`^(review_by:\s+["']?)(\d{4}-\d{2}-\d{2})(["']?\s*(?:#.*)?)$`)

// withReviewDay returns the text of a rule with another review date; a rule without one gets a line below its id. It changes
// no other byte. ok is false if the text is not written so that this can be done.
func withReviewDay(text string, rule rules.Rule, day string) (changed string, ok bool) {
	lines := strings.SplitAfter(text, "\n")
	if rule.ReviewBy != "" {
		i := rule.ReviewPos.Line - 1
		line := strings.TrimRight(lines[i], "\r\n")
		parts := reviewLine.FindStringSubmatch(line)
		if parts == nil {
			return "", false
		}
		lines[i] = parts[1] + day + parts[3] + lines[i][len(line):]
		return strings.Join(lines, ""), true
	}
	i := rule.IDPos.Line - 1
	line := strings.TrimRight(lines[i], "\r\n")
	if !strings.HasPrefix(strings.TrimPrefix(line, "\ufeff"), "id:") || len(line) == len(lines[i]) {
		return "", false
	}
	lines[i] += "review_by: " + day + lines[i][len(line):]
	return strings.Join(lines, ""), true
}

// exceptionEnds returns the exceptions that nobody removed, with what they held.
func (a *App) exceptionEnds(ctx context.Context) ([]notifier.ExceptionEnd, error) {
	all, err := a.store.Exceptions(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	counts, err := a.store.ExceptionCounts(ctx)
	if err != nil {
		return nil, err
	}
	inForce := a.Folder().Rules.Rules()
	var ends []notifier.ExceptionEnd
	for _, x := range all {
		if !x.EndedAt.IsZero() {
			continue
		}
		end := notifier.ExceptionEnd{ExceptionReport: models.ExceptionReport{Exception: x, Held: counts[x.ID].Matches}}
		if i := slices.IndexFunc(inForce, func(r rules.Rule) bool { return x.Scope == models.ExceptRule && r.ID == x.Target }); i >= 0 {
			end.RuleTitle, end.Routes = inForce[i].Title, inForce[i].Routes
		}
		ends = append(ends, end)
	}
	return ends, nil
}

// A RuleHistoryEntry is a change of what a rule does.
type RuleHistoryEntry struct {
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"` // empty: regwatch
	What   string    `json:"what"`         // such as in force, saved, model accepted, exception added
	Detail string    `json:"detail,omitempty"`
}

// RuleHistory returns what has changed in a rule, oldest first: its versions, who saved it, its relevance models, its
// reviews and its exceptions.
func (a *App) RuleHistory(ctx context.Context, ruleID string) ([]RuleHistoryEntry, error) {
	if err := a.requireStoredRule(ctx, ruleID); err != nil {
		return nil, err
	}
	history := []RuleHistoryEntry{}
	versions, err := a.store.RuleRevisions(ctx, ruleID)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		history = append(history, RuleHistoryEntry{At: v.FirstUsedAt, What: "in force", Detail: "version " + v.Hash[:min(len(v.Hash), 12)]})
	}
	add := func(subject, detail string) error {
		entries, err := a.store.AuditBySubject(ctx, subject)
		for _, e := range entries {
			if e.Action == "rule.applied" {
				continue // it changes nothing
			}
			history = append(history, RuleHistoryEntry{e.At, e.Actor, strings.TrimPrefix(strings.ReplaceAll(e.Action, ".", " "), "rule "), cmp.Or(detail, e.Detail)})
		}
		return err
	}
	if err := add(ruleID, ""); err != nil {
		return nil, err
	}
	exceptions, err := a.Exceptions(ctx, ruleID, true)
	if err != nil {
		return nil, err
	}
	for _, x := range exceptions {
		if err := add(x.ID, "not this: "+x.Query+" ("+x.Reason+")"); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(history, func(a, b RuleHistoryEntry) int { return a.At.Compare(b.At) })
	return history, nil
}

// RuleWithExceptions is the text of a rule with the exceptions in force that apply to it.
type RuleWithExceptions struct {
	RuleText
	Exceptions []Exception `json:"exceptions"`
}

// RuleWithExceptions returns the text of a rule in one of its forms, with the exceptions that apply to it as comments below
// it: the text can still replace the file.
func (a *App) RuleWithExceptions(ctx context.Context, id string, form RuleForm) (RuleWithExceptions, error) {
	text, err := a.Rules().Text(id, form)
	if err != nil {
		return RuleWithExceptions{}, err
	}
	r := RuleWithExceptions{RuleText: text}
	if r.Exceptions, err = a.Exceptions(ctx, id, false); err != nil || len(r.Exceptions) == 0 {
		return r, err
	}
	var b strings.Builder
	if b.WriteString(r.Text); !strings.HasSuffix(r.Text, "\n") {
		b.WriteByte('\n')
	}
	b.WriteString("\n# Exceptions in force. They are stored in the database: see regwatch exceptions.\n")
	for _, x := range r.Exceptions {
		until := "without an end"
		if !x.Until.IsZero() {
			until = "until " + x.Until.In(a.Zone()).Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "# not this: %s\n#   %s %s, %s, by %s: %s\n", sanitize.Line(x.Query), x.Scope, cmp.Or(x.Target, "rules"), until, sanitize.Line(cmp.Or(x.By, "somebody")), sanitize.Line(x.Reason))
	}
	r.Text = b.String()
	return r, nil
}

// A RuleProposal is a text of a rule that a person did not save, so that somebody else decides about it.
type RuleProposal struct {
	RuleID    string
	ID        string // the hash of the text
	Text      string
	Base      string // the hash of the text that it was begun with
	By        string
	At        time.Time
	State     string // proposed, accepted or refused
	DecidedBy string
	DecidedAt time.Time
}

// The states of a RuleProposal.
const (
	ProposalOpen     = "proposed"
	ProposalAccepted = "accepted"
	ProposalRefused  = "refused"
)

// Pending reports whether nobody has decided about the proposal.
func (p RuleProposal) Pending() bool { return p.State == ProposalOpen }

// ProposeRule stores a text for the file of a rule as a proposal, in the name of by. The error is a diag.Problems if the text
// has mistakes. BaseHash is the hash of the text that it was begun with.
func (a *App) ProposeRule(ctx context.Context, id string, text []byte, baseHash, by string) (RuleProposal, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RuleProposal{}, err
	}
	p := RuleProposal{RuleID: id, ID: fileHash(text), Text: string(text), Base: baseHash, By: by, At: a.now().UTC(), State: ProposalOpen}
	file, err := a.RuleFile(id)
	if err != nil {
		return p, err
	}
	if file.Hash == p.ID {
		return p, inputError("the file of rule %s has this text already", id)
	}
	if _, problems := a.checkRule(id, text); len(problems) > 0 {
		return p, problems
	}
	return p, a.store.RecordRuleProposal(ctx, store.RuleProposed, models.RuleDraft{Person: by, RuleID: id, Text: p.Text, BaseHash: baseHash, SavedAt: p.At}, p.ID)
}

// RuleProposals returns the proposals for a rule, the newest first.
func (a *App) RuleProposals(ctx context.Context, id string) ([]RuleProposal, error) {
	entries, err := a.store.AuditBySubject(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []RuleProposal
	for _, e := range entries {
		if !slices.Contains(store.ProposalActions(), e.Action) {
			continue
		}
		var d struct{ Proposal, Text, Base string }
		if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(p RuleProposal) bool { return p.ID == d.Proposal })
		switch {
		case e.Action == store.RuleProposed:
			if i >= 0 {
				all = slices.Delete(all, i, i+1) // somebody proposed the same again
			}
			all = append(all, RuleProposal{RuleID: id, ID: d.Proposal, Text: d.Text, Base: d.Base, By: e.Actor, At: e.At, State: ProposalOpen})
		case i < 0:
		case e.Action == store.RuleProposalReopened:
			all[i].State, all[i].DecidedBy, all[i].DecidedAt = ProposalOpen, "", time.Time{}
		default:
			all[i].State, all[i].DecidedBy, all[i].DecidedAt = ProposalAccepted, e.Actor, e.At
			if e.Action == store.RuleProposalRefused {
				all[i].State = ProposalRefused
			}
		}
	}
	slices.Reverse(all)
	return all, nil
}

// proposalOf returns a proposal in a state.
func (a *App) proposalOf(ctx context.Context, id, proposal, state string) (RuleProposal, error) {
	all, err := a.RuleProposals(ctx, id)
	if err != nil {
		return RuleProposal{}, err
	}
	for _, p := range all {
		switch {
		case p.ID != proposal:
		case p.State != state:
			return p, inputError("this proposal for rule %s is %s", id, p.State)
		default:
			return p, nil
		}
	}
	return RuleProposal{}, inputError("rule %s has no proposal %.12q", id, proposal)
}

// AcceptRuleProposal writes a proposal to the file of its rule, joined with what has changed since the proposal was begun, in
// the name of by, who is somebody else than the one who proposed it. Current is the hash of the file that by has seen.
func (a *App) AcceptRuleProposal(ctx context.Context, id, proposal, current, by string) (SavedRule, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SavedRule{}, err
	}
	p, err := a.proposalOf(ctx, id, proposal, ProposalOpen)
	if err != nil {
		return SavedRule{}, err
	}
	if p.By == by {
		return SavedRule{}, inputError("%s proposed this, so somebody else accepts it; to save it yourself, open it as a draft", by)
	}
	merged, err := a.MergeRule(ctx, id, []byte(p.Text), p.Base, "")
	if err != nil {
		return SavedRule{}, err
	}
	if merged.Text == "" {
		return SavedRule{}, inputError("the file of rule %s and the proposal changed the same lines; open the proposal as a draft to decide", id)
	}
	saved, err := a.SaveRule(ctx, id, []byte(merged.Text), current, by)
	if err != nil {
		return saved, err
	}
	return saved, a.decideProposal(ctx, store.RuleProposalAccepted, p, by)
}

// RefuseRuleProposal refuses a proposal in the name of by; the one who made it takes it back so.
func (a *App) RefuseRuleProposal(ctx context.Context, id, proposal, by string) error {
	return a.changeProposal(ctx, store.RuleProposalRefused, id, proposal, ProposalRefused, by)
}

// ReopenRuleProposal undoes a refusal.
func (a *App) ReopenRuleProposal(ctx context.Context, id, proposal, by string) error {
	return a.changeProposal(ctx, store.RuleProposalReopened, id, proposal, ProposalOpen, by)
}

func (a *App) changeProposal(ctx context.Context, action, id, proposal, to, by string) error {
	if err := a.may(ctx, RoleEditor); err != nil {
		return err
	}
	from := ProposalOpen
	if to == ProposalOpen {
		from = ProposalRefused
	}
	p, err := a.proposalOf(ctx, id, proposal, from)
	if err != nil {
		return err
	}
	return a.decideProposal(ctx, action, p, by)
}

func (a *App) decideProposal(ctx context.Context, action string, p RuleProposal, by string) error {
	return a.store.RecordRuleProposal(ctx, action, models.RuleDraft{Person: by, RuleID: p.RuleID, SavedAt: a.now().UTC()}, p.ID)
}
