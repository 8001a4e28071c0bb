package sources

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	isoDate     = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[t ]|,\s*)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]m)?)?\s*(\S.*)?$`)
	compactDate = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:t?(\d{2}):?(\d{2})(?::?(\d{2}))?)?()\s*(\S.*)?$`)
	dayFirst    = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4}|\d{2})(?:,?\s+(?:at\s+)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?\s*([ap]m)?)?\s*(\S.*)?$`)
	monthFirst  = regexp.MustCompile(`^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?)?\s*(\S.*)?$`)
	unixDate    = regexp.MustCompile(`^([a-z]{3}) (\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})(?: ([a-z]{3,5}|[+-]\d{4}))? (\d{4})$`)
	hanDate     = regexp.MustCompile(`^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?\s*(?:[(（]?(?:星期|周|週|礼拜|禮拜).[)）]?)?\s*(?:(上午|下午|晚上|凌晨|早上|中午)?\s*(\d{1,2})\s*[:：时時点點]\s*(?:(\d{1,2})\s*(?:[:：分]\s*(?:(\d{1,2})\s*秒?)?)?)?)?\s*(.*)$`)
	weekday     = regexp.MustCompile(`^[a-z]{3,9}\.?(?:, *| )(\d|[a-z])`)
	offset      = regexp.MustCompile(`^(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?$`)
)

// zoneOffsets are the hours by which the abbreviations in use differ from UTC,
// where the zone of the source does not say otherwise.
var zoneOffsets = map[string]float64{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2,
	"eet": 2, "eest": 3, "msk": 3, "gst": 4, "ist": 5.5, "ict": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8,
	"jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
	"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
}

// parseDate reads the date of an article. A date that names no zone, or an
// abbreviation that the source's zone uses, is of the source's zone. It never
// guesses the order of day and month.
func parseDate(raw string, zone *time.Location) (time.Time, bool) {
	text := strings.ToLower(strings.Join(strings.Fields(raw), " "))
	if m := weekday.FindStringSubmatchIndex(text); m != nil && months[prefix3(text)] == 0 {
		text = text[m[2]:]
	}
	var y, mo, d, h, mi, s int
	var half, tail string
	if m := isoDate.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, half, tail = num(m[1]), num(m[2]), num(m[3]), num(m[4]), num(m[5]), num(m[6]), m[7], m[8]
	} else if m := compactDate.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, half, tail = num(m[1]), num(m[2]), num(m[3]), num(m[4]), num(m[5]), num(m[6]), m[7], m[8]
	} else if m := dayFirst.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, half, tail = year(m[3]), months[prefix3(m[2])], num(m[1]), num(m[4]), num(m[5]), num(m[6]), m[7], m[8]
	} else if m := monthFirst.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, half, tail = num(m[3]), months[prefix3(m[1])], num(m[2]), num(m[4]), num(m[5]), num(m[6]), m[7], m[8]
	} else if m := unixDate.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, tail = num(m[7]), months[m[1]], num(m[2]), num(m[3]), num(m[4]), num(m[5]), m[6]
	} else if m := hanDate.FindStringSubmatch(text); m != nil {
		y, mo, d, h, mi, s, half, tail = num(m[1]), num(m[2]), num(m[3]), num(m[5]), num(m[6]), num(m[7]), hanHalf(m[4]), m[8]
	} else {
		return time.Time{}, false
	}
	switch {
	case half == "pm" && h < 12:
		h += 12
	case half == "am" && h == 12:
		h = 0
	}
	if mo < 1 || mo > 12 || d < 1 || h > 24 || mi > 59 || s > 60 {
		return time.Time{}, false
	}
	if time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC).Day() != d {
		return time.Time{}, false
	}
	local := time.Date(y, time.Month(mo), d, h, mi, s, 0, time.UTC)
	t, ok := inZone(local, strings.TrimSpace(tail), zone)
	// Years before the web are what broken software writes for "none".
	if !ok || t.Year() < 1990 || t.Year() > 2199 {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// inZone places a time of the wall clock by what follows it.
func inZone(local time.Time, tail string, zone *time.Location) (time.Time, bool) {
	there := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, zone)
	if tail == "" {
		return there, true
	}
	if m := offset.FindStringSubmatch(tail); m != nil {
		shift := time.Duration(num(m[2]))*time.Hour + time.Duration(num(m[3]))*time.Minute
		if m[1] == "-" {
			shift = -shift
		}
		return local.Add(-shift), shift.Abs() <= 15*time.Hour
	}
	name := strings.Trim(tail, "() ")
	if zone != time.UTC {
		for _, month := range []time.Month{there.Month(), time.January, time.July} {
			sample := time.Date(there.Year(), month, 15, 12, 0, 0, 0, zone)
			if abbreviation, seconds := sample.Zone(); strings.EqualFold(abbreviation, name) {
				return local.Add(-time.Duration(seconds) * time.Second), true
			}
		}
	}
	if hours, ok := zoneOffsets[name]; ok {
		return local.Add(-time.Duration(hours * float64(time.Hour))), true
	}
	if len(name) > 5 || strings.ContainsAny(name, "0123456789") {
		return time.Time{}, false // not a zone: the date was not understood
	}
	return there, true
}

var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

func prefix3(s string) string { return s[:min(3, len(s))] }

func num(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func year(s string) int {
	y := num(s)
	if len(s) == 2 {
		y += 1900
		if y < 1969 {
			y += 100
		}
	}
	return y
}

func hanHalf(s string) string {
	switch s {
	case "下午", "晚上", "中午":
		return "pm"
	case "上午", "凌晨", "早上":
		return "am"
	}
	return ""
}
