package dates

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestParseRealDates reads collected dates with known results. The collection is not part of this
// repository.
func TestParseRealDates(t *testing.T) {
	f, err := os.Open("../../../shared/dates/dates.tsv")
	if err != nil {
		t.Skip("the collected dates are not on this machine")
	}
	defer f.Close()
	hongKong := location(t, "Asia/Hong_Kong")
	seen := time.Date(2025, 8, 5, 12, 0, 0, 0, hongKong)
	right, total := make(map[string]int), make(map[string]int)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		part := strings.Split(lines.Text(), "\t")
		if len(part) != 3 {
			t.Fatalf("%q does not have three columns", lines.Text())
		}
		o := Options{Zone: hongKong, Seen: seen}
		if part[2] == "dmy" {
			o.Order = DayFirst
		}
		want := time.Time{}
		if part[1] != "" {
			if want, err = time.Parse(time.RFC3339, part[1]); err != nil {
				t.Fatal(err)
			}
		}
		d, _ := Parse(part[0], o)
		total[part[2]]++
		total["all"]++
		if d.Time.Equal(want) {
			right[part[2]]++
			right["all"]++
			continue
		}
		t.Logf("%s: Parse(%q) = %s, want %s", part[2], part[0], d.Time.In(hongKong).Format(time.RFC3339), part[1])
	}
	for kind, n := range total {
		t.Logf("%-8s %d of %d", kind, right[kind], n)
	}
	if right["all"]*100 < total["all"]*98 {
		t.Errorf("%d of %d dates are right, want 98 %%", right["all"], total["all"])
	}
}

func TestParse(t *testing.T) {
	seen := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		text, zone  string
		order       Order
		seen        time.Time
		want        string // empty: no date
		approximate bool
	}{
		{text: "Mon, 02 Mar 2026 16:30:00 +0800", want: "2026-03-02T08:30:00Z"},
		{text: "Mon, 2 Mar 26 16:30:00 GMT", zone: "Asia/Hong_Kong", want: "2026-03-02T16:30:00Z"},
		{text: "Monday, 02-Mar-26 16:30:00 GMT", want: "2026-03-02T16:30:00Z"},
		{text: "Mon, 02 Mar 2026 16:30:00", zone: "Asia/Hong_Kong", want: "2026-03-02T08:30:00Z"},
		{text: "Monday, March 2nd, 2026 12:05 am EST", want: "2026-03-02T05:05:00Z"},
		{text: "Mon, 02 Mar 2026 09:00:00 CST", zone: "Asia/Shanghai", want: "2026-03-02T01:00:00Z"},
		{text: "Mon, 02 Mar 2026 09:00:00 CST", want: "2026-03-02T15:00:00Z"},
		{text: "Thu, 02 Jul 2026 09:00:00 IST", zone: "Europe/Dublin", want: "2026-07-02T08:00:00Z"},
		{text: "Thu, 02 Jul 2026 09:00:00 EST", zone: "America/New_York", want: "2026-07-02T14:00:00Z"},
		{text: "Mon, 02 Mar 2026 09:00:00 GMT+0800 (HKT)", want: "2026-03-02T01:00:00Z"},
		{text: "Mon Mar 02 2026 09:00:00 GMT+0800 (Hong Kong Standard Time)", want: "2026-03-02T01:00:00Z"},
		{text: "Mon, 02 Mar 2026 09:00 XYZ", want: "2026-03-02T09:00:00Z", approximate: true},
		{text: "2 March 2026, 3.30 p.m. (Hong Kong time)", want: "2026-03-02T07:30:00Z"},
		{text: "March 2, 2026 3:30 PM ET", want: "2026-03-02T20:30:00Z"},
		{text: "2 March 2026 12 noon", want: "2026-03-02T12:00:00Z"},
		{text: "2 March 2026 midnight", want: "2026-03-02T00:00:00Z"},
		{text: "3:30 p.m., 2 March 2026", want: "2026-03-02T15:30:00Z"},
		{text: "15:30 HKT, Monday 2 March 2026", want: "2026-03-02T07:30:00Z"},
		{text: "2026-03-02T24:00:00Z", want: "2026-03-03T00:00:00Z"},
		{text: "2026-W10-1", want: "2026-03-02T00:00:00Z"},
		{text: "2026-061T10:00Z", want: "2026-03-02T10:00:00Z"},
		{text: "20260302091500", want: "2026-03-02T09:15:00Z"},
		{text: "20260302T091500Z", zone: "Asia/Shanghai", want: "2026-03-02T09:15:00Z"},
		{text: "1772442000", want: "2026-03-02T09:00:00Z"},
		{text: "2026年3月2日 9时05分", zone: "Asia/Shanghai", want: "2026-03-02T01:05:00Z"},
		{text: "2026年3月2日（星期一）下午3時半", zone: "Asia/Hong_Kong", want: "2026-03-02T07:30:00Z"},
		{text: "二〇二六年三月二日", want: "2026-03-02T00:00:00Z"},
		{text: "二零二六年十二月廿一日", want: "2026-12-21T00:00:00Z"},
		{text: "中華民國115年3月2日", want: "2026-03-02T00:00:00Z"},
		{text: "令和８年３月２日（月）", zone: "Asia/Tokyo", want: "2026-03-01T15:00:00Z"},
		{text: "2026년 3월 2일 오후 3:30", zone: "Asia/Seoul", want: "2026-03-02T06:30:00Z"},
		{text: "2. März 2026, 15.30 Uhr", zone: "Europe/Berlin", want: "2026-03-02T14:30:00Z"},
		{text: "Veröffentlicht am 2. Dezember 2025", want: "2025-12-02T00:00:00Z"},
		{text: "Publié le 1er août 2025 à 15h30", zone: "Europe/Paris", want: "2025-08-01T13:30:00Z"},
		{text: "lundi 2 mars 2026", want: "2026-03-02T00:00:00Z"},
		{text: "1 de agosto de 2025", want: "2025-08-01T00:00:00Z"},
		{text: "2 marzo 2026", want: "2026-03-02T00:00:00Z"},
		{text: "segunda-feira, 2 de março de 2026", want: "2026-03-02T00:00:00Z"},
		{text: "Ends/Monday, March 2, 2026", want: "2026-03-02T00:00:00Z"},
		{text: "Press release published on: 2 March 2026", want: "2026-03-02T00:00:00Z"},
		{text: "发布时间：2026-03-02 15:30 来源：证监会 字号：大 中 小", want: "2026-03-02T15:30:00Z"},
		{text: "来源：证监会　发布时间：2026-03-02", want: "2026-03-02T00:00:00Z"},
		{text: "更新时间：2026-03-04 发布时间：2026-03-02", want: "2026-03-02T00:00:00Z"},
		{text: "征求意见截止日期：2026-03-02"},
		{text: "Comments due: 2 March 2026"},
		{text: "03/02/2026"},
		{text: "03/02/2026", order: DayFirst, want: "2026-02-03T00:00:00Z"},
		{text: "03/02/2026", order: MonthFirst, want: "2026-03-02T00:00:00Z"},
		{text: "Monday, 03/02/2026", want: "2026-03-02T00:00:00Z"},
		{text: "25/02/2026", order: MonthFirst, want: "2026-02-25T00:00:00Z"},
		{text: "02.03.2026", want: "2026-03-02T00:00:00Z"},
		{text: "2 hours ago"},
		{text: "2 hours ago", seen: seen, want: "2026-03-04T08:00:00Z", approximate: true},
		{text: "昨天 15:30", seen: seen, want: "2026-03-03T15:30:00Z", approximate: true},
		{text: "3月2日 15:30"},
		{text: "3月2日 15:30", seen: seen, want: "2026-03-02T15:30:00Z", approximate: true},
		{text: "3 Mar 23:16 HKT", seen: seen, want: "2026-03-03T15:16:00Z", approximate: true},
		{text: "3 Mar 23:16 HKT"},
		{text: "Published: 3 March 11pm", seen: seen, want: "2026-03-03T23:00:00Z", approximate: true},
		{text: "3 Mar 15h30", seen: seen, want: "2026-03-03T15:30:00Z", approximate: true},
		{text: "3 Mar 25, 23:16", want: "2025-03-03T23:16:00Z"},
		{text: "3 Mar 25 11:16 pm", want: "2025-03-03T23:16:00Z"},
		{text: "30 December", seen: seen, want: "2025-12-30T00:00:00Z", approximate: true},
		{text: "Mon, 31 Feb 2026 09:00:00 GMT"},
		{text: "0001-01-01T00:00:00Z"},
		{text: "1970-01-01T00:00:00Z"},
		{text: "2026-03-02 something else"},
		{text: "Press 2026-03-02 release"},
		{text: "March 2026"},
		{text: "Circular 12/2026"},
		{text: "Version 1.2.3"},
		{text: "(2026) 3 HKC 215"},
		{text: ""},
	}
	for _, tt := range tests {
		o := Options{Order: tt.order, Seen: tt.seen}
		if tt.zone != "" {
			o.Zone = location(t, tt.zone)
		}
		d, ok := Parse(tt.text, o)
		got := ""
		if ok {
			got = d.Time.Format(time.RFC3339)
		}
		if got != tt.want || d.Approximate != tt.approximate {
			t.Errorf("Parse(%q, %s, %d) = %q, approximate %t; want %q, %t", tt.text, tt.zone, tt.order, got, d.Approximate, tt.want, tt.approximate)
		}
	}
}

func TestFind(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Notice to licensees No. 12/2026. Issued on 2 March 2026 by the Authority", "2026-03-02"},
		{"新华社北京2026年3月2日电 中国人民银行2日宣布", "2026-03-02"},
		{"Reference: B1/15C. 2026-03-02. See also 1 May 2025", "2026-03-02"},
		{"发布时间：2026年3月2日 来源：某部", "2026-03-02"},
		{"Comments are due by 1 May 2026", ""},
		{"Chapter 3, sections 2 and 4", ""},
		{"Order 2026-03-021 of the Court", ""},
	}
	for _, tt := range tests {
		d, ok := Find(tt.text, Options{})
		got := ""
		if ok {
			got = d.Time.Format(time.DateOnly)
		}
		if got != tt.want {
			t.Errorf("Find(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestParseReadsEveryFormat writes random moments in each format and reads them again.
func TestParseReadsEveryFormat(t *testing.T) {
	hongKong := location(t, "Asia/Hong_Kong")
	months := map[string]string{"de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember", "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", "nl": "januari februari maart april mei juni juli augustus september oktober november december"}
	named := func(language, form string) func(time.Time) string {
		return func(x time.Time) string {
			return fmt.Sprintf(form, x.Day(), strings.Fields(months[language])[x.Month()-1], x.Year())
		}
	}
	layout := func(l string) func(time.Time) string { return func(x time.Time) string { return x.Format(l) } }
	forms := []struct {
		precision time.Duration
		write     func(time.Time) string
	}{
		{time.Second, layout(time.RFC1123Z)},
		{time.Second, layout(time.RFC3339)},
		{time.Second, layout("2006-01-02 15:04:05")},
		{time.Second, layout(time.ANSIC)},
		{time.Second, layout("20060102150405")},
		{time.Second, layout("20060102T150405-0700")},
		{time.Second, layout("Monday, 02-Jan-06 15:04:05 MST")},
		{time.Second, layout("Mon Jan _2 15:04:05 MST 2006")},
		{time.Minute, layout("January 2, 2006 at 3:04 PM")},
		{time.Minute, func(x time.Time) string {
			return strings.NewReplacer("AM", "a.m.", "PM", "p.m.").Replace(x.Format("2 Jan 2006, 3:04 PM"))
		}},
		{time.Minute, layout("2006年1月2日15时04分")},
		{time.Minute, layout("2006/1/2 15:04")},
		{time.Minute, layout("15:04, 2 January 2006")},
		{time.Minute, layout("02.01.2006 15:04")},
		{24 * time.Hour, layout("Published: Mon, 2 Jan 2006")},
		{24 * time.Hour, layout("发布日期：2006-01-02")},
		{24 * time.Hour, layout("2006.01.02")},
		{24 * time.Hour, layout("[2006-01-02]")},
		{24 * time.Hour, layout("02-Jan-2006")},
		{24 * time.Hour, layout("20060102")},
		{24 * time.Hour, layout("02/01/2006")},
		{24 * time.Hour, named("de", "%d. %s %d")},
		{24 * time.Hour, named("fr", "le %d %s %d")},
		{24 * time.Hour, named("es", "%d de %s de %d")},
		{24 * time.Hour, named("it", "%d %s %d")},
		{24 * time.Hour, named("pt", "%d de %s de %d")},
		{24 * time.Hour, named("nl", "%d %s %d")},
		{24 * time.Hour, func(x time.Time) string {
			return fmt.Sprintf("民國%d年%d月%d日", x.Year()-1911, x.Month(), x.Day())
		}},
		{24 * time.Hour, func(x time.Time) string {
			return fmt.Sprintf("令和%d年%d月%d日", x.Year()-2018, x.Month(), x.Day())
		}},
		{24 * time.Hour, func(x time.Time) string { return hanDay(x) }},
		{24 * time.Hour, func(x time.Time) string {
			y, w := x.ISOWeek()
			return fmt.Sprintf("%d-W%02d-%d", y, w, (int(x.Weekday())+6)%7+1)
		}},
		{24 * time.Hour, func(x time.Time) string { return fmt.Sprintf("%d-%03d", x.Year(), x.YearDay()) }},
		{time.Second, func(x time.Time) string { return fmt.Sprint(x.Unix()) }},
	}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 2000 {
		form := forms[n%len(forms)]
		x := time.Unix(time.Date(2019, 6, 1, 0, 0, 0, 0, time.UTC).Unix()+r.Int64N(15*365*24*3600), 0).In(hongKong)
		want := x.Truncate(form.precision)
		if form.precision == 24*time.Hour {
			want = time.Date(x.Year(), x.Month(), x.Day(), 0, 0, 0, 0, hongKong)
		}
		text := form.write(x)
		if d, ok := Parse(text, Options{Zone: hongKong, Order: DayFirst}); !ok || !d.Time.Equal(want) {
			t.Errorf("Parse(%q) = %v, %t; want %v", text, d.Time, ok, want)
		}
	}
}

// hanDay writes a day with numbers in Chinese characters.
func hanDay(x time.Time) string {
	one := []rune("〇一二三四五六七八九")
	year := ""
	for _, d := range fmt.Sprint(x.Year()) {
		year += string(one[d-'0'])
	}
	tens := func(n int) string {
		text := ""
		if n >= 20 {
			text = string(one[n/10])
		}
		if n >= 10 {
			text += "十"
		}
		if n%10 > 0 {
			text += string(one[n%10])
		}
		return text
	}
	return year + "年" + tens(int(x.Month())) + "月" + tens(x.Day()) + "日"
}

func TestMonthOfAbbreviation(t *testing.T) {
	months := strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")
	for i, name := range months {
		if got := monthOf(name); got != i+1 {
			t.Errorf("monthOf(%q) = %d, want %d", name, got, i+1)
		}
	}
	for name, want := range map[string]int{"juin": 6, "juillet": 7, "mayor": 0, "mrz": 3, "déc": 12, "junk": 0} {
		if got := monthOf(name); got != want {
			t.Errorf("monthOf(%q) = %d, want %d", name, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"30 Nov 19 : 22 下午", "/Date(1772442000000+0800)/", "UTC+8 115-03-02[Asia/Taipei]", "29 พ.ย. 69 เวลา 15:05 น.", "北京时间：一百一十五年三月二日 2次", "ma 09.05.10.000 AM",
		"Mon, 02 Mar 2026 16:30:00 +0800", "二〇二六年三月二日", "2 hours ago", "发布时间：2026-03-02", "03/02/2026 3pm ET", "令和8年3月2日", "2026-W10-1T24:00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		seen := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
		for _, o := range []Options{{}, {Seen: seen, Order: DayFirst}} {
			d, ok := Parse(text, o)
			// A zone may move the first or last moment of these years into the next.
			if ok && (d.Time.Year() < 1989 || d.Time.Year() > 2200 || d.Time.Location() != time.UTC) {
				t.Errorf("Parse(%q) = %v", text, d.Time)
			}
			if again, _ := Parse(" "+text+"\n", o); again != d {
				t.Errorf("Parse(%q) = %v, and with space around it %v", text, d, again)
			}
			if !ok && !d.Time.IsZero() {
				t.Errorf("Parse(%q) found no date but returned %v", text, d.Time)
			}
			if d, ok := Find(text, o); ok != !d.Time.IsZero() {
				t.Errorf("Find(%q) = %v, %t", text, d.Time, ok)
			}
		}
	})
}
