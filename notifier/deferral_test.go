package notifier

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// office is the working week of a team in Hong Kong.
var office = models.Hours{
	Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	From: 8 * time.Hour, To: 19 * time.Hour,
}

func readTime(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestWaitUntil(t *testing.T) {
	desk := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong", Hours: office}
	always := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong"}
	night := desk
	night.Hours = models.Hours{Days: []time.Weekday{time.Friday}, From: 22 * time.Hour, To: 6 * time.Hour}
	small := always
	small.Burst = models.Burst{Over: 2, Within: 5 * time.Minute}
	smallOffice := desk
	smallOffice.Burst = small.Burst
	daily, weekly := models.Frequency{Kind: models.Daily, At: 8 * time.Hour}, models.Frequency{Kind: models.Weekly, Day: time.Saturday, At: 7*time.Hour + 30*time.Minute}

	const hours = "outside hours, recipient desk"
	tests := []struct {
		name      string
		recipient models.Recipient
		severity  models.Severity
		pace      models.Frequency
		now       string
		ago       []time.Duration // since immediate alerts to the recipient
		planned   int
		until     string // empty: immediately
		why       string
	}{
		{"within the hours", desk, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", nil, 1, "", ""},
		{"as they begin", desk, models.High, models.Frequency{}, "2026-03-02T08:00:00+08:00", nil, 1, "", ""},
		{"as they end", desk, models.High, models.Frequency{}, "2026-03-02T19:00:00+08:00", nil, 1, "2026-03-03T08:00:00+08:00", hours},
		{"at night", desk, models.High, models.Frequency{}, "2026-03-03T02:00:00+08:00", nil, 1, "2026-03-03T08:00:00+08:00", hours},
		{"over the weekend", desk, models.High, models.Frequency{}, "2026-03-06T20:00:00+08:00", nil, 1, "2026-03-09T08:00:00+08:00", hours},
		{"critical passes", desk, models.Critical, daily, "2026-03-07T03:00:00+08:00", []time.Duration{0, 0, 0}, 40, "", ""},
		{"hours over midnight, on the evening", night, models.Low, models.Frequency{}, "2026-03-06T23:00:00+08:00", nil, 1, "", ""},
		{"and on the morning after, which is no working day", night, models.Low, models.Frequency{}, "2026-03-07T05:59:00+08:00", nil, 1, "", ""},
		{"but not the morning of the day itself", night, models.Low, models.Frequency{}, "2026-03-06T05:00:00+08:00", nil, 1, "2026-03-06T22:00:00+08:00", "outside hours, recipient desk"},

		{"hourly", always, models.High, models.Frequency{Kind: models.Hourly}, "2026-03-02T12:20:30+08:00", nil, 1, "2026-03-02T13:00:00+08:00", "frequency, recipient desk"},
		{"hourly, on the hour", always, models.High, models.Frequency{Kind: models.Hourly}, "2026-03-02T12:00:00+08:00", nil, 1, "2026-03-02T13:00:00+08:00", "frequency, recipient desk"},
		{"daily, before the slot", always, models.High, daily, "2026-03-02T07:59:00+08:00", nil, 1, "2026-03-02T08:00:00+08:00", "frequency, recipient desk"},
		{"daily, at the slot", always, models.High, daily, "2026-03-02T08:00:00+08:00", nil, 1, "2026-03-03T08:00:00+08:00", "frequency, recipient desk"},
		{"weekly", always, models.High, weekly, "2026-03-02T08:00:00+08:00", nil, 1, "2026-03-07T07:30:00+08:00", "frequency, recipient desk"},
		{"a slot outside the hours", desk, models.High, weekly, "2026-03-02T08:00:00+08:00", nil, 1, "2026-03-09T08:00:00+08:00", "frequency, recipient desk; " + hours},

		{"as many as are read one by one", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{time.Minute}, 1, "", ""},
		{"one more", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{time.Minute, 3 * time.Minute}, 1, "2026-03-02T12:02:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
		{"of which one is long ago", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{time.Minute, 5 * time.Minute}, 1, "", ""},
		{"too many at once are one message at once", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", nil, 3, "2026-03-02T12:00:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
		{"ten in ten minutes where nothing is said", always, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", nil, 10, "", ""},
		{"so are two where one is not too many", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{time.Minute}, 2, "2026-03-02T12:00:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
		{"of many that were told those count that may be", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{time.Minute, 4 * time.Minute, 2 * time.Minute}, 1, "2026-03-02T12:03:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
		{"eleven", always, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", nil, 11, "2026-03-02T12:00:00+08:00", "burst, recipient desk, count 10, for 10m0s"},
		{"a burst as the hours end", smallOffice, models.High, models.Frequency{}, "2026-03-06T18:58:00+08:00", []time.Duration{0, time.Second}, 1, "2026-03-09T08:00:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
		{"told by a clock that was ahead", small, models.High, models.Frequency{}, "2026-03-02T12:00:00+08:00", []time.Duration{-time.Hour, -time.Hour}, 1, "2026-03-02T12:05:00+08:00", "burst, recipient desk, count 2, for 5m0s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := readTime(t, tt.now)
			var recent []time.Time
			for _, ago := range tt.ago {
				recent = append(recent, now.Add(-ago))
			}
			until, why := waitUntil(tt.recipient, tt.severity, tt.pace, recent, tt.planned, now)
			var want time.Time
			if tt.until != "" {
				want = readTime(t, tt.until)
			}
			if !until.Equal(want) || why.String() != tt.why {
				t.Errorf("waits until %s for %q\n        want %s for %q", until.In(now.Location()), why, want, tt.why)
			}
		})
	}
}

func TestWaitUntilSkipsHolidays(t *testing.T) {
	off := func(days ...string) map[string]bool {
		set := make(map[string]bool)
		for _, d := range days {
			set[d] = true
		}
		return set
	}
	desk := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong", Hours: office}
	desk.Hours.Holidays = off("2026-12-25", "2026-12-28") // a Friday and a Monday
	newYork := desk
	newYork.Zone = "America/New_York"
	night := models.Recipient{Name: "night", Zone: "Asia/Hong_Kong", Hours: models.Hours{From: 22 * time.Hour, To: 6 * time.Hour, Holidays: off("2026-12-25")}}
	wholeDays := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong", Hours: models.Hours{Holidays: off("2026-12-25", "2026-12-26")}}
	mondays := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong", Hours: models.Hours{Days: []time.Weekday{time.Monday}, Holidays: off("2026-12-21", "2026-12-28")}}
	skipped := models.Recipient{Name: "desk", Zone: "Pacific/Apia", Hours: models.Hours{From: 8 * time.Hour, To: 19 * time.Hour, Holidays: off("2011-12-30")}}
	daily, weekly := models.Frequency{Kind: models.Daily, At: 9 * time.Hour}, models.Frequency{Kind: models.Weekly, Day: time.Friday, At: 9 * time.Hour}
	early, late := models.Frequency{Kind: models.Daily, At: 7 * time.Hour}, models.Frequency{Kind: models.Daily, At: 20 * time.Hour}
	small := models.Frequency{Kind: models.Daily, At: 3 * time.Hour}

	tests := []struct {
		name      string
		recipient models.Recipient
		severity  models.Severity
		pace      models.Frequency
		now       string
		until     string // empty: immediately
		why       string
	}{
		{"on the day itself", desk, models.High, models.Frequency{}, "2026-12-25T12:00:00+08:00", "2026-12-29T08:00:00+08:00", "holiday, recipient desk, day 2026-12-25"},
		{"critical passes", desk, models.Critical, models.Frequency{}, "2026-12-25T12:00:00+08:00", "", ""},
		{"on the evening before", desk, models.High, models.Frequency{}, "2026-12-24T20:00:00+08:00", "2026-12-29T08:00:00+08:00", "holiday, recipient desk, day 2026-12-25"},
		{"on the working day before", desk, models.High, models.Frequency{}, "2026-12-24T12:00:00+08:00", "", ""},
		{"at night after a working day, with no holiday ahead", desk, models.High, models.Frequency{}, "2026-12-22T20:00:00+08:00", "2026-12-23T08:00:00+08:00", "outside hours, recipient desk"},
		{"after its hours would have ended, the next one counts", desk, models.High, models.Frequency{}, "2026-12-25T20:00:00+08:00", "2026-12-29T08:00:00+08:00", "holiday, recipient desk, day 2026-12-28"},
		{"the day is that of the recipient's zone", newYork, models.High, models.Frequency{}, "2026-12-25T12:00:00+08:00", "2026-12-29T08:00:00-05:00", "holiday, recipient desk, day 2026-12-25"},
		{"which is another one elsewhere", newYork, models.High, models.Frequency{}, "2026-12-25T02:00:00+08:00", "", ""},
		{"a daily slot on a holiday", desk, models.High, daily, "2026-12-24T10:00:00+08:00", "2026-12-29T09:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a weekly slot on a holiday", desk, models.High, weekly, "2026-12-21T10:00:00+08:00", "2026-12-29T09:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a daily slot where days have no other hours", wholeDays, models.High, daily, "2026-12-24T10:00:00+08:00", "2026-12-27T09:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a daily slot before the hours", desk, models.High, early, "2026-12-24T10:00:00+08:00", "2026-12-29T08:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a daily slot after the hours", desk, models.High, late, "2026-12-24T10:00:00+08:00", "2026-12-29T08:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a daily slot after midnight in a night shift", night, models.High, small, "2026-12-25T03:00:00+08:00", "2026-12-27T03:00:00+08:00", "frequency, recipient night; holiday, recipient night, day 2026-12-25"},
		{"an hourly slot", wholeDays, models.High, models.Frequency{Kind: models.Hourly}, "2026-12-24T23:30:00+08:00", "2026-12-27T00:00:00+08:00", "frequency, recipient desk; holiday, recipient desk, day 2026-12-25"},
		{"a night shift that began before the holiday", night, models.High, models.Frequency{}, "2026-12-25T05:59:00+08:00", "", ""},
		{"and has ended", night, models.High, models.Frequency{}, "2026-12-25T06:00:00+08:00", "2026-12-26T22:00:00+08:00", "holiday, recipient night, day 2026-12-25"},
		{"no shift begins on the holiday", night, models.High, models.Frequency{}, "2026-12-25T23:00:00+08:00", "2026-12-26T22:00:00+08:00", "holiday, recipient night, day 2026-12-25"},
		{"nor goes on after midnight", night, models.High, models.Frequency{}, "2026-12-26T01:00:00+08:00", "2026-12-26T22:00:00+08:00", "holiday, recipient night, day 2026-12-25"},
		{"whole days without other hours", wholeDays, models.High, models.Frequency{}, "2026-12-25T00:00:00+08:00", "2026-12-27T00:00:00+08:00", "holiday, recipient desk, day 2026-12-25"},
		{"and just before", wholeDays, models.High, models.Frequency{}, "2026-12-24T23:59:59+08:00", "", ""},
		{"holidays on each working day of two weeks", mondays, models.High, models.Frequency{}, "2026-12-20T12:00:00+08:00", "2027-01-04T00:00:00+08:00", "holiday, recipient desk, day 2026-12-21"},
		{"a holiday that a zone skipped delays nothing", skipped, models.High, models.Frequency{}, "2011-12-29T20:00:00-10:00", "2011-12-31T08:00:00+14:00", "holiday, recipient desk, day 2011-12-30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := readTime(t, tt.now)
			until, why := waitUntil(tt.recipient, tt.severity, tt.pace, nil, 1, now)
			var want time.Time
			if tt.until != "" {
				want = readTime(t, tt.until)
			}
			if !until.Equal(want) || why.String() != tt.why {
				t.Errorf("waits until %s for %q\n        want %s for %q", until.In(now.Location()), why, want, tt.why)
			}
		})
	}
}

// A calendar of holidays only is a mistake, which must not silence a recipient.
func TestWaitUntilIgnoresEndlessHolidays(t *testing.T) {
	h := models.Hours{Holidays: make(map[string]bool)}
	first := readTime(t, "2026-01-01T00:00:00Z")
	for i := range 1000 {
		h.Holidays[first.AddDate(0, 0, i).Format(time.DateOnly)] = true
	}
	now := readTime(t, "2026-03-02T12:00:00Z")
	if got := nextOpenHour(h, now, time.UTC); !got.Equal(now) {
		t.Errorf("the next open hour is %s; want now", got)
	}
}

// A notice stores the day, not its calendar.
func TestReasonsOmitHolidayCalendar(t *testing.T) {
	desk := models.Recipient{Name: "desk", Zone: "Asia/Hong_Kong", Hours: office}
	desk.Hours.Holidays = map[string]bool{"2026-12-25": true, "2027-07-01": true}
	for _, now := range []string{"2026-12-22T20:00:00+08:00", "2026-12-25T12:00:00+08:00"} {
		_, why := waitUntil(desk, models.High, models.Frequency{}, nil, 1, readTime(t, now))
		text, err := json.Marshal(why)
		if err != nil || strings.Contains(string(text), "2027-07-01") {
			t.Errorf("at %s the reason is stored as %s, %v", now, text, err)
		}
	}
}

// oddClocks are zones with unusual clocks: days of 23 and 25 hours, changes by half an
// hour, at midnight and at quarters of an hour, and a skipped day.
var oddClocks = []struct {
	zone string
	year int
}{
	{"Asia/Hong_Kong", 2026},
	{"Europe/London", 2026},
	{"America/New_York", 2026},
	{"Australia/Lord_Howe", 2026}, // clocks move by half an hour
	{"America/Sao_Paulo", 2018},   // midnight is skipped
	{"Asia/Beirut", 2026},         // midnight is skipped, and is repeated
	{"Asia/Kathmandu", 2026},      // 5:45 ahead
	{"Pacific/Apia", 2011},        // without 30 December
	{"Africa/Casablanca", 2026},   // clocks go back for Ramadan
	{"America/Nuuk", 2026},        // clocks move on the evening before
	{"Antarctica/Troll", 2026},    // by two hours
}

// For each quarter of an hour of a year, a wall clock says whether it is within the
// hours, and deferred notices are sent at the first such time.
func TestNextOpenHourThroughAYear(t *testing.T) {
	for _, odd := range oddClocks {
		zone := location(t, odd.zone)
		for _, h := range []models.Hours{
			office,
			{From: 22 * time.Hour, To: 6 * time.Hour, Days: []time.Weekday{time.Friday, time.Sunday}},
			{Days: []time.Weekday{time.Saturday}},
			{From: 0, To: 4 * time.Hour},
		} {
			var next time.Time // the first time within the hours after the checked ones
			end := time.Date(odd.year+1, 1, 1, 0, 0, 0, 0, time.UTC)
			for now := end.AddDate(0, 0, -1); now.After(end.AddDate(-1, 0, 0)); now = now.Add(-15 * time.Minute) {
				if withinHours(h, now.In(zone)) {
					next = now
				}
				// A wall clock is ambiguous in a repeated hour and around a skipped day.
				if next.IsZero() || now.Unix()%(75*60) != 0 || moves(now, zone) || moves(next, zone) {
					continue
				}
				got := nextOpenHour(h, now, zone)
				if !got.Equal(next) {
					t.Fatalf("%s: next of %v at %s is %s, want %s", odd.zone, h, now.In(zone), got.In(zone), next.In(zone))
				}
			}
		}
	}
}

// withinHours reports whether a wall clock is within the hours.
func withinHours(h models.Hours, local time.Time) bool {
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	works := func(d time.Weekday) bool { return len(h.Days) == 0 || slices.Contains(h.Days, d) }
	today, yesterday := works(local.Weekday()), works((local.Weekday()+6)%7)
	switch {
	case h.From == h.To:
		return today
	case h.From < h.To:
		return today && h.From <= clock && clock < h.To
	}
	return today && clock >= h.From || yesterday && clock < h.To
}

// moves reports whether clocks change within a day of t.
func moves(t time.Time, zone *time.Location) bool {
	_, before := t.Add(-24 * time.Hour).In(zone).Zone()
	_, after := t.Add(24 * time.Hour).In(zone).Zone()
	return before != after
}

// Days on which clocks change, by name.
func TestNextOpenHourAtClockChanges(t *testing.T) {
	daily := models.Hours{From: 2*time.Hour + 30*time.Minute, To: 9 * time.Hour}
	midnight := models.Hours{From: 0, To: 6 * time.Hour}
	tests := []struct {
		name, zone string
		hours      models.Hours
		now, want  string
	}{
		{"a day of 23 hours", "America/New_York", office, "2026-03-08T12:00:00-04:00", "2026-03-09T08:00:00-04:00"},
		{"a day of 25 hours", "America/New_York", office, "2026-11-01T12:00:00-05:00", "2026-11-02T08:00:00-05:00"},
		{"hours that begin while clocks skip", "America/New_York", daily, "2026-03-08T01:00:00-05:00", "2026-03-08T03:30:00-04:00"},
		{"hours that begin twice begin the first time", "Europe/Berlin", daily, "2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"and go on the second time", "Europe/Berlin", daily, "2026-10-25T02:10:00+01:00", "2026-10-25T02:10:00+01:00"},
		{"a midnight that does not exist", "America/Sao_Paulo", midnight, "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"a midnight that comes twice", "Asia/Beirut", midnight, "2026-10-24T12:00:00+03:00", "2026-10-25T00:00:00+02:00"},
		{"a Friday that never was", "Pacific/Apia", models.Hours{Days: []time.Weekday{time.Saturday}, From: 8 * time.Hour, To: 9 * time.Hour}, "2011-12-29T12:00:00-10:00", "2011-12-31T08:00:00+14:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zone := location(t, tt.zone)
			if got := nextOpenHour(tt.hours, readTime(t, tt.now), zone).Format(time.RFC3339); !readTime(t, got).Equal(readTime(t, tt.want)) {
				t.Errorf("next at %s = %s, want %s", tt.now, got, tt.want)
			}
		})
	}
}

// Each delivery time in a year is the first one after all times since the previous one,
// and there is one a day or one a week.
func TestNextDeliveryThroughAYear(t *testing.T) {
	for _, odd := range oddClocks {
		zone := location(t, odd.zone)
		for _, tt := range []struct {
			pace     models.Frequency
			min, max time.Duration // between two delivery times
		}{
			{models.Frequency{Kind: models.Hourly}, 30 * time.Minute, time.Hour},
			{models.Frequency{Kind: models.Daily, At: 0}, 22 * time.Hour, 26 * time.Hour},
			{models.Frequency{Kind: models.Daily, At: 2*time.Hour + 30*time.Minute}, 22 * time.Hour, 26 * time.Hour},
			{models.Frequency{Kind: models.Weekly, Day: time.Sunday, At: 8 * time.Hour}, 7*24*time.Hour - 24*time.Hour, 7*24*time.Hour + 2*time.Hour},
		} {
			start := time.Date(odd.year, 1, 1, 0, 0, 0, 0, time.UTC)
			last := nextDelivery(tt.pace, start, zone)
			for now := start; now.Before(start.AddDate(1, 0, 0)); now = now.Add(25 * time.Minute) {
				next := nextDelivery(tt.pace, now, zone)
				if !next.After(now) || next.Before(last) {
					t.Fatalf("%s, %s: at %s the slot is %s, after %s", odd.zone, tt.pace.Kind, now.In(zone), next.In(zone), last.In(zone))
				}
				if between := next.Sub(last); between != 0 && (between < tt.min || between > tt.max) {
					t.Fatalf("%s, %s: %s between the slots %s and %s", odd.zone, tt.pace.Kind, between, last.In(zone), next.In(zone))
				}
				last = next
			}
		}
	}
}

// An update does not overtake its alert unless it is critical: then both are sent
// immediately.
func TestPlanDefersUpdateWithDeferredAlert(t *testing.T) {
	for _, tt := range []struct {
		severity models.Severity
		want     time.Time
	}{
		{models.High, noon}, {models.Critical, time.Time{}},
	} {
		c := change(models.Revised, match("yuan", models.Low, models.Subject), match("ban", tt.severity, models.Subject))
		c.Event.Revision = 2
		c.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.Low, Rules: []string{"yuan"}, WaitUntil: noon.Add(3 * time.Hour)}}
		n := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0]
		if n.Kind != models.NoticeUpdate || !n.WaitUntil.Equal(tt.want) || (len(n.Deliveries) > 0) != tt.want.IsZero() {
			t.Errorf("a %s that is %s waits until %s with %d deliveries, want %s", n.Kind, tt.severity, n.WaitUntil, len(n.Deliveries), tt.want)
		}
	}
}
