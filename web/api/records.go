package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"regwatch/app"
	"regwatch/models"
)

const (
	groupArticles = "Articles"
	groupSources  = "Sources"
	groupMessages = "Messages"
	groupRecords  = "Dates and audit"
)

func articleOperations() []operation {
	return []operation{
		{ID: "listArticles", Method: http.MethodGet, Path: "/articles", Group: groupArticles, Scope: app.ScopeRead, Does: "List articles, the newest first.", Params: []param{
			{Name: "source", In: inQuery, Type: "text", Doc: "the ID of a source"},
			{Name: "since", In: inQuery, Type: "time", Doc: "seen from then on; with revised, revised from then on; with imported, published from then on"},
			{Name: "revised", In: inQuery, Type: "flag", Doc: "true: only those whose text has changed, the last change first"},
			{Name: "imported", In: inQuery, Type: "flag", Doc: "true: only imported ones, which are left out otherwise"},
		}, Result: app.Article{}, List: true, handle: func(c *call) (any, error) {
			f := app.ArticleFilter{Source: c.text("source"), Since: c.time("since"), Revised: c.flag("revised"), Imported: c.flag("imported"), After: c.position(), Limit: c.limit() + 1}
			found, err := c.engine.Articles(c, f)
			if err != nil {
				return nil, err
			}
			return pageOf(c, found, f.Position), nil
		}},
		{ID: "searchArticles", Method: http.MethodGet, Path: "/articles/search", Group: groupArticles, Scope: app.ScopeRead, Does: "Search the texts of articles, those published last first. It has no further pages: narrow the query or the time.", Params: []param{
			{Name: "q", In: inQuery, Type: "text", Required: true, Doc: "in the language of rules"},
			{Name: "since", In: inQuery, Type: "time", Doc: "seen from then on"},
			{Name: "limit", In: inQuery, Type: "number", Doc: "at most so many; 1 to " + strconv.Itoa(maxLimit) + ", otherwise " + strconv.Itoa(defaultLimit)},
		}, Result: app.SearchResult{}, Slow: true, Cost: SlowCost / 4, Problems: []problemCode{codeMistakes}, handle: func(c *call) (any, error) {
			return c.engine.Search(c, app.SearchRequest{Words: []string{c.text("q")}, Since: c.time("since"), Limit: c.limit()})
		}},
		{ID: "getArticle", Method: http.MethodGet, Path: "/articles/{id}", Group: groupArticles, Scope: app.ScopeRead, Does: "Get an article with its text, revisions, matches and events.", Result: app.ArticleDetails{}, handle: func(c *call) (any, error) {
			return c.engine.Article(c, c.id())
		}},
	}
}

func sourceOperations() []operation {
	const editor, scope = app.RoleEditor, app.ScopeSources
	return []operation{
		{ID: "listSources", Method: http.MethodGet, Path: "/sources", Group: groupSources, Scope: app.ScopeRead, Does: "List the sources with their health, by ID.", Result: app.Source{}, List: true, handle: func(c *call) (any, error) {
			found, err := c.engine.Sources(c)
			if err != nil {
				return nil, err
			}
			return pageOfAll(c, found, func(s app.Source) string { return s.ID }, false), nil
		}},
		{ID: "getSource", Method: http.MethodGet, Path: "/sources/{id}", Group: groupSources, Scope: app.ScopeRead, Does: "Get a source with its health.", Result: app.Source{}, handle: func(c *call) (any, error) { return c.source() }},
		{ID: "pauseSource", Method: http.MethodPost, Path: "/sources/{id}/pause", Group: groupSources, Scope: scope, Role: editor, Does: "Keep a source from being scanned. It writes the file of the source.", Result: pausedSource{}, Writes: true, handle: func(c *call) (any, error) { return c.pause(true) }},
		{ID: "resumeSource", Method: http.MethodPost, Path: "/sources/{id}/resume", Group: groupSources, Scope: scope, Role: editor, Does: "Let a source be scanned again.", Result: pausedSource{}, Writes: true, handle: func(c *call) (any, error) { return c.pause(false) }},
	}
}

// A pausedSource says what became of a source.
type pausedSource struct {
	ID      string `json:"id"`
	Paused  bool   `json:"paused"`
	Changed bool   `json:"changed"` // false: it was so before
}

func (c *call) source() (app.Source, error) {
	all, err := c.engine.Sources(c)
	if err != nil {
		return app.Source{}, err
	}
	i := slices.IndexFunc(all, func(s app.Source) bool { return s.ID == c.id() })
	if i < 0 {
		return app.Source{}, notFound("source", c.id())
	}
	return all[i], nil
}

func (c *call) pause(paused bool) (any, error) {
	if _, err := c.source(); err != nil {
		return nil, err
	}
	changed, err := c.engine.PauseSource(c, c.id(), paused, c.by())
	return pausedSource{c.id(), paused, changed}, err
}

func messageOperations() []operation {
	people := []param{
		{Name: "channel", In: inQuery, Type: "text", Doc: "the name of a channel"},
		{Name: "recipient", In: inQuery, Type: "text", Doc: "the name of a recipient"},
		{Name: "event", In: inQuery, Type: "text", Doc: "the ID of an event"},
		{Name: "since", In: inQuery, Type: "time", Doc: "created from then on"},
	}
	return []operation{
		{ID: "listNotices", Method: http.MethodGet, Path: "/notices", Group: groupMessages, Scope: app.ScopeRead, Does: "List the notices that were not sent, with the reason, or that are sent later; the newest first.", Params: append([]param{
			{Name: "state", In: inQuery, Type: "text", Enum: []string{"held", "deferred"}, Doc: "held: not sent (otherwise); deferred: sent later"},
		}, people...), Result: app.UnsentNotice{}, List: true, Problems: []problemCode{codeNotFound}, handle: func(c *call) (any, error) {
			f := app.NoticeFilter{Channel: c.text("channel"), Recipient: c.text("recipient"), Event: c.text("event"), Since: c.time("since"), After: c.position(), Limit: c.limit() + 1}
			read := c.engine.HeldNotices
			if c.text("state") == "deferred" {
				read = c.engine.DeferredNotices
			}
			found, err := read(c, f)
			if err != nil {
				return nil, err
			}
			return pageOf(c, found, app.UnsentNotice.Position), nil
		}},
		{ID: "listDeliveries", Method: http.MethodGet, Path: "/deliveries", Group: groupMessages, Scope: app.ScopeRead, Does: "List the deliveries of notices, the newest first.", Params: append([]param{
			{Name: "state", In: inQuery, Type: "text", Enum: []string{"due", "sent", "dead", "dropped", "unverified"}},
		}, people...), Result: app.Delivery{}, List: true, Problems: []problemCode{codeNotFound}, handle: func(c *call) (any, error) {
			found, err := c.engine.Deliveries(c, app.DeliveryFilter{State: c.text("state"), Channel: c.text("channel"), Recipient: c.text("recipient"), Event: c.text("event"), Since: c.time("since"), After: c.position(), Limit: c.limit() + 1})
			if err != nil {
				return nil, err
			}
			return pageOf(c, found, app.Delivery.Position), nil
		}},
		{ID: "getDelivery", Method: http.MethodGet, Path: "/deliveries/{id}", Group: groupMessages, Scope: app.ScopeRead, Does: "Get a delivery with every attempt.", Result: app.DeliveryDetails{}, handle: func(c *call) (any, error) {
			return c.engine.Delivery(c, c.id())
		}},
		{ID: "retryDelivery", Method: http.MethodPost, Path: "/deliveries/{id}/retry", Group: groupMessages, Scope: app.ScopeDeliveries, Role: app.RoleEditor, Does: "Send a dead or dropped delivery again.", Result: app.DeliveryDetails{}, Writes: true, handle: func(c *call) (any, error) {
			retried, err := c.engine.RetryDeliveries(c, app.DeliveryDecision{IDs: []string{c.id()}, By: c.by()})
			if err != nil {
				return nil, err
			}
			return c.engine.Delivery(c, retried[0].ID)
		}},
		{ID: "listDigests", Method: http.MethodGet, Path: "/digests", Group: groupMessages, Scope: app.ScopeRead, Does: "List the digests that were created, the newest first.", Params: []param{{Name: "digest", In: inQuery, Type: "text", Doc: "the name of a digest"}}, Result: app.Digest{}, List: true, handle: func(c *call) (any, error) {
			found, err := c.engine.Digests(c, c.text("digest"), c.position(), c.limit()+1)
			if err != nil {
				return nil, err
			}
			return pageOf(c, found, app.Digest.Position), nil
		}},
		{ID: "getDigest", Method: http.MethodGet, Path: "/digests/{id}", Group: groupMessages, Scope: app.ScopeRead, Does: "Get a digest with its contents, as data and as the mail has it.", Result: app.RenderedDigest{}, handle: func(c *call) (any, error) {
			return c.engine.ShowDigest(c, app.DigestQuery{ID: c.id()})
		}},
	}
}

func recordOperations() []operation {
	return []operation{
		{ID: "listDeadlines", Method: http.MethodGet, Path: "/deadlines", Group: groupRecords, Scope: app.ScopeRead, Does: "List the deadlines and effective dates of events, the earliest first.", Params: []param{
			{Name: "from", In: inQuery, Type: "day", Doc: "from this day on"},
			{Name: "to", In: inQuery, Type: "day", Doc: "up to this day"},
			{Name: "kind", In: inQuery, Type: "text", Enum: app.DateKinds()},
			{Name: "rule", In: inQuery, Type: "text", Doc: "of events that this rule matched"},
			{Name: "severity", In: inQuery, Type: "text", Doc: "the lowest: low, medium, high or critical"},
			{Name: "jurisdiction", In: inQuery, Type: "text", Doc: "in English"},
		}, Result: app.DatedEvent{}, List: true, handle: listDeadlines},
		{ID: "listAudit", Method: http.MethodGet, Path: "/audit", Group: groupRecords, Scope: app.ScopeRead, Does: "List the audit, the newest entry first.", Params: []param{
			{Name: "since", In: inQuery, Type: "time", Doc: "from then on"},
			{Name: "actor", In: inQuery, Type: "text", Doc: "a person, or regwatch; * stands for any text"},
			{Name: "action", In: inQuery, Type: "text", Doc: "such as event.marked or event.*"},
			{Name: "subject", In: inQuery, Type: "text", Doc: "the ID of an event, article, rule or source"},
			{Name: "oldest_first", In: inQuery, Type: "flag", Doc: "true: the oldest entry first, so that a program can follow the log"},
		}, Result: app.AuditEntry{}, List: true, handle: listAudit},
		{ID: "getAuditHead", Method: http.MethodGet, Path: "/audit/head", Group: groupRecords, Scope: app.ScopeRead, Does: "Get the number and hash of the last entry of the audit, to be kept elsewhere.", Result: models.AuditHead{}, handle: func(c *call) (any, error) { return c.engine.AuditHead(c) }},
	}
}

func listDeadlines(c *call) (any, error) {
	found, err := c.engine.KeyDates(c, app.DateFilter{From: c.text("from"), To: c.text("to"), Kind: c.text("kind"), Rule: c.text("rule"), Severity: c.text("severity"), Jurisdiction: c.text("jurisdiction")})
	if err != nil {
		return nil, err
	}
	page := pageOfAll(c, found, func(d app.DatedEvent) string {
		sum := sha256.Sum256([]byte(d.Quote))
		return strings.Join([]string{d.Day, d.EventID, d.Kind, hex.EncodeToString(sum[:8])}, " ")
	}, false)
	return page, c.engine.DateDetails(c, page.items.([]app.DatedEvent))
}

func listAudit(c *call) (any, error) {
	f := app.AuditFilter{Since: c.time("since"), Actor: c.text("actor"), Action: c.text("action"), Subject: c.text("subject"), OldestFirst: c.flag("oldest_first"), Limit: c.limit() + 1}
	after, err := strconv.ParseInt(cmp.Or(c.after.Key, "0"), 10, 64)
	if err != nil || after < 0 {
		return nil, noCursor()
	}
	if f.OldestFirst {
		f.After = after
	} else {
		f.Before = after
	}
	found, err := c.engine.Audit(c, f)
	if err != nil {
		return nil, err
	}
	return pageOf(c, found, func(e app.AuditEntry) app.Position { return app.Position{ID: strconv.FormatInt(e.Seq, 10)} }), nil
}
