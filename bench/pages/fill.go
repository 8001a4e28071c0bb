package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	grouping "regwatch/events"
	"regwatch/internal/samplestream"
	"regwatch/models"
	"regwatch/store"
)

const (
	sites   = 40
	perScan = 100 // articles
	rules   = 20
)

// writeFolder writes settings with paused sources, rules, one recipient, and the address of the
// console.
func writeFolder(dir, listen, dsn string) error {
	config := fmt.Sprintf("web: {listen: %q}\nretention: {text: forever}\nrecipients: {team: {send: [terminal]}}\nroutes: {default: [team]}\n", listen)
	if dsn != "" {
		config += "database: {dsn: env:" + dsnVariable + "}\n"
	}
	files := map[string]string{"regwatch.yaml": config}
	var list strings.Builder
	list.WriteString("sources:\n")
	for i := range sites {
		fmt.Fprintf(&list, "  - {id: site%d, name: Site %d, url: \"https://site%d.example.com/feed\", role: press, enabled: false}\n", i, i, i)
	}
	files["sources/sites.yaml"] = list.String()
	for i := range rules {
		text := strings.Replace(samplestream.Rule, "id: coin\ntitle: Coins", fmt.Sprintf("id: %s\ntitle: Coins %d", ruleID(i), i), 1)
		files["rules/"+ruleID(i)+".yaml"] = text
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// dsnVariable holds the DSN, which a file of settings must not.
const dsnVariable = "REGWATCH_BENCH_DSN"

func ruleID(i int) string { return fmt.Sprintf("coin%d", i) }

// A filler stores invented articles, every tenth of which opens an event and every twentieth
// of which joins it.
type filler struct {
	store  *store.Store
	stream *samplestream.Stream
	states [sites]models.SourceState
	stored int
	events int
	last   models.Event
	tokens []string // of the API
	asked  int      // of the API
}

// tokenCount is how many tokens there are: a backtest takes a fifth of what one may ask for at once.
const tokenCount = 200

// createTokens creates tokens of an editor.
func (f *filler) createTokens(ctx context.Context) error {
	const user = "bench"
	now := time.Now().UTC()
	if _, err := f.store.User(ctx, user); err != nil {
		u := models.User{Name: user, Role: models.RoleEditor, Login: models.LoginPassword, CreatedAt: now, CreatedBy: user}
		if err := f.store.AddUser(ctx, u); err != nil {
			return err
		}
	}
	f.tokens = nil
	for range tokenCount {
		token := "rw_" + rand.Text() + rand.Text()
		hash := sha256.Sum256([]byte(token))
		t := models.APIToken{Name: user, UserName: user, Scopes: models.TokenScopes(), Hash: hex.EncodeToString(hash[:]), CreatedAt: time.Now().UTC(), CreatedBy: user, ExpiresAt: now.AddDate(0, 0, 1)}
		if _, err := f.store.AddToken(ctx, t); err != nil {
			return err
		}
		f.tokens = append(f.tokens, token)
	}
	return nil
}

// prepare fills the database until it has n articles, unless an earlier run has left some.
func (f *filler) prepare(ctx context.Context, n int) error {
	if f.stored == 0 {
		all := store.EventFilter{To: time.Now().AddDate(1, 0, 0)}
		newest, err := f.store.NewestEvents(ctx, all, 1)
		if err != nil {
			return err
		}
		total, err := f.store.CountEvents(ctx, all)
		if err != nil {
			return err
		}
		if len(newest) > 0 {
			f.last, f.events, f.stored = newest[0], total[0], 10*total[0]
		}
	}
	return f.fill(ctx, n)
}

// fill stores articles until there are n, the last of them seen at the end.
func (f *filler) fill(ctx context.Context, n int) error {
	for scan := 0; f.stored < n; scan++ {
		if err := f.scan(ctx, scan%sites); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) scan(ctx context.Context, site int) error {
	source := fmt.Sprint("site", site)
	_, generation, err := f.store.Candidates(ctx, models.Lookup{})
	if err != nil {
		return err
	}
	s := models.Scan{State: f.states[site], EventGeneration: generation}
	s.State.SourceID = source
	for range perScan {
		sample := f.stream.Next()
		a := article(source, sample)
		s.Articles, s.At = append(s.Articles, a), a.SeenAt
		if sample.Number%10 == 0 {
			f.open(&s, a)
		} else if sample.Number%20 == 1 && f.last.ID != "" {
			f.join(&s, a)
		}
	}
	s.State.BaselineAt, s.State.AttemptedAt, s.State.SucceededAt, s.State.LastNewAt = s.At, s.At, s.At, s.At
	if err := f.store.Commit(ctx, s); err != nil {
		return err
	}
	s.State.Generation++
	f.states[site] = s.State
	f.stored += perScan
	return nil
}

func article(source string, sample samplestream.Article) models.Article {
	guid := fmt.Sprintf("%s-%d", source, sample.Number)
	a := models.Article{
		SourceID: source, GUID: guid, Link: "https://" + source + ".example.com/" + guid, LinkKey: source + ".example.com/" + guid,
		Title: sample.Title, Summary: "In short.", Body: sample.Body, Language: "en",
		PublishedAt: sample.At.Add(-time.Hour), PublishedRaw: "an hour ago", SeenAt: sample.At,
		BodyState: models.BodyFull, Revision: 1, FeedHash: models.HashOf(guid),
	}
	a.Identity = models.IdentityOf(a.GUID, a.Link)
	a.ID, a.Hash = models.NewID(a.SeenAt, source, a.Identity), a.TextHash()
	return a
}

// open adds an event of an article to a scan, with its alert, which was sent.
func (f *filler) open(s *models.Scan, a models.Article) {
	f.events++
	rule := ruleID(f.events % rules)
	severity := []models.Severity{models.Low, models.Medium, models.High, models.Critical}[f.events%4]
	stage := []string{"", "proposed", "consultation", "passed"}[f.events/4%4]
	day := a.SeenAt.AddDate(0, 0, f.events%120).Format(time.DateOnly)
	e := models.Event{
		ID: models.NewID(a.SeenAt, "event", a.ID), Revision: 1, Title: a.Title, Link: a.Link, LeadRule: rule, Severity: severity,
		Strength: models.Subject, RuleIDs: []string{rule}, Jurisdictions: []string{"Hong Kong"}, Stage: stage,
		Dates: []models.KeyDate{{Day: day, Kind: "deadline", Quote: "apply by"}}, FirstSeenAt: a.SeenAt, LastSeenAt: a.SeenAt,
	}
	_, e.Keys = grouping.Profiled(a)
	f.last = e
	s.Matches = append(s.Matches, match(a, rule, severity))
	s.Rules = append(s.Rules, models.RuleRevision{RuleID: rule, Hash: "h1", Text: "id: " + rule + "\n", Vocabulary: "{}", FirstUsedAt: a.SeenAt})
	s.Changes = append(s.Changes, models.Change{Kind: models.Opened, Event: e, Joined: place(e, a, "opened it"), Article: a, NewKeys: e.Keys})
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: e.ID, Recipient: "team", Severity: severity,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: a.SeenAt,
		Content: models.Content{Alert: &models.Alert{EventID: e.ID, Title: e.Title, SeenAt: a.SeenAt.UTC()}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, "terminal", "", a.SeenAt)
	d.State, d.SentAt, d.Attempts = models.DeliverySent, a.SeenAt.Add(time.Second), 1
	n.Deliveries = []models.Delivery{d}
	s.Notices = append(s.Notices, n)
}

// join adds an article to the event that was opened last.
func (f *filler) join(s *models.Scan, a models.Article) {
	e := f.last
	e.Revision, e.LastSeenAt = e.Revision+1, a.SeenAt
	f.last = e
	s.Matches = append(s.Matches, match(a, e.LeadRule, e.Severity))
	s.Changes = append(s.Changes, models.Change{Kind: models.Copied, Event: e, Joined: place(e, a, models.JoinedByHeadline), Article: a})
}

func match(a models.Article, rule string, severity models.Severity) models.Match {
	return models.Match{
		ArticleID: a.ID, Revision: a.Revision, RuleID: rule, RuleHash: "h1", RuleTitle: "Coins", Why: "It matters.",
		Severity: severity, Strength: models.Subject, Routes: []string{models.DefaultRoute},
		Hits: []models.Hit{{Field: models.InTitle, Start: 0, End: 4, Text: a.Title[:4], Term: "coin"}}, MatchedAt: a.SeenAt,
	}
}

func place(e models.Event, a models.Article, why string) models.EventArticle {
	profile, _ := grouping.Profiled(a)
	return models.EventArticle{
		ArticleID: a.ID, EventID: e.ID, JoinedBy: why, JoinedAt: a.SeenAt, SourceID: a.SourceID, SourceName: a.SourceID,
		Role: models.Press, Title: a.Title, Link: a.Link, LinkKey: a.LinkKey, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt,
		Strength: models.Subject, Signature: []uint32{1, 2, 3, 4}, Profile: profile, Extract: []string{a.Title + "."}, Stage: e.Stage, Dates: e.Dates, StatedAt: a.SeenAt,
	}
}
