package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// A search for the newest events with a common word looks at the newest events, and finds what looking up each match finds.
func TestNewestEventsWithACommonWordAreLookedUpFewAtATime(t *testing.T) {
	const articles = 5000
	old := models.Position{At: noon.Add(300 * time.Minute), ID: "zzz"}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		last := fillIndex(t, s, articles)
		openEventForEachArticle(t, s)
		for name, tt := range map[string]struct {
			filter EventFilter
			looks  bool // the newest events are looked at first
		}{
			"common":               {EventFilter{Candidate: asks("common")}, true},
			"not in every one":     {EventFilter{Candidate: asks("half often")}, false}, // fewer than manyMatches
			"rare":                 {EventFilter{Candidate: asks("rare")}, false},
			"absent":               {EventFilter{Candidate: asks("absent")}, false},
			"from a place on":      {EventFilter{Candidate: asks("common"), After: old}, true},
			"only in old ones":     {EventFilter{Candidate: asks("common"), Stages: []string{"plain"}}, true},
			"all are few":          {EventFilter{Candidate: asks("common"), After: models.Position{At: noon.Add(5 * time.Minute), ID: "zzz"}}, true},
			"common or an old one": {EventFilter{Candidate: models.Every(asks("common|rare"), asks("half|own2"))}, true},
		} {
			for _, state := range []string{"indexed", "one article is not indexed"} {
				version := "version"
				if state != "indexed" {
					version = "''"
				}
				if err := s.write.Exec("UPDATE article_index SET version = "+version+" WHERE article_id = ?", last).Error; err != nil {
					t.Fatal(err)
				}
				all, err := s.Events(t.Context(), tt.filter)
				if err != nil {
					t.Fatal(err)
				}
				slices.SortFunc(all, func(a, b models.Event) int { return strings.Compare(b.ID, a.ID) })
				var got []models.Event
				plans := plansOf(t, s, func() (err error) { got, err = s.NewestEvents(t.Context(), tt.filter, 7); return err })
				slices.SortFunc(got, func(a, b models.Event) int { return strings.Compare(b.ID, a.ID) })
				want := all[:min(7, len(all))]
				if !slices.EqualFunc(got, want, func(a, b models.Event) bool { return a.ID == b.ID }) {
					t.Errorf("%s, %s: %v, want %v", name, state, eventIDs(got), eventIDs(want))
				}
				looks := slices.ContainsFunc(plans, func(p explainedPlan) bool { return strings.HasPrefix(p.statement, "SELECT DISTINCT e.event_id") })
				if state == "indexed" && looks != tt.looks {
					t.Errorf("%s: the newest events are looked at: %t, want %t", name, looks, tt.looks)
				}
			}
			if err := s.write.Exec("UPDATE article_index SET version = (SELECT MAX(version) FROM article_index)").Error; err != nil {
				t.Fatal(err)
			}
		}
	})
}

func eventIDs(events []models.Event) (ids []string) {
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	return ids
}

// openEventForEachArticle opens an event for each article, with its ID. Those without the word "common" and the oldest have the
// stage plain.
func openEventForEachArticle(t *testing.T, s *Store) {
	t.Helper()
	no := map[bool]string{true: "0", false: "false"}[s.sidecar != nil]
	for _, query := range []string{
		`INSERT INTO events (id, revision, merged_into, title, link, lead_rule, severity, strength, official, baseline, first_seen_at, last_seen_at, stage)
			SELECT id, 1, '', '', '', '', 'high', 'subject', ` + no + `, ` + no + `, seen_at, seen_at, CASE WHEN id < '00100' OR id LIKE '%1' THEN 'plain' ELSE '' END FROM articles`,
		`INSERT INTO event_articles (article_id, part, event_id, joined_by, joined_at, source_id, source_name, role, title, link, link_key, published_at, seen_at, strength)
			SELECT id, 0, id, '', seen_at, 'hkma', '', 'regulator', '', '', '', 0, seen_at, 'subject' FROM articles`,
		"ANALYZE",
	} {
		if err := s.write.Exec(query).Error; err != nil {
			t.Fatal(err)
		}
	}
}

// SQLite knows nothing of how events are spread, for nothing runs ANALYZE. It must still read a page in the order of an index
// in place of reading and sorting all events.
func TestPagesOfEventsAreReadInOrder(t *testing.T) {
	s := open(t, freshSQLite(t))
	var plans []string
	err := s.read.Callback().Query().After("gorm:query").Register("test:order", func(tx *gorm.DB) {
		asked := tx.Statement.SQL.String()
		if !strings.Contains(asked, lastSeenFirst) {
			return
		}
		rows, err := tx.Statement.ConnPool.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+asked, tx.Statement.Vars...)
		if err != nil {
			t.Errorf("%s: %v", asked, err)
			return
		}
		plan, err := planOf(rows)
		if err != nil {
			t.Error(err)
		}
		plans = append(plans, plan)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]EventFilter{
		"all": {}, "the inbox": {Open: true, Raised: true}, "closed": {Closed: true}, "filtered": {Open: true, Raised: true, MinSeverity: models.High, Stages: []string{"proposed"}},
		"a rule": {Open: true, Rules: []string{"coin"}}, "the next page": {Open: true, After: models.Position{At: noon, ID: "01"}},
	} {
		plans = nil
		if _, err := s.NewestEvents(t.Context(), f, 50); err != nil {
			t.Fatal(err)
		}
		if len(plans) != 1 || !strings.Contains(plans[0], "events_last_seen") || strings.Contains(plans[0], "FOR ORDER BY") {
			t.Errorf("%s: the events are not read in their order:\n%s", name, strings.Join(plans, "\n"))
		}
	}
}
