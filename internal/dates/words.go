package dates

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// monthNames are the beginnings by which the names of months are told, in
// English, German, French, Spanish, Italian, Portuguese and Dutch. No two
// languages use one of them for different months.
var monthNames = map[string]int{
	"jan": 1, "jän": 1, "ene": 1, "gen": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "maa": 3, "mrt": 3, "apr": 4, "avr": 4, "abr": 4,
	"may": 5, "mai": 5, "mag": 5, "mei": 5, "jun": 6, "juin": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8, "aoû": 8, "aou": 8, "ago": 8,
	"sep": 9, "set": 9, "oct": 10, "okt": 10, "ott": 10, "out": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}

// monthWords are the whole names; a word that merely begins like one is none.
var monthWords = regexp.MustCompile(`^(?:jan(?:uar[yi]?|vier|eiro)?|jänner|janv|enero|ene|gennaio|gen|feb(?:ruar[yi]?|rero|braio)?|févr?(?:ier)?|fevr?(?:ier|ereiro)?|mar(?:ch|s|zo|ço|co)?|märz?|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may(?:o)?|mai(?:o)?|mag(?:gio)?|mei|june?|jun(?:i|io|ho)?|juin|giu(?:gno)?|july?|jul(?:i|io|ho)?|juil(?:let)?|lug(?:lio)?|aug(?:ust|ustus)?|août|aout|ago(?:sto)?|sept?(?:ember|embre|iembre|iembro)?|set(?:tembre|embro)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|dez(?:ember|embro)?|déc(?:embre)?|dic(?:embre|iembre)?)$`)

// monthOf returns the month of a name, 0 if it is none.
func monthOf(word string) int {
	if !monthWords.MatchString(word) {
		return 0
	}
	for _, n := range []int{4, 3} {
		runes := 0
		for i := range word + "  " {
			if runes == n {
				if m := monthNames[(word + "  ")[:i]]; m > 0 {
					return m
				}
				break
			}
			runes++
		}
		if m := monthNames[word]; m > 0 {
			return m
		}
	}
	return 0
}

var (
	latinWeekday = regexp.MustCompile(`^[(,\s]*(\p{L}{2,10}(?:-feira)?)\.?(?:[\s,)/]+|$)`)
	hanWeekday   = regexp.MustCompile(`^[(,\s]*(?:(?:星期|礼拜|周)([一二三四五六日天])|([月火水木金土日])(?:曜日|曜)|([월화수목금토일])요일)[)\s,]*`)
	bareWeekday  = regexp.MustCompile(`^\s*\(([一二三四五六日月火水木金土월화수목금토일])(?:\)\s*|$)`)
)

// weekday takes a weekday off the start of a text, and notes it.
func (m *moment) weekday(text string) string {
	for _, form := range []*regexp.Regexp{hanWeekday, bareWeekday} {
		if found := form.FindStringSubmatch(text); found != nil {
			name := strings.Join(found[1:], "")
			for _, week := range []string{"日一二三四五六", "天一二三四五六", "日月火水木金土", "일월화수목금토"} {
				if at := strings.Index(week, name); at >= 0 {
					m.week, m.said = time.Weekday(utf8.RuneCountInString(week[:at])), true
				}
			}
			return text[len(found[0]):]
		}
	}
	found := latinWeekday.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	week := weekdayOf(found[1])
	if week < 0 {
		return text
	}
	m.week, m.said = time.Weekday(week), true
	return text[len(found[0]):]
}

// weekdayWords are the weekdays in the languages of monthNames.
var weekdayWords = []*regexp.Regexp{
	regexp.MustCompile(`^(?:sun(?:day)?|sonntag|so|dim(?:anche)?|dom(?:ingo|enica)?|zondag)$`),
	regexp.MustCompile(`^(?:mon(?:day)?|montag|mo|lun(?:di|es|edì|edi)?|seg(?:unda)?(?:-feira)?|maandag)$`),
	regexp.MustCompile(`^(?:tue(?:s|sday)?|dienstag|di|mar(?:di|tes|tedì|tedi)?|ter(?:ça)?(?:-feira)?|dinsdag)$`),
	regexp.MustCompile(`^(?:wed(?:nesday)?|mittwoch|mi|mer(?:credi|coledì|coledi)?|mi[ée](?:rcoles)?|qua(?:rta)?(?:-feira)?|woensdag)$`),
	regexp.MustCompile(`^(?:thu(?:r|rs|rsday)?|donnerstag|do|jeu(?:di)?|jue(?:ves)?|gio(?:vedì|vedi)?|qui(?:nta)?(?:-feira)?|donderdag)$`),
	regexp.MustCompile(`^(?:fri(?:day)?|freitag|fr|ven(?:dredi|erdì|erdi)?|vie(?:rnes)?|sex(?:ta)?(?:-feira)?|vrijdag)$`),
	regexp.MustCompile(`^(?:sat(?:urday)?|samstag|sonnabend|sa|sam(?:edi)?|s[áa]b(?:ado|ato)?|zaterdag)$`),
}

// weekdayOf returns the weekday of a name, -1 if it is none.
func weekdayOf(word string) int {
	for i, words := range weekdayWords {
		if words.MatchString(word) {
			return i
		}
	}
	return -1
}

const opening = " \t([【「〔<«:：/,.|·-–—"

var (
	// leading are words with which a line begins that gives a date.
	leading = regexp.MustCompile(`^(?:(?:(?:first|last|date|originally|press release|news release|article|page|time|content)\s+)*(?:published|publication|posted|updated|update|released?|issued?|dated?|created|modified|revised|reviewed|added|uploaded|effective|ends?|on|at|as of|since|veröffentlicht|stand|aktualisiert|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|am|vom|le|du|el|il|em|op|den)\b\.?|(?:信息)?(?:发布|刊登|公布|公告|更新|发文|成文|发稿|上传|创建|印发|签发|生成)?(?:时间|日期|于|日)|发布|发表于|公开日期|公開日|更新日|掲載日|发表|게시일|등록일|작성일)\s*[/:–—,-]?\s*(?:(?:on|at|am|le|el|il|em|the|date|time)\s+)?[:]?\s*`)
	// published and labelled are the labels of a date among other words.
	published = regexp.MustCompile(`(?:发布(?:时间|日期)?|发表(?:时间|日期)|刊登日期|公布日期|掲載日|公開日|(?:published|posted|issued|released)(?: date| on| at)?|(?:publication|release|issue) date|pub ?date|veröffentlicht(?: am)?|publié le|publicado el|pubblicato il)\s*[:]?\s*`)
	labelled  = regexp.MustCompile(`(?:时间|日期|\bdate|\btime|\bupdated(?: on| at)?|\bmodified|更新)\s*:\s*`)
	// due are the words of a date that is to come.
	due = regexp.MustCompile(`截止|截至|届满|期限|deadline|closing date|closes?\b|comments? (?:are )?(?:due|by)|due (?:date|by)|expir|有效期|生效|施行|effective`)
	// trailing is what may follow a date.
	trailing = regexp.MustCompile(`^(?:[\s.,;:)\]】〕>»」|·•–—-]*$|[\s,;:)\]】|·•–—/-]+(?:来源|作者|编辑|责任编辑|责编|字号|字体|字|大中小|打印|浏览|点击|阅读|分享|收藏|source|by\b|author|share|print|updated|last|edited|更新|发布|\d+ (?:min|minutes?)\b|local time|hrs?\b|uhr\b|ends?$).*$)`)
)

// ends reports whether a text says nothing more of a date.
func ends(rest string) bool { return trailing.MatchString(rest) }

// plain writes a text in lower case, with ASCII digits and signs and in
// simplified characters as far as dates have them, and numbers of Han
// characters as digits.
func plain(text string) string {
	text = strings.ToLower(strings.ToValidUTF8(text, " "))
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
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
		if i := strings.IndexRune(traditional, r); i >= 0 {
			return []rune(simplified)[utf8.RuneCountInString(traditional[:i])]
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	text = hanNumber.ReplaceAllStringFunc(text, func(s string) string {
		m := hanNumber.FindStringSubmatch(s)
		return digits(m[1]) + m[2]
	})
	return strings.TrimRight(strings.TrimLeft(text, " ([【「〔<«"), " )]】」〕>»")
}

const (
	traditional = "號時點間發後鐘週禮剛個兩來國東臺於責編輯體瀏覽擊閱讀晚表載開標準華曜"
	simplified  = "号时点间发后钟周礼刚个两来国东台于责编辑体浏览击阅读晚表载开标准华曜"
)

var hanNumber = regexp.MustCompile(`([〇零○o一二三四五六七八九十廿卅两元]+)(\s*(?:年|月|日|号|时|点|分|秒|天|周|小时|个))`)

// digits writes a number of Han characters with digits: one by one, as years
// are written, or by tens.
func digits(han string) string {
	if han == "元" {
		return "1" // of an era
	}
	value := func(r rune) int {
		switch r {
		case '零', '○', 'o':
			return 0
		case '两':
			return 2
		case '廿':
			return 20
		case '卅':
			return 30
		}
		return utf8.RuneCountInString("〇一二三四五六七八九十"[:max(0, strings.IndexRune("〇一二三四五六七八九十", r))])
	}
	if !strings.ContainsAny(han, "十廿卅") {
		var b strings.Builder
		for _, r := range han {
			b.WriteByte(byte('0' + value(r)%10))
		}
		return b.String()
	}
	total, unit := 0, 0
	for _, r := range han {
		switch v := value(r); {
		case v >= 20:
			total, unit = total+v, 0
		case v == 10:
			total, unit = total+10*max(unit, 1), 0
		default:
			unit = v
		}
	}
	total += unit
	return string([]byte{byte('0' + total/10%10), byte('0' + total%10)})
}
