package dates

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"regwatch/internal/lazyregexp"
)

// A zone is the time zone that a date names: an offset from UTC, or a name. The zero zone is none.
type zone struct {
	hasOffset bool
	offset    time.Duration
	iana      string // of a place
	name      string // an abbreviation
}

// chinesePlaces are the places whose time Chinese texts name, with their IANA names.
var chinesePlaces = map[string]string{
	"北京": "Asia/Shanghai", "中国标准": "Asia/Shanghai", "中国": "Asia/Shanghai", "香港": "Asia/Hong_Kong", "本港": "Asia/Hong_Kong",
	"香港标准": "Asia/Hong_Kong", "澳门": "Asia/Macau", "台北": "Asia/Taipei", "台北标准": "Asia/Taipei", "台湾": "Asia/Taipei",
	"东京": "Asia/Tokyo", "日本": "Asia/Tokyo", "日本标准": "Asia/Tokyo", "首尔": "Asia/Seoul", "韩国": "Asia/Seoul", "韩国标准": "Asia/Seoul",
	"新加坡": "Asia/Singapore", "新加坡标准": "Asia/Singapore", "曼谷": "Asia/Bangkok", "迪拜": "Asia/Dubai",
	"纽约": "America/New_York", "美东": "America/New_York", "美国东部": "America/New_York", "美西": "America/Los_Angeles", "美国西部": "America/Los_Angeles",
	"伦敦": "Europe/London", "英国": "Europe/London", "欧洲中部": "Europe/Berlin", "中欧": "Europe/Berlin",
	"协调世界": "UTC", "格林尼治": "UTC", "格林威治": "UTC",
}

// englishPlaces are the places whose time English texts name, with their IANA names.
var englishPlaces = map[string]string{
	"beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "hong kong": "Asia/Hong_Kong", "hongkong": "Asia/Hong_Kong", "taipei": "Asia/Taipei",
	"singapore": "Asia/Singapore", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo", "korea": "Asia/Seoul", "seoul": "Asia/Seoul", "india": "Asia/Kolkata",
	"london": "Europe/London", "uk": "Europe/London", "central european": "Europe/Berlin",
	"new york": "America/New_York", "eastern": "America/New_York", "us eastern": "America/New_York",
	"central": "America/Chicago", "us central": "America/Chicago", "mountain": "America/Denver", "us mountain": "America/Denver",
	"pacific": "America/Los_Angeles", "us pacific": "America/Los_Angeles",
	"greenwich mean": "UTC", "coordinated universal": "UTC",
}

var (
	offsetZone  = lazyregexp.New(`^\s*[(\[]?(?:utc|gmt)?\s*([+−-])(\d{1,2})(?::?(\d{2}))?(?::00)?(?:[)\]]|\b)`)
	chineseZone = lazyregexp.New(`^\s*[(,\[]?\s*(` + strings.Join(longestFirst(chinesePlaces), "|") + `)(?:夏令)?(?:时间|时)\s*[)\]]?`)
	englishZone = lazyregexp.New(`^\s*[(,\[]?\s*(` + strings.Join(longestFirst(englishPlaces), "|") + `)(?: standard| daylight| summer)? time\b\s*[)\]]?`)
	usZone      = lazyregexp.New(`^\s*[(,\[]?\s*(eastern|central|mountain|pacific)\s*(?:[)\],|]|$)`)
	ianaZone    = lazyregexp.New(`^\s*[(,\[]?\s*([a-z]+(?:/[a-z][a-z_-]+){1,2})\s*[)\]]?`)
	// chineseStart finds a zone or a half of the day with which a date begins.
	chineseStart = lazyregexp.New(`^(?:(?:` + halfOfDay + `)\s*\d{1,2}\s*[:时点시]|` + strings.TrimPrefix(chineseZone.String(), "^") + `)`)
	abbrevZone   = lazyregexp.New(`^\s*[(,\[]?\s*([a-z]{1,5})\b\.?\s*[)\]]?`)
	// zoneSuffix is what programs write after an offset or a zone: its name in brackets as in
	// RFC 9557, a comment as in RFC 5322, a second name, and the monotonic clock of Go.
	zoneSuffix = lazyregexp.New(`^(?:\s*\[[^\[\]]{1,60}(?:\]|$)|\s*\((?:[^()]|\([^()]*\)){1,60}(?:\)|$)| (?:[+-]\d{2}|hkt|cst|sgt|jst|kst|utc|gmt|[a-z]+(?: [a-z]+){0,3} time)\b| m=[+-][\d.]+$)+`)
)

// longestFirst returns the keys of a map, so that no key hides a longer one in an expression.
func longestFirst(m map[string]string) []string {
	keys := slices.Collect(maps.Keys(m))
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return keys
}

// parseZone reads the time zone at the start of a text.
func parseZone(text string) (z zone, rest string, ok bool) {
	if z, rest, ok = parseZoneName(text); !ok {
		return zone{}, text, false
	}
	if z.name != "" && strings.ContainsAny(rest[:min(2, len(rest))], "([") { // CST (北京时间)
		if clear, after, ok := parseZoneName(rest); ok && clear.name == "" {
			z, rest = clear, after
		}
	}
	return z, rest[len(zoneSuffix.FindString(rest)):], true
}

func parseZoneName(text string) (z zone, rest string, ok bool) {
	if m := offsetZone.FindStringSubmatch(text); m != nil {
		z.hasOffset = true
		z.offset = time.Duration(number(m[2]))*time.Hour + time.Duration(number(m[3]))*time.Minute
		rest = text[len(m[0]):]
		if brokenOffset.MatchString(rest) || number(m[3]) > 59 {
			z.offset = invalidOffset
		}
		if m[1] != "+" {
			z.offset = -z.offset
		}
		return z, rest, true
	}
	if z, rest, ok = parsePlace(text); ok {
		return z, rest, true
	}
	if m := abbrevZone.FindStringSubmatch(text); m != nil && !slices.Contains(notZones, m[1]) && monthOf(m[1]) == 0 && weekdaysOf(m[1]) == 0 {
		return zone{name: m[1]}, text[len(m[0]):], true
	}
	return zone{}, text, false
}

// notZones are short words that follow a date or stand before a time of day.
var notZones = []string{"on", "by", "at", "am", "pm"}

// brokenOffset finds what shows that the digits before it are not the whole offset, as in +00:zz.
var brokenOffset = lazyregexp.New(`^:?[\p{L}\d]`)

// invalidOffset is the offset of a zone that makes the whole date unknown.
const invalidOffset = 99 * time.Hour

// parsePlace reads a time zone that is named after a place.
func parsePlace(text string) (z zone, rest string, ok bool) {
	if m := chineseZone.FindStringSubmatch(text); m != nil {
		return zone{iana: chinesePlaces[m[1]]}, text[len(m[0]):], true
	}
	if m := englishZone.FindStringSubmatch(text); m != nil {
		return zone{iana: englishPlaces[m[1]]}, text[len(m[0]):], true
	}
	if m := usZone.FindStringSubmatch(text); m != nil {
		return zone{iana: englishPlaces[m[1]]}, text[len(m[0]):], true
	}
	if m := ianaZone.FindStringSubmatch(text); m != nil {
		if id := ianaName(m[1]); id != "" {
			return zone{iana: id}, text[len(m[0]):], true
		}
	}
	return zone{}, text, false
}

// isKnown reports whether the zone has one meaning wherever the source is.
func (z zone) isKnown() bool {
	_, usual := usualOffset(z.name)
	return z.hasOffset || z.iana != "" || usual
}

// apply returns the moment of a time of day, given as if it were in UTC. A date without a zone, or
// with one of an unknown name, is in the zone of its source, home; known is false for the latter.
func (z zone) apply(wall time.Time, home *time.Location) (t time.Time, known, ok bool) {
	in := func(l *time.Location) time.Time {
		return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, l)
	}
	if z.hasOffset {
		return wall.Add(-z.offset), true, z.offset.Abs() <= 15*time.Hour
	}
	if z == (zone{}) {
		return in(home), true, true
	}
	if id := cmp.Or(z.iana, americanZone(z.name)); id != "" {
		l, err := time.LoadLocation(id)
		if err != nil {
			return time.Time{}, false, false
		}
		return in(l), true, true
	}
	if offset, ok := z.offsetIn(home, wall); ok {
		return wall.Add(-offset), true, true
	}
	if hours, ok := usualOffset(z.name); ok {
		return wall.Add(-time.Duration(hours * float64(time.Hour))), true, true
	}
	return in(home), false, true
}

// offsetIn returns the offset that home itself calls by the zone's name: CST is one thing in
// Shanghai and another in Chicago.
func (z zone) offsetIn(home *time.Location, wall time.Time) (time.Duration, bool) {
	if home == time.UTC {
		return 0, false
	}
	if _, seconds := time.Date(wall.Year(), wall.Month(), wall.Day(), 12, 0, 0, 0, home).Zone(); z.name == "cst" && seconds == 8*60*60 {
		return 8 * time.Hour, true // China, as seen from Hong Kong or Singapore
	}
	for _, month := range []time.Month{wall.Month(), time.January, time.July} { // summer time has its own name
		sample := time.Date(wall.Year(), month, 15, 12, 0, 0, 0, home)
		if name, seconds := sample.Zone(); strings.EqualFold(name, z.name) {
			return time.Duration(seconds) * time.Second, true
		}
	}
	return 0, false
}

// ianaName restores the capitals of an IANA name in lower case. It returns "" for a name that is none.
func ianaName(name string) string {
	var b strings.Builder
	for word := range wordsAndSigns(name) {
		switch word {
		case "of", "es", "au": // Isle_of_Man, Dar_es_Salaam, Port-au-Prince
		case "utc", "gmt", "us":
			word = strings.ToUpper(word)
		default:
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		b.WriteString(word)
	}
	if _, err := time.LoadLocation(b.String()); err != nil {
		return ""
	}
	return b.String()
}

// wordsAndSigns splits a name before and after each sign.
func wordsAndSigns(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name != "" {
			n := max(1, strings.IndexAny(name+"/", "/_-"))
			if !yield(name[:n]) {
				return
			}
			name = name[n:]
		}
	}
}

// americanZone returns the IANA name of a zone whose abbreviation leaves open whether summer time
// applies, or "".
func americanZone(abbreviation string) string {
	switch abbreviation {
	case "et":
		return "America/New_York"
	case "ct":
		return "America/Chicago"
	case "mt":
		return "America/Denver"
	case "pt":
		return "America/Los_Angeles"
	}
	return ""
}

// usualOffset returns the hours east of UTC that an abbreviation stands for where the zone of the
// source does not say otherwise.
func usualOffset(abbreviation string) (hours float64, ok bool) {
	switch abbreviation {
	case "z", "ut", "utc", "gmt", "wet":
		return 0, true
	case "west", "bst", "cet", "met", "mez":
		return 1, true
	case "cest", "mest", "mesz", "eet", "sast":
		return 2, true
	case "eest", "msk", "eat":
		return 3, true
	case "gst":
		return 4, true
	case "ist":
		return 5.5, true
	case "ict", "wib":
		return 7, true
	case "hkt", "sgt", "myt", "pht", "awst":
		return 8, true
	case "hkst", "jst", "kst":
		return 9, true
	case "acst":
		return 9.5, true
	case "aest":
		return 10, true
	case "acdt":
		return 10.5, true
	case "aedt":
		return 11, true
	case "nzst":
		return 12, true
	case "nzdt":
		return 13, true
	case "edt":
		return -4, true
	case "est", "cdt":
		return -5, true
	case "cst", "mdt":
		return -6, true
	case "mst", "pdt":
		return -7, true
	case "pst", "akdt":
		return -8, true
	case "akst":
		return -9, true
	case "hst":
		return -10, true
	}
	return 0, false
}
