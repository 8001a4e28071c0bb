package scanner

import (
	"context"
	"strings"

	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules"
)

const (
	maxExamplesRead  = 5_000
	wantedMatches    = 3
	wantedNearMisses = 2
)

// FindExamples returns titles of stored articles, the newest first, for the examples of a new rule: some that match it by
// themselves and some that do not, though the rule wide finds them. Both sets have one rule.
func FindExamples(ctx context.Context, h History, draft, wide *rules.Set) (match, ignore []string, err error) {
	id, wideID := draft.Rules()[0].ID, wide.Rules()[0].ID
	seen := make(map[string]bool)
	read := 0
	w := candidateReader{history: h, candidate: models.Either(draft.Candidate(id), wide.Candidate(wideID))}
	_, err = w.each(ctx, func(a models.Article) bool {
		read++
		title := strings.Join(strings.Fields(a.Title), " ")
		alone := models.Article{Title: title}
		if key := text.Fold(title); title != "" && !seen[key] {
			seen[key] = true
			switch {
			case len(matchesByRule(draft, id, alone)) > 0:
				if len(match) < wantedMatches {
					match = append(match, title)
				}
			case len(ignore) < wantedNearMisses && len(matchesByRule(draft, id, a)) == 0 && len(matchesByRule(wide, wideID, alone)) > 0:
				ignore = append(ignore, title)
			}
		}
		return read < maxExamplesRead && (len(match) < wantedMatches || len(ignore) < wantedNearMisses)
	})
	return match, ignore, err
}
