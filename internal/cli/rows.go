package cli

import (
	"encoding/json"
	"time"

	"regwatch/models"
)

// What --json prints of the nouns has types of its own: programs of others read
// it, so its names stay when a field or a column is called otherwise.

// An eventRow is an event, with its articles, who was told and what people said.
type eventRow struct {
	ID            string              `json:"id"`
	Revision      int                 `json:"revision"` // rises with every change
	MergedInto    string              `json:"merged_into,omitempty"`
	Title         string              `json:"title"`
	Link          string              `json:"link"`
	Severity      string              `json:"severity"`
	Strength      string              `json:"strength"` // subject or mention
	LeadRule      string              `json:"lead_rule"`
	RuleIDs       []string            `json:"rule_ids"`
	Jurisdictions []string            `json:"jurisdictions"`
	Official      bool                `json:"official"`
	Baseline      bool                `json:"baseline"` // known only from first scans so far
	FirstSeenAt   time.Time           `json:"first_seen_at"`
	LastSeenAt    time.Time           `json:"last_seen_at"`
	Articles      []eventArticleRow   `json:"articles"` // oldest first
	Told          []toldRow           `json:"told"`
	Takes         []models.Assignment `json:"takes"` // who works on it
	Marks         []models.Feedback   `json:"marks"`
}

// An eventArticleRow is an article's place in an event.
type eventArticleRow struct {
	ArticleID   string     `json:"article_id"`
	Part        int        `json:"part,omitempty"` // report of a digest, from 1
	Source      string     `json:"source"`
	SourceName  string     `json:"source_name"`
	Role        string     `json:"role"`
	Title       string     `json:"title"`
	Link        string     `json:"link"`
	Strength    string     `json:"strength"`
	JoinedBy    string     `json:"joined_by"`
	JoinedAt    time.Time  `json:"joined_at"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	SeenAt      time.Time  `json:"seen_at"`
}

// A toldRow is what one recipient has heard of an event, or is owed.
type toldRow struct {
	Recipient string     `json:"recipient"`
	Severity  string     `json:"severity"` // the highest
	RuleIDs   []string   `json:"rule_ids"`
	Official  bool       `json:"official"`
	Lost      bool       `json:"lost"`       // every delivery was given up
	WaitUntil *time.Time `json:"wait_until"` // when what waits of it is told; null when nothing does
}

func rowOfEvent(e models.Event) eventRow {
	r := eventRow{
		ID: e.ID, Revision: e.Revision, MergedInto: e.MergedInto, Title: e.Title, Link: e.Link, Severity: string(e.Severity),
		Strength: string(e.Strength), LeadRule: e.LeadRule, RuleIDs: list(e.RuleIDs), Jurisdictions: list(e.Jurisdictions),
		Official: e.Official, Baseline: e.Baseline, FirstSeenAt: e.FirstSeenAt, LastSeenAt: e.LastSeenAt,
		Articles: []eventArticleRow{}, Told: []toldRow{}, Takes: list(e.Assignments), Marks: list(e.Feedback),
	}
	for _, a := range e.Articles {
		r.Articles = append(r.Articles, eventArticleRow{
			ArticleID: a.ArticleID, Part: a.Part, Source: a.SourceID, SourceName: a.SourceName, Role: string(a.Role), Title: a.Title,
			Link: a.Link, Strength: string(a.Strength), JoinedBy: a.JoinedBy, JoinedAt: a.JoinedAt,
			PublishedAt: timeOrNone(a.PublishedAt), SeenAt: a.SeenAt,
		})
	}
	for _, t := range e.Notified {
		r.Told = append(r.Told, toldRow{t.Recipient, string(t.Severity), list(t.Rules), t.Official, t.Lost, timeOrNone(t.WaitUntil)})
	}
	return r
}

// A matchRow is a rule that a revision of an article has met, as the rule was
// then.
type matchRow struct {
	ArticleID string       `json:"article_id"`
	Revision  int          `json:"revision"`
	Part      int          `json:"part,omitempty"` // report of a digest, from 1
	RuleID    string       `json:"rule_id"`
	RuleHash  string       `json:"rule_hash"`
	RuleTitle string       `json:"rule_title"`
	Topic     string       `json:"topic"`
	Why       string       `json:"why,omitempty"`
	Severity  string       `json:"severity"`
	Strength  string       `json:"strength"`
	Draft     bool         `json:"draft"`
	Alerts    bool         `json:"alerts"` // by itself worth an alert
	Routes    []string     `json:"routes"`
	Tags      []string     `json:"tags"`
	Hits      []models.Hit `json:"hits"`
	MatchedAt time.Time    `json:"matched_at"`
}

func rowsOfMatches(matches []models.Match) []matchRow {
	rows := []matchRow{}
	for _, m := range matches {
		rows = append(rows, matchRow{
			ArticleID: m.ArticleID, Revision: m.Revision, Part: m.Part, RuleID: m.RuleID, RuleHash: m.RuleHash, RuleTitle: m.RuleTitle, Topic: m.Topic,
			Why: m.Why, Severity: string(m.Severity), Strength: string(m.Strength), Draft: m.Draft, Alerts: m.Alerts(),
			Routes: list(m.Routes), Tags: list(m.Tags), Hits: list(m.Hits), MatchedAt: m.MatchedAt,
		})
	}
	return rows
}

// An auditRow is one entry of the audit.
type auditRow struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Action   string    `json:"action"`
	Subject  string    `json:"subject"`
	Detail   any       `json:"detail"` // an object; without white space it is what was hashed
	PrevHash string    `json:"prev_hash"`
	Hash     string    `json:"hash"`
}

func rowOfEntry(e models.AuditEntry) auditRow {
	r := auditRow{e.Seq, e.At, e.Actor, e.Action, e.Subject, e.Detail, e.PrevHash, e.Hash}
	if json.Valid([]byte(e.Detail)) { // it is not if another hand wrote it
		r.Detail = json.RawMessage(e.Detail)
	}
	return r
}

// list is a list for JSON, where none is [] and not null.
func list[T any](some []T) []T { return append([]T{}, some...) }

// timeOrNone is a time for JSON, where a zero one is left out.
func timeOrNone(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
