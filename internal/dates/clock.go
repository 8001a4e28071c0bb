package dates

import (
	"regexp"
	"strings"
	"time"
)

// A clock is a time of day as a clock on the wall shows it.
type clock struct{ hour, minute, second int }

var (
	// 15:30, 3:30:22 p.m., 下午3:30, T15:30:00.123
	colonClock = regexp.MustCompile(`^(上午|下午|晚上|晚间|凌晨|早上|清晨|中午|傍晚|午前|午后|오전|오후|am|pm)?\s*(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:[.,]\d+)?)?\s*(a\.?m\b\.?|p\.?m\b\.?|noon\b)?`)
	// 15时30分, 下午3点, 3点半
	hanClock = regexp.MustCompile(`^(上午|下午|晚上|晚间|凌晨|早上|清晨|中午|傍晚|午前|午后|오전|오후)?\s*(\d{1,2})\s*[时点시](?:\s*(半)|\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?|(\d{2})\b)?(?:钟|整)?`)
	// 3pm, 3.30 p.m.
	halfClock = regexp.MustCompile(`^(\d{1,2})(?:[.:](\d{2}))?\s*(a\.?m\b\.?|p\.?m\b\.?|noon\b|midnight\b)`)
	// 15h30, 15.30 Uhr, 1530 hrs
	hourClock = regexp.MustCompile(`^(\d{1,2})(?:\s?h\s?(\d{2})?|[.]?(\d{2})?\s*(?:uhr|hrs?|hours)\b)`)
	// 153022 of 20250801T153022
	packedClock = regexp.MustCompile(`^t?(\d{2})(\d{2})(\d{2})?(?:\D|$)`)
	wordClock   = regexp.MustCompile(`^(?:12 )?(noon|midnight)\b`)
	// What may stand between a day and its time.
	toClock = regexp.MustCompile(`^(?:t|\s*[,;|·@/–—-]?\s*(?:at |um |kl\.? |ore |alle |à |a las |às |o'clock )?)`)
)

const between = " ,;|·–—-"

// readClock reads the time of day at the start of a text, past what may join it
// to a day.
func readClock(text string) (c clock, rest string, ok bool) {
	joined := toClock.FindString(text)
	rest = text[len(joined):]
	if m := colonClock.FindStringSubmatch(rest); m != nil {
		c = clock{number(m[2]), number(m[3]), number(m[4])}
		return c.half(m[1] + m[5]), rest[len(m[0]):], true
	}
	if m := hanClock.FindStringSubmatch(rest); m != nil {
		c = clock{number(m[2]), number(m[4] + m[6]), number(m[5])}
		if m[3] != "" {
			c.minute = 30
		}
		return c.half(m[1]), rest[len(m[0]):], true
	}
	if m := halfClock.FindStringSubmatch(rest); m != nil {
		return clock{number(m[1]), number(m[2]), 0}.half(m[3]), rest[len(m[0]):], true
	}
	if m := wordClock.FindStringSubmatch(rest); m != nil {
		return clock{hour: 12}.half(m[1]), rest[len(m[0]):], true
	}
	if m := hourClock.FindStringSubmatch(rest); m != nil {
		return clock{number(m[1]), number(m[2] + m[3]), 0}, rest[len(m[0]):], true
	}
	if strings.TrimSpace(joined) == "" || joined == "t" {
		if m := packedClock.FindStringSubmatchIndex(rest); m != nil && (joined != " " || m[7]-m[0] == 6) {
			end := max(m[5], m[7])
			c = clock{hour: number(rest[m[2]:m[3]]), minute: number(rest[m[4]:m[5]])}
			if m[6] >= 0 {
				c.second = number(rest[m[6]:m[7]])
			}
			return c, rest[end:], true
		}
	}
	return clock{}, text, false
}

// half moves a time to its half of the day.
func (c clock) half(said string) clock {
	switch said = strings.ReplaceAll(said, ".", ""); said {
	case "pm", "下午", "傍晚", "午后", "오후", "noon":
		if c.hour < 12 {
			c.hour += 12
		}
	case "晚上", "晚间":
		if c.hour <= 12 {
			c.hour += 12 // and so 晚上12时 is the end of the day
		}
	case "中午":
		if c.hour < 4 {
			c.hour += 12
		}
	case "am", "上午", "凌晨", "早上", "清晨", "午前", "오전", "midnight":
		if c.hour == 12 {
			c.hour = 0
		}
	}
	return c
}

// A zone is what a date says of its own.
type zone struct {
	offset bool
	shift  time.Duration // if there is an offset
	name   string
}

var (
	offsetForm = regexp.MustCompile(`^\s*\(?(?:utc|gmt)?\s*([+−-])(\d{1,2}):?(\d{2})?(?::00)?\b\)?(?:\s*\(?[a-z ]{1,40}\)?$|\s*\(?(?:hkt|cst|sgt|jst|kst|utc|gmt)\)?)?`)
	placeForm  = regexp.MustCompile(`^\s*[(,\[]?\s*(北京时间|香港时间|东京时间|台北时间|中国标准时间|(?:hong ?kong|beijing|china|singapore|tokyo|japan|london|uk|new york|eastern|us eastern|pacific|central european)(?: standard| daylight| summer)? time|[a-z]+/[a-z_]+)\s*[)\]]?`)
	nameForm   = regexp.MustCompile(`^\s*[(,\[]?\s*([a-z]{1,5})\b\.?\s*[)\]]?`)
)

// places are zones that are said by the name of a place.
var places = map[string]string{
	"北京时间": "Asia/Shanghai", "中国标准时间": "Asia/Shanghai", "beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "香港时间": "Asia/Hong_Kong",
	"hong kong": "Asia/Hong_Kong", "hongkong": "Asia/Hong_Kong", "singapore": "Asia/Singapore", "东京时间": "Asia/Tokyo", "tokyo": "Asia/Tokyo",
	"japan": "Asia/Tokyo", "台北时间": "Asia/Taipei", "london": "Europe/London", "uk": "Europe/London", "new york": "America/New_York",
	"eastern": "America/New_York", "us eastern": "America/New_York", "et": "America/New_York", "pacific": "America/Los_Angeles",
	"pt": "America/Los_Angeles", "central european": "Europe/Berlin",
}

// offsets are the hours by which the abbreviations in use differ from UTC,
// where the zone of the source does not say otherwise.
var offsets = map[string]float64{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2,
	"eet": 2, "eest": 3, "msk": 3, "gst": 4, "ist": 5.5, "ict": 7, "wib": 7, "hkt": 8, "hkst": 9, "sgt": 8, "myt": 8, "pht": 8, "awst": 8,
	"jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
	"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
}

// readZone reads the zone at the start of a text.
func readZone(text string) (z zone, rest string, ok bool) {
	if m := offsetForm.FindStringSubmatch(text); m != nil {
		z.offset = true
		z.shift = time.Duration(number(m[2]))*time.Hour + time.Duration(number(m[3]))*time.Minute
		if m[1] != "+" {
			z.shift = -z.shift
		}
		return z, text[len(m[0]):], true
	}
	if m := placeForm.FindStringSubmatch(text); m != nil {
		return zone{name: m[1]}, text[len(m[0]):], true
	}
	if m := nameForm.FindStringSubmatch(text); m != nil && m[1] != "on" && m[1] != "by" && m[1] != "at" && monthOf(m[1]) == 0 && weekdayOf(m[1]) < 0 {
		return zone{name: m[1]}, text[len(m[0]):], true
	}
	return z, text, false
}

// apply places a time of the wall clock, read as if it were UTC, by its zone,
// or by that of its source. A zone of an unknown name is taken for the source's.
func (z zone) apply(wall time.Time, home *time.Location) (t time.Time, known, ok bool) {
	at := func(l *time.Location) time.Time {
		return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, l)
	}
	if z.offset {
		return wall.Add(-z.shift), true, z.shift.Abs() <= 15*time.Hour
	}
	if z.name == "" {
		return at(home), true, true
	}
	place := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(z.name, " time"), " standard"), " daylight"), " summer")
	if name := places[place]; name != "" {
		place = name
	}
	if strings.Contains(place, "/") {
		l, err := time.LoadLocation(inCase(place))
		if err != nil {
			return time.Time{}, false, false
		}
		return at(l), true, true
	}
	if home != time.UTC {
		for _, month := range []time.Month{wall.Month(), time.January, time.July} {
			sample := time.Date(wall.Year(), month, 15, 12, 0, 0, 0, home)
			if name, seconds := sample.Zone(); strings.EqualFold(name, z.name) {
				return wall.Add(-time.Duration(seconds) * time.Second), true, true
			}
		}
	}
	if hours, known := offsets[z.name]; known {
		return wall.Add(-time.Duration(hours * float64(time.Hour))), true, true
	}
	return at(home), false, true
}

// inCase writes the name of a zone with its capitals again.
func inCase(name string) string {
	upper := true
	return strings.Map(func(r rune) rune {
		if upper && r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		upper = r == '/' || r == '_'
		return r
	}, name)
}
