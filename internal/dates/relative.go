package dates

import (
	"regexp"
	"strings"
	"time"
)

var (
	justNow = regexp.MustCompile(`^(?:刚刚|刚才|刚|just now|now|moments? ago|たった今)$`)
	ago     = regexp.MustCompile(`^(?:about |约|大约)?(\d{1,4}|an?|one|two|three|半)\s*(?:个)?\s*(s|secs?|seconds?|秒钟?|m|mins?|minutes?|分钟?|분|h|hrs?|hours?|小时|时间|時間|시간|d|days?|天|日|일|w|wks?|weeks?|周|星期|months?|月|개월|y|yrs?|years?|年|년)\s*(?:ago|以?前|전)$`)
	dayName = regexp.MustCompile(`^(今天|今日|今早|昨天|昨日|昨晚|前天|前日|today|yesterday|오늘|어제|きのう)(.*)$`)
)

// relative reads a date that is told from the time of reading.
func (s Setting) relative(text string) (Date, bool) {
	if s.Seen.IsZero() {
		return Date{}, false
	}
	if justNow.MatchString(text) {
		return Date{Time: s.Seen.UTC(), Rough: true}, true
	}
	if m := ago.FindStringSubmatch(text); m != nil {
		return s.back(m[1], m[2])
	}
	m := dayName.FindStringSubmatch(text)
	if m == nil {
		return Date{}, false
	}
	days := 0
	switch m[1] {
	case "昨天", "昨日", "昨晚", "yesterday", "어제", "きのう":
		days = -1
	case "前天", "前日":
		days = -2
	}
	t := s.Seen.In(s.location()).AddDate(0, 0, days)
	if strings.TrimSpace(m[2]) == "" {
		return Date{Time: t.UTC(), Rough: true}, true
	}
	c, rest, ok := readClock(m[2])
	if !ok {
		return Date{}, false
	}
	if m[1] == "昨晚" {
		c = c.half("晚上")
	}
	z, rest, _ := readZone(rest)
	d, ok := s.place(moment{day: day{year: t.Year(), month: int(t.Month()), day: t.Day(), rough: true}, clock: c, zone: z})
	return d, ok && ends(rest)
}

// back goes back from the time of reading.
func (s Setting) back(count, unit string) (Date, bool) {
	n := number(count)
	switch count {
	case "a", "an", "one":
		n = 1
	case "two":
		n = 2
	case "three":
		n = 3
	}
	now := s.Seen.In(s.location())
	var t time.Time
	switch {
	case strings.HasPrefix(unit, "month") || unit == "月" || unit == "개월":
		t = now.AddDate(0, -n, 0)
	case strings.HasPrefix(unit, "y") || unit == "年" || unit == "년":
		t = now.AddDate(-n, 0, 0)
	default:
		length := time.Minute
		switch {
		case strings.HasPrefix(unit, "s") || strings.HasPrefix(unit, "秒"):
			length = time.Second
		case strings.HasPrefix(unit, "h") || unit == "小时" || unit == "时间" || unit == "時間" || unit == "시간":
			length = time.Hour
		case strings.HasPrefix(unit, "d") || unit == "天" || unit == "日" || unit == "일":
			length = 24 * time.Hour
		case strings.HasPrefix(unit, "w") || unit == "周" || unit == "星期":
			length = 7 * 24 * time.Hour
		}
		t = now.Add(-time.Duration(n) * length)
		if count == "半" {
			t = now.Add(-length / 2)
		}
	}
	return Date{Time: t.UTC(), Rough: true}, true
}
