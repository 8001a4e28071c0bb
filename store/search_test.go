package store

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// asks builds a candidate: what must be there apart by a space, what may stand
// for each other by a |, and a * behind how a term begins.
func asks(query string) models.Candidate {
	var all []models.Candidate
	for part := range strings.FieldsSeq(query) {
		var either []models.Candidate
		for term := range strings.SplitSeq(part, "|") {
			c := models.Candidate{Asks: models.HasTerm, Term: term}
			if word, prefix := strings.CutSuffix(term, "*"); prefix {
				c = models.Candidate{Asks: models.HasPrefix, Term: word}
			}
			either = append(either, c)
		}
		all = append(all, models.Either(either...))
	}
	return models.Every(all...)
}

// shelve stores articles a minute apart, the first at noon.
func shelve(t testing.TB, s *Store, texts ...string) []models.Article {
	t.Helper()
	state, err := s.SourceState(t.Context(), "hkma")
	if err != nil {
		t.Fatal(err)
	}
	var stored []models.Article
	for i, text := range texts {
		at := noon.Add(time.Duration(i) * time.Minute)
		title, body, _ := strings.Cut(text, "|")
		a := article("hkma", fmt.Sprint(state.Generation, " ", i), title, at)
		a.Body = body
		a.Hash = a.TextHash()
		stored = append(stored, a)
		commit(t, s, models.Scan{State: state, Articles: []models.Article{a}, At: at})
		state.Generation++
	}
	return stored
}

// found is the titles of the candidates, newest first, and checks the count.
func found(t testing.TB, s *Store, c models.Candidate, since, until time.Time) []string {
	t.Helper()
	articles, err := s.ArticlesMatching(t.Context(), c, models.ArticleWindow{Since: since, Until: until}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	titles := []string{}
	for _, a := range articles {
		titles = append(titles, a.Title)
	}
	if n, err := s.CountMatching(t.Context(), c, models.ArticleWindow{Since: since, Until: until}); len(titles) < 100 && n != len(titles) || err != nil {
		t.Errorf("CountMatching(%v) = %d, %v; ArticlesMatching found %d", c, n, err, len(titles))
	}
	return titles
}

func TestArticlesAreFoundByTheirWords(t *testing.T) {
	many := make([]models.Candidate, 6000)
	for i := range many {
		many[i] = models.Candidate{Asks: models.HasTerm, Term: fmt.Sprintf("nothing%d", i)}
	}
	deep := asks("licence")
	for range 9 { // as deep as a candidate may be
		deep = models.Either(models.Every(deep, asks("stable|coin")), asks("nothing"))
	}
	tests := []struct {
		name  string
		query models.Candidate
		want  []string
	}{
		{"one word, of the title", asks("coins"), []string{"Coins"}},
		{"one word, of the body", asks("licence"), []string{"Permit", "Coins"}},
		{"folded", asks("stable"), []string{"Permit", "Coins"}},
		{"either", asks("coins|permit"), []string{"Permit", "Coins"}},
		{"both", asks("licence bank"), []string{"Permit"}},
		{"two characters", asks("稳定"), []string{"穩定幣條例"}},
		{"characters over the end of a line", asks("人民"), []string{"監禁"}},
		{"one character that ends a run", asks("禁*"), []string{"監禁"}},
		{"one character within a run", asks("定*"), []string{"穩定幣條例"}},
		{"characters that are not side by side", asks("稳币"), []string{}},
		{"how a word begins", asks("perm*"), []string{"Permit"}},
		{"a word is not how a longer one begins", asks("perm"), []string{}},
		{"a sign of currency", asks("$"), []string{"Permit"}},
		{"a sign beyond ASCII", asks("₮"), []string{"Coins"}},
		{"accents count", asks("cafe"), []string{}},
		{"accents are found", asks("café"), []string{"Coins"}},
		{"one of two pairs", models.Either(asks("bank coins"), asks("bank licence")), []string{"Permit"}},
		{"deep in parentheses", deep, []string{"Permit", "Coins"}},
		{"all", models.Candidate{}, []string{"監禁", "穩定幣條例", "Permit", "Coins"}},
		{"never", models.Either(), []string{}},
		{"words of the query languages", asks("and|or|not|near"), []string{}},
		{"signs of the query languages", asks(`"'|it's|\|a&b|:*|(|)`), []string{}},
		{"thousands of words", models.Every(models.Either(many...), asks("licence")), []string{}},
		{"thousands of words or one", models.Either(append(many, asks("bank"))...), []string{"Permit"}},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		shelve(t, s, "Coins|A licence for stable-coins at the café, CNH₮.", "Permit|Stable. The bank's licence for $5",
			"穩定幣條例|", "監禁|人\n民 x")
		for _, tt := range tests {
			if diff := cmp.Diff(tt.want, found(t, s, tt.query, time.Time{}, time.Time{})); diff != "" {
				t.Errorf("%s: %v mismatch (-want +got):\n%s", tt.name, tt.query, diff)
			}
		}
	})
}

func TestCandidatesComeInPagesOfAWindow(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		shelve(t, s, "A coin", "B coin", "C bond", "D coin", "E coin", "F coin")
		for _, c := range []models.Candidate{asks("coin"), asks("coin|bond"), {}} {
			var want, got []string
			since, until := noon.Add(time.Minute), noon.Add(5*time.Minute)
			want = found(t, s, c, since, until)
			before := ""
			for {
				page, err := s.ArticlesMatching(t.Context(), c, models.ArticleWindow{Since: since, Until: until}, before, 2)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				for _, a := range page {
					got = append(got, a.Title)
				}
				before = page[len(page)-1].ID
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pages of %v mismatch (-in one +in pages):\n%s", c, diff)
			}
		}
		if diff := cmp.Diff([]string{"E coin", "D coin", "B coin"}, found(t, s, asks("coin"), noon.Add(time.Minute), noon.Add(5*time.Minute))); diff != "" {
			t.Errorf("window mismatch (-want +got):\n%s", diff)
		}
		if got := found(t, s, asks("coin"), noon.Add(time.Hour), time.Time{}); len(got) != 0 {
			t.Errorf("after all of them: %q", got)
		}
	})
}

func TestFirstSeen(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if at, err := s.FirstSeen(t.Context(), models.BySeen); !at.IsZero() || err != nil {
			t.Errorf("FirstSeen = %v, %v of an empty database", at, err)
		}
		shelve(t, s, "A", "B")
		if at, err := s.FirstSeen(t.Context(), models.BySeen); !at.Equal(noon) || err != nil {
			t.Errorf("FirstSeen = %v, %v; want noon", at, err)
		}
	})
}

func TestANewRevisionIsFoundByItsOwnWords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := shelve(t, s, "Rules|Of coins.")[0]
		a.Body, a.Revision = "Of bonds.", 2
		a.Hash = a.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{a}, At: noon.Add(time.Hour)})
		for query, want := range map[string]int{"coins": 0, "bonds": 1, "rules": 1} {
			if got := found(t, s, asks(query), time.Time{}, time.Time{}); len(got) != want {
				t.Errorf("%s: %q, want %d", query, got, want)
			}
		}
	})
}

func TestATextOfTooManyWordsIsAlwaysRead(t *testing.T) {
	var b strings.Builder
	for i := range maxTerms / 6 {
		fmt.Fprintf(&b, "%x ", i+1<<20)
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		shelve(t, s, "Telephone book|"+b.String(), "Coins|")
		if got := found(t, s, asks("coins bond"), time.Time{}, time.Time{}); len(got) != 1 || got[0] != "Telephone book" {
			t.Errorf("found %q, want the telephone book", got)
		}
	})
}

// age makes the index what another version of the folding has left.
func age(t testing.TB, s *Store, version string) {
	t.Helper()
	if err := s.write.Exec("UPDATE article_index SET version = ?", version).Error; err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsNotIndexedIsReadUntilItIs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, version := range []string{"", "0", "~"} {
			s := open(t, freshLike(t, o))
			shelve(t, s, "A coin", "B bond", "C coin", "D bond", "E coin")
			age(t, s, version)
			if got := found(t, s, asks("coin"), time.Time{}, time.Time{}); len(got) != 5 {
				t.Errorf("version %q: found %q, want all", version, got)
			}
			if left, err := s.Reindex(t.Context(), 2); left != 3 || err != nil {
				t.Fatalf("Reindex = %d, %v; want 3 left", left, err)
			}
			if diff := cmp.Diff([]string{"E coin", "C coin", "B bond", "A coin"}, found(t, s, asks("coin"), time.Time{}, time.Time{})); diff != "" {
				t.Errorf("version %q: half way mismatch (-want +got):\n%s", version, diff)
			}
			if diff := cmp.Diff([]string{"E coin", "C coin", "B bond"}, found(t, s, asks("coin"), noon.Add(time.Minute), time.Time{})); diff != "" {
				t.Errorf("version %q: half way in a window mismatch (-want +got):\n%s", version, diff)
			}
			if left, err := s.Reindex(t.Context(), 1000); left != 0 || err != nil {
				t.Fatalf("Reindex = %d, %v; want none left", left, err)
			}
			if diff := cmp.Diff([]string{"E coin", "C coin", "A coin"}, found(t, s, asks("coin"), time.Time{}, time.Time{})); diff != "" {
				t.Errorf("version %q: mismatch (-want +got):\n%s", version, diff)
			}
		}
	})
}

func TestReindexStopsWhenCanceled(t *testing.T) {
	s := open(t, freshSQLite(t))
	shelve(t, s, "A coin")
	age(t, s, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Reindex(ctx, 10); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("Reindex = %v, want it canceled", err)
	}
}

func TestExpiredTextIsNotFoundByItsWords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		shelve(t, s, "Coins|Of licences.", "Bonds|Of licences.")
		if n, err := s.Expire(t.Context(), noon.Add(time.Second), noon.Add(time.Hour)); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		for query, want := range map[string]string{"licences": "Bonds", "coins": "Coins"} {
			if got := found(t, s, asks(query), time.Time{}, time.Time{}); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %q, want %s", query, got, want)
			}
		}
	})
}

// The words of a deleted text must not be read from the index either.
func TestExpiredWordsAreGoneFromTheFile(t *testing.T) {
	o := freshSQLite(t)
	s := open(t, o)
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprintf("Story %d|zq%dxuquilibrist and others", i, i))
	}
	shelve(t, s, texts...)
	holds := func() (n int) {
		t.Helper()
		if err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(data), "xuquilibrist")
	}
	if holds() < 600 { // in the article, its revision and the index
		t.Fatal("the words are not in the file before, so this test shows nothing")
	}
	if n, err := s.Expire(t.Context(), noon.Add(300*time.Minute), noon.Add(400*time.Minute)); n != 300 || err != nil {
		t.Fatal(n, err)
	}
	if n := holds(); n > 0 {
		t.Errorf("words of the deleted texts are still in the file %d times", n)
	}
	if got := found(t, s, asks("story"), time.Time{}, time.Time{}); len(got) != 100 {
		t.Errorf("%d titles found, want 100 of the 300 that stay", len(got))
	}
}
