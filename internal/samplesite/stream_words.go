package samplesite

// A pattern is the title and the first paragraph of one type of article, and of a report of it
// in other words.
type pattern struct {
	topic                   string // empty if it is about no rule
	feed                    string
	title, lead             string
	retoldTitle, retoldLead string // empty if it is about no rule
}

func streamPatterns() []pattern {
	return []pattern{
		{
			topic: "stablecoin-ordinance", feed: "stream-notices",
			title:       "Hong Kong Monetary Authority grants stablecoin issuer licence to {company} under the Stablecoins Ordinance ({token})",
			lead:        "{company}, {adjective} {trade} from {place}, has been granted a stablecoin issuer licence under Hong Kong's Stablecoins Ordinance.",
			retoldTitle: "{token}: {company} is granted stablecoin licence by Hong Kong Monetary Authority",
			retoldLead:  "Hong Kong's Stablecoins Ordinance has another issuer: {company} has been granted a stablecoin issuer licence. The Hong Kong Monetary Authority told {company} on the day of our report.",
		},
		{
			topic: "yuan-stablecoin", feed: "stream-wire",
			title:       "{company} launches offshore yuan stablecoin in {place} ({token})",
			lead:        "{company} has launched a yuan-pegged stablecoin for {adjective} {trade} customers in {place}.",
			retoldTitle: "{token}: offshore yuan stablecoin launched by {company}",
			retoldLead:  "An offshore yuan-pegged stablecoin has been launched by {company}. Customers of {company} may use the yuan stablecoin from today.",
		},
		{
			topic: "crypto-ban", feed: "stream-wire",
			title:       "{place} bans crypto trading and mining after collapse of {company} ({token})",
			lead:        "{place} has banned crypto trading and crypto mining after {company}, {adjective} {trade}, collapsed.",
			retoldTitle: "{token}: collapse of {company} leads to ban of crypto trading and mining",
			retoldLead:  "After {company} collapsed, crypto trading and crypto mining have been banned. Customers of {company} were told of the crypto ban today.",
		},
		{
			topic: "stablecoin-ordinance", feed: "stream-chinese",
			title:       "金管局根據《穩定幣條例》向{company}發出穩定幣發行人牌照（{token}）",
			lead:        "{place}背景的{company}獲金管局發出穩定幣發行人牌照，成為{adjective}{trade}中首家。",
			retoldTitle: "{token}：{company}獲金管局發出《穩定幣條例》發行人牌照",
			retoldLead:  "{company}根據《穩定幣條例》獲發穩定幣發行人牌照，金管局今日公布。{company}將按牌照條件發行穩定幣。",
		},
		{
			topic: "yuan-stablecoin", feed: "stream-chinese",
			title:       "{company}在{place}推出離岸人民幣穩定幣（{token}）",
			lead:        "{company}推出人民幣穩定幣，供{place}{adjective}{trade}使用。",
			retoldTitle: "{token}：離岸人民幣穩定幣由{company}推出",
			retoldLead:  "離岸人民幣穩定幣由{company}推出，客戶今日起可使用。{company}表示，人民幣穩定幣供離岸客戶使用。",
		},
		{
			topic: "crypto-ban", feed: "stream-chinese",
			title:       "{company}倒閉後，{place}全面禁止加密貨幣交易及挖礦（{token}）",
			lead:        "{adjective}{trade}{company}倒閉後，{place}宣布禁止加密貨幣交易和挖礦。",
			retoldTitle: "{token}：加密貨幣交易及挖礦遭禁止，事緣{company}倒閉",
			retoldLead:  "{company}倒閉後，加密貨幣交易和挖礦遭全面禁止。{company}的客戶今日獲通知加密貨幣禁令。",
		},
		{
			feed:  "stream-notices",
			title: "{company} opens {adjective} warehouse near {place} ({token})",
			lead:  "{company}, {adjective} {trade}, has opened a warehouse near {place}.",
		},
		{
			feed:  "stream-chinese",
			title: "{company}{place}新廠投產（{token}）",
			lead:  "{adjective}{trade}{company}在{place}的新廠今日投產。",
		},
	}
}

func englishWords() map[string][]string {
	return map[string][]string{
		"space": {" "}, "join": {" "},
		"first": {
			"Amber", "Birch", "Cobalt", "Drift", "Ember", "Fathom", "Garnet", "Hazel", "Indigo", "Jasper", "Kelp", "Larch",
			"Marble", "Nettle", "Onyx", "Pewter", "Quill", "Russet", "Sable", "Thistle", "Umber", "Verdant", "Willow", "Zephyr",
		},
		"second": {
			"Anchor", "Beacon", "Causeway", "Delta", "Estuary", "Foreland", "Gangway", "Harbour", "Inlet", "Jetty", "Keel", "Lagoon",
			"Mooring", "Narrows", "Outpost", "Pier", "Quay", "Ridge", "Sound", "Tidewater", "Upland", "Viaduct", "Wharf", "Yard",
		},
		"kind": {"Payments", "Holdings", "Settlement", "Trust", "Networks", "Partners", "Clearing"},
		"place": {
			"Albania", "Bhutan", "Cyprus", "Djibouti", "Ecuador", "Fiji", "Ghana", "Honduras", "Iceland", "Jordan", "Kuwait",
			"Laos", "Malta", "Namibia", "Oman", "Peru", "Qatar", "Rwanda", "Samoa", "Tunisia", "Uruguay", "Vanuatu", "Zambia",
		},
		"adjective": {
			"an ageing", "a brisk", "a cautious", "a dutiful", "an earnest", "a frugal", "a genial", "a humble", "an inland",
			"a jovial", "a lively", "a modest", "a nimble", "an obscure", "a patient", "a quiet", "a rural", "a sober", "a thrifty",
		},
		"trade": {
			"brewer", "carter", "draper", "engraver", "farrier", "glazier", "haulier", "ironmonger", "joiner", "litho printer",
			"miller", "notary", "optician", "plumber", "roofer", "saddler", "tanner", "upholsterer", "vintner", "weaver",
		},
		"person": {
			"Abigail Crane", "Bruno Teixeira", "Clara Whitlock", "Dmitri Halloran", "Esther Quan", "Felix Marchetti", "Greta Lindqvist",
			"Hamid Rowntree", "Iris Calloway", "Jonah Petrov", "Kezia Thornton", "Luis Abernathy", "Maeve Okafor", "Nils Castellan",
			"Opal Worthing", "Piers Nakamura", "Rosa Winterbourne", "Silas Demir", "Thea Vandermeer", "Yusuf Blackwood",
		},
		"said": {
			"argued", "believes", "conceded", "declared", "explained", "feared", "guessed", "hinted", "insisted", "joked", "lamented",
			"maintained", "noted", "promised", "recalled", "suspected", "thought", "warned", "wrote",
		},
		"thing": {
			"barges", "carts", "dockets", "engines", "forms", "gauges", "hinges", "invoices", "jars", "kettles", "ledgers", "manuals",
			"needles", "orders", "parcels", "quilts", "receipts", "samples", "tickets", "urns", "vouchers", "wagons",
		},
		"verb": {
			"audited", "borrowed", "counted", "delivered", "examined", "filed", "gathered", "hauled", "inspected", "labelled", "mended",
			"numbered", "ordered", "packed", "queried", "returned", "sorted", "traced", "unloaded", "weighed",
		},
		"when": {
			"after lunch", "before dawn", "by candlelight", "during repairs", "every autumn", "for years", "in haste", "last spring",
			"long ago", "mid-voyage", "of late", "over supper", "since March", "this season", "until recently", "while abroad",
		},
		"how": {
			"awkwardly", "boldly", "calmly", "doggedly", "eagerly", "faithfully", "gladly", "hurriedly", "idly", "keenly", "loudly",
			"meekly", "neatly", "openly", "promptly", "roughly", "slowly", "tersely", "warmly",
		},
		"sentence": {
			"{person} {said} that {thing} were {how} {verb} {when}, {n} in all.",
			"Some {n} {thing}, {how} {verb} by {person}, reached {place} {when}.",
			"{place} {verb} {n} {thing} {when}; {person} {verb} {n} more.",
			"“{thing}, {thing} and {thing},” {person} {said} {how}, “all {verb} {when}.”",
			"{when} {person} {how} {verb} {n} {thing} from {place}.",
			"Neither {person} nor {person} {verb} {thing} {when}, {place} {said}.",
			"With {n} {thing} {verb} {how}, {place} {verb} {thing} {when}.",
			"{person}, {adjective} {trade}, {how} {verb} {thing} near {place}.",
			"Of {n} {thing} {verb} {when}, {n} came {how} from {place}.",
			"{adjective} {trade} {how} {said}: {thing} {when}, {thing} later.",
			"{thing} {verb} {when} cost {place} {n} {thing}, {said} {person}.",
			"From {place} {person} {how} {verb} {thing}, then {n} {thing}.",
		},
	}
}

func chineseWords() map[string][]string {
	return map[string][]string{
		"space": {""}, "join": {""},
		"first": {
			"青松", "白鷺", "朝霞", "碧波", "長亭", "丹楓", "東籬", "飛瀑", "古渡", "寒梅", "皓月", "錦帆",
			"靈泉", "落雁", "暮雲", "南浦", "蓬萊", "清溪", "秋水", "沙鷗", "桃源", "望海", "西嶺", "遠山",
		},
		"second": {
			"安達", "博通", "誠泰", "德隆", "恩澤", "福源", "廣匯", "恆昌", "嘉禾", "凱旋", "聯信", "茂盛",
			"諾亞", "鵬程", "啟明", "榮華", "盛世", "泰和", "旺達", "興業", "雅風", "永安", "正道", "卓越",
		},
		"kind": {"支付", "控股", "結算", "信託", "網絡", "夥伴", "清算"},
		"place": {
			"不丹", "斐濟", "加納", "冰島", "約旦", "老撾", "馬爾他", "秘魯", "卡塔爾", "薩摩亞", "突尼斯", "烏拉圭",
			"贊比亞", "塞浦路斯", "厄瓜多爾", "洪都拉斯", "科威特", "納米比亞", "盧旺達", "阿曼", "吉布提", "瓦努阿圖",
		},
		"adjective": {
			"老牌", "穩健", "低調", "新晉", "勤勉", "節儉", "樸實", "靈活", "偏遠", "樂觀", "謙遜", "敏捷", "耐心", "嚴謹", "熱心", "小型",
		},
		"trade": {
			"釀酒商", "布商", "雕刻坊", "玻璃廠", "車行", "五金店", "木工坊", "印刷廠", "磨坊", "眼鏡店", "水喉匠", "皮革廠", "葡萄園", "紡織廠", "書店", "茶莊",
		},
		"person": {
			"艾文韜", "卜梓晴", "岑嘉慧", "狄偉倫", "樊樂行", "耿若曦", "賀承恩", "紀思遠", "康映雪", "雷震寰", "莫詠詩", "聶子軒",
			"歐陽澄", "裴文遠", "戚朗然", "阮芷若", "司徒望", "童嘉樹", "溫舒言", "嚴冰潔",
		},
		"said": {"認為", "坦言", "估計", "承認", "擔心", "相信", "透露", "笑說", "強調", "解釋", "憶述", "預料", "質疑", "寫道", "指出"},
		"thing": {
			"駁船", "單據", "引擎", "表格", "量尺", "鉸鏈", "發票", "陶罐", "水壺", "帳簿", "手冊", "縫針", "訂單", "包裹", "棉被",
			"收據", "樣本", "車票", "花瓶", "馬車",
		},
		"verb": {
			"審核", "借用", "清點", "運送", "查驗", "歸檔", "收集", "搬運", "檢視", "標記", "修補", "編號", "採購", "包裝", "查問", "退回",
			"分類", "追查", "卸下", "稱量",
		},
		"when": {"午後", "黎明前", "去年秋天", "早春", "多年來", "匆忙間", "途中", "晚飯時", "三月起", "本季", "不久前", "雨天裏", "月底", "假期後", "臨別時"},
		"how":  {"笨拙地", "大膽地", "從容地", "頑強地", "熱切地", "忠實地", "欣然", "草草", "隨意地", "大聲地", "溫順地", "整齊地", "公開地", "迅速地", "粗略地", "緩緩", "簡短地"},
		"sentence": {
			"{person}{said}，{when}{how}{verb}的{thing}共{n}件。",
			"{when}有{n}件{thing}由{person}{how}{verb}，運抵{place}。",
			"{place}{when}{verb}{thing}{n}件，{person}再{verb}{n}件。",
			"{person}{how}{said}：{thing}、{thing}和{thing}均{when}{verb}。",
			"{when}，{person}{how}從{place}{verb}{n}件{thing}。",
			"{place}{said}，{person}與{person}{when}並未{verb}{thing}。",
			"{thing}{n}件{how}{verb}後，{place}{when}{verb}{thing}。",
			"{person}是{adjective}{trade}，{when}{how}{verb}{thing}。",
			"{when}{verb}的{n}件{thing}，{n}件{how}來自{place}。",
			"{adjective}{trade}{how}{said}，先{thing}後{thing}。",
			"{verb}{thing}{when}花去{place}{n}件{thing}，{person}{said}。",
			"{person}由{place}{how}{verb}{thing}，又{verb}{n}件{thing}。",
		},
	}
}
