package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// maxMatchingRows is how many articles are looked at for those that belong to events.
const maxMatchingRows = 1000

// A Sharing asks for articles that meet several of some conditions.
type Sharing struct {
	Of    []models.Candidate
	Least int // how many of them an article must meet
	Most  int // articles that meet so many or more count alike
}

// sharedArticles counts the conditions that articles meet, which are put in as a union, and
// returns the events of those that meet enough. Each condition is looked up once, however many
// combinations of them are enough.
const sharedArticles = `SELECT e.event_id FROM (
		SELECT n.num, n.shared, i.article_id FROM (SELECT num, COUNT(*) AS shared FROM (@union) u GROUP BY num HAVING COUNT(*) >= ?) n
		JOIN article_index i ON i.num = n.num WHERE NOT i.imported AND @at < ?) f
	JOIN event_articles e ON e.article_id = f.article_id AND e.part = 0
	ORDER BY CASE WHEN f.shared < ? THEN f.shared ELSE ? END DESC, f.num DESC LIMIT ?`

// EventsSharing returns at most limit events with an article that may meet enough of some
// conditions and was published before a time, without their keys and histories: those first
// whose article meets most, and of these the newest. It looks at the first such articles only.
func (s *Store) EventsSharing(ctx context.Context, c Sharing, before time.Time, limit int) ([]models.Event, error) {
	var events []models.Event
	err := s.view(ctx, "search the events", func(tx *gorm.DB) error {
		events = nil
		var parts []string
		var args []any
		for _, condition := range c.Of {
			q, err := s.matching(tx, condition, models.ArticleWindow{})
			if err != nil {
				return err
			}
			if q != nil {
				parts, args = append(parts, q.numbers()), append(args, q.args...)
			}
		}
		if len(parts) < max(c.Least, 1) {
			return nil
		}
		query := strings.NewReplacer("@union", strings.Join(parts, " UNION ALL "), "@at", listedAt(models.ByPublished, "i.seen_at")).Replace(sharedArticles)
		var ids []string
		if err := tx.Raw(query, append(args, c.Least, microsOf(before), c.Most, c.Most, maxMatchingRows)...).Scan(&ids).Error; err != nil {
			return err
		}
		var first []string
		for _, id := range ids {
			if len(first) < limit && !slices.Contains(first, id) {
				first = append(first, id)
			}
		}
		ids, err := followMerges(tx, first)
		if err != nil {
			return err
		}
		events, err = eventPartsOf(tx, ids, eventParts{places: "*"})
		return err
	})
	return events, err
}
