package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
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

// toldOf says for each event what its recipients are owed or have had. Who was
// told of an event was told of the one that it became.
func toldOf(tx *gorm.DB, became map[string]string) (map[string][]models.Notified, error) {
	told := make(map[string][]models.Notified)
	for some := range chunksOf(became) {
		var notices []models.Notice
		err := tx.Where("subject = 'event' AND held = '' AND subject_id IN ?", some).Order("created_at, id").Find(&notices).Error
		if err != nil {
			return nil, err
		}
		fates, err := fatesOf(tx, notices)
		if err != nil {
			return nil, err
		}
		for _, n := range notices {
			event := became[n.SubjectID]
			told[event] = hear(told[event], n, fates[n.ID])
		}
	}
	return told, nil
}

// A fate is what became of a notice.
type fate struct {
	lost bool                 // every delivery was given up
	at   time.Time            // when its deliveries were made; zero if it has none
	to   []models.Destination // where it was sent or is due
}

// fatesOf says what became of notices by their deliveries: their own, or those of the
// notice that told of them. What waits is owed, and not lost.
func fatesOf(tx *gorm.DB, notices []models.Notice) (map[string]fate, error) {
	teller := func(n models.Notice) string { return cmp.Or(n.ToldIn, n.ID) }
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = teller(n)
	}
	made := make(map[string]fate)
	for part := range slices.Chunk(unique(ids), chunk) {
		var rows []struct {
			NoticeID, Channel, Address string
			State                      models.DeliveryState
			CreatedAt                  int64
		}
		err := tx.Table("deliveries").Select("notice_id, channel, address, state, created_at").
			Where("notice_id IN ?", part).Order("created_at, id").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			f, met := made[r.NoticeID]
			if !met {
				f = fate{lost: true, at: timeOf(r.CreatedAt)}
			}
			f.lost = f.lost && r.State == models.DeliveryDead
			if r.State == models.DeliverySent || r.State == models.DeliveryDue {
				f.to = append(f.to, models.Destination{Channel: r.Channel, Address: r.Address})
			}
			made[r.NoticeID] = f
		}
	}
	fates := make(map[string]fate)
	for _, n := range notices {
		fates[n.ID] = made[teller(n)]
	}
	return fates, nil
}

// hear adds a notice to what is told. What was lost counts only until something
// arrives.
func hear(told []models.Notified, n models.Notice, f fate) []models.Notified {
	i := slices.IndexFunc(told, func(t models.Notified) bool { return t.Recipient == n.Recipient })
	if i < 0 {
		told = append(told, models.Notified{Recipient: n.Recipient, Lost: true})
		i = len(told) - 1
	}
	if f.lost {
		return told
	}
	t := &told[i]
	t.Lost = false
	if !n.Waits() {
		// What has no delivery of its own was sent where its recipient reads as well.
		at := f.at
		if at.IsZero() {
			at = n.CreatedAt
		}
		if t.At.IsZero() {
			t.Destinations = f.to
		} else {
			t.Destinations = slices.DeleteFunc(slices.Clone(t.Destinations), func(d models.Destination) bool { return !slices.Contains(f.to, d) })
		}
		if t.At.IsZero() || at.Before(t.At) {
			t.At = at
		}
		for _, s := range n.Subscriptions {
			if !slices.Contains(t.Subscriptions, s) {
				t.Subscriptions = append(t.Subscriptions, s)
			}
		}
	}
	if n.WaitUntil.After(t.WaitUntil) {
		t.WaitUntil = n.WaitUntil
	}
	if n.Severity.Rank() > t.Severity.Rank() {
		t.Severity = n.Severity
	}
	if a := n.Content.Alert; a != nil {
		t.Official, t.Link = t.Official || a.Official, cmp.Or(t.Link, a.Link)
		// An alert has all days that its event names. Of one that it names no more the
		// reader was told by leaving it out, so that it is news when it comes back.
		t.Stage, t.Dates = cmp.Or(a.Stage, t.Stage), a.Dates
		for _, f := range slices.Concat(a.Why, a.Mentions) {
			if !slices.Contains(t.Rules, f.RuleID) {
				t.Rules = append(t.Rules, f.RuleID)
			}
		}
	}
	return told
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
