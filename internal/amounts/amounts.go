// Package amounts reads amounts of money in running text, in English and in both Chinese scripts: HK$12 million,
// US$1.2bn, 12,000,000 Hong Kong dollars, 1,200萬港元, 1.2億元人民幣, 三千萬元, HK$5-10 million.
//
// Start with [Find]. [ParseValue] reads one number that a person wrote as a limit, and [ParseCurrency] a currency.
// Amounts are never converted from one currency into another.
//
// It does not read: English numbers in words above twelve (fifty million), 兆, 數千萬 and other numbers that are not
// stated, the formal numerals 壹貳叁, and crypto tokens. Words such as "over" and "up to" are not part of an amount.
package amounts

import (
	"math"
	"strconv"
	"strings"

	"regwatch/internal/text"
)

// An Amount is an amount of money, or a range of them, as a text states it.
type Amount struct {
	First, End int     // the words [First, End) of the text
	Low, High  float64 // equal unless it is a range
	Currency   string  // an ISO 4217 code, one of the ambiguous currencies, or "" if the text names none
}

// The currencies that a text can leave open.
const (
	Dollars   = "$" // dollars of no stated country
	Yuan      = "元" // what a reader in Hong Kong, Taiwan, Macau, Singapore or Mainland China calls the own currency
	YenOrYuan = "¥"
)

// IsIn reports whether the amount may be in a currency; an empty one stands for all. What the text leaves open may be
// any of the currencies that are called so.
func (a Amount) IsIn(currency string) bool {
	switch {
	case currency == "" || a.Currency == "" || a.Currency == currency:
		return true
	case a.Currency == Dollars:
		return currency == "USD" || currency == "HKD" || currency == "SGD" || currency == "AUD" || currency == "CAD" || currency == "NZD" || currency == "TWD"
	case a.Currency == Yuan:
		return currency == "CNY" || currency == "HKD" || currency == "TWD" || currency == "MOP" || currency == "SGD"
	case a.Currency == YenOrYuan:
		return currency == "JPY" || currency == "CNY"
	}
	return false
}

// String describes the amount in English: HKD 12 million.
func (a Amount) String() string {
	s := Format(a.Low)
	if a.High > a.Low {
		s += " to " + Format(a.High)
	}
	switch a.Currency {
	case "":
		return s
	case Dollars:
		return s + " dollars"
	case YenOrYuan:
		return a.Currency + s
	case Yuan:
		return s + " " + Yuan
	}
	return a.Currency + " " + s
}

// Format returns a number in English: 12 million, 1.5 billion, 250,000.
func Format(v float64) string {
	for _, scale := range []struct {
		size float64
		name string
	}{{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}} {
		if v >= scale.size {
			return strconv.FormatFloat(v/scale.size, 'f', -1, 64) + scale.name
		}
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	whole, _, _ := strings.Cut(s, ".")
	if n := len(whole); n > 3 {
		s = s[:n-3] + "," + s[n-3:]
	}
	return s
}

// Short returns a number as a person writes a limit, and as [ParseValue] reads it: 12m, 1.5bn, 500k, 2800.
func Short(v float64) string {
	for _, scale := range []struct {
		size float64
		name string
	}{{1e9, "bn"}, {1e6, "m"}, {1e3, "k"}} {
		if v >= scale.size && math.Mod(v, scale.size/100) == 0 {
			return strconv.FormatFloat(v/scale.size, 'f', -1, 64) + scale.name
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Read reads a text that is nothing but one amount: 50 million USD, HK$5-10m, 5000萬美元, 50m.
func Read(s string) (Amount, bool) {
	s = strings.TrimSpace(s)
	if v, ok := ParseValue(s); ok {
		return Amount{Low: v, High: v}, true
	}
	words := text.Tokens(s)
	found := Find(s, words)
	if len(found) != 1 || found[0].First != 0 || found[0].End != len(words) {
		return Amount{}, false
	}
	return found[0], true
}

// Find returns the amounts in a text, of which words are the tokens. They do not overlap.
func Find(src string, words []text.Token) []Amount {
	r := reader{src, words}
	var found []Amount
	for i := 0; i < len(words); {
		if a, ok := r.amount(i); ok {
			found = append(found, a)
			i = a.End
			continue
		}
		i++
	}
	return found
}

// ParseValue reads one number: 10m, 500k, 1.5bn, 10 million, 10000000, 10,000,000, 1000萬, 10億.
func ParseValue(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	words := text.Tokens(s)
	r := reader{s, words}
	q, ok := r.quantity(0)
	if !ok || q.end != len(words) || words[0].Start != 0 || words[len(words)-1].End != len(s) || q.implicit {
		return 0, false
	}
	return q.value(), true
}

// A reader reads the words of a text.
type reader struct {
	src   string
	words []text.Token
}

func (r reader) word(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i].Text
}

// gap returns what stands before word i, or "\n" at the ends of the text.
func (r reader) gap(i int) string {
	if i <= 0 || i >= len(r.words) {
		return "\n"
	}
	return r.src[r.words[i-1].End:r.words[i].Start]
}

// follows reports whether word i stands directly after the one before it, or after a space or a hyphen.
func (r reader) follows(i int) bool {
	switch r.gap(i) {
	case "", " ", "\u00a0", "-":
		return true
	}
	return false
}

// A stated is one number with the currency that is written with it.
type stated struct {
	quantity
	first    int
	currency string
}

// amount reads the amount that begins at word i.
func (r reader) amount(i int) (Amount, bool) {
	low, ok := r.stated(i)
	if !ok {
		return Amount{}, false
	}
	if high, ok := r.upperEnd(low); ok {
		if low.currency == "" {
			low.currency = high.currency
		}
		if !low.hasScale && low.number < high.number {
			low.scale = high.scale // HK$5-10 million
		}
		low.hasScale, low.short = true, low.short && high.short
		if a := (Amount{low.first, high.end, low.value(), high.value(), low.currency}); a.Low <= a.High && (a.Currency != "" || high.hasScale && r.isBare(high.quantity)) {
			return a, true
		}
	}
	if low.currency == "" && !r.isBare(low.quantity) {
		return Amount{}, false
	}
	return Amount{low.first, low.end, low.value(), low.value(), low.currency}, true
}

// upperEnd reads the upper end of a range, after its lower end: 5-10 million, 5至10億元, between 5 and 10 million.
func (r reader) upperEnd(low stated) (stated, bool) {
	next := low.end
	switch gap := strings.TrimSpace(r.gap(next)); {
	case gap == "-" || gap == "–" || gap == "—" || gap == "~" || gap == "～" || gap == "－":
	case r.word(next) == "to" || r.word(next) == "至" || r.word(next) == "到",
		r.word(next) == "~" || r.word(next) == "～",
		r.word(next) == "and" && r.word(low.first-1) == "between":
		next++
	default:
		return stated{}, false
	}
	high, ok := r.stated(next)
	if !ok || high.first != next || low.currency != "" && high.currency != "" && low.currency != high.currency {
		return stated{}, false
	}
	return high, true
}

// stated reads a number with its currency before or after it.
func (r reader) stated(i int) (stated, bool) {
	if !mayBegin(r.word(i)) {
		return stated{}, false
	}
	s := stated{first: i}
	next := i
	if code, end, ok := r.currencyBefore(i); ok {
		if !r.follows(end) {
			return stated{}, false
		}
		s.currency, next = code, end
	}
	q, ok := r.quantity(next)
	if !ok || next == i && r.isWithinNumber(i) {
		return stated{}, false
	}
	s.quantity = q
	if code, end, ok := r.currencyAfter(q); ok {
		s.end = end
		if s.currency == "" || s.currency == Dollars {
			s.currency = code
		}
	}
	return s, s.currency != "" || !s.implicit
}

// mayBegin is a quick test that rules out most words.
func mayBegin(word string) bool {
	if word == "" {
		return false
	}
	if c := word[0]; c >= '0' && c <= '9' || c == '$' {
		return true
	}
	return beginnings[word]
}

// isWithinNumber reports whether word i continues a number that is not read, such as the 2 of v1.2 and the 萬 of 數千萬.
func (r reader) isWithinNumber(i int) bool {
	switch r.gap(i) {
	case ".", ",", "/", ":":
		before := r.word(i - 1)
		return before != "" && before[len(before)-1] >= '0' && before[len(before)-1] <= '9'
	}
	before := r.word(i - 1)
	return before == "数" || before == "几" || before == "第" || r.gap(i) == "" && units[before] > 0
}

// isBare reports whether a number without a currency is an amount of money: in millions or more, and nothing that is
// counted follows it.
func (r reader) isBare(q quantity) bool {
	if !q.hasScale || q.short || q.implicit || q.value() < 10_000 {
		return false
	}
	next := r.word(q.end)
	if gap := r.gap(q.end); strings.ContainsAny(gap, "\n.,;:!?)。，；：！？）、」』”") {
		return true
	}
	if next == "in" {
		next = r.word(q.end + 1)
		return moneyNouns[next] && next != "or"
	}
	return moneyNouns[next]
}

// A quantity is a number as it is written: 12 million has the number 12 and the scale 1,000,000.
type quantity struct {
	number, scale float64
	hasScale      bool
	short         bool // the scale is an abbreviation, such as m
	implicit      bool // it begins with its scale, as 千萬 does
	end           int  // the word after it
}

// value returns the number, in hundredths at most, so that equal amounts are equal however they are written.
func (q quantity) value() float64 { return math.Round(q.number*q.scale*100) / 100 }
