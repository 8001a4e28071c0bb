package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"regwatch/models"
)

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
	e := Evidence{CreatedAt: a.now(), Program: "regwatch " + Version(), Event: event, Articles: []EvidenceArticle{}, Rules: []EvidenceRule{}}
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
