package propose

import (
	"regexp"
	"strings"
	"time"

	"regwatch/internal/dates"
	"regwatch/sources/page"
)

// A dateFormat is a way in which lists write dates.
type dateFormat struct {
	regex *regexp.Regexp
	// order is a template that reorders a numeric date to year, month and day; empty
	// if the date can be read as it is.
	order string
}

const (
	monthPattern    = `(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`
	yearPattern     = `((?:19|20)\d{2})`
	dayMonthPattern = `\b(\d{1,2})[-/.](\d{1,2})[-/.]`
)

// dateFormats are the formats of dates in texts and in addresses. One domAnalysis owns
// them; they are not safe for concurrent use because of the caches.
type dateFormats struct {
	text, path         []dateFormat
	anyDate, wholeDate *regexp.Regexp
	options            dates.Options

	// Caches of contains and parse, which see the same texts for each group and field.
	dated, parsed map[string]bool
}

// newDateFormats returns the formats of the dates of a page that was seen at a time. If that is
// unknown, dates without a year and "2 hours ago" are none.
func newDateFormats(now time.Time) *dateFormats {
	form := func(regex, order string) dateFormat { return dateFormat{regexp.MustCompile(regex), order} }
	f := &dateFormats{
		options: dates.Options{Zone: time.UTC, Seen: now},
		dated:   make(map[string]bool),
		parsed:  make(map[string]bool),
		text: []dateFormat{
			form(`(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?:\s?日)?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?`, ""),
			form(`(?i)\b\d{1,2}(?:st|nd|rd|th)?[ -]`+monthPattern+`,?(?:[ -](?:19|20)\d{2}|-\d{2}\b)`, ""),
			// Two digits after a space may also be the hour of a date without a year.
			form(`(?i)\b(\d{1,2}(?:st|nd|rd|th)?[ -]`+monthPattern+`,? \d{2})(?:\s*$|\s*[,;|)/–—-]|\s+\d{1,2}:)`, ""),
			form(`(?i)\b`+monthPattern+` \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}`, ""),
			form(`(?i)\b(\d{1,2})(`+monthPattern+`)`+yearPattern+`\b`, "{1} {2} {3}"),
			form(`(?i)\b(\d{1,2})(`+monthPattern+`)(\d{2})\b`, "{1} {2} 20{3}"),
			form(dayMonthPattern+yearPattern+`\b`, "{3}-{1}-{2}"),
			form(dayMonthPattern+yearPattern+`\b`, "{3}-{2}-{1}"),
			form(dayMonthPattern+`(\d{2})\b`, "20{3}-{1}-{2}"),
			form(dayMonthPattern+`(\d{2})\b`, "20{3}-{2}-{1}"),
		},
		path: []dateFormat{
			form(`/(20\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d)`, ""),
			form(`(20\d{2})[-/_]?([01]\d)[-/_]?([0-3]\d)`, "{1}-{2}-{3}"),
			form(`/(20\d{2})/(\d{1,2})/(\d{1,2})/`, "{1}-{2}-{3}"),
		},
	}
	if !now.IsZero() {
		f.text = append(f.text,
			form(`(?i)\b(?:(?:about )?\d{1,2} (?:sec(?:ond)?|min(?:ute)?|hour|day|week)s? ago|yesterday|today)\b|\d{1,2}\s?(?:秒|分钟|分鐘|小时|小時|天)(?:以)?前|昨天|今天`, ""),
			form(`(?i)\b(?:\d{1,2}(?:st|nd|rd|th)?[ -]`+monthPattern+`|`+monthPattern+` \d{1,2}(?:st|nd|rd|th)?)(?:$|[\s,;|)])`, ""),
		)
	}
	var all []string
	for _, t := range f.text {
		all = append(all, t.regex.String())
	}
	f.anyDate = regexp.MustCompile(strings.Join(all, "|"))
	f.wholeDate = regexp.MustCompile(`^(?:` + f.anyDate.String() + `)$`)
	return f
}

// contains reports whether a text contains a date.
func (f *dateFormats) contains(text string) bool {
	if !strings.ContainsAny(text, "0123456789天ayAY") {
		return false
	}
	dated, known := f.dated[text]
	if !known {
		dated = f.anyDate.MatchString(text)
		f.dated[text] = dated
	}
	return dated
}

// parse reports whether a text can be read as a date as it is.
func (f *dateFormats) parse(text string) bool {
	parsed, known := f.parsed[text]
	if !known {
		_, parsed = dates.Parse(text, f.options)
		f.parsed[text] = parsed
	}
	return parsed
}

// best returns the format that reads most of some texts as dates, the share of these
// texts, and whether the date must be cut out of each text. If a numeric date is
// ambiguous, the format that leaves the list in order wins, and otherwise the American
// one.
func (f *dateFormats) best(texts []string, forms []dateFormat) (best dateFormat, share float64, cut bool) {
	disorder := 0
	for _, form := range forms {
		x := page.Pattern(form.regex, form.order)
		read, whole := 0, 0
		var times []time.Time
		for _, text := range texts {
			t, ok := dates.Parse(x.Transform(text), f.options)
			if !ok {
				continue
			}
			read++
			times = append(times, t.Time)
			if f.parse(text) {
				whole++
			}
		}
		part, wrong := float64(read)/float64(max(len(texts), 1)), directionChanges(times)
		if part > share+0.001 || part == share && part > 0 && wrong < disorder {
			best, share, cut, disorder = form, part, whole < read || form.order != "", wrong
		}
	}
	return best, share, cut
}

// directionChanges counts how often a list of times changes direction.
func directionChanges(times []time.Time) int {
	n, last := 0, 0
	for i := 1; i < len(times); i++ {
		if direction := times[i].Compare(times[i-1]); direction != 0 {
			if last != 0 && direction != last {
				n++
			}
			last = direction
		}
	}
	return n
}

// isDate reports whether a text is a date and nothing else.
func (f *dateFormats) isDate(text string) bool {
	text = strings.Trim(strings.TrimSpace(text), "[]()（）【】 ")
	return len(text) < 60 && f.contains(text) && f.wholeDate.MatchString(text)
}
