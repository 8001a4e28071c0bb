package store

import (
	"slices"
	"testing"
	"time"

	"regwatch/models"
)

// Events are found by the text of their articles, if they are old enough: those first that
// have most of what was asked for, and of these the newest.
func TestEventsSharingFindsEventsBeforeATime(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		state := models.SourceState{SourceID: "hkma"}
		var events []string
		for i, title := range []string{"Coin audit", "穩定幣 audit", "Fee audit", "Coin fee audit of a bank", "Late coin audit"} {
			a := article("hkma", title, title, noon.Add(time.Duration(i)*time.Hour))
			scan := scanOf(state, int64(i), a, title)
			commit(t, s, scan)
			events = append(events, scan.Changes[0].Event.ID)
			state.Generation++
		}
		lone := article("hkma", "lone", "Coin audit without an event", noon)
		commit(t, s, models.Scan{State: state, Articles: []models.Article{lone}, At: noon})
		of := func(words ...string) (all []models.Candidate) {
			for _, w := range words {
				all = append(all, asks(w))
			}
			return all
		}
		old := noon.Add(150 * time.Minute) // three hours after the first article the fifth is published
		for _, tt := range []struct {
			name   string
			asks   Sharing
			before time.Time
			limit  int
			want   []string
		}{
			{"a word", Sharing{of("coin"), 1, 1}, noon.Add(90 * time.Minute), 5, events[:1]},
			{"words of two scripts", Sharing{of("coin|稳定"), 1, 1}, noon.Add(90 * time.Minute), 5, []string{events[1], events[0]}},
			{"the newest only", Sharing{of("audit"), 1, 1}, noon.Add(90 * time.Minute), 1, events[2:3]},
			{"two words", Sharing{of("audit", "coin"), 2, 2}, old, 5, []string{events[3], events[0]}},
			{"two words of three", Sharing{of("audit", "coin", "fee"), 2, 3}, old, 5, []string{events[3], events[2], events[0]}},
			{"more words before newer articles", Sharing{of("coin", "audit"), 1, 2}, noon.Add(90 * time.Minute), 1, events[:1]},
			{"more words than most count alike", Sharing{of("coin", "audit"), 1, 1}, noon.Add(90 * time.Minute), 1, events[2:3]},
			{"nothing so old", Sharing{of("audit"), 1, 1}, noon.Add(-24 * time.Hour), 5, nil},
			{"too few words", Sharing{of("audit"), 2, 2}, old, 5, nil},
			{"nothing at all", Sharing{[]models.Candidate{models.Either()}, 1, 1}, noon.Add(24 * time.Hour), 5, nil},
		} {
			found, err := s.EventsSharing(t.Context(), tt.asks, tt.before, tt.limit)
			var got []string
			for _, e := range found {
				got = append(got, e.ID)
				if len(e.Articles) != 1 {
					t.Errorf("%s: event %s has %d articles; want its own", tt.name, e.ID, len(e.Articles))
				}
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
			}
		}
	})
}
