package app

import (
	"context"
	"fmt"
	"slices"

	"regwatch/internal/difference"
	"regwatch/models"
)

// An ArticleChange is what changed from one revision of an article to another.
type ArticleChange struct {
	Article      string          `json:"article"`
	Title        string          `json:"title"`
	Link         string          `json:"link"`
	From         ArticleRevision `json:"from"`
	To           ArticleRevision `json:"to"`
	TitleChanged bool            `json:"title_changed"`
	Compared     bool            `json:"text_compared"` // false if either text was deleted by age
	Removed      int             `json:"paragraphs_gone"`
	Added        int             `json:"paragraphs_new"`
	Edits        []ArticleEdit   `json:"changes"`
}

// An ArticleEdit is some paragraphs that were removed and those that were added in their
// place.
type ArticleEdit struct {
	Removed []string `json:"gone"`
	Added   []string `json:"new"`
}

// CompareRevisions compares two revisions of an article, which is found like the one of
// [App.Article]. If to is 0, it is the last; if from is 0, it is the one before to.
func (a *App) CompareRevisions(ctx context.Context, id string, from, to int) (ArticleChange, error) {
	article, err := a.findArticle(ctx, id)
	if err != nil {
		return ArticleChange{}, err
	}
	revisions, err := a.store.ArticleRevisions(ctx, article.ID)
	if err != nil {
		return ArticleChange{}, err
	}
	before, after, err := pickRevisions(article.ID, revisions, from, to)
	if err != nil {
		return ArticleChange{}, err
	}
	return compareRevisions(article, before, after), nil
}

func pickRevisions(id string, all []models.ArticleRevision, from, to int) (before, after models.ArticleRevision, err error) {
	if len(all) < 2 {
		return before, after, fmt.Errorf("article %s has only one revision, so there is nothing to compare", id)
	}
	last := len(all) - 1
	find := func(n, otherwise int) (int, error) {
		if n == 0 {
			return otherwise, nil
		}
		i := slices.IndexFunc(all, func(r models.ArticleRevision) bool { return r.Revision == n })
		if i < 0 {
			return 0, inputError("article %s has no revision %d; it has revisions %d to %d", id, n, all[0].Revision, all[last].Revision)
		}
		return i, nil
	}
	i, err := find(to, last)
	if err != nil {
		return before, after, err
	}
	if from == 0 && i == 0 {
		return before, after, inputError("revision %d is the first, so there is none before it; name both revisions to compare", to)
	}
	j, err := find(from, i-1)
	if err != nil {
		return before, after, err
	}
	if i == j {
		return before, after, inputError("both revisions to compare are revision %d", all[i].Revision)
	}
	return all[j], all[i], nil
}

func compareRevisions(article models.Article, before, after models.ArticleRevision) ArticleChange {
	c := ArticleChange{
		Article: article.ID, Title: article.Title, Link: article.Link, From: newRevision(before), To: newRevision(after), Edits: []ArticleEdit{},
		TitleChanged: before.Title != after.Title, Compared: !before.Deleted() && !after.Deleted(),
	}
	if !c.Compared {
		return c
	}
	d := difference.Compare(before.Body, after.Body)
	c.Removed, c.Added = d.Count()
	for _, e := range d {
		c.Edits = append(c.Edits, ArticleEdit{nonNil(e.Removed), nonNil(e.Added)})
	}
	return c
}
