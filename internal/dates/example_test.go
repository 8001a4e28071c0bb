package dates_test

import (
	"fmt"
	"time"

	"regwatch/internal/dates"
)

func ExampleParse() {
	hongKong := time.FixedZone("HKT", 8*60*60)
	for _, text := range []string{"Published: 2 March 2026, 4.30 p.m.", "二〇二六年三月二日", "03/02/2026"} {
		if d, ok := dates.Parse(text, dates.Options{Zone: hongKong}); ok {
			fmt.Println(d.Time)
		} else {
			fmt.Println("no date") // which number is the month?
		}
	}
	// Output:
	// 2026-03-02 08:30:00 +0000 UTC
	// 2026-03-01 16:00:00 +0000 UTC
	// no date
}

// A date that depends on when it was read is marked.
func ExampleParse_relative() {
	seen := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	d, _ := dates.Parse("2 hours ago", dates.Options{Seen: seen})
	fmt.Println(d.Time, d.Approximate)
	// Output:
	// 2026-03-04 08:00:00 +0000 UTC true
}

func ExampleFind() {
	d, _ := dates.Find("Circular to licensees. Issued on 2 March 2026 by the Authority.", dates.Options{})
	fmt.Println(d.Time.Format(time.DateOnly))
	// Output:
	// 2026-03-02
}
