package rules

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// ownText returns the paragraphs of a body that are not boilerplate.
func ownText(body string) []string {
	d := newDocument(models.Article{Body: body})
	var out []string
	for _, p := range d.paragraphs() {
		if !d.boilerplate[p.start] {
			out = append(out, p.source)
		}
	}
	return out
}

func TestMarkBoilerplate(t *testing.T) {
	const (
		news = "The central bank set out its plan for issuers on Monday and asked for views by the end of June."
		long = "The ministry published the draft on Friday, and firms have eight weeks to answer it in writing or at one of four meetings that are to be held in the capital and in the three largest towns of the country."
	)
	tests := []struct {
		name string
		body []string
		want []string
	}{
		{"no boilerplate", []string{news, news}, []string{news, news}},
		{"list up to the end", []string{news, "You may also like", "One story", "Another story about a ban"}, []string{news}},
		{"list in Chinese", []string{news, "延伸閱讀", "比特幣跌穿關口", "央行重申禁令"}, []string{news}},
		{"list in Simplified", []string{news, "相关阅读：", "比特币下跌"}, []string{news}},
		{"list in the middle", []string{news, "Related stories", "One story", long, long}, []string{news, long, long}},
		{"pointer to another story", []string{news, "Related: Ten towns that ban kiosks", news}, []string{news, news}},
		{"pointer in Chinese", []string{news, "延伸閱讀：比特幣跌穿5.6萬美元", news}, []string{news, news}},
		{"disclaimer", []string{news, "Disclaimer: This text is an opinion about crypto and no advice.", news}, []string{news, news}},
		{"disclaimer under a heading", []string{news, "Disclaimer", "The opinions here on crypto are the author's alone."}, []string{news}},
		{"disclaimer in Chinese", []string{news, "免責聲明：本文不構成投資建議。"}, []string{news}},
		{"marker within a sentence", []string{"Disclosure rules for stablecoin issuers were published on Monday.", news}, []string{"Disclosure rules for stablecoin issuers were published on Monday.", news}},
		{"author", []string{news, "About the author: Ann covers crypto."}, []string{news}},
		{"cookies", []string{"We use cookies to make this site better.", news}, []string{news}},
		{"tags", []string{news, "Tags: Bitcoin, Ban, Stablecoin"}, []string{news}},
		{"hashtags", []string{news, "#Bitcoin #Ban"}, []string{news}},
		{"sentence that begins like a list", []string{"Trending topics in stablecoin law were the theme of the day in Hong Kong on Monday.", news}, []string{"Trending topics in stablecoin law were the theme of the day in Hong Kong on Monday.", news}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ownText(strings.Join(tt.body, "\n\n"))); diff != "" {
				t.Errorf("ownText mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// A page that gives its whole text as one paragraph has its notices in the middle of it.
func TestMarkBoilerplateSentences(t *testing.T) {
	const english, hant, hans = "The ban starts in May.", "禁令五月生效。", "禁令五月生效。"
	tests := []struct{ name, body, want string }{
		{"disclaimer", english + " This text does not constitute investment advice on crypto. " + english, english + " " + english},
		{"purpose", english + " All content on crypto here is for informational purposes only.", english},
		{"author", english + " Ann Lee is a reporter at Coin Weekly who covers crypto bans. " + english, english + " " + english},
		{"author's holdings", english + " The writer holds positions in bitcoin and no positions in other coins.", english},
		{"consent", english + " These cookies are necessary for the site and cannot be banned. " + english, english + " " + english},
		{"consent with partners", english + " The purposes and vendors listed in this notice are saved for a year.", english},
		{"not a notice", english + " The regulator does not give investment advice.", english + " The regulator does not give investment advice."},
		{"a regulator's sentence on advice", english + " The regulator says such posts constitute investment advice and are banned.", english + " The regulator says such posts constitute investment advice and are banned."},
		{"a regulator's warning, Traditional", hant + "證監會警告投資者，投資有風險，損失須風險自擔。", hant + "證監會警告投資者，投資有風險，損失須風險自擔。"},
		{"footer that cites a notice, Traditional", hant + "根據央行等部門的通知，虛擬貨幣業務屬於非法，本網站內容僅用於資訊分享。" + hant, hant + hant},
		{"footer that cites a notice, Simplified", hans + "根据央行等部门的通知，虚拟货币业务属于非法，本网站内容仅用于信息分享。" + hans, hans + hans},
		{"disclaimer, Traditional", hant + "本文只談虛擬貨幣，不構成任何投資建議。" + hant, hant + hant},
		{"disclaimer, Simplified", hans + "以上关于代币的内容仅供参考，据此操作，风险自担。", hans},
		{"author, Traditional", hant + "陳大文是自由撰稿人，專注加密貨幣監管。" + hant, hant + hant},
		{"consent, Simplified", hans + "本站使用 Cookie，继续浏览即表示同意。" + hans, hans + hans},
		{"not a notice, Simplified", hans + "央行提醒投资者。", hans + "央行提醒投资者。"},
	}
	for _, tt := range tests {
		a := models.Article{Body: tt.body}
		d := newDocument(a)
		var got strings.Builder
		end := 0 // of the sentence before
		for i := range d.tokens {
			if i+1 < len(d.tokens) && d.sentence[i] == d.sentence[i+1] {
				continue
			}
			next := len(a.Body)
			if i+1 < len(d.tokens) {
				next = int(d.tokens[i+1].Start)
			}
			if !d.boilerplate[i] {
				got.WriteString(a.Body[end:next])
			}
			end = next
		}
		if got := strings.TrimSpace(got.String()); got != tt.want {
			t.Errorf("%s: own text is %q, want %q", tt.name, got, tt.want)
		}
	}
}

// In the title of a roundup each report is a sentence of its own.
func TestSplitTitleOfRoundup(t *testing.T) {
	for title, want := range map[string]int{
		"Bank pauses coin plan, US court sits, Sale pulled + more news": 4,
		"Bank pauses coin plan, US court sits and more":                 2,
		"Bank pauses coin plan, then sells more":                        1,
		"China bans crypto trading, mining and more":                    1,
		"More news":                          1,
		"Regulators want more, and get less": 1,
	} {
		d := newDocument(models.Article{Title: title, Body: "It rained."})
		if got := int(d.sentence[d.titleEnd-1]) + 1; got != want {
			t.Errorf("%q has %d sentences, want %d", title, got, want)
		}
		if d.sentence[d.titleEnd] == d.sentence[d.titleEnd-1] {
			t.Errorf("%q is in one sentence with the body", title)
		}
	}
}

func TestSplitAndFindLead(t *testing.T) {
	body := "One line that is\nbroken to a width somewhere about sixty characters\nand goes on here.\n- A point\n- Another point\nA line that stands alone. It has two sentences."
	d := newDocument(models.Article{Title: "T", Body: body})
	got := d.paragraph[len(d.paragraph)-1]
	if got != 5 {
		t.Errorf("%d paragraphs, want 5 in:\n%s", got, body)
	}
	tests := []struct{ name, body, want string }{
		{"two long sentences", "The first sentence has a good number of words in it for a start. The second has a few more of them for you to read. The third is left out.", "for you to read"},
		{"more sentences if they are short", "One. Two three. Four five six seven. Eight nine ten eleven twelve. Thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty and then some more words. Last.", "more words"},
		{"abbreviation within a sentence", "The U.S. regulator and Acme Inc. met Mr. Jones on Jan. 5 to talk about rules for coins. Then they went home to think about it all. Last.", "about it all"},
		{"Chinese", "香港金管局周一公布新規則，並徵詢業界意見，諮詢期為期兩個月。業界人士普遍歡迎。第三句不在內。", "普遍歡迎"},
	}
	for _, tt := range tests {
		d := newDocument(models.Article{Body: tt.body})
		if lead := tt.body[:d.tokens[d.leadEnd-1].End]; !strings.HasSuffix(lead, tt.want) {
			t.Errorf("%s: the lead is %q, want it to end with %q", tt.name, lead, tt.want)
		}
	}
}

// A passage that a site prints below everything matches no rule once that is sure, and an
// article that says the same itself does.
func TestLearnedBoilerplateMatchesNothing(t *testing.T) {
	set := learnedSet(t)
	for script, tt := range map[string]struct{ title, own, footer string }{
		"en":      {"Port workers vote on wages", "Dockers decide this week.", "Read our stablecoin series in the members' area."},
		"zh-Hant": {"碼頭工人就加薪投票", "裝卸工本週決定。", "會員可閱讀本報穩定幣系列。"},
		"zh-Hans": {"码头工人就加薪投票", "装卸工本周决定。", "会员可阅读本报稳定币系列。"},
	} {
		a := models.Article{Title: tt.title, Body: tt.own + "\n\n" + tt.footer}
		start := len(a.Body) - len(tt.footer)
		marked := func(sure bool) models.Article {
			a.Boilerplate = []models.Boilerplate{{Start: start, End: len(a.Body), Headlines: 6, Tail: true, Sure: sure}}
			return a
		}
		for name, c := range map[string]struct {
			article models.Article
			want    int
		}{"not marked": {a, 1}, "doubtful": {marked(false), 1}, "sure": {marked(true), 0}} {
			if got := len(set.Match(c.article)); got != c.want {
				t.Errorf("%s, %s: %d matches, want %d", script, name, got, c.want)
			}
		}
		own := marked(true)
		own.Title = tt.footer
		if len(set.Match(own)) != 1 {
			t.Errorf("%s: the title no longer matches", script)
		}
	}
}

func learnedSet(t *testing.T) *Set {
	t.Helper()
	set, problems := Load(fstest.MapFS{"coin.yaml": {Data: []byte(`id: coin
title: Coins
why: It matters.
status: active
severity: high
terms: {coin: [stablecoin, 穩定幣]}
when: {terms: coin}
examples: {match: [A stablecoin is issued], ignore: [A bond is issued]}
`)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set.WithModels(nil)
}
