package dates

import (
	"cmp"
	"strings"

	"regwatch/internal/lazyregexp"
)

// A clock is a time of day.
type clock struct{ hour, minute, second int }

var (
	// 15:30, 3:30:22 p.m., 下午3:30, T15:30:00.123
	colonClock = lazyregexp.New(`^(` + halfOfDay + `|[ap]\.?m\.?)?\s*(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:[.,]\d+)?)?(?:\s*(a\.?m\b\.?|p\.?m\b\.?|noon\b|(?:上午|下午|午前|午后|오전|오후)(?:[\s)|]|$)))?` + clockWord)
	// 15时30分, 下午3点, 3点半
	hanClock = lazyregexp.New(`^(` + halfOfDay + `)?\s*(\d{1,2})\s*[时点시](?:\s*(半)|\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?|(\d{2})\b)?(?:钟|整)?`)
	// 09.05.10 AM, 09.05.10, of Oracle and some regions
	dottedClock = lazyregexp.New(`^(\d{1,2})\.(\d{2})\.(\d{2})(?:[.,]\d{3,9})?(?:\s*([ap]m))?((?:[\s,)].*)?)$`)
	// 3pm, 3.30 p.m.
	meridiemClock = lazyregexp.New(`^(\d{1,2})(?:[.:](\d{2}))?\s*(a\.?m\b\.?|p\.?m\b\.?|noon\b|midnight\b)`)
	// 15h30, 15.30 Uhr, 1530 hrs, 1530h
	hourClock = lazyregexp.New(`^(\d{1,2})(?:\s?h\s?(\d{2})?|[.]?(\d{2})?\s*(?:uhr|uur|hrs?|hours|h)\b)`)
	// 153022 of 20250801T153022
	compactClock = lazyregexp.New(`^t?(\d{2})(\d{2})(\d{2})?(?:[^\d\p{Han}\p{Hangul}]|$)`)
	namedClock   = lazyregexp.New(`^(?:12 )?(noon|midnight)\b`)
	// What may stand between a day and its time of day.
	clockJoint = lazyregexp.New(`^(?:t|\s*[,;|·@/–—-]?\s*(?:at |um |om |kl\.? |ore |alle |à |a las |às |o'clock |เวลา\s?)?)`)
)

const (
	halfOfDay = `上午|下午|晚上|晚间|凌晨|早上|清晨|中午|傍晚|午前|午后|오전|오후|晚|早`
	// clockWord is what may follow a time of day that is complete without it.
	clockWord = `(?:\s*(?:(?:uhr|uur|hrs?|hours|horas|h)\b|น\.|น(?:$|\s)))?`
)

// joiningSigns may stand between a time of day and its day.
const joiningSigns = " ,;|·–—-"

// parseClock reads the time of day at the start of a text, after the signs and words that may join
// it to a day.
func parseClock(text string) (c clock, rest string, ok bool) {
	joint := clockJoint.FindString(text)
	rest = text[len(joint):]
	if m := colonClock.FindStringSubmatch(rest); m != nil {
		c = clock{number(m[2]), number(m[3]), number(m[4])}
		return c.inHalf(cmp.Or(m[1], strings.TrimRight(m[5], " )|"))), rest[len(m[0]):], true
	}
	if m := hanClock.FindStringSubmatch(rest); m != nil {
		c = clock{number(m[2]), number(m[4] + m[6]), number(m[5])}
		if m[3] != "" {
			c.minute = 30
		}
		return c.inHalf(m[1]), rest[len(m[0]):], true
	}
	if m := meridiemClock.FindStringSubmatch(rest); m != nil {
		return clock{number(m[1]), number(m[2]), 0}.inHalf(m[3]), rest[len(m[0]):], true
	}
	if m := namedClock.FindStringSubmatch(rest); m != nil {
		return clock{hour: 12}.inHalf(m[1]), rest[len(m[0]):], true
	}
	if m := hourClock.FindStringSubmatch(rest); m != nil {
		return clock{number(m[1]), number(m[2] + m[3]), 0}, rest[len(m[0]):], true
	}
	return clock{}, text, false
}

// parseClockAfterDay reads the time of day after a day, where it may also be without separators, or
// with dots.
func parseClockAfterDay(text string) (c clock, rest string, ok bool) {
	if c, rest, ok = parseClock(text); ok {
		return c, rest, true
	}
	joint := clockJoint.FindString(text)
	rest = text[len(joint):]
	if m := dottedClock.FindStringSubmatch(rest); m != nil {
		c = clock{number(m[1]), number(m[2]), number(m[3])}
		return c.inHalf(m[4]), m[5], true
	}
	if strings.TrimSpace(joint) == "" || joint == "t" {
		if c, n := parseCompactClock(rest, joint == " "); n > 0 {
			return c, rest[n:], true
		}
	}
	return clock{}, text, false
}

// parseCompactClock reads a time of day without separators, and returns its length. After a space it
// must have seconds, since four digits may be a year.
func parseCompactClock(text string, afterSpace bool) (c clock, n int) {
	m := compactClock.FindStringSubmatchIndex(text)
	if m == nil || afterSpace && m[7]-m[0] != 6 {
		return clock{}, 0
	}
	c = clock{hour: number(text[m[2]:m[3]]), minute: number(text[m[4]:m[5]])}
	if m[6] >= 0 {
		c.second = number(text[m[6]:m[7]])
	}
	return c, max(m[5], m[7])
}

// inHalf returns the time in the named half of the day.
func (c clock) inHalf(name string) clock {
	switch strings.ReplaceAll(name, ".", "") {
	case "pm", "下午", "傍晚", "午后", "오후", "noon":
		if c.hour < 12 {
			c.hour += 12
		}
	case "晚上", "晚间", "晚":
		if c.hour <= 12 {
			c.hour += 12 // 晚上12时 is the end of the day
		}
	case "中午":
		if c.hour < 4 {
			c.hour += 12
		}
	case "am", "上午", "凌晨", "早上", "清晨", "早", "午前", "오전", "midnight":
		if c.hour == 12 {
			c.hour = 0
		}
	}
	return c
}
