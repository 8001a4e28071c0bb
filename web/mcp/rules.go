package mcp

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
)

const (
	defaultBacktest = 90  // days
	longestBacktest = 366 // days
	newestHits      = 10
	// backtestTime is how long a backtest may read. Then only the newest articles count, and "from" says which.
	backtestTime = 15 * time.Second
)

type rulesAnswer struct {
	Rules []app.Rule `json:"rules"`
}

func (s *server) listRules(_ context.Context, _ caller, _ struct{}) (any, error) {
	return rulesAnswer{s.app.Rules().List()}, nil
}

type ruleInput struct {
	Rule string `json:"rule" jsonschema:"the ID of the rule"`
}

type ruleAnswer struct {
	ID    string        `json:"id"`
	Hash  string        `json:"hash"` // of the file, for propose_rule
	Text  string        `json:"rule_text"`
	Check app.RuleCheck `json:"check"`
}

func (s *server) readRule(_ context.Context, _ caller, in ruleInput) (any, error) {
	file, err := s.ruleFile(in.Rule)
	if err != nil {
		return nil, err
	}
	check, err := s.app.CheckRule(file.ID, []byte(file.Text), "en")
	return ruleAnswer{file.ID, file.Hash, file.Text, check}, err
}

// ruleFile returns the file of a rule that must exist.
func (s *server) ruleFile(id string) (app.RuleText, error) {
	file, err := s.app.RuleFile(id)
	if err == nil && file.Hash == "" {
		err = mistakef("there is no rule %q; list_rules lists them", id)
	}
	return file, err
}

type testInput struct {
	Rule  string `json:"rule" jsonschema:"the ID of the rule"`
	Draft string `json:"draft,omitempty" jsonschema:"a text for the file of the rule that is not saved; otherwise the saved rule is tested"`
	Title string `json:"title,omitempty" jsonschema:"the title of an article to try"`
	Text  string `json:"text,omitempty" jsonschema:"the text of the article; paragraphs end with an empty line"`
}

type testAnswer struct {
	Check   app.RuleCheck  `json:"check"`
	Tried   bool           `json:"tried"`             // a title or a text was given, and the rule can be tried
	Matches []models.Match `json:"matches"`           // of the rule, the strongest first
	WhyNot  string         `json:"why_not,omitempty"` // why the article does not match as a subject
}

func (s *server) testRule(ctx context.Context, _ caller, in testInput) (any, error) {
	draft, err := s.draftOr(in.Rule, in.Draft)
	if err != nil {
		return nil, err
	}
	check, err := s.app.CheckRule(in.Rule, draft, "en")
	answer := testAnswer{Check: check, Matches: []models.Match{}}
	if err != nil || !check.Valid || strings.TrimSpace(in.Title+in.Text) == "" {
		return answer, err
	}
	trial, err := s.app.TryText(ctx, in.Rule, draft, strings.Join(strings.Fields(in.Title), " "), in.Text)
	if err != nil {
		return nil, err
	}
	answer.Tried, answer.WhyNot = true, trial.WhyNot
	answer.Matches = append(answer.Matches, trial.Matches...)
	return answer, nil
}

// draftOr returns a draft, or the saved text if there is none.
func (s *server) draftOr(id, draft string) ([]byte, error) {
	if draft != "" {
		return []byte(draft), nil
	}
	file, err := s.ruleFile(id)
	return []byte(file.Text), err
}

type backtestInput struct {
	Rule  string `json:"rule" jsonschema:"the ID of the rule"`
	Draft string `json:"draft,omitempty" jsonschema:"a text for the file of the rule that is not saved, which is compared with the saved rule; otherwise the saved rule is compared with the version before"`
	Days  int    `json:"days,omitempty" jsonschema:"how far back, at most 366; otherwise 90"`
}

type backtestAnswer struct {
	FromWeb  string       `json:"from_web"`
	Backtest app.Backtest `json:"backtest"`
}

func (s *server) backtestRule(ctx context.Context, _ caller, in backtestInput) (any, error) {
	days := in.Days
	switch {
	case days == 0:
		days = defaultBacktest
	case days < 0, days > longestBacktest:
		return nil, mistakef("days is %d; use a number from 1 to %d", days, longestBacktest)
	}
	r := app.BacktestRequest{RuleID: in.Rule, Since: s.app.Now().AddDate(0, 0, -days), Newest: newestHits, Within: backtestTime}
	if in.Draft != "" {
		r.Draft, r.DraftName = []byte(in.Draft), "draft"
	} else if _, err := s.ruleFile(in.Rule); err != nil {
		return nil, err
	}
	b, err := s.app.BacktestRule(ctx, r)
	return backtestAnswer{fromWeb, b}, err
}

type proposalInput struct {
	Rule string `json:"rule" jsonschema:"the ID of the rule"`
	Text string `json:"text" jsonschema:"the whole new file of the rule"`
	Hash string `json:"hash" jsonschema:"of the file that the text was begun with, as read_rule says"`
}

type proposalAnswer struct {
	Proposal string `json:"proposal_id"`
	State    string `json:"state"`
	By       string `json:"by"`
	Decide   string `json:"decide"` // where a person decides
}

func (s *server) proposeRule(ctx context.Context, c caller, in proposalInput) (any, error) {
	file, err := s.ruleFile(in.Rule)
	if err != nil {
		return nil, err
	}
	if in.Hash != file.Hash {
		return nil, mistakef("the file of rule %s is another one by now, or the hash is not that of read_rule; read it again", in.Rule)
	}
	p, err := s.app.ProposeRule(ctx, in.Rule, []byte(in.Text), in.Hash, c.by)
	if err != nil {
		return nil, err
	}
	return proposalAnswer{p.ID, p.State, p.By, s.page("/rules/"+url.PathEscape(p.RuleID)+"/proposals", nil)}, nil
}

type exceptionInput struct {
	Event  string `json:"event" jsonschema:"the ID of an event that is not relevant"`
	Query  string `json:"query,omitempty" jsonschema:"what such articles have in common, in the language of rules; otherwise the rarest words of the title"`
	Reason string `json:"reason,omitempty" jsonschema:"why they are not relevant"`
}

type exceptionAnswer struct {
	FromWeb string               `json:"from_web"`
	Query   string               `json:"query"`
	Preview app.ExceptionPreview `json:"preview"` // what it would have held back
	Add     string               `json:"add"`     // where a person can add it
}

func (s *server) proposeException(ctx context.Context, c caller, in exceptionInput) (any, error) {
	proposed, err := s.app.ProposeException(ctx, in.Event)
	if err != nil && in.Query == "" {
		return nil, err
	}
	e, err := s.app.Event(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	query, rule := cmp.Or(strings.TrimSpace(in.Query), proposed.Query), cmp.Or(e.LeadRule, proposed.RuleID)
	if rule == "" {
		return nil, mistakef("no rule matches event %s, so there is nothing to except", e.ID)
	}
	preview, err := s.app.PreviewException(ctx, app.ExceptionRequest{Scope: models.ExceptRule, Target: rule, Query: query, Reason: cmp.Or(in.Reason, "not relevant"), By: c.by, FromEvent: e.ID})
	if err != nil {
		return nil, err
	}
	values := url.Values{"rule": {rule}, "query": {query}}
	if in.Reason != "" {
		values.Set("reason", in.Reason)
	}
	return exceptionAnswer{fromWeb, query, preview, s.page("/events/"+e.ID+"/exception", values)}, nil
}

// page is the address of a page of the console: whole if readers have one, otherwise from its root.
func (s *server) page(path string, values url.Values) string {
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	return s.app.Config().Web.Public + path
}
