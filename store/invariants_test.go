package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"regwatch/models"
)

// invariants are queries for rows that must not exist after any commit.
var invariants = []struct{ want, rows string }{
	{"every event has an article, unless it was merged into another", `SELECT id FROM events e WHERE merged_into = ''
		AND NOT EXISTS (SELECT 1 FROM event_articles a WHERE a.event_id = e.id)`},
	{"every notice has a reason to be sent or to be held", `SELECT id FROM notices WHERE reason = '' AND held = ''`},
	{"a notice that is held or deferred has no delivery that is due", `SELECT d.id FROM deliveries d JOIN notices n ON n.id = d.notice_id
		WHERE d.state = 'due' AND d.resend = 0 AND (n.held <> '' OR n.wait_until <> 0)`},
	{"a delivery that was sent has an attempt, a time and no lease any more", `SELECT id FROM deliveries
		WHERE state = 'sent' AND (attempts = 0 OR sent_at = 0 OR lease_token <> '')`},
	{"a lease has a token, an end and something to send", `SELECT id FROM deliveries WHERE (lease_token = '') <> (lease_until = 0)
		OR lease_token <> '' AND state <> 'due'`},
	{"a match names an exception exactly if one holds it", `SELECT article_id FROM matches WHERE (exception_id <> '') <> (outcome = 'exception')`},
	{"the exception of a match is stored", `SELECT m.article_id FROM matches m WHERE m.exception_id <> ''
		AND NOT EXISTS (SELECT 1 FROM exceptions x WHERE x.id = m.exception_id)`},
	{"an exception has a query and a reason, and is about something", `SELECT id FROM exceptions
		WHERE query = '' OR reason = '' OR (target = '') <> (scope = 'all')`},
	{"a correction of the grouping is about two events, and undone at a time by a person or not at all", `SELECT id FROM event_links
		WHERE event_id = other_id OR undone_at = 0 AND undone_by <> ''`},
	{"the head of the audit is its last entry", `SELECT h.name FROM audit_head h WHERE h.name = 'audit'
		AND h.seq <> (SELECT COALESCE(MAX(seq), 0) FROM audit)`},
}

// checkInvariants returns an error that names the rows which break an invariant. Tests call
// it in every transaction that changes something, before it commits.
func checkInvariants(tx *gorm.DB) error {
	var broken []error
	for _, i := range invariants {
		var rows []string
		if err := tx.Raw(i.rows + " LIMIT 5").Scan(&rows).Error; err != nil {
			return fmt.Errorf("check that %s: %w", i.want, err)
		}
		if len(rows) > 0 {
			broken = append(broken, fmt.Errorf("broken invariant: %s; not so: %s", i.want, strings.Join(rows, ", ")))
		}
	}
	return errors.Join(broken...)
}

// The check itself must be able to fail.
func TestCheckInvariantsFindsBrokenRows(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := alert(models.Event{ID: "01K"}, "desk", noon)
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		for _, breakIt := range []string{
			"UPDATE notices SET reason = ''",
			"UPDATE notices SET reason = 'r', held = 'muted'",
			"UPDATE deliveries SET state = 'sent', sent_at = 1",
			"UPDATE deliveries SET lease_token = 'x'",
			"UPDATE audit_head SET seq = seq + 1",
			"INSERT INTO exceptions (id, scope, target, query, reason, created_by, from_event, created_at, until, ended_at, ended_by, extended, until_before) VALUES ('01X', 'all', 'ban', 'q', 'r', '', '', 1, 0, 0, '', FALSE, 0)",
			"INSERT INTO events (id, revision, merged_into, title, link, lead_rule, severity, strength, official, baseline, first_seen_at, last_seen_at) VALUES ('01E', 1, '', '', '', '', '', '', FALSE, FALSE, 1, 1)",
		} {
			err := s.write.Transaction(func(tx *gorm.DB) error {
				statement := breakIt
				if o.DSN == "" {
					statement = strings.ReplaceAll(statement, "FALSE", "0")
				}
				if err := tx.Exec(statement).Error; err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
				return checkInvariants(tx)
			})
			if err == nil || !strings.Contains(err.Error(), "broken invariant") {
				t.Errorf("after %q: %v; want a broken invariant", breakIt, err)
			}
		}
	})
}
