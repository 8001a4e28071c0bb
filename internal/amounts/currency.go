package amounts

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/text"
)

// codes are the currencies that are read, by how a text writes their code.
var codes = map[string]string{
	"HKD": "HKD", "USD": "USD", "CNY": "CNY", "CNH": "CNY", "RMB": "CNY", "EUR": "EUR", "GBP": "GBP", "JPY": "JPY", "SGD": "SGD",
	"AUD": "AUD", "CAD": "CAD", "NZD": "NZD", "TWD": "TWD", "NTD": "TWD", "MOP": "MOP", "CHF": "CHF", "KRW": "KRW", "INR": "INR",
	"AED": "AED", "MYR": "MYR", "THB": "THB",
}

// Currencies returns the ISO 4217 codes of the currencies that are read.
func Currencies() []string {
	return slices.Compact(slices.Sorted(maps.Values(codes)))
}

// ParseCurrency reads a currency that a person wrote: HKD, hkd, RMB, HK$.
func ParseCurrency(s string) (code string, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if prefix, isDollar := strings.CutSuffix(s, "$"); isDollar && prefix != "" {
		code, ok = dollarPrefixes[strings.ToLower(prefix)]
		return code, ok
	}
	code, ok = codes[s]
	return code, ok
}

// CurrencyNamed returns the currency of a name or a sign: US dollars, 美元, €. It may be one that is left open, such as
// [Dollars]; it is empty if there is none.
func CurrencyNamed(name string) string {
	folded := text.Fold(strings.TrimSpace(name))
	for _, names := range []map[string]string{englishCurrencies, hanCurrencies, signs} {
		for _, n := range []string{folded, strings.TrimSuffix(folded, "s")} {
			if code := names[n]; code != "" {
				return code
			}
		}
	}
	return ""
}

// dollarPrefixes are the letters before $.
var dollarPrefixes = map[string]string{
	"hk": "HKD", "us": "USD", "s": "SGD", "sg": "SGD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nt": "TWD", "nz": "NZD", "mop": "MOP",
}

var signs = map[string]string{"€": "EUR", "£": "GBP", "¥": YenOrYuan, "₩": "KRW", "₹": "INR", "rs": "INR"}

// englishCurrencies are the names after a number, without the s of their last word.
var englishCurrencies = map[string]string{
	"dollar": Dollars, "hong kong dollar": "HKD", "hk dollar": "HKD", "us dollar": "USD", "u s dollar": "USD", "american dollar": "USD",
	"singapore dollar": "SGD", "australian dollar": "AUD", "canadian dollar": "CAD", "new zealand dollar": "NZD",
	"taiwan dollar": "TWD", "new taiwan dollar": "TWD", "yuan": "CNY", "chinese yuan": "CNY", "renminbi": "CNY", "euro": "EUR",
	"pound": "GBP", "british pound": "GBP", "pound sterling": "GBP", "sterling": "GBP", "yen": "JPY", "japanese yen": "JPY",
	"won": "KRW", "korean won": "KRW", "south korean won": "KRW", "swiss franc": "CHF", "franc": "CHF", "rupee": "INR",
	"indian rupee": "INR", "dirham": "AED", "pataca": "MOP", "ringgit": "MYR", "baht": "THB",
}

// maxCurrencyWords is the number of words of the longest name of a currency.
const maxCurrencyWords = 4

// needScale are names with another meaning, which count only after a million or the like.
var needScale = wordSet("won pound franc sterling")

// hanCurrencies are the Chinese names, in simplified characters as text is folded.
var hanCurrencies = map[string]string{
	"港元": "HKD", "港币": "HKD", "港圆": "HKD", "港纸": "HKD", "美元": "USD", "美金": "USD", "人民币": "CNY", "人民币元": "CNY", "元人民币": "CNY",
	"元": Yuan, "圆": Yuan, "欧元": "EUR", "英镑": "GBP", "镑": "GBP", "日元": "JPY", "日圆": "JPY", "韩元": "KRW", "韩圆": "KRW", "韩圜": "KRW",
	"新台币": "TWD", "台币": "TWD", "元新台币": "TWD", "元台币": "TWD", "元港币": "HKD", "元美金": "USD",
	"新加坡元": "SGD", "新加坡币": "SGD", "坡元": "SGD", "坡币": "SGD", "新元": "SGD", "澳元": "AUD", "澳币": "AUD", "澳门元": "MOP", "澳门币": "MOP", "葡币": "MOP",
	"加元": "CAD", "加币": "CAD", "纽元": "NZD", "新西兰元": "NZD", "瑞士法郎": "CHF", "瑞郎": "CHF", "卢比": "INR", "泰铢": "THB", "迪拉姆": "AED", "令吉": "MYR", "马币": "MYR",
}

// notAfterYuan are characters with which 元 is part of another word: 元旦, 元朗, 元素, 元宇宙, 元老, 元年.
const notAfterYuan = "旦朗素宇老年月"

// currencyBefore reads the currency in front of a number: HK$, USD, €, 人民幣. It returns the index of the number.
func (r reader) currencyBefore(i int) (code string, next int, ok bool) {
	w := r.word(i)
	if w == "$" {
		return Dollars, i + 1, true
	}
	if code, ok = signs[w]; ok {
		return code, i + 1, w != "rs" || r.isCapital(i)
	}
	if code, ok = dollarPrefixes[w]; ok && r.word(i+1) == "$" && r.isCapital(i) && (r.gap(i+1) == "" || r.gap(i+1) == " " && w != "s" && w != "a" && w != "c") {
		return code, i + 2, true
	}
	if code, ok = r.code(i); ok {
		if r.word(i+1) == "$" && r.gap(i+1) == "" {
			return code, i + 2, true
		}
		return code, i + 1, true
	}
	return r.hanCurrency(i)
}

// code reads a currency code, which is in capitals.
func (r reader) code(i int) (string, bool) {
	if len(r.word(i)) != 3 {
		return "", false
	}
	return codes[r.src[r.words[i].Start:r.words[i].End]], codes[r.src[r.words[i].Start:r.words[i].End]] != ""
}

// isCapital reports whether word i begins with a capital letter.
func (r reader) isCapital(i int) bool {
	for _, c := range r.src[r.words[i].Start:r.words[i].End] {
		return unicode.IsUpper(c)
	}
	return false
}

// currencyAfter reads the currency behind a number: HKD, Hong Kong dollars, 港元, 多元.
func (r reader) currencyAfter(q quantity) (code string, next int, ok bool) {
	i := q.end
	if w := r.word(i); (w == "多" || w == "余") && r.gap(i) == "" {
		i++
	}
	if !r.follows(i) {
		return "", 0, false
	}
	if code, next, ok = r.hanCurrency(i); ok {
		return code, next, true
	}
	if i != q.end {
		return "", 0, false
	}
	if code, ok = r.code(i); ok {
		return code, i + 1, true
	}
	name, found := "", ""
	for j := i; j < i+maxCurrencyWords && (j == i || r.follows(j) || r.gap(j) == "." || r.gap(j) == ". "); j++ {
		name = strings.TrimSpace(name + " " + r.word(j))
		singular := strings.TrimSuffix(name, "s")
		if c, ok := englishCurrencies[singular]; ok && (q.hasScale || !needScale[singular]) {
			found, next = c, j+1
		}
	}
	return found, next, found != ""
}

// hanCurrency reads a Chinese name of a currency, the longest that fits.
func (r reader) hanCurrency(i int) (code string, next int, ok bool) {
	name, found := "", ""
	for j := i; j < i+maxCurrencyWords && (j == i || r.gap(j) == ""); j++ {
		name += r.word(j)
		if c, ok := hanCurrencies[name]; ok && !(strings.HasSuffix(name, "元") && r.gap(j+1) == "" && strings.Contains(notAfterYuan, r.word(j+1))) {
			found, next = c, j+1
		}
	}
	return found, next, found != ""
}
