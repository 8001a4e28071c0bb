package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// asBefore makes the rows of revisions what releases before schema 0015 stored.
const asBefore = `UPDATE article_revisions SET stored_once = (1 = 0), body = (SELECT a.body FROM articles a WHERE a.id = article_id)
	WHERE EXISTS (SELECT 1 FROM articles a WHERE a.id = article_id AND a.revision = article_revisions.revision)`

// storedTwice counts the texts that are in both tables.
const storedTwice = `SELECT COUNT(*) FROM articles a JOIN article_revisions r ON r.article_id = a.id AND r.revision = a.revision AND r.body = a.body WHERE a.body <> ''`

// revisionsByArticle returns all revisions of all articles.
func revisionsByArticle(t testing.TB, s *Store) map[string][]models.ArticleRevision {
	t.Helper()
	var ids []string
	if err := s.read.Model(&models.Article{}).Pluck("id", &ids).Error; err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]models.ArticleRevision)
	for _, id := range ids {
		revisions, err := s.ArticleRevisions(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all[id] = revisions
	}
	return all
}

func number(t testing.TB, s *Store, query string) int {
	t.Helper()
	var n int
	if err := s.read.Raw(query).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func bodies(t testing.TB, s *Store, id string) []string {
	t.Helper()
	revisions, err := s.ArticleRevisions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range revisions {
		all = append(all, r.Body)
	}
	return all
}

func TestTextIsStoredOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "coin"))
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("%d texts of new articles are stored twice", n)
		}
		a = revise(t, s, a, "Two.", noon.Add(time.Hour))
		a = revise(t, s, a, "Three.", noon.Add(2*time.Hour))
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("%d texts of revisions are stored twice", n)
		}
		replaced := a
		replaced.Body, replaced.Replaces = "Three, as a newer release extracts it.", a.Hash
		replaced.Hash = replaced.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 3}, Articles: []models.Article{replaced}, At: noon.Add(3 * time.Hour)})
		want := []string{article("hkma", "1", "Coin rules", noon).Body, "Two.", replaced.Body}
		if diff := cmp.Diff(want, bodies(t, s, a.ID)); diff != "" {
			t.Errorf("texts mismatch (-want +got):\n%s", diff)
		}
	})
}

// A program of the release before may still run when the tables are upgraded.
func TestOlderReleaseLosesNoText(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "coin"))
		for _, statement := range []string{
			"UPDATE articles SET title = 'Coin rules', body = 'New.', revision = 2, hash = 'h2'",
			"INSERT INTO article_revisions (article_id, revision, hash, title, body, seen_at) SELECT id, 2, 'h2', title, body, 1 FROM articles",
		} {
			if err := s.write.Exec(statement).Error; err != nil {
				t.Fatal(err)
			}
		}
		want := []string{a.Body, "New."}
		for range 2 {
			if diff := cmp.Diff(want, bodies(t, s, a.ID)); diff != "" {
				t.Errorf("texts mismatch (-want +got):\n%s", diff)
			}
			if left, err := s.StoreTextsOnce(t.Context(), 10); left != 0 || err != nil {
				t.Errorf("StoreTextsOnce = %d, %v", left, err)
			}
		}
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("%d texts are stored twice", n)
		}
	})
}

func TestStoreTextsOnceKeepsEveryText(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "coin")
		for i := range 9 {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint("n", i), "More", noon))
		}
		commit(t, s, scan)
		a := revise(t, s, scan.Articles[0], "One day.", noon.Add(time.Hour))
		for _, statement := range []string{
			asBefore,
			"UPDATE article_revisions SET body = 'What only the revision has' WHERE article_id = '" + scan.Articles[3].ID + "'",
			"UPDATE articles SET body = '', body_state = 'expired' WHERE id = '" + scan.Articles[4].ID + "'",
		} {
			if err := s.write.Exec(statement).Error; err != nil {
				t.Fatal(err)
			}
		}
		want := revisionsByArticle(t, s)
		var lefts []int
		for left := 1; left > 0; {
			var err error
			if left, err = s.StoreTextsOnce(t.Context(), 4); err != nil {
				t.Fatal(err)
			}
			lefts = append(lefts, left)
			if diff := cmp.Diff(want, revisionsByArticle(t, s)); diff != "" {
				t.Fatalf("with %d left, revisions mismatch (-before +after):\n%s", left, diff)
			}
		}
		if !slices.IsSortedFunc(lefts, func(a, b int) int { return b - a }) || len(lefts) < 2 {
			t.Errorf("left %v; want less each time", lefts)
		}
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("%d texts are stored twice", n)
		}
		if got := bodies(t, s, a.ID); len(got) != 2 || got[1] != "One day." {
			t.Errorf("the revised article has %q", got)
		}
	})
}

func TestUpgradeKeepsTheTextsOfRevisions(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, _ fixtureFile) {
		s := open(t, o)
		want := revisionsByArticle(t, s)
		if left, err := s.StoreTextsOnce(t.Context(), 10_000); left != 0 || err != nil {
			t.Fatalf("StoreTextsOnce = %d, %v", left, err)
		}
		if diff := cmp.Diff(want, revisionsByArticle(t, s)); diff != "" || len(want) == 0 {
			t.Errorf("%d articles; revisions mismatch (-before +after):\n%s", len(want), diff)
		}
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("%d texts are stored twice", n)
		}
		soundAudit(t, s)
	})
}

// Scans revise articles while another program removes the texts that are stored twice.
func TestRevisionsMadeMeanwhileKeepTheirTexts(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s, other := open(t, o), open(t, o)
		const many = 40
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "coin")
		for i := range many {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint("n", i), "More", noon))
		}
		commit(t, s, scan)
		var failed error
		for round := range 3 {
			if err := s.write.Exec(asBefore).Error; err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			wait.Go(func() {
				for left := 1; left > 0 && failed == nil; {
					left, failed = other.StoreTextsOnce(t.Context(), 1)
				}
			})
			for i, a := range slices.Backward(scan.Articles) {
				scan.Articles[i] = revise(t, s, a, fmt.Sprintf("%s %d", a.GUID, round), noon.Add(time.Duration(round+1)*time.Hour))
			}
			wait.Wait()
		}
		if failed != nil {
			t.Fatal(failed)
		}
		for _, a := range scan.Articles {
			want := []string{article("hkma", a.GUID, a.Title, noon).Body, a.GUID + " 0", a.GUID + " 1", a.GUID + " 2"}
			if diff := cmp.Diff(want, bodies(t, s, a.ID)); diff != "" {
				t.Fatalf("texts of %s mismatch (-want +got):\n%s", a.GUID, diff)
			}
		}
	})
}

// Short texts lie between others in the pages of the file; the pages must become free all the same.
func TestStoringTextsOnceShrinksTheFile(t *testing.T) {
	s := open(t, freshSQLite(t))
	scan := models.Scan{State: models.SourceState{SourceID: "hkma"}, At: noon}
	for i := range 2000 {
		a := article("hkma", fmt.Sprint(i), "More", noon)
		a.Body = strings.Repeat(fmt.Sprintf("A short text, number %d. ", i), 40)
		a.Hash = a.TextHash()
		scan.Articles = append(scan.Articles, a)
	}
	commit(t, s, scan)
	once := number(t, s, "SELECT page_count FROM pragma_page_count")
	if err := s.write.Exec(asBefore).Error; err != nil {
		t.Fatal(err)
	}
	twice := number(t, s, "SELECT page_count FROM pragma_page_count")
	// The last call of a program leaves nothing, with just as many texts as its limit.
	if left, err := s.StoreTextsOnce(t.Context(), 2000); left != 0 || err != nil {
		t.Fatalf("StoreTextsOnce = %d, %v", left, err)
	}
	after := number(t, s, "SELECT page_count FROM pragma_page_count")
	if twice < once*5/4 || after > once*11/10 {
		t.Errorf("the file has %d pages with texts once, %d with texts twice and %d afterwards", once, twice, after)
	}
}
