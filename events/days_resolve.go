package events

import (
	"cmp"
	"time"
)

// A tense says on which side of publication a date without a year is.
type tense int

const (
	past    tense = -1
	nearest tense = 0
	future  tense = 1
)

// resolve returns the calendar date for an article that was published on a day, both
// as midnight UTC. A missing year or week is that of the nearest such date on the side
// of the tense.
func (d day) resolve(published time.Time, t tense) (time.Time, bool) {
	if d.isRelative {
		return published.AddDate(0, 0, d.days), true
	}
	if d.weekday > 0 {
		return d.onWeekday(published, t), true
	}
	if d.anyMonth {
		return d.inAnyMonth(published, t)
	}
	if d.byMonth {
		first := time.Date(published.Year(), published.Month()+time.Month(d.offset), 1, 0, 0, 0, 0, time.UTC)
		if d.MonthEnd {
			return first.AddDate(0, 1, -1), true
		}
		at := first.AddDate(0, 0, d.Day-1)
		return at, at.Month() == first.Month()
	}
	switch {
	case d.Year > 0:
		return d.In(d.Year)
	case d.hasOffset:
		return d.In(published.Year() + d.offset)
	}
	var best time.Time
	for year := published.Year() - 1; year <= published.Year()+1; year++ {
		at, ok := d.In(year)
		if !ok || t == past && at.After(published.AddDate(0, 0, 1)) || t == future && at.Before(published.AddDate(0, 0, -1)) {
			continue
		}
		if best.IsZero() || at.Sub(published).Abs() < best.Sub(published).Abs() {
			best = at
		}
	}
	return best, !best.IsZero()
}

// inAnyMonth returns the nearest such day of a month on the side of the tense.
func (d day) inAnyMonth(published time.Time, t tense) (best time.Time, ok bool) {
	for shift := -1; shift <= 1; shift++ {
		at := time.Date(published.Year(), published.Month()+time.Month(shift), d.Day, 0, 0, 0, 0, time.UTC)
		if at.Day() != d.Day || t == past && at.After(published) || t == future && at.Before(published) {
			continue
		}
		if best.IsZero() || at.Sub(published).Abs() < best.Sub(published).Abs() {
			best = at
		}
	}
	return best, !best.IsZero()
}

// An anchor is a month that a text names before a day without a year, which is then in
// the year that begins with it.
type anchor struct{ year, month int }

// anchorBefore returns the last anchor before a token, or the one of the sentence
// before.
func (s sentence) anchorBefore(i int, published time.Time, found anchor) anchor {
	r := s.running()
	for k := 0; k < i; k++ {
		w, next := s.word(k), s.word(k+1)
		switch {
		case r.Year(k) > 0:
			// "May 2024" and "May 5, 2024"
			found = anchor{r.Year(k), cmp.Or(r.Month(k-1), r.Month(k-2))}
		case w == "last" && next == "year", w == "去" && next == "年":
			found = anchor{published.Year() - 1, 0}
		case w == "this" && next == "year", w == "今" && next == "年":
			found = anchor{published.Year(), 0}
		case w == "next" && next == "year", w == "明" && next == "年":
			found = anchor{}
		case r.Month(k) > 0:
			found.month = r.Month(k)
		default:
			if v, end := r.Number(k); end > k && v >= 1 && v <= 12 && s.word(end) == "月" {
				found.month, k = v, end
			}
		}
	}
	return found
}

// isEarlier reports whether the anchor is a month before that of publication.
func (a anchor) isEarlier(published time.Time) bool {
	return a.month > 0 && a.year > 0 && 12*a.year+a.month < 12*published.Year()+int(published.Month())
}

// first returns the first such day from the anchor on.
func (a anchor) first(d day) (time.Time, bool) {
	if d.Month < a.month {
		return d.In(a.year + 1)
	}
	return d.In(a.year)
}

// onWeekday returns the weekday nearest to publication, or that of the next week.
func (d day) onWeekday(published time.Time, t tense) time.Time {
	today := (int(published.Weekday())+6)%7 + 1
	switch ahead := d.weekday - today; {
	case d.next:
		return published.AddDate(0, 0, ahead+7)
	case t == past && ahead > 0:
		return published.AddDate(0, 0, ahead-7)
	case t == future && ahead < 0:
		return published.AddDate(0, 0, ahead+7)
	default:
		return published.AddDate(0, 0, ahead)
	}
}
