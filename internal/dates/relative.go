package dates

import (
	"strings"
	"time"

	"regwatch/internal/lazyregexp"
)

var (
	justNow  = lazyregexp.New(`^(?:刚刚|刚才|刚|just now|moments? ago|たった今)$`)
	timeAgo  = lazyregexp.New(`^(?:about |约|大约)?(\d{1,4}|an?|one|two|three|半)\s*(?:个)?\s*(s|secs?|seconds?|秒钟?|m|mins?|minutes?|分钟?|分|h|hrs?|hours?|小时|时间|시간|d|days?|天|日|일|w|wks?|weeks?|周|星期|months?|月|개월|y|yrs?|years?|年|년)\s*(?:ago|以?前|전)$`)
	namedDay = lazyregexp.New(`^(今天|今日|今早|昨天|昨日|昨晚|前天|前日|today|yesterday|오늘|어제|きのう)(.*)$`)
)

// parseRelative reads a date that is relative to when it was seen.
func (o Options) parseRelative(text string) (Date, bool) {
	if o.Seen.IsZero() {
		return Date{}, false
	}
	if justNow.MatchString(text) {
		return Date{Time: o.Seen.UTC(), Approximate: true}, true
	}
	if m := timeAgo.FindStringSubmatch(text); m != nil {
		return Date{Time: o.ago(m[1], m[2]).UTC(), Approximate: true}, true
	}
	m := namedDay.FindStringSubmatch(text)
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
	t := o.Seen.In(o.location()).AddDate(0, 0, days)
	if strings.TrimSpace(m[2]) == "" {
		return Date{Time: t.UTC(), Approximate: true}, true
	}
	c, rest, ok := parseClock(m[2])
	if !ok {
		return Date{}, false
	}
	if m[1] == "昨晚" {
		c = c.inHalf("晚上")
	}
	z, rest, _ := parseZone(rest)
	d, ok := o.resolve(dateTime{day: day{year: t.Year(), month: int(t.Month()), day: t.Day(), approximate: true}, clock: c, zone: z})
	return d, ok && isRemainder(rest)
}

// ago returns the time that lies a number of units before Options.Seen.
func (o Options) ago(count, unit string) time.Time {
	n := number(count)
	switch count {
	case "a", "an", "one":
		n = 1
	case "two":
		n = 2
	case "three":
		n = 3
	}
	seen := o.Seen.In(o.location())
	switch {
	case strings.HasPrefix(unit, "month") || unit == "月" || unit == "개월":
		return seen.AddDate(0, -n, 0)
	case strings.HasPrefix(unit, "y") || unit == "年" || unit == "년":
		return seen.AddDate(-n, 0, 0)
	}
	length := unitLength(unit)
	if count == "半" {
		return seen.Add(-length / 2)
	}
	return seen.Add(-time.Duration(n) * length)
}

// unitLength returns the length of a unit of at most a week.
func unitLength(unit string) time.Duration {
	switch {
	case strings.HasPrefix(unit, "s") || strings.HasPrefix(unit, "秒"):
		return time.Second
	case strings.HasPrefix(unit, "h") || unit == "小时" || unit == "时间" || unit == "시간":
		return time.Hour
	case strings.HasPrefix(unit, "d") || unit == "天" || unit == "日" || unit == "일":
		return 24 * time.Hour
	case strings.HasPrefix(unit, "w") || unit == "周" || unit == "星期":
		return 7 * 24 * time.Hour
	}
	return time.Minute
}
