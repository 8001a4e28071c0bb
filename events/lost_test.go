package events

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// What pages print besides their reports, long enough to count as text.
var pageTexts = map[string]struct{ paywall, filler, disclaimer, newsletter string }{
	"en": {
		"This report is for members of the reading room. Members get all market coverage, the weekend essay and the stablecoin tracker on every device. Try the first month for one dollar, and end it whenever you like from your account page. Schools and libraries may write to our desk for a shared access of their own.",
		"This is a developing page. Our editors are gathering what officials, lenders and traders say, and add it here as soon as two people have checked it. Come back within the hour, or set a reminder on this page. What stands here may change until the note at the top of the page has been taken down.",
		"The publisher takes no responsibility for what readers do with these lines. Prices of tokens move fast and whoever trades them may be left with nothing. Some of the firms named on this site rent space from us. Talk with somebody who holds a licence before you put money into a stablecoin.",
		"Morning Ledger goes out at seven every weekday. It has the five things to know on tokens, banks and courts, a chart, and one long read from our partners around the region. More than forty thousand people read it over coffee. Leave your address in the box below and we send the next one to you.",
	},
	"zh-Hant": {
		"本文只供會員閱讀。會員可在所有裝置閱讀全部市場報道、週末長文及穩定幣追蹤表。首月只需一元,可隨時在帳戶頁終止。學校及圖書館可聯絡本報申請共用帳戶。",
		"本頁內容仍在更新。編輯正收集官員、銀行及交易員的說法,經兩人核實後即會加入。請於一小時內重新打開本頁,或設定提示。在頁首的字句移除以前,內容可能有所改動。",
		"出版人不為讀者如何運用這些文字負責。代幣價格變化極快,買賣者可能一無所有。本站提及的部分公司向我們租用版位。投入穩定幣以前,請先與持牌人士商量。",
		"《晨早帳簿》逢平日早上七時發出,講述代幣、銀行及法庭的五件要事,另有圖表及區內夥伴的長篇文章。四萬多人一邊喝咖啡一邊閱讀。在下面的方格留下地址,我們便會寄上下一期。",
	},
	"zh-Hans": {
		"本文只供会员阅读。会员可在所有装置阅读全部市场报道、周末长文及稳定币追踪表。首月只需一元,可随时在账户页终止。学校及图书馆可联络本报申请共用账户。",
		"本页内容仍在更新。编辑正收集官员、银行及交易员的说法,经两人核实后即会加入。请于一小时内重新打开本页,或设定提示。在页首的字句移除以前,内容可能有所改动。",
		"出版人不为读者如何运用这些文字负责。代币价格变化极快,买卖者可能一无所有。本站提及的部分公司向我们租用版位。投入稳定币以前,请先与持牌人士商量。",
		"《晨早账簿》逢平日早上七时发出,讲述代币、银行及法庭的五件要事,另有图表及区内伙伴的长篇文章。四万多人一边喝咖啡一边阅读。在下面的方格留下地址,我们便会寄上下一期。",
	},
}

// Two developments, which only pages make look alike: title and first sentence of each, and
// of a third that an authority publishes.
var developments = map[string][3][2]string{
	"en": {
		{"Lantern Bay halts redemption", "Holders of LBX cannot get their money back since Monday."},
		{"Issuers face surprise audits", "Inspectors will knock on doors unannounced from spring."},
		{"OFAC adds wallets to its list", "Nine addresses of a mixer were designated."},
	},
	"zh-Hant": {
		{"藍灣暫停贖回", "持有人自週一起無法取回款項。"},
		{"發行人面對突擊審計", "人員春季起會不作通知上門查核。"},
		{"美國財政部將九個錢包列入名單", "有關地址屬於一個混幣器。"},
	},
	"zh-Hans": {
		{"蓝湾暂停赎回", "持有人自周一起无法取回款项。"},
		{"发行人面对突击审计", "人员春季起会不作通知上门查核。"},
		{"美国财政部将九个钱包列入名单", "有关地址属于一个混币器。"},
	},
}

// mustStayApart checks that two articles open an event each, in both orders, in one scan and
// in two, whatever keys a lookup finds.
func mustStayApart(t *testing.T, a, b models.Article) {
	t.Helper()
	for _, pair := range [][2]models.Article{{a, b}, {b, a}} {
		list := found(pair[:]...)
		for i := range list {
			list[i].Matches[0].Hits = []models.Hit{{Text: "stablecoin"}, {Text: "穩定幣"}, {Text: "稳定币"}}
		}
		first := Assign(nil, list[:1], noon)[0].Event
		second := Assign([]models.Event{first}, list[1:], noon.Add(time.Minute))[0]
		if second.Kind != models.Opened {
			t.Errorf("%q joined %q, %s: its alert is lost", pair[1].Title, pair[0].Title, second.Joined.JoinedBy)
		}
		for _, c := range Assign(nil, list, noon) {
			if c.Kind != models.Opened {
				t.Errorf("in one scan, %q %s: its alert is lost", c.Article.Title, c.Joined.JoinedBy)
			}
			if official := c.Article.Source.Role.Official(); c.Event.Official != official {
				t.Errorf("%q: event official %v, want %v", c.Article.Title, c.Event.Official, official)
			}
		}
	}
}

// TestPageTextHidesNoAlert has the ways in which an alert was lost: what pages print made
// another development a copy of one that was sent. All are first occurrences, of which
// nothing is learned yet.
func TestPageTextHidesNoAlert(t *testing.T) {
	for script, page := range pageTexts {
		d := developments[script]
		lead := func(i int) string { return d[i][1] + "\n\n" }
		later := at(noon.Add(time.Hour))
		tests := map[string][2]models.Article{
			"a teaser before a paywall, of two outlets":         {article("a", d[0][0], lead(0)+page.paywall), article("b", d[1][0], lead(1)+page.paywall, later)},
			"nothing but the paywall":                           {article("a", d[0][0], page.paywall), article("b", d[1][0], page.paywall, later)},
			"the words of the rule in headline and paywall":     {article("a", d[0][0]+" stablecoin", page.paywall+" stablecoin"), article("b", d[1][0]+" stablecoin", page.paywall+" stablecoin", later)},
			"filler of the press and of an authority":           {article("a", d[0][0], page.filler), article("ofac", d[2][0], page.filler, later, official)},
			"filler after a sentence of an authority":           {article("a", d[1][0], lead(1)+page.filler), article("ofac", d[2][0], lead(2)+page.filler, later, official)},
			"filler of two authorities":                         {article("sec", d[1][0], page.filler, official), article("ofac", d[2][0], page.filler, later, official)},
			"a disclaimer below a short report":                 {article("a", d[0][0], lead(0)+page.disclaimer), article("b", d[1][0], lead(1)+page.disclaimer, later)},
			"a disclaimer below two, the other cut":             {article("a", d[0][0], lead(0)+page.disclaimer), article("b", d[2][0], lead(2)+page.disclaimer[:len(page.disclaimer)*2/3/3*3], later)},
			"a disclaimer and a newsletter":                     {article("a", d[1][0], lead(1)+page.disclaimer+"\n\n"+page.newsletter), article("b", d[2][0], lead(2)+page.newsletter+"\n\n"+page.disclaimer, later)},
			"a syndicated newsletter":                           {article("a", d[0][0], lead(0)+page.newsletter), article("b", d[1][0], lead(1)+page.newsletter, later)},
			"a syndicated newsletter above the report":          {article("a", d[0][0], page.newsletter+"\n\n"+lead(0)), article("b", d[1][0], page.newsletter+"\n\n"+lead(1), later)},
			"the link of a list, no text":                       {article("a", d[0][0], "", link("https://a.example/news")), article("b", d[1][0], "", link("https://a.example/news"), later)},
			"the link of a list, its text":                      {article("a", d[0][0], page.filler, link("https://a.example/news")), article("b", d[1][0], page.filler, link("https://a.example/news"), later)},
			"the link of a list, one source, a headline of all": {article("a", "News", lead(0), link("https://a.example/news"), guid("1")), article("a", "News", lead(1), link("https://a.example/news"), guid("2"), later)},
		}
		for name, pair := range tests {
			t.Run(script+"/"+name, func(t *testing.T) {
				mustStayApart(t, pair[0], pair[1])
			})
		}
	}
}

// A form with other numbers is another act, no matter who prints it.
func TestFormWithOtherNumbersHidesNoAlert(t *testing.T) {
	for name, tt := range map[string]struct{ title, body string }{
		"English":             {"SFC fines adviser HK$# million over client money", "The Securities and Futures Commission fined an adviser HK$# million for failures over client money. " + prose(5, 120)},
		"Traditional Chinese": {"證監會就客戶款項向顧問罰款#百萬元", "證監會就處理客戶款項的缺失,向一名顧問罰款#百萬元。" + han(4, 200)},
		"Simplified Chinese":  {"证监会就客户款项向顾问罚款#百万元", "证监会就处理客户款项的缺失,向一名顾问罚款#百万元。" + han(6, 200)},
	} {
		for _, role := range []option{official, func(*models.Article) {}} {
			t.Run(name, func(t *testing.T) {
				fill := func(s, n string) string { return strings.ReplaceAll(s, "#", n) }
				mustStayApart(t, article("sfc", fill(tt.title, "4"), fill(tt.body, "4"), official),
					article("info-gov-hk", fill(tt.title, "7"), fill(tt.body, "7"), role, at(noon.Add(time.Hour))))
			})
		}
	}
}

// One publisher on two subdomains does not copy itself: what is nearly equal is its form.
func TestSubdomainsAreOneSite(t *testing.T) {
	for name, tt := range map[string]struct{ one, other string }{
		"com":    {"https://news.ledger.com/1", "https://crypto.ledger.com/2"},
		"com.hk": {"https://www.ledger.com.hk/1", "https://hk.finance.ledger.com.hk/2"},
		"gov.cn": {"https://www.pbc.gov.cn/1", "https://shanghai.pbc.gov.cn/2"},
	} {
		t.Run(name, func(t *testing.T) {
			body := "The register of issuers was brought up to date. " + prose(7, 300)
			a := article("a", "Register of issuers brought up to date", body, link(tt.one))
			b := article("b", "Register of issuers brought up to date", strings.Replace(body, "reserve", "Beta", 1), link(tt.other), at(noon.Add(time.Hour)))
			if got := joinedBy(t, a, b); got == models.JoinedByText {
				t.Errorf("joined by %q", got)
			}
			// The same on two sites is a copy.
			b = article("b", b.Title, b.Body, link("https://other.example/2"), at(noon.Add(time.Hour)))
			if got := joinedBy(t, a, b); got != models.JoinedByText {
				t.Errorf("on two sites: joined by %q, want %q", got, models.JoinedByText)
			}
		})
	}
}

// A copy whose headline states an earlier stage than the event has would not be shown with it.
func TestCopyHidesNoStage(t *testing.T) {
	for name, tt := range map[string]struct{ late, early, stage, text string }{
		"English":             {"Stablecoins Bill takes effect in Hong Kong", "Hong Kong proposes Stablecoins Bill", "proposed", "The Stablecoins Bill of Hong Kong is about issuers. " + prose(8, 150)},
		"Traditional Chinese": {"穩定幣條例草案今日生效", "政府提出穩定幣條例草案", "introduced", "穩定幣條例草案關乎發行人。" + han(2, 250)},
		"Simplified Chinese":  {"稳定币条例草案今日生效", "政府提出稳定币条例草案", "introduced", "稳定币条例草案关乎发行人。" + han(7, 250)},
	} {
		t.Run(name, func(t *testing.T) {
			late, early := article("a", tt.late, tt.text), article("b", tt.early, tt.text, at(noon.Add(time.Hour)))
			opened := Assign(nil, found(late), noon)[0].Event
			if opened.Stage != "in-force" {
				t.Fatalf("the first article states %q", opened.Stage)
			}
			if c := Assign([]models.Event{opened}, found(early), noon)[0]; c.Kind != models.Opened || c.Event.Stage != tt.stage {
				t.Errorf("%s, stage %q; want an event of its own, %s", c.Joined.JoinedBy, c.Event.Stage, tt.stage)
			}
			// A later stage is shown, and the reader is sent it.
			opened = Assign(nil, found(early), noon)[0].Event
			if c := Assign([]models.Event{opened}, found(late), noon)[0]; c.Event.Stage != "in-force" {
				t.Errorf("%s, stage %q; want in-force", c.Joined.JoinedBy, c.Event.Stage)
			}
		})
	}
}

// A paper that prints a release under its headline says what the authority says.
func TestCopyOfReleaseHasItsStage(t *testing.T) {
	for _, tt := range []struct{ title, text string }{
		{"Guidelines on the custody of stablecoins", "The consultation is over and comments were received. " + prose(30, 400)},
		{"穩定幣託管操作指引", "諮詢已經結束。" + han(4, 400)},
		{"稳定币托管操作指引", "征求意见已经结束。" + han(5, 400)},
	} {
		release, reprint := article("hkma-press", tt.title, tt.text, official), article("paper", tt.title, tt.text)
		if e := Assign(nil, found(release), noon)[0].Event; e.Stage != "guidance" {
			t.Fatalf("%q states %q, want guidance", tt.title, e.Stage)
		}
		if stage := extractFeatures(found(reprint)[0]).stage(); stage == "" || stage == "guidance" {
			t.Fatalf("%q of a paper states %q; the test needs a stage other than the release's", tt.title, stage)
		}
		if got := joinedBy(t, release, reprint); got != models.JoinedByText {
			t.Errorf("%q: joined by %q, want %q", tt.title, got, models.JoinedByText)
		}
	}
}

// A date at the end of every page of a site is no key date of what it reports, and a stage
// there is no stage.
func TestLearnedBoilerplateSaysNothingOfDatesAndStage(t *testing.T) {
	tests := map[string]struct{ footer, day, stage string }{
		"en":      {"New terms of use for members take effect on 1 May 2026.", "2026-05-01", "in-force"},
		"zh-Hant": {"會員使用條款修訂將於2026年5月1日生效。", "2026-05-01", ""},
		"zh-Hans": {"会员使用条款修订将于2026年5月1日生效。", "2026-05-01", ""},
	}
	for script, tt := range tests {
		t.Run(script, func(t *testing.T) {
			s := newSchool()
			for i, story := range unrelated[script] {
				now := noon.AddDate(0, 0, i)
				a := article("paper", story[0], story[1]+"\n\n"+tt.footer, at(now))
				e := Assign(nil, found(s.read(now, a)...), now)[0].Event
				var days []string
				for _, d := range e.Dates {
					days = append(days, d.Day)
				}
				var want []string
				if i < leastHeadlines-1 {
					want = []string{tt.day} // not known yet
				}
				if diff := cmp.Diff(want, days); diff != "" {
					t.Errorf("article %d: key dates (-want +got):\n%s", i, diff)
				}
				if i >= leastHeadlines-1 && e.Stage != "" {
					t.Errorf("article %d: stage %q by %q", i, e.Stage, e.StageQuote)
				}
			}
			// What the report says itself counts.
			own := article("paper", unrelated[script][5][0], tt.footer+" "+unrelated[script][4][1]+unrelated[script][3][1]+unrelated[script][2][1]+unrelated[script][1][1])
			if e := Assign(nil, found(s.read(noon.AddDate(0, 0, 9), own)...), noon)[0].Event; len(e.Dates) != 1 {
				t.Errorf("the same sentence in the lead: key dates %v", e.Dates)
			}
		})
	}
}

// What was learned no longer finds or joins events, and a copy is found all the same.
func TestLearnedBoilerplateJoinsNothing(t *testing.T) {
	for script, page := range pageTexts {
		t.Run(script, func(t *testing.T) {
			s := newSchool()
			for i := range 3 {
				s.read(noon, article("paper", unrelated[script][i][0], unrelated[script][i][1]+"\n\n"+page.newsletter))
			}
			a := s.read(noon, article("paper", unrelated[script][3][0], unrelated[script][3][1]+"\n\n"+page.newsletter))[0]
			b := s.read(noon, article("other", unrelated[script][4][0], unrelated[script][4][1]+"\n\n"+page.newsletter))[0]
			for _, key := range Keys(found(a)[0]) {
				for _, other := range Keys(found(b)[0]) {
					if key == other && strings.HasPrefix(key, "text:") {
						t.Errorf("common key %s", key)
					}
				}
			}
			mustStayApart(t, a, b)
			stored := article("paper", unrelated[script][3][0], unrelated[script][3][1]+han(3, 60)+"\n\n"+page.newsletter)
			same := stored
			same.SourceID, same.ID, same.Link = "copycat", "copy", "https://copycat.example/1"
			e := Assign(nil, found(stored), noon)[0].Event
			if c := Assign([]models.Event{e}, found(s.read(noon, same)...), noon)[0]; c.Kind != models.Copied {
				t.Errorf("a copy of an article that was stored with its boilerplate: %s", c.Kind)
			}
		})
	}
}
