package store

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"regwatch/models"
)

// postgresVariable names the environment variable that holds the DSN of a
// PostgreSQL database in which tests may create schemas; .ci/postgres.sh starts
// one.
const postgresVariable = "REGWATCH_TEST_POSTGRES"

// noon is when the tests happen.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// onEachEngine runs a behaviour on a fresh SQLite file, and on a fresh schema
// of PostgreSQL where there is one.
func onEachEngine(t *testing.T, behaviour func(t *testing.T, o Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { behaviour(t, freshSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { behaviour(t, freshPostgres(t)) })
}

func freshSQLite(t testing.TB) Options {
	return Options{Path: filepath.Join(t.TempDir(), "regwatch.db")}
}

func freshPostgres(t testing.TB) Options {
	t.Helper()
	dsn := os.Getenv(postgresVariable)
	if dsn == "" {
		t.Skip(postgresVariable + " is not set, so there is no PostgreSQL to test on; .ci/postgres.sh starts one")
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatalf("connect to %s: %v", postgresVariable, err)
	}
	name := "t" + strings.ToLower(rand.Text()[:12])
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "DROP SCHEMA "+name+" CASCADE")
		if err := errors.Join(err, conn.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("%s must be a postgres:// address: %v", postgresVariable, err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return Options{DSN: u.String()}
}

// freshLike is another database of the same engine.
func freshLike(t testing.TB, o Options) Options {
	if o.DSN != "" {
		return freshPostgres(t)
	}
	return freshSQLite(t)
}

// newSQLite is the file of a new SQLite database, which takes a tenth of a second of processor
// time to make.
var newSQLite = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "regwatch-new")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "regwatch.db")
	s, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		return nil, err
	}
	// Close moves the write-ahead log into the file, so that this one file is the whole database.
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// open opens a database. Where there is no SQLite file yet, it puts a copy of newSQLite.
func open(t testing.TB, o Options) *Store {
	t.Helper()
	if _, err := os.Stat(o.Path); o.Path != "" && errors.Is(err, fs.ErrNotExist) {
		file, err := newSQLite()
		if err == nil {
			err = os.WriteFile(o.Path, file, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return openOrMake(t, o)
}

// openOrMake opens a database as a program does, which makes the file where there is none.
func openOrMake(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.inspect = checkInvariants
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// article is one that a feed gave and a scan has read.
func article(source, guid, title string, seen time.Time) models.Article {
	a := models.Article{
		SourceID: source, GUID: guid, Link: "https://example.org/" + guid, LinkKey: "example.org/" + guid,
		Identity: models.IdentityOf(guid, "https://example.org/"+guid),
		Title:    title, Summary: "In short.", Body: title + ", at length.", Language: "en",
		PublishedAt: seen.Add(-time.Hour), PublishedRaw: "an hour ago", SeenAt: seen,
		BodyState: models.BodyFull, Revision: 1, FeedHash: models.HashOf(title),
	}
	a.ID, a.Hash = models.NewID(seen, source, a.Identity), a.TextHash()
	return a
}

func match(a models.Article, rule string) models.Match {
	return models.Match{
		ArticleID: a.ID, Revision: a.Revision, RuleID: rule, RuleHash: "h1", RuleTitle: "Title", Why: "Because.",
		Severity: models.High, Strength: models.Subject, Routes: []string{"desk"},
		Hits: []models.Hit{{Field: models.InTitle, Start: 0, End: 4, Text: a.Title[:4], Term: "coin"}}, MatchedAt: a.SeenAt,
	}
}

func event(a models.Article, keys ...string) models.Event {
	return models.Event{
		ID: models.NewID(a.SeenAt, "event", a.ID), Revision: 1, Title: a.Title, Link: a.Link, LeadRule: "coin",
		Severity: models.High, Strength: models.Subject, RuleIDs: []string{"coin"}, Jurisdictions: []string{"Hong Kong"},
		Stage: "licensing", Dates: applyBy("2026-03-31"), FirstSeenAt: a.SeenAt, LastSeenAt: a.SeenAt, Keys: keys,
	}
}

func place(e models.Event, a models.Article) models.EventArticle {
	return models.EventArticle{
		ArticleID: a.ID, EventID: e.ID, JoinedBy: "opened it", JoinedAt: a.SeenAt, SourceID: a.SourceID, SourceName: "Source",
		Role: models.Press, Title: a.Title, Link: a.Link, LinkKey: a.LinkKey, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt,
		Strength: models.Subject, Signature: []uint32{1, 4294967295}, Stage: "licensing", Dates: applyBy("2026-03-31"), StatedAt: a.SeenAt,
	}
}

func applyBy(day string) []models.KeyDate {
	return []models.KeyDate{{Day: day, Kind: "deadline", Quote: "apply by"}}
}

func alert(e models.Event, recipient string, at time.Time) models.Notice {
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: e.ID, Recipient: recipient, Severity: e.Severity,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: at,
		Content: models.Content{Alert: &models.Alert{EventID: e.ID, Title: e.Title, SeenAt: at.UTC()}},
	}
	n.ID = n.Key()
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "slack", "", at)}
	return n
}

// testReasons are the reasons of a notice of which a test says nothing more.
func testReasons() models.Reasons { return models.NewReasons(models.ReasonTest, models.ReasonArgs{}) }

// scanOf is the scan that saw an article, opened an event of it and owes an
// alert.
func scanOf(state models.SourceState, generation int64, a models.Article, keys ...string) models.Scan {
	e := event(a, keys...)
	return models.Scan{
		State: state, EventGeneration: generation, At: a.SeenAt,
		Articles: []models.Article{a},
		Rules:    []models.RuleRevision{{RuleID: "coin", Hash: "h1", Text: "id: coin\n", Vocabulary: "{}", FirstUsedAt: a.SeenAt}},
		Matches:  []models.Match{match(a, "coin")},
		Changes: []models.Change{{
			Kind: models.Opened, Event: e, Joined: place(e, a), Article: a, NewKeys: keys,
		}},
		Notices: []models.Notice{alert(e, "desk", a.SeenAt)},
	}
}

func commit(t testing.TB, s *Store, scan models.Scan) {
	t.Helper()
	if err := s.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
}

func counts(t testing.TB, s *Store) Counts {
	t.Helper()
	c, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func soundAudit(t testing.TB, s *Store) {
	t.Helper()
	if n, err := s.VerifyAudit(t.Context()); err != nil {
		t.Errorf("after %d entries: %v", n, err)
	}
}

func actions(t testing.TB, s *Store) []string {
	t.Helper()
	entries, err := s.Audit(t.Context(), AuditFilter{OldestFirst: true, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Action)
	}
	return all
}

// candidates returns the events that some keys find, with their histories.
func candidates(t testing.TB, s *Store, keys ...string) ([]models.Event, int64, error) {
	t.Helper()
	events, generation, err := s.Candidates(t.Context(), models.Lookup{Keys: keys})
	if err != nil {
		return nil, 0, err
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	histories, err := s.Histories(t.Context(), ids)
	for i := range events {
		h := histories[events[i].ID]
		events[i].Notified, events[i].Assignments, events[i].Feedback = h.Notified, h.Assignments, h.Feedback
	}
	return events, generation, err
}
