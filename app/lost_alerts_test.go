package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// The property: over random streams no reader misses a rule, severity, stage or official
// status that an article states in its title or lead, nor a story.

const (
	streams       = 40
	streamStories = 10
	streamOutlets = 6
)

// streamRules overlap, and one of them is for another reader too.
var streamRules = fstest.MapFS{
	"coin.yaml": {Data: []byte(`id: coin
title: Coins
why: It matters.
status: active
severity: medium
terms: {coin: [stablecoin, 穩定幣]}
when: {terms: coin, in: [title, lead]}
mention: {terms: coin, in: body}
examples: {match: [A stablecoin is issued], ignore: [A bond is issued]}
`)},
	"ban.yaml": {Data: []byte(`id: ban
title: Bans
why: It matters.
status: active
severity: high
routes: [legal]
terms: {ban: [trading ban, 交易禁令]}
when: {terms: ban, in: [title, lead]}
mention: {terms: ban, in: body}
examples: {match: [A trading ban is issued], ignore: [A bond is issued]}
`)},
	"urgent.yaml": {Data: []byte(`id: urgent
title: Emergency orders
why: It matters.
status: active
severity: critical
terms: {order: [emergency order, 緊急命令]}
when: {terms: order, in: [title, lead]}
examples: {match: [An emergency order is issued], ignore: [A bond is issued]}
`)},
}

var streamRouting = models.Routing{
	Recipients: map[string]models.Recipient{
		"team":  {Name: "team", Destinations: []models.Destination{{Channel: "memo"}}, Zone: "UTC"},
		"legal": {Name: "legal", Destinations: []models.Destination{{Channel: "memo", Address: "legal"}}, Zone: "UTC", Frequency: models.Frequency{Kind: models.Hourly}},
	},
	Routes: []models.Route{
		{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}},
		{Path: "legal", Lines: []models.RouteLine{{Recipient: "team"}, {Recipient: "legal"}}},
	},
}

// headlines by script and what they state; # is who a story is about. The first of a script
// states nothing but the rule, and those of acts state several stages.
var streamHeadlines = map[string]map[string][]string{
	"en": {
		"":         {"# locks out stablecoin holders", "Stablecoin of # cannot be redeemed", "No way out for holders of the # stablecoin"},
		"proposed": {"Government proposes # Stablecoin Bill", "# Stablecoin Bill proposed by government"},
		"passed":   {"Parliament passes # Stablecoin Bill", "# Stablecoin Bill passed by parliament"},
		"in-force": {"# Stablecoin Act takes effect", "# Stablecoin Act enters into force"},
		"acts":     {"# granted stablecoin issuer licence", "# seeks stablecoin issuer licence", "Regulator fines # over stablecoin sales"},
	},
	"zh-Hant": {
		"":         {"#穩定幣持有人未能贖回", "#旗下穩定幣停止付款"},
		"proposed": {"政府提出#穩定幣條例草案", "#穩定幣條例草案由政府提出"},
		"passed":   {"立法會通過#穩定幣條例", "#穩定幣條例獲立法會通過"},
		"in-force": {"#穩定幣條例今日生效", "#穩定幣條例正式生效"},
		"acts":     {"#獲批穩定幣牌照", "#申請穩定幣牌照", "監管機構向#穩定幣業務罰款"},
	},
	"zh-Hans": {
		"":         {"#稳定币持有人未能赎回", "#旗下稳定币停止付款"},
		"proposed": {"政府提出#稳定币条例草案", "#稳定币条例草案由政府提出"},
		"passed":   {"立法会通过#稳定币条例", "#稳定币条例获立法会通过"},
		"in-force": {"#稳定币条例今日生效", "#稳定币条例正式生效"},
		"acts":     {"#获批稳定币牌照", "#申请稳定币牌照", "监管机构向#稳定币业务罚款"},
	},
}

// Words that add a rule, to a headline or to a lead.
var streamExtras = map[string][]string{
	"en":      {"", "", " after trading ban", " under emergency order"},
	"zh-Hant": {"", "", ",涉及交易禁令", ",根據緊急命令"},
	"zh-Hans": {"", "", ",涉及交易禁令", ",根据紧急命令"},
}

// What pages of several outlets print, some of it full of the words of rules and dates.
var streamPages = map[string][]string{
	"en": {
		"Members of the reading room get every stablecoin story, the weekend essay and all charts on every device. Try the first month for one dollar, and end it whenever you like. Libraries may write to our desk.",
		"Our guide to the trading ban of 2021 is free for new members. The new terms of use for members take effect on 1 May 2026. Whoever trades tokens may be left with nothing.",
	},
	"zh-Hant": {
		"會員可在所有裝置閱讀全部穩定幣報道、週末長文及圖表。首月只需一元,可隨時終止。圖書館可聯絡本報申請共用帳戶。",
		"新會員可免費閱讀交易禁令指南。會員使用條款修訂將於2026年5月1日生效。買賣代幣者可能一無所有。",
	},
	"zh-Hans": {
		"会员可在所有装置阅读全部稳定币报道、周末长文及图表。首月只需一元,可随时终止。图书馆可联络本报申请共用账户。",
		"新会员可免费阅读交易禁令指南。会员使用条款修订将于2026年5月1日生效。买卖代币者可能一无所有。",
	},
}

// A report is an article of a stream, without and with what its page prints.
type report struct {
	story     int
	own, page models.Article
}

// A stream is what outlets publish, in the order in which it is read.
func newStream(r *rand.Rand) []report {
	var all []report
	for story := range streamStories {
		script := []string{"en", "zh-Hant", "zh-Hans"}[r.IntN(3)]
		name := newName(r, script)
		stages := []string{""}
		switch r.IntN(6) {
		case 0, 1:
			stages = []string{"proposed", "passed", "in-force"}[r.IntN(2):]
		case 2, 3, 4:
			stages = []string{"acts", "acts"} // several stages of one development
		}
		start := time.Duration(r.IntN(10*24)) * time.Hour
		detail := newDetail(r, script)
		for step, stage := range stages {
			for range 1 + r.IntN(3) {
				outlet := r.IntN(streamOutlets)
				extra := streamExtras[script][r.IntN(4)]
				titles := streamHeadlines[script][stage]
				a := models.Article{
					SourceID: fmt.Sprintf("outlet-%d", outlet), GUID: fmt.Sprint(len(all)), Link: fmt.Sprintf("https://www.outlet-%d.example/%d", outlet, len(all)),
					Title: strings.ReplaceAll(titles[r.IntN(len(titles))], "#", name) + extra,
					Body:  strings.ReplaceAll(titles[r.IntN(len(titles))], "#", name) + streamExtras[script][r.IntN(4)] + ". " + detail,
				}
				if r.IntN(3) == 0 {
					a.Body += " " + newDetail(r, script)
				}
				if r.IntN(4) == 0 {
					a.Body = "" // before a paywall
				}
				a.PublishedAt = streamStart.Add(start + time.Duration(step*30+r.IntN(12))*time.Hour)
				p := a
				if pages := streamPages[script]; r.IntN(3) > 0 {
					p.Body = strings.TrimSpace(a.Body + "\n\n" + pages[(outlet+r.IntN(4)/3)%len(pages)])
				}
				all = append(all, report{story, a, p})
			}
		}
	}
	// Read about when published: sources are read in turn.
	order := make(map[string]time.Time)
	for _, one := range all {
		order[one.own.GUID] = one.own.PublishedAt.Add(time.Duration(r.IntN(20)) * time.Hour)
	}
	slices.SortStableFunc(all, func(a, b report) int { return order[a.own.GUID].Compare(order[b.own.GUID]) })
	return all
}

var streamStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func newName(r *rand.Rand, script string) string {
	if script == "en" {
		return newWord(r) + " " + newWord(r)
	}
	return newCharacters(r, 4)
}

// newWord returns a word that no other text has.
func newWord(r *rand.Rand) string {
	word := ""
	for range 3 {
		word += string("bdfgklmnprtvz"[r.IntN(13)]) + string("aeiou"[r.IntN(5)])
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

func newCharacters(r *rand.Rand, n int) string {
	some := []rune("蘭翠梧桐嵐峰鷺鳶琥珀楓槐楠棠芷蘅荻茜菀葵蕪蕙薇藺")
	word := ""
	for range n {
		word += string(some[r.IntN(len(some))])
	}
	return word
}

// newDetail returns two sentences that only one story has.
func newDetail(r *rand.Rand, script string) string {
	var b strings.Builder
	for range 2 {
		if script != "en" {
			b.WriteString(newCharacters(r, 24) + "。")
			continue
		}
		for i := range 14 {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(newWord(r))
		}
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}

// A feed gives what a test puts in it.
type feed struct{ articles []models.Article }

func (f feed) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return models.Batch{Articles: f.articles, Items: len(f.articles)}, nil
}

func (f feed) Complete(_ context.Context, a models.Article) (models.Article, error) { return a, nil }

// A recorder is a store that remembers what scans decided.
type recorder struct {
	*store.Store
	notices []models.Notice
	joined  map[string]models.EventArticle // by article
	// How many joined by what they say, with a stage that their event does not have.
	otherStage int
}

func (s *recorder) Commit(ctx context.Context, scan models.Scan) error {
	err := s.Store.Commit(ctx, scan)
	if err != nil {
		return err
	}
	s.notices = append(s.notices, scan.Notices...)
	for _, c := range scan.Changes {
		s.joined[c.Joined.ArticleID] = c.Joined
		if c.Kind == models.Similar && c.Joined.Stage != "" && c.Joined.Stage != c.Event.Stage {
			s.otherStage++
		}
	}
	return nil
}

// A fact is what an article states to a reader.
type fact struct{ reader, kind, value string }

// factsOf returns what notices tell their readers of an event.
func factsOf(notices []models.Notice, event string) map[fact]bool {
	facts := make(map[fact]bool)
	for _, n := range notices {
		a := n.Content.Alert
		if n.IsHeld() || a == nil || n.SubjectID != event {
			continue
		}
		for _, f := range a.Why {
			facts[fact{n.Recipient, "rule", f.RuleID}] = true
		}
		for _, s := range models.Severities() {
			if s.Rank() <= n.Severity.Rank() {
				facts[fact{n.Recipient, "severity", string(s)}] = true
			}
		}
		if a.Stage != "" {
			facts[fact{n.Recipient, "stage", a.Stage}] = true
		}
		for _, u := range a.Updates {
			if u.Kind == models.UpdateReportStage {
				facts[fact{n.Recipient, "stage", u.To}] = true
			}
		}
		if a.Official {
			facts[fact{n.Recipient, "official", "yes"}] = true
		}
	}
	return facts
}

// A result is what became of a stream that was published and read until its end.
type result struct {
	lost       []string // facts and stories that a reader was not sent; held notices do not count, deferred ones do
	stated     int      // facts
	otherStage int      // articles that joined by what they say, and state another stage than their event
}

func resultOf(t *testing.T, seed uint64) result {
	t.Helper()
	set, problems := rules.Load(streamRules)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	set = set.WithModels(nil)
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "regwatch.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := rand.New(rand.NewPCG(seed, 14))
	now := streamStart
	stored := &recorder{Store: db, joined: make(map[string]models.EventArticle)}
	var batch []models.Article
	scan := &scanner.Scanner{
		Store: stored, Queue: db, DigestStore: db, KeyDateStore: db, PassageStore: db, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Open: func(models.Source) scanner.Reader { return feed{batch} },
		Settings: func() scanner.Settings {
			return scanner.Settings{Rules: set, Routing: streamRouting, LookBack: 60 * 24 * time.Hour}
		},
	}
	reports := newStream(r)
	read := make(map[string]report) // by the ID that the scan gave
	for len(reports) > 0 {
		batch = nil
		src := models.Source{ID: reports[0].own.SourceID, Name: strings.ToUpper(reports[0].own.SourceID), Role: models.Press, Kind: "feed", URL: "https://" + reports[0].own.SourceID + ".example/feed"}
		if src.ID < "outlet-2" {
			src.Role = models.Regulator
		}
		of := make(map[string]report)
		most := 1 + r.IntN(4)
		reports = slices.DeleteFunc(reports, func(one report) bool {
			if one.own.SourceID != src.ID || len(batch) == most {
				return false
			}
			one.page.Identity = models.IdentityOf(one.page.GUID, one.page.Link)
			one.page.LinkKey = strings.TrimPrefix(one.page.Link, "https://www.")
			one.page.BodyState, one.page.FeedHash = models.BodyFull, models.HashOf(one.page.Title, one.page.Body)
			if latest := one.page.PublishedAt; latest.After(now) {
				now = latest
			}
			one.own.Source = src
			of[one.page.Identity] = one
			batch = append(batch, one.page)
			return true
		})
		now = now.Add(time.Duration(1+r.IntN(90)) * time.Minute)
		scanned, err := scan.Scan(t.Context(), src)
		if err != nil || scanned.Err != nil {
			t.Fatal(err, scanned.Err)
		}
		for _, a := range scanned.Articles {
			read[a.ID] = of[a.Identity]
		}
	}

	var got result
	told := make(map[string]bool) // reader and title
	for _, n := range stored.notices {
		if !n.IsHeld() && n.Content.Alert != nil {
			told[n.Recipient+" "+n.Content.Alert.Title] = true
		}
	}
	stories := make(map[string]bool) // that a reader should know, and whether he was sent one of its titles
	titles := make(map[int][]string)
	for _, one := range read {
		titles[one.story] = append(titles[one.story], one.own.Title)
	}
	for id, one := range read {
		own := one.own
		own.ID, own.SeenAt = id, own.PublishedAt
		matches := set.Match(own)
		if len(matches) == 0 {
			continue
		}
		alone := events.Assign(nil, []events.Found{{Article: own, Matches: matches}}, own.SeenAt)
		notices := notifier.Plan(alone, streamRouting, models.PlanContext{}, own.SeenAt)
		states := factsOf(notices, alone[0].Event.ID)
		sent := factsOf(stored.notices, stored.joined[id].EventID)
		for f := range states {
			got.stated++
			if !sent[f] {
				got.lost = append(got.lost, fmt.Sprintf("%s misses %s %s of %q", f.reader, f.kind, f.value, own.Title))
			}
			story := fmt.Sprint(f.reader, " misses story ", one.story)
			stories[story] = slices.ContainsFunc(titles[one.story], func(title string) bool { return told[f.reader+" "+title] })
		}
	}
	for story, ok := range stories {
		if !ok {
			got.lost = append(got.lost, story)
		}
	}
	slices.Sort(got.lost)
	got.otherStage = stored.otherStage
	return got
}

func TestNoReaderMissesAnything(t *testing.T) {
	n := streams
	if testing.Short() { // the race detector makes each ten times as slow
		n = 6
	}
	var otherStage atomic.Int64
	t.Run("streams", func(t *testing.T) {
		for seed := range uint64(n) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				got := resultOf(t, seed)
				if len(got.lost) > 0 {
					t.Errorf("of %d facts:\n%s", got.stated, strings.Join(got.lost, "\n"))
				}
				if got.stated < 2*streamStories {
					t.Errorf("the articles state only %d facts", got.stated)
				}
				otherStage.Add(int64(got.otherStage))
			})
		}
	})
	if otherStage.Load() < int64(n)/2 {
		t.Errorf("in %d streams only %d articles joined with a stage that their event does not have; the test needs more", n, otherStage.Load())
	}
}

func FuzzNoReaderMissesAnything(f *testing.F) {
	f.Add(uint64(1000))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if got := resultOf(t, seed); len(got.lost) > 0 {
			t.Errorf("of %d facts:\n%s", got.stated, strings.Join(got.lost, "\n"))
		}
	})
}
