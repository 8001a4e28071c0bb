package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"regwatch/internal/text"
)

// indexAs replaces the index of all articles, given as the terms by title, with what a program with
// another version of the folding has left.
func indexAs(t testing.TB, s *Store, version string, terms map[string][]string) {
	t.Helper()
	err := s.change(t.Context(), "index as an older program", func(tx *gorm.DB) error {
		var rows []struct {
			Num   int64
			Title string
		}
		if err := tx.Raw("SELECT i.num, a.title FROM article_index i JOIN articles a ON a.id = i.article_id ORDER BY i.num").Scan(&rows).Error; err != nil {
			return err
		}
		var texts []indexedText
		for _, r := range rows {
			texts = append(texts, indexedText{num: r.Num, terms: terms[r.Title]})
		}
		if err := s.engine.index().put(tx, texts); err != nil {
			return err
		}
		return tx.Exec("UPDATE article_index SET version = ?", version).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Version 2 of the folding kept radicals and variants of characters apart. What it indexed is found by
// the spelling of today at once, while the index is made again, and after a restart in between.
func TestTextsOfAnOlderFoldingAreFoundAfterTheUpgrade(t *testing.T) {
	terms := map[string][]string{
		"人⺠币":  {"人⺠", "⺠币", "币"},
		"人民币":  {"人民", "民币", "币"},
		"債劵":   {"债劵", "劵"},
		"Gold": {"gold"},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		o = freshLike(t, o)
		s := open(t, o)
		shelve(t, s, "人⺠币", "人民币", "債劵", "Gold")
		search := func(term string) []string {
			t.Helper()
			return found(t, s, asks(term), time.Time{}, time.Time{})
		}
		indexAs(t, s, text.Version, terms)
		if got := search("人民"); len(got) != 1 {
			t.Fatalf("found %q by the terms of an older folding, want one title, or this test shows nothing", got)
		}

		indexAs(t, s, "2", terms)
		all := []string{"Gold", "債劵", "人民币", "人⺠币"}
		for _, term := range []string{"人民", "债券"} {
			if diff := cmp.Diff(all, search(term)); diff != "" {
				t.Errorf("before the index is made again, %s may be in (-want +got):\n%s", term, diff)
			}
		}
		if left, err := s.Reindex(t.Context(), 2); left != 2 || err != nil { // the newest two
			t.Fatalf("Reindex = %d, %v; want 2 left", left, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, o)
		if diff := cmp.Diff([]string{"人民币", "人⺠币"}, search("人民")); diff != "" {
			t.Errorf("after a restart half way, 人民 may be in (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"債劵", "人民币", "人⺠币"}, search("债券")); diff != "" {
			t.Errorf("after a restart half way, 债券 may be in (-want +got):\n%s", diff)
		}
		if left, err := s.Reindex(t.Context(), 1); left != 1 || err != nil {
			t.Fatalf("Reindex = %d, %v; want 1 left: it goes on where it stopped", left, err)
		}
		if left, err := s.Reindex(t.Context(), 1000); left != 0 || err != nil {
			t.Fatalf("Reindex = %d, %v; want none left", left, err)
		}
		if diff := cmp.Diff([]string{"人民币", "人⺠币"}, search("人民")); diff != "" {
			t.Errorf("after the upgrade 人民 is in (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"債劵"}, search("债券")); diff != "" {
			t.Errorf("after the upgrade 债券 is in (-want +got):\n%s", diff)
		}
	})
}
