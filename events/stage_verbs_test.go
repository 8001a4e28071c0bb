package events

import (
	"strings"
	"testing"

	"regwatch/internal/i18n"
)

// TestHeadlineStage has two headlines for each stage and script, and text that is only
// background.
func TestHeadlineStage(t *testing.T) {
	const (
		english     = "The regulator had held a public consultation, and a licence is needed under the law in force."
		traditional = "當局早前曾就有關條例展開公眾諮詢，發行人須持有牌照。"
		simplified  = "当局早前曾就有关条例展开公开征求意见，发行人须持有牌照。"
	)
	tests := []struct {
		want  string
		texts []string
	}{
		{"proposed", []string{
			"Ministry plans to repeal token ban", "Senator calls for delay of custody rules",
			"財政部擬廢除代幣禁令", "議員促請當局推遲實施託管規則",
			"财政部拟废除代币禁令", "议员建议修订托管条例",
		}},
		{"consultation", []string{
			"Authority launches consultation on custody rules", "Watchdog seeks views on token guidelines",
			"金管局就託管指引展開公眾諮詢", "證監會發表代幣規則諮詢文件",
			"金管局就托管指引展开公众咨询", "证监会就代币规则公开征求意见",
		}},
		{"introduced", []string{
			"Senators introduce bill to regulate token issuers", "Token bill has its first reading in parliament",
			"政府向立法會提交代幣條例草案", "代幣條例草案今首讀",
			"政府向立法会提交代币条例草案", "代币法案在议会完成一读",
		}},
		{"passed", []string{
			"Parliament passes bill on token custody", "Regulator publishes final rules for token issuers",
			"立法會三讀通過代幣條例草案", "證監會公佈代幣託管最終規則",
			"议会表决通过代币法案", "监管局发布托管最终规则",
		}},
		{"gazetted", []string{
			"Token ordinance gazetted on Friday", "Custody rules published in the Gazette",
			"代幣條例今日刊憲", "政府在憲報公佈託管規例",
			"代币条例今日刊宪", "托管规例刊登宪报",
		}},
		{"in-force", []string{
			"Token law takes effect", "Country expands token mining ban to the north",
			"代幣條例正式生效", "代幣新例今起上路",
			"代币条例正式施行", "托管规定今日起正式实施",
		}},
		{"licensing", []string{
			"Authority grants first stablecoin licence", "Three banks apply for issuer licences",
			"金管局發出首個穩定幣牌照", "三家銀行申請發行人牌照",
			"金管局发出首个稳定币牌照", "两家公司申请稳定币牌照",
		}},
		{"guidance", []string{
			"Authority issues guidance on token custody", "Supervisor publishes guidelines for licensed issuers",
			"金管局發佈代幣託管指引", "證監會向持牌平台發出通函",
			"金管局发布代币托管指引", "监管局就牌照申请发布常见问题",
		}},
		{"enforcement", []string{
			"Watchdog warns of unlicensed token platform", "Regulator orders exchange to stop serving residents",
			"證監會警告投資者慎防無牌代幣平台", "當局勒令交易所停止服務",
			"证监会提醒公众提防无牌代币平台", "监管部门责令平台停止服务",
		}},
		{"amended", []string{
			"Ministry amends token custody rules", "Regulator relaxes restrictions for licensed funds",
			"當局修訂代幣託管規則", "證監會放寬代幣交易限制",
			"央行修改代币条例", "监管局收紧托管规定",
		}},
		{"postponed", []string{
			"Regulator delays start of custody rules to October 2031", "Token law postponed by a year",
			"當局推遲實施託管規則", "代幣條例押後至明年生效",
			"监管局延后托管规则施行日期", "央行延长过渡期半年",
		}},
		{"repealed", []string{
			"Central bank lifts ban on token trading", "Court strikes down token law",
			"央行解除代幣交易禁令", "政府廢除代幣條例",
			"央行取消代币交易限制", "法院裁定无效，代币禁令即时终止",
		}},
		{"rejected", []string{
			"Lawmakers vote down ban on token mining", "Senate rejects bill on token custody",
			"議會否決代幣法案", "立法會不予通過託管條例草案",
			"议会否决代币禁令提案", "政府撤回托管条例草案",
		}},
		{"restated", []string{
			"Court upholds ban on token trading", "Central bank reiterates token ban",
			"央行重申代幣禁令", "法院駁回對代幣禁令的上訴",
			"央行重申代币交易违法", "法院维持代币禁令",
		}},
	}
	for _, tt := range tests {
		for i, title := range tt.texts {
			body := []string{english, traditional, simplified}[i/2]
			if got := extractionOf(t, "2031-02-03", title, body).stage.String(); got != tt.want {
				t.Errorf("%q: got %q, want %q", title, got, tt.want)
			}
		}
	}
}

func TestHeadlineStageReadsItsMainVerb(t *testing.T) {
	tests := []struct{ title, want string }{
		{"Parliament passes bill that lifts ban on tokens", "passed"},
		{"The stablecoin bill is now law in the city", "passed"},
		{"Do Kwon's token ban takes effect", "in-force"},
		{"Bill to ban token kiosks passes Senate", "passed"},
		{"Amended token bill passes lower house", "passed"},
		{"Regulator delays rules after parliament passes bill", "postponed"},
		{"After parliament passed the bill, regulator issues guidelines", "guidance"},
		{"Token firms cheer as proposed ban rejected", "rejected"},
		{"Court rejects challenge to token ban", "restated"},
		{"Central bank refuses to lift token ban", "restated"},
		{"Ministry drops plan to ban tokens", "rejected"},
		{"Lawmakers vote to repeal token ban", "repealed"},
		{"Bill would repeal token ban", "proposed"},
		{"Regulator may delay custody rules", "proposed"},
		{"Regulator publishes consultation paper on custody guidelines", "consultation"},
		{"Token ban to take effect in July", "in-force"},
		{"House and Senate strike deal on token bill", "proposed"},
		{"代幣交易解禁 平台料下月重開", "repealed"},
		{"央行重申：境內繼續禁用代幣", "restated"},
		{"How parliament passed the token bill", ""},
		{"Why the token ban was lifted", ""},
		{"政府將廢除代幣規則", "proposed"},
		{"總統會簽署代幣禁令嗎", ""},
		{"Will the president sign the token bill into law?", ""},
		{"議會投票禁止代幣挖礦", "passed"},
		{"全國禁止代幣自動櫃員機，打擊詐騙", "in-force"},
		{"央行考慮在醜聞後永久禁止代幣捐款", "proposed"},
		{"代幣禁令在未經總統簽署的情況下生效", "in-force"},
		{"法官暂时阻止代币禁令", "repealed"},
		{"Governor signs pro-token, anti-fraud bill into law", "passed"},
		{"立法會通過修訂代幣條例草案", "passed"},
		{"條例生效後 三家銀行申請穩定幣牌照", "licensing"},
		{"央行未解除代币禁令，警方拘捕三人", "enforcement"},
	}
	for _, tt := range tests {
		if got := extractionOf(t, "2031-02-03", tt.title, "").stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.title, got, tt.want)
		}
	}
}

func TestHeadlineStageInOtherWords(t *testing.T) {
	for _, tt := range []struct{ want, title string }{
		{"rejected", "MPs throw out plan to outlaw crypto mining"},
		{"rejected", "Ban on crypto kiosks fails in state senate"},
		{"rejected", "Governor vetoes stablecoin bill"},
		{"rejected", "Proposed mining ban voted down by parliament"},
		{"repealed", "India's top court quashes central bank's crypto banking ban"},
		{"repealed", "Bolivia ends decade-old prohibition on bitcoin payments"},
		{"repealed", "Regulator scraps rule that barred funds from holding tokens"},
		{"repealed", "Nigeria lifts restrictions on banks serving crypto firms"},
		{"repealed", "Central bank revokes 2018 circular against virtual currencies"},
		{"restated", "Supreme Court upholds ban on crypto payments"},
		{"restated", "Court leaves crypto trading ban in place"},
		{"restated", "PBOC repeats that crypto trading is illegal"},
		{"restated", "Central bank: ban on crypto stays"},
		{"postponed", "Regulator delays start of stablecoin regime to October 2027"},
		{"postponed", "EU pushes back deadline for crypto firms"},
		{"postponed", "South Korea puts off crypto tax until 2027"},
		{"postponed", "Start of token custody rules postponed again"},
		{"passed", "Stablecoin bill clears final hurdle in Legislative Council"},
		{"passed", "Lawmakers approve ban on crypto mining"},
		{"passed", "President signs stablecoin bill into law"},
		{"passed", "FCA publishes final rules on stablecoins"},
		{"passed", "House passes crypto market structure bill, 294-134"},
		{"passed", "Monetary authority finalises stablecoin rules"},
		{"passed", "SEC adopts final rule on custody of crypto assets"},
		{"introduced", "Government tables stablecoin bill in Legislative Council"},
		{"introduced", "Lawmaker files bill to ban crypto ATMs"},
		{"introduced", "Bill to license stablecoin issuers introduced in Senate"},
		{"gazetted", "Hong Kong gazettes Stablecoins Bill"},
		{"gazetted", "Stablecoin ordinance appears in government gazette"},
		{"guidance", "HKMA issues guidelines for stablecoin issuers"},
		{"guidance", "Regulator publishes FAQ on stablecoin marketing"},
		{"guidance", "SFC circular sets out expected standards for token custody"},
		{"enforcement", "SFC warns public of unlicensed crypto exchange"},
		{"enforcement", "Regulator orders crypto exchange to cease operations"},
		{"enforcement", "HKMA alerts public to fake stablecoin website"},
		{"enforcement", "Watchdog fines exchange HK$10 million"},
		{"enforcement", "FCA adds crypto platform to warning list"},
		{"amended", "Thailand amends digital asset law to cover foreign platforms"},
		{"amended", "HKMA updates guideline on supervision of stablecoin issuers"},
		{"consultation", "Treasury seeks feedback on stablecoin regulations"},
		{"consultation", "HKMA opens consultation on capital rules for crypto"},
		{"proposed", "Central bank proposes ban on crypto mining"},
		{"proposed", "Russia considers lifting ban on crypto payments"},
		{"in-force", "Hong Kong stablecoin law comes into force on Friday"},
		{"in-force", "China bans all crypto transactions"},
		{"in-force", "Stablecoin licensing regime now in effect"},
		{"licensing", "HKMA receives 36 applications for stablecoin licences"},
		{"licensing", "Regulator revokes exchange's licence"},
		{"rejected", "國會否決加密貨幣挖礦禁令"},
		{"rejected", "立法院駁回禁止比特幣支付的提案"},
		{"rejected", "议会投票反对禁止加密货币挖矿的法案"},
		{"repealed", "印度最高法院推翻央行加密貨幣禁令"},
		{"repealed", "尼日利亞撤銷對加密企業的銀行限制"},
		{"repealed", "央行废止2018年关于虚拟货币的通知"},
		{"restated", "最高法院維持加密貨幣支付禁令"},
		{"restated", "人行再次強調虛擬貨幣交易屬非法"},
		{"restated", "央行重申虚拟货币相关业务属于非法金融活动"},
		{"postponed", "金管局將穩定幣制度延至2027年10月實施"},
		{"postponed", "韓國再度延後課徵加密貨幣稅"},
		{"postponed", "欧盟推迟加密新规生效日期"},
		{"passed", "立法會三讀通過《穩定幣條例草案》"},
		{"passed", "美國眾議院通過穩定幣法案"},
		{"passed", "总统签署稳定币法案"},
		{"passed", "证监会正式发布托管最终规则"},
		{"introduced", "《穩定幣條例草案》今日首讀"},
		{"introduced", "政府向立法會提交《穩定幣條例草案》"},
		{"introduced", "议员提出禁止加密ATM的法案"},
		{"gazetted", "《穩定幣條例》今日刊憲"},
		{"gazetted", "穩定幣條例生效日期公告刊登憲報"},
		{"guidance", "金管局公布穩定幣發行人監管指引"},
		{"guidance", "证监会就代币托管发出通函"},
		{"enforcement", "證監會警告公眾提防無牌虛擬資產平台"},
		{"enforcement", "金管局提醒市民慎防假冒穩定幣網站"},
		{"enforcement", "监管部门勒令交易所停业整改"},
		{"amended", "泰國修訂數碼資產法"},
		{"amended", "金管局更新稳定币发行人监管指引"},
		{"consultation", "財庫局就穩定幣規例諮詢公眾"},
		{"proposed", "俄羅斯考慮解除加密支付禁令"},
		{"in-force", "《穩定幣條例》今日起實施"},
		{"in-force", "稳定币新规8月1日起施行"},
		{"licensing", "金管局收到36份穩定幣牌照申請"},
	} {
		if got := extractionOf(t, "2026-02-03", tt.title, "").stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.title, got, tt.want)
		}
	}
}

// TestTextStage has titles that say nothing and first sentences that do.
func TestTextStage(t *testing.T) {
	for _, tt := range []struct{ want, title, text string }{
		{"passed", "A new era for tokens", "Lawmakers on Tuesday approved a bill that would regulate token issuers, sending it to the president for signature."},
		{"repealed", "Traders celebrate in Algiers", "The central bank has lifted its ban on crypto trading, ending eight years of prohibition."},
		{"restated", "No change in Beijing", "The central bank on Friday reiterated its ban on cryptocurrency trading, saying such business remains illegal."},
		{"postponed", "Issuers get more time", "The regulator has postponed the start of its custody rules by six months after complaints from firms."},
		{"rejected", "Miners can breathe again", "Parliament on Tuesday rejected a proposal to prohibit crypto mining."},
		{"guidance", "What issuers need to know", "The authority published guidance on how issuers must hold reserves."},
		{"enforcement", "Beware of this website", "The Securities and Futures Commission warned the public of an unlicensed virtual asset trading platform."},
		{"gazetted", "Next step for tokens", "The Stablecoins Bill was gazetted today and will be introduced into the Legislative Council on 18 December."},
		{"introduced", "Tokens reach the council", "The government introduced the Stablecoins Bill into the Legislative Council on Wednesday for first reading."},
		{"amended", "Tighter duties", "The ministry has amended its rules on crypto custody so that firms must keep keys offline."},
		{"passed", "代幣新里程", "立法會今日三讀通過《代幣條例草案》，規管發行人。"},
		{"repealed", "交易員歡呼", "阿爾及利亞央行宣布解除加密貨幣交易禁令，結束八年封禁。"},
		{"restated", "北京立場不變", "中國人民銀行周五重申虛擬貨幣交易屬非法金融活動。"},
		{"postponed", "发行人松一口气", "监管局宣布将托管规则的实施日期推迟六个月。"},
		{"rejected", "矿工暂获喘息", "议会周二否决了禁止加密货币挖矿的提案。"},
		{"guidance", "發行人須知", "金管局今日發布指引，說明發行人應如何持有儲備資產。"},
		{"enforcement", "小心這個網站", "證監會今日警告公眾，提防一個無牌虛擬資產交易平台。"},
		{"gazetted", "代币立法再进一步", "《代币条例草案》今日刊宪，将于12月18日提交立法会首读。"},
		{"introduced", "代幣規管進入議會", "政府周三向立法會提交《代幣條例草案》首讀。"},
		{"amended", "責任收緊", "財政部修訂託管規則，要求業者離線保管私鑰。"},
		{"consultation", "金融局動向", "證監會今日展開公眾諮詢，就代幣託管規則徵求意見，為期兩個月。"},
		{"licensing", "First three named", "The authority granted licences to three stablecoin issuers on Friday under the ordinance that took effect on 1 August."},
		{"licensing", "首批名單", "金管局今日向三家機構發出穩定幣發行人牌照，條例於去年8月生效。"},
		{"in-force", "Token regime begins", "The stablecoin ordinance took effect on Friday, and issuers must now hold a licence."},
		{"in-force", "代幣制度開始", "《代幣條例》今日正式生效，任何人未獲牌照不得發行代幣。"},
		{"proposed", "Tokens on the agenda", "The finance ministry said it plans to propose a ban on crypto payments later this year."},
		{"proposed", "代幣議題", "財政部表示擬於年內提出禁止加密貨幣支付的建議。"},
	} {
		if got := extractionOf(t, "2026-02-03", tt.title, tt.text).stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestStageBesideBackground has texts whose background names another stage.
func TestStageBesideBackground(t *testing.T) {
	for _, tt := range []struct{ want, title, body string }{
		{"enforcement", "HKMA warns against firm claiming to hold stablecoin licence", "The firm is not a licensed issuer and has not applied for a licence."},
		{"enforcement", "Regulator reprimands licensed exchange over custody failings", "The licence conditions were breached."},
		{"enforcement", "SFC issues restriction notice to licensed broker", ""},
		{"enforcement", "Regulator orders licensed platform to stop taking new customers", "Its licence application is pending."},
		{"enforcement", "金管局警告有公司假稱持有穩定幣牌照", "該公司從未向金管局申請牌照。"},
		{"enforcement", "证监会谴责持牌平台并罚款", "该平台违反牌照条件。"},
		{"enforcement", "金管局下令持牌發行人暫停服務", "其牌照申請資料有誤。"},
		{"postponed", "Watchdog delays start to October 2027", "The licensing regime was to come into force in January, after a consultation."},
		{"postponed", "Britain puts back crypto rules until October 2027", "Rules take effect on 25 October 2027."},
		{"postponed", "監管機構把新制延至2027年10月", "新制原定明年一月生效。"},
		{"postponed", "当局推迟新规至2027年10月", "新规原定一月施行。"},
		{"passed", "FCA publishes final rules for crypto firms", "The rules follow a consultation and take effect on 25 October 2027."},
		{"passed", "Parliament passes bill", "The bill sets out licences for issuers; the consultation closed last year."},
		{"passed", "議會通過法案", "法案訂明發行人須申請牌照。"},
		{"restated", "Court upholds ban", "The judges said that the ban could not be lifted."},
		{"rejected", "Senators vote down ban", "The bill would have prohibited kiosks."},
		{"rejected", "議員否決禁令", "草案本擬禁止自動櫃員機。"},
		{"repealed", "Judge lifts ban on prediction markets", ""},
		{"repealed", "China lifts ban on crypto trading", "Trading had been illegal since 2021."},
		{"repealed", "Ban on crypto mining repealed", ""},
		{"amended", "Regulator tightens custody rules", "Licensed issuers must comply."},
		{"guidance", "金管局發布發牌制度摘要說明", "有意申請牌照的機構可聯絡金管局。"},
		{"guidance", "央行发布指引 明确稳定币储备要求", ""},
		{"licensing", "Applications for stablecoin licences open", "Interested firms may apply."},
		{"licensing", "36 firms seek stablecoin licence in Hong Kong", ""},
		{"gazetted", "《條例》刊憲 8月1日生效", ""},
		{"gazetted", "Stablecoins Ordinance gazetted, to take effect on 1 August", ""},
		{"consultation", "Regulator asks for views on stablecoin rules", ""},
		{"consultation", "證監會就虛擬資產託管徵求意見", ""},
		{"introduced", "Government brings stablecoin bill before parliament", ""},
		{"introduced", "条例草案提交立法会审议", ""},
		{"restated", "Regulator confirms crypto payments remain banned", ""},
		{"restated", "央行：加密貨幣禁令維持不變", ""},
		{"proposed", "Lawmaker wants ban on crypto kiosks lifted", ""},
	} {
		if got := extractionOf(t, "2026-02-03", tt.title, tt.body).stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.title, got, tt.want)
		}
	}
}

func TestStageNamesAreUnique(t *testing.T) {
	for s := proposed; s < stages; s++ {
		if stageOf(s.String()) != s {
			t.Errorf("%q is the name of two stages", s)
		}
	}
}

func TestStagesHavePhrases(t *testing.T) {
	for _, name := range Stages() {
		if _, ok := i18n.Find("stage_" + strings.ReplaceAll(name, "-", "_")); !ok {
			t.Errorf("%q has no phrase", name)
		}
	}
}

// TestStageByKindOfError has sentences for each kind of error that unread articles
// showed, in English and both Chinese scripts.
func TestStageByKindOfError(t *testing.T) {
	for _, tt := range []struct {
		kind, want string
		titles     []string
	}{
		{"a regulator acts against one firm", "enforcement", []string{
			"Watchdog fines token exchange $3m for weak controls", "Securities commission sues token lender",
			"證監會起訴無牌代幣平台", "金管會對託管業者裁罰五百萬元",
			"监管局对代币公司采取责令改正措施", "央行约谈三家支付机构",
		}},
		{"a case ends", "enforcement", []string{
			"Token lender to pay $9m to settle charges by commission", "Regulator reaches settlement with token exchange",
			"證監會與代幣平台達成和解", "代币平台与证监会达成和解",
		}},
		{"a licence is granted or lost", "licensing", []string{
			"Custodian wins full licence in Dubai", "Central bank cancels registrations of two issuers",
			"證監會撤銷代幣平台的牌照", "託管銀行獲批發行代幣",
			"金管局吊销支付公司许可证", "交易所取得新加坡牌照",
		}},
		{"a question", "", []string{
			"Can parliament pass the token bill this year?", "Will the regulator ban tokens?",
			"代幣會被禁止嗎？", "为何监管局推迟代币新规",
		}},
		{"an opinion", "", []string{
			"Exchange chief executive says token bill will pass", "Token bill delay helps rivals: analyst",
			"律師：代幣新例生效後責任加重", "商會起訴政府，阻止代幣稅",
			"交易所高管：代币法案将推动行业", "分析师认为央行将取消代币禁令",
		}},
		{"prices", "", []string{
			"Token prices slip as lawmakers debate ban", "Tokens rally while bill advances",
			"代幣價格下跌，議會討論禁令", "代币跌破支撑位 市场观望法案",
		}},
		{"what a firm does", "", []string{
			"Exchange bans bots on its platform", "Shareholders approve token plan",
			"銀行推出代幣託管服務", "三家公司合作发行积分",
		}},
		{"officials who talk of a rule", "proposed", []string{
			"Central bank mulls cap on token holdings", "Governor signals support for token licence regime",
			"財長：政府正研究開放代幣買賣", "财政部拟对代币交易征税",
		}},
		{"a committee", "introduced", []string{
			"Senate committee backs token custody bill", "委員會通過代幣託管法案", "议会委员会支持代币法案",
		}},
		{"an official phrase", "passed", []string{
			"立法院三讀通過代幣服務法", "金管會發布代幣業務管理辦法",
			"央行印发《代币托管管理办法》", "Regulator issues final notice on token custody",
		}},
		{"a draft for comments", "consultation", []string{
			"Bureau publishes consultation conclusions on token custody", "金管局發表代幣託管諮詢總結",
			"关于《代币业务管理办法（征求意见稿）》公开征求意见的通知", "Commission opens token rules to public comment",
		}},
		{"a court", "restated", []string{
			"Appeals court denies exchange's request to block token ban", "Court upholds decision against token lender",
			"最高法院維持代幣禁令", "法院驳回平台对代币禁令的上诉",
		}},
		{"what a bill would do", "proposed", []string{
			"Token bill bars officials from trading", "代幣草案禁止官員持有代幣", "代币法案要求发行人持牌",
		}},
	} {
		for _, title := range tt.titles {
			if got := extractionOf(t, "2031-02-03", title, "").stage.String(); got != tt.want {
				t.Errorf("%s: %q: got %q, want %q", tt.kind, title, got, tt.want)
			}
		}
	}
}

// TestLeadIsSecondHeadline has headlines without an act, and background that names a
// further stage.
func TestLeadIsSecondHeadline(t *testing.T) {
	for _, tt := range []struct{ want, title, body string }{
		{"enforcement", "A hard week for one exchange", "The regulator fined the exchange on Friday. A bill passed last month will license all of them."},
		{"licensing", "New name on the register", "The authority granted the bank a licence on Monday. It had warned of unlicensed issuers before."},
		{"passed", "代幣業新一頁", "立法會周三三讀通過代幣法案。證監會早前曾警告無牌平台。"},
		{"postponed", "业者再等一年", "财政部将代币新规推迟一年。草案曾公开征求意见。"},
		{"", "Executive doubts token bill", "Parliament passed a first draft in May, and the ban may follow."},
	} {
		if got := extractionOf(t, "2031-02-03", tt.title, tt.body).stage.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.title, got, tt.want)
		}
	}
}
