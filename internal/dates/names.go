package dates

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// monthNames are the names of months and their abbreviations, in English, German, French, Spanish,
// Italian, Portuguese and Dutch.
var monthNames = regexp.MustCompile(`^(?:jan(?:uar[yi]?|vier|eiro)?|jänner|janv|enero|ene|gennaio|gen|feb(?:ruar[yi]?|rero|braio)?|févr?(?:ier)?|fevr?(?:ier|ereiro)?|mar(?:ch|s|zo|ço|co)?|märz?|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may(?:o)?|mai(?:o)?|mag(?:gio)?|mei|june?|jun(?:i|io|ho)?|juin|giu(?:gno)?|july?|jul(?:i|io|ho)?|juil(?:let)?|lug(?:lio)?|aug(?:ust|ustus)?|août|aout|ago(?:sto)?|sept?(?:ember|embre|iembre|iembro)?|set(?:tembre|embro)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|dez(?:ember|embro)?|déc(?:embre)?|dic(?:embre|iembre)?)$`)

// monthOf returns the month of a name, or 0.
func monthOf(word string) int {
	if !monthNames.MatchString(word) {
		return 0
	}
	// The longer prefix comes first: "juin" and "juil" begin alike.
	runes := []rune(word)
	for _, n := range []int{4, 3} {
		if m := monthOfPrefix(string(runes[:min(n, len(runes))])); m > 0 {
			return m
		}
	}
	return 0
}

// monthOfPrefix returns the month whose name begins with a prefix. No two of the languages use the
// same prefix for different months.
func monthOfPrefix(prefix string) int {
	switch prefix {
	case "jan", "jän", "ene", "gen":
		return 1
	case "feb", "fév", "fev":
		return 2
	case "mar", "mär", "mrz", "maa", "mrt":
		return 3
	case "apr", "avr", "abr":
		return 4
	case "may", "mai", "mag", "mei":
		return 5
	case "jun", "juin", "giu":
		return 6
	case "jul", "juil", "lug":
		return 7
	case "aug", "aoû", "aou", "ago":
		return 8
	case "sep", "set":
		return 9
	case "oct", "okt", "ott", "out":
		return 10
	case "nov":
		return 11
	case "dec", "dez", "déc", "dic":
		return 12
	}
	return 0
}

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
// languages of monthNames.
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
