package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"regwatch/internal/text"
	"regwatch/models"
)

// chunk is how many values one IN list holds. SQLite takes 32,766 variables in
// a statement and PostgreSQL 65,535; short lists are planned faster.
const chunk = 500

// SourceStates returns what is stored about sources: all of them without ids. A source
// that was never scanned has nothing stored.
func (s *Store) SourceStates(ctx context.Context, ids ...string) ([]models.SourceState, error) {
	var states []models.SourceState
	db := s.read.WithContext(ctx)
	if len(ids) > 0 {
		db = db.Where("source_id IN ?", ids)
	}
	err := db.Order("source_id").Find(&states).Error
	return states, s.failed(ctx, "read the states of the sources", err)
}

// SourceState returns what is known of a source: nothing but its ID before its
// first scan.
func (s *Store) SourceState(ctx context.Context, sourceID string) (models.SourceState, error) {
	state, err := stateOf(s.read.WithContext(ctx), sourceID)
	return state, s.failed(ctx, "read the state of source "+sourceID, err)
}

func stateOf(db *gorm.DB, sourceID string) (models.SourceState, error) {
	state := models.SourceState{SourceID: sourceID}
	var found []models.SourceState
	if err := db.Where("source_id = ?", sourceID).Find(&found).Error; err != nil {
		return state, err
	}
	if len(found) > 0 {
		state = found[0]
	}
	return state, nil
}

// known is what of a stored article decides whether it is new.
type known struct {
	ID       string
	Identity string
	Title    string
	FeedHash string
	Hash     string
	Revision int
	SeenAt   int64
	Baseline bool
}

// Unseen keeps of a source's articles those that it had not published before,
// as they were given, and those of which the feed now says something else, with
// the ID, Hash, Revision, SeenAt and Baseline of what is stored. Of articles
// with one identity it keeps the first. It drops those that were published by
// another way to read the source: what the ways say of an article differs, and
// is no edit.
func (s *Store) Unseen(ctx context.Context, sourceID string, articles []models.Article) ([]models.Article, error) {
	identities := make([]string, 0, len(articles))
	for _, a := range articles {
		identities = append(append(identities, a.Identity), a.Formers...)
	}
	stored := make(map[string]known, len(articles))
	for part := range slices.Chunk(identities, chunk) {
		var rows []known
		err := s.read.WithContext(ctx).Table("articles").
			Where("source_id = ? AND identity IN ?", sourceID, part).Find(&rows).Error
		if err != nil {
			return nil, s.failed(ctx, "look up the articles of source "+sourceID, err)
		}
		for _, k := range rows {
			stored[k.Identity] = k
		}
	}

	elsewhere, err := s.readElsewhere(ctx, sourceID, articles, stored)
	if err != nil {
		return nil, err
	}
	var unseen []models.Article
	met := make(map[string]bool, len(articles))
	for _, a := range articles {
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
		if isKnown && k.FeedHash == a.FeedHash || elsewhere[a.Identity] {
			continue
		}
		if isKnown {
			// Invisible characters were stored once: that they are gone is no edit.
			if a.Title == text.Display(k.Title) {
				a.Title = k.Title
			}
			a.ID, a.Hash, a.Revision, a.SeenAt, a.Baseline = k.ID, k.Hash, k.Revision, timeOf(k.SeenAt), k.Baseline
		}
		unseen = append(unseen, a)
	}
	return unseen, nil
}

// ArticlesWithoutBody returns articles of a source whose page is still to be fetched: those
// tried least often first, and of these the oldest.
func (s *Store) ArticlesWithoutBody(ctx context.Context, sourceID string, limit int) ([]models.Article, error) {
	var articles []models.Article
	err := s.read.WithContext(ctx).
		Where("source_id = ? AND body_state = 'wanted'", sourceID).
		Order("body_tries, seen_at, id").Limit(limit).Find(&articles).Error
	return articles, s.failed(ctx, "look up the wanted pages of source "+sourceID, err)
}

// column collects the values of one column of the rows whose other column has
// one of the values asked for.
func column(query *gorm.DB, want, where string, values []string) ([]string, error) {
	var all []string
	for part := range slices.Chunk(values, chunk) {
		var some []string
		if err := query.Session(&gorm.Session{}).Where(where+" IN ?", part).Pluck(want, &some).Error; err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return unique(all), nil
}

func unique(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// longKey is the length beyond which a key is stored as its hash: PostgreSQL
// indexes no value over some 2,700 bytes, and keys are made of links.
const longKey = 512

func columnKey(key string) string {
	if len(key) <= longKey {
		return clean(key)
	}
	return "hash:" + models.HashOf(key)
}

func columnKeys(keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = columnKey(k)
	}
	return unique(out)
}

// clean replaces what PostgreSQL refuses in a text, NUL and bytes that are not
// UTF-8, one for one, so that offsets into the text stay right. Both engines
// store the same.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	b := []byte(s)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b[i] = '?'
		case r == 0:
			b[i] = ' '
		}
		i += size
	}
	return string(b)
}
