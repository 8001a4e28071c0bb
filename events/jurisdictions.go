package events

import (
	"strings"
	"sync"

	"regwatch/models"
)

// A jurisdiction has a name and the words that indicate it: its name and people, and
// its authorities and cities. Words match as whole words, in any script.
type jurisdiction struct {
	name  string
	names []string
}

// jurisdictions returns the jurisdictions that this field's news is about most.
func jurisdictions() []jurisdiction {
	return []jurisdiction{
		{"Hong Kong", []string{"Hong Kong", "HKMA", "LegCo", "香港", "金管局", "立法會"}},
		{"Mainland China", []string{"China", "Chinese", "Beijing", "Shanghai", "Shenzhen", "PBoC", "中國", "內地", "北京", "上海", "深圳", "人民銀行", "國務院"}},
		{"Macao", []string{"Macao", "Macau", "澳門"}},
		{"Taiwan", []string{"Taiwan", "Taiwanese", "台灣"}},
		{"Singapore", []string{"Singapore", "Singaporean", "新加坡"}},
		{"Japan", []string{"Japan", "Japanese", "Tokyo", "日本"}},
		{"South Korea", []string{"South Korea", "South Korean", "Korea", "Korean", "Seoul", "韓國", "南韓"}},
		{"India", []string{"India", "Indian", "New Delhi", "印度"}},
		{"Pakistan", []string{"Pakistan", "Pakistani", "巴基斯坦"}},
		{"Nepal", []string{"Nepal", "Nepalese", "Nepali", "尼泊爾"}},
		{"Thailand", []string{"Thailand", "Thai", "泰國"}},
		{"Vietnam", []string{"Vietnam", "Vietnamese", "越南"}},
		{"Indonesia", []string{"Indonesia", "Indonesian", "印尼", "印度尼西亞"}},
		{"Malaysia", []string{"Malaysia", "Malaysian", "馬來西亞"}},
		{"Philippines", []string{"Philippines", "Philippine", "菲律賓"}},
		{"Kazakhstan", []string{"Kazakhstan", "Kazakh", "哈薩克", "哈薩克斯坦"}},
		{"Russia", []string{"Russia", "Russian", "Moscow", "Kremlin", "俄羅斯"}},
		{"Ukraine", []string{"Ukraine", "Ukrainian", "烏克蘭"}},
		{"Turkey", []string{"Turkey", "Turkish", "Türkiye", "土耳其"}},
		{"Iran", []string{"Iran", "Iranian", "Tehran", "伊朗"}},
		{"Kuwait", []string{"Kuwait", "Kuwaiti", "科威特"}},
		{"United Arab Emirates", []string{"United Arab Emirates", "UAE", "Dubai", "Abu Dhabi", "阿聯酋", "杜拜", "迪拜"}},
		{"European Union", []string{"European Union", "EU", "ESMA", "ECB", "European Commission", "European Parliament", "歐盟", "歐洲央行"}},
		{"United Kingdom", []string{"United Kingdom", "UK", "Britain", "British", "Bank of England", "英國", "英倫銀行"}},
		{"Germany", []string{"Germany", "German", "BaFin", "德國"}},
		{"France", []string{"France", "French", "法國"}},
		{"Norway", []string{"Norway", "Norwegian", "挪威"}},
		{"Sweden", []string{"Sweden", "Swedish", "瑞典"}},
		{"Switzerland", []string{"Switzerland", "Swiss", "FINMA", "瑞士"}},
		{"United States", []string{"United States", "U.S.", "US", "CFTC", "US Congress", "US Senate", "White House", "Federal Reserve", "美國", "美聯儲"}},
		{"Canada", []string{"Canada", "Canadian", "加拿大"}},
		{"Brazil", []string{"Brazil", "Brazilian", "巴西"}},
		{"Argentina", []string{"Argentina", "Argentine", "阿根廷"}},
		{"El Salvador", []string{"El Salvador", "Salvadoran", "薩爾瓦多"}},
		{"Venezuela", []string{"Venezuela", "Venezuelan", "委內瑞拉"}},
		{"Australia", []string{"Australia", "Australian", "澳洲", "澳大利亞"}},
		{"New Zealand", []string{"New Zealand", "新西蘭", "紐西蘭"}},
		{"Nigeria", []string{"Nigeria", "Nigerian", "尼日利亞"}},
		{"Kenya", []string{"Kenya", "Kenyan", "肯尼亞"}},
		{"South Africa", []string{"South Africa", "South African", "南非"}},
		{"Algeria", []string{"Algeria", "Algerian", "阿爾及利亞"}},
		{"Morocco", []string{"Morocco", "Moroccan", "摩洛哥"}},
	}
}

// jurisdictionWords are the jurisdictions with their names as tokens and spaces. It is
// compiled at its first use and never changed.
var jurisdictionWords = sync.OnceValue(func() []jurisdiction { return foldNames(jurisdictions()) })

func foldNames(all []jurisdiction) []jurisdiction {
	for _, j := range all {
		for i, name := range j.names {
			j.names[i] = " " + tokenText(name) + " "
		}
	}
	return all
}

// leadBytes is how much of a text is searched: about two paragraphs, which are about
// the subject and not yet its background.
const leadBytes = 600

// jurisdictionsOf returns the jurisdictions of an article. An authority has its own;
// for the press, those in the headline and the first paragraphs count.
func jurisdictionsOf(a models.Article) []string {
	if a.Source.Role.Official() {
		return a.Source.Jurisdictions
	}
	return placesIn(a.Title, a.Body)
}

// placesIn returns the jurisdictions named in a headline and the start of a text.
func placesIn(title, body string) []string {
	title, _ = splitAt(title, leadBytes)
	lead, _ := splitAt(body, leadBytes)
	words := " " + tokenText(title) + " . " + tokenText(lead) + " "
	var found []string
	for _, p := range jurisdictionWords() {
		for _, name := range p.names {
			// "us" is a pronoun, and US$ is money.
			if name == " us " && !strings.Contains(" "+title+" "+lead, " US ") {
				continue
			}
			if strings.Contains(words, name) {
				found = append(found, p.name)
				break
			}
		}
	}
	return found
}
