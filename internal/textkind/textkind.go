// Package textkind tells which kind of text an article is: news, opinion, a wrap, a roundup or an explainer.
//
// Start with [Of], which also says why. It reads the headline and the beginning of the text for a few marks that are
// listed here, in English and in both Chinese scripts, the plainest first. What has none of them is news. Whether a text
// is a list of reports is left to the caller.
package textkind

import (
	"fmt"
	"strings"

	"regwatch/internal/lazyregexp"
)

// The kinds of text. They are values of the key kind of rules.
const (
	News      = "news"
	Opinion   = "opinion"   // somebody's view: a comment, an analysis, a forecast, or a report of one
	Wrap      = "wrap"      // an account of a day, a week or a market as a whole
	Roundup   = "roundup"   // a list of unrelated reports
	Explainer = "explainer" // what something is, how it works, what follows from it
)

// Kinds returns all kinds.
func Kinds() []string { return []string{News, Opinion, Wrap, Roundup, Explainer} }

// A Result is the kind of a text, and from which words it was told.
type Result struct {
	Kind string
	Why  string // for a reader: the headline begins with "Opinion:"
}

// A mark is what gives a kind away.
type mark struct {
	kind  string
	where string // for a reader
	words *lazyregexp.Regexp
}

// beginning is how much of a text is read, in bytes.
const beginning = 400

// Of returns the kind of an article. The caller says whether its text is a list of unrelated reports.
func Of(title, body string, isList bool) Result {
	title = strings.TrimSpace(title)
	for _, m := range headlineMarks {
		if found := m.words.FindString(title); found != "" {
			return Result{m.kind, fmt.Sprintf("the headline %s %q", m.where, strings.TrimSpace(found))}
		}
		if m.kind == Roundup && isList {
			return Result{Roundup, "the text is a list of reports"}
		}
	}
	start := strings.TrimSpace(body[:min(len(body), beginning)])
	for _, m := range textMarks {
		if found := m.words.FindString(start); found != "" {
			return Result{m.kind, fmt.Sprintf("the text %s %q", m.where, strings.TrimSpace(found))}
		}
	}
	return Result{News, "it has no mark of another kind"}
}

// headlineMarks are tried in this order.
var headlineMarks = []mark{
	{Opinion, "begins with", lazyregexp.New(`(?i)^[\[【(（]?(opinion|op-ed|editorial|commentary|comment|column|viewpoint|analysis|letters?|guest post|interview|觀點|观点|評論|评论|社評|社评|社論|社论|專欄|专栏|時評|时评|來論|来论|專訪|专访|分析)\s*[\]】)）:：|｜—–]`)},
	{Opinion, "ends with", lazyregexp.New(`(?i)[|｜—–(（\[【]\s*(opinion|op-ed|editorial|commentary|comment|觀點|观点|評論|评论|社評|社评|專欄|专栏)\s*[\])）】]?$`)},
	{Roundup, "has", lazyregexp.New(`(?i)\b(morning|evening|daily|weekly|weekend|monthly|news|regulatory|policy|crypto) (digest|round-?up|recap|bulletin|newsletter|highlights|headlines|briefs)\b|\b(top|biggest|main) ([a-z]+ )?(stories|headlines|news)\b|\bin brief\b|(每日|每周|每週|一周|一週|本周|本週|上周|上週|今日|昨日|24\s*小時|24\s*小时|[0-9]{1,2}\s*月)[^，。：:|｜]{0,8}(精選|精选|要聞|要闻|回顧|回顾|速覽|速览|大事|盤點|盘点|資訊|资讯|匯總|汇总|摘要)|\bmorning (minute|brew)\b|^1[.、] ?\S.*[^0-9]2[.、]|(動向|动向)(一覽|一览)|^[^，。：:|｜]{0,4}(早報|早报|晚報|晚报|周報|周报|週報|日報|日报|要聞|要闻)\s*[|｜:：]|(要聞|要闻|新聞|新闻|資訊|资讯)(速覽|速览|匯總|汇总|回顧|回顾|精選|精选|盤點|盘点)`)},
	{Wrap, "has", lazyregexp.New(`(?i)\b(markets?|morning|evening|daily|week(ly)?|asia|day|crypto|closing|stocks?) (wrap|watch|briefing|report|update|open|close)\b|\bwrap-?up\b|\b(week|month|year|day) (in review|ahead)\b|\bstate of (crypto|markets?|play)\b|\bnews today\b|\bmacro week\b|\bcounting down the days\b|\b(markets?|stocks) (close|closed|end|ended|open|finish) |(早餐|晨報|晨报|早評|早评|晨間|晨间|早間|早间|收評|收评|收盤|收盘|收市|開盤|开盘|午評|午评|市況|市况|盤面|盘面|週評|周评|晨訊|晨讯)|(全線|全线|普遍)[^，。]{0,2}(上漲|上涨|下跌|反彈|反弹|回調|回调|回升|走高|走低)|(板塊|板块)[^，。]{0,6}[漲涨跌]|(市場|市场)(回顧|回顾)`)},
	{Explainer, "begins with", lazyregexp.New(`(?i)^((explainer|explained|guide|faq|q&a|factbox|timeline|primer)\s*[:：|]|(what|how|why|who|when|where) (is|are|was|does|do|did|to|will|would|could|can|has|have|it|the|a|an|you|this|so)\b|[0-9]+ (things|facts|questions|reasons|ways)\b|(一文|一張圖|一张图|一圖|一图|詳解|详解|圖解|图解|科普|解讀|解读|問答|问答|什麼是|什么是|為什麼|为什么|為何|为何|如何|怎樣|怎样|拆解|盤點|盘点))`)},
	{Explainer, "has", lazyregexp.New(`(?i)\b(explained|explainer|what (it|this|that) means|what (you )?(need|should|have) to know|what to (know|expect|watch)|what('s| is|s| happens| comes) next|here('s| is) (what|how|why)|everything (you|we) know|a (beginner's |short |complete )?guide|timeline|possible outcomes|five things|three things|how it works|why it matters)\b|(解釋|解释|解讀|解读|詳解|详解|一文看懂|看懂|讀懂|读懂|你需要了解|需要知道|意味著什麼|意味着什么|會怎樣|会怎样|指南|須知|须知|科普|全解析|是什麼|是什么|怎麼回事|怎么回事|如何[^，。：:]{2,}[？?]|哪些[^，。：:]{2,}[？?]|嗎[？?]|吗[？?])`)},
	// A regulator warns and urges too, so only the words of commentators count.
	{Opinion, "has", lazyregexp.New(`(?i)\b(analysts?|pundits?|economists?|strategists?|opinion|commentators?)\b|\b(argues?|predicts?|believes?|thinks?|slams|blasts|reassures|rebuts|optimistic)\b|\b(could|may|might) (crash|soar|surge|explode|rally|plunge|reach \$)|(觀點|观点|分析師|分析师|分析人士|經濟學家|经济学家|策略師|策略师|看法|點評|点评|預言|预言|預測[^市]|预测[^市]|看好|看空|直言|炮轟|炮轰)`)},
	{Opinion, "begins with", lazyregexp.New(`^([A-Z][a-z]+ ?[A-Z][a-z]+|[^：，。]{0,12}(銀行|银行|資本|资本|研究|Research|QCP|創始人|创始人|投行)[^：，。]{0,6})\s*[：]`)},
}

// textMarks are tried after those of headlines, on the beginning of the text.
var textMarks = []mark{
	{Opinion, "has", lazyregexp.New(`(?i)\b(opinion by|in this (op-ed|column)|guest (post|column)|the views expressed|in my (view|opinion)|i (believe|think|argue))\b|(本文作者|筆者認為|笔者认为|在最新文章中)`)},
	{Roundup, "begins with", lazyregexp.New(`^[^。]{0,24}(整理[：:]|重要資訊|重要资讯|過去 ?24 ?小時發生|过去 ?24 ?小时发生)`)},
	{Explainer, "has", lazyregexp.New(`(?i)\b(in this (guide|explainer),? (we|you)|here('s| is) what you need to know|this (guide|explainer))\b|(本文將|本文将|報告旨在|报告旨在|本文旨在)`)},
}
