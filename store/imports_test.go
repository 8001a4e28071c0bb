package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// archived is an article of an archive, published some days before noon.
func archived(source, title string, days int) models.Article {
	a := models.Article{
		SourceID: source, Title: title, Body: "Text of " + title, Link: "https://" + source + ".example/" + title, LinkKey: source + ".example/" + title,
		PublishedAt: noon.AddDate(0, 0, -days), SeenAt: noon, BodyState: models.BodyFull,
	}
	a.Identity, a.Hash = models.ImportedIdentity(a), a.TextHash()
	a.ID = models.NewID(noon, a.SourceID, a.Identity)
	return a
}

func addImported(t *testing.T, s *Store, id string, articles ...models.Article) int {
	t.Helper()
	added, err := s.AddImported(t.Context(), models.Import{ID: id, File: "a.jsonl", Hash: "hash of " + id, By: "ana", StartedAt: noon}, articles, noon)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestAddImportedLeavesOutWhatIsStored(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scanned := article("hkma", "1", "Coin rules", noon)
		scanned.PublishedAt = noon.Add(-time.Hour)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{scanned}, At: noon})
		same := archived("hkma", "Other title, same day", 0)
		same.LinkKey = scanned.LinkKey
		later := archived("hkma", "The figures of another month", 400)
		later.LinkKey = scanned.LinkKey
		later.Identity = models.ImportedIdentity(later)
		later.ID = models.NewID(noon, "hkma", later.Identity)
		one, unlinked := archived("hkma", "one", 30), archived("hkma", "two", 40)
		unlinked.Link, unlinked.LinkKey = "", ""
		elsewhere := archived("sfc", "one", 30)
		elsewhere.LinkKey = one.LinkKey
		all := []models.Article{same, later, one, one, unlinked, elsewhere}
		if n, err := s.CountUnknown(t.Context(), all); n != 4 || err != nil {
			t.Errorf("CountUnknown = %d, %v; want the repeated link of another date, one of each source, and the unlinked one", n, err)
		}
		if n := addImported(t, s, "01A", all...); n != 4 {
			t.Errorf("AddImported added %d; want 4", n)
		}
		if n := addImported(t, s, "01B", all...); n != 0 {
			t.Errorf("the second import added %d; want 0", n)
		}
		imports, err := s.Imports(t.Context())
		if err != nil || len(imports) != 1 || imports[0].Added != 4 || !imports[0].FinishedAt.IsZero() {
			t.Errorf("Imports = %+v, %v; want the first, interrupted, with 4 articles", imports, err)
		}
	})
}

func TestInterruptedImportContinues(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addImported(t, s, "01A", archived("hkma", "one", 3))
		before, err := s.UnfinishedImport(t.Context(), "hash of 01A")
		if err != nil || before == nil || before.ID != "01A" {
			t.Fatalf("UnfinishedImport = %+v, %v; want 01A", before, err)
		}
		addImported(t, s, "01A", archived("hkma", "one", 3), archived("hkma", "two", 4))
		for _, id := range []string{"01A", "no such import"} {
			if err := s.FinishImport(t.Context(), id, noon); err != nil {
				t.Fatal(err)
			}
		}
		if before, err := s.UnfinishedImport(t.Context(), "hash of 01A"); before != nil || err != nil {
			t.Errorf("after the end: %+v, %v; want none", before, err)
		}
		imports, err := s.Imports(t.Context())
		if err != nil || len(imports) != 1 || imports[0].Added != 2 || !imports[0].FinishedAt.Equal(noon) {
			t.Errorf("Imports = %+v, %v; want one that is finished, with 2 articles", imports, err)
		}
	})
}

// A scan knows an imported article by its link and its date or title, and takes nothing else for it.
func TestScanKnowsImportedArticles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old := archived("hkma", "one", 3)
		addImported(t, s, "01A", old)
		meet := func(source, guid string, change func(*models.Article)) int {
			a := article(source, guid, old.Title, noon)
			a.ID, a.Link, a.LinkKey, a.PublishedAt, a.FeedHash = "", old.Link, old.LinkKey, old.PublishedAt, "f"
			change(&a)
			fresh, err := s.Unseen(t.Context(), source, []models.Article{a})
			if err != nil {
				t.Fatal(err)
			}
			return len(fresh)
		}
		for _, tt := range []struct {
			what   string
			source string
			change func(*models.Article)
			want   int
		}{
			{"the article with another text", "hkma", func(*models.Article) {}, 0},
			{"its date a day off and another title", "hkma", func(a *models.Article) {
				a.Title, a.PublishedAt = "One, in other words", a.PublishedAt.Add(20*time.Hour)
			}, 0},
			{"without a date", "hkma", func(a *models.Article) { a.PublishedAt = time.Time{} }, 0},
			{"its link with another title and date", "hkma", func(a *models.Article) { a.Title, a.PublishedAt = "New figures", noon }, 1},
			{"its title under another link", "hkma", func(a *models.Article) { a.LinkKey = "elsewhere.example" }, 1},
			{"the same at another source", "sfc", func(*models.Article) {}, 1},
		} {
			if got := meet(tt.source, tt.what, tt.change); got != tt.want {
				t.Errorf("%s: %d new; want %d", tt.what, got, tt.want)
			}
		}
	})
}

func TestImportedArticlesAreInTheirWindows(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if at, err := s.FirstSeen(t.Context(), models.ByPublished); !at.IsZero() || err != nil {
			t.Errorf("FirstSeen of nothing = %v, %v", at, err)
		}
		addImported(t, s, "01A", archived("hkma", "coin long ago", 400), archived("hkma", "coin lately", 3))
		shelve(t, s, "coin today")
		all := models.ArticleWindow{Since: noon.AddDate(0, 0, -10), Until: noon.Add(time.Hour)}
		ever := models.ArticleWindow{Since: noon.AddDate(-5, 0, 0), Until: noon.Add(time.Hour)}
		for _, tt := range []struct {
			w    models.ArticleWindow
			by   models.ArticleTime
			want []string
		}{
			{all, models.ByListing, []string{"coin today", "coin lately"}},
			{ever, models.ByListing, []string{"coin today", "coin lately", "coin long ago"}},
			{all, models.BySeen, []string{"coin today"}},
			{ever, models.BySeen, []string{"coin today"}},
			{all, models.ByPublished, []string{"coin today", "coin lately"}},
			{ever, models.Imported, []string{"coin lately", "coin long ago"}},
			{models.ArticleWindow{Until: noon.AddDate(0, 0, -100)}, models.ByPublished, []string{"coin long ago"}},
		} {
			tt.w.By = tt.by
			for _, c := range []models.Candidate{asks("coin"), {}} {
				found, err := s.ArticlesMatching(t.Context(), c, tt.w, "", 10)
				if err != nil {
					t.Fatal(err)
				}
				var titles []string
				for _, a := range found {
					if !tt.w.Has(a) {
						t.Errorf("%+v has no %q", tt.w, a.Title)
					}
					titles = append(titles, a.Title)
				}
				if diff := cmp.Diff(tt.want, titles); diff != "" {
					t.Errorf("%v of %+v (-want +got):\n%s", c, tt.w, diff)
				}
				if n, err := s.CountMatching(t.Context(), c, tt.w); n != len(tt.want) || err != nil {
					t.Errorf("CountMatching(%+v) = %d, %v; want %d", tt.w, n, err, len(tt.want))
				}
			}
		}
		for by, want := range map[models.ArticleTime]time.Time{
			models.BySeen: noon, models.ByPublished: noon.AddDate(0, 0, -400), models.ByListing: noon.AddDate(0, 0, -400),
		} {
			if at, err := s.FirstSeen(t.Context(), by); !at.Equal(want) || err != nil {
				t.Errorf("FirstSeen(%v) = %v, %v; want %v", by, at, err, want)
			}
		}
		for imported, want := range map[bool]int{false: 1, true: 2} {
			listed, err := s.Articles(t.Context(), ArticleFilter{Imported: imported})
			if err != nil || len(listed) != want {
				t.Errorf("Articles(imported %v) = %d, %v; want %d", imported, len(listed), err, want)
			}
		}
	})
}

// What an import brought counts for no digest.
func TestDigestActivityOmitsImportedArticles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addImported(t, s, "01A", archived("hkma", "one", 3), archived("hkma", "two", 3))
		shelve(t, s, "three")
		_, n, err := activity(s.read.WithContext(t.Context()), noon.AddDate(0, 0, -7), noon.Add(time.Hour))
		if n != 1 || err != nil {
			t.Errorf("activity = %d articles, %v; want the 1 that was scanned", n, err)
		}
	})
}

func TestUndoImportKeepsWhatIsReferredTo(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		shelve(t, s, "scanned word")
		var many []models.Article
		for i := range chunk + 20 { // of more than one step
			many = append(many, archived("hkma", fmt.Sprint("word ", i), i+1))
		}
		addImported(t, s, "01A", many...)
		addImported(t, s, "01B", archived("hkma", "word of another import", 1))
		if _, err := s.AddArticleFeedback(t.Context(), models.ArticleFeedback{ArticleID: many[7].ID, RuleID: "coin", By: "ana", GivenAt: noon}); err != nil {
			t.Fatal(err)
		}
		undone, err := s.UndoImport(t.Context(), "01A", "ben", noon, nil)
		if diff := cmp.Diff(UndoneImport{Removed: len(many) - 1, Kept: 1}, undone); diff != "" || err != nil {
			t.Errorf("UndoImport: %v (-want +got):\n%s", err, diff)
		}
		if n, err := s.CountMatching(t.Context(), asks("word"), models.ArticleWindow{}); n != 3 || err != nil {
			t.Errorf("%d articles are found, %v; want the scanned one, the one with feedback, and the one of the other import", n, err)
		}
		var revisions int64
		if err := s.read.Model(&models.ArticleRevision{}).Count(&revisions).Error; revisions != 3 || err != nil {
			t.Errorf("%d revisions are left, %v; want 3", revisions, err)
		}
		imports, err := s.Imports(t.Context())
		if err != nil || imports[1].UndoneBy != "ben" || !imports[1].UndoneAt.Equal(noon) || !imports[0].UndoneAt.IsZero() {
			t.Errorf("Imports = %+v, %v; want 01A undone by ben", imports, err)
		}
		if n := addImported(t, s, "01C", many...); n != len(many)-1 {
			t.Errorf("after the undo %d are added again; want %d", n, len(many)-1)
		}
		_, err = s.UndoImport(t.Context(), "", "ben", noon, nil)
		if _, ok := errors.AsType[*NoImportError](err); !ok {
			t.Errorf("UndoImport of no ID: %v; want a NoImportError", err)
		}
	})
}

func TestArticleFeedbackIsRated(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e, err := s.FindEvent(t.Context(), raise(t, s, "1", noon).ID)
		if err != nil {
			t.Fatal(err)
		}
		old := archived("hkma", "one", 30)
		addImported(t, s, "01A", old)
		give := func(article, by string, relevant bool) {
			t.Helper()
			if _, err := s.AddArticleFeedback(t.Context(), models.ArticleFeedback{ArticleID: article, RuleID: "coin", By: by, Relevant: relevant, Note: "n", GivenAt: noon}); err != nil {
				t.Fatal(err)
			}
		}
		give(old.ID, "ana", true)
		give(old.ID, "ana", false)
		give(old.ID, "ben", true)
		give(e.Articles[0].ArticleID, "ana", true)
		rated := func(w models.ArticleWindow) (out []string) {
			t.Helper()
			all, err := s.RatedEvents(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				for _, f := range r.Feedback {
					out = append(out, fmt.Sprintf("%s: %s %v by %s", r.Event.ID, r.Articles[0].Title, f.Relevant, f.By))
				}
			}
			return out
		}
		event, one := e.ID+": Coin rules 1 true by ana", []string{": one false by ana", ": one true by ben"}
		for _, tt := range []struct {
			w    models.ArticleWindow
			want []string
		}{
			{models.ArticleWindow{}, append([]string{event}, one...)},
			{models.ArticleWindow{Since: noon.AddDate(0, 0, -40), Until: noon}, one},
			{models.ArticleWindow{By: models.BySeen}, []string{event}},
			{models.ArticleWindow{Since: noon.AddDate(0, 0, -10), By: models.ByPublished}, []string{event}},
		} {
			if diff := cmp.Diff(tt.want, rated(tt.w)); diff != "" {
				t.Errorf("RatedEvents(%+v) (-want +got):\n%s", tt.w, diff)
			}
		}
		for _, want := range []bool{true, false} {
			if removed, err := s.RemoveArticleFeedback(t.Context(), models.ArticleFeedback{ArticleID: old.ID, RuleID: "coin", By: "ana"}, noon); removed != want || err != nil {
				t.Errorf("RemoveArticleFeedback = %v, %v; want %v", removed, err, want)
			}
		}
		left, err := s.ArticleFeedback(t.Context(), old.ID)
		if err != nil || len(left) != 1 || left[0].By != "ben" {
			t.Errorf("ArticleFeedback = %+v, %v; want that of ben", left, err)
		}
	})
}
