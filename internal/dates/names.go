package dates

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/lazyregexp"
)

// englishMonths are the English names of months and their abbreviations.
var englishMonths = map[string]int{
	"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "jun": 6,
	"july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10,
	"november": 11, "nov": 11, "december": 12, "dec": 12,
}

// foreignMonths are the names and abbreviations in German, French, Spanish, Italian, Portuguese and
// Dutch, as far as they are not English too. No name means different months in two languages.
var foreignMonths = map[string]int{
	"januar": 1, "januari": 1, "jänner": 1, "janvier": 1, "janv": 1, "enero": 1, "ene": 1, "gennaio": 1, "gen": 1, "janeiro": 1,
	"februar": 2, "februari": 2, "février": 2, "févier": 2, "févr": 2, "fév": 2, "fevrier": 2, "fevier": 2, "fevr": 2, "fev": 2, "febrero": 2, "febbraio": 2, "fevereiro": 2,
	"märz": 3, "mär": 3, "mrz": 3, "mars": 3, "marzo": 3, "março": 3, "marco": 3, "maart": 3, "mrt": 3,
	"avril": 4, "avr": 4, "aprile": 4, "abril": 4, "abr": 4,
	"mai": 5, "maio": 5, "mayo": 5, "maggio": 5, "mag": 5, "mei": 5,
	"juni": 6, "juin": 6, "junio": 6, "junho": 6, "giugno": 6, "giu": 6,
	"juli": 7, "juillet": 7, "juil": 7, "julio": 7, "julho": 7, "luglio": 7, "lug": 7,
	"augustus": 8, "août": 8, "aout": 8, "agosto": 8, "ago": 8,
	"septembre": 9, "septiembre": 9, "septiembro": 9, "settembre": 9, "setembro": 9, "set": 9,
	"oktober": 10, "okt": 10, "octobre": 10, "octubre": 10, "ottobre": 10, "ott": 10, "outubro": 10, "out": 10,
	"novembre": 11, "noviembre": 11, "novembro": 11,
	"dezember": 12, "dezembro": 12, "dez": 12, "décembre": 12, "déc": 12, "diciembre": 12, "dicembre": 12, "dic": 12,
}

// thaiMonths are the Thai names of months and their abbreviations, which have a dot after each part.
var thaiMonths = map[string]int{
	"มกราคม": 1, "ม.ค": 1, "กุมภาพันธ์": 2, "ก.พ": 2, "มีนาคม": 3, "มี.ค": 3, "เมษายน": 4, "เม.ย": 4,
	"พฤษภาคม": 5, "พ.ค": 5, "มิถุนายน": 6, "มิ.ย": 6, "กรกฎาคม": 7, "ก.ค": 7, "สิงหาคม": 8, "ส.ค": 8,
	"กันยายน": 9, "ก.ย": 9, "ตุลาคม": 10, "ต.ค": 10, "พฤศจิกายน": 11, "พ.ย": 11, "ธันวาคม": 12, "ธ.ค": 12,
}

// monthOf returns the month of a name, or 0.
func monthOf(word string) int {
	return cmp.Or(englishMonths[word], foreignMonths[word], thaiMonths[word])
}

var (
	latinWeekday = lazyregexp.New(`^[(,\s]*(\p{L}{2,10}(?:-feira)?)\.?(?:[\s,)/]+|$)`)
	hanWeekday   = lazyregexp.New(`^[(,\s]*(?:(?:星期|礼拜|周)([一二三四五六日天])|([月火水木金土日])(?:曜日|曜)|([월화수목금토일])요일)[)\s,]*`)
	thaiWeekday  = lazyregexp.New(`^(?:วันที่|(?:วัน)?(?:อาทิตย์|จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์)(?:ที่)?)\s*`)
	shortWeekday = lazyregexp.New(`^\s*\(([一二三四五六日月火水木金土월화수목금토일])(?:\)\s*|$)`)
)

// cutWeekday removes a weekday from the start of a text and stores it.
func (dt *dateTime) cutWeekday(text string) string {
	for _, pattern := range []*lazyregexp.Regexp{hanWeekday, shortWeekday} {
		if found := pattern.FindStringSubmatch(text); found != nil {
			name := strings.Join(found[1:], "")
			for _, week := range []string{"日一二三四五六", "天一二三四五六", "日月火水木金土", "일월화수목금토"} {
				if at := strings.Index(week, name); at >= 0 {
					dt.weekdays = 1 << utf8.RuneCountInString(week[:at])
				}
			}
			return text[len(found[0]):]
		}
	}
	if found := thaiWeekday.FindString(text); found != "" {
		return text[len(found):]
	}
	found := latinWeekday.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	days := weekdaysOf(found[1])
	if days == 0 {
		return text
	}
	dt.weekdays = days
	return text[len(found[0]):]
}

// A weekdaySet is a set of weekdays, with one bit for each from Sunday on.
type weekdaySet uint8

func (s weekdaySet) has(d time.Weekday) bool { return s&(1<<d) != 0 }

// weekdayNames are the names of each weekday and their abbreviations, from Sunday on, in the
// languages of months. A name may mean two days: "di" is a Tuesday in German and Dutch and a Sunday
// in French, "ma" a Monday in Dutch and a Tuesday in French and Spanish.
var weekdayNames = [...]*lazyregexp.Regexp{
	lazyregexp.New(`^(?:sun(?:day)?|sonntag|so|dim(?:anche)?|di|dom(?:ingo|enica)?|do|zondag|zon?)$`),
	lazyregexp.New(`^(?:mon(?:day)?|montag|mo|lun(?:di|es|edì|edi)?|lu|seg(?:unda)?(?:-feira)?|maandag|maa?)$`),
	lazyregexp.New(`^(?:tue(?:s|sday)?|dienstag|di|mar(?:di|tes|tedì|tedi)?|ma|ter(?:ça)?(?:-feira)?|dinsdag|din)$`),
	lazyregexp.New(`^(?:wed(?:nesday)?|mittwoch|mi|mer(?:credi|coledì|coledi)?|me|mi[ée](?:rcoles)?|qua(?:rta)?(?:-feira)?|woensdag|woe?)$`),
	lazyregexp.New(`^(?:thu(?:r|rs|rsday)?|donnerstag|do|jeu(?:di)?|je|jue(?:ves)?|ju|gio(?:vedì|vedi)?|qui(?:nta)?(?:-feira)?|donderdag|don)$`),
	lazyregexp.New(`^(?:fri(?:day)?|freitag|fr|ven(?:dredi|erdì|erdi)?|ve|vie(?:rnes)?|vi|sex(?:ta)?(?:-feira)?|vrijdag|vri?j?)$`),
	lazyregexp.New(`^(?:sat(?:urday)?|samstag|sonnabend|sa|sam(?:edi)?|s[áa]b(?:ado|ato)?|sá|zaterdag|zat?)$`),
}

// weekdaysOf returns the weekdays that a name stands for.
func weekdaysOf(word string) (days weekdaySet) {
	for i, names := range weekdayNames {
		if names.MatchString(word) {
			days |= 1 << i
		}
	}
	return days
}
