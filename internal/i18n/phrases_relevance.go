package i18n

import "strings"

// relevancePhrases say how relevant a match is. Those named feature_ and a name complete
// the clauses about the title and the text, or are clauses themselves.
var relevancePhrases = map[string]Phrase{
	"relevance":              {"Relevance", "是否相關", "是否相关"},
	"relevance_likely":       {"likely", "很可能", "很可能"},
	"relevance_less_certain": {"less certain", "不太確定", "不太确定"},
	"relevance_official":     {"%s, but alerts from official sources are always sent", "%s，但官方來源的通知一律發送", "%s，但官方来源的通知一律发送"},
	"relevance_critical":     {"%s, but alerts of critical rules are always sent", "%s，但極重要規則的通知一律發送", "%s，但极重要规则的通知一律发送"},
	"relevance_for":          {"for it: %s", "有利因素：%s", "有利因素：%s"},
	"relevance_against":      {"against it: %s", "不利因素：%s", "不利因素：%s"},

	// Clauses about what an article says.
	"relevance_title":   {"the title refers to %s", "標題提到%s", "标题提到%s"},
	"relevance_lead":    {"the text refers to %s", "內文提到%s", "正文提到%s"},
	"relevance_both":    {"title and text refer to %s", "標題和內文均提到%s", "标题和正文均提到%s"},
	"relevance_subject": {"the title names %s first", "標題首先提到%s", "标题首先提到%s"},
	"relevance_word":    {"the title contains %s", "標題含有%s", "标题含有%s"},

	// Who acts.
	"feature_public":   {"a public body", "官方機構", "官方机构"},
	"feature_place":    {"a country or region", "國家或地區", "国家或地区"},
	"feature_firm":     {"a company or investor", "企業或投資者", "企业或投资者"},
	"feature_brand":    {"a company by name", "個別公司的名稱", "具体公司的名称"},
	"feature_bank":     {"a bank", "銀行", "银行"},
	"feature_person":   {"an individual", "個別人士", "个人"},
	"feature_hongkong": {"Hong Kong", "香港", "香港"},

	// What is done.
	"feature_forbid":  {"a ban", "禁令", "禁令"},
	"feature_press":   {"a crackdown or restrictions", "打擊或限制措施", "打击或限制措施"},
	"feature_stop":    {"a halt or suspension", "叫停或暫停", "叫停或暂停"},
	"feature_order":   {"an order or notice", "命令或通知", "命令或通知"},
	"feature_lift":    {"an easing of rules", "放寬或解禁", "放宽或解禁"},
	"feature_reject":  {"a rejection or denial", "否決或否認", "否决或否认"},
	"feature_propose": {"a proposal", "建議或計劃", "提案或计划"},
	"feature_evade":   {"ways around the rules", "規避監管的情況", "规避监管的情况"},
	"feature_warn":    {"a warning", "警告或提醒", "警告或提醒"},
	"feature_detain":  {"arrests", "拘捕", "拘留或逮捕"},
	"feature_punish":  {"penalties", "刑罰或罰款", "处罚"},

	// What it concerns.
	"feature_coin":       {"crypto", "加密貨幣", "加密货币"},
	"feature_stablecoin": {"stablecoins", "穩定幣", "稳定币"},
	"feature_mining":     {"crypto mining", "加密貨幣挖礦", "加密货币挖矿"},
	"feature_kiosk":      {"crypto ATMs", "加密貨幣自動櫃員機", "加密货币自助机"},
	"feature_privacy":    {"privacy coins or mixers", "私隱幣或混幣服務", "隐私币或混币服务"},
	"feature_dealing":    {"trading or payments", "交易或支付", "交易或支付"},
	"feature_yuan":       {"the yuan", "人民幣", "人民币"},
	"feature_ordinance":  {"an ordinance or licensing", "條例或發牌", "条例或牌照"},
	"feature_policy":     {"laws or rules", "法例或政策", "法规或政策"},

	// What shows that the news may be about something else.
	"feature_price":    {"prices", "價格走勢", "价格走势"},
	"feature_analysis": {"analysis or opinion", "分析或評論", "分析或评论"},
	"feature_crime":    {"crime", "罪案", "犯罪案件"},
	"feature_court":    {"court cases", "法庭訴訟", "法院诉讼"},
	"feature_sanction": {"sanctions", "制裁", "制裁"},
	"feature_otherban": {"other matters such as betting or donations", "博彩、捐款等其他事項", "博彩、捐款等其他事项"},
	"feature_cbdc":     {"central bank digital currencies", "央行數碼貨幣", "央行数字货币"},
	"feature_finance":  {"company finances", "企業融資或業績", "企业融资或业绩"},
	"feature_launch":   {"a launch or partnership", "產品推出或合作", "产品推出或合作"},
	"feature_etf":      {"exchange-traded funds", "交易所買賣基金", "交易所交易基金"},
	"feature_tax":      {"tax", "稅務", "税务"},
	"feature_unlock":   {"token unlocks or network upgrades", "代幣解鎖或網絡升級", "代币解锁或网络升级"},
	"feature_firmact":  {"a company's own affairs", "企業自身事務", "企业自身事务"},
	"feature_past":     {"earlier events", "過往事件", "以往事件"},
	"feature_hedge":    {"possibilities or rumours", "可能性或傳聞", "可能性或传闻"},
	"feature_security": {"war or politics", "戰爭或政治", "战争或政治"},

	// Relations.
	"feature_public_acts":        {"action by a public body", "官方機構採取行動", "官方机构采取行动"},
	"feature_firm_acts":          {"action by a private firm", "私人企業採取行動", "私营企业采取行动"},
	"feature_act_on_coin":        {"a ban or limit on crypto", "針對加密貨幣的禁令或限制", "针对加密货币的禁令或限制"},
	"feature_act_on_other":       {"a ban or limit on something else", "針對其他事項的禁令或限制", "针对其他事项的禁令或限制"},
	"feature_act_on_brand":       {"action that concerns one company", "涉及個別公司的措施", "涉及个别公司的措施"},
	"feature_public_act_on_coin": {"a public body's ban or limit on crypto", "官方機構對加密貨幣的禁令或限制", "官方机构对加密货币的禁令或限制"},
	"feature_lifts_ban":          {"the end of a ban", "禁令解除", "禁令解除"},
	"feature_coin_case":          {"a crypto crime or court case", "涉及加密貨幣的罪案或訴訟", "涉及加密货币的犯罪或诉讼"},
	"feature_coin_price":         {"crypto prices", "加密貨幣價格", "加密货币价格"},
	"feature_past_act":           {"an earlier ban or limit", "過往的禁令或限制", "以往的禁令或限制"},
	"feature_yuan_coin":          {"a yuan stablecoin", "人民幣穩定幣", "人民币稳定币"},
	"feature_hongkong_coin":      {"stablecoins in Hong Kong", "香港的穩定幣", "香港的稳定币"},
	"feature_licensed_coin":      {"licensing of stablecoins", "穩定幣發牌", "稳定币牌照"},
	"feature_hongkong_licence":   {"licensing in Hong Kong", "香港的發牌制度", "香港的牌照制度"},

	// Whole clauses.
	"feature_title_idiom":       {"the title uses a figure of speech", "標題用了比喻說法", "标题用了比喻说法"},
	"feature_lead_idiom":        {"the text uses a figure of speech", "內文用了比喻說法", "正文用了比喻说法"},
	"feature_title_disclaimer":  {"the title has a disclaimer", "標題含有免責聲明", "标题含有免责声明"},
	"feature_lead_disclaimer":   {"the text has a disclaimer", "內文含有免責聲明", "正文含有免责声明"},
	"feature_title_question":    {"the title is a question", "標題是問句", "标题是问句"},
	"feature_title_amount":      {"the title has an amount or percentage", "標題含有金額或百分比", "标题含有金额或百分比"},
	"feature_body_none":         {"there is only a title", "文章只有標題", "文章只有标题"},
	"feature_source_regulator":  {"a regulator published it", "由監管機構發布", "由监管机构发布"},
	"feature_source_government": {"a government published it", "由政府發布", "由政府发布"},
	"feature_source_press":      {"the press published it", "由傳媒報道", "由媒体报道"},
}

// Feature returns the names of the phrases for a feature of package relevance: a clause,
// and the words that complete it, which may be empty. Words of a title have no phrase.
func Feature(name string) (clause, words string, known bool) {
	phrase := func(s string) string { return "feature_" + strings.NewReplacer(".", "_", "-", "_").Replace(s) }
	region, group, found := strings.Cut(name, ".")
	if _, whole := relevancePhrases[phrase(name)]; whole && found {
		return phrase(name), "", true
	}
	clause, words = "relevance_"+region, phrase(group)
	_, complete := relevancePhrases[words]
	switch region {
	case "title", "lead", "subject":
		return clause, words, complete
	}
	return "", "", false
}
