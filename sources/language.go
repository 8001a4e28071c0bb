package sources

import (
	"strings"
	"unicode"

	common "regwatch/internal/text"
)

// The most common characters that only one of the two scripts has.
const (
	simplifiedOnly  = "们这来时会对为还过说种经问进动关门见长东车书买乐专业务产个亿仅从众优传价体债储内创办华单协发变国图场块处备复头妇学实宣审宪宾导尔层币师带广应开异张弹强当录彻忆怀态总战户扩执护报择担拟损换据摆数断无旧显术机杂权条极构标样桥检欧岁汇汉没沟泽济测浅渐湾满滞灵点炼热状犹独环现电画疗监盘着础确离税稳积称竞笔签简类纪纯纸级线组细织终结统继绩续维综绿网罗联职肃胜脑节范荐药蓝虑补装规视览觉计订认讨让议讯记讲许论设访证评识诉词译试诚话该详误请调谁谈谢财责败货质购费贷资赛赞趋跃转轮软轻载较输达迁运连违远适选递通遗郑释针钟钢钱银错镇闭间闻际陆阵险随难顶项顺须顾预领频题颁额风飞餐驱验龙"
	traditionalOnly = "們這來時會對為還過說種經問進動關門見長東車書買樂專業務產個億僅從眾優傳價體債儲內創辦華單協發變國圖場塊處備復頭婦學實審憲賓導爾層幣師帶廣應開異張彈強當錄徹憶懷態總戰戶擴執護報擇擔擬損換據擺數斷無舊顯術機雜權條極構標樣橋檢歐歲匯漢沒溝澤濟測淺漸灣滿滯靈點煉熱狀猶獨環現電畫療監盤礎確離稅穩積稱競筆簽簡類紀純紙級線組細織終結統繼績續維綜綠網羅聯職肅勝腦節範薦藥藍慮補裝規視覽覺計訂認討讓議訊記講許論設訪證評識訴詞譯試誠話該詳誤請調誰談謝財責敗貨質購費貸資賽贊趨躍轉輪軟輕載較輸達遷運連違遠適選遞遺鄭釋針鐘鋼錢銀錯鎮閉間聞際陸陣險隨難頂項順須顧預領頻題頒額風飛驅驗龍"
)

// languageOf returns the language of a text: the declared one, unless the letters show
// otherwise. For Chinese, the script is always detected.
func languageOf(text, declared string) string {
	declared = normalizeLanguage(declared)
	var han, kana, hangul, latin, simplified, traditional, folded int
	// A title in Han characters means a Chinese article, even if its page starts with
	// an English notice.
	sample := text[:min(len(text), 3<<10)]
	if title, _, _ := strings.Cut(text, "\n"); countHan(title) >= 6 && countHan(title)*4 > len(title)-3*countHan(title) {
		sample = title + "\n" + string(keepHan(sample))
	}
	for _, r := range sample {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			if common.FoldCommon(r) != r {
				folded++
			}
			if strings.ContainsRune(simplifiedOnly, r) {
				simplified++
			}
			if strings.ContainsRune(traditionalOnly, r) {
				traditional++
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case r < 0x250 && unicode.IsLetter(r):
			latin++
		}
	}
	switch {
	case kana*10 > han && kana > 4:
		return "ja"
	case hangul > han && hangul > 4:
		return "ko"
	// A Han character says about as much as four Latin letters.
	case han*4 > latin && han > 0:
		if strings.HasPrefix(declared, "ja") && simplified == 0 {
			return declared
		}
		switch {
		case simplified == 0 && traditional == 0 && folded > 0:
			return "zh-Hant" // detected by less common characters
		case simplified > traditional:
			return "zh-Hans"
		case traditional > simplified:
			return "zh-Hant"
		case strings.HasPrefix(declared, "zh"):
			return declared
		}
		return "zh"
	case strings.HasPrefix(declared, "zh") && latin > 20 && han == 0:
		return detectLatinLanguage(text)
	case declared == "":
		return detectLatinLanguage(text)
	}
	return declared
}

func countHan(text string) (n int) {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// keepHan returns the Chinese and Japanese characters of a text.
func keepHan(text string) (kept []rune) {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			kept = append(kept, r)
		}
	}
	return kept
}

// A languageWords is a language and its most common words, each between two spaces.
type languageWords struct{ language, words string }

// functionWords returns the most common words of the languages in which regulators and
// the press publish. A word that is common in several languages is in each list.
func functionWords() []languageWords {
	return []languageWords{
		{"en", " the of to and in for on is with as by at from that says said after over will its be are was has have an a this not no but could may would new amid against under into up out more than how why what who first his her their it you your about "},
		{"de", " der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch gegen vom unter neue "},
		{"fr", " le la les de des du et en un une est pour que qui dans sur par au aux avec ce il pas plus ne se son sa ses sont été cette mais ou à contre après entre leur nouvelle "},
		{"es", " el la los las de del y en un una es por que con para se su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también hasta contra nueva nuevo "},
		{"it", " il la lo gli le di del della dei delle e in un una è per che con si su al alla da dal non sono come più ma anche nel nella contro dopo tra nuova nuovo "},
		{"pt", " o a os as de do da dos das e em um uma é por que com para se no na nos nas ao não mais como mas foi seu sua ou contra após entre nova novo "},
		{"nl", " de het een en van in is op te dat die voor met zijn niet aan er om ook als bij door naar uit maar over nog wordt tot tegen nieuwe "},
	}
}

// detectLatinLanguage returns the language of a text in Latin letters, by its most
// common words; empty if they do not tell.
func detectLatinLanguage(text string) string {
	text = strings.ToLower(text[:min(len(text), 8<<10)])
	list := functionWords()
	counts := make([]int, len(list))
	counts[0] = strings.Count(text, "’s ") + strings.Count(text, "'s ")
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for i, l := range list {
			if strings.Contains(l.words, " "+word+" ") {
				counts[i]++
			}
		}
	}
	best, second := 0, 0
	language := ""
	for i, n := range counts {
		switch {
		case n > best:
			best, second, language = n, best, list[i].language
		case n > second:
			second = n
		}
	}
	if best == second {
		return ""
	}
	return language
}

// normalizeLanguage reduces a language tag to the language, and for Chinese to
// language and script.
func normalizeLanguage(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	primary, rest, _ := strings.Cut(tag, "-")
	if primary != "zh" {
		if len(primary) != 2 && len(primary) != 3 {
			return ""
		}
		return primary
	}
	switch {
	case strings.Contains(rest, "hant"), strings.HasPrefix(rest, "hk"), strings.HasPrefix(rest, "tw"), strings.HasPrefix(rest, "mo"):
		return "zh-Hant"
	case strings.Contains(rest, "hans"), strings.HasPrefix(rest, "cn"), strings.HasPrefix(rest, "sg"), strings.HasPrefix(rest, "my"):
		return "zh-Hans"
	}
	return "zh"
}
