package rules_test

import (
	"testing"

	"regwatch/models"
	"regwatch/rules"
)

// The kinds of articles that crypto-ban once alerted on wrongly, or missed. Each kind has at least two articles; the two
// Chinese scripts are used in turn.
func TestCryptoBanOnKindsOfErrors(t *testing.T) {
	const alert, quiet = true, false
	tests := []struct {
		kind, lang  string
		want        bool
		title, body string
	}{
		{"price story", "en", quiet, "Bitcoin slips below $61,000 as Beijing's mining ban weighs on mood", "Traders also watched US jobs data. Analysts expect a quiet week."},
		{"price story", "en", quiet, "Ether climbs to a three-month high", "The gain came two years after China banned crypto trading. Funds bought for a fifth day."},
		{"price story", "zh-Hant", quiet, "比特幣回落至六萬美元　分析指中國禁令陰影仍在", "市場觀望美國通脹數據。"},
		{"price story", "zh-Hans", quiet, "以太坊突破四千美元", "自中国禁止加密货币交易以来，市场重心已移至海外。基金连续五日净买入。"},

		{"crime", "en", quiet, "Spanish police crack down on gang that laundered cash through crypto", "Officers arrested eleven people in Valencia and seized phones."},
		{"crime", "en", quiet, "Authorities in Poland seize bitcoin of a ransomware crew", "Prosecutors said the coins will be sold."},
		{"crime", "zh-Hant", quiet, "警方打擊虛擬貨幣洗錢集團　拘九人", "行動中檢獲現金及手機。"},
		{"crime", "zh-Hans", quiet, "泰国警方严打加密货币诈骗园区", "行动中逮捕四十人。"},

		{"other object", "en", quiet, "Senators would bar members of Congress from holding crypto", "The bill covers stocks and tokens of lawmakers and their spouses."},
		{"other object", "en", quiet, "Regulator in Oslo bans text-message codes for crypto wallets", "Providers must offer passkeys by June."},
		{"other object", "zh-Hant", quiet, "加息預期打擊加密貨幣投資者信心", "美國聯儲局官員言論偏鷹。"},
		{"other object", "zh-Hans", quiet, "议员提案禁止公务员持有加密货币", "法案要求申报资产。"},

		{"one firm", "en", quiet, "Court in Lagos orders exchange KuCoin to stop taking new customers", "The judge gave the company two weeks to reply."},
		{"one firm", "en", quiet, "SEC sues Kraken and asks judge to block its staking product", "The regulator says that the firm broke securities law."},
		{"one firm", "zh-Hant", quiet, "證監會譴責某交易所並暫停其牌照", "該公司未有妥善保管客戶資產。"},
		{"one firm", "zh-Hans", quiet, "法院冻结火币一名前高管的资产", "案件下月再审。"},

		{"sanctions", "en", quiet, "Treasury sanctions Garantex and two wallets tied to ransomware", "The assets of the exchange are frozen."},
		{"sanctions", "en", quiet, "UK adds crypto broker to Russia sanctions list", "The company's assets were frozen on Tuesday."},
		{"sanctions", "zh-Hant", quiet, "美國財政部制裁一間加密貨幣交易所", "當局凍結該公司資產。"},
		{"sanctions", "zh-Hans", quiet, "欧盟将一家加密公司列入制裁名单", "其在欧盟的资产被冻结。"},

		{"private firm", "en", quiet, "Visa partner blocks crypto card purchases in Britain", "The company gave no reason. Customers learned of it by mail."},
		{"private firm", "en", quiet, "Google bans ads for crypto mining apps worldwide", "Developers in India and Brazil complained."},
		{"private firm", "zh-Hant", quiet, "幣安暫停比特幣網絡提款", "公司稱香港用戶不受影響。"},
		{"private firm", "zh-Hans", quiet, "苹果应用商店下架多款加密货币钱包", "公司称美国开发者须重新提交。"},

		{"idiom", "en", quiet, "Senator takes aim at bitcoin sceptics in Washington", "He spoke for an hour."},
		{"idiom", "en", quiet, "Singapore start-up wants to be a one-stop shop for crypto", "It raised five million dollars."},
		{"idiom", "en", quiet, "Crypto lobby at war with US bank regulators over stablecoin bill", "Both sides bought advertisements."},
		{"idiom", "zh-Hant", quiet, "新加坡公司推一站式加密貨幣服務", "服務包括託管和兌換。"},

		{"footer", "en", quiet, "Fund adds to its ether holdings", "The fund bought for 20 million dollars.\n\nDisclaimer: this article is not investment advice. China bans crypto trading, and readers there must obey the law."},
		{"footer", "zh-Hant", quiet, "某鯨魚地址轉出五千枚以太幣", "鏈上數據顯示該地址沉寂三年。根據十部門通知，虛擬貨幣相關業務屬於非法金融活動，本網站內容僅用於資訊分享，請讀者遵守所在地法律。"},
		{"footer", "zh-Hans", quiet, "某机构买入两千枚比特币", "链上数据显示资金来自一家交易所。\n\n根据央行等部门发布的关于进一步防范和处置虚拟货币交易炒作风险的通知，本网站内容仅用于信息分享，不对任何经营与投资行为进行推广与背书。"},

		{"head", "en", quiet, "Council bans crypto scam posters from town hall in Kent", "Residents had complained."},
		{"head", "en", quiet, "Lawmakers move to ban crypto donations before the vote", "Parties took in two million last year."},
		{"head", "zh-Hant", quiet, "當局打擊加密貨幣騙局　籲市民提防", "去年共有八百宗報案。"},
		{"head", "zh-Hans", quiet, "参议院叫停加密货币法案表决", "两党对条文仍有分歧。"},

		{"official words", "en", alert, "Beijing meeting vows to curb illicit virtual currency dealings", "The central bank and twelve other bodies attended."},
		{"official words", "en", alert, "China repeats that stablecoin business counts as illegal financial activity", "The central bank held a meeting on Friday."},
		{"official words", "zh-Hant", alert, "央行會議：繼續打擊虛擬貨幣炒作", "會議由十三個部門參加。"},
		{"official words", "zh-Hans", alert, "多部门开会部署工作", "会议指出，虚拟货币相关业务活动属于非法金融活动，要坚决打击。"},

		{"no forbidding word", "en", alert, "No more bitcoin ATMs on Tasmania's streets from March", "The state government gave owners sixty days."},
		{"no forbidding word", "en", alert, "Kuwait pulls the plug on crypto miners' power", "The electricity ministry found a thousand homes."},
		{"no forbidding word", "zh-Hant", alert, "冰島不再向礦場供電", "能源部稱電力須留給居民。"},
		{"no forbidding word", "zh-Hans", alert, "科威特对加密货币矿场断电", "电力部称住宅区负荷过高。"},

		{"item of a roundup", "en", alert, "Morning briefing: tolls, coins and rain", "1. Port raises tolls\nShips pay more from May.\n2. Bolivia's central bank bans crypto payments again\nShops have a month to comply.\n3. Rain\nThe north had rain."},
		{"item of a roundup", "en", quiet, "Bank pauses crypto plans, US opens inquiry into rail, Token sale pulled + more news", "What happened today."},
		{"item of a roundup", "zh-Hant", alert, "每日要聞精選", "1. 港口加價\n船公司五月起多付費用。\n2. 玻利維亞央行再禁加密貨幣支付\n商戶須一個月內遵從。\n3. 天氣\n北部有雨。"},
		{"item of a roundup", "zh-Hans", alert, "每日要闻精选", "1. 港口加价\n船公司五月起多付费用。\n2. 越南政府禁止比特币支付\n商户须一个月内遵从。\n3. 天气\n北部有雨。"},

		{"exclusion elsewhere in the sentence", "en", alert, "To fight tax evasion, Algeria outlaws all crypto trading", "The law takes effect on publication."},
		{"exclusion elsewhere in the sentence", "en", alert, "Norway bans new crypto mining sites and scraps the data centre tax", "Parliament voted on Thursday."},
		{"exclusion elsewhere in the sentence", "zh-Hant", alert, "政府推出稅改方案　同時全面禁止加密貨幣挖礦", "國會下月表決。"},
		{"exclusion elsewhere in the sentence", "zh-Hans", alert, "为防逃税，阿尔及利亚全面禁止加密货币交易", "法律自公布起生效。"},
	}
	set := rules.ShippedSet(t)
	kinds := make(map[string]int)
	for _, tt := range tests {
		kinds[tt.kind]++
		a := models.Article{Title: tt.title, Body: tt.body, Language: tt.lang}
		if got := rules.Strengths(set, a)["crypto-ban"] == models.Subject; got != tt.want {
			t.Errorf("%s: alerts %v, want %v: %s", tt.kind, got, tt.want, tt.title)
		}
	}
	for kind, n := range kinds {
		if n < 2 {
			t.Errorf("%s has %d articles, want at least 2", kind, n)
		}
	}
}

// The other two rules are about a coin, and not about what its name describes.
func TestStablecoinRulesOnKindsOfErrors(t *testing.T) {
	tests := []struct{ want, title, body string }{
		{"", "Hong Kong start-up pays staff in stablecoins", "The company has thirty employees."},
		{"", "Tether executive to speak at Hong Kong stablecoin forum", "The forum opens on Monday."},
		{"", "香港公司推出美元穩定幣支付錢包", "產品面向東南亞商戶。"},
		{"", "香港稳定币论坛下月举行", "主办方称有千人报名。"},
		{"", "Hong Kong man loses HK$2m in stablecoin fraud", "Police are looking into it."},
		{"stablecoin-ordinance", "HKMA warns of unlicensed stablecoin offers", "The authority named two websites."},
		{"stablecoin-ordinance", "JD drops plan for Hong Kong stablecoin licence", "The company told the HKMA."},
		{"stablecoin-ordinance", "金管局公布穩定幣發行人指引", "指引即日生效。"},
		{"stablecoin-ordinance", "香港首批稳定币持牌人名单出炉", "三家机构入选。"},
		{"", "Stablecoin firm Circle opens yuan settlement desk", "Customers will be able to pay suppliers in renminbi."},
		{"", "穩定幣公司獲人民幣兩億元注資", "資金用於招聘。"},
		{"yuan-stablecoin", "Conflux plans offshore yuan stablecoin with AnchorX", "The coin is for exporters."},
		{"yuan-stablecoin", "離岸人民幣穩定幣獲准在哈薩克試行", "項目由當地金融中心監管。"},
		{"yuan-stablecoin", "人民币稳定币须由央行牵头，学者称", "他在论坛上发言。"},
	}
	set := rules.ShippedSet(t)
	for _, tt := range tests {
		strengths := rules.Strengths(set, models.Article{Title: tt.title, Body: tt.body})
		for _, rule := range []string{"stablecoin-ordinance", "yuan-stablecoin"} {
			if got := strengths[rule] == models.Subject; got != (tt.want == rule) {
				t.Errorf("%s alerts %v on %s, want %v", rule, got, tt.title, tt.want == rule)
			}
		}
	}
}
