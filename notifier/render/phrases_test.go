package render

import (
	"fmt"
	html "html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	tree "text/template/parse"
	"time"
	"unicode"

	"regwatch/internal/i18n"
	"regwatch/internal/noticetest"
	"regwatch/models"
)

// templateSays parses a template and returns its literal words and the names of its
// phrases.
func templateSays(t *testing.T, name string) (words []string, phrases []string) {
	t.Helper()
	src, _ := Template(name)
	set, err := html.New(name).Funcs(functions(English)).Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	markup := regexp.MustCompile(`(?s)<style>.*?</style>|&[a-z]+;|<[^<>]*>`)
	var text strings.Builder
	var walk func(n tree.Node)
	list := func(l *tree.ListNode) {
		if l != nil {
			for _, n := range l.Nodes {
				walk(n)
			}
		}
	}
	pipe := func(p *tree.PipeNode) {
		if p != nil {
			for _, c := range p.Cmds {
				walk(c)
			}
		}
	}
	walk = func(n tree.Node) {
		switch n := n.(type) {
		case *tree.ListNode:
			list(n)
		case *tree.TextNode:
			text.Write(n.Text)
		case *tree.ActionNode:
			pipe(n.Pipe)
		case *tree.TemplateNode:
			pipe(n.Pipe)
		case *tree.PipeNode:
			pipe(n)
		case *tree.CommandNode:
			if id, ok := n.Args[0].(*tree.IdentifierNode); ok && (id.Ident == "say" || id.Ident == "label") {
				phrases = append(phrases, n.Args[1].(*tree.StringNode).Text)
			}
			for _, a := range n.Args {
				walk(a)
			}
		case *tree.IfNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		case *tree.RangeNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		case *tree.WithNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		}
	}
	for _, tt := range set.Templates() {
		if tt.Tree != nil {
			walk(tt.Tree.Root)
		}
	}
	return strings.FieldsFunc(markup.ReplaceAllString(text.String(), " "), func(r rune) bool { return !unicode.IsLetter(r) }), phrases
}

func TestTemplatesUsePhrasesOnly(t *testing.T) {
	for _, name := range TemplateNames() {
		words, phrases := templateSays(t, name)
		if len(words) > 0 {
			t.Errorf("%s has words of its own: %q", name, words)
		}
		for _, p := range phrases {
			if _, known := i18n.Find(p); !known {
				t.Errorf("%s says %q, which is no phrase", name, p)
			}
		}
	}
}

func TestEveryPhraseIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, name := range TemplateNames() {
		_, phrases := templateSays(t, name)
		for _, p := range phrases {
			used[p] = true
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(src)
		}
	}
	// These names have a prefix and a value.
	families := []string{"severity_", "level_", "stage_", "date_", "news_", "summary_why_", "digest_", "held_", "odd_", "reason_", "joined_", "against_", "health_", "failure_", "advice_", "outcome_", "peer_", "relevance_", "feature_", "origin_", "read_"}
	used["revision"] = true // users' own templates may use it
	for _, name := range i18n.Names() {
		family := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(name, f) })
		if !used[name] && !family && !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("no template and no view says %q", name)
		}
	}
}

// chinese returns notices without quotations, or with 甲 as quotation.
func chinese() map[string]models.Notice {
	a := models.Alert{
		EventID: "1", Severity: models.Critical, Title: "甲", Source: "甲", Jurisdictions: []string{"甲", "甲"}, Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}),
		Link: "https://1.example/", Excerpt: noticetest.Mark("甲乙", "乙"), Stage: "consultation", StageQuote: "甲", Zone: "Asia/Hong_Kong",
		Dates:       []models.KeyDate{{Day: "2026-08-01", Kind: "effective"}, {Day: "2026-08-28", Kind: "deadline"}, {Day: "2026-08-29", Kind: "deadline"}},
		PublishedAt: noticetest.At("2026-08-27T05:53:00Z"), SeenAt: noticetest.At("2026-08-28T06:05:00Z"),
		Why:      []models.Finding{{RuleID: "甲", Revision: "123456", Entities: []models.Entity{{Name: "name", NameZH: "甲", Kind: "甲"}}, Hits: []models.Hit{{Text: "甲", Gloss: "gloss"}, {Text: "甲", Paragraph: 2}}, Relevance: noticetest.Relevance(models.Likely, "", "+title.public-acts", "+word.甲", "-source.press")}, {RuleID: "乙", Origins: []models.Origin{{Kind: "source", Value: "1"}, {Kind: "role", Value: "press"}, {Kind: "language", Value: "甲"}, {Kind: "jurisdiction", Value: "甲"}}}},
		Mentions: []models.Finding{{RuleID: "甲", Hits: []models.Hit{{Text: "甲"}}}}, Tags: []string{"甲", "乙"},
		OtherSources: []models.Reference{{Source: "甲", Title: "甲"}},
	}
	update := a
	update.Trigger = models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	update.Updates = []models.Update{
		{Kind: models.UpdateSeverity, From: "low", To: "critical"},
		{Kind: models.UpdateStage, To: "in force"},
		{Kind: models.UpdateReportStage, From: "in force", To: "proposed"},
		{Kind: models.UpdateDate, Of: "deadline", From: "2026-08-29", To: "2026-09-01"},
		{Kind: models.UpdateDate, Of: "effective", To: "2026-09-01"},
		{Kind: models.UpdateDate, Of: "effective", From: "2026-09-01"},
		{Kind: models.UpdateOfficial, To: "甲"},
		{Kind: models.UpdateRule, To: "甲"},
	}
	all := map[string]models.Notice{
		"alert":        {Kind: models.NoticeAlert, Content: models.Content{Alert: &a}},
		"update":       {Kind: models.NoticeUpdate, Content: models.Content{Alert: &update}},
		"escalation":   {Kind: models.NoticeEscalation, Content: models.Content{Alert: &a}},
		"verification": {Reasons: models.NewReasons(models.ReasonVerify, models.ReasonArgs{Destination: "甲"}), Content: models.Content{Verification: &models.Verification{Address: "甲", Expires: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong"}}},
		"reminder": {Kind: models.NoticeReminder, Reasons: models.NewReasons(models.ReasonDateNear, models.ReasonArgs{Day: "2026-08-29", Count: 7, Subscriptions: []string{"甲"}}), Content: models.Content{Reminder: &models.Reminder{
			EventID: "1", Severity: models.High, Title: "甲", Source: "甲", Jurisdictions: []string{"甲"}, Stage: "licensing", Left: 5, Zone: "Asia/Hong_Kong",
			Dates: []models.KeyDate{{Day: "2026-08-29", Kind: "deadline"}, {Day: "2026-08-29", Kind: "effective"}},
		}}},
		"reminders": {Kind: models.NoticeSummary, Content: models.Content{Summary: &models.Summary{Reminders: true, From: noticetest.At("2026-08-27T06:05:00Z"), To: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong", Events: []models.DigestEvent{{Severity: models.Low, Title: "甲"}}}}},
		"test":      {Content: models.Content{Test: &models.Test{SentAt: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong"}}},
		"nothing":   {},
		"summary": {Content: models.Content{Summary: &models.Summary{From: noticetest.At("2026-08-27T06:05:00Z"), To: noticetest.At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong", Events: []models.DigestEvent{
			{Severity: models.High, Title: "甲", Source: "甲", FirstSeenAt: noticetest.At("2026-08-27T08:05:00Z"), Articles: 3}, {Severity: models.Low, Title: "甲", Official: true, FirstSeenAt: noticetest.At("2026-08-27T08:05:00Z")},
		}}}},
	}
	for _, every := range []string{"daily", "weekly", "monthly"} {
		all["digest "+every] = models.Notice{Content: models.Content{Digest: chineseDigest(every)}}
		all["digest "+every+", empty"] = models.Notice{Content: models.Content{Digest: &models.Digest{Every: every, Late: true, Zone: "Asia/Hong_Kong", From: noticetest.At("2026-08-27T06:05:00Z"), To: noticetest.At("2026-08-28T06:05:00Z"), Coverage: models.Coverage{Sources: 2, Checked: 1}}}}
	}
	for _, is := range []models.Health{models.Failing, models.Dead, models.Quiet, models.Shrunk, models.Healthy} {
		for _, was := range []models.Health{"", models.Quiet, models.Shrunk} {
			h := noticetest.Failing()
			h.Name, h.Health, h.Was, h.Error = "甲", is, was, "甲"
			all["source "+string(is)+string(was)] = models.Notice{Content: models.Content{Health: &h}}
		}
		h := noticetest.ChannelOf(models.HealthReport{Error: "甲"})
		h.Name, h.Health = "甲", is
		all["channel "+string(is)] = models.Notice{Content: models.Content{Health: &h}}
		h.Dead = 2
		all["dead "+string(is)] = models.Notice{Content: models.Content{Health: &h}}
	}
	for _, scope := range []models.ExceptionScope{models.ExceptRule, models.ExceptSource, models.ExceptAll} {
		for _, ended := range []bool{false, true} {
			h := noticetest.ExceptionEnd()
			x := *h.Exception
			x.Exception.Scope, x.Exception.ID, x.Exception.Target, x.Exception.Query, x.Exception.By, x.Exception.Reason, x.RuleTitle = scope, "1", "甲", "乙", "丙", "丁", "甲"
			h.Exception, h.Ended = &x, ended
			all[fmt.Sprint("exception ", scope, ended)] = models.Notice{Content: models.Content{Health: &h}}
			r := noticetest.Review()
			review := *r.Review
			review.RuleID, review.Title = "1", "甲"
			if scope == models.ExceptAll {
				review.Relevant, review.Irrelevant, review.Held = 0, 0, 0
			}
			r.Review, r.Ended = &review, ended
			all[fmt.Sprint("review ", scope, ended)] = models.Notice{Content: models.Content{Health: &r}}
		}
	}
	return all
}

// chineseDigest returns a digest with every part, and more than fits.
func chineseDigest(every string) *models.Digest {
	d := noticetest.FullDigest()
	d.ID, d.Subscription, d.Title, d.Every, d.Missed = "1", "甲", "", every, 1
	for i := range d.Dates {
		d.Dates[i].Title, d.Dates[i].Source = "甲", "甲"
	}
	for i := range d.Events {
		e := &d.Events[i]
		e.Title, e.Source, e.Topic, e.RuleIDs, e.RuleTitles, e.Jurisdictions = "甲", "甲", "甲", []string{"甲", "乙"}, []string{"丙", "丁"}, []string{"甲"}
		if e.Extract, e.AssignedTo = []string{"丙丁戊己。"}, []string{"乙"}; e.Matter != nil {
			e.Matter = &models.DigestMatter{ID: "1", Name: "己"}
		}
	}
	for i := range d.LessCertain {
		e := &d.LessCertain[i]
		e.Title, e.Source, e.RuleTitles = "甲", "甲", []string{"丙"}
	}
	for i := range d.Changes {
		d.Changes[i].Title, d.Changes[i].Source = "甲", "甲"
	}
	d.Changes[0].News[0].To = "甲"
	d.Changes[1].News = append(d.Changes[1].News, models.Update{Kind: models.UpdateStage, From: "proposed", To: "in force"})
	for i := range d.Counts {
		d.Counts[i].RuleID, d.Counts[i].Title = "甲", "丙"
	}
	for range mostNear {
		d.LessCertain = append(d.LessCertain, d.LessCertain[0])
		d.Dates, d.Changes = append(d.Dates, d.Dates[0]), append(d.Changes, d.Changes[1])
	}
	for i := range d.Coverage.Failing {
		d.Coverage.Failing[i].Name, d.Coverage.Failing[i].Error = "甲", "甲"
	}
	for i := range d.Coverage.Odd {
		d.Coverage.Odd[i].Name = "甲"
	}
	d.Coverage.Odd = append([]models.SourceTrouble{{Name: "甲", Health: models.Quiet}, {Name: "甲", Health: models.Shrunk}}, d.Coverage.Odd...)
	x := models.Exception{Query: "甲", By: "乙", Reason: "丙", Until: noticetest.At("2026-12-01T02:00:00Z")}
	d.Coverage.Excepted = []models.ExceptedCount{{Exception: x, Matches: 1}}
	for range mostExcepted {
		x.Until = time.Time{}
		d.Coverage.Excepted = append(d.Coverage.Excepted, models.ExceptedCount{Exception: x, Matches: 2})
	}
	d.Coverage.Held = nil
	for _, why := range []models.Hold{models.HeldMuted, models.HeldSeverity, models.HeldOptedOut, models.HeldMention, models.HeldLessCertain, models.HeldUnlikely, models.HeldException, models.HeldDraft, models.HeldBaseline} {
		d.Coverage.Held = append(d.Coverage.Held, models.HeldCount{Why: why, Events: 2})
	}
	return &d
}

func TestChineseMessagesHaveNoEnglishPhrases(t *testing.T) {
	// Text that is the same in every language: the program's name, time zones, hashes of
	// revisions, commands and addresses.
	same := regexp.MustCompile(`https://\S+|regwatch(\s+deliveries\s+--state\s+dead|\s+events\s+--held\s+(less-certain|unlikely|exception)|\s+sources\s+try|\s+exceptions\s+extend\s+\S+\s+--for\s+90d|\s+rules\s+reviewed\s+\S+\s+--next\s+DATE)?|HKT|expect|enabled: false|cron|Re: `)
	for name, n := range chinese() {
		for _, l := range []Language{TraditionalChinese, SimplifiedChinese} {
			n.Content.Language = string(l)
			m := slackOf(t, n)
			mail := EmailOf(t, n)
			for _, text := range []string{m.Text, mail.Subject, mail.Text, TextOf(t, n, 60)} {
				for line := range strings.Lines(same.ReplaceAllString(text, "")) {
					if strings.ContainsFunc(line, func(r rune) bool { return r < 128 && unicode.IsLetter(r) }) {
						t.Errorf("%s in %s: %s", name, l, line)
					}
				}
			}
		}
	}
}
