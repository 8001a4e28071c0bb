package store

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestExpireDeletesOldTextAndNothingElse(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old := article("hkma", "old", "Old rules", noon)
		edited := article("hkma", "edited", "Edited rules", noon)
		fresh := article("hkma", "fresh", "Fresh rules", noon.Add(48*time.Hour))
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, old, "k"))
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{edited, fresh}, At: noon})
		edited.Body, edited.Revision = "New wording.", 2
		edited.Hash = edited.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 2}, Articles: []models.Article{edited}, At: noon.Add(48 * time.Hour)})
		before := counts(t, s)

		for range 2 { // the second finds nothing to do
			if _, err := s.Expire(t.Context(), noon.Add(24*time.Hour), noon.Add(72*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		before.Audit++
		if diff := cmp.Diff(before, counts(t, s)); diff != "" {
			t.Errorf("Counts mismatch (-want +got):\n%s", diff)
		}
		var articles []models.Article
		if err := s.read.Order("guid DESC").Find(&articles).Error; err != nil {
			t.Fatal(err)
		}
		old.Body, old.Summary, old.BodyState = "", "", models.BodyExpired
		if diff := cmp.Diff([]models.Article{old, fresh, edited}, articles); diff != "" {
			t.Errorf("articles mismatch (-want +got):\n%s", diff)
		}
		var bodies []string
		err := s.read.Table("("+strings.Replace(revisionsOf, "r.article_id = ?", "r.article_id <> ''", 1)+") r").
			Order("hash = '"+edited.Hash+"', revision, seen_at, title").Pluck("title || ': ' || body", &bodies).Error
		want := []string{"Edited rules: ", "Old rules: ", "Fresh rules: Fresh rules, at length.", "Edited rules: New wording."}
		if diff := cmp.Diff(want, bodies); err != nil || diff != "" {
			t.Errorf("revisions: %v, mismatch (-want +got):\n%s", err, diff)
		}
		// What the feed still says of an expired article is known.
		unseen, err := s.Unseen(t.Context(), "hkma", []models.Article{old})
		if err != nil || len(unseen) != 0 {
			t.Errorf("Unseen = %v, %v; want none", unseen, err)
		}
		soundAudit(t, s)
	})
}

func TestExpiredTextIsGoneFromTheFile(t *testing.T) {
	o := freshSQLite(t)
	s := open(t, o)
	a := article("hkma", "1", "Coin rules", noon)
	a.Body = strings.Repeat("The quick brown regulator. ", 2000)
	commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{a}, At: noon})
	holds := func() bool {
		t.Helper()
		if err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), "brown regulator")
	}
	if !holds() {
		t.Fatal("the text is not in the file before, so this test shows nothing")
	}
	if _, err := s.Expire(t.Context(), noon.Add(time.Hour), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if holds() {
		t.Error("the deleted text is still in the file")
	}
}

func TestExpireWorksThroughALongHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		const many = chunk*2 + 7
		scan := models.Scan{State: models.SourceState{SourceID: "hkma"}, At: noon}
		for i := range many {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon))
		}
		commit(t, s, scan)
		n, err := s.Expire(t.Context(), noon.Add(time.Second), noon.Add(time.Hour))
		if n != many || err != nil {
			t.Errorf("Expire = %d, %v; want %d", n, err, many)
		}
		soundAudit(t, s)
	})
}
