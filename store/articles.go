package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/models"
)

// A NoArticleError means that no article, or more than one, has an ID or a link.
type NoArticleError struct {
	ID    string
	Among []Candidate // if there are several: some of them, newest first
}

// Error says how to name the article.
func (e *NoArticleError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoArticleError) Text() diag.Text {
	if len(e.Among) == 0 {
		return diag.Textf("no article has the ID or link %q; regwatch articles lists articles with their IDs", e.ID)
	}
	return diag.Textf("%q fits several articles; use one of these IDs:%s", e.ID, candidateLines(e.Among))
}

// An ArticleFilter selects articles. The zero value selects the 100 that were first seen last.
type ArticleFilter struct {
	SourceID string          // any when empty
	Since    time.Time       // seen at or after; of Revised ones, revised
	Revised  bool            // only those whose text has changed, by the time of the last change
	Imported bool            // only imported ones, by when they were published; otherwise they are left out
	After    models.Position // only those that come after this place, by the same time
	Limit    int             // 0 means 100
}

// A ListedArticle is an article without its texts, and the time of its newest revision.
type ListedArticle struct {
	models.Article `gorm:"embedded"`
	RevisedAt      time.Time `gorm:"serializer:micros"`
}

// listedColumns are the columns of a [ListedArticle].
const listedColumns = `articles.id, articles.source_id, articles.link, articles.title, articles.language, articles.published_at, articles.published_raw,
	articles.seen_at, articles.body_state, articles.revision, articles.hash, articles.baseline, articles.import_id, r.seen_at AS revised_at`

// Articles returns articles, newest first. Body and Summary are empty.
func (s *Store) Articles(ctx context.Context, f ArticleFilter) ([]ListedArticle, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	at, which := "articles.seen_at", "articles.import_id = ''"
	if f.Imported {
		at, which = "articles.published_at", "articles.import_id <> ''"
	}
	if f.Revised {
		at = "r.seen_at"
	}
	q := s.read.WithContext(ctx).Model(&models.Article{}).Select(listedColumns).
		Joins("JOIN article_revisions r ON r.article_id = articles.id AND r.revision = articles.revision").
		Where(which+" AND "+at+" >= ?", microsOf(f.Since))
	if f.Revised {
		q = q.Where("articles.revision > 1")
	}
	if f.SourceID != "" {
		q = q.Where("articles.source_id = ?", f.SourceID)
	}
	if !f.After.IsZero() {
		q = q.Where("("+at+", articles.id) < (?, ?)", microsOf(f.After.At), f.After.ID)
	}
	var articles []ListedArticle
	err := q.Order(at + " DESC, articles.id DESC").Limit(f.Limit).Find(&articles).Error
	return articles, s.failed(ctx, "list the articles", err)
}

// FindArticle returns the article with an ID, in upper or lower case, or with the only ID that
// begins so; or the article with a link, if linkKey is the key of that link. The link of a
// watched page means the page itself and not its changes. The error is a [*NoArticleError] if
// there is none or more than one.
func (s *Store) FindArticle(ctx context.Context, id, linkKey string) (models.Article, error) {
	id = strings.TrimSpace(id)
	var found []models.Article
	none := &NoArticleError{ID: id}
	err := s.view(ctx, "look up article "+id, func(tx *gorm.DB) (err error) {
		if found, err = articlesNamed(tx, id, linkKey); err != nil || len(found) == 1 {
			return err
		}
		none.Among, err = articleCandidates(tx, found[:min(len(found), maxCandidates)])
		return err
	})
	if err != nil || len(found) == 1 {
		return append(found, models.Article{})[0], err
	}
	return models.Article{}, none
}

// ShortArticleIDs returns the shortest unique prefix of each ID, with which
// [Store.FindArticle] finds the article.
func (s *Store) ShortArticleIDs(ctx context.Context, ids []string) (map[string]string, error) {
	short, err := shortIDs(s.read.WithContext(ctx), "articles", ids)
	return short, s.failed(ctx, "shorten the IDs of articles", err)
}

// ArticlesByID returns articles without their texts, by their IDs. One that is not stored is
// left out.
func (s *Store) ArticlesByID(ctx context.Context, ids []string) (map[string]models.Article, error) {
	found := make(map[string]models.Article, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var articles []models.Article
		err := s.read.WithContext(ctx).Omit("title", "summary", "body").Where("id IN ?", part).Find(&articles).Error
		if err != nil {
			return nil, s.failed(ctx, "read articles", err)
		}
		for _, a := range articles {
			found[a.ID] = a
		}
	}
	return found, nil
}

// ArticleTexts returns articles with their texts, by their IDs. One that is not stored is left
// out. Source is empty.
func (s *Store) ArticleTexts(ctx context.Context, ids []string) (map[string]models.Article, error) {
	found := make(map[string]models.Article, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var articles []models.Article
		if err := s.read.WithContext(ctx).Where("id IN ?", part).Find(&articles).Error; err != nil {
			return nil, s.failed(ctx, "read articles", err)
		}
		for _, a := range articles {
			found[a.ID] = a
		}
	}
	return found, nil
}

// ArticleMatches returns the matches of all revisions of an article, oldest first.
func (s *Store) ArticleMatches(ctx context.Context, articleID string) ([]models.Match, error) {
	var matches []models.Match
	err := s.read.WithContext(ctx).Where("article_id = ?", articleID).Order("matched_at, id").Find(&matches).Error
	return matches, s.failed(ctx, "read the matches of article "+articleID, err)
}

// ArticleEvents returns the events of an article and its parts, oldest first. In place of an
// event that was merged it returns the one that it was merged into.
func (s *Store) ArticleEvents(ctx context.Context, articleID string) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "read the events of article "+articleID, func(tx *gorm.DB) error {
		var ids []string
		err := tx.Model(&models.EventArticle{}).Where("article_id = ?", articleID).Distinct().Pluck("event_id", &ids).Error
		if err != nil {
			return err
		}
		if ids, err = followMerges(tx, ids); err != nil {
			return err
		}
		events, err = eventsOf(tx, ids)
		return err
	})
	return events, err
}

// Unseen returns the new articles of a source as they were given, and those whose content in
// the feed has changed with the ID, Hash, Revision, SeenAt and Baseline that are stored. Of
// several articles with one identity it returns the first. It drops articles that were stored
// from another reader of the same source, such as its fallback: the readers describe an
// article differently, and that is no edit. It also drops articles that were imported: they
// are known.
func (s *Store) Unseen(ctx context.Context, sourceID string, articles []models.Article) ([]models.Article, error) {
	unseen, _, err := s.unseen(ctx, sourceID, articles)
	if err != nil {
		return nil, err
	}
	return unseen, s.failed(ctx, "look up the texts of source "+sourceID, addOlderTexts(s.read.WithContext(ctx), unseen))
}

// Unchanged reports for each of some articles whether [Store.Unseen] would leave it out. They
// need no Body, Summary, Author or Language.
func (s *Store) Unchanged(ctx context.Context, sourceID string, articles []models.Article) ([]bool, error) {
	_, indexes, err := s.unseen(ctx, sourceID, articles)
	if err != nil {
		return nil, err
	}
	unchanged := slices.Repeat([]bool{true}, len(articles))
	for _, i := range indexes {
		unchanged[i] = false
	}
	return unchanged, nil
}

// unseen does the work of Unseen, but for older texts. It also returns which of the articles
// these are.
func (s *Store) unseen(ctx context.Context, sourceID string, articles []models.Article) (unseen []models.Article, indexes []int, err error) {
	identities := make([]string, 0, len(articles))
	for _, a := range articles {
		identities = append(append(identities, a.Identity), a.Formers...)
	}
	stored := make(map[string]storedArticle, len(articles))
	for part := range slices.Chunk(identities, chunk) {
		var rows []storedArticle
		err := s.read.WithContext(ctx).Model(&models.Article{}).
			Where("source_id = ? AND identity IN ?", sourceID, part).Find(&rows).Error
		if err != nil {
			return nil, nil, s.failed(ctx, "look up the articles of source "+sourceID, err)
		}
		for _, k := range rows {
			stored[k.Identity] = k
		}
	}

	elsewhere, err := s.readByOtherWay(ctx, sourceID, articles, stored)
	if err != nil {
		return nil, nil, err
	}
	imported, err := s.importedBefore(ctx, sourceID, articles, stored)
	if err != nil {
		return nil, nil, err
	}
	met := make(map[string]bool, len(articles))
	for i, a := range articles {
		for _, former := range a.Formers {
			if k, ok := stored[former]; ok && a.FormerOf(text.Display(k.Title), k.FeedHash) {
				a.Identity = former
				break
			}
		}
		if met[a.Identity] {
			continue
		}
		met[a.Identity] = true
		k, isKnown := stored[a.Identity]
		if isKnown && a.Retitled != "" && !isRetitled(a, k) {
			a.Identity = a.Retitled
			k, isKnown = stored[a.Identity]
		}
		if isKnown && k.FeedHash == a.FeedHash || elsewhere[a.Identity] || imported[a.Identity] {
			continue
		}
		if isKnown {
			// Earlier releases stored invisible characters. Their removal is no edit.
			if a.Title == text.Display(k.Title) {
				a.Title = k.Title
			}
			a.ID, a.Hash, a.Revision, a.SeenAt, a.Baseline = k.ID, k.Hash, k.Revision, timeOf(k.SeenAt), k.Baseline
		}
		unseen, indexes = append(unseen, a), append(indexes, i)
	}
	return unseen, indexes, nil
}

// addOlderTexts sets Stored for the known articles whose stored text comes from an older
// extraction than theirs.
func addOlderTexts(tx *gorm.DB, articles []models.Article) error {
	for i := range articles {
		a := &articles[i]
		a.Stored = nil
		if a.ID == "" || a.Fetched == nil || a.Fetched.Extraction == 0 {
			continue
		}
		var r models.ArticleRevision
		err := tx.Select("fetched").Where("article_id = ? AND revision = ?", a.ID, a.Revision).Limit(1).Find(&r).Error
		if err != nil {
			return err
		}
		if r.Fetched != nil && r.Fetched.Extraction >= a.Fetched.Extraction {
			continue
		}
		a.Stored = &models.StoredText{}
		if err := tx.Model(&models.Article{}).Where("id = ?", a.ID).Limit(1).Find(a.Stored).Error; err != nil {
			return err
		}
	}
	return nil
}

// ArticlesWithoutBody returns articles of a source whose page is still to be fetched: first
// those with the fewest tries, and of these the oldest.
func (s *Store) ArticlesWithoutBody(ctx context.Context, sourceID string, limit int) ([]models.Article, error) {
	var articles []models.Article
	err := s.read.WithContext(ctx).
		Where("source_id = ? AND body_state = 'wanted'", sourceID).
		Order("body_tries, seen_at, id").Limit(limit).Find(&articles).Error
	return articles, s.failed(ctx, "look up the wanted pages of source "+sourceID, err)
}

// articlesNamed returns the articles with a link, or those whose ID begins with id, newest
// first.
func articlesNamed(tx *gorm.DB, id, linkKey string) ([]models.Article, error) {
	var found []models.Article
	if linkKey != "" {
		err := tx.Where("link_key = ?", clean(linkKey)).Order("seen_at DESC, id DESC").Limit(chunk).Find(&found).Error
		return pageAmong(found), err
	}
	begins := strings.ToUpper(id)
	if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
		return nil, nil
	}
	// The tilde sorts after every character of an ID.
	err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id DESC").Limit(maxCandidates).Find(&found).Error
	return found, err
}

// pageAmong returns the watched page if exactly one of the articles is one, and otherwise all
// of them.
func pageAmong(articles []models.Article) []models.Article {
	var pages []models.Article
	for _, a := range articles {
		if a.BodyState == models.BodyVersion {
			pages = append(pages, a)
		}
	}
	if len(pages) == 1 {
		return pages
	}
	return articles
}

func articleCandidates(tx *gorm.DB, found []models.Article) ([]Candidate, error) {
	ids := make([]string, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	short, err := shortIDs(tx, "articles", ids)
	var among []Candidate
	for _, a := range found {
		among = append(among, Candidate{short[a.ID], a.SourceID + ": " + a.Title})
	}
	return among, err
}

// A storedArticle is what Unseen compares of an article.
type storedArticle struct {
	ID          string
	Identity    string
	Title       string
	PublishedAt int64
	FeedHash    string
	Hash        string
	Revision    int
	SeenAt      int64
	Baseline    bool
}

// isRetitled reports whether an article is the one that is stored under its link, perhaps
// with an edited title: the two share all numbers, and were published at about the same time.
// Unless the link is its own they also share half of their words or, without a date, all words of
// one: the next name or the next figures at the same address are another article.
func isRetitled(a models.Article, k storedArticle) bool {
	dated := !a.PublishedAt.IsZero() && k.PublishedAt != 0
	if dated && a.PublishedAt.Sub(timeOf(k.PublishedAt)).Abs() > datesApart {
		return false
	}
	had := make(map[string]bool)
	for _, word := range text.Tokens(k.Title) {
		had[word.Text] = true
	}
	shared, words := 0, text.Tokens(a.Title)
	for _, word := range words {
		if had[word.Text] {
			shared++
		} else if strings.ContainsAny(word.Text, "0123456789") {
			return false
		}
	}
	switch {
	case a.OwnLink:
		return true
	case !dated:
		return text.Fold(a.Title) == text.Fold(k.Title) || shared > 0 && shared >= min(len(words), len(had))
	}
	return shared*2 >= max(len(words), len(had))
}

// readByOtherWay returns the identities of those articles that are not stored, but were stored
// from another reader of the source. Such a pair has the same link, exactly one of the two was
// read by a fallback, and their dates or titles agree.
func (s *Store) readByOtherWay(ctx context.Context, sourceID string, articles []models.Article, stored map[string]storedArticle) (map[string]bool, error) {
	var links []string
	for _, a := range articles {
		if _, ok := stored[a.Identity]; a.ByLink && !ok {
			links = append(links, a.LinkKey)
		}
	}
	rows, err := articlesByLink(s.read.WithContext(ctx).Where("import_id = ''"), sourceID, links)
	if err != nil {
		return nil, s.failed(ctx, "look up the links of source "+sourceID, err)
	}
	found := make(map[string]bool)
	for _, a := range articles {
		if !a.ByLink {
			continue
		}
		own := models.LinkIdentity(a.LinkKey)
		// A link that several stored articles share identifies none of them.
		if same := rows[a.LinkKey]; len(same) == 1 && (a.Identity == own) != (same[0].Identity == own) {
			found[a.Identity] = isSameArticle(a, same[0])
		}
	}
	return found, nil
}

// importedBefore returns the identities of those articles that are not stored, but were
// imported: with the same link, and a date or title that agrees.
func (s *Store) importedBefore(ctx context.Context, sourceID string, articles []models.Article, stored map[string]storedArticle) (map[string]bool, error) {
	var links []string
	for _, a := range articles {
		if _, ok := stored[a.Identity]; !ok && a.LinkKey != "" {
			links = append(links, a.LinkKey)
		}
	}
	rows, err := articlesByLink(s.read.WithContext(ctx).Where("import_id <> ''"), sourceID, links)
	if err != nil {
		return nil, s.failed(ctx, "look up the imported articles of source "+sourceID, err)
	}
	found := make(map[string]bool)
	for _, a := range articles {
		if _, ok := stored[a.Identity]; !ok {
			found[a.Identity] = hasSameArticle(rows[a.LinkKey], a)
		}
	}
	return found, nil
}

// articlesByLink returns the articles of a source with some links, by the key of the link. The
// source is compared as an expression: SQLite would use its index, and so read every article
// of the source.
func articlesByLink(where *gorm.DB, sourceID string, linkKeys []string) (map[string][]linkedArticle, error) {
	rows := make(map[string][]linkedArticle)
	for part := range slices.Chunk(unique(linkKeys), chunk) {
		var some []linkedArticle
		err := where.Session(&gorm.Session{}).Model(&models.Article{}).Where("source_id || '' = ? AND link_key IN ?", sourceID, part).Find(&some).Error
		if err != nil {
			return nil, err
		}
		for _, row := range some {
			rows[row.LinkKey] = append(rows[row.LinkKey], row)
		}
	}
	return rows, nil
}

// maxLinksWithKey is how many links [Store.LinksWithKey] returns: one other suffices.
const maxLinksWithKey = 50

// LinksWithKey returns some links of the articles of a source that have a LinkKey.
func (s *Store) LinksWithKey(ctx context.Context, sourceID, linkKey string) ([]string, error) {
	var links []string
	err := s.read.WithContext(ctx).Model(&models.Article{}).Where("source_id || '' = ? AND link_key = ?", sourceID, clean(linkKey)).
		Distinct().Limit(maxLinksWithKey).Pluck("link", &links).Error
	return links, s.failed(ctx, "look up the links of source "+sourceID, err)
}

// hasSameArticle reports whether one of the articles with its link is the article.
func hasSameArticle(rows []linkedArticle, a models.Article) bool {
	return slices.ContainsFunc(rows, func(row linkedArticle) bool { return isSameArticle(a, row) })
}

// A linkedArticle is what is compared of an article with the same link.
type linkedArticle struct {
	Identity    string
	LinkKey     string
	Title       string
	PublishedAt int64
}

// isSameArticle reports whether two articles with the same link are one. A publisher may put
// each month's figures at one address, so the dates must agree, or the titles if a date is
// missing.
func isSameArticle(a models.Article, row linkedArticle) bool {
	apart := a.PublishedAt.Sub(timeOf(row.PublishedAt)).Abs()
	dated := !a.PublishedAt.IsZero() && row.PublishedAt != 0
	if dated && apart <= datesApart {
		return true
	}
	return (!dated || apart <= datesOfOneTitle) && text.Fold(a.Title) == text.Fold(row.Title)
}

// How far apart two readers may date one article: one may give the time and the other the
// day, in different zones. If the titles are equal, the limit is wider: the two dates of an
// article by the CSRC differ by eight days.
const (
	datesApart      = 48 * time.Hour
	datesOfOneTitle = 10 * 24 * time.Hour
)
