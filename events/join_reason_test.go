package events

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// han returns n Chinese characters in an order that depends on the seed.
func han(seed, n int) string {
	phrases := strings.Split("香港金融管理局,提醒市民,切勿登入,可疑網站,銀行不會,透過電郵,要求客戶,提供個人資料,如有疑問,請致電熱線,發行人須,持有儲備資產,並按月公布,獨立審計報告,持牌機構名單,載於網站,條例生效後,未經批准者,不得向公眾,推廣穩定幣", ",")
	var b strings.Builder
	for i := 0; b.Len() < 3*n; i++ {
		b.WriteString(phrases[(i*i*(seed+3)+7*i+seed)%len(phrases)])
	}
	return b.String()
}

// joinedBy assigns two articles in two scans and in one, and returns why the second
// joined the event of the first, or "".
func joinedBy(t *testing.T, first, second models.Article) string {
	t.Helper()
	opened := Assign(nil, found(first), noon)[0]
	candidates := []models.Event{opened.Event}
	if !slices.ContainsFunc(Keys(found(second)[0]), func(k string) bool { return slices.Contains(opened.Event.Keys, k) }) {
		candidates = nil // it would not be looked up
	}
	got := Assign(candidates, found(second), noon.Add(time.Minute))[0].Joined.JoinedBy
	together := Assign(nil, found(first, second), noon)[1].Joined.JoinedBy
	if got == "opened the event" {
		got = ""
	}
	if together == "opened the event" {
		together = ""
	}
	if together != got {
		t.Errorf("joined by %q in two scans, by %q in one", got, together)
	}
	return got
}

// TestFormVariantsStayApart has releases that an authority writes with one form. The
// press or another authority has the text about the other step, which differs only in
// the name.
func TestFormVariantsStayApart(t *testing.T) {
	en := func(name string) string {
		return fmt.Sprintf("The HKMA announced today a step that concerns %s. %s Customers of %s may call the hotline.", name, prose(21, 300), name)
	}
	zh := func(name string) string {
		return "金管局今日公布一項涉及" + name + "的措施。" + han(1, 400) + name + "的客戶可致電熱線。"
	}
	tests := []struct {
		name          string
		first, second string
		one, other    string // texts
	}{
		{"long names", "Fraudulent websites related to Hang Seng Bank, Limited", "Fraudulent websites related to The Bank of East Asia, Limited", en("Hang Seng Bank, Limited"), en("The Bank of East Asia, Limited")},
		{"longer names", "Phishing emails related to Industrial and Commercial Bank of China (Asia) Limited", "Phishing emails related to The Hongkong and Shanghai Banking Corporation Limited", en("Industrial and Commercial Bank of China (Asia) Limited"), en("The Hongkong and Shanghai Banking Corporation Limited")},
		{"the later lists the earlier", "HKMA grants stablecoin issuer licence to Anchorpoint", "HKMA grants stablecoin issuer licence to JINGDONG Coinlink", en("Anchorpoint"), en("JINGDONG Coinlink") + " Licensees so far: Anchorpoint."},
		{"one more word", "HKMA grants stablecoin issuer licence", "HKMA grants second stablecoin issuer licence", en("a firm"), en("another firm")},
		{"one more word at the end", "HKMA suspends stablecoin issuer licence", "HKMA suspends stablecoin issuer licence again", en("a firm"), en("another firm")},
		{"the opposite", "HKMA grants stablecoin issuer licence to Anchorpoint", "HKMA revokes stablecoin issuer licence of Anchorpoint", en("Anchorpoint"), en("Anchorpoint")},
		{"a number", "SFC bans former adviser for 12 months", "SFC bans former adviser for 18 months", en("an adviser"), en("an adviser")},
		{"names in front", "Hang Seng Bank fined over controls", "Dah Sing Bank fined over controls", en("Hang Seng Bank"), en("Dah Sing Bank")},
		{"names in the middle", "SFC reprimands and fines Alpha Securities HK$4.2 million", "SFC reprimands and fines Beta Asset Management (Asia) HK$7 million", en("Alpha Securities"), en("Beta Asset Management (Asia)")},
		{"names after a dash", "Fraud alert: suspicious websites - Hang Seng Bank", "Fraud alert: suspicious websites - Dah Sing Bank", en("Hang Seng Bank"), en("Dah Sing Bank")},
		{"names in brackets", "Alert on phishing messages (Hang Seng Bank)", "Alert on phishing messages (Dah Sing Bank)", en("Hang Seng Bank"), en("Dah Sing Bank")},
		{"only one has a name", "Fraud alert: suspicious websites", "Fraud alert: suspicious websites - Dah Sing Bank", en("a bank"), en("Dah Sing Bank")},
		{"a numbered guideline", "Update 1 to the guideline on stablecoin issuers", "Update 2 to the guideline on stablecoin issuers", en("issuers"), en("issuers")},
		{"Chinese names in front", "恒生銀行有限公司的虛假網站", "大新銀行有限公司的虛假網站", zh("恒生銀行"), zh("大新銀行")},
		{"Chinese names at the end", "金管局批出穩定幣發行人牌照予圓幣", "金管局批出穩定幣發行人牌照予京東幣鏈", zh("圓幣"), zh("京東幣鏈") + "持牌人名單:圓幣、京東幣鏈。"},
		{"a Chinese verb", "金管局批出圓幣的穩定幣發行人牌照", "金管局暫停圓幣的穩定幣發行人牌照", zh("圓幣") + "批出", zh("圓幣") + "暫停"},
		{"characters of another name", "金管局向恒生銀行發牌", "金管局向東亞銀行發牌", zh("恒生銀行"), zh("東亞銀行") + "東亞恒生"},
		{"one more Chinese word", "金管局批出穩定幣發行人牌照", "金管局再批出穩定幣發行人牌照", zh("一間公司"), zh("另一間公司")},
		{"Traditional and Simplified", "恒生銀行的釣魚電郵", "大新银行的钓鱼电邮", zh("恒生銀行"), zh("大新银行")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, both := range []bool{true, false} {
				opts := []option{at(noon.Add(-46 * time.Hour)), official}
				a, b := article("hkma-press", tt.first, tt.one, opts...), article("hkma-press", tt.second, tt.other, opts...)
				later := []option{at(noon)}
				if both {
					later = append(later, official)
				}
				if got := joinedBy(t, a, article("info-gov-hk", tt.second, tt.other, later...)); got != "" {
					t.Errorf("two authorities %v: joined by %q", both, got)
				}
				if got := joinedBy(t, b, article("info-gov-hk", tt.first, tt.one, later...)); got != "" {
					t.Errorf("two authorities %v, the other order: joined by %q", both, got)
				}
			}
		})
	}
}

func TestAuthoritiesShareOnlyEqualTexts(t *testing.T) {
	title, words := "Statement on the stablecoin issuer regime", strings.Fields(prose(30, 400))
	whole, most := strings.Join(words, " "), strings.Join(words[:360], " ")
	a := article("hkma-press", title, whole, official)
	if got := joinedBy(t, a, article("info-gov-hk", title, whole, official)); got != models.JoinedByText {
		t.Errorf("the same release: joined by %q, want %q", got, models.JoinedByText)
	}
	if got := joinedBy(t, a, article("info-gov-hk", title, most, official)); got != "" {
		t.Errorf("90 %% of it: joined by %q, want two events", got)
	}
	if got := joinedBy(t, a, article("paper", title, most)); got != models.JoinedByText {
		t.Errorf("90 %% of it in the press: joined by %q, want %q", got, models.JoinedByText)
	}
}

func TestHeadlineJoinsOnlyArticlesWithoutText(t *testing.T) {
	long := "Hong Kong grants first stablecoin issuer licences"
	tests := []struct {
		name, title, one, other string
		want                    string
	}{
		{"few characters, other texts", "金管局發聲明", han(1, 200), han(2, 200), ""},
		{"few characters", "證監會最新公告", "甲。", "乙。", ""},
		{"few words, other texts", "HKMA issues statement on stablecoins", prose(40, 200), prose(41, 200), ""},
		{"few words", "HKMA issues statement on stablecoins", "One.", "Two.", ""},
		{"many words, other texts", long, prose(42, 200), prose(43, 200), similarReport},
		{"many words", long, "One.", "Two.", models.JoinedByHeadline},
		{"many characters", "金管局發出首批穩定幣發行人牌照", "甲。", "乙。", models.JoinedByHeadline},
		{"many characters, other texts", "金管局發出首批穩定幣發行人牌照", han(3, 200), han(8, 200), similarReport},
	}
	for _, tt := range tests {
		a, b := article("a", tt.title, tt.one, at(noon.Add(-40*time.Hour))), article("b", tt.title, tt.other, at(noon))
		if got := joinedBy(t, a, b); got != tt.want {
			t.Errorf("%s: joined by %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLinkAloneJoinsNothing(t *testing.T) {
	list := link("https://sfc.example/en/News")
	title, text := "SFC reprimands a broker over its controls", prose(50, 200)
	tests := []struct {
		name          string
		first, second models.Article
		want          string
	}{
		{"months apart, other texts", article("a", title, text, list), article("b", "SFC consults on custody of tokens", prose(51, 200), list, at(noon.Add(90*24*time.Hour))), ""},
		{"months apart, no texts", article("a", "SFC news", "One.", list), article("b", "SFC news", "Two.", list, at(noon.Add(90*24*time.Hour))), ""},
		{"a day apart, other texts", article("a", title, text, list), article("b", "SFC consults on custody of tokens", prose(51, 200), list, at(noon.Add(24*time.Hour))), ""},
		{"a day apart, other texts, a headline of the list", article("a", "Latest news", text, list), article("b", "Latest news", prose(51, 200), list, at(noon.Add(24*time.Hour))), ""},
		{"the same form with another name", article("a", "Phishing emails related to Alpha Bank", text, list), article("b", "Phishing emails related to Beta Bank", text, list), ""},
		{"the same headline", article("a", title, text, list), article("b", title, prose(51, 200), list), models.JoinedByLink},
		{"the same text", article("a", title, text, list), article("b", "Controls of a broker found wanting", text, list), models.JoinedByLink},
		{"the same form with long names", article("a", "Phishing emails related to Industrial and Commercial Bank of China (Asia) Limited", text, list), article("b", "Phishing emails related to The Hongkong and Shanghai Banking Corporation Limited", text, list), ""},
		{"passed on under a new headline", article("a", "Worth reading: a shared path for an offshore yuan stablecoin", "Our pick.", list), article("b", "Hong Kong and Shanghai developers sketch a shared path for an offshore yuan stablecoin", text, list), models.JoinedByLink},
		{"the same text under a new headline", article("a", "Worth reading: a shared path for an offshore yuan stablecoin", text, list), article("b", "Hong Kong and Shanghai developers sketch a shared path for an offshore yuan stablecoin", text, list), models.JoinedByLink},
		{"nothing to compare", article("a", title, "", list), article("b", "Controls of a broker found wanting", "", list), models.JoinedByLink},
		{"one source, another text", article("a", "Register of licensed stablecoin issuers updated", text, list, guid("1")), article("a", "Register of licensed stablecoin issuers updated", text+" Added: Beta.", list, guid("2"), at(noon.Add(24*time.Hour))), ""},
		{"one source, the same text", article("a", title, text, list, guid("1")), article("a", title, text, list, guid("2"), at(noon.Add(200*time.Hour))), models.JoinedByLink},
	}
	for _, tt := range tests {
		if got := joinedBy(t, tt.first, tt.second); got != tt.want {
			t.Errorf("%s: joined by %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHeadlineDecorationsAreIgnored(t *testing.T) {
	plain := "HKMA sets out rules for organisations that issue stablecoins"
	chinese := "金管局公布穩定幣發行人的監管規定"
	tests := []struct{ plain, decorated string }{
		{plain, "UPDATE 1-" + plain},
		{plain, "WRAPUP 2: " + plain},
		{plain, "EXCLUSIVE: " + plain},
		{plain, "Breaking | " + plain},
		{plain, plain + " - Reuters"},
		{plain, plain + " | South China Morning Post"},
		{plain, plain + " – B"},
		{plain, plain + " - info-gov-hk.example"},
		{plain, plain + " (with photos)"},
		{plain, plain + " (with photo/video)"},
		{plain, "EXCLUSIVE: " + plain + " (with photos) - Reuters"},
		{plain, strings.Replace(plain, "organisations", "organizations", 1)},
		{"Regulator authorises tokenised deposits at two banks", "Regulator authorizes tokenized deposits at two banks"},
		{chinese, "快訊|" + chinese},
		{chinese, "【即時】" + chinese},
		{chinese, "独家：" + chinese},
		{chinese, chinese + "（附圖）"},
		{chinese, chinese + " - 香港電台"},
	}
	body := prose(60, 250)
	named := func(a *models.Article) { a.Source.Name = "B" }
	for _, tt := range tests {
		for _, role := range []option{official, func(*models.Article) {}} {
			a := article("hkma-press", tt.plain, body, official)
			b := article("info-gov-hk", tt.decorated, body, named, role)
			if got := joinedBy(t, a, b); got != models.JoinedByText {
				t.Errorf("%q: joined by %q, want %q", tt.decorated, got, models.JoinedByText)
			}
			if got := joinedBy(t, b, a); got != models.JoinedByText {
				t.Errorf("%q first: joined by %q, want %q", tt.decorated, got, models.JoinedByText)
			}
		}
	}
}

func TestRewrittenHeadlinesOfCopies(t *testing.T) {
	lead := "Hong Kong granted its first stablecoin licences to three note-issuing lenders, which won approval for their coins. "
	leadChinese := "港穩定幣條例今日起實施,金管局稱首批牌照審批嚴謹。"
	tests := []struct {
		one, other string
		want       string
	}{
		{"內地多部門聯合發文　嚴禁為虛擬貨幣交易提供支付結算", "多部门联合发文：严禁为虚拟货币交易提供支付结算服务", models.JoinedByText},
		{"Three firms drop out of Hong Kong's stablecoin licence queue", "Hong Kong stablecoin licence queue shrinks as three firms withdraw", models.JoinedByText},
		{"Hong Kong grants first stablecoin licences to three banks", "Note-issuing lenders win approval for coins", models.JoinedByText},
		{"港穩定幣條例生效　金管局稱審批將嚴謹", "條例今日起實施　首批審批難言寬鬆", models.JoinedByText},
		// An edit at both ends of a short title may be a form: in doubt, two events.
		{"HKMA fines Alpha Bank", "Fines Alpha Bank again", ""},
	}
	for i, tt := range tests {
		shared := lead
		if text.HasCJK(tt.one) {
			shared = leadChinese
		}
		words := strings.Fields(shared + prose(uint64(90+i), 300))
		a, b := article("a", tt.one, strings.Join(words, " ")), article("b", tt.other, strings.Join(words[:280], " "))
		if got := joinedBy(t, a, b); got != tt.want {
			t.Errorf("%q: joined by %q, want %q", tt.one, got, tt.want)
		}
		if got := joinedBy(t, b, a); got != tt.want {
			t.Errorf("%q first: joined by %q, want %q", tt.other, got, tt.want)
		}
	}
}

func TestSiteCopiesOnlyEqualTexts(t *testing.T) {
	title := "Register of licensed stablecoin issuers updated"
	merged := 0
	for seed := range uint64(60) {
		words := strings.Fields(prose(100+seed, 600))
		first := strings.Join(words, " ")
		words[300] = "Beta"
		a, b := article("a", title, first, at(noon.Add(-24*time.Hour))), article("a", title, strings.Join(words, " "), at(noon))
		if joinedBy(t, a, b) != "" {
			merged++
		}
	}
	if merged > 0 {
		t.Errorf("%d of 60 registers with another issuer counted as a copy", merged)
	}
	text := prose(99, 600)
	if got := joinedBy(t, article("a", title, text, link("https://a.example/1")), article("a", title, text, link("https://a.example/2"))); got != models.JoinedByText {
		t.Errorf("the same text at another address: joined by %q, want %q", got, models.JoinedByText)
	}
}

// A second release of a site is another event, even if the copy of the first on
// another site is similar.
func TestArticleOfSameSitePreventsJoin(t *testing.T) {
	title, words := "Register of licensed stablecoin issuers updated", strings.Fields(prose(70, 600))
	monday := strings.Join(words, " ")
	words[599] = "Beta"
	tuesday := strings.Join(words, " ")
	day := at(noon.Add(-24 * time.Hour))
	changes := Assign(nil, found(
		article("hkma-press", title, monday, official, day),
		article("info-gov-hk", title, monday, official, day),
		article("hkma-press", title, tuesday, official, at(noon)),
		article("info-gov-hk", title, tuesday, official, at(noon.Add(time.Second))),
	), noon)
	id := func(n int) string { return changes[n].Event.ID }
	if id(0) != id(1) || id(0) == id(2) || id(2) != id(3) {
		t.Errorf("events %s %s %s %s; want two of two articles each", id(0), id(1), id(2), id(3))
	}
}
