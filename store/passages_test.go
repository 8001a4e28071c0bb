package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestPassagesAreStoredWithTheScanOfTheirSource(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		recent, known, err := s.Passages(t.Context(), "hkma", []int64{1})
		if err != nil || recent.SourceID != "hkma" || len(recent.Articles)+len(known) > 0 {
			t.Fatalf("of an empty store: %+v, %+v, %v", recent, known, err)
		}
		commit := func(source, title string, generation int64, rows ...models.KnownPassage) error {
			a := article(source, title, title, noon)
			scan := models.Scan{State: models.SourceState{SourceID: source, Generation: generation}, Articles: []models.Article{a}, At: noon, Known: rows}
			scan.Passages = &models.SourcePassages{SourceID: source, Articles: []models.ArticlePassages{{ArticleID: a.ID, Title: title, SeenAt: noon, Passages: []byte{1, 2, 3, 4}, Gist: []byte{5, 6, 7, 8}}}}
			return s.Commit(t.Context(), scan)
		}
		row := func(hash int64, source string, headlines int) models.KnownPassage {
			return models.KnownPassage{Hash: hash, SourceID: source, Site: source + ".example", Headlines: headlines, Tail: true, Official: source == "hkma", FirstSeenAt: noon, LastSeenAt: noon.Add(time.Hour)}
		}
		for _, err := range []error{
			commit("hkma", "first", 0, row(-7, "hkma", 2), row(8, "hkma", 2)),
			commit("paper", "second", 0, row(-7, "paper", 3)),
			commit("hkma", "third", 1, row(8, "hkma", 3)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		// A stale scan teaches nothing.
		if err := commit("hkma", "fourth", 1, row(8, "hkma", 4)); err == nil {
			t.Fatal("a stale scan was committed")
		}
		recent, known, err = s.Passages(t.Context(), "hkma", []int64{-7, 8, 9})
		if err != nil {
			t.Fatal(err)
		}
		if len(recent.Articles) != 1 || recent.Articles[0].Title != "third" || !recent.Articles[0].SeenAt.Equal(noon) {
			t.Errorf("recent: %+v", recent.Articles)
		}
		want := []models.KnownPassage{row(-7, "hkma", 2), row(-7, "paper", 3), row(8, "hkma", 3)}
		if diff := cmp.Diff(want, known); diff != "" {
			t.Errorf("known (-want +got):\n%s", diff)
		}
	})
}

func TestOldPassagesAreForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		known := func(hash int64, at time.Time) models.KnownPassage {
			return models.KnownPassage{Hash: hash, SourceID: "paper", Site: "paper.example", Headlines: 3, FirstSeenAt: at, LastSeenAt: at}
		}
		for i, rows := range [][]models.KnownPassage{
			{known(1, noon.Add(-keptPassages-time.Hour)), known(2, noon.Add(-keptPassages+time.Hour))},
			{known(3, noon)},
		} {
			a := article("paper", fmt.Sprint(i), "title", noon)
			if err := s.Commit(t.Context(), models.Scan{State: models.SourceState{SourceID: "paper", Generation: int64(i)}, Articles: []models.Article{a}, At: noon, Known: rows}); err != nil {
				t.Fatal(err)
			}
		}
		_, left, err := s.Passages(t.Context(), "paper", []int64{1, 2, 3})
		if err != nil || len(left) != 2 || left[0].Hash != 2 || left[1].Hash != 3 {
			t.Errorf("left: %+v, %v; want 2 and 3", left, err)
		}
	})
}
