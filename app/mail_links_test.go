package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/signedlink"
	"regwatch/models"
)

// linkNoon is when the mail of these tests was sent.
var linkNoon = time.Date(2026, 8, 28, 12, 0, 0, 0, time.UTC)

const linkConfig = `
channels:
  mail: {kind: email, host: 127.0.0.1, port: 2525, tls: none, from: r@example.com}
recipients:
  legal: {send: ["mail:legal@example.org"]}
  boss: {send: ["mail:boss@example.org"]}
  admin: {send: [terminal]}
routes:
  default: [legal]
  hk-policy: [{recipient: legal, mandatory: true}]
  news: [boss]
health: [admin]
digests:
  weekly: {to: ["mail:legal@example.org"]}
web: {listen: "127.0.0.1:8480", public: "http://127.0.0.1:8480"}
`

// sentMail is a folder with one mail that was sent, and its token for a purpose.
func sentMail(t *testing.T) (e *Engine, token func(signedlink.Purpose) string) {
	t.Helper()
	e = newTestEngine(t, t.TempDir(), linkConfig, slog.New(slog.DiscardHandler))
	e.SetClock(func() time.Time { return linkNoon })
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: "01JE", Recipient: "legal", Severity: models.High, CreatedAt: linkNoon,
		Reasons: models.NewReasons(models.ReasonMatched, models.ReasonArgs{}), Subscriptions: []string{"default/legal", "hk-policy/legal"},
		Content: models.Content{Language: "zh-Hant", Alert: &models.Alert{EventID: "01JE", Title: "A title", Source: "Example News", Severity: models.High}},
	}
	n.ID = n.Key()
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", "legal@example.org", linkNoon)}
	if err := e.store.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	links, err := e.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e, func(purpose signedlink.Purpose) string {
		return links.Token(purpose, n.Deliveries[0].ID, linkNoon.Add(time.Hour))
	}
}

func openMail(t *testing.T, e *Engine, token func(signedlink.Purpose) string) Mail {
	t.Helper()
	m, err := e.OpenLink(t.Context(), signedlink.Subscriptions, token(signedlink.Subscriptions))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOpenLinkRefusesForgedAndExpiredLinks(t *testing.T) {
	e, token := sentMail(t)
	if m := openMail(t, e, token); m.Destination != "mail:legal@example.org" || m.EventID != "01JE" || m.Language != "zh-Hant" {
		t.Errorf("the link opens %+v", m)
	}
	links, err := e.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		token string
		want  error
	}{
		"for another purpose":        {token(signedlink.Event), ErrLinkForged},
		"cut short":                  {token(signedlink.Subscriptions)[1:], ErrLinkForged},
		"of a delivery that is gone": {links.Token(signedlink.Subscriptions, "0000", time.Time{}), ErrLinkForged},
		"expired":                    {links.Token(signedlink.Subscriptions, "0000", linkNoon), ErrLinkExpired},
	} {
		if _, err := e.OpenLink(t.Context(), signedlink.Subscriptions, tt.token); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// states lists the subscriptions of a mail's address as the page shows them.
func states(t *testing.T, e *Engine, m Mail) []string {
	t.Helper()
	all, err := e.MailSubscriptions(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range all {
		line := s.Name
		for word, is := range map[string]bool{" mandatory": s.Mandatory, " unsubscribed": s.Unsubscribed} {
			if is {
				line += word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestReaderChangesTheSubscriptionsOfTheirAddress(t *testing.T) {
	e, token := sentMail(t)
	m := openMail(t, e, token)
	for _, step := range []struct {
		name    string
		action  MailAction
		of      string
		outcome MailOutcome
		want    []string
	}{
		{"one", LeaveSubscription, "weekly", HasLeft, []string{"default/legal", "hk-policy/legal mandatory", "weekly unsubscribed"}},
		{"again", ReturnSubscription, "weekly", HasReturned, []string{"default/legal", "hk-policy/legal mandatory", "weekly"}},
		{"those of the mail", LeaveSubscription, "", HasAsked, []string{"default/legal unsubscribed", "hk-policy/legal mandatory", "weekly"}},
		{"a mandatory one", LeaveSubscription, "hk-policy/legal", HasAsked, []string{"default/legal unsubscribed", "hk-policy/legal mandatory", "weekly"}},
		{"all", LeaveAll, "", HasLeftAll, []string{"default/legal unsubscribed", "hk-policy/legal mandatory", "weekly unsubscribed"}},
	} {
		outcome, err := e.ChangeMailSubscriptions(t.Context(), m, step.action, step.of)
		if err != nil || outcome != step.outcome {
			t.Errorf("%s: outcome %s, %v; want %s", step.name, outcome, err, step.outcome)
		}
		if diff := cmp.Diff(step.want, states(t, e, m)); diff != "" {
			t.Errorf("%s: subscriptions (-want +got):\n%s", step.name, diff)
		}
	}
	// People are notified of the wish once a day, however often the reader asks.
	notices, err := e.store.Notices(t.Context(), time.Time{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, n := range notices {
		if n.Subject == "subscription" {
			asked = append(asked, n.Recipient)
		}
	}
	if !slices.Equal(asked, []string{"admin"}) {
		t.Errorf("notified of the wish: %q, want admin once", asked)
	}
}

func TestLinkIsForItsOwnAddress(t *testing.T) {
	e, token := sentMail(t)
	m := openMail(t, e, token)
	before := states(t, e, m)
	for action, name := range map[MailAction]string{LeaveSubscription: "news/boss", "drop": "default/legal", "": ""} {
		_, err := e.ChangeMailSubscriptions(t.Context(), m, action, name)
		if _, wrong := errors.AsType[*InputError](err); !wrong {
			t.Errorf("%s %s: %v, want an InputError", action, name, err)
		}
	}
	if diff := cmp.Diff(before, states(t, e, m)); diff != "" {
		t.Errorf("subscriptions changed (-want +got):\n%s", diff)
	}
}

// An address may have left by another spelling, or before the subscription was mandatory.
func TestEarlierOptOuts(t *testing.T) {
	e, token := sentMail(t)
	m := openMail(t, e, token)
	for _, tt := range []struct {
		out  models.OptOut
		want string
	}{
		{models.OptOut{Subscription: "weekly", Address: "mail:Legal@Example.org"}, "weekly unsubscribed"},
		{models.OptOut{Subscription: "hk-policy/legal", Address: "mail:legal@example.org"}, "hk-policy/legal mandatory"},
		{models.OptOut{Subscription: "hk-policy/legal", Address: "mail:legal@example.org", Forced: true}, "hk-policy/legal mandatory unsubscribed"},
		{models.OptOut{Subscription: "old/legal", Address: "mail:LEGAL@example.org"}, "old/legal unsubscribed"},
	} {
		tt.out.OptedOutAt = linkNoon
		if _, err := e.store.OptOut(t.Context(), []models.OptOut{tt.out}, "ada"); err != nil {
			t.Fatal(err)
		}
		got := states(t, e, m)
		if !slices.ContainsFunc(got, func(line string) bool {
			return strings.HasPrefix(line, strings.Fields(tt.want)[0]) && len(line) == len(tt.want)
		}) {
			t.Errorf("after %+v: %q, want %q", tt.out, got, tt.want)
		}
	}
}

func TestFeedEntries(t *testing.T) {
	notice := func(event, title string, after time.Duration, change func(*models.Alert)) models.Notice {
		a := &models.Alert{EventID: event, Title: title, Link: "https://news.example/" + event, WhyNow: "new event"}
		if change != nil {
			change(a)
		}
		return models.Notice{Content: models.Content{Alert: a}, CreatedAt: linkNoon.Add(after)}
	}
	got := feedEntries([]models.Notice{
		notice("E2", "Now confirmed", 2*time.Hour, nil),
		notice("E1", "A \x00\x1b[31m \u202etitle", time.Hour, func(a *models.Alert) {
			a.Link, a.Why = "javascript:alert(1)", []models.Finding{{RuleID: "yuan-stablecoin"}}
		}),
		{Content: models.Content{Digest: &models.Digest{}}},
		notice("E2", "Talks", 0, nil),
	})
	want := []FeedEntry{
		{EventID: "E2", Title: "Now confirmed", Link: "https://news.example/E2", WhyNow: "new event", PublishedAt: linkNoon, UpdatedAt: linkNoon.Add(2 * time.Hour)},
		{EventID: "E1", Title: "A [31m title", WhyNow: "new event", Rules: []string{"yuan-stablecoin"}, PublishedAt: linkNoon.Add(time.Hour), UpdatedAt: linkNoon.Add(time.Hour)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestFeedHasTheNewestEvents(t *testing.T) {
	var all []models.Notice
	for i := range 3 * feedEvents {
		all = append(all, models.Notice{Content: models.Content{Alert: &models.Alert{EventID: fmt.Sprintf("E%d", i/2)}}, CreatedAt: linkNoon.Add(-time.Duration(i) * time.Minute)})
	}
	got := feedEntries(all)
	if n := len(got); n != feedEvents || got[n-1].EventID != "E49" {
		t.Errorf("%d entries, want %d to E49", n, feedEvents)
	}
}

func TestFeedNeedsTheTokenOfItsRoute(t *testing.T) {
	e, _ := sentMail(t)
	links, err := e.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token := links.Token(signedlink.Feed("default"), "", time.Time{})
	f, err := e.Feed(t.Context(), "default", token)
	if err != nil || len(f.Entries) != 1 || f.Entries[0].EventID != "01JE" || f.Address != links.Feed("default") {
		t.Errorf("the feed is %+v, %v; want the alert", f, err)
	}
	if _, err := e.Feed(context.Background(), "news", token); !errors.Is(err, ErrLinkForged) {
		t.Errorf("another route with this token: %v, want %v", err, ErrLinkForged)
	}
}
