package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/internal/smtpfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/webhook"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// fixedFeed is a source that always has the same items.
type fixedFeed []models.Article

func (f fixedFeed) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return models.Batch{Articles: slices.Clone(f)}, nil
}

func (f fixedFeed) Complete(_ context.Context, a models.Article) (models.Article, error) {
	return a, nil
}

// story is the number in a title, which counts up from the oldest story.
var story = regexp.MustCompile(`story (\d{4})`)

func TestAlertsOfOneScanGoOutOldestFirst(t *testing.T) {
	t.Parallel()
	const stories = 1000
	began := time.Date(2026, 8, 28, 6, 0, 0, 0, time.UTC)
	item := func(i int, published time.Time) models.Article {
		id := fmt.Sprint("item ", models.HashOf(fmt.Sprint(i)))
		return models.Article{
			SourceID: "feed", GUID: id, Link: "https://news.example/" + fmt.Sprint(i), LinkKey: "news.example/" + fmt.Sprint(i), Identity: models.IdentityOf(id, ""),
			// Words of their own, so that no two stories are one event.
			Title:       fmt.Sprintf("Stablecoin story %04d: %s", i, strings.Join(words(i), " ")),
			PublishedAt: published, Language: "en", BodyState: models.BodyFull,
		}
	}
	tests := []struct {
		name string
		feed func(i int) models.Article // the i-th story, oldest first
		flip bool                       // the feed lists the oldest first
	}{
		{"each at its own time", func(i int) models.Article { return item(i, began.Add(time.Duration(i-stories)*time.Minute)) }, false},
		{"each at its own time, oldest listed first", func(i int) models.Article { return item(i, began.Add(time.Duration(i-stories)*time.Minute)) }, true},
		{"all of one day", func(i int) models.Article { return item(i, began.Truncate(24*time.Hour)) }, false},
		{"without a time", func(i int) models.Article { return item(i, time.Time{}) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var feed fixedFeed
			for i := range stories {
				feed = append(feed, tt.feed(i))
			}
			if !tt.flip {
				slices.Reverse(feed)
			}
			hook := &orderedHook{}
			server := httptest.NewServer(hook)
			defer server.Close()
			mail, err := smtpfake.New(smtpfake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer mail.Close()
			scanAndDeliver(t, feed, server.URL, mail.Addr())
			var mails []string
			for _, m := range mail.Messages() {
				mails = append(mails, string(m.Raw))
			}
			for channel, messages := range map[string][]string{"hook": hook.titles, "mail": mails} {
				var order []int
				for _, m := range messages {
					found := story.FindStringSubmatch(m)
					if found == nil {
						t.Fatalf("%s: no story in %q", channel, m)
					}
					n, err := strconv.Atoi(found[1])
					if err != nil {
						t.Fatal(err)
					}
					order = append(order, n)
				}
				inversions := 0
				for i := range order[1:] {
					if order[i+1] < order[i] {
						inversions++
					}
				}
				if len(order) != stories || inversions > 0 {
					t.Errorf("%s: %d messages, %d of them after a newer one; want %d and none", channel, len(order), inversions, stories)
				}
			}
		})
	}
}

// words returns six made-up words for a number.
func words(i int) (all []string) {
	h := models.HashOf(fmt.Sprint("words ", i))
	for k := range 6 {
		all = append(all, strings.Map(func(r rune) rune { return 'a' + (r*7)%26 }, h[5*k:5*k+5]))
	}
	return all
}

// orderedHook keeps the titles of the events that it is told of.
type orderedHook struct {
	mu     sync.Mutex
	titles []string
}

func (h *orderedHook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !json.Valid(body) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.titles = append(h.titles, string(body))
}

// scanAndDeliver reads the feed once and sends what it leads to over both channels.
func scanAndDeliver(t *testing.T, feed fixedFeed, hookURL, mailAddr string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "regwatch.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	dir := t.TempDir()
	const rule = "id: coin\ntitle: Coins\nwhy: They matter.\nstatus: active\nseverity: high\nroutes: [default]\nwhen: stablecoin\n"
	if err := os.WriteFile(filepath.Join(dir, "coin.yaml"), []byte(rule), 0o600); err != nil {
		t.Fatal(err)
	}
	set, problems := rules.Load(os.DirFS(dir))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	// The source was read before, so that nothing here is old.
	now := time.Date(2026, 8, 28, 6, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	reader := fixedFeed(nil)
	scan := &scanner.Scanner{
		Store: db, DigestStore: db, Queue: db, Now: clock, Log: slog.New(slog.DiscardHandler),
		Open: func(models.Source) scanner.Reader { return reader },
		Settings: func() scanner.Settings {
			team := models.Recipient{
				Name: "team", Zone: "UTC", Burst: models.Burst{Over: 10_000},
				Destinations: []models.Destination{{Channel: "hook"}, {Channel: "mail", Address: "desk@example.com"}},
			}
			return scanner.Settings{
				Sources: []models.Source{{ID: "feed", Name: "Feed", Kind: "feed", URL: "https://news.example/feed", Role: models.Press}},
				Rules:   set, Limits: scanner.Limits{Parallel: 1, Pages: 20},
				Routing: models.Routing{
					Recipients: map[string]models.Recipient{"team": team},
					Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
				},
			}
		},
		Report: func(r scanner.Result) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		},
	}
	if err := db.RecordRules(t.Context(), set.Revisions(), now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := scan.All(t.Context(), nil, false); err != nil {
			t.Fatal(err)
		}
		now, reader = now.Add(time.Hour), feed
	}
	hook, err := webhook.New(webhook.Options{URL: hookURL, Keys: [][]byte{make([]byte, 32)}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(mailAddr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	relay, err := email.New(email.Options{Host: host, Port: number, TLS: "none", From: "regwatch@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	worker := delivery.Worker{Outbox: db, Channels: map[string]delivery.Channel{"hook": hook, "mail": relay}, Now: clock}
	if _, err := worker.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}
