package similarity

import (
	"slices"
	"strings"

	"regwatch/internal/text"
)

// stopWords say nothing about the subject of a text.
const stopWords = "a about after all also amid an and are as at be been before but by can could do does for from had has have he her his how if in into is it " +
	"its may more most new no not of off on one or our out over s said say says she so some such than that the their them there they this to under " +
	"up us was we were what when where which while who why will with would you your u t re according told report reports news latest today week day month year"

// An act is a class of things that people, firms and states do. English words are
// compared by their stems, Chinese ones as they are.
type act struct{ name, english, chinese string }

var acts = [...]act{
	{"launch", "launch launches unveil unveils debut debuts introduce rollout release releases start starts begin begins opens", "推出 發布 啟動 上線 推動"},
	{"approve", "approve approves approval license licence licensed authorise authorize green-light greenlights grant grants clears cleared", "批准 獲批 核准 許可 發牌 牌照 授權 獲准"},
	{"ban", "ban bans banned prohibit prohibits outlaw forbid bars barred block blocks blocked restrict", "禁止 禁令 取締 封鎖 封禁 限制"},
	{"fine", "fine fines fined penalty penalties settle settles settlement pays", "罰款 罰 和解 處罰"},
	{"sue", "sue sues sued lawsuit lawsuits charge charges charged indict indicts indicted accuse accuses accused complaint files", "起訴 訴訟 指控 控告 提告 被控"},
	{"court", "court judge judges rules ruling ruled appeal appeals jury trial verdict dismiss dismisses", "法院 法官 裁決 判決 上訴 陪審 審判 駁回"},
	{"sentence", "sentence sentences sentenced jail prison jailed plead pleads guilty convicted", "判刑 入獄 監禁 認罪 有罪 徒刑"},
	{"arrest", "arrest arrests arrested detain detains detained raid raids custody extradite extradited", "逮捕 拘捕 拘留 被捕 搜查 引渡"},
	{"hack", "hack hacks hacked exploit exploited drain drained breach stolen steal theft attacker attackers vulnerability", "駭客 黑客 攻擊 漏洞 被盜 盜取 竊取"},
	{"seize", "seize seizes seized freeze freezes frozen confiscate forfeiture", "沒收 凍結 扣押 查封"},
	{"delay", "delay delays delayed postpone postpones postponed extend extends deadline", "延遲 推遲 延後 延期 延長"},
	{"pass", "pass passes passed vote votes voted adopt adopts adopted enact enacted", "通過 表決 投票"},
	{"propose", "propose proposes proposed proposal draft drafts plan plans planned planning weigh weighs consider considers mull mulls", "提案 提議 草案 擬 計劃 計畫 考慮"},
	{"consult", "consult consultation feedback comment comments seeks", "諮詢 徵求意見"},
	{"sign", "sign signs signed", "簽署 簽訂 簽"},
	{"partner", "partner partners partnership team teams collaborate join joins ally tap taps", "合作 攜手 夥伴 聯手"},
	{"acquire", "acquire acquires acquired acquisition merger merge merges takeover buyout", "收購 併購 合併"},
	{"raise", "raise raises raised funding round valuation invests invest investment ipo", "融資 募資 籌集 估值 投資 上市"},
	{"list", "list lists listing listed delist delists delisting", "上架 下架 掛牌"},
	{"buy", "buy buys bought purchase purchases accumulate adds added acquires", "買入 購買 增持 購入"},
	{"sell", "sell sells sold offload dump dumps liquidate selloff", "賣出 出售 拋售 減持"},
	{"cut", "cut cuts layoff layoffs fires lays job jobs", "裁員 削減 降息"},
	{"appoint", "appoint appoints appointed hire hires names named nominate nominates nominee tapped", "任命 委任 提名 聘請"},
	{"resign", "resign resigns steps quits leaves depart departs exit exits", "辭職 離職 卸任 退出"},
	{"rise", "rise rises rally rallies surge surges jump jumps soar soars gain gains climb climbs record high", "上漲 飆升 大漲 漲 新高 反彈 突破"},
	{"fall", "fall falls drop drops slide slides slump slumps plunge plunges tumble tumbles crash low decline", "下跌 暴跌 跌 下滑 新低 跌破 回落"},
	{"warn", "warn warns warned warning caution cautions urge urges alert", "警告 提醒 警示 呼籲 風險提示"},
	{"halt", "halt halts suspend suspends suspended pause pauses shut shuts shutdown close closes bankruptcy collapse", "暫停 停止 關閉 倒閉 破產 終止"},
	{"resume", "resume resumes restore restored reopen reopens lift lifts reverse reverses", "恢復 解除 重啟 撤銷"},
	{"move", "transfer transfers transferred moves moved deposit deposits deposited withdraw withdraws", "轉移 轉入 存入 提取 轉出"},
}

// The kinds of articles that report no single development. The words are looked for in
// the title.
var kinds = [...]act{
	{"roundup", "roundup recap digest wrap weekly briefing newsletter headlines minute", "盤點 匯總 週報 日報 早報 晚報 速覽 一覽 摘要 要聞 回顧 精選"},
	{"explainer", "explained explainer guide meaning means", "什麼是 如何 為何 為什麼 解讀 一文 詳解 指南 意味"},
	{"opinion", "opinion analyst analysts says thinks believes argues expert experts predicts warns outlook op-ed", "分析師 認為 觀點 專家 評論 表示 預測 稱"},
	{"price", "price prices rally trading traders chart support resistance bulls bears slips gains etf flows inflows outflows", "價格 行情 走勢 漲 跌 支撐 阻力 流入 流出 交易員"},
}

// The sides of what can go one way or the other. Headlines on two sides report two
// developments, however much else they share.
var sides = [...]act{
	{"stop", "halt suspend pause stop freeze shut close ban block bar forbid terminate", "暫停 停止 凍結 關閉 禁止 終止"},
	{"resume", "resume restore reopen unfreeze lift unban reinstate restart unblock", "恢復 解凍 解除 重啟 重開"},
	{"grant", "approve grant pass adopt authorise authorize list", "批准 通過 獲批 核准 發牌 批出 上架"},
	{"refuse", "reject deny refuse revoke dismiss veto withdraw drop delist cancel", "拒絕 否決 駁回 撤銷 撤回 吊銷 下架 取消"},
	{"begin", "launch start begin begins pass passes commence", "推出 啟動 開始 通過 生效 上線"},
	{"delay", "delay postpone defer", "延遲 推遲 延後 延期 押後"},
	{"buy", "buy bought purchase acquire accumulate", "買入 購買 增持 購入"},
	{"sell", "sell sold offload dump", "賣出 出售 拋售 減持"},
	{"rise", "rise rally surge jump soar climb", "上漲 飆升 大漲 反彈"},
	{"fall", "fall drop slide slump plunge tumble", "下跌 暴跌 下滑 跌破 回落"},
	{"join", "appoint hire nominate", "任命 委任 提名 聘請"},
	{"leave", "resign quit depart", "辭職 離職 卸任"},
}

var opposites = [...][2]string{{"stop", "resume"}, {"grant", "refuse"}, {"begin", "delay"}, {"buy", "sell"}, {"rise", "fall"}, {"join", "leave"}}

// areOpposite reports whether two headlines are on two sides.
func areOpposite(a, b []string) bool {
	for _, pair := range opposites {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if slices.Contains(a, p[0]) && !slices.Contains(a, p[1]) && slices.Contains(b, p[1]) && !slices.Contains(b, p[0]) {
				return true
			}
		}
	}
	return false
}

// A wordList finds the classes of acts or kinds in a text.
type wordList struct {
	stems   map[string][]string // the classes of a stem
	chinese []han
}

type han struct{ text, class string }

func newWordList(all []act) wordList {
	l := wordList{stems: make(map[string][]string)}
	for _, a := range all {
		for _, word := range strings.Fields(strings.ReplaceAll(a.english, "-", " ")) {
			stem := Stem(word)
			l.stems[stem] = appendNew(l.stems[stem], a.name)
		}
		for _, word := range strings.Fields(a.chinese) {
			l.chinese = append(l.chinese, han{text.Fold(word), a.name})
		}
	}
	return l
}

// in returns the classes of the words of a text: its English stems, and its text folded.
func (l wordList) in(stems []string, folded string) []string {
	var found []string
	for _, s := range stems {
		for _, class := range l.stems[s] {
			found = appendNew(found, class)
		}
	}
	if !text.HasCJK(folded) {
		return found
	}
	for _, h := range l.chinese {
		if strings.Contains(folded, h.text) {
			found = appendNew(found, h.class)
		}
	}
	return found
}

// Compiled once, and never changed.
var (
	actWords  = newWordList(acts[:])
	kindWords = newWordList(kinds[:])
	sideWords = newWordList(sides[:])
	isStop    = stopSet()
)

func stopSet() map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(stopWords) {
		set[w] = true
	}
	return set
}

func appendNew(have []string, s string) []string {
	for _, h := range have {
		if h == s {
			return have
		}
	}
	return append(have, s)
}
