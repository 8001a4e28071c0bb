package text

import "sync"

// The most common characters that only one of the two scripts has.
const (
	simplifiedOnly  = "们这来时会对为还过说种经问进动关门见长东车书买乐专业务产个亿仅从众优传价体债储内创办华单协发变国图场块处备复头妇学实宣审宪宾导尔层币师带广应开异张弹强当录彻忆怀态总战户扩执护报择担拟损换据摆数断无旧显术机杂权条极构标样桥检欧岁汇汉没沟泽济测浅渐湾满滞灵点炼热状犹独环现电画疗监盘着础确离税稳积称竞笔签简类纪纯纸级线组细织终结统继绩续维综绿网罗联职肃胜脑节范荐药蓝虑补装规视览觉计订认讨让议讯记讲许论设访证评识诉词译试诚话该详误请调谁谈谢财责败货质购费贷资赛赞趋跃转轮软轻载较输达迁运连违远适选递通遗郑释针钟钢钱银错镇闭间闻际陆阵险随难顶项顺须顾预领频题颁额风飞餐驱验龙"
	traditionalOnly = "們這來時會對為還過說種經問進動關門見長東車書買樂專業務產個億僅從眾優傳價體債儲內創辦華單協發變國圖場塊處備復頭婦學實審憲賓導爾層幣師帶廣應開異張彈強當錄徹憶懷態總戰戶擴執護報擇擔擬損換據擺數斷無舊顯術機雜權條極構標樣橋檢歐歲匯漢沒溝澤濟測淺漸灣滿滯靈點煉熱狀猶獨環現電畫療監盤礎確離稅穩積稱競筆簽簡類紀純紙級線組細織終結統繼績續維綜綠網羅聯職肅勝腦節範薦藥藍慮補裝規視覽覺計訂認討讓議訊記講許論設訪證評識訴詞譯試誠話該詳誤請調誰談謝財責敗貨質購費貸資賽贊趨躍轉輪軟輕載較輸達遷運連違遠適選遞遺鄭釋針鐘鋼錢銀錯鎮閉間聞際陸陣險隨難頂項順須顧預領頻題頒額風飛驅驗龍"
)

// HanForms counts the characters of a text that only Simplified, and that only Traditional
// Chinese has, among the most common ones of each.
func HanForms(s string) (simplified, traditional int) {
	isSimplified := hanForms()
	for _, r := range s {
		if r < hanStart {
			continue
		}
		switch simple, known := isSimplified[r]; {
		case simple:
			simplified++
		case known:
			traditional++
		}
	}
	return simplified, traditional
}

// hanForms says of each character that only one form of Chinese has whether that is the
// Simplified one.
var hanForms = sync.OnceValue(func() map[rune]bool {
	forms := make(map[rune]bool)
	for _, r := range traditionalOnly {
		forms[r] = false
	}
	for _, r := range simplifiedOnly {
		forms[r] = true
	}
	return forms
})
