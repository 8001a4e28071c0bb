package store

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// fixtureVariable asks TestFixtureOfThisSchema to write the fixture of a schema that has none yet.
const fixtureVariable = "REGWATCH_UPDATE_FIXTURES"

// fixtureTime is the moment at which the program stops and is upgraded: a Monday.
var fixtureTime = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The people in the fixture, as Slack buttons and mail links name them.
const (
	ana  = "@Ana (U0ANA)"
	ben  = "@ben (U0BEN)"
	dana = "dana@example.com"
)

// A filler fills a database through the public methods of a store, at moments
// relative to fixtureTime.
type filler struct {
	t     testing.TB
	s     *Store
	posts int // on Slack
}

// fillFixture writes a row of every kind that the program stores. It takes the
// times and IDs from its input, so it always writes the same rows.
func fillFixture(t testing.TB, o Options) {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	f := &filler{t: t, s: s}
	f.sources()
	f.told()
	f.merged()
	f.held()
	f.digests()
	f.decided()
	f.released()
	f.health()
	f.escalated()
	f.preferences()
	f.answered()
	f.due()
	f.waiting()
	f.fitted()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// ago is a moment before fixtureTime. A negative duration is after it.
func ago(d time.Duration) time.Time { return fixtureTime.Add(-d) }

const day = 24 * time.Hour

func (f *filler) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// commit stores a scan of a source, from the state that is stored.
func (f *filler) commit(source string, scan models.Scan) {
	f.t.Helper()
	state, err := f.s.SourceState(f.t.Context(), source)
	f.must(err)
	if scan.State.SourceID == "" {
		scan.State = state
		scan.State.SucceededAt, scan.State.AttemptedAt = scan.At, scan.At
		scan.State.Health = cmp.Or(state.Health, models.Healthy)
	}
	scan.State.SourceID, scan.State.Generation = source, state.Generation
	_, scan.EventGeneration, err = f.s.Candidates(f.t.Context())
	f.must(err)
	f.must(f.s.Commit(f.t.Context(), scan))
}

var sourceNames = map[string]string{
	"harbour-authority": "Harbour Authority", "harbour-post": "Harbour Post", "delta-gazette": "Delta Gazette",
	"notice-board": "Notice board", "old-wire": "Old Wire",
}

// text is an article that a source published an hour before it was seen.
func (f *filler) text(source, guid, title, body string, seen time.Time) models.Article {
	link := "https://" + source + ".example.com/" + guid
	a := models.Article{
		SourceID: source, GUID: guid, Link: link, LinkKey: strings.TrimPrefix(link, "https://"),
		Identity: models.IdentityOf(guid, link), Title: title, Summary: "In short: " + title, Body: body,
		Author: "Newsroom", Language: "en", PublishedAt: seen.Add(-time.Hour), PublishedRaw: seen.Add(-time.Hour).Format(time.RFC1123Z),
		SeenAt: seen, BodyState: models.BodyFull, Revision: 1, FeedHash: models.HashOf(title, body),
		Fetched: &models.Fetched{URL: link, Status: 200, ETag: `W/"` + guid + `"`, ContentType: "text/html", ContentLanguage: "zh-HK"},
	}
	a.ID, a.Hash = models.NewID(seen, source, a.Identity), a.TextHash()
	return a
}

// fixtureRule is a revision of a rule.
func fixtureRule(id string, revision int, at time.Time) models.RuleRevision {
	text := fmt.Sprintf("id: %s\ntitle: Rule %s\nseverity: high\nterms: [coin, 穩定幣]\n# revision %d\n", id, id, revision)
	return models.RuleRevision{RuleID: id, Hash: models.HashOf(text), Text: text, Vocabulary: `{"coin":["coin","穩定幣"]}`, FirstUsedAt: at}
}

func fixtureMatch(a models.Article, rule string, severity models.Severity) models.Match {
	return models.Match{
		ArticleID: a.ID, Revision: a.Revision, RuleID: rule, RuleHash: fixtureRule(rule, 1, a.SeenAt).Hash, RuleTitle: "Rule " + rule, Topic: "coins",
		Why: "Affects whom we may issue for.", Severity: severity, Strength: models.Subject, Routes: []string{"coins"}, Tags: []string{"licence"},
		Hits:      []models.Hit{{Field: models.InTitle, Start: 0, End: 4, Text: a.Title[:4], Term: "coin"}},
		MatchedAt: a.SeenAt,
	}
}

// A story is an event with the article that opened it.
type story struct {
	event   models.Event
	article models.Article
}

// opens commits an event with its first article and the notices of it.
func (f *filler) opens(source, title string, severity models.Severity, at time.Time, notices func(story) []models.Notice) story {
	f.t.Helper()
	a := f.text(source, strings.ToLower(strings.ReplaceAll(title, " ", "-")), title, title+".\n\nThe text says more; it has 'quotes' and 穩定幣.", at)
	e := models.Event{
		ID: models.NewID(at, "event", a.ID), Revision: 1, Title: title, Link: a.Link, LeadRule: "coin-issuers", Severity: severity,
		Strength: models.Subject, RuleIDs: []string{"coin-issuers"}, Jurisdictions: []string{"Hong Kong"}, Stage: "proposed",
		Dates:       []models.KeyDate{{Day: "2026-03-31", Kind: "deadline", Quote: "by 31 March"}},
		FirstSeenAt: at, LastSeenAt: at, Keys: []string{"link:" + a.LinkKey, "title:" + models.HashOf(title)},
	}
	st := story{e, a}
	scan := models.Scan{
		At: at, Articles: []models.Article{a}, Rules: []models.RuleRevision{fixtureRule("coin-issuers", 1, at)},
		Matches: []models.Match{fixtureMatch(a, "coin-issuers", severity)},
		Changes: []models.Change{{Kind: models.Opened, Event: e, Joined: joining(e, a, "opened it"), Article: a, NewKeys: e.Keys}},
	}
	if notices != nil {
		scan.Notices = notices(st)
	}
	f.commit(source, scan)
	return st
}

// joins commits a change of an event by another article.
func (f *filler) joins(st *story, source, title string, at time.Time, edit func(*models.Event), notices func(story) []models.Notice) {
	f.t.Helper()
	a := f.text(source, strings.ToLower(strings.ReplaceAll(title, " ", "-")), title, title+", as others report too.", at)
	st.event.Revision++
	st.event.LastSeenAt = at
	edit(&st.event)
	scan := models.Scan{
		At: at, Articles: []models.Article{a}, Rules: []models.RuleRevision{fixtureRule("coin-issuers", 1, at)},
		Matches: []models.Match{fixtureMatch(a, "coin-issuers", st.event.Severity)},
		Changes: []models.Change{{
			Kind: models.Copied, Event: st.event, Joined: joining(st.event, a, "the same text"), Article: a, NewKeys: []string{"link:" + a.LinkKey},
		}},
	}
	if notices != nil {
		scan.Notices = notices(*st)
	}
	f.commit(source, scan)
}

func joining(e models.Event, a models.Article, by string) models.EventArticle {
	role := models.Press
	if a.SourceID == "harbour-authority" {
		role = models.Regulator
	}
	return models.EventArticle{
		ArticleID: a.ID, EventID: e.ID, JoinedBy: by, JoinedAt: a.SeenAt, SourceID: a.SourceID, SourceName: sourceNames[a.SourceID], Role: role,
		Title: a.Title, Link: a.Link, LinkKey: a.LinkKey, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt, Strength: models.Subject,
		Signature: []uint32{7, 4294967295}, Stage: e.Stage, Dates: e.Dates, StatedAt: a.SeenAt,
	}
}

// tells is a notice of an event, without an ID or deliveries.
func (st story) tells(kind models.NoticeKind, recipient string, at time.Time) models.Notice {
	e := st.event
	alert := &models.Alert{
		EventID: e.ID, Severity: e.Severity, Official: e.Official, Jurisdictions: e.Jurisdictions, Title: e.Title, Link: e.Link, Language: "en",
		Excerpt: models.Excerpt{Text: e.Title + ".", Highlights: [][2]int{{0, 4}}}, Stage: e.Stage, Dates: e.Dates,
		Why: []models.Finding{{
			RuleID: "coin-issuers", RuleTitle: "Rule coin-issuers", Revision: fixtureRule("coin-issuers", 1, at).Hash[:6], Why: "Affects whom we may issue for.",
			Hits: []models.Hit{{Field: models.InTitle, Start: 0, End: 4, Text: e.Title[:4], Term: "coin"}},
		}},
		Tags: []string{"licence"}, WhyNow: "new event", Source: sourceNames[st.article.SourceID],
		PublishedAt: st.article.PublishedAt, SeenAt: st.article.SeenAt, Zone: "Asia/Hong_Kong",
	}
	if kind == models.NoticeUpdate {
		alert.Updates = []models.Update{{Kind: models.UpdateStage, From: "proposed", To: e.Stage}}
		alert.WhyNow = "the stage is now " + e.Stage
	}
	return models.Notice{
		Kind: kind, Subject: "event", SubjectID: e.ID, SubjectRevision: e.Revision, Recipient: recipient, Severity: e.Severity,
		Reasons: sentence("route coins by coin-issuers"), Subscriptions: []string{"coins/" + recipient},
		Content: models.Content{Language: "en", Alert: alert}, CreatedAt: at,
	}
}

// to gives a notice its ID and a delivery to each destination, written
// channel or channel:address.
func to(n models.Notice, destinations ...string) models.Notice {
	n.ID = n.Key()
	for i, destination := range destinations {
		channel, address, _ := strings.Cut(destination, ":")
		d := models.NewDelivery(n.ID, channel, address, n.CreatedAt.Add(time.Duration(i)*time.Microsecond))
		if n.Subject == "event" {
			d.Thread = n.SubjectID
		}
		n.Deliveries = append(n.Deliveries, d)
	}
	return n
}

// shows amends the messages that told of an event, as what people say of it is
// shown there.
func shows(at time.Time) StatusPlanner {
	return func(e models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		standing := &models.Status{EventID: e.ID, Official: e.Official, Stage: e.Stage, Dates: e.Dates, Assignments: e.Assignments, Feedback: e.Feedback, Mute: mute}
		var notices []models.Notice
		met := make(map[string]bool)
		for _, told := range sent {
			for _, d := range told.Deliveries {
				if d.Channel != "slack" || met[d.Thread+d.Destination] {
					continue
				}
				met[d.Thread+d.Destination] = true
				n := to(models.Notice{
					Kind: models.NoticeAmend, Subject: "standing", SubjectID: fmt.Sprintf("%s/%d", d.Thread, at.UnixMicro()), SubjectRevision: e.Revision,
					Recipient: told.Recipient, Severity: told.Severity, Reasons: sentence("what people say of an event is shown where it was told"),
					Content: models.Content{Status: standing}, CreatedAt: at,
				}, d.Destination)
				n.Deliveries[0].Thread, n.Deliveries[0].Amends = d.Thread, true
				notices = append(notices, n)
			}
		}
		return notices
	}
}

// sends delivers all that is due on the channels.
func (f *filler) sends(at time.Time, channels ...string) {
	f.t.Helper()
	for _, channel := range channels {
		for {
			claimed, err := f.s.Claim(f.t.Context(), at, channel, 10, time.Minute)
			f.must(err)
			if len(claimed) == 0 {
				break
			}
			for _, d := range claimed {
				f.must(f.s.MarkStarted(f.t.Context(), d, at))
				f.must(f.s.MarkSent(f.t.Context(), d, f.receipt(d), at.Add(time.Second)))
			}
		}
	}
}

// receipt is what a channel calls a message.
func (f *filler) receipt(d models.Delivery) string {
	switch {
	case d.Channel == "mail":
		return "<" + d.NoticeID + "." + d.ID[:6] + "@regwatch.example.com>"
	case d.Channel == "hook":
		return d.ID
	case d.Amends && d.Root != nil:
		return d.Root.Receipt
	}
	f.posts++
	return fmt.Sprintf("C0%s/17724%05d.000100", strings.ToUpper(cmp.Or(d.Address, "#desk")[1:]), f.posts)
}

// claims takes the one delivery that is due on a channel.
func (f *filler) claims(at time.Time, channel string, lease time.Duration) models.Delivery {
	f.t.Helper()
	claimed, err := f.s.Claim(f.t.Context(), at, channel, 10, lease)
	f.must(err)
	if len(claimed) != 1 {
		f.t.Fatalf("%d deliveries of %s are due at %s, want one", len(claimed), channel, at)
	}
	f.must(f.s.MarkStarted(f.t.Context(), claimed[0], at))
	claimed[0].StartedAt = at
	return claimed[0]
}

// sentence is a reason in the words of a release before 0007; nothing for none.
func sentence(words string) models.Reasons {
	if words == "" {
		return nil
	}
	return models.NewReasons(models.ReasonText, models.ReasonArgs{Text: words})
}
