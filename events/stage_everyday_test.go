package events

import "testing"

// TestStageInEverydayWords has headlines in words that officials and the press use, for
// each way in which unread articles were misread, in the scripts that have it.
func TestStageInEverydayWords(t *testing.T) {
	for _, tt := range []struct {
		kind, want string
		titles     []string
	}{
		{"somebody faces a punishment", "enforcement", []string{"Lender faces penalty of $4m over late filings", "Wallet maker forced by watchdog to pay $2m", "支付公司被罰四百萬元", "矿企被罚三百万元"}},
		{"sanctions as a verb", "enforcement", []string{"Canada sanctions HTX over arms trade", "財政部制裁黑客的錢包", "欧盟制裁三家加密货币交易所"}},
		{"a case that somebody in power brings", "enforcement", []string{"Vermont takes Kraken to court over staking", "Authorities reportedly probe staff of token lender", "地檢署對代幣業者提起公訴", "检察机关对传销案提起公诉"}},
		{"a warning to named firms", "enforcement", []string{"Watchdog sends warning letters to nine token sellers", "證監會把兩家平台列入可疑名單", "监管局把两家平台列入可疑名单"}},
		{"an authority asks firms", "guidance", []string{"Watchdog asks exchanges to slow down withdrawals", "Central bank reminds lenders of custody duties", "金管局提醒銀行留意代幣風險", "央行提醒支付机构留意代币风险"}},
		{"an authority says what a rule means", "guidance", []string{"SEC interpretation of custody rules 'a first step'", "OCC says banks must hold reserves for coins", "國稅局說明代幣所得如何課稅", "税务局解读代币所得税"}},
		{"a firm is registered", "licensing", []string{"Broker registered as token dealer in Malta", "Custodian given go-ahead by central bank", "託管商獲登記為經紀行 完成登記", "经纪行注册为代币交易商"}},
		{"a bill that a parliament has", "introduced", []string{"Custody bill gears up for a vote in Senate", "New draft of Clarity Act limits rewards", "託管法案面臨關鍵投票", "代币法草案进入二审", "政院通過託管專法草案 將送立院審議"}},
		{"the gazette", "gazetted", []string{"Token levy appears in Government Gazette", "託管規例見憲", "代币法令登上政府公报"}},
		{"comments", "consultation", []string{"Ministry put out for comment new custody fees", "運輸署就收費收集意見", "金管會預告修正託管辦法", "部委就代币收费公开听取意见"}},
		{"a proposal that is turned down", "rejected", []string{"Senate blocks token bill", "No plans to introduce token levy, minister says", "代幣稅建議不獲接納", "提高上限的建议未被采纳", "議員促設代幣稅 政府說不"}},
		{"nothing has changed", "restated", []string{"Custody limits remain in force, regulator says", "Supreme Court declines to hear broker's appeal", "證監會：託管規定沒有改變", "外汇局：代币额度没有收紧"}},
		{"a threshold is moved", "amended", []string{"Regulator lowers threshold for custody reports", "金管局下調託管門檻", "北交所下调托管门槛"}},
		{"a start or an end is moved", "postponed", []string{"Ministry gives brokers another year to comply", "代幣徵費再押後一年", "关于延续实施代币缓缴政策的通知"}},
		{"a rule that nobody needs to obey any more", "repealed", []string{"Broker rule repealed as governor signs resolution", "託管申報令走入歷史", "原代币规定不再适用"}},
		{"what only sounds like an act", "", []string{"Agency to settle payments in coins", "Bank built to settle trades opens in Oslo", "Miner doubles down on hosting", "銀行降低手續費"}},
		{"what firms and networks do in the words of rules", "", []string{
			"Sidechain goes live with cheaper transfers", "Lender adds two coins to its app", "Fund to pay 70% of rewards to savers",
			"Broker takes over rival exchange", "Miner raises $3m for flood relief", "Wallet team wants more time to fix a bug",
			"Executive on the national bank charter and competition", "Treasury firm leaves reserves unchanged", "Hardware maker demands answers over hack",
			"礦企上調投資限額", "矿企下调手续费上限", "基金規模保持不變", "机构减持，基金规模保持不变",
		}},
		{"a name with a verb in it", "in-force", []string{
			"Fall of Garnet Narrows Trust leads to ban on crypto trading", "Theft at Harbour Lifts Bank leads to ban on token sales",
		}},
		{"an authority that warns of something", "", []string{"Central bank warns coins may drain bank deposits", "Central bank leaves rates unchanged"}},
	} {
		for _, title := range tt.titles {
			if got := extractionOf(t, "2031-02-03", title, "").stage.String(); got != tt.want {
				t.Errorf("%s: %q: got %q, want %q", tt.kind, title, got, tt.want)
			}
		}
	}
}
