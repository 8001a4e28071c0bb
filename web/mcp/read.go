package mcp

import (
	"context"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"regwatch/app"
)

// How much an answer holds. An assistant reads tens of thousands of characters at most.
const (
	defaultResults = 10
	mostResults    = 50
	textPage       = 20000 // characters of an article in one answer
	eventText      = 3000  // characters of each article of an event
	eventTexts     = 8     // articles of an event whose text is shown
)

// addTools adds all tools.
func (s *server) addTools(p *sdk.Server) {
	read := func(name, title, does string) tool {
		return tool{name: name, title: title, does: does, scope: app.ScopeRead}
	}
	slow := func(t tool) tool { t.slow = true; return t }
	proposes := func(name, title, does string) tool {
		return tool{name: name, title: title, does: does, scope: app.ScopeRules, proposes: true}
	}
	add(s, p, slow(read("search_events", "Search events", "Find events, the newest first, by words and filters.")), s.searchEvents)
	add(s, p, read("read_event", "Read an event", "Read an event: stage with proof, key dates, articles with the beginning of their texts, matches, notes, and who was notified."), s.readEvent)
	add(s, p, read("read_article", "Read an article", "Read the stored text of an article, in pages."), s.readArticle)
	add(s, p, read("list_deadlines", "List deadlines", "List deadlines and effective dates, the earliest first, each with the sentence that states it."), s.listDeadlines)
	add(s, p, read("explain_alert", "Explain an alert", "Say who was notified of an event and why, who was not and why not, and what the routes make of it now."), s.explainAlert)
	add(s, p, read("list_rules", "List rules", "List the rules in force with title, severity and reason."), s.listRules)
	add(s, p, read("read_rule", "Read a rule", "Read the file of a rule, a reading of it in plain words, and its examples."), s.readRule)
	add(s, p, slow(read("test_rule", "Test a rule", "Check a rule or a draft of it, run its examples, and say what it makes of a title and a text. Nothing is stored.")), s.testRule)
	add(s, p, slow(read("backtest_rule", "Backtest a rule", "Say what a rule or a draft of it would have found in the stored articles, beside the saved rule. Nothing is stored.")), s.backtestRule)
	add(s, p, proposes("propose_rule", "Propose a change of a rule", "Store a text for the file of a rule as a proposal. A person sees its difference and its effect in the console, and accepts or refuses it."), s.proposeRule)
	add(s, p, tool{name: "propose_exception", title: "Propose an exception", does: "Say what an exception would hold back, and give the address of the console at which a person can add it. Nothing is stored.", scope: app.ScopeRead, slow: true}, s.proposeException)
}

type searchInput struct {
	Query        string   `json:"query,omitempty" jsonschema:"words that an article has all of, or a query in the language of rules"`
	Rules        []string `json:"rules,omitempty" jsonschema:"IDs of rules that matched"`
	Severity     string   `json:"severity,omitempty" jsonschema:"the lowest: low, medium, high or critical"`
	Stages       []string `json:"stages,omitempty" jsonschema:"how far a rule change is, such as proposed or in-force; none for events without one"`
	Jurisdiction string   `json:"jurisdiction,omitempty" jsonschema:"in English, such as Hong Kong"`
	Since        string   `json:"since,omitempty" jsonschema:"a day such as 2026-01-31, or a time in RFC 3339: seen or changed from then on"`
	Until        string   `json:"until,omitempty" jsonschema:"a day or a time: before then"`
	Assignee     string   `json:"assignee,omitempty" jsonschema:"a person, or nobody"`
	State        string   `json:"state,omitempty" jsonschema:"open or closed"`
	Before       string   `json:"before,omitempty" jsonschema:"the ID of the last event of the answer before, for the next ones"`
	Limit        int      `json:"limit,omitempty" jsonschema:"how many events, at most 50; otherwise 10"`
}

type eventsAnswer struct {
	FromWeb string      `json:"from_web"`
	Total   int         `json:"total"` // events that the filter allows
	Events  []app.Event `json:"events"`
}

func (s *server) searchEvents(ctx context.Context, _ caller, in searchInput) (any, error) {
	f := app.EventFilter{Rules: in.Rules, Severity: in.Severity, Stages: in.Stages, AssignedTo: in.Assignee, State: in.State, Query: in.Query, Before: in.Before}
	if in.Jurisdiction != "" {
		f.Jurisdictions = []string{in.Jurisdiction}
	}
	var err error
	if f.Since, err = timeOf("since", in.Since); err != nil {
		return nil, err
	}
	if f.Until, err = timeOf("until", in.Until); err != nil {
		return nil, err
	}
	found, total, err := s.app.NewestEvents(ctx, f, limitOf(in.Limit))
	return eventsAnswer{fromWeb, total, found}, err
}

type eventInput struct {
	Event string `json:"event" jsonschema:"the ID of the event, or the beginning of it"`
}

type eventAnswer struct {
	FromWeb string           `json:"from_web"`
	Event   app.EventDetails `json:"event"`
	Texts   []textAnswer     `json:"texts"` // of its first articles
}

// A textAnswer is a part of the text of an article.
type textAnswer struct {
	Article    string `json:"article_id"`
	Title      string `json:"title"`
	Text       string `json:"untrusted_text"`
	Characters int    `json:"characters"`            // of the whole text
	NextOffset int    `json:"next_offset,omitempty"` // where read_article goes on; 0: this is the end
}

func (s *server) readEvent(ctx context.Context, _ caller, in eventInput) (any, error) {
	e, err := s.app.Event(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	answer := eventAnswer{FromWeb: fromWeb, Event: e, Texts: []textAnswer{}}
	for _, a := range e.Articles[:min(len(e.Articles), eventTexts)] {
		article, err := s.app.Article(ctx, a.ArticleID)
		if err != nil {
			return nil, err
		}
		answer.Texts = append(answer.Texts, textOf(article, 0, eventText))
	}
	return answer, nil
}

type articleInput struct {
	Article string `json:"article" jsonschema:"the ID of the article, the beginning of it, or its link"`
	Offset  int    `json:"offset,omitempty" jsonschema:"the character to begin with, as next_offset of the answer before says"`
}

type articleAnswer struct {
	FromWeb string             `json:"from_web"`
	Article app.Article        `json:"article"`
	Matches []app.Match        `json:"matches"`
	Events  []app.ArticleEvent `json:"events"`
	Problem string             `json:"problem,omitempty"` // why the text is not all of what the page says
	Text    textAnswer         `json:"text"`
}

func (s *server) readArticle(ctx context.Context, _ caller, in articleInput) (any, error) {
	d, err := s.app.Article(ctx, in.Article)
	if err != nil {
		return nil, err
	}
	return articleAnswer{fromWeb, d.Article, d.Matches, d.Events, d.Problem().String(), textOf(d, in.Offset, textPage)}, nil
}

// textOf returns n of the characters that people see of the text of an article, from an offset on.
func textOf(d app.ArticleDetails, offset, n int) textAnswer {
	text := []rune(visible(d.Body))
	begin := min(max(offset, 0), len(text))
	end := min(begin+n, len(text))
	t := textAnswer{Article: d.ID, Title: d.Title, Text: string(text[begin:end]), Characters: len(text)}
	if end < len(text) {
		t.NextOffset = end
	}
	return t
}

type deadlinesInput struct {
	From         string `json:"from,omitempty" jsonschema:"a day such as 2026-01-31; otherwise today in the time zone of the team"`
	To           string `json:"to,omitempty" jsonschema:"a day; otherwise any"`
	Rule         string `json:"rule,omitempty" jsonschema:"the ID of a rule that matched the event"`
	Kind         string `json:"kind,omitempty" jsonschema:"deadline or effective; otherwise both"`
	Jurisdiction string `json:"jurisdiction,omitempty" jsonschema:"in English, such as Hong Kong"`
	Limit        int    `json:"limit,omitempty" jsonschema:"how many, at most 50; otherwise 10"`
}

type deadlinesAnswer struct {
	FromWeb string           `json:"from_web"`
	From    string           `json:"from"`
	Dates   []app.DatedEvent `json:"dates"`
}

func (s *server) listDeadlines(ctx context.Context, _ caller, in deadlinesInput) (any, error) {
	f := app.DateFilter{From: in.From, To: in.To, Rule: in.Rule, Kind: in.Kind, Jurisdiction: in.Jurisdiction, Limit: limitOf(in.Limit)}
	if f.From == "" {
		f.From = s.app.Now().In(s.app.Zone()).Format(time.DateOnly)
	}
	dates, err := s.app.KeyDates(ctx, f)
	if err != nil {
		return nil, err
	}
	return deadlinesAnswer{fromWeb, f.From, dates}, s.app.DateDetails(ctx, dates)
}

type alertAnswer struct {
	FromWeb     string                `json:"from_web"`
	Event       app.Event             `json:"event"`
	Matches     []app.Match           `json:"matches"`
	Notices     []app.EventNotice     `json:"notices"`      // what was decided, oldest first
	NotNotified []app.EventNotice     `json:"not_notified"` // for each recipient who was notified of nothing, why
	Routes      *app.RouteExplanation `json:"routes"`       // what the routes make of it now, as if nobody had been notified
}

func (s *server) explainAlert(ctx context.Context, _ caller, in eventInput) (any, error) {
	e, err := s.app.Event(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	// An ID of an event: what else ExplainRoutes takes, files and web addresses, does not get there.
	routes, err := s.app.ExplainRoutes(ctx, app.ArticleInput{From: e.ID})
	if err != nil {
		return nil, err
	}
	held := e.NotNotified()
	if held == nil {
		held = []app.EventNotice{}
	}
	return alertAnswer{fromWeb, e.Event, e.Matches, e.Notices, held, &routes}, nil
}

// limitOf is how many results are returned of those that were asked for.
func limitOf(asked int) int {
	if asked <= 0 {
		return defaultResults
	}
	return min(asked, mostResults)
}

// timeOf reads a day, which begins at midnight in UTC, or a time; the zero time if it is empty.
func timeOf(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, mistakef("%s is %q; use a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z", name, text)
}
