package cli

import (
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/signedlink"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/store"
)

// fixtureTime is when the program stopped whose databases are in
// store/testdata/upgrade.
var fixtureTime = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// keptByPeople is what an earlier program gave out and people still have: links
// in mails and in feed readers, and buttons under messages on Slack.
type keptByPeople struct {
	Links struct {
		Unsubscribe, Event, Feed, Expired string
	}
	Buttons []oldButton
}

// An oldButton is what Slack says of a press of it.
type oldButton struct {
	Text, ActionID, Value string
}

const upgradeFolder = "../../store/testdata/upgrade"

// upgradeConfig is a configuration for the databases in upgradeFolder.
const upgradeConfig = `
database: DATABASE
channels:
  slack: {kind: slack, token: "file:token", app_token: "file:app-token", channel: "#desk", api: "API"}
  mail: {kind: email, host: localhost, port: 2525, tls: none, from: r@example.com}
recipients:
  desk: {send: [slack]}
  legal: {send: ["slack:#legal", "mail:legal@example.com"]}
routes:
  default: [desk]
  coins: [desk, legal]
web: {listen: "127.0.0.1:8480", public: "https://regwatch.example.com"}
`

// onEachUpgrade runs a test on a folder of each stored database, with what
// people have of it.
func onEachUpgrade(t *testing.T, test func(t *testing.T, a *app.Engine, slack *slackfake.Server, kept keptByPeople)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		paths, err := filepath.Glob(filepath.Join(upgradeFolder, "*.links.json"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("nothing that people have in %s: %v", upgradeFolder, err)
		}
		for _, path := range paths {
			version, _, _ := strings.Cut(filepath.Base(path), ".")
			t.Run(engine+"/"+version, func(t *testing.T) {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				var kept keptByPeople
				if err := json.Unmarshal(text, &kept); err != nil {
					t.Fatal(err)
				}
				a, slack := openUpgrade(t, engine, version)
				test(t, a, slack, kept)
			})
		}
	}
}

// openUpgrade opens a stored database with this program.
func openUpgrade(t *testing.T, engine, version string) (*app.Engine, *slackfake.Server) {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(upgradeFolder, version+"."+engine+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	slack, err := slackfake.New(slackfake.Options{Token: demoToken, AppToken: demoAppToken, Users: demoUsers()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slack.Close() })
	database := "{path: regwatch.db}"
	if engine == "postgres" {
		dsn := freshSchema(t)
		database = `{dsn: "file:dsn"}`
		writeFiles(t, dir, map[string]string{"dsn": dsn})
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.PgConn().Exec(t.Context(), string(script)).ReadAll(); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close(t.Context())
	} else {
		db, err := sql.Open("sqlite", filepath.Join(dir, "regwatch.db"))
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		if _, err := db.Exec("BEGIN;\n" + string(script) + "COMMIT;\n"); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	writeFiles(t, dir, map[string]string{
		"sources/stream.yaml": string(samplesite.NewStream(samplesite.StreamOptions{}).SourcesYAML("https://site.example.com")),
		"token":               demoToken, "app-token": demoAppToken, "rules/everything.yaml": ruleForStream,
		configs.FileName: strings.NewReplacer("DATABASE", database, "API", slack.APIURL()).Replace(upgradeConfig),
	})
	opened, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	a, err := opened.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a, slack
}

// storeOf opens the database of an engine a second time, for what no use case of app reads.
func storeOf(t *testing.T, a *app.Engine) *store.Store {
	t.Helper()
	options := store.Options{Path: a.Config().Database.Path}
	if dsn := a.Config().Database.DSN; dsn.IsSet() {
		var err error
		if options.DSN, err = dsn.Reveal(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		(&desk{dir: dir}).write(t, name, text)
	}
}

// TestFixtureOfLinksAndButtons stores what people have of a database that has no
// such file yet.
func TestFixtureOfLinksAndButtons(t *testing.T) {
	databases, err := filepath.Glob(filepath.Join(upgradeFolder, "????.sqlite.sql"))
	if err != nil || len(databases) == 0 {
		t.Fatalf("no database in %s: %v", upgradeFolder, err)
	}
	for _, database := range databases {
		version, _, _ := strings.Cut(filepath.Base(database), ".")
		path := filepath.Join(upgradeFolder, version+".links.json")
		if _, err := os.Stat(path); err == nil || version < "0006" { // earlier programs had neither
			continue
		}
		if os.Getenv("REGWATCH_UPDATE_FIXTURES") == "" {
			t.Errorf("%s does not exist; see the README there", path)
			continue
		}
		a, _ := openUpgrade(t, "sqlite", version)
		text, err := json.MarshalIndent(givenOut(t, a), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// givenOut is what this program has given out for a database: the links in the
// mail of an alert, and the buttons of the alert on Slack as it was sent and as
// it stands since people pressed some.
func givenOut(t *testing.T, a *app.Engine) keptByPeople {
	t.Helper()
	links, err := a.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mail, sent := oldDelivery(t, a, "mail:legal@example.com"), oldDelivery(t, a, "slack")
	var kept keptByPeople
	made := mail.Notice.CreatedAt
	kept.Links.Unsubscribe = links.Address(signedlink.Subscriptions, mail.ID, made.Add(400*24*time.Hour))
	kept.Links.Event = links.Address(signedlink.Event, mail.ID, made.Add(30*24*time.Hour))
	kept.Links.Expired = links.Address(signedlink.Event, mail.ID, made.Add(24*time.Hour))
	kept.Links.Feed = links.Feed("coins")
	amended := sent
	amended.Root = &sent
	amended.Notice.Content = models.Content{Status: &models.Status{
		EventID: sent.Thread, Stage: "in force",
		Assignments: []models.Assignment{{EventID: sent.Thread, By: "@Ana (U0ANA)", AssignedAt: fixtureTime.Add(-12 * 24 * time.Hour)}},
		Feedback:    []models.Feedback{{EventID: sent.Thread, By: "@ben (U0BEN)", GivenAt: fixtureTime.Add(-time.Hour)}},
		Mute:        &models.Mute{Kind: models.MuteEvent, ID: "01KJQ6PSG00000000000000000", Target: sent.Thread, By: "@Cy (U0CY)", MutedAt: fixtureTime, Until: fixtureTime.Add(time.Hour)},
	}}
	amended.Amends = true
	for _, d := range []models.Delivery{sent, amended} {
		m, err := a.Folder().Renderer.Slack(d, true)
		if err != nil {
			t.Fatal(err)
		}
		blocks, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range (slackfake.Message{Blocks: blocks}).Buttons() {
			if b.Value != "" {
				kept.Buttons = append(kept.Buttons, oldButton{b.Text, b.ActionID, b.Value})
			}
		}
	}
	return kept
}

const oldTitle = "Coin issuers to need a licence"

// oldDelivery returns the alert of the event that people have answered, as it
// was sent to a destination.
func oldDelivery(t *testing.T, a *app.Engine, destination string) models.Delivery {
	t.Helper()
	for _, n := range oldNotices(t, a) {
		for _, d := range n.Deliveries {
			if n.Kind == models.NoticeAlert && d.Destination == destination && d.State == models.DeliverySent {
				d.Notice = n
				return d
			}
		}
	}
	t.Fatalf("no alert was sent to %s", destination)
	return models.Delivery{}
}

func oldEvent(t *testing.T, a *app.Engine) models.Event {
	t.Helper()
	events, err := storeOf(t, a).Events(t.Context(), store.EventFilter{To: fixtureTime})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Title == oldTitle {
			return e
		}
	}
	t.Fatalf("there is no event %q", oldTitle)
	return models.Event{}
}

func oldNotices(t *testing.T, a *app.Engine) []models.Notice {
	t.Helper()
	notices, err := storeOf(t, a).EventNotices(t.Context(), oldEvent(t, a).ID)
	if err != nil {
		t.Fatal(err)
	}
	return notices
}
