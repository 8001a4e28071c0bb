package dates

import (
	"fmt"
	"strings"
	"unicode"

	"regwatch/internal/lazyregexp"
	"regwatch/internal/text"
)

// normalize returns a text in lower case, with ASCII digits and signs, with folded Chinese
// characters, and with digits for numbers in Chinese characters.
func normalize(s string) string {
	s = strings.ToLower(strings.ToValidUTF8(s, " "))
	s = strings.Map(normalizeRune, s)
	s = strings.Join(strings.Fields(s), " ")
	s = hanNumber.ReplaceAllStringFunc(s, func(s string) string {
		m := hanNumber.FindStringSubmatch(s)
		return digitsOf(m[1]) + m[2]
	})
	return strings.TrimRight(strings.TrimLeft(s, " ([【「〔<«"), " )]】」〕>»")
}

func normalizeRune(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return unicode.ToLower(r - 0xFEE0)
	case r == '\u200e' || r == '\u200f' || r == '\u200b' || r == '\ufeff':
		return -1
	case unicode.IsSpace(r):
		return ' '
	case r == '\u2019':
		return '\''
	case r == '\u2010' || r == '\u2011' || r == '\u2212':
		return '-'
	}
	if r >= 0x0E50 && r <= 0x0E59 { // Thai digits
		return '0' + r - 0x0E50
	}
	if r >= 0xF900 && r <= 0xFAFF { // compatibility ideographs, such as 年 of Korean sets
		for _, folded := range text.Fold(string(r)) {
			return folded
		}
	}
	return text.FoldHan(r)
}

// hanNumber finds a number in Chinese characters and the unit after it.
var hanNumber = lazyregexp.New(`([〇零○o一二三四五六七八九十百廿卅两元]+)(\s*(?:年|月|日|号|时|点|分|秒|天|周|小时|个))`)

// digitsOf writes a number in Chinese characters with digits. Years are written digit by digit,
// other numbers with tens.
func digitsOf(han string) string {
	if han == "元" {
		return "1" // the first year of an era
	}
	if hundreds, rest, ok := strings.Cut(han, "百"); ok {
		return fmt.Sprint(100*max(1, hanValue(hundreds)%10) + hanValue(rest)%100)
	}
	if strings.ContainsAny(han, "十廿卅") {
		return fmt.Sprintf("%02d", hanValue(han)%100)
	}
	var b strings.Builder
	for _, r := range han {
		b.WriteByte(byte('0' + max(0, digitOf(r))))
	}
	return b.String()
}

// hanValue returns the value of a number in Chinese characters, of any script.
func hanValue(han string) int {
	total, unit := 0, 0
	for _, r := range han {
		switch v := digitOf(r); {
		case v < 0:
		case v >= 20:
			total, unit = total+v, 0
		case v == 10:
			total, unit = total+10*max(unit, 1), 0
		default:
			unit = 10*unit + v
		}
	}
	return total + unit
}

// digitOf returns the value of a Chinese numeral, or -1.
func digitOf(r rune) int {
	switch r {
	case '〇', '零', '○', 'o':
		return 0
	case '一':
		return 1
	case '二', '两', '兩':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	case '廿':
		return 20
	case '卅':
		return 30
	}
	return -1
}
