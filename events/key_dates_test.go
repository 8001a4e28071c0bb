package events

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// extractionOf reads a text as a press article of a given day.
func extractionOf(t *testing.T, published, title, body string) extraction {
	t.Helper()
	at, err := time.Parse(time.DateOnly, published)
	if err != nil {
		t.Fatal(err)
	}
	a := models.Article{ID: "a", Title: title, Body: body, PublishedAt: at.Add(9 * time.Hour), SeenAt: at.Add(10 * time.Hour)}
	return extractFeatures(Found{Article: a}).readExtraction()
}

func formatDates(dates []models.KeyDate) string {
	var all []string
	for _, d := range dates {
		all = append(all, d.Kind+" "+d.Day)
	}
	return strings.Join(all, ", ")
}

func TestKeyDates(t *testing.T) {
	tests := []struct {
		published, text string
		want            string
	}{
		// Effective dates.
		{"2031-02-03", "The Digital Tokens Act takes effect on 1 March 2031.", "effective 2031-03-01"},
		{"2031-02-03", "The rules will come into force on March 1.", "effective 2031-03-01"},
		{"2031-02-03", "Effective 1 March, banks must report every transfer.", "effective 2031-03-01"},
		{"2031-02-03", "From 1 March 2031, no firm may offer a token and marketing one will be an offence.", "effective 2031-03-01"},
		{"2031-03-10", "On 1 March, the day the law took effect, nine firms applied.", "effective 2031-03-01"},
		{"2031-02-03", "The ban starts on 1st of March.", "effective 2031-03-01"},
		{"2031-02-03", "《代幣條例》將於2031年3月1日起施行。", "effective 2031-03-01"},
		{"2031-02-03", "《代币条例》自二〇三一年三月一日起施行。", "effective 2031-03-01"},
		{"2031-03-10", "《代幣條例》本月1日上路。", "effective 2031-03-01"},
		{"2031-02-03", "新規例將於下月15日生效。", "effective 2031-03-15"},
		{"2031-02-03", "新规施行日期为2031-03-01。", "effective 2031-03-01"},
		{"2031-02-03", "金管會表示，新法民國120年3月1日施行。", "effective 2031-03-01"},
		{"2031-02-03", "自3月1日起，任何人不得发行未经许可的代币。", "effective 2031-03-01"},

		{"2031-02-03", "The ban applies from 30 April next year, and no shop may sell one.", "effective 2032-04-30"},
		{"2031-02-03", "The watchdog suspended the firm, effective March 1.", "effective 2031-03-01"},
		{"2031-02-03", "The notice appoints 1 March 2031 as the day on which the ordinance comes into operation.", "effective 2031-03-01"},
		{"2031-02-03", "At a forum, the chairman said the law takes effect on 1 March.", "effective 2031-03-01"},
		{"2031-02-03", "当局指定2031年3月1日为条例生效日期。", "effective 2031-03-01"},

		{"2031-02-03", "The authority announced that on 1 March the rules will take effect.", "effective 2031-03-01"},
		{"2031-02-03", "金管局宣佈將於3月1日實施新規例。", "effective 2031-03-01"},

		// Deadlines.
		{"2031-02-03", "Comments close on 28 February and applications on 31 March.", "deadline 2031-02-28, deadline 2031-03-31"},
		{"2031-02-03", "The deadline for applications is 31 March 2031.", "deadline 2031-03-31"},
		{"2031-02-03", "Firms must submit their plans by 31 March.", "deadline 2031-03-31"},
		{"2031-02-03", "Firms should respond no later than Friday, 28 February 2031.", "deadline 2031-02-28"},
		{"2031-02-03", "The transition period ends on 31 August 2031.", "deadline 2031-08-31"},
		{"2031-02-03", "The deadline was extended from 28 February to 31 March.", "deadline 2031-03-31"},
		{"2031-02-03", "The consultation period has been extended to 31 March 2031.", "deadline 2031-03-31"},
		{"2031-02-03", "Interested firms are invited to contact the authority by the end of February.", "deadline 2031-02-28"},
		{"2031-02-03", "公眾可於2031年2月28日或之前提交意見。", "deadline 2031-02-28"},
		{"2031-02-03", "諮詢期至2月28日截止。", "deadline 2031-02-28"},
		{"2031-02-03", "有意申请的机构须在3月31日前递交材料。", "deadline 2031-03-31"},
		{"2031-02-03", "意見書的截止日期為2031年2月28日。", "deadline 2031-02-28"},
		{"2031-02-03", "過渡期將於8月31日屆滿。", "deadline 2031-08-31"},
		{"2031-02-03", "申請期限延長至3月31日。", "deadline 2031-03-31"},

		{"2031-02-03", "Views should reach the bureau by 5 p.m. on 28 February.", "deadline 2031-02-28"},
		{"2031-02-03", "Firms must submit their views by 5 p.m. on 28 February.", "deadline 2031-02-28"},
		{"2031-02-03", "Existing issuers have until 31 October to apply.", "deadline 2031-10-31"},
		{"2031-02-03", "The consultation will run until 29 August 2031.", "deadline 2031-08-29"},
		{"2031-02-03", "公開徵求意見至2月28日。", "deadline 2031-02-28"},
		{"2031-02-03", "由2月10日至28日接受申請。", "deadline 2031-02-28"},

		// Dates without a year.
		{"2031-12-20", "The rules take effect on 1 January.", "effective 2032-01-01"},
		{"2032-01-10", "The rules took effect on 1 January.", "effective 2032-01-01"},
		{"2032-01-10", "The rules took effect on 15 December.", "effective 2031-12-15"},
		{"2031-12-20", "新規明年1月1日生效。", "effective 2032-01-01"},

		// An earlier year or month carries.
		{"2032-02-03", "Parliament passed the law on May 5, 2031, and from 1 August no firm may offer tokens.", ""},
		{"2032-02-03", "Parliament passed the law last year, it was gazetted in May, and from 1 August no firm may offer tokens.", ""},
		{"2032-02-03", "The law was passed in May 2031 and took effect on 1 August.", ""},
		{"2031-11-03", "The law was passed in May 2031 and took effect on 1 August.", "effective 2031-08-01"},
		{"2032-02-03", "The law was passed in November 2031 and takes effect on 1 April.", "effective 2032-04-01"},
		{"2032-02-03", "The law, passed in May 2031, will take effect on 1 August.", "effective 2032-08-01"},
		{"2032-03-03", "條例2031年5月獲立法會通過，8月1日起施行。", ""},
		{"2031-12-03", "条例2031年5月获通过，8月1日起施行。", "effective 2031-08-01"},
		{"2032-03-03", "條例去年5月通過，8月1日起生效。", ""},
		{"2032-03-03", "条例去年11月通过，4月1日起施行。", "effective 2032-04-01"},
		{"2032-03-03", "条例于二〇三一年十一月通过，四月一日起施行。", "effective 2032-04-01"},
		{"2032-03-03", "條例去年5月通過，今年8月1日起施行。", "effective 2032-08-01"},

		// Days in other words.
		{"2031-02-03", "合約須寫明，日後不得發行代幣，規定實施。", ""},
		{"2031-02-03", "协议写明日后不得发行代币的规定实施。", ""},
		{"2031-02-03", "明日起，規例實施。", "effective 2031-02-04"},
		{"2031-02-03", "3月1日起，任何机构和个人在境内向公众发售、推广或者以其他方式提供未经许可的代币，均须遵守的新规定正式施行。", "effective 2031-03-01"},
		{"2031-02-03", "自3月1日起，凡在港發行、推廣或向散戶提供未獲發牌的代幣，均受新條例規管，有關條文正式生效。", "effective 2031-03-01"},
		{"2031-02-03", "託管新制3月1日正式實施。", "effective 2031-03-01"},
		{"2031-02-03", "新制度将于3月1日全面实施。", "effective 2031-03-01"},
		{"2031-12-03", "新規例元旦起生效。", "effective 2032-01-01"},
		{"2031-12-03", "新办法将于2032年元旦施行。", "effective 2032-01-01"},
		{"2031-12-03", "條例明年元旦上路。", "effective 2032-01-01"},
		{"2031-02-03", "Firms must submit their plans by the 20th.", "deadline 2031-02-20"},
		{"2031-02-23", "Applications must be filed by the 20th of next month.", "deadline 2031-03-20"},
		{"2031-02-23", "Firms must submit their plans by the 20th.", "deadline 2031-03-20"},
		{"2031-02-03", "The rules must be followed by the 20th issuer.", ""},
		{"2031-02-03", "The rules will be brought into force on 1 March.", "effective 2031-03-01"},
		{"2031-03-10", "The rules were brought into force on 1 March.", "effective 2031-03-01"},
		{"2031-02-03", "An order brings the ordinance into operation on 1 March.", "effective 2031-03-01"},
		{"2031-02-03", "The regulator withdrew its circular with effect from 1 March.", "effective 2031-03-01"},

		{"2031-02-03", "From 1 March, banks may offer tokens through approved channels, the central bank announced.", "effective 2031-03-01"},
		{"2031-02-03", "3月1日起，银行获准提供代币服务。", "effective 2031-03-01"},

		// Other dates.
		{"2031-02-03", "The authority said on 1 March the rules will take effect.", ""},
		{"2031-02-03", "金管局2月1日宣佈，新規例即將實施。", ""},
		{"2031-02-03", "The rules take effect on 1 March, and the first licences may be granted by 15 May.", "effective 2031-03-01"},
		{"2031-02-03", "The authority said on 1 February that the rules will take effect.", ""},
		{"2031-02-03", "China banned trading on 24 September 2021.", ""},
		{"2031-02-03", "A similar law came into force on 1 January 2019.", ""},
		{"2031-02-03", "By 31 January, 77 firms had submitted applications.", ""},
		{"2031-02-03", "截至1月31日，共有77家机构提交申请。", ""},
		{"2031-02-03", "3月1日前已在港營業的平台有十二個月過渡期。", ""},
		{"2031-02-03", "The law will not take effect on 1 March.", ""},
		{"2031-02-03", "條例尚未於3月1日生效。", ""},
		{"2031-02-03", "The appointment of the new chairman takes effect on 1 March.", ""},
		{"2031-02-03", "央行于1月4日禁止代币发行。", ""},
		{"2031-02-03", "立法會1月20日通過條例草案。", ""},
		{"2031-02-03", "The rules take effect in March.", ""},
		{"2031-02-03", "The authority begins accepting licence applications on 1 March.", ""},
		{"2031-02-03", "The president signed the bill into law on 1 February.", ""},
		{"2031-02-03", "The rules take effect on 31 February 2031.", ""},
	}
	for _, tt := range tests {
		if got := formatDates(extractionOf(t, tt.published, "", tt.text).dates); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.published, tt.text, got, tt.want)
		}
	}
}

func TestKeyDatesByKindOfError(t *testing.T) {
	for _, tt := range []struct{ published, text, want string }{
		// Taxes.
		{"2031-02-03", "From April 1, token gains will be taxed at 20 percent.", "effective 2031-04-01"},
		{"2031-02-03", "財政部宣布，代幣稅將於4月1日開徵。", "effective 2031-04-01"},
		{"2031-02-03", "自4月1日起，代币收益按百分之二十征税。", "effective 2031-04-01"},
		// The present tense, long before the day.
		{"2031-02-03", "Under the order, which goes live on 1 October, kiosks must verify customers.", "effective 2031-10-01"},
		{"2031-02-03", "The rules apply from 1 September.", "effective 2031-09-01"},
		// Days that have passed.
		{"2031-08-06", "Firms without a licence had to leave by 1 July.", ""},
		{"2031-08-06", "Issuers failing to obtain a licence by 1 July must close.", ""},
		{"2031-10-13", "自4月7日新规实施以来，市场平静。", ""},
		// A start that is moved.
		{"2031-02-03", "Lawmakers postponed the tax to 1 January 2032.", "effective 2032-01-01"},
		{"2031-02-03", "議會把代幣新規推遲到2032年1月1日實施。", "effective 2032-01-01"},
		{"2031-02-03", "新规实施日期由今年3月1日推迟到2032年1月1日。", "effective 2032-01-01"},
		// A weekday or an hour after the day.
		{"2031-02-03", "當局決定，7月1日零時起全面禁止代幣挖礦。", "effective 2031-07-01"},
		{"2031-02-03", "自3月3日（周一）起，任何机构不得发行代币。", "effective 2031-03-03"},
		// Transition periods.
		{"2031-02-03", "不違反期至8月31日止。", "deadline 2031-08-31"},
		{"2031-02-03", "现有业者可继续经营至8月31日。", "deadline 2031-08-31"},
		// Other things that start.
		{"2031-02-03", "央行將在3月17日實施降息，政策轉向寬鬆。", ""},
		{"2031-02-03", "Rate cuts start on 17 March under the new policy.", ""},
	} {
		if got := formatDates(extractionOf(t, tt.published, "", tt.text).dates); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.published, tt.text, got, tt.want)
		}
	}
}

func TestKeyDatesInOtherWords(t *testing.T) {
	for _, tt := range []struct{ pub, text, want string }{
		{"2026-02-03", "The new regime kicks in on 1 July 2026 for all issuers under the law.", "effective 2026-07-01"},
		{"2026-02-03", "The regulation becomes applicable on 30 June 2026.", "effective 2026-06-30"},
		{"2026-02-03", "The law is due to come into force on July 1.", "effective 2026-07-01"},
		{"2026-02-03", "Starting July 1, exchanges will be prohibited from listing privacy coins.", "effective 2026-07-01"},
		{"2026-02-03", "As of 1 July, banks may no longer serve unlicensed issuers.", "effective 2026-07-01"},
		{"2026-02-03", "The ban will be enforced from 1 July.", "effective 2026-07-01"},
		{"2026-02-03", "The rules apply with effect from 1 July 2026.", "effective 2026-07-01"},
		{"2026-02-03", "The consultation closes at noon on 31 March 2026.", "deadline 2026-03-31"},
		{"2026-02-03", "Responses are requested by 31 March 2026.", "deadline 2026-03-31"},
		{"2026-02-03", "The public has until March 31 to comment on the draft.", "deadline 2026-03-31"},
		{"2026-02-03", "Comments must be received on or before April 15, 2026.", "deadline 2026-04-15"},
		{"2026-02-03", "Interested parties should send written comments no later than 15 April.", "deadline 2026-04-15"},
		{"2026-02-03", "Firms already in the market have until 30 June to obtain a licence or close.", "deadline 2026-06-30"},
		{"2026-02-03", "The window for applications opens on 1 March and closes on 30 April.", "deadline 2026-04-30"},
		{"2026-02-03", "The one-month consultation, which ends on 3 March, covers custody.", "deadline 2026-03-03"},
		{"2026-02-03", "The law was signed on 1 February and will take effect on 1 May.", "effective 2026-05-01"},
		{"2026-02-03", "The start of the rules was delayed from 1 March to 1 September 2026.", "effective 2026-09-01"},
		{"2026-02-03", "《代幣條例》將於7月1日起正式實施。", "effective 2026-07-01"},
		{"2026-02-03", "新規例將由2026年7月1日起生效，過渡期為六個月。", "effective 2026-07-01"},
		{"2026-02-03", "有意見者可於3月31日或以前以電郵提交意見書。", "deadline 2026-03-31"},
		{"2026-02-03", "諮詢期為期兩個月，至4月3日結束。", "deadline 2026-04-03"},
		{"2026-02-03", "首批申請須於3月31日前遞交。", "deadline 2026-03-31"},
		{"2026-02-03", "公開諮詢將於3月31日截止。", "deadline 2026-03-31"},
		{"2026-02-03", "本办法自2026年7月1日起施行。", "effective 2026-07-01"},
		{"2026-02-03", "意见反馈截止时间为2026年3月5日。", "deadline 2026-03-05"},
		{"2026-02-03", "请于3月5日前将意见反馈至我司。", "deadline 2026-03-05"},
		{"2026-02-03", "征求意见期限至3月5日。", "deadline 2026-03-05"},
		{"2026-02-03", "从7月1日开始，平台不得再提供隐私币交易。", "effective 2026-07-01"},
		{"2026-02-03", "条例自今年7月1日起正式落地实施。", "effective 2026-07-01"},
		{"2026-02-03", "新规定于下月1日起执行。", "effective 2026-03-01"},
		{"2026-02-03", "現有業者須在11月30日前完成登記，否則必須停業。", "deadline 2026-11-30"},
		{"2026-02-03", "條例原定3月1日生效，現押後至9月1日。", "effective 2026-09-01"},
		{"2026-02-03", "金管局2月2日公布，條例8月1日生效。", "effective 2026-08-01"},
		{"2026-02-03", "當局於1月30日刊憲，訂明新例於8月1日生效。", "effective 2026-08-01"},
		{"2026-02-03", "過渡安排將於今年底屆滿。", ""},
		{"2026-02-03", "The exchange said it will list the token on 1 March.", ""},
		{"2026-02-03", "Trading volume has fallen since 1 January, when the tax rules were announced.", ""},
		{"2026-02-03", "The regulator will hold a hearing on 5 March about the draft rules.", ""},
		{"2026-02-03", "立法會將於3月5日恢復二讀辯論。", ""},
		{"2026-02-03", "該公司3月5日起停止服務。", ""},
	} {
		if got := formatDates(extractionOf(t, tt.pub, "", tt.text).dates); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Rules read the same day and dates as events store.
func TestKeyDatesAreThoseOfTheEvent(t *testing.T) {
	published := time.Date(2026, time.June, 1, 17, 0, 0, 0, time.UTC) // 2 June in Hong Kong
	a := models.Article{ID: "1", Title: "Consultation", Body: "The consultation closes tomorrow. The rules take effect on 1 July 2026.", PublishedAt: published, SeenAt: published.AddDate(0, 6, 0)}
	a.Source.Zone = "Asia/Hong_Kong"
	day, dates := KeyDates(a)
	if day != "2026-06-02" {
		t.Errorf("day = %s, want that of Hong Kong", day)
	}
	var got []string
	for _, d := range dates {
		got = append(got, d.Kind+" "+d.Day)
	}
	if diff := cmp.Diff([]string{"deadline 2026-06-03", "effective 2026-07-01"}, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	found := Found{Article: a, Matches: []models.Match{{RuleID: "r", Strength: models.Subject}}}
	if diff := cmp.Diff(Assign(nil, []Found{found}, a.SeenAt)[0].Event.Dates, dates); diff != "" {
		t.Errorf("dates (-event +KeyDates):\n%s", diff)
	}
	if day, dates := KeyDates(models.Article{Title: a.Title, Body: a.Body}); day != "" || dates != nil {
		t.Errorf("without a day: %q, %v", day, dates)
	}
}
