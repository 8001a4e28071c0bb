package amounts

import "strings"

// maxDigits is the number of digits up to which a number is exact.
const maxDigits = 15

// quantity reads the number that begins at word i, with its scale.
func (r reader) quantity(i int) (quantity, bool) {
	w := r.word(i)
	if n, ok := englishNumbers[w]; ok {
		q, ok := r.englishScale(quantity{number: n, scale: 1, end: i + 1}, "")
		return q, ok && q.hasScale
	}
	if w == "" || w[0] < '0' || w[0] > '9' {
		return r.chinese(quantity{scale: 1, end: i}, false)
	}
	digits, decimals, rest, end, ok := r.digits(i)
	if !ok {
		return quantity{}, false
	}
	q := quantity{number: decimal(digits + decimals), scale: 1, end: end}
	for range decimals {
		q.scale *= 10
	}
	q.number, q.scale = q.number/q.scale, 1
	if scaled, ok := r.englishScale(q, rest); !ok || scaled.hasScale || rest != "" {
		return scaled, ok
	}
	return r.chinese(q, true)
}

// digits reads 12, 1,200 and 1.2. Rest is what follows within the last word: the bn of 1.2bn.
func (r reader) digits(i int) (digits, decimals, rest string, end int, ok bool) {
	digits, rest = cutDigits(r.word(i))
	for end = i + 1; rest == "" && r.gap(end) == ","; end++ {
		group, after := cutDigits(r.word(end))
		if len(group) != 3 {
			break
		}
		digits, rest = digits+group, after
	}
	if rest == "" && r.gap(end) == "." {
		if fraction, after := cutDigits(r.word(end)); fraction != "" {
			decimals, rest = fraction, after
			end++
		}
	}
	return digits, decimals, rest, end, len(digits)+len(decimals) <= maxDigits
}

func cutDigits(word string) (digits, rest string) {
	n := 0
	for n < len(word) && word[n] >= '0' && word[n] <= '9' {
		n++
	}
	return word[:n], word[n:]
}

// decimal returns the number of some digits.
func decimal(digits string) float64 {
	n := 0.0
	for _, c := range digits {
		n = 10*n + float64(c-'0')
	}
	return n
}

// englishScale reads the scale after a number: the bn of 1.2bn, and the million of 12 million and 12-million. It returns
// false if the number is part of another word, such as 2nd.
func (r reader) englishScale(q quantity, rest string) (quantity, bool) {
	if rest != "" {
		scale, ok := englishScales[rest]
		if !ok {
			return quantity{}, false
		}
		q.scale, q.hasScale, q.short = scale, true, len(rest) <= len("mln")
		return q, true
	}
	w := r.word(q.end)
	if scale, ok := englishScales[w]; ok && r.follows(q.end) && len(w) > 1 {
		q.scale, q.hasScale, q.short = scale, true, len(w) <= len("mln")
		q.end++
	}
	return q, true
}

// chinese reads a number in Chinese characters, or the units after digits: 三千五百萬, 1.2億, 5千萬, 1億2,000萬, 3000多萬.
func (r reader) chinese(q quantity, hasNumber bool) (quantity, bool) {
	var (
		high, middle, low = 0.0, 0.0, 0.0 // of 億, of 萬, and below
		number            = q.number
		begin             = q.end
		smallest          = 1e99 // the last of 萬 and 億, which must fall
		wasDigit          bool
	)
	orOne := func(v float64) float64 {
		if v > 0 {
			return v
		}
		return 1
	}
	for i := q.end; i == begin || r.gap(i) == "" || r.gap(i) == " " && units[r.word(i)] > 0; i++ {
		w := r.word(i)
		if d, ok := hanDigits[w]; ok {
			if hasNumber && !wasDigit {
				break
			}
			if wasDigit {
				d += 10 * number
			}
			number, hasNumber, wasDigit = d, true, true
			q.end = i + 1
			continue
		}
		wasDigit = false
		unit := units[w]
		if (w == "多" || w == "余") && hasNumber && units[r.word(i+1)] >= 1e4 {
			continue
		}
		if unit == 0 {
			if q.hasScale && !hasNumber && w != "" && w[0] >= '0' && w[0] <= '9' { // 1億2,000萬
				digits, decimals, rest, end, ok := r.digits(i)
				if ok && decimals == "" && rest == "" && units[r.word(end)] > 0 && units[r.word(end)] < smallest {
					number, hasNumber = decimal(digits), true
					i = end - 1
					continue
				}
			}
			break
		}
		if !q.hasScale && i == begin && !hasNumber && unit > 10 {
			q.implicit = true
		}
		switch {
		case unit < 1e4:
			low += orOne(number) * unit
		case unit > smallest || unit == smallest && middle+low+number == 0:
			return quantity{}, false
		case unit == 1e4:
			middle += orOne(low+number) * unit
			low = 0
			smallest = unit
		default:
			high += orOne(middle+low+number) * unit
			middle, low = 0, 0
			smallest = unit
		}
		if unit == 1e4 && units[r.word(i+1)] == 1e8 && r.gap(i+1) == "" { // 3萬億
			smallest = 1e99
		}
		number, hasNumber = 0, false
		q.hasScale = q.hasScale || unit >= 1e4
		q.end = i + 1
	}
	if q.end == begin && !hasNumber {
		return quantity{}, false
	}
	q.number, q.scale = high+middle+low+number, 1
	if q.hasScale { // so that 5至10億 has a scale to share
		q.scale = 1e4
		if high > 0 {
			q.scale = 1e8
		}
		q.number /= q.scale
	}
	return q, true
}

// englishScales are the scales after a number. Those of at most three letters are abbreviations.
var englishScales = map[string]float64{
	"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "t": 1e12, "tn": 1e12, "trn": 1e12,
	"thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9, "trillion": 1e12, "trillions": 1e12,
	"lakh": 1e5, "crore": 1e7,
}

var englishNumbers = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}

var hanDigits = map[string]float64{
	"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}

var units = map[string]float64{"十": 10, "百": 100, "千": 1000, "万": 1e4, "亿": 1e8}

// moneyNouns may follow a number of money that has no currency: a 12 million fine, 12 million in penalties, 三千萬罰款.
var moneyNouns = wordSet("fine fines penalty penalties settlement damages compensation disgorgement losses 罚")

// beginnings are the words, besides digits and $, with which an amount can begin.
var beginnings = func() map[string]bool {
	all := make(map[string]bool)
	for w := range englishNumbers {
		all[w] = true
	}
	for w := range hanDigits {
		all[w] = true
	}
	for w := range units {
		all[w] = true
	}
	for w := range signs {
		all[w] = true
	}
	for w := range dollarPrefixes {
		all[w] = true
	}
	for code := range codes {
		all[strings.ToLower(code)] = true
	}
	for name := range hanCurrencies {
		all[string([]rune(name)[:1])] = true
	}
	return all
}()

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}
