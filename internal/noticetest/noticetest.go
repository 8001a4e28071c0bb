// Package noticetest provides notices for tests to render and send: full, hostile, huge
// and empty ones, in three languages.
package noticetest

import (
	"fmt"
	"strings"
	"time"

	"regwatch/internal/samplenotice"
	"regwatch/models"
)

func At(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// Mark returns a text as an excerpt with words highlighted.
func Mark(text string, words ...string) models.Excerpt {
	e := models.Excerpt{Text: text}
	for _, w := range words {
		i := strings.Index(text, w)
		e.Highlights = append(e.Highlights, [2]int{i, i + len(w)})
	}
	return e
}

func Notice(c models.Content) models.Notice {
	return models.Notice{
		ID: "5f0c9a3e7b1d48626a9e0c11d2f4b837", Kind: models.NoticeAlert, Recipient: "hk-policy",
		Reasons: models.NewReasons(models.ReasonMatched, models.ReasonArgs{Routes: []string{"hk-policy"}, Rules: []string{"yuan-stablecoin"}, RuleTitles: []string{"Yuan-pegged stablecoins"}}),
		Content: c, CreatedAt: At("2026-08-28T06:05:00Z"),
	}
}

func RichAlert() models.Alert {
	text := "A recent report from the city's legislature also says that it seeks support to issue an offshore renminbi-backed stablecoin."
	return models.Alert{
		EventID: "01JE", Severity: models.High, Jurisdictions: []string{"Hong Kong", "Mainland China"},
		Title: "Hong Kong and mainland may work together on yuan coins",
		Link:  "https://news.example/2026/08/28/yuan-coins?a=1&b=2", Language: "en",
		Excerpt: Mark(text, "renminbi-backed stablecoin"),
		Extract: []string{
			"The city and the mainland may support two yuan-pegged stablecoins, one for trade and one for retail use, lawmakers heard on Thursday.",
			"A recent report from the city's legislature also says that it seeks support to issue an offshore renminbi-backed stablecoin.",
		},
		Stage: "proposed", StageQuote: "The city seeks support to issue the coin, which its legislature has yet to discuss.",
		Dates: []models.KeyDate{{Day: "2026-12-15", Kind: "deadline"}, {Day: "2027-01-01", Kind: "effective"}},
		Why: []models.Finding{
			{RuleID: "yuan-stablecoin", RuleTitle: "Yuan-pegged stablecoins", Revision: "3a91f0", Why: "May need consent of the central bank; affects listing and settlement.", Hits: []models.Hit{
				{Field: models.InBody, Text: "yuan-pegged stablecoins", Paragraph: 1},
				{Field: models.InBody, Text: "renminbi-backed stablecoin", Paragraph: 6},
			}, Relevance: Relevance(models.Likely, "", "+title.hongkong", "+lead.yuan-coin", "-lead.hedge")},
			{RuleID: "hk-licensing", RuleTitle: "Licensing in Hong Kong", Revision: "77ab01", Hits: []models.Hit{{Field: models.InTitle, Text: "Hong Kong"}}},
		},
		Mentions: []models.Finding{
			{RuleID: "stablecoin-ordinance", Hits: []models.Hit{{Field: models.InBody, Text: "Stablecoin Ordinance", Paragraph: 2}}},
			{RuleID: "crypto-ban", Hits: []models.Hit{{Field: models.InBody, Text: "ban on crypto trading since 2021", Paragraph: 1}}},
		},
		Tags: []string{"denied"}, Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}), Source: "Example News",
		PublishedAt: At("2026-08-28T05:53:00Z"), SeenAt: At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong",
		OtherSources: []models.Reference{
			{Source: "Harbour Post", Title: "City and mainland to align on coins", Link: "https://harbour.example/1", PublishedAt: At("2026-08-28T05:58:00Z")},
			{Source: "Wire Desk", Title: "Yuan coins: talks", Link: "https://wire.example/2"},
		},
	}
}

// DoubtfulAlert is an alert of an event that may belong to another one.
func DoubtfulAlert() models.Alert {
	a := RichAlert()
	a.Trigger = models.NewReasons(models.ReasonMayBelong, models.ReasonArgs{Event: "01JD", Opened: "01JE", Text: "Hong Kong lawmakers back yuan coins"})
	return a
}

func chineseAlert() models.Alert {
	text := "據報道，本地當局正研究批准首個離岸人民幣穩定幣，並要求發行人在十二月底前提交申請。"
	return models.Alert{
		EventID: "01JF", Severity: models.Critical, Official: true, Jurisdictions: []string{"Hong Kong"},
		Title: "當局擬批准首個離岸人民幣穩定幣並就發牌制度諮詢公眾", Link: "https://gov.example/zh/1", Language: "zh-Hant",
		Excerpt: Mark(text, "離岸人民幣穩定幣"),
		Why: []models.Finding{{RuleID: "yuan-stablecoin", RuleTitle: "Yuan-pegged stablecoins", Revision: "3a91f0", Hits: []models.Hit{
			{Field: models.InTitle, Text: "人民幣穩定幣", Gloss: "yuan stablecoin"},
			{Field: models.InBody, Text: "離岸人民幣穩定幣", Gloss: "offshore yuan stablecoin", Paragraph: 1},
		}, Relevance: Relevance(models.LessCertain, models.KeptOfficial, "-lead.hedge", "+title.yuan-coin")}},
		Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}), Source: "政府新聞公報",
		PublishedAt: At("2026-08-27T15:30:00Z"), SeenAt: At("2026-08-27T16:10:00Z"), Zone: "Asia/Hong_Kong",
	}
}

// Relevance returns a relevance with reasons for it, which begin with +, and against it,
// which begin with -.
func Relevance(level models.RelevanceLevel, kept models.KeptReason, reasons ...string) *models.Relevance {
	r := &models.Relevance{Score: 0.5, Model: "5b0c77a1d3e2", Level: level, Kept: kept}
	for _, s := range reasons {
		r.Reasons = append(r.Reasons, models.RelevanceReason{Feature: s[1:], For: s[0] == '+'})
	}
	return r
}

// HostileAlert returns an alert written by an attacker.
func HostileAlert() models.Alert {
	evil := "<!channel> *bold* &amp; <@U1|x> `code`\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script> \x1b[31mred\x1b[0m \u202Eevil\u0000 {{.}}"
	return models.Alert{
		EventID: "01JG", Severity: models.Medium, Jurisdictions: []string{evil},
		Title: evil + strings.Repeat(" very long title", 60), Link: "javascript:alert(1)",
		Language: `en" onload="x`,
		Excerpt:  models.Excerpt{Text: evil + " end", Highlights: [][2]int{{-1, 3}, {3, 11}, {5, 900}, {12, 12}}},
		Stage:    evil, Dates: []models.KeyDate{{Day: "soon", Kind: evil}},
		StageQuote: evil,
		Why:        []models.Finding{{RuleID: "r", Revision: "000000", Why: evil, Hits: []models.Hit{{Text: evil, Gloss: evil, Paragraph: 1}}, Relevance: Relevance(models.Unlikely, models.KeptCritical, "-word."+evil, "-"+evil, "+source.press")}},
		WhyNow:     evil, Source: evil, SeenAt: At("2026-08-28T06:05:00Z"), Zone: "Mars/Olympus",
		OtherSources: []models.Reference{{Source: evil, Title: evil, Link: "https://ok.example/\"><b>"}, {Source: "s", Title: "t", Link: "ftp://x.example/"}},
	}
}

func Failing() models.HealthReport {
	return models.HealthReport{
		Subject: models.SubjectSource, Name: "Example Authority press releases", Health: models.Failing, Since: At("2026-11-20T22:10:00Z"),
		Error: "the server answered 503 Service Unavailable to each of 3 tries", Zone: "Asia/Hong_Kong",
	}
}

func recovered() models.HealthReport {
	h := Failing()
	h.Health, h.Error, h.Since = models.Healthy, "", At("2026-11-21T03:00:00Z")
	return h
}

func about(is models.Health, detail string) models.HealthReport {
	h := Failing()
	h.Health, h.Detail = is, detail
	if is != models.Dead {
		h.Error = ""
	}
	return h
}

func gap() models.HealthReport {
	h := recovered()
	h.Gap = &models.Gap{From: At("2026-11-17T22:10:00Z"), To: At("2026-11-21T03:00:00Z")}
	return h
}

// ExceptionEnd returns the report that an exception of one rule expires soon.
func ExceptionEnd() models.HealthReport {
	x := models.Exception{
		ID: "01K9ZQ4T7B3E5G8H2J4K6M8N0P", Scope: models.ExceptRule, Target: "crypto-ban", Query: `title:"joins as" OR title:appoints`, By: "ana@example.com",
		Reason: "staff news is no rule change", CreatedAt: At("2026-08-30T02:00:00Z"), Until: At("2026-11-28T02:00:00Z"),
	}
	return models.HealthReport{
		Subject: models.SubjectException, Name: x.Query, Since: x.Until, Zone: "Asia/Hong_Kong",
		Exception: &models.ExceptionReport{Exception: x, RuleTitle: "Bans on crypto", Held: 14},
	}
}

// Review returns the reminder of a rule that is to be reviewed.
func Review() models.HealthReport {
	return models.HealthReport{
		Subject: models.SubjectRule, Name: "Bans on crypto", Since: At("2026-05-02T02:00:00Z"), Zone: "Asia/Hong_Kong",
		Review: &models.RuleReview{
			RuleID: "crypto-ban", Title: "Bans on crypto", Owner: "ana@example.com", Day: "2026-12-01", Since: At("2026-05-02T02:00:00Z"),
			Alerts: 31, Relevant: 12, Irrelevant: 4, Held: 14,
		},
	}
}

func ended(h models.HealthReport) models.HealthReport {
	h.Ended = true
	return h
}

func unmarked(h models.HealthReport) models.HealthReport {
	r := *h.Review
	r.Relevant, r.Irrelevant, r.Held = 0, 0, 0
	h.Review = &r
	return h
}

func ChannelOf(h models.HealthReport) models.HealthReport {
	h.Subject, h.Name, h.Health, h.Since, h.Zone = "channel", "mail:reader@example.net", models.Failing, At("2026-11-20T22:10:00Z"), "Asia/Hong_Kong"
	return h
}

func FullDigest() models.Digest {
	matter := models.DigestMatter{ID: "hk:cap:656", Name: "Stablecoins Ordinance (Cap. 656)"}
	moved := []models.Update{
		{Kind: models.UpdateOfficial, To: "Example Central Bank"}, {Kind: models.UpdateDate, Of: "effective", From: "2026-12-01", To: "2026-12-23"}, {Kind: models.UpdateSeverity, From: "low", To: "medium"},
	}
	return models.Digest{
		ID: "01JDB3ZK7W5V0QX8M2C4E6G8JA", Subscription: "weekly", Title: "Regulatory week: stablecoins", Every: "weekly", Zone: "Asia/Hong_Kong",
		From: At("2026-11-16T01:00:00Z"), To: At("2026-11-23T01:00:00Z"),
		Dates: []models.DigestDate{
			{KeyDate: models.KeyDate{Day: "2026-11-23", Kind: "deadline"}, Left: 0, EventID: "9", Severity: models.Low, Title: "Survey of custodians closes", Link: "https://authority.example/9", Source: "Example Authority press releases", Official: true},
			{KeyDate: models.KeyDate{Day: "2026-11-27", Kind: "deadline"}, Left: 4, EventID: "2", Severity: models.Medium, Title: "Authority publishes guideline on reserve assets & redemption <final>", Link: "https://authority.example/2", Source: "Example Authority press releases", Official: true},
			{KeyDate: models.KeyDate{Day: "2026-12-23", Kind: "effective"}, Left: 30, EventID: "3", Severity: models.Medium, Title: "央行重申禁止虛擬貨幣交易", Link: "https://bank.example/3", Source: "Example Central Bank", Official: true},
		},
		Events: []models.DigestEvent{
			{
				EventID: "1", Severity: models.High, Topic: "stablecoins", Stage: "proposed", Jurisdictions: []string{"Hong Kong"}, RuleIDs: []string{"yuan-stablecoin", "stablecoin-ordinance"}, RuleTitles: []string{"Yuan-pegged stablecoins", "Stablecoins Ordinance"}, Title: "Hong Kong and mainland may work together on yuan coins", Link: "https://news.example/1", Source: "Example News", PublishedAt: At("2026-11-19T05:53:00Z"), Articles: 3, New: true,
				Matter: &matter, AssignedTo: []string{"@ann (U0ANN)", "Bo"}, Extract: []string{"Hong Kong and mainland may work together on yuan coins.", "The authority expects to issue the first licences <early> next year."},
			},
			{EventID: "2", Severity: models.Medium, Official: true, Topic: "stablecoins", Jurisdictions: []string{"Hong Kong"}, RuleIDs: []string{"stablecoin-ordinance"}, RuleTitles: []string{"Stablecoins Ordinance"}, Title: "Authority publishes guideline on reserve assets & redemption <final>", Link: "https://authority.example/2", Source: "Example Authority press releases", PublishedAt: At("2026-11-20T08:00:00Z"), Articles: 1, New: true, Matter: &matter},
			{
				EventID: "3", Severity: models.Medium, Official: true, Topic: "crypto-ban", RuleIDs: []string{"crypto-ban"}, RuleTitles: []string{"Bans on crypto"}, Title: "央行重申禁止虛擬貨幣交易", Link: "https://bank.example/3", Source: "Example Central Bank", FirstSeenAt: At("2026-11-12T08:00:00Z"), Articles: 2,
				News: moved, Extract: []string{"央行發言人表示，任何機構不得從事虛擬貨幣業務。"},
			},
			{EventID: "4", Severity: models.Low, Topic: "crypto-ban", RuleIDs: []string{"crypto-ban"}, RuleTitles: []string{"Bans on crypto"}, Title: "Court rules on exchange ban", Link: "https://court.example/4", Source: "Court Reporter", PublishedAt: At("2026-11-21T08:00:00Z"), Articles: 1, New: true},
		},
		LessCertain: lessCertain(2), NotRelevant: 3,
		Changes: []models.DigestChange{
			{EventID: "3", Severity: models.Medium, Title: "央行重申禁止虛擬貨幣交易", Link: "https://bank.example/3", Source: "Example Central Bank", News: moved},
			{EventID: "5", Severity: models.Low, Title: "Consultation on custody", Link: "https://authority.example/5", Source: "Example Authority press releases", News: []models.Update{{Kind: models.UpdateDate, Of: "deadline", To: "2027-01-15"}}},
		},
		Weeks: []string{"2026-08-31", "2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"},
		Counts: []models.RuleCount{
			{RuleID: "stablecoin-ordinance", Title: "Stablecoins Ordinance", Events: 7, Weeks: []int{1, 0, 2, 3, 0, 14, 4, 2, 0, 1, 6, 7}},
			{RuleID: "yuan-stablecoin", Title: "Yuan-pegged stablecoins", Events: 3, Weeks: []int{0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 3}},
			{RuleID: "crypto-ban", Title: "Bans on crypto", Events: 0, Weeks: make([]int, 12)},
		},
		Coverage: models.Coverage{
			Sources: 14, Checked: 12, Articles: 412,
			Failing: []models.SourceTrouble{
				{Name: "Harbour Post", Health: models.Failing, Since: At("2026-11-17T02:00:00Z"), Error: "the feed ended in the middle; 0 of 40 items could be read"},
				{Name: "Wire Desk", Health: models.Dead, Error: "404 Not Found; check the address in sources/press.yaml"},
			},
			Odd: []models.SourceTrouble{
				{Name: "Court Reporter", Health: models.Quiet, Since: At("2026-11-02T02:00:00Z")},
				{Name: "Example News", Health: models.Shrunk, Since: At("2026-11-20T02:00:00Z")},
			},
			Excepted: []models.ExceptedCount{
				{Exception: ExceptionEnd().Exception.Exception, Matches: 3},
			},
			Held: []models.HeldCount{{Why: models.HeldMuted, Events: 1}, {Why: models.HeldSeverity, Events: 12}, {Why: models.HeldLessCertain, Events: 2}, {Why: models.HeldUnlikely, Events: 31}},
		},
	}
}

// SummaryEvents returns the events of FullDigest without what only a digest says.
func SummaryEvents() []models.DigestEvent {
	events := FullDigest().Events
	for i := range events {
		e := &events[i]
		e.News, e.Extract, e.AssignedTo, e.Matter = nil, nil, nil, nil
	}
	return events
}

// lessCertain returns events that may not be relevant.
func lessCertain(n int) []models.DigestEvent {
	var all []models.DigestEvent
	for i := range n {
		e := models.DigestEvent{
			EventID: fmt.Sprintf("01JU%d", i), Severity: models.Low, Topic: "crypto-ban", RuleIDs: []string{"crypto-ban"}, RuleTitles: []string{"Bans on crypto"},
			Title: fmt.Sprintf("Coins fall for %d days after talk of a ban", i+2), Link: fmt.Sprintf("https://press.example/u/%d", i), Source: "Wire Desk",
			PublishedAt: At("2026-11-20T08:00:00Z"), Articles: 1, New: true, Relevance: Relevance(models.LessCertain, "", "-lead.price", "-title.coin-price", "+title.forbid"),
		}
		if i%2 == 1 {
			e.Title, e.Source, e.Relevance = fmt.Sprintf("交易所第 %d 次下架代幣", i+1), "Court Reporter", Relevance(models.LessCertain, "", "-title.firm", "-lead.firm", "-body.none")
		}
		all = append(all, e)
	}
	return all
}

// uncertainDigest returns a digest with nothing but events that may not be relevant.
func uncertainDigest() models.Digest {
	d := emptyDigest()
	d.LessCertain = lessCertain(14)
	d.Coverage.Held = []models.HeldCount{{Why: models.HeldLessCertain, Events: 14}, {Why: models.HeldUnlikely, Events: 31}}
	return d
}

func emptyDigest() models.Digest {
	d := FullDigest()
	d.LessCertain, d.NotRelevant = nil, 0
	d.Title, d.Dates, d.Events, d.Changes = "", nil, nil, nil
	d.Counts = []models.RuleCount{{RuleID: "stablecoin-ordinance", Weeks: make([]int, 12)}, {RuleID: "yuan-stablecoin", Weeks: make([]int, 12)}}
	d.Coverage = models.Coverage{Sources: 14, Checked: 14, Articles: 388}
	return d
}

func lateDigest() models.Digest {
	d := FullDigest()
	d.Late, d.Missed = true, 2
	d.From, d.To, d.Zone = At("2026-12-28T08:00:00Z"), At("2027-01-04T08:00:00Z"), "Asia/Dubai"
	d.Events, d.LessCertain, d.Dates, d.Changes = d.Events[:1], nil, nil, nil
	return d
}

func All() map[string]models.Notice {
	alert := func(a models.Alert) models.Notice { return Notice(models.Content{Alert: &a}) }
	health := func(h models.HealthReport) models.Notice { return Notice(models.Content{Health: &h}) }
	digest := func(d models.Digest) models.Notice {
		n := Notice(models.Content{Digest: &d})
		n.Kind, n.Reasons = models.NoticeDigest, models.NewReasons(models.ReasonDigest, models.ReasonArgs{Subscriptions: []string{"weekly"}})
		return n
	}
	in := func(language string, n models.Notice) models.Notice {
		n.Content.Language = language
		return n
	}
	sample := func(kind string, language string) models.Notice {
		n, _ := samplenotice.Notice(kind)
		n.Content.Language = language
		return n
	}
	return map[string]models.Notice{
		"update":               sample("update", "en"),
		"update_zh_hant":       sample("update", "zh-Hant"),
		"escalation":           sample("escalation", "en"),
		"reminder":             sample("reminder", "en"),
		"reminder_zh_hant":     sample("reminder", "zh-Hant"),
		"reminder_zh_hans":     sample("reminder", "zh-Hans"),
		"verification":         sample("verification", "en"),
		"verification_zh_hant": sample("verification", "zh-Hant"),
		"verification_zh_hans": sample("verification", "zh-Hans"),
		"unverified":           health(models.HealthReport{Subject: models.SubjectAddress, Name: "mail:team@example.com", Health: models.Failing, Since: At("2026-08-28T06:05:00Z"), Zone: "Asia/Hong_Kong"}),
		"summary":              sample("summary", "en"),
		"summary_zh_hans":      sample("summary", "zh-Hans"),
		"health_zh_hans":       sample("health", "zh-Hans"),
		"alert":                alert(RichAlert()),
		"alert_may_belong":     alert(DoubtfulAlert()),
		"alert_chinese":        alert(chineseAlert()),
		"alert_hostile":        alert(HostileAlert()),
		"failing":              health(Failing()),
		"recovered":            health(recovered()),
		"quiet":                health(about(models.Quiet, "It has published nothing for 15 days; more than 7 days is odd for it.")),
		"shrunk":               health(about(models.Shrunk, "Its last answer had 3 articles, of the usual 20.")),
		"dead":                 health(about(models.Dead, "It was last read 7 days ago.")),
		"gap":                  health(gap()),
		"channel":              health(ChannelOf(models.HealthReport{Error: "Slack does not accept the bot token; put a valid one where the configuration points to (invalid_auth)"})),
		"given_up":             health(ChannelOf(models.HealthReport{Dead: 3, Error: "the mail server mail.example.com:587 refuses reader@example.net: 550 5.1.1 no such user"})),
		"exception_ends":       health(ExceptionEnd()),
		"exception_ended":      health(ended(ExceptionEnd())),
		"exception_zh_hant":    in("zh-Hant", health(ExceptionEnd())),
		"exception_zh_hans":    in("zh-Hans", health(ended(ExceptionEnd()))),
		"review":               health(Review()),
		"review_overdue":       health(unmarked(ended(Review()))),
		"review_zh_hant":       in("zh-Hant", health(ended(Review()))),
		"review_zh_hans":       in("zh-Hans", health(unmarked(Review()))),
		"digest":               digest(FullDigest()),
		"digest_empty":         digest(emptyDigest()),
		"digest_less_certain":  digest(uncertainDigest()),
		"digest_late":          digest(lateDigest()),
		"digest_hant":          in("zh-Hant", digest(FullDigest())),
		"digest_hans":          in("zh-Hans", digest(FullDigest())),
		"digest_empty_hant":    in("zh-Hant", digest(emptyDigest())),
		"digest_empty_hans":    in("zh-Hans", digest(emptyDigest())),
		"test":                 Notice(models.Content{Test: &models.Test{Text: "Sent by regwatch notify test.", SentAt: At("2026-08-28T06:05:00Z"), Zone: "Europe/Zurich"}}),
	}
}

// Huge returns notices far over every limit of a channel.
func Huge() map[string]models.Notice {
	long := strings.Repeat("word ", 4000)
	unbroken := strings.Repeat("穩", 20_000)
	a := RichAlert()
	a.Title, a.Source, a.WhyNow, a.Stage, a.StageQuote = long, unbroken, long, unbroken, unbroken
	a.Why[0].Relevance = Relevance(models.Unlikely, models.KeptOfficial, "-word."+unbroken, "-"+long, "+"+unbroken)
	a.Link = "https://news.example/" + strings.Repeat("x", 4000)
	a.Excerpt = models.Excerpt{Text: unbroken, Highlights: [][2]int{{3, 30_000}}}
	for i := range 60 {
		f := models.Finding{RuleID: fmt.Sprintf("rule-%d", i), Revision: "abcdef", Why: long}
		for range 10 {
			f.Hits = append(f.Hits, models.Hit{Text: unbroken, Gloss: long, Paragraph: 3})
		}
		a.Why, a.Mentions = append(a.Why, f), append(a.Mentions, f)
		a.OtherSources = append(a.OtherSources, models.Reference{Source: long, Title: unbroken, Link: a.Link})
		a.Tags, a.Jurisdictions = append(a.Tags, long), append(a.Jurisdictions, long)
		a.Dates = append(a.Dates, models.KeyDate{Day: "2026-12-01", Kind: "deadline"})
	}
	d := FullDigest()
	d.Title = long
	for i := range 2000 {
		e := d.Events[i%4]
		e.Title, e.Source, e.RuleIDs, e.Extract, e.AssignedTo = long, unbroken, []string{long}, []string{long, unbroken}, []string{long}
		d.Events = append(d.Events, e)
		d.Counts = append(d.Counts, models.RuleCount{RuleID: unbroken, Title: long, Events: i, Weeks: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, i}})
		d.Coverage.Failing = append(d.Coverage.Failing, models.SourceTrouble{Name: long, Error: unbroken})
		d.Coverage.Odd = append(d.Coverage.Odd, models.SourceTrouble{Name: unbroken, Health: models.Quiet})
		date, change := d.Dates[i%3], d.Changes[i%2]
		date.Title, date.Kind, date.Source, change.Title, change.Source = unbroken, long, unbroken, long, unbroken
		uncertain := d.LessCertain[i%2]
		uncertain.Title, uncertain.Source, uncertain.RuleTitles, uncertain.Relevance = long, unbroken, []string{unbroken}, Relevance(models.LessCertain, "", "-word."+unbroken, "+"+long)
		d.LessCertain = append(d.LessCertain, uncertain)
		d.Dates, d.Changes = append(d.Dates, date), append(d.Changes, change)
	}
	h := Failing()
	h.Name, h.Error = long, unbroken
	return map[string]models.Notice{
		"alert":  Notice(models.Content{Alert: &a}),
		"digest": Notice(models.Content{Digest: &d}),
		"health": Notice(models.Content{Health: &h}),
		"test":   Notice(models.Content{Test: &models.Test{Text: unbroken}}),
		"empty":  Notice(models.Content{}),
		"zero":   Notice(models.Content{Alert: &models.Alert{}}),
		"null":   Notice(models.Content{Digest: &models.Digest{}}),
	}
}

func Due(id, channel, address string, now time.Time) models.Delivery {
	n := Notice(models.Content{Test: &models.Test{Text: id, SentAt: now, Zone: "UTC"}})
	n.ID = "notice-" + id
	d := models.NewDelivery(n.ID, channel, address, now)
	d.ID, d.Notice = id, n
	return d
}
