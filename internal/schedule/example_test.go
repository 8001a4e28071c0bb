package schedule_test

import (
	"fmt"
	"time"

	"regwatch/internal/schedule"
)

func Example() {
	zone, err := schedule.Zone("Asia/Hong_Kong")
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := schedule.Parse("0 9 * * 1-5")
	if err != nil {
		fmt.Println(err)
		return
	}
	friday := time.Date(2026, 3, 6, 12, 0, 0, 0, zone)
	fmt.Println(s.In(zone).Next(friday).Format(time.RFC1123))

	_, err = schedule.Parse("@every 10y")
	fmt.Println(err)
	// Output:
	// Mon, 09 Mar 2026 09:00:00 HKT
	// @every: unit "y" is unknown; use a number and a unit (s, m, h, d or w), such as 90s, 15m, 24h, 7d or 1d12h
}
