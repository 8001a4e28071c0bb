package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"regwatch/internal/build"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/store"
)

// An AuditEntry is one entry of the audit log.
type AuditEntry struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Action   string    `json:"action"`
	Subject  string    `json:"subject"`
	Detail   any       `json:"detail"` // an object; without white space it is what was hashed
	PrevHash string    `json:"prev_hash"`
	Hash     string    `json:"hash"`

	Text string `json:"-"` // Detail as it is stored
}

func newAuditEntry(e models.AuditEntry) AuditEntry {
	entry := AuditEntry{e.Seq, e.At, e.Actor, e.Action, e.Subject, e.Detail, e.PrevHash, e.Hash, e.Detail}
	if json.Valid([]byte(e.Detail)) { // it is not if another program wrote it
		entry.Detail = json.RawMessage(e.Detail)
	}
	return entry
}

// An AuditFilter says which entries are wanted. A field with its zero value allows every
// entry. Actor and Action may contain * for any text.
type AuditFilter struct {
	After       int64 // only entries with a higher number, oldest first
	Before      int64 // only entries with a lower number; 0: all
	Since       time.Time
	People      bool   // only what people did, not regwatch itself
	Actor       string // the person, or regwatch
	Action      string // such as event.marked, or event.*
	Subject     string // the subject, or at least 8 characters of the beginning of an ID
	OldestFirst bool
	Limit       int // 0 means 100
}

// Audit returns entries of the audit log, newest first. With After they come oldest first,
// so that a program can follow the log.
func (a *App) Audit(ctx context.Context, f AuditFilter) ([]AuditEntry, error) {
	if f.After < 0 {
		return nil, inputError("--after %d; use the number of an entry", f.After)
	}
	found, err := a.store.Audit(ctx, store.AuditFilter{
		After: f.After, Before: f.Before, Since: f.Since, People: f.People, Actor: f.Actor, Action: f.Action, Subject: f.Subject, OldestFirst: f.OldestFirst || f.After > 0, Limit: f.Limit,
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 && f.Action != "" {
		if err := a.requireAction(ctx, f.Action); err != nil {
			return nil, err
		}
	}
	entries := make([]AuditEntry, len(found))
	for i, e := range found {
		entries[i] = newAuditEntry(e)
	}
	return entries, nil
}

// AuditTitles returns what the subjects of entries are called: events, articles, messages,
// rules and sources.
func (a *App) AuditTitles(ctx context.Context, entries []AuditEntry) (map[string]string, error) {
	var subjects, noticeIDs []string
	noticeOf := make(map[string]string) // of a delivery
	for _, e := range entries {
		switch kind, _, _ := strings.Cut(e.Action, "."); kind {
		case "notice":
			noticeIDs = append(noticeIDs, e.Subject)
		case "delivery":
			if id := e.Notice(); id != "" {
				noticeOf[e.Subject] = id
				noticeIDs = append(noticeIDs, id)
			}
		default:
			subjects = append(subjects, e.Subject)
		}
	}
	titles, err := a.store.AuditTitles(ctx, subjects)
	if err != nil {
		return nil, err
	}
	notices, err := a.store.NoticesByID(ctx, noticeIDs)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		titles[n.ID] = sentTitle(n)
		if n.Recipient != "" {
			titles[n.ID] = strings.TrimPrefix(titles[n.ID]+" → "+n.Recipient, " → ")
		}
	}
	for delivery, notice := range noticeOf {
		titles[delivery] = titles[notice]
	}
	for _, names := range []map[string]string{a.ruleTitles(), a.sourceNames()} {
		for id, name := range names {
			titles[id] = name
		}
	}
	return titles, nil
}

// Notice returns the ID of the notice of an entry about a delivery; empty if it names none.
func (e AuditEntry) Notice() string {
	var about struct{ Notice string }
	_ = json.Unmarshal([]byte(e.Text), &about) // another program may have written it
	return about.Notice
}

// requireAction refuses an action that the audit log has no entry of.
func (a *App) requireAction(ctx context.Context, action string) error {
	actions, err := a.store.AuditActions(ctx)
	if err != nil || strings.Contains(action, "*") || len(actions) == 0 || slices.Contains(actions, strings.ToLower(action)) {
		return err
	}
	return inputError("the audit log has no action %q%s; it has %s", action, yamlnode.DidYouMean(action, actions), strings.Join(actions, ", "))
}

// An AuditCheck is the result of checking that no entry was changed or removed.
type AuditCheck struct {
	Entries int64  `json:"entries"` // that are intact
	Intact  bool   `json:"intact"`
	What    string `json:"what,omitempty"` // what is wrong with the first entry that is not intact
}

// VerifyAudit checks that no entry of the audit log was changed or removed, and that the log has the entries of the heads
// that somebody kept, each written SEQ:HASH. Without a head it cannot notice that the whole log was written anew.
func (a *App) VerifyAudit(ctx context.Context, heads ...string) (AuditCheck, error) {
	kept := make([]models.AuditHead, len(heads))
	for i, text := range heads {
		var ok bool
		if kept[i], ok = models.ParseAuditHead(text); !ok {
			return AuditCheck{}, inputError("--head %q is not understood; use the number and the hash of an entry as a digest or regwatch audit head gives them, such as 1234:0123456789abcdef0123456789abcdef", text)
		}
	}
	n, err := a.store.VerifyAudit(ctx)
	for _, h := range kept {
		if err == nil {
			err = a.store.CheckAuditHead(ctx, h)
		}
	}
	if broken, ok := errors.AsType[*store.BrokenAuditError](err); ok {
		return AuditCheck{Entries: n, What: broken.Error()}, nil
	}
	return AuditCheck{Entries: n, Intact: err == nil}, err
}

// AuditHead returns the last entry of the audit log, to be kept elsewhere and given to [App.VerifyAudit] later; the zero
// head if the log is empty.
func (a *App) AuditHead(ctx context.Context) (models.AuditHead, error) { return a.store.AuditHead(ctx) }

// Evidence is everything that is stored about an event, with the entries of the audit log that prove it: what was
// published, when it was seen, by which rule it was found, who was notified and when, and who decided what.
type Evidence struct {
	CreatedAt time.Time         `json:"created_at"`
	Program   string            `json:"program"` // regwatch and its version
	Event     EventDetails      `json:"event"`
	Articles  []EvidenceArticle `json:"articles"` // in the order of the event
	Rules     []EvidenceRule    `json:"rules"`    // the revisions that matched, in order
	Audit     []AuditEntry      `json:"audit"`    // about the event, its articles and its notices, oldest first
	AuditHead models.AuditHead  `json:"audit_head"`
	LogIntact AuditCheck        `json:"audit_check"`
}

// An EvidenceArticle is an article of the event with each text that it has had.
type EvidenceArticle struct {
	Article
	Revisions []EvidenceText `json:"revisions"` // oldest first
}

// An EvidenceText is one text of an article. Its hash is that of title and text.
type EvidenceText struct {
	ArticleRevision
	Text string `json:"text"` // empty if it was deleted by age; the hash stays
}

// An EvidenceRule is a revision of a rule that matched an article of the event.
type EvidenceRule struct {
	RuleID      string    `json:"rule_id"`
	Hash        string    `json:"hash"`
	FirstUsedAt time.Time `json:"first_used_at"`
	Text        string    `json:"text"`       // the file, byte for byte
	Vocabulary  string    `json:"vocabulary"` // the shared lists that it used, as JSON
}

// Evidence returns the evidence of an event, which is found by its ID or the beginning of it.
func (a *App) Evidence(ctx context.Context, id string) (Evidence, error) {
	event, err := a.Event(ctx, id)
	if err != nil {
		return Evidence{}, err
	}
	e := Evidence{CreatedAt: a.now(), Program: "regwatch " + build.Version(), Event: event, Articles: []EvidenceArticle{}, Rules: []EvidenceRule{}}
	for _, id := range eventArticleIDs(event) {
		article, err := a.evidenceArticle(ctx, id)
		if err != nil {
			return e, err
		}
		e.Articles = append(e.Articles, article)
	}
	if e.Rules, err = a.evidenceRules(ctx, event.Matches); err != nil {
		return e, err
	}
	if e.Audit, err = a.evidenceAudit(ctx, event); err != nil {
		return e, err
	}
	if e.AuditHead, err = a.AuditHead(ctx); err != nil {
		return e, err
	}
	e.LogIntact, err = a.VerifyAudit(ctx)
	return e, err
}

// eventArticleIDs returns the articles of an event. A roundup with several reports in it is one.
func eventArticleIDs(e EventDetails) []string {
	var ids []string
	for _, in := range e.Articles {
		if !slices.Contains(ids, in.ArticleID) {
			ids = append(ids, in.ArticleID)
		}
	}
	return ids
}

func (a *App) evidenceArticle(ctx context.Context, id string) (EvidenceArticle, error) {
	details, err := a.Article(ctx, id)
	if err != nil {
		return EvidenceArticle{}, err
	}
	article := EvidenceArticle{Article: details.Article, Revisions: []EvidenceText{}}
	revisions, err := a.store.ArticleRevisions(ctx, id)
	for _, r := range revisions {
		article.Revisions = append(article.Revisions, EvidenceText{newRevision(r), r.Body})
	}
	return article, err
}

func (a *App) evidenceRules(ctx context.Context, matches []Match) ([]EvidenceRule, error) {
	used := []EvidenceRule{}
	for _, m := range matches {
		isUsed := func(r EvidenceRule) bool { return r.RuleID == m.RuleID && r.Hash == m.RuleHash }
		if slices.ContainsFunc(used, isUsed) {
			continue
		}
		revisions, err := a.store.RuleRevisions(ctx, m.RuleID)
		if err != nil {
			return nil, err
		}
		for _, r := range revisions {
			if r.Hash == m.RuleHash {
				used = append(used, EvidenceRule{r.RuleID, r.Hash, r.FirstUsedAt, r.Text, r.Vocabulary})
			}
		}
	}
	slices.SortFunc(used, func(x, y EvidenceRule) int {
		return cmp.Or(cmp.Compare(x.RuleID, y.RuleID), x.FirstUsedAt.Compare(y.FirstUsedAt), cmp.Compare(x.Hash, y.Hash))
	})
	return used, nil
}

func (a *App) evidenceAudit(ctx context.Context, event EventDetails) ([]AuditEntry, error) {
	notices, err := a.store.EventNotices(ctx, event.ID)
	if err != nil {
		return nil, err
	}
	subjects := append([]string{event.ID}, eventArticleIDs(event)...)
	for _, n := range notices {
		subjects = append(subjects, n.ID)
		for _, d := range n.Deliveries {
			subjects = append(subjects, d.ID)
		}
	}
	found, err := a.store.AuditBySubject(ctx, subjects...)
	entries := make([]AuditEntry, len(found))
	for i, e := range found {
		entries[i] = newAuditEntry(e)
	}
	return entries, err
}
