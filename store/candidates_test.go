package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"regwatch/models"
)

// thisWeek returns a key of some weeks after noon.
func thisWeek(later int64, key string) string {
	return models.WeekKey(noon.Unix()/(7*24*60*60)+later, key)
}

// openStories opens events an hour apart with some keys, and returns their IDs.
func openStories(t testing.TB, s *Store, keys ...[]string) []string {
	t.Helper()
	var ids []string
	for i, of := range keys {
		a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Story %d", i), noon.Add(time.Duration(i)*time.Hour))
		scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, of...)
		commit(t, s, scan)
		ids = append(ids, scan.Changes[0].Event.ID)
	}
	return ids
}

func TestCandidatesAreTheNewestWithMostKeys(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ids := openStories(t, s,
			[]string{"link:x", thisWeek(0, "text:a"), thisWeek(0, "text:b"), thisWeek(0, "text:c")},
			[]string{thisWeek(0, "text:a")},
			[]string{thisWeek(0, "text:a"), thisWeek(0, "text:b")},
			[]string{thisWeek(1, "text:a")},
		)
		keys := []string{thisWeek(0, "text:a"), thisWeek(0, "text:b"), thisWeek(0, "text:c")}
		tests := []struct {
			name    string
			lookups []models.Lookup
			want    []int
		}{
			{"nothing", nil, nil},
			{"no limit", []models.Lookup{{Keys: keys}}, []int{0, 1, 2}},
			{"most keys", []models.Lookup{{Keys: keys, Most: 2}}, []int{0, 2}},
			{"newest of a key", []models.Lookup{{Keys: keys[:1], PerKey: 1}}, []int{2}},
			{"newest of each key", []models.Lookup{{Keys: keys, PerKey: 1}}, []int{0, 2}},
			{"another week", []models.Lookup{{Keys: []string{thisWeek(1, "text:a")}}}, []int{3}},
			{"since", []models.Lookup{{Keys: keys, Since: noon.Add(30 * time.Minute)}}, []int{1, 2}},
			{"an old link", []models.Lookup{{Keys: []string{"link:x"}, PerKey: 1}, {Keys: keys, PerKey: 1, Most: 1, Since: noon.Add(time.Minute)}}, []int{0, 2}},
			{"limits of each lookup", []models.Lookup{{Keys: keys[:1], PerKey: 1}, {Keys: []string{thisWeek(1, "text:a")}}}, []int{2, 3}},
		}
		for _, tt := range tests {
			found, generation, err := s.Candidates(t.Context(), tt.lookups...)
			if err != nil || generation != 4 {
				t.Fatalf("%s: generation %d, %v", tt.name, generation, err)
			}
			var got, want []string
			for _, e := range found {
				got = append(got, e.ID)
				if len(e.Articles) != 1 || e.Notified != nil {
					t.Errorf("%s: %d articles and the history %v; want one article and no history", tt.name, len(e.Articles), e.Notified)
				}
			}
			for _, i := range tt.want {
				want = append(want, ids[i])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		found, _, err := s.Candidates(t.Context(), models.Lookup{Keys: keys[1:], Most: 1})
		if diff := cmp.Diff(keys[1:], found[0].Keys); err != nil || diff != "" {
			t.Errorf("%v, keys that found it (-want +got):\n%s", err, diff)
		}
	})
}

// One key that no other event has outweighs two that many have.
func TestRareKeyComesFirst(t *testing.T) {
	newest := map[string][]string{"name": {"own"}, "coin": {"d", "c", "b", "a"}, "bank": {"d", "c", "b", "a"}}
	l := models.Lookup{Keys: []string{"bank", "coin", "name"}, Most: 2}
	if diff := cmp.Diff([]string{"own", "d"}, best(l, newest)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestKeysOfMergedEventFindItsTarget(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ids := openStories(t, s, []string{thisWeek(0, "text:a")}, []string{thisWeek(0, "text:b")})
		if err := s.write.Table("events").Where("id = ?", ids[0]).Update("merged_into", ids[1]).Error; err != nil {
			t.Fatal(err)
		}
		keys := []string{thisWeek(0, "text:a"), thisWeek(0, "text:b")}
		found, _, err := s.Candidates(t.Context(), models.Lookup{Keys: keys})
		if err != nil || len(found) != 1 || found[0].ID != ids[1] {
			t.Fatalf("candidates %+v, %v; want the target alone", found, err)
		}
		if diff := cmp.Diff(keys, found[0].Keys); diff != "" {
			t.Errorf("keys (-want +got):\n%s", diff)
		}
	})
}

func TestOldKeysAreForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old, kept := thisWeek(-27, "text:a"), thisWeek(-20, "text:a")
		openStories(t, s, []string{"link:x", old, kept}, nil)
		for key, want := range map[string]int{old: 0, kept: 1, "link:x": 1} {
			if found, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{key}}); err != nil || len(found) != want {
				t.Errorf("%s finds %d events, %v; want %d", key, len(found), err, want)
			}
		}
	})
}

// A database of an earlier release has no keys of weeks.
func TestRecentKeysAreAddedOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		openStories(t, s, nil, nil, nil)
		asked := 0
		keysOf := func(a models.EventArticle) []string {
			asked++
			return []string{thisWeek(0, "text:"+a.Title)}
		}
		for range 2 { // the second time they are there
			if err := s.AddRecentKeys(t.Context(), noon.Add(time.Minute), keysOf); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []int{0, 1, 1} {
			found, generation, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{thisWeek(0, fmt.Sprint("text:Story ", i))}})
			if err != nil || len(found) != want || generation != 4 {
				t.Errorf("story %d: %d events in generation %d, %v; want %d in 4", i, len(found), generation, err, want)
			}
		}
		if asked != 2 {
			t.Errorf("%d articles were read; want 2, those since then, once", asked)
		}
	})
}

// A release that chooses other keys adds them to what is stored.
func TestRecentKeysOfAnOlderVersionAreAdded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		openStories(t, s, nil, nil)
		keysOf := func(word string) func(models.EventArticle) []string {
			return func(a models.EventArticle) []string { return []string{thisWeek(0, word+a.Title)} }
		}
		if err := s.AddRecentKeys(t.Context(), noon.Add(-time.Minute), keysOf("older:")); err != nil {
			t.Fatal(err)
		}
		if err := s.write.Exec("UPDATE counters SET value = 1 WHERE name = 'recent_keys'").Error; err != nil {
			t.Fatal(err)
		}
		if err := s.AddRecentKeys(t.Context(), noon.Add(-time.Minute), keysOf("newer:")); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"older:", "newer:"} {
			found, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{thisWeek(0, word+"Story 1")}})
			if err != nil || len(found) != 1 {
				t.Errorf("%s finds %d events, %v; want one", word, len(found), err)
			}
		}
	})
}

// Keys are found by their index, and events and articles by theirs, however large the tables.
func TestCandidatesReadIndexes(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ids := openStories(t, s, []string{"link:x", thisWeek(0, "text:a")})
		const numbers = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 20000) "
		for _, fill := range []string{
			"INSERT INTO recent_keys (week, key, event_id) " + numbers + "SELECT n % 30, 'text:' || (n % 50), 'E' || n FROM t",
			"INSERT INTO event_keys (event_id, key) " + numbers + "SELECT '" + ids[0] + "', 'link:' || n FROM t",
			"ANALYZE",
		} {
			if err := s.write.Exec(fill).Error; err != nil {
				t.Fatal(err)
			}
		}
		var plans []explainedPlan
		err := s.read.Callback().Row().Before("gorm:row").Register("test:plan", func(tx *gorm.DB) {
			explain := "EXPLAIN "
			if s.sidecar != nil {
				explain = "EXPLAIN QUERY PLAN "
			}
			asked := tx.Statement.SQL.String()
			rows, err := tx.Statement.ConnPool.QueryContext(t.Context(), explain+asked, tx.Statement.Vars...)
			if err != nil {
				t.Errorf("%s: %v", asked, err)
				return
			}
			plan, err := planOf(rows)
			if err != nil {
				t.Error(err)
			}
			plans = append(plans, explainedPlan{asked, plan})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{"link:x", thisWeek(0, "text:7")}, PerKey: 32}); err != nil {
			t.Fatal(err)
		}
		if len(plans) != 2 {
			t.Fatalf("%d statements looked up keys; want one for each table", len(plans))
		}
		for _, p := range plans {
			for _, bad := range []string{"Seq Scan", "SCAN recent_keys", "SCAN event_keys", "B-TREE"} {
				if strings.Contains(p.plan, bad) {
					t.Errorf("%s\nreads or sorts all keys:\n%s", p.statement, p.plan)
				}
			}
		}
	})
}
