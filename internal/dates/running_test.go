package dates

import (
	"testing"

	"regwatch/internal/text"
)

// TestRunningDay reads the day at the start of a text. Names of months in other languages
// are words of other meaning in a sentence.
func TestRunningDay(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Written
		rest string // the first word after the day
	}{
		{"2031-08-01 is the day", Written{Year: 2031, Month: 8, Day: 1}, "is"},
		{"1 August 2031, at noon", Written{Year: 2031, Month: 8, Day: 1}, "at"},
		{"1st of August or later", Written{Month: 8, Day: 1}, "or"},
		{"August 1, when rules start", Written{Month: 8, Day: 1}, "when"},
		{"the end of August at the latest", Written{Month: 8, MonthEnd: true}, "at"},
		{"2031年8月1日起施行", Written{Year: 2031, Month: 8, Day: 1}, "起"},
		{"二〇三一年八月一日起施行", Written{Year: 2031, Month: 8, Day: 1}, "起"},
		{"民國120年8月1日起實施", Written{Year: 2031, Month: 8, Day: 1}, "起"},
		{"120年8月廿一日實施", Written{Year: 2031, Month: 8, Day: 21}, "实"},
		{"8月底前提交", Written{Month: 8, MonthEnd: true}, "前"},
		{"2032年元旦上路", Written{Year: 2032, Month: 1, Day: 1}, "上"},
		{"may 1 firm apply", Written{}, ""},
		{"1 mars 2031", Written{}, ""},
		{"1 mai 2031", Written{}, ""},
		{"2031-02-30 is no day", Written{}, ""},
		{"8家平台", Written{}, ""},
		{"", Written{}, ""},
	} {
		r := Running{Src: tt.text, Tokens: text.Tokens(tt.text)}
		got, end, ok := r.Day(0)
		if got != tt.want && ok || ok != (tt.want != Written{}) {
			t.Errorf("%q: got %+v, %v, want %+v", tt.text, got, ok, tt.want)
		}
		if ok && r.Word(end) != tt.rest {
			t.Errorf("%q: the day ends before %q, want %q", tt.text, r.Word(end), tt.rest)
		}
	}
}

// FuzzRunning reads any text, and reads back what it found.
func FuzzRunning(f *testing.F) {
	for _, seed := range []string{"1 August 2031", "民國120年8月1日", "二〇三一年八月三十一日", "the end of", "2031-08-01", "元"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		r := Running{Src: src, Tokens: text.Tokens(src)}
		for i := range r.Tokens {
			w, end, ok := r.Day(i)
			if ok && (!w.Exists() || end <= i || end > len(r.Tokens)) {
				t.Errorf("%q: got %+v, which ends at %d of %d", src, w, end, len(r.Tokens))
			}
		}
	})
}
