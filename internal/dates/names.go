package dates

import (
	"cmp"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
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

// monthOf returns the month of a name, or 0.
func monthOf(word string) int { return cmp.Or(englishMonths[word], foreignMonths[word]) }

var (
	latinWeekday = regexp.MustCompile(`^[(,\s]*(\p{L}{2,10}(?:-feira)?)\.?(?:[\s,)/]+|$)`)
	hanWeekday   = regexp.MustCompile(`^[(,\s]*(?:(?:星期|礼拜|周)([一二三四五六日天])|([月火水木金土日])(?:曜日|曜)|([월화수목금토일])요일)[)\s,]*`)
	shortWeekday = regexp.MustCompile(`^\s*\(([一二三四五六日月火水木金土월화수목금토일])(?:\)\s*|$)`)
)

// cutWeekday removes a weekday from the start of a text and stores it.
func (dt *dateTime) cutWeekday(text string) string {
	for _, pattern := range []*regexp.Regexp{hanWeekday, shortWeekday} {
		if found := pattern.FindStringSubmatch(text); found != nil {
			name := strings.Join(found[1:], "")
			for _, week := range []string{"日一二三四五六", "天一二三四五六", "日月火水木金土", "일월화수목금토"} {
				if at := strings.Index(week, name); at >= 0 {
					dt.weekday, dt.hasWeekday = time.Weekday(utf8.RuneCountInString(week[:at])), true
				}
			}
			return text[len(found[0]):]
		}
	}
	found := latinWeekday.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	weekday := weekdayOf(found[1])
	if weekday < 0 {
		return text
	}
	dt.weekday, dt.hasWeekday = time.Weekday(weekday), true
	return text[len(found[0]):]
}

// weekdayNames are the names of each weekday and their abbreviations, from Sunday on, in the
// languages of months.
var weekdayNames = [...]*regexp.Regexp{
	regexp.MustCompile(`^(?:sun(?:day)?|sonntag|so|dim(?:anche)?|dom(?:ingo|enica)?|zondag)$`),
	regexp.MustCompile(`^(?:mon(?:day)?|montag|mo|lun(?:di|es|edì|edi)?|seg(?:unda)?(?:-feira)?|maandag)$`),
	regexp.MustCompile(`^(?:tue(?:s|sday)?|dienstag|di|mar(?:di|tes|tedì|tedi)?|ter(?:ça)?(?:-feira)?|dinsdag)$`),
	regexp.MustCompile(`^(?:wed(?:nesday)?|mittwoch|mi|mer(?:credi|coledì|coledi)?|mi[ée](?:rcoles)?|qua(?:rta)?(?:-feira)?|woensdag)$`),
	regexp.MustCompile(`^(?:thu(?:r|rs|rsday)?|donnerstag|do|jeu(?:di)?|jue(?:ves)?|gio(?:vedì|vedi)?|qui(?:nta)?(?:-feira)?|donderdag)$`),
	regexp.MustCompile(`^(?:fri(?:day)?|freitag|fr|ven(?:dredi|erdì|erdi)?|vie(?:rnes)?|sex(?:ta)?(?:-feira)?|vrijdag)$`),
	regexp.MustCompile(`^(?:sat(?:urday)?|samstag|sonnabend|sa|sam(?:edi)?|s[áa]b(?:ado|ato)?|zaterdag)$`),
}

// weekdayOf returns the weekday of a name, or -1.
func weekdayOf(word string) int {
	for i, names := range weekdayNames {
		if names.MatchString(word) {
			return i
		}
	}
	return -1
}
