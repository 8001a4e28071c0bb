package events

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestStage(t *testing.T) {
	tests := []struct{ title, body, want string }{
		{"Ministry proposes rules for token issuers", "The draft would make issuers hold reserves.", "proposed"},
		{"Lawmakers weigh a ban on token kiosks", "A bill was read on Monday.", "proposed"},
		{"Governor wants to ban token mining", "He told reporters that it wastes power.", "proposed"},
		{"當局擬禁止代幣推廣", "有關草案已提交議會。", "proposed"},
		{"Regulator seeks comments on custody rules", "The public consultation runs for two months.", "consultation"},
		{"证监会就托管规则公开征求意见", "公众可提出意见。", "consultation"},
		{"Token law comes into force", "Issuers must now be authorised.", "in-force"},
		{"Country bans payments in tokens", "The order applies at once.", "in-force"},
		{"New duties for token issuers", "From 1 March, firms must hold reserves.", "in-force"},
		{"多部門嚴禁虛擬貨幣推廣", "有關通知即日起執行，虛擬貨幣平台不得宣傳。", "in-force"},
		{"當局擬收緊持牌發行人審計要求", "持牌發行人須每季報告。", "proposed"},
		{"代幣條例今日生效", "任何人不得無牌發行。", "in-force"},
		{"Two banks apply for token licences", "They hope to be among the first.", "licensing"},
		{"Authority grants its first licence to a token issuer", "It may begin next month.", "licensing"},
		{"三家銀行申請代幣牌照", "當局正審批。", "licensing"},
		{"Police arrest four over unlicensed token sales", "They were taken from an office.", "enforcement"},
		{"警方拘捕四名代幣賣家", "案件仍在調查。", "enforcement"},
		{"What a stable token is", "A token that keeps its value.", ""},
		{"Market notes", "Prices rose. China banned mining in 2021.", ""},
		{"Regulator does not ban tokens", "It said so on Monday.", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := extractionOf(t, "2031-02-03", tt.title, tt.body).stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.title, got, tt.want)
		}
	}
}

// articleText returns a text about a deadline that is long enough to count as a copy.
func articleText(sentence string) string { return prose(11, 200) + ". " + sentence }

func TestEventAggregatesItsArticles(t *testing.T) {
	const first, later = "Applications close on 31 March 2026.", "Applications close on 30 April 2026."
	at := func(a models.Article, hours int) models.Article {
		a.PublishedAt, a.SeenAt = a.PublishedAt.Add(time.Duration(hours)*time.Hour), a.SeenAt.Add(time.Duration(hours)*time.Hour)
		return a
	}
	edited := func(a models.Article, sentence string) models.Article {
		a.Revision, a.Body = a.Revision+1, articleText(sentence)
		return a
	}
	press := article("a", "Token licences: who applies", articleText(first))
	copied := at(article("b", "Token licences: who applies", articleText(first)), 1)
	moved := at(article("b", "Token licences: who applies", articleText(later)), 2)
	authority := article("r", "Token licences: who applies", articleText(later), official)

	tests := []struct {
		name     string
		articles []models.Article
		want     string
	}{
		{"one article", []models.Article{press}, "deadline 2026-03-31"},
		{"a copy agrees", []models.Article{press, copied}, "deadline 2026-03-31"},
		{"a revision moves it", []models.Article{press, edited(press, later)}, "deadline 2026-04-30"},
		{"a revision moves it, a copy has the old date", []models.Article{press, copied, edited(press, later)}, "deadline 2026-04-30"},
		{"a revision removes it", []models.Article{press, edited(press, "Applications are welcome.")}, ""},
		{"a later article has another date", []models.Article{press, moved}, "deadline 2026-04-30"},
		{"an authority before later press", []models.Article{authority, copied}, "deadline 2026-04-30"},
		{"an authority after the press", []models.Article{press, at(authority, 1)}, "deadline 2026-04-30"},
		{"both dates in one article, one in its copy", []models.Article{article("a", "Token licences: who applies", articleText(first+" "+later)), copied}, "deadline 2026-03-31, deadline 2026-04-30"},
	}
	for _, tt := range tests {
		var open []models.Event
		for i, a := range tt.articles {
			changes := Assign(open, found(a), noon.Add(time.Duration(i)*time.Hour))
			open = []models.Event{changes[0].Event}
			if i > 0 && changes[0].Kind == models.Opened {
				t.Fatalf("%s: article %d opened its own event", tt.name, i)
			}
		}
		if got := formatDates(open[0].Dates); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestSameTextKeepsStoredStage reads texts again that another version of the program
// read in another way.
func TestSameTextKeepsStoredStage(t *testing.T) {
	a := article("a", "Parliament passes bill on token licences", articleText("Applications close on 31 March 2026."))
	e := Assign(nil, found(a), noon)[0].Event
	old := []models.KeyDate{{Day: "2026-04-01", Kind: effective, Quote: "as read before"}}
	e.Articles[0].Stage, e.Articles[0].Dates = "consultation", old
	e.Stage, e.Dates = "consultation", old

	copied := article("b", a.Title, a.Body)
	copied.PublishedAt = a.PublishedAt.Add(time.Hour)
	longer := copied
	longer.Body += " The bill was sent to the governor."
	edited := a
	edited.Revision, edited.Body = 2, articleText("Applications close on 30 April 2026.")
	for _, tt := range []struct {
		name        string
		article     models.Article
		stage, date string
	}{
		{"the same article", a, "consultation", "effective 2026-04-01"},
		{"a copy", copied, "consultation", "effective 2026-04-01"},
		{"a longer text", longer, "passed", "deadline 2026-03-31, effective 2026-04-01"},
		{"a revision", edited, "passed", "deadline 2026-04-30"},
	} {
		got := Assign([]models.Event{e}, found(tt.article), noon.Add(time.Hour))[0].Event
		if got.ID != e.ID {
			t.Fatalf("%s: opened its own event", tt.name)
		}
		if got.Stage != tt.stage {
			t.Errorf("%s: got stage %q, want %q", tt.name, got.Stage, tt.stage)
		}
		if dates := formatDates(got.Dates); dates != tt.date {
			t.Errorf("%s: got dates %q, want %q", tt.name, dates, tt.date)
		}
	}
}

func TestMentionHasNoExtraction(t *testing.T) {
	f := found(article("a", "Token law takes effect on 1 April 2026", "Banks must report."))
	f[0].Matches[0].Strength = models.Mention
	e := Assign(nil, f, noon)[0].Event
	if e.Stage != "" || e.Dates != nil {
		t.Errorf("got %q and %v for an article that only mentions the topic", e.Stage, e.Dates)
	}
}

func TestQuoteIsPartOfText(t *testing.T) {
	says := extractionOf(t, "2031-02-03", "", "First, a word. The rules\ntake effect on 1 March 2031, and banks prepare. More follows.")
	want := []models.KeyDate{{Day: "2031-03-01", Kind: "effective", Quote: "take effect on 1 March 2031, and banks prepare"}}
	if diff := cmp.Diff(want, says.dates); diff != "" {
		t.Errorf("dates mismatch (-want +got):\n%s", diff)
	}
}

func TestStageQuote(t *testing.T) {
	const long = "The parliament on Tuesday passed the token bill, which sets out in many words what issuers must do, "
	for _, tt := range []struct{ name, title, body, stage, quote string }{
		{"headline", "Parliament passes token bill", "The central bank had proposed it.", "passed", "Parliament passes token bill"},
		{"one sentence of a headline", "Token news. Regulator fines exchange", "", "enforcement", "Regulator fines exchange"},
		{"lead", "A new era for tokens", "Lawmakers approved a token bill  on Tuesday. More follows.", "passed", "Lawmakers approved a token bill on Tuesday"},
		{"phrases of the text", "當局的新要求", "有關通知即日起執行，代幣平台不得宣傳。其後再公布細節。", "in-force", "有關通知即日起執行，代幣平台不得宣傳"},
		{"a long sentence", "代币新里程", strings.Repeat("议会通过代币法案，", 40), "passed", strings.Repeat("议会通过代币法案，", 24) + "议会通过代币法案"},
		{"no stage", "What a token is", "It keeps its value.", "", ""},
	} {
		says := extractionOf(t, "2031-02-03", tt.title, tt.body)
		if says.stage.String() != tt.stage || says.quote != tt.quote {
			t.Errorf("%s: got %q from %q, want %q from %q", tt.name, says.stage, says.quote, tt.stage, tt.quote)
		}
	}
	// A cut one ends with a whole word and says that it was cut.
	says := extractionOf(t, "2031-02-03", "A new era", strings.Repeat(long, 9))
	if kept, cut := strings.CutSuffix(says.quote, "…"); !cut || utf8.RuneCountInString(says.quote) > maxStageQuote || !strings.HasPrefix(strings.Repeat(long, 9), kept+", ") {
		t.Errorf("the quote is %q", says.quote)
	}
}

// A quote has both marks of a pair, or none.
func TestQuoteCutsNoPairOfMarks(t *testing.T) {
	for _, tt := range []struct{ title, body, quote string }{
		{"議會通過代幣法案「港灣元」", "", "議會通過代幣法案「港灣元」"},
		{"议会通过《代币条例》", "", "议会通过《代币条例》"},
		{"議會通過法案（代幣）。", "", "議會通過法案（代幣）"},
		{"「代幣法案」獲議會通過", "", "「代幣法案」獲議會通過"},
		{"代幣新里程", "議員表示：「議會通過代幣法案。」其後再公布細節。", "議員表示：「議會通過代幣法案。」"},
		{"代幣新里程", "「議會通過代幣法案。其後再公布細節。」", "議會通過代幣法案"},
		{"議會通過代幣法案『甲「乙」』", "", "議會通過代幣法案『甲「乙」』"},
		{"議會通過〈代幣法〉", "", "議會通過〈代幣法〉"},
		{"Parliament passes bill (on tokens)", "", "Parliament passes bill (on tokens)"},
		{"Parliament passes “token bill.”", "", "Parliament passes “token bill.”"},
		{"Parliament passes ‘the issuer’s bill’", "", "Parliament passes ‘the issuer’s bill’"},
		{`Parliament passes "token bill"`, "", `Parliament passes "token bill"`},
		{`"Token bill" passed by parliament`, "", `"Token bill" passed by parliament`},
		{`議會通過"代幣法案"`, "", `議會通過"代幣法案"`},
		{"Parliament passes issuers’ bill", "", "Parliament passes issuers’ bill"},
		{"Parliament passes bill) and", "", "Parliament passes bill) and"},
	} {
		if says := extractionOf(t, "2031-02-03", tt.title, tt.body); says.quote != tt.quote {
			t.Errorf("%s %s: the quote of the stage is %q, want %q", tt.title, tt.body, says.quote, tt.quote)
		}
	}
	for _, tt := range []struct{ body, quote string }{
		{"The rules (for “tokens”) take effect on 1 March 2031 (Saturday). More follows.", "The rules (for “tokens”) take effect on 1 March 2031 (Saturday)"},
		{"《代幣條例》將於2031年3月1日起生效（星期六）。", "《代幣條例》將於2031年3月1日起生效（星期六）"},
		{"《代币条例》将于2031年3月1日起生效，适用于“海外发行人”。", "《代币条例》将于2031年3月1日起生效，适用于“海外发行人”"},
		{
			"The rules take effect on 1 March 2031 for one, two, three, four, five, six, seven, eight, nine (and many more of the foreign issuers) and for all of those banks that hold tokens for others",
			"The rules take effect on 1 March 2031 for one, two, three, four, five, six, seven, eight, nine (and many more of the foreign issuers)",
		},
	} {
		says := extractionOf(t, "2031-02-03", "", tt.body)
		if len(says.dates) != 1 || says.dates[0].Quote != tt.quote {
			t.Errorf("%s: got the dates %+v, want one with the quote %q", tt.body, says.dates, tt.quote)
		}
	}
}

func TestEventHasQuoteOfItsStage(t *testing.T) {
	e := models.Event{Articles: []models.EventArticle{
		{Stage: "proposed", StageQuote: "Senators propose token bill"},
		{Stage: "passed"}, // stored by an older version
		{Stage: "passed", StageQuote: "Parliament passes token bill"},
	}}
	if aggregate(&e); e.Stage != "passed" || e.StageQuote != "Parliament passes token bill" {
		t.Errorf("got %q from %q", e.Stage, e.StageQuote)
	}
}

func TestSameStageKeepsStoredQuote(t *testing.T) {
	a := article("a", "Parliament passes token bill", articleText("More follows."))
	e := Assign(nil, found(a), noon)[0].Event
	if e.StageQuote != a.Title || e.Articles[0].StageQuote != a.Title {
		t.Errorf("got %q and %q, want the title of the article", e.StageQuote, e.Articles[0].StageQuote)
	}
	e.Articles[0].StageQuote = "" // stored by an older version
	e = Assign([]models.Event{e}, found(a), noon.Add(time.Hour))[0].Event
	if e.StageQuote != "" || e.Articles[0].StageQuote != "" {
		t.Errorf("an article that keeps its stage got the quote %q", e.StageQuote)
	}
}

func FuzzExtraction(f *testing.F) {
	for _, seed := range []string{
		"Comments close on 28 February and applications on 31 March.", "《代幣條例》將於2031年3月1日起施行，過渡期至8月31日止。",
		"今（3）日起、明年1月1日生效 the end of", "2031-03-01 三十一日 一二三四年 end-", "deadline extended from 31 June to 32 May", "下周", "礼 星",
	} {
		f.Add("Rules", seed)
	}
	f.Fuzz(func(t *testing.T, title, body string) {
		a := models.Article{Title: title, Body: body, PublishedAt: noon, SeenAt: noon}
		says := extractFeatures(Found{Article: a}).readExtraction()
		if len(says.quote) > maxStageQuote || !utf8.ValidString(says.quote) && utf8.ValidString(a.Text()) || (says.quote == "") != (says.stage == noStage) {
			t.Errorf("stage %q has the quote %q", says.stage, says.quote)
		}
		if len(says.dates) > maxDates {
			t.Errorf("%d dates", len(says.dates))
		}
		for i, d := range says.dates {
			at, err := time.Parse(time.DateOnly, d.Day)
			if err != nil || at.Before(noon.Add(-maxEffectiveAge-48*time.Hour)) || at.After(noon.Add(maxAhead)) {
				t.Errorf("day %q: %v", d.Day, err)
			}
			if d.Kind != effective && d.Kind != deadline {
				t.Errorf("kind %q", d.Kind)
			}
			if i > 0 && d.Day < says.dates[i-1].Day {
				t.Errorf("%v are out of order", says.dates)
			}
			if d.Quote == "" || !strings.Contains(strings.Join(strings.Fields(a.Text()), " "), d.Quote) {
				t.Errorf("quote %q is not in the text", d.Quote)
			}
		}
	})
}

// BenchmarkAssign shows the cost of extraction: subjects have one, mentions do not.
func BenchmarkAssign(b *testing.B) {
	list := labelledArticles(b)
	for _, strength := range []models.Strength{models.Mention, models.Subject} {
		b.Run(string(strength), func(b *testing.B) {
			var articles []models.Article
			bytes := 0
			for _, l := range list {
				a := l.article()
				a.SourceID, a.Identity = l.ID, l.ID
				articles = append(articles, a)
				bytes += len(a.Text())
			}
			all := found(articles...)
			for i := range all {
				all[i].Matches[0].Strength = strength
			}
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			for b.Loop() {
				Assign(nil, all, noon)
			}
		})
	}
	b.Run("hostile", func(b *testing.B) {
		a := article("a", "Rules", strings.Repeat("by 1 March must close on 2 March from 3 March deadline and ", 20_000))
		b.SetBytes(int64(len(a.Text())))
		for b.Loop() {
			Assign(nil, found(a), noon)
		}
	})
}
