package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/yamlnode"
)

const groupRules = "Rules"

// The bodies of requests about rules.
type (
	ruleBody struct {
		Text string `json:"text" doc:"the file, byte for byte"`
	}
	testBody struct {
		Text     string `json:"text,omitempty" doc:"a text that is not saved; otherwise the saved rule is tested"`
		Language string `json:"language,omitempty" enum:"en|zh-HK|zh-CN" doc:"of the reading; otherwise en"`
	}
	backtestBody struct {
		Text   string `json:"text,omitempty" doc:"a text that is not saved, which is compared with the saved rule; otherwise the saved rule is compared with the version before"`
		Since  string `json:"since,omitempty" doc:"a day or a time; otherwise 90 days ago"`
		By     string `json:"by,omitempty" enum:"seen|published" doc:"the time by which articles count; otherwise seen"`
		Newest int    `json:"newest,omitempty" doc:"how many of the newest hits to return, at most 500; otherwise 20"`
	}
)

const (
	backtestDays = 90
	newestHits   = 20
	// backtestTime is how long a backtest may read, as in the console. Then only the newest articles count, and `from` says
	// which. Grouping what was found takes up to twice as long; what takes longer than timeLimit is refused with a shorter period.
	backtestTime = 8 * time.Second
)

func ruleOperations() []operation {
	return []operation{
		{ID: "listRules", Method: http.MethodGet, Path: "/rules", Group: groupRules, Scope: app.ScopeRead, Does: "List the rules in force, by ID.", Result: app.Rule{}, List: true, handle: func(c *call) (any, error) {
			return pageOfAll(c, c.engine.Rules().List(), func(r app.Rule) string { return r.ID }, false), nil
		}},
		{ID: "getRule", Method: http.MethodGet, Path: "/rules/{id}", Group: groupRules, Scope: app.ScopeRead, Does: "Get the file of a rule. Its ETag is needed to save it.", Result: app.RuleText{}, Tagged: true, handle: func(c *call) (any, error) {
			rule, err := c.rule()
			return tagged{rule, rule.Hash}, err
		}},
		{ID: "saveRule", Method: http.MethodPut, Path: "/rules/{id}", Group: groupRules, Scope: app.ScopeRules, Role: app.RoleEditor, Does: "Save the file of a rule, if it is still the one that was edited.", Params: []param{
			{Name: "If-Match", In: inHeader, Type: "text", Doc: "the ETag of the file that was edited"},
			{Name: "If-None-Match", In: inHeader, Type: "text", Enum: []string{"*"}, Doc: "instead of If-Match: only if there is no such rule"},
		}, Body: ruleBody{}, Result: app.SavedRule{}, Tagged: true, Writes: true, Problems: []problemCode{codeMistakes, codeChanged, codeNoCondition}, handle: saveRule},
		{ID: "testRule", Method: http.MethodPost, Path: "/rules/{id}/test", Group: groupRules, Scope: app.ScopeRead, Does: "Check a rule and run its examples. Nothing is stored.", Body: testBody{}, BodyOptional: true, Result: app.RuleCheck{}, Checks: true, Cost: SlowCost / 4, handle: testRule},
		{ID: "backtestRule", Method: http.MethodPost, Path: "/rules/{id}/backtest", Group: groupRules, Scope: app.ScopeRead, Does: "Say what a rule would have found in the stored articles, compared with another version of it. Nothing is stored.", Body: backtestBody{}, BodyOptional: true, Result: app.Backtest{}, Slow: true, Cost: SlowCost, Problems: []problemCode{codeMistakes, codeTooLong}, handle: backtestRule},
	}
}

// rule returns the file of the rule that a request names.
func (c *call) rule() (app.RuleText, error) {
	rule, err := c.engine.RuleFile(c.id())
	if _, isInput := err.(*app.InputError); isInput || err == nil && rule.Hash == "" {
		return rule, notFound("rule", c.id())
	}
	return rule, err
}

func saveRule(c *call) (any, error) {
	base := strings.Trim(strings.TrimPrefix(strings.TrimSpace(c.r.Header.Get("If-Match")), "W/"), `"`)
	isNew := strings.TrimSpace(c.r.Header.Get("If-None-Match")) == "*"
	if (base == "") == !isNew {
		return nil, newProblem(codeNoCondition, "Send If-Match with the ETag of the rule that was edited, or If-None-Match: * for a new one.")
	}
	saved, err := c.engine.SaveRule(c, c.id(), []byte(c.body.(*ruleBody).Text), base, c.by())
	return tagged{saved, saved.Hash}, err
}

func testRule(c *call) (any, error) {
	b := c.body.(*testBody)
	text := b.Text
	if text == "" {
		saved, err := c.rule()
		if err != nil {
			return nil, err
		}
		text = saved.Text
	}
	language := b.Language
	if language == "" {
		language = "en"
	}
	if known := c.op.words("language"); !slices.Contains(known, language) {
		return nil, newProblem(codeRefused, fmt.Sprintf("\"language\" is %q; use %s.", language, yamlnode.Or(known)))
	}
	checked, err := c.engine.CheckRule(c.id(), []byte(text), language)
	checked.Problems = c.inFolder(checked.Problems)
	return checked, err
}

func backtestRule(c *call) (any, error) {
	b := c.body.(*backtestBody)
	r := app.BacktestRequest{RuleID: c.id(), By: b.By, Newest: newestHits, Since: c.engine.Now().AddDate(0, 0, -backtestDays), Within: backtestTime}
	if b.Newest != 0 {
		r.Newest = b.Newest
	}
	if r.Newest < 1 || r.Newest > maxLimit {
		return nil, newProblem(codeRefused, "\"newest\" is a number from 1 to 500.")
	}
	if b.Since != "" {
		var err error
		if r.Since, err = parseTime(b.Since); err != nil {
			return nil, newProblem(codeRefused, "\"since\" is "+b.Since+"; use a time such as 2026-01-31T08:00:00Z, or a day such as 2026-01-31.")
		}
	}
	if b.Text != "" {
		r.Draft, r.DraftName = []byte(b.Text), "draft"
	} else if _, err := c.rule(); err != nil {
		return nil, err
	}
	return c.engine.BacktestRule(c, r)
}
