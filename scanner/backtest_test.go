package scanner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/events"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules"
)

// A shelf is a history in memory, the oldest article first.
type shelf struct {
	articles []models.Article
	marked   []models.RatedEvent
	pages    int
	fail     error
}

func (s *shelf) RatedEvents(context.Context, models.ArticleWindow) ([]models.RatedEvent, error) {
	return s.marked, nil
}

// mark adds an event of one article, which people have marked.
func (s *shelf) mark(article int, leadRule string, marks ...models.Feedback) {
	a := s.articles[article]
	s.marked = append(s.marked, models.RatedEvent{
		Event: models.Event{
			ID: fmt.Sprint("E", article), Title: a.Title, LeadRule: leadRule, FirstSeenAt: a.SeenAt, Severity: models.High,
			Articles: []models.EventArticle{{ArticleID: a.ID, SourceName: a.SourceID}},
		},
		Feedback: marks, Articles: []models.Article{a},
	})
}

func (s *shelf) ArticlesMatching(_ context.Context, c models.Candidate, w models.ArticleWindow, before string, limit int) ([]models.Article, error) {
	s.pages++
	var out []models.Article
	past := before == ""
	for _, a := range slices.Backward(s.articles) {
		if past && len(out) < limit && w.Has(a) && lets(c, a) {
			out = append(out, a)
		}
		past = past || a.ID == before
	}
	return out, s.fail
}

func (s *shelf) CountMatching(ctx context.Context, c models.Candidate, w models.ArticleWindow) (int, error) {
	pages := s.pages
	all, err := s.ArticlesMatching(ctx, c, w, "", len(s.articles))
	s.pages = pages
	return len(all), err
}

func (s *shelf) FirstSeen(_ context.Context, by models.ArticleTime) (first time.Time, err error) {
	w := models.ArticleWindow{By: by}
	for _, a := range s.articles {
		if at := w.At(a); w.Has(a) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first, nil
}

func lets(c models.Candidate, a models.Article) bool {
	return holds(c, text.Terms(a.Title, a.Body))
}

func holds(c models.Candidate, terms []string) bool {
	switch c.Asks {
	case models.HasTerm:
		return slices.Contains(terms, c.Term)
	case models.HasPrefix:
		return slices.ContainsFunc(terms, func(t string) bool { return strings.HasPrefix(t, c.Term) })
	case models.AllOf:
		return !slices.ContainsFunc(c.Parts, func(p models.Candidate) bool { return !holds(p, terms) })
	case models.AnyOf:
		return slices.ContainsFunc(c.Parts, func(p models.Candidate) bool { return holds(p, terms) })
	}
	return true
}

// put adds an article seen some days before noon; body stands behind a |.
func (s *shelf) put(source, titleAndBody string, days int, baseline bool) {
	title, body, _ := strings.Cut(titleAndBody, "|")
	at := noon.AddDate(0, 0, -days).Add(time.Duration(len(s.articles)) * time.Second)
	a := models.Article{
		SourceID: source, Identity: fmt.Sprint(len(s.articles)), Title: title, Body: body, SeenAt: at, PublishedAt: at,
		Link: fmt.Sprintf("https://%s.example/%d", source, len(s.articles)), Revision: 1, Baseline: baseline,
	}
	a.ID = models.NewID(at, a.SourceID, a.Identity)
	s.articles = append(s.articles, a)
}

// ruleOf is a rule that looks for words in the title and lead.
func ruleOf(t *testing.T, more string, words ...string) *rules.Set {
	t.Helper()
	src := "id: coin\ntitle: Coins\nseverity: high\n" + more + "\nterms:\n  coin: [" + strings.Join(words, ", ") +
		"]\nwhen: {terms: coin, in: title}\nmention: {terms: coin, in: body}\nexamples:\n  match: [" + words[0] + "]\n  ignore: [none]\n"
	set, problems := rules.LoadOne(fstest.MapFS{}, "coin.yaml", []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

func titles(events []PastEvent) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, e.Title)
	}
	return out
}

func filled() *shelf {
	s := &shelf{}
	s.put("a", "Old stablecoin of long ago", 40, false)
	s.put("a", "Stablecoin before the first scan", 20, true)
	s.put("a", "HKMA grants its first stablecoin issuer licence", 10, false)
	s.put("b", "HKMA grants its first stablecoin issuer licence", 10, false) // a copy
	s.put("a", "A tokenised deposit for everybody", 9, false)
	s.put("a", "Weather|Fair, with a stablecoin in the background.", 8, false)
	s.put("a", "Bread", 7, false)
	s.put("b", "Tokenised deposits and a stablecoin alike", 3, false)
	s.put("gone", "穩定幣條例", 1, false)
	return s
}

func trial(t *testing.T, draft, saved *rules.Set) Trial {
	t.Helper()
	return Trial{
		RuleID: "coin", Draft: draft, Saved: saved, Since: noon.AddDate(0, 0, -30), Until: noon.Add(time.Hour),
		Sources: []models.Source{{ID: "a", Name: "Authority"}, {ID: "b", Name: "Blog"}},
	}
}

func TestBacktestShowsWhatADraftGainsAndLoses(t *testing.T) {
	s := filled()
	b, err := TryRule(t.Context(), s, trial(t, ruleOf(t, "status: draft", "tokenised deposit", "穩定幣"), ruleOf(t, "", "stablecoin")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"穩定幣條例", "A tokenised deposit for everybody"}, titles(b.Gained)); diff != "" {
		t.Errorf("gained (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"HKMA grants its first stablecoin issuer licence", "Stablecoin before the first scan"}, titles(b.Lost)); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	if lost := b.Lost[0]; lost.Articles != 2 || lost.Source != "Authority" || lost.Severity != models.High || !slices.Equal(lost.Words, []string{"stablecoin"}) {
		t.Errorf("lost %+v; want both copies in one event, by its word", lost)
	}
	if why := b.Lost[0].WhyNot; !strings.Contains(why.String(), "(line ") {
		t.Errorf("the draft does not alert to it because %q; want a reason with the line of the condition", why)
	}
	if !b.Lost[1].Silent {
		t.Error("what only a first scan brought is not marked as silent")
	}
	var newest []string
	for _, m := range b.Newest {
		words := m.Source
		for _, h := range m.Hits {
			words += " " + h.Text
		}
		newest = append(newest, fmt.Sprintf("%s: %s, gained %v", m.Title, words, m.Gained))
	}
	want := []string{
		"穩定幣條例: gone 穩定幣, gained true",
		"Tokenised deposits and a stablecoin alike: Blog Tokenised deposits, gained false",
		"A tokenised deposit for everybody: Authority tokenised deposit, gained true",
	}
	if diff := cmp.Diff(want, newest); diff != "" {
		t.Errorf("newest hits (-want +got):\n%s", diff)
	}
	if b.Draft.Precision != nil || b.Saved.Precision != nil {
		t.Error("precision is given, though nobody has marked an alert")
	}
	if b.Read != 7 {
		t.Errorf("%d articles read, want the 7 that hold a word", b.Read)
	}
}

func TestAStoppedBacktestHasTheNewestPart(t *testing.T) {
	tried := trial(t, ruleOf(t, "", "stablecoin"), nil)
	asked := 0
	tried.Stop = func() bool { asked++; return asked > 2 }
	b, err := TryRule(t.Context(), filled(), tried)
	if err != nil {
		t.Fatal(err)
	}
	all, err := TryRule(t.Context(), filled(), trial(t, ruleOf(t, "", "stablecoin"), nil))
	if err != nil {
		t.Fatal(err)
	}
	if !b.Stopped || all.Stopped || !b.From.After(all.From) || b.Draft.Subjects+b.Draft.Mentions > 2 {
		t.Errorf("stopped after two articles: %+v; want the newest two, and from when on", b)
	}
}

// An endingContext ends when it was asked so often.
type endingContext struct {
	context.Context
	asks int
	err  error
}

func (c *endingContext) Err() error {
	if c.asks--; c.asks < 0 {
		return c.err
	}
	return nil
}

// A backtest ends with its context wherever it is, also while it groups, and says which window is half as long.
func TestABacktestEndsWithItsContext(t *testing.T) {
	try := func(ctx *endingContext) error {
		_, err := TryRule(ctx, filled(), trial(t, ruleOf(t, "", "stablecoin"), ruleOf(t, "", "tokenised deposit", "stablecoin")))
		return err
	}
	whole := &endingContext{t.Context(), 1 << 20, nil}
	if err := try(whole); err != nil {
		t.Fatal(err)
	}
	asks := 1<<20 - whole.asks
	if asks < 10 {
		t.Fatalf("the context is asked %d times: too few to stop while articles are grouped", asks)
	}
	for after := range asks {
		if err := try(&endingContext{t.Context(), after, context.Canceled}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled after %d of %d: %v, want the error of the context", after, asks, err)
		}
		err := try(&endingContext{t.Context(), after, context.DeadlineExceeded})
		long, ok := errors.AsType[*TooLongError](err)
		if !ok {
			t.Fatalf("out of time after %d of %d: %v, want a *TooLongError", after, asks, err)
		}
		if shorter := long.Shorter(); !long.From.Before(long.Until) || !shorter.IsZero() && (shorter.Before(long.From) || !shorter.Before(long.Until)) {
			t.Errorf("out of time after %d of %d: %+v, and the shorter window begins %v", after, asks, long, shorter)
		}
	}
}

func TestAShorterWindowIsOfWholeDays(t *testing.T) {
	until := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for from, want := range map[string]string{
		"2026-10-01T00:00:00Z": "2026-10-31", "2026-11-28T11:00:00Z": "2026-11-29", "2026-11-28T13:00:00Z": "", "2000-01-01T00:00:00Z": "2013-06-16",
	} {
		begin, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s := (&TooLongError{From: begin, Until: until}).Shorter(); !s.IsZero() {
			got = s.Format(time.RFC3339)
			got = strings.TrimSuffix(got, "T00:00:00Z")
		}
		if got != want {
			t.Errorf("from %s: %q, want %q", from, got, want)
		}
	}
}

// What is stored of an article names its source; who speaks there and where it is
// at home stands in the configuration.
func TestBacktestKnowsWhereStoredArticlesComeFrom(t *testing.T) {
	s := &shelf{}
	s.put("authority", "Stablecoin rules of the authority", 3, false)
	s.put("blog", "Stablecoin rules as a blog tells them", 2, false)
	s.put("gone", "Stablecoin rules of a source that is gone", 1, false)
	for conditions, want := range map[string][]string{
		"role: press":             {"Stablecoin rules as a blog tells them"},
		"jurisdiction: hong kong": {"Stablecoin rules of the authority"},
		"source: [go*, blog]":     {"Stablecoin rules of a source that is gone", "Stablecoin rules as a blog tells them"},
		"none: [{role: press}]":   {"Stablecoin rules of a source that is gone", "Stablecoin rules of the authority"},
	} {
		src := "id: coin\ntitle: Coins\nseverity: high\nterms: {coin: [stablecoin]}\nwhen: {terms: coin, " + conditions + "}\n"
		draft, problems := rules.LoadOne(fstest.MapFS{}, "coin.yaml", []byte(src))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		tried := trial(t, draft, ruleOf(t, "", "zeppelin"))
		tried.Sources = []models.Source{
			{ID: "authority", Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}},
			{ID: "blog", Role: models.Press},
		}
		b, err := TryRule(t.Context(), s, tried)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, titles(b.Gained)); diff != "" {
			t.Errorf("%s: gained (-want +got):\n%s", conditions, diff)
		}
		result, err := Search(t.Context(), s, Query{Rules: draft, Sources: tried.Sources, Since: tried.Since, Until: tried.Until, Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		if result.Total != len(want) {
			t.Errorf("%s: a search finds %d articles, want %d", conditions, result.Total, len(want))
		}
	}
}

func TestPrecisionIsMeasuredOnMarkedEvents(t *testing.T) {
	yes, no := models.Feedback{By: "ana", Relevant: true}, models.Feedback{By: "ana"}
	s := filled()
	s.mark(2, "coin", yes)                                                            // the licence: the saved rule alone
	s.mark(3, "coin", no)                                                             // its copy
	s.mark(4, "ban", yes)                                                             // a deposit, led by another rule: the draft alone
	s.mark(7, "coin", no, models.Feedback{By: "ben", RuleID: "coin", Relevant: true}) // both; disputed
	s.mark(8, "coin", models.Feedback{By: "ana", RuleID: "coin"})                     // the draft alone
	s.mark(5, "coin", yes)                                                            // a mention: neither
	s.mark(6, "bread", no)                                                            // not its affair
	s.mark(0, "coin", models.Feedback{By: "ana", RuleID: "ban"})                      // says nothing of this rule
	s.mark(1, "coin", yes)
	s.marked[len(s.marked)-1].Articles[0].BodyState = models.BodyExpired

	b, err := TryRule(t.Context(), s, trial(t, ruleOf(t, "", "tokenised deposit", "穩定幣"), ruleOf(t, "", "stablecoin")))
	if err != nil {
		t.Fatal(err)
	}
	ids := func(events []MarkedEvent) (out []string) {
		for _, e := range events {
			out = append(out, e.EventID)
		}
		return out
	}
	for _, list := range []struct {
		name string
		want []string
		got  []MarkedEvent
	}{
		{"lost", []string{"E2", "E5"}, b.Marked.Lost},
		{"dropped", []string{"E3"}, b.Marked.Dropped},
		{"remaining", []string{"E8"}, b.Marked.Remaining},
	} {
		if diff := cmp.Diff(list.want, ids(list.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list.name, diff)
		}
	}
	if m := b.Marked; m.Relevant != 4 || m.Irrelevant != 2 || m.Disputed != 1 || m.Expired != 1 {
		t.Errorf("marked %+v; want 4 relevant, one of them disputed, 2 irrelevant, 1 expired", m)
	}
	// Wilson's interval for 2 of 3 is given as 0.208 to 0.939.
	near := func(got, want float64) bool { return got > want-0.001 && got < want+0.001 }
	if p := b.Draft.Precision; p == nil || p.Relevant != 2 || p.Irrelevant != 1 || !near(p.Low, 0.208) || !near(p.High, 0.939) {
		t.Errorf("precision of the draft %+v, want 2 of 3", p)
	}
	if p := b.Saved.Precision; p == nil || p.Relevant != 2 || p.Irrelevant != 1 {
		t.Errorf("precision of the saved rule %+v, want 2 of 3", p)
	}
}

// Two parts of one digest article are two events: to be told of one is not to be
// told of the other.
func TestPartsOfADigestAreGainedApart(t *testing.T) {
	a := models.Article{ID: "A", Title: "News in brief", SeenAt: noon}
	part := func(n int) models.Match {
		return models.Match{RuleID: "coin", Part: n, Strength: models.Subject, Severity: models.High}
	}
	draft, saved := newRuleResult(), newRuleResult()
	draft.add(a, []models.Match{part(1), part(2)})
	saved.add(a, []models.Match{part(1)})
	for _, f := range draft.found {
		e := models.Event{Title: fmt.Sprint("part ", f.Part), Articles: []models.EventArticle{{}}}
		draft.events = append(draft.events, simulatedEvent{event: e, found: []events.Found{f}})
	}
	if diff := cmp.Diff([]string{"part 2"}, titles(draft.alertsMissingIn(saved, ruleOf(t, "", "stablecoin"), "coin"))); diff != "" {
		t.Errorf("gained (-want +got):\n%s", diff)
	}
}

func TestBacktestCountsAlertsByTheWeek(t *testing.T) {
	b, err := TryRule(t.Context(), filled(), trial(t, ruleOf(t, "", "stablecoin"), nil))
	if err != nil {
		t.Fatal(err)
	}
	var perWeek []int
	for _, w := range b.Draft.Weeks {
		perWeek = append(perWeek, w.Alerts)
	}
	b.Draft.Weeks = nil
	// One alert for the licence with its copy and one for the deposits. What the
	// first scan brought is silent, and a mention tells nobody.
	want := Outcome{Revision: b.Draft.Revision, Subjects: 4, Mentions: 1, Events: 4, Alerts: 2, Silent: 1, PerWeek: 0.47, PerWeekMeasured: true}
	if diff := cmp.Diff(want, b.Draft); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 0, 0, 1, 1, 0}, perWeek); diff != "" {
		t.Errorf("alerts by week (-want +got):\n%s", diff)
	}
	if b.Saved != nil || len(b.Gained)+len(b.Lost) != 0 {
		t.Errorf("compared with nothing: %+v", b)
	}
}

func TestBacktestOfARuleThatAlertsToMentions(t *testing.T) {
	b, err := TryRule(t.Context(), filled(), trial(t, ruleOf(t, "mention_alerts: true", "stablecoin"), ruleOf(t, "", "stablecoin")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Weather"}, titles(b.Gained)); diff != "" {
		t.Errorf("gained (-want +got):\n%s", diff)
	}
	if len(b.Lost) != 0 {
		t.Errorf("lost %q", titles(b.Lost))
	}
}

func TestBacktestOfTheSameRuleGainsAndLosesNothing(t *testing.T) {
	b, err := TryRule(t.Context(), filled(), trial(t, ruleOf(t, "", "stablecoin"), ruleOf(t, "", "stablecoin")))
	if err != nil || len(b.Gained)+len(b.Lost) != 0 || cmp.Diff(b.Draft, *b.Saved) != "" || !b.Stored {
		t.Errorf("%v, %+v", err, b)
	}
}

func TestBacktestCountsCalendarWeeksInTheZone(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	hongKong := time.FixedZone("HKT", 8*3600)
	day := func(zone *time.Location, month time.Month, day, hour, minute int) time.Time {
		return time.Date(2025, month, day, hour, minute, 0, 0, zone)
	}
	for name, tt := range map[string]struct {
		zone        *time.Location
		from, until time.Time
		alerts      []time.Time
		want        []string
	}{
		"a Monday belongs to its own week": {
			hongKong, day(hongKong, 7, 30, 15, 28), day(hongKong, 8, 13, 9, 0),
			[]time.Time{day(hongKong, 8, 3, 23, 59), day(hongKong, 8, 4, 0, 0), day(hongKong, 8, 4, 9, 0)},
			[]string{"2025-07-28 00:00: 1", "2025-08-04 00:00: 2", "2025-08-11 00:00: 0"},
		},
		"clocks change in both weeks": {
			newYork, day(newYork, 10, 27, 0, 0), day(newYork, 11, 10, 0, 0),
			[]time.Time{day(newYork, 11, 2, 23, 30), day(newYork, 11, 3, 0, 30), day(newYork, 11, 9, 23, 30)},
			[]string{"2025-10-27 00:00: 1", "2025-11-03 00:00: 2"},
		},
		"UTC if no zone is set": {
			nil, day(time.UTC, 12, 7, 23, 0), day(time.UTC, 12, 8, 1, 0),
			[]time.Time{day(time.UTC, 12, 8, 0, 0)},
			[]string{"2025-12-01 00:00: 0", "2025-12-08 00:00: 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newRuleResult()
			for _, at := range tt.alerts {
				found := events.Found{Article: models.Article{SeenAt: at}, Matches: []models.Match{{Strength: models.Subject}}}
				s.events = append(s.events, simulatedEvent{found: []events.Found{found}})
			}
			o := s.outcome("", Backtest{From: tt.from, Until: tt.until, Stored: true}, tt.zone)
			var got []string
			for _, w := range o.Weeks {
				from := w.From
				if tt.zone != nil {
					from = from.In(tt.zone)
				}
				got = append(got, fmt.Sprintf("%s: %d", from.Format("2006-01-02 15:04"), w.Alerts))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("alerts by week (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBacktestCountsWhatExceptionsHold(t *testing.T) {
	held := models.Match{Strength: models.Subject, Outcome: models.OutcomeExcepted, ExceptionID: "X"}
	open := models.Match{Strength: models.Subject}
	s := newRuleResult()
	for _, matches := range [][]models.Match{{held}, {held, open}, {open}} {
		s.events = append(s.events, simulatedEvent{found: []events.Found{{Article: models.Article{SeenAt: noon}, Matches: matches}}})
	}
	o := s.outcome("", Backtest{From: noon.AddDate(0, 0, -7), Until: noon.AddDate(0, 0, 1), Stored: true}, nil)
	if o.Excepted != 1 || o.Alerts != 2 {
		t.Errorf("%d held and %d alerts; want 1 and 2", o.Excepted, o.Alerts)
	}
	hit := newPastMatch(models.Article{}, held)
	if hit.ExceptionID != "X" || hit.Outcome != models.OutcomeExcepted {
		t.Errorf("hit %+v; want the exception that holds it", hit)
	}
}

// The window of the average is no longer than the history.
func TestBacktestOfAShortHistory(t *testing.T) {
	tr := trial(t, ruleOf(t, "", "stablecoin"), nil)
	tr.Since = noon.AddDate(-1, 0, 0)
	b, err := TryRule(t.Context(), filled(), tr)
	if err != nil || !b.From.Equal(noon.AddDate(0, 0, -40)) || len(b.Draft.Weeks) != 7 {
		t.Errorf("%v, from %v, %d weeks; want 40 days, which touch seven weeks", err, b.From, len(b.Draft.Weeks))
	}
	b, err = TryRule(t.Context(), &shelf{}, tr)
	if err != nil || b.Read != 0 || b.Draft.Alerts != 0 {
		t.Errorf("an empty history: %v, %+v", err, b)
	}
}

func TestALongHistoryIsReadInPagesAndTellsHowFarItIs(t *testing.T) {
	s := &shelf{}
	for i := range 1000 {
		s.put("a", fmt.Sprintf("Stablecoin story %d %s", i, models.HashOf(fmt.Sprint(i))), 5, false)
	}
	tr := trial(t, ruleOf(t, "", "stablecoin"), nil)
	var told []int
	tr.Progress = func(read, total int) {
		if total != 1000 {
			t.Errorf("total %d, want 1000", total)
		}
		told = append(told, read)
	}
	b, err := TryRule(t.Context(), s, tr)
	if err != nil || b.Draft.Alerts != 1000 || len(b.Newest) != 20 || s.pages != 4 {
		t.Errorf("%v: %d alerts, %d newest, %d pages", err, b.Draft.Alerts, len(b.Newest), s.pages)
	}
	if diff := cmp.Diff([]int{100, 300, 700, 1000}, told); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	s.fail = errors.New("the disk failed")
	if _, err := TryRule(t.Context(), s, tr); !errors.Is(err, s.fail) {
		t.Errorf("TryRule = %v, want what the history answered", err)
	}
}

func TestSearch(t *testing.T) {
	set, problems := rules.Search("stablecoin OR 穩定幣")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	q := Query{Rules: set, Since: noon.AddDate(0, 0, -30), Until: noon.Add(time.Hour), Limit: 2}
	r, err := Search(t.Context(), filled(), q)
	if err != nil || len(r.Hits) != 2 || r.Total != 2 || r.Complete || r.Candidates != 6 || r.Hits[0].Title != "穩定幣條例" {
		t.Errorf("Search = %v, %+v; want the newest two of at most six", err, r)
	}
	q.All = true
	if r, err = Search(t.Context(), filled(), q); err != nil || len(r.Hits) != 2 || r.Total != 6 || !r.Complete {
		t.Errorf("Search for all = %v, %+v; want two of six", err, r)
	}
	q.Limit = 6
	q.All = false
	if r, err = Search(t.Context(), filled(), q); err != nil || r.Total != 6 || !r.Complete {
		t.Errorf("Search for six = %v, %+v; want it complete", err, r)
	}
}

func TestTheIndexIsBroughtUpToDateStepByStep(t *testing.T) {
	s, _ := newScanner(t, newMemory(), nil)
	left := []int{2, 1, 0}
	calls := 0
	s.Reindex = func(context.Context, int) (int, error) { calls++; return left[calls-1], nil }
	once := []int{1, 0}
	s.StoreTextsOnce = func(context.Context, int) (int, error) {
		if calls < 3 {
			t.Error("texts that are stored twice are removed before the index is up to date")
		}
		calls++
		return once[calls-4], nil
	}
	s.catchUp(t.Context())
	if calls != 5 {
		t.Errorf("%d calls, want 5: until none is left of both", calls)
	}
}

func TestTheNewestHitsAreThoseThatWerePublishedLast(t *testing.T) {
	h := &shelf{}
	for _, title := range []string{"A coin of March", "A coin of January", "A coin of May", "A coin without a date"} {
		h.put("a", title, 1, false)
	}
	for i, month := range []time.Month{time.March, time.January, time.May} {
		h.articles[i].PublishedAt = time.Date(2025, month, 1, 0, 0, 0, 0, time.UTC)
	}
	h.articles[3].PublishedAt = time.Time{}
	b, err := TryRule(t.Context(), h, Trial{RuleID: "coin", Draft: ruleOf(t, "", "coin"), Since: noon.AddDate(0, 0, -2), Until: noon, Newest: 3})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, hit := range b.Newest {
		got = append(got, hit.Title)
	}
	// An article without a date counts from when it was seen.
	if diff := cmp.Diff([]string{"A coin without a date", "A coin of May", "A coin of March"}, got); diff != "" {
		t.Errorf("newest hits mismatch (-want +got):\n%s", diff)
	}
}

// An article that is dated in the future counts from when it was seen, as one without a date does.
func TestSearchSortsHitsByPublication(t *testing.T) {
	h := &shelf{}
	published := map[string]time.Time{
		"A coin of March":      time.Date(2025, time.March, 1, 0, 0, 0, 0, time.UTC),
		"A coin of January":    time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC),
		"A coin of the future": noon.AddDate(3, 0, 0),
		"A coin of May":        time.Date(2025, time.May, 1, 0, 0, 0, 0, time.UTC),
		"A coin without date":  {},
		"A coin of yesterday":  noon.AddDate(0, 0, -1).Add(time.Minute),
	}
	// The days since each was seen.
	for i, title := range []string{"A coin of March", "A coin of January", "A coin of the future", "A coin without date", "A coin of May", "A coin of yesterday"} {
		h.put("a", title, 6-i, false)
		h.articles[i].PublishedAt = published[title]
	}
	set, problems := rules.Search("coin")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	tests := []struct {
		limit int
		all   bool
		want  []string
	}{
		{6, false, []string{"A coin of yesterday", "A coin without date", "A coin of the future", "A coin of May", "A coin of March", "A coin of January"}},
		{4, true, []string{"A coin of yesterday", "A coin without date", "A coin of the future", "A coin of May"}},
		{2, false, []string{"A coin of yesterday", "A coin of May"}}, // those stored last
		{2, true, []string{"A coin of yesterday", "A coin without date"}},
	}
	for _, tt := range tests {
		r, err := Search(t.Context(), h, Query{Rules: set, Since: noon.AddDate(0, 0, -30), Until: noon, Limit: tt.limit, All: tt.all})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, hit := range r.Hits {
			got = append(got, hit.Title)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("limit %d, all %v: hits mismatch (-want +got):\n%s", tt.limit, tt.all, diff)
		}
	}
	b, err := TryRule(t.Context(), h, Trial{RuleID: "coin", Draft: ruleOf(t, "", "coin"), Since: noon.AddDate(0, 0, -30), Until: noon, Newest: 3})
	if err != nil || len(b.Newest) != 3 || b.Newest[2].Title != "A coin of the future" {
		t.Errorf("backtest: %v, %+v; want the same order", err, b.Newest)
	}
}

// Alerts a week are measured if the articles of a week are stored, in text and in JSON.
func TestBacktestSaysWhetherAlertsAWeekAreMeasured(t *testing.T) {
	for days, want := range map[int]bool{3: false, 6: false, 7: true, 20: true} {
		h := &shelf{}
		h.put("a", "A coin", days, false)
		b, err := TryRule(t.Context(), h, Trial{RuleID: "coin", Draft: ruleOf(t, "", "coin"), Saved: ruleOf(t, "", "bond"), Since: noon.AddDate(0, 0, -90), Until: noon})
		if err != nil {
			t.Fatal(err)
		}
		if b.Draft.PerWeekMeasured != want || b.Saved.PerWeekMeasured != want {
			t.Errorf("with %d days stored: measured %v and %v, want %v", days, b.Draft.PerWeekMeasured, b.Saved.PerWeekMeasured, want)
		}
	}
	b, err := TryRule(t.Context(), &shelf{}, Trial{RuleID: "coin", Draft: ruleOf(t, "", "coin"), Since: noon.AddDate(0, 0, -90), Until: noon})
	if err != nil || b.Draft.PerWeekMeasured {
		t.Errorf("%v: measured although nothing is stored", err)
	}
}

// What a rule's relevance model demotes is no alert, and is counted apart.
func TestBacktestCountsDemotedEvents(t *testing.T) {
	ban := func(relevance string) *rules.Set {
		src := "id: crypto-ban\ntitle: Bans\nseverity: high\n" + relevance + "\nwhen: {any: [stablecoin], in: title}\n"
		set, problems := rules.LoadOne(fstest.MapFS{}, "crypto-ban.yaml", []byte(src))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return set
	}
	tests := map[string]struct{ alerts, lessCertain, unlikely int }{
		"relevance: off":                   {alerts: 3},
		"relevance: {alert: 0, digest: 0}": {alerts: 3},
		"relevance: {alert: 1, digest: 0}": {lessCertain: 3},
		"relevance: {alert: 1, digest: 1}": {unlikely: 3},
	}
	for relevance, want := range tests {
		s := filled()
		in := trial(t, ban(relevance), ban("relevance: off"))
		in.RuleID, in.Since = "crypto-ban", noon.AddDate(0, 0, -60)
		b, err := TryRule(t.Context(), s, in)
		if err != nil {
			t.Fatal(err)
		}
		if o := b.Draft; o.Alerts != want.alerts || o.InDigest != want.lessCertain || o.Unlikely != want.unlikely || o.Silent != 1 && want.alerts > 0 {
			t.Errorf("%s: %d alerts, %d less certain, %d unlikely, %d silent; want %+v", relevance, o.Alerts, o.InDigest, o.Unlikely, o.Silent, want)
		}
		if want.alerts == 0 && len(b.Lost) == 0 {
			t.Errorf("%s: no alert is lost", relevance)
		}
		for _, hit := range b.Newest {
			if scored := relevance != "relevance: off"; scored != (hit.Relevance != nil) || scored == (hit.Outcome == "") {
				t.Errorf("%s: hit %q has outcome %q, relevance %v", relevance, hit.Title, hit.Outcome, hit.Relevance)
			}
		}
	}
}

func TestMarkedMatchesAreOneForEachEventOfTheRule(t *testing.T) {
	s := &shelf{}
	s.put("a", "Stablecoin licence granted", 9, false)
	s.put("a", "Weather|Fair, with a stablecoin in the background.", 8, false)
	s.put("a", "Stablecoin of another rule", 7, false)
	s.put("a", "Stablecoin whose text is gone", 6, false)
	s.put("a", "Bread", 5, false)
	s.put("a", "Roundup|Nothing here.", 4, false)
	s.put("a", "A stablecoin mentioned|And more.", 3, false)
	s.articles[3].BodyState = models.BodyExpired
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	s.mark(6, "coin", models.Feedback{By: "ana", Relevant: true, GivenAt: at(5)}, models.Feedback{By: "ben", GivenAt: at(9)}, models.Feedback{By: "ben", RuleID: "other", GivenAt: at(20)})
	s.mark(0, "other", models.Feedback{By: "ana", GivenAt: at(1)})                  // it would alert to it
	s.mark(1, "other", models.Feedback{By: "ana", Relevant: true, GivenAt: at(2)})  // it only mentions it, and another rule leads
	s.mark(2, "other", models.Feedback{By: "ana", RuleID: "other", GivenAt: at(3)}) // nobody judged this rule
	s.mark(3, "coin", models.Feedback{By: "ana", RuleID: "coin", GivenAt: at(4)})   // cannot be read any more
	s.mark(4, "coin", models.Feedback{By: "ana", RuleID: "coin", GivenAt: at(4)})   // the rule does not match it any more
	s.mark(5, "coin", models.Feedback{By: "ana", Relevant: true, GivenAt: at(6)})   // likewise
	s.marked[0].Articles = append(s.marked[0].Articles, s.articles[0])              // the first article counts
	found, expired, err := MarkedMatches(t.Context(), s, ruleOf(t, "", "stablecoin"), "coin", nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, fmt.Sprint(m.Article.Title, ": ", m.Verdict, " ", m.Disputed, " ", m.MarkedAt.Sub(noon), " ", m.Match.Strength))
	}
	want := []string{"Stablecoin licence granted: irrelevant false 1m0s subject", "A stablecoin mentioned: relevant true 9m0s subject"}
	if diff := cmp.Diff(want, got); diff != "" || expired != 1 {
		t.Errorf("%d expired, want 1; matches (-want +got):\n%s", expired, diff)
	}
}

// Feedback on an event that only the digest lists or counts concerns the rule that was demoted, although no rule leads
// the event.
func TestFeedbackOnDemotedEventsCounts(t *testing.T) {
	ban := func(relevance string) *rules.Set {
		src := "id: crypto-ban\ntitle: Bans\nseverity: high\nrelevance: " + relevance + "\nwhen: {any: [stablecoin], in: title}\nmention: {any: [stablecoin]}\n"
		set, problems := rules.LoadOne(fstest.MapFS{}, "crypto-ban.yaml", []byte(src))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return set
	}
	for _, relevance := range []string{"{alert: 1, digest: 0}", "{alert: 1, digest: 1}"} {
		s := &shelf{}
		s.put("a", "A stablecoin is counted", 5, false)
		s.put("a", "Another stablecoin is counted", 4, false)
		s.put("a", "Weather|Fair, with a stablecoin in the background.", 3, false)
		s.mark(0, "", models.Feedback{By: "ana", Relevant: true, GivenAt: noon})
		s.mark(1, "", models.Feedback{By: "ana", GivenAt: noon})
		s.mark(2, "", models.Feedback{By: "ana", Relevant: true, GivenAt: noon}) // a mention that nothing lists
		in := trial(t, ban(relevance), nil)
		in.RuleID = "crypto-ban"
		b, err := TryRule(t.Context(), s, in)
		if err != nil {
			t.Fatal(err)
		}
		if m := b.Marked; m.Relevant != 1 || m.Irrelevant != 1 || len(m.Lost) != 1 || len(m.Remaining) != 0 {
			t.Errorf("%s: %d relevant, %d irrelevant, %d lost, %d remaining; want 1, 1, 1 and 0", relevance, m.Relevant, m.Irrelevant, len(m.Lost), len(m.Remaining))
		}
		s.marked[2].Event.DigestRules = []string{"crypto-ban"}
		found, _, err := MarkedMatches(t.Context(), s, ban(relevance), "crypto-ban", nil, noon)
		if err != nil || len(found) != 3 {
			t.Errorf("%s: a refit learns from %d events, %v; want all three, the listed mention too", relevance, len(found), err)
		}
	}
}
