package events

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func subject(a models.Article, words ...string) Found {
	m := models.Match{RuleID: "r", Severity: models.High, Strength: models.Subject}
	for _, w := range words {
		if i := strings.Index(a.Body, w); i >= 0 {
			m.Hits = append(m.Hits, models.Hit{Field: models.InBody, Start: i, End: i + len(w), Text: w})
		}
	}
	return Found{Article: a, Matches: []models.Match{m}}
}

func TestExtractSaysWhatTheArticleIsAbout(t *testing.T) {
	for _, tt := range []struct {
		name, title, body string
		words             []string
		want              []string
	}{
		{
			"English", "Harbour Authority fines Delta Custody over client coins",
			"By A. Writer\n\nHarbour city, 3 May\n\nThe Harbour Authority fined Delta Custody $4.2 million on Tuesday for keeping client coins with its own. The weather was fine that day. " +
				"Has the market noticed?\n\nIt must move all client coins to separate wallets by 30 June 2026, under the Custody Ordinance. Shares in the U.S. parent fell 3 percent. Read more: https://x.example/1\n\nSubscribe to our letter for more news every day of the week.",
			[]string{"Custody Ordinance"},
			[]string{
				"The Harbour Authority fined Delta Custody $4.2 million on Tuesday for keeping client coins with its own.",
				"It must move all client coins to separate wallets by 30 June 2026, under the Custody Ordinance.",
			},
		},
		{
			"Traditional Chinese", "金管局就託管服務發出新指引",
			"記者陳大文\n\n金管局今日發出新指引，要求銀行將客戶的代幣與自有資產分開存放。當日天氣晴朗，市面平靜如常。\n\n指引將於2026年9月1日生效，銀行須在生效前提交託管安排的報告。市場有何反應？分析員表示，多數銀行早已作好準備。",
			[]string{"指引"},
			[]string{"金管局今日發出新指引，要求銀行將客戶的代幣與自有資產分開存放。", "指引將於2026年9月1日生效，銀行須在生效前提交託管安排的報告。"},
		},
		{
			"Simplified Chinese", "央行发布代币托管新规",
			"据报道，央行周二发布代币托管新规，要求机构将客户资产与自有资产分开存放。天气晴朗。\n\n新规自2026年9月1日起施行，机构须在此前提交整改报告。“我们会配合”，一名高管说。",
			nil,
			[]string{"据报道，央行周二发布代币托管新规，要求机构将客户资产与自有资产分开存放。", "新规自2026年9月1日起施行，机构须在此前提交整改报告。"},
		},
		{"one sentence", "Authority delays rule", "The authority has delayed the rule on custody until next year.", nil, []string{"The authority has delayed the rule on custody until next year."}},
		{"the headline again", "The authority has delayed the rule on custody until next year", "The authority has delayed the rule on custody until next year.", nil, nil},
		{"headings and links alone", "Register", "List of licensees\n\nwww.authority.example/list\n\nAlpha Ltd\n\nBeta Ltd", nil, nil},
		{"no text", "Register", "", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := models.Article{Title: tt.title, Body: tt.body, SeenAt: noon, Source: models.Source{Role: models.Press}}
			got := Assign(nil, []Found{subject(a, tt.words...)}, noon)[0].Event.Extract()
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("extract (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExtractLeavesOutBoilerplate(t *testing.T) {
	own := "The Harbour Authority fined Delta Custody $4 million on Tuesday for keeping client coins with its own."
	wall := "Delta Custody coins and Harbour Authority fines: subscribers of our paper read all reports about client coins."
	a := models.Article{Title: "Harbour Authority fines Delta Custody over client coins", Body: wall + "\n\n" + own, SeenAt: noon}
	f := subject(a)
	if got := extractFeatures(f).extract(nil); !slices.Contains(got, wall) {
		t.Fatalf("the filler is not chosen anyway, so this proves nothing: %q", got)
	}
	f.Boilerplate = [][2]int{{0, len(wall) - 1}}
	if diff := cmp.Diff([]string{own}, extractFeatures(f).extract(nil)); diff != "" {
		t.Errorf("extract (-want +got):\n%s", diff)
	}
}

func TestSentencesEndWhereTheirReaderSeesIt(t *testing.T) {
	for body, want := range map[string][]string{
		"Mr. Lee of the U.S. firm paid $4.5 million. It closed.": {"Mr. Lee of the U.S. firm paid $4.5 million.", "It closed."},
		"He said: “It is over.” The court agreed! Did it?":       {"He said: “It is over.”", "The court agreed!", "Did it?"},
		"發牌制度生效。「不會延期。」他說：「沒有例外！」完":                              {"發牌制度生效。", "「不會延期。」", "他說：「沒有例外！」", "完"},
		"  A heading\n\nSee s. 4 of Cap. 656. Next.\n":           {"A heading", "See s. 4 of Cap. 656.", "Next."},
		"No. 5 stays, e.g. here. v2.0 is out.":                   {"No. 5 stays, e.g. here. v2.0 is out."},
		"":                                                       nil,
		"\n\n. . .":                                              {".", ".", "."},
		"It rose 3.5%. 2,000 coins were lost.":                   {"It rose 3.5%.", "2,000 coins were lost."},
		"In May. June was calm.":                                 {"In May.", "June was calm."},
	} {
		var got []string
		eachSentence(body, func(start, end int) bool {
			got = append(got, body[start:end])
			return true
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", body, diff)
		}
	}
}

// The title is that of the article that broke the news until an official one comes. A
// mention in an official text and a later copy change nothing.
func TestTitleAndExtractAreOfTheOfficialOrFirstArticle(t *testing.T) {
	body := "The Harbour Authority has granted the first licence for stablecoins to Lantern Bay Payments. " +
		"It takes effect on 1 June 2026, and the firm may issue coins from then on to anyone in the city."
	seen := noon
	article := func(id string, role models.Role, title, link string) models.Article {
		seen = seen.Add(time.Minute)
		return models.Article{ID: id, SourceID: id, Identity: id, Title: title, Body: body + " " + id + " reports.", Link: link, LinkKey: "same", SeenAt: seen, PublishedAt: seen, Source: models.Source{ID: id, Name: id, Role: role}}
	}
	press := article("press", models.Press, "Lantern Bay gets licence", "https://press.example/1")
	mention := subject(article("budget", models.Government, "Budget speech on the licence of Lantern Bay", "https://gov.example/budget"))
	mention.Matches[0].Strength = models.Mention
	official := article("authority", models.Regulator, "Licence granted to Lantern Bay Payments", "https://authority.example/1")
	copied := article("copy", models.Press, "Licence for Lantern Bay", "https://copy.example/1")
	var stored []models.Event
	for _, step := range []struct {
		found       Found
		title, link string
		extractOf   string
	}{
		{subject(press), press.Title, press.Link, "press"},
		{mention, press.Title, press.Link, "press"},
		{subject(official), official.Title, official.Link, "authority"},
		{subject(copied), official.Title, official.Link, "authority"},
	} {
		e := Assign(stored, []Found{step.found}, noon)[0].Event
		if len(stored) > 0 && e.ID != stored[0].ID {
			t.Fatalf("%s opened another event", step.found.Article.ID)
		}
		stored = []models.Event{e}
		if e.Title != step.title || e.Link != step.link {
			t.Errorf("after %s the event has the title %q and the link %s, want %q", step.found.Article.ID, e.Title, e.Link, step.title)
		}
		if lead, _ := e.LeadArticle(); lead.ArticleID != step.extractOf || !slices.Equal(e.Extract(), lead.Extract) || len(e.Extract()) == 0 {
			t.Errorf("after %s the extract is of %s: %q", step.found.Article.ID, lead.ArticleID, e.Extract())
		}
	}
	// Without the official article the event has its first title again.
	e := stored[0]
	rest := slices.DeleteFunc(slices.Clone(e.Articles), func(a models.EventArticle) bool { return a.ArticleID == "authority" })
	if e = Regroup(e, rest, nil, noon); e.Title != press.Title {
		t.Errorf("after a split the event has the title %q", e.Title)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("Title", "One sentence is here for all of us. Another one follows it here!\n\n穩定幣條例將於八月一日生效。發牌制度同日開始。")
	f.Add("", "“x. ”。\n\n... a.\xff")
	f.Fuzz(func(t *testing.T, title, body string) {
		if !utf8.ValidString(body) || !utf8.ValidString(title) {
			return
		}
		a := models.Article{Title: title, Body: body, SeenAt: noon}
		said := extractOf(a)
		if len(said) > extractSize {
			t.Fatalf("%d sentences", len(said))
		}
		from := 0
		for _, s := range said {
			i := strings.Index(body[from:], s)
			if i < 0 || strings.Contains(s, "\n") {
				t.Fatalf("%q does not stand in the text after the sentence before", s)
			}
			from += i
		}
		if diff := cmp.Diff(said, extractOf(a)); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
	})
}

func BenchmarkExtract(b *testing.B) {
	body := strings.Repeat("The Harbour Authority fined Delta Custody $4.2 million on Tuesday for keeping client coins with its own. Shares of the parent fell by three percent on other news of that day.\n\n", 20)
	f := extractFeatures(subject(models.Article{Title: "Harbour Authority fines Delta Custody", Body: body, SeenAt: noon}))
	for b.Loop() {
		f.extract(nil)
	}
}
