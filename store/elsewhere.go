package store

import (
	"context"
	"slices"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// How far apart the dates of one article may be in two interfaces of a
// publisher: one names the time and the other the day, in different zones.
// Where the titles agree, they may be as far apart as those of CSRC, whose two
// dates of an article differ by eight days.
const (
	datesApart      = 48 * time.Hour
	datesOfOneTitle = 10 * 24 * time.Hour
)

// linked is what of a stored article tells whether it is the one that another
// way to read its source gives.
type linked struct {
	Identity    string
	LinkKey     string
	Title       string
	PublishedAt int64
}

// readElsewhere returns the identities of the given articles that are not
// stored and were read by another way of their source: one of the two by a
// fallback, with the same link, and nothing that speaks against it.
func (s *Store) readElsewhere(ctx context.Context, sourceID string, articles []models.Article, stored map[string]known) (map[string]bool, error) {
	var links []string
	for _, a := range articles {
		if _, ok := stored[a.Identity]; a.ByLink && !ok {
			links = append(links, a.LinkKey)
		}
	}
	rows := make(map[string][]linked)
	for part := range slices.Chunk(links, chunk) {
		var some []linked
		err := s.read.WithContext(ctx).Table("articles").
			Where("source_id = ? AND link_key IN ?", sourceID, part).Find(&some).Error
		if err != nil {
			return nil, s.failed(ctx, "look up the links of source "+sourceID, err)
		}
		for _, row := range some {
			rows[row.LinkKey] = append(rows[row.LinkKey], row)
		}
	}
	found := make(map[string]bool)
	for _, a := range articles {
		if !a.ByLink {
			continue
		}
		own := models.LinkIdentity(a.LinkKey)
		// A link that several articles had tells none of them.
		if same := rows[a.LinkKey]; len(same) == 1 && (a.Identity == own) != (same[0].Identity == own) {
			found[a.Identity] = agree(a, same[0])
		}
	}
	return found, nil
}

// agree reports whether two articles of one link are the same. A publisher may
// put each month's figures at one address, so that the dates have to agree, or
// the titles where a date is missing.
func agree(a models.Article, row linked) bool {
	apart := a.PublishedAt.Sub(timeOf(row.PublishedAt)).Abs()
	dated := !a.PublishedAt.IsZero() && row.PublishedAt != 0
	if dated && apart <= datesApart {
		return true
	}
	return (!dated || apart <= datesOfOneTitle) && text.Fold(a.Title) == text.Fold(row.Title)
}
