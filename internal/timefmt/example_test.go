package timefmt_test

import (
	"fmt"
	"time"

	"regwatch/internal/timefmt"
)

// Stored times are UTC; a zone is applied where a person reads them.
func Example() {
	published := time.Date(2026, 8, 28, 5, 53, 0, 0, time.UTC)
	local := published.In(timefmt.Zone("Asia/Hong_Kong"))
	fmt.Println(local.Format("2 Jan 15:04"), timefmt.Abbreviation(local))
	fmt.Println(timefmt.Clock(8 * time.Hour))
	// Output:
	// 28 Aug 13:53 HKT
	// 08:00
}
