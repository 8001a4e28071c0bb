package dates

import (
	"regexp"
	"strings"
	"time"
)

// A zone is the time zone that a date names: an offset from UTC, or a name. The zero zone is none.
type zone struct {
	hasOffset bool
	offset    time.Duration
	name      string
}

var (
	offsetZone = regexp.MustCompile(`^\s*\(?(?:utc|gmt)?\s*([+−-])(\d{1,2}):?(\d{2})?(?::00)?\b\)?(?:\s*\(?[a-z ]{1,40}\)?$|\s*\(?(?:hkt|cst|sgt|jst|kst|utc|gmt)\)?)?`)
	placeZone  = regexp.MustCompile(`^\s*[(,\[]?\s*(北京时间|香港时间|东京时间|台北时间|中国标准时间|(?:hong ?kong|beijing|china|singapore|tokyo|japan|london|uk|new york|eastern|us eastern|pacific|central european)(?: standard| daylight| summer)? time|[a-z]+/[a-z_]+)\s*[)\]]?`)
	abbrevZone = regexp.MustCompile(`^\s*[(,\[]?\s*([a-z]{1,5})\b\.?\s*[)\]]?`)
)

// parseZone reads the time zone at the start of a text.
func parseZone(text string) (z zone, rest string, ok bool) {
	if m := offsetZone.FindStringSubmatch(text); m != nil {
		z.hasOffset = true
		z.offset = time.Duration(number(m[2]))*time.Hour + time.Duration(number(m[3]))*time.Minute
		if m[1] != "+" {
			z.offset = -z.offset
		}
		return z, text[len(m[0]):], true
	}
	if m := placeZone.FindStringSubmatch(text); m != nil {
		return zone{name: m[1]}, text[len(m[0]):], true
	}
	if m := abbrevZone.FindStringSubmatch(text); m != nil && m[1] != "on" && m[1] != "by" && m[1] != "at" && monthOf(m[1]) == 0 && weekdayOf(m[1]) < 0 {
		return zone{name: m[1]}, text[len(m[0]):], true
	}
	return z, text, false
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
	if z.name == "" {
		return in(home), true, true
	}
	if id := z.ianaName(); id != "" {
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
	for _, month := range []time.Month{wall.Month(), time.January, time.July} { // summer time has its own name
		sample := time.Date(wall.Year(), month, 15, 12, 0, 0, 0, home)
		if name, seconds := sample.Zone(); strings.EqualFold(name, z.name) {
			return time.Duration(seconds) * time.Second, true
		}
	}
	return 0, false
}

// ianaName returns the IANA name of a zone that is named after a place, or "".
func (z zone) ianaName() string {
	place := z.name
	for _, suffix := range []string{" time", " standard", " daylight", " summer"} {
		place = strings.TrimSuffix(place, suffix)
	}
	switch place {
	case "北京时间", "中国标准时间", "beijing", "china":
		return "Asia/Shanghai"
	case "香港时间", "hong kong", "hongkong":
		return "Asia/Hong_Kong"
	case "singapore":
		return "Asia/Singapore"
	case "东京时间", "tokyo", "japan":
		return "Asia/Tokyo"
	case "台北时间":
		return "Asia/Taipei"
	case "london", "uk":
		return "Europe/London"
	case "central european":
		return "Europe/Berlin"
	case "new york", "eastern", "us eastern", "et":
		return "America/New_York"
	case "pacific", "pt":
		return "America/Los_Angeles"
	}
	if strings.Contains(place, "/") {
		return titleCase(place)
	}
	return ""
}

// titleCase restores the capitals of an IANA name.
func titleCase(name string) string {
	upper := true
	return strings.Map(func(r rune) rune {
		if upper && r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		upper = r == '/' || r == '_'
		return r
	}, name)
}

// usualOffset returns the hours east of UTC that an abbreviation stands for where the zone of the
// source does not say otherwise.
func usualOffset(abbreviation string) (hours float64, ok bool) {
	switch abbreviation {
	case "z", "ut", "utc", "gmt", "wet":
		return 0, true
	case "west", "bst", "cet", "met", "mez":
		return 1, true
	case "cest", "mest", "mesz", "eet":
		return 2, true
	case "eest", "msk":
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
	case "aest":
		return 10, true
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
	case "pst":
		return -8, true
	}
	return 0, false
}
